"""The files around the package agree with one another, and the rooms of the package stay apart."""

import ast
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import editions
import hanbin_data as hd
from conftest import ROOT, missing

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


# --- The rooms and the arrows between them ---------------------------------------------------

MAY_IMPORT = {
    "floor": set(),
    "data": {"floor", "data"},
    "charts": {"floor", "data", "charts"},
    "slides": {"floor", "slides"},
    "command line": {"floor", "data", "charts", "slides"},
}


def room(module: str) -> str:
    match module.split(".")[1:]:
        case ["charts" | "slides" as inner, *_]:
            return inner
        case ["words" | "saving" | "lazy"]:
            return "floor"
        case ["__main__"]:
            return "command line"
    return "data"


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Every module that each module imports, at its top or inside a function."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "hanbin_data").rglob("*.py")
    }
    found: dict[str, set[str]] = {name: set() for name in files}
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    found[name] |= {alias.name for alias in names}
                case ast.ImportFrom(module=source, names=names, level=0):
                    inner = {f"{source}.{alias.name}" for alias in names} & set(files)
                    found[name] |= inner or {source}
                case ast.ImportFrom():
                    raise AssertionError(f"{name} imports relatively: name the whole module")
    return found


def test_arrows_between_the_rooms_point_downwards(imports: dict[str, set[str]]) -> None:
    """While this holds, data needs no plotly, and slides can leave as a package of their own."""
    own = {(name, other) for name, others in imports.items() for other in others & set(imports)}
    assert [pair for pair in own if room(pair[1]) not in MAY_IMPORT[room(pair[0])]] == []


def test_no_module_imports_itself_by_a_detour(imports: dict[str, set[str]]) -> None:
    TopologicalSorter({name: imports[name] & set(imports) - {name} for name in imports}).prepare()


# --- Requirements ----------------------------------------------------------------------------


def asked(*lines: str) -> set[tuple[str, str]]:
    """Names and bounds of requirements; an extra may also name another one of this package."""
    found = {(canonicalize_name(r.name), str(r.specifier)) for r in map(Requirement, lines)}
    return {(name, bound) for name, bound in found if name != "hanbin-data"}


BARE = asked(*PROJECT["dependencies"])
ASKED = BARE | asked(*chain(*EXTRAS.values()))


def test_environment_has_the_names_and_bounds_of_pyproject() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, rest = listed["dependencies"]
    assert rest["pip"].pop() == "-e ."
    python = ("python", PROJECT["requires-python"])
    assert asked(*conda, *rest["pip"]) == ASKED | {python, ("pip", "")}


def test_the_lock_has_every_requirement_and_no_address() -> None:
    """Its hashes are asked for by the installation itself."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert {name for name, _ in ASKED} <= set(re.findall(r"^([\w.-]+)==", lock, re.M))


# What a module imports under another name than its distribution's.
DISTRIBUTIONS = {"IPython": "ipykernel", "PIL": "pillow", "jupyter_client": "nbclient"}
DISTRIBUTIONS |= {"numpy": "pandas", "pptx": "python-pptx"}


def test_the_extras_name_what_the_package_imports(imports: dict[str, set[str]]) -> None:
    for name, others in imports.items():
        bare = room(name) in ("floor", "data")
        known = {known for known, _ in (BARE if bare else BARE | asked(*EXTRAS["slides"]))}
        # The data room writes workbooks where the library for it is there, and says so where not.
        known |= {"xlsxwriter"}
        tops = {other.partition(".")[0] for other in others} - sys.stdlib_module_names
        tops = {DISTRIBUTIONS.get(top, top).lower() for top in tops - {"hanbin_data"}}
        assert tops - known == set(), name


# --- What is committed -----------------------------------------------------------------------


@cache
def committed() -> list[str]:
    """The files of the project: what may lie about beside them is left out."""
    git = shutil.which("git") or "false"
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        missing("apt-get install git, and clone the project", "the project's history")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_no_file_names_a_place_of_one_machine() -> None:
    # In two pieces, so that this file does not find itself.
    place = re.compile(rb"(?<![\w.$}/])/" + rb"(?:work|root|tmp|home|Users)/\w")
    assert [name for name in committed() if place.search((ROOT / name).read_bytes())] == []


def test_links_of_the_documents_lead_somewhere() -> None:
    for path in (ROOT / name for name in committed() if name.endswith(".md")):
        for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.fixture(params=["README.md", "README.zh-CN.md"])
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.S)


def test_the_code_of_a_readme_runs(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert blocks(readme, "python")
    for block in blocks(readme, "python"):
        exec(block, {})


def test_a_readme_lists_the_notebooks(readme: str) -> None:
    assert [f for f in committed() if f.endswith(".ipynb") and f"({f})" not in readme] == []


def test_a_readme_says_which_goal_is_missed(readme: str) -> None:
    goals = re.findall(r"\| ([\d.]+) \| ([≤≥]) ([\d.]+)(, missed|，未达到)? \|", readme)
    assert goals
    for ratio, sign, goal, missed in goals:
        beyond = float(ratio) > float(goal) if sign == "≤" else float(ratio) < float(goal)
        assert bool(missed) == beyond, (ratio, goal)


def test_on_windows_the_same_lab_opens_as_by_make(readme: str) -> None:
    (block,) = blocks(readme, "powershell")
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    (own,) = re.findall(r"/jupyter lab (.*) \\\n", made)
    assert f"jupyter lab {own} notebooks" in block
    assert [file for file in re.findall(r"\bcp (\S+)", made) if file not in block] == []


@pytest.mark.parametrize(("lang", "folder"), [("en", "."), ("zh", "zh")])
def test_the_picture_of_a_readme_is_that_of_its_notebook(lang: str, folder: str) -> None:
    shown = (ROOT / "docs" / f"{editions.PICTURE}.{lang}.png").read_bytes()
    assert shown == editions.picture(ROOT / "notebooks" / folder), "make notebooks"


# --- Wheel and sdist -------------------------------------------------------------------------


def test_wheel_and_sdist_hold_the_package_and_nothing_else(wheel: Path) -> None:
    version = f"hanbin_data-{hd.__version__}"
    held = {name for name in committed() if name.startswith("hanbin_data/")}
    assert wheel.name == f"{version}-py3-none-any.whl"
    own = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    with zipfile.ZipFile(wheel) as packed:
        assert {*packed.namelist()} == held | {f"{version}.dist-info/{name}" for name in own}
        for name in held:
            assert packed.read(name) == (ROOT / name).read_bytes(), name
        told = packed.read(f"{version}.dist-info/METADATA").decode()
    assert asked(*re.findall("^Requires-Dist: ([^;\n]*)$", told, flags=re.M)) == BARE
    # The build tool adds PKG-INFO, which names the contents, and .gitignore, which it obeys.
    around = {"LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    with tarfile.open(wheel.with_name(f"{version}.tar.gz")) as sdist:
        assert {*sdist.getnames()} == {f"{version}/{name}" for name in held | around}

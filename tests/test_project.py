"""The files around the package agree with one another, and the rooms of the package stay apart."""

import ast
import calendar
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest
import yaml
from babel.messages.mofile import read_mo
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import editions
import hanbin_data as hd
from conftest import ROOT, missing

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
README = ["README.md", "README.zh-CN.md"]


# --- The rooms and the arrows between them ---------------------------------------------------

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "hanbin_data").rglob("*.py"))
}
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


@cache
def imported(module: str) -> set[str]:
    """Every module that one imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=source, names=names, level=0):
                found |= {f"{source}.{alias.name}" for alias in names} & set(MODULES) or {source}
            case ast.ImportFrom():
                raise AssertionError(f"{module} imports relatively: name the whole module")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_arrows_between_the_rooms_point_downwards(module: str) -> None:
    """While this holds, data needs no plotly, and slides can leave as a package of their own."""
    own = imported(module) & set(MODULES)
    assert {other for other in own if room(other) not in MAY_IMPORT[room(module)]} == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    TopologicalSorter({name: imported(name) & set(MODULES) - {name} for name in MODULES}).prepare()


USE = """
import sys
import hanbin_data as hd
assert len(hd.figures()) == len(hd.verify("x").figures)
for name in hd.tables()["name"]:
    assert len(hd.load(name, lang="zh"))
for table in (hd.indicators, hd.refusals, hd.checks, hd.context, hd.comparisons, hd.numerals):
    assert len(table())
for path in sys.argv[1:]:
    hd.export(path)
"""


def test_the_data_room_needs_pandas_alone(tmp_path: Path) -> None:
    refuse = """
import sys
import pandas
own = {"pandas", "numpy", "dateutil", "six", "pyarrow", "hanbin_data"}
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in own | sys.stdlib_module_names:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
"""
    out = [tmp_path / "all.json", tmp_path / "tables"]
    subprocess.run([sys.executable, "-W", "error", "-c", refuse + USE, *out], check=True)
    assert all(path.exists() for path in out)


# --- Requirements ----------------------------------------------------------------------------


def asked(*lines: str) -> set[tuple[str, str]]:
    """Names and bounds of requirements; an extra may also name another one of this package."""
    found = {(canonicalize_name(r.name), str(r.specifier)) for r in map(Requirement, lines)}
    return {(name, bound) for name, bound in found if name != "hanbin-data"}


ASKED = asked(*PROJECT["dependencies"], *chain(*EXTRAS.values()))


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
DISTRIBUTIONS = {
    "IPython": "ipykernel",
    "PIL": "pillow",
    "jupyter_client": "nbclient",
    "numpy": "pandas",
    "pptx": "python-pptx",
}


@pytest.mark.parametrize("module", MODULES)
def test_the_extras_name_what_the_package_imports(module: str) -> None:
    bare = room(module) in ("floor", "data")
    known = {name for name, _ in asked(*PROJECT["dependencies"], *EXTRAS["slides"][bare * 99 :])}
    tops = {name.partition(".")[0] for name in imported(module)}
    tops -= sys.stdlib_module_names | {"hanbin_data"}
    # The data room writes workbooks where the library for it is there, and says so where not.
    tops -= {"xlsxwriter"} if bare else set()
    assert {DISTRIBUTIONS.get(name, name).lower() for name in tops} <= known


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


@pytest.mark.parametrize("name", README)
def test_the_code_of_a_readme_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


@pytest.mark.parametrize("name", README)
def test_a_readme_lists_the_notebooks_and_says_which_goal_is_missed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    notebooks = [file for file in committed() if file.endswith(".ipynb")]
    assert [file for file in notebooks if f"({file})" not in text] == []
    goals = re.findall(r"\| ([\d.]+) \| ([≤≥]) ([\d.]+)(, missed|，未达到)? \|", text)
    assert goals
    for ratio, sign, goal, missed in goals:
        beyond = float(ratio) > float(goal) if sign == "≤" else float(ratio) < float(goal)
        assert bool(missed) == beyond, (ratio, goal)


@pytest.mark.parametrize("name", README)
def test_on_windows_the_same_lab_opens_as_by_make(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    block = re.findall(r"```powershell\n(.*?)```", text, flags=re.S)[0]
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    own = re.search(r"/jupyter lab (.*) \\\n", made)
    assert own
    assert f"jupyter lab {own[1]} notebooks" in block
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
    # The build tool adds PKG-INFO, which names the contents, and .gitignore, which it obeys.
    around = {"LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    with tarfile.open(wheel.with_name(f"{version}.tar.gz")) as sdist:
        assert {*sdist.getnames()} == {f"{version}/{name}" for name in held | around}


@pytest.mark.thorough
def test_it_installs_and_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(home)], check=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [*uv, "pip", "install", "--python", str(python), str(wheel)]
    done = subprocess.run(install, capture_output=True, text=True)
    if "error sending request" in done.stderr or "network" in done.stderr.lower():
        missing("connect to one, from which an empty environment takes pandas", "a package index")
    assert done.returncode == 0, done.stderr
    command = [str(python), "-I", "-W", "error", "-c", USE, str(tmp_path / "all.json")]
    subprocess.run(command, check=True)
    packages = {path.name.partition("-")[0] for path in home.glob("lib/*/*/*.dist-info")}
    assert packages >= {"hanbin_data", "pandas", "numpy"}
    assert not packages & {"plotly", "click", "jupyterlab", "python_pptx"}


# --- The catalogues --------------------------------------------------------------------------

CATALOGUES = ["hanbin_data/zh.po", "notebooks/zh.po", editions.PAGES]


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_message_has_its_chinese_and_none_is_left_over(name: str) -> None:
    found = {message.id for message in editions.messages()[name] if message.id}
    stored = editions.catalogue(name)
    listed = {message.id: message for message in stored if message.id}
    assert found - set(listed) == set(), "missing: make words"
    assert set(listed) - found | set(stored.obsolete) == set(), "unused: make words"
    assert [text for text, message in listed.items() if message.fuzzy] == [], "fuzzy"
    assert [text for text, message in listed.items() if not message.string] == [], "untranslated"


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)", text))


UNITS = {"hundred million": 1e8, "million": 1e6, "万": 1e4, "亿": 1e8}
SPELLED = "zero one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: number for number, word in enumerate(SPELLED.split())}
WORDS |= {"no": 0, "none": 0, "each": 1, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100}
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}


def numbers(text: str) -> Iterator[tuple[float, float]]:
    """The numbers in digits, with what they are multiplied by: 1.7 and 万."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|\{[^}]*\}|#\w+", " ", text)
    pattern = rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(UNITS)})?"
    for found, unit in re.findall(pattern, text, re.A):
        yield float(found.rstrip(",").replace(",", "")), UNITS.get(unit, 1)


def lacking(text: str, other: str) -> set[float]:
    """The numbers of a text that its translation has neither in digits nor in words."""
    units = {1, *(factor for unit, factor in UNITS.items() if unit in other)}
    meant = {round(number * unit, 6) for number, own in numbers(other) for unit in {own, *units}}
    meant |= {MONTHS.get(word, WORDS.get(word.lower())) for word in re.findall("[A-Za-z]+", other)}
    meant |= {unicodedata.numeric(word, None) for word in other if not word.isascii()}
    return {round(number * factor, 6) for number, factor in numbers(text)} - meant


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_chinese_has_the_numbers_and_placeholders_of_the_english(name: str) -> None:
    differing = {}
    for message in editions.catalogue(name):
        if message.id and message.string:
            strange = lacking(message.id, message.string) | lacking(message.string, message.id)
            if name != "notebooks/zh.po":
                strange |= set(placeholders(message.id)) ^ set(placeholders(message.string))
            if strange:
                differing[message.id[:80]] = strange
    assert differing == {}


@pytest.mark.parametrize(
    ("english", "chinese", "found"),
    [
        ("On 28 September 2021, 1,116 of `f[7]`", "2021年9月28日，1116个", set()),
        ("In October 2021", "2021年9月", {9}),
        ("1,116 organisations", "1117个组织", {1116, 1117}),
        ("17,000 yuan", "1.7万元", set()),
        ("17,000 yuan", "17万元", {17000, 170000}),
        ("per 100 cases, two each", "每百件2例", set()),
    ],
)
def test_a_message_with_another_number_is_found_out(
    english: str, chinese: str, found: set[float]
) -> None:
    assert lacking(english, chinese) | lacking(chinese, english) == found


def test_the_compiled_catalogue_is_the_catalogue() -> None:
    compiled = read_mo(io.BytesIO((ROOT / "hanbin_data/zh.mo").read_bytes()))
    stored = editions.catalogue("hanbin_data/zh.po")
    one, other = ({m.id: m.string for m in found if m.id} for found in (compiled, stored))
    assert one == other, "make words"

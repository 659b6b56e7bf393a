"""The files around the package agree with one another, and the rooms of the package stay apart."""

import ast
import calendar
import io
import re
import string
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from babel.messages.mofile import read_mo

import editions
import hanbin_data as hd
from conftest import ROOT, missing

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = ["README.md", "README.zh-CN.md"]


# --- The rooms and the arrows between them ---------------------------------------------------

PACKAGE = ROOT / "hanbin_data"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
FLOOR = {"hanbin_data.words", "hanbin_data.saving"}


def room(module: str) -> str:
    if module in FLOOR:
        return "floor"
    if module == "hanbin_data.__main__":
        return "command line"
    inner = module.split(".")[1:2]
    return inner[0] if inner in (["charts"], ["slides"]) else "data"


@cache
def imported(path: Path) -> set[str]:
    """Every module that one imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                inner = {f"{module}.{alias.name}" for alias in names} & set(MODULES)
                found |= inner or {module}
            case ast.ImportFrom():
                raise AssertionError(f"{path.name} imports relatively: name the whole module")
    return found


ALLOWED = {
    "floor": set(),
    "data": {"floor", "data"},
    "charts": {"floor", "data", "charts"},
    "slides": {"floor", "slides"},
    "command line": {"floor", "data", "charts", "slides"},
}


@pytest.mark.parametrize("module", MODULES)
def test_arrows_between_the_rooms_point_downwards(module: str) -> None:
    """While this holds, data needs no plotly, and slides can leave as a package of their own."""
    own = imported(MODULES[module]) & set(MODULES)
    up = {other for other in own if room(other) not in ALLOWED[room(module)]}
    assert not up, f"{module}, of {room(module)}, imports {sorted(up)}"


def test_no_module_imports_itself_by_a_detour() -> None:
    arrows = {module: imported(path) & set(MODULES) for module, path in MODULES.items()}
    while leaves := {module for module, own in arrows.items() if not own & set(arrows) - {module}}:
        arrows = {module: own for module, own in arrows.items() if module not in leaves}
    assert not arrows, f"a circle among {sorted(arrows)}"


def test_the_data_room_needs_pandas_alone(tmp_path: Path) -> None:
    code = """
import sys
import pandas
own = {'pandas', 'numpy', 'dateutil', 'six', 'pyarrow', 'hanbin_data'}
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] not in own | sys.stdlib_module_names:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import hanbin_data as hd
assert len(hd.figures()) == len(hd.verify('x').figures)
for name in hd.tables()['name']:
    hd.load(name, lang='zh')
for table in (hd.indicators, hd.refusals, hd.checks, hd.context, hd.comparisons, hd.numerals):
    assert len(table())
hd.export(sys.argv[1])
hd.export(sys.argv[2])
"""
    out = [tmp_path / "all.json", tmp_path / "tables"]
    subprocess.run([sys.executable, "-W", "error", "-c", code, *out], check=True)
    assert all(path.exists() for path in out)


# --- Requirements ----------------------------------------------------------------------------

ASKED = [
    line
    for lines in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for line in lines
    if not line.startswith("hanbin-data[")
]
"""Every requirement; an extra may also name another extra of this package."""


def requirement(text: str) -> tuple[str, str]:
    name, bound = re.fullmatch(r"([\w.-]+)\s*(.*)", text).groups()
    return name.lower().replace("_", "-"), bound


def test_environment_has_the_names_and_bounds_of_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = environment["dependencies"]
    conda = dict(requirement(line) for line in listed if isinstance(line, str) and line != "pip")
    pip = next((line["pip"] for line in listed if isinstance(line, dict)), [])
    wanted = {"python": PROJECT["requires-python"]}
    for line in ASKED:
        name, bound = requirement(line)
        assert wanted.setdefault(name, bound) == bound, f"{name} has two bounds"
    assert conda | dict(requirement(line) for line in pip if line != "-e .") == wanted
    assert "-e ." in pip


def test_the_lock_has_everything_with_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    packages = re.split(r"\n(?=[a-z0-9])", lock.strip())
    for package in packages:
        assert re.match(r"[\w.-]+==[\w.]+", package), package[:40]
        assert "--hash=sha256:" in package, package[:40]
    locked = {package.partition("==")[0] for package in packages}
    assert {requirement(line)[0] for line in ASKED} <= locked


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
    lines = list(PROJECT["dependencies"])
    if room(module) not in ("floor", "data"):
        lines += PROJECT["optional-dependencies"]["slides"]
    asked = {requirement(line)[0] for line in lines}
    tops = {name.partition(".")[0] for name in imported(MODULES[module])}
    for name in tops - sys.stdlib_module_names - {"hanbin_data"}:
        # The data room writes workbooks where the library for it is there, and says so where not.
        if (room(module), name) != ("data", "xlsxwriter"):
            assert DISTRIBUTIONS.get(name, name).lower() in asked, name


# --- What is committed -----------------------------------------------------------------------


@cache
def committed() -> list[str]:
    """The files of the project: what may lie about beside them is left out."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        missing("clone the project", "the project's history")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_no_file_names_a_place_of_one_machine() -> None:
    # In two pieces, so that this file does not find itself.
    place = re.compile(rb"(?<![\w.$}/])/" + rb"(?:work|root|tmp|home|Users)/\w")
    found = [name for name in committed() if place.search((ROOT / name).read_bytes())]
    assert found == []


def test_links_of_the_documents_lead_somewhere() -> None:
    for name in committed():
        if name.endswith(".md"):
            text = (ROOT / name).read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)#\s]+)\)", text):
                there = (ROOT / name).parent / target
                assert "://" in target or there.exists(), f"{name}: {target}"


@pytest.mark.parametrize("name", README)
def test_the_code_of_a_readme_runs(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


@pytest.mark.parametrize("name", README)
def test_a_readme_lists_the_notebooks_of_both_editions(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    notebooks = [file for file in committed() if file.endswith(".ipynb")]
    assert [file for file in notebooks if f"({file})" not in text] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_of_a_readme_is_that_of_its_notebook(lang: str) -> None:
    folder = ROOT / "notebooks" / ("zh" if lang == "zh" else "")
    shown = (ROOT / "docs" / f"{editions.PICTURE}.{lang}.png").read_bytes()
    assert shown == editions.picture(folder), "make notebooks"


@pytest.mark.parametrize("name", README)
def test_a_readme_says_which_goal_is_missed(name: str) -> None:
    table = (ROOT / name).read_text(encoding="utf-8")
    rows = re.findall(r"\| ([\d.]+) \| ([≤≥]) ([\d.]+)(, missed|，未达到)? \|", table)
    assert rows
    for ratio, sign, goal, missed in rows:
        beyond = float(ratio) > float(goal) if sign == "≤" else float(ratio) < float(goal)
        assert bool(missed) == beyond, (ratio, goal)


# --- Wheel and sdist -------------------------------------------------------------------------


@cache
def held() -> set[str]:
    return {name for name in committed() if name.startswith("hanbin_data/")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and with a wheel that was made from the unpacked sdist."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*build, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as sdist:
        # Python below 3.11.4 knows no filters; the archive is our own.
        sdist.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    unpacked = folder / f"hanbin_data-{hd.__version__}"
    subprocess.run([*build, "-t", "wheel"], cwd=unpacked, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.whl")
    assert path.name == f"hanbin_data-{hd.__version__}-py3-none-any.whl"
    info = f"hanbin_data-{hd.__version__}.dist-info"
    own = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    with zipfile.ZipFile(path) as wheel:
        assert sorted(wheel.namelist()) == sorted(held() | {f"{info}/{name}" for name in own})
        for name in held():
            assert wheel.read(name) == (ROOT / name).read_bytes(), name
        assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_the_sdist_holds_what_builds_the_wheel_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    top = f"hanbin_data-{hd.__version__}/"
    # The build tool adds PKG-INFO, which names the contents, and .gitignore, which it obeys.
    around = {"LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    with tarfile.open(path) as sdist:
        assert sorted(sdist.getnames()) == sorted(f"{top}{name}" for name in held() | around)


LOAD = """
import importlib.metadata, importlib.resources, sys
import hanbin_data as hd
assert hd.__file__.startswith(sys.argv[1]), hd.__file__
assert importlib.metadata.version("hanbin-data") == hd.__version__
assert (importlib.resources.files("hanbin_data") / "py.typed").is_file()
for table in (hd.figures, hd.indicators, hd.refusals, hd.checks, hd.context, hd.comparisons):
    assert len(table(lang="zh")) if table is not hd.checks else len(table())
for name in hd.tables()["name"]:
    assert len(hd.load(name, lang="zh"))
print(len(hd.figures()))
"""


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_it_installs_and_works_in_an_empty_environment(
    built: Path, kind: str, tmp_path: Path
) -> None:
    (distribution,) = built.glob(f"*.{kind}")
    home = tmp_path / "empty"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(home)], check=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [*uv, "pip", "install", "--python", str(python), str(distribution)]
    done = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True)
    if "error sending request" in done.stderr or "network" in done.stderr.lower():
        missing("connect to one, from which an empty environment takes pandas", "a package index")
    assert done.returncode == 0, done.stderr
    command = [str(python), "-I", "-W", "error", "-c", LOAD, str(home)]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert run.stdout.split() == [str(len(hd.figures()))]
    packages = {path.name.partition("-")[0] for path in home.glob("lib/*/*/*.dist-info")}
    assert packages >= {"hanbin_data", "pandas", "numpy"}
    assert not packages & {"plotly", "click", "jupyterlab", "python_pptx"}


# --- The catalogues --------------------------------------------------------------------------

CATALOGUES = ["hanbin_data/zh.po", "notebooks/zh.po"]


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_message_has_its_chinese_and_none_is_left_over(name: str) -> None:
    found = {message.id for message in editions.messages()[name] if message.id}
    stored = editions.catalogue(name)
    listed = {message.id: message for message in stored if message.id}
    assert found - set(listed) == set(), "missing: make words"
    assert set(listed) - found | set(stored.obsolete) == set(), "unused: make words"
    assert [text for text, message in listed.items() if message.fuzzy] == [], "fuzzy"
    assert [text for text, message in listed.items() if not message.string] == [], "untranslated"


def placeholders(text: str) -> Counter[str]:
    try:
        return Counter(name for _, name, *_ in string.Formatter().parse(text) if name is not None)
    except ValueError:  # a brace that stands for itself
        return Counter()


UNITS = {"hundred million": 1e8, "million": 1e6, "万": 1e4, "亿": 1e8}
SPELLED = (
    *("no none zero 零", "one each 一", "two 二 两", "three 三", "four 四", "five 五", "six 六"),
    *("seven 七", "eight 八", "nine 九", "ten 十", "eleven", "twelve"),
)
WORDS = {word: number for number, words in enumerate(SPELLED) for word in words.split()}
WORDS |= {"forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "百": 100}


def numbers(text: str) -> Iterator[tuple[float, float]]:
    """The numbers in digits, months among them, with what they are multiplied by: 1.7 and 万."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|\{[^}]*\}|#\w+", " ", text)
    for number, month in enumerate(calendar.month_name[1:], 1):
        text = re.sub(rf"\b{month}(?= \d{{4}})|(?<=\d ){month}\b", f" {number} ", text)
    pattern = rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(UNITS)})?"
    for found, unit in re.findall(pattern, text, re.A):
        yield float(found.rstrip(",").replace(",", "")), UNITS.get(unit, 1)


def lacking(text: str, other: str) -> set[float]:
    """The numbers of a text that its translation has neither in digits nor in words."""
    units = {1, *(factor for unit, factor in UNITS.items() if unit in other)}
    meant = {round(number * unit, 6) for number, _ in numbers(other) for unit in units}
    meant |= {round(number * factor, 6) for number, factor in numbers(other)}
    meant |= {WORDS[word] for word in re.findall(r"[a-z]+|[一-龥]", other.lower()) if word in WORDS}
    return {round(number * factor, 6) for number, factor in numbers(text)} - meant


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_chinese_has_the_numbers_and_placeholders_of_the_english(name: str) -> None:
    differing = {}
    for message in editions.catalogue(name):
        if message.id and message.string:
            strange = lacking(message.id, message.string) | lacking(message.string, message.id)
            if name.startswith("hanbin_data"):
                strange |= set(placeholders(message.id)) ^ set(placeholders(message.string))
            if strange:
                differing[message.id[:80]] = strange
    assert differing == {}


def test_a_message_with_another_number_is_found_out() -> None:
    assert not lacking("On 28 September 2021, 1,116 of `f[7]`", "2021年9月28日，1116个")
    assert lacking("1,116 organisations", "1117个组织") == {1116}
    assert not lacking("17,000 yuan", "1.7万元")
    assert lacking("17,000 yuan", "17万元") == {17000}
    assert not lacking("per 100 cases", "每百件")
    assert placeholders("{n} of {low:.1f}") != placeholders("{n}，{high:.1f}")


def test_the_compiled_catalogue_is_the_catalogue() -> None:
    compiled = read_mo(io.BytesIO((PACKAGE / "zh.mo").read_bytes()))
    stored = editions.catalogue("hanbin_data/zh.po")
    one, other = ({m.id: m.string for m in found if m.id} for found in (compiled, stored))
    assert one == other, "make words"

"""The wheel and the sdist hold the package and nothing else, and the wheel works alone."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import hanbin_data as hd
from conftest import ROOT, missing
from hanbin_data.exports import FUNCTIONS

PACKAGE = ROOT / "hanbin_data"
KINDS = {".py", ".csv", ".json", ".typed"}


def held() -> set[str]:
    """What the package consists of: what is committed, not what may lie about beside it."""
    listed = subprocess.run(
        ["git", "ls-files", "hanbin_data"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        missing("the project's history is not here: clone it to compare the wheel with it")
    return set(listed.stdout.splitlines())


HELD = held()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the sdist, and with a wheel that was made from the unpacked sdist."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*build, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as sdist:
        sdist.extractall(folder, filter="data")
    unpacked = folder / f"hanbin_data-{hd.__version__}"
    subprocess.run([*build, "-t", "wheel"], cwd=unpacked, check=True, capture_output=True)
    return folder


def test_the_package_holds_code_data_and_the_type_marker() -> None:
    assert {Path(name).suffix for name in HELD} == KINDS
    assert "hanbin_data/py.typed" in HELD
    assert "hanbin_data/data/datapackage.json" in HELD
    assert {name for name in HELD if name.endswith(".csv")} == {
        f"hanbin_data/data/{name}.csv" for name in (*FUNCTIONS, "codebook", "table_rows", "tables")
    }


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.whl")
    assert path.name == f"hanbin_data-{hd.__version__}-py3-none-any.whl"
    info = f"hanbin_data-{hd.__version__}.dist-info"
    own = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    with zipfile.ZipFile(path) as wheel:
        assert sorted(wheel.namelist()) == sorted(HELD | {f"{info}/{name}" for name in own})
        for name in HELD:
            assert wheel.read(name) == (ROOT / name).read_bytes(), name
        assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_the_sdist_holds_what_builds_the_wheel_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    top = f"hanbin_data-{hd.__version__}/"
    # The build tool adds PKG-INFO, which names the contents, and .gitignore, which it obeys.
    around = {"LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    with tarfile.open(path) as sdist:
        assert sorted(sdist.getnames()) == sorted(f"{top}{name}" for name in HELD | around)


LOAD = """
import importlib.metadata, importlib.resources, sys
import hanbin_data as hd
assert hd.__file__.startswith(sys.argv[1]), hd.__file__
assert importlib.metadata.version("hanbin-data") == hd.__version__
assert (importlib.resources.files("hanbin_data") / "py.typed").is_file()
frames = {name: getattr(hd, name)() for name in (
    "figures", "tables", "programmes", "numerals", "vocabulary",
    "indicators", "refusals", "checks", "context", "comparisons")}
for lang in ("en", "zh"):
    for name in frames["tables"]["name"]:
        frames[f"{name} {lang}"] = hd.load(name, lang)
for name, frame in frames.items():
    print(name, *frame.shape)
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
        missing("no package index is reached, from which an empty environment takes pandas")
    assert done.returncode == 0, done.stderr
    command = [str(python), "-I", "-W", "error", "-c", LOAD, str(home)]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    shapes = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert shapes["figures"] == "{} {}".format(*hd.figures().shape)
    assert len(run.stdout.splitlines()) == 10 + 2 * len(hd.tables())
    listed = subprocess.run(
        [*uv, "pip", "list", "--python", str(python)], check=True, capture_output=True, text=True
    )
    names = {line.split()[0] for line in listed.stdout.splitlines()[2:]}
    assert {"hanbin-data", "pandas", "numpy"} <= names
    assert not names & {"plotly", "click", "jupyterlab", "pyarrow"}

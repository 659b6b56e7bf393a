"""The wheel and the sdist hold the package and nothing else, and the wheel works alone."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import hanbin_data as hd
from conftest import ROOT

PACKAGE = ROOT / "hanbin_data"
KINDS = {".py", ".csv", ".json", ".typed"}
# What the package consists of, by its own listing: the build must neither add nor lose.
HELD = {
    path.relative_to(ROOT).as_posix()
    for path in PACKAGE.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


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
        f"hanbin_data/data/{path.name}" for path in (PACKAGE / "data").glob("*.csv")
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


def test_the_wheel_works_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    place = tmp_path / "site"
    options = ["--quiet", "--no-index", "--no-deps", "--no-compile", "--target", str(place)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True)
    # -S keeps the environment of these tests out; pandas and its needs are let in by name.
    beside = Path(pd.__file__).parent.parent
    needed = ["pandas", "numpy", "numpy.libs", "dateutil", "six.py", "tzdata", "pytz"]
    pandas = tmp_path / "pandas"
    pandas.mkdir()
    for name in needed:
        if (beside / name).exists():
            (pandas / name).symlink_to(beside / name)
    code = f"import sys; sys.path[:0] = [{str(place)!r}, {str(pandas)!r}]\n{LOAD}"
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code, str(place)]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    shapes = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert shapes["figures"] == "{} {}".format(*hd.figures().shape)
    assert len(run.stdout.splitlines()) == 10 + 2 * len(hd.tables())

"""The machine does not reach in: its own set-up, homes, locales, clocks, disks, and signals."""

import hashlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import ROOT, missing
from hanbin_data.saving import place_all

# --- What a machine has set up for other projects --------------------------------------------

BIN = Path(sys.executable).parent


CHART = "application/vnd.plotly.v1+json"


def make(recipe: str, folder: Path, *variables: str, **env: str) -> None:
    """Carry out a recipe as one of the Makefile's own, in its environment."""
    if shutil.which("make") is None:
        missing("apt-get install make", "make")
    (folder / "probe.mk").write_text(f"probe: .venv/ready\n\t{recipe}\n", encoding="utf-8")
    command = ["make", "--silent", "-f", "Makefile", "-f", str(folder / "probe.mk"), "probe"]
    # The environment under test is the one that runs this, not one that make builds anew.
    command += [f"BIN={BIN}", "--assume-old=.venv/ready", *variables]
    # This test may run under make itself, which insulates it: that does not count here.
    own = ("PYTHON", "IPYTHON", "JUPYTER", "PLOTLY", "PIP_", "MAKE", "MFLAGS")
    outer = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    done = subprocess.run(command, cwd=ROOT, env=outer | env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


REACHES = {
    "an older pandas on PYTHONPATH": (
        "import pandas; pandas.__version__",
        repr(pandas.__version__),
    ),
    "ast_node_interactivity of an IPython profile": ("'first'\n'last'", "'last'"),
    "a start-up file of an IPython profile": ("pandas.get_option('display.max_rows')", "60"),
    "another python3 kernel on JUPYTER_PATH": (
        "import os; os.environ.get('OTHER_KERNEL', 'ours')",
        "'ours'",
    ),
    "PLOTLY_RENDERER": ("import plotly.graph_objects as go; go.Figure()", CHART),
}
"""What a machine may have set up; a cell that shows whether it reaches a notebook, and what
that cell shows where it does not."""


def reaching(folder: Path) -> dict[str, str]:
    """An environment in which all of this is set up."""
    (folder / "old" / "pandas").mkdir(parents=True)
    (folder / "old" / "pandas" / "__init__.py").write_text("__version__ = '0.25'")
    profile = folder / ".ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "ipython_config.py").write_text("c.InteractiveShell.ast_node_interactivity = 'all'")
    (profile / "startup" / "00.py").write_text(
        "import pandas\nif hasattr(pandas, 'set_option'): pandas.set_option('display.max_rows', 3)"
    )
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        f'{{"argv": ["{sys.executable}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"],'
        '"display_name": "Other", "language": "python", "env": {"OTHER_KERNEL": "yes"}}'
    )
    return {
        "PYTHONPATH": str(folder / "old"),
        "HOME": str(folder),
        "IPYTHONDIR": str(profile.parent),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "PLOTLY_RENDERER": "svg",
    }


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the cells show in a notebook that make executes on such a machine."""
    folder = tmp_path_factory.mktemp("machine")
    notebook = new_notebook(cells=[new_code_cell(source) for source, _ in REACHES.values()])
    nbformat.write(notebook, folder / "probe.ipynb")
    recipe = "$(BIN)/jupyter execute --kernel_name=python3 --allow-errors --inplace"
    make(f"{recipe} {folder}/probe.ipynb", folder, **reaching(folder))
    done = nbformat.read(folder / "probe.ipynb", as_version=4)
    return [[output.get("data", {}) for output in cell.outputs] for cell in done.cells]


@pytest.mark.parametrize("kind", REACHES)
def test_what_is_set_up_elsewhere_does_not_reach_a_notebook(kind: str, shown: list[Any]) -> None:
    (output,) = shown[list(REACHES).index(kind)]
    expected = REACHES[kind][1]
    assert expected in output or output.get("text/plain") == expected


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.mark.parametrize("kind", ["PIP_USER", "pip.conf"])
def test_pip_installs_into_the_environment(
    kind: str, environment: Path, wheel: Path, tmp_path: Path
) -> None:
    (tmp_path / "pip.conf").write_text("[install]\nuser = true\n")
    where = {"PIP_USER": "1"} if kind == "PIP_USER" else {"PIP_CONFIG_FILE": f"{tmp_path}/pip.conf"}
    recipe = f"$(INSTALL) --no-index --no-deps --force-reinstall {wheel}"
    make(recipe, tmp_path, "UV=", f"BIN={environment}/bin", **where)
    (package,) = environment.glob("lib/*/site-packages/hanbin_data")
    shutil.rmtree(package)


# --- Where the package runs ------------------------------------------------------------------

EXPORTS = ["export -o all.json", "export -o all.xlsx", "export -o tables"]
CHARTS = [
    "deck 03-talent.ipynb -o deck.pptx",
    "charts 03-talent.ipynb -o charts --format html csv xlsx",
]
PICTURES = ["charts 03-talent.ipynb -o charts --format png svg pdf"]

STATED = """
import hashlib, os, sys, warnings
if os.environ.get("CLOCK"):
    import time_machine
    time_machine.travel(int(os.environ["CLOCK"]), tick=False).start()
import hanbin_data as hd
said = hashlib.sha256()
for lang in ("en", "zh"):
    hd.use(lang)
    said.update(str(hd.verify("\\u534135\\u4e2a\\u3002")).encode())
    said.update(hd.citation().encode())
for name in hd.tables()["name"]:
    said.update(hd.load(name).to_csv(lineterminator="\\n").encode())
print(said.hexdigest(), hd.__file__, sep="|")
if sys.argv[1:]:
    from hanbin_data.__main__ import main
    for line in sys.argv[1:]:
        main(line.split(), standalone_mode=False)
"""
"""Prints a fingerprint of what the package says, and where it is from; runs commands."""


def stated(
    *commands: str, folder: Path | str = "/", path: Path | None = None, **env: str
) -> list[str]:
    """What a process says that has no environment but this one."""
    where = {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(
        [sys.executable, "-c", STATED, *commands],
        env={"PATH": os.environ["PATH"], **where, **env},
        cwd=folder,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert done.stderr == b""
    return done.stdout.splitlines()[0].decode().split("|")


def content(folder: Path) -> dict[str, str]:
    """The fingerprint of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a locale in which files and terminals are in GBK."""
    folder = tmp_path_factory.mktemp("locales")
    define = ["localedef", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.GBK")]
    if not shutil.which("localedef") or subprocess.run(define, capture_output=True).returncode:
        missing("apt-get install locales", "a GBK locale")
    return folder


HOMES = {
    "no home, ASCII, 1970": {
        "HOME": "/nonexistent",
        "XDG_CACHE_HOME": "/nonexistent",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "CLOCK": "0",
        "PYTHONHASHSEED": "1",
        "PYTHONWARNINGS": "error",
    },
    "GBK": {"LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0", "PYTHONHASHSEED": "7"},
}
"""Environments in which nothing may differ."""


def exported(folder: Path, commands: list[str], **env: str) -> tuple[str, dict[str, str]]:
    """What the package says there, and every file that the commands give."""
    folder.mkdir()
    shutil.copy(ROOT / "notebooks" / "03-talent.ipynb", folder)
    return stated(*commands, folder=folder, **env)[0], content(folder)


def somewhere(env: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment with what else it needs to be what it says."""
    gbk = {"LOCPATH": str(request.getfixturevalue("locales"))} if "GBK" in env["LC_ALL"] else {}
    return {**env, **gbk}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    return exported(tmp_path_factory.mktemp("here") / "exports", EXPORTS + CHARTS)


@pytest.mark.parametrize("home", HOMES)
def test_every_export_is_the_same_everywhere(
    home: str, here: tuple[str, dict[str, str]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    env = somewhere(HOMES[home], request)
    assert exported(tmp_path / "汉滨", EXPORTS + CHARTS, **env) == here


@pytest.mark.thorough
@pytest.mark.parametrize("home", HOMES)
def test_every_picture_is_the_same_everywhere(
    home: str, browser: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    env = somewhere(HOMES[home], request)
    assert exported(tmp_path / "汉滨", PICTURES, **env) == exported(tmp_path / "here", PICTURES)


def test_the_gbk_locale_is_one(locales: Path) -> None:
    script = "import locale, sys; print(locale.getencoding(), sys.stdout.encoding)"
    env = {**HOMES["GBK"], "LOCPATH": str(locales)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True)
    assert done.stdout.lower().split() == ["gbk", "gbk"]


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be written to a folder, whoever asks: the administrator needs a disk for it."""
    if os.geteuid() == 0:
        if not mounted(folder, "--bind", str(folder), "-o", "ro"):
            missing("run as one who may mount it", "a read-only disk")
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def test_from_the_wheel_in_a_folder_that_must_not_be_written(
    wheel: Path, here: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    home = tmp_path / "site"
    shutil.unpack_archive(wheel, home, "zip")
    before = sorted(home.rglob("*"))
    with read_only(home):
        with pytest.raises(OSError, match=r"Read-only|Permission denied"):
            (home / "hanbin_data" / "new").touch()
        assert stated(path=home) == [here[0], str(home / "hanbin_data/__init__.py")]
        assert sorted(home.rglob("*")) == before


def test_from_a_zip(wheel: Path, here: tuple[str, dict[str, str]]) -> None:
    assert stated(path=wheel) == [here[0], f"{wheel}/hanbin_data/__init__.py"]


# --- While files are written -----------------------------------------------------------------

OLD = {"one.txt": b"old", "two.txt": b"old"}
NEW = {"one.txt": b"new" * 100_000, "two.txt": b"newer" * 100_000}
STEPS = ("write", "flush", "fsync", "close", "__exit__", "chmod", "link", "replace", "unlink")
"""What a program asks of a file that it has opened."""


def read(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OLD}


def started(task: Callable[[], Any]) -> int:
    """A process forked from this one that carries out a task, so that it starts at once."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            task()
            code = 0
        finally:
            os._exit(code)
    return child


def code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_killed_at_each_step_of_writing_each_file_is_the_old_or_the_new(tmp_path: Path) -> None:
    def write(last: int) -> None:
        steps = itertools.count()

        def step() -> None:
            if next(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        def called(_: object, event: str, function: object) -> None:
            if event == "c_call" and getattr(function, "__name__", "") in STEPS:
                step()

        def opened(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "open" and str(arguments[0]).startswith(str(tmp_path)):
                step()
                sys.setprofile(called)

        sys.addaudithook(opened)
        place_all(NEW, tmp_path)

    for last in itertools.count():
        for name, old in OLD.items():
            (tmp_path / name).write_bytes(old)
        ended = code(started(lambda last=last: write(last)))
        for name, found in read(tmp_path).items():
            assert found in (OLD[name], NEW[name]), (name, last)
        if not ended:
            break
        assert ended == -signal.SIGKILL
    assert last >= 5 * len(NEW)
    assert read(tmp_path) == NEW


def test_two_that_write_at_the_same_time_leave_whole_files(tmp_path: Path) -> None:
    place_all(OLD, tmp_path)
    running = {
        started(lambda files=files: [place_all(files, tmp_path) for _ in range(20)])
        for files in (OLD, NEW)
    }
    looks = 0
    while running:
        for name, found in read(tmp_path).items():
            assert found in (OLD[name], NEW[name]), name
        looks += 1
        for child in list(running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert status == 0
                running.remove(child)
    assert looks > 2
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(OLD)


def mounted(folder: Path, *options: str) -> bool:
    """Whether this process may mount something there, and has done so."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode == 0


def test_on_a_full_disk_the_old_files_stay(tmp_path: Path) -> None:
    size = f"size={4 * os.sysconf('SC_PAGE_SIZE')}"
    if not mounted(tmp_path, "-t", "tmpfs", "-o", size, "tmpfs"):
        missing("run as one who may mount it", "a disk to fill")
    try:
        place_all(OLD, tmp_path)
        before = content(tmp_path)
        with pytest.raises(OSError, match=r"No space left") as refused:
            place_all(NEW, tmp_path)
        assert str(tmp_path) in str(refused.value.filename)
        assert content(tmp_path) == before
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)

"""The package where nothing can be relied on: homes, clocks, locales, disks, and signals."""

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import plotly.graph_objects as go
import pytest
from pptx import Presentation

from conftest import ROOT
from hanbin_data import exports, notebooks, pictures, slides

STATED = """
import hashlib, sys
import hanbin_data as hd
from hanbin_data import exports
tables = exports.all_tables()
content = b"".join(exports.separated(table) for table in tables.values())
for lang in ("en", "zh"):
    content += str(hd.verify("\\u534135\\u4e2a\\u3002")).encode() + hd.citation().encode()
print(hashlib.sha256(content).hexdigest(), hd.__file__, sep="|")
"""
"""Prints a fingerprint of all that the package says, and where it was imported from."""


def stated(*options: str, path: Path | None = None, script: str = STATED, **env: str) -> list[str]:
    """What a process says that has no environment but this one."""
    where = {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(
        [sys.executable, *options, "-c", script],
        env={"PATH": os.environ["PATH"], **where, **env},
        cwd="/",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert done.stderr == b""
    return done.stdout.decode().strip().split("|")


@pytest.fixture(scope="module")
def fingerprint() -> str:
    return stated()[0]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_from_the_wheel_in_a_folder_that_must_not_be_written(
    wheel: Path, fingerprint: str, tmp_path: Path
) -> None:
    home = tmp_path / "site"
    with zipfile.ZipFile(wheel) as content:
        content.extractall(home)
    before = sorted(home.rglob("*"))
    for path in [home, *before]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    # The administrator may write anywhere, so that what is written is looked at, too.
    try:
        assert stated("-B", path=home) == [fingerprint, str(home / "hanbin_data/__init__.py")]
        assert sorted(home.rglob("*")) == before
    finally:
        for path in [home, *before]:
            path.chmod(0o755)


def test_from_a_zip(wheel: Path, fingerprint: str) -> None:
    assert stated(path=wheel) == [fingerprint, f"{wheel}/hanbin_data/__init__.py"]


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "TZ": "Asia/Kathmandu"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_the_environment_changes_nothing(env: dict[str, str], fingerprint: str) -> None:
    assert stated(**env)[0] == fingerprint


def test_no_warning_is_given(fingerprint: str) -> None:
    assert stated("-W", "error")[0] == fingerprint


LOCALE = """
import locale
locale.getpreferredencoding = lambda *_: "gbk"
locale.getencoding = lambda: "gbk"
import builtins, io
real = io.open
def open_in_gbk(file, mode="r", buffering=-1, encoding=None, *rest, **named):
    if "b" not in mode and encoding in (None, "locale"):
        encoding = "gbk"
    return real(file, mode, buffering, encoding, *rest, **named)
builtins.open = io.open = open_in_gbk
"""
"""No Debian image has a GBK locale: files are opened as they would be in one."""

CLOCK = """
import time
then = time.struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0))
time.time, time.time_ns = (lambda: 0.0), (lambda: 0)
time.gmtime = time.localtime = lambda *_: then
"""
"""It is 1970."""


@pytest.mark.parametrize("before", [LOCALE, CLOCK], ids=["GBK", "1970"])
def test_a_foreign_locale_or_clock_changes_nothing(before: str, fingerprint: str) -> None:
    assert stated(script=before + STATED)[0] == fingerprint


def chart() -> go.Figure:
    """The first chart of a notebook, as stored."""
    notebook = notebooks.read(ROOT / "notebooks" / "03-talent.ipynb")
    return slides.charts(notebook)[0]


EXPORTS: dict[str, Callable[[Path], Any]] = {
    "xlsx": lambda folder: exports.export(folder / "all.xlsx"),
    "json": lambda folder: exports.export(folder / "all.json"),
    "csv": lambda folder: exports.export(folder / "tables"),
    "pptx": lambda folder: slides.deck([chart()], folder / "deck.pptx"),
    "html": lambda folder: slides.save(chart(), folder / "chart.html"),
    "one xlsx": lambda folder: slides.save(chart(), folder / "chart.xlsx"),
    "one csv": lambda folder: slides.save(chart(), folder / "chart.csv"),
    "pictures": lambda folder: slides.save_charts(
        [chart()], folder / "pictures", ["png", "svg", "pdf"]
    ),
}
"""Every kind of export."""

EXPORTED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_hostile
for name in sys.argv[3:]:
    test_hostile.EXPORTS[name](Path(sys.argv[2]))
"""


def content(folder: Path) -> dict[str, str]:
    """The fingerprint of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def exported(browser: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every export gives here."""
    folder = tmp_path_factory.mktemp("here")
    for export in EXPORTS.values():
        export(folder)
    return content(folder)


@pytest.mark.parametrize("before", ["", CLOCK, LOCALE], ids=["hash seed", "1970", "GBK"])
def test_every_export_is_the_same_everywhere(
    before: str, exported: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", before + EXPORTED, str(ROOT / "tests"), str(tmp_path), *EXPORTS],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert content(tmp_path) == exported


@pytest.fixture(scope="module")
def drawn(browser: str) -> dict[str, bytes]:
    forms = ("png", "svg", "pdf")
    return dict(zip(forms, pictures.draw_each([(chart(), form, 2) for form in forms]), strict=True))


@pytest.fixture
def _prepared(drawn: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are made and pictures drawn once, so that moments fall upon the writing."""
    tables, figure = exports.all_tables(), chart()
    monkeypatch.setattr(pictures, "draw_each", lambda jobs: [drawn[form] for _, form, _ in jobs])
    monkeypatch.setattr(exports, "all_tables", lambda: tables)
    monkeypatch.setitem(globals(), "chart", lambda: figure)


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


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("name", EXPORTS)
def test_two_exports_at_the_same_time(name: str, tmp_path: Path) -> None:
    EXPORTS[name](tmp_path)
    expected = content(tmp_path)
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    children = [started(lambda: EXPORTS[name](tmp_path)) for _ in range(2)]
    assert [code(child) for child in children] == [0, 0]
    assert content(tmp_path) == expected


KILLS = 100
"""For each kind of export."""

OLD = b"what stood here before"


def readable(path: Path) -> bool:
    """Whether a program that such files are made for can open this one."""
    if path.suffix == ".pptx":
        return len(Presentation(str(path)).slides) > 0
    if path.suffix == ".xlsx":
        return len(openpyxl.load_workbook(path).sheetnames) > 0
    if path.suffix == ".json":
        return bool(json.loads(path.read_text(encoding="utf-8")))
    ends = (b"\r\n", b"</html>\n", b"</html>", b"IEND\xaeB`\x82", b"</svg>", b"%%EOF\n", b"%%EOF")
    return path.read_bytes().endswith(ends)


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("name", EXPORTS)
def test_killed_at_any_moment_each_file_is_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    begin = time.monotonic()
    EXPORTS[name](tmp_path)
    lasts = time.monotonic() - begin
    new = content(tmp_path)
    assert all(readable(tmp_path / path) for path in new)
    moments = random.Random(name)
    killed = 0
    old = hashlib.sha256(OLD).hexdigest()
    for path in new:
        (tmp_path / path).write_bytes(OLD)
    for attempt in range(KILLS):
        # Every other time near the end, where files are written.
        earliest = 0.7 if attempt % 2 else 0
        child = started(lambda: EXPORTS[name](tmp_path))
        time.sleep(moments.uniform(earliest, 1.1) * lasts)
        os.kill(child, signal.SIGKILL)
        ended = code(child)
        assert ended in (0, -signal.SIGKILL)
        killed += ended != 0
        for left in tmp_path.rglob("*.part"):
            left.unlink()
        found = content(tmp_path)
        assert set(found) == set(new)
        for path, at in found.items():
            assert at in (old, new[path]), path
            (tmp_path / path).write_bytes(OLD)
    assert killed > 2


def may_mount() -> bool:
    """Whether this process may make a disk of its own."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if not mounted(folder, 1):
            return False
        subprocess.run(["umount", folder], check=True)
    return True


def mounted(folder: str | Path, pages: int) -> bool:
    size = f"size={pages * os.sysconf('SC_PAGE_SIZE')}"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True).returncode == 0


FULL = ["limit", "tmpfs"]
"""A limit to the size of files stands for a full disk where no disk may be mounted."""


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("disk", FULL)
@pytest.mark.parametrize("name", EXPORTS)
def test_on_a_full_disk_the_old_files_stay(name: str, disk: str, tmp_path: Path) -> None:
    EXPORTS[name](tmp_path)
    paths = list(content(tmp_path))
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    if disk == "tmpfs":
        if not may_mount():
            pytest.skip("no disk may be mounted here; a limit stands for a full one")
        assert mounted(tmp_path, len(paths))

    def export() -> None:
        if disk == "limit":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD), len(OLD)))
        try:
            EXPORTS[name](tmp_path)
        except OSError as error:
            os._exit(3 if str(tmp_path) in str(error.filename) else 4)

    try:
        for path in paths:
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(OLD)
        before = content(tmp_path)
        assert code(started(export)) == 3
        assert content(tmp_path) == before
    finally:
        if disk == "tmpfs":
            subprocess.run(["umount", str(tmp_path)], check=True)

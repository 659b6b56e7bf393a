"""The package where nothing can be relied on: homes, clocks, locales, disks, and signals."""

import hashlib
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from pptx import Presentation

from conftest import ROOT, missing
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


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be written to a folder, whoever asks: the administrator needs a disk for it."""
    if os.geteuid() == 0:
        if not mounted(folder, "--bind", str(folder), "-o", "ro"):
            missing("no folder can be mounted read-only here")
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
    wheel: Path, fingerprint: str, tmp_path: Path
) -> None:
    home = tmp_path / "site"
    options = ["--quiet", "--no-index", "--no-deps", "--no-compile", "--target", str(home)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True)
    before = sorted(home.rglob("*"))
    with read_only(home):
        with pytest.raises(OSError, match=r"Read-only|Permission denied"):
            (home / "hanbin_data" / "new").touch()
        assert stated(path=home) == [fingerprint, str(home / "hanbin_data/__init__.py")]
        assert sorted(home.rglob("*")) == before


def test_from_a_zip(wheel: Path, fingerprint: str) -> None:
    assert stated(path=wheel) == [fingerprint, f"{wheel}/hanbin_data/__init__.py"]


@pytest.fixture(scope="session")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a locale in which files and terminals are in GBK."""
    folder = tmp_path_factory.mktemp("locales")
    define = ["localedef", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.GBK")]
    if not shutil.which("localedef") or subprocess.run(define, capture_output=True).returncode:
        missing("no GBK locale can be made: apt-get install locales")
    return folder


HOMES: dict[str, dict[str, str]] = {
    "no home": {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent", "TZ": "Asia/Kathmandu"},
    "LANG=C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "GBK": {"LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0"},
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 7": {"PYTHONHASHSEED": "7"},
    "1970": {},
    "-W error": {"PYTHONWARNINGS": "error"},
}
"""Environments in which nothing may differ."""

CLOCK = """
import time_machine
time_machine.travel(0, tick=False).start()
"""
"""It is 1970, for whoever asks afterwards."""


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest, locales: Path) -> tuple[str, dict[str, str]]:
    """What is run first, and the environment."""
    before = CLOCK if request.param == "1970" else ""
    return before, {**HOMES[request.param], "LOCPATH": str(locales)}


def test_the_gbk_locale_is_one(locales: Path) -> None:
    script = "import locale, sys; print(locale.getencoding(), sys.stdout.encoding, sep='|')"
    where = {**HOMES["GBK"], "LOCPATH": str(locales)}
    assert [name.lower() for name in stated(script=script, **where)] == ["gbk", "gbk"]


def test_the_environment_changes_nothing(
    home: tuple[str, dict[str, str]], fingerprint: str
) -> None:
    before, env = home
    assert stated(script=before + STATED, **env)[0] == fingerprint


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


def test_every_export_is_the_same_everywhere(
    home: tuple[str, dict[str, str]], exported: dict[str, str], tmp_path: Path
) -> None:
    before, env = home
    folder = tmp_path / "汉滨"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", before + EXPORTED, str(ROOT / "tests"), str(folder), *EXPORTS],
        env={**os.environ, **env},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert content(folder) == exported


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


def other(tables: dict[str, pd.DataFrame], figure: go.Figure) -> None:
    """From here on this process exports something else into the same files."""
    fewer = {name: table.head(-1) for name, table in tables.items()}
    exports.all_tables = lambda: fewer
    doubled = go.Figure(figure)
    doubled.data[0].x = [2 * number for number in figure.data[0].x]
    doubled.layout.meta = {**figure.layout.meta, "title": "Another"}
    globals()["chart"] = lambda: doubled
    real = pictures.draw_each
    pictures.draw_each = lambda jobs: [picture + b"\n" for picture in real(jobs)]


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("name", EXPORTS)
def test_two_exports_at_the_same_time(name: str, tmp_path: Path) -> None:
    tables, figure = exports.all_tables(), chart()
    known = []
    for before in (lambda: None, lambda: other(tables, figure)):
        assert code(started(lambda before=before: (before(), EXPORTS[name](tmp_path)))) == 0
        known.append(content(tmp_path))
    one, two = known
    assert set(one) == set(two)
    assert all(one[path] != two[path] for path in one)
    gate, opened = os.pipe()

    def export(before: Callable[[], None]) -> None:
        os.close(opened)
        before()
        os.read(gate, 1)  # until the parent opens it for both
        for _ in range(10):
            EXPORTS[name](tmp_path)

    children = [
        started(lambda: export(lambda: None)),
        started(lambda: export(lambda: other(tables, figure))),
    ]
    os.close(gate)
    os.close(opened)
    running, looks = set(children), 0
    while running:
        for path in one:
            assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() in (
                one[path],
                two[path],
            ), path
        looks += 1
        for child in list(running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert status == 0
                running.remove(child)
    assert looks > 2
    assert set(content(tmp_path)) == set(one)


KILLS = 100
"""For each kind of export."""

OLD = b"what stood here before"
STEPS = ("write", "writelines", "flush", "fsync", "close", "__exit__", "chmod", "replace")
"""What a program asks of a file that it has opened."""


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


def check_whole(folder: Path, new: dict[str, str]) -> None:
    """Each file is the old or the new one; then all are the old ones again."""
    for left in folder.rglob("*.part"):
        left.unlink()
    found = content(folder)
    assert set(found) == set(new)
    for path, at in found.items():
        assert at in (hashlib.sha256(OLD).hexdigest(), new[path]), path
        (folder / path).write_bytes(OLD)


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("name", EXPORTS)
def test_killed_a_hundred_times_each_file_is_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    begin = time.monotonic()
    EXPORTS[name](tmp_path)
    lasts = time.monotonic() - begin
    new = content(tmp_path)
    assert all(readable(tmp_path / path) for path in new)
    check_whole(tmp_path, new)
    moments = random.Random(name)
    killed = attempts = 0
    while killed < KILLS:
        # Every other time near the end, where files are written.
        earliest = 0.7 if attempts % 2 else 0
        attempts += 1
        child = started(lambda: EXPORTS[name](tmp_path))
        time.sleep(moments.uniform(earliest, 1.1) * lasts)
        os.kill(child, signal.SIGKILL)
        ended = code(child)
        assert ended in (0, -signal.SIGKILL)
        killed += ended != 0
        check_whole(tmp_path, new)
        assert attempts < 10 * KILLS


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize("name", EXPORTS)
def test_killed_at_each_step_of_writing_each_file_is_the_old_or_the_new(
    name: str, tmp_path: Path
) -> None:
    EXPORTS[name](tmp_path)
    new = content(tmp_path)
    check_whole(tmp_path, new)

    def export(last: int) -> None:
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
        EXPORTS[name](tmp_path)

    for step in itertools.count():
        ended = code(started(lambda step=step: export(step)))
        check_whole(tmp_path, new)
        if not ended:
            break
        assert ended == -signal.SIGKILL
    assert step >= 5 * len(new)


def mounted(folder: Path, *options: str) -> bool:
    """Whether this process may mount something there, and has done so."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode == 0


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
        size = f"size={len(paths) * os.sysconf('SC_PAGE_SIZE')}"
        if not mounted(tmp_path, "-t", "tmpfs", "-o", size, "tmpfs"):
            missing("no disk may be mounted here; a limit stands for a full one")

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

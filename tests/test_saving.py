"""Files are whole, whatever happens while they are written."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanbin_data.saving import place

KILLED = """
import os, sys
from hanbin_data import saving
def stop(handle):
    print("written", flush=True)
    sys.stdin.read()
saving.os.fsync = stop
saving.place(sys.argv[1], b"new" * 100_000)
"""

FULL = """
import resource, signal, sys
from hanbin_data import saving
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    saving.place(sys.argv[1], b"new" * 100_000)
except OSError as error:
    sys.exit(f"{error.filename} {error.errno}")
"""


def test_a_file_is_placed_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for content in (b"old", b"new"):
        assert place(path, content) == path
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_killed_while_writing_the_old_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    assert path.read_bytes() == b"old"


def test_killed_while_saving_a_deck_the_old_deck_is_whole(tmp_path: Path) -> None:
    from pptx import Presentation

    path = tmp_path / "a.pptx"
    script = (
        "import sys, plotly.graph_objects as go\n"
        "from hanbin_data import slides\n"
        "fig = go.Figure(go.Bar(x=['a', 'b'], y=[1, 2]))\n"
        "while True:\n"
        "    slides.save(fig, sys.argv[1])\n"
        "    print('saved', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
    assert len(Presentation(str(path)).slides) == 1


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL, path], capture_output=True, text=True)
    assert done.returncode == 1
    assert str(path) in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        place(tmp_path / "a.txt", b"new")
    assert not list(tmp_path.iterdir())


def test_paths_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        place(tmp_path / "none" / "a.txt", b"")
    with pytest.raises(IsADirectoryError):
        place(tmp_path, b"")
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    # The administrator may write anywhere, so the answer is given here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="write-protected"):
        place(path, b"new")
    assert path.read_bytes() == b"old"


def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    place(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    place(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"

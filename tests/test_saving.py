"""Files are whole, and so are sets of files, whatever happens while they are written."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanbin_data import saving
from hanbin_data.saving import filenames, place, place_all

FULL = """
import resource, signal, sys
from hanbin_data import saving
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    saving.place_all({"a.txt": b"new", "b.txt": b"new" * 100_000}, sys.argv[1])
except OSError as error:
    sys.exit(f"{error.filename} {error.errno}")
"""


def fail(number: int) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_file_is_placed_whole_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("a.txt")
    for name, text in (("a.txt", b"old"), ("link.txt", b"new")):
        assert place(tmp_path / name, text) == tmp_path / "a.txt"
        assert (tmp_path / "a.txt").read_bytes() == text
    assert content(tmp_path) == {"a.txt": b"new", "link.txt": b"new"}
    assert (tmp_path / "link.txt").is_symlink()


def test_a_full_disk_leaves_the_old_files_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True)
    assert done.stderr == f"{tmp_path / 'b.txt'} {errno.EFBIG}\n"
    assert content(tmp_path) == {"b.txt": b"old"}


@pytest.mark.parametrize("refused", ["chmod", "chown", "fsync", "link"])
@pytest.mark.parametrize("number", [errno.EPERM, errno.EINVAL, errno.ENOTSUP])
def test_file_systems_that_refuse_rights_still_get_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str, number: int
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, refused, fail(number))
    place_all({"a": b"new", "b": b"new"}, tmp_path)
    assert content(tmp_path) == {"a": b"new", "b": b"new"}


@pytest.mark.parametrize(
    ("before", "chown_works", "after"), [(0o640, True, 0o640), (0o664, False, 0o644)]
)
def test_a_new_file_is_never_more_open_than_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, chown_works: bool, after: int
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(before)
    seen, fsync, own = [], os.fsync, os.stat_result

    def sync(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", sync)
    if not chown_works:  # the old file is another's
        real = Path.stat

        def others(file: Path, **given: Any) -> Any:
            found = list(real(file, **given))
            found[5] += file.name == "a.txt"
            return own(found)

        monkeypatch.setattr(Path, "stat", others)
        monkeypatch.setattr(os, "chown", fail(errno.EPERM))
    place(path, b"new")
    assert seen == [before & 0o600]
    assert stat.S_IMODE(os.stat(path).st_mode) == after


@pytest.mark.parametrize("last", ["x" * 300, "folder", "none/b.txt"])
def test_a_set_whose_last_file_cannot_be_is_not_begun(tmp_path: Path, last: str) -> None:
    (tmp_path / "folder").mkdir()
    into = tmp_path / "out"
    with pytest.raises(OSError, match=r"b\.txt|none|x{300}|folder"):
        place_all({"a.txt": b"", f"../{last}": b""}, into)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("error", "moved"),
    [(KeyboardInterrupt(), False), (OSError(errno.EACCES, "open elsewhere"), False),
     (KeyboardInterrupt(), True)],
)  # fmt: skip
def test_a_set_that_stops_midway_is_undone_and_a_whole_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, moved: bool
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    replace = os.replace

    def stop_at_c(source: Path, to: Path) -> None:
        if to.name != "c" or moved:
            replace(source, to)
        if to.name == "c":
            raise error

    monkeypatch.setattr(saving.os, "replace", stop_at_c)
    with pytest.raises(type(error)):
        place_all({"a": b"new", "b": b"new", "c": b"new"}, tmp_path)
    assert content(tmp_path) == (dict.fromkeys("abc", b"new") if moved else {"a": b"old"})


def test_paths_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        place(tmp_path / "none" / "a.txt", b"")
    with pytest.raises(IsADirectoryError):
        place(tmp_path, b"")
    with pytest.raises(ValueError, match="two of the files"):
        place_all({"a": b"", "./a": b""}, tmp_path)
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    # The administrator may write anywhere, so the answer is given here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="write-protected"):
        place(path, b"new")
    assert content(tmp_path) == {"a.txt": b"old"}


def test_names_fit_every_system_and_none_comes_twice(tmp_path: Path) -> None:
    given = ["aux", "Com1.x", "a/b", "A-B", "..", "", "汉滨" * 200, "汉滨" * 200, "café", "café"]
    names = filenames(given)
    assert names[:6] == ["aux_", "Com1.x_", "a-b", "A-B-2", "chart-5", "chart-6"]
    assert names[-2:] == ["café", "café-2"]
    place_all({f"{name}.pptx": b"" for name in names}, tmp_path)
    assert len({name.casefold() for name in names}) == len(given) == len(content(tmp_path))

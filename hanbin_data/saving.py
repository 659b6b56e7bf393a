"""Writing files so that a reader never meets half of one, nor half of a set of them.

This module knows nothing of the report and imports nothing of the package.
"""

import errno
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

_LONGEST = 180
"""Bytes of a file's name that are its own; a number and an ending still fit into 255."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\..*)?")
"""What Windows takes for a device, whatever ending follows."""


def named(path: str | os.PathLike[str]) -> Path:
    """The path that is given, whatever stands there.

    Raises:
        TypeError: it is neither a string nor a path.
        ValueError: no file can have such a name.
    """
    if not isinstance(path, str | os.PathLike) or isinstance(os.fspath(path), bytes):
        raise TypeError(f"path must be a string or a path, not {type(path).__name__}")
    with suppress(UnicodeEncodeError):
        if b"\0" not in os.fsencode(path):
            return Path(path)
    raise ValueError(f"no file can have the name {os.fspath(path)!r}")


def target(path: str | os.PathLike[str]) -> Path:
    """The file that a path leads to, if a file can be put there.

    Raises:
        TypeError, ValueError: see :func:`named`.
        OSError: as its kind tells: there is no folder around it, it is a folder, a device or
            a pipe, it must not be written, or its name is too long.
    """
    file = named(path).resolve()
    if os.name == "nt" and _RESERVED.fullmatch(file.name):
        raise ValueError(f"Windows keeps the name {file.name!r} for a device")
    if not file.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(file.parent)!r}; create it first")
    try:
        file.lstat()
    except FileNotFoundError:
        return file
    if file.is_dir():
        raise IsADirectoryError(f"{str(file)!r} is a folder, not a file")
    if not file.is_file():
        raise FileExistsError(f"{str(file)!r} is a device or pipe, not a file")
    # Replacing a file needs no permission on the file itself, so it is asked for here.
    if not os.access(file, os.W_OK):
        raise PermissionError(f"{str(file)!r} is write-protected")
    return file


def home(path: str | os.PathLike[str]) -> Path:
    """The folder that a path leads to, which is there or can be made by :func:`place_all`.

    Raises:
        TypeError, ValueError: see :func:`named`; or the path is empty.
        OSError: as its kind tells: the folder around it does not exist, or it is a file.
    """
    into = named(path)
    if not os.fspath(path):
        raise ValueError("the path of a folder must not be empty; '.' is the current one")
    into = into.resolve()
    if not into.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(into.parent)!r}; create it first")
    if into.exists() and not into.is_dir():
        raise NotADirectoryError(f"{str(into)!r} is a file, not a folder")
    return into


def filenames(names: Iterable[str], otherwise: str = "chart") -> list[str]:
    """File names, without endings, that every system takes; none stands there twice.

    A name that comes again, also in other letters' case, gets a number, and a name without
    a character that can be kept becomes ``otherwise`` with its position.
    """
    taken: dict[str, str] = {}
    for position, name in enumerate(names, 1):
        plain = unicodedata.normalize("NFC", re.sub(r"[^\w.-]+", "-", name))
        plain = plain.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip(".-")
        plain = f"{plain}_" if _RESERVED.fullmatch(plain) else plain or f"{otherwise}-{position}"
        unique, number = plain, 2
        while unique.casefold() in taken:
            unique, number = f"{plain}-{number}", number + 1
        taken[unique.casefold()] = unique
    return list(taken.values())


def place(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file aside, in the same folder, and move it into place.

    Killed at any moment, the old file is whole; a failure leaves nothing behind. Where the
    file system refuses rights, owners or syncing, the file is written all the same.

    Raises:
        OSError: the content cannot be written, say because the disk is full; also the
            errors of :func:`target`. The message names the file asked for.
    """
    return place_all({path: content})[0]


def place_all(
    files: Mapping[str | os.PathLike[str], bytes], into: str | os.PathLike[str] | None = None
) -> list[Path]:
    """Write a set of files: all of them, or none.

    Args:
        files: the content by path, which ``into`` goes before.
        into: a folder, made if only it itself is missing.

    Returns:
        The files written.

    Raises:
        ValueError: two paths lead to one file.
        OSError: see :func:`place` and :func:`home`; everything is then as it was.
    """
    around = Path() if into is None else home(into)
    made = not around.is_dir()
    done, token, file = False, secrets.token_hex(8), around
    contents: dict[Path, bytes] = {}
    parts: dict[Path, tuple[Path, Path]] = {}  # the new content, and the old
    moving: list[Path] = []
    try:
        if made:
            around.mkdir()
        for number, (path, content) in enumerate(files.items()):
            file = around / named(path)  # which an error names
            file = target(file)
            if file in contents:
                raise ValueError(f"two of the files to write are {str(file)!r}")
            contents[file] = content
            stem = file.with_name(f".{token}-{number}")
            parts[file] = stem.with_suffix(".part"), stem.with_suffix(".old.part")
        for file, content in contents.items():
            _write(parts[file][0], content, file)
        for file, (_, old) in parts.items() if len(parts) > 1 else ():  # one moves whole or not
            if file.exists():
                _keep(file, old)
        for file, (new, _) in parts.items():
            moving.append(file)
            os.replace(new, file)
        done = True
        return moving
    except BaseException as error:
        if any(new.exists() for new, _ in parts.values()):  # else all were moved before it came
            for moved in (one for one in moving if not parts[one][0].exists()):
                old = parts[moved][1]
                os.replace(old, moved) if old.exists() else moved.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(file)) from error
        raise
    finally:
        for part in (one for pair in parts.values() for one in pair):
            part.unlink(missing_ok=True)
        if made and not done:
            with suppress(OSError):  # it is not empty
                around.rmdir()


def _write(aside: Path, content: bytes, file: Path) -> None:
    """Write what is to replace a file, which nobody may read before or after who may not now."""
    before = file.stat() if file.exists() else None
    rights = 0o666 if before is None else before.st_mode & 0o600  # less the umask
    with open(aside, "xb", opener=lambda path, flags: os.open(path, flags, rights)) as stream:
        stream.write(content)
        stream.flush()
        try:
            os.fsync(stream.fileno())
        except OSError as error:  # of file systems that cannot, unlike disks that fail
            if error.errno in (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
    if before is not None:
        rights = before.st_mode & 0o777
        try:
            now = aside.stat()
            if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
                os.chown(aside, before.st_uid, before.st_gid)
        except OSError:  # another's file: its group may do no more than anybody
            rights = rights & ~0o070 | (rights & 0o007) << 3
        with suppress(OSError):
            os.chmod(aside, rights)


def _keep(file: Path, copy: Path) -> None:
    """A second name of a file, or a copy where a file cannot have two."""
    try:
        os.link(file, copy)
    except OSError:
        shutil.copy2(file, copy)

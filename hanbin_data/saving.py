"""Writing files so that a reader never meets half of one."""

import os
import secrets
import shutil
from pathlib import Path


def named(path: str | os.PathLike[str]) -> Path:
    """The path that is given, whatever stands there.

    Raises:
        TypeError: it is neither a string nor a path.
        ValueError: no file can have such a name.
    """
    if not isinstance(path, str | os.PathLike) or isinstance(os.fspath(path), bytes):
        raise TypeError(f"path must be a string or a path, not {type(path).__name__}")
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"no file can have the name {os.fspath(path)!r}")
    return Path(path)


def target(path: str | os.PathLike[str]) -> Path:
    """The file that a path leads to, if a file can be put there.

    Raises:
        TypeError: it is neither a string nor a path.
        ValueError: no file can have such a name, say because it holds a null character.
        FileNotFoundError: its folder does not exist.
        IsADirectoryError: it is a folder.
        FileExistsError: it is a device or a pipe.
        PermissionError: it is a file that must not be written.
    """
    file = named(path).resolve()
    if not file.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(file.parent)!r}; create it first")
    if file.is_dir():
        raise IsADirectoryError(f"{str(file)!r} is a folder, not a file")
    if file.exists() and not file.is_file():
        raise FileExistsError(f"{str(file)!r} is a device or pipe, not a file")
    # Replacing a file needs no permission on the file itself, so it is asked for here.
    if file.exists() and not os.access(file, os.W_OK):
        raise PermissionError(f"{str(file)!r} is write-protected")
    return file


def folder(path: str | os.PathLike[str]) -> Path:
    """The folder that a path leads to, which is there or can be made.

    Raises:
        TypeError: it is neither a string nor a path.
        ValueError: the path is empty, or no folder can have such a name.
        FileNotFoundError: the folder around it does not exist.
        NotADirectoryError: it is a file.
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


def place(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file aside, in the same folder, and move it into place.

    Killed at any moment, the old file is whole; a failure leaves nothing behind.

    Raises:
        OSError: the content cannot be written, say because the disk is full; also the
            errors of :func:`target`. The message names the file asked for.
    """
    file = target(path)
    aside = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(aside, "xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            shutil.copymode(file, aside)  # who may read a file is its owner's choice
        os.replace(aside, file)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(file)) from error
        raise
    return file

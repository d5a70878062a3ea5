"""Files of ours are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..errors import FileError, shown
from .reading import path_of

__all__ = ["write_whole"]


def write_whole(path: object, text: str, where: str) -> Path:
    """Write a text to a file, whole or not at all: beside it, to the disk, and then in its place.

    Raises
    ------
    FileError
        If it cannot be written; what stood there before is untouched then.
    """
    target = path_of(path, where)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise FileError(f"{where}: a text holds {text[error.start]!r}, which is no character; mend that text") from None
    try:
        if not target.parent.is_dir():
            raise FileError(f"{where}: there is no folder {shown(str(target.parent), 500)}; make it first")
        if target.is_dir():
            raise FileError(f"{where}: {shown(str(target))} is a folder; give the path of a file in it")
        if target.exists() and not target.is_file():  # a device or a pipe would be a plain file afterwards
            raise FileError(f"{where}: {shown(str(target))} is no file; give the path of a file")
        final = target.resolve()  # a link stays a link
    except OSError as error:
        raise FileError(f"{where}: {error.strerror or type(error).__name__}; give the path of a file") from None
    beside = final.with_name(f".{final.stem[:40]}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if final.exists():
            beside.chmod(final.stat().st_mode)
        beside.replace(final)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise FileError(f"{where}: {reason}; what stood there before is as it was") from None
    return target

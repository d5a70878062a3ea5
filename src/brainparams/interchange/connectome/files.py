"""A file on its way in: that it is there and not too large, its fingerprint, and the edition it is known to be."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import foreign
from ...errors import FileError, KindError, shown
from ...files import FileRead, path_of
from ..delimited import PACKED, decoded, opened

__all__ = ["EDITIONS", "Edition", "Folder", "Origin", "as_path", "library", "origin_of", "plain_copy"]

STEP = 2**22
MOST_WIDE = 2**28  # bytes of a text in UTF-16, which is turned into UTF-8 in memory


@dataclass(frozen=True, slots=True)
class Edition:
    """A public file that is known by its fingerprint: what it is, what its weight counts, and who published it."""

    name: str
    weight: str
    source: str


# By SHA-256. The meaning of the weight is the one that its authors give.
EDITIONS = {
    "142693f17556148d7f962835b18ac6dd5af18b7467eef61815ebc1dd5474c0ca": Edition(
        "Cook et al. 2019, hermaphrodite, edge list of 2018", "EM sections", "cook2019"
    ),
    "0ecb228c825ef2e7860ef4643684ce42d6154bc3b023317f87638d98faf07d07": Edition(
        "Cook et al. 2019, hermaphrodite, matrix corrected July 2020", "EM sections", "cook2019"
    ),
    "33e073727baf85286ce8f278a1a418bff8779ed0dac1a3ea38174ed89ed16af7": Edition(
        "Varshney et al. 2011, table of WormAtlas", "synapses", "varshney2011"
    ),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows came from, for messages and for the trace."""

    name: str
    size: int | None = None
    sha256: str | None = None

    @property
    def file(self) -> FileRead | None:
        """The file itself; None for what was in memory."""
        return FileRead(self.name, self.size, self.sha256) if self.sha256 and self.size is not None else None

    @property
    def edition(self) -> Edition | None:
        """What the file is known to be, by its fingerprint."""
        return EDITIONS.get(self.sha256 or "")

    @property
    def told(self) -> str:
        """The name with its size and fingerprint, in words."""
        if self.sha256 is None:
            return self.name
        known = f"; {self.edition.name}" if self.edition else ""
        return f"{self.name} ({self.size:,} bytes, sha256 {self.sha256[:16]}…{known})"


def origin_of(path: Path, largest: int) -> Origin:
    """Return the origin of a file that is there and not larger than a number of bytes.

    Raises
    ------
    FileError
        If it is missing, a folder, empty, unreadable or too large.
    """
    where = f"connectome(): {path.name[:80]}"
    try:
        if path.is_dir():
            raise FileError(
                f"{where}: is a folder; give one file, such as an edge list or a SONATA circuit_config.json"
            )
        size = path.stat().st_size
        if size == 0:
            raise FileError(f"{where}: the file is empty")
        if size > largest:
            raise FileError(
                f"{where}: has {size:,} bytes, and this format is read up to {largest:,}; save it as Parquet, "
                f"which is read in parts"
            )
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(
            f"{where}: cannot be read ({error.strerror or error}); the path was {shown(str(path))}"
        ) from None
    return Origin(path.name, size, digest)


class Folder:
    """A temporary folder that goes when nobody holds it any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="brainparams-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def plain_copy(path: Path, largest: int) -> tuple[Path, Folder | None]:
    """Return a file that is neither packed nor UTF-16: itself, or a copy on the disk and the folder that holds it.

    Raises
    ------
    FileError
        If it is not packed as its suffix says, or unpacks to more than a number of bytes.
    """
    where = f"connectome(): {path.name}"
    is_packed = path.suffix.casefold() in PACKED
    with path.open("rb") as file:
        is_wide = not is_packed and file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    if not is_packed and not is_wide:
        return path, None
    folder = Folder()
    plain = folder.path / (path.stem if is_packed else path.name)
    with opened(path, where) as packed, plain.open("wb") as copy:
        if is_wide:
            copy.write(decoded(packed.read(MOST_WIDE), where).encode())
        while part := packed.read(STEP):
            copy.write(part)
            if copy.tell() > largest:
                raise FileError(f"{where}: unpacks to more than {largest:,} bytes; save it as Parquet")
    return plain, folder


def as_path(source: object) -> Path:
    """Return a path of what was given as one."""
    if not isinstance(source, str | Path):
        raise KindError(
            f"connectome(): {shown(source)} is no path and no data frame; give a file, or a table of connections"
        )
    return path_of(source, "connectome()").expanduser()


def library(name: str) -> Any:
    """Return an optional library, or say how to get it."""
    return foreign.library(name, "connectome()")

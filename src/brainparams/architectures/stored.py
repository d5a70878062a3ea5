"""A model as it is stored: a live module, or the header of a ``safetensors`` file, without loading a weight."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from ..checks import strict
from ..errors import FileError, KindError, shown
from ..files import LARGEST_HEADER, FileRead, file_read, header_of, strict_json
from ..graph.inputs import leaf
from ..quantity import Quantity
from ..render.blocks import Block, Length, Sentence
from ..render.tables import Table
from . import Architecture
from .readers import from_config

__all__ = ["StoredArray", "StoredModel", "of"]

INDEX = ".index.json"
# Bits of a number, by the words of the format and of torch.
BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32,
    "U16": 16, "U8": 8, "BOOL": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
    "C64": 64,
}  # fmt: skip
WHOLE = ("I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")


@dataclass(frozen=True, slots=True)
class StoredArray:
    """One array as it is stored.

    Attributes
    ----------
    name : str
        Its name.
    shape : tuple of int
        Its sides.
    dtype : str
        Kind of its numbers, such as "BF16".
    bytes : int
        Its bytes.
    file : FileRead or None
        The header that it stands in.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.StoredArray("head.weight", (10, 64), "F32", 2560).size
    640
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    bytes: int
    file: FileRead | None = field(default=None, compare=False)

    @property
    def size(self) -> int:
        """The numbers in it."""
        return math.prod(self.shape)

    @property
    def is_packed(self) -> bool:
        """Whether it holds whole numbers, such as several narrow ones in each: then its size is no count of weights."""
        return self.dtype in WHOLE


@dataclass(frozen=True, repr=False)
class StoredModel(Table[tuple[str, int, int, int]]):
    """The arrays of a stored model, each once: their number, parameters and bytes by kind of number.

    Attributes
    ----------
    name : str
        Of the module or the file.
    arrays : tuple of StoredArray
        Every array, shared ones once.
    said : tuple of str
        What was shared, packed or left out, and whether the count agrees with a configuration.

    Examples
    --------
    >>> import brainparams as bp, json, pathlib, struct, tempfile
    >>> header = json.dumps({"w": {"dtype": "BF16", "shape": [3, 4], "data_offsets": [0, 24]}}).encode()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "tiny.safetensors"
    ...     _ = file.write_bytes(struct.pack("<Q", len(header)) + header + bytes(24))
    ...     found = bp.architectures.of(file)
    >>> found
    tiny.safetensors: 12 numbers in 1 array, 24 bytes
      numbers  arrays  count  bytes
      BF16          1     12     24
    """

    name: str
    arrays: tuple[StoredArray, ...]
    said: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The numbers in all arrays."""
        return sum(each.size for each in self.arrays)

    @property
    def bytes(self) -> int:
        """The bytes of all arrays."""
        return sum(each.bytes for each in self.arrays)

    @cached_property
    def parameters(self) -> Quantity:
        """The numbers as parameters; packed ones are not unpacked."""
        return self._total(lambda each: each.size, "parameter", "parameters", "P")

    @cached_property
    def memory(self) -> Quantity:
        """The bytes as a quantity."""
        return self._total(lambda each: each.bytes, "byte", "memory", "M")

    def _total(self, count: Callable[[StoredArray], int], unit: str, what: str, symbol: str) -> Quantity:
        """Return the sum over the files in which the arrays stand."""
        counts: dict[FileRead | None, int] = {} if self.arrays else {None: 0}
        for each in self.arrays:
            counts[each.file] = counts.get(each.file, 0) + count(each)
        parts = []
        for file, total in counts.items():
            name = f"{what} of {self.name if len(counts) == 1 or file is None else file.name}"
            told = {"because": "stored arrays", "name": name, "symbol": symbol}
            parts.append(Quantity(leaf("exact", total, unit, file=file, **told)))
        if len(parts) == 1:
            return parts[0]
        return functools.reduce(operator.add, parts).named(f"{what} of {self.name}", symbol=symbol)

    @property
    def rows(self) -> tuple[tuple[str, int, int, int], ...]:  # type: ignore[override]
        """Kind of number, arrays, numbers and bytes."""
        kinds = dict.fromkeys(each.dtype for each in self.arrays)
        alike = {kind: [each for each in self.arrays if each.dtype == kind] for kind in kinds}
        return tuple(
            (kind, len(group), sum(a.size for a in group), sum(a.bytes for a in group)) for kind, group in alike.items()
        )

    def _caption(self) -> str:
        many = "array" if len(self.arrays) == 1 else "arrays"
        return f"{self.name}: {self.count:,} numbers in {len(self.arrays):,} {many}, {self.bytes:,} bytes"

    def _head(self) -> Sequence[str]:
        return ("numbers", "arrays", "count", "bytes")

    def _cells(self, row: tuple[str, int, int, int]) -> Sequence[str]:
        return (row[0], *(f"{number:,}" for number in row[1:]))

    def _blocks(self, length: Length) -> Sequence[Block]:
        return (self._grid(), *(Sentence(each) for each in self.said))


@strict
def of(source: Any, *, config: Mapping[str, Any] | str | Path | None = None) -> StoredModel:
    """Return what a live module or a stored file holds: names, shapes, kinds of numbers, bytes; no weight is loaded.

    Parameters
    ----------
    source : torch.nn.Module, or path of a ``.safetensors`` file or of its ``.safetensors.index.json``
        A module counts its parameters, shared ones once, and not its buffers. Of a file only the header is read; an
        index needs the files it names beside it.
    config : mapping, path or JSON text, optional
        The configuration of the model; whether its count agrees is told.

    Returns
    -------
    StoredModel

    Raises
    ------
    KindError
        For something else.
    FileError
        If a file cannot be read, or its header is not what the format says.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.of(3)
    Traceback (most recent call last):
    brainparams.errors.KindError: of(): needs a torch.nn.Module, or the path of a .safetensors file or ...; got 3
    """
    if isinstance(source, str | Path):
        found = _file(Path(source))
    elif callable(getattr(source, "named_parameters", None)):
        found = _module(source)
    else:
        raise KindError(
            f"of(): needs a torch.nn.Module, or the path of a .safetensors file or index; got {shown(source)}"
        )
    packed = [each for each in found.arrays if each.is_packed]
    if packed:
        first = packed[0].name
        said = f"{len(packed)} arrays hold whole numbers, such as {first}: packed weights count as they are stored"
        found = replace(found, said=(*found.said, said))
    return found if config is None else replace(found, said=(*found.said, _agreement(found, from_config(config))))


def _agreement(found: StoredModel, counted: Architecture) -> str:
    apart = found.count - counted.count
    if not apart:
        return f"agrees with the configuration: {counted.name}, {counted.count:,} parameters"
    return (
        f"{abs(apart):,} numbers {'more' if apart > 0 else 'fewer'} than the configuration says: {counted.name}, "
        f"{counted.count:,} parameters; buffers, a head or packed weights make such differences"
    )


# --- a live module -----------------------------------------------------------------------------------------------


def _module(module: Any) -> StoredModel:
    """Return the parameters of a module by what they hold, so that shared ones stand once."""
    seen: dict[Any, str] = {}
    arrays, shared = [], []
    for name, each in module.named_parameters(remove_duplicate=False):
        if id(each) in seen:
            shared.append(f"{name} is {seen[id(each)]}")
            continue
        seen[id(each)] = name
        shape = tuple(int(side) for side in each.shape)
        arrays.append(StoredArray(name, shape, _word(each.dtype), math.prod(shape) * int(each.element_size())))
    buffers = sum(math.prod(each.shape) for _, each in module.named_buffers())
    said = [f"counted once: {'; '.join(shared)}"] if shared else []
    said += [f"{buffers:,} numbers in buffers are not counted"] if buffers else []
    return StoredModel(type(module).__name__, tuple(arrays), tuple(said))


def _word(dtype: Any) -> str:
    """Return the word of the format for a dtype of torch."""
    text = str(dtype).removeprefix("torch.")
    known = {"bfloat16": "BF16", "bool": "BOOL"}
    return known.get(text, text.replace("uint", "U").replace("int", "I").replace("float", "F").upper())


# --- files -------------------------------------------------------------------------------------------------------


def _file(path: Path) -> StoredModel:
    if path.name.endswith(INDEX):
        return _indexed(path)
    if path.suffix != ".safetensors":
        raise FileError(f"of(): {shown(path.name)} is no .safetensors file and no index of one (….safetensors{INDEX})")
    return StoredModel(path.name, tuple(_header(path)))


def _indexed(path: Path) -> StoredModel:
    where = f"of({shown(path.name)})"
    content = _parsed(_read(path, where, lambda file: file.read(LARGEST_HEADER)), where)
    places = content.get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(each, str) for each in places.values()):
        raise FileError(f"{where}: no 'weight_map' of names and files; expected the index of a .safetensors model")
    files = sorted(set(places.values()))
    if any(Path(each).name != each for each in files):
        raise FileError(f"{where}: a file outside its folder is named: {shown(files)}")
    arrays = {each.name: each for file in files for each in _header(path.parent / file)}
    lacking = [name for name in places if name not in arrays]
    if lacking:
        raise FileError(f"{where}: {lacking[0]!r} stands in no file that the index names")
    return StoredModel(path.name.removesuffix(INDEX), tuple(arrays[name] for name in places))


def _header(path: Path) -> Iterator[StoredArray]:
    where = f"of({shown(path.name)})"
    whole = _read(path, where, header_of)
    if len(whole) < 10:
        raise FileError(f"{where}: no header of a .safetensors file; download it again")
    if len(whole) != 8 + int.from_bytes(whole[:8], "little"):
        raise FileError(f"{where}: cut short inside its header; download it again")
    file = file_read(path)
    for name, each in _parsed(whole[8:], where).items():
        if name != "__metadata__":
            yield _array(name, each, where, file)


def _array(name: str, entry: Any, where: str, file: FileRead) -> StoredArray:
    try:
        dtype, shape, (start, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise FileError(
            f"{where}: {name!r} has no 'dtype', 'shape' and 'data_offsets'; the header is damaged"
        ) from None
    if not all(isinstance(side, int) and side >= 0 for side in (*shape, start, end)) or end < start:
        raise FileError(f"{where}: {name!r} has a shape or a place that is no whole number; the header is damaged")
    bits = BITS.get(dtype) if isinstance(dtype, str) else None
    if bits is None:
        raise FileError(f"{where}: {name!r} has numbers of kind {shown(dtype)}; known are {', '.join(BITS)}")
    if math.prod(shape) * bits != 8 * (end - start):
        raise FileError(f"{where}: {name!r} has {end - start} bytes for {shape} of {dtype}; the header is damaged")
    return StoredArray(name, shape, dtype, end - start, file)


def _read(path: Path, where: str, read: Callable[[BinaryIO], bytes]) -> bytes:
    try:
        with path.open("rb") as stream:
            return read(stream)
    except OSError as error:
        raise FileError(f"{where}: {error.strerror or type(error).__name__}; check the path") from None


def _parsed(text: bytes, where: str) -> dict[str, Any]:
    try:
        content = strict_json(text.decode(), where).content
    except UnicodeDecodeError:
        raise FileError(f"{where}: its names are not UTF-8; download it again") from None
    if not isinstance(content, dict):
        raise FileError(f"{where}: needs an object of names; got {shown(content)}")
    return content

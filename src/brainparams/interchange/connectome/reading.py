"""From a file or a frame to connections that stand once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...checks import one_of
from ...errors import ArgumentError, FileError, shown
from ..delimited import suffix_of
from .cleaning import Cleaned, connections, without_background
from .dialects import KINDS, Roles, counts_nothing, roles_in, weights_in
from .files import as_path, library, origin_of, plain_copy
from .formats import FORMATS, LINE, Raw, first_rows, is_number, named_by, shown_by
from .in_memory import in_memory
from .lazy_frames import ROWS, merged_there
from .meanings import Meaning

__all__ = ["nodes_alone", "plainly_named", "raw", "rows_of"]

EAGER_ROWS = 5_000_000
SAMPLED = 200
UNREAD = (".mat", ".npy", ".npz", ".pkl", ".pickle", ".rds")


def raw(source: Any, format: str | None, sheet: str | None) -> Raw:  # noqa: A002 - what users call it
    """Return the rows of a source: a file of any kind that is known, or what is in memory."""
    if format is not None:
        one_of(format, FORMATS, "connectome(): format")
    if not isinstance(source, str | Path):
        return in_memory(source, format)
    path = as_path(source)
    named = format or _named(path)
    origin = origin_of(path, FORMATS[named].most_bytes)
    plain, held = plain_copy(path, FORMATS[named].most_bytes)
    if format is None and named == "edges":
        named = shown_by(first_rows(plain, sheet))
    found = FORMATS[named].read(plain, sheet)
    return found._replace(frame=plainly_named(found.frame), origin=origin, held=(held, found.held))


def nodes_alone(source: Any) -> Any:
    """Return the nodes of a file of its own in which a format keeps them; None for a table."""
    if not isinstance(source, str | Path):
        return None
    format_ = FORMATS[named_by(suffix_of(as_path(source)))]
    return format_.read_nodes(as_path(source)) if format_.read_nodes is not None else None


def plainly_named(frame: Any) -> Any:
    """Return a frame none of whose columns has a name that polars takes for a pattern of names."""
    names = frame.collect_schema().names()
    patterns = [each for each in names if each == "*" or (each.startswith("^") and each.endswith("$"))]
    return frame.rename({each: f"column {each}" for each in patterns}) if patterns else frame


def _named(path: Path) -> str:
    """Return the format that the ending of a file says."""
    suffix = suffix_of(path)
    if suffix in UNREAD:
        raise FileError(
            f"connectome(): {path.name}: {suffix} is not read"
            + (", because it may run code" if suffix.startswith(".p") else "")
            + "; save it as CSV, XLSX or Parquet"
        )
    return named_by(suffix)


def rows_of(found: Raw, columns: Mapping[str, str] | Sequence[str] | None, kind: Any, meaning: Meaning) -> Cleaned:
    """Return the connections of raw rows; in memory where they are few."""
    pl = library("polars")
    kinds, where = _kinds(kind), f"connectome(): {found.origin.name}"
    frame, held, words = found.frame, found.held, []
    names = [name for name in (frame.collect_schema().names()) if name != LINE]
    told = _named_columns(columns, names, found.origin.name)
    roles = roles_in(names, told, meaning.name, where)
    if meaning.name == "connections":
        roles = roles._replace(weight=None)
    elif "weight" not in told:
        words += _about_weight(frame, roles, names, meaning, where)
    if not isinstance(frame, pl.LazyFrame):
        frame, held = merged_there(frame, roles, where)
        roles = roles._replace(weight=roles.weight or ROWS)
    if isinstance(kind, str) and kind not in KINDS and kind in names:
        roles = roles._replace(kind=kind)
    frame, more = without_background(frame, roles)
    cleaned = connections(frame, roles, meaning, kinds, found.origin.name)
    if found.listed is None and not cleaned.height:
        raise FileError(f"{where}: has no rows below the names of its columns; a connection is a row")
    if cleaned.height <= EAGER_ROWS:
        cleaned = cleaned._replace(frame=cleaned.frame.collect().lazy())
    return cleaned._replace(told=(*words, *more), held=held)


def _about_weight(frame: Any, roles: Roles, names: Sequence[str], meaning: Meaning, where: str) -> list[str]:
    """Say which column is the weight where several might be, and refuse to guess where none is called so."""
    free = [name for name in names if name not in (roles.source, roles.target, roles.kind, roles.place)]
    if roles.weight is not None:
        others = [name for name in weights_in(free, meaning.name) if name != roles.weight]
        return [f"the weight is the column {roles.weight!r}, not {others[0]!r}"] if others else []
    unknown = [name for name in _of_numbers(frame, free) if not counts_nothing(name)]
    if unknown:
        raise ArgumentError(
            f"{where}: no column is called as {meaning.name} are, and {', '.join(map(repr, unknown[:4]))} holds "
            f"numbers; say columns={{'weight': {unknown[0]!r}}}, or {{'weight': None}} where every row counts one"
        )
    return ["there is no column of weights: every row counts one"]


def _of_numbers(frame: Any, names: Sequence[str]) -> list[str]:
    """Return the columns that hold numbers, also as text, by the first rows."""
    schema = frame.collect_schema()
    texts = [name for name in names if not schema[name].is_numeric()]
    if not texts or not hasattr(frame, "collect_batches"):  # a frame of another engine is not asked for its texts
        return [name for name in names if name not in texts]
    sample = frame.select(texts).head(SAMPLED).collect()
    spelt = {name: [str(each).strip() for each in sample[name] if each is not None] for name in texts}
    numbers = {name for name, cells in spelt.items() if any(cells) and all(is_number(cell) for cell in cells if cell)}
    return [name for name in names if name not in texts or name in numbers]


def _kinds(kind: Any) -> str | Mapping[str, str] | None:
    """Return one kind for all rows, or the kind of each code."""
    if kind is None or (isinstance(kind, str) and kind not in KINDS):
        return None
    if isinstance(kind, str):
        return kind
    if not isinstance(kind, Mapping):
        raise ArgumentError(f"connectome(): kind={shown(kind)}; say one of {', '.join(KINDS)}, or a dict of codes")
    for code, meant in kind.items():
        one_of(meant, KINDS, f"connectome(): kind[{code!r}]")
    return kind


def _named_columns(columns: Any, names: Sequence[str], file: str) -> dict[str, str | None]:
    """Return the columns that the caller named; in a table without heads the first are source, target and weight."""
    told: dict[str, str | None] = {}
    if names and all(name == f"column {place}" for place, name in enumerate(names, start=1)):
        if len(names) < 2:
            raise FileError(f"connectome(): {file}: has one column; a connection has a source and a target")
        told = dict(zip(("source", "target", "weight", "kind"), names, strict=False))
    if isinstance(columns, Mapping):
        return {**told, **columns}
    if columns is not None and not isinstance(columns, str):
        return {**told, **dict(zip(Roles._fields, columns, strict=False))}
    if columns is not None:
        raise ArgumentError(f"connectome(): columns={shown(columns)}; give a dict such as {{'weight': 'syn_count'}}")
    return told

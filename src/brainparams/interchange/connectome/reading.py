"""From a file or a frame to connections that stand once each."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...checks import one_of
from ...errors import ArgumentError, FileError, shown
from .cleaning import Cleaned, connections
from .dialects import KINDS, Roles, roles_in
from .files import Origin, as_path, library, origin_of
from .formats import FORMATS, LINE, Raw, first_rows, named_by, shown_by
from .meanings import Meaning

__all__ = ["raw", "rows_of"]

EAGER_ROWS = 5_000_000
UNREAD = (".xls", ".mat", ".npy", ".npz", ".pkl", ".pickle", ".rds")


def raw(source: Any, format: str | None, sheet: str | None) -> Raw:  # noqa: A002 - what users call it
    """Return the rows of a source: a file of any kind that is known, or a data frame of any library."""
    if format is not None:
        one_of(format, FORMATS, "connectome(): format")
    if not isinstance(source, str | Path):
        return _of_frame(source)
    path = as_path(source)
    named = format or _named(path)
    origin = origin_of(path, FORMATS[named].most_bytes)
    if format is None and named == "edges":
        named = shown_by(first_rows(path, sheet))
    return FORMATS[named].read(path, sheet)._replace(origin=origin)


def _named(path: Path) -> str:
    """Return the format that the ending of a file says."""
    suffix = path.suffix.casefold()
    if suffix in UNREAD:
        raise FileError(
            f"connectome(): {path.name}: {suffix} is not read"
            + (", because it may run code" if suffix.startswith(".p") else "")
            + "; save it as CSV, XLSX or Parquet"
        )
    return named_by(suffix)


def _of_frame(source: Any) -> Raw:
    """Return a data frame of any library; a lazy one is computed where it lives when something is asked."""
    pl, nw = library("polars"), library("narwhals")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # narwhals on where its support of dask will live
            frame = nw.from_native(source)
    except TypeError:
        as_path(source)  # says what is read
        raise
    if isinstance(frame, nw.LazyFrame):
        native = frame.to_native()
        return Raw(
            native if isinstance(native, pl.LazyFrame) else frame, None, Origin(f"a lazy {type(native).__name__}")
        )
    return Raw(frame.to_polars().lazy(), None, Origin(f"a {type(source).__name__} of {len(frame):,} rows"))


def rows_of(found: Raw, columns: Mapping[str, str] | Sequence[str] | None, kind: Any, meaning: Meaning) -> Cleaned:
    """Return the connections of raw rows; in memory where they are few."""
    pl = library("polars")
    kinds = _kinds(kind)
    frame = found.frame
    names = [name for name in (frame.collect_schema().names()) if name != LINE]
    told = _told(columns, kind, names, found.origin.name)
    roles = roles_in(names, told, f"connectome(): {found.origin.name}")
    if meaning.name == "connections":
        roles = roles._replace(weight=None)
    if not isinstance(frame, pl.LazyFrame):
        frame = _merged_there(frame, roles)
        roles = roles._replace(weight=roles.weight or "rows")
    if isinstance(kind, str) and kind not in KINDS and kind in names:
        roles = roles._replace(kind=kind)
    cleaned = connections(frame, roles, meaning, kinds, found.origin.name)
    if sum(row.rows for row in cleaned.rows) <= EAGER_ROWS:
        return cleaned._replace(frame=cleaned.frame.collect().lazy())
    return cleaned


def _merged_there(frame: Any, roles: Roles) -> Any:
    """Return the rows of a foreign lazy frame merged into pairs by its own engine."""
    nw = library("narwhals")
    keys = [name for name in (roles.source, roles.target, roles.kind) if name]
    total = nw.col(roles.weight).sum() if roles.weight else nw.len().alias("rows")
    return frame.group_by(*keys).agg(total).collect("polars").to_native().lazy()


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


def _told(columns: Any, kind: Any, names: Sequence[str], file: str) -> dict[str, str]:
    """Return the columns that the caller named; in a table without heads the first are source, target and weight."""
    told: dict[str, str] = {}
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

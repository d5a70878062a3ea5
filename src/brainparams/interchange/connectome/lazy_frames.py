"""Lazy frames of other engines: checked and merged there; what comes here are pairs, on the disk and not in memory."""

from __future__ import annotations

import warnings
from typing import Any

from ...errors import FileError
from ...render.numbers import counted
from .dialects import Roles
from .files import Folder, library

__all__ = ["ROWS", "merged_there"]

ROWS = "rows"
"""What the number of merged rows is called, where no column is the weight."""


def merged_there(frame: Any, roles: Roles, where: str) -> tuple[Any, Any]:
    """Return the rows of a foreign lazy frame merged into pairs by its own engine, and the folder that holds them.

    Raises
    ------
    FileError
        If weights or names are missing, or weights are negative, which sums would hide.
    """
    nw, pl = library("narwhals"), library("polars")
    keys = [name for name in (roles.source, roles.target, roles.kind) if name]
    _check(nw, frame, roles, where)
    weight = nw.col(roles.weight).sum() if roles.weight else nw.len().alias(ROWS)
    merged = frame.group_by(*keys).agg(weight)
    folder = Folder()
    path = folder.path / "pairs.parquet"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # engines on each other
            merged.sink_parquet(str(path))
        return pl.scan_parquet(path / "*.parquet" if path.is_dir() else path).select(
            *keys, roles.weight or ROWS
        ), folder
    except (NotImplementedError, AttributeError):  # an engine that cannot write
        return merged.collect("polars").to_native().lazy(), None


def _check(nw: Any, frame: Any, roles: Roles, where: str) -> None:
    names = [name for name in (roles.source, roles.target, roles.weight) if name]
    faults = [nw.col(name).is_null().sum().alias(name) for name in names]
    if roles.weight:
        faults.append((nw.col(roles.weight) < 0).sum().alias("below 0"))
    found = frame.select(*faults).collect("polars").to_native().row(0, named=True)
    wrong = next((name for name, count in found.items() if count), None)
    if wrong is not None:
        column, what = (roles.weight, "below 0") if wrong == "below 0" else (wrong, "empty")
        cells = counted(found[wrong], "cell")
        verb = "is" if found[wrong] == 1 else "are"
        raise FileError(
            f"{where}: {cells} of the column {column!r} {verb} {what}; leave these rows out, such as with "
            f"frame.filter(…)"
        )

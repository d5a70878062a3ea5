"""Levels of intervals in a table, however they are spelt: ``0.95``, ``95``, ``"95%"``, ``"95 % CI"``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import FileError, shown
from .columns import Columns, is_empty
from .rows import MOST_FAULTS, Roles

__all__ = ["with_levels"]

_LEVEL = re.compile(
    r"(?P<number>\d+[.,]?\d*|[.,]\d+)\s*(?P<percent>%|per ?cent)?\s*(?:(?:ci|pi|cri|hdi|(?:\w+ )?interval)\.?)?",
    re.IGNORECASE,
)


def with_levels(found: Columns, roles: Roles) -> tuple[Columns, Roles]:
    """Return a table and its roles with levels as shares.

    Raises
    ------
    FileError
        If a level is none, or some plain numbers are shares and others per cent.
    """
    if not isinstance(roles.level, str):
        return found, roles
    if roles.level not in found.columns:
        written = _LEVEL.fullmatch(roles.level.strip())
        return (found, roles) if written is None else (found, replace(roles, level=_share(written)))
    cells = found.columns[roles.level]
    read = {row: _LEVEL.fullmatch(str(cell).strip()) for row, cell in enumerate(cells) if not is_empty(cell)}
    wrong = [f"{found.place(row)} ({shown(cells[row])})" for row, written in read.items() if written is None]
    if wrong:
        raise FileError(
            f"{found.where}: {', '.join(wrong[:MOST_FAULTS])}, column {roles.level!r}: is no level; write 0.95 or 95%"
        )
    levels = {row: written for row, written in read.items() if written is not None}
    _check_one_scale(found, roles.level, levels)
    shares = [_share(levels[row]) if row in levels else None for row in range(len(cells))]
    return replace(found, columns={**found.columns, roles.level: shares}), roles


def _check_one_scale(found: Columns, column: str, levels: Mapping[int, re.Match[str]]) -> None:
    """Raise where 0.9 and 90 stand in one column without a sign of per cent."""
    plain = {row: _level(written) for row, written in levels.items() if not written["percent"]}
    share, percent = (next((row for row in plain if (plain[row] > 1) is above), None) for above in (False, True))
    if share is not None and percent is not None:
        raise FileError(
            f"{found.where}: the column {column!r} has {plain[share]:g} in {found.place(share)} and "
            f"{plain[percent]:g} in {found.place(percent)}; are these shares or per cent? write all one way, 0.9 or 90%"
        )


def _level(written: re.Match[str]) -> float:
    return float(written["number"].replace(",", "."))


def _share(written: re.Match[str]) -> Any:
    number = _level(written)
    return number / 100 if written["percent"] or 1 < number < 100 else number

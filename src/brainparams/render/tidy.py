"""Anything with rows as a tidy table: one row for each thing, one column for each number, one type in each column."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..checks import strict
from ..foreign import door

__all__ = ["Tidy", "flat_row"]

Plain = str | int | float | bool | None


@strict
class Tidy:
    """What goes out as a data frame or as a file of separated values."""

    __slots__ = ()

    def _tidy(self, level: float) -> list[dict[str, Any]]:
        """Return rows of plain values by column; `level` is that of intervals."""
        raise NotImplementedError

    def to_pandas(self, *, level: float = 0.90) -> Any:
        """Return the rows as a pandas data frame.

        Parameters
        ----------
        level : float
            Level of the intervals of quantities, in (0, 1).

        Examples
        --------
        >>> import brainparams as bp
        >>> volume = bp.stacked({"left": "90 +/- 9 mm^3", "right": "92 +/- 9 mm^3"}, axis="side")
        >>> volume.to_pandas()[["side", "median", "unit"]].values.tolist()
        [['left', 90.0, 'mm**3'], ['right', 92.0, 'mm**3']]
        """
        return door("tables_out").to_pandas(self._tidy(level))

    def to_polars(self, *, level: float = 0.90) -> Any:
        """Return the rows as a polars data frame; parameters as in `to_pandas`.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact("180 mm^3").to_polars()["median"].to_list()
        [180.0]
        """
        return door("tables_out").to_polars(self._tidy(level))

    def to_csv(self, path: str | Path | None = None, *, level: float = 0.90) -> Any:
        """Return the rows as text with a header, comma-separated; or write them to a path, and return it.

        Numbers have all their digits.

        Examples
        --------
        >>> import brainparams as bp
        >>> print(bp.stacked({"left": "90 mm^3", "right": "92 mm^3"}, axis="side").to_csv().splitlines()[1])
        left,90.0,90.0,90.0,90.0,0.0,mm**3
        """
        return door("tables_out").to_csv(self._tidy(level), path)


def flat_row(row: Any, head: Sequence[str], level: float) -> dict[str, Plain]:
    """Return a record as plain values by column.

    A quantity becomes its median, its interval and its unit; an interval its ends; citations their keys.
    """
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        fields = {each.name: getattr(row, each.name) for each in dataclasses.fields(row)}
    elif hasattr(row, "_asdict"):
        fields = row._asdict()
    elif isinstance(row, tuple):
        fields = dict(zip(head, row, strict=False))
    else:
        fields = {name: getattr(row, name) for name in getattr(type(row), "model_fields", ())} or {"row": str(row)}
    flat: dict[str, Plain] = {}
    for name, value in fields.items():
        if not name.startswith("_"):
            flat.update(_columns(name, value, level))
    return flat


def _columns(name: str, value: Any, level: float) -> dict[str, Plain]:
    if value is None or isinstance(value, str | bool | int | float):
        return {name: value}
    if hasattr(value, "tolist") and not getattr(value, "shape", (1,)):  # a number of numpy
        return {name: value.tolist()}
    if hasattr(value, "low") and hasattr(value, "high") and hasattr(value, "level"):
        ends = {f"{name} low": value.low, f"{name} high": value.high, f"{name} level": value.level}
        return {key: None if each is None else float(each) for key, each in ends.items()}
    if hasattr(value, "estimate") and hasattr(value, "unit") and not getattr(value, "axes", None):
        value = value.estimate()
    if hasattr(value, "interval") and hasattr(value, "median") and not callable(value.median):
        low, high = value.interval(level)
        unit = getattr(value.unit, "text", value.unit)
        numbers = {"": value.median, " low": low, " high": high}
        return {**{f"{name}{end}": float(number) for end, number in numbers.items()}, f"{name} unit": unit}
    if isinstance(value, Mapping):
        return {
            key: cell for part, each in value.items() for key, cell in _columns(f"{name} {part}", each, level).items()
        }
    if isinstance(value, tuple | list | frozenset | set):
        return {name: "; ".join(str(getattr(each, "key", each)) for each in value)}
    return {name: str(getattr(value, "text", value))}

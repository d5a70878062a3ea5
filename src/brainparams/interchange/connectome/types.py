"""Types of neurons, as a table beside the connections gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import ArgumentError, did_you_mean, shown
from .files import library

__all__ = ["types_of", "with_values"]

MOST_NAMED = 12


def types_of(nodes: Any, column: str) -> Any:
    """Return the table of neurons with one column of it as ``type``.

    Raises
    ------
    ArgumentError
        If there is no table, or it has no such column.
    """
    pl = library("polars")
    if nodes is None:
        raise ArgumentError("connectome(): there is no table of neurons; give nodes='neurons.csv' to bp.connectome")
    if column not in nodes.columns:
        known = [name for name in nodes.columns if name != "neuron"]
        raise ArgumentError(
            f"connectome(): the table of neurons has no column {shown(column)}; it has {', '.join(known)}."
            f"{did_you_mean(str(column), known)}"
        )
    return nodes.select("neuron", pl.col(column).cast(pl.String).alias("type")).drop_nulls("type").unique("neuron")


def with_values(types: Any, column: str, wanted: Sequence[str]) -> Any:
    """Return the neurons that have one of some values.

    Raises
    ------
    ArgumentError
        If no neuron has one of them, which is nearly always a slip of the pen.
    """
    known = types["type"].unique().sort().to_list()
    absent = next((each for each in wanted if each not in known), None)
    if absent is not None:
        named = ", ".join(map(str, known[:MOST_NAMED])) + (", …" if len(known) > MOST_NAMED else "")
        raise ArgumentError(
            f"where(): no neuron has {shown(absent)} for {column!r}; there are {named}.{did_you_mean(absent, known)}"
        )
    return types.filter(library("polars").col("type").is_in(wanted))

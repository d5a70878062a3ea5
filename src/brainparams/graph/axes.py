"""Named axes: labels along each, and how the axes of several quantities become those of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..errors import ShapeError

__all__ = ["Axis", "position_of", "united", "without"]


class Axis(NamedTuple):
    """A named axis of an array and the labels along it."""

    name: str
    labels: tuple[str, ...]


def united(axes_of_each: Iterable[tuple[Axis, ...]]) -> tuple[Axis, ...]:
    """Return the axes of several quantities, each once.

    Raises
    ------
    ShapeError
        If an axis of one name has different labels in two of them.
    """
    together: dict[str, Axis] = {}
    for axes in axes_of_each:
        for axis in axes:
            known = together.setdefault(axis.name, axis)
            if known.labels != axis.labels:
                raise ShapeError(
                    f"axis {axis.name!r} has {len(known.labels)} labels {_some(known)} in one quantity and "
                    f"{len(axis.labels)} labels {_some(axis)} in another; give both the same labels, or "
                    f"different axis names if they are different things"
                )
    return tuple(together.values())


def _some(axis: Axis) -> str:
    return "(" + ", ".join(axis.labels[:4]) + (", …)" if len(axis.labels) > 4 else ")")


def position_of(axes: tuple[Axis, ...], name: str, where: str) -> int:
    """Return the place of an axis by its name.

    Raises
    ------
    ShapeError
        If there is none of that name.
    """
    names = [axis.name for axis in axes]
    if name not in names:
        have = ", ".join(map(repr, names)) or "none: it is a scalar"
        raise ShapeError(f"{where}: no axis {name!r}; the axes of this quantity are {have}")
    return names.index(name)


def without(axes: tuple[Axis, ...], position: int) -> tuple[Axis, ...]:
    """Return axes but for one."""
    return axes[:position] + axes[position + 1 :]

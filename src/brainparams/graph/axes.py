"""Named axes: labels along each, and how the axes of several quantities become those of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..checks import stands_twice
from ..errors import KindError, ShapeError, did_you_mean, shown

__all__ = ["Axis", "AxisNames", "asked_axes", "labels_of", "place_of", "position_of", "united", "without"]

AxisNames = str | Sequence[str] | Mapping[str, Sequence[Any]]


class Axis(NamedTuple):
    """A named axis of an array, the labels along it, and which label is a part of which, by pairs (part, whole)."""

    name: str
    labels: tuple[str, ...]
    parts: tuple[tuple[str, str], ...] = ()


# --- making ------------------------------------------------------------------------------------------------------


def asked_axes(axis: AxisNames, where: str) -> list[tuple[str, Sequence[Any] | None]]:
    """Return the names that an argument ``axis=`` gives, each with its labels where it gives them.

    Raises
    ------
    KindError, ShapeError
        If a name is not words, or stands twice.
    """
    fault = f"{where}: axis= names an axis, such as 'region', or several: ('area', 'layer'); got"
    given: Any = (axis,) if isinstance(axis, str) else axis
    if not isinstance(given, Mapping | Sequence):
        raise KindError(f"{fault} {shown(axis)}")
    asked = list(given.items()) if isinstance(given, Mapping) else [(name, None) for name in given]
    for name, labels in asked:
        if not isinstance(name, str) or not name.strip():
            raise KindError(f"{fault} {shown(name)}")
        if labels is not None and (isinstance(labels, str) or not isinstance(labels, Iterable)):
            raise KindError(f"{where}: axis {name!r} needs a list of labels; got {shown(labels)}")
    names = [name for name, _ in asked]
    if not names or len(set(names)) < len(names):
        raise ShapeError(f"{where}: every axis has a name of its own; got {', '.join(map(repr, names)) or 'none'}")
    return [(name, labels if labels is None else list(labels)) for name, labels in asked]


def labels_of(labels: Iterable[Any], name: str, where: str) -> tuple[str, ...]:
    """Return labels as text, if no two are alike.

    Raises
    ------
    ShapeError
        If a label stands twice, also as a number and as text, or there is none.
    """
    texts = tuple(str(label) for label in labels)
    if not texts:
        raise ShapeError(f"{where}: an array along {name!r} needs at least one element")
    twice = stands_twice(texts)
    if twice is not None:
        raise ShapeError(
            f"{where}: the label {twice!r} stands twice along {name!r}; give each element a label of its own"
        )
    return texts


# --- joining -----------------------------------------------------------------------------------------------------


def united(axes_of_each: Iterable[tuple[Axis, ...]]) -> tuple[Axis, ...]:
    """Return the axes of several quantities, each once; the first one says the order of the labels.

    Raises
    ------
    ShapeError
        If an axis of one name has different labels in two of them.
    """
    together: dict[str, Axis] = {}
    for axes in axes_of_each:
        for axis in axes:
            known = together.setdefault(axis.name, axis)
            if axis.parts and not known.parts:
                known = together[axis.name] = known._replace(parts=axis.parts)
            if known.labels != axis.labels and set(known.labels) != set(axis.labels):
                raise ShapeError(_different(known, axis))
    return tuple(together.values())


def _different(one: Axis, other: Axis) -> str:
    shared = [label for label in one.labels if label in set(other.labels)]
    keyword = one.name if one.name.isidentifier() else "…"
    few = ", ".join(map(repr, shared[:3])) + (", …" if len(shared) > 3 else "")
    mend = f"take what both have with .select({keyword}=[{few}])" if shared else "none is in both"
    return (
        f"axis {one.name!r} has {len(one.labels)} labels {_some(one)} in one quantity and {len(other.labels)} labels "
        f"{_some(other)} in another; {mend}, give both the same labels with .reindex({keyword}=[…]), or use different "
        f"axis names if they are different things"
    )


def _some(axis: Axis) -> str:
    return "(" + ", ".join(axis.labels[:4]) + (", …)" if len(axis.labels) > 4 else ")")


# --- finding -----------------------------------------------------------------------------------------------------


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
        raise ShapeError(f"{where}: no axis {shown(name)}; the axes of this quantity are {have}")
    return names.index(name)


def place_of(axis: Axis, label: Any, where: str) -> int:
    """Return the place of a label along its axis.

    Raises
    ------
    ShapeError
        If there is none of that name.
    """
    text = str(label)
    if text not in axis.labels:
        raise ShapeError(
            f"{where}: no label {shown(label)} along {axis.name!r}; labels are {', '.join(axis.labels[:8])}"
            f"{', …' if len(axis.labels) > 8 else ''}." + did_you_mean(text, axis.labels)
        )
    return axis.labels.index(text)


def without(axes: tuple[Axis, ...], position: int) -> tuple[Axis, ...]:
    """Return axes but for one."""
    return axes[:position] + axes[position + 1 :]

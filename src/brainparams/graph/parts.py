"""Labels that are parts of others: a total never counts a part beside its whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ShapeError, shown
from .axes import Axis, place_of

__all__ = ["by_paths", "outermost", "parted"]

# Names of regions that hold others, as atlases nest them; only these are recognised without being told.
KNOWN = {
    "brain": "brain",
    "cerebrum": "cerebrum telencephalon cerebral-hemispheres forebrain",
    "cerebral cortex": "cerebral-cortex cortex whole-cortex ctx",
    "isocortex": "isocortex neocortex",
    "cerebellum": "cerebellum cb",
    "cerebellar cortex": "cerebellar-cortex",
    "brain stem": "brainstem brain-stem",
    "midbrain": "midbrain mesencephalon",
    "pons": "pons",
    "medulla": "medulla medulla-oblongata",
    "diencephalon": "diencephalon interbrain",
    "thalamus": "thalamus",
    "hypothalamus": "hypothalamus",
    "striatum": "striatum",
    "basal ganglia": "basal-ganglia",
}
LIES_IN = {
    "cerebrum": "brain",
    "cerebral cortex": "cerebrum",
    "isocortex": "cerebral cortex",
    "cerebellum": "brain",
    "cerebellar cortex": "cerebellum",
    "brain stem": "brain",
    "midbrain": "brain stem",
    "pons": "brain stem",
    "medulla": "brain stem",
    "diencephalon": "brain",
    "thalamus": "diencephalon",
    "hypothalamus": "diencephalon",
    "basal ganglia": "cerebrum",
    "striatum": "basal ganglia",
}
EVERYTHING = (
    "total", "totals", "grand-total", "sum", "all", "whole-brain", "overall", "all-regions", "all-layers",
    "mean", "average",
)  # fmt: skip
_NAMED = {spelling: region for region, spellings in KNOWN.items() for spelling in spellings.split()}


def parted(axis: Axis, parts: Mapping[Any, Any], where: str) -> Axis:
    """Return an axis that knows which label is a part of which.

    Raises
    ------
    ShapeError
        If a part is no label of the axis, or lies in itself.
    """
    pairs = {}
    for part, whole in parts.items():
        label = axis.labels[place_of(axis, part, where)]
        if whole is not None and str(whole) != "":
            pairs[label] = str(whole)
    for label, _ in tuple(pairs.items()):
        way = [label, *_above(label, pairs)]
        if pairs.get(way[-1]) in way:
            raise ShapeError(f"{where}: {shown(label)} lies in itself: {' in '.join([*way[:6], pairs[way[-1]]])}")
    return axis._replace(parts=tuple(pairs.items()))


def _above(label: str, pairs: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    while label in pairs and pairs[label] not in found:
        label = pairs[label]
        found.append(label)
    return found


def by_paths(labels: Iterable[str]) -> dict[str, str]:
    """Return part and whole of labels that are paths, such as ``cortex/V1`` beside ``cortex``."""
    known = set(labels)
    parts = {}
    for label in known:
        steps = label.split("/")
        wholes = ["/".join(steps[:count]) for count in range(len(steps) - 1, 0, -1)]
        nearest = next((whole for whole in wholes if whole in known), None)
        if nearest is not None:
            parts[label] = nearest
    return parts


def outermost(axis: Axis, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels that lie in no other one of the axis, and those that do.

    Raises
    ------
    ShapeError
        If nobody said which label lies in which, and some do by their names.
    """
    pairs = dict(axis.parts) or by_paths(axis.labels)
    if not pairs:
        _check_names(axis, where)
        return axis.labels, ()
    inside = tuple(label for label in axis.labels if any(whole in axis.labels for whole in _above(label, pairs)))
    return tuple(label for label in axis.labels if label not in inside), inside


def _check_names(axis: Axis, where: str) -> None:
    spelt = {label: "-".join(re.split(r"[\s_-]+", label.strip().lower())) for label in axis.labels}
    named = {label: _NAMED[text] for label, text in spelt.items() if text in _NAMED}
    held = {region: label for label, region in named.items()}
    everything = [label for label, text in spelt.items() if text in EVERYTHING]
    inside = [(label, everything[0]) for label in axis.labels if everything and label not in everything]
    for label, region in named.items():
        inside += [(label, held[whole]) for whole in _above(region, LIES_IN) if whole in held]
    if inside:
        part, whole = inside[0]
        raise ShapeError(
            f"{where}: {part!r} lies in {whole!r}, and the total would count it twice; say which label is a part of "
            f"which, with .parts({{{part!r}: {whole!r}}}), or take some with .select({axis.name}=[…])"
        )

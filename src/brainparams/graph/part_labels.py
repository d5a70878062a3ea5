"""Labels that are parts of others: a total never counts a part beside its whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError, shown
from .axes import Axis, place_of

__all__ = ["by_paths", "outermost", "parted", "subtotals"]

# Regions that hold others, as atlases nest them: what each lies in, and its names; only these are recognised without
# being told.
KNOWN = {
    "brain": ("", "brain"),
    "cerebrum": ("brain", "cerebrum telencephalon cerebral-hemispheres forebrain"),
    "cerebral cortex": ("cerebrum", "cerebral-cortex cortex whole-cortex ctx"),
    "isocortex": ("cerebral cortex", "isocortex neocortex"),
    "cerebellum": ("brain", "cerebellum cb"),
    "cerebellar cortex": ("cerebellum", "cerebellar-cortex"),
    "brain stem": ("brain", "brainstem brain-stem"),
    "midbrain": ("brain stem", "midbrain mesencephalon"),
    "pons": ("brain stem", "pons"),
    "medulla": ("brain stem", "medulla medulla-oblongata"),
    "diencephalon": ("brain", "diencephalon interbrain"),
    "thalamus": ("diencephalon", "thalamus"),
    "hypothalamus": ("diencephalon", "hypothalamus"),
    "striatum": ("basal ganglia", "striatum"),
    "basal ganglia": ("cerebrum", "basal-ganglia"),
    "visual cortex": ("isocortex", "visual-cortex visual-areas"),
    "primary visual cortex": (
        "visual cortex",
        "primary-visual-cortex primary-visual-area v1 visp striate-cortex area-17",
    ),
    "hippocampus": ("", "hippocampus hippocampal-formation"),
    "CA1": ("hippocampus", "ca1 field-ca1"),
    "CA3": ("hippocampus", "ca3 field-ca3"),
    "dentate gyrus": ("hippocampus", "dentate-gyrus"),
}
EVERYTHING = (
    "total", "totals", "grand-total", "sum", "all", "whole-brain", "overall", "all-regions", "all-layers",
    "mean", "average", "root", "basic-cell-groups-and-regions", "gesamt", "summe", "insgesamt",
)  # fmt: skip
TOTALS = ("total", "sum", "overall", "all", "whole", "entire", "gesamt", "summe")
"""What a label that is the sum of others begins or ends with."""
SIDES = ("left", "right", "(left)", "(right)", "(l)", "(r)")
_BEHIND = re.compile(r"\s*(?:[,:;|>]|\s-\s)\s*")
ROUNDED = 5e-4  # of a sum as tables publish it
CHANCE = 100  # times as many units of the last digit as there are rows: smaller sums come about by chance
_NAMED = {spelling: region for region, (_, spellings) in KNOWN.items() for spelling in spellings.split()}
_LIES_IN = {region: whole for region, (whole, _) in KNOWN.items() if whole}


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
        if re.search(r"\d/\d", label):  # L2/3 is one layer, and lies in no L2
            continue
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
    inside = tuple(label for label in axis.labels if any(whole in axis.labels for whole in _above(label, pairs)))
    kept = tuple(label for label in axis.labels if label not in set(inside))
    if not axis.parts:
        _check_names(axis._replace(labels=kept), where)
    return kept, inside


def sums_of_others(numbers: Any) -> Any:
    """Return which rows of an array are the sum of all the others, as a table has them that ends with its own total."""
    rows = np.asarray(numbers, dtype=np.float64).reshape(len(numbers), -1)
    if len(rows) < 3 or not np.isfinite(rows).all() or (rows < 0).any():
        return np.zeros(len(rows), dtype=bool)
    tolerance = ROUNDED if len(rows) > 3 else 1e-9
    return (np.abs(2 * rows - rows.sum(0)) <= tolerance * rows).all(1) & (rows.max(1) >= 10)


def sums_of_neighbours(numbers: Any) -> list[tuple[int, slice]]:
    """Return rows of an array that are the sum of two or more rows next to them, as a subtotal is, with these rows.

    Only numbers of so many digits count that such a sum does not come about by chance.

    Examples
    --------
    >>> sums_of_neighbours([1801, 1234, 567, 500])
    [(0, slice(1, 3, None))]
    """
    rows = np.asarray(numbers, dtype=np.float64).reshape(len(numbers), -1)
    if len(rows) < 4 or not np.isfinite(rows).all() or (rows <= 0).any():
        return []
    ends = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, 0)])
    places, row, end = np.arange(len(rows)), rows[:, 0], ends[:, 0]
    is_long = _digits(row) >= CHANCE * len(rows)
    found = []
    for first, last in (
        (places + 1, np.searchsorted(end, end[1:] + row * (1 - 1e-9))),
        (np.searchsorted(end, end[:-1] - row * (1 + 1e-9)), places),
    ):
        is_run = is_long & (last - first >= 2) & (last < len(end))
        is_run[is_run] = np.abs(end[last[is_run]] - end[first[is_run]] - row[is_run]) <= 1e-9 * row[is_run]
        for place, start, stop in zip(places[is_run], first[is_run], last[is_run], strict=True):
            if (np.abs(ends[stop] - ends[start] - rows[place]) <= 1e-9 * rows[place]).all():
                found.append((int(place), slice(int(start), int(stop))))
    return found


def subtotals(numbers: Any, labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return labels whose numbers are sums of others, and of which, in words; those of all others alone, if any.

    Examples
    --------
    >>> subtotals([1801, 1234, 567, 500], ["optic lobe", "medulla", "lobula", "brain"])
    [('optic lobe', "'medulla' and 'lobula'")]
    """
    of_all = [(labels[int(place)], "all others") for place in np.flatnonzero(sums_of_others(numbers))]
    told = ((labels[place], labels[run]) for place, run in sums_of_neighbours(numbers))
    return of_all or [(whole, f"{run[0]!r} {'and' if len(run) == 2 else 'to'} {run[-1]!r}") for whole, run in told]


def _digits(numbers: Any) -> Any:
    """Return numbers as whole numbers of their last digit: 12.5 as 125."""
    scaled = numbers
    for _ in range(6):
        if np.allclose(scaled, np.round(scaled), rtol=1e-9, atol=0):
            break
        scaled = scaled * 10
    return np.round(scaled)


def _check_names(axis: Axis, where: str) -> None:
    spelt = {label: "-".join(re.split(r"[\s_-]+", label.strip().lower())) for label in axis.labels}
    inside = _in_known(axis, spelt) or _in_everything(axis, spelt) or _in_named(axis)
    if inside is not None:
        part, whole = inside
        raise ShapeError(
            f"{where}: {part!r} lies in {whole!r}, and the total would count it twice; say which label is a part of "
            f"which, with .parts({{{part!r}: {whole!r}}}), or take some with .select({axis.name}=[…])"
        )


def _in_known(axis: Axis, spelt: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a label that lies in another one by the names of atlases."""
    everything = [label for label, text in spelt.items() if text in EVERYTHING]
    if everything and len(axis.labels) > 1:
        return next(label for label in axis.labels if label not in everything[:1]), everything[0]
    named = {label: _NAMED[text] for label, text in spelt.items() if text in _NAMED}
    held = {region: label for label, region in named.items()}
    pairs = (
        (label, held[whole]) for label, region in named.items() for whole in _above(region, _LIES_IN) if whole in held
    )
    return next(pairs, None)


def _in_everything(axis: Axis, spelt: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a label beside the only one that says it is a total: of everything, or of what begins as it does."""
    totals = [
        label
        for label, text in spelt.items()
        if text not in _NAMED and {*text.split("-")[:1], *text.split("-")[-1:]} & {*TOTALS}
    ]
    if len(totals) != 1 or len(axis.labels) < 3:
        return None
    words = [
        word for word in re.split(r"[\s_(),:;-]+", totals[0].lower()) if word and word not in (*TOTALS, "of", "the")
    ]
    others = [label for label in axis.labels if label != totals[0]]
    is_first = spelt[totals[0]].split("-")[0] in TOTALS
    alike = [label for label in others if words and label.lower().startswith(words[0])]
    return ((alike or others)[0], totals[0]) if is_first or alike else None


def _in_named(axis: Axis) -> tuple[str, str] | None:
    """Return a label that is made of another one and more: ``V1, layer 4`` beside ``V1``, ``left V1`` beside ``V1``."""
    known = {" ".join(label.lower().split()): label for label in axis.labels}
    for text, label in known.items():
        heads = [text[: match.start()] for match in _BEHIND.finditer(text)]
        words = [word for word in text.split() if word not in SIDES]
        whole = next(
            (known[head] for head in (*heads, " ".join(words)) if head in known and known[head] != label), None
        )
        if whole is not None:
            return label, whole
    return None

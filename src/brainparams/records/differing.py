"""Two records side by side: which assumption, finding or step is another one, and what that does to the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..checks import strict
from ..comparison.differences import Difference, difference
from ..errors import BrainparamsError, shown
from ..graph import Correlated, Leaf, Node, Operated, Step, leaf_of, walk
from ..graph.identity import marks, says_the_same
from ..graph.names import named_nodes
from ..graph.operations import OPERATIONS
from ..quantity import Quantity
from ..render.blocks import Block, Grid, Length, Sentence
from ..render.numbers import counted, rounded, written
from ..render.showing import Shown
from ..units import with_unit
from .record import Record, as_saved, name_of
from .results import Settings, compared, digits

__all__ = ["Change", "RecordDifference", "diff"]

Kind = Literal["input", "step", "caveat", "evidence", "settings", "result"]
LONGEST = 160  # characters of a formula
MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same in two records.

    Attributes
    ----------
    kind : {"input", "step", "caveat", "evidence", "settings", "result"}
        What it is.
    name : str
        Which.
    before, after : str
        What the one and the other say; empty where one has no such thing.
    factor : float or None
        What an input does to the median: the factor, where all medians are positive.

    Examples
    --------
    >>> Change("input", "neurons", "86e9 neuron", "71e6 neuron", factor=8.3e-4).kind
    'input'
    """

    kind: Kind
    name: str
    before: str
    after: str
    factor: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RecordDifference(Shown):
    """What two records do not have in common.

    Attributes
    ----------
    paths : tuple of str
        The two files.
    rows : tuple of Change
        Every change: inputs, steps, caveats, edition of the evidence, settings.
    effect : Difference or None
        The medians' difference, factor by factor; None for arrays and for results of other dimensions.

    Examples
    --------
    >>> print(RecordDifference(("a.json", "b.json"), (), None))
    a.json → b.json: nothing differs
    """

    paths: tuple[str, str]
    rows: tuple[Change, ...]
    effect: Difference | None

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return not self.rows

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain lists and dicts, for programs."""
        scale = self.effect.scale if self.effect else None
        total = math.exp(self.effect.total) if self.effect and scale == "logarithm" else None
        return {"paths": list(self.paths), "same": self.same, "factor": total, "changes": list(map(asdict, self.rows))}

    def _blocks(self, length: Length) -> Sequence[Block]:
        lead = f"{self.paths[0]} → {self.paths[1]}"
        if self.same:
            return (Sentence(f"{lead}: nothing differs"),)
        count = counted(len(self.rows), "change")
        effect = "" if self.effect is None else f"; {self.effect._caption()}"
        cells = tuple(
            (each.kind, each.name, each.before, each.after, "" if each.factor is None else rounded(each.factor))
            for each in self.rows
        )
        grid = Grid("", ("what", "which", "before", "after", "factor"), cells, frozenset({4}), is_wrapped=True)
        return (Sentence(f"{lead}: {count}{effect}"), grid)


@strict
def diff(one: str | Path, other: str | Path) -> RecordDifference:
    """Return which assumption, finding or step two saved estimates do not share, and what it does to the answer.

    Inputs and steps are matched by name. Where both are scalars of one dimension, the change of the median is told
    factor by factor, as `difference` does.

    Parameters
    ----------
    one, other : str or Path
        Of files that ``Quantity.save`` wrote.

    Returns
    -------
    RecordDifference

    Raises
    ------
    FileError
        If a file cannot be read as a record, or was changed since it was saved.

    Examples
    --------
    >>> import brainparams as bp, pathlib, tempfile
    >>> def brain(n):
    ...     return bp.exact(n, "neuron", name="neurons") * bp.exact("7000 synapse/neuron", name="per neuron")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = [brain(n).save(pathlib.Path(folder) / f"{n}.json") for n in (100, 200)]
    ...     found = bp.diff(*files)
    >>> [(each.name, each.before, each.after, round(each.factor, 6)) for each in found.rows]
    [('neurons', '100 neuron', '200 neuron', 2.0)]
    """
    names = (name_of(one), name_of(other))
    (ours, record, content, _), (theirs, their_record, their_content, _) = (
        as_saved(path, f"diff({shown(name)})") for path, name in zip((one, other), names, strict=True)
    )
    try:
        effect: Difference | None = difference(ours, theirs)
    except BrainparamsError:
        effect = None
    rows = [*_inputs(ours, theirs, effect), *_steps(ours.node, theirs.node)]
    rows += _changes("caveat", _caveats(ours.node), _caveats(theirs.node))
    if ours.unit != theirs.unit or ours.axes != theirs.axes:
        rows.append(Change("result", "unit and axes", *_shapes(ours, theirs)))
    rows += _around(record, their_record)
    rows = rows or list(_results(content, their_content))
    return RecordDifference(names, tuple(rows), effect)


def _shapes(one: Quantity, other: Quantity) -> tuple[str, str]:
    """Return unit and axes of each; with the labels, where these alone are others."""
    has_labels = one.unit == other.unit and list(one.axes) == list(other.axes)
    return _shape(one, has_labels=has_labels), _shape(other, has_labels=has_labels)


def _shape(quantity: Quantity, *, has_labels: bool) -> str:
    axes = (f"{name}{_some(labels) if has_labels else ''}" for name, labels in quantity.axes.items())
    return ", along ".join([quantity.unit, *axes])


def _some(labels: Sequence[str]) -> str:
    return f" ({', '.join(labels[:MOST_LABELS])}{', …' if len(labels) > MOST_LABELS else ''})"


def _results(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the numbers that came out otherwise, where nothing else that is told is another one."""
    if one.get("results") and other.get("results"):
        for row in compared(one["results"], other["results"]):
            if row.verdict == "differs":
                yield Change("result", row.name, digits(row.saved), digits(row.now))


def _around(one: Record, other: Record) -> Iterator[Change]:
    """Yield what is another beside the graph."""
    editions = [each.evidence.edition if each.evidence else "" for each in (one, other)]
    if editions[0] != editions[1]:
        yield Change("evidence", "edition", editions[0], editions[1])
    before, after = (_settings(each.settings) for each in (one, other))
    if before != after:
        yield Change("settings", "engine", before, after)


def _settings(settings: Settings | None) -> str:
    return "" if settings is None else ", ".join(f"{name} {value}" for name, value in settings if value is not None)


# --- inputs ------------------------------------------------------------------------------------------------------


def _inputs(one: Quantity, other: Quantity, effect: Difference | None) -> Iterator[Change]:
    """Yield the inputs that are not the same, with what each does to the median."""
    rows = effect.rows if effect and effect.scale == "logarithm" else ()
    factors = {row.name: math.exp(row.effect) for row in rows}
    ours, theirs = (_named(each.node, Leaf | Correlated) for each in (one, other))
    for name in dict.fromkeys([*ours, *theirs]):
        mine, yours = (leaf_of(each[name]) if name in each else None for each in (ours, theirs))
        before, after = (_stated(each[name]) if name in each else {} for each in (ours, theirs))
        if mine and yours:
            before["sources"], after["sources"] = _cited(mine, yours)
            if before["value"] == after["value"] and not says_the_same(mine, yours):
                before["value"], after["value"] = _beliefs(mine, yours)
        for what in dict.fromkeys([*before, *after]):
            if before.get(what, "") != after.get(what, ""):
                is_value = what == "value"
                label = name if is_value else f"{name}, {what}"
                yield Change(
                    "input", label, before.get(what, ""), after.get(what, ""), factors.get(name) if is_value else None
                )


def _named(node: Node, kind: Any) -> dict[str, Any]:
    """Return inputs or steps by name; a second one of a name has its place behind it."""
    found: dict[str, Node] = {}
    for each, name, _ in named_nodes(node):
        if isinstance(each, kind):
            count = sum(1 for known in found if known.partition(" #")[0] == name)
            found[name if not count else f"{name} #{count + 1}"] = each
    return found


def _beliefs(one: Leaf, other: Leaf) -> tuple[str, str]:
    """Return two beliefs that are written alike, by their number, or their quantiles, where they first differ."""
    rows = [np.array([np.ravel(each) for each in marks(leaf)]) for leaf in (one, other)]
    place = int(np.argmax((rows[0] != rows[1]).any(axis=0))) if rows[0].shape == rows[1].shape else 0
    labels = list(product(*(axis.labels for axis in one.axes)))
    at = f"{', '.join(labels[place])}: " if one.axes else ""
    before, after = (f"{at}{_in_numbers(row[:, min(place, row.shape[1] - 1)])} {one.unit.text}" for row in rows)
    return before, after


def _in_numbers(quantiles: Any) -> str:
    if len(quantiles) == 1:
        return written(float(quantiles[0]))
    return f"quantiles {', '.join(written(float(each)) for each in quantiles)}"


def _cited(one: Leaf | Step, other: Leaf | Step) -> tuple[str, str]:
    """Return the sources of two inputs or steps: by their labels, or in full where these are the same."""
    before, after = (", ".join(source.label for source in each.citations) for each in (one, other))
    if before == after:
        before, after = ("; ".join(source.text() for source in each.citations) for each in (one, other))
    return before, after


def _stated(node: Leaf | Correlated) -> dict[str, str]:
    leaf = leaf_of(node)
    value = with_unit(leaf.written, leaf.unit.text)
    told = {
        "value": f"{value} ({leaf.spread})" if leaf.spread else value,
        "group": leaf.group,
        "reason": leaf.because or "",
        "sources": ", ".join(each.label for each in leaf.citations),
        "locator": leaf.locator or "",
        "status": leaf.status or "",
        "note": leaf.note or "",
        "symbol": leaf.symbol or "",
        "correlation": "; ".join(node.told) if isinstance(node, Correlated) else "",
        "file": f"{leaf.file.name}, sha256 {leaf.file.sha256[:16]}…" if leaf.file else "",
    }
    if leaf.finding is not None:
        told["finding"] = leaf.finding
    return told


# --- steps -------------------------------------------------------------------------------------------------------


def _changes(kind: Kind, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*ours, *theirs]):
        if ours.get(name) != theirs.get(name):
            yield Change(kind, name, ours.get(name, ""), theirs.get(name, ""))


def _steps(one: Node, other: Node) -> Iterator[Change]:
    yield from _changes("step", _formulas(one), _formulas(other))
    before, after = _marked(one), _marked(other)
    for name in dict.fromkeys([*before, *after]):
        mine, yours = before.get(name, Step(one)), after.get(name, Step(other))
        for what, said in (("reason", (mine.because or "", yours.because or "")), ("sources", _cited(mine, yours))):
            if said[0] != said[1]:
                yield Change("step", f"{name}, {what}", *said)


def _marked(node: Node) -> dict[str, Step]:
    """Return the steps that have a reason or a source, by name."""
    steps = [each for each in walk([node]) if isinstance(each, Step) and (each.because or each.citations)]
    return {each.name or "a step": each for each in steps}


def _formulas(node: Node) -> dict[str, str]:
    """Return how each named step, and the result, is made of what has a name."""
    named = {each.key: name for each, name, _ in named_nodes(node)}
    told: dict[bytes, str] = {}
    steps: dict[str, str] = {}
    for each in walk([node]):
        formula = _formula(each, told, named)
        if isinstance(each, Step) and each.key in named:
            steps[named[each.key]] = formula
        told[each.key] = named.get(each.key, formula)
    return {**steps, _name_of(node): told[node.key]}


def _name_of(node: Node) -> str:
    while isinstance(node, Step):
        if node.name:
            return node.name
        node = node.parent
    return "result"


def _formula(node: Node, told: Mapping[bytes, str], named: Mapping[bytes, str]) -> str:
    if isinstance(node, Step):
        return told[node.parent.key]
    if isinstance(node, Leaf | Correlated):
        leaf = leaf_of(node)
        return leaf.name or leaf.written
    assert isinstance(node, Operated)
    row = OPERATIONS[node.operation]
    parts = [told[each.key] for each in node.parents]
    if row.silent:
        return parts[0]
    if row.sign:  # a formula inside a formula; what has a name is one thing
        pairs = zip(node.parents, parts, strict=True)
        parts = [f"({part})" if isinstance(each, Operated) and each.key not in named else part for each, part in pairs]
    words = row.words(node.parameters, node.parents[0].axes)
    text = row.text.format(*parts, arguments=", ".join(parts), **words)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _caveats(node: Node) -> dict[str, str]:
    return {caveat.text: caveat.effect for each in walk([node]) if isinstance(each, Step) for caveat in each.caveats}

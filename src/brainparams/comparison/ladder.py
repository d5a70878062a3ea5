"""Estimates, brains and machine models on one ladder: how large each is, how sure that is, and why they differ."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..architectures import Architecture
from ..derivation import labels, named_nodes
from ..distributions import Uniform
from ..engines import checked_seed
from ..errors import ArgumentError, KindError, RangeError, ShapeError, UnitError, UnknownNameError, did_you_mean, shown
from ..estimate import Estimate, check_level
from ..findings import evidence
from ..findings.finding import Finding
from ..graph import Caveat, Correlated, Leaf, Node, Step, walk
from ..literature import PublishedEstimate, published
from ..makers import assumed, exp, log
from ..quantity import Quantity, quantity
from ..questions.probability import Probability, probability_below
from ..render.text import EFFECTS, ends, percent, value_words
from ..sensitivity import drivers
from ..substitution import is_uncertain, leaf_of
from ..tables import TextTable, escaped, rounded, wrapped
from ..units import Unit, same_dimension
from .notable_models import NotableModel

__all__ = ["Ladder", "Rung", "compare"]

Kind = Literal["brain", "machine", "published", "estimate"]
WIDTH = 120
CHART = 41
MOST_INPUTS = 4
MOST_CAVEATS = 2
MOST_DRIVEN = 8  # unknowns up to which the largest driver is told
MEDIAN, LINE, LEFT, RIGHT, EMPTY = "●", "─", "├", "┤", "·"

# What brings a quantity of another unit to parameters.
MENDS = {
    "bit": "divide by bits per parameter: bp.parameters_at_precision(x, bp.precision('int8'))",
    "synapse": "multiply by parameters per synapse: x * bp.evidence('synapse/parameters/static')",
    "connection": "multiply by parameters per connection",
    "neuron": "multiply by parameters per neuron: bp.neuronal_parameters(x, '1 parameter/neuron')",
    "operation/s": "divide by operations per parameter: bp.parameters_from_operation_rate(x, ...)",
    "operation": "divide by a time, then by operations per parameter: bp.parameters_from_operation_rate(...)",
    "token": "divide by tokens per parameter: bp.data_limited_parameters(x, ...)",
}


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """One row of a ladder.

    Attributes
    ----------
    name : str
        What is compared.
    kind : {"brain", "machine", "published", "estimate"}
        Rests on findings about an animal, is a machine model, was published as a whole; else just an estimate.
    quantity : Quantity
        In the unit of the ladder; it explains itself.
    median, low, high : float
        In that unit; `low` and `high` are the ends of the interval.
    ratio, decades : float or None
        Of the median to that of the reference, and its logarithm to base 10; None without a reference.
    above : Probability or None
        How likely it lies above the reference, with inputs that both share as one unknown.
    why : str
        What is counted, on which assumptions of its own, and which way it errs.

    Examples
    --------
    >>> import brainparams as bp
    >>> rung = bp.compare(["gpt-2-xl", "gpt-3"], reference="GPT-3")[0]
    >>> rung.name, rung.kind, round(rung.decades, 1)
    ('GPT-2 XL', 'machine', -2.0)
    """

    name: str
    kind: Kind
    quantity: Quantity
    median: float
    low: float
    high: float
    value: str
    why: str
    ratio: float | None = None
    decades: float | None = None
    above: Probability | None = None


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Ladder(TextTable[Rung]):
    """Estimates sorted by size, smallest first, with what makes them differ.

    Attributes
    ----------
    rows : tuple of Rung
        Indexing, ``len`` and loops are over these.
    unit : str
        Of all of them.
    level : float
        Of the intervals, equal-tailed.
    reference : str or None
        Name of what the others are held against.

    Examples
    --------
    >>> import brainparams as bp
    >>> ladder = bp.compare({"a": "1e9 parameter", "b": "1e12 parameter"}, reference="a")
    >>> [(each.name, each.ratio) for each in ladder]
    [('a', 1.0), ('b', 1000.0)]
    """

    rows: tuple[Rung, ...]
    unit: str
    level: float
    reference: str | None = None

    def _caption(self) -> str:
        unit = "numbers" if self.unit == "1" else Unit(self.unit).plural(2)
        low, high = self._ends()
        beside = f"; held against {self.reference}" if self.reference else ""
        return (
            f"{len(self.rows)} on one ladder, in {unit}, from 1e{low} to 1e{high}: medians and {percent(self.level)} "
            f"intervals, equal-tailed{beside}"
        )

    def _head(self) -> Sequence[str]:
        beside = ("times", "decades", "P(above)") if self.reference else ()
        return "estimate", "kind", "ladder", "median", f"{percent(self.level)} interval", *beside, "why"

    def _cells(self, row: Rung) -> Sequence[str]:
        low, high = self._ends()
        return row.name, row.kind, _bar(row, low, high), row.value, _interval(row, self.level), *_beside(row), row.why

    def _ends(self) -> tuple[int, int]:
        """Return the powers of ten between which everything lies."""
        low = min(row.low if row.low > 0 else row.median for row in self.rows)
        high = max(row.high for row in self.rows)
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return first, max(last, first + 1)

    def __str__(self) -> str:
        """Return the ladder, drawn on a logarithmic axis, and below it why the estimates differ."""
        lines = [list(self._cells(row))[:-1] for row in self.rows]
        head = [*self._head()[:-1]]
        head[2] = _axis(*self._ends())
        widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
        aligned = [
            "  ".join(_set(place, cell, width) for place, (cell, width) in enumerate(zip(line, widths, strict=True)))
            for line in (head, *lines)
        ]
        told = wrapped([[row.name, row.why] for row in self.rows], WIDTH, max(len(row.name) for row in self.rows))
        return "\n".join([self._caption(), "", *(line.rstrip() for line in aligned), "", "Why they differ", *told])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        lines = [[*map(escaped, self._head())], *([*map(escaped, self._cells(row))] for row in self.rows)]
        lines.insert(1, ["---"] * len(lines[0]))
        for line in lines[2:]:
            line[2] = f"`{line[2]}`"
        return "\n".join([escaped(self._caption()), "", *(f"| {' | '.join(line)} |" for line in lines)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in self._head())
        body = [f"<tr>{''.join(_html(*cell) for cell in enumerate(self._cells(row)))}</tr>" for row in self.rows]
        caption = f"<caption>{html.escape(self._caption())}</caption>"
        return "\n".join(["<table>", caption, f"<tr>{head}</tr>", *body, "</table>"])

    def plot(self, ax: Any = None) -> Any:
        """Draw the ladder on a logarithmic axis, a line for each interval; return the axes.

        Needs matplotlib (``pip install brainparams[plot]``).
        """
        from ..plots import ladder

        marks = [(row.name, row.kind, row.low, row.median, row.high) for row in self.rows]
        return ladder(marks, "value" if self.unit == "1" else Unit(self.unit).plural(2), self.level, ax)


def compare(
    estimates: Mapping[str, Any] | Sequence[Any], *, reference: Any = None, level: float = 0.90, seed: int = 0
) -> Ladder:
    """Put estimates, brains and machine models on one ladder.

    Parameters
    ----------
    estimates : mapping of name to estimate, or sequence of estimates
        Each a quantity, a text with a unit (``"1e14 parameter"``), the id of a finding, the id of a published estimate
        (``"hinton-2014"``), the name of a machine model of the evidence (``"gpt-3"``), an `Architecture`, or a row of
        `read_notable_models`. All of one dimension; most often parameters.
    reference : estimate or name, optional
        What the others are held against: the name of a row, or anything that could be one. There is no default: ratio,
        decades and probability are told only where it is given.
    level : float
        Of the equal-tailed intervals, in (0, 1).
    seed : int
        Seed of the draws, where any are needed.

    Returns
    -------
    Ladder
        Sorted by median. It prints as text, in notebooks as HTML, and ``.plot()`` draws it. Inputs that two rows share
        are one unknown when probabilities are worked out.

    Raises
    ------
    UnitError
        If the dimensions differ, with what to multiply by.
    UnknownNameError
        If a text is neither a number with a unit nor a known id or name.
    ArgumentError
        If nothing is given, a name stands twice, or a model has no parameter count.
    RangeError, ShapeError
        For medians that are not above zero, and for arrays.

    Examples
    --------
    >>> import brainparams as bp
    >>> weights = bp.evidence("human/brain/synapses") * bp.evidence("synapse/parameters/static")
    >>> ladder = bp.compare({"a weight for each synapse": weights, "GPT-3": "gpt-3"}, reference="GPT-3")
    >>> [(each.name, each.kind, round(each.decades)) for each in ladder]
    [('GPT-3', 'machine', 0), ('a weight for each synapse', 'brain', 3)]
    """
    level, seed = check_level(level, "compare"), checked_seed(seed, "compare")
    found = _in_one_unit(_entries(estimates))
    held = None if reference is None else _reference(reference, found)
    common = _common_inputs([each.quantity.node for each in found])
    rows = [_rung(each, held, common, level, seed) for each in found]
    rows.sort(key=lambda row: (row.median, row.name))
    return Ladder(tuple(rows), found[0].quantity.unit, level, held.name if held else None)


# --- what is compared --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something on its way to a rung: its name, its kind, its quantity, and what is known of it."""

    name: str
    kind: Kind
    quantity: Quantity
    told: str = ""


def _entries(estimates: Any) -> list[_Entry]:
    if isinstance(estimates, str | bytes) or not isinstance(estimates, Mapping | Sequence | TextTable):
        raise KindError(
            f"compare(): 'estimates' needs a list, or a dict of names and estimates; got {shown(estimates)}"
        )
    pairs = estimates.items() if isinstance(estimates, Mapping) else ((None, each) for each in estimates)
    found = [_entry(name, each) for name, each in pairs]
    if not found:
        raise ArgumentError("compare(): 'estimates' is empty; give at least one")
    names = [each.name for each in found]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise ArgumentError(f"compare(): {shown(doubled)} stands twice; give a dict with a name for each")
    return found


def _entry(name: Any, value: Any) -> _Entry:
    where = f"compare(): {shown(name)}" if name is not None else "compare()"
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise KindError(f"compare(): a name came as {shown(name)}; give words, such as 'a weight for each synapse'")
    entry = _of_text(value, where) if isinstance(value, str) else _of_object(value, where)
    if entry.quantity.axes:
        raise ShapeError(f"{where}: an array came; pick one element or take the total")
    return entry if name is None else _Entry(name, entry.kind, entry.quantity, entry.told)


def _of_object(value: Any, where: str) -> _Entry:
    if isinstance(value, PublishedEstimate):
        return _of_published(value, where)
    if isinstance(value, Finding):
        return _of_finding(value.id)
    if isinstance(value, Architecture):
        return _Entry(value.name, "machine", value.parameters, "counted from its dimensions")
    if isinstance(value, NotableModel):
        if value.parameters is None:
            raise ArgumentError(f"{where}: {value.name} has no parameter count; leave it out, as models.counted() does")
        told = (
            f"published by {value.organization or 'nobody named'}; confidence of Epoch AI: {value.confidence or 'none'}"
        )
        return _Entry(value.name, "machine", value.parameters, told)
    taken = quantity(value, where)
    return _Entry(taken.name or f"{taken.estimate().unit.plural(2)}", _kind(taken.node), taken)


def _of_text(text: str, where: str) -> _Entry:
    plain = text.strip()
    model = f"model/{plain.casefold().replace(' ', '-')}/parameters"
    if plain in published:
        return _of_published(published(plain), where)
    for finding in (plain, model):
        if finding in evidence.ids():
            return _of_finding(finding)
    if plain[:1].isdigit():
        return _Entry(plain, "estimate", quantity(plain, where))
    models = [each.split("/")[1] for each in evidence.ids() if each.startswith("model/") and each.count("/") == 2]
    known = [*published.ids(), *dict.fromkeys(models), *evidence.ids()]
    raise UnknownNameError(
        f"{where}: {shown(text)} is no published estimate, machine model or finding.{did_you_mean(plain, known)} List "
        f"them with bp.published.ids() and bp.evidence.find('model'), or give a number with its unit."
    )


def _of_finding(finding_id: str) -> _Entry:
    finding = evidence.finding(finding_id)
    is_machine = finding.id.startswith("model/")
    name = finding.region if is_machine and finding.quantity == "parameters" else finding.name
    kind: Kind = "machine" if is_machine else "brain" if finding.species != "any" else "estimate"
    told = "; ".join(filter(None, (finding.method, finding.because, finding.note))) if is_machine else ""
    return _Entry(name, kind, evidence(finding_id), told)


def _of_published(estimate: PublishedEstimate, where: str) -> _Entry:
    found = estimate.quantity if estimate.quantity is not None else estimate.printed
    assert found is not None
    return _Entry(estimate.id, "published", _spanned(found, estimate.id), f"{estimate.author}: {estimate.note}")


def _spanned(found: Quantity, name: str) -> Quantity:
    """Return a published range as a belief: nothing is known inside it, so every ratio is as likely."""
    if not found.axes:
        return found
    place = assumed(
        Uniform(0.0, 1.0), "1", because="nothing is known inside a published range", name="place in the published range",
        finding=f"published/{name}/place",
    )  # fmt: skip
    low, high = found["low"], found["high"]
    return (low * exp(place * log(high / low))).named(name)


def _kind(node: Node) -> Kind:
    """Return whether a quantity rests on findings about animals, on those about machines only, or on none."""
    ids = [leaf.uid.removeprefix("finding:").partition("@")[0] for leaf in _leaves(node) if leaf.uid[:8] == "finding:"]
    known = [evidence.finding(each) for each in ids if each in evidence.ids()]
    if any(finding.species != "any" for finding in known):
        return "brain"
    return "machine" if known and all(finding.id.startswith("model/") for finding in known) else "estimate"


def _in_one_unit(entries: Sequence[_Entry]) -> list[_Entry]:
    """Return the entries in the unit of the first, or in parameters where one of them is."""
    parameters = Unit("parameter")
    own = [each.quantity.node.unit for each in entries]
    wanted = parameters if any(same_dimension(unit, parameters) for unit in own) else own[0]
    for each in entries:
        _check_unit(each, wanted)
    return [_Entry(each.name, each.kind, each.quantity.to(wanted), each.told) for each in entries]


def _check_unit(entry: _Entry, wanted: Unit) -> None:
    unit = entry.quantity.node.unit
    if same_dimension(unit, wanted):
        return
    mends = (mend for text, mend in MENDS.items() if wanted.text == "parameter" and same_dimension(unit, Unit(text)))
    mend = next(mends, f"bring all of them to one unit, such as {wanted.text}")
    raise UnitError(f"compare(): {entry.name!r} is in {unit.text}, and the ladder is in {wanted.text}; {mend}")


def _reference(reference: Any, found: Sequence[_Entry]) -> _Entry:
    if isinstance(reference, str):
        named = next((each for each in found if each.name.casefold() == reference.strip().casefold()), None)
        if named is not None:
            return named
    entry = _entry(None, reference)
    same = next((each for each in found if each.quantity == entry.quantity), None)
    if same is not None:
        return same
    wanted = found[0].quantity.node.unit
    _check_unit(entry, wanted)
    return _Entry(entry.name, entry.kind, entry.quantity.to(wanted), entry.told)


# --- one rung ----------------------------------------------------------------------------------------------------


def _rung(entry: _Entry, held: _Entry | None, common: frozenset[str], level: float, seed: int) -> Rung:
    found = entry.quantity.estimate(seed=seed, digits=2)
    low, high = (float(end) for end in found.interval(level))
    median = float(found.median)
    if not median > 0 or not math.isfinite(high):
        raise RangeError(f"compare(): {entry.name!r} has a median of {median:g}; a ladder is logarithmic, above zero")
    row = Rung(
        entry.name, entry.kind, entry.quantity, median, low, high, _value(found, level), _why(entry, common, seed)
    )
    if held is None:
        return row
    other = float(held.quantity.estimate(seed=seed, digits=2).median)
    if not other > 0:
        raise RangeError(f"compare(): the reference {held.name!r} has a median of {other:g}; it must be above zero")
    above = None if held is entry else probability_below(held.quantity.node, entry.quantity.node, seed)
    return _beside_reference(row, median / other, above)


def _beside_reference(row: Rung, ratio: float, above: Probability | None) -> Rung:
    kept = (row.name, row.kind, row.quantity, row.median, row.low, row.high, row.value, row.why)
    return Rung(*kept, ratio=ratio, decades=math.log10(ratio), above=above)


def _value(found: Estimate, level: float) -> str:
    return rounded(found.median) if found.is_exact_number else value_words(found, level, unit=False)


def _interval(row: Rung, level: float) -> str:
    if row.low == row.high:
        return ""
    return " to ".join(ends(row.quantity.estimate(digits=2), level))


def _beside(row: Rung) -> tuple[str, ...]:
    if row.ratio is None or row.decades is None:
        return ()
    chance = "–" if row.above is None else _chance(float(row.above))
    return _times(row.ratio), f"{row.decades:+.1f}", chance


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if 0.01 <= ratio < 100 else rounded(float(f"{ratio:.2g}"))


def _chance(probability: float) -> str:
    """Return a probability without saying never or always where it is only rare or nearly certain."""
    if probability in (0.0, 1.0):
        return f"{probability:.0f}"
    return "<0.01" if probability < 0.01 else ">0.99" if probability > 0.99 else f"{probability:.2f}"


# --- why they differ ---------------------------------------------------------------------------------------------


def _why(entry: _Entry, common: frozenset[str], seed: int) -> str:
    """Return what is counted, the inputs that not every row shares, the largest driver and the first caveats."""
    if entry.told:
        return _sentence(entry.told)
    node = entry.quantity.node
    parts = [*_own_words(node), *_counted(node), _assumptions(node, common), _driver(node, seed), *_leanings(node)]
    return " ".join(_sentence(part) for part in parts if part) or "A number without inputs."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _own_words(node: Node) -> Iterator[str]:
    """Yield the reason of the outermost step, where its author gave one."""
    while isinstance(node, Step):
        if node.because:
            yield node.because
            return
        node = node.parent


def _counted(node: Node) -> Iterator[str]:
    """Yield the named steps in order."""
    steps = [name for each, name, _ in named_nodes(node) if not isinstance(each, Leaf | Correlated)]
    if steps:
        yield f"counts {', then '.join(steps)}"


def _assumptions(node: Node, common: frozenset[str]) -> str:
    own = [each for each in _told_leaves(node) if each[0].uid not in common]
    own.sort(key=lambda each: not each[0].is_uncertain)
    told = [f"{name} = {leaf.written}{'' if leaf.unit.text == '1' else f' {leaf.unit.pretty}'}" for leaf, name in own]
    more = f"; {len(told) - MOST_INPUTS} more inputs" if len(told) > MOST_INPUTS else ""
    return f"rests on {'; '.join(told[:MOST_INPUTS])}{more}" if told else ""


def _driver(node: Node, seed: int) -> str:
    unknown = [leaf for leaf in _leaves(node) if leaf.is_uncertain]
    if not 2 <= len(unknown) <= MOST_DRIVEN:
        return ""
    first = drivers(node, labels(node), seed)[0]
    return f"{first.share:.0%} of its spread is {first.name}"


def _leanings(node: Node) -> Iterator[str]:
    caveats: dict[Caveat, None] = {}
    for each in walk([node]):
        caveats |= dict.fromkeys(each.caveats) if isinstance(each, Step) else {}
    last = [*caveats][-MOST_CAVEATS:]
    if last:
        yield "but " + "; ".join(f"{caveat.text} [{EFFECTS[caveat.effect]}]" for caveat in last)


def _leaves(node: Node) -> list[Leaf]:
    return [leaf_of(each) for each in walk([node]) if isinstance(each, Leaf | Correlated)]


def _told_leaves(node: Node) -> list[tuple[Leaf, str]]:
    return [(leaf_of(each), name) for each, name, _ in named_nodes(node) if isinstance(each, Leaf | Correlated)]


def _common_inputs(nodes: Sequence[Node]) -> frozenset[str]:
    """Return the inputs that all rows share, which make no difference."""
    uids = [{leaf.uid for leaf in _leaves(node)} for node in nodes if is_uncertain(node)]
    return frozenset(set.intersection(*uids)) if len(uids) > 1 else frozenset()


# --- drawing -----------------------------------------------------------------------------------------------------


def _places(low: int, high: int) -> int:
    """Return the characters of one power of ten."""
    return max(1, (CHART - 1) // (high - low))


def _bar(row: Rung, low: int, high: int) -> str:
    """Draw median and interval on a logarithmic axis."""
    each = _places(low, high)
    cells = [EMPTY if place % each else "│" for place in range((high - low) * each + 1)]

    def place(value: float) -> int:
        return min(len(cells) - 1, max(0, round((math.log10(value) - low) * each))) if value > 0 else 0

    first, middle, last = map(place, (row.low, row.median, row.high))
    for position in range(first, last + 1):
        cells[position] = LINE
    cells[first], cells[last] = LEFT, RIGHT
    cells[middle] = MEDIAN
    return "".join(cells)


def _axis(low: int, high: int) -> str:
    """Write the powers of ten above the axis, as many as there is room for."""
    each = _places(low, high)
    line = [" "] * ((high - low) * each + 6)
    free = 0
    for power in range(low, high + 1):
        at = (power - low) * each
        if at >= free:
            text = f"1e{power}"
            line[at : at + len(text)] = text
            free = at + len(text) + 1
    return "".join(line).rstrip()


def _set(place: int, text: str, width: int) -> str:
    """Names, kinds and pictures stand on the left, numbers on the right."""
    return text.ljust(width) if place < 3 else text.rjust(width)


def _html(place: int, cell: str) -> str:
    shown_cell = html.escape(cell)
    return f"<td><code>{shown_cell}</code></td>" if place == 2 else f"<td>{shown_cell}</td>"

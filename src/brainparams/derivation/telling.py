"""A derivation, and what is said of it: sentence, steps, inputs in their groups, drivers, caveats, references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from ..checks import percent
from ..graph import Caveat, Leaf
from ..graph.choices import is_selector
from ..render import blocks, numbers
from ..render.pictures import elements, picture
from ..render.showing import Shown
from ..render.words import answer, spread, value_words
from ..sensitivity import Drivers
from .data import DerivationData
from .formulas import formula, works_out
from .parts import Input, ToldStep
from .product import product_of

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["HEADINGS", "Derivation", "caveat_line", "status_words", "told", "written_value"]

MOST_IN_A_LINE = 6  # elements of an array
MOST_BY_LABEL = 10_000  # rows of a table; what is beyond is added up
HEADINGS = {
    "measured": "measured",
    "assumed": "assumed",
    "exact": "exact",
    "given": "given, no source",
}
EFFECTS = {
    "raises": "raises the count",
    "lowers": "lowers the count",
    "narrows": "makes the interval too narrow",
    "unknown": "direction unknown",
}
STATUS = {
    "seen": None,
    "transcription": "seen in a transcription",
    "secondary": "seen in a secondary source",
    "memory": "from memory, source not seen",
}


class Derivation(DerivationData, Shown):
    """Everything that is told of a result, in order."""

    __slots__ = ()
    _printed: ClassVar[blocks.Length] = "full"

    def _blocks(self, length: blocks.Length) -> tuple[blocks.Block, ...]:
        return told(self, length)


def told(derivation: Derivation, length: blocks.Length) -> tuple[blocks.Block, ...]:
    """Return what is said of a derivation, in one of three lengths."""
    opening = answer(derivation.result, derivation.level, derivation.name, in_table=length == "full")
    if length == "sentence":
        return (opening,)
    return (opening, *(_brief(derivation) if length == "brief" else _full(derivation)))


def _full(derivation: Derivation) -> Iterator[blocks.Block]:
    if derivation.steps:
        product = product_of(derivation.steps[-1].formula, derivation.told, derivation.level)
        yield from [] if product is None else [blocks.Sentence(("= ", product))]
    shown = (
        picture(derivation.result, derivation.level),
        elements(derivation.result, derivation.level, most=MOST_BY_LABEL),
    )
    yield from (each for each in shown if each is not None)
    if derivation.steps:
        exact = all(step.result.is_exact_number for step in derivation.steps)
        aside = "" if exact else f"medians put in; {percent(derivation.level)} intervals, equal-tailed"
        yield blocks.Folded("Steps", (_steps(derivation),), aside)
    groups = {title: derivation.group(group) for group, title in HEADINGS.items()}
    lists = [
        blocks.Items(title, tuple(_input(each, derivation) for each in its)) for title, its in groups.items() if its
    ]
    if derivation.correlations:
        lists.append(blocks.Items("correlated", derivation.correlations))
    yield blocks.Folded("Inputs", tuple(lists))
    tables = tuple(_by_label((*derivation.steps[:-1], *derivation.inputs), derivation.level))
    if tables:
        yield blocks.Folded("By label", tables)
    if (drivers := _shared(derivation)) is not None:
        told = f"shares of the variance of the {drivers.scale}; {drivers.method}"
        yield blocks.Note("Where the spread comes from", drivers.in_words(), told)
    if derivation.caveats:
        yield blocks.Items("Caveats", tuple(map(caveat_line, derivation.caveats)))
    if derivation.references:
        yield _references(derivation)


def _by_label(told: Sequence[ToldStep | Input], level: float) -> Iterator[blocks.Block]:
    """Yield a table, a row for each label, for every array among steps or inputs that a line does not tell whole."""
    for each in told:
        grid = elements(each.result, level, each.name, MOST_BY_LABEL)
        if grid is not None and len(grid.rows) > MOST_IN_A_LINE:
            yield grid


def _brief(derivation: Derivation) -> Iterator[blocks.Block]:
    if derivation.steps:
        yield _steps(derivation, is_brief=True)
    yield blocks.Items("Inputs", tuple(_brief_input(each, derivation) for each in derivation.inputs))
    if derivation.correlations:
        yield blocks.Note("Correlated", "; ".join(derivation.correlations))
    if (drivers := _shared(derivation)) is not None:
        yield blocks.Note("Spread from", drivers.in_words())
    if derivation.caveats:
        yield blocks.Note("Caveats", "; ".join(map(caveat_line, derivation.caveats)))
    if derivation.references:
        yield _references(derivation, is_brief=True)


# --- steps and inputs --------------------------------------------------------------------------------------------


def _steps(derivation: Derivation, *, is_brief: bool = False) -> blocks.Steps:
    lines = tuple(_step(step, derivation) for step in derivation.steps)
    return blocks.Steps(lines, percent(derivation.level), derivation.untold, is_brief)


def _step(step: ToldStep, derivation: Derivation) -> blocks.StepLine:
    level = derivation.level

    def symbol(key: bytes) -> blocks.Symbol:
        return blocks.Symbol(derivation.told(key).symbol)

    def amount(key: bytes) -> blocks.Symbol | blocks.Amount:
        meant = derivation.told(key)
        if isinstance(meant, Input) and is_selector(meant.leaf):
            return blocks.Symbol(meant.leaf.written)
        result = meant.result
        return symbol(key) if result.axes else blocks.Amount(value_words(result, level, unit=False), result.unit.pretty)

    return blocks.StepLine(
        name=step.name,
        symbol=blocks.Symbol(step.symbol),
        formula=formula(step.formula, symbol),
        put_in=formula(step.formula, amount if works_out(step.formula, derivation.told) else symbol),
        result=value_words(step.result, level),
        interval=spread(step.result, level),
        mixture=_options(step),
        because=step.because,
        marks=_marks(step.references, derivation),
    )


def _options(step: ToldStep) -> str:
    """Return what a mixture is made of: options with weight and median."""
    if not step.options:
        return ""
    told = (f"{name} {numbers.weight_of(weight)}: {numbers.plain(median, 2)}" for name, weight, median in step.options)
    return f"a mixture of {', '.join(told)}"


def _input(each: Input, derivation: Derivation) -> blocks.Entry:
    leaf = each.leaf
    behind = tuple(part for part in (leaf.locator, status_words(leaf)) if part)
    because = (f"because {leaf.because}",) if leaf.because else ()
    note = (f"note: {leaf.note}",) if leaf.note else ()
    return blocks.Entry(
        each.name,
        blocks.Symbol(each.symbol),
        written_value(leaf),
        _marks(each.references, derivation),
        behind,
        because + note,
    )


def _brief_input(each: Input, derivation: Derivation) -> blocks.Entry:
    leaf = each.leaf
    behind = f"because {leaf.because}" if leaf.because else "(no source)"
    shape = f" ({leaf.spread.rpartition(', ')[2]})" if leaf.spread else ""
    return blocks.Entry(
        each.name,
        blocks.Symbol(each.symbol),
        _number(leaf) + shape,
        _marks(each.references, derivation),
        told=() if each.references else (behind,),
        is_brief=True,
    )


def written_value(leaf: Leaf) -> str:
    """Return an input as its author wrote it, with its unit and the shape of the belief."""
    return _number(leaf) + (f" ({leaf.spread})" if leaf.spread else "")


def _number(leaf: Leaf) -> str:
    """Return a number with its unit; of a few along one axis each with its label."""
    written = leaf.written
    if len(leaf.axes) == 1 and len(leaf.axes[0].labels) <= MOST_IN_A_LINE and (leaf.rows or not leaf.is_uncertain):
        each = [row.written for row in leaf.rows] or map(numbers.written, numbers.each_of(leaf.value))
        written = ", ".join(f"{label} {one}" for label, one in zip(leaf.axes[0].labels, each, strict=True))
    return f"{written} {leaf.unit.pretty}".rstrip()


def status_words(leaf: Leaf) -> str | None:
    """Return how the source was checked, where that is not at first hand."""
    return STATUS.get(leaf.status, leaf.status) if leaf.status else None


def _shared(derivation: Derivation) -> Drivers | None:
    """Return the drivers, where there is a spread to share, and somebody to share it among."""
    found = derivation.drivers
    return found if found is not None and any((found.interactions, *(each.share for each in found))) else None


# --- what stands behind ------------------------------------------------------------------------------------------


def caveat_line(caveat: Caveat) -> str:
    """Return a caveat with its direction."""
    return f"{caveat.text} [{EFFECTS[caveat.effect]}]"


def _marks(numbers: Sequence[int], derivation: Derivation) -> blocks.Marks:
    return blocks.Marks(tuple(_work(number, derivation.references[number - 1]) for number in numbers))


def _work(number: int, work: Citation) -> blocks.Reference:
    return blocks.Reference(number, work.key, work.label, work.text(), work.doi, work.url)


def _references(derivation: Derivation, *, is_brief: bool = False) -> blocks.References:
    return blocks.References(tuple(_work(*each) for each in enumerate(derivation.references, 1)), is_brief)

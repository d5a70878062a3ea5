"""A derivation as plain text for a terminal or a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from ..derivation import GROUPS, Derivation, Input, ToldStep
from ..estimate import Estimate
from ..graph import Leaf
from ..operations import Precedence
from . import numbers
from .formulas import binding, written

__all__ = [
    "HEADINGS",
    "caveat_line",
    "driver_method",
    "driver_words",
    "ends",
    "marks",
    "percent",
    "render",
    "sentence",
    "status_words",
    "value_words",
    "written_value",
]

WIDTH = 100
HEADINGS = {
    "measured": "measured",
    "assumed": "assumed",
    "exact": "exact",
    "given": "given, no source",
}
EFFECTS = {
    "raises": "raises the count",
    "lowers": "lowers the count",
    "unknown": "direction unknown",
}


def render(derivation: Derivation) -> str:
    """Return the whole derivation: sentence, steps, inputs, drivers, caveats, references."""
    parts = [f"{_capital(derivation.name)}: {sentence(derivation.result, derivation.level)}"]
    if derivation.steps:
        exact = all(step.result.is_exact_number for step in derivation.steps)
        parts += [
            "",
            "Steps" if exact else f"Steps (medians put in; {percent(derivation.level)} intervals, equal-tailed)",
        ]
        parts += [line for step in derivation.steps for line in _step(step, derivation)]
        if derivation.untold:
            parts.append(f"  … and {derivation.untold} earlier named steps")
    parts += ["", "Inputs"]
    for group in GROUPS:
        inputs = derivation.group(group)
        if inputs:
            parts.append(f"  {HEADINGS[group]}")
            parts += [line for each in inputs for line in _input(each)]
    if derivation.correlations:
        parts.append("  correlated")
        parts += [line for each in derivation.correlations for line in _wrapped(each, "    ")]
    if derivation.drivers is not None and len(derivation.drivers):
        parts += ["", f"Where the spread comes from ({driver_method(derivation)})"]
        parts += _wrapped(driver_words(derivation), "  ")
    if derivation.caveats:
        parts += ["", "Caveats"]
        parts += [line for caveat in derivation.caveats for line in _wrapped(caveat_line(caveat), "  - ")]
    if derivation.references:
        parts += ["", "References"]
        for number, citation in enumerate(derivation.references, 1):
            parts += _wrapped(citation.text(), f"  [{number}] ")
    return "\n".join(parts)


def sentence(estimate: Estimate, level: float) -> str:
    """Return the result in one sentence: powers of ten, words, interval with its level and kind, engine.

    Examples
    --------
    ``2.7e14 parameters (270 trillion), 90 % interval 8.4e13 to 8.9e14 (equal-tailed; exact engine)``
    """
    value = value_words(estimate, level)
    if estimate.axes or estimate.is_exact_number:
        return value
    in_words = numbers.words(estimate.median, numbers.digits_of(estimate, level))
    low, high = ends(estimate, level)
    how = f"{estimate.engine} engine" + (f", {estimate.draws:,} draws, seed {estimate.seed}" if estimate.draws else "")
    verdict = estimate.linearity
    if verdict is not None and not verdict.holds:
        how += "; should not be used here: first order does not describe this spread (JCGM 101, clause 8)"
    return (
        f"{value}{f' ({in_words})' if in_words else ''}, "
        f"{percent(level)} interval {low} to {high} (equal-tailed; {how})"
    )


def value_words(estimate: Estimate, level: float, *, unit: bool = True) -> str:
    """Return the value with the digits worth printing, and its unit in words."""
    if estimate.axes:
        return _array_words(estimate, level)
    if estimate.is_exact_number:
        many = unit and isinstance(estimate.median, int) and abs(estimate.median) >= 10**4
        return (
            numbers.exactly(estimate.median)
            + (_unit(estimate, estimate.median) if unit else "")
            + (" exactly" if many else "")
        )
    high = estimate.interval(level).high
    number = numbers.plain(estimate.median, numbers.digits_of(estimate, level), beside=high)
    return number + (_unit(estimate, estimate.median) if unit else "")


def _array_words(estimate: Estimate, level: float) -> str:
    points = [" ".join(point) for point in _points(estimate)]
    values = [
        numbers.exactly(each) if estimate.is_exact_number else numbers.plain(float(each), 3)
        for each in numbers.each_of(estimate.median)
    ]
    counted = points == [str(position) for position in range(len(points))]
    shown = values if counted else [f"{point} {value}" for point, value in zip(points, values, strict=True)]
    shown = shown if len(shown) <= 6 else [*shown[:5], f"… {len(shown) - 5} more"]
    return ", ".join(shown) + _unit(estimate, 2)


def _points(estimate: Estimate) -> list[tuple[str, ...]]:
    points: list[tuple[str, ...]] = [()]
    for axis in estimate.axes:
        points = [(*point, label) for point in points for label in axis.labels]
    return points


def _unit(estimate: Estimate, amount: Any) -> str:
    return "" if estimate.unit.text == "1" else f" {estimate.unit.plural(float(amount))}"


def ends(estimate: Estimate, level: float) -> tuple[str, str]:
    """Return both ends of the interval with the digits worth printing."""
    digits = numbers.digits_of(estimate, level)
    low, high = estimate.interval(level)
    return numbers.plain(low, digits, beside=high), numbers.plain(high, digits)


def _step(step: ToldStep, derivation: Derivation) -> list[str]:
    level = derivation.level

    def symbol(key: bytes) -> tuple[str, int]:
        return derivation.told(key).symbol, Precedence.ATOM

    lines = [f"  {step.symbol} = {written(step.formula, symbol)}"]
    lines[0] += f"   [{step.name}]{marks(step.references)}"
    put_in = written(step.formula, _number_writer(derivation))
    if put_in != written(step.formula, symbol):
        lines += _wrapped(f"= {put_in}", "      ")
    lines += [f"      = {value_words(step.result, level)}{_spread(step.result, level)}"]
    if step.because:
        lines += _wrapped(step.because, "      because ")
    return lines


def _number_writer(derivation: Derivation) -> Any:
    def number(key: bytes) -> tuple[str, int]:
        result = derivation.told(key).result
        if result.axes:
            return derivation.told(key).symbol, Precedence.ATOM
        text = value_words(result, derivation.level, unit=False)
        unit = "" if result.unit.text == "1" else f" {result.unit.pretty}"
        return text + unit, binding(text + unit)

    return number


def _spread(estimate: Estimate, level: float) -> str:
    if estimate.axes or estimate.is_exact_number:
        return ""
    low, high = ends(estimate, level)
    return f"  ({low} to {high})"


def _input(each: Input) -> list[str]:
    leaf = each.leaf
    head = f"    {each.symbol}  {each.name}: {written_value(leaf)}"
    tail = [f"[{number}]" for number in each.references]
    tail += [part for part in (leaf.locator, status_words(leaf)) if part]
    lines = _wrapped(
        f"{head}  {' '.join(tail[: len(each.references)])} {'; '.join(tail[len(each.references) :])}".rstrip(),
        "",
        indent="       ",
    )
    if leaf.because:
        lines += _wrapped(f"because {leaf.because}", "       ")
    if leaf.note:
        lines += _wrapped(f"note: {leaf.note}", "       ")
    return lines


def written_value(leaf: Leaf) -> str:
    """Return an input as its author wrote it, with its unit and the shape of the belief."""
    unit = "" if leaf.unit.text == "1" else f" {leaf.unit.pretty}"
    return f"{leaf.written}{unit}" + (f" ({leaf.spread})" if leaf.spread else "")


def status_words(leaf: Leaf) -> str | None:
    """Return how the source was checked, where that is not at first hand."""
    told = {
        "seen": None,
        "transcription": "seen in a transcription",
        "secondary": "seen in a secondary source",
        "memory": "from memory, source not seen",
    }
    return told.get(leaf.status, leaf.status) if leaf.status else None


def driver_words(derivation: Derivation) -> str:
    """Return the shares of the variance in per cent, largest first."""
    assert derivation.drivers is not None
    shares = [f"{_share(each.share)} {each.name}" for each in derivation.drivers if each.share >= 0.005]
    small = sum(1 for each in derivation.drivers if each.share < 0.005)
    if small:
        shares.append(f"{small} more below 1 %")
    if derivation.drivers.interactions:
        shares.append(f"{_share(derivation.drivers.interactions)} interactions")
    return "; ".join(shares)


def driver_method(derivation: Derivation) -> str:
    """Return what the shares are shares of, and how they were found."""
    assert derivation.drivers is not None
    return f"shares of the variance of the {derivation.drivers.scale}; {derivation.drivers.method}"


def caveat_line(caveat: Any) -> str:
    """Return a caveat with its direction."""
    return f"{caveat.text} [{EFFECTS[caveat.effect]}]"


def marks(references: Iterable[int]) -> str:
    """Return the numbers of references behind what they stand for: `` [1] [2]``."""
    return "".join(f" [{number}]" for number in references)


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


def percent(level: float) -> str:
    """Return a level in per cent, such as ``90 %``."""
    return f"{100 * level:.10g} %"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrapped(text: str, lead: str, indent: str | None = None) -> list[str]:
    follow = " " * len(lead) if indent is None else indent
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=follow, break_on_hyphens=False) or [lead]

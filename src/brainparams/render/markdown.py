"""A derivation as Markdown, for notebooks and pages."""

from __future__ import annotations

import re

from ..derivation import GROUPS, Derivation, Input, ToldStep
from ..operations import Precedence
from ..tables import escaped
from .formulas import binding, written
from .numbers import superscript
from .text import (
    HEADINGS,
    caveat_line,
    driver_method,
    driver_words,
    ends,
    marks,
    percent,
    sentence,
    status_words,
    value_words,
    written_value,
)

__all__ = ["render"]


def render(derivation: Derivation) -> str:
    """Return the whole derivation: sentence, table of steps, inputs, drivers, caveats, references."""
    blocks = [f"**{escaped(derivation.name)}**: {_powers(escaped(sentence(derivation.result, derivation.level)))}"]
    if derivation.steps:
        head = [
            f"| step | formula | numbers put in (medians) | result ({percent(derivation.level)} interval) |",
            "|---|---|---|---|",
        ]
        blocks.append("\n".join(head + [_step(step, derivation) for step in derivation.steps]))
    for group in GROUPS:
        inputs = derivation.group(group)
        if inputs:
            blocks.append(f"**{HEADINGS[group].capitalize()}**\n\n" + "\n".join(_input(each) for each in inputs))
    if derivation.correlations:
        blocks.append("**Correlated**\n\n" + "\n".join(f"- {escaped(each)}" for each in derivation.correlations))
    if derivation.drivers is not None and len(derivation.drivers):
        blocks.append(
            f"**Where the spread comes from** ({driver_method(derivation)}): {escaped(driver_words(derivation))}"
        )
    if derivation.caveats:
        blocks.append("**Caveats**\n\n" + "\n".join(f"- {escaped(caveat_line(each))}" for each in derivation.caveats))
    if derivation.references:
        lines = [f"{number}. {escaped(each.text())}" for number, each in enumerate(derivation.references, 1)]
        blocks.append("**References**\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def symbol(text: str) -> str:
    """Write a symbol in italics, with what follows the first underscore as a subscript."""
    stem, _, below = text.partition("_")
    return f"*{escaped(stem)}*" + (f"<sub>{escaped(below)}</sub>" if below else "")


def _powers(text: str) -> str:
    return re.sub(r"(?<![\w.])(\d[\d.,]*)e(-?\d+)", lambda found: superscript(found.group(0)), text)


def _step(step: ToldStep, derivation: Derivation) -> str:
    def by_symbol(key: bytes) -> tuple[str, int]:
        return symbol(derivation.told(key).symbol), Precedence.ATOM

    def by_number(key: bytes) -> tuple[str, int]:
        told = derivation.told(key)
        if told.result.axes:
            return symbol(told.symbol), Precedence.ATOM
        unit = told.result.unit.pretty
        text = _powers(value_words(told.result, derivation.level, unit=False) + (f" {unit}" if unit else ""))
        return text, binding(text)

    formula = written(step.formula, by_symbol, escape=escaped)
    numbers = written(step.formula, by_number, escape=escaped)
    name = escaped(step.name) + (f" (because {escaped(step.because)})" if step.because else "") + marks(step.references)
    result = _powers(escaped(value_words(step.result, derivation.level)))
    if not step.result.axes and not step.result.is_exact_number:
        low, high = ends(step.result, derivation.level)
        result += f" ({_powers(low)} to {_powers(high)})"
    return f"| {name} | {symbol(step.symbol)} = {formula} | {numbers} | {result} |"


def _input(each: Input) -> str:
    leaf = each.leaf
    parts = [f"- {symbol(each.symbol)}, {escaped(each.name)}: {_powers(escaped(written_value(leaf)))}"]
    parts += [f"[{number}]" for number in each.references]
    details = [escaped(part) for part in (leaf.locator, status_words(leaf)) if part]
    if leaf.because:
        details.append(f"because {escaped(leaf.because)}")
    if leaf.note:
        details.append(f"note: {escaped(leaf.note)}")
    return " ".join(parts) + (f"; {'; '.join(details)}" if details else "")

"""A derivation on one screen: a line for each step and input, references by name and DOI."""

from __future__ import annotations

import textwrap

from ..derivation import Derivation, Input, ToldStep
from ..operations import Precedence
from .formulas import written
from .text import caveat_line, driver_words, ends, marks, sentence, value_words

__all__ = ["render"]

WIDTH = 100


def render(derivation: Derivation) -> str:
    """Return sentence, steps, inputs, drivers, caveats and references, each as short as it can be."""
    name = derivation.name[:1].upper() + derivation.name[1:]
    parts = textwrap.wrap(f"{name}: {sentence(derivation.result, derivation.level)}", WIDTH)
    parts += [_step(step, derivation) for step in derivation.steps]
    parts += ["Inputs", *(line for each in derivation.inputs for line in _input(each))]
    if derivation.correlations:
        parts += _flowing("Correlated", "; ".join(derivation.correlations))
    if derivation.drivers is not None and len(derivation.drivers):
        parts += _flowing("Spread from", driver_words(derivation))
    if derivation.caveats:
        parts += _flowing("Caveats", "; ".join(caveat_line(each) for each in derivation.caveats))
    if derivation.references:
        named = [
            f"[{number}]\u00a0{each.label.replace(' ', chr(0xA0))}" + (f"\u00a0doi:{each.doi}" if each.doi else "")
            for number, each in enumerate(derivation.references, 1)
        ]
        parts += _flowing("References", ", ".join(named))
    return "\n".join(parts)


def _step(step: ToldStep, derivation: Derivation) -> str:
    def symbol(key: bytes) -> tuple[str, int]:
        return derivation.told(key).symbol, Precedence.ATOM

    line = f"  {step.symbol} = {written(step.formula, symbol)} = {value_words(step.result, derivation.level)}"
    if not step.result.axes and not step.result.is_exact_number:
        low, high = ends(step.result, derivation.level)
        line += f" ({low} to {high})"
    return line + marks(step.references)


def _input(each: Input) -> list[str]:
    leaf = each.leaf
    because = f" because {leaf.because}" if leaf.because and not each.references else ""
    behind = " " + "".join(f"[{number}]" for number in each.references) if each.references else because or " no source"
    shape = f" ({leaf.spread.rpartition(', ')[2]})" if leaf.spread else ""
    unit = f" {leaf.unit.pretty}" if leaf.unit.text != "1" else ""
    line = f"  {each.symbol} = {leaf.written}{unit}{shape}: {each.name}{behind}"
    return textwrap.wrap(line, WIDTH, subsequent_indent="      ", break_on_hyphens=False, break_long_words=False)


def _flowing(head: str, text: str) -> list[str]:
    lines = textwrap.wrap(
        f"{head}: {text}", WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
    return [line.replace("\u00a0", " ") for line in lines]

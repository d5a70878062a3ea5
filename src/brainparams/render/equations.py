"""Long formulas on several lines: TeX is broken where it adds or multiplies, outside of braces and brackets."""

from __future__ import annotations

import re

__all__ = ["NEXT_LINE", "broken", "inline", "letters"]

NEXT_LINE = r"&\quad "
COMMA = ", "
BRACKETS = {r"\left(": "(", r"\right)": ")", r"\left[": "[", r"\right]": "]"}
OPERATORS = (" + ", " - ", r" \times ", " / ")
POWER = re.compile(r"\\num\{[^}]*e")
COMMAND = re.compile(r"\\(?:text|mathrm|num)(?=\{)|\\[a-zA-Z]+|[{}]")


def broken(formula: str, width: int) -> str:
    r"""Return a formula on lines of about `width` letters, for ``align``.

    Examples
    --------
    >>> print(broken("a + b + c", 5))
    a + b \\
    &\quad + c
    """
    parts = _parts(formula)
    if max(map(letters, parts)) > width:  # a bracket that is longer than a line is broken too, and keeps its height
        parts = _parts(_low(formula))
    lines = [""]
    for part in parts:
        if lines[-1] and letters(lines[-1]) + letters(part) > width:
            lines.append("")
        lines[-1] += part
    return f" \\\\\n{NEXT_LINE}".join(line.strip() for line in lines)


def inline(formula: str, width: int) -> str:
    r"""Return a formula that breaks inside a line of text; a long one has no tall brackets, which do not break."""
    if letters(formula) <= width:
        return formula
    return _low(formula).replace(COMMA, r", \allowbreak ")


def _low(formula: str) -> str:
    for tall, low in BRACKETS.items():
        formula = formula.replace(tall, low)
    return formula


def _parts(formula: str) -> list[str]:
    """Return what stands between operators outside of braces and of tall brackets, each with its operator in front."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(formula):
        if formula.startswith((r"\{", r"\}"), place):
            place += 2
            continue
        depth += 1 if formula.startswith(("{", r"\left"), place) else 0
        depth -= 1 if formula.startswith(("}", r"\right"), place) else 0
        operator = next((each for each in OPERATORS if formula.startswith(each, place)), "")
        if operator and depth == 0 and place > start:
            parts.append(formula[start:place])
            start = place
        elif depth == 0 and formula.startswith(COMMA, place):  # stands at the end of a line
            parts.append(formula[start : place + len(COMMA)])
            start = place + len(COMMA)
        place += len(operator) or 1
    return [*parts, formula[start:]]


def letters(text: str) -> int:
    """Return about how many letters wide a formula is, once it is set."""
    return len(COMMAND.sub("", text)) + 3 * len(POWER.findall(text))

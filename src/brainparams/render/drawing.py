"""A ladder in characters: a logarithmic axis, and an interval with its median on it."""

from __future__ import annotations

import math

__all__ = ["axis", "bar"]

CHART = 41
MEDIAN, LINE, LEFT, RIGHT, EMPTY, TICK = "●", "─", "├", "┤", "·", "│"


def _places(low: int, high: int) -> int:
    """Return the characters of one power of ten."""
    return max(1, (CHART - 1) // (high - low))


def bar(ends: tuple[float, float, float], low: int, high: int) -> str:
    """Draw low end, median and high end on an axis from one power of ten to another.

    Examples
    --------
    >>> bar((1e1, 1e2, 1e4), 0, 5)
    '│·······├───────●───────────────┤·······│'
    """
    each = _places(low, high)
    cells = [EMPTY if place % each else TICK for place in range((high - low) * each + 1)]

    def place(value: float) -> int:
        return min(len(cells) - 1, max(0, round((math.log10(value) - low) * each))) if value > 0 else 0

    first, middle, last = map(place, ends)
    for position in range(first, last + 1):
        cells[position] = LINE
    cells[first], cells[last] = LEFT, RIGHT
    cells[middle] = MEDIAN
    return "".join(cells)


def axis(low: int, high: int) -> str:
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

"""Text of a picture that fits: titles in lines, names of rows as small as they must be, names of lines side by side."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..plain import cleaned
from .canvas import ink, literal

__all__ = ["axis_title", "dot_size", "font_size", "named_lines", "named_rows", "row_height", "shortened", "title"]

SMALLEST, SMALLER = 5.0, 6.0  # points of a letter that can be read, and that is read with ease
ROOMY = 40  # rows that a page takes without being small
LONGEST_ROW, LONGEST_LINE = 34, 48  # letters
TALLEST = 16.0  # inches of a figure


def title(ax: Any, *told: str) -> None:
    """Write above the axes the first of several titles that fits; where none does, the last one, cut."""
    if not any(told):
        ax.set_title("")
        return
    lines = _lines_above(ax)
    width = _letters(ax, "small" if lines == 1 else "medium")
    fits = (each for each in told if len(textwrap.wrap(cleaned(each), max(8, int(width)))) <= lines)
    chosen = next(fits, told[-1])
    ax.set_title(_folded(chosen, width, lines), fontsize="small" if lines == 1 else "medium")


def _lines_above(ax: Any) -> int:
    """Return how many lines there are above an axes: as many as are wanted where a figure makes room for them."""
    if ax.figure.get_layout_engine() is not None:
        return 3
    margin = 72.0 * ax.figure.get_size_inches()[1] * (1.0 - ax.get_position().y1)
    return max(1, int((margin - 6.0) / (1.25 * font_size("medium"))))


def axis_title(ax: Any, text: str, which: Literal["x", "y"] = "x") -> None:
    """Name an axis in lines that fit beside it."""
    (ax.set_xlabel if which == "x" else ax.set_ylabel)(_folded(text, _letters(ax, "medium", which), 2))


def named_rows(ax: Any, names: Sequence[str]) -> tuple[float, Sequence[int]]:
    """Name rows from the bottom up; where there is little room, smaller, and then not each of them.

    Return the size of the letters, and which rows have their names.
    """
    height = _points(ax, "y") / max(1, len(names))
    has_two = height > 2.9 * SMALLER and max(map(len, names), default=0) > LONGEST_ROW
    size = min(font_size("medium"), max(SMALLEST, height / 2.9 if has_two else 0.85 * height))
    every = math.ceil(SMALLEST / (0.85 * height))
    places = [place for place in range(len(names)) if (len(names) - 1 - place) % every == 0]
    width = LONGEST_ROW if has_two else LONGEST_LINE
    told = [_folded(names[place], width, 2 if has_two else 1) for place in places]
    ax.set_yticks(places, told, fontsize=size, linespacing=1.0)
    ax.set_ylim(-0.7, len(names) - 0.3)
    return size, places


def row_height(count: int) -> float:
    """Return the height of a figure for so many rows, within what a page can take."""
    return 1.1 + 0.34 * count if count <= ROOMY else min(1.1 + 0.34 * ROOMY + 0.14 * (count - ROOMY), TALLEST)


def named_lines(ax: Any, lines: Mapping[str, float]) -> list[Any]:
    """Draw vertical lines with their names above each other where they would touch; return the artists.

    The vertical limits are raised, so that the names stand above what is drawn.
    """
    if not lines:
        return []
    low, high = ax.get_xlim()
    place = (lambda x: math.log10(x) if x > 0 else -math.inf) if ax.get_xscale() == "log" else float
    width, letter = _points(ax), 0.55 * font_size("small")
    artists: list[Any] = []
    taken: list[list[tuple[float, float]]] = []
    for name, value in sorted(lines.items(), key=lambda each: each[1]):
        at = width * (place(value) - place(low)) / (place(high) - place(low))
        told = _folded(name, LONGEST_LINE, 1)
        is_left = at + letter * len(told) > width and at > width / 2
        span = (at - letter * (len(told) + 1), at) if is_left else (at, at + letter * (len(told) + 1))
        row = next(
            (k for k, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans)), len(taken)
        )
        taken += [[]] if row == len(taken) else []
        taken[row].append(span)
        artists += [ax.axvline(value, color=ink(), linestyle="--", linewidth=1.0, zorder=1)]
        offset = (-3 if is_left else 3, -2 - 1.25 * font_size("small") * row)
        artists += [
            ax.annotate(
                told, (value, 1.0), xycoords=("data", "axes fraction"), xytext=offset, textcoords="offset points",
                ha="right" if is_left else "left", va="top", fontsize="small",
            )
        ]  # fmt: skip
    bottom, top = ax.get_ylim()
    room = min(0.5, (len(taken) + 0.5) * 1.25 * font_size("small") / _points(ax, "y"))
    ax.set_ylim(bottom, bottom + (top - bottom) / (1.0 - room))
    return artists


def dot_size(ax: Any, columns: int) -> float:
    """Return the area of dots that stand beside and above each other without touching."""
    low, high = ax.get_ylim()
    return float((0.85 * min(_points(ax) / columns, _points(ax, "y") / (high - low))) ** 2)


def shortened(text: str) -> str:
    """Return a name as long as a legend can take."""
    return _folded(text, LONGEST_ROW, 1)


def _folded(text: str, width: float, lines: int) -> str:
    """Return text in at most so many lines of about so many letters; an ellipsis stands for what does not fit."""
    kept = textwrap.wrap(cleaned(text), max(8, int(width)), max_lines=lines, placeholder=" …", break_on_hyphens=False)
    return "\n".join(map(literal, kept))


def _letters(ax: Any, size: str, which: Literal["x", "y"] = "x") -> float:
    return _points(ax, which) / (0.55 * font_size(size))


def _points(ax: Any, which: Literal["x", "y"] = "x") -> float:
    """Return the width or height of an axes in points, as far as it is known before it is drawn."""
    box, inches = ax.get_position(), ax.figure.get_size_inches()
    return float(72.0 * (inches[0] * box.width if which == "x" else inches[1] * box.height))


def font_size(name: str) -> float:
    """Return the points of letters of a named size, such as ``small``."""
    from matplotlib.font_manager import FontProperties

    return float(FontProperties(size=name).get_size_in_points())

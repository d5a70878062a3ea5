"""Plain text, as it may stand in a line: whatever a stranger put into it, and how it begins."""

from __future__ import annotations

import re
import textwrap
import unicodedata

__all__ = ["capital", "cleaned", "columns", "lines_of"]

SPACE = re.compile(r"\s+")
# What moves a cursor, colours a terminal or turns the direction of writing is nothing that a name needs.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def cleaned(text: str) -> str:
    r"""Return text on one line, without characters that steer a terminal or turn the direction of writing.

    Examples
    --------
    >>> cleaned("two\n lines, \x1b[31mred")
    'two lines, [31mred'
    """
    return UNSEEN.sub("", SPACE.sub(" ", text))


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: letters of East Asia take two, marks on letters none.

    Examples
    --------
    >>> columns("brain"), columns("脳"), columns("a\u0308")
    (5, 2, 1)
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def lines_of(text: str, width: int, first: str = "", indent: str = "") -> list[str]:
    """Return text on lines of so many columns; only a word that is longer than a line is broken."""
    filler = "\ue000"  # stands beside a letter that takes two columns, while letters are counted
    wide = text if text.isascii() else "".join(letter + filler * (_width(letter) - 1) for letter in text)
    lines = textwrap.wrap(
        wide, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, break_long_words=True
    )
    return [line.replace(filler, "") for line in lines]


def capital(text: str) -> str:
    """Return text that begins with a capital letter; the others stay as they are."""
    return text[:1].upper() + text[1:]

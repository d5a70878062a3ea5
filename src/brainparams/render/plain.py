"""Plain text, as it may stand in a line: whatever a stranger put into it, and how it begins."""

from __future__ import annotations

import re

__all__ = ["capital", "cleaned"]

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


def capital(text: str) -> str:
    """Return text that begins with a capital letter; the others stay as they are."""
    return text[:1].upper() + text[1:]

"""What a text says of the individuals behind a number: ``n = 4``, ``between 4 brains``, ``sd 8.12e9``, ``SEM``."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import ParseError, RangeError, shown

__all__ = ["Individuals", "individuals_of"]

_COUNT = re.compile(
    r"\bn *= *([0-9]{1,12})(?![0-9.])|\b(?:between|among|from|in) +([0-9]{1,12}) +[a-z]+", re.IGNORECASE
)
_KIND = re.compile(
    r"(?:(?<=[ ,;(])|^)(?:(?P<mean>s\.?e\.?(?:m\.?)?|standard error(?: of the mean)?)|s\.?d\.?|standard deviation)"
    r"(?![a-z.]) *[=:]? *(?P<spread>[0-9.][^,;()]*)?",
    re.IGNORECASE,
)
_NOTHING_LEFT = re.compile(r"\( *[,;]? *\)|(?<=\() *[,;]|[,;] *(?=\))|^ *[,;]|[,;] *$")
_EXAMPLE = "write '86.06 ± 8.12 (n = 4) neuron', or '86.06 neuron, SEM 4.06, n = 4'"


class Individuals(NamedTuple):
    """How many there are, whether the spread is that of their mean, and the spread where it stands by itself."""

    n: int | None
    of_mean: bool
    spread: str


def individuals_of(text: str, where: str) -> tuple[str, Individuals | None]:
    """Return a text without what it says of individuals, and that.

    Raises
    ------
    ParseError, RangeError
        If it is said twice, or of fewer than two.

    Examples
    --------
    >>> individuals_of("86.06 ± 8.12 (n = 4) billion neuron", "example")
    ('86.06 ± 8.12 billion neuron', Individuals(n=4, of_mean=False, spread=''))
    >>> individuals_of("86.06e9 neuron, SEM 4.06e9, n = 4", "example")
    ('86.06e9 neuron', Individuals(n=4, of_mean=True, spread='4.06e9'))
    """
    counts = list(_COUNT.finditer(text))
    rest = _COUNT.sub("", text)
    kinds = list(_KIND.finditer(rest))
    if not counts and not kinds:
        return text, None
    if len(counts) > 1 or len(kinds) > 1:
        raise ParseError(f"{where}: {shown(text)} says twice what its spread is, or of how many; {_EXAMPLE}.")
    n = int(counts[0][1] or counts[0][2]) if counts else None
    if n is not None and n < 2:
        raise RangeError(f"{where}: n must be a whole number >= 2 in {shown(text)}; one individual shows no spread.")
    rest = _KIND.sub("", rest)
    while (left := " ".join(_NOTHING_LEFT.sub(" ", rest).split())) != rest:
        rest = left
    of_mean, spread = (bool(kinds[0]["mean"]), (kinds[0]["spread"] or "").strip()) if kinds else (False, "")
    return rest, Individuals(n, of_mean, spread)

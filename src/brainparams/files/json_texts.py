"""JSON texts of strangers, read strictly: no key twice, finite numbers, bounded depth, and faults with their place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from ..errors import FileError, shown

__all__ = ["Document", "strict_json"]

DEEPEST = 64
LONGEST_INTEGER = 4000  # digits; Python itself refuses a little more

Way = tuple[str | int, ...]


class Document(NamedTuple):
    """What a JSON text holds, with the text, so that a fault is told with its line and column."""

    content: Any
    text: str

    def place(self, way: Way) -> str:
        """Return where the value at the end of a way of keys and positions stands: ``line 3, column 5``."""
        found = next((each.start for each in _tokens(self.text) if each.is_value and each.way == way), 0)
        return _place(self.text, found)


def strict_json(text: str, where: str) -> Document:
    """Return what a JSON text holds: no key twice in one object, finite numbers, nothing behind it, bounded depth.

    Raises
    ------
    FileError
        With line and column.

    Examples
    --------
    >>> strict_json('{"a": [1, 2]}', "f()").content
    {'a': [1, 2]}
    >>> strict_json('{"a": 1, "a": 2}', "f()")
    Traceback (most recent call last):
    brainparams.errors.FileError: f(): line 1, column 10: the key 'a' stands twice in one object
    """
    marks = re.findall(r'"(?:[^"\\]|\\.)*+"|[\[{}\]]', text, re.DOTALL)
    levels = accumulate(1 if each in "[{" else -1 for each in marks if len(each) == 1)
    if max(levels, default=0) > DEEPEST:
        raise FileError(f"{where}: nested deeper than {DEEPEST} levels, which is the most that is read")
    try:
        content = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite, parse_int=_short
        )
    except json.JSONDecodeError:
        raise FileError(f"{where}: {_not_json(text)}") from None
    except _FaultError:
        raise FileError(f"{where}: {_not_json(text) or _first_fault(text)}") from None
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where}: not JSON that can be read ({type(error).__name__})") from None
    return Document(content, text)


def _not_json(text: str) -> str | None:
    """Return where a text is no JSON at all; None where it is."""
    try:
        json.loads(text, parse_constant=str, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    return None


class _FaultError(Exception):
    """Something that JSON's grammar allows, or Python's reader does, and we do not; its place is found afterwards."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _FaultError
    return found


def _constant(_: str) -> Any:
    raise _FaultError


def _finite(numeral: str) -> float:
    if not math.isfinite(number := float(numeral)):
        raise _FaultError
    return number


def _short(numeral: str) -> int:
    if len(numeral) > LONGEST_INTEGER:
        raise _FaultError
    return int(numeral)


def _first_fault(text: str) -> str:
    """Return the first such fault of a text, with its place."""
    seen: dict[Way, set[str | int]] = {}
    for each in _tokens(text):
        fault = _fault(each) if each.is_value else None
        if not each.is_value:
            keys = seen.setdefault(each.way[:-1], set())
            fault = f"the key {shown(each.way[-1])} stands twice in one object" if each.way[-1] in keys else None
            keys.add(each.way[-1])
        if fault:
            return f"{_place(text, each.start)}: {fault}"
    return "not JSON that can be read"


NUMERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def _fault(value: _Token) -> str | None:
    if value.text in ("NaN", "Infinity", "-Infinity"):
        return f"{value.text} is not a number; every number in the file is finite"
    if not NUMERAL.fullmatch(value.text):
        return None  # no number at all, which is for the reader to say
    if set(value.text) & set(".eE"):
        is_finite = math.isfinite(float(value.text))
        return None if is_finite else f"{shown(value.text)} is beyond float range (1.8e308)"
    is_short = len(value.text) <= LONGEST_INTEGER
    return None if is_short else f"an integer of {len(value.text)} digits; the most is {LONGEST_INTEGER}"


def _place(text: str, start: int) -> str:
    return f"line {text.count(chr(10), 0, start) + 1}, column {start - text.rfind(chr(10), 0, start)}"


class _Token(NamedTuple):
    """A key or a value of a JSON text, with the way of keys and positions that leads to it."""

    text: str
    way: Way
    start: int
    is_value: bool


TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{}\],:]|[^\s\[{}\],:"]++', re.DOTALL)


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the keys and values of a text that is JSON."""
    way: list[str | int] = []
    is_key = False
    for match in TOKEN.finditer(text):
        token = match[0]
        if token in "]}":
            way.pop()
            is_key = False  # behind an object without keys too
        elif token == "," and isinstance(way[-1], int):
            way[-1] += 1
        elif token == ",":
            is_key = True
        elif token == ":":
            is_key = False
        elif is_key:
            way[-1] = json.loads(token)
            yield _Token(token, tuple(way), match.start(), is_value=False)
        else:
            yield _Token(token, tuple(way), match.start(), is_value=True)
            if token in "[{":
                way.append("" if token == "{" else 0)
                is_key = token == "{"

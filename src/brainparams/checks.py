"""What a function asks of its arguments: each check, and its message, once.

`where` begins a message: the function as the user called it, and the argument, such as ``"estimate(): draws"``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

from .errors import ArgumentError, KindError, RangeError, did_you_mean, shown

__all__ = ["is_number", "level_in", "number", "one_of", "percent", "strict", "whole_number", "words"]

T = TypeVar("T", bound=Callable[..., Any])


def strict(target: T) -> T:
    """Make a misspelt, missing or doubled argument of a function or a record an error that names it."""
    if isinstance(target, type):
        target.__init__ = _guarded(target.__init__, target.__name__)  # type: ignore[misc]
        return target
    return _guarded(target, target.__name__)  # type: ignore[return-value]


def _guarded(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            names = [each for each in signature.parameters if each != "self"]
            hints = "".join(did_you_mean(each, names) for each in kwargs if each not in names)
            raise ArgumentError(f"{name}(): {error}.{hints} It takes {', '.join(names)}") from None
        return function(*args, **kwargs)

    return guarded


def is_number(value: object) -> bool:
    """Return whether a value is a plain real number: True and False are none.

    Examples
    --------
    >>> is_number(2), is_number(True), is_number("2")
    (True, False, False)
    """
    plain = isinstance(value, int | float | Fraction | np.integer | np.floating)
    return plain and not isinstance(value, bool | np.bool_)


def number(value: object, where: str, example: str = "0.90") -> float:
    """Return a real number as a float, or raise KindError."""
    if not is_number(value):
        raise KindError(f"{where} must be a number such as {example}; got {shown(value)}")
    return float(value)  # type: ignore[arg-type]


def whole_number(value: Any, where: str, *, least: int = 1, example: str = "1") -> int:
    """Return a whole number >= `least` as a Python integer.

    Raises
    ------
    KindError
        If it is no number.
    RangeError
        If it has a fraction, is not finite, or lies below.

    Examples
    --------
    >>> whole_number(1e6, "estimate(): draws")
    1000000
    """
    fault = f"{where} must be a whole number >= {least}, such as {example}; got {shown(value)}"
    if not is_number(value):
        raise KindError(fault)
    if not least <= value < float("inf") or int(value) != value:  # NaN compares false
        raise RangeError(fault)
    return int(value)


def words(text: object, where: str, example: str = "") -> str:
    """Return a text that says something, with single blanks, or raise KindError.

    Examples
    --------
    >>> words(" range  given by textbooks ", "assumed(): because")
    'range given by textbooks'
    """
    if not isinstance(text, str) or not text.strip():
        raise KindError(f"{where} needs words{example and f', such as {example!r}'}; got {shown(text)}")
    return " ".join(text.split())


def one_of(choice: Any, choices: Iterable[Any], where: str) -> Any:
    """Return a choice that is among the choices, or raise ArgumentError with all of them.

    Examples
    --------
    >>> one_of("text", ("text", "latex"), "explain(): style")
    'text'
    """
    known = tuple(choices)
    try:
        if choice in known:
            return choice
    except (TypeError, ValueError):
        pass  # an array, which compares element by element
    hint = did_you_mean(choice, map(str, known)) if isinstance(choice, str) else ""
    raise ArgumentError(f"{where} must be one of {', '.join(map(str, known))}; got {shown(choice)}.{hint}")


def level_in(value: object, where: str) -> float:
    """Return a probability inside (0, 1), such as the level of an interval.

    Examples
    --------
    >>> level_in(0.9, "interval(): level")
    0.9
    """
    probability = number(value, where)
    if 1.0 < probability < 100.0:
        raise RangeError(f"{where} must be in (0, 1); got {shown(value)}; did you mean {probability / 100:g}?")
    if not 0.0 < probability < 1.0:
        raise RangeError(f"{where} must be in (0, 1), such as 0.90; got {shown(value)}")
    return probability


def percent(level: float) -> str:
    """Return a level in per cent.

    Examples
    --------
    >>> percent(0.9)
    '90 %'
    """
    return f"{100 * level:.10g} %"

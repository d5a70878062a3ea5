"""Arguments that fit the signature of what is called, and an error that names those that do not."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from .errors import ArgumentError, did_you_mean

__all__ = ["strict"]

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

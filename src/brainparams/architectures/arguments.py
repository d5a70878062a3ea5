"""What people write for a dimension: whole numbers, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..checks import is_integer
from ..errors import ArgumentError, KindError, RangeError, did_you_mean, shown
from ..quantity import Quantity

LARGEST_DIMENSION = 10**30
MOST_ARRAYS = 100_000
WHOLE_UNITS = ("1", "neuron", "token")


def whole(value: Any, where: str, *, least: int = 1) -> int:
    """Return a whole number as it is; a dimension is structure, so nothing else will do."""
    if isinstance(value, Quantity):
        if value.unit not in WHOLE_UNITS or value.axes or not value.estimate().is_exact_number:
            raise KindError(f"{where} needs a whole number without spread; got {shown(value)}; write such as 768")
        return whole(value.value, where, least=least)
    if not is_integer(value):
        raise KindError(f"{where} needs a whole number such as 768; got {shown(value)}")
    if not least <= value <= LARGEST_DIMENSION:
        raise RangeError(f"{where} must be a whole number from {least} to 1e30; got {shown(value)}")
    return int(value)


def settle(record: Any, *names: str, optional: tuple[str, ...] = (), least: int = 1) -> None:
    """Check fields of a frozen record that are whole numbers, and store them as plain integers."""
    for name in (*names, *optional):
        value = getattr(record, name)
        if value is not None or name not in optional:
            checked = whole(value, f"{type(record).__name__}(): {name!r}", least=least)
            object.__setattr__(record, name, checked)


def switches(record: Any, *names: str) -> None:
    """Check fields of a record that are True or False."""
    for name in names:
        truth(getattr(record, name), f"{type(record).__name__}(): {name!r}")


def wholes(values: Any, where: str, *, least_count: int = 1, example: str = "[64, 128]") -> list[int]:
    """Return a list of whole numbers."""
    found = listed(values, where, example, least_count=least_count)
    return [whole(value, f"{where}[{place}]") for place, value in enumerate(found)]


def listed(values: Any, where: str, example: str, *, least_count: int = 1) -> list[Any]:
    """Return what is in a list."""
    if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray):
        raise KindError(f"{where} needs a list, such as {example}; got {shown(values)}")
    if not least_count <= len(values) <= MOST_ARRAYS:
        raise RangeError(f"{where} needs from {least_count} to {MOST_ARRAYS:,} elements; got {len(values)}")
    return list(values)


def truth(value: Any, where: str) -> bool:
    """Return True or False as it is."""
    if not isinstance(value, bool):
        raise KindError(f"{where} is True or False; got {shown(value)}")
    return value


def one_of(value: Any, options: Iterable[str], where: str) -> str:
    """Return one of several words."""
    known = list(options)
    if not isinstance(value, str) or value not in known:
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        raise ArgumentError(f"{where} is one of {', '.join(map(repr, known))}; got {shown(value)}.{hint}")
    return value


def instance(value: Any, kinds: type | tuple[type, ...], where: str) -> Any:
    """Return a record of one of the kinds due."""
    if not isinstance(value, kinds):
        wanted = kinds if isinstance(kinds, tuple) else (kinds,)
        raise KindError(f"{where} needs {' or '.join(f'bp.{each.__name__}(…)' for each in wanted)}; got {shown(value)}")
    return value


def title(value: Any, where: str) -> str:
    """Return a name as it is."""
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where} needs a name in words, such as 'gpt2'; got {shown(value)}")
    return value

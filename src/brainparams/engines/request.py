"""What is asked of the engines, checked."""

from __future__ import annotations

import math
import secrets
from concurrent.futures import Executor
from typing import Any, NamedTuple

from ..checks import is_integer, is_number, number
from ..errors import KindError, RangeError, shown
from ..estimate import Law

__all__ = ["DIGITS", "Answer", "Request", "checked_budget", "checked_seed"]

DIGITS = 3


class Request(NamedTuple):
    """What was asked of the engines.

    Attributes
    ----------
    is_automatic : bool
        Whether the engine was left to choose.
    draws : int or None
        How many random draws, if that was said.
    budget : float
        How many times the usual work, which takes about two seconds, may be done.
    """

    is_automatic: bool = True
    seed: int = 0
    draws: int | None = None
    digits: int = DIGITS
    budget: float = 1.0
    executor: Executor | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """Everything that the digits depend on: who computes them is not part of it."""
        return self.seed, self.draws, self.digits, self.budget


class Answer(NamedTuple):
    """What an engine found of one node: its law, how many draws it took, and why it stopped early, if it did."""

    law: Law
    draws: int = 0
    stopped: str = ""


def checked_seed(seed: Any, where: str = "estimate") -> int:
    """Return a seed as an int; None has one chosen."""
    if seed is None:
        return secrets.randbits(63)
    mend = f"must be an integer >= 0, or None to have one chosen; got {shown(seed)}"
    if isinstance(seed, float):
        raise RangeError(f"{where}(): seed {mend}")
    if not is_integer(seed):
        raise KindError(f"{where}(): seed {mend}")
    if seed < 0:
        raise RangeError(f"{where}(): seed must be >= 0; got {shown(seed)}; did you mean {-int(seed)}?")
    return int(seed)


def checked_budget(budget: Any, where: str = "estimate") -> float:
    """Return how many times the usual work may be done, or raise with the mend."""
    fault = f"{where}(): budget must be a number > 0, such as 10 for ten times the usual work; got {shown(budget)}"
    if not is_number(budget):
        raise KindError(fault)
    if not 0 < budget < math.inf:
        raise RangeError(fault)
    return number(budget, f"{where}(): budget", "10")

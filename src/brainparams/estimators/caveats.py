"""What an estimator says that ignores an aspect of brains, and which way a parameter count then moves."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, TypedDict

from ..errors import UnknownNameError, did_you_mean, shown

__all__ = ["CaveatArguments", "caveat", "ignored"]


class CaveatArguments(TypedDict):
    """What ``with_caveat`` takes."""

    text: str
    effect: Literal["raises", "lowers", "unknown"]


def caveat(aspect: str) -> CaveatArguments:
    """Return what an estimator says that ignores an aspect, as the arguments of ``with_caveat``.

    Examples
    --------
    >>> caveat("signal speed")
    {'text': 'conduction delays are left out', 'effect': 'lowers'}
    """
    known = ignored()
    if aspect not in known:
        raise UnknownNameError(f"caveat(): no aspect {shown(aspect)}.{did_you_mean(str(aspect), known)}")
    return {"text": known[aspect]["caveat"], "effect": known[aspect]["effect"]}


@functools.cache
def ignored() -> Mapping[str, Mapping[str, Any]]:
    """Return what ignoring each aspect does: ``effect``, ``because`` and ``caveat``, by aspect.

    Examples
    --------
    >>> ignored()["signal speed"]["effect"]
    'lowers'
    """
    text = resources.files(__package__).joinpath("caveats.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))

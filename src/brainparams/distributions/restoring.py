"""Distributions from their name and parameters, as a saved document holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from ..errors import ArgumentError, KindError, ShapeError, UnknownNameError, did_you_mean, shown
from .belief import KINDS, Distribution
from .checks import DEEPEST


def _demand_names(where: str, given: object, names: Iterable[str]) -> Mapping[str, Any]:
    """Return `given` if it is a mapping with exactly these names."""
    if not isinstance(given, Mapping):
        raise KindError(f"{where}: needs a mapping of names to values; got {shown(given)}; write {{name: value}}")
    expected = list(names)
    for name in given:
        if name not in expected:
            hint = did_you_mean(str(name), expected)
            raise ArgumentError(f"{where}: unknown {shown(name)}; expected {', '.join(expected)}.{hint}")
    missing = [name for name in expected if name not in given]
    if missing:
        raise ArgumentError(f"{where}: {', '.join(missing)} missing; expected {', '.join(expected)}")
    return given


def distribution_from(kind: str, parameters: Mapping[str, Any]) -> Distribution:
    """Return the distribution of this kind with these parameters: the inverse of ``name`` and ``parameters()``.

    Parameters
    ----------
    kind : str
        Name such as "lognormal".
    parameters : mapping
        Every parameter by name; numbers and lists of numbers.

    Returns
    -------
    Distribution

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ArgumentError, KindError, RangeError, ShapeError
        If the parameters do not fit the kind.

    Examples
    --------
    >>> distribution_from("normal", {"mean": 1, "sd": 2})
    Normal(mean=1.0, sd=2.0)
    """
    return _restored("distribution_from", kind, parameters, depth=0)


def _restored(where: str, kind: object, parameters: object, depth: int) -> Distribution:
    if depth > DEEPEST:
        raise ShapeError(f"{where}(parts): distributions nested deeper than {DEEPEST} levels; give a flatter one")
    if not isinstance(kind, str):
        raise KindError(f"{where}(kind): needs the name of a distribution; got {shown(kind)}; write 'lognormal'")
    if kind not in KINDS:
        message = f"{where}(kind): no distribution is called {shown(kind)}; known are {', '.join(KINDS)}."
        raise UnknownNameError(message + did_you_mean(kind, KINDS))
    make = KINDS[kind]
    given = dict(_demand_names(f"{where}(parameters)", parameters, (each.name for each in fields(make))))
    if "parts" in given:
        parts = given["parts"]
        if not isinstance(parts, list | tuple):
            raise KindError(f"{where}(parts): needs a list of parts; got {shown(parts)}; write [part, part]")
        given["parts"] = [_part(where, f"parts[{index}]", part, depth) for index, part in enumerate(parts)]
    if "distribution" in given:
        given["distribution"] = _part(where, "distribution", given["distribution"], depth)
    return make._restored(given)


def _part(where: str, argument: str, part: object, depth: int) -> Distribution:
    checked = _demand_names(f"{where}({argument})", part, ("kind", "parameters"))
    return _restored(where, checked["kind"], checked["parameters"], depth + 1)

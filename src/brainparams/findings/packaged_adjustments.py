"""Routes, and the adjustments that come with the package: neurons and synapses of some cortices and a cerebellum."""

from __future__ import annotations

import functools
import operator
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from ..checks import strict
from ..errors import ArgumentError, UnknownNameError, did_you_mean, shown
from . import evidence

__all__ = ["Route", "adjustment_of", "adjustments", "powers_of"]

TERM = re.compile(r"\s*([*/])\s*([A-Za-z][\w -]*?)\s*(?:(?:\*\*|\^)\s*(-?\d+))?\s*(?=[*/]|$)")


@strict
@dataclass(frozen=True, slots=True)
class Route:
    """One measurement that bears on the unknowns of an adjustment.

    Parameters
    ----------
    measured : Quantity, id of a finding, or text
        What was measured, above zero.
    of : str
        Which product of unknowns that is: ``"synapses"``, ``"synapses / volume"``, ``"neurons * volume ** -1"``.
    label : str, optional
        What the table calls it; its source otherwise.
    spread : float, optional
        Geometric standard deviation of its own error; what `measured` states otherwise.
    method : str or None
        Routes of one method word share a spread between methods; None for one that has none, such as a volume that
        several routes share.
    n : int, optional
        Individuals behind it, for ``"vangel-rukhin"``.
    shared : mapping of str to float, optional
        Parts of its own error that other routes have as well, by name, as geometric standard deviations: routes with a
        name in common are correlated. A factor below 1 where the part enters the other way round. Of routes whose
        spread is that of `measured`, inputs that both rest on are found without.
    because : str, optional
        Why the spread is that.

    Examples
    --------
    >>> Route("1.64e14 ×/÷ 1.1 synapse", of="synapses", label="direct").of
    'synapses'
    """

    measured: Any
    of: str = ""
    label: str | None = None
    spread: float | None = None
    method: str | None = "method"
    n: int | None = None
    because: str | None = None
    shared: Mapping[str, float] = field(default_factory=dict)


def powers_of(text: str) -> dict[str, int]:
    """Return the unknowns of a product with their powers.

    Examples
    --------
    >>> powers_of("synapses / volume ** 2")
    {'synapses': 1, 'volume': -2}
    """
    told = f"* {text.strip()}"
    found: dict[str, int] = {}
    place = 0
    for match in TERM.finditer(told):
        if match.start() != place:
            break
        name, sign = " ".join(match[2].split()), -1 if match[1] == "/" else 1
        found[name] = found.get(name, 0) + sign * int(match[3] or 1)
        place = match.end()
    if place != len(told):
        raise ArgumentError(f"Route(of={shown(text)}): write a product of unknowns, such as 'synapses / volume'")
    return {name: exponent for name, exponent in found.items() if exponent}


def adjustment_of(name: str) -> tuple[str, list[Route], dict[str, str]]:
    """Return id, routes and units of the unknowns of an adjustment.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    """
    known = adjustments()
    if name not in known:
        raise UnknownNameError(
            f"reconcile(): no adjustment {shown(name)}.{did_you_mean(name, known)} There are {', '.join(known)}."
        )
    told = known[name]
    unknowns = dict(told["unknowns"])
    rows = told.get("route") or [
        each for each in known[told["part_of"]]["route"] if set(powers_of(each["of"])) <= set(unknowns)
    ]
    return name, [_route(each) for each in rows], unknowns


def _route(told: Mapping[str, Any]) -> Route:
    parts = [evidence(each) for each in told["product"]]
    parts += [1 / evidence(each) for each in told.get("over", ())]
    return Route(
        functools.reduce(operator.mul, parts),
        told["of"],
        told["label"],
        told.get("spread"),
        told.get("method"),
        told.get("n"),
        told["because"],
        told.get("shared", {}),
    )


@functools.cache
def adjustments() -> dict[str, Any]:
    """Return the tables of the adjustments that come with the package, by id.

    Examples
    --------
    >>> "human/neocortex" in adjustments()
    True
    """
    folder = resources.files(__package__).joinpath("adjustments")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    return {name: told for each in files for name, told in tomllib.loads(each.read_text(encoding="utf-8")).items()}

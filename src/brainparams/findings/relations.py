"""What must hold between one finding and the others: parts exist, rest on a source, and give the stated unit."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ..errors import UnitError, did_you_mean, shown
from ..units import Unit, product, quotient, same_dimension
from .finding import Finding

__all__ = ["faults_among"]

Found = Mapping[str, Finding]


def faults_among(finding: Finding, found: Found, known: Collection[str]) -> Iterator[str]:
    """Yield every fault of a finding in its relations to others.

    Parameters
    ----------
    finding
        The finding itself.
    found
        The findings that are well made, by id.
    known
        All ids, with those of findings that have a fault of their own.
    """
    yield from _unknown(finding, known)
    yield from _weak_parts(finding, found)
    yield from _circles(finding, found)
    if all(part in found for part in finding.parts):
        yield from _wrong_units(finding, found)


def _unknown(finding: Finding, known: Collection[str]) -> Iterator[str]:
    for each in (*finding.parts, *filter(None, [finding.superseded_by])):
        if each not in known:
            yield f"there is no finding {shown(each)}.{did_you_mean(each, known)}"


def _weak_parts(finding: Finding, found: Found) -> Iterator[str]:
    for part in (found[part] for part in finding.parts if part in found):
        if part.status == "memory":
            yield (
                f"rests on {part.id!r}, which nobody has seen in a source (status 'memory'). "
                "Check that number, or use another."
            )
        if part.superseded_by and not finding.superseded_by:
            yield f"rests on {part.id!r}, which is superseded by {part.superseded_by!r}. Use that one."


def _circles(finding: Finding, found: Found) -> Iterator[str]:
    ways: tuple[tuple[str, Callable[[Finding], Iterable[str]]], ...] = (
        ("rests on", lambda each: each.parts),
        ("is superseded by", lambda each: filter(None, [each.superseded_by])),
    )
    for relation, targets in ways:
        circle = _way_back(finding.id, found, targets)
        if circle:
            yield f"{relation} itself: {' → '.join(circle)}. Break the circle."


def _way_back(start: str, found: Found, targets: Callable[[Finding], Iterable[str]]) -> tuple[str, ...]:
    """Return a way from a finding back to itself; an empty one if there is none."""
    pending: list[tuple[str, tuple[str, ...]]] = [(each, (start,)) for each in targets(found[start])]
    seen: set[str] = set()
    while pending:
        here, above = pending.pop()
        if here == start:
            return (*above, start)
        if here in found and here not in seen:
            seen.add(here)
            pending += [(each, (*above, here)) for each in targets(found[here])]
    return ()


def _wrong_units(finding: Finding, found: Found) -> Iterator[str]:
    stated = Unit(finding.unit)
    units = [Unit(found[part].unit) for part in finding.parts]
    if finding.combination in ("sum", "difference", "mixture"):
        verb = {"sum": "adds", "difference": "subtracts", "mixture": "mixes"}[finding.combination]
        for part, unit in zip(finding.parts, units, strict=True):
            if not same_dimension(unit, stated):
                yield f"{verb} {part!r} in {unit.text!r}, but the {finding.combination} is in {finding.unit!r}."
    elif finding.parts and not _gives(finding, units, stated):
        sign = {"product": " × ", "quotient": " ÷ "}[str(finding.combination)]
        yield f"{sign.join(unit.text for unit in units)} does not give {finding.unit!r}. Mend the unit or the parts."
    successor = found.get(finding.superseded_by or "")
    if successor and not same_dimension(Unit(successor.unit), stated):
        yield f"is in {finding.unit!r}, but {successor.id!r}, which supersedes it, is in {successor.unit!r}."


def _gives(finding: Finding, units: list[Unit], stated: Unit) -> bool:
    combine = product if finding.combination == "product" else quotient
    try:
        return same_dimension(functools.reduce(lambda one, other: combine(one, other)[0], units), stated)
    except UnitError:
        return False  # a power beyond what a unit may have

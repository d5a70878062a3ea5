"""Units and powers of ten in the heads of columns: which column a role means, and in what its numbers are."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from ..errors import FileError
from ..render.numbers import written
from ..units import COUNTED, Unit, conversion_factor, same_dimension
from .columns import Columns
from .rows import Roles
from .spelling import HeaderUnit, header_unit, unit_behind, unit_named

__all__ = ["with_header_units"]

_RELATIVE = re.compile(
    r"\bcv\b|\brs[de]\b|\brsem\b|\brel\b|\brelative\b|\bcoeff?(?:icient|\.)? of var|\bfractional\b|%|\bpercent|\bpct\b",
    re.IGNORECASE,
)
_SQUARED = re.compile(r"\bvar(?:iance)?\b|\bsd\s*(?:\^\s*2|²|squared)", re.IGNORECASE)


def with_header_units(found: Columns, roles: Roles) -> tuple[Columns, Roles, tuple[str, ...]]:
    """Return what the heads of the columns of numbers say: by how much to multiply, and the unit where nobody gave one.

    A role may name a column without what stands in its brackets. Columns without a unit have that of the values.

    Raises
    ------
    FileError
        If heads contradict each other or the unit that was given, or a spread is in per cent of the value.
    """
    roles = _named_in_full(found, roles)
    _check_relative(found, roles)
    heads = {name: _said(found, name) for name in roles.numbers if name in found.columns}
    if not heads:
        return found, roles, ()
    main, *others = heads
    first = heads[main]
    if first.unit is None:
        first = first._replace(unit=next((heads[name].unit for name in others if heads[name].unit), None))
    _check_given(found, roles, main, first)
    scales = {main: first.scale}
    for name in others:
        scales[name] = _scale_beside(found, name, heads[name], first)
    if roles.unit is None and first.unit is not None:
        roles = replace(roles, unit=first.unit.text)
    told = (f"numbers times {written(first.scale)}, as the head {main!r} says",) if first.scale != 1 else ()
    return replace(found, scales={name: scale for name, scale in scales.items() if scale != 1}), roles, told


def _named_in_full(found: Columns, roles: Roles) -> Roles:
    """Let a role name a column without the brackets of its head."""
    changes: dict[str, str] = {}
    for role in ("value", "low", "high", "sd", "sem", "n"):
        column = getattr(roles, role)
        if column is not None and column not in found.columns:
            full = [name for name in found.columns if name.partition(" (")[0].partition(" [")[0].strip() == column]
            changes |= {role: full[0]} if len(full) == 1 else {}
    return replace(roles, **changes)  # type: ignore[arg-type]


def _check_relative(found: Columns, roles: Roles) -> None:
    """Raise where a spread is by its head a share of the values (CV, RSD, per cent), or its square."""
    spread, main = roles.sd or roles.sem, roles.numbers[0] if roles.numbers else ""
    if spread is None:
        return
    if _SQUARED.search(spread.replace("_", " ")):
        raise FileError(
            f"{found.where}: the column {spread!r} is by its head a variance, not a standard deviation; make a column "
            f"of its square roots, and name that one"
        )
    marks, of_main = (_marks(text) for text in (spread, f"{main} {roles.unit or ''}"))
    if marks - of_main:
        raise FileError(
            f"{found.where}: the column {spread!r} is by its head a share or per cent of the values; multiply it out "
            f"first, into a column of its own: sd = value × share, or value × per cent / 100; then name this column in "
            f"{'sd' if roles.sd else 'sem'}="
        )


def _marks(head: str) -> set[str]:
    return {each.casefold()[:3] for each in _RELATIVE.findall(head.replace("_", " ").replace("per cent", "%"))}


def _said(found: Columns, name: str) -> HeaderUnit:
    if name in found.units:
        return HeaderUnit(name, unit=unit_named(found.units[name]))
    return header_unit(name, found.where)


def _check_given(found: Columns, roles: Roles, name: str, head: HeaderUnit) -> None:
    """Raise where a unit is given beside one that a head says; a single letter in brackets may mean anything."""
    given = unit_named(roles.unit) if roles.unit is not None and roles.unit not in found.columns else None
    if given is None:
        return
    said, is_certain = (unit_behind(name), False) if head.unit is None else (head.unit, len(head.unit.text) > 1)
    if said is None or given.without_bounds() == said or _names_counted(given, said):
        return
    if is_certain or same_dimension(given, said) or same_dimension(_without_counted(given), said):
        mend = "leave unit= out, and convert" if head.unit else f"say unit={said.text!r}, and convert"
        raise FileError(
            f"{found.where}: the unit is given twice: {said} in the head {name!r} and {given} in unit=; {mend} "
            f"afterwards with .to({given.text!r})"
        )


def _names_counted(given: Unit, head: Unit) -> bool:
    """Whether a unit says what a head counts without naming it: neuron/mm³ beside 1/mm³."""
    return sorted(_without_counted(given).terms) == sorted(head.terms) != []


def _without_counted(unit: Unit) -> Unit:
    return Unit("*".join(f"{name}**{power}" for name, power in unit.terms if name not in COUNTED) or "1")


def _scale_beside(found: Columns, name: str, head: HeaderUnit, first: HeaderUnit) -> Fraction:
    """Return by how much to multiply a column that stands beside the values, to have the unit of these."""
    if head.unit is None:
        return head.scale if head.scale != 1 else first.scale
    if first.unit is None or head.unit == first.unit:
        return head.scale
    if head.scale == Fraction(1, 100):
        raise FileError(
            f"{found.where}: the column {name!r} is in per cent of the values; multiply it out first: a standard "
            f"deviation has the unit of its mean"
        )
    if not same_dimension(head.unit, first.unit):
        raise FileError(
            f"{found.where}: the columns are in different units: {head.unit} in {name!r}, and {first.unit}; give one "
            f"kind of spread in the unit of the values"
        )
    return head.scale * conversion_factor(head.unit, Unit(first.unit), found.where)

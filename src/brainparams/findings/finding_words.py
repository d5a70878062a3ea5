"""What words find a finding: everything that is said of it, its authors, and its number."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ..citations import Citation
from ..units import Unit, conversion_factor, same_dimension
from .finding import SPECIES, Finding
from .wording import Index, Number, Record

__all__ = ["answering", "records", "unit_words"]

OTHER_SIZES = (
    "s", "ms", "us", "h", "J", "fJ", "pJ", "nJ", "W", "mW", "kW", "MW", "GW", "m", "cm", "mm", "um", "mm**2", "cm**2",
    "mm**3", "cm**3", "g", "kg", "bit", "B", "GB", "TB", "PB", "bit/s", "kbit/s",
    "Mbit/s",
)  # fmt: skip


def answering(asked: str, found: Mapping[str, Finding]) -> dict[str, float]:
    """Return the findings that answer words, numbers and authors, best first, with their score."""
    if _READY.get("found") is not found:
        _READY.update(found=found, index=Index(tuple(records(found).values())))
    index: Index = _READY["index"]
    return {record.key: score for record, score in index.ranked(asked)}


_READY: dict[str, Any] = {}  # the index of the findings that were asked last


def records(found: Mapping[str, Finding]) -> dict[str, Record]:
    """Return what words find each finding by, by id."""
    return {each.id: _record(each) for each in found.values() if "@" not in each.id}


@functools.cache
def unit_words(unit: str) -> str:
    """Return the spellings of a unit that people use, for one and for many, with strokes between.

    Examples
    --------
    >>> unit_words("m/s")
    'm/s|m per second'
    """
    known = Unit(unit)
    return "|".join(dict.fromkeys((known.text, known.plural(1), known.plural(2))))


@functools.cache
def _scales(unit: str) -> tuple[tuple[str, float], ...]:
    """Return the units of other size in which people may ask for a number, with how many make one."""
    known = Unit(unit)
    others = [Unit(each) for each in OTHER_SIZES if each != known.text]
    return tuple((each.text, float(conversion_factor(known, each))) for each in others if same_dimension(known, each))


def _record(finding: Finding) -> Record:
    unit = unit_words(finding.unit)
    said = (
        finding.method,
        finding.note,
        finding.because,
        finding.checked,
        finding.locator,
        finding.grade,
        finding.status,
    )
    sources = " ".join(map(_authors, finding.citations))
    text = " ".join(filter(None, (finding.species, SPECIES[finding.species], unit, *said, sources)))
    value = finding.value
    scaled = () if value is None else (Number(float(value) * size, each) for each, size in _scales(finding.unit))
    values = () if value is None else (Number(float(value), unit), *scaled)
    return Record(finding.id, f"{finding.id.replace('/', ' ')} {finding.name}", text.replace("|", " "), values)


@functools.cache
def _authors(citation: Citation) -> str:
    return f"{citation.key} {citation.label} {' '.join(map(str, citation.authors))} {citation.year} {citation.title}"

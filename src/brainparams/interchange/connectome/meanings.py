"""What the weight of a connectome counts. It has to be said: the same number may be synapses, sections or a chance."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import ArgumentError, did_you_mean, shown
from ...units import Unit

__all__ = ["MEANINGS", "Meaning", "meaning_of"]


class Meaning(NamedTuple):
    """What one unit of weight is."""

    name: str
    unit: str
    about: str
    is_synapse: bool = False
    is_count: bool = True


MEANINGS = {
    row.name: row
    for row in (
        Meaning("synapses", "synapse", "synapses, however many partners each has", is_synapse=True),
        Meaning("contacts", "contact", "pairs of a presynaptic and a postsynaptic site"),
        Meaning("postsynaptic sites", "contact", "postsynaptic densities, several of them at one T-bar"),
        Meaning("T-bars", "synapse", "presynaptic sites, each of them before several partners", is_synapse=True),
        Meaning("EM sections", "section", "serial sections in which a contact is seen: number and size of synapses"),
        Meaning("probability", "1", "the chance that a pair is connected", is_count=False),
        Meaning("size", "1", "a size of synapses, in a unit of its own", is_count=False),
        Meaning("connections", "connection", "nothing but that two neurons are connected"),
    )
}
_SPELLINGS = {
    "synapse": "synapses", "synapse count": "synapses", "chemical synapses": "synapses",
    "contact": "contacts", "synaptic contacts": "contacts",
    "postsynaptic site": "postsynaptic sites", "psd": "postsynaptic sites", "psds": "postsynaptic sites",
    "t-bar": "T-bars", "tbars": "T-bars", "presynaptic sites": "T-bars",
    "section": "EM sections", "sections": "EM sections", "em section": "EM sections", "serial sections": "EM sections",
    "probabilities": "probability", "connection probability": "probability",
    "sizes": "size", "area": "size", "volume": "size",
    "connection": "connections", "pairs": "connections", "none": "connections",
}  # fmt: skip


def meaning_of(weight: object) -> tuple[Meaning, Unit]:
    """Return what a weight counts, and its unit; ``"size [um^2]"`` says the unit of a size.

    Examples
    --------
    >>> meaning_of("T-bars")[0].unit
    'synapse'
    """
    known = ", ".join(f"{name!r}" for name in MEANINGS)
    if not isinstance(weight, str):
        raise ArgumentError(f"connectome(): weight={shown(weight)}; say what a weight counts, one of {known}")
    name, bracket, unit = weight.partition("[")
    key = " ".join(name.replace("_", " ").split())
    folded = {each.casefold(): each for each in MEANINGS} | _SPELLINGS
    meaning = MEANINGS.get(folded.get(key.casefold(), key))
    if meaning is None:
        hint = did_you_mean(key, folded)
        raise ArgumentError(f"connectome(): weight={shown(weight)} is not known; it counts one of {known}.{hint}")
    return meaning, Unit(unit.rstrip("] ") if bracket and meaning.name == "size" else meaning.unit)

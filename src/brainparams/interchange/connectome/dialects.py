"""How published tables spell the parts of a connection: names of columns, and codes of kinds.

OpenWorm and WormAtlas, FlyWire and Codex, neuPrint, the male CNS, CAVE, and what a person would write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...errors import ArgumentError, did_you_mean, shown

__all__ = ["KINDS", "Roles", "kind_of_code", "looks_like_heads", "node_id_column", "roles_in"]

CHEMICAL, ELECTRICAL, NEUROMUSCULAR, RECEIVED = "chemical", "electrical", "neuromuscular", "received"
KINDS = (CHEMICAL, ELECTRICAL, NEUROMUSCULAR, RECEIVED)

# Earlier spellings are preferred where a table has several.
_SOURCES = (
    "source", "pre", "presynaptic", "from", "neuron 1", "neuron1", "origin", "sender", "pre_root_id", "pre_pt_root_id",
    "bodyid_pre", "body_pre", "pre_id", "presynaptic_id", "source_id", "pre_name", "presynaptic neuron", "i",
)  # fmt: skip
_TARGETS = (
    "target", "post", "postsynaptic", "to", "neuron 2", "neuron2", "target", "receiver", "post_root_id",
    "post_pt_root_id", "bodyid_post", "body_post", "post_id", "postsynaptic_id", "target_id", "post_name",
    "postsynaptic neuron", "j",
)  # fmt: skip
_WEIGHTS = (
    "weight", "syn_count", "nbr", "synapses", "n_syn", "nsyn", "nsyns", "n_synapses", "synapse_count", "num_synapses",
    "number of connections", "connections", "count", "contacts", "sections", "probability", "p", "size", "number",
)  # fmt: skip
_KINDS = ("type", "kind", "connection_type", "synapse_type", "edge_type", "synapse type")
_PLACES = ("neuropil", "roi", "region", "layer")
_NODE_IDS = (
    "root_id", "pt_root_id", "bodyid", "body", "body_id", "neuron", "name", "id", "node", "node_id", "cell", "label",
)  # fmt: skip

_CODES = {
    CHEMICAL: ("chemical", "chem", "s", "sp", "send", "sent", "synapse", "c"),
    RECEIVED: ("r", "rp", "receive", "received"),
    ELECTRICAL: ("electrical", "electric", "ej", "gap junction", "gapjunction", "gap_junction", "gap", "gj", "e"),
    NEUROMUSCULAR: ("neuromuscular", "nmj", "muscle"),
}
_OF_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}


class Roles(NamedTuple):
    """Which column is what; None where a table has none."""

    source: str
    target: str
    weight: str | None
    kind: str | None
    place: str | None


def kind_of_code(code: object) -> str | None:
    """Return the kind that a code stands for, or None.

    Examples
    --------
    >>> kind_of_code("Sp"), kind_of_code("EJ"), kind_of_code("GABA")
    ('chemical', 'electrical', None)
    """
    return _OF_CODE.get(str(code).strip().casefold())


def roles_in(columns: Sequence[str], told: Mapping[str, str], where: str) -> Roles:
    """Return which column holds the source, the target, the weight, the kind and the place of a connection.

    Parameters
    ----------
    columns
        Names in the table.
    told
        What the caller says: ``{"source": …, "target": …, "weight": …, "kind": …, "place": …}``.
    """
    unknown = [name for name in told if name not in Roles._fields]
    if unknown:
        raise ArgumentError(
            f"{where}: columns= knows {', '.join(Roles._fields)}; got {shown(unknown[0])}."
            f"{did_you_mean(str(unknown[0]), Roles._fields)}"
        )
    absent = [name for name in told.values() if name not in columns]
    if absent:
        raise ArgumentError(
            f"{where}: there is no column {shown(absent[0])}; the table has {_listed(columns)}."
            f"{did_you_mean(str(absent[0]), columns)}"
        )
    source, target = told.get("source") or _first(columns, _SOURCES), told.get("target") or _first(columns, _TARGETS)
    if source is None or target is None:
        lacking = "source" if source is None else "target"
        raise ArgumentError(
            f"{where}: no column looks like the {lacking} of a connection; the table has {_listed(columns)}; say "
            f"columns={{'source': …, 'target': …, 'weight': …}}"
        )
    free = [name for name in columns if name not in (source, target)]
    weight = told.get("weight") or _first(free, _WEIGHTS)
    kind, place = told.get("kind") or _first(free, _KINDS), told.get("place") or _first(free, _PLACES)
    return Roles(source, target, weight, kind, place)


def looks_like_heads(cells: Sequence[str]) -> bool:
    """Return whether a row has the heads of an edge list or of a table of neurons."""
    folded = {" ".join(cell.casefold().split()) for cell in cells}
    return bool(folded & set(_SOURCES) and folded & set(_TARGETS)) or bool(folded & set(_NODE_IDS))


def node_id_column(columns: Sequence[str], told: str | None, where: str) -> str:
    """Return the column of a table of neurons that holds their names or numbers."""
    if told is not None and told not in columns:
        raise ArgumentError(f"{where}: there is no column {shown(told)}; the table has {_listed(columns)}.")
    found = told or _first(columns, _NODE_IDS)
    if found is None:
        raise ArgumentError(f"{where}: no column looks like the name of a neuron; the table has {_listed(columns)}.")
    return found


def _first(columns: Sequence[str], spellings: Sequence[str]) -> str | None:
    """Return the column that is spelt in one of the ways."""
    folded = {" ".join(column.casefold().split()): column for column in reversed(columns)}
    return next((folded[spelling] for spelling in spellings if spelling in folded), None)


def _listed(columns: Sequence[str]) -> str:
    shown_ones = ", ".join(repr(each) for each in columns[:12])
    return shown_ones + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")

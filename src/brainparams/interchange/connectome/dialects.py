"""How published tables spell the parts of a connection: names of columns, and codes of kinds.

OpenWorm and WormAtlas, FlyWire and Codex, neuPrint, the male CNS, CAVE, and what a person would write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...errors import ArgumentError, did_you_mean, shown

__all__ = [
    "CHEMICAL",
    "ELECTRICAL",
    "KINDS",
    "MUSCLE",
    "NEUROMUSCULAR",
    "RECEIVED",
    "Roles",
    "are_heads_of_edges",
    "counts_nothing",
    "kind_of_code",
    "kinds_of_codes",
    "looks_like_heads",
    "node_id_column",
    "roles_in",
    "weights_in",
]

CHEMICAL, ELECTRICAL, NEUROMUSCULAR, RECEIVED = "chemical", "electrical", "neuromuscular", "received"
KINDS = (CHEMICAL, ELECTRICAL, NEUROMUSCULAR, RECEIVED)

# Earlier spellings are preferred where a table has several. Names are compared without case, and a blank is as good as
# a hyphen, a point or an underscore.
MUSCLE = "muscle"
"""What the target is called in a table that holds nothing but connections to muscle."""
_SOURCES = (
    "source", "pre", "presynaptic", "from", "neuron 1", "neuron1", "origin", "sender", "pre root id",
    "pre pt root id", "bodyid pre", "body id pre", "body pre", "pre id", "pre bodyid", "pre body id", "pre body",
    "presynaptic id", "source id", "source node id", "pre name", "presynaptic name", "presynaptic neuron",
    "presynaptic cell", "source name", "from id", "pre cell", "presyn", "cell 1", "cell1", "start id", "i", "neuron",
)  # fmt: skip
_TARGETS = (
    "target", "post", "postsynaptic", "to", "neuron 2", "neuron2", "receiver", "post root id", "post pt root id",
    "bodyid post", "body id post", "body post", "post id", "post bodyid", "post body id", "post body",
    "postsynaptic id", "target id", "target node id", "post name", "postsynaptic name", "postsynaptic neuron",
    "postsynaptic cell", "target name", "to id", "post cell", "postsyn", "cell 2", "cell2", "end id", "j", MUSCLE,
)  # fmt: skip
_COUNTS = (
    "syn count", "synapses", "n syn", "nsyn", "nsyns", "n synapses", "num synapses", "synapse count", "total synapses",
    "number of synapses", "nb synapses", "synapse number", "contacts", "n contacts", "num contacts", "contact count",
    "number of contacts",
)  # fmt: skip
_ANYTHING = (
    "weight", "weights", "nbr", "number of connections", "connections", "count", "counts", "number", "strength",
    "connectivity", "value", "w", "n",
)  # fmt: skip
_OF_MEANING = {
    "EM sections": ("sections", "em sections", "n sections", "num sections", "section count"),
    "T-bars": ("tbars", "t bars", "n tbars", "num tbars", "tbar count"),
    "postsynaptic sites": ("psds", "n psds", "num psds", "postsynaptic sites", "psd count"),
    "probability": ("probability", "p", "prob", "connection probability"),
    "size": ("size", "area", "volume", "cleft size", "sum size", "total size"),
}
_KINDS = ("type", "kind", "connection type", "synapse type", "edge type")
_PLACES = ("neuropil", "roi", "region", "layer")
_NODE_IDS = (
    "root id", "pt root id", "bodyid", "body", "body id", "neuron", "name", "id", "node", "node id", "cell", "label",
)  # fmt: skip
# Numbers that published tables of synapses hold beside the two ends, and that count nothing.
_NO_WEIGHT = re.compile(
    r"(?:.* )?(?:ids?|position|score|confidence|conf|avg|supervoxel|bodyid|bodyids|rootid)(?: [xyz])?"
    r"|(?:pre|post|ctr|center)?(?: pt)?(?: position)? ?[xyz]|size|area|volume|cleft|valid|gaba|ach|glut|oct|ser|da"
    r"|acetylcholine|glutamate|octopamine|serotonin|dopamine|delay|distance|length|line|unnamed.*|(?:.* )?index"
)

_CODES = {
    CHEMICAL: (
        "chemical", "chem", "s", "sp", "send", "send joint", "sent", "synapse", "chemical synapse", "c",
    ),
    RECEIVED: ("r", "rp", "receive", "receive joint", "received"),
    ELECTRICAL: (
        "electrical", "electric", "ej", "gap junction", "gap junctions", "gapjunction", "gap", "gap jct", "gj",
        "electrical synapse", "e",
    ),
    NEUROMUSCULAR: ("neuromuscular", "neuromuscular junction", "nmj", "muscle"),
}  # fmt: skip
_OF_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}
# One letter may stand for anything; these are codes only beside another code of their tables.
_BESIDE = {"c": {"e"}, "e": {"c"}, "r": {"s", "sp", "rp"}, "s": {"sp", "r", "rp", "ej", "nmj"}}


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
    return _OF_CODE.get(_folded(str(code)))


def kinds_of_codes(codes: Sequence[str]) -> dict[str, str]:
    """Return the kind of every code that a column of a table holds; one letter counts beside others of its kind only.

    Examples
    --------
    >>> kinds_of_codes(["S", "EJ"]), kinds_of_codes(["E", "I"])
    ({'S': 'chemical', 'EJ': 'electrical'}, {})
    """
    folded = {_folded(code) for code in codes}
    return {
        code: kind
        for code in codes
        if (kind := kind_of_code(code)) and (_folded(code) not in _BESIDE or _BESIDE[_folded(code)] & folded)
    }


def roles_in(columns: Sequence[str], told: Mapping[str, str | None], meaning: str, where: str) -> Roles:
    """Return which column holds the source, the target, the weight, the kind and the place of a connection.

    Parameters
    ----------
    columns
        Names in the table.
    told
        What the caller says: ``{"source": …, "target": …, "weight": …, "kind": …, "place": …}``; None where the table
        has none.
    meaning
        What the weight counts: a column that is called otherwise is not taken for it.
    """
    unknown = [name for name in told if name not in Roles._fields]
    if unknown:
        raise ArgumentError(
            f"{where}: columns= knows {', '.join(Roles._fields)}; got {shown(unknown[0])}."
            f"{did_you_mean(str(unknown[0]), Roles._fields)}"
        )
    absent = [name for name in told.values() if name is not None and name not in columns]
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
            f"columns={{'source': …, 'target': …, 'weight': …}}, or format='matrix'"
        )
    free = [name for name in columns if name not in (source, target)]
    found = {"weight": weights_in(free, meaning)[:1], "kind": _all(free, _KINDS), "place": _all(free, _PLACES)}
    return Roles(source, target, *(told[role] if role in told else next(iter(found[role]), None) for role in found))


def weights_in(columns: Sequence[str], meaning: str) -> list[str]:
    """Return the columns that are called as a weight of some meaning is, the best name first.

    Examples
    --------
    >>> weights_in(["size", "weight", "syn_count"], "contacts"), weights_in(["id", "size"], "synapses")
    (['syn_count', 'weight'], [])
    """
    own = _OF_MEANING.get(meaning, ())
    return _all(columns, (*own, *_ANYTHING) if meaning in ("probability", "size") else (*own, *_COUNTS, *_ANYTHING))


def counts_nothing(column: str) -> bool:
    """Return whether a column is called as numbers are that weigh no connection: an id, a place, a score.

    Examples
    --------
    >>> [counts_nothing(name) for name in ("pre_pt_position_x", "cleft_score", "gaba_avg", "sections")]
    [True, True, True, False]
    """
    return _NO_WEIGHT.fullmatch(_folded(column)) is not None


def are_heads_of_edges(cells: Sequence[str]) -> bool:
    """Return whether a row has heads for the source and the target of a connection."""
    folded = {_folded(cell) for cell in cells}
    return bool(folded & set(_SOURCES) and folded & set(_TARGETS))


def looks_like_heads(cells: Sequence[str]) -> bool:
    """Return whether a row has the heads of an edge list or of a table of neurons."""
    return are_heads_of_edges(cells) or bool({_folded(cell) for cell in cells} & set(_NODE_IDS))


def node_id_column(columns: Sequence[str], told: str | None, where: str) -> str:
    """Return the column of a table of neurons that holds their names or numbers."""
    if told is not None and told not in columns:
        raise ArgumentError(f"{where}: there is no column {shown(told)}; the table has {_listed(columns)}.")
    found = told or _first(columns, _NODE_IDS)
    if found is None:
        raise ArgumentError(f"{where}: no column looks like the name of a neuron; the table has {_listed(columns)}.")
    return found


def _folded(text: str) -> str:
    """Return a head as spellings are compared: words in small letters, without a unit or a type behind it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text.removeprefix(":"))  # preBodyId
    words = re.sub(r"\s*(?:[\[(].*|:\w+)$", "", words)
    return " ".join(re.sub(r"[\s_.\-]+", " ", words.casefold()).split())


def _first(columns: Sequence[str], spellings: Sequence[str]) -> str | None:
    """Return the column that is spelt in one of the ways."""
    return next(iter(_all(columns, spellings)), None)


def _all(columns: Sequence[str], spellings: Sequence[str]) -> list[str]:
    """Return the columns that are spelt in one of the ways, in the order of these."""
    folded = {_folded(column): column for column in reversed(columns)}
    return [folded[spelling] for spelling in dict.fromkeys(spellings) if spelling in folded]


def _listed(columns: Sequence[str]) -> str:
    shown_ones = ", ".join(repr(each) for each in columns[:12])
    return shown_ones + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")

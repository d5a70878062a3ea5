"""The JSON document of a quantity: a flat list of nodes, from which the same unknowns come back.

Parents stand before children, so a document of any depth is read without recursion. What it holds is checked against
`schema`, and then as strictly as what the makers check: a document is data from a stranger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from ..citations import Citation
from ..distributions import Discrete, Distribution, distribution_from
from ..errors import BrainparamsError, FileError, did_you_mean, shown
from ..files import FileRead
from ..units import Unit
from ..version import __version__
from . import schema
from .axes import Axis
from .flat import LEAF_FIELDS, rebuild, records
from .identity import united
from .inputs import plain_number
from .nodes import Caveat, Correlated, Leaf, Node, Operated, Row, Step
from .operations import OPERATIONS, is_number
from .operations.functions import choose
from .schema import FORMAT, Strict
from .values import exact_array

__all__ = ["checked", "document", "from_document", "migrated", "nodes_of"]

Json = dict[str, Any]
Model = TypeVar("Model", bound=Strict)
Place = Callable[[tuple[str | int, ...]], str]


def document(quantity: Any) -> Json:
    """Return the JSON document of a quantity, or of a node, as plain lists and dicts.

    Raises
    ------
    CorrelationError
        If an input stands there in two forms, which nothing reads again.
    """
    node: Node = getattr(quantity, "node", quantity)
    united((node,))
    citations: Json = {}
    nodes = [_encoded(record, citations) for record in records([node])]
    return {"brainparams": __version__, "format": FORMAT, "citations": citations, "nodes": nodes}


def from_document(content: Any, where: str = "from_document()") -> Node:
    """Return the node of a document; the inverse of `document`.

    Raises
    ------
    FileError
        If it is not a document of a known format, with what is wrong and where.
    """
    return nodes_of(checked(schema.NodeDocument, migrated(content, where), where), where)[-1]


def nodes_of(content: schema.NodeDocument, where: str, place: Place | None = None) -> list[Node]:
    """Return the nodes of a document whose fields were checked."""
    told = place or (lambda _: "")
    for key, citation in content.citations.items():
        if citation.key != key:
            raise FileError(f"{where}: {told(('citations', key))}the citation {key!r} calls itself {citation.key!r}")
    position = 0
    try:
        flat = []
        for position, record in enumerate(content.nodes):
            if any(parent >= position for parent in getattr(record, "parents", ())):
                raise ValueError("its parents have to stand before it")
            flat.append(_decoded(record, content.citations))
        nodes = rebuild(flat)
        for position, _ in enumerate(nodes):
            _check(nodes[position])
        united((nodes[-1],))
    except BrainparamsError as error:
        raise FileError(f"{where}: {told(('nodes', position))}nodes[{position}]: {error}") from None
    except (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        fault = shown(str(error)) if isinstance(error, KeyError) else str(error)[:200]
        raise FileError(
            f"{where}: {told(('nodes', position))}nodes[{position}] is not as it was written: {fault}"
        ) from None
    return nodes


# --- the fields of a document ------------------------------------------------------------------------------------


def migrated(content: Any, where: str) -> Json:
    """Return a document of any format as one of the present format.

    Raises
    ------
    FileError
        If it is no document, or of a format that is not known.
    """
    if not isinstance(content, Mapping) or not {"format", "nodes", "citations"} <= content.keys():
        raise FileError(f"{where}: not a saved quantity; a document has 'format', 'citations' and 'nodes'")
    version = content["format"]
    if type(version) is not int or not 1 <= version <= FORMAT:
        mend = "upgrade brainparams" if type(version) is int and version > FORMAT else "no version ever wrote that"
        raise FileError(f"{where}: format {shown(version)}; this version reads 1 to {FORMAT}; {mend}")
    return _from_format_1(content, where) if version == 1 else dict(content)


def _from_format_1(content: Mapping[str, Any], where: str) -> Json:
    """Format 1 held axes and caveats as pairs, and results of nothing."""
    if not isinstance(content["nodes"], list):
        raise FileError(f"{where}: 'nodes' is a list of nodes; got {shown(content['nodes'])}")
    nodes = [_node_from_format_1(each) for each in content["nodes"]]
    return {**content, "format": FORMAT, "nodes": nodes}


def _node_from_format_1(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    named = {"axes": ("name", "labels"), "caveats": ("text", "effect")}
    return {
        key: _node_from_format_1(value) if key == "leaf" else _objects(value, named[key]) if key in named else value
        for key, value in node.items()
    }


def _objects(pairs: Any, names: Sequence[str]) -> Any:
    if not isinstance(pairs, list):
        return pairs
    return [
        dict(zip(names, each, strict=True)) if isinstance(each, list) and len(each) == len(names) else each
        for each in pairs
    ]


def checked(model: type[Model], content: Any, where: str, place: Place | None = None) -> Model:
    """Return a document with its fields checked.

    Raises
    ------
    FileError
        With up to three faults: where each stands, what came, what was expected.
    """
    try:
        return model.model_validate(content)
    except (ValidationError, BrainparamsError) as error:
        faults = _faults(error, content, place) if isinstance(error, ValidationError) else [str(error)]
        raise FileError(f"{where}: {'; '.join(faults)}") from None


def _faults(error: ValidationError, content: Any, place: Place | None, most: int = 3) -> list[str]:
    """Return what is wrong, a line for each place; a value that fits none of several kinds is told once."""
    told: dict[tuple[str | int, ...], str] = {}
    for fault in error.errors(include_url=False):
        way = _way(fault["loc"], content)
        if fault["type"] in ("missing", "extra_forbidden"):
            what = "is missing" if fault["type"] == "missing" else "is no key here"
            way = (*way[: -1 if way and way[-1] == fault["loc"][-1] else None], fault["loc"][-1])
            hint = did_you_mean(str(way[-1]), _fields()) if fault["type"] == "extra_forbidden" else ""
            told[way] = f"{what}.{hint}".rstrip(".") if not hint else f"{what}.{hint}"
        else:
            came = f"{shown(fault['input'], 60)}: {fault['msg'].removeprefix('Value error, ')}"
            told[way] = came if way not in told else f"{shown(fault['input'], 60)} is none of what stands here"
    lines = []
    for way, what in list(told.items())[:most]:
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in way).lstrip(".")
        lines.append(f"{place(way) if place else ''}{text or 'the document'} {what}")
    return lines


def _way(loc: Sequence[str | int], content: Any) -> tuple[str | int, ...]:
    """Return the keys and positions of a fault that are in the content: pydantic names the kinds it tried as well."""
    way: list[str | int] = []
    for part in loc:
        is_key = isinstance(content, Mapping) and part in content
        is_position = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if is_key or is_position:
            content = content[part]
            way.append(part)
    return tuple(way)


def _fields() -> Iterator[str]:
    for each in vars(schema).values():
        if isinstance(each, type) and issubclass(each, Strict):
            yield from each.model_fields


# --- nodes -------------------------------------------------------------------------------------------------------


def _encoded(record: tuple[Any, ...], citations: Json) -> Json:
    kind, first, *rest = record
    if kind == "leaf":
        fields = {name: value for name, value in first.items() if name == "value" or value not in (None, ())}
        _note_down((*first["citations"], *(each for row in first["rows"] for each in row.citations)), citations)
        return {"kind": kind, **fields, **_encoded_leaf(first)}
    if kind == "correlated":
        fields, told, partners, together = rest
        leaf = _encoded(("leaf", fields), citations)
        beside = {"partners": list(partners), "together": together} if partners else {}
        return {"kind": kind, "parents": list(first), "leaf": leaf, "told": list(told), **beside}
    if kind == "operated":
        operation, unit, axes, parameters = rest
        told = {"axes": _encoded_axes(axes), "parameters": [_encoded_value(each) for each in parameters]}
        operated = {"kind": kind, "parents": list(first), "operation": operation, "unit": unit.text}
        return {**operated, **{key: value for key, value in told.items() if value}}
    name, symbol, because, caveats, sources = rest
    _note_down(sources, citations)
    told = {"name": name, "symbol": symbol, "because": because, "caveats": [each._asdict() for each in caveats]}
    told["citations"] = [citation.key for citation in sources]
    return {"kind": kind, "parents": list(first), **{key: value for key, value in told.items() if value}}


def _note_down(sources: tuple[Citation, ...], citations: Json) -> None:
    citations.update({each.key: each.model_dump(mode="json", exclude_none=True) for each in sources})


def _encoded_leaf(fields: Mapping[str, Any]) -> Json:
    told = {
        "axes": _encoded_axes(fields["axes"]),
        "rows": [_encoded_row(row) for row in fields["rows"]],
        "citations": [citation.key for citation in fields["citations"]],
        "file": fields["file"] and fields["file"]._asdict(),
    }
    encoded = {"unit": fields["unit"].text, "value": _encoded_value(fields["value"])}
    return encoded | {name: value for name, value in told.items() if value}


def _encoded_row(row: Row) -> Json:
    told = {**row._asdict(), "citations": [citation.key for citation in row.citations]}
    return {key: value for key, value in told.items() if value}


def _encoded_axes(axes: tuple[Axis, ...]) -> list[Json]:
    return [
        {"name": axis.name, "labels": list(axis.labels), **({"parts": dict(axis.parts)} if axis.parts else {})}
        for axis in axes
    ]


def _encoded_value(value: Any) -> Any:
    if isinstance(value, Distribution):
        return {"distribution": value.name, "parameters": value.parameters()}
    if isinstance(value, Fraction):
        return {"fraction": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, Unit):
        return {"unit": value.text}
    if isinstance(value, np.ndarray):
        shape = {"shape": list(value.shape)} if value.ndim > 1 else {}
        return {"array": [_encoded_value(each) for each in value.ravel().tolist()], **shape}
    if isinstance(value, tuple):
        return {"tuple": list(value)}
    return value


def _decoded(record: schema.NodeRecord, citations: Mapping[str, Citation]) -> tuple[Any, ...]:
    if isinstance(record, schema.LeafRecord):
        return (record.kind, _decoded_leaf(record, citations))
    parents = tuple(record.parents)
    if isinstance(record, schema.CorrelatedRecord):
        leaf = _decoded_leaf(record.leaf, citations)
        return (record.kind, parents, leaf, tuple(record.told), tuple(record.partners), record.together)
    if isinstance(record, schema.OperatedRecord):
        if record.operation not in OPERATIONS:
            raise ValueError(f"there is no operation {record.operation!r}.{did_you_mean(record.operation, OPERATIONS)}")
        parameters = tuple(_decoded_value(each) for each in record.parameters)
        axes = _decoded_axes(record.axes)
        return (record.kind, parents, record.operation, Unit(record.unit), axes, parameters)
    caveats = tuple(Caveat(each.text, each.effect) for each in record.caveats)
    sources = _decoded_citations(record.citations, citations)
    return (record.kind, parents, record.name, record.symbol, record.because, caveats, sources)


def _decoded_leaf(record: schema.LeafRecord, citations: Mapping[str, Citation]) -> Json:
    fields: Json = {name: getattr(record, name) for name in LEAF_FIELDS}
    fields["unit"], fields["value"] = Unit(record.unit), _decoded_value(record.value)
    fields["axes"] = _decoded_axes(record.axes)
    fields["citations"] = _decoded_citations(record.citations, citations)
    fields["file"] = FileRead(**record.file.model_dump()) if record.file else None
    fields["rows"] = tuple(
        Row(row.written, row.spread, _decoded_citations(row.citations, citations), row.note) for row in record.rows
    )
    return fields


def _decoded_citations(keys: Sequence[str], citations: Mapping[str, Citation]) -> tuple[Citation, ...]:
    unknown = [key for key in keys if key not in citations]
    if unknown:
        raise ValueError(f"the document has no citation {unknown[0]!r}.{did_you_mean(unknown[0], citations)}")
    return tuple(citations[key] for key in keys)


def _decoded_axes(axes: Sequence[schema.AxisRecord]) -> tuple[Axis, ...]:
    return tuple(Axis(each.name, tuple(each.labels), tuple(each.parts.items())) for each in axes)


def _decoded_value(value: Any) -> Any:
    if isinstance(value, schema.DistributionRecord):
        return distribution_from(value.distribution, value.parameters)
    if isinstance(value, schema.FractionRecord):
        top, _, bottom = value.fraction.partition("/")
        return Fraction(int(top), int(bottom))
    if isinstance(value, schema.UnitRecord):
        return Unit(value.unit)
    if isinstance(value, schema.ArrayRecord):
        return exact_array([_decoded_value(each) for each in value.array], tuple(value.shape or (-1,)))
    return tuple(value.tuple) if isinstance(value, schema.TupleRecord) else value


# --- what a node must be -----------------------------------------------------------------------------------------

WORDS = ("written", "spread", "name", "symbol", "because", "locator", "status", "note")


def _check(node: Node) -> None:
    """Raise ValueError if no maker and no operation gives such a node."""
    if not all(isinstance(label, str) for axis in node.axes for label in (axis.name, *axis.labels)):
        raise ValueError("axes")
    if any(len(set(axis.labels)) < len(axis.labels) for axis in node.axes):
        raise ValueError("a label stands twice")
    if isinstance(node, Leaf):
        _check_leaf(node)
    elif isinstance(node, Correlated):
        _check_leaf(node.leaf)
        if _bare(node.score.axes) != _bare(node.leaf.axes) or not node.leaf.is_uncertain:
            raise ValueError("a correlated input has a score for each element")
    elif isinstance(node, Operated):
        _check_operated(node)
    elif isinstance(node, Step):
        told = (node.name, node.symbol, node.because, *(caveat.text for caveat in node.caveats))
        if not all(each is None or isinstance(each, str) for each in told):
            raise ValueError("a step is told in words")
        if not all(caveat.effect in ("raises", "lowers", "unknown") for caveat in node.caveats):
            raise ValueError("effect of a caveat")


def _check_leaf(leaf: Leaf) -> None:
    told = (leaf.uid, *(getattr(leaf, name) or "" for name in WORDS))
    told = (*told, *(text or "" for row in leaf.rows for text in (row.written, row.spread, row.note)))
    if leaf.rows and len(leaf.rows) != math.prod(leaf.shape):
        raise ValueError(f"{len(leaf.rows)} rows")
    if not all(isinstance(each, str) for each in told):
        raise ValueError("an input is told in words")
    if leaf.uid.startswith("number:") and leaf.uid != plain_number(leaf.value).uid:
        raise ValueError(f"{leaf.uid} is {leaf.value}")
    if (leaf.group == "measured" and not leaf.citations) or (leaf.group == "assumed" and not leaf.because):
        raise ValueError(f"{leaf.group} without a {'source' if leaf.group == 'measured' else 'reason'}")
    value, shape = leaf.value, leaf.shape
    if isinstance(value, Distribution):
        if value.shape != shape:
            raise ValueError(f"shape {value.shape} beside axes of {shape}")
        return
    elements = value.ravel().tolist() if isinstance(value, np.ndarray) else [value]
    if np.shape(value) != shape or not all(is_number(each) for each in elements):
        raise ValueError("value")


def _check_operated(node: Operated) -> None:
    row = OPERATIONS[node.operation]
    if node.operation == choose.name:
        _check_choice(*node.parents)
    count = len(node.parents)
    if count == 0 or row.arity not in (None, count):
        raise ValueError(f"{node.operation} of {count}")
    if not row.parameters_fit(node.parameters):
        raise ValueError(f"parameters of {node.operation}")
    unit, _ = row.unit([parent.unit for parent in node.parents], node.parameters)
    if unit != node.unit:
        raise ValueError(f"{node.operation} in {node.unit}")
    if not row.axes_fit(_bare(node.axes), [_bare(parent.axes) for parent in node.parents], node.parameters):
        raise ValueError(f"axes of {node.operation}")


def _check_choice(selector: Node, *options: Node) -> None:
    """Raise ValueError where what selects picks an option that is not there."""
    if not options or selector.unit != Unit("1"):
        raise ValueError("choose of options, by a number without a unit")
    if isinstance(selector, Leaf):
        belief = selector.value
        if isinstance(belief, Distribution) and not isinstance(belief, Discrete):
            raise ValueError("a choice is made by a number, or by a discrete belief")
        places = np.ravel(belief.values if isinstance(belief, Discrete) else belief).tolist()
        if not all(place in range(len(options)) for place in places):
            raise ValueError(f"choose of {len(options)} options, and another one is picked")


def _bare(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """Leave out what is known of parts: it may have been said of a result alone."""
    return tuple(axis._replace(parts=()) for axis in axes)

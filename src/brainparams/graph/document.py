"""The JSON document of a quantity: write and read; strict, sized before parsing, never code.

The document is a flat list of nodes, parents before children, so a file of any depth is read without recursion, and
the unknowns keep their identity: what was correlated before saving is correlated after loading.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..distributions import Distribution, distribution_from
from ..errors import BrainparamsError, FileError, shown
from ..units import Unit
from ..version import __version__
from .axes import Axis
from .flat import LEAF_FIELDS, rebuild, records
from .inputs import plain_number
from .nodes import Caveat, Correlated, Leaf, Node, Operated, Step
from .operations import OPERATIONS, is_number

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["document", "from_document", "load", "save"]

FORMAT = 1
LARGEST_FILE = 10 * 2**20
MOST_NODES = 100_000


def document(quantity: Any) -> dict[str, Any]:
    """Return the JSON document of a quantity, or of a node, as plain lists and dicts."""
    node: Node = getattr(quantity, "node", quantity)
    citations: dict[str, Any] = {}
    nodes = [_encoded(record, citations) for record in records([node])]
    return {"brainparams": __version__, "format": FORMAT, "citations": citations, "nodes": nodes}


def save(node: Node, path: str | Path) -> Path:
    """Write a node to a JSON file and return its path.

    Raises
    ------
    FileError
        If the file would be larger than what `load` reads.
    """
    target = Path(path)
    content = document(node)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    if len(text) > LARGEST_FILE or len(content["nodes"]) > MOST_NODES:
        raise FileError(
            f"save({target.name!r}): {len(content['nodes'])} steps and inputs make {len(text) / 2**20:.1f} MB, and a "
            f"file holds at most {MOST_NODES} in {LARGEST_FILE // 2**20} MB; use arrays with a named axis"
        )
    target.write_bytes(text)
    return target


def load(path: str | Path) -> Node:
    """Read a node from a JSON file that `save` wrote.

    Raises
    ------
    FileError
        If the file is too large, not JSON, of an unknown format, or not a quantity.
    """
    source = Path(path)
    where = f"load({source.name!r})"
    try:
        if source.stat().st_size > LARGEST_FILE:
            raise FileError(f"{where}: the file is larger than {LARGEST_FILE // 2**20} MB; it is not a saved quantity")
        content = json.loads(
            source.read_text(encoding="utf-8"), object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"{where}: {error.strerror}; give the path of a file that save() wrote") from None
    except json.JSONDecodeError as error:
        raise FileError(f"{where}: not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where}: not a saved quantity: {type(error).__name__}") from None
    return from_document(content, where)


def from_document(content: Any, where: str = "from_document()") -> Node:
    """Return the node of a document; the inverse of `document`."""
    from ..citations import Citation

    if not isinstance(content, Mapping) or not {"format", "nodes", "citations"} <= content.keys():
        raise FileError(f"{where}: not a saved quantity; a document has 'format', 'citations' and 'nodes'")
    if content["format"] != FORMAT:
        raise FileError(f"{where}: format {shown(content['format'])}; this version reads {FORMAT}; upgrade brainparams")
    if not isinstance(content["nodes"], list) or not 0 < len(content["nodes"]) <= MOST_NODES:
        raise FileError(f"{where}: needs between 1 and {MOST_NODES} nodes")
    try:
        citations = {key: Citation.model_validate_json(json.dumps(each)) for key, each in content["citations"].items()}
        nodes = rebuild([_decoded(record, citations) for record in content["nodes"]])
        for node in nodes:
            _check(node)
        return nodes[-1]
    except BrainparamsError as error:
        raise FileError(f"{where}: {error}") from None
    except (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise FileError(
            f"{where}: a node is not as it was written: {type(error).__name__}: {shown(str(error))}"
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FileError(f"load(): the key {shown(key)} stands twice in one object")
        found[key] = value
    return found


def _refused(constant: str) -> Any:
    raise FileError(f"load(): {constant} is not a number; every number in the file is finite")


def _finite(numeral: str) -> float:
    value = float(numeral)
    return value if math.isfinite(value) else _refused(shown(numeral))


# --- nodes -------------------------------------------------------------------------------------------------------


def _encoded(record: tuple[Any, ...], citations: dict[str, Any]) -> dict[str, Any]:
    kind, first, *rest = record
    if kind == "leaf":
        fields = {name: value for name, value in first.items() if name == "value" or value not in (None, ())}
        _note_down(first["citations"], citations)
        return {"kind": kind, **fields, **_encoded_leaf(first)}
    if kind == "correlated":
        fields, told = rest
        leaf = _encoded(("leaf", fields), citations)
        return {"kind": kind, "parents": list(first), "leaf": leaf, "told": list(told)}
    if kind == "operated":
        operation, unit, axes, parameters = rest
        encoded = {"operation": operation, "unit": unit.text, "axes": _encoded_axes(axes)}
        return {
            "kind": kind,
            "parents": list(first),
            **encoded,
            "parameters": [_encoded_value(each) for each in parameters],
        }
    name, symbol, because, caveats, sources = rest
    _note_down(sources, citations)
    told = {"name": name, "symbol": symbol, "because": because, "caveats": [list(each) for each in caveats]}
    told["citations"] = [citation.key for citation in sources]
    return {"kind": kind, "parents": list(first), **{key: value for key, value in told.items() if value}}


def _note_down(sources: tuple[Citation, ...], citations: dict[str, Any]) -> None:
    citations.update({each.key: each.model_dump(mode="json", exclude_none=True) for each in sources})


def _encoded_leaf(fields: Mapping[str, Any]) -> dict[str, Any]:
    encoded = {"unit": fields["unit"].text, "value": _encoded_value(fields["value"])}
    if fields["axes"]:
        encoded["axes"] = _encoded_axes(fields["axes"])
    if fields["citations"]:
        encoded["citations"] = [citation.key for citation in fields["citations"]]
    return encoded


def _encoded_axes(axes: tuple[Axis, ...]) -> list[list[Any]]:
    return [[axis.name, list(axis.labels)] for axis in axes]


def _encoded_value(value: Any) -> Any:
    if isinstance(value, Distribution):
        return {"distribution": value.name, "parameters": value.parameters()}
    if isinstance(value, Fraction):
        return {"fraction": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, Unit):
        return {"unit": value.text}
    if isinstance(value, np.ndarray):
        return {"array": [_encoded_value(each) for each in value.tolist()]}
    if isinstance(value, tuple):
        return {"tuple": list(value)}
    return value


def _decoded(record: Mapping[str, Any], citations: Mapping[str, Citation]) -> tuple[Any, ...]:
    kind = record["kind"]
    if kind == "leaf":
        fields: dict[str, Any] = {name: record.get(name) for name in LEAF_FIELDS}
        fields["unit"], fields["value"] = Unit(record["unit"]), _decoded_value(record["value"])
        fields["axes"] = _decoded_axes(record.get("axes", []))
        fields["citations"] = tuple(citations[key] for key in record.get("citations", ()))
        if fields["group"] not in ("measured", "assumed", "exact", "given", "latent"):
            raise ValueError(f"group {fields['group']!r}")
        return (kind, fields)
    parents = tuple(record["parents"])
    if any(type(each) is not int or each < 0 for each in parents):
        raise ValueError(f"parents {record['parents']!r}")
    if kind == "correlated":
        return (kind, parents, _decoded(record["leaf"], citations)[1], tuple(record["told"]))
    if kind == "operated":
        if record["operation"] not in OPERATIONS:
            raise ValueError(f"operation {record['operation']!r}")
        parameters = tuple(_decoded_value(each) for each in record["parameters"])
        return (kind, parents, record["operation"], Unit(record["unit"]), _decoded_axes(record["axes"]), parameters)
    if kind != "step":
        raise ValueError(f"kind {kind!r}")
    caveats = tuple(Caveat(*each) for each in record.get("caveats", ()))
    sources = tuple(citations[key] for key in record.get("citations", ()))
    return (kind, parents, record.get("name"), record.get("symbol"), record.get("because"), caveats, sources)


def _decoded_axes(axes: Any) -> tuple[Axis, ...]:
    return tuple(Axis(name, tuple(labels)) for name, labels in axes)


def _decoded_value(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    if "distribution" in value:
        return distribution_from(value["distribution"], value["parameters"])
    if "fraction" in value:
        top, _, bottom = value["fraction"].partition("/")
        return Fraction(int(top), int(bottom))
    if "unit" in value:
        return Unit(value["unit"])
    if "array" in value:
        array = np.empty(len(value["array"]), dtype=object)
        array[:] = [_decoded_value(each) for each in value["array"]]
        array.setflags(write=False)
        return array
    return tuple(value["tuple"])


# --- what a node must be -----------------------------------------------------------------------------------------

WORDS = ("written", "spread", "name", "symbol", "because", "locator", "status", "note")


def _check(node: Node) -> None:
    """Raise ValueError if no maker and no operation gives such a node."""
    if not all(isinstance(label, str) for axis in node.axes for label in (axis.name, *axis.labels)):
        raise ValueError("axes")
    if isinstance(node, Leaf):
        _check_leaf(node)
    elif isinstance(node, Correlated):
        _check_leaf(node.leaf)
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
    if not all(isinstance(each, str) for each in told):
        raise ValueError("an input is told in words")
    if leaf.uid.startswith("number:") and leaf.uid != plain_number(leaf.value).uid:
        raise ValueError(f"{leaf.uid} is {leaf.value}")
    value, shape = leaf.value, tuple(len(axis.labels) for axis in leaf.axes)
    if isinstance(value, Distribution):
        if value.shape != shape:
            raise ValueError(f"shape {value.shape} beside axes of {shape}")
        return
    elements = value.tolist() if isinstance(value, np.ndarray) else [value]
    if np.shape(value) != shape or not all(is_number(each) for each in elements):
        raise ValueError("value")


def _check_operated(node: Operated) -> None:
    row = OPERATIONS[node.operation]
    count = len(node.parents)
    if count == 0 or row.arity not in (None, count):
        raise ValueError(f"{node.operation} of {count}")
    if not row.parameters_fit(node.parameters):
        raise ValueError(f"parameters of {node.operation}")
    unit, _ = row.unit([parent.unit for parent in node.parents], node.parameters)
    if unit != node.unit:
        raise ValueError(f"{node.operation} in {node.unit}")
    if not row.axes_fit(node.axes, [parent.axes for parent in node.parents], node.parameters):
        raise ValueError(f"axes of {node.operation}")

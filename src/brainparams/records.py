"""The JSON document of a quantity: write and read; strict, sized before parsing, never code.

The document is a flat list of nodes, parents before children, so a file of any depth is read without recursion, and
the unknowns keep their identity: what was correlated before saving is correlated after loading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from . import graph
from .citations import Citation
from .distributions import Distribution, distribution_from
from .errors import BrainparamsError, FileError, shown
from .graph import Axis, Caveat, Node
from .operations import OPERATIONS
from .units import Unit
from .version import __version__

__all__ = ["document", "from_document", "load", "save"]

FORMAT = 1
LARGEST_FILE = 10 * 2**20
MOST_NODES = 100_000


def document(quantity: Any) -> dict[str, Any]:
    """Return the JSON document of a quantity, or of a node, as plain lists and dicts."""
    node: Node = getattr(quantity, "node", quantity)
    citations: dict[str, Any] = {}
    nodes = [_encoded(record, citations) for record in graph.records([node])]
    return {"brainparams": __version__, "format": FORMAT, "citations": citations, "nodes": nodes}


def save(node: Node, path: str | Path) -> Path:
    """Write a node to a JSON file and return its path."""
    target = Path(path)
    text = json.dumps(document(node), indent=1, ensure_ascii=False, allow_nan=False)
    target.write_text(text + "\n", encoding="utf-8")
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
    if source.stat().st_size > LARGEST_FILE:
        raise FileError(f"{where}: the file is larger than {LARGEST_FILE // 2**20} MB; it is not a saved quantity")
    try:
        content = json.loads(source.read_text(encoding="utf-8"), object_pairs_hook=_unique, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise FileError(f"{where}: not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise FileError(f"{where}: not a saved quantity: {type(error).__name__}") from None
    return from_document(content, where)


def from_document(content: Any, where: str = "from_document()") -> Node:
    """Return the node of a document; the inverse of `document`."""
    if not isinstance(content, Mapping) or not {"format", "nodes", "citations"} <= content.keys():
        raise FileError(f"{where}: not a saved quantity; a document has 'format', 'citations' and 'nodes'")
    if content["format"] != FORMAT:
        raise FileError(f"{where}: format {shown(content['format'])}; this version reads {FORMAT}; upgrade brainparams")
    if not isinstance(content["nodes"], list) or not 0 < len(content["nodes"]) <= MOST_NODES:
        raise FileError(f"{where}: needs between 1 and {MOST_NODES} nodes")
    try:
        citations = {key: Citation.model_validate_json(json.dumps(each)) for key, each in content["citations"].items()}
        return graph.rebuild([_decoded(record, citations) for record in content["nodes"]])[-1]
    except BrainparamsError as error:
        raise FileError(f"{where}: {error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
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


# --- nodes -------------------------------------------------------------------------------------------------------


def _encoded(record: tuple[Any, ...], citations: dict[str, Any]) -> dict[str, Any]:
    kind, first, *rest = record
    if kind == "leaf":
        fields = {name: value for name, value in first.items() if value not in (None, ()) or name == "value"}
        for citation in first["citations"]:
            citations[citation.key] = citation.model_dump(mode="json", exclude_none=True)
        return {"kind": kind, **fields, **_encoded_leaf(first)}
    if kind == "operated":
        operation, unit, axes, parameters = rest
        encoded = {"operation": operation, "unit": unit.text, "axes": _encoded_axes(axes)}
        return {
            "kind": kind,
            "parents": list(first),
            **encoded,
            "parameters": [_encoded_value(each) for each in parameters],
        }
    name, symbol, because, caveats = rest
    told = {"name": name, "symbol": symbol, "because": because, "caveats": [list(each) for each in caveats]}
    return {"kind": kind, "parents": list(first), **{key: value for key, value in told.items() if value}}


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
        fields: dict[str, Any] = {name: record.get(name) for name in graph.LEAF_FIELDS}
        fields["unit"], fields["value"] = Unit(record["unit"]), _decoded_value(record["value"])
        fields["axes"] = _decoded_axes(record.get("axes", []))
        fields["citations"] = tuple(citations[key] for key in record.get("citations", ()))
        if fields["group"] not in ("measured", "assumed", "exact", "given"):
            raise ValueError(f"group {fields['group']!r}")
        return (kind, fields)
    parents = tuple(record["parents"])
    if kind == "operated":
        if record["operation"] not in OPERATIONS:
            raise ValueError(f"operation {record['operation']!r}")
        parameters = tuple(_decoded_value(each) for each in record["parameters"])
        return (kind, parents, record["operation"], Unit(record["unit"]), _decoded_axes(record["axes"]), parameters)
    if kind != "step":
        raise ValueError(f"kind {kind!r}")
    caveats = tuple(Caveat(*each) for each in record.get("caveats", ()))
    return (kind, parents, record.get("name"), record.get("symbol"), record.get("because"), caveats)


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

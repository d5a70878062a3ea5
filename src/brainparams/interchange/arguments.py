"""What is handed in where a unit is known: an argument of an estimator, a field of a pydantic model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..checks import is_number
from ..errors import BrainparamsError, FileError, KindError, UnitError, shown
from ..foreign import is_ufloat, later
from ..graph.annotation import ROUNDING, example
from ..graph.inputs import leaf, node_from
from ..graph.values import number
from ..quantity import Quantity, quantity
from ..units import Unit
from ..units.notation import read

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

    from ..graph import document, wording
else:
    document, wording = later("graph.document", "graph.wording")

__all__ = ["core_schema", "json_schema", "taken"]


def taken(value: Any, unit: Unit, where: str) -> Quantity:
    """Return a value as a quantity; only where a pure number is due may the unit be missing.

    A ufloat has no unit, so it is taken in the one that is asked for. ``{"magnitude": …, "units": …}`` is what others
    write of a pint quantity.

    Raises
    ------
    BrainparamsError
        For what cannot be a quantity. Dimension and bounds are the annotation's to check.
    """
    is_plain = is_number(value)
    if is_plain:
        number(value, where)  # which refuses what is not finite
    if is_plain and not unit.is_dimensionless:
        raise UnitError(f"{where}: {shown(value)} has no unit; write '{float(value):g} {unit.text}'")
    if is_ufloat(value):
        return Quantity(node_from(value, unit.without_bounds(), where))
    if isinstance(value, Mapping):
        return _from_mapping(value, where)
    is_text = isinstance(value, str) and unit.is_dimensionless
    if not is_plain and not (is_text and read(value, where).unit is None):
        return quantity(value, where)
    node = leaf("given", value, "1", where=where)
    edge = None if node.is_uncertain else _edge_near(node.value, unit)
    if edge is None:
        return Quantity(node)
    return Quantity(leaf("given", edge, "1", note=f"{shown(value)} was taken as {edge:g}, the edge of what it can be"))


def _from_mapping(value: Mapping[str, Any], where: str) -> Quantity:
    """Return what a record, or magnitude and units, say; anything else is left to the makers, which name the mend."""
    if "nodes" in value:
        if "results" in value:
            raise FileError(f"{where}: a whole saved estimate came; give what bp.load(path) makes of its file")
        node = document.from_document(value, where)
        for fault in wording.misworded_inputs(node):
            raise FileError(f"{where}: {fault}; take the document as it was written")
        return Quantity(node)
    if value.keys() == {"magnitude", "units"}:
        units = "1" if value["units"] in ("", "dimensionless") else value["units"]
        return Quantity(leaf("given", value["magnitude"], units, where=where))
    if value.keys() & {"magnitude", "units", "unit"}:
        raise KindError(
            f"{where}: got {shown(value)}; one number has two keys, {{'magnitude': 3, 'units': 'neuron'}}, and an "
            f"array the name of its axis"
        )
    return quantity(value, where)


def _edge_near(number: Any, unit: Unit) -> float | None:
    """Return the bound that rounding has carried a number over."""
    if unit.low is not None and unit.low - ROUNDING <= number < unit.low:
        return unit.low
    return unit.high if unit.high is not None and unit.high < number <= unit.high + ROUNDING else None


# --- pydantic ----------------------------------------------------------------------------------------------------


def core_schema(unit: Unit | None) -> CoreSchema:
    """Return how a pydantic field takes and writes a quantity: any quantity, or one that fits a unit."""
    from pydantic_core import core_schema as pydantic_schema

    def validated(value: Any) -> Quantity:
        try:
            if unit is not None:
                return taken(value, unit, "quantity").fitting(unit)
            return _from_mapping(value, "quantity") if isinstance(value, Mapping) else quantity(value)
        except BrainparamsError as error:
            if isinstance(error, ValueError):
                raise
            raise ValueError(str(error)) from None  # pydantic tells the field of a ValueError only

    def dumped(value: Any) -> dict[str, Any]:
        # pydantic takes a default as it stands, also where it is a text
        return document.document(value if isinstance(value, Quantity) else validated(value))

    written = pydantic_schema.plain_serializer_function_ser_schema(dumped)
    schema = pydantic_schema.no_info_plain_validator_function(validated, serialization=written)
    schema["metadata"] = {"pydantic_js_functions": [lambda _, handler: json_schema(unit, handler.mode)]}
    return schema


def json_schema(unit: Unit | None, mode: str) -> dict[str, Any]:
    """Return the JSON schema of what a field writes (``serialization``), or of all that it reads."""
    about = "a number with its spread and unit"
    if unit is not None:
        about = f"a number with its spread, in {unit.text} or a unit of the same dimension"
    if mode == "serialization":
        return {"description": f"{about}, as the record of where it came from", **_RECORD}
    text = "86.06(8.12)e9 neuron" if unit is None else example(unit).strip("'")
    pure = [_pure_number(unit)] if unit is not None and unit.is_dimensionless else []
    magnitude = {"magnitude": {"type": ["number", "string"]}, "units": {"type": "string"}}
    of_pint = {"type": "object", "properties": magnitude, "required": [*magnitude], "additionalProperties": False}
    return {"description": about, "examples": [text], "anyOf": [{"type": "string"}, *pure, of_pint, _RECORD]}


def _pure_number(unit: Unit) -> dict[str, Any]:
    ends = (("min", unit.low), ("max", unit.high))
    return {"type": "number", **{f"{end}imum": bound for end, bound in ends if bound is not None}}


_RECORD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "brainparams": {"type": "string"},
        "format": {"type": "integer"},
        "citations": {"type": "object"},
        "nodes": {"type": "array", "items": {"type": "object"}, "minItems": 1},
    },
    "required": ["brainparams", "format", "citations", "nodes"],
    "additionalProperties": False,
}

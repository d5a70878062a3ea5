"""What a document of a quantity is made of: the fields of every node; its JSON Schema comes from here.

Format 2. A document is a list of nodes, parents before children; the last node is the quantity. Units are in their
canonical spelling, and numbers are JSON numbers: integers of any size, fractions as text, floats with all their digits.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from ..citations import Citation
from ..distributions import Distribution
from ..distributions.belief import KINDS
from .nodes import Effect, Group
from .operations import OPERATIONS

__all__ = [
    "FORMAT", "MOST_NODES", "ArrayRecord", "AxisRecord", "CaveatRecord", "CorrelatedRecord", "DistributionRecord",
    "FractionRecord", "LeafRecord", "NodeDocument", "NodeRecord", "Number", "OperatedRecord", "StepRecord", "Strict",
    "TupleRecord", "UnitRecord",
]  # fmt: skip

FORMAT = 2
MOST_NODES = 100_000


class Strict(BaseModel):
    """An object without unknown keys, with the types it says, and finite numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def _packaged(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(name for name, kind in KINDS.items() if kind.__module__.startswith(f"{_PACKAGE}."))


_PACKAGE = Distribution.__module__.split(".", maxsplit=1)[0]
Word = Annotated[str, Field(min_length=1)]
Said = Annotated[str | None, AfterValidator(lambda text: text or None)]
"""Words that may be missing; an empty text says as little."""
Position = Annotated[int, Field(ge=0, lt=MOST_NODES)]


class FractionRecord(Strict):
    """A rational number that is no decimal number: ``1/3``."""

    fraction: Annotated[str, Field(pattern=r"^-?[0-9]+/[1-9][0-9]*$")]


Number = int | float | FractionRecord


class ArrayRecord(Strict):
    """Numbers along one axis, or along several, the last one fastest."""

    array: Annotated[list[Number], Field(min_length=1)]
    shape: list[Annotated[int, Field(ge=1)]] | None = None


class DistributionRecord(Strict):
    """A belief about a number, by the name of its kind and its parameters."""

    distribution: Annotated[str, Field(json_schema_extra=_packaged)]
    parameters: dict[str, JsonValue]


class UnitRecord(Strict):
    """A unit, in its canonical spelling."""

    unit: Word


class TupleRecord(Strict):
    """Positions in a row."""

    tuple: list[int]


class AxisRecord(Strict):
    """A named axis, the labels along it, and in which whole each label lies that is a part."""

    name: Word
    labels: Annotated[list[str], Field(min_length=1)]
    parts: dict[str, str] = Field(default_factory=dict)


class CaveatRecord(Strict):
    """What an estimate leaves out, and which way that moves the result."""

    text: Word
    effect: Effect


class RowRecord(Strict):
    """What is known about one element of an array input, apart from its number."""

    written: str
    spread: Said = None
    citations: list[str] = Field(default_factory=list)
    note: Said = None


class FileRecord(Strict):
    """A file that an input was read from, by its name without its folder."""

    name: Word
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LeafRecord(Strict):
    """An input: the number or the belief about it, and what is known of it; `uid` is its identity."""

    kind: Literal["leaf"]
    uid: Word
    value: Number | ArrayRecord | DistributionRecord
    unit: Word
    group: Group
    written: str
    spread: Said = None
    axes: list[AxisRecord] = Field(default_factory=list)
    name: Said = None
    symbol: Said = None
    because: Said = None
    citations: list[str] = Field(default_factory=list)
    locator: Said = None
    status: Said = None
    note: Said = None
    rows: list[RowRecord] = Field(default_factory=list)
    file: FileRecord | None = None


class OperatedRecord(Strict):
    """The result of one operation on the nodes at the positions `parents`."""

    kind: Literal["operated"]
    parents: Annotated[list[Position], Field(min_length=1)]
    operation: Annotated[str, Field(json_schema_extra={"enum": sorted(OPERATIONS)})]
    unit: Word
    axes: list[AxisRecord] = Field(default_factory=list)
    parameters: list[Number | UnitRecord | TupleRecord | str | None] = Field(default_factory=list)


class CorrelatedRecord(Strict):
    """An input that is correlated with others, at the normal score that is its one parent."""

    kind: Literal["correlated"]
    parents: Annotated[list[Position], Field(min_length=1, max_length=1)]
    leaf: LeafRecord
    told: list[str] = Field(default_factory=list)
    partners: list[str] = Field(default_factory=list)
    together: str = ""


class StepRecord(Strict):
    """A node that a person named, or gave a caveat."""

    kind: Literal["step"]
    parents: Annotated[list[Position], Field(min_length=1, max_length=1)]
    name: Said = None
    symbol: Said = None
    because: Said = None
    caveats: list[CaveatRecord] = Field(default_factory=list)
    citations: list[str] = Field(default_factory=list)


NodeRecord = Annotated[LeafRecord | OperatedRecord | CorrelatedRecord | StepRecord, Field(discriminator="kind")]


class NodeDocument(Strict):
    """A quantity with its whole graph."""

    brainparams: str
    format: Literal[2]
    citations: dict[str, Citation]
    nodes: Annotated[list[NodeRecord], Field(min_length=1, max_length=MOST_NODES)]

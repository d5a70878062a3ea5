"""Findings by area, layer and cell type: one published table each, as one quantity with axes."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..citations import Citation, explained, resolve
from ..errors import ArgumentError, FileError, UnknownNameError, nearest, shown
from ..foreign import door
from ..graph import Leaf
from ..quantity import Quantity
from ..render.tables import Table
from .catalogue import packaged_texts
from .finding import SPECIES
from .spreads import WIDEST_NORMAL

__all__ = ["Grid", "Grids", "grid", "grids", "read_grids"]

Words = Annotated[str, Field(min_length=1)]


def _species(value: str) -> str:
    if value not in SPECIES:
        raise ValueError(f"{value!r} is no species of the table SPECIES")
    return value


class Grid(BaseModel):
    """One published table: what it counts, where, by which axes, who published it, and every cell.

    Attributes
    ----------
    id : str
        Such as ``"mouse/c2-barrel-column/neurons"``.
    quantity, species, region, unit, method, locator, note : str
        As of a finding.
    axes : tuple of str
        What the cells are told apart by.
    adds_up : tuple of str
        The axes along which cells add up to a whole: counts of layers do, densities of areas do not.
    spread : {"sd", "sem", "none"}
        What stands beside each number.
    grade, status, checked
        How it was found, and how it was checked.
    sources : tuple of str
        Keys of references.
    values : dict
        The numbers by label, nested in the order of the axes; with a spread, pairs.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.evidence.tables()["mouse/c2-barrel-column/neurons"].axes
    ('layer', 'type')
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: Words
    quantity: Words
    species: Annotated[str, AfterValidator(_species)]
    region: Words
    unit: Words
    axes: tuple[Words, ...]
    adds_up: tuple[Words, ...] = ()
    spread: Literal["sd", "sem", "none"]
    n: Annotated[int, Field(gt=1)] | None = None
    method: Words
    grade: Literal["measured", "derived"]
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    locator: Words
    status: Literal["seen", "transcription"]
    checked: Words
    note: Words | None = None
    values: Mapping[str, Any]

    @field_validator("axes", "adds_up", "sources", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        unknown = [name for name in self.adds_up if name not in self.axes]
        if unknown:
            raise ValueError(f"adds_up names {unknown[0]!r}, which is no axis")
        width = 1 if self.spread == "none" else 2
        for point, numbers in self.cells():
            if len(numbers) != width or not all(isinstance(each, int | float) for each in numbers):
                raise ValueError(f"{', '.join(point)}: expected {width} numbers")
        for key in self.sources:
            resolve(key, self.id)
        return self

    def cells(self) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
        """Yield the labels of every cell, and its number, with its spread where one is published."""
        level: list[tuple[tuple[str, ...], Any]] = [((), self.values)]
        for _ in self.axes:
            level = [((*point, label), inner) for point, held in level for label, inner in dict(held).items()]
        for point, numbers in level:
            yield point, tuple(numbers) if isinstance(numbers, list) else (numbers,)

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The labels along each axis."""
        points = [point for point, _ in self.cells()]
        return {
            name: tuple(dict.fromkeys(each)) for name, each in zip(self.axes, zip(*points, strict=True), strict=True)
        }

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The references behind it."""
        return tuple(resolve(key, self.id) for key in self.sources)


@dataclass(frozen=True, repr=False)
class Grids(Table[Grid]):
    """The tables by area, layer and cell type that the evidence holds.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.evidence.tables()[0].id
    'human/ca1/layer-thickness'
    """

    rows: tuple[Grid, ...]

    def _caption(self) -> str:
        return f"{len(self.rows)} tables by area, layer or cell type"

    def _head(self) -> Sequence[str]:
        return "id", "axes", "cells", "unit", "spread", "source"

    def _cells(self, row: Grid) -> Sequence[str]:
        axes = ", ".join(f"{name} ({len(labels)})" for name, labels in row.labels.items())
        cells = len(tuple(row.cells()))
        return row.id, axes, str(cells), row.unit, row.spread, ", ".join(each.label for each in row.citations)

    def __getitem__(self, key: int | str) -> Grid:
        """Return a table by its place, or by its id."""
        if isinstance(key, str):
            return _named(key)
        return self.rows[key]


@functools.cache
def grids() -> Mapping[str, Grid]:
    """Return the tables that come with the package, by id."""
    texts = {name: text for name, text in packaged_texts().items() if name.startswith("tables/")}
    return dict(sorted(read_grids(texts).items()))


def read_grids(texts: Mapping[str, str]) -> dict[str, Grid]:
    """Return the tables of some TOML texts, by id.

    Raises
    ------
    FileError
        With the file and the id, if one is incomplete, names what does not exist, or lacks a cell.

    Examples
    --------
    >>> read_grids({"a.toml": '["a/b/c"]'})
    Traceback (most recent call last):
    brainparams.errors.FileError: a.toml, table 'a/b/c': field 'quantity' is missing: add it; ...
    """
    found: dict[str, Grid] = {}
    for file, text in texts.items():
        for identifier, content in tomllib.loads(text).items():
            where = f"{file}, table {identifier!r}"
            if identifier in found:
                raise FileError(f"{where}: the id stands twice; rename one of them")
            try:
                found[identifier] = made = Grid.model_validate({"id": identifier, **content})
            except ValidationError as error:
                raise FileError(f"{where}: {explained(error, Grid.model_fields)}.") from None
            lacking = set(product(*made.labels.values())) - {point for point, _ in made.cells()}
            if lacking:
                raise FileError(f"{where}: no number for {', '.join(min(lacking))}")
    return found


def _named(identifier: str) -> Grid:
    known = grids()
    if identifier not in known:
        near = nearest(identifier, known) or tuple(known)[:3]
        raise UnknownNameError(
            f"evidence.table(): no table {shown(identifier)}; near are {', '.join(near)}; list them with "
            f"bp.evidence.tables()"
        )
    return known[identifier]


@functools.cache
def grid(identifier: str, by: tuple[str, ...] | None) -> Quantity:
    """Return a table as one quantity; along axes that are not asked for, cells are added up where they may be."""
    found = _named(identifier)
    made = _quantity(found)
    unknown = [name for name in by or () if name not in found.axes]
    if unknown:
        raise ArgumentError(
            f"evidence.table(by=): {identifier!r} has no axis {shown(unknown[0])}; it has {', '.join(found.axes)}"
        )
    for name in [] if by is None else [each for each in found.axes if each not in by]:
        if name not in found.adds_up:
            raise ArgumentError(
                f"evidence.table(by=): {found.quantity} does not add up along {name!r}; take one with "
                f".select({name}=…), or weigh them by their volumes first"
            )
        made = made.total(name)
    return made


def _quantity(found: Grid) -> Quantity:
    """Return the cells of a table as one input, the same one every time."""
    rows = [
        {**dict(zip(found.axes, point, strict=True)), "value": numbers[0], "spread": numbers[-1], "n": found.n}
        for point, numbers in found.cells()
    ]
    is_wide = any(numbers[-1] > WIDEST_NORMAL * numbers[0] for _, numbers in found.cells())  # as of single findings
    told = f"{found.method}; {found.note}" if found.note else found.method
    made = door("frames").from_table(
        rows, axis=found.axes, value="value", unit=found.unit, source=found.citations, name=found.quantity,
        sd="spread" if found.spread == "sd" else None, sem="spread" if found.spread == "sem" else None,
        n="n" if found.n else None, shape="lognormal" if found.spread == "sd" and is_wide else "normal",
    )  # fmt: skip
    assert isinstance(made.node, Leaf)  # as it was made
    where = f"{found.region}, {found.species}, by {' and '.join(found.axes)}"
    return Quantity(
        replace(
            made.node, uid=f"table:{found.id}", locator=found.locator, status=found.status,
            note=f"{where}; {told}; {found.checked}",
        )
    )  # fmt: skip

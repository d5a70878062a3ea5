"""The results of a quantity as numbers that a file holds: quantiles and moments, each with its standard error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from ..engines import AUTOMATIC, ENGINES
from ..errors import BrainparamsError
from ..estimate import Estimate
from ..graph.schema import FractionRecord, Strict
from ..quantity import Quantity

__all__ = ["LEVELS", "Refused", "Results", "Settings", "results_of"]

LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)


def _within_range(number: int | float | FractionRecord) -> int | float | FractionRecord:
    try:
        float(Fraction(number.fraction) if isinstance(number, FractionRecord) else number)
    except OverflowError:
        raise ValueError("a number beyond float range (1.8e308)") from None
    return number


One = Annotated[int | float | FractionRecord, AfterValidator(_within_range)] | None
Numbers = One | list[One]  # of an array all elements in a row, the last axis fastest; null where a number is not finite


if TYPE_CHECKING:
    EngineName = str
else:
    EngineName = Literal[(AUTOMATIC, *ENGINES)]


class Settings(Strict):
    """How the results are computed."""

    engine: EngineName = AUTOMATIC
    seed: int | None = 0
    draws: Annotated[int, Field(ge=1)] | None = None
    digits: Annotated[int, Field(ge=1)] = 3


class Refused(Strict):
    """Why there is no such number."""

    refused: str


class Figure(Strict):
    """A number, or one for each element, with as many standard errors from the method of calculation alone."""

    value: Numbers
    standard_error: Numbers = None

    @model_validator(mode="after")
    def _has_an_error_each(self) -> Self:
        errors = self.standard_error
        if isinstance(errors, list):
            count = len(self.value) if isinstance(self.value, list) else "one"
            if len(errors) != count:
                raise ValueError(f"{len(errors)} standard errors of {count} number{'s' * (count != 'one')}")
        for each in errors if isinstance(errors, list) else [errors]:
            if isinstance(each, int | float) and each < 0:
                raise ValueError(f"a standard error is 0 or more, and not {each:g}")
        return self


class Moment(Figure):
    """An expected value or a standard deviation, and its standard error from the method of calculation alone."""


class Quantile(Figure):
    """A quantile, and its standard error from the method of calculation alone."""

    p: Annotated[float, Field(ge=0, le=1)]
    standard_error: Numbers


class Results(Strict):
    """What an engine found out; `value` stands alone where there is no spread at all."""

    engine: str
    reason: str
    draws: int
    seed: int | None
    versions: dict[str, str]
    unit: str
    value: Numbers = None
    quantiles: list[Quantile] = Field(default_factory=list)
    mean: Moment | Refused | None = None
    sd: Moment | Refused | None = None

    @model_validator(mode="after")
    def _has_each_quantile_once(self) -> Self:
        asked = [each.p for each in self.quantiles]
        if len(set(asked)) < len(asked):
            raise ValueError("one quantile stands there twice")
        return self


def results_of(quantity: Quantity, settings: Settings) -> dict[str, Any]:
    """Return the results as plain lists and dicts, or the reason why there are none."""
    try:
        found = quantity.estimate(**dict(settings))
        return _figures(found)
    except BrainparamsError as error:
        return {"refused": str(error)}


def _figures(found: Estimate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "engine": found.engine,
        "reason": found.reason,
        "draws": found.draws,
        "seed": found.seed,
        "versions": dict(found.versions),
        "unit": found.unit.text,
    }
    if found.is_exact_number:
        return {**told, "value": numbers(found.value)}
    quantiles = [
        {"p": p, "value": numbers(found.quantile(p)), "standard_error": numbers(found.standard_error(p))}
        for p in LEVELS
    ]
    return {**told, "quantiles": quantiles, "mean": _moment(found, "mean"), "sd": _moment(found, "sd")}


def _moment(found: Estimate, name: Literal["mean", "sd"]) -> Mapping[str, Any]:
    try:
        return {"value": numbers(getattr(found, name)), "standard_error": numbers(found.standard_error(name))}
    except BrainparamsError as error:
        return {"refused": str(error)}


def numbers(value: Any) -> Any:
    """Return a number, or an array of them, as JSON holds it; what is not finite is null.

    Examples
    --------
    >>> numbers(np.array([1.5, np.nan])), numbers(Fraction(1, 3))
    ([1.5, None], {'fraction': '1/3'})
    """
    if isinstance(value, np.ndarray):
        return [numbers(each) for each in value.ravel().tolist()]
    if isinstance(value, Fraction):
        whole = value.denominator == 1
        return value.numerator if whole else {"fraction": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, int):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None

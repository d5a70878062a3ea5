"""The results of a quantity as numbers that a file holds: quantiles and moments, each with its standard error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from ..engines import AUTOMATIC, ENGINES
from ..errors import BrainparamsError
from ..estimate import Estimate
from ..graph.schema import FractionRecord, Strict
from ..quantity import Quantity

__all__ = ["LEVELS", "Compared", "Refused", "Results", "Settings", "Verdict", "compared", "digits", "results_of"]

Verdict = Literal["identical", "within the error bar", "differs", "no results"]
ERRORS = 4.0  # standard errors of the difference that two runs may lie apart
ALIKE = 2.0  # ratio of two standard errors from runs of one kind
ROUNDING = 1e-12  # relative: what another processor or version of numpy may change in the last digits
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
        return _figures(quantity.estimate(**dict(settings)))
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


# --- number by number --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """One number as it was saved, beside the one that comes out now.

    Attributes
    ----------
    name : str
        ``0.05``, ``mean``; with the position of an element of an array.
    saved, now : number, text or None
        The two; None where there is no such number.
    error : float
        Standard error of their difference; 0 for what is not drawn.
    verdict : {"identical", "within the error bar", "differs"}
        Whether they agree.

    Examples
    --------
    >>> Compared("mean", 1.0, 1.0, error=0.0, verdict="identical").verdict
    'identical'
    """

    name: str
    saved: Any
    now: Any
    error: float
    verdict: Verdict


def compared(saved: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[Compared]:
    """Yield every number of some results beside the same one of others."""
    if saved is None:
        return
    if "refused" in saved or "refused" in now:
        both = saved.get("refused"), now.get("refused")
        yield Compared("result", *both, 0.0, "identical" if both[0] == both[1] else "differs")
        return
    if saved["unit"] != now["unit"]:
        yield Compared("unit", saved["unit"], now["unit"], 0.0, "differs")
    if saved.get("value") is not None or now.get("value") is not None:
        yield from _pairs("value", saved.get("value"), now.get("value"), 0.0, 0.0)
    alike = all(saved.get(what) == now.get(what) for what in ("engine", "draws", "seed", "versions"))
    then = {each["p"]: each for each in saved.get("quantiles", ())}
    fresh = {each["p"]: each for each in now.get("quantiles", ())}
    for p in sorted({*then, *fresh}):
        one, other = then.get(p, {}), fresh.get(p, {})
        errors = one.get("standard_error", 0.0), other.get("standard_error", 0.0)
        yield from _pairs(f"{p:g} quantile", one.get("value"), other.get("value"), *errors, alike=alike)
    for moment in ("mean", "sd"):
        one, other = saved.get(moment) or {}, now.get(moment) or {}
        errors = one.get("standard_error", 0.0), other.get("standard_error", 0.0)
        told = [each.get("value", each.get("refused")) for each in (one, other)]
        yield from _pairs(moment, told[0], told[1], *errors, alike=alike)


def _pairs(name: str, saved: Any, now: Any, error: Any, fresh: Any, *, alike: bool = False) -> Iterator[Compared]:
    """Yield one number, or the elements of an array; and what was saved as an error that `alike` runs do not have."""
    if not isinstance(saved, list) and not isinstance(now, list):
        yield _compared(name, saved, now, error, fresh)
        if alike and not _same_error(error, fresh, now):
            yield Compared(f"standard error of {name}", error, fresh, 0.0, "differs")
        return
    lists = [each if isinstance(each, list) else [each] for each in (saved, now)]
    longest = max(map(len, lists))
    spread = [each if isinstance(each, list) else [each] * longest for each in (error, fresh)]
    for place, each in enumerate(zip_longest(*lists, *spread)):
        yield from _pairs(f"{name} [{place}]", *each, alike=alike)


def _same_error(saved: Any, fresh: Any, number: Any) -> bool:
    """Whether two standard errors of a number are about the same; they are estimates themselves."""
    one, other = _float(saved) or 0.0, _float(fresh) or 0.0
    return max(one, other) <= ALIKE * min(one, other) + ROUNDING * abs(_float(number) or 0.0)


def _compared(name: str, saved: Any, now: Any, error: Any, fresh: Any) -> Compared:
    if saved == now:
        return Compared(name, saved, now, 0.0, "identical")
    one, other = _float(saved), _float(now)
    if one is None or other is None:
        return Compared(name, saved, now, 0.0, "differs")
    bar = math.hypot(_float(error) or 0.0, _float(fresh) or 0.0)
    is_near = abs(one - other) <= max(ERRORS * bar, ROUNDING * max(abs(one), abs(other)))
    return Compared(name, saved, now, bar, "within the error bar" if is_near else "differs")


def _float(value: Any) -> float | None:
    if isinstance(value, Mapping):
        return float(Fraction(value["fraction"]))
    return None if value is None or isinstance(value, str) else float(value)


def digits(value: Any) -> str:
    """Return a number of a record, or what stands in its place, as text."""
    number = _float(value)
    return f"{number:.12g}" if number is not None else str(value)

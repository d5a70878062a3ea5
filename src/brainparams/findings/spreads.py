"""How far a published number may be off: the kinds of spread, and the distribution that each becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..distributions import Distribution, LogNormal, LogUniform, Normal, Uniform
from ..errors import shown

__all__ = ["SPREADS", "Spread", "from_range", "numeral"]

WIDEST_NORMAL = 0.3  # beyond this sd/mean a normal would put noticeable weight below zero
WIDEST_UNIFORM = 3.0  # from this high/low on, the order of magnitude is what is uncertain


def numeral(number: float) -> str:
    """Write a number with all its digits and no others.

    Examples
    --------
    >>> numeral(86_060_000_000), numeral(4.34), numeral(302)
    ('8.606e10', '4.34', '302')
    """
    _, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    if -3 <= power < 5:
        return f"{number:.15g}"
    mantissa = "".join(map(str, digits))
    return f"{mantissa[0]}{'.' if mantissa[1:] else ''}{mantissa[1:]}e{power}"


class Spread(BaseModel):
    """How far the number may be off, in one of the kinds of :data:`SPREADS`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: str
    value: Annotated[float, Field(gt=0)] | None = None
    low: Annotated[float, Field(gt=0)] | None = None
    high: Annotated[float, Field(gt=0)] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _numbers_fit_the_kind(self) -> Self:
        if self.kind not in SPREADS:
            raise ValueError(f"kind {shown(self.kind)} is unknown; the kinds are {', '.join(SPREADS)}")
        needed = set(SPREADS[self.kind].numbers)
        given = {name for name in ("value", "low", "high", "level") if getattr(self, name) is not None}
        if needed != given:
            raise ValueError(f"kind {self.kind!r} takes {_listed(needed)}, but {_listed(given)} came")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}: exchange them")
        if self.kind == "gsd" and self.value is not None and self.value <= 1:
            raise ValueError(f"a geometric standard deviation is above 1, {self.value:g} came")
        return self


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "no number"


class SpreadRule(NamedTuple):
    """What a kind of spread means, the numbers it takes, how it is written, and the distribution it becomes."""

    meaning: str
    numbers: tuple[str, ...]
    written: str
    belief: Callable[[float, Spread], Distribution | float]
    remark: str | None = None


def _from_sd(mean: float, sd: float) -> Distribution:
    return Normal(mean, sd) if sd / mean <= WIDEST_NORMAL else LogNormal.from_mean(mean, sd)


def from_range(low: float, high: float) -> Distribution:
    """Return the belief that a number is between two ends, and nothing more."""
    return LogUniform(low, high) if 0 < low * WIDEST_UNIFORM <= high else Uniform(low, high)


# The one place that says how a published spread becomes a distribution. Numbers named in `numbers` are there.
SPREADS: Mapping[str, SpreadRule] = MappingProxyType(
    {
        "sd": SpreadRule(
            "standard deviation; normal, or lognormal of that mean where sd/mean is above 0.3",
            ("value",),
            "{number} ± {value} (sd)",
            lambda value, spread: _from_sd(value, spread.value or 0.0),
        ),
        "sem": SpreadRule(
            "standard error of the mean; as sd, so it tells how well the mean is known",
            ("value",),
            "{number} ± {value} (sem)",
            lambda value, spread: _from_sd(value, spread.value or 0.0),
        ),
        "cv": SpreadRule(
            "coefficient of variation, sd divided by mean; then as sd",
            ("value",),
            "{number} (cv {value})",
            lambda value, spread: _from_sd(value, (spread.value or 0.0) * value),
        ),
        "gsd": SpreadRule(
            "geometric standard deviation; lognormal with the value as median",
            ("value",),
            "{number} ×/÷ {value} (gsd)",
            lambda value, spread: LogNormal.from_median(value, spread.value or 1.0),
        ),
        "ci": SpreadRule(
            "equal-tailed interval of the given level; lognormal through both ends, the value is not used",
            ("low", "high", "level"),
            "{number} ({low} to {high}, level {level})",
            lambda _, spread: LogNormal.from_interval(spread.low or 0.0, spread.high or 0.0, level=spread.level or 0.0),
        ),
        "range": SpreadRule(
            "smallest and largest published value, nothing known inside; loguniform where high/low is 3 or more, "
            "else uniform; the value is not used",
            ("low", "high"),
            "{number} ({low} to {high})",
            lambda _, spread: from_range(spread.low or 0.0, spread.high or 0.0),
        ),
        "none": SpreadRule(
            "the source gives no spread; the number is used as if it were exact",
            (),
            "{number}, no spread",
            lambda value, _: value,
            remark="no spread published",
        ),
        "exact": SpreadRule(
            "a count that has no spread, such as the 302 neurons of the worm",
            (),
            "{number} exactly",
            lambda value, _: value,
        ),
    }
)

"""The object behind ``bp.published``: published estimates of a whole brain, rebuilt and held against their print."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..citations import resolve
from ..errors import KindError, NoClosedForm, UnknownNameError, did_you_mean, shown
from ..estimate import Estimate
from ..findings import evidence
from ..makers import assumed, exact, stacked
from ..quantity import Quantity
from ..substitution import is_uncertain
from ..units import Unit, same_dimension
from .estimates import PrintedNumber, PublishedEstimate, PublishedEstimates
from .formulas import ENDS, FORMULAS

__all__ = ["Published", "PublishedEstimate", "PublishedEstimates", "published"]

BECAUSE = "an input of the estimate, as it was published"
DRAWS = 2**20


class Published:
    """The published estimates of a whole brain; call it with an id to get one.

    Examples
    --------
    >>> published("hinton-2014").quantity.value
    100000000000000
    >>> len(published.ids()) >= 59
    True
    """

    def __repr__(self) -> str:
        return f"<published: {len(_records())} estimates; see them with bp.published.table()>"

    def __call__(self, estimate_id: str, /) -> PublishedEstimate:
        """Return one published estimate, rebuilt from its inputs.

        Parameters
        ----------
        estimate_id
            Such as ``"hinton-2014"``; :meth:`ids` lists them.

        Raises
        ------
        UnknownNameError
            If there is no such estimate.

        Examples
        --------
        >>> kurzweil = published("kurzweil-1999")
        >>> kurzweil.agreement
        'to the printed digits'
        >>> f"{kurzweil.quantity.assuming(firing_rate='0.45 spike/neuron/s').value:.2g}"
        '4.5e+13'
        """
        if not str(estimate_id).strip() or not isinstance(estimate_id, str):
            raise KindError(f"published(estimate_id): {shown(estimate_id)} came; expected text, such as 'hinton-2014'.")
        if estimate_id not in _records():
            raise UnknownNameError(
                f"published: no estimate {shown(estimate_id)}.{did_you_mean(estimate_id, _records())} "
                f"List them with bp.published.ids()."
            )
        return _rebuilt(estimate_id)

    def __contains__(self, estimate_id: object) -> bool:
        return estimate_id in _records()

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all published estimates, sorted.

        Examples
        --------
        >>> published.ids()[:2]
        ('adams-2013', 'ai-impacts-2015-teps')
        """
        return tuple(sorted(_records()))

    def table(self, unit: str | None = None, /) -> PublishedEstimates:
        """Return all published estimates, or those of one unit, as a table.

        Parameters
        ----------
        unit
            Such as ``"parameter"``, ``"bit"`` (bytes are bits too) or ``"operation/s"``; all units otherwise.

        Raises
        ------
        UnitError
            For a text that is no unit.
        UnknownNameError
            If nothing was published in this unit.

        Examples
        --------
        >>> [each.id for each in published.table("parameter")][:2]
        ['hinton-2014', 'persson-2021-weights']
        """
        wanted = None if unit is None else Unit(unit)
        rows = tuple(each for each in map(_rebuilt, _records()) if wanted is None or _is_in(each, wanted))
        if not rows:
            raise UnknownNameError(
                f"published.table(): no published estimate is in {shown(unit)}; there are some in parameter, synapse, "
                f"bit, operation/s and operation."
            )
        return PublishedEstimates(rows)


published = Published()


def _is_in(estimate: PublishedEstimate, unit: Unit) -> bool:
    known = estimate.quantity if estimate.quantity is not None else estimate.printed
    return known is not None and same_dimension(known.node.unit, unit)


# --- rebuilding --------------------------------------------------------------------------------------------------


@functools.cache
def _records() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files(__package__).joinpath("estimates.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@functools.cache
def _rebuilt(estimate_id: str) -> PublishedEstimate:
    record = _records()[estimate_id]
    digits, unit = _printed(record.get("printed"))
    quantity = _quantity(estimate_id, record)
    return PublishedEstimate(
        id=estimate_id,
        year=record.get("year"),
        author=record["author"],
        printed=_as_printed(digits, unit) if digits else None,
        quantity=quantity,
        numbers=tuple(PrintedNumber(label, text, _ours(quantity, label, unit)) for label, text in digits.items()),
        note=record["note"],
        differs=record.get("differs", ""),
        from_memory=tuple(record.get("memory", ())),
        sources=tuple(resolve(key, f"published({estimate_id!r})") for key in record["sources"]),
        locator=record["locator"],
        status=record["status"],
        checked=record["checked"],
        is_power_of_ten=next(iter(digits), "").isdecimal(),
    )


def _quantity(estimate_id: str, record: Mapping[str, Any]) -> Quantity | None:
    if "formula" not in record:
        return None
    inputs = {name: _input(estimate_id, record, name, text) for name, text in record.get("inputs", {}).items()}
    known = {name: _known(ids) for name, ids in record.get("evidence", {}).items()}
    return FORMULAS[record["formula"]](**inputs, **known)


def _input(estimate_id: str, record: Mapping[str, Any], name: str, text: str | Sequence[str]) -> Quantity:
    """Return an input as its author gave it; the same input is the same unknown in every process."""
    told: dict[str, Any] = {
        "because": BECAUSE,
        "source": record["sources"][0],
        "locator": record["locator"],
        "status": "memory" if name in record.get("memory", ()) else record["status"],
        "name": name.replace("_", " "),
        "finding": f"published/{estimate_id}/{name}",
    }
    if isinstance(text, str):
        return assumed(*_value_and_unit(text), **told)
    values = [_value_and_unit(each) for each in text]
    return assumed(dict(zip(ENDS, (value for value, _ in values), strict=True)), values[0][1], axis="end", **told)


def _known(ids: str | Sequence[str]) -> Quantity:
    """Return a finding, or two of them as the ends of a range."""
    return evidence(ids) if isinstance(ids, str) else stacked([evidence(each) for each in ids], "end", ENDS)


def _value_and_unit(text: str) -> tuple[str, str]:
    value, _, unit = text.partition(" ")
    return value, unit or "1"


# --- what was printed --------------------------------------------------------------------------------------------


def _printed(written: str | Sequence[str] | Mapping[str, str] | None) -> tuple[dict[str, str], str]:
    """Return the digits that were printed, by label, and their unit."""
    if written is None:
        return {}, "1"
    if isinstance(written, Mapping):
        return dict(written), "1"
    texts = [written] if isinstance(written, str) else written
    values = [_value_and_unit(each) for each in texts]
    labels = [""] if isinstance(written, str) else ENDS
    return dict(zip(labels, (value for value, _ in values), strict=True)), values[0][1]


def _as_printed(digits: Mapping[str, str], unit: str) -> Quantity:
    told = {"because": "as it was printed", "name": "as printed"}
    if "" in digits:
        return exact(digits[""], unit, **told)
    axis = "percentile" if next(iter(digits)).isdecimal() else "end"
    return exact(dict(digits), unit, axis=axis, **told)


def _ours(quantity: Quantity | None, label: str, unit: str) -> float | None:
    """Return our number beside a printed one: a quantile for a percentile, else the median."""
    if quantity is None:
        return None
    found = _estimate((quantity[label] if label in ENDS else quantity).to(unit))
    return float(found.quantile(int(label) / 100) if label.isdecimal() else found.median)


def _estimate(quantity: Quantity) -> Estimate:
    """Return a result without sampling where there is one; else from so many draws that no printed digit moves."""
    if not is_uncertain(quantity.node):
        return quantity.estimate()
    try:
        return quantity.estimate(engine="convolution")
    except NoClosedForm:
        return quantity.estimate(engine="random", draws=DRAWS)

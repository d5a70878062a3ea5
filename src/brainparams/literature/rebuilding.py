"""A published estimate from its record: its inputs as they were given, our estimators, and what was printed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from ..citations import resolve
from ..errors import NoClosedForm
from ..estimate import Estimate
from ..files import compiled
from ..graph.substitution import is_uncertain
from ..makers import assumed, exact
from ..quantity import Quantity
from .estimates import PrintedNumber, PublishedEstimate
from .formulas import ENDS, computed

__all__ = ["document", "keep", "rebuilt"]

BECAUSE = "an input of the estimate, as it was published"
DRAWS = 2**20
DOCUMENT = resources.files(__package__).joinpath("estimates.json")


def rebuilt(estimate_id: str, record: Mapping[str, Any]) -> PublishedEstimate:
    """Return a published estimate, worked out from its own inputs."""
    digits, unit = _printed(record.get("printed"))
    quantity = computed(record, functools.partial(_input, estimate_id, record))
    ours = _compiled().get(estimate_id) or _ours(quantity, tuple(digits), unit)
    return PublishedEstimate(
        id=estimate_id,
        year=record.get("year"),
        author=record["author"],
        printed=_as_printed(digits, unit) if digits else None,
        quantity=quantity,
        numbers=tuple(PrintedNumber(*each) for each in zip(digits, digits.values(), ours, strict=True)),
        note=record["note"],
        differs=record.get("differs", ""),
        from_memory=tuple(record.get("memory", ())),
        sources=tuple(resolve(key, f"published({estimate_id!r})") for key in record["sources"]),
        locator=record["locator"],
        status=record["status"],
        checked=record["checked"],
        is_power_of_ten=next(iter(digits), "").isdecimal(),
    )


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


def _ours(quantity: Quantity | None, labels: Sequence[str], unit: str) -> list[float | None]:
    """Return our numbers beside the printed ones: quantiles for percentiles, else medians."""
    if quantity is None:
        return [None] * len(labels)
    if set(labels) <= set(ENDS):
        return [float(_estimate(quantity[label].to(unit)).median) for label in labels]
    found = _estimate(quantity.to(unit))
    return [float(found.quantile(int(label) / 100) if label else found.median) for label in labels]


def _estimate(quantity: Quantity) -> Estimate:
    """Return a result without sampling where there is one; else from so many draws that no printed digit moves."""
    if not is_uncertain(quantity.node):
        return quantity.estimate()
    try:
        return quantity.estimate(engine="convolution")
    except NoClosedForm:
        return quantity.estimate(engine="random", draws=DRAWS)


# --- what need not be worked out again ---------------------------------------------------------------------------


@functools.cache
def _compiled() -> Mapping[str, Sequence[float | None]]:
    """Return our numbers by id, where they were worked out by this very code from these very data."""
    known = compiled.records(DOCUMENT, compiled.package_texts()) or ()
    return {each["id"]: each["ours"] for each in known}


def keep(estimates: Iterable[PublishedEstimate]) -> None:
    """Keep the numbers of all estimates for the next process."""
    if not _compiled():
        compiled.keep(DOCUMENT, compiled.package_texts(), map(_record_of, estimates))


def document(estimates: Iterable[PublishedEstimate]) -> str:
    """Return what a wheel brings along of all estimates."""
    return compiled.compiled(compiled.package_texts(), map(_record_of, estimates))


def _record_of(estimate: PublishedEstimate) -> dict[str, Any]:
    return {"id": estimate.id, "ours": [each.ours for each in estimate.numbers]}

"""What may stand on a ladder: quantities, texts, findings, published estimates and machine models, made alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..architectures import Architecture
from ..checks import stands_twice
from ..distributions import Uniform
from ..errors import ArgumentError, KindError, ShapeError, UnitError, UnknownNameError, did_you_mean, shown
from ..findings import evidence
from ..findings.finding import Finding
from ..findings.table import Findings
from ..graph import Correlated, Leaf, Node, leaf_of, walk
from ..literature import PublishedEstimate, published
from ..makers import assumed, exp, log
from ..quantity import Quantity, quantity
from ..render.tables import TextTable
from ..units import Unit, same_dimension
from .notable_models import NotableModel

__all__ = ["Entry", "Kind", "entries", "in_one_unit", "leaves", "named", "reference_among"]

Kind = Literal["brain", "machine", "published", "estimate"]

# What brings a quantity of another unit to parameters.
MENDS = {
    "bit": "divide by bits per parameter: bp.parameters_at_precision(x, bp.precision('int8'))",
    "synapse": "multiply by parameters per synapse: x * bp.evidence('synapse/parameters/static')",
    "connection": "multiply by parameters per connection",
    "neuron": "multiply by parameters per neuron: bp.neuronal_parameters(x, '1 parameter/neuron')",
    "operation/s": "divide by operations per parameter: bp.parameters_from_operation_rate(x, ...)",
    "operation": "divide by a time, then by operations per parameter: bp.parameters_from_operation_rate(...)",
    "token": "divide by tokens per parameter: bp.data_limited_parameters(x, ...)",
}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Something on its way to a rung: name, kind, quantity, what is known of it, and what it was worked out from."""

    name: str
    kind: Kind
    quantity: Quantity
    told: str = ""
    traced: Quantity | None = None


def entries(estimates: Any) -> list[Entry]:
    """Return what is to be compared, each with a name of its own."""
    if isinstance(estimates, str | bytes) or not isinstance(estimates, Mapping | Sequence | TextTable | Findings):
        raise KindError(
            f"compare(): 'estimates' needs a list, or a dict of names and estimates; got {shown(estimates)}"
        )
    pairs = estimates.items() if isinstance(estimates, Mapping) else ((None, each) for each in estimates)
    found = [_entry(name, each) for name, each in pairs]
    if not found:
        raise ArgumentError("compare(): 'estimates' is empty; give at least one")
    twice = stands_twice(each.name for each in found)
    if twice is not None:
        raise ArgumentError(f"compare(): {shown(twice)} stands twice; give a dict with a name for each, or each once")
    return found


def _entry(name: Any, value: Any) -> Entry:
    where = f"compare(): {shown(name)}" if name is not None else "compare()"
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise KindError(f"compare(): a name came as {shown(name)}; give words, such as 'a weight for each synapse'")
    entry = _of_text(value, where) if isinstance(value, str) else _of_object(value, where)
    if entry.quantity.axes:
        raise ShapeError(f"{where}: an array came; pick one element or take the total")
    return entry if name is None else replace(entry, name=name)


def _of_object(value: Any, where: str) -> Entry:
    if isinstance(value, PublishedEstimate):
        return _of_published(value)
    if isinstance(value, Finding):
        return _of_finding(value.id)
    if isinstance(value, Architecture):
        return Entry(value.name, "machine", value.parameters, "counted from its dimensions")
    if isinstance(value, NotableModel):
        if value.parameters is None:
            raise ArgumentError(f"{where}: {value.name} has no parameter count; leave it out, as models.counted() does")
        maker, sure = value.organization or "an unnamed maker", value.confidence or "not given"
        told = f"a model of {maker}; confidence of Epoch AI in the count: {sure}"
        return Entry(value.name, "machine", value.parameters, told)
    taken = quantity(value, where)
    return Entry(taken.name or taken.node.unit.plural(2) or "number", _kind(taken.node), taken)


def named(text: str, where: str) -> Quantity | None:
    """Return the quantity of a published estimate, a machine model or a finding by its name; None for any other text.

    Raises
    ------
    UnknownNameError
        For what is nearly a name.
    """
    entry = _by_name(text.strip())
    if entry is not None:
        return entry.quantity
    if near := did_you_mean(text.strip(), _names()):
        raise _unknown(text, near, where)
    return None


def _by_name(plain: str) -> Entry | None:
    model = f"model/{plain.casefold().replace(' ', '-')}/parameters"
    if plain in published:
        return _of_published(published(plain))
    return next((_of_finding(finding) for finding in (plain, model) if finding in evidence.ids()), None)


def _of_text(text: str, where: str) -> Entry:
    plain = text.strip()
    entry = _by_name(plain)
    if entry is not None:
        return entry
    if plain[:1].isdigit():
        return Entry(plain, "estimate", quantity(plain, where))
    raise _unknown(text, did_you_mean(plain, _names()), where)


def _names() -> list[str]:
    models = [each.split("/")[1] for each in evidence.ids() if each.startswith("model/") and each.count("/") == 2]
    return [*published.ids(), *dict.fromkeys(models), *evidence.ids()]


def _unknown(text: str, near: str, where: str) -> UnknownNameError:
    return UnknownNameError(
        f"{where}: {shown(text)} is no published estimate, machine model or finding.{near} List "
        f"them with bp.published.ids() and bp.evidence.find('model'), or give a number with its unit."
    )


def _of_finding(finding_id: str) -> Entry:
    finding = evidence.finding(finding_id)
    is_machine = finding.id.startswith("model/")
    name = finding.region if is_machine and finding.quantity == "parameters" else finding.name
    kind: Kind = "machine" if is_machine else "brain" if finding.species != "any" else "estimate"
    told = "; ".join(filter(None, (finding.method, finding.because, finding.note)))
    return Entry(name, kind, evidence(finding_id), told)


def _of_published(estimate: PublishedEstimate) -> Entry:
    found = estimate.quantity if estimate.quantity is not None else estimate.printed
    assert found is not None
    return Entry(estimate.id, "published", _spanned(found, estimate.id), estimate.note, estimate.quantity)


def _spanned(found: Quantity, name: str) -> Quantity:
    """Return a published range as a belief: nothing is known inside it, so every ratio is as likely."""
    if not found.axes:
        return found
    told = {"because": "nothing is known inside a published range", "finding": f"published/{name}/place"}
    place = assumed(Uniform(0.0, 1.0), "1", name="place in the published range", **told)
    low, high = found["low"], found["high"]
    return low * exp(place * log(high / low))


def _kind(node: Node) -> Kind:
    """Return whether a quantity rests on findings about animals, on those about machines only, or on none."""
    ids = [leaf.finding.partition("@")[0] for leaf in leaves(node) if leaf.finding is not None]
    known = [evidence.finding(each) for each in ids if each in evidence.ids()]
    if any(finding.species != "any" for finding in known):
        return "brain"
    return "machine" if known and all(finding.id.startswith("model/") for finding in known) else "estimate"


def in_one_unit(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in the unit of the first, or in parameters where one of them is."""
    parameters = Unit("parameter")
    own = [each.quantity.node.unit for each in entries]
    wanted = parameters if any(same_dimension(unit, parameters) for unit in own) else own[0]
    for each in entries:
        _check_unit(each, wanted)
    return [replace(each, quantity=each.quantity.to(wanted)) for each in entries]


def _check_unit(entry: Entry, wanted: Unit) -> None:
    unit = entry.quantity.node.unit
    if same_dimension(unit, wanted):
        return
    mends = (mend for text, mend in MENDS.items() if wanted.text == "parameter" and same_dimension(unit, Unit(text)))
    mend = next(mends, f"bring all of them to one unit, such as {wanted.text}")
    raise UnitError(f"compare(): {entry.name!r} is in {unit.text}, and the ladder is in {wanted.text}; {mend}")


def reference_among(reference: Any, found: Sequence[Entry]) -> Entry:
    """Return the entry that is meant as reference, or a new one in the same unit."""
    if isinstance(reference, str):
        named = next((each for each in found if each.name.casefold() == reference.strip().casefold()), None)
        if named is not None:
            return named
    entry = _entry(None, reference)
    same = next((each for each in found if each.quantity == entry.quantity), None)
    if same is not None:
        return same
    wanted = found[0].quantity.node.unit
    _check_unit(entry, wanted)
    return replace(entry, quantity=entry.quantity.to(wanted))


def leaves(node: Node) -> list[Leaf]:
    """Return the inputs below a node, correlated ones as they were made."""
    return [leaf_of(each) for each in walk([node]) if isinstance(each, Leaf | Correlated)]

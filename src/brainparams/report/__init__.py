"""One page to send: self-contained, live where scripts run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..comparison.ladder import Ladder
from ..derivation import derive
from ..errors import shown
from ..files import write_whole
from ..findings import evidence
from ..graph import Leaf, walk
from ..quantity import Quantity
from ..records.record import name_of, record_of, written
from ..records.results import Settings
from .page import Content, Rival, Rung, page

__all__ = ["write", "write_ladder"]

MOST_RIVALS = 8
ONE_SD = 0.6826894921370859  # of a normal, one standard deviation to either side


def write(quantity: Quantity, path: Any, lines: Mapping[str, float], level: float, seed: int) -> Path:
    """Write the page of a quantity to a file, whole or not at all; see ``Quantity.report``."""
    where = f"report({shown(name_of(path))})"
    content = Content(
        node=quantity.node,
        derivation=derive(quantity.node, level=level, seed=seed),
        lines=lines,
        rivals=dict(_rivals(quantity)),
        record=written(record_of(quantity, Settings(seed=seed)), where),
        edition=evidence.edition,
    )
    return write_whole(path, page(content), where)


def write_ladder(ladder: Ladder, path: Any, seed: int) -> Path:
    """Write the page of a ladder to a file, whole or not at all; see ``Ladder.report``."""
    where = f"report({shown(name_of(path))})"
    uncertain = [row for row in ladder if row.high > row.low]
    chosen = next((row for row in reversed(uncertain) if row.kind == "brain"), [*uncertain, ladder.rows[-1]][-1])
    table, *others = ladder._blocks("brief")
    content = Content(
        node=chosen.quantity.node,
        derivation=derive(chosen.quantity.node, level=ladder.level, seed=seed),
        lines={},
        rivals={key: found for row in uncertain for key, found in _rivals(row.quantity)},
        record=written(record_of(chosen.quantity, Settings(seed=seed)), where),
        edition=evidence.edition,
        title=f"{len(ladder)} estimates on one ladder",
        above=(table,),
        below=others,
        rungs=[
            Rung(
                row.name, row.low, row.median, row.high, _in_words(row), row.quantity.node if row in uncertain else None
            )
            for row in ladder
        ],
        reference=ladder.reference,
    )
    return write_whole(path, page(content), where)


def _in_words(row: Any) -> str:
    return f"{row.value} ({row.interval})" if row.interval else row.value


def _rivals(quantity: Quantity) -> Iterator[tuple[str, list[Rival]]]:
    """Yield what other studies say of each input that is a finding, by the uid of the input."""
    for each in walk([quantity.node]):
        if isinstance(each, Leaf) and each.finding is not None and not each.axes:
            name = each.finding.partition("@")[0]
            found = list(_others(name, each)) if name in evidence.ids() else []
            if found:
                yield each.uid, found[:MOST_RIVALS]


def _others(name: str, leaf: Leaf) -> Iterator[Rival]:
    for rival in evidence.rivals(name).rows[1:]:
        found = evidence(rival.id).to(leaf.unit).estimate(digits=2)
        median = float(found.median)
        if median > 0 and leaf.is_uncertain:
            low, high = (float(end) for end in found.interval(ONE_SD))
            label = rival.citations[0].label if rival.citations else rival.id
            yield label, median, low, high

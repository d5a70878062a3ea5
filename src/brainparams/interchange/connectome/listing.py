"""What a table lists twice: synapses from both ends, gap junctions from both sides, names with and without zeros."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any, NamedTuple

from ...errors import DoubleCountWarning
from ...render.numbers import counted
from .cleaning import CHEMICAL, ELECTRICAL, KIND, RECEIVED, SOURCE, TARGET, WEIGHT
from .files import library

__all__ = ["Listing", "once", "unpadded"]

_PADDED = r"^([A-Za-z][A-Za-z_-]*)0+([1-9][0-9]*)$"


class Listing(NamedTuple):
    """Connections that stand once each, and what was left out for that, in words."""

    frame: Any
    told: tuple[str, ...]
    is_whole: bool


def unpadded(column: Any) -> Any:
    """Return names without the zeros that pad their number: ``VB01`` is ``VB1``."""
    return column.str.replace(_PADDED, "${1}${2}")


def once(frame: Any, kinds: Collection[str], *, directed: bool, is_small: bool, file: str) -> Listing:
    """Return connections that stand once each: `directed` ones by sender, electrical ones by unordered pair.

    Only a small table is looked through for mirror images, which takes all pairs at once.
    """
    pl = library("polars")
    told: list[str] = []
    if RECEIVED in kinds:
        frame, words = _sent_only(pl, frame, file)
        told.append(words)
    undirected = (KIND, ELECTRICAL) if directed else None
    if undirected is None or ELECTRICAL in kinds:
        chosen = pl.col(KIND) == ELECTRICAL if undirected else pl.lit(value=True)
        frame, words = _unordered(pl, frame, chosen, "gap junctions" if undirected else "connections")
        told.append(words)
    elif CHEMICAL in kinds and is_small:
        _warn_of_mirror(pl, frame, file)
    return Listing(frame, tuple(told), not told)


def _sent_only(pl: Any, frame: Any, file: str) -> tuple[Any, str]:
    """Drop rows that list from the receiver what others list from the sender; turn them where they stand alone."""
    sent, received = frame.filter(pl.col(KIND) == CHEMICAL), frame.filter(pl.col(KIND) == RECEIVED)
    turned = received.with_columns(
        pl.col(TARGET).alias(SOURCE), pl.col(SOURCE).alias(TARGET), pl.lit(CHEMICAL).alias(KIND)
    )
    if sent.head(1).collect().is_empty():
        return pl.concat([frame.filter(pl.col(KIND) != RECEIVED), turned]), "every synapse is listed from its receiver"
    one, other = (_summed(pl, each).collect(engine="streaming") for each in (sent, turned))
    both = one.join(other, on=[SOURCE, TARGET], how="full", suffix="_received", coalesce=True)
    differ = both.filter(pl.col(WEIGHT).fill_null(0) != pl.col(f"{WEIGHT}_received").fill_null(0)).height
    if differ:
        text = (
            f"connectome(): {file}: {counted(differ, 'pair has', 'pairs have')} another weight from the sender than "
            f"from the receiver; the sender's is taken"
        )
        warnings.warn(text, DoubleCountWarning, stacklevel=5)
    rows = received.select(pl.len()).collect(engine="streaming").item()
    received_rows = counted(rows, "row lists", "rows list")
    sent_pairs = counted(one.height, "pair lists", "pairs list")
    words = f"{received_rows} from the receiver what {sent_pairs} from the sender: left out"
    return frame.filter(pl.col(KIND) != RECEIVED), words


def _summed(pl: Any, frame: Any) -> Any:
    return frame.group_by(SOURCE, TARGET).agg(pl.col(WEIGHT).sum())


def _unordered(pl: Any, frame: Any, chosen: Any, what: str) -> tuple[Any, str]:
    """Return the chosen rows with the lesser name first, each pair once: the larger side where the two differ."""
    rows = frame.filter(chosen)
    # rows of one pair and one direction add up; the two directions are two views of one thing
    sides = rows.group_by(KIND, SOURCE, TARGET).agg(
        pl.col(WEIGHT).sum(), pl.exclude(WEIGHT, KIND, SOURCE, TARGET).first()
    )
    low, high = pl.min_horizontal(SOURCE, TARGET), pl.max_horizontal(SOURCE, TARGET)
    pairs = (
        sides.with_columns(low.alias("low"), high.alias("high"))
        .group_by(KIND, "low", "high")
        .agg(
            pl.col(WEIGHT).max(),
            pl.col(WEIGHT).sum().alias("both"),
            pl.len().alias("sides"),
            (pl.col(WEIGHT).max() - pl.col(WEIGHT).min()).alias("gap"),
            pl.exclude(WEIGHT, KIND, SOURCE, TARGET, "low", "high").first(),
        )
    )
    pairs = pairs.rename({"low": SOURCE, "high": TARGET}).collect(engine="streaming")
    apart = pairs.filter(pl.col(SOURCE) != pl.col(TARGET))
    twice = apart.filter(pl.col("sides") == 2)
    if 2 * twice.height < apart.height:
        pairs = pairs.with_columns(pl.col("both").alias(WEIGHT))
        words = f"{what} are listed once a pair" + (
            f"; {counted(twice.height, 'pair')} in two rows, added" if twice.height else ""
        )
    else:
        differ, single = twice.filter(pl.col("gap") != 0).height, apart.height - twice.height
        words = f"{what} are listed from both sides and counted once"
        if differ or single:
            differing = counted(differ, "pair differs", "pairs differ")
            words += f": {differing} and the larger is taken, {counted(single, 'is', 'are')} listed from one side only"
    kept = pairs.select(frame.collect_schema().names())
    return pl.concat([frame.filter(~chosen), kept.lazy()], how="vertical_relaxed"), words


def _warn_of_mirror(pl: Any, frame: Any, file: str) -> None:
    """Warn where every connection has a mirror image of the same weight: it may be listed twice."""
    pairs = _summed(pl, frame.filter((pl.col(KIND) == CHEMICAL) & (pl.col(SOURCE) != pl.col(TARGET))))
    low, high = pl.min_horizontal(SOURCE, TARGET), pl.max_horizontal(SOURCE, TARGET)
    folded = pairs.group_by(low.alias("low"), high.alias("high")).agg(
        pl.len().alias("sides"), (pl.col(WEIGHT).max() - pl.col(WEIGHT).min()).alias("gap")
    )
    is_mirror = (pl.col("sides") == 2) & (pl.col("gap") == 0)
    pairs_found, mirrored = folded.select(pl.len(), is_mirror.sum()).collect(engine="streaming").row(0)
    if pairs_found >= 3 and mirrored == pairs_found:
        text = (
            f"connectome(): {file}: every one of {pairs_found:,} pairs is listed in both directions with the same "
            f"weight, so a sum counts it twice; say directed=False if connections have no direction or are listed from "
            f"both ends"
        )
        warnings.warn(text, DoubleCountWarning, stacklevel=5)

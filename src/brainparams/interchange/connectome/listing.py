"""What a table lists twice: synapses from both ends, gap junctions from both sides, names with and without zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import DoubleCountWarning, warn
from ...render.numbers import counted
from .cleaning import CHEMICAL, ELECTRICAL, KIND, PLACE, RECEIVED, SOURCE, TARGET, WEIGHT, Limits, Survey
from .files import Folder, library
from .merging import unordered

__all__ = ["Listing", "once", "unpadded"]

ROUNDED = 1e-9  # fractional weights of one pair add up to this share of their sum
LOOKED_FOR = 64  # pairs of a large table that are looked for the other way round
FEW = 100_000
_PADDED = r"^([A-Za-z][A-Za-z_-]*)0+([1-9][0-9]*)$"


class Listing(NamedTuple):
    """Connections that stand once each, and what was left out for that, in words."""

    frame: Any
    told: tuple[str, ...]
    limits: Limits | None
    held: Any = None


def unpadded(column: Any) -> Any:
    """Return names without the zeros that pad their number: ``VB01`` is ``VB1``."""
    return column.str.replace(_PADDED, "${1}${2}")


def once(frame: Any, survey: Survey, *, directed: bool, is_small: bool, file: str) -> Listing:
    """Return connections that stand once each: `directed` ones by sender, electrical ones by unordered pair.

    A small table keeps what else stands in it.
    """
    rows = {row.kind: row.rows for row in survey.rows}
    pl = library("polars")
    told: list[str] = []
    if RECEIVED in rows:
        frame, words = _sent_only(pl, frame, file)
        told.append(words)
        sent = rows.get(CHEMICAL, rows[RECEIVED])
        rows = {kind: count for kind, count in rows.items() if kind != RECEIVED} | {CHEMICAL: sent}
    held, limits = None, survey.limits
    if not directed or ELECTRICAL in rows:
        chosen = {kind: count for kind, count in rows.items() if kind == ELECTRICAL or not directed}
        what = "gap junctions" if directed else "connections"
        frame, words, held = (
            _unordered(pl, frame, chosen, what)
            if is_small
            else _unordered_in_parts(pl, frame, chosen, what, survey.limits)
        )
        told.append(words)
        limits = _without_direction(survey)
    elif CHEMICAL in rows and (survey.turned or sum(rows.values()) <= FEW):
        _warn_of_mirror(pl, frame, file, is_small=is_small)
    return Listing(frame, tuple(told), limits, held)


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
    here, there = (pl.col(name).fill_null(0) for name in (WEIGHT, f"{WEIGHT}_received"))
    differ = both.filter((here - there).abs() > ROUNDED * (here + there)).height
    if differ:
        text = (
            f"connectome(): {file}: {counted(differ, 'pair has', 'pairs have')} another weight from the sender than "
            f"from the receiver; the sender's is taken"
        )
        warn(text, DoubleCountWarning)
    rows = received.select(pl.len()).collect(engine="streaming").item()
    received_rows = counted(rows, "row lists", "rows list")
    sent_pairs = counted(one.height, "pair lists", "pairs list")
    words = f"{received_rows} from the receiver what {sent_pairs} from the sender: left out"
    return frame.filter(pl.col(KIND) != RECEIVED), words


def _without_direction(survey: Survey) -> Limits | None:
    """Return the limits of pairs whose ends may have changed places, and whose rows may have been added up."""
    found, heaviest = survey.limits, sum(row.weight for row in survey.rows)
    if found is None:
        return None
    low, high = min(found.low, found.least), max(found.high, found.most)
    return Limits(low, high, low, high, None if found.heaviest is None else int(heaviest))


def _summed(pl: Any, frame: Any) -> Any:
    return frame.group_by(SOURCE, TARGET).agg(pl.col(WEIGHT).sum())


def _unordered(pl: Any, frame: Any, chosen: Mapping[str, int], what: str) -> tuple[Any, str, None]:
    """Return rows of some kinds with the lesser name first, each pair once: the larger side where the two differ."""
    is_chosen = pl.col(KIND).is_in(list(chosen))
    rows = frame.filter(is_chosen)
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
    counts = apart.height, twice.height, twice.filter(pl.col("gap") > ROUNDED * pl.col("both")).height
    is_added, words = _sides(counts, what)
    if is_added:
        pairs = pairs.with_columns(pl.col("both").alias(WEIGHT))
    kept = pairs.select(frame.collect_schema().names())
    return pl.concat([frame.filter(~is_chosen), kept.lazy()], how="vertical_relaxed"), words, None


def _sides(counts: Sequence[int], what: str) -> tuple[bool, str]:
    """Return whether the two sides of a pair add up, and what is done, in words: of most pairs both say the same.

    `counts` are the pairs, those that are listed from both sides, and those of these that differ.
    """
    apart, twice, differ = counts
    if 2 * twice < apart:
        added = f"; {counted(twice, 'pair')} in two rows, added" if twice else ""
        return True, f"{what} are listed once a pair{added}"
    words, single = f"{what} are listed from both sides and counted once", apart - twice
    if differ or single:
        differing = counted(differ, "pair differs", "pairs differ")
        words += f": {differing} and the larger is taken, {counted(single, 'is', 'are')} listed from one side only"
    return False, words


def _unordered_in_parts(
    pl: Any, frame: Any, chosen: Mapping[str, int], what: str, limits: Limits | None
) -> tuple[Any, str, Folder]:
    """Return the same of a large table, whose pairs lie on the disk: source, target, weight and kind are kept."""
    folder, counts = Folder(), [0, 0, 0]
    forth, back = pl.col("forth"), pl.col("back")
    is_apart = pl.col(SOURCE) != pl.col(TARGET)
    is_twice = is_apart & (forth > 0) & (back > 0)
    is_unlike = is_twice & ((forth - back).abs() > ROUNDED * (forth + back))
    for kind, rows in chosen.items():
        for place, merged in enumerate(unordered(frame.filter(pl.col(KIND) == kind), rows, limits)):
            sides = merged.select(is_apart.sum(), is_twice.sum().alias("twice"), is_unlike.sum().alias("unlike"))
            counts = [one + other for one, other in zip(counts, sides.row(0), strict=True)]
            labelled = merged.with_columns(pl.lit(kind).alias(KIND), pl.lit(None, pl.String).alias(PLACE))
            labelled.write_parquet(folder.path / f"{kind} {place}.parquet")
    is_added, words = _sides(counts, what)
    weight = forth + back if is_added else pl.max_horizontal(forth, back)
    names = [SOURCE, TARGET, WEIGHT, KIND, PLACE]
    kept = pl.scan_parquet(folder.path / "*.parquet").with_columns(weight.alias(WEIGHT)).select(names)
    others = frame.filter(~pl.col(KIND).is_in(list(chosen))).select(names)
    return pl.concat([others, kept], how="vertical_relaxed"), words, folder


def _warn_of_mirror(pl: Any, frame: Any, file: str, *, is_small: bool) -> None:
    """Warn where every connection has a mirror image of the same weight: it may be listed twice.

    A few are looked for first; of a large table these are all.
    """
    frame = frame.filter((pl.col(KIND) == CHEMICAL) & (pl.col(SOURCE) != pl.col(TARGET)))
    few = frame.select(SOURCE, TARGET).head(LOOKED_FOR).collect()
    known = pl.concat([few[SOURCE], few[TARGET]]).unique().implode()
    near = _summed(pl, frame.filter(pl.col(SOURCE).is_in(known) & pl.col(TARGET).is_in(known))).collect(
        engine="streaming"
    )
    turned = near.select(pl.col(TARGET).alias(SOURCE), pl.col(SOURCE).alias(TARGET), WEIGHT)
    if len(few.unique().join(turned, on=[SOURCE, TARGET], how="anti")):
        return
    pairs = _summed(pl, frame if is_small else near.lazy())
    low, high = pl.min_horizontal(SOURCE, TARGET), pl.max_horizontal(SOURCE, TARGET)
    folded = pairs.group_by(low.alias("low"), high.alias("high")).agg(
        pl.len().alias("sides"),
        (pl.col(WEIGHT).max() - pl.col(WEIGHT).min()).alias("gap"),
        pl.col(WEIGHT).sum().alias("both"),
    )
    is_mirror = (pl.col("sides") == 2) & (pl.col("gap") <= ROUNDED * pl.col("both"))
    pairs_found, mirrored = folded.select(pl.len(), is_mirror.sum()).collect(engine="streaming").row(0)
    if pairs_found >= 3 and mirrored == pairs_found:
        looked = f"every one of {mirrored:,} pairs{'' if is_small else ' that were looked at'}"
        text = (
            f"connectome(): {file}: {looked} is listed in both directions with the same "
            f"weight, so a sum counts it twice; say directed=False if connections have no direction or are listed from "
            f"both ends"
        )
        warn(text, DoubleCountWarning)

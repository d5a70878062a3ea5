"""Wiring diagrams: edge lists, matrices, SONATA circuits and graphs become neurons, connections and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...checks import strict
from ...errors import ArgumentError, DoubleCountWarning, shown, warn
from ...render.numbers import counted
from . import reading
from .cleaning import SOURCE, SUMS, TARGET, WEIGHT
from .dialects import node_id_column
from .files import Origin, library
from .formats import LINE
from .listing import once, unpadded
from .meanings import meaning_of
from .report import Report
from .wiring import Connectome

__all__ = ["Connectome", "connectome"]


@strict
def connectome(
    source: Any,
    *,
    weight: str,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    kind: str | Mapping[str, str] | None = None,
    directed: bool | None = None,
    nodes: Any = None,
    format: str | None = None,  # noqa: A002 - what users call it
    sheet: str | None = None,
    edition: str | None = None,
    cite: Any = None,
) -> Connectome:
    """Return the connectome that a file or a table holds.

    Reads edge lists (CSV, TSV, columns apart by blanks, XLSX, Parquet, Feather), labelled adjacency matrices, SONATA
    circuits (HDF5), GraphML and GML, and data frames of any library. Columns are found by the names that OpenWorm,
    FlyWire, neuPrint, the male CNS and CAVE give them. Nothing a file holds is executed, and a file that cannot be read
    whole is not read.

    Parameters
    ----------
    source : path, data frame, or list of (source, target, weight)
        Where the connections stand.
    weight : str
        What one unit of weight counts: "synapses", "contacts", "postsynaptic sites", "T-bars", "EM sections",
        "probability", "size" (``"size [um^2]"``) or "connections". It has no default: files do not say it, and
        published counts differ by it.
    columns : dict, optional
        Which column is what: ``{"source": …, "target": …, "weight": …, "kind": …, "place": …}``. Without a weight
        column every row counts one.
    kind : str or dict, optional
        "chemical", "electrical", "neuromuscular" or "received" for all rows; the name of a column; or a dict from the
        codes of that column to these.
    directed : bool, optional
        False where a pair has no direction or is listed from both ends, and is to be counted once. Gap junctions have
        none in any case.
    nodes : path, data frame or dict, or a list of these, optional
        Table of neurons: their names and, in further columns, types, sides, transmitters. The first of several lists
        the neurons, the others say more about them.
    format : {"edges", "matrix", "sonata", "graphml", "gml"}, optional
        How the file is laid out, where its suffix and its beginning do not show it.
    sheet : str, optional
        Sheet of a workbook; the first otherwise.
    edition : str, optional
        Release of the data, for the trace.
    cite : str or Citation, optional
        Whose data they are.

    Returns
    -------
    Connectome

    Raises
    ------
    FileError
        For a file that cannot be read: with the line, the column and the mend.
    ArgumentError
        If the weight is not said, or no column looks like a source or a target.

    Warns
    -----
    DoubleCountWarning
        If every connection is listed in both directions, or two ends disagree, or the weight of a known file counts
        something else.

    Examples
    --------
    >>> import brainparams as bp
    >>> rows = [("AVAL", "VA1", 3, "chemical"), ("AVAL", "VA01", 2, "chemical"), ("AVAL", "AVAR", 1, "electrical")]
    >>> worm = bp.connectome(rows, weight="synapses")
    >>> worm.neurons.value, worm.connections.value, worm.synapses.value, worm.gap_junctions.value
    (3, 1, 5, 1)
    """
    meaning, unit = meaning_of(weight)
    found = reading.raw(_as_rows(source), format, sheet)
    _check_meaning(found.origin, meaning.name)
    cleaned = reading.rows_of(found, columns, kind, meaning)
    rows, more = _merged_names(cleaned.frame)
    told = [*found.told, *cleaned.told, *more]
    survey = cleaned.survey
    if survey.zeros:
        rows, more = _without_zeros(rows, survey.zeros)
        told += more
    is_directed = not found.is_undirected if directed is None else directed
    listing = once(
        rows, survey, directed=is_directed, is_small=cleaned.height <= reading.EAGER_ROWS, file=found.origin.name
    )
    told += listing.told
    table = _nodes(nodes, found.nodes, rows)
    isolated = _isolated(found.listed, table, rows)
    if isolated is not None and len(isolated):
        told.append(f"{len(isolated):,} listed nodes have no connection, and are counted as neurons")
    return Connectome(
        frame=listing.frame, meaning=meaning, unit=unit, origin=found.origin, nodes=table, is_directed=is_directed,
        isolated=isolated, known_rows=None if listing.told else cleaned.height - survey.zeros,
        limits=listing.limits, held=(cleaned.held, listing.held), edition=edition, source=cite,
        report=Report(survey.rows, found.origin.name, tuple(told)),
    )  # fmt: skip


def _as_rows(source: Any) -> Any:
    """Return a list of connections as a frame; anything else as it is."""
    if isinstance(source, Mapping):
        return _of_mapping(source)
    if not isinstance(source, list | tuple):
        return source
    if source and all(isinstance(row, Mapping) for row in source):
        return library("polars").from_dicts([dict(row) for row in source], infer_schema_length=None)
    pl = library("polars")
    width = max((len(row) for row in source if isinstance(row, list | tuple)), default=0)
    if not 2 <= width <= 4 or any(not isinstance(row, list | tuple) or len(row) != width for row in source):
        raise ArgumentError(
            "connectome(): a list holds rows (source, target), (…, weight) or (…, weight, kind), all alike; where rows "
            "hold more, give a data frame, and its columns by name"
        )
    names = ("source", "target", "weight", "type")[:width]
    return pl.DataFrame([tuple(row) for row in source], schema=names, orient="row", strict=False)


def _of_mapping(source: Mapping[Any, Any]) -> Any:
    """Return a dict of columns, or of targets with their weight by source, as a frame."""
    pl = library("polars")
    if source and all(isinstance(targets, Mapping) for targets in source.values()):
        rows = [(one, other, weight) for one, targets in source.items() for other, weight in targets.items()]
        return _as_rows([(str(one), str(other), weight) for one, other, weight in rows])
    columns = list(source.values())
    is_table = all(hasattr(column, "__len__") and not isinstance(column, str | Mapping) for column in columns)
    if not columns or not is_table or len(set(map(len, columns))) > 1:
        raise ArgumentError(
            "connectome(): a dict holds columns of one length, {'source': […], 'target': […]}, or weights by source "
            "and target, {'a': {'b': 2}}"
        )
    return pl.DataFrame({str(name): list(column) for name, column in source.items()}, strict=False)


def _check_meaning(origin: Origin, weight: str) -> None:
    """Warn where the weight of a file that is known counts something else than is said."""
    known = origin.edition
    if known is not None and weight not in (known.weight, "connections"):
        text = (
            f"connectome(): {origin.name} is known as {known.name}: its authors say that the weight counts "
            f"{known.weight}, and weight={weight!r} was given"
        )
        warn(text, DoubleCountWarning)


def _merged_names(rows: Any) -> tuple[Any, list[str]]:
    """Return rows in which names that differ only in padding are one: ``VB1`` and ``VB01``."""
    pl = library("polars")
    if rows.collect_schema()[SOURCE] != pl.String or rows.collect_schema()[TARGET] != pl.String:
        return rows, []
    ends = pl.concat([rows.select(pl.col(end).alias("name")) for end in (SOURCE, TARGET)])
    names = ends.unique().collect(engine="streaming").with_columns(unpadded(pl.col("name")).alias("key"))
    twice = names.group_by("key").agg(pl.col("name").sort()).filter(pl.col("name").list.len() > 1)
    if twice.is_empty():
        return rows, []
    spelt = {name: key for key, all_names in twice.iter_rows() for name in all_names}
    rows = rows.with_columns(pl.col(end).replace(spelt) for end in (SOURCE, TARGET))
    first = " and ".join(twice["name"][0].to_list())
    neurons = counted(twice.height, "neuron is", "neurons are")
    return rows, [f"{neurons} spelt in two ways, such as {first}, and taken as one"]


def _without_zeros(rows: Any, count: int) -> tuple[Any, list[str]]:
    """Return rows with a weight, and which had none."""
    pl = library("polars")
    lines = ", ".join(map(str, rows.filter(pl.col(WEIGHT) == 0).select(LINE).head(5).collect().to_series()))
    more = ", …" if count > 5 else ""
    none = counted(count, "row of weight 0 is no connection", "rows of weight 0 are no connections")
    return rows.filter(pl.col(WEIGHT) > 0), [f"{none}: line {lines}{more}"]


def _isolated(listed: Sequence[Any] | None, table: Any, rows: Any) -> Any:
    """Return the neurons that a matrix or a table lists and no connection has; None where nothing lists any."""
    pl = library("polars")
    if listed is None and table is None:
        return None
    kind = rows.collect_schema()[SOURCE]
    names = [] if listed is None else [pl.Series("name", listed, strict=False).cast(kind, strict=False)]
    if table is not None:
        names.append(table["neuron"].alias("name"))
    every = pl.concat(each.to_frame() for each in names).drop_nulls()
    ends = [rows.select(pl.col(end).alias("name")) for end in (SOURCE, TARGET)]
    known = pl.concat(ends).unique().collect(engine="streaming")
    key = pl.col("name")
    if kind == pl.String:
        key = unpadded(key.str.strip_chars())
        every = every.filter(~pl.col("name").str.strip_chars().str.to_lowercase().is_in(["", *SUMS]))
    found = every.with_columns(key.alias("key")).join(known.with_columns(key.alias("key")), on="key", how="anti")
    return found.unique("key", keep="first", maintain_order=True)["name"]


def _nodes(given: Any, found: Any, rows: Any) -> Any:
    """Return the table of neurons, its first column called ``neuron`` and of the type that connections have."""
    kind = rows.collect_schema()[SOURCE]
    if given is None:
        return None if found is None else _spelt(found, "node", kind)  # as every reader calls it
    first, *further = given if isinstance(given, list | tuple) else [given]
    table = _table_of_nodes(first, kind)
    for each in further:
        table = table.join(_table_of_nodes(each, kind), on="neuron", how="left", suffix=" 2")
    return table


def _table_of_nodes(given: Any, kind: Any) -> Any:
    """Return one table of neurons that was given."""
    if isinstance(given, Mapping):
        types = [str(each) for each in given.values()]
        given = library("polars").DataFrame({"neuron": list(given), "type": types}, strict=False)
    listed = reading.nodes_alone(given)
    if listed is not None:
        return _spelt(listed, "node", kind)
    frame = reading.raw(given, "edges", None).frame.collect()
    names = [name for name in frame.columns if name != LINE]
    return _spelt(frame.select(names), node_id_column(names, None, "connectome(nodes=)"), kind)


def _spelt(frame: Any, key: str, kind: Any) -> Any:
    """Return a table of neurons whose names are spelt and typed as in the connections."""
    pl = library("polars")
    frame = reading.plainly_named(frame)
    texts = [name for name, own in frame.schema.items() if own == pl.String]
    frame = frame.with_columns(pl.col(name).str.strip_chars().replace("", None) for name in texts)
    others = [pl.col(name).alias(f"{name} 2" if name == "neuron" else name) for name in frame.columns if name != key]
    frame = frame.select(pl.col(key).cast(kind, strict=False).alias("neuron"), *others).drop_nulls("neuron")
    twice = frame.filter(pl.col("neuron").is_duplicated())
    if not twice.is_empty():
        raise ArgumentError(
            f"connectome(nodes=): {shown(twice['neuron'][0])} stands in more than one row; give every neuron one"
        )
    return frame

"""SONATA circuits: nodes and edges in HDF5, types in tables whose columns stand apart by blanks.

References
----------
Dai et al. 2020, The SONATA data format for efficient description of large-scale network models.
doi:10.1371/journal.pcbi.1007696
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ....errors import FileError, shown
from ....files import read_json
from ...delimited import decoded
from ..dialects import CHEMICAL, ELECTRICAL
from ..files import library
from .format import Raw, reads

__all__ = ["read"]

MOST_EDGES = 500_000_000
KINDS = (CHEMICAL, ELECTRICAL)
"""Types of populations of edges that connect neurons; others lead to glia, or say where a substance goes."""
_SYNAPSES = ("nsyns", "n_syns", "num_synapses")


class File(NamedTuple):
    """A file of a circuit, its table of types, and what its configuration says of the populations it is to give."""

    path: Path
    types: Path | None = None
    populations: Mapping[str, Any] | None = None


def nodes_of(path: Path) -> Any:
    """Return the nodes of one HDF5 file of nodes."""
    pl = library("polars")
    return pl.concat(_nodes(pl, File(path)), how="diagonal_relaxed")


@reads("sonata", ".h5", ".hdf5", ".json", read_nodes=nodes_of)
def read(path: Path, sheet: str | None) -> Raw:
    """Return the edges of a circuit as a lazy frame, and its nodes with the columns of their types.

    Parameters
    ----------
    path
        ``circuit_config.json``, or one HDF5 file of edges. A node is called population:number.
    """
    pl = library("polars")
    edge_files, node_files = _files(path) if path.suffix == ".json" else ([File(path)], [])
    edges = [frame for file in edge_files for frame in _edges(pl, file)]
    if not edges:
        raise FileError(f"connectome(): {path.name}: holds no edges; a SONATA file has them under /edges/<population>")
    nodes = [frame for file in node_files for frame in _nodes(pl, file)]
    left_out = [name for file in edge_files for name, kind in _kinds(file).items() if kind not in KINDS]
    told = tuple(f"edges of {name} connect no two neurons, as the circuit says: left out" for name in left_out)
    return Raw(pl.concat(edges).lazy(), pl.concat(nodes, how="diagonal_relaxed") if nodes else None, told=told)


def _files(path: Path) -> tuple[list[File], list[File]]:
    """Return the files of edges and of nodes that the configuration of a circuit, or of a simulation of it, names."""
    config = read_json(path, f"connectome(): {path.name}", "a SONATA circuit").content
    try:
        manifest = {str(name): str(value) for name, value in config.get("manifest", {}).items()}
        if "networks" not in config and isinstance(config.get("network"), str):
            return _files(_resolved(path, manifest, config["network"]))
        networks = config["networks"]
        return (
            [_file(path, manifest, entry, "edge") for entry in networks.get("edges", [])],
            [_file(path, manifest, entry, "node") for entry in networks.get("nodes", [])],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(
            f"connectome(): {path.name}: is no SONATA circuit: its 'networks' name no files of 'edges' and 'nodes'; "
            f"give circuit_config.json, or a saved estimate to `load`"
        ) from None


def _file(path: Path, manifest: Mapping[str, str], entry: Mapping[str, Any], what: str) -> File:
    types = entry.get(f"{what}_types_file")
    own = _resolved(path, manifest, types) if types else None
    return File(_resolved(path, manifest, entry[f"{what}s_file"]), own, entry.get("populations"))


def _kinds(file: File) -> dict[str, str]:
    """Return what the configuration calls the edges of each population; chemical where it says nothing."""
    return {name: str((told or {}).get("type", CHEMICAL)) for name, told in (file.populations or {}).items()}


def _resolved(path: Path, manifest: Mapping[str, str], text: str) -> Path:
    """Return a path with the names of the manifest put in, beside the configuration."""
    for _ in range(len(manifest)):
        for name, value in manifest.items():
            text = text.replace("${" + name.lstrip("$") + "}", value).replace(name, value)
    found = (path.parent / text).resolve()
    if not found.is_file():
        raise FileError(
            f"connectome(): {path.name}: names {text!r}, which is not there; keep the files of a circuit together"
        )
    return found


def _open(path: Path) -> Any:
    h5py = library("h5py")
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise FileError(f"connectome(): {path.name}: is no HDF5 file that can be read ({error})") from None


def _populations(file: Any, path: Path, what: str, wanted: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """Yield the populations of a file that stand in it and are wanted; a link to another file is not followed."""
    h5py = library("h5py")
    if what not in file:
        raise FileError(f"connectome(): {path.name}: has no /{what}; a SONATA file of {what} does")
    for name in file[what] if wanted is None else wanted:
        if name not in file[what]:
            have = ", ".join(file[what])
            raise FileError(f"connectome(): {path.name}: has no population {name!r} of {what}; it has {have}")
        if isinstance(file[what].get(name, getlink=True), h5py.ExternalLink):
            raise FileError(f"connectome(): {path.name}: /{what}/{name} is a link to another file; copy it in")
        yield name, file[what][name]


def _column(group: Any, name: str, path: Path) -> Any:
    if name not in group:
        raise FileError(f"connectome(): {path.name}: {group.name} has no {name!r}; a SONATA population does")
    data = group[name]
    if data.shape is None or len(data.shape) != 1 or data.shape[0] > MOST_EDGES or data.external:
        raise FileError(f"connectome(): {path.name}: {data.name} is no column of up to {MOST_EDGES:,} numbers")
    return data


def _edges(pl: Any, file: File) -> Iterator[Any]:
    """Yield the edges of every population in a file; a connection counts `nsyns` synapses, or one."""
    if file.types is not None:
        _types(pl, file.types, "edge_type_id")  # read to see that it is one
    path, kinds = file.path, _kinds(file)
    with _open(path) as opened:
        for name, group in _populations(opened, path, "edges", file.populations):
            kind = kinds.get(name, CHEMICAL)
            if kind not in KINDS:
                continue
            source, target = (_column(group, f"{end}_node_id", path) for end in ("source", "target"))
            if source.shape != target.shape:
                raise FileError(
                    f"connectome(): {path.name}: {group.name} has {len(source):,} sources and {len(target):,} targets"
                )
            ends = [_population_of(column, name, end) for column, end in ((source, 0), (target, 1))]
            yield pl.DataFrame(
                {
                    "source": _names(pl, ends[0], source),
                    "target": _names(pl, ends[1], target),
                    "weight": _synapses(pl, group, source.shape[0], path),
                    "projection": [name] * source.shape[0],
                    "type": [kind] * source.shape[0],
                    "edge type": _type_ids(pl, group, source.shape[0], name),
                }
            )


def _population_of(column: Any, name: str, end: int) -> str:
    """Return the population of nodes at one end: the attribute, or a half of ``one_to_other``."""
    told = column.attrs.get("node_population")
    if told is not None:
        return told.decode() if isinstance(told, bytes) else str(told)
    halves = name.split("_to_")
    return halves[end] if len(halves) == 2 else name


def _names(pl: Any, population: str, ids: Any) -> Any:
    return pl.Series([population]).new_from_index(0, len(ids)) + ":" + pl.Series(ids[:]).cast(pl.String)


def _synapses(pl: Any, group: Any, count: int, path: Path) -> Any:
    """Return how many synapses every edge has, over all groups of its population."""
    import numpy as np

    numbers = np.ones(count, dtype=np.int64)
    members = [key for key in group if key.isdigit()]
    held = [key for key in members if any(name in group[key] for name in _SYNAPSES)]
    if held:
        of_group, place = _column(group, "edge_group_id", path)[:], _column(group, "edge_group_index", path)[:]
        for key in held:
            name = next(each for each in _SYNAPSES if each in group[key])
            chosen = of_group == int(key)
            numbers[chosen] = _column(group[key], name, path)[:][place[chosen]]
    return pl.Series(numbers)


def _type_ids(pl: Any, group: Any, count: int, name: str) -> Any:
    if "edge_type_id" not in group:
        return pl.Series([name]).new_from_index(0, count)
    return pl.Series([name]).new_from_index(0, count) + ":" + pl.Series(group["edge_type_id"][:]).cast(pl.String)


def _nodes(pl: Any, file: File) -> Iterator[Any]:
    """Yield the nodes of every population in a file, with the columns of their types and their own words."""
    table = _types(pl, file.types, "node_type_id") if file.types else None
    with _open(file.path) as opened:
        for name, group in _populations(opened, file.path, "nodes", file.populations):
            kinds = _column(group, "node_type_id", file.path)
            ids = group["node_id"] if "node_id" in group else range(kinds.shape[0])
            frame = pl.DataFrame({"node": _names(pl, name, ids), "node_type_id": pl.Series(kinds[:]).cast(pl.String)})
            frame = frame.with_columns(pl.lit(name).alias("population"))
            frame = frame.join(table, on="node_type_id", how="left") if table is not None else frame
            yield frame.with_columns(pl.Series(head, words) for head, words in _words(group, kinds.shape[0]).items())


def _words(group: Any, count: int) -> dict[str, list[str]]:
    """Return the columns of words that nodes have themselves, where all of them lie in one group."""
    own = group.get("0")
    if own is None:
        return {}
    library_ = own.get("@library", {})
    found = {}
    for head, column in own.items():
        is_column = hasattr(column, "shape") and column.shape == (count,)
        if is_column and head in library_:
            words = [each.decode() if isinstance(each, bytes) else str(each) for each in library_[head][:]]
            found[head] = [words[place] for place in column[:]]
        elif is_column and column.dtype.kind in "OS":
            found[head] = [each.decode() if isinstance(each, bytes) else str(each) for each in column[:]]
    return found


def _types(pl: Any, path: Path, key: str) -> Any:
    """Return a table of types as text columns; its columns stand apart by blanks."""
    text = io.StringIO(decoded(path.read_bytes(), f"connectome(): {path.name}"), newline="")
    rows = [row for row in csv.reader(text, delimiter=" ", skipinitialspace=True) if row]
    if not rows or key not in rows[0]:
        raise FileError(f"connectome(): {path.name}: is no table of types: it has no column {key!r}")
    width = len(rows[0])
    wrong = next((line for line, row in enumerate(rows, start=1) if len(row) != width), None)
    if wrong is not None:
        raise FileError(
            f"connectome(): {path.name}, line {wrong}: has {len(rows[wrong - 1])} columns, and the first has {width}; "
            f"got {shown(rows[wrong - 1])}"
        )
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String), orient="row")

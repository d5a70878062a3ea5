"""SONATA circuits: nodes and edges in HDF5, types in tables whose columns stand apart by blanks.

References
----------
Dai et al. 2020, The SONATA data format for efficient description of large-scale network models.
doi:10.1371/journal.pcbi.1007696
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ....errors import FileError, shown
from ....files import read_json
from ..files import library
from .format import Raw, reads

__all__ = ["read"]

MOST_EDGES = 500_000_000
_SYNAPSES = ("nsyns", "n_syns", "num_synapses")


@reads("sonata", ".h5", ".hdf5", ".json")
def read(path: Path, sheet: str | None) -> Raw:
    """Return the edges of a circuit as a lazy frame, and its nodes with the columns of their types.

    Parameters
    ----------
    path
        ``circuit_config.json``, or one HDF5 file of edges. A node is called population:number.
    """
    pl = library("polars")
    edge_files, node_files = _files(path) if path.suffix == ".json" else ([(path, None)], [])
    edges = [frame for file, types in edge_files for frame in _edges(pl, file, types)]
    if not edges:
        raise FileError(f"connectome(): {path.name}: holds no edges; a SONATA file has them under /edges/<population>")
    nodes = [frame for file, types in node_files for frame in _nodes(pl, file, types)]
    return Raw(pl.concat(edges).lazy(), pl.concat(nodes, how="diagonal_relaxed") if nodes else None)


def _files(path: Path) -> tuple[list[tuple[Path, Path | None]], list[tuple[Path, Path | None]]]:
    """Return the files of edges and of nodes that a circuit's configuration names, each with its table of types."""
    config = read_json(path, f"connectome(): {path.name}", "a SONATA circuit").content
    try:
        networks = config["networks"]
        manifest = {str(name): str(value) for name, value in config.get("manifest", {}).items()}
        return (
            [_pair(path, manifest, entry, "edge") for entry in networks.get("edges", [])],
            [_pair(path, manifest, entry, "node") for entry in networks.get("nodes", [])],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError(f"connectome(): {path.name}: is no SONATA circuit: {error!r}; it names 'networks'") from None


def _pair(path: Path, manifest: Mapping[str, str], entry: Mapping[str, Any], what: str) -> tuple[Path, Path | None]:
    types = entry.get(f"{what}_types_file")
    return _resolved(path, manifest, entry[f"{what}s_file"]), _resolved(path, manifest, types) if types else None


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


def _populations(file: Any, path: Path, what: str) -> Iterator[tuple[str, Any]]:
    """Yield the populations of a file that stand in it; a link to another file is not followed."""
    h5py = library("h5py")
    if what not in file:
        raise FileError(f"connectome(): {path.name}: has no /{what}; a SONATA file of {what} does")
    for name in file[what]:
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


def _edges(pl: Any, path: Path, types: Path | None) -> Iterator[Any]:
    """Yield the edges of every population in a file; a connection counts `nsyns` synapses, or one."""
    if types is not None:
        _types(pl, types, "edge_type_id")  # read to see that it is one
    with _open(path) as file:
        for name, group in _populations(file, path, "edges"):
            source, target = (_column(group, f"{end}_node_id", path) for end in ("source", "target"))
            if source.shape != target.shape:
                raise FileError(
                    f"connectome(): {path.name}: {group.name} has {len(source):,} sources and {len(target):,} targets"
                )
            ends = [_population_of(column, name, end) for column, end in ((source, 0), (target, 1))]
            frame = pl.DataFrame(
                {
                    "source": _names(pl, ends[0], source),
                    "target": _names(pl, ends[1], target),
                    "weight": _synapses(pl, group, source.shape[0], path),
                    "projection": [name] * source.shape[0],
                    "edge type": _type_ids(pl, group, source.shape[0], name),
                }
            )
            yield frame


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


def _nodes(pl: Any, path: Path, types: Path | None) -> Iterator[Any]:
    """Yield the nodes of every population in a file, with the columns of their types."""
    table = _types(pl, types, "node_type_id") if types else None
    with _open(path) as file:
        for name, group in _populations(file, path, "nodes"):
            kinds = _column(group, "node_type_id", path)
            ids = group["node_id"] if "node_id" in group else range(kinds.shape[0])
            frame = pl.DataFrame({"node": _names(pl, name, ids), "node_type_id": pl.Series(kinds[:]).cast(pl.String)})
            frame = frame.with_columns(pl.lit(name).alias("population"))
            yield frame.join(table, on="node_type_id", how="left") if table is not None else frame


def _types(pl: Any, path: Path, key: str) -> Any:
    """Return a table of types as text columns; its columns stand apart by blanks."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=" ", skipinitialspace=True) if row]
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

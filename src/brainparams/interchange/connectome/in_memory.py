"""Connections that are in memory: frames of any library, arrays with or without labels, sparse matrices, graphs."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ...errors import ArgumentError, FileError
from ...render.numbers import counted
from .files import Origin, as_path, library
from .formats import Raw, unlabelled
from .formats.matrices import TOLD, of_array

__all__ = ["in_memory"]


def in_memory(source: Any, format: str | None) -> Raw:  # noqa: A002 - what users call it
    """Return the rows of what is no file; a lazy frame is computed where it lives when something is asked."""
    if hasattr(source, "tocoo"):
        return _of_sparse(source)
    if isinstance(source, np.ndarray) and not source.dtype.names:
        return _of_array(source, format)
    if hasattr(source, "edges") and hasattr(source, "is_directed"):
        return _of_graph(source)
    if _is_labelled_matrix(source, format):
        rows, columns = ([str(label) for label in index] for index in (source.index, source.columns))
        if not len(source):
            raise ArgumentError("connectome(): the matrix has no rows; it needs one for each neuron")
        origin = Origin(f"a matrix of {counted(len(source), 'row')}")
        found = of_array(source.to_numpy(dtype=float), rows, columns, origin.name)
        return Raw(found, origin=origin, told=(TOLD,), listed=(*rows, *columns))
    return _of_frame(source)


def _is_labelled_matrix(source: Any, format: str | None) -> bool:  # noqa: A002 - what users call it
    """Whether a frame of pandas has the names of neurons above and before its numbers."""
    if type(source).__module__.partition(".")[0] != "pandas" or source.ndim != 2:
        return False
    rows, columns = ({str(label) for label in index} for index in (source.index, source.columns))
    is_numeric = all(kind.kind in "iufb" for kind in source.dtypes)
    return is_numeric and (format == "matrix" or 2 * len(rows & columns) >= len(rows))


def _of_sparse(source: Any) -> Raw:
    found = source.tocoo()
    pl = library("polars")
    rows, columns = ((found.row, found.col) if hasattr(found, "row") else found.coords)[:2]
    frame = pl.DataFrame({"source": rows, "target": columns, "weight": found.data}).with_row_index("place")
    told = (TOLD, "neurons are numbered from 0, as rows and columns of the matrix")
    origin = Origin(f"a sparse matrix of {counted(found.shape[0], 'row')}")
    return Raw(frame.drop("place").lazy(), origin=origin, told=told, listed=tuple(range(max(found.shape))))


def _of_array(source: Any, format: str | None) -> Raw:  # noqa: A002 - what users call it
    pl = library("polars")
    origin = Origin(f"an array of shape {source.shape}")
    if source.ndim != 2:
        raise FileError(f"connectome(): {origin.name}: give a square matrix, or rows of source, target and weight")
    height, width = source.shape
    if format is None and height == width == 3:
        raise ArgumentError(
            "connectome(): an array of 3 × 3 may be a matrix or three edges; say format='matrix' or format='edges'"
        )
    if format == "matrix" or (format is None and height == width):
        labels = unlabelled(height)
        told = (TOLD, "neurons are numbered from 1, as rows and columns of the matrix")
        found = of_array(source, labels, unlabelled(width), origin.name)
        return Raw(found, origin=origin, told=told, listed=tuple(unlabelled(max(height, width))))
    names = ["source", "target", "weight"][:width]
    if width not in (2, 3):
        raise FileError(f"connectome(): {origin.name}: edges are rows of source, target and weight")
    return Raw(pl.DataFrame(source, schema=names, orient="row").lazy(), origin=origin)


def _of_graph(source: Any) -> Raw:
    """Return the edges of a graph of networkx, or of one that answers alike."""
    pl = library("polars")
    rows = [{"source": str(one), "target": str(other), **data} for one, other, data in source.edges(data=True)]
    if not rows:
        raise FileError("connectome(): the graph holds no edges")
    nodes = [{"node": str(node), **data} for node, data in source.nodes(data=True)]
    frame, table = (pl.from_dicts(each, infer_schema_length=None) for each in (rows, nodes))
    origin = Origin(f"a graph of {counted(len(rows), 'edge')}")
    return Raw(frame.lazy(), table, origin, is_undirected=not source.is_directed())


def _of_frame(source: Any) -> Raw:
    pl, nw = library("polars"), library("narwhals")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # narwhals on where its support of dask will live
            frame = nw.from_native(source)
    except TypeError:
        as_path(source)  # says what is read
        raise
    if isinstance(frame, nw.LazyFrame):
        native = frame.to_native()
        origin = Origin(f"a lazy {type(native).__name__}")
        return Raw(native if isinstance(native, pl.LazyFrame) else frame, None, origin)
    return Raw(_in_polars(frame).lazy(), None, Origin(f"a {type(source).__name__} of {counted(len(frame), 'row')}"))


def _in_polars(frame: Any) -> Any:
    """Return a frame in polars; a column of mixed numbers and texts is one of texts."""
    try:
        return frame.to_polars()
    except (TypeError, ValueError):  # pyarrow's own errors are values and types of these kinds
        pl = library("polars")
        columns = {str(name): frame[name].to_list() for name in frame.columns}
        return pl.DataFrame({name: _of_one_type(pl, cells) for name, cells in columns.items()})


def _of_one_type(pl: Any, cells: list[Any]) -> Any:
    known = [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
    if len({type(cell) for cell in known if cell is not None}) == 1:
        return pl.Series(known, strict=False)
    return pl.Series([None if cell is None else str(cell) for cell in known], dtype=pl.String)

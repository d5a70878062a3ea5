"""Records on disk: an estimate saved with what came out, loaded, run again and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checks import one_of, strict, whole_number
from ..engines import AUTOMATIC, ENGINES, checked_seed
from ..errors import shown
from ..files import write_whole
from ..quantity import Quantity
from .differing import Change, RecordDifference, diff
from .numbers import NamedNumber, Numbers, numbers
from .papers import PaperCheck, PaperNumber, check
from .record import name_of, read, record_of, written
from .results import Compared, Settings
from .verifying import Verification, verify

__all__ = [
    "Change",
    "Compared",
    "NamedNumber",
    "Numbers",
    "PaperCheck",
    "PaperNumber",
    "RecordDifference",
    "Verification",
    "check",
    "diff",
    "load",
    "numbers",
    "verify",
]


@strict
def load(path: str | Path, *, edited: bool = False) -> Quantity:
    """Return a quantity from a JSON file that ``Quantity.save`` wrote; its unknowns are the same unknowns.

    Parameters
    ----------
    path : str or Path
        Of the file.
    edited : bool
        Whether a file that was changed since it was saved is taken as it stands; otherwise that is an error which
        names what was changed.

    Returns
    -------
    Quantity

    Raises
    ------
    FileError
        If the file is too large, not JSON, of an unknown format, not a quantity, changed since it was saved, or says
        something else under the identity of a finding than the evidence does.

    Examples
    --------
    >>> import brainparams as bp, pathlib, tempfile
    >>> x = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     y = bp.load(x.save(pathlib.Path(folder) / "x.json"))
    >>> (x - y).value
    0
    """
    return read(path, f"load({shown(name_of(path))})", edited=edited)


def save(quantity: Quantity, path: Any, settings: dict[str, Any]) -> Path:
    """Write the record of a quantity to a file, whole or not at all; see ``Quantity.save``."""
    where = f"save({shown(name_of(path))})"
    _check(**settings)
    return write_whole(path, written(record_of(quantity, Settings(**settings)), where), where)


def _check(engine: Any, seed: Any, draws: Any, digits: Any) -> None:
    """Hold the settings against what ``Quantity.estimate`` takes."""
    one_of(engine, (AUTOMATIC, *ENGINES), "save(): engine")
    if seed is not None:
        checked_seed(seed, "save")
    if draws is not None:
        whole_number(draws, "save(): draws", example="1_000_000")
    whole_number(digits, "save(): digits", example="3")

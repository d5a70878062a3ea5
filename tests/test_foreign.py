"""How values of other packages are known, whether these are loaded or not."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pint
import polars as pl
import pyarrow as pa
import pytest
from uncertainties import ufloat

import brainparams as bp
from brainparams.errors import KindError
from brainparams.foreign import is_pint
from brainparams.interchange.pint_quantities import from_pint


@pytest.fixture
def default():
    return pint.UnitRegistry()


def test_what_is_a_pint_quantity(default):
    assert is_pint(default.Quantity(3, "m"))
    assert not any(is_pint(value) for value in (3, "3 m", np.ones(2), ufloat(1, 1), None))
    with pytest.raises(KindError, match="expected a pint quantity"):
        from_pint(3)


def test_pint_loaded_after_us_wraps_nothing():
    code = (
        "import brainparams as bp; x = bp.exact('3 1/m'); import pint\n"
        "try: print((pint.UnitRegistry().Quantity(2, 'm') * x).__class__.__module__)\n"
        "except TypeError: print('TypeError')\n"
        "print((pint.UnitRegistry().Quantity(2, 'm') * x).value)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    first, second = run.stdout.split()
    assert first in ("TypeError", "brainparams.quantity")
    assert second == "6"


@pytest.mark.parametrize("made", [lambda: pd.NA, lambda: np.ma.masked, lambda: [1, pd.NA], lambda: {"a": pd.NA}])
def test_what_is_missing_elsewhere_is_told_as_missing(made):
    with pytest.raises(bp.errors.RangeError, match="is not a number; leave it out instead"):
        bp.exact(made(), "m", axis="r") if isinstance(made(), list | dict) else bp.exact(made(), "m")


@pytest.mark.parametrize("made", [lambda: pd.Timedelta(1, "s"), lambda: pd.Timestamp("2020-01-01")])
def test_a_time_of_pandas_is_a_time(made):
    with pytest.raises(bp.errors.KindError, match="is a time, not a number"):
        bp.exact(made(), "s")


@pytest.mark.parametrize("made", [pa.array, pa.scalar, pd.Index, pd.Categorical, pl.Series, pd.Series])
def test_numbers_of_other_packages_need_an_axis_and_take_one(made):
    value = made([1, 2])
    with pytest.raises(bp.BrainparamsError):
        bp.exact(value, "m")
    if made is not pa.scalar:
        assert bp.exact(value, "m", axis="r").value.tolist() == [1, 2]

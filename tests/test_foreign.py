"""How values of other packages are known, whether these are loaded or not."""

import subprocess
import sys

import numpy as np
import pint
import pytest
from uncertainties import ufloat

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

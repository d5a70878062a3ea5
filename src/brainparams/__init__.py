"""If this brain were a deep-learning model, how many parameters would it have? Estimates with units and sources.

Estimator functions take neuron counts, synapses per neuron and parameters per connection as quantities with units,
spread and sources, and return parameter counts with every reasoning step traced.

>>> import brainparams as bp
>>> neurons = bp.evidence("human/brain/neurons")
>>> synapses = bp.assumed("1000 to 10000 synapse/neuron", because="range given by textbooks")
>>> weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse")
>>> bp.synaptic_parameters(neurons, synapses, weights).unit
'parameter'
"""

# The front door. Names and where they live stand in __init__.pyi; each is loaded on first use.
import warnings
from importlib import import_module

import lazy_loader

_resolved, _, _names = lazy_loader.attach_stub(__name__, __file__)
with open(f"{__file__}i", encoding="utf-8") as _stub:  # importing pathlib takes long
    __all__ = _stub.read().partition("__all__ = [")[2].split('"')[1::2]  # noqa: PLE0605

# Names that misled at the front door, and where they stand since 0.2.
_RENAMED = {
    "Count": "annotations.Count",
    "Dimension": "architectures.Dimension",
    "Fraction": "annotations.Fraction",
    "Measurement": "results.KnownInput",
    "Power": "annotations.Power",
    "Study": "results.Study",
    "Term": "architectures.Term",
    "Volume": "annotations.Volume",
}


def __getattr__(name: str) -> object:
    if name in _names:
        return _resolved(name)
    if name in _RENAMED:
        family, _, new = _RENAMED[name].partition(".")
        warnings.warn(f"bp.{name} is bp.{family}.{new} since 0.2", DeprecationWarning, stacklevel=2)
        return getattr(import_module(f".{family}", __name__), new)
    if name.startswith("__"):  # asked for by Python and its tools
        raise AttributeError(name)
    from importlib.util import find_spec

    from .errors import UnknownAttributeError, did_you_mean

    if find_spec(f"{__name__}.{name}"):
        raise UnknownAttributeError(
            f"bp.{name} is no public name; dir(bp) lists them. Import {__name__}.{name} for it."
        )
    guess = did_you_mean(name, [*_names, *_RENAMED]) or " List what there is with dir(bp)."
    raise UnknownAttributeError(f"brainparams has no {name!r}.{guess}")


def __dir__() -> list[str]:
    return __all__.copy()

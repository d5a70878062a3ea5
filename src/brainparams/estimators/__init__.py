"""What an estimator is: a function from quantities to a quantity, whose annotations say the units.

The annotations are said once and serve as check, conversion, documentation and pydantic field types.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, ParamSpec, Protocol, TypeVar, Union, overload

import lazy_loader

from .. import annotations as argument_types
from ..checks import argument_faults, strict
from ..errors import (
    ArgumentError,
    BrainparamsError,
    KindError,
    UnitError,
    shown,
)
from ..graph import Leaf, Step
from ..graph.annotation import example
from ..interchange.arguments import taken
from ..quantity import Quantity
from ..units import Unit, same_dimension

__all__ = ["estimator"]

FAMILIES = (
    "activity", "allometry", "circuits", "compute", "energy", "layers", "learning", "neurons", "regions", "scaling",
    "storage", "synapse_models", "synapses",
)  # fmt: skip
_family, _, _ = lazy_loader.attach(__name__, FAMILIES)


def __getattr__(name: str) -> Any:
    """Return a family, or an annotation, unlisted: those stand in ``bp.annotations``."""
    return getattr(argument_types, name) if name in argument_types.__all__ else _family(name)


def __dir__() -> list[str]:
    return [*FAMILIES, "estimator"]


P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Estimator(Protocol[P, R_co]):
    """What type checkers see of an estimator: its own signature, and that it also takes text and foreign quantities."""

    __name__: str

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> R_co: ...


class Slot(NamedTuple):
    """What an annotation asks of an argument or a result."""

    unit: Unit
    optional: bool


@strict
def estimator(function: Callable[P, R]) -> Estimator[P, R]:
    """Make an estimator of a function whose annotations say the units.

    Arguments come in as quantities, text, pint quantities or ufloats; they are checked against the annotation, and
    named after the parameter where they have no name. The result is checked too, and named after the function.

    Parameters
    ----------
    function : callable
        Its parameters and result are annotated ``Annotated[Quantity, Unit("…")]``; other parameters pass through.
        A parameter that may be None takes ``| None``.

    Returns
    -------
    callable
        The estimator, with the units in its docstring.

    Raises
    ------
    ArgumentError
        When called with unknown or missing arguments; all of them are named at once.
    UnitError
        When an argument or the result has another dimension than its annotation says.

    Examples
    --------
    >>> import brainparams as bp
    >>> @bp.estimator
    ... def dendritic_parameters(neurons: bp.Neurons, parameters_per_neuron: bp.ParametersPerNeuron) -> bp.Parameters:
    ...     '''Return the parameters of a brain in which every neuron is a small network of its own.'''
    ...     return neurons * parameters_per_neuron
    >>> dendritic_parameters("86e9 neuron", "8002 parameter/neuron").value
    688172000000000
    """
    try:
        signature = inspect.signature(function)
    except ValueError:
        raise KindError(f"estimator(): needs a function whose arguments are annotated; got {shown(function)}") from None
    hints = typing.get_type_hints(function, include_extras=True)
    slots = {name: slot for name in signature.parameters if (slot := _slot(hints.get(name))) is not None}
    result = _slot(hints.get("return"))
    if result is None:
        raise ArgumentError(
            f"estimator: {function.__name__} does not say the unit of its result; annotate it, such as "
            f"-> bp.Parameters or -> Annotated[bp.Quantity, bp.Unit('parameter')]"
        )

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = _bound(function, signature, slots, args, kwargs)
        for name, slot in slots.items():
            if bound.arguments.get(name) is not None or not slot.optional:
                bound.arguments[name] = _accepted(function.__name__, name, bound.arguments[name], slot)
        return _result(function, function(*bound.args, **bound.kwargs), result)  # type: ignore[return-value]

    checked.__doc__ = inspect.getdoc(function)
    return typing.cast("Estimator[P, R]", checked)


# --- annotations -------------------------------------------------------------------------------------------------


def _slot(hint: Any) -> Slot | None:
    """Read the unit of an annotation; None where it asks for no quantity."""
    if typing.get_origin(hint) in (Union, types.UnionType):
        inner = [_slot(each) for each in typing.get_args(hint) if each is not type(None)]
        return inner[0]._replace(optional=True) if len(inner) == 1 and inner[0] else None
    extras = getattr(hint, "__metadata__", ())
    unit = next((each for each in extras if isinstance(each, Unit)), None)
    return Slot(unit, optional=False) if unit is not None else None


# --- arguments ---------------------------------------------------------------------------------------------------


def _bound(
    function: Callable[..., Any], signature: inspect.Signature, slots: Mapping[str, Slot], args: Any, kwargs: Any
) -> inspect.BoundArguments:
    """Bind the arguments; name every unknown, doubled and missing one at once."""
    faults = argument_faults(signature, args, kwargs, lambda name: _wanted(name, slots.get(name)))
    if faults:
        raise ArgumentError(f"{function.__name__}(): {'; '.join(faults)}")
    return signature.bind(*args, **kwargs)


def _wanted(name: str, slot: Slot | None) -> str:
    return f"{name} (a quantity in {slot.unit.text}, such as {example(slot.unit)})" if slot else name


def _accepted(function: str, name: str, value: Any, slot: Slot) -> Quantity:
    """Return an argument as a quantity of the right dimension, named after the parameter if it has no name."""
    where = f"{function}(): {name!r}"
    if value is None:
        raise KindError(f"{where} needs [{slot.unit.text}]; got None; give a quantity such as {example(slot.unit)}")
    needs = f"{where} needs [{slot.unit.text}]"
    try:
        given = taken(value, slot.unit, needs)
    except BrainparamsError as error:
        raise error if str(error).startswith(needs) else type(error)(f"{needs}: {error}") from None
    node = given.fitting(slot.unit, where).node
    is_nameless = isinstance(node, Leaf) and node.name is None
    return Quantity(Step(node, name.replace("_", " "))) if is_nameless else given


# --- results -----------------------------------------------------------------------------------------------------


def _result(function: Callable[..., Any], value: Any, slot: Slot) -> Quantity:
    """Check the unit of what an estimator returns, and name it after the function."""
    where = f"{function.__name__}()"
    if not isinstance(value, Quantity):
        raise KindError(f"{where}: an estimator returns a quantity; got {shown(value)}")
    if not same_dimension(value.node.unit, slot.unit):
        raise UnitError(
            f"{where}: the result is in {value.unit} ({value.node.unit.dimension}), and its annotation says "
            f"[{slot.unit.text}]; one factor of its arithmetic is missing or too many"
        )
    if value.name is not None:
        return value
    return Quantity(Step(value.node, function.__name__.replace("_", " ")))

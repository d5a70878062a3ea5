"""What a function asks of its arguments: each check, and its message, once.

`where` begins a message: the function as the user called it, and the argument, such as ``"estimate(): draws"``.
"""

from __future__ import annotations

import functools
import inspect
import math
import types
import typing
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, TypeGuard, TypeVar, Union

import numpy as np

from .errors import ArgumentError, BrainparamsError, KindError, RangeError, did_you_mean, shown

__all__ = [
    "argument_faults",
    "as_a_whole",
    "guarded",
    "is_integer",
    "is_number",
    "level_in",
    "number",
    "one_of",
    "percent",
    "stands_twice",
    "strict",
    "whole_number",
    "words",
]

T = TypeVar("T", bound=Callable[..., Any])
Item = TypeVar("Item", bound=Hashable)
EXAMPLES = {"because": "'…'", "level": "0.9", "p": "0.95", "unit": "'neuron'", "weight": "'synapses'"}


def strict(target: T) -> T:
    """Make misspelt, missing or doubled arguments an error that names all of them, of a function or of a whole class.

    So is an argument of another kind than its annotation says, where the function makes nothing of it. Of a class,
    these are the arguments of its constructor, unless its own class looks at these, and of its public methods.
    """
    if not isinstance(target, type):
        return guarded(target)
    special = ("__init__", "__call__") if type(target).__call__ is type.__call__ else ("__call__",)
    for name, member in list(vars(target).items()):
        if name.startswith("_") and name not in special:
            continue
        if inspect.isfunction(member) and not hasattr(member, "__wrapped__"):
            setattr(target, name, guarded(member))
        elif isinstance(member, classmethod) and not hasattr(member.__func__, "__wrapped__"):
            setattr(target, name, classmethod(guarded(member.__func__)))
    return target


def as_a_whole(value: object, spec: str) -> str:
    """Return what has no form but its own as text: the `__format__` of a table, an interval, a belief.

    Raises
    ------
    ArgumentError
        If a format is asked for.
    """
    if spec:
        kind = type(value).__name__
        raise ArgumentError(f"format(): {spec!r} came for {kind}, which is shown as a whole; format a number of it")
    return str(value)


def guarded(function: T) -> T:
    """Return a function whose calls with arguments that it does not take raise ArgumentError or KindError.

    Nothing is looked at before something went wrong, so a good call costs nothing.
    """

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BrainparamsError:
            raise
        except FOREIGN as error:
            fault = _fault(function, args, kwargs, is_call=isinstance(error, TypeError))
            if fault is None:  # it took its arguments, and something inside did not
                raise
        raise fault

    return called  # type: ignore[return-value]


FOREIGN = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


def _fault(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, is_call: bool
) -> BrainparamsError | None:
    """Return what is wrong with the arguments of a call: their names, or else their kinds."""
    signature = inspect.signature(function)
    name, names, others = _call(function, signature, args)
    if is_call and (faults := argument_faults(signature, args, kwargs)):
        told = "; ".join(faults)
        return ArgumentError(f"{name}(): {told}{'' if told.endswith('?') else '.'} It takes {names}{others}")
    wrong = [
        f"{each!r} takes {_in_words(hint)}; got {shown(value)}"
        for each, value, hint in _arguments(function, signature, args, kwargs)
        if not _fits(value, hint)
    ]
    return KindError(f"{name}(): {'; '.join(wrong)}") if wrong else None


# --- what an annotation asks for -----------------------------------------------------------------------------------


def _arguments(
    function: Callable[..., Any], signature: inspect.Signature, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Iterable[tuple[str, Any, Any]]:
    """Yield the name, value and annotation of every argument of a call, one by one of ``*args`` and ``**kwargs``."""
    bound = signature.bind(*args, **kwargs).arguments
    for name, value in bound.items():
        parameter = signature.parameters[name]
        hint = _resolved(function, parameter.annotation)
        if parameter.kind is parameter.VAR_POSITIONAL:
            yield from ((name, each, hint) for each in value)
        elif parameter.kind is parameter.VAR_KEYWORD:
            yield from ((key, each, hint) for key, each in value.items())
        else:
            yield name, value, hint


def _resolved(function: Callable[..., Any], annotation: Any) -> Any:
    """Return what an annotation stands for; anything goes where only type checkers know its names."""
    if annotation is inspect.Parameter.empty:
        return Any
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        told = types.SimpleNamespace(__annotations__={"it": annotation})
        return typing.get_type_hints(told, globalns=scope)["it"]
    except (NameError, TypeError):
        return Any


def _fits(value: Any, hint: Any) -> bool:
    """Return whether a value is of the kind that an annotation says; a bool is no number, and a text no list."""
    kind, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if kind in (Union, types.UnionType):
        return any(_fits(value, each) for each in parts)
    if kind is Literal:
        return any(type(value) is type(each) and value == each for each in parts)
    if kind is float:
        return is_number(value) and -math.inf < value < math.inf
    if kind is int:
        return is_integer(value)
    if kind is Callable:
        return callable(value)
    if kind is type(None):
        return value is None
    if hint is Any or not isinstance(kind, type) or kind is object:
        return True
    if isinstance(value, str | bytes) and issubclass(kind, Iterable):
        return isinstance(value, kind) and kind is not Sequence
    return isinstance(value, kind) and _parts_fit(value, kind, parts)


def _parts_fit(value: Any, kind: type, parts: Sequence[Any]) -> bool:
    if issubclass(kind, Mapping) and len(parts) == 2:
        return all(_fits(key, parts[0]) and _fits(each, parts[1]) for key, each in value.items())
    if issubclass(kind, Sequence) and parts:
        return all(_fits(each, parts[0]) for each in value)
    return True


WORDS = {
    str: "text", int: "a whole number", float: "a number", bool: "True or False", type(None): "None",
    Callable: "a function",
}  # fmt: skip


def _in_words(hint: Any, *, many: bool = False) -> str:
    """Return what an annotation asks for, for a message: ``a list of numbers, or None``."""
    kind, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if kind in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_in_words(each, many=many) for each in parts))
    if kind is Literal:
        return f"one of {', '.join(map(repr, parts))}" if len(parts) > 1 else repr(parts[0])
    if kind in WORDS:
        plain = WORDS[kind].removeprefix("a ").removesuffix(" or False")
        return {"text": "texts"}.get(plain, f"{plain}s") if many else WORDS[kind]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return f"a dict{f' of {_in_words(parts[1], many=True)}' if len(parts) == 2 and parts[1] is not Any else ''}"
    if isinstance(kind, type) and issubclass(kind, Sequence):
        return f"a list{f' of {_in_words(parts[0], many=True)}' if parts and parts[0] is not Any else ''}"
    told = getattr(kind, "__name__", str(kind))
    return f"{told} objects" if many else f"a {told}"


# --- names of arguments --------------------------------------------------------------------------------------------


def argument_faults(
    signature: inspect.Signature,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    wanted: Callable[[str], str] = lambda name: f"{name}={EXAMPLES[name]}" if name in EXAMPLES else name,
) -> list[str]:
    """Return every unknown, doubled and missing argument of a call; `wanted` says what a missing one should be."""
    takes_any = {each.kind for each in signature.parameters.values()}
    parameters = [each for each in signature.parameters.values() if not each.kind.name.startswith("VAR_")]
    names = [each.name for each in parameters if each.name not in ("self", "cls")]
    positional = [each.name for each in parameters if each.kind != each.KEYWORD_ONLY]
    faults = []
    for name in kwargs:
        if name not in names and inspect.Parameter.VAR_KEYWORD not in takes_any:
            hint = did_you_mean(name, names)
            faults.append(f"unknown argument {name!r}{f'.{hint}' if hint else ''}")
        elif name in positional[: len(args)]:
            place = [each for each in positional if each in names].index(name) + 1
            faults.append(f"argument {name!r} is given twice: in position {place} and by name")
    if len(args) > len(positional) and inspect.Parameter.VAR_POSITIONAL not in takes_any:
        most = [name for name in positional if name in names]
        count = len(args) - (len(positional) - len(most))
        faults.append(f"{count} arguments in a row, and it takes {len(most)}: {', '.join(most) or 'none'}")
    required = [each.name for each in parameters if each.default is each.empty]
    missing = [name for name in required if name not in kwargs and name not in positional[: len(args)]]
    return [*faults, f"missing {', '.join(map(wanted, missing))}"] if missing else faults


def _call(function: Callable[..., Any], signature: inspect.Signature, args: Sequence[Any]) -> tuple[str, str, str]:
    """Return what a person called, which arguments it takes, and which other ways a class offers."""
    names = list(signature.parameters)
    is_bound = bool(args) and names[:1] in (["self"], ["cls"])
    takes = ", ".join(names[1:] if names[:1] in (["self"], ["cls"]) else names) or "none"
    if not is_bound:
        return function.__name__, takes, ""
    owner = args[0] if isinstance(args[0], type) else type(args[0])
    if function.__name__ == "__call__":
        return getattr(args[0], "__name__", owner.__name__.lower()), takes, ""
    if function.__name__ != "__init__":
        return f"{owner.__name__}.{function.__name__}", takes, ""
    others = [f"{owner.__name__}.{each}(…)" for each in dir(owner) if each.startswith("from_")]
    return owner.__name__, takes, f"; other ways: {', '.join(others)}" if others else ""


def is_number(value: object) -> bool:
    """Return whether a value is a plain real number: True and False are none.

    Examples
    --------
    >>> is_number(2), is_number(True), is_number("2")
    (True, False, False)
    """
    plain = isinstance(value, int | float | Fraction | np.integer | np.floating)
    return plain and not isinstance(value, bool | np.bool_ | np.timedelta64)


def is_integer(value: object) -> TypeGuard[int | np.integer[Any]]:
    """Return whether a value is a plain integer: True and False are none, and a time is none.

    Examples
    --------
    >>> is_integer(2), is_integer(2.0), is_integer(np.timedelta64(2, "s"))
    (True, False, False)
    """
    return isinstance(value, int | np.integer) and is_number(value)


def number(value: object, where: str, example: str = "0.90") -> float:
    """Return a real number as a float, or raise KindError."""
    if not is_number(value):
        raise KindError(f"{where} must be a number such as {example}; got {shown(value)}")
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise RangeError(f"{where} is beyond float range (1.8e308); got {shown(value)}") from None


def whole_number(value: Any, where: str, *, least: int = 1, example: str = "1") -> int:
    """Return a whole number >= `least` as a Python integer.

    Raises
    ------
    KindError
        If it is no number.
    RangeError
        If it has a fraction, is not finite, or lies below.

    Examples
    --------
    >>> whole_number(1e6, "estimate(): draws")
    1000000
    """
    fault = f"{where} must be a whole number >= {least}, such as {example}; got {shown(value)}"
    if not is_number(value):
        raise KindError(fault)
    if isinstance(value, int) and value.bit_length() > 1023:
        raise RangeError(f"{where} is beyond float range (1.8e308); got {shown(value)}")
    if not least <= value < float("inf") or int(value) != value:  # NaN compares false
        raise RangeError(fault)
    return int(value)


def words(text: object, where: str, example: str = "") -> str:
    """Return a text that says something, with single blanks, or raise KindError.

    Examples
    --------
    >>> words(" range  given by textbooks ", "assumed(): because")
    'range given by textbooks'
    """
    if not isinstance(text, str) or not text.strip():
        raise KindError(f"{where} needs words{example and f', such as {example!r}'}; got {shown(text)}")
    return " ".join(text.split())


def stands_twice(items: Iterable[Item]) -> Item | None:
    """Return the first item that comes more than once; None if each is another one.

    Examples
    --------
    >>> stands_twice(["a", "b", "c", "b"])
    'b'
    """
    every = list(items)
    if len(set(every)) == len(every):
        return None
    return next(each for each, count in Counter(every).items() if count > 1)


def one_of(choice: Any, choices: Iterable[Any], where: str) -> Any:
    """Return a choice that is among the choices, or raise ArgumentError with all of them.

    Examples
    --------
    >>> one_of("text", ("text", "latex"), "explain(): style")
    'text'
    """
    known = tuple(choices)
    try:
        if not isinstance(choice, np.timedelta64) and choice in known:  # a time without a unit equals a plain number
            return choice
    except (TypeError, ValueError):
        pass  # an array, which compares element by element
    hint = did_you_mean(choice, map(str, known)) if isinstance(choice, str) else ""
    raise ArgumentError(f"{where} must be one of {', '.join(map(str, known))}; got {shown(choice)}.{hint}")


def level_in(value: object, where: str) -> float:
    """Return a probability inside (0, 1), such as the level of an interval.

    Examples
    --------
    >>> level_in(0.9, "interval(): level")
    0.9
    """
    probability = number(value, where)
    if 1.0 < probability < 100.0:
        raise RangeError(f"{where} must be in (0, 1); got {shown(value)}; did you mean {probability / 100:g}?")
    if not 0.0 < probability < 1.0:
        raise RangeError(f"{where} must be in (0, 1), such as 0.90; got {shown(value)}")
    return probability


def percent(level: float) -> str:
    """Return a level in per cent.

    Examples
    --------
    >>> percent(0.9)
    '90 %'
    """
    return f"{100 * level:.10g} %"

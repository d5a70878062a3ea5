"""The engines, and which of them runs.

Automatic choice, in the order of the table: *exact* where there is a closed form, else *convolution* where each unknown
can be used once, else *sobol*, else *random*, where there are more unknowns than Sobol points have dimensions; *linear*
by name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import one_of, whole_number
from ..errors import ArgumentError, KindError, LinearityWarning, NoClosedForm, shown, warn
from ..estimate import Closed, Estimate, Exactly, Expectation, Law, Linearity
from ..graph import Correlated, Leaf, Node, elements, pooled, scalarised, unstated
from ..graph.ranges import ends_of
from ..graph.substitution import check_scalar
from ..version import __version__
from . import exact
from . import linearity as first_order
from .by_cells import by_cells
from .by_elements import check_elements, whole_or_elements
from .memory import Memory
from .request import DIGITS, Answer, Request, checked_budget, checked_seed

if TYPE_CHECKING:
    from .common_points import AtPoints
    from .conditional import IfKnown

__all__ = [
    "AUTOMATIC",
    "ENGINES",
    "JUDGED",
    "at_points",
    "checked_seed",
    "estimate",
    "estimate_all",
    "forget",
    "if_each_known",
    "if_known",
    "linearity",
]

Answers = Sequence[Answer | NoClosedForm]
MOST_KEPT = 2**24  # numbers, of all estimates together
AUTOMATIC = "auto"
ROUGHLY = 2  # digits of what is compared with each other


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """One way to the law of a quantity.

    Attributes
    ----------
    answers : callable
        What it finds of each node, or why it cannot; several nodes have common draws.
    is_automatic : bool
        Whether it is tried where no engine is named.
    is_first_order : bool
        Whether it takes the expression for a straight line, so that its estimate comes with a verdict on that.
    instead_of_draws : str
        What it does, for those who say how many draws; empty where that is a matter of saying.
    """

    answers: Callable[[Sequence[Node], Request], Answers]
    is_automatic: bool = True
    is_first_order: bool = False
    instead_of_draws: str = "draws nothing"


def _one_by_one(
    law_of: Callable[[Node, Request], Law], most_elements: int, nodes: Sequence[Node], request: Request
) -> Answers:
    answers: list[Answer | NoClosedForm] = []
    for node in nodes:
        try:
            answers.append(Answer(whole_or_elements(lambda part: law_of(part, request), node, most_elements)))
        except NoClosedForm as reason:
            answers.append(reason)
    return answers


# Each is loaded when it is first asked; most questions need one or two of them.


def _convolved(node: Node, request: Request) -> Law:
    from .convolution import law
    from .stepwise import STEPS

    return by_cells(lambda part: law(part, request.digits, STEPS), node)


def _first_order(node: Node, _: Request) -> Law:
    from .linear import law

    return law(node)


def _by_points(nodes: Sequence[Node], request: Request) -> Answers:
    from .sampling import by_points

    return by_points(nodes, request)


def _at_random(nodes: Sequence[Node], request: Request) -> Answers:
    from .sampling import at_random

    return at_random(nodes, request)


ENGINES: dict[str, Engine] = {
    "exact": Engine(partial(_one_by_one, lambda node, _: exact.law(node), 500)),
    "convolution": Engine(partial(_one_by_one, _convolved, 60)),
    "linear": Engine(partial(_one_by_one, _first_order, 0), is_automatic=False, is_first_order=True),
    "sobol": Engine(_by_points, instead_of_draws="grows until `digits` are stable"),
    "random": Engine(_at_random, instead_of_draws=""),
}
"""By name, in the order in which the automatic choice tries them."""

JUDGED = tuple(name for name, each in ENGINES.items() if each.is_first_order)
"""Those whose estimate comes with a verdict, and with a warning where it should not be used."""

_LATELY = Memory(MOST_KEPT, lambda found: 1000.0 + 4.0 * found.draws)


def forget() -> None:
    """Forget what was found for earlier questions: for those who take the time of one."""
    from .conditional import IF_KNOWN
    from .stepwise import STEPS

    for memory in (_LATELY, STEPS.forms, IF_KNOWN.forms):
        memory.clear()


def estimate(node: Node, **asked: Any) -> Estimate:
    """Return what one engine finds out about a node; see ``Quantity.estimate`` for the arguments."""
    return estimate_all([node], **asked)[0]


def estimate_all(
    nodes: Sequence[Node],
    *,
    engine: str = AUTOMATIC,
    seed: int | None = 0,
    draws: int | None = None,
    digits: int = DIGITS,
    budget: float = 1.0,
    executor: Executor | None = None,
) -> list[Estimate]:
    """Return one estimate per node, with common draws; the first node decides how many."""
    names = _names(engine, draws is not None)
    if executor is not None and not hasattr(executor, "submit"):
        raise KindError(f"estimate(): executor needs one of concurrent.futures, with submit(); got {shown(executor)}")
    request = Request(
        engine == AUTOMATIC,
        checked_seed(seed),
        None if draws is None else whole_number(draws, "estimate(): draws", example="1_000_000"),
        whole_number(digits, "estimate(): digits", example="3"),
        checked_budget(budget),
        executor,
    )
    found = _found(nodes, names, request)
    return list(map(partial(_judged, request.seed), nodes, found))


def _names(engine: Any, with_draws: bool) -> Sequence[str]:
    """Return which engines to try."""
    one_of(engine, (AUTOMATIC, *ENGINES), "estimate(): engine")
    takes_draws = [name for name, each in ENGINES.items() if not each.instead_of_draws]
    if engine == AUTOMATIC:
        return takes_draws if with_draws else [name for name, each in ENGINES.items() if each.is_automatic]
    if with_draws and engine not in takes_draws:
        raise ArgumentError(
            f"estimate(): draws= goes with engine={takes_draws[0]!r}; the {engine} engine "
            f"{ENGINES[engine].instead_of_draws}"
        )
    return [engine]


def _found(nodes: Sequence[Node], names: Sequence[str], request: Request) -> list[Estimate]:
    """Ask one engine after another for what those before had no law for."""
    asked = (tuple(names), *request.content)
    check_elements(nodes)
    found: dict[int, Estimate] = {}
    reasons: dict[int, list[str]] = {place: [] for place in range(len(nodes))}
    may_keep = request.is_automatic and request.draws is None and request.executor is None
    for place, node in enumerate(nodes):
        kept = _LATELY.get(node, asked) if may_keep else None
        if kept is not None and (len(nodes) == 1 or not kept.draws):
            found[place] = kept
    # of one number the law is asked, and draws that it has in common with others are not
    alike = [pooled(nodes[0])] if len(nodes) == 1 and may_keep and not found else nodes
    for name in names:
        places = [place for place in reasons if place not in found]
        answers = ENGINES[name].answers([alike[place] for place in places], request) if places else ()
        for place, answer in zip(places, answers, strict=True):
            if not isinstance(answer, NoClosedForm):
                found[place] = _estimate(nodes[place], name, reasons[place], answer, request)
                if may_keep and (len(nodes) == 1 or not answer.draws):
                    _LATELY.keep(nodes[place], asked, found[place])
            elif not request.is_automatic:
                raise answer
            else:
                reasons[place].append(f"{name}: {answer}")
    return [found[place] for place in reasons]


def _estimate(node: Node, name: str, reasons: Sequence[str], answer: Answer, request: Request) -> Estimate:
    by_name = "asked for by name" if answer.draws else "closed form"
    # of one draw there is nothing but itself to tell
    alone = name in JUDGED or isinstance(answer.law, Exactly | Closed) or answer.draws == 1
    return Estimate(
        engine=name,
        reason="; ".join(filter(None, (*reasons, answer.stopped))) or by_name,
        unit=node.unit,
        axes=node.axes,
        law=answer.law,
        draws=answer.draws,
        seed=request.seed if answer.draws else None,
        versions=_versions(),
        stands=unstated([scalarised(node)]) if isinstance(answer.law, Exactly) else "",
        expected=None if alone else partial(_expected, node),
        ends=None if alone else partial(_ends, node),
    )


def _expected(node: Node) -> Expectation | None:
    from .moments import expectation_of

    return expectation_of(node)


def _ends(node: Node) -> tuple[Any, Any] | None:
    """Return the ends of what is possible, of an array for each element."""
    parts = elements(node) if node.axes else [scalarised(node)]
    found = [None] if parts is None else [ends_of(each) for each in parts]
    if None in found:
        return None
    shape = node.shape
    low, high = np.transpose(np.array(found, dtype=np.float64))
    return (low.reshape(shape), high.reshape(shape)) if shape else (float(low[0]), float(high[0]))


def _judged(seed: int, node: Node, found: Estimate) -> Estimate:
    """Return an estimate of first order with the verdict on it, and any other one as it is."""
    if found.engine not in JUDGED or node.axes:
        return found
    verdict, reference = first_order.verdict(node, found, seed, estimate)
    if not verdict.holds:
        advice = first_order.advice(found, reference)
        warn(advice, LinearityWarning)
    return found.judged(verdict)


def if_known(
    node: Node, root: Leaf | Correlated, at: Sequence[Any], wanted: Sequence[float], seed: int
) -> np.ndarray[Any, Any]:
    """Return quantiles of a scalar with one input at its own quantiles, shape (values, probabilities)."""
    from .conditional import quantiles_if_known

    by_estimates = partial(estimate_all, seed=seed, digits=ROUGHLY)
    return quantiles_if_known(node, root, at, wanted, by_estimates)


def if_each_known(
    node: Node, asked: Sequence[tuple[Leaf | Correlated, Sequence[Any]]], wanted: Sequence[float], seed: int
) -> IfKnown:
    """Return quantiles of a scalar with one input after the other at its own quantiles."""
    from .conditional import each_if_known

    by_estimates = partial(estimate_all, seed=seed, digits=ROUGHLY)
    return each_if_known(node, asked, wanted, seed=seed, estimates=by_estimates, is_closed=_is_closed)


def _is_closed(node: Node) -> bool:
    try:
        exact.law(node)
    except NoClosedForm:
        return False
    return True


def at_points(node: Node, wanted: Sequence[float], seed: int) -> Callable[[Mapping[bytes, Any]], AtPoints] | None:
    """Return what gives quantiles of a scalar with scalars below it at some values, by key, at common points."""
    from .conditional import quantiles_at_points

    return quantiles_at_points(node, wanted, estimate(node, seed=seed, digits=ROUGHLY), seed)


def linearity(node: Node, seed: int = 0) -> Linearity:
    """Return whether first-order propagation describes a scalar; see ``Quantity.linearity``."""
    check_scalar(node, "linearity()")
    request = Request(False, checked_seed(seed, "linearity"))
    (found,) = _found([node], JUDGED, request)
    return first_order.verdict(node, found, request.seed, estimate)[0]


def _versions() -> dict[str, str]:
    versions = {"brainparams": __version__, "numpy": np.__version__}
    if "scipy" in sys.modules:
        versions["scipy"] = sys.modules["scipy"].__version__
    return versions

"""Counting by scaling laws: loss, compute, and the parameters and tokens that share a compute best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from ..annotations import Count, Operations, Parameters, Tokens
from ..checks import one_of, strict
from ..distributions import Normal
from ..findings import evidence
from ..makers import assumed, exact, exp, given, log, measured
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .models import Models

__all__ = [
    "ScalingLaw",
    "ScalingLaws",
    "compute_optimal_parameters",
    "compute_optimal_tokens",
    "decades_beyond_data",
    "inference_operations",
    "operations_for_optimal_parameters",
    "operations_for_optimal_tokens",
    "scaling_laws",
    "training_loss",
    "training_operations",
    "uncertain_law",
]

OperationsPerToken = Annotated[Quantity, Unit("operation/token", low=0)]
CONSTANTS = ("E", "A", "B", "alpha", "beta")
SYMBOLS = {"alpha": "α", "beta": "β"}
# 95 % intervals of the bootstrap, which the standard errors of A and B do not follow: they are skewed.
INTERVALS = {"A": (285.0, 744.0), "B": (1042.0, 5810.0)}
FIT_CORRELATION = 0.97
WITH_SPREAD = ("besiroglu2024",)
NORMAL_975 = 1.959964

# --- laws --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ScalingLaw:
    """A law of loss in nats per token, ``L(N, D) = E + A/N^α + B/D^β``, for N parameters and D tokens.

    Parameters
    ----------
    name : str
        What it is called.
    E : Quantity [1], number or text
        Loss that remains with parameters and data without end.
    A : Quantity [1], number or text
        What a network of one parameter would lose on top.
    B : Quantity [1], number or text
        What a training with one token would lose on top.
    alpha : Quantity [1], number or text
        How fast the loss falls with parameters.
    beta : Quantity [1], number or text
        How fast the loss falls with tokens.

    Examples
    --------
    >>> import brainparams as bp
    >>> rounded = bp.ScalingLaw("rounded", E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> f"{bp.compute_optimal_parameters('5.76e23 operation', law=rounded).value:.3g}"
    '3.22e+10'
    """

    name: str
    E: Any
    A: Any
    B: Any
    alpha: Any
    beta: Any

    def __post_init__(self) -> None:
        for constant in CONSTANTS:
            value, symbol = getattr(self, constant), SYMBOLS.get(constant, constant)
            taken = value if isinstance(value, Quantity) else given(value, "1", name=constant, symbol=symbol)
            object.__setattr__(self, constant, taken.fitting(Unit("1", low=0), f"ScalingLaw(): {constant!r}"))

    @property
    def log_balance(self) -> Quantity:
        """Natural logarithm of `balance`."""
        ratio: Quantity = log(self.alpha * self.A / (self.beta * self.B)) / (self.alpha + self.beta)
        return ratio.named("logarithm of the balance", symbol="lnG")

    @property
    def balance(self) -> Quantity:
        """G in ``N = G·(C/6)^a`` and ``D = (C/6)^b/G``."""
        return exp(self.log_balance).named("balance of parameters and tokens", symbol="G")

    @property
    def parameter_exponent(self) -> Quantity:
        """The exponent a: how the best number of parameters grows with compute."""
        exponent: Quantity = self.beta / (self.alpha + self.beta)
        return exponent.named("exponent of the parameters", symbol="a")

    @property
    def token_exponent(self) -> Quantity:
        """The exponent b: how the best number of tokens grows with compute."""
        exponent: Quantity = self.alpha / (self.alpha + self.beta)
        return exponent.named("exponent of the tokens", symbol="b")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ScalingLaws(Models[ScalingLaw]):
    """The published laws; taken by position or name, and printed as a table."""

    rows: tuple[ScalingLaw, ...]

    def _caption(self) -> str:
        return "constants of L(N, D) = E + A/N^alpha + B/D^beta, in nats per token"

    def _head(self) -> Sequence[str]:
        return ("law", *CONSTANTS, "sources")

    def _cells(self, row: ScalingLaw) -> Sequence[str]:
        constants = [getattr(row, constant) for constant in CONSTANTS]
        keys = {each.key: None for constant in constants for each in constant.citations()}
        return row.name, *(f"{constant.median():.6g}" for constant in constants), ", ".join(keys)


@strict
def scaling_laws() -> ScalingLaws:
    """Return the published laws: Hoffmann 2022 before rounding and as printed, and the re-fit of Besiroglu 2024.

    The printed constants of Hoffmann 2022 are rounded so far that the frontier moves: at the compute of Chinchilla they
    ask for 93 tokens per parameter, before rounding for 59, and the re-fit for 18. A row has the constants as they are
    printed, without their errors; where a function takes the name of the re-fit, it takes its uncertainty with it.

    Returns
    -------
    ScalingLaws
        Rows of `ScalingLaw`; every constant is a `Quantity` with its source.

    Examples
    --------
    >>> import brainparams as bp
    >>> [each.name for each in bp.scaling_laws()]
    ['hoffmann2022', 'hoffmann2022-rounded', 'besiroglu2024']

    References
    ----------
    Hoffmann et al. 2022, appendix D.2. arXiv:2203.15556
    Besiroglu et al. 2024, Chinchilla scaling: a replication attempt. arXiv:2404.10102
    """
    return ScalingLaws(_published())


@cache
def _published() -> tuple[ScalingLaw, ...]:
    """Return the laws, made once, so that a constant is the same input wherever its law is used."""
    return (
        ScalingLaw("hoffmann2022", **_constants("hoffmann2022")),
        ScalingLaw("hoffmann2022-rounded", **_constants("hoffmann2022", "/rounded")),
        ScalingLaw("besiroglu2024", **_constants("besiroglu2024")),
    )


def _constants(source: str, edition: str = "") -> dict[str, Quantity]:
    """Return the constants of a law, from their findings; spreads that belong together are not taken apart."""
    findings = {name: evidence.finding(f"scaling/{source}/{name.lower()}{edition}") for name in CONSTANTS}
    return {
        name: measured(
            each.value, "1", source=each.sources, locator=each.locator, name=name, symbol=SYMBOLS.get(name, name)
        )
        for name, each in findings.items()
    }


def uncertain_law(name: str) -> ScalingLaw:
    """Return a published law with the uncertainty of its fit, its constants correlated as the fit leaves them.

    The two constants of one term are nearly one unknown: a steeper fall with parameters goes with a larger A, and what
    the data fix is their product at the sizes that were trained. So ``ln A`` follows α, and ``ln B`` follows β, with a
    correlation of 0.97. That is a judgement: with it 80 % of what is believed about the best tokens per parameter at
    10²⁶ operations and more lies in 4 to 40, as the re-fit states of its own bootstrap (section 4). Least squares at
    the sizes and computes of the runs that its authors read off (169 of 245) gives 0.999 for either pair and −0.18
    between α and β, with errors like those printed; the bootstrap is wider, and is what is followed here. A name in
    ``law=…`` means this law; a row of `scaling_laws` means the constants as printed.

    Parameters
    ----------
    name : {"besiroglu2024"}
        The law. Hoffmann et al. 2022 printed intervals that are too narrow to be true (Besiroglu et al. 2024), so
        there is no uncertain version of their fit.

    Returns
    -------
    ScalingLaw
        For ``law=…`` of the functions here.

    Raises
    ------
    ArgumentError
        For another law.

    Examples
    --------
    >>> import brainparams as bp
    >>> law = bp.estimators.scaling.uncertain_law("besiroglu2024")
    >>> low, high = bp.compute_optimal_parameters("5.76e23 operation", law=law).interval()
    >>> 4.5e10 < low < 5.5e10 < 9e10 < high < 1.2e11
    True

    References
    ----------
    Besiroglu et al. 2024, Chinchilla scaling: a replication attempt, table 1 and section 4. arXiv:2404.10102
    """
    return _with_spread(one_of(name, WITH_SPREAD, "uncertain_law(): 'name'"))


@cache
def _with_spread(name: str) -> ScalingLaw:
    fit = {constant: evidence(f"scaling/{name}/{constant.lower()}") for constant in ("E", "alpha", "beta")}
    follows = {"A": "alpha", "B": "beta"}
    terms = {constant: _following(name, constant, fit[exponent], exponent) for constant, exponent in follows.items()}
    return ScalingLaw(f"{name} with its uncertainty", **fit, **terms)


def _following(name: str, constant: str, exponent: Quantity, exponent_name: str) -> Quantity:
    """Return A or B: a lognormal that goes with its exponent."""
    centre = evidence.finding(f"scaling/{name}/{constant.lower()}").value
    found = evidence.finding(f"scaling/{name}/{exponent_name}")
    assert found.spread is not None
    low, high = INTERVALS[constant]
    spread = math.log(high / low) / (2 * NORMAL_975)
    place = (exponent - exact(found.value, "1")) / exact(found.spread.value, "1")
    why = f"what {exponent_name} does not say about {constant}: a correlation of {FIT_CORRELATION:g} is a judgement"
    rest = assumed(Normal(0.0, 1.0), "1", because=why, name=f"rest of {constant}")
    along = exact(spread * FIT_CORRELATION, "1") * place
    across = exact(spread * math.sqrt(1 - FIT_CORRELATION**2), "1") * rest
    return (exact(centre, "1", because="as fitted", name=f"fitted {constant}") * exp(along + across)).named(
        constant, symbol=constant
    )


@estimator
def decades_beyond_data(size: Annotated[Quantity, Unit("parameter")]) -> Count:
    """Return by how many powers of ten a model is larger than the largest to which the laws were fitted.

    ``log₁₀(N / 16·10⁹)``: the fits saw language models of 70 million to 16 billion parameters. Below zero a model lies
    inside. A law says nothing about how wrong it is so far outside; the number says how far that is.

    Parameters
    ----------
    size : Quantity [parameter]
        Parameters.

    Returns
    -------
    Quantity [1]

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.estimators.scaling.decades_beyond_data("1.5e14 parameter").value, 1)
    4.0

    References
    ----------
    Hoffmann et al. 2022, abstract. arXiv:2203.15556
    """
    largest = exact("16e9 parameter", because="largest model of the fits", name="largest model", symbol="N_max")
    ten = exact(math.log(10), "1", because="natural logarithm of 10")
    return (log(size / largest) / ten).named("decades beyond the data")


# --- compute -----------------------------------------------------------------------------------------------------


@estimator
def training_operations(parameters: Parameters, tokens: Tokens) -> Operations:
    """Return the operations of training a transformer: ``C = 6·N·D``.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Active parameters: of a mixture of experts those that one token passes.
    tokens : Quantity [token]
        Tokens seen in training.

    Returns
    -------
    Quantity [operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.training_operations("70e9 parameter", "1.4e12 token").value
    588000000000000000000000

    References
    ----------
    Kaplan et al. 2020, Scaling laws for neural language models. arXiv:2001.08361
    """
    operations = (parameters * _six() * tokens).named("training operations", symbol="C")
    return operations.with_caveat("attention over the context, and recomputation, are left out", effect="lowers")


@estimator
def inference_operations(parameters: Parameters) -> OperationsPerToken:
    """Return the operations of a transformer for one token: ``2·N``.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Active parameters: of a mixture of experts those that one token passes.

    Returns
    -------
    Quantity [operation/token]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.inference_operations("70e9 parameter").value
    140000000000

    References
    ----------
    Kaplan et al. 2020, Scaling laws for neural language models. arXiv:2001.08361
    """
    two = exact("2 operation/parameter/token", because="one product and one sum", name="forward pass", symbol="k")
    operations = (parameters * two).named("operations per token", symbol="F")
    return operations.with_caveat("attention over the context is left out", effect="lowers")


@estimator
def training_loss(parameters: Parameters, tokens: Tokens, *, law: ScalingLaw | str) -> Count:
    """Return the loss in nats per token that a law foretells.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Parameters.
    tokens : Quantity [token]
        Tokens seen in training, each once.
    law : ScalingLaw or str
        A name from `scaling_laws`, or a law of one's own.

    Returns
    -------
    Quantity [1]

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.training_loss("70e9 parameter", "1.4e12 token", law="hoffmann2022").value, 3)
    1.921

    References
    ----------
    Hoffmann et al. 2022, eq. 2. arXiv:2203.15556
    """
    chosen = _law(law, "training_loss")
    of_size = (chosen.A / _in("parameter", parameters) ** chosen.alpha).named("loss from few parameters", symbol="L_N")
    of_data = (chosen.B / _in("token", tokens) ** chosen.beta).named("loss from few tokens", symbol="L_D")
    return _law_caveat((chosen.E + of_size + of_data).named("training loss", symbol="L"))


# --- the frontier ------------------------------------------------------------------------------------------------


@estimator
def compute_optimal_parameters(operations: Operations, *, law: ScalingLaw | str) -> Parameters:
    """Return the parameters with which a compute reaches the least loss: ``N = G·(C/6)^a``.

    Parameters
    ----------
    operations : Quantity [operation]
        Operations of training.
    law : ScalingLaw or str
        A name from `scaling_laws`, or a law of one's own.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.compute_optimal_parameters('5.76e23 operation', law='hoffmann2022').value:.3g}"
    '4.04e+10'

    References
    ----------
    Hoffmann et al. 2022, eq. 4. arXiv:2203.15556
    """
    chosen = _law(law, "compute_optimal_parameters")
    size = chosen.balance * _budget(operations) ** chosen.parameter_exponent
    return _law_caveat((size * _one("parameter")).named("compute-optimal parameters", symbol="N"))


@estimator
def compute_optimal_tokens(operations: Operations, *, law: ScalingLaw | str) -> Tokens:
    """Return the tokens with which a compute reaches the least loss: ``D = (C/6)^b / G``.

    Parameters
    ----------
    operations : Quantity [operation]
        Operations of training.
    law : ScalingLaw or str
        A name from `scaling_laws`, or a law of one's own.

    Returns
    -------
    Quantity [token]

    Examples
    --------
    >>> import brainparams as bp
    >>> law = bp.scaling_laws()["besiroglu2024"]  # the constants as printed; by name, with their uncertainty
    >>> compute = bp.operations_for_optimal_parameters("1.5e14 parameter", law=law)
    >>> f"{bp.compute_optimal_tokens(compute, law=law).value:.1e}"
    '1.9e+15'

    References
    ----------
    Hoffmann et al. 2022, eq. 4. arXiv:2203.15556
    """
    chosen = _law(law, "compute_optimal_tokens")
    data = _budget(operations) ** chosen.token_exponent * exp(-chosen.log_balance)
    return _law_caveat((data * _one("token")).named("compute-optimal tokens", symbol="D"))


@estimator
def operations_for_optimal_parameters(parameters: Parameters, *, law: ScalingLaw | str) -> Operations:
    """Return the compute for which a number of parameters is the best one: ``C = 6·(N/G)^(1/a)``.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Parameters.
    law : ScalingLaw or str
        A name from `scaling_laws`, or a law of one's own.

    Returns
    -------
    Quantity [operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.operations_for_optimal_parameters('67e9 parameter', law='hoffmann2022').value:.3g}"
    '1.75e+24'

    References
    ----------
    Hoffmann et al. 2022, eq. 4. arXiv:2203.15556
    """
    chosen = _law(law, "operations_for_optimal_parameters")
    return _spent(exp((log(_in("parameter", parameters)) - chosen.log_balance) / chosen.parameter_exponent))


@estimator
def operations_for_optimal_tokens(tokens: Tokens, *, law: ScalingLaw | str) -> Operations:
    """Return the compute for which a number of tokens is the best one: ``C = 6·(D·G)^(1/b)``.

    Parameters
    ----------
    tokens : Quantity [token]
        Tokens.
    law : ScalingLaw or str
        A name from `scaling_laws`, or a law of one's own.

    Returns
    -------
    Quantity [operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> law = bp.scaling_laws()["besiroglu2024"]
    >>> compute = bp.operations_for_optimal_tokens("1e13 token", law=law)
    >>> f"{bp.compute_optimal_parameters(compute, law=law).value:.1e}"
    '6.1e+11'

    References
    ----------
    Hoffmann et al. 2022, eq. 4. arXiv:2203.15556
    """
    chosen = _law(law, "operations_for_optimal_tokens")
    return _spent(exp((log(_in("token", tokens)) + chosen.log_balance) / chosen.token_exponent))


# --- what the estimators share -----------------------------------------------------------------------------------


def _law(law: ScalingLaw | str, function: str) -> ScalingLaw:
    """Return a law: by name with the uncertainty of its fit, where its authors publish one that holds."""
    if isinstance(law, str) and law in WITH_SPREAD:
        return uncertain_law(law)
    return scaling_laws().chosen(law, f"{function}(): 'law'")


@cache
def _six() -> Quantity:
    why = "2 forward and 4 backward for every parameter and token"
    return exact("6 operation/parameter/token", because=why, name="passes", symbol="k")


@cache
def _one(unit: str) -> Quantity:
    return exact(f"1 {unit}", because="a power law takes pure numbers", name=f"one {unit}", symbol="u")


def _in(unit: str, count: Quantity) -> Quantity:
    """Return a count as a pure number; the unit is said, since 70 Gparameter are not 70."""
    return count / _one(unit)


def _budget(operations: Quantity) -> Quantity:
    """Return the product of parameters and tokens that a compute pays for, as a pure number."""
    return (operations / _six() / _one("parameter*token")).named("parameters times tokens", symbol="ND")


def _spent(product: Quantity) -> Quantity:
    """Return the compute that pays for a product of parameters and tokens."""
    budget = product.named("parameters times tokens", symbol="ND")
    return _law_caveat((budget * _one("parameter*token") * _six()).named("compute", symbol="C"))


def _law_caveat(quantity: Quantity) -> Quantity:
    return quantity.with_caveat(
        "the law was fitted to language models of 0.07 to 16 billion parameters; what lies beyond is extrapolated, and "
        "the uncertainty of the fit is carried along by the law that is named 'besiroglu2024' only",
        effect="unknown",
    )

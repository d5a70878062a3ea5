"""Counting by learning: how many parameters a lifetime of experience, or a stock of data, can pin down."""

from __future__ import annotations

from typing import Annotated

from ..annotations import BitRate, BitsPerParameter, Duration, Parameters, Tokens, TokensPerParameter
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .caveats import caveat

__all__ = [
    "constraint_limited_parameters",
    "constraints_per_second",
    "data_limited_parameters",
    "information_limited_parameters",
    "lifetime_tokens",
    "training_tokens",
]

ConstraintRate = Annotated[Quantity, Unit("parameter/s", low=0)]
TokenRate = Annotated[Quantity, Unit("token/s", low=0)]

# --- a lifetime of experience ------------------------------------------------------------------------------------


@estimator
def constraints_per_second(parameters: Parameters, lifetime: Duration) -> ConstraintRate:
    """Return how many parameters a brain would have to pin down per second of its life.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Parameters that are learned; one constraint pins one of them down.
    lifetime : Quantity [s]
        Time of learning.

    Returns
    -------
    Quantity [parameter/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.constraints_per_second("1e14 parameter", "1e9 s").value
    100000

    References
    ----------
    Hinton 2014, answer in a public question time: 1e14 synapses, 1e9 seconds
    """
    return (
        (parameters / lifetime)
        .to("parameter/s")
        .named("constraints per second", symbol="k")
        .with_caveat("parameters that inheritance or regularisation set need no experience", effect="raises")
    )


@estimator
def constraint_limited_parameters(lifetime: Duration, constraints_per_second: ConstraintRate) -> Parameters:
    """Return the parameters that a lifetime can pin down; the inverse of `constraints_per_second`.

    Parameters
    ----------
    lifetime : Quantity [s]
        Time of learning.
    constraints_per_second : Quantity [parameter/s]
        Constraints that experience gives, each of which pins one parameter down.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.constraint_limited_parameters("1e9 s", "1e5 parameter/s").value
    100000000000000

    References
    ----------
    Hinton 2014, answer in a public question time: 1e14 synapses, 1e9 seconds
    """
    parameters = (lifetime * constraints_per_second).to("parameter").named("parameters learned", symbol="P")
    return _experience_caveat(parameters)


@estimator
def information_limited_parameters(
    lifetime: Duration, rate: BitRate, bits_per_parameter: BitsPerParameter
) -> Parameters:
    """Return the parameters that the information of a lifetime can fill.

    Parameters
    ----------
    lifetime : Quantity [s]
        Time of learning.
    rate : Quantity [bit/s]
        Information that comes in: 2 bit/s is kept by memory, about 1e7 bit/s pass the optic nerve.
    bits_per_parameter : Quantity [bit/parameter]
        Information in one parameter.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.information_limited_parameters("1e9 s", "1e7 bit/s", "8 bit/parameter").value
    1250000000000000

    References
    ----------
    Koch et al. 2006, How much the eye tells the brain. doi:10.1016/j.cub.2006.05.056
    """
    information = (rate * lifetime).to("bit").named("information of a lifetime", symbol="I")
    return _experience_caveat((information / bits_per_parameter).named("parameters learned", symbol="P"))


# --- a stock of data ---------------------------------------------------------------------------------------------


@estimator
def lifetime_tokens(rate: TokenRate, lifetime: Duration) -> Tokens:
    """Return the tokens of a lifetime: words heard and read, or whatever is taken for a token of experience.

    Parameters
    ----------
    rate : Quantity [token/s]
        Mean over the whole of the lifetime.
    lifetime : Quantity [s]
        Time of learning.

    Returns
    -------
    Quantity [token]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.lifetime_tokens("3e6 token/s", "1e9 s").value
    3000000000000000

    References
    ----------
    Hoffmann et al. 2022, Training compute-optimal large language models. arXiv:2203.15556
    """
    return (rate * lifetime).to("token").named("tokens of a lifetime", symbol="D")


@estimator
def training_tokens(parameters: Parameters, tokens_per_parameter: TokensPerParameter) -> Tokens:
    """Return the tokens that a rule of thumb asks for.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Parameters of a dense network.
    tokens_per_parameter : Quantity [token/parameter]
        20 for a network like Chinchilla.

    Returns
    -------
    Quantity [token]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.training_tokens("1.5e14 parameter", "20 token/parameter").value
    3000000000000000

    References
    ----------
    Hoffmann et al. 2022, Training compute-optimal large language models. arXiv:2203.15556
    """
    return _rule_caveat((parameters * tokens_per_parameter).named("training tokens", symbol="D"))


@estimator
def data_limited_parameters(tokens: Tokens, tokens_per_parameter: TokensPerParameter) -> Parameters:
    """Return the parameters that a stock of data can train; the inverse of `training_tokens`.

    Parameters
    ----------
    tokens : Quantity [token]
        Tokens there are.
    tokens_per_parameter : Quantity [token/parameter]
        20 for a network like Chinchilla.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.data_limited_parameters("1.4e12 token", "20 token/parameter").value
    70000000000

    References
    ----------
    Hoffmann et al. 2022, Training compute-optimal large language models. arXiv:2203.15556
    """
    return _rule_caveat((tokens / tokens_per_parameter).named("data-limited parameters", symbol="P"))


# --- what the estimators share -----------------------------------------------------------------------------------


def _experience_caveat(parameters: Quantity) -> Quantity:
    return parameters.with_caveat(**caveat("continual learning")).with_caveat(
        "what is inborn needs no experience", effect="lowers"
    )


def _rule_caveat(quantity: Quantity) -> Quantity:
    return quantity.with_caveat(**caveat("sample efficiency"))

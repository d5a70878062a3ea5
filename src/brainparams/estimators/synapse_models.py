"""Counting by synapse models: which parameters every synapse has of its own, and which a group of synapses shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..annotations import Count, Parameters, Synapses
from ..checks import strict
from ..errors import ArgumentError, UnknownNameError, did_you_mean, shown
from ..findings import evidence
from ..makers import assumed, exact
from ..quantity import Quantity
from . import estimator
from .models import Models

__all__ = ["SynapseModel", "SynapseModels", "gain_parameters", "synapse_model_parameters", "synapse_models"]


@strict
@dataclass(frozen=True, slots=True)
class SynapseModel:
    """A model of a synapse: its parameters by name, as a count in a `Quantity` needs them.

    Parameters
    ----------
    name : str
        What it is called.
    free : tuple of str
        Parameters that every synapse has of its own.
    shared : tuple of str
        Parameters that all synapses of a group have in common.
    sources : tuple of str
        Keys of references; none for a model of one's own.

    Examples
    --------
    >>> import brainparams as bp
    >>> model = bp.synapse_models()["stdp"]
    >>> model.free, model.shared[:2]
    (('weight',), ('tau_plus', 'lambda'))
    >>> model.sharing("Wmax").free
    ('weight', 'tau_plus', 'lambda', 'alpha', 'mu_plus', 'mu_minus')
    """

    name: str
    free: tuple[str, ...]
    shared: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def sharing(self, *names: str) -> SynapseModel:
        """Return the same model with just these parameters shared, and all others free.

        Raises
        ------
        UnknownNameError
            If the model has no such parameter.
        """
        every = (*self.free, *self.shared)
        for name in names:
            if name not in every:
                raise UnknownNameError(
                    f"sharing(): {self.name} has no parameter {shown(name)}; it has {', '.join(every)}."
                    f"{did_you_mean(str(name), every)}"
                )
        free = tuple(each for each in every if each not in names)
        return replace(self, free=free, shared=tuple(each for each in every if each in names))

    def _count(self, names: Sequence[str], unit: str, name: str, symbol: str) -> Quantity:
        told = f"{self.name}: {', '.join(names) or 'none'}"
        return assumed(len(names), unit, because=told, source=self.sources or None, name=name, symbol=symbol)

    @property
    def free_per_synapse(self) -> Quantity:
        """The number of parameters that every synapse has of its own."""
        return self._count(self.free, "parameter/synapse", "free parameters per synapse", "p")

    @property
    def shared_per_group(self) -> Quantity:
        """The number of parameters that a group of synapses shares."""
        return self._count(self.shared, "parameter", "shared parameters per group", "q")


@dataclass(frozen=True, slots=True, repr=False)
class SynapseModels(Models[SynapseModel]):
    """The published models of a synapse; taken by position or name, and printed as a table."""

    rows: tuple[SynapseModel, ...]

    def _caption(self) -> str:
        return "what a synapse has of its own, and what a group of synapses usually shares"

    def _head(self) -> Sequence[str]:
        return "model", "parameters", "free", "shared", "sources"

    def _cells(self, row: SynapseModel) -> Sequence[str]:
        total = str(len(row.free) + len(row.shared))
        return row.name, total, ", ".join(row.free), ", ".join(row.shared), ", ".join(row.sources)


# Names as in the source files of NEST. How many there are is a finding of its own: synapse/parameters/<name>.
DYNAMICS = ("weight", "U", "tau_rec", "tau_fac")
PAIR_RULE = ("tau_plus", "lambda", "alpha", "mu_plus", "mu_minus", "Wmax")
TRIPLET_RULE = ("tau_plus", "tau_plus_triplet", "Aplus", "Aminus", "Aplus_triplet", "Aminus_triplet", "Wmax")
PUBLISHED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("static", ("weight",), ()),
    ("weight-delay", ("weight", "delay"), ()),
    ("tsodyks-markram", DYNAMICS, ()),
    ("tsodyks-markram-current", DYNAMICS, ("tau_psc",)),
    ("stdp", ("weight",), PAIR_RULE),
    ("triplet", ("weight",), TRIPLET_RULE),
)


@strict
def synapse_models() -> SynapseModels:
    """Return the published models of a synapse, with what is usually free and what is shared.

    Returns
    -------
    SynapseModels
        Rows of `SynapseModel`; how many parameters each has is a finding of its own, and so a `Quantity`:
        ``bp.evidence("synapse/parameters/stdp")``.

    Examples
    --------
    >>> import brainparams as bp
    >>> [(each.name, len(each.free) + len(each.shared)) for each in bp.synapse_models()][2:4]
    [('tsodyks-markram', 4), ('tsodyks-markram-current', 5)]

    References
    ----------
    Tsodyks & Markram 1997. doi:10.1073/pnas.94.2.719
    Pfister & Gerstner 2006. doi:10.1523/JNEUROSCI.1425-06.2006
    """
    return SynapseModels(
        tuple(
            SynapseModel(name, free, shared, evidence.finding(f"synapse/parameters/{name}").sources)
            for name, free, shared in PUBLISHED
        )
    )


@estimator
def synapse_model_parameters(
    synapses: Synapses, model: SynapseModel | str, *, groups: Count | None = None
) -> Parameters:
    """Return the parameters of synapses of one model: what each has of its own, and what groups of them share.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    model : SynapseModel or str
        A name from `synapse_models`, or a model of one's own.
    groups : Quantity [1], optional
        Projections, cell types or target neurons, each with one set of the shared parameters; needed just where the
        model shares any.

    Returns
    -------
    Quantity [parameter]

    Raises
    ------
    ArgumentError
        If the model shares parameters and no `groups` are given, or the other way round.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapse_model_parameters("1.5e14 synapse", "tsodyks-markram").value
    600000000000000
    >>> bp.synapse_model_parameters("1.5e14 synapse", "stdp", groups="64").value
    150000000000384
    """
    chosen = synapse_models().chosen(model, "synapse_model_parameters(): 'model'")
    _check_groups(chosen, groups)
    free = (synapses * chosen.free_per_synapse).named("free parameters", symbol="P_free")
    if groups is None:
        return _synapse_caveats(free.named("synapse model parameters", symbol="P"))
    shared = (groups * chosen.shared_per_group).named("shared parameters", symbol="P_shared")
    return _synapse_caveats((free + shared).named("synapse model parameters", symbol="P"))


@estimator
def gain_parameters(groups: Count, gains_per_group: Count) -> Parameters:
    """Return the gains by which receptors or neuromodulators scale whole groups of synapses.

    A gain of every single synapse is no group's gain: count it with `synapse_model_parameters`.

    Parameters
    ----------
    groups : Quantity [1]
        Projections, cell types or regions, each scaled as a whole.
    gains_per_group : Quantity [1]
        Receptor types, neuromodulators, or pairs of both, each with one gain.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.gain_parameters("64", "4").value
    256
    """
    one = exact("1 parameter", because="one scalar gain", name="gain", symbol="g")
    gains = (groups * gains_per_group).named("gains", symbol="n")
    return (
        (gains * one)
        .named("gain parameters", symbol="P")
        .with_caveat("gains are taken as constants; concentrations that change with time are state", effect="lowers")
    )


def _check_groups(model: SynapseModel, groups: Quantity | None) -> None:
    where = f"synapse_model_parameters(): {model.name}"
    if model.shared and groups is None:
        raise ArgumentError(
            f"{where} shares {', '.join(model.shared)}; give 'groups', the number of projections, cell types or "
            f"targets with one set of them, or a model that shares none: .sharing()"
        )
    if not model.shared and groups is not None:
        raise ArgumentError(f"{where} shares nothing; leave 'groups' out, or say what is shared: .sharing('weight')")


def _synapse_caveats(parameters: Quantity) -> Quantity:
    return parameters.with_caveat(
        "variables of state, and traces that the neuron keeps, are not counted with the synapse", effect="lowers"
    ).with_caveat("parameters called free are taken as independent; measured ones are correlated", effect="raises")

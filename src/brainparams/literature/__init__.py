"""What others said, one shelf: published estimates, common claims, and brain and network side by side."""

from __future__ import annotations

from ..errors import ArgumentError, UnknownNameError, shown
from ..units import Unit, same_dimension
from .analogy import Analogies, Analogy, analogy
from .claim import Claim, Claims, claim
from .estimates import PublishedEstimate, PublishedEstimates
from .rebuilding import keep, rebuilt
from .shelf import Shelf

__all__ = [
    "Analogies",
    "Analogy",
    "Claim",
    "Claims",
    "Published",
    "PublishedEstimate",
    "PublishedEstimates",
    "analogies",
    "claims",
    "published",
]

analogies = Shelf("analogies", "analogies.toml", analogy, Analogies)
claims = Shelf("claims", "claims.toml", claim, Claims)


class Published(Shelf[PublishedEstimate, PublishedEstimates]):
    """The published estimates of a whole brain; call it with an id to get one.

    Examples
    --------
    >>> published("hinton-2014").quantity.value
    100000000000000
    >>> kurzweil = published("kurzweil-1999")
    >>> kurzweil.agreement
    'to the printed digits'
    >>> f"{kurzweil.quantity.assuming(firing_rate='0.45 spike/neuron/s').value:.2g}"
    '4.5e+13'
    >>> len(published.ids()) >= 59
    True
    """

    _answers_words = False

    def __init__(self) -> None:
        super().__init__("published", "estimates.toml", rebuilt, PublishedEstimates, noun="estimate")

    def _all(self) -> PublishedEstimates:
        raise ArgumentError(
            "published(): no estimate was named; write bp.published('hinton-2014'). bp.published.ids() lists the "
            "names, and bp.published.table() works all of them out."
        )

    def table(self, unit: str | None = None, /) -> PublishedEstimates:
        """Return all published estimates, or those of one unit, as a table.

        Parameters
        ----------
        unit
            Such as ``"parameter"``, ``"bit"`` (bytes are bits too) or ``"operation/s"``; all units otherwise.

        Raises
        ------
        UnitError
            For a text that is no unit.
        UnknownNameError
            If nothing was published in this unit.

        Examples
        --------
        >>> [each.id for each in published.table("parameter")][:2]
        ['hinton-2014', 'persson-2021-weights']
        """
        wanted = None if unit is None else Unit(unit)
        rows = tuple(each for each in self if wanted is None or _is_in(each, wanted))
        if not rows:
            raise UnknownNameError(
                f"published.table(): no published estimate is in {shown(unit)}; there are some in parameter, synapse, "
                f"bit, operation/s and operation."
            )
        if unit is None:
            keep(rows)
        return PublishedEstimates(rows)


published = Published()


def _is_in(estimate: PublishedEstimate, unit: Unit) -> bool:
    known = estimate.quantity if estimate.quantity is not None else estimate.printed
    return known is not None and same_dimension(known.node.unit, unit)

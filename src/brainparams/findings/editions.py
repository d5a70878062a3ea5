"""Editions of the evidence: a number that was replaced is found under the last edition that it stood in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import UnknownNameError, shown
from .finding import RULES_EDITION, Finding, order_of

__all__ = ["addressed", "order_of"]

EDITION = re.compile(r"20\d\d\.\d+")


def addressed(finding_id: str, known: Mapping[str, Finding], latest: str) -> Finding | None:
    """Return the finding that an id means, ``id`` in this edition or ``id@2026.1`` as it stood in that one.

    Parameters
    ----------
    finding_id
        Id, with or without an edition.
    known
        All findings by id.
    latest
        Edition of `known`.

    Returns
    -------
    Finding or None
        None if there is no finding of that id.

    Raises
    ------
    UnknownNameError
        If the edition is none, is yet to come, or did not hold the finding.

    Examples
    --------
    >>> addressed("human/brain/neurons@2026.1", {}, "2026.1") is None
    True
    """
    name, mark, edition = finding_id.partition("@")
    if not mark:
        return known.get(name)
    where = f"evidence({shown(finding_id)})"
    if not EDITION.fullmatch(edition):
        raise UnknownNameError(f"{where}: {shown(edition)} is no edition; write one such as {name}@{latest}")
    if order_of(edition) > order_of(latest):
        raise UnknownNameError(f"{where}: this is edition {latest}; upgrade brainparams, or leave the edition out")
    found = _standing(name, edition, known)
    if found and order_of(found.edition) > order_of(edition):
        raise UnknownNameError(f"{where}: {name!r} came into the evidence with edition {found.edition}")
    return _as_of(found, edition) if found else None


def _as_of(found: Finding, edition: str) -> Finding:
    """Return a finding with the belief that the rules of an edition make of it."""
    if order_of(edition) >= order_of(RULES_EDITION):
        return found
    then = found.model_copy(update={"rules": edition})
    return found if then.belief == found.belief else then


def _standing(name: str, edition: str, known: Mapping[str, Finding]) -> Finding | None:
    """Return the number that stood under a name in an edition: the first of those replaced later, or today's."""
    replaced = [each for each in known if each.startswith(f"{name}@")]
    later = sorted((order_of(each.partition("@")[2]), each) for each in replaced)
    return next((known[each] for until, each in later if until >= order_of(edition)), known.get(name))

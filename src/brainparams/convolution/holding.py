"""Unknowns that are used more than once are held at nodes of theirs, and the results are averaged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import NoClosedForm
from ..graph import Leaf
from .expression import Expression, nodes_of_leaf
from .quadrature import NOTHING_HELD, Array, Budget, Held, Quadrature, Rule
from .search import mixed_cdf
from .tables import Table
from .tabulating import COARSE, table_of_cdf

__all__ = ["held_at", "shared_unknowns", "table_with_held"]

MOST_FIXED = 3
FINER = {1: 0.4, 2: 0.8, 3: 2.0}  # spacing of the nodes of shared unknowns, by how many there are
NEGLIGIBLE = 1e-15
MOST_POINTS = 2e7  # of a table: about a second
ROUGH, FINE = Rule(0.3, 20), Rule(0.18, 32)


def shared_unknowns(expression: Expression) -> dict[str, Leaf]:
    """Return the unknowns that are used more than once, by uid."""
    counts = expression.uses()
    shared = {each.leaf.uid: each.leaf for each in expression.variables() if counts[each.leaf.uid] > 1}
    if len(shared) > MOST_FIXED:
        raise NoClosedForm(f"{len(shared)} inputs are used more than once after factoring; at most {MOST_FIXED} can be")
    return shared


def held_at(shared: Mapping[str, Leaf], rule: Rule) -> Held:
    """Return the shared unknowns held at all combinations of their nodes, and the weights of those."""
    if not shared:
        return NOTHING_HELD
    rules = {uid: nodes_of_leaf(leaf, rule.spacing * FINER[len(shared)]) for uid, leaf in shared.items()}
    grids = np.meshgrid(*[np.arange(len(weights)) for _, weights in rules.values()], indexing="ij")
    places = dict(zip(rules, (grid.ravel() for grid in grids), strict=True))
    joint = np.prod([weights[places[uid]] for uid, (_, weights) in rules.items()], axis=0)
    keep = joint > NEGLIGIBLE
    values = {uid: nodes[0][:, places[uid][keep]].T[:, :, np.newaxis] for uid, (nodes, _) in rules.items()}
    return Held(values, joint[keep] / joint[keep].sum())


def table_with_held(expression: Expression) -> Table:
    """Return the law of parts that share unknowns as a table; a rougher rule says how wrong it may be.

    Raises
    ------
    NoClosedForm
        If too many unknowns are shared.
    """
    shared = shared_unknowns(expression)
    budget = Budget(MOST_POINTS)
    rough, fine = (Quadrature(rule, held_at(shared, rule), budget) for rule in (ROUGH, FINE))

    def below(at: Quadrature, x: Array) -> Array:
        found: Array = mixed_cdf(expression, np.ravel(x)[np.newaxis], at)[0].reshape(np.shape(x))
        return np.clip(found, 0.0, 1.0)

    values, _ = expression.nodes(rough)
    starts = np.quantile(values, np.linspace(0.0, 1.0, len(COARSE)))
    made = table_of_cdf(lambda x: below(fine, x), starts, 0.0)
    looked = made.at_score(COARSE)
    error = float(np.max(np.abs(below(fine, looked) - below(rough, looked))))
    return table_of_cdf(lambda x: below(fine, x), made.values, error)

"""What a quantity with named axes does: elements by label, totals and shares along an axis, one element at a time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from .. import graph
from ..checks import strict
from ..distributions import Distribution
from ..errors import ArgumentError, DoubleCountWarning, KindError, ShapeError, did_you_mean, shown, warn
from ..graph import Axis, Leaf, Node, Step
from ..graph.axes import place_of, position_of
from ..graph.inputs import plain_number
from ..graph.operations import arithmetic, rearrangements
from ..graph.part_labels import outermost, parted, subtotals

__all__ = ["Labelled"]


@strict
class Labelled:
    """The array side of a quantity; see `Quantity`."""

    __slots__ = ()
    _node: Node

    def _made(self, node: Node) -> Self:
        return type(self)(node)  # type: ignore[call-arg]

    # --- elements ------------------------------------------------------------------------------------------------

    def select(self, axes: Mapping[str, Any] | None = None, /, **labels: Any) -> Self:
        """Return the element with a label, or the elements with several, along each axis that is named.

        Parameters
        ----------
        axes : mapping of str to str or list of str, optional
            Labels by axis, for names that cannot be keywords, such as ``{"cell type": "L5"}``.
        **labels : str or list of str
            One label takes that element, and the axis is gone; a list keeps the axis with these labels, in this order.

        Raises
        ------
        ShapeError
            If there is no such axis, no such label, or a label stands twice.

        Examples
        --------
        >>> import brainparams as bp
        >>> cells = {"V1": {"L4": 40, "L5": 30}, "V2": {"L4": 20, "L5": 10}}
        >>> counts = bp.exact(cells, "neuron", axis=("area", "layer"))
        >>> counts.select(area="V1", layer="L4")
        40 neurons
        >>> counts.select(layer=["L5", "L4"]).axes
        {'area': ('V1', 'V2'), 'layer': ('L5', 'L4')}
        """
        node = self._node
        for name, wanted in {**(axes or {}), **labels}.items():
            position = position_of(node.axes, name, "select()")
            if isinstance(wanted, str | int):
                node = graph.take(node, name, place_of(node.axes[position], wanted, "select()"))
            else:
                node = graph.gather(node, name, _listed(wanted, name, "select"), "select()")
        return self._made(node)

    def reindex(self, axes: Mapping[str, Any] | None = None, /, **labels: Any) -> Self:
        """Return the same elements in the order of these labels, along each axis that is named.

        Raises
        ------
        ShapeError
            If the labels are not those of the axis, each once.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 2}, "neuron", axis="region").reindex(region=["b", "a"])
        b 2, a 1 neurons
        """
        for name, wanted in {**(axes or {}), **labels}.items():
            own = self._node.axes[position_of(self._node.axes, name, "reindex()")]
            missing = [label for label in own.labels if label not in set(map(str, _listed(wanted, name, "reindex")))]
            if missing:
                raise ShapeError(
                    f"reindex(): {', '.join(map(repr, missing[:4]))} along {name!r} would be left out; name every "
                    f"label, or take some with .select({name}=[…])"
                )
        return self.select({**(axes or {}), **labels})

    def __getitem__(self, label: Any) -> Self:
        """Return the element with this label, or with one label for each of several axes; it stays the same unknown."""
        node = self._node
        for each in label if isinstance(label, tuple) else (label,):
            axis = self._axis_of(node.axes, each)
            if isinstance(each, list):
                node = graph.gather(node, axis.name, each, "[]")
            else:
                node = graph.take(node, axis.name, place_of(axis, each, "[]"))
        return self._made(node)

    def _axis_of(self, axes: tuple[Axis, ...], label: Any) -> Axis:
        """Return the only axis that has a label, or all labels of a list."""
        wanted = [str(each) for each in (label if isinstance(label, list) else [label])]
        holding = [axis for axis in axes if set(wanted) <= set(axis.labels)]
        if len(holding) == 1:
            return holding[0]
        if holding:
            names = " and ".join(repr(axis.name) for axis in holding)
            raise ShapeError(f"{shown(label)} is a label along {names}; write .select({holding[0].name}={label!r})")
        known = [each for axis in axes for each in axis.labels]
        have = f"labels are {', '.join(known[:8])}{', …' if len(known) > 8 else ''}" if known else "it is a scalar"
        raise ShapeError(f"no element {shown(label)}; {have}." + did_you_mean(wanted[0] if wanted else "", known))

    def items(self, axis: str | None = None) -> Iterator[tuple[str, Self]]:
        """Return label and element, one after the other, along an axis; of a single axis its name is not needed.

        Examples
        --------
        >>> import brainparams as bp
        >>> for label, element in bp.exact({"a": 1, "b": 2}, "neuron", axis="region").items():
        ...     print(label, element.value)
        a 1
        b 2
        """
        own = self._one_axis(axis, "items")
        return ((label, self._made(graph.take(self._node, own.name, at))) for at, label in enumerate(own.labels))

    def __iter__(self) -> Iterator[Self]:
        """Iterate over the elements along the only axis."""
        own = self._one_axis(None, "iteration")
        return (self._made(graph.take(self._node, own.name, at)) for at in range(len(own.labels)))

    def __len__(self) -> int:
        return len(self._one_axis(None, "len").labels)

    def __contains__(self, label: Any) -> bool:
        return isinstance(label, Hashable) and any(label in axis.labels for axis in self._node.axes)

    # --- along an axis -------------------------------------------------------------------------------------------

    def total(self, *axes: str) -> Self:
        """Return the sum along the named axes, as one step each; along all of them if none is named.

        What is a part of another label is left out, and the derivation says so; see `parts`.

        Raises
        ------
        ShapeError
            If a label lies in another one by its name, and nobody said so.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 2}, "neuron", axis="region").total()
        3 neurons
        """
        return self._reduced(rearrangements.total, axes, "total")

    def parts(self, parts: Mapping[str, str | None], axis: str | None = None) -> Self:
        """Return the same quantity, which knows of each label along an axis in which other one it lies.

        Parameters
        ----------
        parts : mapping of str to str or None
            The whole of each part; a whole need not be a label itself.
        axis : str, optional
            The axis; it is needed where there are several.

        Examples
        --------
        >>> import brainparams as bp
        >>> volumes = bp.exact({"cerebrum": 1100, "cerebral cortex": 600, "isocortex": 550}, "cm^3", axis="region")
        >>> nested = volumes.parts({"cerebral cortex": "cerebrum", "isocortex": "cerebral cortex"})
        >>> nested.total()
        1100 cm³
        """
        own = self._one_axis(axis, "parts")
        better = parted(own, parts, "parts()")
        return self._made(
            graph.relabelled(self._node, tuple(better if each == own else each for each in self._node.axes))
        )

    def largest(self, *axes: str) -> Self:
        """Return the largest element along the named axes, whichever it is; along all of them if none is named.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 2}, "neuron", axis="region").largest()
        2 neurons
        """
        return self._reduced(rearrangements.largest, axes, "largest")

    def smallest(self, *axes: str) -> Self:
        """Return the smallest element along the named axes, whichever it is; along all of them if none is named.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 2}, "neuron", axis="region").smallest()
        1 neuron
        """
        return self._reduced(rearrangements.smallest, axes, "smallest")

    def mean_over(self, *axes: str) -> Self:
        """Return the unweighted mean of the elements along the named axes; along all of them if none is named.

        ``quantity.mean("region")`` is the same.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 3}, "neuron", axis="region").mean_over("region")
        2 neurons
        """
        count = 1
        for axis in axes or [axis.name for axis in self._node.axes]:
            kept, _ = outermost(self._node.axes[position_of(self._node.axes, axis, "mean()")], "mean()")
            count *= len(kept)
        total = self._reduced(rearrangements.total, axes, "mean")
        return self._made(graph.apply(arithmetic.divide, total._node, plain_number(count)))

    def cumulative(self, axis: str | None = None) -> Self:
        """Return running totals along an axis, in the order of its labels.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 2}, "neuron", axis="region").cumulative()
        a 1, b 3 neurons
        """
        name = self._one_axis(axis, "cumulative").name
        return self._made(graph.cumulated(self._without_parts(self._node, name, "cumulative"), name))

    def share(self, *axes: str) -> Self:
        """Return each element as a share of the total along the named axes; of all elements if none is named.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact({"a": 1, "b": 3}, "neuron", axis="region").share()
        a 0.25, b 0.75
        """
        total = self._reduced(rearrangements.total, axes, "share")
        return self._made(graph.apply(arithmetic.divide, self._node, total._node))

    def _reduced(self, row: Any, axes: tuple[str, ...], where: str) -> Self:
        names = axes or tuple(axis.name for axis in self._node.axes)
        if not names:
            raise ShapeError(f"{where}(): this quantity is a single number: it has no axis")
        if len(set(names)) < len(names):
            raise ArgumentError(f"{where}(): an axis is named twice: {', '.join(map(repr, names))}")
        node = self._node
        for name in names:
            node = self._without_parts(node, name, where) if row is rearrangements.total else node
            node = graph.along(row, node, name, f"{where}()")
        return self._made(node)

    @staticmethod
    def _without_parts(node: Node, name: str, where: str) -> Node:
        """Leave out what lies in another label, and say so."""
        kept, inside = outermost(node.axes[position_of(node.axes, name, f"{where}()")], f"{where}()")
        if not inside:
            _warn_of_sums(node, name, where)
            return node
        told = ", ".join(inside[:6]) + (f" and {len(inside) - 6} more" if len(inside) > 6 else "")
        because = f"counts {', '.join(kept[:6])}{', …' if len(kept) > 6 else ''}; {told} lie inside and are left out"
        return Step(graph.gather(node, name, kept, f"{where}()"), because=because)

    def _one_axis(self, name: str | None, where: str) -> Axis:
        axes = self._node.axes
        if name is not None:
            return axes[position_of(axes, name, f"{where}()")]
        if len(axes) != 1:
            if not axes:
                raise KindError(f"{where}: this quantity is a single number: it has no axis")
            names = ", ".join(repr(axis.name) for axis in axes)
            raise ShapeError(f"{where}: this quantity has axes {names}; name one, such as .items({axes[0].name!r})")
        return axes[0]


def _warn_of_sums(node: Node, name: str, where: str) -> None:
    """Warn of a label of an input whose number is the sum of others along its axis."""
    if not isinstance(node, Leaf):
        return
    value = node.value.ppf(0.5) if isinstance(node.value, Distribution) else node.value
    position = position_of(node.axes, name, f"{where}()")
    numbers = np.moveaxis(np.asarray(value, dtype=np.float64), position, 0)
    for label, others in subtotals(numbers, node.axes[position].labels)[:1]:
        twice = "so everything is" if others == "all others" else "so these are"
        text = (
            f"{where}(): {label!r} along {name!r} is the sum of {others}, {twice} counted twice; leave it "
            f"out with .select({name}=[…]), or say .parts({{…: {label!r}}})"
        )
        warn(text, DoubleCountWarning)


def _listed(labels: Any, name: str, where: str) -> list[Any]:
    if isinstance(labels, Mapping | str) or not hasattr(labels, "__iter__"):
        raise ShapeError(f"{where}(): {name}= takes a label or a list of labels; got {shown(labels)}")
    return list(labels)

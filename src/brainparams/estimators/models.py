"""A table of published models, from which an estimator takes one by name."""

from __future__ import annotations

from typing import Protocol, TypeVar

from ..errors import KindError, UnknownNameError, did_you_mean, shown
from ..render.tables import Table

__all__ = ["Models", "Named"]


class Named(Protocol):
    """A record that has a name."""

    @property
    def name(self) -> str:
        """What the record is asked for by."""


Model = TypeVar("Model", bound=Named)


class Models(Table[Model]):
    """Published models of one kind; rows are taken by position or by name."""

    __slots__ = ()

    def __getitem__(self, key: int | str) -> Model:
        """Return the row at a position, or of a name."""
        return self.rows[key] if isinstance(key, int) else self._of_name(key, "this table")

    def chosen(self, choice: Model | str, where: str) -> Model:
        """Return a record as it is, and the published one for a name.

        Raises
        ------
        KindError
            For what is neither.
        UnknownNameError
            If no published model has the name.
        """
        kind = type(self.rows[0])
        if isinstance(choice, kind):
            return choice
        if isinstance(choice, str):
            return self._of_name(choice, where)
        raise KindError(
            f"{where} needs a name, such as {self.rows[0].name!r}, or a bp.{kind.__name__}; got {shown(choice)}"
        )

    def _of_name(self, name: str, where: str) -> Model:
        known = {row.name: row for row in self.rows}
        if name not in known:
            raise UnknownNameError(
                f"{where}: no model {shown(name)}; there are {', '.join(known)}.{did_you_mean(str(name), known)}"
            )
        return known[name]

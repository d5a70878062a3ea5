"""Everything that can be shown makes blocks; this mix-in gives it every form, and no class writes one of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .blocks import Block, Length
from .html import Html
from .latex import Latex
from .markdown import Markdown
from .text import Text

__all__ = ["Shown"]


class Shown:
    """What can be shown: as text, and in a notebook as HTML, Markdown or LaTeX."""

    __slots__ = ()

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return what is said, in one of three lengths."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return it as text, in its shortest form."""
        return Text().write(self._blocks("sentence"))

    def __repr__(self) -> str:
        return Text().write(self._blocks("sentence"))

    def _repr_markdown_(self) -> str:
        return Markdown().write(self._blocks("full"))

    def _repr_html_(self) -> str:
        return Html().write(self._blocks("full"))

    def _repr_latex_(self) -> str:
        return Latex(siunitx=False).write(self._blocks("full"))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Return every form that a notebook asks for; the blocks are made once."""
        blocks = self._blocks("full")
        forms = {
            "text/plain": lambda: repr(self),
            "text/markdown": lambda: Markdown().write(blocks),
            "text/html": lambda: Html().write(blocks),
            "text/latex": lambda: Latex(siunitx=False).write(blocks),
        }
        wanted = [each for each in forms if (not include or each in include) and each not in (exclude or ())]
        return {each: forms[each]() for each in wanted}

"""Everything that can be shown makes blocks; this mix-in gives it every form, and no class writes one of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ..checks import as_a_whole, one_of, strict
from ..foreign import later
from .blocks import LENGTHS, Block, Length

if TYPE_CHECKING:
    from . import writers
else:
    (writers,) = later("render.writers")

__all__ = ["Shown"]


@strict
class Shown:
    """What can be shown: in every style that there is a writer for, and in the forms that notebooks ask for."""

    __slots__ = ()
    _printed: ClassVar[Length] = "sentence"

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return what is said, in one of three lengths."""
        raise NotImplementedError

    def explain(self, style: str = "text", length: Length = "full") -> str:
        """Return it in one of the styles, and of the lengths.

        Parameters
        ----------
        style : {"text", "brief", "markdown", "latex", "html"}
            The notation; ``brief`` is text with a line for each step and input.
        length : {"sentence", "brief", "full"}
            The result alone; a line for each step and input; or everything.

        Raises
        ------
        ArgumentError
            For a style or a length that is not known.
        """
        writer = writers.writer_of(style, "explain(): style")
        asked: Length = one_of(length, LENGTHS, "explain(): length")
        asked = writer.length if asked == "full" else asked
        return writer.for_length(asked).write(self._blocks(asked))

    def __str__(self) -> str:
        """Return it as text, in its shortest form."""
        return repr(self)

    __format__ = as_a_whole

    def __repr__(self) -> str:
        return writers.Text().write(self._blocks(self._printed))

    def _repr_markdown_(self) -> str:
        return self._in_notebook("markdown")

    def _repr_html_(self) -> str:
        return self._in_notebook("html")

    def _repr_latex_(self) -> str:
        return self._in_notebook("latex")

    def _in_notebook(self, style: str) -> str:
        return writers.all_writers()[style].for_notebook().write(self._blocks("full"))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Return every form that a notebook asks for; the blocks are made once."""
        by_mime = {each.mime: each for each in writers.all_writers().values() if each.mime}
        known = ("text/plain", *by_mime)
        wanted = [each for each in known if (not include or each in include) and each not in (exclude or ())]
        blocks = self._blocks("full") if {*wanted} & {*by_mime} else ()
        return {each: by_mime[each].for_notebook().write(blocks) if each in by_mime else repr(self) for each in wanted}

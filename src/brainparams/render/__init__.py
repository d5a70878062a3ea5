"""How anything is shown: blocks say what, a writer for each notation says how."""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Block
from .html import Html
from .latex import Latex
from .markdown import Markdown
from .showing import Shown
from .text import Text

__all__ = ["STYLES", "Shown", "write"]

STYLES = {"text": Text, "markdown": Markdown, "latex": Latex, "html": Html}


def write(blocks: Sequence[Block], style: str) -> str:
    """Return blocks in one of the styles.

    Examples
    --------
    >>> from brainparams.render.blocks import Sentence
    >>> write([Sentence("2.7e14 synapses", "brain")], "markdown")
    '**brain**: 2.7 × 10¹⁴ synapses'
    """
    written: str = STYLES[style]().write(blocks)
    return written

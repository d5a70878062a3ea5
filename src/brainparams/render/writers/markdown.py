"""Blocks as Markdown, for notebooks and pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import ClassVar

from .. import blocks as kinds
from ..plain import cleaned
from .writer import Writer

__all__ = ["Markdown", "escaped"]


def escaped(text: str) -> str:
    """Escape what Markdown or HTML would take for markup; a name may come from a stranger."""
    text = cleaned(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#$])", r"\\\1", text)


class Markdown(Writer):
    """Markdown with pipe tables, as GitHub, Jupyter and pandoc read it."""

    style: ClassVar[str] = "markdown"
    mime: ClassVar[str] = "text/markdown"

    def escaped(self, text: str) -> str:
        """Return a stranger's text without markup."""
        return escaped(text)

    def strong(self, text: str) -> str:
        """Return bold text."""
        return f"**{text}**"

    def bullets(self, items: Sequence[str]) -> str:
        """Return a list."""
        return "\n".join(f"- {each}" for each in items)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int] = ()) -> str:
        """Return a table."""
        rule = ["---:" if place in numeric else "---" for place in range(len(head))]
        return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))

    def symbol(self, symbol: kinds.Symbol) -> str:
        """Return a letter in italics, with its subscript."""
        stem, _, below = symbol.text.partition("_")
        return f"*{escaped(stem)}*" + (f"<sub>{escaped(below)}</sub>" if below else "")

    def code(self, code: kinds.Code) -> str:
        """Return characters of one width."""
        return f"`{escaped(code.text)}`"

    def link(self, link: kinds.Link) -> str:
        """Return a link."""
        return f"[{self.prose(link.text)}]({link.address.replace('(', '%28').replace(')', '%29')})"

    def references(self, block: kinds.References) -> str:
        """Return the works, numbered."""
        works = (f"{each.number}. {escaped(each.label if block.is_brief else each.text)}" for each in block.works)
        return "**References**\n\n" + "\n".join(works)

"""A derivation as text (whole or brief), Markdown or LaTeX: one module for each, one set of words and digits."""

from __future__ import annotations

from ..derivation import Derivation
from ..errors import ArgumentError, did_you_mean, shown
from ..estimate import Estimate
from . import brief, latex, markdown, text

__all__ = ["one_line", "render"]

STYLES = {"text": text.render, "brief": brief.render, "markdown": markdown.render, "latex": latex.render}


def render(derivation: Derivation, style: str) -> str:
    """Return the derivation in one of the styles.

    Raises
    ------
    ArgumentError
        For a style that is not known.
    """
    if style not in STYLES:
        known = ", ".join(STYLES)
        raise ArgumentError(
            f"explain(): style must be one of {known}; got {shown(style)}.{did_you_mean(str(style), STYLES)}"
        )
    return STYLES[style](derivation)


def one_line(estimate: Estimate, level: float) -> str:
    """Return the result in one sentence."""
    return text.sentence(estimate, level)

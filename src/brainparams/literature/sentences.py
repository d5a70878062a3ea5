"""Numbers in sentences: texts that ask for findings by ``{id}``, and the sources behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..citations import Citation, resolve
from ..findings import evidence
from ..quantity import Quantity
from ..render.numbers import exactly
from ..render.tables import rounded
from ..render.words import ends, value_words

__all__ = ["filled", "findings_of", "number", "sources_of"]

LEVEL = 0.90
LONGEST_INTEGER = 10**5
FINDING = re.compile(r"\{([^{}]+)\}")


def filled(text: str) -> str:
    """Return a text with the number of a finding in place of each ``{id}``.

    Examples
    --------
    >>> filled("{neuron/parameters/expressive-leaky-memory} in one model")
    '8002 parameters per neuron in one model'
    """
    return FINDING.sub(lambda found: number(evidence(found[1])), text)


def findings_of(*texts: str) -> tuple[str, ...]:
    """Return the ids of the findings that texts ask for, each once.

    Examples
    --------
    >>> findings_of("{worm/nervous-system/neurons}, so {worm/nervous-system/neurons}")
    ('worm/nervous-system/neurons',)
    """
    return tuple(dict.fromkeys(each for text in texts for each in FINDING.findall(text)))


def number(quantity: Quantity) -> str:
    """Return a quantity for a sentence: median, interval where there is a spread, unit; large integers in three digits.

    Examples
    --------
    >>> import brainparams as bp
    >>> number(bp.exact("9234582 parameter/neuron"))
    '9.23e6 parameters per neuron'
    >>> number(bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range"))
    '3200 (1000 to 10000) synapses per neuron'
    """
    estimate = quantity.estimate()
    median = estimate.median
    if not estimate.is_exact_number:
        low, high = ends(estimate, LEVEL)
        told = f"{value_words(estimate, LEVEL, unit=False)} ({low} to {high})"
    else:
        told = exactly(median) if isinstance(median, int) and abs(median) < LONGEST_INTEGER else rounded(median)
    return f"{told} {estimate.unit.plural(float(median))}".rstrip()


def sources_of(keys: Sequence[str], findings: Sequence[str]) -> tuple[Citation, ...]:
    """Return the references of some keys, and those behind some findings, each once.

    Examples
    --------
    >>> [each.key for each in sources_of(["lennie2003"], ["human/cortex/firing-rate"])]
    ['lennie2003']
    """
    named = [resolve(key, "literature") for key in keys]
    behind = [citation for each in findings for citation in evidence(each).citations()]
    return tuple({citation.key: citation for citation in (*named, *behind)}.values())

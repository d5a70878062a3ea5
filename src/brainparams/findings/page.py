"""The page of all findings by species, written from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..citations import Citation
from ..render.tables import escaped
from .finding import SPECIES, STATUS, Finding
from .spreads import SPREADS

__all__ = ["page"]

HEAD = ("finding", "value", "unit", "n", "method", "checked", "source", "note")


def page(findings: Iterable[Finding], references: Mapping[str, Citation], edition: str) -> str:
    """Return the page as Markdown: findings by species with status and sources, then the references.

    Examples
    --------
    >>> from brainparams.citations import references
    >>> from brainparams.findings.catalogue import findings
    >>> page(findings().values(), references(), "2026.1").splitlines()[0]
    '# Findings'
    """
    listed = list(findings)
    used = {citation.key: citation for each in listed for citation in each.citations}
    lines = [*_introduction(listed, len(used), edition)]
    for species in sorted({each.species for each in listed}, key=_place):
        rows = [each for each in listed if each.species == species]
        lines += ["", f"## {_title(species)}", "", _row(HEAD), _row(["---"] * len(HEAD))]
        lines += [_row(_cells(each)) for each in sorted(rows, key=lambda each: each.id)]
    lines += ["", "## References", ""]
    lines += [_reference(citation) for citation in sorted(used.values(), key=lambda each: each.key)]
    return "\n".join([*lines, ""])


def _introduction(listed: list[Finding], sources: int, edition: str) -> Iterator[str]:
    counts: Counter[str] = Counter(each.status for each in listed)
    yield from (
        "# Findings",
        "",
        f"Edition {edition}: {len(listed)} findings from {sources} sources. This page is written from the data by",
        "`python -m brainparams.findings page`; [evidence](evidence.md) says how to use them in a calculation, and",
        "[adding a finding](adding-a-finding.md) how to add one.",
        "",
        "How a number was checked:",
        "",
    )
    yield from (f"- **{word}** ({counts[word]}): {meaning}" for word, meaning in STATUS.items())
    yield from ("", "How a published spread becomes a distribution:", "")
    yield from (f"- **{kind}**: {escaped(rule.meaning)}" for kind, rule in SPREADS.items())


def _place(species: str) -> tuple[int, str]:
    """Animals in the order of the table SPECIES, models last."""
    return (species == "any") * len(SPECIES) + list(SPECIES).index(species), species


def _title(species: str) -> str:
    return "Models of a neuron or a synapse" if species == "any" else f"{SPECIES[species].capitalize()} (*{species}*)"


def _cells(each: Finding) -> list[str]:
    sources = ", ".join(f"[{escaped(citation.label)}](#{citation.key})" for citation in each.citations)
    place = f"{sources}: {escaped(each.locator)}" if sources and each.locator else sources
    checked = f"{each.status}: {escaped(each.checked)}" if each.checked else each.status
    if each.superseded_by:
        checked = f"**superseded by** `{each.superseded_by}`; {checked}"
    note = "; ".join(filter(None, (each.because, each.note)))
    words = f"`{each.id}`<br>{escaped(f'{each.quantity}, {each.region}')}"
    value = f"{each.combination} of {', '.join(f'`{part}`' for part in each.parts)}" if each.parts else each.written
    count = str(each.n) if each.n else ""
    return [words, value, each.unit, count, escaped(each.method or ""), checked, place, escaped(note)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _reference(citation: Citation) -> str:
    found_at = f"doi:{citation.doi}" if citation.doi else ""
    link = f"[{escaped(found_at)}](https://doi.org/{citation.doi})" if found_at else ""
    text = escaped(citation.text()).replace(escaped(found_at), link) if found_at else escaped(citation.text())
    checked = f" *Checked: {escaped(citation.checked)}.*" if citation.checked else ""
    return f'- <a id="{citation.key}"></a>**{citation.key}** {text}{checked}'

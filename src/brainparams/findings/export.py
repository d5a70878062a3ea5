"""The evidence as a data set of its own: tables, codebook, licence, and a Frictionless description of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..citations import references
from ..files import write_whole
from ..quantity import Quantity
from . import evidence
from .catalogue import findings
from .finding import SPECIES, STATUS, Finding
from .grids import Grid, grids
from .spreads import SPREADS

__all__ = ["exported"]

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
ENDS = (0.05, 0.95)
Rows = Iterable[Mapping[str, Any]]

# Columns of each table: name, type of the Frictionless table schema, what it holds.
FINDINGS = (
    (
        "id",
        "string",
        "species, region, quantity; a rival has its source behind, a replaced number @edition",
    ),
    ("quantity", "string", "what was counted or measured"),
    ("species", "string", "Latin name, or any for a model or a machine"),
    ("common_name", "string", "common name of the species"),
    ("region", "string", "where, or which machine"),
    ("value", "number", "as published; empty for what is made of other findings"),
    ("unit", "string", "unit names joined by * and /"),
    ("spread_kind", "string", "kind of the published spread; see the codebook"),
    ("spread_value", "number", "standard deviation, standard error, coefficient or factor, by kind"),
    ("spread_low", "number", "lower end of a range or an interval"),
    ("spread_high", "number", "upper end of a range or an interval"),
    ("spread_level", "number", "level of an interval"),
    ("spread_of", "string", "individuals, where a range is of the smallest and largest of them"),
    ("median", "number", "of the belief that the spread becomes, or of what it is made of"),
    ("low_90", "number", "5 % quantile of that belief; empty where there is no spread"),
    ("high_90", "number", "95 % quantile of that belief; empty where there is no spread"),
    ("n", "integer", "individuals"),
    ("method", "string", "how it was found"),
    ("grade", "string", "measured, derived, estimated, assumed, reported or rumoured"),
    ("status", "string", "how the number was checked, as a word of the codebook"),
    ("checked", "string", "how the number was checked, in a sentence"),
    ("sources", "string", "keys of references, with blanks between"),
    ("locator", "string", "page or table"),
    ("made_by", "string", "sum, difference, product, quotient or mixture, where it is made of other findings"),
    ("parts", "string", "ids of those, with blanks between; a mixture has :weight behind each"),
    ("because", "string", "reason for a judgement"),
    ("note", "string", "what a user must know"),
    ("edition", "string", "edition in which this number came in"),
    ("superseded_by", "string", "id of the finding that took its place"),
)
REFERENCES = (
    ("key", "string", "as in the column sources"),
    ("authors", "string", "with semicolons between"),
    ("year", "integer", "of publication"),
    ("title", "string", "title"),
    ("container", "string", "journal, book or place"),
    ("volume", "string", "volume"),
    ("number", "string", "number"),
    ("pages", "string", "pages"),
    ("doi", "string", "digital object identifier"),
    ("url", "string", "address"),
    ("note", "string", "note"),
    ("checked", "string", "how title and DOI were checked"),
)
TABLES = (
    ("id", "string", "species, region, quantity"),
    ("quantity", "string", "what was counted or measured in every cell"),
    ("species", "string", "Latin name"),
    ("common_name", "string", "common name of the species"),
    ("region", "string", "where"),
    ("unit", "string", "unit names joined by * and /"),
    ("axes", "string", "by what the cells are told apart, with blanks between"),
    ("adds_up", "string", "the axes along which cells add up to a whole, with blanks between"),
    ("spread_kind", "string", "kind of the published spread of every cell; none where none is published"),
    ("n", "integer", "individuals"),
    ("method", "string", "how it was found"),
    ("grade", "string", "measured or derived"),
    ("status", "string", "how the numbers were checked, as a word of the codebook"),
    ("checked", "string", "how the numbers were checked, in a sentence"),
    ("sources", "string", "keys of references, with blanks between"),
    ("locator", "string", "page or table"),
    ("note", "string", "what a user must know"),
)
CELLS = (
    ("table", "string", "id of a table"),
    ("labels", "string", "labels of the cell in the order of the axes, with a bar between"),
    ("value", "number", "as published"),
    ("spread_value", "number", "standard deviation or standard error, by the kind of the table"),
)
RIVALS = (
    ("id", "string", "a finding"),
    ("rival", "string", "another finding of the same species, quantity and region"),
    ("ratio", "number", "rival by finding, of their medians"),
)
FOREIGN = {"rivals": (("id", "findings"), ("rival", "findings")), "cells": (("table", "tables"),)}
"""Columns of a table that name rows of another one; the first column of any other table is its own key."""


def exported(folder: Path) -> list[Path]:
    """Write the data set into a folder, and return its files.

    Parameters
    ----------
    folder : Path
        It is made where it is missing; files of the same names are replaced.

    Returns
    -------
    list of Path
        Tables as CSV and JSON, ``codebook.md``, ``LICENSE.md``, and ``datapackage.json``, which describes the tables by
        the Data Package standard and has the edition, sizes and hashes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = _all_rows()
    tables = {"findings": (FINDINGS, rows["findings"]), "references": (REFERENCES, rows["references"])}
    tables |= {"tables": (TABLES, rows["tables"]), "cells": (CELLS, rows["cells"]), "rivals": (RIVALS, rows["rivals"])}
    files = {"codebook.md": _codebook(tables), "LICENSE.md": _licence()}
    resources = []
    for name, (columns, found) in tables.items():
        text = _csv(columns, found)
        files[f"{name}.csv"] = text
        files[f"{name}.json"] = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        resources.append(_resource(name, columns, text))
    files["datapackage.json"] = json.dumps(_package(resources), ensure_ascii=False, indent=2) + "\n"
    for name, text in files.items():
        write_whole(folder / name, text, "export")
    return [folder / name for name in files]


def _all_rows() -> dict[str, list[dict[str, Any]]]:
    medians = {each.id: _belief(each) for each in findings().values()}
    told = [_finding_row(each, *medians[each.id]) for each in sorted(findings().values(), key=lambda each: each.id)]
    cited = [_reference_row(key) for key in sorted(references())]
    tables = [_table_row(each) for each in grids().values()]
    cells = [row for each in grids().values() for row in _cell_rows(each)]
    rivals = list(_rival_rows(medians))
    return {"findings": told, "references": cited, "tables": tables, "cells": cells, "rivals": rivals}


def _table_row(grid: Grid) -> dict[str, Any]:
    told = {name: getattr(grid, name, None) for name, _, _ in TABLES}
    joined = {name: " ".join(getattr(grid, name)) or None for name in ("axes", "adds_up", "sources")}
    return {**told, **joined, "common_name": SPECIES[grid.species] or None, "spread_kind": grid.spread}


def _cell_rows(grid: Grid) -> Iterator[dict[str, Any]]:
    for point, numbers in grid.cells():
        spread = numbers[1] if len(numbers) > 1 else None
        yield {"table": grid.id, "labels": "|".join(point), "value": numbers[0], "spread_value": spread}


def _belief(finding: Finding) -> tuple[float, float | None, float | None]:
    """Return median and ends of a finding, in its unit."""
    quantity: Quantity = evidence(finding.id).to(finding.unit)
    estimate = quantity.estimate(digits=2)
    if estimate.is_exact_number:
        return float(estimate.median), None, None
    low, high = (float(f"{float(estimate.quantile(p)):.4g}") for p in ENDS)
    return float(f"{float(estimate.median):.4g}"), low, high


def _finding_row(finding: Finding, median: float, low: float | None, high: float | None) -> dict[str, Any]:
    spread = finding.spread
    told = {name: getattr(finding, name, None) for name, _, _ in FINDINGS}
    weights = dict(finding.mixture)
    told |= {
        "common_name": SPECIES[finding.species] or None,
        "spread_kind": spread.kind if spread else None,
        "median": median,
        "low_90": low,
        "high_90": high,
        "sources": " ".join(finding.sources) or None,
        "made_by": finding.combination,
        "parts": " ".join(f"{each}:{weights[each]:g}" if weights else each for each in finding.parts) or None,
    }
    if spread is not None:
        told |= {f"spread_{name}": getattr(spread, name) for name in ("value", "low", "high", "level", "of")}
    return told


def _reference_row(key: str) -> dict[str, Any]:
    citation = references()[key]
    told = {name: getattr(citation, name, None) for name, _, _ in REFERENCES}
    return told | {"authors": "; ".join(citation.authors)}


def _rival_rows(medians: Mapping[str, tuple[float, float | None, float | None]]) -> Iterator[dict[str, Any]]:
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in sorted(findings().values(), key=lambda each: each.id):
        if "@" not in each.id:
            alike.setdefault((each.species, each.quantity, each.region), []).append(each.id)
    for ids in alike.values():
        for one in ids:
            for other in ids:
                if other != one:
                    yield {"id": one, "rival": other, "ratio": float(f"{medians[other][0] / medians[one][0]:.4g}")}


def _csv(columns: Sequence[tuple[str, str, str]], rows: Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [name for name, _, _ in columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _resource(name: str, columns: Sequence[tuple[str, str, str]], text: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [{"name": field, "type": kind, "description": what} for field, kind, what in columns],
        "missingValues": [""],
    }
    if name in FOREIGN:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": other, "fields": ["id"]}} for field, other in FOREIGN[name]
        ]
    else:
        schema["primaryKey"] = columns[0][0]
    content = text.encode()
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _package(resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    label, _, content = evidence.edition.partition("+")
    return {
        "profile": "tabular-data-package",
        "name": "brainparams-findings",
        "id": f"brainparams-findings-{label}-{content}",
        "title": "Findings on brains, neurons, synapses and machine models, with sources and spreads",
        "description": (
            "Published and judged numbers, each with its unit, its spread as published, its source and how it was "
            "checked; rivals side by side."
        ),
        "version": f"{re.sub(r'[^0-9.]', '', label)}.0",
        "edition": evidence.edition,
        "keywords": ["neuroscience", "synapses", "neurons", "connectomics", "neural networks", "parameters"],
        "licenses": [LICENCE],
        "resources": list(resources),
    }


def _licence() -> str:
    return (
        "# Licence\n\nThis table, its codebook and its description are licensed under the Creative Commons "
        f"Attribution 4.0 International licence (CC BY 4.0), {LICENCE['path']}.\n\nThe numbers are facts of the works "
        f"that they are cited from: cite those as well. Cite the table with its edition, {evidence.edition}.\n"
    )


def _codebook(tables: Mapping[str, tuple[Sequence[tuple[str, str, str]], Rows]]) -> str:
    lines = ["# Codebook", "", f"Edition {evidence.edition}."]
    for name, (columns, _) in tables.items():
        lines += ["", f"## {name}.csv", "", "| column | type | holds |", "| --- | --- | --- |"]
        lines += [f"| {field} | {kind} | {what} |" for field, kind, what in columns]
    lines += ["", "## Kinds of spread, and the distribution that each becomes", ""]
    lines += [f"- **{kind}**: {rule.meaning}" for kind, rule in SPREADS.items()]
    lines += ["", "## How a number was checked", "", *(f"- **{word}**: {what}" for word, what in STATUS.items()), ""]
    return "\n".join(lines)

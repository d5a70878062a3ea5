"""A result as one page to send: the answer, its picture, steps, sources and record, and sliders where scripts run."""

from __future__ import annotations

import base64
import html
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from ..derivation import Derivation, told
from ..engines import estimate
from ..estimate import Estimate
from ..graph import Node
from ..graph.operations import OPERATIONS
from ..render.blocks import Block, Note, Picture, Sentence
from ..render.numbers import raised
from ..render.plain import capital, cleaned
from ..render.shape import is_wide, shape_of
from ..render.words import answer
from ..render.writers.html import MOST_ROWS, Html, escaped
from ..render.writers.text import Text
from ..version import __version__
from .sheet import POWER, Column, Sheet, directions, sheet_of, shifts, table

__all__ = ["Content", "Rival", "Rung", "page"]

# Nothing comes from elsewhere and nothing goes there; the page says so itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'"
HEAVIEST = 400_000  # bytes of a page
MOST_SLIDERS = 60
PICK = "const pick = (place, ...options) => options[Math.min(options.length - 1, Math.max(0, Math.round(place)))];"
LIVE = """<section id="live" hidden>
<ul id="ladder" hidden></ul>
<p id="choose" hidden><label>Shown below: <select id="focus"></select></label></p>
<p id="value" aria-live="polite"></p>
<p id="told"></p>
<p id="product"></p>
<svg id="picture" viewBox="0 0 640 190" role="img" aria-label="Density of the result"></svg>
<ul id="lines"></ul>
<h2>Where the spread comes from</h2>
<ul id="drivers"></ul>
<p class="small" id="method"></p>
<div id="moving">
<h2>Move an input</h2>
<p class="small">Grey is the answer as it was. The address of this page keeps what you change, and the line below makes
the same change in Python. <button type="button" id="reset" hidden>reset all</button></p>
</div>
<div id="controls"></div>
<p class="small" id="still-inputs"></p>
<div id="made">
<pre id="python"></pre>
<button type="button" id="copy">copy the line</button>
</div>
</section>"""


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of a ladder: its name, ends and middle, how it is printed; `node` moves it, None where nothing does."""

    name: str
    low: float
    median: float
    high: float
    value: str
    node: Node | None = None


Rival = tuple[str, float, float, float]  # who said it, median, ends of one standard deviation


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a page.

    Attributes
    ----------
    node : Node
        The result; what is no single number, has no spread or is too large has a page without sliders.
    derivation : Derivation
        What is told of it.
    lines : mapping of str to float
        What it is held against, in its unit.
    rivals : mapping of str to list of Rival
        Other studies of an input, by its uid.
    record : str
        The file to download.
    edition : str
        Of the evidence.
    title : str
        Of the page; the name of the result otherwise.
    above : sequence of Block
        What stands above everything where no scripts run.
    below : sequence of Block
        What stands between the sliders and what the result rests on.
    rungs : sequence of Rung
        What the result stands among, the smallest first.
    reference : str, optional
        The rung that the others are multiples of.
    """

    node: Node
    derivation: Derivation
    lines: Mapping[str, float]
    rivals: Mapping[str, Sequence[Rival]]
    record: str
    edition: str
    title: str = ""
    above: Sequence[Block] = ()
    below: Sequence[Block] = ()
    rungs: Sequence[Rung] = ()
    reference: str | None = None

    @property
    def others(self) -> list[Node]:
        """The results of the other rungs that move."""
        return [each.node for each in self.rungs if each.node is not None and each.node.key != self.node.key]


class _Headed(Html):
    """The notation of notebooks, with headings, which would be those of the notebook there."""

    def title(self, text: str) -> str:
        """Return the title of a list."""
        return f"<h3>{escaped(text)}</h3>"


def page(content: Content) -> str:
    """Return a result as one HTML page that needs nothing else; a heavy one lists less, or stands still."""
    node = content.node
    sheet = None if content.derivation.result.is_exact_number else sheet_of(node, *content.others)
    for live, most in ((sheet, None), (sheet, MOST_ROWS), (None, MOST_ROWS)):
        written = _page(content, live, _Headed(most))
        if len(written.encode("utf-8", "replace")) <= HEAVIEST:
            break
    return written


def _page(content: Content, sheet: Sheet | None, writer: Html) -> str:
    derivation = content.derivation
    opening, *others = told(derivation, "full")
    moving = [each for each in others if isinstance(each, Picture | Note | Sentence)]
    product = "".join(Text().line(each.line) for each in others if isinstance(each, Sentence))
    title = html.escape(cleaned(capital(content.title or derivation.name)))
    body = [
        f"<h1>{title}</h1>",
        f'<div id="still">{writer.write([*content.above, opening, *moving])}</div>',
        LIVE if sheet else "",
        writer.write(content.below) if content.below else "",
        f"<h2>What {html.escape(cleaned(derivation.name)) if content.rungs else 'it'} rests on</h2>",
        writer.write([each for each in others if each not in moving]),
        _record(content.record),
        f'<p class="small">{html.escape(_made(derivation, content.edition))}</p>',
        *(_scripts(sheet, content, product) if sheet else ()),
    ]
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{_packaged('page.css')}</style>",
    ]
    start, end = ["<!doctype html>", '<html lang="en">', "<head>"], ["</body>", "</html>", ""]
    return "\n".join([*start, *head, "</head>", "<body>", *filter(None, body), *end])


def _record(record: str) -> str:
    content = base64.b64encode(_compact(json.loads(record)).encode()).decode()
    return (
        f'<p><a download="quantity.json" href="data:application/json;base64,{content}">Download the record</a>: '
        f"every input, step and source; <code>bp.load</code> reads it back.</p>"
    )


def _made(derivation: Derivation, edition: str) -> str:
    found = derivation.result
    seed = f", {found.draws:,} draws, seed {found.seed}" if found.draws else ", no draws and no seed"
    return f"Made by brainparams {__version__}, edition {edition} of the evidence; {found.engine} engine{seed}."


# --- what the scripts need ---------------------------------------------------------------------------------------


def _scripts(sheet: Sheet, content: Content, product: str) -> Iterator[str]:
    yield f'<script type="application/json" id="sheet">{_inert(_data(sheet, content, product))}</script>'
    yield f"<script>{_evaluator(sheet)}</script>"
    yield f"<script>{_packaged('live.js')}</script>"


def _data(sheet: Sheet, content: Content, product: str) -> dict[str, Any]:
    derivation = content.derivation
    result = derivation.result
    names = {each.leaf.uid: each.name for each in derivation.inputs}
    shares = _shares(derivation)
    moving = _moving(sheet, shares)
    dimensions = 1 + max((each.dimension or 0) for each in sheet.columns)
    return {
        "power": POWER,
        "fixed": " ".join(filter(None, (_still_arrays(sheet), _still_inputs(sheet, moving)))),
        "level": derivation.level,
        "unit": result.unit.plural(2),
        "results": [_result(each, derivation.level) for each in (result, *map(estimate, content.others))],
        "product": _set(product),
        "method": _method(derivation),
        "interactions": derivation.drivers.interactions if derivation.drivers else 0.0,
        "rungs": _rungs(content),
        "subject": "ladder" if content.rungs else "quantity",
        "reference": content.reference and cleaned(content.reference),
        "lines": [{"name": cleaned(name), "value": value} for name, value in content.lines.items()],
        "columns": [
            _column(each, names, directions(dimensions), shifts(dimensions))
            | (_control(each) if each in moving else {})
            | ({"rivals": rivals} if each in moving and (rivals := _rivals(content, each)) else {})
            | ({"share": shares[each.leaf.uid]} if each.leaf.uid in shares else {})
            for each in sheet.columns
        ],
    }


def _moving(sheet: Sheet, shares: Mapping[str, float]) -> list[Column]:
    """Return the inputs that have sliders: of very many, those with the most to say."""
    free = [each for each in sheet.columns if each.can_change]
    return sorted(free, key=lambda each: -shares.get(each.leaf.uid, 0.0))[:MOST_SLIDERS]


def _rivals(content: Content, column: Column) -> list[list[Any]]:
    return [[cleaned(name), *numbers] for name, *numbers in content.rivals.get(column.leaf.uid, ())]


def _result(found: Estimate, level: float) -> dict[str, Any]:
    """Return how a result is told as long as nothing is changed."""
    shown = answer(found, level)
    told = _set("; ".join(filter(None, [shown.words, shown.spread])))
    return {"value": _set(shown.value), "told": told, "logarithmic": is_wide(found.law), "shape": _shape(found)}


def _shape(found: Estimate) -> dict[str, Any] | None:
    """Return the curve of a law that is known; where it is not, or jumps, a page counts its points."""
    shape = shape_of(found.law)
    if shape is None or not shape.is_smooth or shape.atoms:
        return None
    low, high = (math.log10(end) if shape.is_logarithmic else float(end) for end in shape.edges[[0, -1]])
    tallest = float(np.max(shape.density))
    return {"low": low, "high": high, "tallest": tallest, "masses": (shape.density / tallest).round(4).tolist()}


def _method(derivation: Derivation) -> str:
    """Return what the shares are shares of, and how they were found."""
    found = derivation.drivers
    return f"Shares of the variance of the {found.scale}; {found.method}." if found else ""


def _shares(derivation: Derivation) -> dict[str, float]:
    """Return the share of each input and of each element, by the uid that it has as a single number."""
    drivers = derivation.drivers or ()
    whole = {each.uid: each.share for each in drivers if not each.elements}
    return whole | {f"{each.uid}[{label}]": share for each in drivers for label, share in each.elements}


def _rungs(content: Content) -> list[dict[str, Any]]:
    """Return the rungs; `result` is the number of the one that moves each."""
    told, others = [], itertools.count(1)
    for each in content.rungs:
        place = None if each.node is None else 0 if each.node.key == content.node.key else next(others)
        ends = {"low": each.low, "median": each.median, "high": each.high}
        told.append({"name": cleaned(each.name), "result": place, "value": _set(each.value), **ends})
    return told


def _still_inputs(sheet: Sheet, moving: Sequence[Column]) -> str:
    count = sum(each.can_change for each in sheet.columns) - len(moving)
    return f"{count:,} inputs with less to say than these stay as they are." if count else ""


def _still_arrays(sheet: Sheet) -> str:
    """Return a sentence about arrays whose elements have no sliders; empty where there are none."""
    arrays: dict[str, int] = {}
    for each in sheet.columns:
        if "[" in each.leaf.uid and each.leaf.group != "latent":
            name = (each.leaf.name or "an array").partition(",")[0]
            arrays[name] = arrays.get(name, 0) + 1
    told = ", ".join(f"{cleaned(name)} ({count})" for name, count in arrays.items())
    return f"Elements of arrays have no sliders and stay as they are: {told}." if told else ""


def _set(text: str) -> str:
    """Return text with its powers of ten raised."""
    return raised(cleaned(text))


def _column(column: Column, names: Mapping[str, str], columns: Any, offsets: Any) -> dict[str, Any]:
    leaf = column.leaf
    told: dict[str, Any] = {
        "name": cleaned(names.get(leaf.uid) or leaf.name or leaf.unit.plural(2)),
        "kind": column.kind,
        "median": column.setting[0],
        "spread": column.setting[1],
        "positive": column.is_positive,
    }
    if column.dimension is not None:
        words = columns[column.dimension].astype("<u2").tobytes()
        told |= {"directions": base64.b64encode(words).decode(), "shift": int(offsets[column.dimension])}
    if column.kind == "table":
        told["table"] = base64.b64encode(table(column).astype("<f4").tobytes()).decode()
    if column.kind == "choice":
        told["values"] = np.asarray(leaf.value.values, dtype=float).tolist()
        told["cumulative"] = [*np.cumsum(leaf.value.weights)[:-1].tolist(), 1.0]
    return told


def _control(column: Column) -> dict[str, Any]:
    """Return what the sliders of an input need."""
    leaf = column.leaf
    told = {
        "change": True,
        "key": leaf.name or "",
        "unit": leaf.unit.pretty,
        "python": leaf.unit.text if leaf.unit.text != "1" else "",
        "written": raised(cleaned(f"{leaf.written} {leaf.unit.pretty}".strip())),
    }
    choice = {"options": list(map(cleaned, column.options)), "keys": list(column.options)}
    return told | (choice if column.kind == "choice" else {})


def _inert(content: Any) -> str:
    """Return JSON in which nothing ends the element around it."""
    return _compact(content).replace("<", "\\u003c")


def _compact(content: Any) -> str:
    return json.dumps(content, allow_nan=False, separators=(",", ":"))


def _evaluator(sheet: Sheet) -> str:
    """Return the sheet as a function, written from the table of operations."""
    slots = {place: f"v{place}" for place in range(len(sheet.columns))} | {
        slot: _literal(value) for slot, value in sheet.constants.items()
    }
    own = [place for place, each in enumerate(sheet.columns) if each.dimension is not None or each.kind == "exact"]
    lines = [f"const v{place} = numbers[{place}][i];" for place in own]
    for slot, line in sheet.lines.items():
        arguments = [slots[each] for each in line.arguments]
        if line.column is not None:
            text = f"at({line.column}, {arguments[0]})"
        else:
            script = OPERATIONS[line.operation].script
            assert script is not None
            parameter = _literal(line.parameters[0]) if line.parameters else ""
            text = script.format(*arguments, *[""] * 2, arguments=", ".join(arguments), p=parameter)
        slots[slot] = f"v{slot}"
        lines.append(f"const v{slot} = {text};")
    found = [f"results[{nth}][i] = {slots[each]};" for nth, each in enumerate(sheet.outputs)]
    inside = "\n".join([*lines, *found])
    loop = f"for (let i = 0; i < results[0].length; i++) {{\n{inside}\n}}"
    return f"{PICK}\nconst evaluate = (numbers, at, results) => {{\n{loop}\n}};"


def _literal(value: float) -> str:
    return f"({float(value)!r})" if value < 0 else repr(float(value))


def _packaged(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")

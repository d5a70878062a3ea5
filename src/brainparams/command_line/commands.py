"""What each command of the command line does: takes words, prints an answer, and returns an exit code."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import ArgumentError, BrainparamsError, did_you_mean, shown
from .standard_input import MARK

__all__ = ["COMPLETION", "ERROR", "FAILED", "HOLDS", "tell"]

HOLDS, FAILED, ERROR = 0, 1, 2  # the answer is yes, or no, or there is none


def demo(asked: Namespace) -> int:
    """Explain the human brain."""
    from .demo import human_brain, screen, whole

    text = "\n".join(whole() if asked.full else screen()).rstrip()
    return _answered(asked, text, lambda: _results(human_brain()))


# --- quantities --------------------------------------------------------------------------------------------------


def show(asked: Namespace) -> int:
    """Say each quantity in a sentence."""
    found = {each: _quantity(each, asked) for each in asked.what}
    return _answered(
        asked, "\n".join(map(repr, found.values())), lambda: {name: _results(each) for name, each in found.items()}
    )


def explain(asked: Namespace) -> int:
    """Tell the derivation."""
    quantity = _quantity(asked.what, asked)
    if asked.json:
        from ..records.record import record_of
        from ..records.results import Settings

        return _answered(asked, "", lambda: record_of(quantity, Settings()))
    return _answered(asked, quantity.explain(asked.style))


def convert(asked: Namespace) -> int:
    """Say a quantity in another unit."""
    quantity = _quantity(asked.what, asked).to(asked.unit)
    return _answered(asked, repr(quantity), lambda: _results(quantity))


def compare(asked: Namespace) -> int:
    """Put quantities and machine models on one ladder."""
    from ..comparison.ladder import compare as compared

    rungs = [_rung(each, asked) for each in asked.what]
    ladder = compared(rungs, reference=None if asked.reference is None else _rung(asked.reference, asked))
    names = ("name", "kind", "median", "low", "high", "ratio", "value", "interval", "why")
    return _answered(asked, str(ladder), lambda: [{name: getattr(rung, name) for name in names} for rung in ladder])


def report(asked: Namespace) -> int:
    """Write a page about a quantity."""
    written = _quantity(asked.what, asked).report(asked.output)
    return _answered(asked, str(written), lambda: {"written": str(written)})


def _quantity(what: str, asked: Namespace) -> Any:
    """Return what a word of the command line means: a saved file, a finding, or a number with its unit."""
    if what == MARK or what.endswith(".json") or os.path.exists(what):  # a text too long for a name is none
        from ..records import load

        return load(asked.standard_input.path(what, ".json"))
    if what[:1].isdigit() or what[:1] in "+-.":
        from ..makers import given

        return given(what)
    from ..findings import evidence

    if what.partition("@")[0] in evidence.ids():
        return evidence(what)
    hint = did_you_mean(what, evidence.ids())
    raise ArgumentError(f"{shown(what)} is no file, no finding, and no number with a unit such as '86e9 neuron'.{hint}")


def _rung(what: str, asked: Namespace) -> Any:
    is_quantity = what == MARK or what.endswith(".json") or "/" in what or what[:1].isdigit()
    return _quantity(what, asked) if is_quantity else what


def _results(quantity: Any) -> Any:
    from ..records.results import Settings, results_of

    return {"name": quantity.name, **results_of(quantity, Settings())}


# --- records -----------------------------------------------------------------------------------------------------


def verify(asked: Namespace) -> int:
    """Run records again; the exit code says whether all of them hold."""
    from ..records import verify as verified

    found, errors, told = [], [], []
    for path in asked.files:
        try:
            found.append(verified(asked.standard_input.path(path, ".json")))
            told.append(found[-1].to_json())
        except BrainparamsError as error:  # the others are still to be verified
            errors.append(str(error))
            name, reasons = Path(path).name, [str(error)]
            told.append({"path": name, "verdict": "error", "holds": False, "reasons": reasons, "numbers": []})
    if asked.json or found:
        _answered(asked, "\n".join(map(str, found)), lambda: told)
    for each in errors:
        tell(each)
    return ERROR if errors else HOLDS if all(each.holds for each in found) else FAILED


def diff(asked: Namespace) -> int:
    """Tell two records apart; the exit code says whether they are the same."""
    from ..records import diff as differing

    found = differing(*(asked.standard_input.path(each, ".json") for each in (asked.one, asked.other)))
    _answered(asked, str(found), found.to_json)
    return HOLDS if found.same else FAILED


def check(asked: Namespace) -> int:
    """Check the numbers of papers; the exit code says whether all of them hold."""
    from ..records import check as checked
    from ..render.plain import cleaned

    papers = [asked.standard_input.path(each, asked.suffix) for each in asked.papers]
    beside = "numbers.json" if MARK in asked.papers and Path("numbers.json").is_file() else None
    found = checked(*papers, numbers=asked.numbers or beside)
    faults = found._faults()
    lines = [f"{row.place}: {row.name}: {row.verdict}{f': {row.why}' if row.why else ''}" for row in faults]
    _answered(asked, "\n".join([*map(cleaned, lines), found._caption()]), found.to_json)
    return HOLDS if found.holds else FAILED


# --- looking up --------------------------------------------------------------------------------------------------


def search(asked: Namespace) -> int:
    """List whatever comes with the package and has to do with the words, the best answers first."""
    from ..literature.search import search as searched

    found = searched(" ".join(asked.words))
    names = ("kind", "name", "what", "call")
    return _answered(asked, str(found), lambda: [{name: getattr(hit, name) for name in names} for hit in found])


def evidence(asked: Namespace) -> int:
    """Say all that is known of a finding; without an id list all ids."""
    from ..findings import evidence as known

    if asked.id is None:
        return _answered(asked, "\n".join(known.ids()), lambda: list(known.ids()))
    finding = known.finding(asked.id)
    return _answered(asked, repr(finding), lambda: finding.model_dump(mode="json", exclude_none=True))


def count(asked: Namespace) -> int:
    """Count the parameters of a published configuration."""
    from ..architectures.readers import from_config

    network = from_config(Path(asked.standard_input.path(asked.config, ".json")), name=asked.name)
    terms = {term.name: term.parameters for term in network}
    told = {"name": network.name, "parameters": network.count, "terms": terms, "notes": list(network.conventions)}
    return _answered(asked, str(network), lambda: told)


def connectome(asked: Namespace) -> int:
    """Count what a connectome file holds, and say what became of its rows."""
    from ..interchange.connectome import connectome as read

    pairs = [each.partition("=") for each in asked.column]
    if not all(mark for _, mark, _ in pairs):
        raise ArgumentError("connectome: --column is ROLE=NAME, such as --column source=pre")
    suffix = {"graphml": ".graphml", "gml": ".gml", "sonata": ".h5"}.get(asked.format, ".csv")
    found = read(
        asked.standard_input.path(asked.file, suffix),
        weight=asked.weight,
        columns={role: name for role, _, name in pairs} or None,
        kind=asked.kind,
        directed=False if asked.undirected else None,
        nodes=asked.nodes,
        format=asked.format,
        sheet=asked.sheet,
    )
    counts = found.counts()
    lines = [f"{name.replace('_', ' ')}: {quantity!r}" for name, quantity in counts.items()]
    told = {name: _results(quantity) for name, quantity in counts.items()}
    return _answered(asked, "\n".join([*lines, "", str(found.report)]), lambda: {"file": found.origin.told, **told})


# --- shells ------------------------------------------------------------------------------------------------------

COMPLETION = {
    "bash": "complete -o default -W '{words}' brainparams",
    "zsh": "autoload -U +X bashcompinit && bashcompinit\ncomplete -o default -W '{words}' brainparams",
    "fish": "complete -c brainparams -n __fish_use_subcommand -a '{words}'",
}


def completion(asked: Namespace) -> int:
    """Print what makes a shell complete the commands: ``eval "$(brainparams completion bash)"``."""
    return _answered(asked, COMPLETION[asked.shell].format(words=" ".join(asked.names)))


# --- answering ---------------------------------------------------------------------------------------------------


def _answered(asked: Namespace, text: str, content: Any = None) -> int:
    """Print the answer as text, or as JSON where that was asked for."""
    if asked.json and content is not None:
        print(json.dumps(content(), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(text)
    return HOLDS


def tell(text: str) -> None:
    """Write a line beside the answer, where there is a place for it and room."""
    from ..render.plain import cleaned

    with suppress(OSError):
        if sys.stderr is not None:
            print(f"brainparams: {cleaned(text)}", file=sys.stderr)

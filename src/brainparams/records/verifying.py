"""Run a record again and compare: are these still the numbers, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..checks import strict
from ..errors import shown
from ..findings import evidence
from ..graph.wording import misworded_inputs
from ..render.blocks import Block, Grid, Items, Length, Sentence
from ..render.numbers import counted, rounded
from ..render.showing import Shown
from .record import Record, conflicts, name_of, opened, other_files, outdated, recited, retold
from .results import Compared, Settings, Verdict, compared, digits, results_of

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True, repr=False)
class Verification(Shown):
    """Whether a record still gives its numbers.

    Attributes
    ----------
    path : str
        The file.
    verdict : {"identical", "within the error bar", "differs", "no results"}
        The worst of all numbers; a record that was edited, or does not say what the evidence says, differs.
    rows : tuple of Compared
        Every number.
    reasons : tuple of str
        What is not as it was when it was saved, whether or not it moved a number.

    Examples
    --------
    >>> mean = Compared("mean", 1.0, 1.0, error=0.0, verdict="identical")
    >>> print(Verification("brain.json", "identical", (mean,), ()))
    brain.json: identical: 1 number compared
    """

    path: str
    verdict: Verdict
    rows: tuple[Compared, ...]
    reasons: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the numbers are the same, or as near as their standard errors allow."""
        return self.verdict in ("identical", "within the error bar")

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain lists and dicts, for programs."""
        told = {"path": self.path, "verdict": self.verdict, "holds": self.holds}
        return {**told, "reasons": list(self.reasons), "numbers": list(map(asdict, self.rows))}

    def _blocks(self, length: Length) -> Sequence[Block]:
        return tuple(self._told())

    def _told(self) -> Iterator[Block]:
        count = len(self.rows)
        numbers = f"{counted(count, 'number')} compared" if count else "there is no number to compare"
        yield Sentence(f"{self.path}: {self.verdict}: {numbers}")
        rows = [each for each in self.rows if each.verdict == "differs"][:20]
        if rows:
            cells = tuple((each.name, digits(each.saved), digits(each.now), rounded(each.error)) for each in rows)
            head = ("number", "saved", "now", "standard error")
            yield Grid("what differs", head, cells, frozenset({1, 2, 3}))
        if self.reasons:
            yield Items("not as it was saved", self.reasons)


@strict
def verify(path: str | Path) -> Verification:
    """Run a saved estimate again and compare every number with the one that was saved.

    Numbers are identical, or within the error bar (4 standard errors of the difference, or 1e-12 of the value), or
    differ; what is not as it was is told: an edited file, another edition of the evidence, another version, another
    engine.

    Parameters
    ----------
    path : str or Path
        Of a file that ``Quantity.save`` wrote.

    Returns
    -------
    Verification
        It prints itself; ``verify(path).holds`` is the answer.

    Raises
    ------
    FileError
        If the file cannot be read as a record.

    Examples
    --------
    >>> import brainparams as bp, pathlib, tempfile
    >>> x = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = bp.verify(x.save(pathlib.Path(folder) / "x.json"))
    >>> found.verdict, found.holds
    ('identical', True)
    """
    name = name_of(path)
    quantity, record, content, changes = opened(path, f"verify({shown(name)})")
    now = results_of(quantity, record.settings or Settings())
    rows = tuple(compared(content.get("results"), now))
    words = () if changes else misworded_inputs(quantity.node)
    wrong = [*(f"edited by hand: {each}" for each in (*changes, *words)), *conflicts(quantity.node, record)]
    verdict = _worst(each.verdict for each in rows) if record.results else "no results"
    if wrong:
        verdict = "differs"
    files = other_files(quantity.node, Path(path).parent)
    said = (*outdated(quantity.node), *retold(quantity.node), *recited(record))
    reasons = (*wrong, *_reasons(record, content, now, verdict), *said, *files)
    return Verification(name, verdict, rows, reasons)


def _worst(verdicts: Iterator[Verdict]) -> Verdict:
    found = set(verdicts)
    order: tuple[Verdict, ...] = ("differs", "within the error bar", "identical")
    return next((each for each in order if each in found), "no results")


def _reasons(record: Record, content: Mapping[str, Any], now: Mapping[str, Any], verdict: Verdict) -> Iterator[str]:
    """Yield what is not as it was when the record was saved."""
    saved = content.get("results") or {}
    if not record.results:
        yield f"saved by brainparams {record.brainparams}, which kept no results"
    if record.evidence and record.evidence.edition not in ("", evidence.edition):
        yield f"the evidence was edition {record.evidence.edition} and is {evidence.edition}"
    if verdict == "identical":
        return
    for what in ("engine", "draws", "seed"):
        if saved.get(what) != now.get(what):
            yield f"the {what} was {saved.get(what)} and is {now.get(what)}"
    then, versions = saved.get("versions", {}), now.get("versions", {})
    for package in sorted({*then, *versions}):
        if then.get(package) != versions.get(package):
            yield f"{package} was {then.get(package) or 'not used'} and is {versions.get(package) or 'not used'}"

"""The catalogue of findings, read from the packaged TOML files and checked as a whole."""

from __future__ import annotations

import functools
import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from types import MappingProxyType

from pydantic import ValidationError

from ..citations import explained
from ..errors import FileError, SourceError, did_you_mean, shown
from .finding import Finding, unit_exponents

__all__ = ["findings", "read_findings"]

HEADER = re.compile(r'^\s*\[\s*"([^"]*)"\s*\]')


def findings() -> Mapping[str, Finding]:
    """Return the findings that come with the package, by id; read once, on the first call.

    Examples
    --------
    >>> findings()["human/brain/neurons"].value
    86060000000
    """
    with _READING:
        return _packaged_findings()


def read_findings(texts: Mapping[str, str]) -> dict[str, Finding]:
    r"""Return the findings of some TOML texts, by id.

    Parameters
    ----------
    texts
        Content by file name. Every table is one finding and has the id as its header: ``["species/region/what"]``.

    Raises
    ------
    FileError
        With file and line, if a finding is incomplete, names a source or part that does not exist, stands twice,
        rests on itself, or adds or multiplies to another unit than it states.

    Examples
    --------
    >>> read_findings({"a.toml": '["a/b/c"]\nvalue = 1'})
    Traceback (most recent call last):
    brainparams.errors.FileError: a.toml, line 1, finding 'a/b/c': field 'quantity' is missing: add it; ...
    """
    found: dict[str, Finding] = {}
    places: dict[str, str] = {}
    for file, text in texts.items():
        for identifier, line, content in _tables(file, text):
            place = f"{file}, line {line}, finding {shown(identifier)}"
            if identifier in places:
                raise FileError(f"{place}: the id stands already in {places[identifier]}. Rename one of them.")
            places[identifier] = place
            found[identifier] = _finding(identifier, file, content, place)
    for identifier in found:
        _check_parts(identifier, found, places)
    for identifier in found:
        _check_no_circle(identifier, found, places, ())
    for identifier, finding in found.items():
        _check_units(finding, found, places[identifier])
    return found


_READING = threading.Lock()


@functools.cache
def _packaged_findings() -> Mapping[str, Finding]:
    files = sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    texts = {file.name: file.read_text(encoding="utf-8") for file in files if file.name.endswith(".toml")}
    return MappingProxyType(read_findings(texts))


def _tables(file: str, text: str) -> Iterator[tuple[str, int, object]]:
    """Yield id, line and content of every table."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{file}: not readable as TOML: {error}. Mend the line named there.") from None
    headers = [(HEADER.match(line), number) for number, line in enumerate(text.splitlines(), start=1)]
    lines = {match[1]: number for match, number in headers if match}
    for identifier, content in document.items():
        yield identifier, lines.get(identifier, 1), content


def _finding(identifier: str, file: str, content: object, place: str) -> Finding:
    if not isinstance(content, dict):
        raise FileError(f'{place}: {shown(content)} stands outside a table. Put ["species/region/what"] above it.')
    taken = sorted({"id", "file"} & set(content))
    if taken:
        raise FileError(f"{place}: {' and '.join(taken)} come from header and file name. Leave them out.")
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    try:
        return Finding.model_validate({"id": identifier, "file": file, **fields})
    except ValidationError as error:
        raise FileError(f"{place}: {explained(error, Finding.model_fields)}.") from None
    except SourceError as error:
        raise FileError(f"{place}: {error}") from None


def _check_parts(identifier: str, found: Mapping[str, Finding], places: Mapping[str, str]) -> None:
    finding = found[identifier]
    for part in finding.parts:
        if part not in found:
            raise FileError(f"{places[identifier]}: there is no finding {shown(part)}.{did_you_mean(part, found)}")
        if found[part].status == "memory":
            raise FileError(
                f"{places[identifier]}: rests on {part!r}, which nobody has seen in a source (status 'memory'). "
                "Check that number, or use another."
            )


def _check_no_circle(
    identifier: str, found: Mapping[str, Finding], places: Mapping[str, str], above: tuple[str, ...]
) -> None:
    if identifier in above:
        circle = " → ".join((*above[above.index(identifier) :], identifier))
        raise FileError(f"{places[identifier]}: rests on itself: {circle}. Break the circle.")
    for part in found[identifier].parts:
        _check_no_circle(part, found, places, (*above, identifier))


def _check_units(finding: Finding, found: Mapping[str, Finding], place: str) -> None:
    stated = unit_exponents(finding.unit)
    for part in finding.sum:
        if unit_exponents(found[part].unit) != stated:
            raise FileError(f"{place}: adds {part!r} in {found[part].unit!r} to a sum in {finding.unit!r}.")
    if finding.product:
        powers: Counter[str] = Counter()
        for part in finding.product:
            powers.update(unit_exponents(found[part].unit))
        came = {word: power for word, power in powers.items() if power}
        if came != stated:
            units = " × ".join(found[part].unit for part in finding.product)
            raise FileError(f"{place}: {units} does not give {finding.unit!r}. Mend the unit or the parts.")

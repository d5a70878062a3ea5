"""A shelf of packaged records: asked for by name or by words, listed, searched, and shown as a table."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any, Generic, TypeVar, overload

from ..checks import strict
from ..citations import references
from ..errors import ArgumentError, KindError, UnknownNameError, did_you_mean, shown
from ..findings import evidence
from ..findings.wording import Index, Number, Record, terms
from ..render.tables import Table
from .sentences import findings_of

__all__ = ["Shelf", "sought"]

Row = TypeVar("Row")
Rows = TypeVar("Rows", bound=Table[Any])
MOST_TO_NAME = 40


def _of_the_package(name: str) -> Any:
    return getattr(import_module(__package__), name)


@strict
class Shelf(Generic[Row, Rows]):
    """Records of one kind in a data file; call it with a name, or with words that only one name contains.

    Parameters
    ----------
    name : str
        What users call it by.
    file : str
        Where the records stand, a table for each.
    row : callable
        Makes a row of a name and its record.
    table : callable
        Makes a table of rows.
    noun : str
        What one record is, in messages.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.claims("petabyte").verdict
    'eleven times too high'
    >>> [each.name for each in bp.claims.find("vesicle")]
    ['energy per synaptic event']
    """

    _answers_words = True  # whether a call with words that are in no name gets the record that answers them best

    def __init__(
        self,
        name: str,
        file: str,
        row: Callable[[str, Mapping[str, Any]], Row],
        table: Callable[[tuple[Row, ...]], Rows],
        noun: str = "row",
    ) -> None:
        self.__name__, self._file, self._noun = name, file, noun
        self._row = functools.cache(lambda each: row(each, self._records[each]))
        self._table = table

    @functools.cached_property
    def _records(self) -> Mapping[str, Mapping[str, Any]]:
        text = resources.files(__package__).joinpath(self._file).read_text(encoding="utf-8")
        return MappingProxyType(tomllib.loads(text))

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_the_package, (self.__name__,)  # there is one of each, and a copy is that one

    def __repr__(self) -> str:
        return f"<{self.__name__}: {len(self)} of them; see them with bp.{self.__name__}.table()>"

    @overload
    def __call__(self) -> Rows: ...
    @overload
    def __call__(self, name: str, /) -> Row: ...
    def __call__(self, *name: str) -> Row | Rows:
        """Return all records as a table, or one record.

        Parameters
        ----------
        name
            Name of a record, or words that only one name contains; :meth:`ids` lists the names.

        Raises
        ------
        UnknownNameError
            If no record has such a name, or several.
        """
        if not name:
            return self._all()
        if len(name) > 1:
            raise ArgumentError(
                f"{self.__name__}(): {len(name)} names came; ask for one at a time, or for all: table()"
            )
        try:
            return self._row(sought(name[0], self._records, self.__name__, self._noun))
        except UnknownNameError:
            answers = self._answering(name[0]) if self._answers_words and not self._named(name[0]) else []
            if not answers:
                raise
            return self._row(answers[0])

    def _named(self, words: str) -> bool:
        """Return whether the words stand in some names."""
        return any(words.strip().casefold() in name.casefold() for name in self._records)

    def _answering(self, words: str) -> list[str]:
        """Return the names of the records that answer words, numbers or authors, best first."""
        return [record.key for record, _ in self._index.ranked(words)]

    @functools.cached_property
    def _index(self) -> Index:
        return Index(tuple(self.records().values()))

    @functools.cache  # noqa: B019 - a shelf lives as long as the package
    def records(self) -> Mapping[str, Record]:
        """Return what words find each record by, by name."""
        known = references()
        found = {}
        for name, record in self._records.items():
            said = list(_texts(record))
            named = {key for each in record if each.endswith("sources") for key in record[each]}
            keys = named | {source for each in _findings_in(said) for source in each}
            authors = " ".join(
                f"{known[key].label} {' '.join(known[key].authors)}" for key in sorted(keys & set(known))
            )
            numbers = (each for text in said for each in terms(text) if isinstance(each, Number))
            found[name] = Record(name, name.replace("-", " "), "\n".join([*said, authors]), tuple(numbers))
        return MappingProxyType(found)

    def _all(self) -> Rows:
        return self.table()

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the records, as they stand in the table."""
        return map(self._row, self._records)

    def __len__(self) -> int:
        return len(self._records)

    def ids(self) -> tuple[str, ...]:
        """Return the names of all records, sorted."""
        return tuple(sorted(self._records))

    def table(self) -> Rows:
        """Return all records, as a table."""
        return self._table(tuple(self))

    def find(self, words: object, /) -> Rows:
        """Return the records that have all of the words, in any order, as a table.

        Parameters
        ----------
        words
            Words of the name or of anything that the record says; parts of words do, and capitals make no difference.

        Raises
        ------
        UnknownNameError
            If no record has them all.
        """
        where = f"{self.__name__}.find({shown(words)})"
        if not isinstance(words, str) or not words.strip():
            raise KindError(f"{where}: expected words, such as {next(iter(self._records))!r}.")
        texts = {name: f"{name} {' '.join(_texts(record))}".casefold() for name, record in self._records.items()}
        standing = [name for name, text in texts.items() if all(word in text for word in words.casefold().split())]
        found = list(dict.fromkeys([*self._answering(words), *standing]))
        if not found:
            known = {word for text in texts.values() for word in text.split()}
            guess = did_you_mean(words, known)
            raise UnknownNameError(f"{where}: {self._noun} with these words was not found.{guess} See {self!r}.")
        return self._table(tuple(map(self._row, found)))


def _findings_in(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the sources of the findings that some texts name."""
    for finding_id in findings_of(*texts):
        if "@" not in finding_id:
            yield evidence.finding(finding_id).sources


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a record."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)


def sought(words: object, names: Collection[str], where: str, noun: str = "row") -> str:
    """Return the name that is meant: the name itself, or the only one that contains the words.

    Raises
    ------
    UnknownNameError
        If no name contains the words, or several do.

    Examples
    --------
    >>> sought("Energy", ["energy per operation", "power"], "analogies")
    'energy per operation'
    """
    if not isinstance(words, str) or not words.strip():
        article = "an" if noun[0] in "aeiou" else "a"
        example = next(iter(names))
        raise KindError(f"{where}(): {shown(words)} came; expected the name of {article} {noun}, such as {example!r}.")
    text = words.strip().casefold()
    by_fold = {name.casefold(): name for name in names}
    if text in by_fold:
        return by_fold[text]
    found = [name for fold, name in by_fold.items() if text in fold]
    if len(found) == 1:
        return found[0]
    if found:
        fault = f"{len(found)} {noun}s have it in their names: {', '.join(found)}."
        raise UnknownNameError(f"{where}({shown(words)}): {fault}")
    is_short = len(names) <= MOST_TO_NAME
    listing = f"The {noun}s are {', '.join(names)}." if is_short else f"List them with bp.{where}.ids()."
    raise UnknownNameError(f"{where}({shown(words)}): no {noun} {shown(text)}.{did_you_mean(text, names)} {listing}")

"""What a reader of one family is: how it counts, and under which class names its heads go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...errors import FileError, did_you_mean, shown
from .. import Architecture
from .configurations import Configuration

Reader = Callable[[Configuration], Architecture]

# What stands behind the body: nothing, a head over the vocabulary, or a head for a task.
SAID = {
    "base": "the base model, without an output head",
    "causal": "with its output head",
    "sequence": "with a head that classifies sequences",
    "token": "with a head that classifies tokens",
    "question": "with a head that marks answers",
}
DECODER_HEADS = {
    "Model": "base", "ForCausalLM": "causal", "ForSequenceClassification": "sequence",
    "ForTokenClassification": "token", "ForQuestionAnswering": "question",
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """One ``model_type``: its reader, its classes with what stands behind the body in each, and the class meant."""

    read: Reader
    classes: Mapping[str, str]
    default: str

    def choose(self, c: Configuration) -> None:
        """Settle which class is counted: the one the file names, or the usual one of the type."""
        named = c.content.get("architectures")
        if named is None or named == []:
            c.counted_class = self.default
        elif isinstance(named, list | tuple) and len(named) == 1 and isinstance(named[0], str):
            c.counted_class = named[0]
        else:
            raise FileError(f"{c.where}: 'architectures' is {shown(named)}; expected a list with one class name")
        if c.counted_class not in self.classes:
            known = ", ".join(self.classes)
            raise FileError(
                f"{c.where}: 'architectures' names {shown(c.counted_class)}, which is not counted for model_type "
                f"{c.model_type!r}; counted are {known}.{did_you_mean(c.counted_class, self.classes)}"
            )
        c.kind = self.classes[c.counted_class]

    def said(self, c: Configuration) -> str:
        """Return which class and which head was counted."""
        beside = SAID.get(c.kind, c.kind)
        open_ = "" if c.content.get("architectures") else "; the configuration names no class"
        return f"counted as {c.counted_class}, {beside}{open_}"


def read_as(c: Configuration, kind: str, read: Reader) -> Architecture:
    """Return what a reader counts for another kind of class; what is told stays that of the class."""
    own, c.kind = c.kind, kind
    found = read(c)
    c.kind = own
    return found


def decoder_family(prefix: str, read: Reader, *, causal: str = "ForCausalLM", default: str | None = None) -> Family:
    """Return a family of decoders, with the heads that every decoder can have."""
    heads = {suffix if kind != "causal" else causal: kind for suffix, kind in DECODER_HEADS.items()}
    return Family(read, {f"{prefix}{suffix}": kind for suffix, kind in heads.items()}, default or f"{prefix}{causal}")


def text_family(prefix: str, read: Reader, *, alone: bool = True) -> Family:
    """Return a family of decoders that are part of a model with other parts; `alone` if they also stand alone."""
    heads = {"TextModel": "base", "ForCausalLM": "causal", "TextForSequenceClassification": "sequence"}
    classes = {f"{prefix}{suffix}": kind for suffix, kind in heads.items() if alone or kind == "base"}
    return Family(read, classes, f"{prefix}{'ForCausalLM' if alone else 'TextModel'}")

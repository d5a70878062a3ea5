"""Architectures from the ``config.json`` that is published with a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...checks import strict
from ...errors import FileError, did_you_mean, shown
from .. import Architecture
from ..arguments import title, truth
from .adapters import adapter
from .audio_language import AUDIO_LANGUAGE
from .classics import CLASSICS
from .configurations import Configuration, configuration
from .decoders import DENSE_FAMILIES
from .deepseek_v4 import DEEPSEEK_V4
from .encoders import ENCODERS
from .encoders_own_layout import ENCODERS_OWN_LAYOUT
from .ernie_multimodal import MULTIMODAL_ERNIE
from .families import Family
from .gemmas import GEMMAS
from .gemmas_multimodal import MULTIMODAL_GEMMAS
from .hearing import HEARING
from .hyena import HYENA
from .linear_attention import LINEAR
from .mixtures import MIXTURE_FAMILIES
from .mixtures_own_layout import MIXTURES_OWN_LAYOUT
from .mllama import MLLAMA
from .multimodal import MULTIMODAL
from .nearest import nearest_layout
from .pairs import PAIRS
from .querying import QUERYING
from .receptance import RECEPTANCE
from .remote import REMOTE
from .seeing import SEEING
from .state_spaces import STATE_SPACES
from .step import STEP

__all__ = ["from_config", "model_types"]


@strict
def from_config(
    source: Mapping[str, Any] | str | Path,
    *,
    name: str | None = None,
    base: Mapping[str, Any] | str | Path | None = None,
    further_tokens: bool = False,
) -> Architecture:
    """Return the architecture that a published ``config.json`` of the Hugging Face format describes.

    Nothing is guessed: an unknown ``model_type``, a missing dimension, or a setting that changes the count in a way
    that is not counted here is an error that names it. What the format itself leaves open is taken as the format takes
    it, and said below the table.

    Parameters
    ----------
    source : mapping, path or JSON text
        The configuration.
    name : str, optional
        What the table calls the model; its ``model_type`` otherwise.
    base : mapping, path or JSON text, optional
        For an ``adapter_config.json``, the configuration of the model it was made for: LoRA, DoRA and IA³ count by its
        shapes. What the adapter adds is counted alone.
    further_tokens : bool
        Whether the modules that predict further tokens count (``num_nextn_predict_layers``), where a mixture of experts
        has them. They are published apart and mostly left out of the number of its parameters.

    Returns
    -------
    Architecture

    Raises
    ------
    FileError
        If it cannot be read, is not JSON, or does not say what is needed.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    Notes
    -----
    ``architectures`` says which class is counted: the base model, or with a head over the vocabulary or for a task.
    Where the file names none, encoders are counted as their base models, networks that see with the head for the
    classes in ``id2label``, all others with their output head. The last line below the table says which it was. Only
    JSON is read.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.from_config(
    ...     {
    ...         "model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
    ...         "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128,
    ...         "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False,
    ...     },
    ...     name="Llama 2 7B",
    ... )
    Llama 2 7B: 6,738,415,616 parameters
      term                parameters   share
      token embedding    131,072,000   1.95%
      attention        2,147,483,648  31.87%
      mlp              4,328,521,728  64.24%
      attention norm         131,072   0.00%
      mlp norm               131,072   0.00%
      final norm               4,096   0.00%
      output head        131,072,000   1.95%
      – positions: rotary, no parameters
      – counted as LlamaForCausalLM, with its output head; the configuration names no class
    """
    c = configuration(source, "from_config")
    if c.has("peft_type"):
        return _adapter(c, base, name)
    if base is not None:
        raise FileError(f"{c.where}: 'base' is given, and this is no adapter: it has no 'peft_type'; leave it out")
    if not c.has("model_type"):
        raise FileError(f"{c.where}: no 'model_type'; it says how to read the rest; add it.{_meant(c)}")
    family = READERS.get(c.model_type)
    if family is None:
        raise FileError(
            f"{c.where}: model_type {shown(c.content['model_type'])} is not known.{_hint(c)} Other models are built "
            f"with bp.transformer(…); bp.architectures.model_types() lists the {len(READERS)} types that are known"
        )
    family.choose(c)
    c.further_tokens = truth(further_tokens, "from_config(): 'further_tokens'")
    found = family.read(c)
    if further_tokens and "further tokens" not in {each.term for each in found.weights}:
        raise FileError(
            f"{c.where}: model_type {c.model_type!r} has no modules for further tokens that are counted here"
        )
    c.close()
    _tell_quantised(c)
    called = c.model_type if name is None else title(name, "from_config(): 'name'")
    return _finished(found, called, c, (*c.notes, family.said(c)))


def model_types() -> Mapping[str, tuple[str, ...]]:
    """Return every ``model_type`` that `from_config` counts, with the classes that ``architectures`` may name.

    The first class of a type is not always the one that is meant where a file names none; the result of `from_config`
    tells which it was.

    Returns
    -------
    mapping of str to tuple of str

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.model_types()["mamba2"][:2]
    ('Mamba2Model', 'Mamba2ForCausalLM')
    """
    return MappingProxyType({name: tuple(family.classes) for name, family in READERS.items()})


def _tell_quantised(c: Configuration) -> None:
    """Tell that weights are stored in fewer bits: parameters are counted, not the numbers they are packed in."""
    said = c.content.get("quantization_config")
    if isinstance(said, Mapping) and said:
        loaded = 4 if said.get("load_in_4bit") else 8 if said.get("load_in_8bit") else None
        bits = said.get("bits") or said.get("w_bit") or loaded
        how = " at ".join(filter(None, [str(said.get("quant_method") or "quantised"), f"{bits} bits" if bits else ""]))
        c.note(f"stored {how}: parameters are counted, not what they are packed in; bp.architectures.of tells bytes")


def _meant(c: Configuration) -> str:
    """Return which type a configuration without one may be: that of its class, or of its keys."""
    named = c.content.get("architectures")
    for each in named if isinstance(named, list | tuple) else ():
        of = [name for name, family in READERS.items() if each in family.classes]
        if of:
            return f" {shown(each)} is a class of {' and '.join(map(repr, of))}."
    return nearest_layout(c, READERS)


def _hint(c: Configuration) -> str:
    """Return what an unknown type may be: a model with a part that is known, or another's layout."""
    inside = c.content.get("text_config")
    if isinstance(inside, Mapping) and inside.get("model_type") in READERS:
        return f" Its 'text_config' is: {inside['model_type']!r}; pass that alone for the text model."
    return nearest_layout(c, READERS) or did_you_mean(c.model_type, READERS, 0.85) or NO_LAYOUT


def _adapter(c: Configuration, base: Mapping[str, Any] | str | Path | None, name: str | None) -> Architecture:
    """Return what an adapter adds to its base model."""
    model = None if base is None else from_config(base)
    base_type = "" if base is None else configuration(base, "from_config").model_type
    found = adapter(c, model, base_type)
    called = found.name if name is None else title(name, "from_config(): 'name'")
    return _finished(found, called, c, c.notes)


def _finished(found: Architecture, called: str, c: Configuration, notes: Sequence[str]) -> Architecture:
    """Return an architecture under its name, with what was counted how and the file that it was read from."""
    weights = tuple(replace(each, file=each.file or c.file) for each in found.weights) if c.file else found.weights
    return replace(found, name=called, weights=weights, conventions=(*found.conventions, *notes))


NO_LAYOUT = " No layout that is known reads its keys."

ROOMS = (
    CLASSICS,
    DENSE_FAMILIES,
    MIXTURE_FAMILIES,
    DEEPSEEK_V4,
    GEMMAS,
    MULTIMODAL_GEMMAS,
    LINEAR,
    RECEPTANCE,
    REMOTE,
    STATE_SPACES,
    ENCODERS,
    ENCODERS_OWN_LAYOUT,
    PAIRS,
    SEEING,
    HEARING,
    HYENA,
    MULTIMODAL,
    QUERYING,
    MULTIMODAL_ERNIE,
    AUDIO_LANGUAGE,
    MLLAMA,
    STEP,
    MIXTURES_OWN_LAYOUT,
)
READERS: Mapping[str, Family] = MappingProxyType(
    dict(sorted((name, family) for room in ROOMS for name, family in room.items()))
)

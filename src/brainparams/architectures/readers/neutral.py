"""Keys of a configuration that never change a count: activations, rotations, dropouts, losses, how it was saved."""

from __future__ import annotations

NEUTRAL = frozenset({"transformers_version", "dtype", "torch_dtype", "use_cache", "return_dict"})
PARTS = ("dropout", "rope", "token_id", "_eps", "init")


def is_neutral(key: str) -> bool:
    """Whether a key never changes a count."""
    return key in NEUTRAL or key.startswith("_") or any(part in key for part in PARTS)

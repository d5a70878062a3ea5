"""Networks that see: vision transformers and residual networks, counted exactly from their dimensions."""

from __future__ import annotations

from collections.abc import Sequence

from ..checks import strict
from ..errors import ArgumentError
from . import Architecture, Dimension, Weights, composed
from .arguments import one_of, title, truth, whole, wholes
from .blocks import NORMS, Block, blocks_of, norm_weights
from .convolution import batch_norm, convolution_layer
from .dense import dense_layer
from .transformers import dense_weights, stack_weights

__all__ = ["residual_network", "vision_transformer"]


@strict
def vision_transformer(
    name: str,
    *,
    image: int,
    patch: int,
    channels: int,
    width: int,
    blocks: Block | Sequence[Block],
    classes: int | None,
    norm: str = "LayerNorm",
    class_token: bool = True,
    distillation: bool = False,
    pooler: bool = False,
) -> Architecture:
    """Return a vision transformer: patches by one convolution, learned positions, an encoder, a linear head.

    Parameters
    ----------
    name : str
        What the table calls it.
    image, patch : int
        Side of the square image and of a square patch, in pixels; the patch must divide the image.
    channels : int
        Colours of the image.
    width : int
        Width d of the model.
    blocks : Block or sequence of Block
        Its layers.
    classes : int or None
        Classes of the head; None for no head.
    norm : str
        Kind of all norms, as in `transformer`.
    class_token : bool
        Whether a learned token, with a position of its own, stands before the patches.
    distillation : bool
        Whether a second such token stands there, with a head of its own (DeiT).
    pooler : bool
        Whether a dense layer follows the class token.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If the patch does not divide the image.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    Dosovitskiy et al. (2021), An image is worth 16x16 words. doi:10.48550/arXiv.2010.11929
    Touvron et al. (2021), Training data-efficient image transformers. doi:10.48550/arXiv.2012.12877

    Examples
    --------
    >>> import brainparams as bp
    >>> base = bp.Block(
    ...     layers=12,
    ...     attention=bp.Attention(heads=12, bias=True),
    ...     mlp=bp.MLP(width=3072, gated=False, bias=True),
    ...     norms=("attention", "mlp"),
    ... )
    >>> bp.vision_transformer("ViT-B/16", image=224, patch=16, channels=3, width=768, blocks=base, classes=1000).count
    86567656
    """
    where = "vision_transformer():"
    side, cut = whole(image, f"{where} 'image'"), whole(patch, f"{where} 'patch'")
    if side % cut:
        raise ArgumentError(f"{where} 'patch' = {cut} must divide 'image' = {side}")
    d = Dimension(whole(width, f"{where} 'width'"), "width", "d")
    tokens = [*(["class"] if truth(class_token, f"{where} 'class_token'") else [])]
    tokens += ["distillation"] if truth(distillation, f"{where} 'distillation'") else []
    one_of(norm, NORMS, f"{where} 'norm'")
    weights = _patches(d, cut, whole(channels, f"{where} 'channels'"))
    weights += [Weights(f"{each} token", "vector", (d,)) for each in tokens]
    rows = Dimension((side // cut) ** 2 + len(tokens), "patches and tokens", "T")
    weights.append(Weights("position embedding", "table", (rows, d)))
    weights += stack_weights(blocks_of(blocks, f"{where} 'blocks'"), d, norm)
    weights += norm_weights("final norm", norm, d)
    weights += dense_weights("pooler", d, d) if truth(pooler, f"{where} 'pooler'") else []
    if classes is not None:
        out = Dimension(whole(classes, f"{where} 'classes'"), "classes", "C")
        weights += [each for _ in tokens or [""] for each in dense_weights("head", d, out)]
    return Architecture(title(name, f"{where} 'name'"), tuple(weights))


def _patches(width: Dimension, patch: int, channels: int) -> list[Weights]:
    side, colours = Dimension(patch, "side of a patch", "p"), Dimension(channels, "channels", "c")
    kernel = Weights("patch embedding", "weights", (width, colours, side, side))
    return [kernel, Weights("patch embedding", "biases", (width,))]


@strict
def residual_network(
    name: str,
    *,
    block: str,
    blocks: Sequence[int],
    classes: int | None,
    running_statistics: bool,
    channels: int = 3,
    width: int = 64,
    stem_kernel: int = 7,
    groups: int = 1,
    width_per_group: int = 64,
) -> Architecture:
    """Return a residual network: a stem, stages of blocks that double the width, a linear head.

    Convolutions have no biases; a batch normalisation follows each. A shortcut has a 1 × 1 convolution where the width
    changes, or at the start of a stage behind the first.

    Parameters
    ----------
    name : str
        What the table calls it.
    block : {"basic", "bottleneck"}
        Two 3 × 3 convolutions, or 1 × 1, 3 × 3 and 1 × 1 with four times the channels at the end.
    blocks : sequence of int
        Blocks in each stage: ``[3, 4, 6, 3]`` in ResNet-34 and ResNet-50.
    classes : int or None
        Classes of the head; None for no head.
    running_statistics : bool
        Whether the running mean and variance of the batch normalisation count. There is no default.
    channels : int
        Colours of the image.
    width : int
        Channels of the stem and of the first stage; each further stage has twice as many.
    stem_kernel : int
        Side of the kernel of the stem: 7 for large images, 3 for small ones.
    groups, width_per_group : int
        Groups of the 3 × 3 convolution of a bottleneck and channels of each in the first stage, in units of
        ``width / 64``: 32 and 4 in ResNeXt-50 32×4d, 1 and 128 in Wide ResNet-50-2.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        For an unknown block, or groups in a basic one.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition. doi:10.1109/CVPR.2016.90
    Xie et al. (2017), Aggregated residual transformations. doi:10.1109/CVPR.2017.634
    Zagoruyko & Komodakis (2016), Wide residual networks. doi:10.48550/arXiv.1605.07146

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.residual_network(
    ...     "ResNet-50", block="bottleneck", blocks=[3, 4, 6, 3], classes=1000, running_statistics=False
    ... )
    ResNet-50: 25,557,032 parameters
      term  parameters   share
      stem       9,536   0.04%
      body  23,498,496  91.95%
      head   2,049,000   8.02%
      – running mean and variance of the batch normalisation: not counted
    """
    where = "residual_network():"
    kind = one_of(block, ("basic", "bottleneck"), f"{where} 'block'")
    counts = wholes(blocks, f"{where} 'blocks'")
    first, each = whole(width, f"{where} 'width'"), whole(width_per_group, f"{where} 'width_per_group'")
    parts = whole(groups, f"{where} 'groups'")
    statistics = truth(running_statistics, f"{where} 'running_statistics'")
    if kind == "basic" and (parts, each) != (1, 64):
        raise ArgumentError(f"{where} 'groups' and 'width_per_group' are those of a bottleneck; got block='basic'")
    kernel = whole(stem_kernel, f"{where} 'stem_kernel'")
    stem = _normed(whole(channels, f"{where} 'channels'"), first, kernel, statistics)
    planes = [first * 2**stage for stage in range(len(counts))]
    expansion = 4 if kind == "bottleneck" else 1
    body: list[Architecture] = []
    before = first
    for stage, (count, plane) in enumerate(zip(counts, planes, strict=True)):
        inner = plane if kind == "basic" else plane * each // 64 * parts
        for place in range(count):
            sides = (before, inner, plane * expansion)
            body += _block(kind, sides, parts, is_reduced=place == 0 and stage > 0, statistics=statistics)
            before = plane * expansion
    head = {} if classes is None else {"head": dense_layer(before, whole(classes, f"{where} 'classes'"), bias=True)}
    said = f"running mean and variance of the batch normalisation: {'counted' if statistics else 'not counted'}"
    network = composed(title(name, f"{where} 'name'"), {"stem": stem, "body": body, **head})
    return Architecture(network.name, network.weights, (said,))


def _normed(before: int, after: int, kernel: int, statistics: bool, groups: int = 1) -> list[Architecture]:
    """Return a convolution without bias and the batch normalisation behind it."""
    convolution = convolution_layer(before, after, kernel=(kernel, kernel), bias=False, groups=groups)
    return [convolution, batch_norm(after, running_statistics=statistics)]


def _block(
    kind: str, sides: tuple[int, int, int], groups: int, *, is_reduced: bool, statistics: bool
) -> list[Architecture]:
    """Return one residual block from `before` through `inner` to `after` channels."""
    before, inner, after = sides
    shortcut = _normed(before, after, 1, statistics) if is_reduced or before != after else []
    if kind == "basic":
        return [*_normed(before, inner, 3, statistics), *_normed(inner, after, 3, statistics), *shortcut]
    narrow, wide = _normed(before, inner, 1, statistics), _normed(inner, after, 1, statistics)
    return [*narrow, *_normed(inner, inner, 3, statistics, groups), *wide, *shortcut]

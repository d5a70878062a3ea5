"""Operations and memory of machines, held against the printed figures of public calculators."""

import pytest

import brainparams as bp

A = bp.architectures
GPT2 = {
    name: bp.from_config(
        {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": d, "n_layer": n, "n_head": h}
    )
    for name, (n, d, h) in {"small": (12, 768, 12), "xl": (48, 1600, 25)}.items()
}


def llama(layers, width, heads, kv_heads, inner, vocabulary=128256):
    return bp.from_config(
        {
            "model_type": "llama", "vocab_size": vocabulary, "hidden_size": width, "intermediate_size": inner,
            "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv_heads,
        }
    )  # fmt: skip


# Printed by the notebook transformer_sizing of nanoGPT (A. Karpathy) for a text of 1024 tokens: the whole forward pass,
# the parts of attention, both matrices of the MLP, and the head.
def test_operations_of_a_whole_text():
    each = A.operations_per_token(GPT2["small"], context=1024, mask="full")
    assert each.unit == "operation/token"
    assert each.value * 1024 == 291_648_307_200
    parts = 12 * (8_053_063_680 + 9_663_676_416) + 79_047_426_048
    assert each.value * 1024 == parts


def test_training_is_three_times_the_forward_pass():
    once = A.operations_per_token(GPT2["small"], context=1024, mask="full")
    assert A.operations_per_token(GPT2["small"], context=1024, mask="full", training=True).value == 3 * once.value
    causal = A.operations_per_token(GPT2["small"], context=1024, mask="causal").value
    bare = A.operations_per_token(GPT2["small"], context=1, mask="full").value
    square = 4 * 12 * 768
    assert once.value - bare == 1023 * square
    assert causal - bare == 1023 * square / 2


def chinchilla(layers, width, inner, heads, key, *, positions, head):
    block = bp.Block(
        layers=layers, attention=bp.Attention(heads=heads, head_dim=key, bias=True),
        mlp=bp.MLP(width=inner, gated=False, bias=True), norms=("attention", "mlp"),
    )  # fmt: skip
    return bp.transformer(
        "chinchilla", vocabulary=32000, width=width, blocks=block, norm="LayerNorm", positions=positions, head=head
    )


# Hoffmann et al. 2022, table A4: operations by their appendix F over 6·N·D, for texts of 2048 tokens. They count three
# operations for each entry of a softmax, which ours leaves out (0.05 to 0.4 % here, all of the difference), and leave
# out table and head, though the appendix lists both; a projection of relative positions is among the parameters alone.
@pytest.mark.parametrize(
    ("shape", "ratio", "without"),
    [
        ((10, 640, 2560, 10, 64), "1.03", "1.02"),
        ((20, 1024, 4096, 16, 64), "1.10", "1.10"),
        ((24, 1280, 5120, 10, 128), "1.08", "1.08"),
        ((26, 1792, 7168, 14, 128), "1.04", "1.04"),
        ((28, 2048, 8192, 16, 128), "1.03", "1.03"),
        ((40, 3584, 14336, 28, 128), "0.99", "0.99"),
    ],
)
def test_operations_of_chinchilla_against_six_for_each_parameter(shape, ratio, without):
    layers, *_, heads, _ = shape
    machine = chinchilla(*shape, positions="none", head="none")
    relative = bp.architectures.RelativeProjection(biases="each layer")
    parameters = chinchilla(*shape, positions=relative, head="tied").count
    ours = A.operations_per_token(machine, context=2048, mask="full", training=True).value
    softmax = 3 * 3 * heads * 2048 * layers
    assert f"{(ours + softmax) / (6 * parameters):.2f}" == ratio
    assert f"{ours / (6 * parameters):.2f}" == without
    assert 0.0004 < softmax / (ours + softmax) < 0.0042


# Narayanan et al. 2021, equation 3: 96·l·h²·(1 + s/6h + V/16lh) operations a token with every layer worked out again,
# which is 72·l·h²·(1 + s/6h + V/12lh) without.
@pytest.mark.parametrize(("layers", "width", "heads"), [(12, 768, 12), (48, 1600, 25), (96, 12288, 96)])
def test_operations_of_training_as_megatron_counts_them(layers, width, heads):
    s, v = 2048, 51200
    block = bp.Block(
        layers=layers, attention=bp.Attention(heads=heads, bias=True), norms=("attention", "mlp"),
        mlp=bp.MLP(width=4 * width, gated=False, bias=True),
    )  # fmt: skip
    machine = bp.transformer("megatron", vocabulary=v, width=width, blocks=block, norm="LayerNorm",
                             positions=bp.LearnedPositions(s), head="tied")  # fmt: skip
    training = A.operations_per_token(machine, context=s, mask="full", training=True).value
    assert training == 72 * layers * width**2 + 12 * s * layers * width + 6 * v * width
    again = training + (training - 6 * v * width) / 3
    assert again == pytest.approx(96 * layers * width**2 * (1 + s / (6 * width) + v / (16 * layers * width)), rel=1e-12)


# Printed in "Llama 3.1 – 405B, 70B & 8B with multilinguality and long context" (Hugging Face), at 16 bits in GiB.
@pytest.mark.parametrize(
    ("machine", "printed"),
    [
        (llama(32, 4096, 32, 8, 14336), ("0.125", "1.95", "15.62")),
        (llama(80, 8192, 64, 8, 28672), ("0.313", "4.88", "39.06")),
    ],
)
def test_the_cache_of_attention(machine, printed):
    for tokens, size in zip((1024, 16_000, 128_000), printed, strict=True):
        digits = len(size.partition(".")[2])
        found = A.attention_cache(machine, tokens=tokens, precision="fp16").value / 2**30
        assert abs(found - float(size)) <= 0.5001 * 10**-digits


def test_latent_attention_keeps_little():
    # DeepSeek-V2, table 1: 576 numbers a token and layer, against 2 · 128 · 128 of multi-head attention
    attention = bp.LatentAttention(heads=128, query_rank=1536, kv_rank=512, nope_dim=128, rope_dim=64, value_dim=128)
    block = bp.Block(layers=60, attention=attention, mlp=bp.MLP(width=8, gated=True, bias=False), norms=())
    machine = bp.transformer(
        "latent", vocabulary=10, width=5120, blocks=block, norm="RMSNorm", positions="rotary", head="none"
    )
    assert A.attention_cache(machine, tokens=1, precision="int8").value == 60 * 576


def test_linear_attention_and_state_spaces_keep_no_text():
    mixer = A.StateSpace(channels=16, state=4, rank=2, kernel=4, bias=False, convolution_bias=True)
    block = bp.Block(layers=3, attention=mixer, mlp=None, norms=("layer",))
    machine = bp.transformer("x", vocabulary=10, width=8, blocks=block, norm="RMSNorm", positions="none", head="tied")
    assert A.attention_cache(machine, tokens=100, precision="fp16").value == 0
    with pytest.raises(bp.ArgumentError, match="no attention with queries"):
        A.activation_memory(machine, tokens=1, batch=1, recomputation="full")


def test_adam_takes_sixteen_bytes_a_parameter():
    # Rajbhandari et al. 2020: at least 24 GB for GPT-2 with 1.5 billion parameters
    found = A.optimizer_memory(GPT2["xl"], optimizer="Adam, mixed precision")
    assert found.value == 16 * GPT2["xl"].count
    assert round(found.to("GB").value) == 25
    assert A.weight_memory(GPT2["xl"], precision="bf16").value == 2 * GPT2["xl"].count


def test_activations_of_gpt_3():
    # Korthikanti et al. 2022, section 4: 5·a·s/h = 80 for GPT-3 and 64 for MT-NLG 530B
    block = bp.Block(
        layers=96, attention=bp.Attention(heads=96, bias=True), mlp=bp.MLP(width=49152, gated=False, bias=True),
        norms=("attention", "mlp"),
    )  # fmt: skip
    gpt3 = bp.transformer(
        "GPT-3", vocabulary=50257, width=12288, blocks=block, norm="LayerNorm", positions=bp.LearnedPositions(2048),
        head="tied",
    )  # fmt: skip
    none, selective, full = (
        A.activation_memory(gpt3, tokens=2048, batch=1, recomputation=each).value
        for each in ("none", "selective", "full")
    )
    layer = 2048 * 12288
    assert (none, selective, full) == (96 * layer * (34 + 80), 96 * layer * 34, 96 * layer * 2)


def test_a_mixture_works_with_its_chosen_experts():
    def machine(active):
        experts = bp.Experts(count=8, active=active, width=32, gated=True, bias=False)
        block = bp.Block(layers=2, attention=bp.Attention(heads=2, bias=False), mlp=experts, norms=())
        return bp.transformer(
            "x", vocabulary=10, width=16, blocks=block, norm="RMSNorm", positions="rotary", head="untied"
        )

    one, two = (A.operations_per_token(machine(each), context=1, mask="full").value for each in (1, 2))
    assert two - one == 2 * 2 * 3 * 16 * 32


@pytest.mark.parametrize(
    ("use", "error", "says"),
    [
        (lambda m: A.operations_per_token(m, context=1, mask="none"), bp.ArgumentError, "'mask'"),
        (lambda m: A.operations_per_token(m, context=0, mask="full"), bp.RangeError, "'context'"),
        (lambda m: A.operations_per_token(3, context=1, mask="full"), bp.KindError, "Architecture"),
        (lambda m: A.attention_cache(m, tokens=1, precision="bf15"), bp.UnknownNameError, "Did you mean 'bf16'"),
        (lambda m: A.weight_memory(m, precision=2), bp.KindError, "'precision'"),
        (lambda m: A.optimizer_memory(m, optimizer="Adam"), bp.ArgumentError, "Adam, mixed precision"),
        (lambda m: A.activation_memory(m, tokens=1, batch=1, recomputation="some"), bp.ArgumentError, "recomputation"),
        (lambda m: A.operations_per_token(m, context=1), bp.ArgumentError, "missing mask"),
    ],
)
def test_what_is_not_said_is_refused(use, error, says):
    with pytest.raises(error, match=says):
        use(GPT2["small"])

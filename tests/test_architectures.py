"""Exact counts of architectures: published tables term by term, laws, the inverse, and what is refused."""

import copy
import json
import math
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.architectures.readers import READERS

DATA = Path(__file__).parent / "data"
TABLE = json.loads((DATA / "architectures.json").read_text(encoding="utf-8"))
CONFIGURATIONS = json.loads((DATA / "published_configurations.json").read_text(encoding="utf-8"))["models"]
CONFIGURATION = {each["name"]: each["configuration"] for each in CONFIGURATIONS}
PRE = ("attention", "mlp")


# --- the published table, from dimensions ------------------------------------------------------------------------


def learned_decoder(name, dims):
    return bp.transformer(
        name,
        vocabulary=dims["vocab"],
        width=dims["width"],
        blocks=plain_block(dims),
        norm="LayerNorm",
        positions=bp.LearnedPositions(dims["positions"]),
        head="tied",
    )


def plain_block(dims):
    return bp.Block(
        layers=dims["layers"],
        attention=bp.Attention(heads=dims["heads"], bias=True),
        mlp=bp.MLP(width=dims["mlp"], gated=False, bias=True),
        norms=PRE,
    )


def bert(name, dims):
    return bp.transformer(
        name,
        vocabulary=dims["vocab"],
        width=dims["width"],
        blocks=plain_block(dims),
        norm="LayerNorm",
        positions=bp.LearnedPositions(dims["positions"]),
        token_types=dims["token_types"],
        embedding_norm=True,
        final_norm=False,
        pooler=dims["pooler"],
        head="none",
    )


def rotary_decoder(name, dims, blocks):
    return bp.transformer(
        name,
        vocabulary=dims["vocab"],
        width=dims["width"],
        blocks=blocks,
        norm="RMSNorm",
        positions="rotary",
        head="untied",
    )


def grouped(dims):
    return bp.Attention(heads=dims["heads"], kv_heads=dims["kv_heads"], head_dim=dims["head_dim"], bias=False)


def llama(name, dims):
    mlp = bp.MLP(width=dims["mlp"], gated=True, bias=False)
    return rotary_decoder(name, dims, bp.Block(layers=dims["layers"], attention=grouped(dims), mlp=mlp, norms=PRE))


def mixtral(name, dims):
    experts = bp.Experts(
        count=dims["experts"], active=dims["experts_per_token"], width=dims["mlp"], gated=True, bias=False
    )
    return rotary_decoder(name, dims, bp.Block(layers=dims["layers"], attention=grouped(dims), mlp=experts, norms=PRE))


def deepseek(name, dims):
    attention = bp.LatentAttention(
        heads=dims["heads"],
        query_rank=dims["q_lora"],
        kv_rank=dims["kv_lora"],
        nope_dim=dims["qk_nope_dim"],
        rope_dim=dims["qk_rope_dim"],
        value_dim=dims["v_dim"],
    )
    experts = bp.Experts(
        count=dims["routed_experts"],
        active=dims["experts_per_token"],
        width=dims["expert_mlp"],
        gated=True,
        bias=False,
        shared=dims["shared_experts"],
    )
    dense = bp.MLP(width=dims["dense_mlp"], gated=True, bias=False)
    first = dims["dense_layers"]
    blocks = [
        bp.Block(layers=first, attention=attention, mlp=dense, norms=PRE),
        bp.Block(layers=dims["layers"] - first, attention=attention, mlp=experts, norms=PRE),
    ]
    return rotary_decoder(name, dims, blocks)


def vision(name, dims):
    return bp.vision_transformer(
        name,
        image=dims["image"],
        patch=dims["patch"],
        channels=dims["channels"],
        width=dims["width"],
        blocks=plain_block(dims),
        classes=dims["classes"],
    )


def residual(name, dims):
    return bp.residual_network(name, running_statistics=False, **dims)


def alexnet(name, dims):
    channels = [dims["conv"][0][0], *(each[1] for each in dims["conv"])]
    kernels = [(side, side) for _, _, side in dims["conv"]]
    features = bp.convolution_network(channels, kernels=kernels, bias=True)
    return bp.composed(name, {"features": features, "classifier": bp.dense_network(dims["fc"], bias=True)})


def lenet(name, dims):
    layers = {
        f"conv{place}": bp.convolution_layer(before, after, kernel=(side, side), bias=True)
        for place, (before, after, side) in enumerate(dims["conv"], start=1)
    }
    return bp.composed(name, {**layers, "fc": bp.dense_network(dims["fc"], bias=True)})


BUILDERS = {
    "gpt2": learned_decoder, "gpt3": learned_decoder, "bert": bert, "llama": llama, "mixtral": mixtral,
    "deepseek": deepseek, "vit": vision, "resnet": residual, "alexnet": alexnet, "lenet": lenet,
}  # fmt: skip
# The table's terms that are called otherwise here, or are a sum of several.
NAMES = {
    "embeddings": ("token embedding", "position embedding", "type embedding"),
    "norms": ("attention norm", "mlp norm", "final norm"),
    "lm_head": ("output head",),
    "experts": ("routed experts",),
    "dense_mlp": ("mlp",),
    "patch_conv": ("patch embedding",),
}


@pytest.mark.parametrize("row", TABLE["architectures"], ids=lambda row: row["name"])
def test_a_published_architecture_is_counted_term_by_term(row):
    found = BUILDERS[row["name"].split("-")[0]](row["name"], row["dims"])
    assert found.parameters.value == found.count == row["parameters"]
    used = set()
    for term, count in row["terms"].items():
        names = NAMES.get(term, (term.replace("_", " "),))
        assert sum(found.terms[name].value for name in names) == count, term
        used |= set(names)
    assert used == set(found.terms)
    for with_table in (True, False):
        key = f"active_parameters_{'with' if with_table else 'without'}_input_embedding"
        if key in row:
            assert found.active(input_embedding=with_table).value == row[key]


@pytest.mark.parametrize("row", TABLE["temporal_convolutional_networks"], ids=lambda row: row["name"])
def test_a_temporal_network_is_counted_term_by_term(row):
    shape = {
        "inputs": row["input_channels"], "widths": row["widths"], "kernels": row["kernel_sizes"],
        "outputs": row["outputs"],
    }  # fmt: skip
    trained = bp.temporal_convolutional_network(row["name"], running_statistics=False, **shape)
    stored = bp.temporal_convolutional_network(row["name"], running_statistics=True, **shape)
    assert trained.parameters.value == row["trainable"]
    assert stored.parameters.value == row["total_with_running_statistics"]
    terms = {name: each.value for name, each in stored.terms.items()}
    assert terms["convolutions"] == row["terms"]["conv"]
    assert terms["batch norm scale and shift"] == row["terms"]["bn_trainable"]
    assert terms["batch norm running statistics"] == row["terms"]["bn_stats"]
    assert sum(terms[name] for name in row["outputs"]) == row["terms"]["heads"]


def test_both_countings_of_the_neuron_network_agree():
    estimated = bp.temporal_convolutional_neuron(
        1278, [45] + [19] * 6, [128] * 7, [1, 1, 20], batch_norm=True, task="spikes", fidelity="1 ms"
    )
    counted = bp.temporal_convolutional_network(
        "7 × 128", inputs=1278, widths=[128] * 7, kernels=[45] + [19] * 6, outputs={"all": 22}, running_statistics=False
    )
    assert estimated.value == counted.count == 9_234_582


def test_the_table_of_the_docs_is_the_table_of_the_tests():
    page = (Path(__file__).parent.parent / "docs" / "architectures.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")
    ]
    shown = {row[0]: row[-1] for row in rows}
    for row in TABLE["architectures"]:
        assert shown[row["name"]] == f"{row['parameters']:,}"
    assert set(READERS) == {word for row in rows for word in re.findall(r"`([\w-]+)`", row[0])} & set(READERS)


# --- published configurations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", CONFIGURATIONS, ids=lambda row: row["name"])
def test_a_published_configuration_has_its_count(row):
    found = bp.from_config(row["configuration"], name=row["name"])
    assert found.count == row["parameters"]
    assert found.parameters.value == sum(each.value for each in found.terms.values()) == row["parameters"]


NOT_COUNTED = {"attention_bias", "moe_layer_freq", "word_embed_proj_dim", "do_layer_norm_before"}  # refused if unusual


def what_is_said_of(configuration):
    try:
        return " ".join(bp.from_config(configuration).conventions)
    except bp.FileError as error:
        return str(error)


@pytest.mark.parametrize("row", CONFIGURATIONS, ids=lambda row: row["name"])
def test_a_missing_key_is_an_error_or_is_told(row):
    for key in row["configuration"]:
        rest = {name: value for name, value in row["configuration"].items() if name != key}
        if key == "num_hidden_layers" and row["configuration"]["model_type"] == "albert":
            continue  # layers that share their weights
        assert key in NOT_COUNTED or key in what_is_said_of(rest)


def test_a_configuration_is_the_direct_call():
    direct = llama("llama", {
        "vocab": 128256, "width": 4096, "layers": 32, "mlp": 14336, "heads": 32, "kv_heads": 8, "head_dim": 128
    })  # fmt: skip
    assert bp.from_config(CONFIGURATION["llama-3.1-8b"]).weights == direct.weights


def test_a_configuration_is_read_from_file_text_and_mapping(tmp_path):
    text = json.dumps(CONFIGURATION["gpt2"])
    path = tmp_path / "config.json"
    path.write_text(text, encoding="utf-8")
    found = {bp.from_config(each).count for each in (text, path, str(path), CONFIGURATION["gpt2"])}
    assert found == {124_439_808}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "an object with keys"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("{}", "no 'model_type'"),
        ('{"model_type": "lama"}', "Did you mean 'llama'"),
        ('{"model_type": "gemma3", "text_config": {"a": 1}}', "'text_config'"),
        ('{"model_type": "gpt2", "n_embd": 768.0}', "n_embd"),
        ("[" * 100_000, "nested deeper than 64 levels"),
        ('{"model_type": ' + "9" * 5000 + "}", "line 1, column 16: an integer of 5000 digits"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, content, said):
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((bp.FileError, bp.KindError), match=said):
        bp.from_config(path)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path):
    with pytest.raises(bp.FileError, match="No such file"):
        bp.from_config(tmp_path / "config.json")
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (10 * 2**20 + 1))
    with pytest.raises(bp.FileError, match="larger than 10 MB"):
        bp.from_config(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(bp.FileError, match="UTF-8"):
        bp.from_config(path)


@pytest.mark.parametrize(
    ("name", "change", "count"),
    [
        ("gpt2", {"add_cross_attention": True}, 152_806_656),
        ("opt-125m", {"enable_bias": False, "layer_norm_elementwise_affine": False, "vocab_size": 50000}, 124_909_056),
        ("opt-125m", {"hidden_size": 1024, "ffn_dim": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
                      "word_embed_proj_dim": 512, "do_layer_norm_before": False}, 331_196_416),  # OPT-350m
    ],
)  # fmt: skip
def test_settings_that_few_models_use_are_counted(name, change, count):
    assert bp.from_config(CONFIGURATION[name] | change).count == count


def test_biases_of_mpt_are_those_of_the_class_that_is_named():
    small = {"model_type": "mpt", "d_model": 768, "n_heads": 12, "n_layers": 12, "max_seq_len": 2048,
             "vocab_size": 50368, "no_bias": False, "attn_config": {"alibi": True}}  # fmt: skip
    assert bp.from_config({**small, "architectures": ["MptForCausalLM"]}).count == 123_636_480  # which has none
    makers = bp.from_config({**small, "architectures": ["MPTForCausalLM"]}).count
    assert makers == 123_636_480 + 12 * (4 * 768 + 5 * 768 + 2 * 768) + 768
    with pytest.raises(bp.FileError, match="does not say which class"):
        bp.from_config(small)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("gpt2", {"add_cross_attention": "yes"}, "add_cross_attention"),
        ("bert-base-uncased", {"position_embedding_type": "relative_key"}, "position_embedding_type"),
        ("opt-125m", {"word_embed_proj_dim": "512"}, "word_embed_proj_dim"),
        ("deepseek-v3", {"attention_bias": True}, "attention_bias"),
        ("deepseek-v3", {"first_k_dense_replace": 99}, "first_k_dense_replace"),
        ("resnet-50", {"hidden_sizes": [1, 2, 3, 4]}, "hidden_sizes"),
        ("llama-2-7b", {"attention_bias": "no"}, "attention_bias"),
        ("t5-small", {"feed_forward_proj": "gated-gelo"}, "feed_forward_proj"),
        ("llama-2-7b", {"num_hidden_layers": -1}, "num_hidden_layers"),
        ("gpt-oss-20b", {"experts_per_token": 3}, "differ"),
        ("qwen3-30b-a3b", {"mlp_only_layers": 3}, "mlp_only_layers"),
    ],
)
def test_a_setting_that_is_not_counted_is_refused(name, change, said):
    with pytest.raises((bp.FileError, bp.KindError, bp.RangeError, bp.ArgumentError), match=said):
        bp.from_config(CONFIGURATION[name] | change)


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        (CONFIGURATION["bert-base-uncased"] | {"model_type": "fancybert"}, "By its keys it looks like 'bert'"),
        ({"model_type": "seeing", "text_config": {"model_type": "llama"}}, "Its 'text_config' is: 'llama'; pass that"),
        (CONFIGURATION["llama-2-7b"] | {"architectures": ["MistralForCausalLM"]}, "counted are LlamaModel"),
        (CONFIGURATION["llama-2-7b"] | {"architectures": ["A", "B"]}, "a list with one class name"),
        (CONFIGURATION["llama-2-7b"] | {"atention_bias": True}, "Did you mean 'attention_bias'"),
        (CONFIGURATION["bert-base-uncased"] | {"pruned_heads": {"0": list(range(12))}}, "at least one has to stay"),
        ({"peft_type": "LORA", "r": 8, "target_modules": ["q_proj"]}, "give that model's configuration as base"),
    ],
)
def test_what_stands_in_the_way_is_named(configuration, said):
    with pytest.raises(bp.FileError, match=re.escape(said)):
        bp.from_config(configuration)


def test_heads_that_were_pruned_are_not_counted():
    bert = CONFIGURATION["bert-base-uncased"]
    found = bp.from_config(bert | {"pruned_heads": {"0": [1, 2]}})
    assert found.count == 109_088_640
    assert bp.from_config(bert).count - found.count == 2 * (4 * 64 * 768 + 3 * 64)


def test_a_quantised_checkpoint_counts_its_parameters():
    llama = CONFIGURATION["llama-2-7b"]
    found = bp.from_config(llama | {"quantization_config": {"quant_method": "gptq", "bits": 4}})
    assert found.count == bp.from_config(llama).count
    assert any("gptq at 4 bits" in each for each in found.conventions)


def test_further_tokens_are_counted_where_they_are_asked_for():
    deepseek = CONFIGURATION["deepseek-v3"] | {"num_nextn_predict_layers": 1}
    more = bp.from_config(deepseek, further_tokens=True)
    layer = (more.count - bp.from_config(deepseek).count) / 1e9
    assert 11.5 < layer < 11.7  # DeepSeek-V3, README_WEIGHTS: 11.5 billion of its own
    with pytest.raises(bp.FileError, match="no modules for further tokens"):
        bp.from_config(CONFIGURATION["llama-2-7b"], further_tokens=True)


@pytest.mark.parametrize(
    ("change", "count"),
    [  # of llama 2 7B, as the library peft makes them
        ({"r": 16, "target_modules": ["q_proj", "v_proj"]}, 8_388_608),
        ({"r": 16, "target_modules": ["q_proj", "v_proj"], "use_dora": True}, 8_388_608 + 2 * 32 * 4096),
        ({"r": 8, "target_modules": "all-linear"}, 32 * 8 * (4 * 2 * 4096 + 3 * (4096 + 11008))),
        ({"r": 16, "target_modules": ["q_proj"], "layers_to_transform": [0, 1]}, 2 * 16 * 2 * 4096),
    ],
)
def test_adapters_of_low_rank(change, count):
    assert bp.from_config({"peft_type": "LORA"} | change, base=CONFIGURATION["llama-2-7b"]).count == count


def test_other_adapters():
    base = CONFIGURATION["llama-2-7b"]
    scaled = {
        "peft_type": "IA3",
        "target_modules": ["k_proj", "v_proj", "down_proj"],
        "feedforward_modules": ["down_proj"],
    }
    assert bp.from_config(scaled, base=base).count == 32 * (2 * 4096 + 11008)
    prompt = {"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 20, "token_dim": 4096}
    assert bp.from_config(prompt).count == 20 * 4096
    with pytest.raises(bp.FileError, match="one for a task with its head"):
        bp.from_config({**prompt, "task_type": "SEQ_CLS"})
    with pytest.raises(bp.FileError, match="Did you mean 'q_proj'"):
        bp.from_config({"peft_type": "LORA", "r": 8, "target_modules": ["q_prj"]}, base=base)
    with pytest.raises(bp.FileError, match="'bias' is 'all'"):
        bp.from_config({"peft_type": "LORA", "r": 8, "bias": "all", "target_modules": ["q_proj"]}, base=base)


def test_layers_without_experts_are_dense():
    base = CONFIGURATION["qwen3-30b-a3b"]
    two_dense = bp.from_config(base | {"mlp_only_layers": [0, 7]})
    every_second = bp.from_config(base | {"decoder_sparse_step": 2})
    expert = 3 * 2048 * 768
    lost = 128 * expert + 2048 * 128 - 3 * 2048 * base["intermediate_size"]
    assert two_dense.count == bp.from_config(base).count - 2 * lost
    assert every_second.count == bp.from_config(base).count - 24 * lost


# --- shapes of other papers --------------------------------------------------------------------------------------


def test_palm_540b():
    block = bp.Block(
        layers=118,
        attention=bp.Attention(heads=48, kv_heads=1, head_dim=256, bias=False),
        mlp=bp.MLP(width=4 * 18432, gated=True, bias=False),
        norms=("block",),
    )
    palm = bp.transformer(
        "PaLM",
        vocabulary=256000,
        width=18432,
        blocks=block,
        norm="LayerNorm without bias",
        positions="rotary",
        head="tied",
    )
    assert palm.count == 540_356_474_880  # Chowdhery et al. 2022, table 1: 540.35B


def test_gopher_needs_its_relative_positions():
    block = bp.Block(
        layers=80,
        attention=bp.Attention(heads=128, head_dim=128, bias=False),
        mlp=bp.MLP(width=65536, gated=False, bias=False),
        norms=PRE,
    )
    gopher = bp.transformer(
        "Gopher", vocabulary=32000, width=16384, blocks=block, norm="RMSNorm", head="tied",
        positions=bp.RelativeProjection(biases="none"),
    )  # fmt: skip
    assert gopher.count - sum(gopher.terms[f"{each} norm"].value for each in ("attention", "mlp", "final")) == (
        13 * 80 * 16384**2 + 32000 * 16384
    )
    assert round(gopher.count / 1e9) == 280  # Rae et al. 2021, table 1


def test_biases_of_relative_positions_stand_once_or_in_every_layer():
    def count(biases):
        return bp.transformer(
            "x", vocabulary=10, width=8, norm="RMSNorm", head="none", positions=bp.RelativeProjection(biases=biases),
            blocks=bp.Block(
                layers=3, attention=bp.Attention(heads=2, bias=False), norms=PRE,
                mlp=bp.MLP(width=4, gated=False, bias=False),
            ),
        ).count  # fmt: skip

    assert count("shared") - count("none") == 16
    assert count("each layer") - count("none") == 48


def test_grok_1():
    block = bp.Block(
        layers=64,
        attention=bp.Attention(heads=48, kv_heads=8, head_dim=128, bias=False),
        mlp=bp.Experts(count=8, active=2, width=32768, gated=True, bias=False),
        norms=("attention", "after attention", "mlp", "after mlp"),
    )
    grok = bp.transformer(
        "Grok-1", vocabulary=131072, width=6144, blocks=block, norm="RMSNorm", positions="rotary", head="tied"
    )
    assert grok.count == 315_684_820_992
    assert grok.active(input_embedding=True).value == grok.active(input_embedding=False).value  # tied: works as head


BOTTLENECKS = {"block": "bottleneck", "blocks": [3, 4, 6, 3]}


@pytest.mark.parametrize(
    ("name", "arguments", "count"),
    [  # counts printed with the models of torchvision
        ("ResNet-34", {"block": "basic", "blocks": [3, 4, 6, 3]}, 21_797_672),
        ("ResNet-101", {"block": "bottleneck", "blocks": [3, 4, 23, 3]}, 44_549_160),
        ("ResNeXt-50 32×4d", BOTTLENECKS | {"groups": 32, "width_per_group": 4}, 25_028_904),
        ("ResNeXt-101 32×8d", BOTTLENECKS | {"blocks": [3, 4, 23, 3], "groups": 32, "width_per_group": 8}, 88_791_336),
        ("Wide ResNet-50-2", BOTTLENECKS | {"width_per_group": 128}, 68_883_240),
    ],
)  # fmt: skip
def test_residual_networks(name, arguments, count):
    found = bp.residual_network(name, classes=1000, running_statistics=False, **arguments)
    assert found.parameters.value == count
    stored = bp.residual_network(name, classes=1000, running_statistics=True, **arguments)
    assert 0 < stored.count - count < count / 100


def test_vgg_16():
    channels = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    features = bp.convolution_network(channels, kernels=[(3, 3)] * 13, bias=True)
    classifier = bp.dense_network([512 * 7 * 7, 4096, 4096, 1000], bias=True)
    assert bp.composed("VGG-16", {"features": features, "classifier": classifier}).count == 138_357_544


def test_mobilenet_v2_has_depthwise_convolutions():
    def normed(before, after, side, groups=1):
        convolution = bp.convolution_layer(before, after, kernel=(side, side), groups=groups, bias=False)
        return [convolution, bp.batch_norm(after, running_statistics=False)]

    def inverted(before, after, expansion):
        inner = before * expansion
        wide = normed(before, inner, 1) if expansion > 1 else []
        return [*wide, *normed(inner, inner, 3, groups=inner), *normed(inner, after, 1)]

    stages = [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)]
    layers, width = normed(3, 32, 3), 32
    for expansion, channels, count in stages:
        for _ in range(count):
            layers += inverted(width, channels, expansion)
            width = channels
    parts = {"features": [*layers, *normed(320, 1280, 1)], "head": bp.dense_layer(1280, 1000, bias=True)}
    assert bp.composed("MobileNetV2", parts).count == 3_504_872


def test_bert_with_its_masked_language_head():
    base = bp.from_config(CONFIGURATION["bert-base-uncased"])
    without_pooler = base.count - base.terms["pooler"].value
    head = [
        bp.dense_layer(768, 768, bias=True),
        bp.parameter_array("norm", [2, 768]),
        bp.parameter_array("bias", [30522]),
    ]
    assert without_pooler + bp.composed("head", {"head": head}).count == 109_514_298


@pytest.mark.parametrize(
    ("cell", "biases", "count"),
    [  # weights of one layer with 128 inputs and 256 units, as the two libraries hold them
        ("RNN", "PyTorch", 256 * 128 + 256 * 256 + 256 + 256),
        ("RNN", "Keras", 256 * 128 + 256 * 256 + 256),
        ("GRU", "PyTorch", 3 * 256 * (128 + 256 + 2)),
        ("GRU", "Keras", 3 * 256 * (128 + 256 + 2)),
        ("GRU", "Keras, reset_after=False", 3 * 256 * (128 + 256 + 1)),
        ("LSTM", "PyTorch", 395_264),
        ("LSTM", "Keras", 394_240),
        ("LSTM", "none", 4 * 256 * (128 + 256)),
    ],
)
def test_recurrent_cells(cell, biases, count):
    assert bp.recurrent_network(cell, inputs=128, hidden=256, biases=biases).parameters.value == count


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 4), st.booleans())
def test_recurrent_layers_read_what_the_layer_below_says(inputs, hidden, layers, both):
    found = bp.recurrent_network(
        "LSTM", inputs=inputs, hidden=hidden, biases="PyTorch", layers=layers, bidirectional=both
    )
    directions = 2 if both else 1
    widths = [inputs, *[directions * hidden] * (layers - 1)]
    assert found.count == sum(directions * 4 * hidden * (width + hidden + 2) for width in widths)


# --- laws --------------------------------------------------------------------------------------------------------

SMALL = st.integers(1, 12)


@st.composite
def decoders(draw):
    """Draw the dimensions of a decoder, as arguments of the two functions below."""
    kv_heads = draw(st.integers(1, 4))
    return {
        "vocabulary": draw(st.integers(1, 500)), "width": draw(st.integers(1, 64)), "layers": draw(SMALL),
        "heads": kv_heads * draw(st.integers(1, 4)), "kv_heads": kv_heads, "head_dim": draw(st.integers(1, 32)),
        "mlp": draw(st.integers(1, 99)), "gated": draw(st.booleans()), "tied": draw(st.booleans()),
    }  # fmt: skip


def built(d, **changed):
    d = d | changed
    attention = bp.Attention(heads=d["heads"], kv_heads=d["kv_heads"], head_dim=d["head_dim"], bias=False)
    mlp = d.get("experts") or bp.MLP(width=d["mlp"], gated=d["gated"], bias=False)
    return bp.transformer(
        "x",
        vocabulary=d["vocabulary"],
        width=d["width"],
        blocks=bp.Block(layers=d["layers"], attention=attention, mlp=mlp, norms=PRE),
        norm="RMSNorm",
        positions="rotary",
        head="tied" if d["tied"] else "untied",
    )


@given(decoders())
def test_a_decoder_is_the_formula_written_out(d):
    width, inner = d["width"], d["heads"] * d["head_dim"]
    layer = 2 * width * inner + 2 * width * d["kv_heads"] * d["head_dim"] + (3 if d["gated"] else 2) * width * d["mlp"]
    total = d["layers"] * (layer + 2 * width) + width + d["vocabulary"] * width * (1 if d["tied"] else 2)
    found = built(d)
    assert found.count == found.parameters.value == total
    assert sum(row.parameters for row in found) == total


@given(decoders())
def test_an_untied_head_is_one_more_table(d):
    table = d["vocabulary"] * d["width"]
    assert built(d, tied=False).count - built(d, tied=True).count == table
    untied = built(d, tied=False)
    assert untied.count - untied.active(input_embedding=False).value == table


@given(decoders())
def test_grouped_queries_with_as_many_keys_are_multi_head(d):
    assert built(d, kv_heads=d["heads"]).weights == built(d, kv_heads=None).weights


@given(decoders(), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2), st.booleans())
def test_experts_are_copies_of_the_mlp_with_a_router(d, active, more, shared, router_bias):
    count = active + more - 1
    experts = bp.Experts(
        count=count, active=active, width=d["mlp"], gated=d["gated"], bias=False, shared=shared, router_bias=router_bias
    )
    sparse, dense = built(d, experts=experts), built(d)
    mlp = dense.terms["mlp"].value
    router = d["layers"] * (d["width"] + router_bias) * count
    assert sparse.count == dense.count + (count + shared - 1) * mlp + router
    assert sparse.active(input_embedding=True).value == dense.count + (active + shared - 1) * mlp + router


@given(decoders())
def test_latent_attention_is_the_formula_written_out(d):
    heads, q, c, n, r, v = d["heads"], d["kv_heads"], d["head_dim"], 3, 2, 5
    attention = bp.LatentAttention(heads=heads, query_rank=q, kv_rank=c, nope_dim=n, rope_dim=r, value_dim=v)
    direct = bp.LatentAttention(heads=heads, query_rank=None, kv_rank=c, nope_dim=n, rope_dim=r, value_dim=v)
    mlp = bp.MLP(width=1, gated=False, bias=False)

    def attention_count(kind):
        block = bp.Block(layers=d["layers"], attention=kind, mlp=mlp, norms=())
        found = bp.transformer(
            "x", vocabulary=1, width=d["width"], blocks=block, norm="RMSNorm", positions="rotary", head="none"
        )
        return found.terms["attention"].value

    width = d["width"]
    rest = width * (c + r) + c + c * heads * (n + v) + heads * v * width
    assert attention_count(attention) == d["layers"] * (width * q + q + q * heads * (n + r) + rest)
    assert attention_count(direct) == d["layers"] * (width * heads * (n + r) + rest)


@given(st.lists(st.integers(1, 10**20), min_size=2, max_size=6), st.booleans())
def test_a_dense_network_counts_as_the_estimator_does(widths, bias):
    found = bp.dense_network(widths, bias=bias)
    assert found.count == found.parameters.value == bp.dense_parameters(widths, bias=bias).value


@given(SMALL, SMALL, SMALL, st.lists(st.integers(1, 7), min_size=1, max_size=3), st.booleans())
def test_a_convolution_in_groups_is_that_many_small_ones(inputs, outputs, groups, kernel, bias):
    whole = bp.convolution_layer(inputs * groups, outputs * groups, kernel=kernel, groups=groups, bias=bias)
    part = bp.convolution_layer(inputs, outputs, kernel=kernel, bias=bias)
    assert whole.count == groups * part.count == groups * outputs * (inputs * math.prod(kernel) + bias)


def test_many_kinds_of_arrays_are_told_as_a_list_of_sizes():
    found = bp.from_config(CONFIGURATION["resnet-152"])
    assert "Σ(s)" in found.parameters.explain()
    assert found.parameters.value == 60_192_808


def test_the_derivation_has_a_step_for_each_term():
    found = bp.from_config(CONFIGURATION["gpt2"], name="GPT-2")
    told = found.parameters.explain()
    assert all(f"[{term}]" in told for term in found.terms)
    assert "V × d" in told
    assert "[parameters of GPT-2]" in told


def test_equal_layers_of_several_blocks_are_said_once():
    dims = next(row["dims"] for row in TABLE["architectures"] if row["name"] == "deepseek-v3")
    assert "(L + L_2) × d" in deepseek("x", dims).terms["mlp norm"].explain()


def test_integers_stay_exact_at_any_size():
    layer = bp.dense_layer(10**30, 10**30, bias=True)
    assert layer.count == layer.parameters.value == 10**60 + 10**30


def test_an_architecture_travels():
    found = bp.from_config(CONFIGURATION["mixtral-8x7b"])
    assert found.parameters.value == 46_702_792_704  # filled before it travels
    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def test_the_table_prints():
    text, markdown = (
        str(bp.from_config(CONFIGURATION["mixtral-8x7b"])),
        bp.dense_layer(2, 3, bias=True)._repr_markdown_(),
    )
    assert "12,879,925,248 with the input embedding, 12,748,853,248 without" in text
    assert "routed experts" in text
    assert "| weights | 6 | 66.67% |" in markdown
    hostile = bp.parameter_array("<b>|", [2])._repr_markdown_()
    assert "<b>" not in hostile


def test_parts_make_terms_of_a_composed_network():
    layer = bp.dense_layer(3, 4, bias=True)
    network = bp.composed("n", {"a": [layer] * 3, "b": bp.parameter_array("token", [5])})
    assert {name: each.value for name, each in network.terms.items()} == {"a": 48, "b": 5}
    again = bp.composed("m", {"net": network, "more": layer})
    assert again.count == 69


# --- the inverse -------------------------------------------------------------------------------------------------

TRAINING = {"tokens_per_parameter": "20 token/parameter", "bytes_per_parameter": "2 byte/parameter"}


@pytest.mark.parametrize("style", ["GPT-3", "Llama 3"])
@settings(max_examples=25, deadline=None)
@given(layers=st.integers(8, 400))
def test_what_follows_the_rule_is_found_again(style, layers):
    rule = bp.AspectRatio(128)
    step = 128 if style == "GPT-3" else 1024
    width = round(rule.width(layers) / step) * step
    first = bp.transformer_dimensions(10**12, style=style, depth=rule, **TRAINING)
    parameters = first.style.architecture(layers, width).count
    found = bp.transformer_dimensions(parameters, style=style, depth=rule, **TRAINING)
    assert abs(found.deviation) < (1e-12 if style == "GPT-3" else 0.05)
    if style == "GPT-3":
        assert (found.layers, found.width, found.architecture.count) == (layers, width, parameters)


def test_gpt_3_is_found_from_its_parameters():
    found = bp.transformer_dimensions(174_604_259_328, style="GPT-3", depth=bp.AspectRatio(128), **TRAINING)
    assert (found.layers, found.width, found.heads, found.mlp_width) == (96, 12288, 96, 49152)
    assert found.parameters.value == 174_604_259_328
    assert found.tokens.value == 20 * 174_604_259_328
    assert found.operations.value == 6 * 20 * 174_604_259_328**2
    assert found.memory.to("byte").value == 2 * 174_604_259_328


@settings(max_examples=25, deadline=None)
@given(target=st.integers(10**8, 10**16), layers=st.integers(1, 300))
def test_no_other_width_comes_closer(target, layers):
    try:
        found = bp.transformer_dimensions(target, style="GPT-3", depth=bp.FixedDepth(layers), **TRAINING)
    except bp.RangeError:
        assert found_smallest(layers) > target
        return
    for width in (found.width - 128, found.width + 128):
        if width > 0:
            other = found.style.architecture(layers, width).count
            assert abs(math.log(other / target)) >= abs(math.log(found.architecture.count / target))


def found_smallest(layers):
    style = bp.transformer_dimensions(10**12, style="GPT-3", depth=bp.AspectRatio(128), **TRAINING).style
    return style.architecture(layers, 128).count


def test_the_depth_rule_of_levine_gives_the_width_it_printed():
    # abstract of arXiv:2006.12467: a width of 30K is optimal at 1 trillion parameters
    found = bp.transformer_dimensions(10**12, style="GPT-3", depth=bp.LevineDepth(), **TRAINING)
    assert found.width == pytest.approx(30_000, rel=0.03)
    assert found.layers < 128


def test_a_fixed_depth_stays():
    found = bp.transformer_dimensions("1e12 parameter", style="Llama 3", depth=bp.FixedDepth(7), **TRAINING)
    assert found.layers == 7
    assert abs(found.deviation) < 0.02


def test_an_uncertain_number_needs_a_quantile():
    brain = bp.assumed("1e14 to 1e15 parameter", because="published range")
    arguments = {"style": "Llama 3", "depth": bp.AspectRatio(128), **TRAINING}
    with pytest.raises(bp.ArgumentError, match="quantile"):
        bp.transformer_dimensions(brain, **arguments)
    low, high = (bp.transformer_dimensions(brain, quantile=each, **arguments) for each in (0.05, 0.95))
    assert (low.target, high.target) == pytest.approx((1e14, 1e15))
    table = bp.comparable_transformers(brain, quantiles=(0.05, 0.95), **arguments)
    assert [each.layers for each in table] == [low.layers, high.layers]
    assert "0.95" in str(table)
    with pytest.raises(bp.ArgumentError, match="no spread"):
        bp.transformer_dimensions(10**12, quantile=0.5, **arguments)
    with pytest.raises(bp.RangeError, match="inside"):
        bp.transformer_dimensions(brain, quantile=1.0, **arguments)


def test_spread_of_the_tokens_is_kept():
    found = bp.transformer_dimensions(
        10**12, style="GPT-3", depth=bp.AspectRatio(128), bytes_per_parameter="2 byte/parameter",
        tokens_per_parameter=bp.assumed("10 to 40 token/parameter", because="rival fits"),
    )  # fmt: skip
    low, high = found.tokens.interval(0.90)
    assert high / low == pytest.approx(4)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"parameters": 1000}, bp.RangeError, "smallest transformer"),
        ({"parameters": 1e12}, bp.KindError, "1e[+]12 parameter"),
        ({"parameters": "1e12 neuron"}, bp.UnitError, "parameter"),
        ({"parameters": 10**40}, bp.RangeError, "1e30"),
        ({"parameters": True}, bp.KindError, "whole number"),
        ({"style": "GPT3"}, bp.ArgumentError, "Did you mean 'GPT-3'"),
        ({"depth": 128}, bp.KindError, "AspectRatio"),
        ({"tokens_per_parameter": 20}, bp.KindError, "token/parameter"),
        ({"bytes_per_parameter": "2 token/parameter"}, bp.UnitError, "bytes_per_parameter"),
        ({"depht": 1}, bp.ArgumentError, "depth"),
    ],
)
def test_a_wrong_wish_is_refused(changed, error, said):
    arguments = {"parameters": 10**12, "style": "GPT-3", "depth": bp.AspectRatio(128), **TRAINING} | changed
    with pytest.raises(error, match=said):
        bp.transformer_dimensions(**arguments)


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [0, -1, 12.0, True, np.bool_(True), "12", None, 10**31, float("nan"), [12]])
@pytest.mark.parametrize(
    "use",
    [
        lambda value: bp.dense_layer(value, 3, bias=True),
        lambda value: bp.dense_network([3, value], bias=True),
        lambda value: bp.convolution_layer(3, 3, kernel=(value,), bias=True),
        lambda value: bp.batch_norm(value, running_statistics=False),
        lambda value: bp.recurrent_network("GRU", inputs=value, hidden=3, biases="none"),
        lambda value: bp.Attention(heads=value, bias=False),
        lambda value: bp.MLP(width=value, gated=False, bias=False),
        lambda value: bp.Experts(count=value, active=1, width=3, gated=False, bias=False),
        bp.LearnedPositions,
        bp.AspectRatio,
        lambda value: bp.parameter_array("x", [value]),
    ],
)
def test_a_dimension_is_a_whole_number(use, bad):
    with pytest.raises((bp.KindError, bp.RangeError)):
        use(bad)


def test_numpy_integers_and_exact_quantities_are_whole_numbers():
    heads = bp.exact("12", "1", because="structure")
    found = bp.Attention(heads=np.int64(12), kv_heads=heads, bias=False)
    assert found == bp.Attention(heads=12, kv_heads=12, bias=False)
    assert bp.dense_layer(np.int32(100_000), bp.exact("100000 neuron"), bias=False).count == 10**10
    with pytest.raises(bp.KindError, match="spread"):
        bp.Attention(heads=bp.assumed("8", "1", because="x") * bp.assumed("1 to 2", "1", because="x"), bias=False)


BLOCK = bp.Block(
    layers=2,
    attention=bp.Attention(heads=3, bias=False),
    mlp=bp.MLP(width=4, gated=False, bias=False),
    norms=PRE,
)
CROSS = bp.Block(
    layers=2,
    attention=bp.Attention(heads=3, bias=False),
    cross_attention=bp.Attention(heads=3, bias=False),
    mlp=bp.MLP(width=4, gated=False, bias=False),
    norms=PRE,
)
DECODER = {
    "name": "x", "vocabulary": 10, "width": 9, "blocks": BLOCK, "norm": "RMSNorm", "positions": "rotary",
    "head": "tied",
}  # fmt: skip
PAIR = {key: value for key, value in DECODER.items() if key != "blocks"}


@pytest.mark.parametrize(
    ("use", "error", "said"),
    [
        (lambda: bp.Attention(heads=12, kv_heads=5, bias=False), bp.ArgumentError, "must divide the 12"),
        (lambda: bp.Attention(heads=12, bias="qkv"), bp.KindError, "'query', 'key', 'value'"),
        (lambda: bp.Attention(heads=12, bias=["querry"]), bp.ArgumentError, "Did you mean 'query'"),
        (lambda: bp.Attention(heads=12, bias=False, qk_norm="heads"), bp.ArgumentError, "Did you mean 'head'"),
        (lambda: bp.Attention(heads=12), bp.ArgumentError, r"missing bias\b"),
        (lambda: bp.MLP(width=3, gatd=True, bias=True), bp.ArgumentError, "Did you mean 'gated'"),
        (lambda: bp.MLP(width=3, gated=1, bias=True), bp.KindError, "'gated' is True or False"),
        (lambda: bp.Experts(count=2, active=3, width=3, gated=False, bias=False), bp.ArgumentError, "'active' = 3"),
        (
            lambda: bp.Experts(count=2, active=1, width=3, gated=False, bias=False, shared_width=3),
            bp.ArgumentError,
            "give 'shared'",
        ),
        (lambda: bp.Block(layers=1, attention=None, mlp=BLOCK.mlp, norms=PRE), bp.KindError, "bp.Attention"),
        (
            lambda: bp.Block(layers=1, attention=BLOCK.attention, mlp=BLOCK.mlp, norms="mlp"),
            bp.KindError,
            "needs names",
        ),
        (
            lambda: bp.Block(layers=1, attention=BLOCK.attention, mlp=BLOCK.mlp, norms=("a", "a")),
            bp.ArgumentError,
            "twice",
        ),
        (lambda: bp.transformer(**DECODER | {"width": 10}), bp.ArgumentError, "do not divide the width 10"),
        (lambda: bp.transformer(**DECODER | {"norm": "layernorm"}), bp.ArgumentError, "Did you mean 'LayerNorm'"),
        (lambda: bp.transformer(**DECODER | {"positions": "rotatory"}), bp.ArgumentError, "Did you mean 'rotary'"),
        (lambda: bp.transformer(**DECODER | {"positions": 1024}), bp.KindError, "LearnedPositions"),
        (lambda: bp.transformer(**DECODER | {"head": "none", "head_bias": True}), bp.ArgumentError, "has no bias"),
        (lambda: bp.transformer(**DECODER | {"blocks": []}), bp.RangeError, "at least one"),
        (lambda: bp.transformer(**DECODER | {"blocks": 12}), bp.KindError, "bp.Block"),
        (lambda: bp.transformer(**DECODER | {"vocab": 12}), bp.ArgumentError, "Did you mean 'vocabulary'"),
        (lambda: bp.transformer(**DECODER | {"name": ""}), bp.KindError, "a name in words"),
        (lambda: bp.encoder_decoder(**PAIR, encoder=BLOCK, decoder=BLOCK), bp.ArgumentError, "no cross-attention"),
        (lambda: bp.encoder_decoder(**PAIR, encoder=CROSS, decoder=CROSS), bp.ArgumentError, "only a decoder"),
        (lambda: bp.convolution_layer(4, 6, kernel=(3,), groups=4, bias=False), bp.ArgumentError, "must divide"),
        (lambda: bp.convolution_layer(4, 6, kernel=3, bias=False), bp.KindError, r"\(3, 3\)"),
        (lambda: bp.convolution_layer(4, 6, kernel=(1, 1, 1, 1), bias=False), bp.RangeError, "three directions"),
        (lambda: bp.convolution_network([3, 4], kernels=[], bias=False), bp.RangeError, "kernels"),
        (lambda: bp.convolution_network([3, 4], kernels=[(1,), (1,)], bias=False), bp.ArgumentError, "2 'kernels'"),
        (lambda: bp.recurrent_network("lstm", inputs=1, hidden=1, biases="none"), bp.ArgumentError, "'LSTM'"),
        (lambda: bp.recurrent_network("LSTM", inputs=1, hidden=1), bp.ArgumentError, r"missing biases\b"),
        (lambda: bp.composed("x", {}), bp.RangeError, "0 arrays"),
        (lambda: bp.composed("x", {"a": 3}), bp.KindError, "bp.Architecture"),
        (lambda: bp.composed("x", [BLOCK]), bp.KindError, "a mapping"),
        (lambda: bp.dense_layer(2, 2, bias=False).active(input_embedding=1), bp.KindError, "True or False"),
        (lambda: bp.residual_network("x", block="basic", blocks=[1], classes=2, running_statistics=False, groups=2),
         bp.ArgumentError, "those of a bottleneck"),
        (lambda: bp.vision_transformer("x", image=224, patch=15, channels=3, width=9, blocks=BLOCK, classes=2),
         bp.ArgumentError, "must divide"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(use, error, said):
    with pytest.raises(error, match=said):
        use()


# --- adapters, as peft 0.21.2 builds them on models without weights ----------------------------------------------

SMALL_CONFIG = {
    "llama": {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64, "intermediate_size": 176,
              "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 2, "vocab_size": 100,
              "tie_word_embeddings": False},
    "gpt2": {"model_type": "gpt2", "n_embd": 64, "n_head": 4, "n_layer": 3, "n_positions": 32, "vocab_size": 100},
    "bert": {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "hidden_size": 64,
             "intermediate_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": 100,
             "max_position_embeddings": 32, "type_vocab_size": 2},
    "mixtral": {"model_type": "mixtral", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
                "num_attention_heads": 8, "num_key_value_heads": 2, "vocab_size": 100, "num_local_experts": 4,
                "num_experts_per_tok": 2, "tie_word_embeddings": False},
}  # fmt: skip
LORA = {"peft_type": "LORA", "r": 8, "bias": "none", "target_modules": ["q_proj", "v_proj"]}
QUERY = {**LORA, "target_modules": ["q_proj"]}
TOKENS = {"num_virtual_tokens": 20, "token_dim": 64, "num_layers": 3, "num_transformer_submodules": 1}
HEADS = {"modules_to_save": ["classifier", "score"], "r": 4}


@pytest.mark.parametrize(
    ("base", "adapter", "count"),
    [
        ("llama", LORA, 6656),
        ("llama", {**LORA, "rank_pattern": {"q_proj": 4}}, 4608),
        ("llama", {**LORA, "target_modules": "all-linear", "alpha_pattern": {"q_proj": 4}}, 36352),
        ("llama", {**LORA, "target_modules": "all-linear", "exclude_modules": ["down_proj"]}, 28672),
        ("llama", {**LORA, "target_modules": ["q_proj", "down_proj"], "use_dora": True}, 12288),
        ("llama", {**QUERY, "modules_to_save": ["lm_head", "embed_tokens"]}, 16896),
        ("llama", {**LORA, "target_modules": ["q_proj", "embed_tokens"]}, 5408),
        ("llama", {**LORA, "target_modules": ["q_proj", "lm_head"]}, 5408),
        ("llama", {**QUERY, "layers_to_transform": [0, 2]}, 2048),
        ("llama", {**QUERY, "lora_bias": True}, 4352),
        ("llama", {"peft_type": "IA3", "target_modules": ["k_proj", "v_proj", "down_proj"],
                   "feedforward_modules": ["down_proj"]}, 832),
        ("llama", {"peft_type": "VERA", "r": 16, "target_modules": ["q_proj"]}, 320),
        ("llama", {"peft_type": "VERA", "r": 16, "target_modules": ["q_proj", "v_proj"]}, 448),
        ("llama", {"peft_type": "PROMPT_TUNING", **TOKENS}, 1280),
        ("bert", {"peft_type": "PROMPT_TUNING", **TOKENS, "task_type": "SEQ_CLS"}, 1410),
        ("gpt2", {"peft_type": "PREFIX_TUNING", **TOKENS}, 7680),
        ("gpt2", {"peft_type": "PREFIX_TUNING", **TOKENS, "prefix_projection": True, "encoder_hidden_size": 32}, 16032),
        ("llama", {"peft_type": "P_TUNING", **TOKENS, "encoder_hidden_size": 32}, 6528),
        ("llama", {"peft_type": "P_TUNING", **TOKENS, "encoder_hidden_size": 32, "encoder_num_layers": 2,
                   "encoder_reparameterization_type": "LSTM"}, 59776),
        ("gpt2", {**LORA, "r": 4, "target_modules": ["c_attn"]}, 3072),
        ("gpt2", {**LORA, "r": 4, "target_modules": ["c_proj"]}, 5376),
        ("bert", {**LORA, **HEADS, "target_modules": ["query", "value"]}, 3202),
        ("bert", {**LORA, **HEADS, "target_modules": ["dense"]}, 6786),
        ("mixtral", {**LORA, "r": 4}, 2496),
    ],
)  # fmt: skip
def test_an_adapter_has_as_many_as_its_library_trains(base, adapter, count):
    assert bp.from_config(adapter, base=SMALL_CONFIG[base]).count == count


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"peft_type": "LOHA"}, "counted are LORA"),
        ({"modules_to_save": ["norm"]}, "modules_to_save"),
        ({"rank_pattern": {"layers.0.self_attn.q_proj": 4}}, "one rank for all layers of a name"),
        ({"target_modules": r".*\.q_proj"}, "a list of names"),
        ({"bias": "all"}, "bias"),
        ({"exclude_modules": ["no_proj"]}, "exclude_modules"),
    ],
)
def test_an_adapter_that_is_not_counted_says_what_stands_in_the_way(change, said):
    with pytest.raises(bp.FileError, match=said):
        bp.from_config({**LORA, **change}, base=SMALL_CONFIG["llama"])

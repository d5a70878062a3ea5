"""Configurations held against the published code itself: its counts, kept by ``tests/oracle/run.py --write``.

Every class was built without weights, for its dimensions by default in few layers and for every key changed alone. A
configuration is counted right or refused, never counted wrong.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.architectures.readers import READERS
from brainparams.architectures.readers.remote import REMOTE

ORACLE = json.loads((Path(__file__).parent / "data" / "oracle.json").read_text(encoding="utf-8"))
TYPES = {row["type"]: row for row in ORACLE["types"]}
MLLAMA = {
    "model_type": "mllama",
    "text_config": {"model_type": "mllama_text_model", "cross_attention_layers": [3, 8, 13, 18, 23, 28, 33, 38],
                    "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 40,
                    "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256},
    "vision_config": {},
}  # fmt: skip


def test_llama_that_sees_has_its_published_count():
    found = bp.from_config({**MLLAMA, "architectures": ["MllamaForConditionalGeneration"]})
    assert found.count == 10_642_941_475
    text = {**MLLAMA["text_config"], "architectures": ["MllamaForCausalLM"]}
    assert bp.from_config(text).count == 9_775_192_080
    with pytest.raises(bp.FileError, match="cross_attention_layers"):
        bp.from_config({**text, "cross_attention_layers": [99]})


def test_a_dimension_that_a_part_leaves_out_follows_the_others_of_that_part():
    # TinyLlama behind CLIP: heads of 2048 / 32, not the 128 that a llama of 4096 has
    layer = 2 * 2048 * 2048 + 2 * 2048 * 256 + 3 * 2048 * 5632 + 2 * 2048
    text = 2 * 32064 * 2048 + 22 * layer + 2048
    tower = 1024 * 3 * 14**2 + 1024 + 577 * 1024 + 24 * (12 * 1024**2 + 13 * 1024) + 4 * 1024
    between = 1024 * 2048 + 2048 + 2048 * 2048 + 2048
    small = {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 22,
             "num_attention_heads": 32, "num_key_value_heads": 4, "vocab_size": 32064}  # fmt: skip
    seeing = {"model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096,
              "num_hidden_layers": 24, "num_attention_heads": 16, "image_size": 336, "patch_size": 14}  # fmt: skip
    whole = {"model_type": "llava", "text_config": small, "vision_config": seeing}
    assert bp.from_config(whole).count == text + tower + between
    # SigLIP so400m as the published code builds it: its texts end in as many numbers as they have
    wide = {"hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16}
    pair = {"model_type": "siglip", "text_config": {**wide, "vocab_size": 32000},
            "vision_config": {**wide, "image_size": 384, "patch_size": 14}}  # fmt: skip
    assert bp.from_config(pair).count == 877_960_498


@pytest.mark.parametrize(("layers", "wide", "reusing", "published"), [(35, 16384, 15, 7_849_978_192),
                                                                      (30, 8192, 10, 5_439_438_272)])  # fmt: skip
def test_gemma_3n_whole_has_what_its_published_files_hold(layers, wide, reusing, published):
    text = {
        "model_type": "gemma3n_text", "vocab_size": 262400, "hidden_size": 2048, "intermediate_size": wide,
        "num_hidden_layers": layers, "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 256,
        "vocab_size_per_layer_input": 262144, "hidden_size_per_layer_input": 256, "altup_num_inputs": 4,
        "laurel_rank": 64, "num_kv_shared_layers": reusing,
        "layer_types": [*["sliding_attention"] * 4, "full_attention"] * (layers // 5),
    }  # fmt: skip
    content = {
        "model_type": "gemma3n", "architectures": ["Gemma3nForConditionalGeneration"], "text_config": text,
        "vision_config": {"architecture": "mobilenetv5_300m_enc"}, "audio_config": {"hidden_size": 1536},
    }  # fmt: skip
    found = bp.from_config(content)
    unused = reusing * 256 * (2 * 2 * 2048 + 1)
    assert found.count + unused == published
    assert any(f"{unused:,} more" in each for each in found.conventions)
    with pytest.raises(bp.FileError, match=r"vision_config\.architecture"):
        bp.from_config({**content, "vision_config": {"architecture": "resnet50"}})
    for key, value in {"sscp_conv_kernel_size": [1], "sscp_conv_channel_size": [128]}.items():
        with pytest.raises(bp.FileError, match=key):
            bp.from_config({**content, "audio_config": {"hidden_size": 1536, key: value}})


def test_mimo_in_the_words_of_its_makers_and_of_the_library():
    content = {
        "model_type": "mimo_v2_flash", "hidden_size": 4096, "intermediate_size": 16384, "num_hidden_layers": 48,
        "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 192, "v_head_dim": 128, "vocab_size": 152576,
        "moe_intermediate_size": 2048, "num_experts_per_tok": 8, "n_routed_experts": 256,
    }  # fmt: skip
    makers = {
        "hybrid_layer_pattern": [0, *[1, 1, 1, 1, 0], *[1, 1, 1, 1, 1, 0] * 7], "moe_layer_freq": [0, *[1] * 47],
        "swa_num_key_value_heads": 8, "swa_head_dim": 192, "swa_v_head_dim": 128, "add_swa_attention_sink_bias": True,
        "n_shared_experts": None,
    }  # fmt: skip
    assert bp.from_config(content).count == bp.from_config({**content, **makers}).count == 308_778_768_832
    for key, value in {"hybrid_layer_pattern": [0, 1], "swa_num_key_value_heads": 4, "n_shared_experts": 1}.items():
        with pytest.raises(bp.FileError, match=key):
            bp.from_config({**content, **makers, key: value})


def test_a_token_of_text_passes_no_expert_for_images():
    row = TYPES["ernie4_5_vl_moe"]
    found = bp.from_config({**row["content"], "architectures": ["Ernie4_5_VLMoeModel"]})
    resting = {each.name: each.parameters for each in found.rows if each.name.startswith("image")}
    assert all(resting.values())
    used = found.active(input_embedding=True).value
    routed = next(each.parameters for each in found.rows if each.name == "routed experts")
    assert used == found.count - sum(resting.values()) - routed * 2 // 8  # six of eight


def test_step_in_the_words_of_its_makers_and_of_the_library():
    makers = {
        "model_type": "step3p5", "hidden_size": 4096, "intermediate_size": 11264, "num_hidden_layers": 45,
        "num_attention_heads": 64, "num_attention_groups": 8, "head_dim": 128, "moe_num_experts": 288, "moe_top_k": 8,
        "moe_intermediate_size": 1280, "share_expert_dim": 1280, "vocab_size": 128896,
        "layer_types": ["full_attention", *["sliding_attention"] * 3] * 12, "num_nextn_predict_layers": 3,
        "attention_other_setting": {"attention_type": "sliding_attention", "num_attention_heads": 96,
                                    "num_attention_groups": 8, "head_dim": 128},
        "moe_layers_enum": ",".join(map(str, range(3, 45))),
    }  # fmt: skip
    assert bp.from_config({**makers, "architectures": ["Step3p7TextModel"]}).count == 196_428_160_256
    assert bp.from_config(makers).count == 196_428_160_256 + 128_896 * 4096
    with pytest.raises(bp.FileError, match="moe_layers_enum"):
        bp.from_config({**makers, "moe_layers_enum": "all"})


# Later versions of the library tie the head of T5 always; the published checkpoints have one of their own, and so had
# the library before.
OTHERWISE = {(f"{name}ForConditionalGeneration", "tie_word_embeddings") for name in ("T5", "MT5", "UMT5", "LongT5")}


ABSENT = "(absent)"  # the key is left out


def changed(content, path, value):
    head, _, rest = path.partition(".")
    if value == ABSENT and not rest:
        return {key: other for key, other in content.items() if key != head}
    return {**content, head: changed(content[head], rest, value) if rest else value}


def counted(content, name):
    try:
        return bp.from_config({**content, "architectures": [name]}).count
    except bp.BrainparamsError:
        return None


@pytest.mark.parametrize("name", TYPES)
def test_a_class_has_the_count_of_the_published_code(name):
    row = TYPES[name]
    found = {each["class"]: counted(row["content"], each["class"]) for each in row["classes"]}
    assert found == {each["class"]: each["count"] for each in row["classes"]}


@pytest.mark.parametrize("name", TYPES)
def test_a_key_changed_alone_is_counted_right_or_refused(name):
    row, wrong = TYPES[name], []
    for each in row["classes"]:
        for path, value, count in each["changes"]:
            found = counted(changed(row["content"], path, value), each["class"])
            if found not in (None, count) and (each["class"], path) not in OTHERWISE:
                wrong.append((each["class"], path, value, found, count))
    assert wrong == []


def test_only_a_base_model_is_told_to_be_one():
    for name, row in TYPES.items():
        for each in row["classes"]:
            found = bp.from_config({**row["content"], "architectures": [each["class"]]})
            told = any("base model" in line for line in found.conventions)
            kind = READERS[name].classes[each["class"]]
            assert told == (kind == "base"), each["class"]


def test_most_changes_are_counted():
    changes = [change for row in TYPES.values() for each in row["classes"] for change in each["changes"]]
    assert len(changes) > 11_500
    assert len(TYPES) > 240
    assert sum(len(row["classes"]) for row in TYPES.values()) > 760


STRANGE = [
    None,
    "",
    "auto",
    "x",
    -1,
    0,
    1,
    3,
    1.5,
    True,
    False,
    [],
    [1],
    ["x"],
    [[1]],
    {},
    {"a": 1},
    10**40,
    float("nan"),
]


@settings(max_examples=1_000, deadline=None)
@given(st.data())
def test_a_strange_value_gives_a_count_or_an_error_of_our_own(data):
    name = data.draw(st.sampled_from(sorted(TYPES)))
    content = TYPES[name]["content"]
    key = data.draw(st.sampled_from(sorted(content)))
    value = data.draw(st.sampled_from(STRANGE))
    inside = content[key]
    if isinstance(inside, dict) and inside and data.draw(st.booleans()):
        value = {**inside, data.draw(st.sampled_from(sorted(inside))): value}
    try:
        found = bp.from_config({**content, key: value})
    except bp.BrainparamsError as error:
        assert str(error)  # noqa: PT017 - an error of our own is as good as a count
    else:
        assert found.count > 0


@pytest.mark.parametrize("name", sorted(set(READERS) - set(TYPES)))
def test_what_the_oracle_has_not_is_another_types_layout(name):
    published = {"arctic", "grok-1", "longcat_flash", "stripedhyena", "gemma3n", "dbrx"}
    apart = {"internlm3", "kimi_k2", "gpt-sw3", "step3p5", "rwkv6", "rwkv7", *published, *REMOTE}
    assert name in apart or name.endswith("_text")


PUBLISHED = {  # types whose code is published with the model: what their files say, and the numbers of their weights
    "internlm2": ({"hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 32,
                   "num_key_value_heads": 8, "vocab_size": 92544, "bias": False}, 7_737_708_544),
    "baichuan": ({"hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32, "num_hidden_layers": 32,
                  "vocab_size": 125696}, 7_505_973_248),
    "chatglm": ({"add_bias_linear": False, "add_qkv_bias": True, "ffn_hidden_size": 13696, "hidden_size": 4096,
                 "kv_channels": 128, "multi_query_attention": True, "multi_query_group_num": 2,
                 "num_attention_heads": 32, "num_layers": 28, "padded_vocab_size": 65024, "post_layer_norm": True,
                 "rmsnorm": True}, 6_243_584_000),
    "qwen": ({"hidden_size": 4096, "intermediate_size": 22016, "kv_channels": 128, "no_bias": True,
              "num_attention_heads": 32, "num_hidden_layers": 32, "vocab_size": 151936}, 7_721_324_544),
    "phi3small": ({"hidden_size": 4096, "ff_intermediate_size": 14336, "num_attention_heads": 32,
                   "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 100352}, 7_392_272_384),
    "exaone": ({"head_dim": 128, "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
                "num_key_value_heads": 8, "num_layers": 32, "vocab_size": 102400}, 7_818_448_896),
    "minicpm": ({"hidden_size": 2304, "intermediate_size": 5760, "num_attention_heads": 36, "num_hidden_layers": 40,
                 "num_key_value_heads": 36, "vocab_size": 122753}, 2_724_880_896),
    "deepseek": ({"attention_bias": False, "first_k_dense_replace": 1, "hidden_size": 2048, "intermediate_size": 10944,
                  "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_routed_experts": 64, "n_shared_experts": 2,
                  "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 28,
                  "num_key_value_heads": 16, "vocab_size": 102400}, 16_375_728_128),
    "openelm": ({"ffn_dim_divisor": 256, "ffn_multipliers": [.5, .73, .97, 1.2, 1.43, 1.67, 1.9, 2.13, 2.37, 2.6, 2.83,
                 3.07, 3.3, 3.53, 3.77, 4.0], "ffn_with_glu": True, "head_dim": 64, "model_dim": 1280,
                 "normalize_qk_projections": True, "num_kv_heads": [3] * 5 + [4] * 7 + [5] * 4,
                 "num_query_heads": [12] * 5 + [16] * 7 + [20] * 4, "num_transformer_layers": 16,
                 "share_input_output_layers": True, "vocab_size": 32000}, 271_527_168),
    "RefinedWebModel": ({"bias": False, "hidden_size": 4544, "multi_query": True, "n_head": 71, "n_layer": 32,
                         "parallel_attn": True, "vocab_size": 65024, "alibi": False}, 6_921_720_704),
    "rwkv6": ({"hidden_size": 2048, "num_hidden_layers": 24, "head_size": 64, "vocab_size": 65536}, 1_599_873_024),
    "rwkv7": ({"hidden_size": 1024, "num_hidden_layers": 24, "head_dim": 64, "vocab_size": 65536, "a_low_rank_dim": 64,
               "decay_low_rank_dim": 64, "gate_low_rank_dim": 128, "v_low_rank_dim": 32, "intermediate_size": 4096,
               "norm_bias": True, "norm_first": True}, 450_767_872),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_model_with_code_of_its_own_has_its_published_count(name):
    content, count = PUBLISHED[name]
    assert bp.from_config({"model_type": name, **content}).count == count


def test_rwkv_as_the_published_code_builds_it():
    # flash-linear-attention 0.6.0 on the meta device
    small = {"hidden_size": 256, "num_hidden_layers": 3, "vocab_size": 100, "norm_bias": False, "norm_first": False}
    assert bp.from_config({"model_type": "rwkv6", "num_heads": 4, **small}).count == 2_740_224
    goose = {
        "model_type": "rwkv7", "hidden_size": 2048, "num_hidden_layers": 24, "vocab_size": 65536,
        "a_low_rank_dim": 96, "decay_low_rank_dim": 96, "gate_low_rank_dim": 256, "v_low_rank_dim": 64,
    }  # fmt: skip
    assert bp.from_config(goose).count == 1_527_404_544
    assert bp.from_config({**goose, "architectures": ["RWKV7Model"]}).count == 1_393_186_816
    with pytest.raises(bp.FileError, match="value_dim"):
        bp.from_config({**goose, "value_dim": 4096})
    with pytest.raises(bp.FileError, match="v_low_rank_dim"):
        bp.from_config({**goose, "v_low_rank_dim": None})


def test_two_names_of_one_key_that_differ_are_refused():
    gpt2 = {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}
    renamed = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12}
    same = {key: value for key, value in gpt2.items() if key not in ("n_embd", "n_layer", "n_head")} | renamed
    assert bp.from_config(same).count == bp.from_config({**gpt2, **renamed}).count == 124_439_808
    with pytest.raises(bp.FileError, match="'hidden_size' and 'n_embd' differ, and mean the same"):
        bp.from_config({**gpt2, "hidden_size": 1024})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128,
          "vocab_size": 100, "architectures": ["LlamaForCausalLM"]}, "a class of 'llama'"),
        ({"model_type": "mine", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
          "intermediate_size": 128, "vocab_size": 100}, "looks like 'llama'"),
        ({"model_type": "mine", "n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 128, "vocab_size": 100,
          "new_key": 3}, "looks like 'gpt2', except that it does not know 'new_key'"),
        ({"model_type": "mamba", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 100, "state_size": 8,
          "expand": 2, "conv_kernel": 4, "time_step_rank": 4, "use_conv_bias": None}, "is null"),
        ({"model_type": "mine", "spam": 1}, "No layout that is known reads its keys"),
    ],
)  # fmt: skip
def test_an_unknown_type_is_told_what_its_keys_look_like(content, said):
    with pytest.raises(bp.FileError, match=said):
        bp.from_config(content)


@pytest.mark.parametrize("name", TYPES)
def test_a_misspelt_key_that_counts_is_refused(name):
    row = TYPES[name]
    content = {key: value for key, value in row["content"].items() if key != "num_hidden_layers"}
    if "num_hidden_layers" in row["content"]:
        with pytest.raises(bp.BrainparamsError, match=r"num_hidden_layer|layer_types|layers_block_type|num_blocks"):
            bp.from_config({**content, "num_hidden_layer": 2})


def test_the_table_of_the_docs_is_that_of_the_oracle():
    page = (Path(__file__).parent.parent / "docs" / "architectures.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:2] == "| "]
    shown = {row[0]: (row[1], row[3]) for row in rows if len(row) == 6}
    for name, row in TYPES.items():
        changes = sum(len(each["changes"]) for each in row["classes"])
        assert shown[name] == (str(len(row["classes"])), f"{changes:,}")
    assert all(version.split("+")[0] in page for version in ORACLE["versions"].values())

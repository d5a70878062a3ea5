"""Count every class that is read, as the published code itself builds it, and keep the counts.

Needs the extra ``oracle`` (torch and transformers). Every class is built without weights (on the meta device) for the
dimensions its configuration has by default, in few layers, and again for every key changed alone, or left out.

    python tests/oracle/run.py --write            count all, and keep the counts for the default tests
    python tests/oracle/run.py llama mamba        show where these types differ; with --write, keep these anew
"""

import argparse
import json
import sys
import warnings
from pathlib import Path

import torch
import transformers

import brainparams as bp
from brainparams.architectures.readers import READERS

FACTS = Path(__file__).parent.parent / "data" / "oracle.json"
FEW = 4  # layers
ABSENT = "(absent)"  # in place of a value: the key is left out, and the class takes its own default
LAYER_KEYS = ("num_hidden_layers", "num_layers", "n_layer", "n_layers", "encoder_layers", "decoder_layers")
SAVED = {"transformers_version", "dtype", "return_dict", "output_hidden_states", "output_attentions", "label2id",
         "_name_or_path", "problem_type", "chunk_size_feed_forward"}  # fmt: skip
# What a class needs beside its defaults, and the types that another type's class stands for.
NEEDS = {
    "esm": {"vocab_size": 33, "pad_token_id": 1, "mask_token_id": 32},
    "nemotron": {"num_key_value_heads": 8},
    "glm4_moe": {"head_dim": 128}, "deepseek_v2": {"num_experts_per_tok": 6}, "ministral": {"head_dim": 128},
    "dots1": {"n_shared_experts": 2, "n_routed_experts": 8, "num_experts_per_tok": 6},
    "lfm2_moe": {"layer_types": ["conv", "conv", "full_attention", "conv"], "num_hidden_layers": 4},
    "aya_vision": {"vision_config": {"model_type": "siglip_vision_model", "num_attention_heads": 16,
                                     "num_hidden_layers": 2}, "text_config": {"num_hidden_layers": 4}},
    "kimi_k25": {"text_config": {"num_hidden_layers": 4, "n_routed_experts": 8, "n_group": 1, "topk_group": 1},
                 "vision_config": {"num_hidden_layers": 2}},
    "mllama": {"text_config": {"num_hidden_layers": 5, "cross_attention_layers": [3]},
               "vision_config": {"num_hidden_layers": 2, "num_global_layers": 1, "intermediate_layers_indices": [0, 1],
                                 "vision_output_dim": 3840}},
    "mllama_text_model": {"num_hidden_layers": 5, "cross_attention_layers": [3]},
    "step3p5": {"num_hidden_layers": 5, "n_routed_experts": 8},
    "step3p7": {"text_config": {"num_hidden_layers": 5, "n_routed_experts": 8},
                "vision_config": {"num_hidden_layers": 2}},
    "glm4v_moe_text": {"head_dim": 128},
    "glm4v_moe": {"text_config": {"head_dim": 128, "num_hidden_layers": 4, "n_routed_experts": 8},
                  "vision_config": {"depth": 2}},
    "cohere2_vision": {"text_config": {"num_hidden_layers": 4}, "vision_config": {"num_hidden_layers": 2}},
    "deepseek_vl": {"text_config": {"num_hidden_layers": 4}, "vision_config": {"num_hidden_layers": 2}},
    "vipllava": {"text_config": {"num_hidden_layers": 4}, "vision_config": {"num_hidden_layers": 2}},
    "qwen2_audio": {"text_config": {"num_hidden_layers": 4}, "audio_config": {"encoder_layers": 2}},
    "voxtral": {"text_config": {"num_hidden_layers": 4}, "audio_config": {"num_hidden_layers": 2}},
    "idefics2": {"text_config": {"num_hidden_layers": 4, "model_type": "mistral"},
                 "vision_config": {"num_hidden_layers": 2}},
    "siglip2": {"text_config": {"num_hidden_layers": 2}, "vision_config": {"num_hidden_layers": 2}},
    "ernie4_5_vl_moe": {"text_config": {"num_hidden_layers": 4, "moe_num_experts": 8}, "vision_config": {"depth": 2}},
    "gemma4": {"vision_config": {"num_hidden_layers": 2}, "audio_config": {"num_hidden_layers": 2}},
    "hunyuan_v1_dense": {"head_dim": 128}, "hunyuan_v1_moe": {"head_dim": 128},
}  # fmt: skip
# Types that this version builds with weights which no published file has.
APART = {"longcat_flash": "a gate and a half for experts that do nothing, 560 billion become 742"}
WORDS = {
    "position_embedding_type": ["rotary", "absolute", "relative_key"], "feed_forward_proj": ["relu", "gated-gelu"],
    "feat_extract_norm": ["layer", "group"], "hidden_act": ["gelu", "relu"], "layer_type": ["basic", "bottleneck"],
    "norm_rel_ebd": ["layer_norm"], "share_att_key": [True], "relative_attention": [True],
    "pos_att_type": [["c2p", "p2c"]], "position_buckets": [16], "conv_kernel_size": [3],
    "pruned_heads": [],
}  # fmt: skip


def config_class(model_type):
    return type(transformers.AutoConfig.for_model(model_type))


def build(class_name, content):
    """Return the parameters of a class, each once; None where the published code refuses the configuration."""
    model_class = getattr(transformers, class_name)
    try:
        with torch.device("meta"):
            model = model_class(model_class.config_class.from_dict(json.loads(json.dumps(content))))
        model.tie_weights()
        return sum(parameter.numel() for parameter in model.parameters())
    except Exception:
        return None


def plain(value):
    return json.loads(json.dumps(value, default=str, allow_nan=False)) if not isinstance(value, float) else value


def cleaned(content):
    return {
        key: cleaned(value) if isinstance(value, dict) and key.endswith("config") else value
        for key, value in content.items()
        if key not in SAVED and not (isinstance(value, float) and value != value)
    }


def base(model_type, class_name):
    """Return the configuration by default in few layers, as it would stand in a file."""
    of = config_class(model_type)
    for settings in (few(of, NEEDS.get(model_type, {})), NEEDS.get(model_type, {})):
        try:
            content = of(**settings).to_dict()
        except Exception:
            continue
        content = cleaned(json.loads(json.dumps(content, default=str).replace("Infinity", "1e9")))
        if build(class_name, content) is not None:
            return content
    return None


def few(of, needs):
    try:
        known = of(**needs).to_dict()
    except Exception:
        return needs
    return {key: FEW for key in LAYER_KEYS if isinstance(known.get(key), int) and known[key] > FEW} | needs


def candidates(key, value):
    """Return other values for a key, the likeliest first."""
    if key in WORDS:
        return [each for each in WORDS[key] if each != value]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [2 * value, value + 1, value // 2, value - 1, 1] if value > 0 else [value + 1]
    if isinstance(value, float):
        return [2 * value]
    if value is None:
        return [8, 64, 128, True]
    if isinstance(value, list):
        return [value[::-1], value[:-1], [*value, value[-1]]] if value else []
    if key == "id2label" and isinstance(value, dict):
        return [{str(place): f"LABEL_{place}" for place in range(7)}]
    return []


def paths(content, prefix=()):
    for key, value in content.items():
        if isinstance(value, dict) and key.endswith("config"):
            yield from paths(value, (*prefix, key))
        elif key not in ("model_type", "architectures"):
            yield (*prefix, key), value


def changed(content, path, value):
    head, *rest = path
    if value == ABSENT and not rest:
        return {key: other for key, other in content.items() if key != head}
    return {**content, head: changed(content[head], rest, value) if rest else value}


def changes(class_name, content, count, keys=None):
    """Yield every key changed alone, with the count that the published code then has."""
    for path, value in paths(content):
        if keys is not None and path[-1] not in keys:
            continue
        kept = None
        for other in candidates(path[-1], value):
            if other == value:
                continue
            found = build(class_name, changed(content, path, other))
            if found is not None:
                kept = kept or [".".join(path), other, found]
                if found != count:
                    kept = [".".join(path), other, found]
                    break
        if kept:
            yield kept
        without = build(class_name, changed(content, path, ABSENT)) if keys is None else None
        if without is not None:
            yield [".".join(path), ABSENT, without]


def facts(model_type, family):
    """Return the counts of every class of one type."""
    found = []
    content = base(model_type, family.default)
    if content is None:
        return None
    for name in family.classes:
        if not hasattr(transformers, name):
            continue
        count = build(name, content)
        if count is None:
            continue
        some = None if name == family.default else ("hidden_size", "vocab_size", "tie_word_embeddings", "id2label")
        found.append({"class": name, "count": count, "changes": list(changes(name, content, count, some))})
    return {"type": model_type, "content": content, "classes": found}


def ours(content, class_name):
    try:
        return bp.from_config({**content, "architectures": [class_name]}).count
    except bp.BrainparamsError as error:
        return str(error)


def compared(row):
    """Return what is right, refused and wrong, as texts."""
    right, refused, wrong = 0, [], []
    for each in row["classes"]:
        for path, value, count in [(None, None, each["count"]), *each["changes"]]:
            content = row["content"] if path is None else changed(row["content"], path.split("."), value)
            found = ours(content, each["class"])
            case = f"{each['class']} {path or 'as published'}={json.dumps(value)[:60]}"
            if found == count:
                right += 1
            elif isinstance(found, str):
                refused.append(f"{case}: {found[:150]}")
            else:
                wrong.append(f"{case}: {found:,} for {count:,} ({found - count:+,})")
    return right, refused, wrong


def kept(types):
    """Return the rows of other types, where only some were counted again."""
    if not types or not FACTS.exists():
        return []
    return [row for row in json.loads(FACTS.read_text(encoding="utf-8"))["types"] if row["type"] not in types]


def main():
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    parser = argparse.ArgumentParser()
    parser.add_argument("types", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    given = parser.parse_args()
    rows, total = [], [0, 0, 0]
    for model_type, family in READERS.items():
        if model_type in APART or (given.types and model_type not in given.types):
            continue
        try:
            row = facts(model_type, family)
        except Exception as error:
            print(f"{model_type}: not built: {type(error).__name__}: {str(error)[:100]}")
            continue
        if row is None:
            print(f"{model_type}: not built")
            continue
        rows.append(row)
        right, refused, wrong = compared(row)
        total = [a + b for a, b in zip(total, (right, len(refused), len(wrong)), strict=True)]
        print(
            f"{model_type}: {len(row['classes'])} classes, {right} right, {len(refused)} refused, {len(wrong)} wrong",
            flush=True,
        )
        for each in [] if given.quiet else refused[:12]:
            print("   refused:", each)
        for each in wrong[:12]:
            print("   WRONG:", each)
    print("total: right {}, refused {}, wrong {}".format(*total))
    if given.write:
        rows = kept(given.types) + rows
        rows.sort(key=lambda row: row["type"])
        versions = {"torch": torch.__version__, "transformers": transformers.__version__}
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        FACTS.write_text(f'{{"versions": {json.dumps(versions)}, "types": [\n{lines}\n]}}\n', encoding="utf-8")
    return 1 if total[2] else 0


if __name__ == "__main__":
    sys.exit(main())

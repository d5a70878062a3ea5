"""Second names of keys: what the format takes as well, by ``model_type``. The reader of a type knows the first name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GPT = {"hidden_size": "n_embd", "max_position_embeddings": "n_positions", "num_attention_heads": "n_head",
       "num_hidden_layers": "n_layer"}  # fmt: skip
PAIR = {"hidden_size": "d_model", "num_attention_heads": "encoder_attention_heads",
        "num_hidden_layers": "encoder_layers"}  # fmt: skip
T5 = {"hidden_size": "d_model", "num_attention_heads": "num_heads", "num_hidden_layers": "num_layers",
      "head_dim": "d_kv"}  # fmt: skip
HYBRID = {"layer_types": "layers_block_type", "head_dim": "attention_head_dim"}
REFINED = {"n_head": "num_attention_heads", "n_layer": "num_hidden_layers", "n_head_kv": "num_kv_heads"}
MOSAIC = {"hidden_size": "d_model", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers"}
XLM = {"hidden_size": "emb_dim", "n_words": "vocab_size", "num_attention_heads": "n_heads",
       "num_hidden_layers": "n_layers"}  # fmt: skip
ROUTED = {"num_local_experts": "n_routed_experts"}
COUNTED = {"num_local_experts": "num_experts"}
LOCAL = {"num_experts": "num_local_experts"}

SECOND_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "bart": PAIR, "blenderbot": PAIR, "blenderbot-small": PAIR, "led": PAIR, "m2m_100": PAIR, "marian": PAIR,
    "mbart": PAIR, "pegasus": PAIR, "plbart": PAIR, "whisper": PAIR,
    "RefinedWeb": REFINED, "RefinedWebModel": REFINED,
    "chatglm": {"num_layers": "num_hidden_layers", "padded_vocab_size": "vocab_size"},
    "exaone": {"num_layers": "num_hidden_layers"},
    "bloom": {"num_hidden_layers": "n_layer", "num_attention_heads": "n_head"},
    "codegen": GPT, "ctrl": GPT, "gpt-sw3": GPT, "gpt2": GPT, "gpt_bigcode": GPT, "gptj": GPT, "openai-gpt": GPT,
    "dbrx": MOSAIC, "mpt": MOSAIC,
    "deepseek_v2": {"num_experts": "n_routed_experts"},
    "deepseek_v3": ROUTED, "deepseek_v32": ROUTED, "dots1": ROUTED, "glm4_moe": ROUTED, "glm_moe_dsa": ROUTED,
    "nemotron_h": ROUTED | {"layer_types": "layers_block_type"}, "solar_open": ROUTED,
    "deepseek_v4": ROUTED | {"intermediate_size": "moe_intermediate_size"},
    "distilbert": {"hidden_size": "dim", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers"},
    "ernie4_5_vl_moe_text": {"num_experts": "moe_num_experts", "num_experts_per_tok": "moe_k"},
    "ernie4_5_vl_moe_vision": {"num_attention_heads": "num_heads", "num_hidden_layers": "depth"},
    "ernie4_5_moe": {"num_experts": "moe_num_experts", "num_experts_per_tok": "moe_k"},
    "flex_olmo": COUNTED, "jamba": COUNTED, "olmoe": COUNTED,
    "glm4_moe_lite": ROUTED | {"head_dim": "qk_rope_head_dim"},
    "axk1": ROUTED, "hy_v3": COUNTED, "mellum": {"num_experts": "num_local_experts"},
    "longt5": T5, "bigbird_pegasus": PAIR, "mvp": PAIR, "nllb-moe": PAIR, "pegasus_x": PAIR,
    "vipllava": {"vision_feature_layers": "vision_feature_layer"},
    "jetmoe": {"head_dim": "kv_channels"},
    "longcat_flash": ROUTED | {"num_experts_per_tok": "moe_topk", "intermediate_size": "ffn_hidden_size",
                               "moe_intermediate_size": "expert_ffn_hidden_size"},
    "segformer": {"num_hidden_layers": "num_encoder_blocks"},
    "gpt_neo": {"num_attention_heads": "num_heads", "num_hidden_layers": "num_layers"},
    "gpt_oss": LOCAL, "minimax": LOCAL, "minimax_m2": LOCAL, "mixtral": LOCAL, "qwen3_moe": COUNTED,
    "qwen3_vl_moe_text": COUNTED,
    "hunyuan_v1_moe": COUNTED | {"num_experts_per_tok": "moe_topk"},
    "kimi_linear": COUNTED | {"num_experts_per_tok": "num_experts_per_token", "n_shared_experts": "num_shared_experts"},
    "mt5": T5, "switch_transformers": T5, "t5": T5, "umt5": T5,
    "step3p5": ROUTED | {"num_attention_groups": "num_key_value_heads", "moe_num_experts": "n_routed_experts",
                         "moe_top_k": "num_experts_per_tok", "share_expert_dims": "share_expert_dim"},
    "funnel": {"hidden_size": "d_model", "num_attention_heads": "n_head"},
    "flaubert": XLM, "xlm": XLM,
    "xlnet": {"n_token": "vocab_size", "hidden_size": "d_model", "num_attention_heads": "n_head",
              "num_hidden_layers": "n_layer"},
    "xglm": {"hidden_size": "d_model", "num_attention_heads": "attention_heads", "num_hidden_layers": "num_layers"},
    "zamba": HYBRID, "zamba2": HYBRID,
})  # fmt: skip

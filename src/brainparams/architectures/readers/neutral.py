"""Keys of a configuration that never change a count: activations, rotations, dropouts, losses, how it was saved.

A key that counts in some types and not in others may stand here: a reader reads the keys that count in its own type.
"""

from __future__ import annotations

# fmt: off
NEUTRAL = frozenset("""
    _attn_implementation activation activation_function add_bias_logits add_final_layer_norm afn alibi_bias_max
    apply_layernorm apply_residual_connection_post_layernorm apply_spec_augment attention_chunk_size
    attention_dropout attention_in_multiplier attention_multiplier attention_out_multiplier
    attention_probs_dropout_prob attention_softmax_in_fp32 attention_window_size attn_impl attn_implementation
    attn_logit_softcapping attn_pdrop attn_scale attn_temperature_tuning attn_uses_sequence_id auto_map
    autocast_kernel_dtype aux_loss_alpha begin_suppress_tokens block_size boi_token_index bos_token_id chunk_size
    chunkwise_kernel classif_dropout classifier_activation classifier_pooling clip_qkv context_length
    contrastive_logits_temperature ctc_loss_reduction decoder_layerdrop decoder_start_token_id
    deterministic_flash_attn directionality diversity_loss_weight do_sample do_stable_layer_norm drop_path_rate
    dtype early_stopping emb_pdrop embd_pdrop embedding_fraction embedding_multiplier encoder_layerdrop
    encoder_no_repeat_ngram_size encoder_stride eoi_token_index eos_token_id ep_size eps feat_extract_activation
    final_logit_softcapping finetuning_task floor_scale forced_bos_token_id forced_decoder_ids forced_eos_token_id
    full_attn_alpha_factor full_attn_beta_factor gate_soft_cap gradient_checkpointing hc_sinkhorn_iters hidden_act
    hidden_activation hidden_dropout id2label image_grid_pinpoints image_seq_length image_token_index index_topk
    indexer_types inference_state_dtype init_device initializer_range input_jitter_noise is_decoder
    is_encoder_decoder key_multiplier label2id lambda_std_dev layer_norm_eps layer_norm_epsilon layer_types
    layerdrop layerscale_value learned_pos_emb length_penalty linear_a_log_max linear_a_log_min
    linear_allow_neg_eigval linear_attn_alpha_factor linear_attn_beta_factor linear_dt_max linear_dt_min
    lm_head_multiplier local_attention logit_scale logits_scaling logits_soft_cap mamba_chunk_size mamba_hidden_act
    mamba_norm_before_gate mamba_ssm_cache_dtype mask_feature_length mask_feature_min_masks mask_feature_prob
    mask_ratio mask_time_length mask_time_min_masks mask_time_prob max_inference_chunksize max_length
    max_position_embeddings max_seq_len max_window_layers median_filter_width mlp_alpha_factor mlp_beta_factor
    mlp_hidden_act mlp_multipliers mm_tokens_per_image mode model_max_length moe_norm_min moe_renormalize
    moe_shared_expert_overlap multi_query_group_num n_ctx n_group n_positions no_repeat_ngram_size norm_eps
    norm_pix_loss norm_reduction_force_float32 norm_topk_prob normalize_before normalize_embedding num_beams
    num_expert_group num_image_tokens num_logits_to_keep original_max_position_embeddings out_features out_indices
    output_attentions output_hidden_states output_logit_soft_cap output_past output_router_logits pad_token_id
    parallel_attn_mlp_res partial_rotary_factor pooler_act pooler_hidden_act pos_embed_jitter pos_embed_rescale
    pos_embed_shift position_embedding_type prefix prefix_lm pretraining_tp problem_type projector_hidden_act
    quantization_config query_pre_attn_scalar relative_attention_max_distance reorder_and_upcast_attn
    repetition_penalty rescale_every rescale_prenorm_residual reshape_hidden_states resid_pdrop residual_in_fp32
    residual_multiplier return_dict return_last_states rms_norm_eps rope_parameters rope_scaling rope_theta
    rotary_dim rotary_emb_base rotary_pct routed_scaling_factor router_aux_loss_coef router_jitter_noise
    scale_attention_softmax_in_fp32 scale_attn_by_inverse_layer_idx scale_attn_weights scale_decoder_outputs
    scale_embedding scoring_func sep_token_id seq_aux sequence_kernel sinusoidal_pos_embds sliding_window
    sliding_window_pattern slow_but_exact softmax_scale sparse_pred_ignore_index sparse_prediction ssm_in_multiplier
    ssm_multipliers ssm_out_multiplier stage_names static_position_embeddings step_kernel summary_activation
    summary_proj_to_labels summary_type summary_use_proj suppress_tokens swiglu_alpha swiglu_limit
    task_specific_params temperature tie_word_embeddings time_step_floor time_step_limit time_step_max time_step_min
    time_step_scale tokenizer_class tokens_per_second top_k top_p topk_group topk_method torch_dtype torchscript
    transformers_version unsloth_fixed unsloth_version use_associative_scan use_bfloat16 use_bidirectional_attention
    use_cache use_flash_attn use_long_context use_mamba_kernels use_mambapy use_mem_eff_path use_sliding_window
    vision_feature_select_strategy window_size z_loss_coefficient
""".split())  # noqa: SIM905 - 200 words are read more easily so
# fmt: on
PARTS = ("dropout", "rope", "token_id", "_eps", "init")


def is_neutral(key: str) -> bool:
    """Whether a key never changes a count."""
    return key in NEUTRAL or key.startswith("_") or any(part in key for part in PARTS)

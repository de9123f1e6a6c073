//! Keys of configuration files that do not move the forward process.

/// Settings that choose the levels of a sampler.
pub(super) const SAMPLING: [&str; 5] = [
    "use_karras_sigmas",
    "use_exponential_sigmas",
    "use_beta_sigmas",
    "use_lu_lambdas",
    "shift_terminal",
];

/// Settings that place the inference steps of some classes.
pub(super) const PLACING: &[&str] =
    &["final_sigmas_type", "set_alpha_to_one", "steps_offset", "timestep_spacing"];

/// Settings of samplers and networks.
pub(super) const INERT: &[&str] = &[
    "algorithm_type",
    "clip_denoised",
    "clip_sample",
    "clip_sample_range",
    "correct_steps",
    "corrector_order",
    "disable_corrector",
    "dynamic_thresholding_ratio",
    "eta",
    "euler_at_final",
    "interpolation_type",
    "lambda_min_clipped",
    "lower_order_final",
    "max_clip_sample_range",
    "noise_sampler_seed",
    "original_inference_steps",
    "predict_x0",
    "prediction_type",
    "predictor_order",
    "s_churn",
    "s_max",
    "s_min",
    "s_noise",
    "sample_max_value",
    "sampling_eps",
    "scale_factors",
    "skip_prk_steps",
    "snr",
    "solver_order",
    "solver_p",
    "solver_type",
    "stochastic_sampling",
    "tau_func",
    "thresholding",
    "timestep_scaling",
    "upscale_mode",
    "variance_type",
];

/// Keys that move the forward process of some class.
pub(super) const MOVING: &[&str] = &[
    "base_image_seq_len",
    "base_shift",
    "beta_end",
    "beta_max",
    "beta_min",
    "beta_schedule",
    "beta_start",
    "flow_shift",
    "invert_sigmas",
    "max_image_seq_len",
    "max_shift",
    "num_train_timesteps",
    "rescale_betas_zero_snr",
    "rho",
    "shift",
    "sigma_data",
    "sigma_max",
    "sigma_min",
    "sigma_schedule",
    "snr_shift_scale",
    "time_shift_type",
    "timestep_type",
    "trained_betas",
    "use_dynamic_shifting",
    "use_flow_sigmas",
];

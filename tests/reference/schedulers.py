"""Noise levels of published scheduler configurations, from the definitions, in 40 digits.

    python schedulers.py

writes schedulers.csv: a configuration as its class writes it, what the sampler is given besides
(`mu`, or the `image` in pixels), a value of the coordinate `column`, and σ_VE there. Chains are
products of 1 − β, levels are the formulas of the papers; nothing is shared with the library.
"""

import csv
import json

from mpmath import mp, mpf

mp.dps = 40

STABLE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def exact(x):
    """The decimal that a configuration shows."""
    return mpf(repr(x))


def betas(config, start=0.0001, end=0.02, schedule="linear", steps=1000):
    n = config.get("num_train_timesteps", steps)
    a, b = exact(config.get("beta_start", start)), exact(config.get("beta_end", end))
    kind = config.get("beta_schedule", schedule)
    if kind == "linear":
        return [a + (b - a) * k / (n - 1) for k in range(n)]
    if kind == "scaled_linear":
        a, b = mp.sqrt(a), mp.sqrt(b)
        return [(a + (b - a) * k / (n - 1)) ** 2 for k in range(n)]
    if kind == "sigmoid":
        return [a + (b - a) / (1 + mp.exp(6 - mpf(12) * k / (n - 1))) for k in range(n)]
    if kind == "exp":
        f = lambda x: mp.exp(-12 * x)
    else:
        assert kind == "squaredcos_cap_v2"
        f = lambda x: mp.cos((x + mpf("0.008")) / mpf("1.008") * mp.pi / 2) ** 2
    return [min(1 - f(mpf(k + 1) / n) / f(mpf(k) / n), mpf("0.999")) for k in range(n)]


def chain(config, step, snr_scale=None, floored=False, **defaults):
    bars, product = [], mpf(1)
    for beta in betas(config, **defaults):
        product *= 1 - beta
        bars.append(product)
    if snr_scale is not None:
        s = exact(config.get("snr_shift_scale", snr_scale))
        bars = [a / (s + (1 - s) * a) for a in bars]
    if config.get("rescale_betas_zero_snr"):
        roots = [mp.sqrt(a) for a in bars]
        first, last = roots[0], roots[-1]
        bars = [((r - last) * first / (first - last)) ** 2 for r in roots]
        if floored:
            bars[-1] = mpf(2) ** -24
    return mp.sqrt((1 - bars[step]) / bars[step])


def levels(config, step, low, high, schedule="karras", steps=1000, more=1, rho=7):
    n = config.get("num_train_timesteps", steps) + more
    low, high = exact(config.get("sigma_min", low)), exact(config.get("sigma_max", high))
    share = mpf(step) / (n - 1)
    if config.get("sigma_schedule", schedule) == "exponential":
        return high * (low / high) ** share
    rho = mpf(config.get("rho", rho))
    return (high ** (1 / rho) + share * (low ** (1 / rho) - high ** (1 / rho))) ** rho


def mixed(shift, uniform):
    """x = (1 − s) a + s z, s = k u/(1 + (k − 1) u)."""
    s = shift * uniform / (1 + (shift - 1) * uniform)
    return s / (1 - s)


def tokens_mu(config, width, height):
    tokens = (width // 16) * (height // 16)
    low, high = exact(config.get("base_shift", 0.5)), exact(config.get("max_shift", 1.15))
    first, last = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    return low + (high - low) * mpf(tokens - first) / (last - first)


ROWS = []


def add(config, column, values, sigma, mu="", image=""):
    for value in values:
        ROWS.append((json.dumps(config), mu, image, column, value, mp.nstr(sigma(value), 25)))


def named(name, **keys):
    return {"_class_name": name, "_diffusers_version": "0.30.0", **keys}


def chains():
    ends = [0, 1, 500, 999]
    for config, options in [
        (named("PNDMScheduler", **STABLE, skip_prk_steps=True, steps_offset=1, trained_betas=None), {}),
        (named("SASolverScheduler", **STABLE, predictor_order=2, tau_func=None), {}),
        (named("RePaintScheduler", beta_schedule="sigmoid", eta=0.0), {}),
        (named("FlaxDDPMScheduler", beta_schedule="linear"), {}),
        (named("DDIMInverseScheduler", **STABLE, set_alpha_to_one=False), {}),
        (named("DPMSolverMultistepInverseScheduler", beta_schedule="squaredcos_cap_v2",
               lambda_min_clipped=-mp.inf), {}),
        (named("UniPCMultistepScheduler", beta_schedule="linear", solver_p=None), {}),
        (named("DEISMultistepScheduler", **STABLE), {}),
        (named("KDPM2AncestralDiscreteScheduler", beta_schedule="exp"), {}),
        (named("HeunDiscreteScheduler"), {"start": 0.00085, "end": 0.012}),
        (named("TCDScheduler"), {"start": 0.00085, "end": 0.012, "schedule": "scaled_linear"}),
        (named("UnCLIPScheduler", variance_type="fixed_small_log"),
         {"schedule": "squaredcos_cap_v2"}),
        (named("ConsistencyDecoderScheduler"), {"schedule": "squaredcos_cap_v2", "steps": 1024}),
    ]:
        if "lambda_min_clipped" in config:
            config["lambda_min_clipped"] = float("-inf")
        add(config, "step", ends, lambda k, c=config, o=options: chain(c, k, **o))
    zero = dict(STABLE, rescale_betas_zero_snr=True, timestep_spacing="trailing")
    add(named("DDIMScheduler", **zero), "step", [0, 500, 998],
        lambda k: chain(named("", **zero), k))
    add(named("EulerDiscreteScheduler", **zero, timestep_type="discrete"), "step", [0, 500, 999],
        lambda k: chain(named("", **zero), k, floored=True))
    for scale in (1.0, 3.0):
        config = named("CogVideoXDPMScheduler", **zero, snr_shift_scale=scale,
                       prediction_type="v_prediction")
        add(config, "step", [0, 500, 998], lambda k, c=config: chain(c, k, snr_scale=3.0))
    config = named("CogVideoXDDIMScheduler", **STABLE)
    add(config, "step", [0, 500, 999], lambda k: chain(config, k, snr_scale=3.0))


def sigmas():
    for config, options in [
        (named("EDMEulerScheduler", sigma_data=0.5, sigma_schedule="karras"),
         {"low": 0.002, "high": 80.0}),
        (named("EDMDPMSolverMultistepScheduler", sigma_schedule="exponential", sigma_max=120.0),
         {"low": 0.002, "high": 80.0}),
        (named("CosineDPMSolverMultistepScheduler", sigma_data=1.0, sigma_schedule="exponential"),
         {"low": 0.3, "high": 500.0, "schedule": "exponential", "more": 0}),
        (named("CMStochasticIterativeScheduler", clip_denoised=True, s_noise=1.0),
         {"low": 0.002, "high": 80.0, "steps": 40, "more": 0}),
    ]:
        last = 39 if "CM" in config["_class_name"] else 999
        add(config, "step", [0, 1, 17, last], lambda k, c=config, o=options: levels(c, k, **o))
    svd = named("EulerDiscreteScheduler", **STABLE, interpolation_type="linear",
                prediction_type="v_prediction", sigma_max=700.0, sigma_min=0.002,
                timestep_type="continuous", trained_betas=None, use_karras_sigmas=True)
    add(svd, "c_noise", ["-1.5", "-0.25", "0", "0.999833", "1.6"], lambda c: mp.exp(4 * mpf(c)))
    add(named("IPNDMScheduler", num_train_timesteps=1000), "c_noise",
        ["1e-12", "0.25", "0.5", "0.9", "0.999"], lambda u: mp.tan(mp.pi * mpf(u) / 2))
    add(named("ScoreSdeVeScheduler", snr=0.15), "time", ["0", "0.3", "1"],
        lambda s: mpf("0.01") * (mpf(1348) / mpf("0.01")) ** mpf(s))

    def vp(s):
        s = mpf(s)
        return mp.sqrt(mp.expm1(s * s / 2 * (20 - mpf("0.1")) + s * mpf("0.1")))
    add(named("ScoreSdeVpScheduler"), "time", ["0.001", "0.3", "1"], vp)


def flows():
    values = ["1e-9", "0.125", "0.5", "0.75"]

    def both(config, shift, **given):
        add(config, "uniform_time", values, lambda u: mixed(mpf(shift), mpf(u)), **given)
        add(config, "flow_time", values, lambda s: mixed(mpf(1), mpf(s)), **given)

    both(named("FlowMatchEulerDiscreteScheduler", shift=3.0, num_train_timesteps=1000), 3)
    both(named("FlowMatchHeunDiscreteScheduler"), 1)
    flux = named("FlowMatchEulerDiscreteScheduler", base_image_seq_len=256, base_shift=0.5,
                 max_image_seq_len=4096, max_shift=1.15, shift=3.0, use_dynamic_shifting=True)
    both(flux, mp.exp(mpf("0.9")), mu="0.9")
    both(flux, mp.exp(tokens_mu(flux, 1024, 768)), image="1024x768")
    both(dict(flux, time_shift_type="linear"), mpf("2.5"), mu="2.5")
    both(dict(flux, time_shift_type="exponential", shift_terminal=0.02), mp.exp(mpf("1.15")),
         mu="1.15")
    both(named("FlowMatchLCMScheduler", shift=6.0, scale_factors=None), 6)
    solver = dict(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0, **STABLE)
    for name in ("UniPCMultistepScheduler", "DPMSolverMultistepScheduler", "SASolverScheduler",
                 "DPMSolverSinglestepScheduler", "DEISMultistepScheduler"):
        both(named(name, **solver), 5)
    both(named("UniPCMultistepScheduler", **solver, use_dynamic_shifting=True), mp.exp(mpf("0.7")),
         mu="0.7")


chains()
sigmas()
flows()
with open("schedulers.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(("config", "mu", "image", "column", "value", "sigma"))
    out.writerows(ROWS)
print(len(ROWS), "rows")

"""Levels of samplers with few steps, as the scheduler classes of diffusers place them.

    python inference.py

writes inference.csv: a configuration as its class writes it, the number of inference steps, and the levels
from the noisiest on, the one at which sampling ends included (σ_VE; of a flow its mixing time). The rules
are those of `set_timesteps` in diffusers 0.31 (src/diffusers/schedulers/scheduling_*.py), written anew in
double precision: spacings of steps from Lin, Liu, Li, Yang 2305.08891 (Table 2), levels of σ from Karras et
al. 2206.00364 (Eq. 5) and Lee et al. 2407.12173 (beta), shifts of a flow from Esser et al. 2403.03206.
Nothing is shared with the library.
"""

import csv
import json
import math

import numpy as np
from scipy.stats import beta as beta_law

STABLE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
STEPS = [5, 20, 50]


def chain(config):
    """σ of every training step, in double precision through logarithms."""
    n = config.get("num_train_timesteps", 1000)
    a, b = config.get("beta_start", 0.0001), config.get("beta_end", 0.02)
    if config.get("beta_schedule", "linear") == "scaled_linear":
        betas = np.linspace(math.sqrt(a), math.sqrt(b), n) ** 2
    else:
        betas = np.linspace(a, b, n)
    log_bar = np.cumsum(np.log1p(-betas))
    return np.sqrt(np.expm1(-log_bar))


def even(config, count, default, solver, whole):
    """The steps of the chain that are visited, the noisiest first: `timestep_spacing` in `set_timesteps` of
    scheduling_ddim.py (`solver` and `whole` aside: scheduling_dpmsolver_multistep.py takes one step more and leaves
    the cleanest out; scheduling_euler_discrete.py rounds no step of linspace)."""
    n = config.get("num_train_timesteps", 1000)
    spacing = config.get("timestep_spacing", default)
    more = 1 if solver else 0
    if spacing == "linspace":
        steps = np.linspace(0, n - 1, count + more)
        steps = (np.round(steps) if whole else steps)[::-1]
    elif spacing == "leading":
        steps = (np.arange(count + more) * (n // (count + more)))[::-1] + config.get("steps_offset", 0)
    else:
        return np.round(np.arange(n, 0, -n / count)) - 1
    return steps[: len(steps) - more]


def karras(high, low, count, rho=7.0):
    """`_convert_to_karras`, Karras et al. 2206.00364 Eq. 5."""
    ramp = np.linspace(0, 1, count)
    return (high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho


def spaced(config, high, low, count):
    """Levels of σ that replace the steps, if the file asks for them: `_convert_to_karras`, `_convert_to_exponential`,
    `_convert_to_lu` (its ρ = 1 is even in log σ) and `_convert_to_beta` (Lee et al. 2407.12173)."""
    if config.get("use_karras_sigmas"):
        return karras(high, low, count)
    if config.get("use_exponential_sigmas") or config.get("use_lu_lambdas"):
        return np.exp(np.linspace(math.log(high), math.log(low), count))
    if config.get("use_beta_sigmas"):
        return low + beta_law.ppf(1 - np.linspace(0, 1, count), 0.6, 0.6) * (high - low)
    return None


def euler_like(config, count, final="zero", levels=True):
    """scheduling_euler_discrete.py, scheduling_euler_ancestral_discrete.py, scheduling_lms_discrete.py,
    scheduling_heun_discrete.py, scheduling_k_dpm_2_discrete.py, scheduling_k_dpm_2_ancestral_discrete.py: σ of the
    steps interpolated between those of the chain; the last two step to a level between in two halves."""
    sigmas = chain(config)
    visited = np.interp(even(config, count, "linspace", False, False), np.arange(len(sigmas)), sigmas)
    if levels:
        other = spaced(config, visited[0], visited[-1], count)
        visited = visited if other is None else other
    end = sigmas[0] if config.get("final_sigmas_type", final) == "sigma_min" else 0.0
    return np.append(visited, end)


def solver_like(config, count, final="zero"):
    """scheduling_dpmsolver_multistep.py, scheduling_unipc_multistep.py, scheduling_deis_multistep.py,
    scheduling_sasolver.py: levels between the ends of the whole chain."""
    sigmas = chain(config)
    visited = spaced(config, sigmas[-1], sigmas[0], count)
    if visited is None:
        visited = sigmas[even(config, count, "linspace", True, True).astype(int)]
    end = sigmas[0] if config.get("final_sigmas_type", final) == "sigma_min" else 0.0
    return np.append(visited, end)


def ddim_like(config, count, to_one=None):
    """scheduling_ddpm.py (whose last step is to ᾱ = 1), scheduling_ddim.py and scheduling_pndm.py (`final_alpha_cumprod`
    by `set_alpha_to_one`), and the Parallel classes of the first two."""
    sigmas = chain(config)
    visited = sigmas[even(config, count, "leading", False, True).astype(int)]
    to_one = config.get("set_alpha_to_one", to_one)
    return np.append(visited, 0.0 if to_one else sigmas[0])


def edm(config, count):
    """scheduling_edm_euler.py, scheduling_edm_dpmsolver_multistep.py: `_compute_karras_sigmas`,
    `_compute_exponential_sigmas`."""
    high, low = config.get("sigma_max", 80.0), config.get("sigma_min", 0.002)
    if config.get("sigma_schedule", "karras") == "exponential":
        visited = np.exp(np.linspace(math.log(high), math.log(low), count))
    else:
        visited = karras(high, low, count, config.get("rho", 7.0))
    return np.append(visited, 0.0)


def flow(config, count, mu=None):
    """scheduling_flow_match_euler_discrete.py, scheduling_flow_match_heun_discrete.py: times; the shift is applied to the ends of training and again to the times between them."""
    n = config.get("num_train_timesteps", 1000)
    shift = math.exp(mu) if mu is not None else config.get("shift", 1.0)
    shifted = lambda u: shift * u / (1 + (shift - 1) * u)
    low = 1 / n if config.get("use_dynamic_shifting") else shifted(1 / n)
    times = np.linspace(1.0, low, count)
    other = spaced(config, times[0], times[-1], count)
    times = shifted(times if other is None else other)
    if config.get("shift_terminal"):
        left = 1 - times
        times = 1 - left * (1 - config["shift_terminal"]) / left[-1]
    return np.append(times, 0.0)


def flow_of_solver(config, count, final="zero"):
    """`use_flow_sigmas` of scheduling_unipc_multistep.py, scheduling_dpmsolver_multistep.py,
    scheduling_deis_multistep.py and scheduling_sasolver.py; the last two, and `final_sigmas_type` sigma_min, repeat the
    last level."""
    n, shift = config.get("num_train_timesteps", 1000), config.get("flow_shift", 1.0)
    times = 1 - np.linspace(1, 1 / n, count + 1)
    times = shift * times / (1 + (shift - 1) * times)
    times = times[::-1][:-1]
    return np.append(times, times[-1] if config.get("final_sigmas_type", final) == "sigma_min" else 0.0)


ROWS = []


def add(name, route, counts=STEPS, mu="", **keys):
    config = {"_class_name": name, "_diffusers_version": "0.31.0", **keys}
    for count in counts:
        levels = route(config, count) if mu == "" else route(config, count, mu)
        ROWS.append((json.dumps(config), mu, count, " ".join(repr(float(x)) for x in levels)))


EVEN = [
    {"timestep_spacing": "leading", "steps_offset": 1},
    {"timestep_spacing": "trailing"},
    {"timestep_spacing": "linspace"},
]
KARRAS = {"use_karras_sigmas": True, "timestep_spacing": "leading"}


def main():
    for name, to_one in (("DDPMScheduler", True), ("DDIMScheduler", True), ("PNDMScheduler", False),
                         ("DDPMParallelScheduler", True), ("DDIMParallelScheduler", True)):
        keys = {} if name.startswith("DDPM") else {"set_alpha_to_one": not to_one}
        for spacing in EVEN:
            add(name, lambda c, k, t=to_one: ddim_like(c, k, t), **STABLE, **spacing)
        add(name, lambda c, k, t=to_one: ddim_like(c, k, t), **keys)
    for name in ("EulerDiscreteScheduler", "LMSDiscreteScheduler", "HeunDiscreteScheduler",
                 "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler"):
        for spacing in [*EVEN, KARRAS]:
            add(name, euler_like, **STABLE, **spacing)
        add(name, euler_like, **STABLE, use_beta_sigmas=True)
        add(name, euler_like, **STABLE, use_exponential_sigmas=True)
    add("EulerDiscreteScheduler", euler_like, **STABLE, final_sigmas_type="sigma_min")
    for spacing in [*EVEN, {}]:
        add("EulerAncestralDiscreteScheduler", lambda c, k: euler_like(c, k, levels=False), **STABLE,
            **spacing)
    for name, final in (("DPMSolverMultistepScheduler", "zero"), ("UniPCMultistepScheduler", "zero"),
                        ("DEISMultistepScheduler", "sigma_min"), ("SASolverScheduler", "sigma_min")):
        for spacing in [*EVEN, KARRAS]:
            add(name, lambda c, k, f=final: solver_like(c, k, f), **STABLE, **spacing)
        add(name, lambda c, k, f=final: solver_like(c, k, f), **STABLE, use_beta_sigmas=True)
    add("DPMSolverMultistepScheduler", solver_like, **STABLE, use_lu_lambdas=True,
        final_sigmas_type="sigma_min")
    for name in ("EDMEulerScheduler", "EDMDPMSolverMultistepScheduler"):
        add(name, edm)
        add(name, edm, sigma_schedule="exponential", sigma_max=120.0)
    add("FlowMatchEulerDiscreteScheduler", flow, shift=3.0)
    add("FlowMatchEulerDiscreteScheduler", flow, shift=3.0, use_karras_sigmas=True)
    add("FlowMatchEulerDiscreteScheduler", flow, shift=2.5, use_beta_sigmas=True)
    add("FlowMatchEulerDiscreteScheduler", flow, mu=1.15, use_dynamic_shifting=True)
    add("FlowMatchEulerDiscreteScheduler", flow, mu=0.9, use_dynamic_shifting=True, shift_terminal=0.1)
    add("FlowMatchHeunDiscreteScheduler", flow, shift=3.0)
    for name, final in (("UniPCMultistepScheduler", "zero"), ("DPMSolverMultistepScheduler", "zero"),
                        ("DEISMultistepScheduler", "sigma_min"), ("SASolverScheduler", "sigma_min")):
        add(name, lambda c, k, f=final: flow_of_solver(c, k, f), use_flow_sigmas=True, flow_shift=3.0,
            prediction_type="flow_prediction")
    add("UniPCMultistepScheduler", flow_of_solver, use_flow_sigmas=True, flow_shift=3.0,
        prediction_type="flow_prediction", final_sigmas_type="sigma_min")
    with open("inference.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("config", "mu", "steps", "levels"))
        writer.writerows(ROWS)


main()

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From images to the steps of a sampler
#
# Images of two kinds, bars and rings. At which of DDPM's steps does a sampler decide which of them it draws?

# %%
import numpy as np

import regimes as rg

SIDE = 12
random = np.random.default_rng(1)
y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2


def bar() -> np.ndarray:
    angle, width = random.uniform(-0.4, 0.4), random.uniform(1, 2)
    return np.exp(-((x * np.cos(angle) + y * np.sin(angle)) ** 2) / width**2)


def ring() -> np.ndarray:
    radius, width = random.uniform(3, 5), random.uniform(0.8, 1.5)
    return np.exp(-((np.hypot(x, y) - radius) ** 2) / width**2)


COUNT = 600
images = np.stack([bar() if k % 2 else ring() for k in range(COUNT)])
pixels = np.round(255 * images).astype(np.uint8)
labels = np.array(["bar" if k % 2 else "ring" for k in range(COUNT)])
pixels.shape, pixels.dtype

# %% [markdown]
# The bytes are read where they lie. A scale of 2/255 brings them to an interval of length 2, as training pipelines do.

# %%
data = rg.dataset(pixels, labels, scale="2/255")
times = data.times(schedule="ddpm-linear", queries=200)
times

# %% [markdown]
# The largest eigenvalue of the covariance gives t_S, here on DDPM's 1000 steps.

# %%
speciation = times["t_S.spectral"][0]
step = times["t_S.spectral.step"][0]
assert speciation > 0 and 0 < step < 1000
print(f"t_S = {speciation}, at step {float(step):.0f} of 1000")

# %% [markdown]
# The spectrum itself: a few large eigenvalues, then the noise of the samples.

# %%
spectrum = data.spectrum()
eigenvalues = spectrum["eigenvalue"].value
eigenvalues[:5]

# %% [markdown]
# What thirty ancestral steps cost on a Gaussian of this spectrum, and how to place them better.

# %%
gaussian = rg.gaussian(eigenvalues=np.maximum(eigenvalues, 0))
cost = gaussian.steps(grid=["karras", "optimal"], steps=30, sigma_noise="50:0.05")
assert cost["kl"].value[1] < cost["kl"].value[0]
cost

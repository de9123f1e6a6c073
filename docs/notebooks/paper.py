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
# # A paper's table and its figure
#
# Biroli, Bonnaire, de Bortoli and Mézard (2024) give the speciation and collapse times of two Gaussian clusters. Here
# are their formulas as a table over dimension, as LaTeX, and the cloning probability of their figure 2.

# %%
import matplotlib.pyplot as plt
import numpy as np

import regimes as rg

# %% [markdown]
# All times of one data set. Each value has a bound on its numerical error, a unit, and the equation it comes from.

# %%
data = rg.clusters(d=1024, mu=1, sigma=1)
data.times(n=20_000)

# %% [markdown]
# Over dimensions, at a fixed number of samples. t_S grows like ½ log d; t_C rises, since log n / d falls.

# %%
table = rg.clusters(mu=1, sigma=1).times(n=20_000, d=[256, 512, 1024, 2048, 4096])
speciation, collapse = table["t_S.spectral"], table["t_C.asymptotic"]
slope = np.polyfit(np.log(table["d"].value), speciation.value, 1)[0]
assert abs(slope - 0.5) < 1e-2
assert (np.diff(collapse.value) > 0).all()
print(table.to_latex(digits=5)[:400])

# %% [markdown]
# Figure 2: the probability φ(t) that two copies of a trajectory, cloned at t, end in the same class.

# %%
phi = rg.clusters(mu=1, sigma=1).curve("phi", d=[256, 1024, 4096], t=np.linspace(0.5, 7, 200))
figure, ax = plt.subplots()
phi.plot(ax)
figure

# %% [markdown]
# One curve with its regimes, and the formula behind t_S by cloning.

# %%
figure, ax = plt.subplots()
data.given(n=20_000).curve("phi", t=np.linspace(0.5, 7, 200)).plot(ax)
figure

# %%
data.explain("t_S.cloning")

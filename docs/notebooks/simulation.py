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
# # Simulation against theory
#
# The excess entropy of two clusters: theory at d → ∞, theory at this n and d, and a simulation with the exact score.

# %%
import matplotlib.pyplot as plt
import numpy as np

import regimes as rg

data = rg.clusters(d=32, n=500)
t = np.linspace(0.4, 2, 9)
simulated = data.simulate("entropy", t=t, blocks=8, points=128, seed=1)
exact = data.curve("excess-entropy", order="exact", t=t)

# %% [markdown]
# Standard errors of the simulation, numerical errors of the theory: they agree within four.

# %%
z = (simulated["f"].value - exact["f"].value) / simulated["f"].stderr
assert (np.abs(z) < 4).all(), z
figure, ax = plt.subplots()
data.curve("excess-entropy", t=np.linspace(0.4, 2, 100)).plot(ax, label="d → ∞")
data.curve("excess-entropy", order="exact", t=np.linspace(0.4, 2, 17)).plot(ax, label="n = 500, d = 32", regimes=False)
ax.errorbar(t, simulated["f"].value, simulated["f"].stderr, fmt="k.", label="simulated")
ax.legend()
figure

# %% [markdown]
# The same comparison as a table: deviations, χ², and a verdict.

# %%
columns = {"t": t, "f": simulated["f"].value, "stderr": simulated["f"].stderr}
compared = data.validate(columns, "excess-entropy", order="exact")
print(compared.summary)
compared

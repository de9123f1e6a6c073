#!/usr/bin/env python3
"""Few samples in few dimensions: writes small_samples.csv beside itself, in a minute or two.

Means over data and noise of functions of the weights w of the empirical score, two clusters at
+-m (or one Gaussian, m = 0), n independent samples. Needs numpy and scipy; double precision.

Two samples: the difference of their energies is D = omega.delta + |delta|^2/2 with
delta = (a_1 - a_2)/sqrt(tau), so that D is Gaussian of mean s^2/2 and variance s^2 given s = |delta|,
and s^2 tau/(2 sigma^2) a chi^2 variable with d degrees of freedom, non-central for samples of two
classes. Every mean is a double integral over s and a normal variable.

More samples: the means given x as in the program's documentation, but as integrals over s = e^{v - E_1}
with the own energy one more integration variable where the formula has it so, distances by
scipy.special.ive, all integrals by Gauss-Legendre panels. Each value is computed on two sets of nodes;
`tolerance` is four times what they disagree by, plus 1e-13.
"""
import csv, math, os
import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import erfc, gammaln, ive

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ["entropy", "leave_one_out", "own_weight", "clones", "nearest", "participation"]


def panels(edges, order):
    """Nodes and weights on consecutive panels."""
    x, w = leggauss(order)
    nodes, weights = [], []
    for a, b in zip(edges[:-1], edges[1:]):
        nodes.append(0.5 * (b - a) * x + 0.5 * (a + b))
        weights.append(0.5 * (b - a) * w)
    return np.concatenate(nodes), np.concatenate(weights)


def chi_density(t, gamma, d):
    """Density of |gamma e + g|, g standard normal in d dimensions; gamma > 0."""
    nu = 0.5 * d - 1
    if d == 1:
        return (np.exp(-0.5 * (t - gamma) ** 2) + np.exp(-0.5 * (t + gamma) ** 2)) / math.sqrt(2 * math.pi)
    return t * (t / gamma) ** nu * ive(nu, t * gamma) * np.exp(-0.5 * (t - gamma) ** 2)


def central_density(t, d):
    return np.exp((d - 1) * np.log(t) - 0.5 * t * t - (0.5 * d - 1) * math.log(2) - gammaln(0.5 * d))


def two_samples(d, m2, sigma, tau, order):
    """Means at n = 2."""
    z, wz = panels(np.linspace(-9, 9, 37), order)
    wz = wz * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    total = np.zeros(6)
    for share, gamma in [(1.0, 0.0)] if m2 == 0 else [(0.5, 0.0), (0.5, math.sqrt(2 * m2) / sigma)]:
        low, high = max(0.0, gamma - 9), gamma + 9 + math.sqrt(d)
        t, wt = panels(np.linspace(low, high, 41), order)
        wt = wt * (central_density(t, d) if gamma == 0 else chi_density(t, gamma, d))
        s = (t * sigma * math.sqrt(2 / tau))[:, None]
        excess = 0.5 * s * s + s * z[None, :]
        own = 1 / (1 + np.exp(np.minimum(-excess, 700)))
        other = 1 / (1 + np.exp(np.minimum(excess, 700)))
        squares = own**2 + other**2
        values = [np.logaddexp(0, -excess), -excess, own, squares, None, 1 / squares]
        for k, value in enumerate(values):
            # P(D > 0) is in closed form given s: a step is no function for panels.
            inner = 0.5 * erfc(-0.5 * s[:, 0] / math.sqrt(2)) if value is None else value @ wz
            total[k] += share * (wt @ inner)
    return total


def many_samples(d, m2, sigma, tau, n, order):
    """Means at any n: entropy, own weight, nearest."""
    kappa = sigma**2 / (sigma**2 + tau)
    rest = 1 - kappa
    shift = math.sqrt(m2 / (sigma**2 + tau))
    # v covers all that matters of s = exp(v - E_1); kernels are smooth on the scale 1.
    v, wv = panels(np.arange(-36 - math.log(n), 50, 2.5), order)
    # Distances to the samples in units of sqrt(kappa).
    far = (9 + math.sqrt(d) + 2 * shift) / math.sqrt(kappa) + 9
    top = min(far, math.sqrt(2 * 90 * rest / kappa))
    steps = max(60, int(120 * top * math.sqrt(kappa / rest) / 12))
    t, wt = panels(np.linspace(0, top, steps), order)
    hit = -np.expm1(-np.exp(np.minimum(v[:, None] - (0.5 * kappa / rest) * t[None, :] ** 2, 60)))
    own_t, own_wt = panels(np.linspace(0, 9 + math.sqrt(d) + 9 / math.sqrt(kappa), 90), order)
    u = v[:, None] - 0.5 * kappa * own_t[None, :] ** 2
    zeta = np.exp(np.minimum(u, 60))
    own_hit, own_first = -np.expm1(-zeta), zeta * np.exp(-zeta)
    rho, wr = panels(np.linspace(0, 9 + math.sqrt(d), 9), order)
    wr = wr * central_density(rho, d)
    if m2 == 0:
        angle, wa = np.array([0.0]), np.array([1.0])
    elif d == 1:
        angle, wa = np.array([0.0, math.pi]), np.array([0.5, 0.5])
    else:
        angle, wa = panels(np.linspace(0, math.pi, 5), order)
        wa = wa * np.sin(angle) ** (d - 2)
        wa = wa / wa.sum()
    # Distribution functions at the nodes of t: by panels up to each node.
    x, w = leggauss(order)
    vander = np.polynomial.legendre.legvander(x, order)
    upto = np.zeros((order, order))
    for l in range(order):
        for m in range(order):
            integral = x + 1 if m == 0 else (vander[:, m + 1] - vander[:, m - 1]) / (2 * m + 1)
            upto[:, l] += w[l] * (2 * m + 1) / 2 * vander[l, m] * integral

    def distribution(f):
        blocks = f.reshape(-1, order)
        half = 0.5 * (t.reshape(-1, order)[:, -1] - t.reshape(-1, order)[:, 0]) / x[-1]
        mass = half * (blocks @ w)
        below = np.concatenate([[0.0], np.cumsum(mass)[:-1]])
        return (below[:, None] + half[:, None] * (blocks @ upto.T)).reshape(-1)

    total = np.zeros(3)
    for r, weight in zip(rho, wr):
        if weight < 1e-17:
            continue
        own = own_wt * chi_density(own_t, r * math.sqrt(rest / kappa), d)
        a_hit, a_first = own_hit @ own, own_first @ own
        width = math.sqrt(rest)
        own_at_t = wt * chi_density(t / width, r * math.sqrt(rest / kappa), d) / width
        same = chi_density(t, r / math.sqrt(kappa), d)
        density = same[:, None]
        if m2 > 0:
            other = np.sqrt(r * r + 4 * shift * r * np.cos(angle) + 4 * shift**2)
            other = np.maximum(other, 1e-9)[None, :] / math.sqrt(kappa)
            density = 0.5 * same[:, None] + 0.5 * chi_density(t[:, None], other, d)
        k = np.minimum(hit @ (wt[:, None] * density), 1)
        below = np.stack([distribution(f) for f in density.T], axis=1)
        with np.errstate(divide="ignore"):
            none = np.exp((n - 1) * np.log1p(-k))
            nearest = np.exp((n - 1) * np.log1p(-np.clip(below, 0, 1)))
        parts = [(wv * (1 - a_hit)) @ (1 - none), (wv * a_first) @ none, own_at_t @ nearest]
        total += weight * np.array([part @ wa for part in parts])
    return total


def settled(route, *arguments):
    coarse, fine = route(*arguments, 14), route(*arguments, 20)
    return fine, 4 * np.abs(fine - coarse) + 1e-13 * (1 + np.abs(fine))


def main():
    rows = []
    for d, mu, sigma, t in [
        (1, 0.0, 1.0, 0.05), (1, 1.0, 1.0, 0.5), (1, 2.0, 0.3, 2.0), (2, 0.0, 1.0, 0.3),
        (2, 1.0, 1.0, 1.0), (3, 0.5, 2.0, 0.1), (5, 1.0, 1.0, 4.0), (8, 0.0, 0.5, 0.5),
        (16, 1.0, 1.0, 0.8), (16, 0.2, 3.0, 2.5), (4, 30.0, 1.0, 3.0), (7, 1.0, 100.0, 4.0),
    ]:
        values, tolerances = settled(two_samples, d, d * mu * mu, sigma, math.expm1(2 * t))
        for name, value, tolerance in zip(NAMES, values, tolerances):
            rows.append([d, mu, sigma, 2, t, name, repr(float(value)), f"{tolerance:.1e}"])
    for d, mu, sigma, n, t in [
        (1, 0.0, 1.0, 3, 0.3), (1, 1.0, 1.0, 20, 0.02), (1, 0.0, 1.0, 1000, 1e-3), (2, 0.0, 1.0, 60, 0.5),
        (2, 1.0, 1.0, 60, 0.5), (3, 0.0, 1.0, 5, 1.0), (4, 1.0, 1.0, 20, 0.25), (5, 0.0, 2.0, 1000, 0.3),
        (8, 0.0, 1.0, 8077, 0.0257), (16, 0.0, 1.0, 20, 0.5), (16, 1.0, 1.0, 1000, 0.6), (3, 2.0, 1.0, 1000000, 0.05),
    ]:
        values, tolerances = settled(many_samples, d, d * mu * mu, sigma, math.expm1(2 * t), n)
        for name, value, tolerance in zip(["entropy", "own_weight", "nearest"], values, tolerances):
            rows.append([d, mu, sigma, n, t, name, repr(float(value)), f"{tolerance:.1e}"])
    with open(os.path.join(HERE, "small_samples.csv"), "w", newline="") as file:
        file.write("# Few samples in few dimensions; see small_samples.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["d", "mu", "sigma", "n", "t", "quantity", "value", "tolerance"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()

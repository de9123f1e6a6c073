"""500 random questions about guidance: python guidance_queries.py writes guidance_queries.csv (about five minutes).

A second route for each, in double precision:
sde: the backward equations on one Chebyshev grid in y, one matrix exponential (the program uses elements in y and
inverse Laplace transforms); to the left, where guidance is constant, their limit.
ode: DOP853 for all starts together, Gauss-Legendre panels in the start, in log distance from the one that parts the
classes where omega < 0 (the program follows Taylor series and finds that start by itself).
sde power: guidance.py's stepped equations.
Every row is computed twice, at two resolutions; their difference, times two, stands in the column tolerance.
"""
import csv
from multiprocessing import Pool

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from guidance import chebyshev, power


def sde(w, start, end, n):
    # Nine standard deviations of the starts lie within.
    low, high, tau = (-14.0 if start < 2 else -22.0), 15.0, end - start
    d, x = chebyshev(n)
    y, d = (low + high) / 2 + (high - low) / 2 * x, d * 2 / (high - low)
    A = w * (1 - np.tanh(y))
    L = d @ d / 2 + (1 + A)[:, None] * d
    # Rows of the unknowns m, q, 1 and tau; the first point is the right end, the last the left one.
    size = 2 * (n + 1) + 2
    M = np.zeros((size, size))
    m, q, one, time = slice(0, n + 1), slice(n + 1, 2 * n + 2), 2 * n + 2, 2 * n + 3
    M[m, m], M[m, one] = L, A
    M[q, q], M[q, m], M[q, one] = L, 2 * np.diag(A) + 2 * d, 1
    M[time, one] = 1
    for rows, right, left in (((0, n), 0.0, 2 * w), ((n + 1, 2 * n + 1), 1.0, 1.0)):
        M[rows[0]] = 0
        M[rows[0], one] = right
        M[rows[1]] = 0
        M[rows[1], one] = left
    # d/dtau of (2 w tau)^2 + tau to the left.
    M[2 * n + 1, time] = 8 * w * w
    v = np.zeros(size)
    v[one] = 1
    out = expm(M * tau) @ v
    f, g = out[m], out[q]
    weights = np.r_[0.5, np.ones(n - 1), 0.5] * (-1.0) ** np.arange(n + 1)

    def at(values, s):
        gap = s - y
        if np.any(gap == 0):
            return values[np.argmin(abs(gap))]
        k = weights / gap
        return k @ values / k.sum()

    if start == 0:
        mean, square = at(f, 0.0), at(g, 0.0)
        return mean, square - mean * mean - tau
    h = min(0.05, 0.1 * np.sqrt(start))
    s = np.arange(start - 9 * np.sqrt(start), start + 9 * np.sqrt(start), h)
    p = h * np.exp(-((s - start) ** 2) / (2 * start)) / np.sqrt(2 * np.pi * start)
    one_m = [at(f, z) if low < z < high else (0.0 if z >= high else 2 * w * tau) for z in s]
    one_q = [at(g, z) if low < z < high else (tau if z >= high else (2 * w * tau) ** 2 + tau) for z in s]
    one_m, one_q = np.array(one_m), np.array(one_q)
    mean = p @ one_m
    return mean, p @ (one_q + 2 * (s - start) * one_m) + start - mean * mean - end


def ends(w, a, k0, k1, z):
    # In u = sqrt(k) the strength k^a is smooth enough at 0.
    f = lambda u, s: 2 * u * w * u ** (2 * a) * (1 - np.tanh(u ** 4 + u * u * s)) ** (1 + a)
    r = solve_ivp(f, (np.sqrt(k0), np.sqrt(k1)), z, method="DOP853", rtol=3e-14, atol=1e-14)
    return r.y[:, -1]


def ode(w, a, k0, k1, nodes):
    x, wt = np.polynomial.legendre.leggauss(nodes)
    panel = lambda b, c: ((b + c) / 2 + (c - b) / 2 * x, (c - b) / 2 * wt)
    low, high = -8.5, 8.5
    if w >= 0:
        edges = np.linspace(low, high, 29)
        z, p = map(np.concatenate, zip(*[panel(*pair) for pair in zip(edges, edges[1:])]))
    else:
        for _ in range(10):
            grid = np.linspace(low, high, 65)
            above = k1 + ends(w, a, k0, k1, grid) > 0
            first = int(np.argmax(above)) if above.any() else 64
            low, high = grid[max(first - 1, 0)], grid[first]
        middle = (low + high) / 2
        z, p = [], []
        for side in (-1, 1):
            reach = 8.5 - side * middle
            if reach < 1e-13:
                continue
            edges = np.linspace(np.log(1e-15), np.log(reach), 33)
            # Kinks stand away from the parting start: closer panels there.
            edges = np.r_[edges[:24], np.linspace(edges[24], edges[-1], 90)]
            for pair in zip(edges, edges[1:]):
                u, v = panel(*pair)
                z.append(middle + side * np.exp(u))
                p.append(v * np.exp(u))
        z, p = np.concatenate(z), np.concatenate(p)
    p = p * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    out = ends(w, a, k0, k1, z)
    mean = (p * (out - z)).sum()
    return mean, (p * out * out).sum() - mean * mean


def nodes(w, start):
    wide = 1 if start < 2 else 1.25
    return [int(wide * (n + k * max(w, 0))) for n, k in ((160, 10), (200, 12))]


def both(case):
    kind, w, a, start, end = case
    if kind == "sde" and a == 0:
        one, two = (np.array(sde(w, start, end, n)) for n in nodes(w, start))
    elif kind == "sde":
        one, two = (np.array([v[0], v[1] - 2 * end * v[0] - v[0] ** 2]) for v in (extrapolated(w, a, end, s) for s in (40, 60)))
    else:
        one, two = (np.array(ode(w, a, start, end, n)) for n in (9, 12))
    return case, two, 2 * max(abs(one - two) / (1 + abs(two))) + 1e-11


def extrapolated(w, a, end, steps):
    t = [[power(w, a, end, steps * 2 ** k)] for k in range(3)]
    for k in range(1, 3):
        for j in range(k, 3):
            t[j].append(t[j][-1] + (t[j][-1] - t[j - 1][k - 1]) / (4 ** k - 1))
    return t[2][-1]


def cases():
    draw = np.random.default_rng(20261130)
    strength = lambda: float(np.round(draw.choice([draw.uniform(-1, 0), draw.uniform(0, 1), 10 ** draw.uniform(0, 1.3)]), 4))
    for _ in range(220):
        end = float(np.round(10 ** draw.uniform(-3, 1.45), 5))
        start = float(np.round(end * draw.choice([0, draw.uniform(0, 0.9)]), 6))
        yield "sde", strength(), 0.0, start, end
    for _ in range(220):
        end = float(np.round(10 ** draw.uniform(-2, 1.2), 5))
        start = float(np.round(end * draw.choice([0, draw.uniform(0, 0.9)]), 6))
        yield "ode", strength(), 0.0, start, end
    for kind, count in (("sde", 20), ("ode", 40)):
        for _ in range(count):
            w, a = float(np.round(10 ** draw.uniform(-1, 0.8), 4)), float(np.round(draw.uniform(0.2, 2.5), 3))
            end = float(np.round(10 ** draw.uniform(-1, 1.1), 4))
            yield kind, w, a, 0.0, end


if __name__ == "__main__":
    with Pool(2) as pool, open("guidance_queries.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "omega", "power", "from", "to", "mean", "variance", "tolerance"])
        for (kind, w, a, start, end), (mean, variance), tolerance in pool.imap(both, cases()):
            writer.writerow([kind, w, a, start, end, f"{mean:.13g}", f"{variance:.13g}", f"{tolerance:.1e}"])

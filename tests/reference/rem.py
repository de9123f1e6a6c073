#!/usr/bin/env python3
"""Reference values for the random energy model layer: writes rem_large_deviations.csv beside itself.

Needs mpmath == 1.3.0 and nothing else. Run from anywhere: python3 tests/reference/rem.py
Everything is computed from the definitions, not from the closed forms that the crate uses:
psi is the minimum of (alpha + g(lambda))/lambda in the variables (Delta, s) of the forward process,
transitions are roots of their defining equations, and the best bandwidth is the minimum of the
Kullback-Leibler divergence.
"""
import csv, os
import mpmath as mp

assert mp.__version__ == "1.3.0", "pinned: mpmath 1.3.0"
mp.mp.dps = 30
HERE = os.path.dirname(os.path.abspath(__file__))
half = mp.mpf(1) / 2


def bisect(f, low, high):
    """Root of an increasing or decreasing f; slow and sure."""
    sign = f(low) > 0
    assert (f(high) > 0) != sign
    for _ in range(95):
        mid = (low + high) / 2
        if (f(mid) > 0) == sign:
            low = mid
        else:
            high = mid
    return (low + high) / 2


def slope_of(f, step="1e-5"):
    """Five-point central difference: error 1e-20 at the default step."""
    e = mp.mpf(step)
    return lambda x: (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * e)


def g(lam, modes, delta, shrink, r):
    """lim (1/d) log E exp(-lambda E); shrink = e^{-2t}, variances multiplied by it."""
    total = mp.mpf(0)
    for ell, w in modes:
        s = ell * shrink
        radius = s + r * delta
        total += w * (half * mp.log(delta / (delta + lam * s)) - half * lam * radius / (delta + lam * s))
    return total


def psi(alpha, modes, delta, shrink, r):
    """Minimum of (alpha + g)/lambda over (0, 1]: one formula for both phases."""
    value = lambda u: (alpha + g(mp.exp(u), modes, delta, shrink, r)) / mp.exp(u)  # u = log lambda
    slope = slope_of(value)
    if slope(mp.mpf(0)) <= 0:
        return value(mp.mpf(0))
    u = mp.mpf(0)
    while slope(u) > 0:
        u -= 1
    return value(bisect(slope, u, u + 1))


def at_time(t):
    return 1 - mp.exp(-2 * t), mp.exp(-2 * t)


def kl(h, alpha, modes):
    """Per ambient dimension, varying directions only: fresh point, r = 0, Delta = h^2, no decay."""
    varying = [(l, w) for l, w in modes if l > 0]
    entropy = sum(w * half * mp.log(2 * mp.pi * mp.e * l) for l, w in varying)
    norm = sum(w * half * mp.log(2 * mp.pi * h * h) for _, w in varying)
    return -entropy + alpha + norm - psi(alpha, varying, h * h, mp.mpf(1), mp.mpf(0))


def large_deviations():
    spectra = {
        "isotropic-1": [(1, 1)],
        "isotropic-2": [(4, 1)],
        "manifold-0.25": [(1, mp.mpf("0.25")), (0, mp.mpf("0.75"))],
        "three-modes": [(9, mp.mpf("0.125")), (1, mp.mpf("0.5")), (mp.mpf("0.25"), mp.mpf("0.375"))],
    }
    rows = []
    for name, modes in spectra.items():
        modes = [(mp.mpf(l), mp.mpf(w)) for l, w in modes]
        for alpha in (["0.2"] if name == "isotropic-2" else ["0.5", "1"]):
            a = mp.mpf(alpha)
            own = lambda t, r: psi(a, modes, *at_time(t), r) + r / 2
            lo, hi = mp.mpf("1e-4"), mp.mpf(4)
            # just below r = 1 the levels are not condensed at t_C; the root in t is the same
            t_c = bisect(lambda t: a - sum(w * half * mp.log(1 + l / (mp.expm1(2 * t))) for l, w in modes), lo, hi)
            t_o = bisect(lambda t: own(t, mp.mpf(0)), lo, hi)
            rows.append((name, alpha, "t_C", 0, t_c))
            rows.append((name, alpha, "t_o", 0, t_o))
            for fraction in ("0.25", "0.75"):
                t = t_c + mp.mpf(fraction) * (t_o - t_c)
                t = mp.mpf(mp.nstr(t, 6))
                rows.append((name, alpha, "basin", t, bisect(lambda r: own(t, r), mp.mpf(0), mp.mpf(2))))
            t = mp.mpf(mp.nstr(t_c * mp.mpf("0.6"), 6))
            rows.append((name, alpha, "basin", t, bisect(lambda r: own(t, r), mp.mpf(0), mp.mpf(20))))
            for factor, r in (("0.5", "0.3"), ("0.5", "1"), ("2", "1"), ("0.8", "2.5")):
                t = mp.mpf(mp.nstr(t_c * mp.mpf(factor), 6))
                rows.append((name, alpha, f"psi r={r}", t, psi(a, modes, *at_time(t), mp.mpf(r))))
            # a step shorter than the distance from h_opt to h_G, where the phases meet
            slope = slope_of(lambda u: kl(u, a, modes), "1e-11")
            h_opt = bisect(slope, mp.mpf("0.004"), mp.mpf(3))
            rows.append((name, alpha, "h_opt", 0, h_opt))
            rows.append((name, alpha, "t_g", 0, half * mp.log(1 + h_opt**2)))
            for factor in ("0.7", "1", "3"):
                h = mp.mpf(mp.nstr(h_opt * mp.mpf(factor), 6))
                rows.append((name, alpha, "kl", h, kl(h, a, modes)))
            varying = [(l, w) for l, w in modes if l > 0]
            for lam, q in ((1, "h_G"), (2, "h_CLT")):
                def entropy(h):
                    f = lambda x: g(x, varying, h * h, mp.mpf(1), mp.mpf(0))
                    return a + f(mp.mpf(lam)) - lam * slope_of(f)(mp.mpf(lam))
                rows.append((name, alpha, q, 0, bisect(entropy, mp.mpf("0.004"), mp.mpf(9))))
    write("rem_large_deviations.csv", ["spectrum", "alpha", "quantity", "at", "value"], rows)


def write(name, columns, rows):
    with open(os.path.join(HERE, name), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(columns)
        for row in rows:
            out.writerow([x if isinstance(x, (str, int)) else mp.nstr(x, 17) for x in row])


if __name__ == "__main__":
    large_deviations()

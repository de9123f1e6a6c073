#!/usr/bin/env python3
"""Reference values for the tests, computed from the definitions with mpmath.

    python generate.py            every file
    python generate.py binary ... only the named files

Nothing here shares a formula shortcut, a table or a quadrature rule with the
library. Inputs are float64 numbers written with repr(), so that reading them
back gives the exact inputs used; outputs have 25 significant digits. Every
integral is done twice, with two different sets of nodes, and the program stops
if the two differ by more than the accuracy stated in README.md.

Sources of the formulas:
  BBDM24   Biroli, Bonnaire, de Bortoli, Mezard, arXiv 2402.18491
  GVM25    George, Veiga, Macris, arXiv 2502.04339
  ABBM26   Achilli, Benedetti, Biroli, Mezard, arXiv 2602.04404
  BM23     Biroli, Mezard, arXiv 2306.03518 (Curie-Weiss data)
  GSV05    Guo, Shamai, Verdu, IEEE Trans. Inf. Theory 51 (I-MMSE)
  MP67     Marchenko, Pastur, Math. USSR-Sb. 1 (eigenvalue density)
  TV04     Tulino, Verdu, Random Matrix Theory and Wireless Communications

Notation: x_t = e^{-t} a + sqrt(Delta) z, Delta = 1 - e^{-2t},
snr = 1/(e^{2t} - 1), natural logarithms.
"""

import csv
import functools
import pathlib
import random
import sys
import time

from mpmath import mp, mpf

HERE = pathlib.Path(__file__).resolve().parent


# ---------------------------------------------------------------- output

def fmt(x):
    if x is None:
        return "none"
    if isinstance(x, str):
        return x
    if isinstance(x, int):
        return str(x)
    if isinstance(x, float):
        return repr(x)
    if abs(x) < mpf(10) ** -400:
        return "0"
    return mp.nstr(x, 25)


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        for row in rows:
            w.writerow([fmt(x) for x in row])
    print(f"{name}: {len(rows)} rows", flush=True)


def numbers(xs):
    return " ".join(repr(float(x)) for x in xs)


def short(x):
    """x rounded to 6 significant digits, as a float64 input."""
    return float(f"{x:.6g}")


def log_uniform(rng, a, b):
    return short(a * (b / a) ** rng.random())


def agree(a, b, tol, what, floor=mpf(10) ** -400):
    """Relative agreement of two evaluations of the same number, unless below floor."""
    scale = max(abs(a), abs(b))
    if scale > floor and abs(a - b) > tol * scale:
        raise AssertionError(f"{what}: {mp.nstr(a, 30)} != {mp.nstr(b, 30)}")


# ---------------------------------------------------------------- tools

@functools.lru_cache(maxsize=None)
def gauss_legendre(n, dps):
    """Nodes and weights on (-1, 1), by Newton's method on P_n."""
    with mp.workdps(dps + 10):
        out = []
        for i in range(1, n + 1):
            x = mp.cos(mp.pi * (i - mpf(1) / 4) / (n + mpf(1) / 2))
            while True:
                p0, p1 = mpf(1), x
                for k in range(2, n + 1):
                    p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
                dp = n * (x * p1 - p0) / (x * x - 1)
                step = p1 / dp
                x -= step
                if abs(step) < mpf(10) ** (-dps // 2 - 8):
                    # quadratic convergence: one more step is exact
                    p0, p1 = mpf(1), x
                    for k in range(2, n + 1):
                        p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
                    dp = n * (x * p1 - p0) / (x * x - 1)
                    x -= p1 / dp
                    break
            out.append((x, 2 / ((1 - x * x) * dp * dp)))
        return out


def panels(points, n):
    """Nodes and weights of the n-point rule on each panel between points."""
    rule = gauss_legendre(n, mp.dps)
    for a, b in zip(points, points[1:]):
        c, r = (a + b) / 2, (b - a) / 2
        for x, w in rule:
            yield c + r * x, r * w


def root(f, lo, hi, digits):
    """Root of f between lo and hi (f changes sign there).

    Anderson-Bjorck steps, with a bisection whenever three of them have not
    halved the bracket.
    """
    a, b = mpf(lo), mpf(hi)
    fa, fb = f(a), f(b)
    if fa == 0 or fb == 0:
        return a if fa == 0 else b
    assert (fa < 0) != (fb < 0)
    last = a
    width = abs(b - a)
    for k in range(300):
        x = b - fb * (b - a) / (fb - fa)
        if k % 4 == 3:
            if abs(b - a) > width / 2:
                x = (a + b) / 2
            width = abs(b - a)
        fx = f(x)
        if fx == 0 or abs(x - last) < mpf(10) ** -digits * max(abs(x), mpf("1e-3")):
            return x
        last = x
        if (fx < 0) != (fb < 0):
            a, fa = b, fb
        else:
            m = 1 - fx / fb
            fa *= m if m > 0 else mpf("0.5")
        b, fb = x, fx
    raise AssertionError("no convergence")


def solve_log(f, digits, start=1):
    """Root in s > 0 of f increasing in s, f(0+) < 0, by bracketing in log s."""
    with mp.workdps(15):
        lo = hi = mp.log(start)
        step = mpf(1)
        while f(mp.exp(lo)) > 0:
            lo, step = lo - step, 2 * step
        step = mpf(1)
        while f(mp.exp(hi)) < 0:
            hi, step = hi + step, 2 * step
    return mp.exp(root(lambda x: f(mp.exp(x)), lo, hi, digits))


def time_of_snr(snr):
    """t = 1/2 log(1 + 1/snr)."""
    return mp.log1p(1 / snr) / 2


def positive(t):
    return t if t is not None and t > 0 else None


def binary_entropy(w):
    return -w * mp.log(w) - (1 - w) * mp.log1p(-w)


# ------------------------------------------- the scalar channel, s = +-1

def scalar_channel(h, gamma, digits, fine=1, offset=0):
    """y = sqrt(gamma) s + z, P(s = +1) = 1/(1 + e^{-2h}).

    Returns H(s|y), E Var(s|y), E Var(s|y)^2. With v = sqrt(gamma) y + h, the
    posterior is P(+|y) = 1/(1 + e^{-2v}) and
      P(y) dy = e^{-gamma/2}/(2 cosh h) e^{-(v-h)^2/(2 gamma)}
                2 cosh(v) dv/sqrt(2 pi gamma),
    so the three are integrals of positive functions, with no cancellation.
    The integrands are analytic for |Im v| < pi/2, hence the trapezoidal rule
    converges exponentially: on the line Im v = c its error is
    exp(-2 pi c/step + c^2/(2 gamma)).
    """
    D = digits * mp.log(10) + 8
    step = mp.pi * mp.sqrt(2 * gamma / D)
    if 2 * mp.pi * gamma / step >= mp.pi / 2:
        step = mp.pi ** 2 / (D + mp.pi ** 2 / (8 * gamma))
    step *= mpf(fine) * mpf("0.92")

    # where the integrand has fallen by e^{-D} from its peak, which is at v0
    v0 = mp.sign(h) * max(abs(h) - gamma, mpf(0))

    def fall(v):
        return (v - h) ** 2 / (2 * gamma) + abs(v)

    base = fall(v0)
    ends = []
    for sign in (-1, 1):
        a, b = mpf(0), step
        while fall(v0 + sign * b) - base < D:
            a, b = b, 2 * b
        for _ in range(6):
            m = (a + b) / 2
            a, b = (m, b) if fall(v0 + sign * m) - base < D else (a, m)
        ends.append(int(mp.ceil(b / step)) + 1)

    exp, log1p = mp.exp, mp.log1p
    c = 1 / (2 * gamma)
    entropy = mmse = square = mpf(0)
    for k in range(-ends[0], ends[1] + 1):
        v = v0 + (k + mpf(offset)) * step
        u = abs(v)
        q = exp(-u)
        e = q * q
        p = 1 / (1 + e)
        w = exp(base - (v - h) ** 2 * c) * (1 + e) / q
        var = 4 * e * p * p
        entropy += w * (log1p(e) + 2 * u * e * p)
        mmse += w * var
        square += w * var * var
    norm = exp(-gamma / 2 - base) * step / (2 * mp.cosh(h) * mp.sqrt(2 * mp.pi * gamma))
    return norm * entropy, norm * mmse, norm * square


def half_log_odds(weight):
    return (mp.log(weight) - mp.log1p(-weight)) / 2


def binary(name="binary.csv"):
    """I(s;y), H(s|y), clone probability and mmse of y = sqrt(gamma) s + z."""
    rng = random.Random(20240218)
    cases = [(g, w) for g in (1e-12, 1.0, 1e12) for w in (0.5, short(rng.random()))]
    cases += [(1e-12, 1e-12), (1.0, 1e-12), (30.0, 1e-12), (1e-12, 1e-6), (1e12, 1e-6),
              (0.25, 0.999999), (1000.0, 0.5)]
    for i in range(143):
        g = log_uniform(rng, 1e-12, 1e12) if i < 55 else log_uniform(rng, 1e-3, 1e3)
        if i % 20 < 11:
            w = 0.5
        elif i % 20 < 16:
            w = short(rng.random())
        elif i % 20 < 18:
            w = log_uniform(rng, 1e-6, 1)
        else:
            w = 1 - log_uniform(rng, 1e-6, 1)
        cases.append((g, w))
    rows = []
    mp.dps = 66
    for g, w in cases:
        gamma, weight = mpf(g), mpf(w)
        h = half_log_odds(weight)
        prior = binary_entropy(weight)
        a = scalar_channel(h, gamma, 56)
        b = scalar_channel(h, gamma, 56, fine="0.81", offset="0.37")
        agree(a[0], b[0], mpf("1e-26"), f"entropy {g} {w}")
        agree(a[1], b[1], mpf("1e-26"), f"mmse {g} {w}")
        agree(prior - a[0], prior - b[0], mpf("1e-24"), f"information {g} {w}")
        rows.append((g, w, prior - a[0], a[0], 1 - a[1] / 2, a[1]))
    # I-MMSE (GSV05): dI/dgamma = mmse/2, by a finite difference
    for g, w in ((0.7, 0.5), (4.0, 0.2)):
        h, eps = half_log_odds(mpf(w)), mpf("1e-15")
        hp, hm = (scalar_channel(h, mpf(g) + s * eps, 56)[0] for s in (1, -1))
        agree((hm - hp) / (2 * eps), scalar_channel(h, mpf(g), 56)[1] / 2, mpf("1e-27"), "I-MMSE")
    write(name, ("gamma", "weight", "information", "entropy", "clone", "mmse"), rows)


# ------------------------------------------------------ two clusters +-m

def clone_star(digits):
    """phi at gamma = 1, balanced classes: 0.775200245... (BBDM24)."""
    return 1 - scalar_channel(mpf(0), mpf(1), digits)[1] / 2


def time_of_gamma(gamma, A, sigma2):
    """t with A e^{-2t}/(1 + (sigma^2 - 1) e^{-2t}) = gamma, A = d mu^2."""
    den = A - (sigma2 - 1) * gamma
    if den <= 0:
        return None
    return positive(mp.log(den / gamma) / 2)


def class_entropy_time(A, sigma2, digits):
    """t in (0, inf) where dH(class|x_t)/dt is largest.

    With e = e^{-2t}, c = sigma^2 - 1, Gamma = 1 + c e, gamma = A e/Gamma and
    M = mmse(gamma), V = E Var^2 (dH/dgamma = -M/2, dM/dgamma = -V: GSV05),
    dH/dt = M gamma/Gamma, which is stationary where gamma V/M = 1 - c e.
    """
    c = sigma2 - 1
    top = A / sigma2                        # gamma at t = 0

    def f(gamma, digits=digits, **layout):
        _, M, V = scalar_channel(mpf(0), gamma, digits, **layout)
        return gamma * V / M - 1 + c * gamma / (A - c * gamma)

    # one sign change, from below, over the whole range of t
    with mp.workdps(20):
        grid = [top * mpf(10) ** (mpf(-k) / 3) for k in range(60, 0, -1)]
        grid = [x for x in grid if x < 60] + ([top] if top < 60 else [])
        signs = [f(x, 8) > 0 for x in grid]
        assert signs == sorted(signs), (A, sigma2)
        if not signs[-1]:
            return None
        i = signs.index(True)
        lo, hi = grid[i - 1], grid[i]
    gamma = root(f, lo, hi, digits - 4)
    assert abs(f(gamma, fine="0.81", offset="0.37")) < mpf(10) ** -26
    return time_of_gamma(gamma, A, sigma2)


def check_class_entropy(A, sigma2, t):
    """The same point from finite differences of H(t) alone: H''(t) = 0, a maximum of H'."""
    with mp.workdps(90):
        def entropy(t):
            e = mp.exp(-2 * t)
            return scalar_channel(mpf(0), A * e / (1 + (sigma2 - 1) * e), 76)[0]

        s = mpf("1e-12")
        h = [entropy(t + k * s) for k in (-2, -1, 0, 1, 2)]
        second = (h[3] - 2 * h[2] + h[1]) / s ** 2
        third = (h[4] - 2 * h[3] + 2 * h[1] - h[0]) / (2 * s ** 3)
        assert third < 0 and abs(second / third) < mpf("1e-22"), (A, sigma2, second / third)


def cluster_times(d, n, mu, sigma):
    """All the times of two clusters +-m, |m|^2 = d mu^2, within-class variance sigma^2."""
    A, s2, logn = d * mpf(mu) ** 2, mpf(sigma) ** 2, mp.log(n)
    digits = 34
    star = clone_star(digits)
    half = mpf(1) / 2
    clone_gamma = solve_log(
        lambda g: 1 - scalar_channel(mpf(0), g, digits if mp.dps > 20 else 10)[1] / 2 - star,
        digits - 4, start=mpf("0.3"))

    def total(snr, digits=digits, **layout):
        """d/2 log(1 + sigma^2 snr) + I_bin(gamma): the class bit included."""
        gamma = A * snr / (1 + s2 * snr)
        bit = mp.log(2) - scalar_channel(mpf(0), gamma, digits, **layout)[0]
        return d * half * mp.log1p(s2 * snr) + bit - logn

    # between the solution without the class bit and the one with all of it
    bare = mp.expm1(2 * logn / d) / s2
    low = mp.expm1(2 * max(logn - mp.log(2), mpf(0)) / d) / s2
    if low == 0:
        low = bare * mpf("1e-3")
        while total(low, 8) > 0:
            low *= mpf("1e-3")
    x = mp.exp(root(lambda y: total(mp.exp(y)), mp.log(low) - mpf("0.01"),
                    mp.log(bare) + mpf("0.01"), digits - 6))
    assert abs(total(x, fine="0.81", offset="0.37")) < mpf("1e-26") * (1 + logn)
    return {
        "t_S.spectral": positive(mp.log(A + s2) / 2),             # BBDM24 Eq. 3
        "t_S.spectral-exact": mp.log1p(A + s2) / 2,
        "t_S.between-class": positive(mp.log(A) / 2),             # BBDM24
        "t_S.curvature": positive(mp.log(2 * A) / 2),             # BBDM24 SI, GVM25
        "t_S.cloning": time_of_gamma(clone_gamma, A, s2),         # BBDM24 Eq. 6
        "t_S.bayes": time_of_gamma(mpf(1), A, s2),                # ABBM26
        "t_S.class-entropy": class_entropy_time(A, s2, digits),
        "t_C.asymptotic": time_of_snr(bare),                      # BBDM24
        "t_C.class-bit": time_of_snr(x),
    }


def clusters(name="clusters.csv"):
    mp.dps = 46
    agree(clone_star(34), mpf("0.775200245"), mpf("1e-9"), "phi*")
    anchor = cluster_times(256, 20000, 1.0, 1.0)
    agree(anchor["t_C.asymptotic"], mpf("1.298789686755865"), mpf("1e-15"), "t_C (BBDM24)")

    rng = random.Random(2402)
    cases = [(256, 20000, 1.0, 1.0), (4096, 20000, 1.0, 1.0), (512, 100000, 1.5, 0.8),
             (1, 2, 1.0, 1.0), (1, 10 ** 12, 0.05, 20.0), (10 ** 6, 2, 20.0, 0.05),
             (10 ** 6, 10 ** 12, 0.05, 0.05), (1, 2, 0.05, 0.05)]
    while len(cases) < 60:
        d = max(1, round(10 ** (6 * rng.random())))
        n = max(2, round(2 * (5e11) ** rng.random()))
        cases.append((d, n, log_uniform(rng, 0.05, 20), log_uniform(rng, 0.05, 20)))
    rows = []
    for i, (d, n, mu, sigma) in enumerate(cases):
        times = cluster_times(d, n, mu, sigma)
        t = times["t_S.class-entropy"]
        if i % 12 == 2 and t is not None:
            check_class_entropy(d * mpf(mu) ** 2, mpf(sigma) ** 2, t)
        rows += [(d, n, mu, sigma, q, t) for q, t in times.items()]
    write(name, ("d", "n", "mu", "sigma", "quantity", "value"), rows)


# ------------------------------------------- Gaussian data, any covariance

def gaussian(name="gaussian.csv"):
    """I/d = (1/d) sum 1/2 log(1 + lambda snr); t_C, bare and with a smoothed score."""
    mp.dps = 50
    rng = random.Random(31)
    rows = []
    for i in range(60):
        d = 1 + i % 6
        lam_f = [log_uniform(rng, 1e-3, 1e3) for _ in range(d)]
        log_n = short(0.01 + 49.99 * rng.random()) if i % 2 else log_uniform(rng, 0.01, 50)
        snr_f = log_uniform(rng, 1e-8, 1e8)
        lam, logn = [mpf(x) for x in lam_f], mpf(log_n)
        alpha = logn / d
        # scale of the largest bandwidth with a transition: (prod lambda)^{1/2d} e^{-alpha}
        scale = mp.exp(sum(mp.log(x) for x in lam) / (2 * d) - alpha)
        eps_f = 0.0 if i % 4 == 0 else short(float(scale) * 10 ** rng.uniform(-1.5, 0.6))
        eps2 = mpf(eps_f) ** 2

        def info(s):
            return sum(mp.log1p(x * s) for x in lam) / (2 * d)

        t_c = time_of_snr(solve_log(lambda s: info(s) - alpha, 40))

        # f rises, then perhaps falls: f' has the sign of
        # sum (lambda - eps^2)(1 + eps^2 s)/(1 + lambda s), which decreases in s
        def f(s):
            return info(s) - alpha - mp.log1p(eps2 * s) / 2

        def slope(s):
            return sum((x - eps2) / (1 + x * s) for x in lam) * (1 + eps2 * s)

        if eps_f == 0:
            t_eps = t_c
        else:
            t_eps = None
            if sum(x - eps2 for x in lam) > 0:
                if sum((x - eps2) / x for x in lam) < 0:        # the peak is at a finite snr
                    peak = solve_log(lambda s: -slope(s), 40)
                    if f(peak) > 0:
                        low = peak
                        while f(low) > 0:
                            low /= 4
                        t_eps = time_of_snr(mp.exp(root(lambda y: f(mp.exp(y)),
                                                        mp.log(low), mp.log(peak), 40)))
                elif info_limit(lam, eps2) > alpha:
                    t_eps = time_of_snr(solve_log(f, 40))
        if t_eps is not None:
            s = 1 / mp.expm1(2 * t_eps)
            assert abs(f(s)) < mpf("1e-30") and slope(s) > 0
        rows.append((f"gaussian-{i:02d}", numbers(lam_f), log_n, eps_f, snr_f,
                     info(mpf(snr_f)), t_c, t_eps))
    write(name, ("id", "eigenvalues", "log_n", "bandwidth", "snr", "information",
                 "t_C", "t_C_bandwidth"), rows)


def info_limit(lam, eps2):
    return sum(mp.log(x / eps2) for x in lam) / (2 * len(lam))


# ------------------------------------------------------- linear manifold

def marchenko_pastur(beta, scale, snr, ratio="2", n=36):
    """(I/d, mmse/d) of a = scale^{1/2} W xi/sqrt(p), p = beta d, by direct integration.

    The d x d matrix W W^T/p has y = d/p = 1/beta and density (MP67)
      sqrt((b - l)(l - a))/(2 pi y l) on a, b = (1 -+ sqrt y)^2,
    and a mass 1 - beta at 0 if beta < 1, which carries no information. With
    l = 1 + y - 2 sqrt(y) cos(theta), density times dl is
      (2/pi) sin^2(theta)/l dtheta.
    Panels shrink geometrically towards theta = 0, down to the distance of the
    singularity l = -1/(scale snr).
    """
    y = 1 / beta
    s = scale * snr
    r = mp.sqrt(y)
    # 1 + y - 2 r cos(i x) = -1/s
    near = mp.acosh((1 + y + 1 / s) / (2 * r))
    points = [mp.pi]
    while points[-1] > near / 2:
        points.append(points[-1] / mpf(ratio))
    points.append(mpf(0))
    points.reverse()
    info = mmse = mpf(0)
    for theta, w in panels(points, n):
        si = mp.sin(theta)
        l = (1 - r) ** 2 + 4 * r * mp.sin(theta / 2) ** 2
        info += w * si * si / l * mp.log1p(s * l)
        mmse += w * si * si / (1 + s * l)
    return info / mp.pi, scale * mmse * 2 / mp.pi


def tulino_verdu(beta, scale, snr):
    """The closed form of the same integral (TV04), used as a check only."""
    y, s = 1 / beta, scale * snr
    F = (mp.sqrt(s * (1 + mp.sqrt(y)) ** 2 + 1) - mp.sqrt(s * (1 - mp.sqrt(y)) ** 2 + 1)) ** 2
    V = mp.log(1 + s - F / 4) + mp.log(1 + s * y - F / 4) / y - F / (4 * s * y)
    return V / 2


def manifold_information(beta, embedding, snr, **layout):
    if embedding == "orthonormal":                # GVM25: p unit eigenvalues out of d
        return beta * mp.log1p(snr) / 2, beta / (1 + snr)
    scale = mpf(1) if embedding == "iid-p" else beta
    return marchenko_pastur(beta, scale, snr, **layout)


def manifold_time(beta, embedding, alpha):
    digits = 36

    def f(s):
        if mp.dps < 20:
            return manifold_information(beta, embedding, s, n=8)[0] - alpha
        return manifold_information(beta, embedding, s)[0] - alpha

    with mp.workdps(15):
        s = solve_log(f, 5)
    for _ in range(6):                            # Newton in log snr: dI/dsnr = mmse/2
        info, mmse = manifold_information(beta, embedding, s)
        step = (alpha - info) / (s * mmse / 2)
        s *= mp.exp(step)
        if abs(step) < mpf(10) ** (-digits // 2 - 2):
            break
    check = manifold_information(beta, embedding, s, ratio="1.7", n=40)
    assert abs(check[0] - alpha) < mpf("1e-30") * alpha
    return time_of_snr(s)


def linear_manifold(name="linear_manifold.csv"):
    mp.dps = 50
    for b, emb, want in ((".5", "iid-p", "0.109082"), (".25", "iid-p", "0.031615"),
                         (".9", "iid-p", "0.161881"), (".5", "orthonormal", "0.072707"),
                         (".25", "orthonormal", "0.009243"), (".9", "orthonormal", "0.199637")):
        assert abs(manifold_time(mpf(b), emb, mpf(".5")) - mpf(want)) < mpf("6e-7")
    rng = random.Random(67)
    cases = [(b, e, s, 0.5) for b in (0.25, 0.5, 0.9) for e, s in
             (("orthonormal", 3.0), ("iid-p", 30.0), ("iid-d", 0.3))]
    cases += [(1.0, "orthonormal", 1e8, 2.0), (1.0, "iid-p", 1e8, 5.0), (1.0, "iid-d", 1e-8, 0.01),
              (0.999, "iid-p", 1e8, 8.0), (1.001, "iid-d", 1e8, 8.0),
              (1e-3, "iid-p", 1e8, 1e-3), (1e3, "iid-p", 1e8, 3.0),
              (1e-3, "iid-d", 1e-8, 1e-3), (1e3, "iid-d", 1e-8, 3.0)]
    i = 0
    while len(cases) < 62:
        emb = ("iid-p", "iid-d", "iid-p", "iid-d", "orthonormal")[i % 5]
        b = log_uniform(rng, 1e-3, 1.0 if emb == "orthonormal" else 1e3)
        alpha = short(min(1, b) * log_uniform(rng, 0.01, 20))
        cases.append((b, emb, log_uniform(rng, 1e-8, 1e8), alpha))
        i += 1
    rows = []
    for b, emb, snr, alpha in cases:
        beta, s = mpf(b), mpf(snr)
        info, mmse = manifold_information(beta, emb, s)
        other = manifold_information(beta, emb, s, ratio="1.7", n=40)
        agree(info, other[0], mpf("1e-27"), f"information {b} {emb} {snr}")
        agree(mmse, other[1], mpf("1e-27"), f"mmse {b} {emb} {snr}")
        if emb != "orthonormal":
            scale = mpf(1) if emb == "iid-p" else beta
            with mp.workdps(90):
                closed = tulino_verdu(beta, scale, s)
            agree(info, closed, mpf("1e-27"), f"closed form {b} {emb} {snr}")
        rows.append((b, emb, snr, info, mmse, alpha, manifold_time(beta, emb, mpf(alpha))))
    write(name, ("beta", "embedding", "snr", "information", "mmse", "alpha", "t_C"), rows)


# ------------------------------------------------------- noise schedules

def discrete_log_snr():
    """log-SNR of every step, computed from decimal (not float32) parameters."""
    N = 1000

    def cumulative(betas):
        out, abar = [], mpf(1)
        for b in betas:
            abar *= 1 - b
            out.append(mp.log(abar / (1 - abar)))
        return out

    def linspace(a, b, n):
        return [a + (b - a) * k / (n - 1) for k in range(n)]

    def cosine(u):
        return mp.cos((u + mpf("0.008")) / mpf("1.008") * mp.pi / 2) ** 2

    lo, hi, rho, M = mpf("0.002"), mpf(80), mpf(7), 18
    sigmas = [(hi ** (1 / rho) + mpf(i) / (M - 1) * (lo ** (1 / rho) - hi ** (1 / rho))) ** rho
              for i in range(M)]
    return {
        "ddpm-linear": cumulative(linspace(mpf("0.0001"), mpf("0.02"), N)),
        "sd-scaled-linear": cumulative(
            [x * x for x in linspace(mp.sqrt(mpf("0.00085")), mp.sqrt(mpf("0.012")), N)]),
        "ddpm-cosine": cumulative(
            [min(1 - cosine(mpf(k + 1) / N) / cosine(mpf(k) / N), mpf("0.999")) for k in range(N)]),
        "edm": [-2 * mp.log(s) for s in sigmas],
    }


def fractional_index(values, x):
    """k with values interpolated linearly at k equal to x; None outside."""
    increasing = values[-1] > values[0]
    for k, (a, b) in enumerate(zip(values, values[1:])):
        assert (b > a) == increasing
        if min(a, b) <= x <= max(a, b):
            return k + (x - a) / (b - a)
    return None


def schedule(name="schedule.csv"):
    """Where each schedule is at OU time t: log-SNR = -log(e^{2t} - 1)."""
    mp.dps = 50
    rng = random.Random(1000)
    tables = discrete_log_snr()

    def t_of(log_snr):
        return mp.log1p(mp.exp(-log_snr)) / 2

    horizons = {k: max(t_of(v[0]), t_of(v[-1])) for k, v in tables.items()}
    for k, want in (("ddpm-linear", "5.0589"), ("sd-scaled-linear", "2.6844"),
                    ("ddpm-cosine", "9.918"), ("edm", "4.382")):
        agree(horizons[k], mpf(want), mpf("1e-4"), k)
    # BBDM24 Table 1: the first DDPM-linear step with abar < 1/Lambda
    for lam, step in (("7.66", 446), ("16.72", 526), ("3.05", 329), ("12.11", 495), ("60.52", 635)):
        abar = [1 / (1 + mp.exp(-x)) for x in tables["ddpm-linear"]]
        first = next(k for k, a in enumerate(abar) if a < 1 / mpf(lam))
        assert first == step, (lam, first, step)

    common = [1.01800599187625, 3.46573590279973]
    rows = []
    for key, values in tables.items():
        low, high = sorted((float(t_of(values[0])), float(t_of(values[-1]))))
        ts = common + [short(low * 0.5), short(low * 1.02), short(high * 0.999), short(high * 1.001),
                       12.5]
        ts += [log_uniform(rng, low, high) for _ in range(4)] + \
              [short(rng.uniform(low, high)) for _ in range(4)]
        for t in sorted(ts):
            log_snr = -mp.log(mp.expm1(2 * mpf(t)))
            index = fractional_index(values, log_snr)
            if key == "edm":
                # the ramp itself, s_i^{1/rho} linear in i, extended to fractional i;
                # and, as for the other tables, log-SNR linear between integer i
                sigma = mp.exp(-log_snr / 2)
                a, b, z = (x ** (mpf(1) / 7) for x in (mpf(80), mpf("0.002"), sigma))
                ramp = 17 * (a - z) / (a - b) if index is not None else None
                assert ramp is None or int(ramp) == int(index)
                rows.append((key, t, "none", "step", ramp))
                rows.append((key, t, "none", "step-log-snr", index))
                rows.append((key, t, "none", "sigma", sigma))
            else:
                rows.append((key, t, "none", "step", index))

    # VP-SDE: 2t = bmin s + (bmax - bmin) s^2/2, s in (0, 1]
    bmin, bmax = mpf("0.1"), mpf(20)
    for t in sorted(common + [0.0001, 5.024, 5.026, 8.0] +
                    [log_uniform(rng, 1e-3, 5) for _ in range(6)]):
        B = bmax - bmin
        s = (mp.sqrt(bmin ** 2 + 4 * B * mpf(t)) - bmin) / B
        agree((bmin * s + B * s * s / 2) / 2, mpf(t), mpf("1e-40"), "vp")
        rows.append(("vp", t, "none", "s", s if s <= 1 else None))

    # VE: sigma = smin (smax/smin)^s, s in [0, 1]
    smin, smax = mpf("0.01"), mpf(50)
    for t in sorted(common + [0.00004, 0.0001, 3.912, 3.913, 6.0] +
                    [log_uniform(rng, 1e-4, 3.9) for _ in range(6)]):
        sigma = mp.sqrt(mp.expm1(2 * mpf(t)))
        s = mp.log(sigma / smin) / mp.log(smax / smin)
        rows.append(("ve", t, "none", "s", s if 0 <= s <= 1 else None))

    # rectified flow: sigma = s'/(1 - s'), s' = k s/(1 + (k - 1) s)
    for shift in (1.0, 3.0, 1.73):
        for t in sorted(common + [1e-6, 12.0] + [log_uniform(rng, 1e-3, 8) for _ in range(6)]):
            sigma = mp.sqrt(mp.expm1(2 * mpf(t)))
            mixed = sigma / (1 + sigma)
            uniform = mixed / (mpf(shift) - (mpf(shift) - 1) * mixed)
            k = mpf(shift)
            agree(k * uniform / (1 + (k - 1) * uniform), mixed, mpf("1e-40"), "shift")
            rows.append(("flow", t, shift, "flow_time", mixed))
            rows.append(("flow", t, shift, "uniform_time", uniform))
    write(name, ("name", "t", "shift", "column", "value"), rows)


# ------------------------------------------------- mixtures of Gaussians

def posterior_sums(logs):
    """(log P, H(class), sum_k P(k|x)^2) from log w_k P(x|k)."""
    top = max(logs)
    i = logs.index(top)
    e = [mp.exp(l - top) for l in logs]
    rest = sum((v for j, v in enumerate(e) if j != i), mpf(0))
    norm = mp.log1p(rest)
    h = norm * (1 + rest)
    for j, v in enumerate(e):
        if j != i:
            h -= v * (logs[j] - top)
    Z = 1 + rest
    return top + norm, h / Z, sum(v * v for v in e) / (Z * Z)


def mixture_1d(weights, means, variances, step, n, reach=15):
    """(total, H(class|x), clone, E_1 L, E_1 L^2): Gauss-Legendre panels on the line."""
    widths = [mp.sqrt(v) for v in variances]
    J = int(mp.ceil(reach / mpf(step)))
    points = sorted({m + s * j * mpf(step) for m, s in zip(means, widths) for j in range(-J, J + 1)})
    const = [mp.log(w) - mp.log(2 * mp.pi * v) / 2 for w, v in zip(weights, variances)]
    half = [1 / (2 * v) for v in variances]
    out = [mpf(0)] * 5
    ratio = mp.log(weights[0] / weights[1])
    for x, w in panels(points, n):
        logs = [c - (x - m) ** 2 * q for c, m, q in zip(const, means, half)]
        lp, h, c = posterior_sums(logs)
        p = w * mp.exp(lp)
        p1 = w * mp.exp(logs[0]) / weights[0]
        L = logs[0] - logs[1] - ratio
        for k, v in enumerate((p, p * h, p * c, p1 * L, p1 * L * L)):
            out[k] += v
    return out


def mixture_1d_checked(weights, means, variances):
    a = mixture_1d(weights, means, variances, "0.5", 40)
    b = mixture_1d(weights, means, variances, "0.41", 44)
    for x, y, what in zip(a, b, ("norm", "entropy", "clone", "mean", "second moment")):
        assert abs(x - y) < mpf("1e-26") * (1 + abs(x)), (what, x - y)
    assert abs(a[0] - 1) < mpf("1e-26")
    return a


def mixture_2d(weights, means, covs, fraction, shift, digits):
    """(total, H(class|x), clone) by the trapezoidal rule on a square lattice.

    The spacing is fraction times the smallest standard deviation. The
    integrands are analytic near real x, so the error is exponentially small
    in 1/spacing.
    """
    K = len(weights)
    stds, inv, const = [], [], []
    for w, G in zip(weights, covs):
        (a, b), (_, c) = G
        det = a * c - b * b
        low = (a + c) / 2 - mp.sqrt(((a - c) / 2) ** 2 + b * b)
        stds.append(mp.sqrt(low))
        inv.append((c / det / 2, -b / det, a / det / 2))
        const.append(mp.log(w) - mp.log(2 * mp.pi) - mp.log(det) / 2)
    h = mpf(fraction) * min(stds)
    cut = -mpf(digits) * mp.log(10) - 4
    reach = mp.sqrt(-2 * cut)
    x0 = min(m[0] - reach * mp.sqrt(G[0][0]) for m, G in zip(means, covs))
    x1 = max(m[0] + reach * mp.sqrt(G[0][0]) for m, G in zip(means, covs))
    y0 = min(m[1] - reach * mp.sqrt(G[1][1]) for m, G in zip(means, covs))
    y1 = max(m[1] + reach * mp.sqrt(G[1][1]) for m, G in zip(means, covs))
    total = entropy = clone = mpf(0)
    y = y0 + mpf(shift) * h
    while y < y1:
        rows = []
        for m, (A, B, C) in zip(means, inv):
            dy = y - m[1]
            rows.append((m[0], A, B * dy, C * dy * dy))
        x = x0 + mpf(shift) * h
        while x < x1:
            logs = []
            for k in range(K):
                mx, A, Bd, Cd = rows[k]
                dx = x - mx
                logs.append(const[k] - (A * dx + Bd) * dx - Cd)
            if max(logs) > cut:
                lp, e, c = posterior_sums(logs)
                p = mp.exp(lp)
                total += p
                entropy += p * e
                clone += p * c
            x += h
        y += h
    area = h * h
    return total * area, entropy * area, clone * area


def mixture_2d_checked(weights, means, covs, fractions=("0.1", "0.087")):
    """Two lattices; returns entropy, clone and a bound on their error."""
    with mp.workdps(32):
        a = mixture_2d(weights, means, covs, fractions[0], "0.3", 24)
        b = mixture_2d(weights, means, covs, fractions[1], "0.8", 24)
        error = max([abs(x - y) for x, y in zip(a, b)] + [abs(b[0] - 1)])
    assert error < mpf("1e-17"), error
    return b[1], b[2], error


def noisy(cov, t):
    """e^{-2t} C + (1 - e^{-2t}) I."""
    e = mp.exp(-2 * t)
    d = cov.rows
    return e * cov + (1 - e) * mp.eye(d)


def llr_moments(m1, m2, C1, C2, t):
    """Mean and variance of L = log P_t(x|1)/P_t(x|2), x ~ P_t(.|1) (ABBM26).

    With A = G2^{-1} G1 and delta = e^{-t}(m1 - m2):
      mean = (tr A - d - log det A + delta^T G2^{-1} delta)/2,
      variance = tr (A - 1)^2/2 + delta^T G2^{-1} G1 G2^{-1} delta.
    """
    d = C1.rows
    G1, G2 = noisy(C1, t), noisy(C2, t)
    P = G2 ** -1
    A = P * G1
    u = P * (mp.exp(-t) * (m1 - m2))
    delta = mp.exp(-t) * (m1 - m2)
    mean = (sum(A[i, i] for i in range(d)) - d - mp.log(mp.det(A)) + (delta.T * u)[0]) / 2
    B = A - mp.eye(d)
    var = sum(B[i, j] * B[j, i] for i in range(d) for j in range(d)) / 2 + (u.T * G1 * u)[0]
    return mean, var


def last_crossing(f):
    """Largest t > 0 where f changes sign, f negative at large t; None if none.

    Scan in log t from t = 20 down to 1e-8, in enough digits for the
    cancellations at large t (f may be as small as e^{-4t}), then refine.
    """
    N = 700
    with mp.workdps(64):
        ts = [20 * mpf("5e-10") ** (mpf(k) / N) for k in range(N + 1)]
        for hi, lo in zip(ts, ts[1:]):
            if f(lo) > mpf("1e-80"):
                break
        else:
            return None
        assert f(hi) <= 0
        return root(f, lo, hi, 40)


def spd(rng, d, kind):
    """A covariance with float64 entries."""
    if kind == "isotropic":
        v = log_uniform(rng, 0.1, 5)
        return [[v if i == j else 0.0 for j in range(d)] for i in range(d)]
    if kind == "diagonal":
        return [[log_uniform(rng, 0.1, 5) if i == j else 0.0 for j in range(d)] for i in range(d)]
    X = [[rng.gauss(0, 1) for _ in range(d + 1)] for _ in range(d)]
    C = [[0.0] * d for _ in range(d)]
    for i in range(d):
        for j in range(i + 1):
            v = sum(a * b for a, b in zip(X[i], X[j])) / (d + 1) + (0.2 if i == j else 0)
            C[i][j] = C[j][i] = short(v)
    return C


def gaussian_pair(name="gaussian_pair.csv"):
    mp.dps = 45
    rng = random.Random(2602)
    specs = []
    for i in range(26):                                    # d = 1
        w = 0.5 if i % 3 == 0 else short(rng.uniform(0.02, 0.98))
        m = [[short(rng.uniform(-3, 3))] for _ in range(2)]
        c1 = [[log_uniform(rng, 0.02, 20)]]
        c2 = c1 if i % 4 == 0 else [[log_uniform(rng, 0.02, 20)]]
        if i % 5 == 1:
            m[1] = list(m[0])                              # equal means
        if i % 5 == 2:
            m[0], m[1] = [short(-4 - 6 * rng.random())], [short(4 + 6 * rng.random())]
        specs.append((1, w, m[0], m[1], c1, c2, log_uniform(rng, 0.02, 3)))
    kinds = (("isotropic", True), ("isotropic", False), ("diagonal", True), ("diagonal", False),
             ("full", True), ("full", False), ("full", False), ("mixed", False))
    for d in (2, 3, 4):                                    # integrals for d = 2 only
        for i, (kind, equal) in enumerate(kinds):
            w = 0.5 if i % 2 == 0 else short(rng.uniform(0.1, 0.9))
            size = 1.5 if d == 2 else 3
            m = [[short(rng.uniform(-size, size)) for _ in range(d)] for _ in range(2)]
            if i == 6:
                m[1] = list(m[0])
            c1 = spd(rng, d, "isotropic" if kind == "mixed" else kind)
            c2 = c1 if equal else spd(rng, d, "full" if kind == "mixed" else kind)
            t = log_uniform(rng, 0.25, 1.5) if d == 2 else log_uniform(rng, 0.02, 3)
            specs.append((d, w, m[0], m[1], c1, c2, t))
    # far apart in covariance only
    specs.append((4, 0.5, [0.0] * 4, [0.0] * 4, spd(rng, 4, "full"),
                  [[1000.0 if i == j else 0.0 for j in range(4)] for i in range(4)], 0.5))
    rows = []
    for i, (d, w, m1, m2, c1, c2, t) in enumerate(specs):
        M1, M2, C1, C2 = (mp.matrix(x) for x in (m1, m2, c1, c2))
        T, W = mpf(t), mpf(w)
        mean, var = llr_moments(M1, M2, C1, C2, T)

        def f(t):
            a, v = llr_moments(M1, M2, C1, C2, t)
            return a * a - v

        bayes = last_crossing(f)
        weights = [W, 1 - W]
        centres = [mp.exp(-T) * M1, mp.exp(-T) * M2]
        G = [noisy(C1, T), noisy(C2, T)]
        entropy = clone = tol = "none"
        if d == 1:
            out = mixture_1d_checked(weights, [c[0] for c in centres], [g[0, 0] for g in G])
            entropy, clone, tol = out[1], out[2], "1e-24"
            agree(out[3], mean, mpf("1e-24"), "llr mean", mpf("1e-40"))
            agree(out[4] - out[3] ** 2, var, mpf("1e-22"), "llr variance", mpf("1e-40"))
        elif d == 2:
            entropy, clone, err = mixture_2d_checked(
                weights, [(c[0], c[1]) for c in centres],
                [((g[0, 0], g[0, 1]), (g[1, 0], g[1, 1])) for g in G])
            tol = tolerance(err)
        flat = [numbers(x for row in c for x in row) for c in (c1, c2)]
        rows.append((f"pair-{i:02d}", d, w, numbers(m1), numbers(m2), flat[0], flat[1], t,
                     mean, var, entropy, clone, tol, bayes))
    write(name, ("id", "d", "weight1", "mean1", "mean2", "cov1", "cov2", "t", "llr_mean",
                 "llr_variance", "entropy", "clone", "tolerance", "bayes_time"), rows)


def tolerance(error):
    """A power of ten at least 10 times the difference of the two lattices."""
    return f"1e{max(-22, int(mp.ceil(mp.log10(error * 10 + mpf('1e-40')))))}"


def isotropic_pair(name="isotropic_pair.csv"):
    """bayes time of N(m1, v1 I), N(m2, v2 I) in large dimension, |m1 - m2| = distance."""
    mp.dps = 45
    cases = [(10000, 0.0, 1.0, 2.0), (10000, 0.0, 2.0, 1.0), (1000000, 0.0, 1.0, 1.1),
             (10000, 20.0, 1.0, 2.0), (4096, 128.0, 1.0, 1.0), (10000, 0.0, 1.0, 1.001),
             (100, 0.0, 0.25, 0.5), (784, 30.0, 0.5, 1.5)]
    rows = []
    for d, dist, v1, v2 in cases:
        def f(t):
            e = mp.exp(-2 * t)
            g1, g2 = e * mpf(v1) + 1 - e, e * mpf(v2) + 1 - e
            q, delta2 = g1 / g2, e * mpf(dist) ** 2
            mean = (d * (q - 1 - mp.log(q)) + delta2 / g2) / 2
            var = d * (q - 1) ** 2 / 2 + delta2 * g1 / g2 ** 2
            return mean ** 2 - var
        rows.append((d, dist, v1, v2, last_crossing(f)))
    agree(rows[0][-1], mpf("1.7780106484967"), mpf("1e-13"), "variances 1 and 2")
    # equal covariance: exactly d mu^2 e^{-2t} = Gamma, here d mu^2 = (128/2)^2, sigma = 1
    agree(rows[4][-1], mp.log(64), mpf("1e-30"), "equal covariance")
    write(name, ("d", "distance", "variance1", "variance2", "bayes_time"), rows)


def multi_class(name="multi_class.csv"):
    """K classes of equal isotropic variance: collinear (d = 1), and three in the plane."""
    mp.dps = 45
    rng = random.Random(606)

    def weights_of(K, i):
        """float64 weights whose exact sum is 1: multiples of 2^-10, or equal for K = 4."""
        if K == 4 and i % 2:
            return [0.25] * 4
        cuts = sorted(rng.sample(range(20, 1004), K - 1))
        return [(b - a) / 1024 for a, b in zip([0] + cuts, cuts + [1024])]

    rows = []
    for i in range(20):
        K = 3 + i % 3
        w = weights_of(K, i)
        means = sorted(short(rng.uniform(-6, 6)) for _ in range(K))
        v, t = log_uniform(rng, 0.05, 3), log_uniform(rng, 0.05, 3)
        T = mpf(t)
        e = mp.exp(-2 * T)
        G = e * mpf(v) + 1 - e
        out = mixture_1d_checked([mpf(x) for x in w], [mp.exp(-T) * mpf(m) for m in means], [G] * K)
        rows.append((f"line-{i:02d}", 1, numbers(w), numbers(means), v, t, out[1], out[2], "1e-24"))
    for i in range(4):
        w = weights_of(3, i)
        means = [(short(rng.uniform(-3, 3)), short(rng.uniform(-3, 3))) for _ in range(3)]
        v, t = log_uniform(rng, 0.3, 2), log_uniform(rng, 0.2, 1.2)
        T = mpf(t)
        e = mp.exp(-2 * T)
        G = e * mpf(v) + 1 - e
        entropy, clone, err = mixture_2d_checked(
            [mpf(x) for x in w], [(mp.exp(-T) * mpf(a), mp.exp(-T) * mpf(b)) for a, b in means],
            [((G, mpf(0)), (mpf(0), G))] * 3)
        rows.append((f"plane-{i:02d}", 2, numbers(w), numbers(x for m in means for x in m), v, t,
                     entropy, clone, tolerance(err)))
    write(name, ("id", "d", "weights", "means", "variance", "t", "entropy", "clone", "tolerance"),
          rows)


def radial(weights, dimension, variances, step, n):
    """(total, H(class|x), clone) of centred isotropic classes: panels in the distance r = |x|."""
    half = mpf(dimension) / 2
    const = [mp.log(w) - half * mp.log(v) for w, v in zip(weights, variances)]
    base = mp.log(2) - half * mp.log(2) - mp.loggamma(half)
    J = int(mp.ceil(17 / mpf(step)))
    points = {mpf(0)}
    for v in variances:
        for j in range(-J, J + 1):
            r = mp.sqrt(v) * (mp.sqrt(dimension) + j * mpf(step))
            if r > 0:
                points.add(r)
    out = [mpf(0)] * 3
    for r, w in panels(sorted(points), n):
        shape = base + (dimension - 1) * mp.log(r)
        lp, h, c = posterior_sums([k + shape - r * r / (2 * v) for k, v in zip(const, variances)])
        p = w * mp.exp(lp)
        for k, v in enumerate((p, p * h, p * c)):
            out[k] += v
    return out


def unequal_classes(name="unequal_classes.csv"):
    """K classes of different covariances: on a line, in the plane, centred in d dimensions."""
    mp.dps = 45
    rng = random.Random(1717)

    def weights_of(K):
        cuts = sorted(rng.sample(range(20, 1004), K - 1))
        return [(b - a) / 1024 for a, b in zip([0] + cuts, cuts + [1024])]

    rows = []
    for i in range(10):
        K = 3 + i % 3
        w = weights_of(K)
        # The last ones far apart: class entropies down to 1e-162, from far between the classes.
        far = i >= 7
        size = 4 * (i - 4) if far else 4
        means = [short(rng.uniform(-size, size)) for _ in range(K)]
        v = [log_uniform(rng, 0.05, 0.4) if far else log_uniform(rng, 0.02, 10) for _ in range(K)]
        if i == 4:
            means = [means[0]] * K
        t = log_uniform(rng, 0.001, 0.1) if far else log_uniform(rng, 0.03, 3)
        e = mp.exp(-2 * mpf(t))
        args = ([mpf(x) for x in w], [mp.exp(-mpf(t)) * mpf(m) for m in means],
                [e * mpf(x) + 1 - e for x in v])
        # Far from all classes the posterior turns over a small part of a width.
        steps, reach = (("0.2", "0.17"), 33) if far else (("0.5", "0.41"), 15)
        a, b = mixture_1d(*args, steps[0], 34, reach), mixture_1d(*args, steps[1], 38, reach)
        agree(a[1], b[1], mpf("1e-20"), "entropy")
        agree(a[2], b[2], mpf("1e-24"), "clone")
        rows.append((f"line-{i:02d}", 1, numbers(w), numbers(means), numbers(v), t, b[1], b[2],
                     "1e-24"))
    for i in range(2):
        w = weights_of(3)
        means = [(short(rng.uniform(-2, 2)), short(rng.uniform(-2, 2))) for _ in range(3)]
        covs = [spd(rng, 2, "full") for _ in range(3)]
        t = log_uniform(rng, 0.3, 0.9)
        G = [noisy(mp.matrix(c), mpf(t)) for c in covs]
        entropy, clone, err = mixture_2d_checked(
            [mpf(x) for x in w], [(mp.exp(-mpf(t)) * mpf(a), mp.exp(-mpf(t)) * mpf(b))
                                  for a, b in means],
            [((g[0, 0], g[0, 1]), (g[1, 0], g[1, 1])) for g in G], ("0.17", "0.15"))
        flat = [x for c in covs for row in c for x in row]
        rows.append((f"plane-{i:02d}", 2, numbers(w), numbers(x for m in means for x in m),
                     numbers(flat), t, entropy, clone, tolerance(err)))
    for i, d in enumerate((2, 8, 256, 4000)):
        w = weights_of(3)
        scale = 1 / mp.sqrt(d)
        v = [short(1 + float(scale) * rng.uniform(-0.7, 4)) for _ in range(3)]
        t = log_uniform(rng, 0.03, 0.5)
        e = mp.exp(-2 * mpf(t))
        args = ([mpf(x) for x in w], d, [e * mpf(x) + 1 - e for x in v])
        a, b = radial(*args, "0.5", 40), radial(*args, "0.41", 44)
        for x, y in zip(a, b):
            agree(x, y, mpf("1e-22"), "radial")
        agree(b[0], mpf(1), mpf("1e-22"), "norm")
        rows.append((f"radial-{i:02d}", d, numbers(w), "0", numbers(v), t, b[1], b[2], "1e-22"))
    write(name, ("id", "d", "weights", "means", "covariances", "t", "entropy", "clone",
                 "tolerance"), rows)


# ------------------------------------------------------ Curie-Weiss data

def curie_weiss(name="curie_weiss.csv"):
    """P(s) ~ exp((sum s)^2/(2 T d)); BM23.

    m* = tanh(m*/T). Within a phase the spins are independent to leading
    order, P(+1) = (1 + m*)/2: half log-odds u = m*/T, tanh(u) = T u.
    """
    mp.dps = 60
    rng = random.Random(1895)
    temps = [(0.5, 1000), (0.8, 4096), (0.99, 20000), (0.999, 20000), (0.999999, 20000),
             (0.05, 100), (0.1, 784), (0.95, 1), (0.7, 2), (0.9, 17)]
    while len(temps) < 40:
        temps.append((short(rng.uniform(0.1, 1)),
                      int(round(10 ** rng.uniform(0.5, 4.3)))))
    fractions = [0.5, 0.99, 1.2, 0.9999, 0.2, 1.0001, 0.05]
    rows = []
    for i, (T_f, d) in enumerate(temps):
        assert d <= 20000
        T = mpf(T_f)
        # tanh(u)/u decreases from 1: one root, between sqrt(3(1/T - 1)) and 1/T
        u = root(lambda u: T - mp.tanh(u) / u, mp.sqrt(3 * (1 / T - 1)) * mpf("0.5"), 1 / T, 54)
        m = T * u
        assert abs(m - mp.tanh(m / T)) < mpf("1e-45") * m
        # E (sum s)^2/d over k = number of + spins, weights C(d, k) exp((2k - d)^2/(2 T d))
        weight, Z, S2 = mpf(1), mpf(0), mpf(0)
        # factor_k = exp(((S + 2)^2 - S^2)/(2 T d)), S = 2k - d, is a geometric sequence
        factor = mp.exp((4 * mpf(-d) + 4) / (2 * T * d))
        growth = mp.exp(8 / (2 * T * d))
        for k in range(d + 1):
            S = 2 * k - d
            Z += weight
            S2 += weight * S * S
            weight = weight * (d - k) / (k + 1) * factor
            factor *= growth
        top = S2 / Z / d
        if d == 2:                   # by hand: E s1 s2 = tanh(1/(T d)), top = 1 + E s1 s2
            agree(top, 1 + mp.tanh(1 / (2 * T)), mpf("1e-50"), "d = 2")
        q = 1 / (mp.exp(2 * u) + 1)                      # (1 - m*)/2
        sup = binary_entropy(q)
        fraction = fractions[i] if i < len(fractions) else log_uniform(rng, 0.01, 1.5)
        alpha_f = short(float(sup) * fraction)
        alpha = mpf(alpha_f)
        t_c = None
        if alpha < sup:
            with mp.workdps(46):
                def f(s):
                    return sup - scalar_channel(u, s, 36 if mp.dps > 20 else 10)[0] - alpha
                s = solve_log(f, 30)
                check = sup - scalar_channel(u, s, 36, fine="0.81", offset="0.37")[0] - alpha
                assert abs(check) < mpf("1e-26") * min(alpha, sup - alpha)
                t_c = time_of_snr(s)
        rows.append((T_f, d, m, top, sup, alpha_f, t_c))
    write(name, ("temperature", "d", "m_star", "lambda_top", "supremum", "alpha", "t_C"), rows)


FILES = {f.__name__: f for f in (binary, clusters, linear_manifold, gaussian, schedule,
                                 gaussian_pair, isotropic_pair, curie_weiss, multi_class,
                                 unequal_classes)}


def main(names):
    unknown = [n for n in names if n not in FILES]
    if unknown:
        sys.exit(f"unknown: {' '.join(unknown)}; known: {' '.join(FILES)}")
    for n in names or FILES:
        start = time.time()
        FILES[n]()
        print(f"  {time.time() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

#!/usr/bin/env python3
"""Random queries of every quantity with the answers: writes queries.csv beside itself.

    python queries.py

A row is a command line of the program, a column of its output, and the value that the definition
gives. Parameters are drawn over wide ranges by fixed seeds; values are computed as in generate.py
and rem.py (mpmath, every integral on two sets of nodes), those of nonlinear manifolds as in
manifold.py (double precision, with the tolerance that two sets of nodes leave). `none` means that
the quantity does not exist. The test holds the program's stated errors against them.
"""
import csv
import json
import random

import generate as G
import rem
from mpmath import mp, mpf

ROWS = []
DIGITS = 30


def add(line, column, value, tolerance=0):
    ROWS.append((line, column, G.fmt(value), tolerance))


def text(x):
    return repr(float(x)) if not isinstance(x, int) else str(x)


def entropy_of(gamma, h=mpf(0)):
    """H(s|y), twice."""
    a = G.scalar_channel(h, gamma, DIGITS)
    b = G.scalar_channel(h, gamma, DIGITS, fine="0.81", offset="0.37")
    G.agree(a[0], b[0], mpf("1e-20"), "entropy", mpf("1e-40"))
    G.agree(a[1], b[1], mpf("1e-20"), "mmse", mpf("1e-40"))
    return a


def decay(t):
    return mp.exp(-2 * mpf(t))


def cluster_times(rng):
    for _ in range(45):
        d = max(1, round(10 ** (6 * rng.random())))
        n = max(2, round(2 * (5e11) ** rng.random()))
        mu, sigma = G.log_uniform(rng, 0.05, 20), G.log_uniform(rng, 0.05, 20)
        line = f"times clusters --d {d} --n {n} --mu {text(mu)} --sigma {text(sigma)}"
        for column, value in G.cluster_times(d, n, mu, sigma).items():
            add(line, column, value)


def cluster_curves(rng):
    for _ in range(150):
        d = max(1, round(10 ** (5 * rng.random())))
        mu, sigma = G.log_uniform(rng, 0.1, 5), G.log_uniform(rng, 0.1, 5)
        n = max(2, round(10 ** (8 * rng.random())))
        t = G.short(rng.uniform(0.01, 6))
        e, A, s2 = decay(t), d * mpf(mu) ** 2, mpf(sigma) ** 2
        gamma = A * e / (1 - e + s2 * e)
        entropy, mmse, _ = entropy_of(gamma)
        snr = 1 / mp.expm1(2 * mpf(t))
        within = mp.log1p(s2 * snr) / 2
        alpha = mp.log(n) / d
        at = f"clusters --d {d} --mu {text(mu)} --sigma {text(sigma)}"
        add(f"curve phi {at} --t {text(t)}", "phi", 1 - mmse / 2)
        add(f"curve class-entropy {at} --t {text(t)}", "class_entropy", entropy)
        add(f"curve excess-entropy {at} --n {n} --t {text(t)}", "f", alpha - within)
        bit = (mp.log(2) - entropy) / d
        line = f"curve excess-entropy {at} --n {n} --order class-bit --t {text(t)}"
        add(line, "f", alpha - within - bit)
        add(f"curve information {at} --t {text(t)}", "information", within)


def solutions(rng):
    """Inverse queries with closed answers."""
    for _ in range(60):
        d = max(1, round(10 ** (5 * rng.random())))
        sigma, t = G.log_uniform(rng, 0.1, 5), G.log_uniform(rng, 0.02, 4)
        grown = mp.expm1(2 * mpf(t))
        at = f"--d {d} --sigma {text(sigma)}"
        add(f"solve clusters {at} --for log-n --such-that t_C={text(t)}", "log_n",
            d * mp.log1p(mpf(sigma) ** 2 / grown) / 2)
        left = grown + 1 - mpf(sigma) ** 2
        if left > 1e-3 * grown and 2e-4 < mp.sqrt(left / d) < 5e3:
            add(f"solve clusters {at} --for mu --such-that t_S.spectral={text(t)}", "mu",
                mp.sqrt(left / d))
        alpha = G.log_uniform(rng, 0.05, 3)
        add(f"solve gaussian --alpha {text(alpha)} --for sigma --such-that t_C={text(t)}", "sigma",
            mp.sqrt(mp.expm1(2 * mpf(alpha)) * grown))


def potentials(rng):
    for _ in range(60):
        d = max(1, round(10 ** (5 * rng.random())))
        mu, t = G.log_uniform(rng, 0.1, 5), G.short(rng.uniform(0.01, 6))
        q = G.short(rng.uniform(-4, 4))
        m2 = mpf(mu) ** 2
        x = mpf(q) * mp.exp(-mpf(t)) * mp.sqrt(d)
        value = mpf(q) ** 2 / 2 - 2 * m2 * mp.log(mp.cosh(x))
        line = f"curve potential clusters --d {d} --mu {text(mu)} --t {text(t)} --q {text(q)}"
        add(line, "potential", value)


def gaussians(rng):
    for _ in range(70):
        d = rng.randint(1, 6)
        lam_f = [G.log_uniform(rng, 1e-3, 1e3) for _ in range(d)]
        lam, logn = [mpf(x) for x in lam_f], G.log_uniform(rng, 0.01, 50)
        words = ",".join(text(x) for x in lam_f)
        info = lambda s: sum(mp.log1p(x * s) for x in lam) / (2 * d)
        s = G.solve_log(lambda s: info(s) - mpf(logn) / d, 34)
        line = f"times gaussian --eigenvalues {words} --log-n {text(logn)}"
        add(line, "t_C.asymptotic", G.time_of_snr(s))
        add(line, "t_S.spectral", G.positive(mp.log(max(lam)) / 2))
        add(line, "t_S.spectral-exact", mp.log1p(max(lam)) / 2)
        snr = G.log_uniform(rng, 1e-8, 1e8)
        line = f"curve information gaussian --eigenvalues {words} --snr {text(snr)}"
        add(line, "information", info(mpf(snr)))
        add(line, "mmse", sum(x / (1 + x * mpf(snr)) for x in lam) / d)


def linear_manifolds(rng):
    for i in range(60):
        emb = ("iid-p", "iid-d", "orthonormal")[i % 3]
        b = G.log_uniform(rng, 1e-2, 1.0 if emb == "orthonormal" else 1e2)
        snr = G.log_uniform(rng, 1e-6, 1e6)
        info, mmse = G.manifold_information(mpf(b), emb, mpf(snr))
        other = G.manifold_information(mpf(b), emb, mpf(snr), ratio="1.7", n=40)
        G.agree(info, other[0], mpf("1e-20"), "information")
        line = f"linear-manifold --beta {text(b)} --embedding {emb}"
        add(f"curve information {line} --snr {text(snr)}", "information", info)
        add(f"curve information {line} --snr {text(snr)}", "mmse", mmse)
        alpha = G.short(min(1, b) * G.log_uniform(rng, 0.01, 10))
        add(f"times {line} --alpha {text(alpha)}", "t_C.asymptotic",
            G.manifold_time(mpf(b), emb, mpf(alpha)))
        if emb != "orthonormal":
            # The general replica engine on the same model.
            line = f"manifold --activation linear --beta {text(b)} --embedding {emb}"
            add(f"curve information {line} --snr {text(snr)}", "information", info)


def spins(rng):
    for _ in range(50):
        T_f, snr = G.short(rng.uniform(0.1, 0.999)), G.log_uniform(rng, 1e-4, 1e3)
        T = mpf(T_f)
        u = G.root(lambda u: T - mp.tanh(u) / u, mp.sqrt(3 * (1 / T - 1)) * mpf("0.5"), 1 / T, 34)
        sup = G.binary_entropy(1 / (mp.exp(2 * u) + 1))
        entropy, mmse, _ = entropy_of(mpf(snr), u)
        line = f"curve information curie-weiss --temperature {text(T_f)} --snr {text(snr)}"
        add(line, "information", sup - entropy)
        add(line, "mmse", mmse)
        d = max(2, round(10 ** rng.uniform(1, 6)))
        line = f"times curie-weiss --temperature {text(T_f)} --d {d} --n 10"
        add(line, "t_S.between-class", G.positive(mp.log(d * (T * u) ** 2) / 2))


def mixtures(rng):
    """Classes on the line: equal and unequal variances, two to four of them."""
    for i in range(40):
        K = 2 + (i // 2) % 3
        cuts = sorted(rng.sample(range(20, 1004), K - 1))
        w = [(b - a) / 1024 for a, b in zip([0] + cuts, cuts + [1024])]
        means = sorted(G.short(rng.uniform(-5, 5)) for _ in range(K))
        same = K > 2 or i % 2 == 0
        first = G.log_uniform(rng, 0.05, 3)
        v = [first if same else G.log_uniform(rng, 0.05, 3) for _ in range(K)]
        t = G.log_uniform(rng, 0.05, 3)
        e = decay(t)
        out = G.mixture_1d_checked([mpf(x) for x in w], [mp.exp(-mpf(t)) * mpf(m) for m in means],
                                   [e * mpf(x) + 1 - e for x in v])
        spec = {"class": [{"weight": a, "mean": [m], "variance": x}
                          for a, m, x in zip(w, means, v)]}
        file = json.dumps(spec, separators=(",", ":"))
        add(f"curve phi mixture {file} --t {text(t)}", "phi", out[2])
        add(f"curve class-entropy mixture {file} --t {text(t)}", "class_entropy", out[1])


def schedules(rng):
    tables = G.discrete_log_snr()
    for key, values in tables.items():
        ends = sorted(float(mp.log1p(mp.exp(-x)) / 2) for x in (values[0], values[-1]))
        for _ in range(25):
            t = G.short(rng.uniform(*ends))
            x = -mp.log(mp.expm1(2 * mpf(t)))
            if key == "edm":
                a, b, z = (y ** (mpf(1) / 7) for y in (mpf(80), mpf("0.002"), mp.exp(-x / 2)))
                step = 17 * (a - z) / (a - b)
            else:
                step = G.fractional_index(values, x)
            if step is not None:
                add(f"schedule --name {key} --t {text(t)}", "step", step)
            add(f"schedule --name {key} --t {text(t)}", "sigma", mp.sqrt(mp.expm1(2 * mpf(t))))
            add(f"schedule --name {key} --t {text(t)}", "alpha_bar", decay(t))


def large_deviations(rng):
    mp.dps = 30
    for i in range(24):
        modes = [(mpf(G.log_uniform(rng, 0.1, 10)), mpf(1))]
        if i % 2:
            modes = [(mpf(G.log_uniform(rng, 0.1, 10)), mpf(1) / 3) for _ in range(3)]
        alpha = G.log_uniform(rng, 0.05, 3)
        a = mpf(alpha)
        if i % 2:
            # d = 3 with these eigenvalues says the fractions; the theory is that of d = inf.
            words = ",".join(text(l) for l, _ in modes)
            model = f"gaussian --eigenvalues {words} --d inf"
        else:
            sigma = G.short(float(mp.sqrt(modes[0][0])))
            modes = [(mpf(sigma) ** 2, mpf(1))]
            model = f"gaussian --sigma {text(sigma)}"
        model += f" --alpha {text(alpha)}"
        half = mpf(1) / 2
        own = lambda t, r: rem.psi(a, modes, *rem.at_time(t), r) + r / 2
        t_c = rem.bisect(lambda t: a - sum(w * half * mp.log(1 + l / mp.expm1(2 * t))
                                           for l, w in modes), mpf("1e-6"), mpf(8))
        t_o = rem.bisect(lambda t: own(t, mpf(0)), mpf("1e-6"), mpf(8))
        add(f"times {model}", "t_C.asymptotic", t_c)
        add(f"times {model}", "t_C.onset", t_o)
        t = G.short(float(t_c + mpf(rng.uniform(0.1, 0.9)) * (t_o - t_c)))
        add(f"curve basin {model} --t {text(t)}", "basin",
            rem.bisect(lambda r: own(mpf(t), r), mpf(0), mpf(2)))
        t, r = G.short(float(t_c) * rng.uniform(0.3, 2.5)), G.short(rng.uniform(0.1, 2.5))
        add(f"curve free-energy {model} --t {text(t)} --r {text(r)}", "free_energy",
            rem.psi(a, modes, *rem.at_time(mpf(t)), mpf(r)))
        t = G.short(float(t_c) * rng.uniform(0.2, 2))
        h = mp.sqrt(mp.expm1(2 * mpf(t)))
        add(f"curve kl {model} --t {text(t)}", "kl", rem.kl(h, a, modes))


def nonlinear(rng):
    import manifold as M
    for i in range(60):
        activation = ("tanh(z)", "relu", "sign", "erf", "abs", "hardtanh", "gelu",
                      "leaky-relu:0.1", "sin(2*z)", "heaviside")[i % 10]
        prior = ("normal", "rademacher", "gauss-bernoulli:0.3", "binary:0.3")[rng.randrange(4)]
        beta, gain = G.log_uniform(rng, 0.1, 3), G.log_uniform(rng, 0.3, 2)
        snr = G.log_uniform(rng, 0.05, 30)
        model = M.Model(activation, prior, beta, gain)
        candidate, _ = model.equilibrium(snr)
        a, at = model.evaluate(candidate, snr, M.FIRST)
        b, _ = model.evaluate(at, snr, M.SECOND)
        extra = 1e-12 if at == "zero" else 0
        line = (f"curve information manifold --activation {activation} --prior {prior} "
                f"--beta {text(beta)} --gain {text(gain)} --snr {text(snr)}")
        for column, k in (("information", 0), ("mmse", 2)):
            add(line, column, float(b[k]), f"{M.agree(a[k], b[k]) + extra:.1e}")
        print(line, flush=True)


if __name__ == "__main__":
    for seed, family in enumerate((solutions, potentials, gaussians, cluster_curves, cluster_times,
                                   linear_manifolds, spins, mixtures, schedules,
                                   large_deviations, nonlinear)):
        mp.dps = 46
        family(random.Random(70_000 + seed))
        print(family.__name__, len(ROWS), flush=True)
    with open(G.HERE / "queries.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("line", "column", "value", "tolerance"))
        out.writerows(ROWS)

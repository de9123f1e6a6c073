"""Reference values of guidance: python guidance.py writes guidance.csv (about five minutes).

overshoot, variance: c(omega), v(omega) by quadrature of their integrals, 30 digits.
window: E[y - gamma], Var y - gamma at clock gamma2 after guidance on [gamma1, gamma2] from y ~ N(gamma1, gamma1): the
backward equations' Laplace transforms as power series in V = 1/(1 + exp(-2y)) about 0 and 1, joined at V = 1/2,
inverted by a midpoint rule on a parabola, at 40 + 2 omega digits. The program uses elements in y instead.
flow: mean and variance of zeta at k, dzeta/dk = omega [1 - tanh(k^2 + k zeta)], zeta(0) ~ N(0, 1): DOP853 at 1e-13 for all starts together,
Gauss-Legendre panels in zeta(0), two panel widths.
power a: the stepped equations on one Chebyshev grid, sigma = 1; three numbers of steps, extrapolated.
"""
from multiprocessing import Pool

import mpmath as mp
import numpy as np
from scipy.integrate import solve_ivp


def overshoot(w):
    w = mp.mpf(w)
    a, top = 2 * w + 1, 2 ** (-2 * w - 1)
    # In u = x^a, which has no singularity at 0.
    inner = mp.quad(lambda u: 1 / (a * (1 - u ** (1 / a))), [0, top / 4, top])
    return w / (2 * w + 1) * (mp.digamma(2 * w + 1) + mp.euler + 2 ** (2 * w + 1) * inner)


def variance(w):
    w = mp.mpf(w)
    a = 2 * w + 1

    def h(x):
        return mp.hyp2f1(1, a, a + 1, x) / a

    def inner(x, e):
        return -4 * w * h(x) / e + 4 * w * w * h(x) ** 2

    def below(s):
        x = mp.exp(-s) / 2
        return x ** a * inner(x, 1 - x) * (2 ** a - 1) / a

    def above(r):
        e = mp.exp(-r)
        x = 1 - e
        return e * x ** (2 * w) * inner(x, e) * (x ** (-a) - 1) / a

    s = mp.quad(below, [0, 1, 3, 8, 20, 40 / a + 20, 80 / a + 60])
    r = mp.quad(above, [mp.log(2), 1, 2, 4, 7, 12, 20, 35, 60])
    return (s + r) / 2


def transforms(w, s, terms):
    """Values and derivatives at V = 1/2 joined: m and q at y = 0 and functions of y."""
    b0 = 1 + 2 * w
    r1, r0 = mp.sqrt(1 + 2 * s), mp.sqrt(b0 * b0 + 2 * s)
    lam = lambda k: 2 * k * (k + b0)

    def right(S):
        f = []
        for k in range(terms):
            v = S[k]
            if k >= 1:
                v -= (2 * (k - 1) * (k - 2) + 2 * (k - 1) * (k + 2 * w)) * f[k - 1]
            if k >= 2:
                v += 2 * (k - 2) * (k - 1 + 2 * w) * f[k - 2]
            f.append(v / (s - 2 * k * (k - 1)))
        return f

    def left(S):
        f = []
        for k in range(terms):
            v = S[k]
            if k >= 1:
                v -= 2 * lam(k - 1) * f[k - 1]
            if k >= 2:
                v += lam(k - 2) * f[k - 2]
            f.append(v / (s - lam(k)))
        return f

    zero = [mp.mpc(0)] * terms
    S = list(zero); S[1] = 2 * w / s
    mR = right(S); aR = [2 * x for x in mR]
    S = list(zero); S[1] = 4 * w / s ** 2
    for k in range(terms):
        S[k] += (1 - 2 * k) * aR[k]
        if k:
            S[k] += (2 * (k - 1) + 2 * w) * aR[k - 1]
    cR = right(S)
    S = list(zero); S[0], S[1] = 2 * w / s, -2 * w / s
    mL = left(S); aL = [2 * x for x in mL]
    S = list(zero); S[0], S[1] = 4 * w / s ** 2, -4 * w / s ** 2
    for k in range(terms):
        S[k] += (2 * k + b0) * aL[k]
        if k:
            S[k] += (-2 * (k - 1) - 2 * w) * aL[k - 1]
    cL = left(S)
    rho, sp, sm = (1 + r1) / 2, (-b0 + r0) / 2, -(b0 + r0) / 2
    hR = lambda e: (2 * e) ** rho * (2 * (1 - e)) ** sm * mp.hyp2f1(rho + sm, rho + sm + b0, 2 * rho, e)
    hL = lambda V: (2 * V) ** sp * (2 * (1 - V)) ** (1 - rho) * mp.hyp2f1(sp + 1 - rho, sp + 1 - rho + b0, 1 + r0, V)
    half = mp.mpf(1) / 2
    FR, FL = hR(half), hL(half)
    dF = lambda a, b, c: a * b / c * mp.hyp2f1(a + 1, b + 1, c + 1, half)
    dR = -((2 * rho - 2 * sm) * FR + dF(rho + sm, rho + sm + b0, 2 * rho))
    dL = (2 * sp - 2 * (1 - rho)) * FL + dF(sp + 1 - rho, sp + 1 - rho + b0, 1 + r0)
    val = lambda f: sum(x * half ** k for k, x in enumerate(f))
    der = lambda f: 2 * sum(k * x * half ** k for k, x in enumerate(f))

    def join(p, dp, q, dq):
        det = -FL * dR + FR * dL
        return ((q - p) * -dR + FR * (dq - dp)) / det, (FL * (dq - dp) - dL * (q - p)) / det

    C = join(val(mL), der(mL), val(mR), -der(mR))
    D = join(val(cL), der(cL) + 2 * val(aL), val(cR), -der(cR) + 2 * val(aR))

    def at(y):
        V, e = 1 / (1 + mp.exp(-2 * y)), 1 / (1 + mp.exp(2 * y))
        poly = lambda f, x: mp.polyval(f[::-1], x)
        if V <= half:
            g = hL(V)
            return poly(mL, V) + C[0] * g, y * poly(aL, V) + poly(cL, V) + D[0] * g
        g = hR(e)
        return poly(mR, e) + C[1] * g, y * poly(aR, e) + poly(cR, e) + D[1] * g

    return at


def window(w, g1, g2):
    with mp.workdps(40 + int(2 * abs(float(w)))):
        w, g1, g2 = mp.mpf(w), mp.mpf(g1), mp.mpf(g2)
        tau, N = g2 - g1, 48
        terms = 150 + int(12 * abs(float(w)))
        if g1 == 0:
            starts = [(mp.mpf(0), mp.mpf(1))]
        else:
            h = min(mp.sqrt(g1) / 4, mp.mpf(1) / 4)
            reach = int(9 * mp.sqrt(g1) / h)
            weight = lambda k: h * mp.npdf(k * h / mp.sqrt(g1)) / mp.sqrt(g1)
            starts = [(g1 + k * h, weight(k)) for k in range(-reach, reach + 1)]
        m = q = mp.mpf(0)
        for k in range(N // 2):
            th = (2 * k + 1) * mp.pi / N
            z = N * (mp.mpf("0.1309") - mp.mpf("0.1194") * th ** 2 + mp.mpc(0, "0.2500") * th)
            dz = N * (-2 * mp.mpf("0.1194") * th + mp.mpc(0, "0.2500"))
            at = transforms(w, z / tau, terms)
            fm = fq = mp.mpc(0)
            for y, p in starts:
                a, b = at(y)
                fm += p * a
                fq += p * b
            c = mp.exp(z) * dz / mp.mpc(0, N) / tau * 2
            m += (c * fm).real
            q += (c * fq).real
        return m, q - 2 * g2 * m - m * m


def flow(w, k0, k1):
    def mean(width):
        x, wt = np.polynomial.legendre.leggauss(20)
        edges = np.arange(-8.4, 8.4 + width / 2, width)
        z = np.concatenate([(a + b) / 2 + (b - a) / 2 * x for a, b in zip(edges, edges[1:])])
        p = np.concatenate([(b - a) / 2 * wt for a, b in zip(edges, edges[1:])]) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        end = min(k1, 14.0)
        f = lambda k, s: w * (1 - np.tanh(k * k + k * s))
        r = solve_ivp(f, (k0, end), z, method="DOP853", rtol=1e-13, atol=1e-14)
        out = r.y[:, -1]
        mu = (p * (out - z)).sum()
        return mu, (p * out * out).sum() - mu * mu
    a, b = mean(0.7), mean(0.525)
    assert max(abs(a[0] - b[0]), abs(a[1] - b[1])) < 1e-9, (w, k0, k1, a, b)
    return b


def chebyshev(n):
    x = np.cos(np.pi * np.arange(n + 1) / n)
    c = np.r_[2, np.ones(n - 1), 2] * (-1.0) ** np.arange(n + 1)
    gaps = x[:, None] - x[None, :]
    d = np.outer(c, 1 / c) / (gaps + np.eye(n + 1))
    return d - np.diag(d.sum(1)), x


def power(w, a, end, steps, n=220, low=-8.0, high=12.0):
    """Implicit midpoint steps in gamma^(1/4) of the backward equations on one Chebyshev grid, sigma = 1."""
    d, x = chebyshev(n)
    y, d = (low + high) / 2 + (high - low) / 2 * x, d * 2 / (high - low)
    shape = (1 - np.tanh(y)) ** (1 + a)
    m, q, h = np.zeros(n + 1), np.zeros(n + 1), end ** 0.25 / steps
    for j in reversed(range(steps)):
        now, dt = (h * (j + 0.5)) ** 4, (h * (j + 1)) ** 4 - (h * j) ** 4
        force = w * now ** (a / 2) * shape
        operator = d @ d / 2 + (1 + force)[:, None] * d
        operator[n] = (1 + force[n]) * d[n]
        matrix = np.eye(n + 1) - dt / 2 * operator
        right = np.c_[m + dt / 2 * force, q + dt * force * (y + end - now)]
        matrix[0], matrix[0, 0], right[0] = 0, 1, 0
        middle = np.linalg.solve(matrix, right)
        m, q = 2 * middle[:, 0] - m, 2 * middle[:, 1] - q
    k = np.r_[0.5, np.ones(n - 1), 0.5] * (-1.0) ** np.arange(n + 1) / -y
    return np.array([(k @ m) / k.sum(), (k @ q) / k.sum()])


def powers(case):
    w, a, end = case
    table = []
    for steps in (40, 80, 160):
        row = [power(w, a, end, steps)]
        for i, old in enumerate(table[-1] if table else []):
            row.append(row[-1] + (row[-1] - old) / (4 ** (i + 1) - 1))
        table.append(row)
    m, q = table[-1][-1]
    return (f"power {a}", w, 0, end, repr(float(m)), repr(float(q - 2 * end * m - m * m)), "1e-9")


def overshoots(w):
    with mp.workdps(30):
        return ("overshoot", w, "", "", mp.nstr(overshoot(w), 20), "", "1e-18")


def variances(w):
    with mp.workdps(30):
        return ("variance", w, "", "", "", mp.nstr(variance(w), 20), "1e-18")


def windows(case):
    m, v = window(*case)
    return ("window", *case, mp.nstr(m, 17), mp.nstr(v, 17), "1e-13")


def flows(case):
    m, v = flow(*case)
    return ("flow", *case, repr(float(m)), repr(float(v)), "2e-10")


STRENGTHS = ["-0.45", "-0.25", "0.01", "0.1", "0.5", "1", "2", "3.7", "5", "10", "20", "50"]
WINDOWS = [("1", 0, 1), ("3", 0, "0.01"), ("1", 1, 6), ("0.5", "0.3", "2.5"), ("2", 0, 9), ("7", "0.05", 3),
           ("-0.3", 0, 4), ("-0.7", "0.5", 5), ("-1", 0, 20), ("12", 0, 2), ("1", 4, 30), ("3", "0.01", 12)]
FLOWS = [(1, 0, 1e6), (3, 0, 1e6), (0.5, 0, 0.01), (2, 0, 1.5), (5, 0.5, 3), (10, 0, 6), (-0.3, 0, 2)]

POWERS = [(1, 1, 10.0), (3, 0.5, 10.0), (2, 2, 6.0)]

if __name__ == "__main__":
    jobs = [(overshoots, w) for w in STRENGTHS] + [(variances, w) for w in STRENGTHS]
    jobs += [(powers, c) for c in POWERS] + [(flows, c) for c in FLOWS] + [(windows, c) for c in WINDOWS]
    with Pool(4) as pool:
        rows = [job.get() for job in [pool.apply_async(f, (c,)) for f, c in jobs]]
    with open("guidance.csv", "w") as out:
        out.write("quantity,omega,from,to,mean,variance,tolerance\n")
        for row in rows:
            out.write(",".join(str(x) for x in row) + "\n")

"""Reference values for the score that random features learn: training_losses.csv, training_coefficients.csv.

Independent of the library: 30 digits, coefficients from closed forms or from the definition by the trapezoidal rule in
two variables (the library: sums of squares on panels), resolvents by plain iteration from -1/z followed by mpmath's
secant in all unknowns (the library: its own Newton steps), contours of 56 nodes on a hyperbola between the origin's left
and the right half plane (the library: a parabola of 32). One command, about ten minutes on one core:

    pip install -r requirements.txt && python training.py
"""
import csv
import itertools

from mpmath import mp, mpf, mpc, asin, acos, erf, exp, expm1, linspace, matrix, pi, sqrt, tanh, lu_solve, sin, cos

mp.dps = 30
INF = mpf("inf")


def coefficients(phi, t, sigma2):
    """mu0, a, v2, s2"""
    c, delta = exp(-2 * t) * sigma2, -expm1(-2 * t)
    g2 = c + delta
    if phi == "relu":
        rho = c / g2
        both = g2 / (2 * pi) * (sqrt(1 - rho**2) + rho * (pi - acos(rho)))
        mu0, a, square = sqrt(g2 / (2 * pi)), mpf(1) / 2, g2 / 2
    elif phi == "erf":
        mu0, a = mpf(0), 2 / sqrt(pi * (1 + 2 * g2))
        square, both = 2 / pi * asin(2 * g2 / (1 + 2 * g2)), 2 / pi * asin(2 * c / (1 + 2 * g2))
    else:  # tanh: odd, so that mu0 = 0
        h = mpf(1) / 12
        nodes = [k * h for k in range(-132, 133)]
        weight = [exp(-x * x / 2) * h / sqrt(2 * pi) for x in nodes]
        g = sqrt(g2)
        mu0 = mpf(0)
        a = sum(w * (1 - tanh(g * x) ** 2) for x, w in zip(nodes, weight))
        square = sum(w * tanh(g * x) ** 2 for x, w in zip(nodes, weight))
        both = mpf(0)
        for x, w in zip(nodes, weight):
            if x >= 0:
                inner = sum(v * tanh(sqrt(c) * x + sqrt(delta) * y) for y, v in zip(nodes, weight))
                both += (2 if x > 0 else 1) * w * inner**2
    v2 = both - mu0**2 - a**2 * c
    return mu0, a, v2, square - both - delta * a**2


class Features:
    def __init__(self, phi, t, psi_n, psi_p, spectrum, m):
        self.w = [mpf(x.split(":")[0]) for x in spectrum.split(";")]
        self.sigma = [mpf(x.split(":")[1]) for x in spectrum.split(";")]
        t = mpf(t)
        _, a, v2, s2 = coefficients(phi, t, sum(w * s for w, s in zip(self.w, self.sigma)))
        self.delta, self.n, self.p = -expm1(-2 * t), mpf(psi_n), mpf(psi_p)
        self.b2 = self.delta * a**2
        iota = mpf(0) if m == "inf" else 1 / mpf(m)
        eta = 1 - iota
        gains = [exp(-2 * t) * s + self.delta for s in self.sigma]
        self.iota, self.eta = iota, eta
        kinds = {1: (iota, iota, iota), 2: (0, 1, 1), 3: (None, 1, 1)}
        self.g = {
            1: [exp(-2 * t) * a**2 * s + iota * self.b2 for s in self.sigma],
            2: [self.b2] * len(self.w),
            3: [a**2 * g for g in gains],
        }
        self.e = {1: v2 + iota * s2, 2: s2, 3: v2 + s2}
        self.kappa = {k: mpf(v[1]) for k, v in kinds.items()}
        self.tau = {k: mpf(v[2]) for k, v in kinds.items()}
        self.many = {1: mpf(1), 2: eta * iota}
        self.bayes = sum(w * (1 - self.delta / g) for w, g in zip(self.w, gains))

    def step(self, z, q, t1, t2):
        f = [t1 * a + self.eta * t2 * b for a, b in zip(self.g[1], self.g[2])]
        Q = self.p * q
        h = [1 / (1 + Q * x) for x in f]
        mean = lambda v: sum(w * x for w, x in zip(self.w, v))
        new = 1 / (t1 * self.e[1] + self.eta * t2 * self.e[2] - z + mean([x * y for x, y in zip(f, h)]))
        one = 1 / (1 + (mean([g * Q * x for g, x in zip(self.g[1], h)]) + self.e[1] * Q) / self.n)
        two = 1 / (1 + self.iota * (mean([g * Q * x for g, x in zip(self.g[2], h)]) + self.e[2] * Q) / self.n)
        return new, one, two

    def solve(self, z):
        real = z.imag == 0 if isinstance(z, mpc) else True
        x = (1 / (self.e[3] + self.b2 + sum(self.g[3]) - z), mpf(1), mpf(1)) if real else (-1 / z, mpc(1), mpc(1))
        for _ in range(400):
            x = self.step(z, *x)
        if self.iota == 0:
            fun = lambda q, t1: [q - self.step(z, q, t1, mpf(1))[0], t1 - self.step(z, q, t1, mpf(1))[1]]
            r = mp.findroot(fun, x[:2], tol=mpf(10) ** -50, maxsteps=60, verify=False)
            x = (r[0], r[1], mpf(1))
        else:
            fun = lambda *u: [a - b for a, b in zip(u, self.step(z, *u))]
            x = tuple(mp.findroot(fun, x, tol=mpf(10) ** -50, maxsteps=60, verify=False))
        for a, b in zip(x, self.step(z, *x)):
            assert abs(a - b) < mpf(10) ** -22 * abs(a), (z, x)
        assert real or (x[0].imag > 0) == (z.imag > 0)
        return x

    def at(self, z):
        q, t1, t2 = self.solve(z)
        f = [t1 * a + self.eta * t2 * b for a, b in zip(self.g[1], self.g[2])]
        h = [1 / (1 + self.p * q * x) for x in f]
        chi = self.iota * t1 + self.eta * t2
        a = self.b2 * chi * sum(w * self.p * q * x for w, x in zip(self.w, h))
        return dict(z=z, q=q, t={1: t1, 2: t2}, f=f, h=h, chi=chi, a=a, s=1 - chi + chi * a)

    def conjugate(self, x):
        c = lambda v: v.conjugate() if isinstance(v, mpc) else v
        return dict(z=c(x["z"]), q=c(x["q"]), t={k: c(v) for k, v in x["t"].items()}, f=[c(v) for v in x["f"]],
                    h=[c(v) for v in x["h"]], chi=c(x["chi"]), a=c(x["a"]), s=c(x["s"]))

    def errors(self, x, y):
        big = [w * a * b for w, a, b in zip(self.w, x["h"], y["h"])]
        QQ = self.p**2 * x["q"] * y["q"]
        bottom = 1 / (x["q"] * y["q"]) - self.p * sum(b * f * g for b, f, g in zip(big, x["f"], y["f"]))
        direct, kernel = {}, {}
        for k in (1, 2, 3):
            q12 = -(self.e[k] + sum(b * g for b, g in zip(big, self.g[k]))) / bottom
            m = [b * (self.p * q12 - QQ * g) for b, g in zip(big, self.g[k])]
            direct[k] = self.tau[k] - self.kappa[k] * (x["a"] + y["a"]) - self.b2 * x["chi"] * y["chi"] * sum(m)
            for l in (1, 2):
                inner = self.e[l] * self.p * q12 + sum(g * v for g, v in zip(self.g[l], m))
                kernel[k, l] = -self.many[l] * x["t"][l] * y["t"][l] * inner / self.n
        system = matrix([[1 - kernel[1, 1], -kernel[1, 2]], [-kernel[2, 1], 1 - kernel[2, 2]]])
        e = lu_solve(system, matrix([direct[1], direct[2]]))
        return e[0], e[1], direct[3] + kernel[3, 1] * e[0] + kernel[3, 2] * e[1]

    def ridge(self, zeta):
        x = self.at(-mpf(zeta))
        e1, e2, test = self.errors(x, x)
        return x["t"][1] ** 2 * e1 + self.eta * x["t"][2] ** 2 * e2, test

    def contour(self, theta, count):
        """Hyperbola, mirrored to open towards the spectrum: nodes above the axis with their steps."""
        # Weideman, Trefethen (2007): z = mu (1 + sin(i u - alpha)), here with the sign of z turned.
        alpha, h, mu = mpf("1.1721"), mpf("1.0818") / count, mpf("4.4921") * count / theta
        nodes = []
        for k in range(count):
            u = (k + mpf(1) / 2) * h
            z = -mu * (1 + sin(mpc(0, 1) * u - alpha))
            dz = -mu * mpc(0, 1) * cos(mpc(0, 1) * u - alpha) * h
            nodes.append((z, dz))
        return nodes

    def flow(self, tau, count=28):
        theta = 2 * self.delta / self.p * mpf(tau)
        out = []
        for turn in (2 * theta, theta):
            half = [(self.at(z), dz) for z, dz in self.contour(turn, count)]
            # Below the axis: the conjugate, met on the way back.
            every = half + [(self.conjugate(x), -dz.conjugate()) for x, dz in half]
            every = [(x, dz * exp(-turn * x["z"]) / (2 * pi * mpc(0, 1))) for x, dz in every]
            # Orientation: the integral of 1/z over the whole contour is one.
            sign = 1 if sum(w / x["z"] for x, w in every).real > 0 else -1
            every = [(x, sign * w) for x, w in every]
            if turn != theta:
                out.append(1 - sum(w * x["s"] / x["z"] for x, w in every).real)
            else:
                single = sum(w * x["a"] / x["z"] for x, w in every)
                double = mpf(0)
                for (x, w), (y, v) in itertools.product(every, every):
                    t = self.errors(x, y)[2] - 1 + x["a"] + y["a"]
                    double += w * v * t / (x["z"] * y["z"])
                out.append((1 - 2 * single + double).real)
        return out


ROWS = [
    ("tanh", "0.1", "4", "16", "1:1", "inf"), ("tanh", "0.01", "20", "200", "1:1", "inf"),
    ("relu", "0.3", "0.5", "4", "0.25:3;0.75:0.25", "inf"), ("erf", "0.05", "8", "2", "0.5:0.5;0.5:1.5", "inf"),
    ("erf", "1", "3", "30", "0.3:0;0.7:1", "inf"), ("relu", "0.02", "2", "0.5", "1:1", "inf"),
    ("tanh", "0.1", "4", "16", "1:1", "1"), ("erf", "0.2", "2", "12", "0.5:0.5;0.5:1.5", "3"),
    ("relu", "0.5", "1.5", "0.7", "1:1", "2"),
]


def main():
    text = lambda x: mp.nstr(x, 20)
    with open("training_coefficients.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["activation", "t", "sigma2", "mu0", "a", "v2", "s2"])
        for phi, t, sigma2 in itertools.product(["relu", "erf", "tanh"], ["0.01", "0.2", "1"], ["1", "0.3"]):
            out.writerow([phi, t, sigma2] + [text(x) for x in coefficients(phi, mpf(t), mpf(sigma2))])
    with open("training_losses.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["activation", "t", "psi_n", "psi_p", "spectrum", "draws", "by", "value", "train", "test", "bayes"])
        for row in ROWS:
            features = Features(*row)
            for zeta in ("0.001", "0.3"):
                out.writerow([*row, "ridge", zeta] + [text(x) for x in (*features.ridge(zeta), features.bayes)])
            for tau in ("0.5", "20", "1000", "1e6"):
                out.writerow([*row, "tau", tau] + [text(x) for x in (*features.flow(tau), features.bayes)])
            file.flush()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Reference values for data on a nonlinear manifold, a_i = phi(g (W xi)_i / sqrt(p)), p = beta d.

Writes manifold_information.csv, manifold_collapse.csv and manifold_classes.csv beside itself.
Needs numpy, mpmath and gmpy2 (requirements.txt). `python manifold.py information` writes only that file.

Information: the replica-symmetric formula from its definition. The posterior variance v solves
v = mmse_xi(r), r = E[(d log p(y | omega) / d omega)^2] / beta, omega = sqrt(rho - v) V; the
information is the smallest value of beta (i_xi(r) - r v / 2) + I_out(v) over all solutions. p(y | V)
is a sum over Gauss-Legendre panels in w, cut at the kinks; y runs over a trapezoidal rule; V over
panels that are halved until two rules agree. Everything is done on two different node sets, and
what they disagree by goes into a column.

Class means: nested panels at 100 bits, also twice.
"""
import csv, math, os, sys, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np
import gmpy2
import mpmath as mp

HERE = os.path.dirname(os.path.abspath(__file__))
HALF_LOG = 0.5 * math.log(2 * math.pi)
ERF = np.vectorize(math.erf, otypes=[float])

# Name: (function, kinks and jumps, where the slope vanishes or is steepest).
ACTIVATIONS = {
    "linear": (lambda z: z, [], []),
    "tanh(z)": (np.tanh, [], []),
    "erf": (lambda z: ERF(z), [], []),
    "relu": (lambda z: np.maximum(z, 0.0), [0.0], []),
    "sign": (np.sign, [0.0], []),
    "abs": (np.abs, [0.0], []),
    "z^2": (lambda z: z * z, [], [0.0]),
    "tanh(2*z)+0.1*z^2": (lambda z: np.tanh(2 * z) + 0.1 * z * z, [], []),
    "sin(2*z)": (lambda z: np.sin(2 * z), [], [k * math.pi / 4 for k in range(-15, 16, 2)]),
    "leaky-relu:0.1": (lambda z: np.where(z > 0, z, 0.1 * z), [0.0], []),
    "hardtanh": (lambda z: np.clip(z, -1.0, 1.0), [-1.0, 1.0], []),
    "heaviside": (lambda z: (z > 0).astype(float), [0.0], []),
    "gelu": (lambda z: 0.5 * z * (1 + ERF(z / math.sqrt(2))), [], [-0.7517915246935645]),
}
TWO_LEVELS = {"sign", "heaviside"}


INSIDE = np.linspace(0.05, 0.95, 12)


class NodeSet:
    """Everything that a quadrature can choose."""

    def __init__(self, low, high, panel_nodes, spacing, width, variation, end, offset, goal):
        self.low, self.high = np.polynomial.legendre.leggauss(low), np.polynomial.legendre.leggauss(high)
        self.panel = np.polynomial.legendre.leggauss(panel_nodes)
        self.spacing, self.variation, self.end, self.offset = spacing, variation, end, offset
        self.width, self.goal = width, goal


FIRST = NodeSet(9, 13, 14, 0.1, 2.0, 2.0, 9.0, 0.0, 2e-14)
SECOND = NodeSet(11, 16, 17, 0.083, 2.1, 2.1, 9.3, 0.37, 2e-14)
COARSE = NodeSet(5, 7, 7, 0.4, 2.0, 2.5, 7.0, 0.0, 1e-5)


def density(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


class Prior:
    """The scalar channel sqrt(r) xi + noise: information and posterior variance."""

    def __init__(self, name):
        self.name = name
        kind, _, parameter = name.partition(":")
        if kind == "normal":
            self.atoms = [(1.0, float(parameter or 0), 1.0)]
        elif kind == "rademacher":
            self.atoms = [(0.5, 1.0, 0.0), (0.5, -1.0, 0.0)]
        elif kind == "binary":
            p = float(parameter)
            self.atoms = [(p, 1.0, 0.0), (1 - p, -1.0, 0.0)]
        elif kind == "gauss-bernoulli":
            p = float(parameter)
            self.atoms = [(p, 0.0, 1.0), (1 - p, 0.0, 0.0)]
        self.rho = sum(w * (m * m + s) for w, m, s in self.atoms)
        self.mean = sum(w * m for w, m, s in self.atoms)
        self.variance = self.rho - self.mean**2
        self.symmetric = self.mean == 0.0
        discrete = all(s == 0 for _, _, s in self.atoms)
        self.entropy = -sum(w * math.log(w) for w, _, _ in self.atoms) if discrete else None

    def nodes(self, r, rule):
        """Trapezoid where all components are of unit width, panels of growing width beside it."""
        root = math.sqrt(r)
        wide = max(math.sqrt(1 + r * s) for _, _, s in self.atoms)
        far = root * max(abs(m) for _, m, s in self.atoms) + rule.end * wide
        if wide < 2:
            count = int(math.ceil(2 * far / (0.5 * rule.spacing)))
            y = np.linspace(-far, far, count + 1)
            return y, np.full(count + 1, 2 * far / count)
        edges, at, step = [0.0], 0.0, 0.4
        while at < far:
            at += step
            if at > 10:
                step *= 1.3
            edges.append(min(at, far))
        x, w = rule.panel
        edges = np.array(edges)
        half, mid = 0.5 * np.diff(edges), 0.5 * (edges[1:] + edges[:-1])
        y = (mid[:, None] + half[:, None] * x).ravel()
        w = (half[:, None] * w).ravel()
        return np.concatenate([y, -y]), np.concatenate([w, w])

    def at(self, r, rule):
        if len(self.atoms) == 1:
            return 0.5 * math.log1p(r), 1 / (1 + r)
        y, weight = self.nodes(r, rule)
        root = math.sqrt(r)
        logs, means, variances = [], [], []
        for w, m, s in self.atoms:
            total = 1 + r * s
            logs.append(math.log(w) - 0.5 * (y - root * m) ** 2 / total - 0.5 * math.log(total) - HALF_LOG)
            means.append((m + root * s * y) / total)
            variances.append(np.full_like(y, s / total))
        logs, means, variances = np.array(logs), np.array(means), np.array(variances)
        top = logs.max(axis=0)
        log_p = top + np.log(np.exp(logs - top).sum(axis=0))
        posterior = np.exp(logs - log_p)
        # Posterior variance without cancellation: within, and between pairs.
        spread = (posterior * variances).sum(axis=0)
        for j in range(len(self.atoms)):
            for k in range(j):
                spread += posterior[j] * posterior[k] * (means[j] - means[k]) ** 2
        p = np.exp(log_p)
        if self.entropy is not None:
            # Entropy less what remains: accurate where hardly anything does.
            rest = (posterior * (log_p - logs)).sum(axis=0)
            information = self.entropy - float(np.sum(weight * p * rest))
        else:
            information = -float(np.sum(weight * p * log_p)) - HALF_LOG - 0.5
        return information, float(np.sum(weight * p * spread))


class Model:
    def __init__(self, activation, prior, beta, gain):
        self.phi, self.kinks, self.special = ACTIVATIONS[activation]
        self.activation, self.prior, self.beta, self.gain = activation, Prior(prior), beta, gain
        self.rho = self.prior.rho
        self.steepness = 0.0 if self.kinks else gain * (2.0 if "2*z" in activation else 1.0)
        z = np.linspace(-6, 6, 25) + 0.01
        self.even = bool(np.allclose(self.phi(z), self.phi(-z)))
        self.blind = self.even and self.prior.symmetric

    def given(self, V, v, snr, rule):
        """h(y|V) - h(noise), int (dp/domega)^2/p dy, E[phi^2|V] - E[<phi>^2|V]."""
        known, unknown, s = math.sqrt(self.rho - v) * V, math.sqrt(v), math.sqrt(snr)
        f = lambda w: s * self.phi(self.gain * (known + unknown * w))
        cuts = [(k / self.gain - known) / unknown for k in self.kinks]
        edges = [-rule.end] + sorted(c for c in cuts if abs(c) < rule.end) + [rule.end]
        # Pieces of width 2 or so, shorter where phi is steep, cut further until the signal varies
        # little across each.
        width = rule.width / max(1.0, self.steepness * unknown)
        coarse = np.concatenate(
            [np.linspace(a, b, 1 + max(1, math.ceil((b - a) / width)))[:-1] for a, b in zip(edges, edges[1:])]
            + [np.array([rule.end])]
        )
        lengths = np.diff(coarse)
        inner = coarse[:-1, None] + lengths[:, None] * INSIDE
        variation = np.abs(np.diff(f(inner), axis=1)).sum(axis=1) / (INSIDE[-1] - INSIDE[0])
        counts = np.maximum(1, np.ceil(variation / rule.variation)).astype(int)
        half = np.repeat(lengths / counts, counts)
        index = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        low = np.repeat(coarse[:-1], counts) + index * half
        high = low + half
        x, wx = rule.panel
        half, mid = 0.5 * (high - low), 0.5 * (high + low)
        w = (mid[:, None] + half[:, None] * x).ravel()
        weight = (half[:, None] * wx).ravel() * density(w)
        weight /= weight.sum()
        signal = f(w)
        value = signal / s if s > 0 else signal
        keep = weight > 1e-22
        w, weight, signal, value = w[keep], weight[keep], signal[keep], value[keep]
        reach = 8.7 + 0.1 * rule.offset
        # Only where something is: y on one grid, in chunks.
        order = np.argsort(signal)
        w, weight, signal, value = w[order], weight[order], signal[order], value[order]
        first, last = signal[0] - reach, signal[-1] + reach
        h = rule.spacing
        total = np.zeros(3)
        centre = float(np.sum(weight * value))
        start = math.floor(first / h) + rule.offset
        stop = math.ceil(last / h) + 1
        chunk = max(64, int(40 / h))
        k = start
        while k < stop:
            y = h * np.arange(k, min(k + chunk, stop))
            k += chunk
            a = np.searchsorted(signal, y[0] - 9.5)
            b = np.searchsorted(signal, y[-1] + 9.5)
            if a == b:
                continue
            kernel = np.exp(-0.5 * (y[:, None] - signal[None, a:b]) ** 2)
            part = weight[a:b] / math.sqrt(2 * math.pi)
            columns = np.stack([part, part * w[a:b] / unknown, part * (value[a:b] - centre)], axis=1)
            p, slope, mean = (kernel @ columns).T
            ok = p > 1e-290
            p, slope, mean = p[ok], slope[ok], mean[ok]
            total += h * np.array(
                [-np.sum(p * np.log(p)), np.sum(slope * slope / p), -np.sum(mean * mean / p)]
            )
        total[0] -= HALF_LOG + 0.5
        total[2] += float(np.sum(weight * (value - centre) ** 2))
        return total

    def edges(self, v, snr, rule):
        """Panels in V, finer around kinks and special points as w blurs them."""
        root = math.sqrt(self.rho - v)
        edges = {-rule.end, rule.end}
        width = (1.3 - rule.offset * 0.4) / max(1.0, 0.5 * self.gain * math.sqrt(self.rho))
        edges.update(np.arange(-rule.end + rule.offset, rule.end, width))
        if root > 0:
            blur = math.sqrt(v) / root
            signal = 1 / (1 + self.gain * math.sqrt(snr)) / root
            for z, smallest in [(k, blur) for k in self.kinks] + [(k, signal) for k in self.special]:
                centre = z / self.gain / root
                if abs(centre) < rule.end:
                    edges.add(centre)
                reach = smallest * (1 + rule.offset)
                while reach < width:
                    edges.update(e for e in (centre - reach, centre + reach) if abs(e) < rule.end)
                    reach *= 2.5 + rule.offset
        edges = sorted(edges)
        kept = [edges[0]]
        for e in edges[1:]:
            if e - kept[-1] > 1e-9:
                kept.append(e)
        return kept

    def output(self, v, snr, rule):
        """I_out(v), r of state evolution, E[(phi - <phi>)^2]."""
        if v >= self.rho:
            total = self.given(0.0, self.rho, snr, rule)
            return total[0], total[1] / self.beta, total[2]
        v_edges = self.edges(v, snr, rule)
        total = np.zeros(3)
        cache = {}

        def at(V):
            if V not in cache:
                cache[V] = self.given(V, v, snr, rule)
            return cache[V]

        # What counts is the error of the sum, so first the size of the sum.
        scale = np.full(3, 1e-300)
        for a, b in zip(v_edges, v_edges[1:]):
            x, wx = rule.high
            V = 0.5 * (a + b) + 0.5 * (b - a) * x
            scale += np.abs(sum(q * at(float(u)) for q, u in zip(0.5 * (b - a) * wx * density(V), V)))
        open_ = [(a, b, np.full(3, np.inf)) for a, b in zip(v_edges, v_edges[1:])][::-1]
        while open_:
            a, b, before = open_.pop()
            half, mid = 0.5 * (b - a), 0.5 * (a + b)
            results = []
            for x, wx in (rule.low, rule.high):
                V = mid + half * x
                weight = half * wx * density(V)
                results.append(sum(q * at(float(u)) for q, u in zip(weight, V)))
            gap = np.abs(results[1] - results[0])
            goal = rule.goal * np.array([min(1.0, 100 * scale[0]) + scale[0], scale[1], max(scale[2], 0.02)])
            # What halving no longer improves is rounding.
            rounding = gap < 1e-11 * goal / rule.goal
            if np.any((gap > goal) & ~(rounding & (gap > 0.2 * before))) and b - a > 1e-7:
                open_.extend([(mid, b, gap), (a, mid, gap)])
            else:
                total += results[1]
        return total[0], total[1] / self.beta, total[2]

    def excess(self, x, snr, rule):
        """log(T(v)/v) at v = exp(x), and all there is to know at that point."""
        v = min(math.exp(x), self.rho)
        I, r, mmse = self.output(v, snr, rule)
        i, m = self.prior.at(r, rule)
        potential = self.beta * (i - 0.5 * r * v) + I
        return math.log(max(m, 1e-300)) - x, (potential, v, mmse)

    def root(self, snr, rule, bracket):
        """Illinois' variant of regula falsi on the excess, until its step is rounding."""
        (a, fa), (b, fb) = bracket
        best = None
        last = None
        for _ in range(60):
            x = (a * fb - b * fa) / (fb - fa)
            if not min(a, b) <= x <= max(a, b):
                x = 0.5 * (a + b)
            f, everything = self.excess(x, snr, rule)
            if best is None or abs(f) < best[0]:
                best = (abs(f), everything, x)
            if abs(f) < 2e-15 or (last is not None and abs(x - last) < 3e-15) or abs(b - a) < 3e-15:
                break
            last = x
            if (f > 0) == (fb > 0):
                b, fb = x, f
                fa *= 0.5
            else:
                a, fa = b, fb
                b, fb = x, f
        return best[1], best[2]

    def refine(self, snr, rule, x):
        """Secant steps from a good start, the first with a coarse slope."""
        top = math.log(self.rho)
        step = 1e-3 if x + 1e-3 <= top else -1e-3
        slope = (self.excess(x + step, snr, COARSE)[0] - self.excess(x, snr, COARSE)[0]) / step
        x0, (f0, everything) = x, self.excess(x, snr, rule)
        best = (abs(f0), everything, x0)
        for _ in range(12):
            if best[0] < 3e-15 or slope == 0:
                break
            x1 = min(max(x0 - f0 / slope, x0 - 1), x0 + 1, top)
            if abs(x1 - x0) < 2e-15:
                break
            f1, everything = self.excess(x1, snr, rule)
            if abs(f1) < best[0]:
                best = (abs(f1), everything, x1)
            if abs(x1 - x0) > 1e-9:
                slope = (f1 - f0) / (x1 - x0)
            x0, f0 = x1, f1
        assert best[0] < 1e-11 and abs(slope) > 1e-4, (self.activation, self.prior.name, snr, best, slope)
        return best[1], best[2]

    def survey(self, snr):
        """Brackets of every solution, from a coarse look at the whole range of v.

        T is increasing, so its iterates from both ends enclose every solution.
        """
        top = math.log(self.rho)
        found = []
        low, high = top - 28, top - 1e-3 if self.blind else top
        f_low, f_high = self.excess(low, snr, COARSE)[0], self.excess(high, snr, COARSE)[0]
        if f_low < 0:
            found.append(None)  # v = 0: learnt exactly
        for _ in range(7):
            if f_low > 1e-6 and low + f_low < high:
                low += f_low
                f_low = self.excess(low, snr, COARSE)[0]
            if f_high < -1e-6 and high + f_high > low:
                high += f_high
                f_high = self.excess(high, snr, COARSE)[0]
        low, high = low - 1e-4, min(high + 1e-4, top)
        # Steps of 0.2 where several solutions are met, wider ones at v << rho.
        start = low if high < top - 4 else max(low, top - 4)
        step = 0.7 if high < top - 4 else 0.2
        count = 1 if high - low < 0.03 else max(4, int(math.ceil((high - start) / step)))
        grid = list(np.arange(low, start - 1e-9, 0.7)) + list(np.linspace(start, high, count + 1))
        previous = (float(grid[0]), self.excess(float(grid[0]), snr, COARSE)[0])
        for x in grid[1:]:
            x = float(x)
            f, _ = self.excess(x, snr, COARSE)
            if (previous[1] > 0) != (f > 0):
                found.append((previous, (x, f)))
            previous = (x, f)
        return found

    def candidates(self, snr):
        """Approximate log v of every solution, 'top' for v = rho, 'zero' for v = 0."""
        found = []
        for bracket in self.survey(snr):
            if bracket is None:
                found.append("zero")
            else:
                found.append(self.root(snr, COARSE, bracket)[1])
        if self.blind:
            found.append("top")
        return found

    def evaluate(self, candidate, snr, rule):
        if candidate == "zero":
            assert self.prior.entropy is not None
            return (self.beta * self.prior.entropy, 0.0, 0.0), "zero"
        if candidate == "top":
            I, _, mmse = self.output(self.rho, snr, rule)
            return (I, self.rho, mmse), "top"
        return self.refine(snr, rule, candidate)

    def equilibrium(self, snr):
        """The candidate of least potential."""
        found = self.candidates(snr)
        assert found, (self.activation, self.prior.name, self.beta, snr)
        if len(found) == 1:
            return found[0], 1
        values = []
        for c in found:
            if c in ("zero", "top"):
                values.append(self.evaluate(c, snr, COARSE)[0][0])
            else:
                values.append(self.excess(c, snr, COARSE)[1][0])
        best = min(range(len(found)), key=lambda k: values[k])
        others = [values[k] - values[best] for k in range(len(found)) if k != best]
        if min(others) < 1e-4:  # too close for a coarse look
            values = [self.evaluate(c, snr, FIRST)[0][0] for c in found]
            best = min(range(len(found)), key=lambda k: values[k])
        return found[best], len(found)


def agree(a, b):
    """What two node sets leave open; never below what sums of doubles do."""
    return 2 * abs(a - b) + 1e-14 * (1 + abs(b))


INFORMATION = [
    # activation, prior, beta, gain, snr
    ("linear", "normal", 0.5, 1, 1), ("linear", "rademacher", 0.5, 1, 10),
    ("linear", "gauss-bernoulli:0.3", 1, 2, 0.1), ("linear", "binary:0.3", 3, 0.5, 1),
    ("linear", "normal:0.5", 0.1, "beta", 1000),
    ("tanh(z)", "normal", 0.5, 1, 1e-3), ("tanh(z)", "normal", 0.5, 1, 1),
    ("tanh(z)", "normal", 0.5, 1, 1000), ("tanh(z)", "normal:0.5", 0.3, 2, 10),
    ("tanh(z)", "rademacher", 0.5, 1, 1), ("tanh(z)", "binary:0.3", 1, 0.5, 10),
    ("tanh(z)", "gauss-bernoulli:0.3", 0.3, 2, 10), ("tanh(z)", "normal", 3, "beta", 10),
    ("tanh(z)", "normal", 0.1, "beta", 0.1),
    ("erf", "normal", 0.3, 1, 10), ("erf", "rademacher", 1, 2, 0.1), ("erf", "binary:0.3", 0.5, 1, 1),
    ("erf", "gauss-bernoulli:0.3", 3, 1, 1000),
    ("relu", "normal", 0.5, 1, 1), ("relu", "normal", 0.1, 2, 10), ("relu", "normal", 1, "beta", 1000),
    ("relu", "normal:0.5", 0.3, 1, 0.1), ("relu", "rademacher", 0.3, 1, 1),
    ("relu", "binary:0.3", 3, 1, 10), ("relu", "gauss-bernoulli:0.3", 0.5, 1, 1e-3),
    ("sign", "normal", 0.5, 1, 1), ("sign", "normal", 3, 1, 1000), ("sign", "normal:0.5", 0.3, 2, 10),
    ("sign", "rademacher", 1, 1, 1), ("sign", "rademacher", 0.5, 1, 10), ("sign", "binary:0.3", 0.5, 1, 1),
    ("sign", "gauss-bernoulli:0.3", 1, 0.5, 10), ("sign", "rademacher", 1, 1, 10),
    ("abs", "normal", 0.5, 1, 1), ("abs", "normal", 0.3, 1, 10), ("abs", "normal", 0.5, 1, 1000),
    ("abs", "rademacher", 0.5, 1, 10), ("abs", "rademacher", 1, 1, 1), ("abs", "normal:0.5", 0.5, 1, 1),
    ("abs", "gauss-bernoulli:0.3", 0.5, 2, 10),
    ("z^2", "normal", 0.5, 1, 1), ("z^2", "normal", 0.3, 0.5, 10), ("z^2", "rademacher", 0.5, 0.5, 10),
    ("z^2", "binary:0.3", 1, 0.5, 1), ("z^2", "gauss-bernoulli:0.3", 0.3, 1, 0.1),
    ("tanh(2*z)+0.1*z^2", "normal", 0.5, 1, 1), ("tanh(2*z)+0.1*z^2", "normal", 1, "beta", 10),
    ("tanh(2*z)+0.1*z^2", "rademacher", 0.3, 1, 0.1), ("tanh(2*z)+0.1*z^2", "gauss-bernoulli:0.3", 3, 2, 1),
    ("sin(2*z)", "normal", 0.5, 1, 1), ("sin(2*z)", "normal", 0.1, 0.5, 10),
    ("sin(2*z)", "rademacher", 0.3, 1, 10), ("sin(2*z)", "gauss-bernoulli:0.3", 0.5, 1, 10),
    ("leaky-relu:0.1", "normal", 0.5, 1, 10), ("leaky-relu:0.1", "binary:0.3", 0.3, 2, 1),
    ("leaky-relu:0.1", "gauss-bernoulli:0.3", 1, "beta", 0.1),
    ("hardtanh", "normal", 0.5, 1, 1), ("hardtanh", "normal", 0.1, 2, 10), ("hardtanh", "rademacher", 1, 1, 10),
    ("hardtanh", "normal:0.5", 3, 0.5, 1000), ("hardtanh", "gauss-bernoulli:0.3", 0.3, 1, 1e-3),
    ("heaviside", "normal", 0.5, 1, 1), ("heaviside", "normal:0.5", 0.1, 1, 1000),
    ("heaviside", "rademacher", 0.5, 2, 10), ("heaviside", "binary:0.3", 0.3, 1, 0.1),
    ("gelu", "normal", 0.5, 1, 1), ("gelu", "normal", 0.3, 2, 10), ("gelu", "binary:0.3", 1, 1, 1),
    ("gelu", "rademacher", 0.3, 1, 10),
]


def gain_of(gain, beta):
    return math.sqrt(beta) if gain == "beta" else float(gain)


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def information():
    rows = []
    for activation, prior, beta, gain, snr in INFORMATION:
        began = time.process_time()
        beta, gain, snr = float(beta), gain_of(gain, beta), float(snr)
        model = Model(activation, prior, beta, gain)
        candidate, count = model.equilibrium(snr)
        a, at = model.evaluate(candidate, snr, FIRST)
        b, _ = model.evaluate(at, snr, SECOND)
        row = [activation, prior, repr(beta), repr(gain), repr(snr), count]
        for x, y in zip(a, b):
            # "zero" only says that v is below e^-28.
            row += [repr(float(y)), f"{agree(x, y) + (1e-12 if at == 'zero' else 0):.1e}"]
        rows.append(row)
        print(row, f"{time.process_time() - began:.1f} s", flush=True)
    write(
        "manifold_information.csv",
        ["activation", "prior", "beta", "gain", "snr", "solutions", "information", "information_tolerance",
         "posterior_variance", "posterior_variance_tolerance", "mmse", "mmse_tolerance"],
        rows,
    )


COLLAPSE = [
    # activation, prior, beta, gain, alpha
    ("linear", "normal", 0.5, 1, 0.5), ("tanh(z)", "normal", 0.5, 1, 0.3), ("tanh(z)", "normal", 0.3, "beta", 0.1),
    ("tanh(z)", "rademacher", 0.5, 1, 0.2), ("tanh(z)", "gauss-bernoulli:0.3", 1, 1, 0.15),
    ("erf", "normal:0.5", 0.5, 1, 0.4), ("relu", "normal", 0.5, 1, 0.2), ("relu", "normal", 3, 1, 1),
    ("relu", "binary:0.3", 0.5, 2, 0.25), ("sign", "normal", 0.5, 1, 0.2), ("sign", "rademacher", 1, 1, 0.4),
    ("sign", "rademacher", 0.5, 1, 0.25), ("abs", "normal", 0.5, 1, 0.3), ("abs", "normal", 1, 1, 0.05),
    ("abs", "rademacher", 0.5, 1, 0.3), ("z^2", "normal", 0.5, 1, 0.4),
    ("tanh(2*z)+0.1*z^2", "normal", 0.5, 1, 0.3), ("sin(2*z)", "normal", 0.3, 1, 0.1),
    ("hardtanh", "normal", 0.3, 1, 0.2), ("leaky-relu:0.1", "gauss-bernoulli:0.3", 0.5, 1, 0.1),
    ("heaviside", "binary:0.3", 0.5, 1, 0.1), ("gelu", "normal", 0.5, 1, 0.25),
    # above beta times the entropy of a latent, or log 2
    ("tanh(z)", "rademacher", 0.5, 1, 0.35), ("relu", "binary:0.3", 0.3, 1, 0.19),
    ("sign", "normal", 3, 1, 0.7), ("abs", "rademacher", 1, 1, 0.7),
]


def ceiling(activation, prior, beta):
    """A bound that the information never passes."""
    entropy = Prior(prior).entropy
    bounds = [] if entropy is None else [beta * entropy]
    return min(bounds + ([math.log(2)] if activation in TWO_LEVELS else []), default=math.inf)


def collapse():
    rows = []
    for activation, prior, beta, gain, alpha in COLLAPSE:
        began = time.process_time()
        beta, gain, alpha = float(beta), gain_of(gain, beta), float(alpha)
        row = [activation, prior, repr(beta), repr(gain), repr(alpha)]
        if alpha >= ceiling(activation, prior, beta):
            rows.append(row + ["none", "0"])
            continue
        model = Model(activation, prior, beta, gain)
        # A coarse bracket in log snr, then Newton's method with dI/dsnr = mmse/2.
        look = lambda x: model.evaluate(model.equilibrium(math.exp(x))[0], math.exp(x), COARSE)[0][0]
        low, high = -2.0, 1.0
        while look(low) > alpha:
            low -= 2
        while look(high) < alpha:
            low, high = high, high + 1.5
        for _ in range(3):
            mid = 0.5 * (low + high)
            low, high = (mid, high) if look(mid) < alpha else (low, mid)
        times = []
        x = 0.5 * (low + high)
        candidate, _ = model.equilibrium(math.exp(x))
        for rule in (COARSE, FIRST, SECOND):
            for _ in range(8):
                (I, _, mmse), candidate = model.evaluate(candidate, math.exp(x), rule)
                step = (alpha - I) / (0.5 * math.exp(x) * mmse)
                x += step
                if abs(step) < (1e-4 if rule is COARSE else 1e-8):
                    break  # the next step would be of the order of its square
            times.append(0.5 * math.log1p(math.exp(-x)))
        times = times[1:]
        check, _ = model.equilibrium(math.exp(x))
        assert (check == candidate) if isinstance(check, str) or isinstance(candidate, str) else abs(check - candidate) < 1e-2
        rows.append(row + [repr(float(times[1])), f"{agree(*times):.1e}"])
        print(rows[-1], f"{time.process_time() - began:.1f} s", flush=True)
    write("manifold_collapse.csv", ["activation", "prior", "beta", "gain", "alpha", "t_C", "tolerance"], rows)


# Class means: 100 bits (mpfr), Gauss-Legendre rules from mpmath.
real = gmpy2.mpfr
gmpy2.get_context().precision = 100
ROOT_TWO_PI = gmpy2.sqrt(2 * gmpy2.const_pi())
M = {
    "linear": (lambda z: z, []),
    "tanh(z)": (gmpy2.tanh, []),
    "erf": (gmpy2.erf, []),
    "relu": (lambda z: z if z > 0 else real(0), [0]),
    "sign": (lambda z: real(1 if z > 0 else -1), [0]),
    "leaky-relu:0.1": (lambda z: z if z > 0 else real("0.1") * z, [0]),
    "hardtanh": (lambda z: max(real(-1), min(real(1), z)), [-1, 1]),
    "heaviside": (lambda z: real(1 if z > 0 else 0), [0]),
    "tanh(2*z)+0.1*z^2": (lambda z: gmpy2.tanh(2 * z) + real("0.1") * z * z, []),
    "sin(2*z)": (lambda z: gmpy2.sin(2 * z), []),
    "gelu": (lambda z: z * gmpy2.erfc(-z / gmpy2.sqrt(real(2))) / 2, []),
    "abs(z-0.3)": (lambda z: abs(z - real("0.3")), [real("0.3")]),
}

CLASSES = [
    # activation, prior (its spread within a class), gain, mu
    ("linear", "normal", 1, 0.5), ("tanh(z)", "normal", 1, 1e-3), ("tanh(z)", "normal", 1, 0.1),
    ("tanh(z)", "normal", 1, 1), ("tanh(z)", "normal", 2, 3), ("tanh(z)", "gauss-bernoulli:0.3", 1, 0.5),
    ("erf", "normal", 0.5, 1), ("erf", "rademacher", 1, 3), ("relu", "normal", 1, 1e-3), ("relu", "normal", 1, 0.3),
    ("relu", "normal", 2, 1), ("relu", "gauss-bernoulli:0.3", 1, 1), ("relu", "normal", 1, 30),
    ("sign", "normal", 1, 1e-3), ("sign", "normal", 1, 0.5), ("sign", "normal", 1, 3), ("sign", "normal", 1, 30),
    ("leaky-relu:0.1", "normal", 1, 0.7), ("hardtanh", "normal", 1, 1), ("hardtanh", "rademacher", 2, 0.1),
    ("heaviside", "normal", 1, 1), ("tanh(2*z)+0.1*z^2", "normal", 1, 0.5), ("sin(2*z)", "normal", 0.5, 1),
    ("gelu", "normal", 1, 0.3), ("gelu", "normal", 0.5, 3), ("abs(z-0.3)", "normal", 1, 0.5),
]


class Panels:
    """Composite Gauss-Legendre rules."""

    def __init__(self, nodes, width, end):
        self.width, self.end = real(width), real(end)
        self.rule = []
        for k in range(1, nodes + 1):
            x = mp.cos(mp.pi * (k - mp.mpf(1) / 4) / (nodes + mp.mpf(1) / 2))
            for _ in range(8):
                value, before = mp.legendre(nodes, x), mp.legendre(nodes - 1, x)
                slope = nodes * (x * value - before) / (x * x - 1)
                x -= value / slope
            self.rule.append(tuple(real(mp.nstr(q, 34)) for q in (x, 2 / ((1 - x * x) * slope * slope))))
        assert abs(sum(w for _, w in self.rule) - 2) < 1e-26

    def over(self, f, low, high, cuts, width):
        edges = [low] + sorted(c for c in cuts if low < c < high) + [high]
        total = real(0)
        for a, b in zip(edges, edges[1:]):
            n = max(1, math.ceil((b - a) / width))
            half = (b - a) / (2 * n)
            for k in range(n):
                mid = a + (2 * k + 1) * half
                total += half * sum(w * f(mid + half * x) for x, w in self.rule)
        return total

    def gaussian(self, f, cuts, width):
        weight = lambda z: f(z) * gmpy2.exp(-z * z / 2)
        return self.over(weight, -self.end, self.end, cuts, width) / ROOT_TWO_PI


def class_means(activation, spread, gain, mu, panels):
    phi, kinks = M[activation]
    # The poles of tanh lie pi/2 from the real line.
    slope = 2 if activation.startswith("tanh(2") else 1 if activation.startswith("tanh") else 0
    width = panels.width / max(1, slope * gain * spread)

    def mean(h):
        cuts = [(k / gain - h) / spread for k in kinks]
        return panels.gaussian(lambda z: phi(gain * (h + spread * z)), cuts, width)

    # phi-bar varies over the spread about the features of phi, h over mu; beyond them its odd part
    # is a line, up to tails of 1e-20 and less.
    outer = min(panels.width, panels.width * spread / mu)
    if slope:
        outer = min(outer, panels.width / (slope * gain * mu))
    if activation == "sin(2*z)":
        outer = min(outer, panels.width / (2 * gain * mu))
    odd = lambda h: (mean(h) - mean(-h)) / 2
    weight = lambda y: odd(mu * y) ** 2 * 2 * gmpy2.exp(-y * y / 2) / ROOT_TWO_PI
    reach = min(12 * spread / mu, panels.end) if kinks else panels.end
    between = panels.over(weight, real(0), reach, [], outer)
    if reach < panels.end:
        between += panels.over(weight, reach, panels.end, [], panels.width)
    cuts = [k / (gain * spread) for k in kinks]
    moment = lambda f: panels.gaussian(lambda z: f(z, phi(gain * spread * z)), cuts, width)
    linear = moment(lambda z, x: z * x)
    zero = moment(lambda z, x: x)
    residual = moment(lambda z, x: (x - zero - linear * z) ** 2)
    quadratic = moment(lambda z, x: (z * z - 1) * x)
    return between, linear**2, residual, quadratic


def classes():
    mp.mp.dps = 36
    sets = [Panels(20, 1, 11), Panels(24, 1.13, 11.5)]
    rows = []
    for activation, prior, gain, mu in CLASSES:
        began = time.process_time()
        law = Prior(prior)
        spread = gmpy2.sqrt(real(law.rho))
        a, b = (class_means(activation, spread, real(gain), real(mu), s) for s in sets)
        for x, y in zip(a, b):
            assert abs(x - y) <= 1e-20 * max(abs(y), 1e-5), (activation, gain, mu, x, y)
        rows.append([activation, prior, repr(float(gain)), repr(float(mu))] + ["0" if abs(x) < 1e-24 else f"{x:.20g}" for x in b])
        print(rows[-1], f"{time.process_time() - began:.1f} s", flush=True)
    write(
        "manifold_classes.csv",
        ["activation", "prior", "gain", "mu", "between", "linear_squared", "residual", "quadratic"],
        rows,
    )


if __name__ == "__main__":
    known = {"information": information, "collapse": collapse, "classes": classes}
    for name in sys.argv[1:] or known:
        known[name]()

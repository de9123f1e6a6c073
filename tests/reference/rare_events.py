#!/usr/bin/env python3
"""Reference values for activations that are flat wherever the pre-activation is likely.

Writes rare_events.csv beside itself; needs mpmath (requirements.txt); a few minutes.

y = sqrt(snr) phi(g z) + n, z and n standard normal: the information I(z; y) and dI/dsnr =
E Var(phi|y)/2, from the definitions with 60 digits: h(Y) - h(N), and E phi^2/2 - KL(P_Y || N)/snr as
a check. p(y) is a closed form in erfc; y runs over a trapezoidal rule. Every number is
found with two spacings, and the program stops if they or the two routes disagree.
"""
import csv
import os

import mpmath as mp

mp.mp.dps = 60
HERE = os.path.dirname(os.path.abspath(__file__))
ACCURACY = mp.mpf(10) ** -18


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


class Levels:
    """u = height with probability q, else 0."""

    def __init__(self, q, height):
        self.q, self.height = q, height
        self.square = q * height**2
        self.low, self.high = min(height, 0), max(height, 0)
        self.scale = max(1, abs(height))

    def given(self, y):
        """p - N, and the sums of u and u^2 at y."""
        there = self.q * density(y - self.height)
        return there - self.q * density(y), self.height * there, self.height**2 * there


class Ramp:
    """u = rise (w - edge) where w > edge, else 0."""

    def __init__(self, edge, rise):
        self.edge, self.rise = edge, rise
        self.square = rise**2 * ((1 + edge**2) * tail(edge) - edge * density(edge))
        self.low, self.high = 0, rise * (mp.sqrt(edge**2 + 150) - edge)
        self.scale = 3

    def given(self, y):
        k, c = self.rise, self.edge
        d = 1 + k * k
        x = y + k * c
        front = density(x / mp.sqrt(d)) / mp.sqrt(d)
        centre, width = k * x / d, 1 / mp.sqrt(d)
        a = (c - centre) / width
        mass, edge = tail(a), density(a)
        # s = w - c = width (t - a)
        first = width * (edge - a * mass)
        second = width**2 * ((1 + a * a) * mass - a * edge)
        return front * mass - tail(c) * density(y), front * k * first, front * k * k * second


def at(law, snr, spacing):
    reach = mp.mpf(15)
    low, high = law.low * 2 - reach, law.high * 2 + reach
    entropy = divergence = signal = mp.mpf(0)
    for j in range(int((high - low) / spacing) + 1):
        y = low + j * spacing
        change, u, uu = law.given(y)
        noise = density(y)
        p = noise + change
        entropy -= p * mp.log(p) - noise * mp.log(noise)
        divergence += p * mp.log(p / noise) - change
        signal += uu - u * u / p
    information = entropy * spacing
    other = law.square / 2 - divergence * spacing
    if abs(information - other) > ACCURACY * information:
        raise SystemExit(f"h(Y) - h(N) = {information}, but by the divergence {other}")
    return information, signal * spacing / (2 * snr)


def rows():
    thresholds = [(c, 1.0) for c in (-12.0, -8.0, -4.5, 3.5, 5.0, 8.0, 8.5, 10.0, 12.0)]
    for c, gain in thresholds + [(1.0, 0.125), (20.0, 1.0), (2.0, 0.25)]:
        edge = mp.mpf(c) / mp.mpf(gain)
        for snr in (1e-4, 0.25, 1.0, 30.0, 400.0):
            root = mp.sqrt(mp.mpf(snr))
            side = 1 if c > 0 else -1
            yield f"sign(z-({c}))", gain, snr, Levels(tail(abs(edge)), 2 * side * root)
            yield f"max(sign(z-({c})),0)", gain, snr, Levels(tail(abs(edge)), side * root)
            if c > 0:
                yield f"relu(z-{c})", gain, snr, Ramp(edge, root * mp.mpf(gain))
                yield f"sign(abs(z)-{c})", gain, snr, Levels(2 * tail(edge), 2 * root)


def main():
    with open(os.path.join(HERE, "rare_events.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["activation", "gain", "snr", "information", "by_snr"])
        for activation, gain, snr, law in rows():
            spacing = mp.mpf(1) / int(16 * law.scale)
            rough, fine = at(law, snr, spacing), at(law, snr, spacing * mp.mpf("0.71"))
            for a, b in zip(rough, fine):
                if abs(a - b) > ACCURACY * abs(b):
                    raise SystemExit(f"{activation} {gain} {snr}: {a} and {b}")
            numbers = [mp.nstr(x, 20) for x in fine]
            writer.writerow([activation, repr(gain), repr(snr), *numbers])


if __name__ == "__main__":
    main()

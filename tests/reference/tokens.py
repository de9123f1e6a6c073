#!/usr/bin/env python3
"""Reference values for strings of tokens, by enumeration of everything that can happen.

    python tokens.py

Strings are short enough to sum over all of them, over all masks or all noisy strings, and over the
samples of a data set; nothing here shares a formula with the library. 30 digits, written with 20.
"""

import csv
import itertools
import math
import pathlib
import random

from mpmath import diff, findroot, log, mp, mpf

mp.dps = 30
HERE = pathlib.Path(__file__).resolve().parent


def exact(text):
    """The double that a program reads."""
    return mpf(float(text))


def strings(law):
    """All strings with their probabilities, of the law of a chain or of independent tokens."""
    start, transition, length = law
    for word in itertools.product(range(len(start)), repeat=length):
        p = start[word[0]]
        for a, b in zip(word, word[1:]):
            p *= transition[a][b]
        if p:
            yield word, p


def independent(p, length):
    p = [mpf(x) / sum(p) for x in p]
    return p, [p] * len(p), length


def stationary(transition):
    """By many steps."""
    size = len(transition)
    p = [mpf(1) / size] * size
    for _ in range(4000):
        p = [sum(p[i] * transition[i][j] for i in range(size)) for j in range(size)]
    return p


def chain(transition, length):
    transition = [[exact(x) for x in row] for row in transition]
    transition = [[x / sum(row) for x in row] for row in transition]
    return stationary(transition), transition, length


class Words:
    """A law given string by string."""

    def __init__(self, table):
        total = sum(table.values())
        self.table = {word: p / total for word, p in table.items()}


def table(law):
    return law.table if isinstance(law, Words) else dict(strings(law))


def outputs(law, corruption, kept, symbols):
    """The distribution of what is seen, and for each of it the joint one with what was there."""
    seen = {}
    length = len(next(iter(table(law))))
    for word, p in table(law).items():
        if corruption == "masked":
            for mask in itertools.product((0, 1), repeat=length):
                q = kept ** sum(mask) * (1 - kept) ** (length - sum(mask))
                y = tuple(a if m else None for a, m in zip(word, mask))
                if q:
                    seen.setdefault(y, {})[word] = p * q
        else:
            other = (1 - kept) / symbols
            for y in itertools.product(range(symbols), repeat=length):
                q = mpf(1)
                for a, b in zip(word, y):
                    q *= kept + other if a == b else other
                if q:
                    seen.setdefault(y, {})[word] = p * q
    return seen


def information(law, corruption, kept, symbols):
    """I(a; x_t) = sum p(a, x) log p(a, x)/p(a)p(x)."""
    prior = table(law)
    total = mpf(0)
    for joint in outputs(law, corruption, kept, symbols).values():
        p = sum(joint.values())
        total += sum(x * log(x / (prior[a] * p)) for a, x in joint.items())
    return total


def of_classes(first, second, corruption, kept, symbols):
    """I(class; x_t) and E sum_k P(k|x)^2, two fair classes."""
    seen = [outputs(law, corruption, kept, symbols) for law in (first, second)]
    told = clones = mpf(0)
    for y in set(seen[0]) | set(seen[1]):
        b = [sum(s.get(y, {}).values()) / 2 for s in seen]
        p = sum(b)
        told += sum(x * log(2 * x / p) for x in b if x)
        clones += sum(x * x / p for x in b)
    return told, clones


def ratio(first, second, corruption, kept, symbols):
    """Mean and variance of log p(x|1)/p(x|2), x from the first class."""
    a, b = (outputs(law, corruption, kept, symbols) for law in (first, second))
    mean = square = mpf(0)
    for y, joint in a.items():
        p = sum(joint.values())
        x = log(p / sum(b[y].values()))
        mean += p * x
        square += p * x * x
    return mean, square - mean**2


def collapse(law, corruption, kept, symbols, samples):
    """H(index|x_t, data) and the own sample's weight, over all data sets of so many samples."""
    words = table(law)
    length = len(next(iter(words)))

    def likelihood(word, y):
        if corruption == "masked":
            return mpf(all(b is None or a == b for a, b in zip(word, y)))
        other = (1 - kept) / symbols
        p = mpf(1)
        for a, b in zip(word, y):
            p *= kept + other if a == b else other
        return p

    entropy = weight = mpf(0)
    seen = outputs(law, corruption, kept, symbols)
    for y, joint in seen.items():
        given = {word: likelihood(word, y) for word in words}
        for own, p in joint.items():
            # The others are counted by how many have each likelihood.
            groups = {}
            for word, q in words.items():
                groups[given[word]] = groups.get(given[word], mpf(0)) + q
            values = list(groups)
            for counts in compositions(samples - 1, len(values)):
                chance = mpf(math.factorial(samples - 1))
                rest = mpf(0)
                for count, value in zip(counts, values):
                    chance *= groups[value] ** count / math.factorial(count)
                    rest += count * value
                share = given[own] / (given[own] + rest)
                entropy -= p * chance * log(share)
                weight += p * chance * share
    return entropy, weight


def compositions(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def curie_weiss(length, temperature):
    spins = itertools.product((-1, 1), repeat=length)
    return Words({s: mp.exp(mpf(sum(s)) ** 2 / (2 * exact(temperature) * length)) for s in spins})


ROWS = []


def row(model, parameters, asked, column, value):
    ROWS.append((model, ";".join(f"{k}={v}" for k, v in parameters.items()), asked, column, mp.nstr(value, 20)))


THREE = [["0.7", "0.2", "0.1"], ["0.1", "0.6", "0.3"], ["0.25", "0.15", "0.6"]]
TWO = [["0.9", "0.1"], ["0.3", "0.7"]]


def written(transition):
    return '{"transition": [' + ", ".join("[" + ", ".join(row) + "]" for row in transition) + "]}"


def binomial(n, p):
    """All weights, by their products."""
    return [mp.binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def told(first, second, tokens):
    """I(class; tokens) and E sum_k P(k|x)^2 by the counts of ones."""
    a, b = binomial(tokens, first), binomial(tokens, second)
    term = lambda x, y: x * log(2 * x / (x + y)) if x else mpf(0)
    pairs = [(x, y) for x, y in zip(a, b) if x + y]
    return (
        sum(term(x, y) + term(y, x) for x, y in pairs) / 2,
        sum((x * x + y * y) / (x + y) for x, y in pairs) / 2,
    )


def longer():
    """Strings too long for enumeration, at random: sums over counts and over gaps."""
    draw = random.Random(20_261_130)
    number = lambda low, high: f"{draw.uniform(low, high):.6g}"
    for k in range(40):
        first, second = number(0.001, 0.999), number(0.001, 0.999)
        if k % 4 == 0:
            second = f"{float(first) * (1 - 10 ** draw.uniform(-6, -1)):.9g}"
        if k % 10 == 5:
            first = draw.choice(["0", "1"])
        corruption = draw.choice(["masked", "uniform"])
        length = draw.randint(1, 60 if corruption == "masked" else 1500)
        kept = draw.choice([number(0, 1), f"{10 ** draw.uniform(-6, 0):.6g}", "1"])
        p, q, a = exact(first), exact(second), exact(kept)
        if corruption == "uniform":
            noisy = [a * x + (1 - a) / 2 for x in (p, q)]
            information, clones = told(*noisy, length)
        else:
            information = clones = mpf(0)
            for r, weight in enumerate(binomial(length, a)):
                if weight:
                    one, other = told(p, q, r)
                    information, clones = information + weight * one, clones + weight * other
        given = {"first": first, "second": second, "d": length, "corruption": corruption, "kept": kept}
        row("product-classes", given, "class-entropy", "class_information", information)
        row("product-classes", given, "phi", "phi", clones)
    for _ in range(20):
        symbols, length, samples = draw.randint(2, 5), draw.randint(1, 40), draw.randint(2, 200)
        kept = number(0, 1)
        entropy = weight = mpf(0)
        for r, seen in enumerate(binomial(length, exact(kept))):
            for others, chance in enumerate(binomial(samples - 1, mpf(symbols) ** -r)):
                entropy += seen * chance * log(1 + others)
                weight += seen * chance / (1 + others)
        given = {"tokens": f"uniform:{symbols}", "d": length, "n": samples, "corruption": "masked", "kept": kept}
        row("tokens", given, "condensation", "own_weight", weight)
        row("tokens", {**given, "order": "exact"}, "excess-entropy", "f", entropy / length)
    for k in range(20):
        a, b = (f"{10 ** draw.uniform(-3, 0) * 0.9:.6g}" for _ in range(2))
        kept = f"{10 ** draw.uniform(-2, 0):.6g}"
        rows = [[1 - exact(a), exact(a)], [exact(b), 1 - exact(b)]]
        pi = [exact(b) / (exact(a) + exact(b)), exact(a) / (exact(a) + exact(b))]
        length = draw.choice([5, 50, 300])
        power, total, q = rows, length * exact(kept) * sum(-x * log(x) for x in pi), exact(kept)
        for gap in range(1, length):
            joint = [[pi[i] * power[i][j] for j in range(2)] for i in range(2)]
            shared = sum(joint[i][j] * log(power[i][j] / pi[j]) for i in range(2) for j in range(2) if power[i][j])
            total -= (length - gap) * q * q * (1 - q) ** (gap - 1) * shared
            power = [[sum(power[i][m] * rows[m][j] for m in range(2)) for j in range(2)] for i in range(2)]
        text = '{"transition": [' + f"[{mp.nstr(1 - exact(a), 25)}, {a}], [{b}, {mp.nstr(1 - exact(b), 25)}]" + "]}"
        given = {"file": text, "d": length, "corruption": "masked", "kept": kept}
        row("markov-chain", given, "information", "information", total / length)


def visible_entropies(law, length):
    """H(a_S) of every set of visible tokens."""
    words = table(law)
    entropies = {}
    for size in range(length + 1):
        for visible in itertools.combinations(range(length), size):
            seen = {}
            for word, p in words.items():
                key = tuple(word[i] for i in visible)
                seen[key] = seen.get(key, mpf(0)) + p
            entropies[visible] = -sum(p * log(p) for p in seen.values())
    return entropies


def unmasking():
    """Laws short enough for all of their masks."""
    for first, second, length in (("0.9", "0.3", 4), ("0.6", "0.5", 3)):
        laws = [table(independent([exact(p), 1 - exact(p)], length)) for p in (first, second)]
        mixed = Words({word: laws[0][word] + laws[1][word] for word in laws[0]})
        yield "product-classes", {"first": first, "second": second, "d": length}, mixed, length
    for transition, length in ((TWO, 5), (THREE, 4)):
        yield "markov-chain", {"file": written(transition), "d": length}, chain(transition, length), length
    for temperature in ("0.6", "1.4"):
        given = {"temperature": temperature, "d": 5, "corruption": "masked"}
        yield "curie-weiss", given, curie_weiss(5, temperature), 5
    yield "tokens", {"tokens": "binary:0.1", "d": 3}, independent([exact("0.1"), exact("0.9")], 3), 3


def of_unmasking(model, given, law, length):
    """Entropies of hidden tokens, and what steps cost that reveal several at a time."""
    entropies = visible_entropies(law, length)

    def hidden(m):
        """(1/L) sum over i and S without i of P(S) [H(S + i) - H(S)]."""
        total = mpf(0)
        for visible, entropy in entropies.items():
            for i in set(range(length)) - set(visible):
                p = m ** len(visible) * (1 - m) ** (length - 1 - len(visible))
                total += p * (entropies[tuple(sorted((*visible, i)))] - entropy)
        return total / length

    for kept in ("0", "0.2", "0.7", "1"):
        row(model, {**given, "kept": kept}, "hidden-entropy", "hidden_entropy", hidden(exact(kept)))
    whole = entropies[tuple(range(length))] / length
    cost = lambda grid: sum(hidden(a) * (b - a) for a, b in zip(grid, grid[1:])) - whole
    if model == "tokens":
        return
    uniform = [mpf(k) / 3 for k in range(4)]
    row(model, {**given, "grid": "uniform", "steps": 3}, "steps", "kl", cost(uniform))
    cosine = [1 - mp.cos(mp.pi * k / 8) for k in range(4)] + [mpf(1)]
    row(model, {**given, "grid": "md4-cosine", "steps": 4}, "steps", "kl_total", length * cost(cosine))
    least = findroot(lambda m: diff(lambda x: cost([mpf(0), x, mpf(1)]), m), mpf("0.4"))
    row(model, {**given, "grid": "optimal", "steps": 2}, "steps", "kl", cost([mpf(0), least, mpf(1)]))


def main():
    for corruption in ("masked", "uniform"):
        for kept in ("0.05", "0.4", "0.9"):
            at = {"corruption": corruption, "kept": kept}
            q = exact(kept)
            for text, p in (("uniform:3", ["1/3"] * 3), ("binary:0.1", ["0.1", "0.9"]), ("[0.5,0.3,0.2]", ["0.5", "0.3", "0.2"])):
                p = [mpf(1) / 3 if x == "1/3" else exact(x) for x in p]
                value = information(independent(p, 1), corruption, q, len(p))
                row("tokens", {"tokens": text, "d": "4", **at}, "information", "information", value)
            for transition in (TWO, THREE):
                law = chain(transition, 4)
                value = information(law, corruption, q, len(transition)) / 4
                row("markov-chain", {"file": written(transition), "d": 4, **at}, "information", "information", value)
            for first, second, length in (("0.6", "0.4", 4), ("0.9", "0.3", 3), ("0.75", "0.5", 5)):
                laws = [independent([exact(p), 1 - exact(p)], length) for p in (first, second)]
                told, clones = of_classes(*laws, corruption, q, 2)
                given = {"first": first, "second": second, "d": length, **at}
                row("product-classes", given, "class-entropy", "class_information", told)
                row("product-classes", given, "phi", "phi", clones)
            law = independent([mpf(1) / 3] * 3, 3)
            for samples in (2, 4):
                entropy, weight = collapse(law, corruption, q, 3, samples)
                given = {"tokens": "uniform:3", "d": 3, "n": samples, **at}
                row("tokens", given, "condensation", "own_weight", weight)
                row("tokens", {**given, "order": "exact"}, "excess-entropy", "f", entropy / 3)
            if corruption == "masked":
                law = independent([exact("0.3"), 1 - exact("0.3")], 4)
                entropy, weight = collapse(law, corruption, q, 2, 5)
                given = {"tokens": "binary:0.3", "d": 4, "n": 5, **at}
                row("tokens", given, "condensation", "own_weight", weight)
                row("tokens", {**given, "order": "exact"}, "excess-entropy", "f", entropy / 4)
                for temperature in ("0.6", "1.4"):
                    value = information(curie_weiss(5, temperature), corruption, q, 2) / 5
                    given = {"temperature": temperature, "d": 5, "order": "class-bit", **at}
                    row("curie-weiss", given, "information", "information", value)
        # Where I(a; x_t) = log n.
        law = chain(THREE, 3)
        found = findroot(lambda q: information(law, corruption, q, 3) - log(2), (mpf("0.1"), mpf("0.9")), solver="anderson")
        row("markov-chain", {"file": written(THREE), "d": 3, "n": 2, "corruption": corruption}, "times", "kept_C.asymptotic", found)
        # Where the log-likelihood ratio's mean is its standard deviation, and the class is learned fastest.
        laws = [independent([exact(p), 1 - exact(p)], 6) for p in ("0.85", "0.3")]

        def balance(q, laws):
            mean, variance = ratio(*laws, corruption, q, 2)
            return mean**2 - variance

        given = {"first": "0.85", "second": "0.3", "d": 6, "n": 10, "corruption": corruption}
        # Of the two directions that which is told at more noise.
        both = (laws, laws[::-1])
        found = min(findroot(lambda q: balance(q, l), (mpf("0.1"), mpf("0.95")), solver="anderson") for l in both)
        row("product-classes", given, "times", "kept_S.bayes", found)
        laws = [independent([exact(p), 1 - exact(p)], 5) for p in ("0.95", "0.1")]
        given = {"first": "0.95", "second": "0.1", "d": 5, "n": 10, "corruption": corruption}
        mp.dps = 40

        def rate(u):
            return diff(lambda v: of_classes(*laws, corruption, mp.exp(v), 2)[0], u)

        found = findroot(lambda u: diff(rate, u), (mpf("-1.5"), mpf("-0.4")), solver="anderson", tol=1e-22)
        mp.dps = 30
        row("product-classes", given, "times", "kept_S.class-entropy", mp.exp(found))
    longer()
    for case in unmasking():
        of_unmasking(*case)
    with (HERE / "tokens.csv").open("w", newline="") as file:
        file.write("# tokens.py: strings of tokens by enumeration\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("model", "parameters", "asked", "column", "value"))
        writer.writerows(ROWS)


if __name__ == "__main__":
    main()

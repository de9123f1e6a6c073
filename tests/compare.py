#!/usr/bin/env python3
"""Holds the output of two builds of the program together, byte for byte.

    python3 tests/compare.py OLD NEW [--queries 400] [--seed 1] [--slow] [--only WORD]

What is run with both: every example of every help text, the command lines of the README and of the
worked session, every table, `verify`, and random queries in every format, wrong ones among them; with
--slow the figures and the long tables too. Compared are standard output, standard error, the exit status
and the files written. Prints each command that differs with the first line that does; exit 1 if one does.
Whoever restructures the code runs it against a build of the commit before.
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 300
FORMATS = ["text", "json", "csv", "md", "tex", "npy"]
# Minutes by design.
SLOW = ["bbdm24-figure-2.toml", "bbdm24-figure-3-exact.toml", "finite-size-times.toml", "manifold.toml",
        "phase-retrieval.toml", "binary-latents.toml", "figures/"]
MIXTURE = """[[classes]]
weight = 0.5
mean = [2.0, 0.0, 0.0]
variance = 1.0
[[classes]]
weight = 0.3
mean = [0.0, 1.5, 0.0]
variance = 1.0
[[classes]]
weight = 0.2
mean = [-1.0, -1.0, 0.0]
variance = 1.0
"""


def help_of(program, words):
    run = subprocess.run(["regimes", *words, "--help"], executable=program, capture_output=True, text=True, timeout=LIMIT)
    return run.stdout if run.returncode == 0 else ""


def nodes(program):
    """Every command that has a help text; the tree below `figure` repeats that of the others."""
    found, open_ = [], [[]]
    while open_:
        words = open_.pop()
        text = help_of(program, words)
        found.append((words, text))
        block = re.search(r"^Commands:\n(.*?)\n\n", text, re.S | re.M)
        if block and words[:1] not in (["help"], ["figure"]):
            names = re.findall(r"^  ([a-z][\w.\-]*)", block.group(1), re.M)
            open_ += [words + [name] for name in names if name != "help"]
    return found


def examples(tree):
    for _, text in tree:
        for match in re.finditer(r"^Examples?:\n?((?:.*\n?)*)", text, re.M):
            yield from re.findall(r"regimes (.*)", match.group(1))


def documents():
    for name in ["README.md", "docs/worked-session.md"]:
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(), re.S):
            yield from re.findall(r"^regimes ([^~$]*)$", block, re.M)


def number(rng, low, high):
    return f"{10 ** rng.uniform(low, high):.4g}"


def model(rng):
    d = rng.choice(["16", "64", "256", "1024", "inf"])
    return rng.choice([
        lambda: f"clusters --d {d} --mu {number(rng, -1, 1)} --sigma {number(rng, -1, 1)}",
        lambda: f"gaussian --d {d} --sigma {number(rng, -1, 1)}",
        lambda: "gaussian --eigenvalues " + ",".join(number(rng, -1, 1) for _ in range(4)),
        lambda: "mixture classes.toml",
        lambda: f"linear-manifold --d {d} --beta {number(rng, -1, 0)}",
        lambda: f"curie-weiss --d {d} --temperature {number(rng, -0.5, 0.3)}",
        lambda: f"manifold --d {d} --beta {number(rng, -1, 0.5)} --activation "
                + rng.choice(["tanh", "relu", "sign", "abs", "z", "z^2", "erf(2*z)"])
                + rng.choice(["", " --prior rademacher", " --mu 1"]),
    ])()


def query(rng):
    size = rng.choice([f"--n {rng.choice(['2', '100', '20000', '1e6'])}", f"--alpha {number(rng, -2, 0.5)}"])
    times = rng.choice([f"--t {number(rng, -1, 0.5)}", "--t 0.5:3:#4", f"--snr {number(rng, -2, 2)}"])
    line = rng.choice([
        lambda: f"times {model(rng)} {size}",
        lambda: f"times {model(rng)}",
        lambda: f"times {model(rng)} {size} --schedule {rng.choice(['ddpm-linear', 'edm', 'vp', 'flow'])}",
        lambda: f"curve {rng.choice(['phi', 'information', 'class-entropy', 'potential', 'spectrum'])} {model(rng)} {times}",
        lambda: f"curve {rng.choice(['excess-entropy', 'basin', 'free-energy', 'kl'])} {model(rng)} {times} {size}",
        lambda: f"explain {rng.choice(['t_S', 't_C', 't_S.cloning', 'phi', 'information'])} {model(rng)} {size} {times}",
        lambda: f"solve {model(rng)} --for {rng.choice(['n', 'mu', 'sigma', 'beta'])} --such-that {rng.choice(['t_C=0.5', 't_S=t_C', 't_S.spectral=1'])}",
        lambda: f"schedule --name {rng.choice(['ddpm-linear', 'edm', 've', 'flow'])} {times}",
        lambda: f"simulate {rng.choice(['clones', 'entropy'])} clusters --d 8 --n 20 {times} --blocks 2 --points 8",
        lambda: f"simulate {rng.choice(['collapse', 'levels'])} gaussian --d 4 --n 20 --blocks 2 --points 4 --t 1",
        lambda: "dataset samples.csv",
        lambda: f"validate phi.csv clusters --d 16",
    ])()
    if rng.random() < 0.1:
        words = line.split()
        words[rng.randrange(len(words))] = rng.choice(["", "x", "-1", "nan", "1:2", "--d", "1e400"])
        line = " ".join(words)
    return f"{line} --format {rng.choice(FORMATS)} --threads 1"


def prepare(folder, seed):
    rng = random.Random(seed)
    shutil.copytree(ROOT / "tables", folder / "tables")
    (folder / "classes.toml").write_text(MIXTURE)
    rows = [",".join(f"{rng.gauss(0, 1 + k):.6f}" for k in range(4)) for _ in range(60)]
    (folder / "samples.csv").write_text("\n".join(rows) + "\n")
    (folder / "phi.csv").write_text("t,phi,stderr\n0.5,0.99,0.01\n1,0.9,0.01\n2,0.6,0.01\n")


def run(program, line, seed):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder, seed)
        before = {p for p in folder.rglob("*")}
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        try:
            done = subprocess.run(["regimes", *words], executable=program, cwd=folder, capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return {"status": b"no end"}
        found = {"stdout": done.stdout, "stderr": done.stderr, "status": str(done.returncode).encode()}
        for path in sorted(set(folder.rglob("*")) - before):
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
        return {k: v.replace(name.encode(), b"FOLDER") for k, v in found.items()}


def first_difference(old, new):
    for name in sorted(set(old) | set(new)):
        a, b = old.get(name), new.get(name)
        if a != b:
            if a is None or b is None:
                return f"{name}: only with {'NEW' if a is None else 'OLD'}"
            lines = difflib.unified_diff(a.decode(errors="replace").splitlines(),
                                         b.decode(errors="replace").splitlines(), lineterm="", n=0)
            shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
            return "\n    ".join([name, *(line[:160] for line in shown[:6])])
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--only", default="", metavar="TEXT", help="commands that contain TEXT; --only=TEXT where it begins with a dash")
    given = parser.parse_args()
    old, new = os.path.abspath(given.old), os.path.abspath(given.new)
    rng = random.Random(given.seed)
    lines = list(examples(nodes(old))) + list(documents()) + ["verify --format csv"]
    for path in sorted((ROOT / "tables").rglob("*.toml")):
        name = str(path.relative_to(ROOT))
        figure = "figures" in name
        lines.append(f"figure {name} --output picture.svg" if figure else f"table {name} --format csv")
    lines += [query(rng) for _ in range(given.queries)]
    slow = lambda line: any(f"tables/{word}" in line for word in SLOW)
    lines = [line for line in dict.fromkeys(lines) if given.only in line and (given.slow or not slow(line))]
    differ = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        both = lambda line: (line, run(old, line, given.seed), run(new, line, given.seed))
        for done, (line, a, b) in enumerate(pool.map(both, lines), 1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(lines)}", end="", file=sys.stderr)
            if difference := first_difference(a, b):
                differ += 1
                print(f"regimes {line}\n    {difference}", flush=True)
    print(f"{len(lines)} commands, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())

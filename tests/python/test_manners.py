"""Threads, interruption, forks, import, types."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import regimes as rg

#: Seconds within which Ctrl-C ends a computation; four times what is promised, for busy machines.
LATE = 1.2

#: Questions that take long, each in another part of the program.
LONG = {
    "many rows": lambda: rg.clusters(d=64).curve("phi", t="0.01:8:#3000000"),
    "finite size": lambda: rg.gaussian(eigenvalues=[1, 4]).curve("condensation", n=10, t=0.3, tolerance=1e-10),
    "few dimensions": lambda: rg.clusters(d=3).times(n=1e250, finite_size=True),
    "a steep activation": lambda: rg.manifold(activation="(z^2)^4", beta=0.5, gain=1.35).times(alpha=0.3, phases=True),
}


@pytest.mark.parametrize("name", LONG)
def test_identity_control_c_ends_a_computation(name: str) -> None:
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    start = time.perf_counter()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            LONG[name]()
    finally:
        timer.cancel()
    assert time.perf_counter() - start < 0.5 + LATE
    # And leaves nothing behind.
    assert rg.clusters(d=64).times(n=100)["t_S.spectral"][0] > 0


def test_identity_other_threads_run_meanwhile() -> None:
    ticks = []

    def tick() -> None:
        for _ in range(20):
            time.sleep(0.01)
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    rg.clusters(d=64).curve("phi", t="0.01:8:#300000")
    thread.join()
    assert max(np.diff(ticks)) < 0.5


def test_identity_questions_may_be_asked_from_several_threads() -> None:
    answers = []
    threads = [
        threading.Thread(target=lambda d=d: answers.append((d, rg.clusters(d=d).times(n=100)))) for d in range(10, 30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    for d, table in answers:
        assert table == rg.clusters(d=d).times(n=100)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_identity_children_of_a_fork_compute() -> None:
    code = (
        "import os, warnings; warnings.simplefilter('ignore'); import regimes as rg\n"
        "rg.clusters(d=64).times(n=[10, 100]).to_csv()\n"
        "child = os.fork()\n"
        "t = rg.clusters(d=64, mu=[.5, 1]).times(n=[10, 100]); t.to_csv(); str(t); rg.quantities().to_json()\n"
        "if child: print(os.waitpid(child, 0)[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=20, check=True)
    assert done.stdout.split() == [b"0"], done.stderr


def test_identity_progress_is_shown_where_it_is_wanted() -> None:
    pytest.importorskip("tqdm")
    from regimes._progress import Bar

    seen = []

    class Recorder(Bar):
        def __call__(self, done: int, count: int) -> None:
            seen.append((done, count))

    from regimes._given import pairs
    from regimes import _regimes

    given, _ = pairs({"d": 64, "t": "0.01:8:#1500000"})
    _regimes.Query("clusters", [], given, [], None, 0, Recorder()).curve("phi")
    assert all(done <= count == 1_500_000 for done, count in seen)
    bar = Bar()
    bar(1, 3)
    bar(2, 3)
    bar.close()


def test_identity_import_is_quick_beside_numpys() -> None:
    """30 ms on a quiet machine, where NumPy takes 90."""
    code = (
        "import time; a = time.perf_counter(); import numpy; b = time.perf_counter(); import regimes\n"
        "print((time.perf_counter() - b) / (b - a))"
    )
    ratios = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(7)]
    assert min(ratios) < 0.5, ratios


def test_identity_optional_packages_are_not_imported() -> None:
    code = "import sys, regimes; print([m for m in ('pandas', 'polars', 'xarray', 'matplotlib', 'tqdm') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_identity_the_command_is_there(tmp_path: Path) -> None:
    def command(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-m", "regimes._command", *words], capture_output=True, cwd=tmp_path)

    done = command("times", "clusters", "--d", "64", "--n", "100", "--format", "json")
    assert done.returncode == 0 and done.stdout.endswith(b"]}\n")
    assert command("times", "cluster").returncode == 2
    assert command("times", "clusters", "--d", "64", "--n", "100", "-o", "times.csv").returncode == 0
    assert (tmp_path / "times.csv").read_bytes().startswith(b"# regimes")

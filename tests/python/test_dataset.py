"""Data sets in memory and in files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import regimes as rg

from conftest import CommandLine


@pytest.fixture(scope="module")
def rows() -> Any:
    random = np.random.default_rng(3)
    return random.normal(size=(120, 6)) + 1.5 * np.repeat([[1.0], [-1.0]], 60, axis=0)


LABELS = ["a"] * 60 + ["b"] * 60


def values(table: rg.Table) -> list[Any]:
    return [repr(entry) for name in table.names for entry in table[name]]


def test_identity_an_array_and_its_file_give_the_same_bits(rows: Any, tmp_path: Path, command_line: CommandLine) -> None:
    np.save(tmp_path / "rows.npy", rows)
    (tmp_path / "labels.txt").write_text("\n".join(LABELS) + "\n")
    memory = rg.dataset(rows, LABELS).times(queries=50)
    stored = rg.dataset(tmp_path / "rows.npy", labels=str(tmp_path / "labels.txt")).times(queries=50)
    assert values(memory) == values(stored)
    words = ["dataset", str(tmp_path / "rows.npy"), "--labels", str(tmp_path / "labels.txt"), "--queries", "50"]
    assert stored.to_json() == command_line(*words, "--format", "json").stdout.decode()
    curve = rg.dataset(rows).times(t=[0.5, 1], queries=50)
    done = command_line("dataset", str(tmp_path / "rows.npy"), "--t", "0.5,1", "--queries", "50", "--format", "csv")
    assert curve.to_csv().splitlines()[-2:] == done.stdout.decode().splitlines()[-2:]
    assert np.allclose(rg.dataset(rows).spectrum()["eigenvalue"].value, np.linalg.eigvalsh(np.cov(rows.T))[::-1])


def test_identity_advice_in_memory_in_a_file_and_on_the_command_line(
    rows: Any, tmp_path: Path, command_line: CommandLine
) -> None:
    np.save(tmp_path / "rows.npy", rows)
    (tmp_path / "labels.txt").write_text("\n".join(LABELS) + "\n")
    options = {"steps": 10, "queries": 50, "blocks": 0, "schedule": "ddpm-linear"}
    memory = rg.advise(rows, LABELS, **options)
    stored = rg.advise(tmp_path / "rows.npy", str(tmp_path / "labels.txt"), **options)
    assert memory["value"].value.tolist() == stored["value"].value.tolist()
    assert memory["question"][1] == "When are classes decided?"
    words = ["advise", str(tmp_path / "rows.npy"), "--labels", str(tmp_path / "labels.txt")]
    words += ["--steps", "10", "--queries", "50", "--blocks", "0", "--schedule", "ddpm-linear"]
    assert stored.to_json() == command_line(*words, "--format", "json").stdout.decode()
    printed = command_line(*words, "--format", "text").stdout.decode()
    assert stored.to_text().split() == printed.split()
    live = rg.dataset(rows, LABELS).advise(schedule=rg.schedule("ddpm-linear", num_inference_steps=10), queries=50, blocks=0)
    assert live["value"].value.tolist() == memory["value"].value.tolist()


def test_identity_whatever_shows_an_array_is_one(rows: Any) -> None:
    expected = values(rg.dataset(rows).spectrum())
    pandas = pytest.importorskip("pandas")
    tensor = SimpleNamespace(detach=lambda: rows)
    for same in (rows.tolist(), np.asfortranarray(rows), rows[::-1][::-1], rows.astype(">f8"), pandas.DataFrame(rows), tensor):
        assert values(rg.dataset(same).spectrum()) == expected
    single = rows.astype(np.float32)
    assert values(rg.dataset(single).spectrum()) == values(rg.dataset(single.astype(np.float64)).spectrum())
    for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "float16"):
        counts = np.abs(np.round(3 * rows)).astype(kind)
        assert values(rg.dataset(counts).spectrum()) == values(rg.dataset(counts.astype(float)).spectrum())


def test_identity_images_have_a_shape(rows: Any) -> None:
    assert values(rg.dataset(rows.reshape(120, 2, 3)).spectrum()) == values(rg.dataset(rows).spectrum())


def test_identity_labels_may_be_numbers(rows: Any) -> None:
    numbers = np.repeat([0, 1], 60)
    tables = [rg.dataset(rows, labels).times(queries=50) for labels in (numbers, numbers.astype(float), numbers.tolist())]
    assert tables[0] == tables[1] == tables[2]
    assert "t_S.bayes" in tables[0] or any("bayes" in name for name in tables[0].names)


def test_identity_simulations_of_samples(rows: Any) -> None:
    first = rg.dataset(rows).simulate("entropy", t=[0.5, 1], blocks=2, points=8, threads=1)
    second = rg.dataset(rows).simulate("entropy", t=[0.5, 1], blocks=2, points=8, threads=2)
    assert first == second and first["f"].stderr is not None


def test_bad_input_samples(rows: Any) -> None:
    holed = rows.copy()
    holed[3, 2] = np.nan
    holed[7, 1] = np.inf
    for samples, expected in [
        (holed, "2 entries are not finite, the first NaN in sample 3, feature 2"),
        (np.array([["a"]]), "must hold real numbers"),
        (np.array([[object()]]), "holds objects"),
        (np.array(1.0), "must have samples"),
        (np.zeros((0, 3)), "must have samples"),
        ({"a": rows}, "choose one of its entries"),
        (rows[:1], "at least two"),
        (rows * 1j, "must hold real numbers"),
    ]:
        with pytest.raises(rg.RegimesError, match=expected):
            rg.dataset(samples).times()
    with pytest.raises(rg.ArgumentError, match="must be a list of 120"):
        rg.dataset(rows, LABELS[:-1])
    with pytest.raises(rg.ArgumentError, match="must name the class"):
        rg.dataset(rows, np.full(120, np.nan))
    with pytest.raises(rg.FileError):
        rg.dataset("no_such_file.npy").times()
    with pytest.raises(rg.RegimesError, match="quieries"):
        rg.dataset(rows).times(quieries=10)
    with pytest.raises(rg.RegimesError, match="queries"):
        rg.dataset(rows).times(queries=1)


def test_limit_an_array_is_read_where_it_lies() -> None:
    """200 MB are analysed with less than a tenth of that beyond them."""
    code = (
        "import numpy as np, regimes as rg, resource\n"
        "rg.dataset(np.random.default_rng(0).normal(size=(50, 100))).spectrum()\n"
        "rows = np.ones((250_000, 100)); rows[::2] = -1; rows += np.arange(100)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "rg.dataset(rows).spectrum()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert int(done.stdout) * 1024 < 40e6, done.stdout


def test_independent_folders_of_images_as_pillow_writes_them(tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    random = np.random.default_rng(5)
    images = random.integers(0, 256, size=(12, 6, 5, 3), dtype=np.uint8)
    labels = ["cat"] * 5 + ["dog"] * 7
    for k, (image, label) in enumerate(zip(images, labels)):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        pillow.fromarray(image).save(tmp_path / "set" / label / f"{k:03}.png")
    memory = rg.dataset(images, labels).times(queries=20)
    assert values(rg.dataset(tmp_path / "set").times(queries=20)) == values(memory)
    # Decoders of JPEG round differently, by a level or two of 256 here and there.
    smooth = np.add.outer(np.arange(16), np.arange(16))
    pictures = [np.uint8(smooth * (3 + k % 4)) for k in range(9)]
    (tmp_path / "jpeg").mkdir()
    for k, picture in enumerate(pictures):
        pillow.fromarray(picture).save(tmp_path / "jpeg" / f"{k}.jpg", quality=95)
    read = [np.asarray(pillow.open(tmp_path / "jpeg" / f"{k}.jpg")) for k in range(9)]
    mine = rg.dataset(tmp_path / "jpeg").times(queries=9)["mean"][0]
    assert abs(mine - np.mean(read)) < 0.5


def test_bad_input_whole_numbers_that_are_rounded() -> None:
    large = np.array([[2**53 + 1, 1], [2**53 + 3, 2], [5, 4]])
    with pytest.raises(rg.ArgumentError, match="2\\*\\*53"):
        rg.dataset(large)

"""The generator of benchmark ledgers: the same seed gives the same bytes, and what it makes ties out."""

import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from erp_ar_ext.model import ENTITIES

REPOSITORY = Path(__file__).parents[3]


def generate(folder: Path, seed: int) -> dict[str, bytes]:
    script = REPOSITORY / "benchmarks" / "generate.py"
    command = [sys.executable, script, "--out", folder, "--schedules", "2000", "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, 7)
    return folder


def test_the_same_seed_gives_the_same_bytes(ledger, tmp_path) -> None:
    """Two runs with one seed write the same files, byte for byte, and another seed writes others."""
    before = {path.name: path.read_bytes() for path in sorted(ledger.iterdir())}
    assert generate(tmp_path / "again", 7) == before
    assert generate(tmp_path / "other", 8)["schedules.parquet"] != before["schedules.parquet"]


def test_files_have_the_schema_of_the_model(ledger) -> None:
    """Each file is read back with the model's columns and types, and keys are unique."""
    for path in ledger.iterdir():
        entity = ENTITIES[path.stem]
        table = pq.read_table(path)
        assert table.schema.equals(entity.arrow_schema()), path.name
        assert table.group_by(list(entity.key())).aggregate([]).num_rows == table.num_rows, path.name


def test_money_is_there_in_every_currency(ledger) -> None:
    """No currency is without open items, and none has more digits than its minor unit."""
    schedules = pq.read_table(ledger / "schedules.parquet")
    opened = schedules.filter(pc.not_equal(schedules["amount_remaining"], 0))
    assert set(opened["currency"].to_pylist()) == {"USD", "EUR", "GBP", "JPY", "KWD"}
    digits = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}
    for row in schedules.select(["currency", "amount_original", "amount_remaining"]).to_pylist():
        for amount in (row["amount_original"], row["amount_remaining"]):
            assert amount == round(amount, digits[row["currency"]])


def test_the_aging_of_a_generated_ledger_ties_out_and_equals_the_one_by_hand(tmp_path) -> None:
    """The benchmark itself checks both, and stops when they differ."""
    script = REPOSITORY / "benchmarks" / "snapshot_to_plan.py"
    command = [
        sys.executable,
        script,
        "--schedules",
        "2000",
        "--runs",
        "1",
        "--cache",
        tmp_path,
        "--as-of",
        "2025-06-30",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "to the last digit" in done.stdout

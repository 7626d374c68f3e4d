"""One ledger in Oracle's tables and in files: whoever reads it, the snapshot, the aging and the plan are the same."""

from datetime import date, timedelta
from importlib.resources import files

import pytest
from as_kept import as_kept, with_pools
from histories import History, fixed_events
from oracle_books import Numbers
from snapshot_reader import SnapshotReader

from erp_ar_ext.demo import DEMO_AS_OF, book_company
from erp_ar_ext.demo.files import csv_bytes
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.plan import build_plan
from erp_ar_ext.policy import load_policy
from erp_ar_ext.testing import COMPANY

pytestmark = pytest.mark.oracle

ERP = {"adapter": "either", "name": "equal"}
"""What both are called here: the name of an ERP is part of its snapshots and of the keys of its plans."""

SEEDS = (1, 2)


def history(seed, events=None):
    """A random history of one company: E-Business Suite's ids are one company's alone, those of histories are not."""
    happened = [event._replace(org="1") for event in fixed_events(seed, 100)][:events]
    return with_pools(as_kept(Numbers().rows(History(happened).rows)))


def example():
    """The example of the conformance kit: odd ids, three currencies, one row of everything."""
    return as_kept(Numbers().rows(COMPANY))


def demo():
    """The example company with all its stories."""
    records = book_company().records()
    rows = {name: [one.model_dump(by_alias=True) for one in table] for name, table in records.items()}
    return with_pools(as_kept(Numbers().rows(rows)))


LEDGERS = {
    "example": (example, date(2026, 3, 2)),
    "demo": (demo, DEMO_AS_OF),
    **{f"history {seed}": (lambda seed=seed: history(seed), date(2026, 2, 20)) for seed in SEEDS},
}
CASES = [pytest.param(name, marks=[] if name == "example" else [pytest.mark.thorough]) for name in LEDGERS]


@pytest.fixture
def oracle(ebs_schema, tmp_path):
    """Read from Oracle's tables."""
    return SnapshotReader("oracle", ebs_schema.settings, tmp_path / "oracle", ERP)


@pytest.fixture
def csv(tmp_path):
    """Read from files."""
    return SnapshotReader("csv", {"path": str(tmp_path / "data")}, tmp_path / "csv", ERP)


@pytest.fixture
def hold(ebs_books, oracle, csv):
    """Have both hold a ledger; the adapter is told the operating units, so that it has nothing to say about them."""

    def put(ledger):
        ebs_books.become(ledger)
        oracle.settings["org_ids"] = sorted({int(row["org_id"]) for row in ledger["transactions"]})
        folder = csv.folder.parent / "data"
        folder.mkdir(exist_ok=True)
        for name, entity in ENTITIES.items():
            rows = [entity.model_validate(row) for row in ledger[name]]
            (folder / f"{name}.csv").write_bytes(csv_bytes(entity, rows))

    return put


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    """The example company's policy."""
    path = tmp_path_factory.mktemp("policy") / "policy.yaml"
    path.write_bytes((files("erp_ar_ext.demo") / "policy.yaml").read_bytes())
    return load_policy(path)


def tables(result):
    """Rows and digest of each table of a snapshot, folded ones too."""
    return {name: (entry.rows, entry.digest) for name, entry in result.snapshot.manifest.tables().items()}


def aged(result, day):
    """What the aging says, to the byte."""
    with Ledger(result.snapshot, day) as ledger:
        return Aging(ledger).as_json()


def actions(result, policy, day):
    """What a plan would do, each action with its key; what it was read from is another on each side."""
    with Ledger(result.snapshot, day) as ledger:
        document = build_plan(ledger, policy, maker="anna", company="Either").document
    for action in document["actions"]:
        action["guard"].pop("inputs", None)
    return document["actions"]


@pytest.mark.parametrize("name", CASES)
def test_a_ledger_is_the_same_in_oracle_and_in_files(name, oracle, csv, hold, policy):
    """Equal tables to the byte, and so equal ids of snapshots; equal aging; equal actions with equal keys."""
    make, day = LEDGERS[name]
    hold(make())
    read, expected = oracle.sync(), csv.sync()
    assert read.quarantined == expected.quarantined == 0
    assert tables(read) == tables(expected)
    assert read.snapshot.snapshot_id == expected.snapshot.snapshot_id
    for at in (day - timedelta(days=60), day, day + timedelta(days=45)):
        assert aged(read, at) == aged(expected, at)
    assert actions(read, policy, day) == actions(expected, policy, day)


def test_changes_read_from_oracle_add_up_to_the_files(oracle, csv, hold):
    """After each part of a history, what was read of its changes alone is what the files hold."""
    for events in (50, 75, 100):
        hold(history(3, events))
        read, expected = oracle.sync(), csv.sync(full=True)
        assert read.mode == ("full" if events == 50 else "incremental")
        assert tables(read) == tables(expected)
        assert read.snapshot.snapshot_id == expected.snapshot.snapshot_id

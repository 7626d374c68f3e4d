"""Random histories read in several syncs, by their changes: the same bytes as reading everything at once."""

from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from every_day import synced
from histories import EVENTS, START, Event, History, Row, randomly
from hypothesis import given
from hypothesis import strategies as st
from moving_erp import DAY, MovingErp
from small_ledgers import parse

from erp_ar_ext.ledger import Ledger
from erp_ar_ext.snapshot import Snapshot


class Erp(NamedTuple):
    """How an ERP is read: `part_rows` of the snapshots, whether receipts count ids as schedules do, what keys tell."""

    part_rows: int
    same_ids: bool
    tells: bool
    luck: int


class Step(NamedTuple):
    """One sync: after how many more events, how many rows are lost before it, and whether all keys are compared."""

    events: int
    lost: int
    sweep: bool


ERPS = st.builds(
    Erp,
    part_rows=st.sampled_from((3, 10, 1000)),
    same_ids=st.booleans(),
    tells=st.booleans(),
    luck=st.integers(0, 999),
)
STEPS = st.lists(
    st.builds(Step, events=st.integers(0, 30), lost=st.integers(0, 5), sweep=st.booleans()), min_size=1, max_size=3
)


@randomly(share=4)
@given(EVENTS, ERPS, STEPS)
def test_changes_add_up_to_the_whole(events, kind, steps) -> None:
    """After each sync of the changes, the snapshot is the one that reading everything gives; those before stay."""
    luck = Random(kind.luck)  # noqa: S311 - nothing secret
    at = len(events) // 3
    erp = MovingErp(rows_after(events[:at], kind), luck, tells=kind.tells)
    with TemporaryDirectory() as here, TemporaryDirectory() as there:
        result = synced(erp, Path(here), part_rows=kind.part_rows)
        known = [(result.snapshot, items(result.snapshot))]
        for step in steps:
            at += step.events
            rows = rows_after(events[:at], kind)
            if step.sweep:
                lose(rows, step.lost, luck)
            erp.become(rows, traceable=not step.sweep)
            result = synced(erp, Path(here), part_rows=kind.part_rows, base=result.snapshot, cursor=result.cursor,
                            sweep=step.sweep, overlap=luck.choice((0, 0.1, 2)) * DAY)  # fmt: skip
            whole = synced(rows, Path(there), part_rows=kind.part_rows)
            assert (result.mode, whole.mode) == ("incremental", "full")
            assert digests(result.snapshot) == digests(whole.snapshot)
            assert result.snapshot.snapshot_id == whole.snapshot.snapshot_id
            known.append((result.snapshot, items(result.snapshot)))
        for snapshot, then in known:
            snapshot.verify()
            assert items(snapshot) == then


def rows_after(events: list[Event], kind: Erp) -> dict[str, list[Row]]:
    """Rows after some events; with the same ids, receipts are called as schedules are, so that many share an id."""
    rows = History(events).rows
    for row in chain(*rows.values()) if kind.same_ids else ():
        for column in {"receipt_id", "source_schedule_id"} & row.keys():
            row[column] = row[column] and row[column].replace("R", "S")
    return rows


def digests(snapshot: Snapshot) -> dict[str, str]:
    """Digest of each table."""
    return {name: table.digest for name, table in snapshot.manifest.tables().items()}


def lose(rows: dict[str, list[Row]], number: int, luck: Random) -> None:
    """Delete rows, whatever refers to them."""
    for _ in range(number):
        table = rows[luck.choice(list(rows))]
        if table:
            table.pop(luck.randrange(len(table)))


def items(snapshot: Snapshot) -> list[tuple]:
    """Open items of a day in the middle."""
    with Ledger(snapshot, START + 30 * DAY, memory_limit="300MB") as ledger:
        return ledger.engine.rows("SELECT * FROM open_items ORDER BY ALL")


RECEIPT = """
    receipts: receipt_id receipt_date amount
    R1 2026-01-05 100.00
    schedules: schedule_id receipt_id class amount_original
    S1 R1 PMT -100.00
    applications: application_id source_schedule_id status amount
    P1 S1 UNAPP {rest}
"""


def test_a_receipts_rest_is_looked_at_again_when_its_rows_change(tmp_path) -> None:
    """Rows name the schedule of a receipt; what is told of the receipt itself changes with them."""
    erp = MovingErp(parse(RECEIPT.format(rest="100.00")), Random(0), tells=False)  # noqa: S311 - nothing secret
    first = synced(erp, tmp_path)
    erp.become(parse(RECEIPT.format(rest="90.00")), traceable=True)
    second = synced(erp, tmp_path, base=first.snapshot, cursor=first.cursor, sweep=False)
    assert [one["code"] for one in first.snapshot.manifest.findings] == []
    assert [one["code"] for one in second.snapshot.manifest.findings] == ["unapplied-differs"]

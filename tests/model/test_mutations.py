"""The comparison can fail: with a typical mistake put into a model, figures of a fixed history are seen to differ."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

import pytest
from comparison import assert_product_equals_reference
from every_day import EveryDay, synced
from histories import History, fixed_events
from naive_ledger import NaiveLedger

from erp_ar_ext.ledger import AXES, library
from erp_ar_ext.ledger.fold import FOLDED
from erp_ar_ext.snapshot import Snapshot

HISTORIES = [History(fixed_events(seed, number=130)) for seed in (8, 23)]
"""No one of them need show every mistake."""

MISTAKES = {
    "a period lasts a day too long": ("open_items", "p.valid_to > :as_of", "p.valid_to >= :as_of"),
    "what is due today is overdue": ("account_balances", "days_past_due > 0", "days_past_due >= 0"),
    "guarantees are asked for": ("account_balances", "class <> 'GUAR' AND open_amount > 0", "open_amount > 0"),
    "a broken promise is waited for": (
        "collectible_promises",
        "('on_track', 'late')",
        "('on_track', 'late', 'broken')",
    ),
    "a block ends a day early": (
        "account_identity",
        "c.dunning_block_until >= :as_of",
        "c.dunning_block_until > :as_of",
    ),
    "no due date means the accounting date": ("every_schedule", "s.due_date, t.due_date, t.trx_date,", "s.due_date,"),
    "discounts are forgotten": ("moving_applications", "coalesce(a.discount, 0)", "0"),
    "reversals are forgotten": ("moving_applications", "least(a.reversal_gl_date, ", "least(NULL, "),
    "bounced receipts still pay": ("moving_applications", "WHERE r.reversed_date IS NOT NULL", "WHERE FALSE"),
    "bounced receipts are still money": ("balance_events", "WHERE r.reversed_date IS NOT NULL", "WHERE FALSE"),
    "money on account pays": ("balance_events", "'APP', 'ACTIVITY'", "'APP', 'ACTIVITY', 'ACC'"),
    "adjustments that wait count": ("balance_events", "status = 'A'", "status IN ('A', 'W')"),
    "adjustments have one date": ("balance_events", "gl_date, apply_date, amount", "gl_date, gl_date, amount"),
    "companies share their ids": ("moving_applications", "s.org_id = r.org_id AND s.receipt_id", "s.receipt_id"),
}
"""What is wrong, in which model, what is right there and what stands there instead."""


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory) -> list[Snapshot]:
    """The histories, synced by the models as they are."""
    return [synced(history.rows, tmp_path_factory.mktemp("right")).snapshot for history in HISTORIES]


def test_without_a_mistake_the_histories_agree(snapshots, tmp_path) -> None:
    """The product has the figures of the naive ledger."""
    compare(snapshots, tmp_path)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_noticed(mistake, snapshots, tmp_path) -> None:
    """With the mistake in the model, some figure differs."""
    name, right, wrong = MISTAKES[mistake]
    with models_with(name, right, wrong, tmp_path / "models"):
        folded = name in FOLDED or name == "balance_events"
        with pytest.raises(AssertionError, match="amounts differ"):
            compare([] if folded else snapshots, tmp_path)


def compare(snapshots: list[Snapshot], folder: Path) -> None:
    """Compare each history, synced first where there is no snapshot of it, until one differs."""
    for number, (history, snapshot) in enumerate(zip_longest(HISTORIES, snapshots)):
        read, days = snapshot or synced(history.rows, folder).snapshot, history.days()
        for axis in AXES:
            with EveryDay(read, days, axis, days[-1]) as product:
                assert_product_equals_reference(product, naive(number, axis))


@cache
def naive(number: int, axis: str) -> NaiveLedger:
    """The naive ledger of a history: no mistake in a model changes it."""
    return NaiveLedger(HISTORIES[number].rows, axis)


@contextmanager
def models_with(name: str, right: str, wrong: str, folder: Path) -> Iterator[None]:
    """Replace a part of a model."""
    shutil.copytree(str(library._FOLDER), folder)
    file = folder / f"{name}.sql"
    text = file.read_text()
    assert right in text, f"{name} reads otherwise now: {right}"
    file.write_text(text.replace(right, wrong))
    with patch.object(library, "_FOLDER", folder):
        library.model.cache_clear()
        yield
    library.model.cache_clear()

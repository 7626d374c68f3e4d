"""Aging: buckets, bases, disputes, files."""

import csv
import json
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger import AXES, BASES, Aging, make_buckets
from erp_ar_ext.ledger.buckets import FURTHEST, Bucket, faults

BOUNDARIES = {
    -1: "not_due", 0: "not_due", 1: "1-30", 29: "1-30", 30: "1-30", 31: "31-60", 59: "31-60", 60: "31-60",
    61: "61-90", 89: "61-90", 90: "61-90", 91: "91-120", 119: "91-120", 120: "91-120", 121: "121-180",
    180: "121-180", 181: "181-360", 360: "181-360", 361: "361+",
}  # fmt: skip


def holds(bucket: Bucket, day: int) -> bool:
    return (bucket.first is None or day >= bucket.first) and (bucket.last is None or day <= bucket.last)


THREE_DATES = """
    customers: account_id name
        A1 Acme
        A2 Basil
    transactions: trx_id account_id trx_date amount
        T1 A1 2026-01-11 100
        T2 A2 2026-01-11 7
    schedules: schedule_id trx_id account_id due_date gl_date amount_original
        S1 T1 A1 2026-02-10 2025-12-02 100
        S2 T2 A2 2026-03-01 2026-01-11 7
"""


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("basis", BASES)
def test_every_boundary_day_falls_into_its_bucket(books, basis, axis) -> None:
    """Due today is not due; 30 days past due is 1-30 and 31 is not; so at every boundary, by every date, on both axes.

    The two dates that an item does not age by lie far back, so that another date would show in another bucket.
    """
    as_of = date(2026, 6, 30)
    dates = dict.fromkeys(BASES, "2020-01-01")
    days = [day for day in BOUNDARIES if day >= 0 or basis == "due_date"]  # what begins tomorrow is not open today
    rows = {f"D{day}": dates | {basis: str(as_of - timedelta(day))} for day in days}
    documents = "\n".join(f"T{key} A1 {row['trx_date']} 10" for key, row in rows.items())
    schedules = "\n".join(f"{key} T{key} A1 {row['due_date']} {row['gl_date']} 10" for key, row in rows.items())
    ledger = books(f"""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date amount
            {documents}
        schedules: schedule_id trx_id account_id due_date gl_date amount_original
            {schedules}
    """)
    buckets = ledger.buckets("2026-06-30", (30, 60, 90, 120, 180, 360), basis=basis, axis=axis)
    assert buckets == {f"D{day}": {BOUNDARIES[day]: "10.00"} for day in days}


@given(st.sets(st.integers(1, FURTHEST - 1), min_size=1, max_size=12).map(sorted), st.sampled_from(["days", "months"]))
def test_buckets_of_any_bounds_hold_every_whole_number_once(bounds, unit) -> None:
    """Whatever the bounds, each day at a bound, beside one or far away falls into exactly one bucket."""
    buckets = make_buckets(bounds, unit)
    near = {bound + step for bound in (0, *bounds) for step in (-1, 0, 1)}
    for day in near | {-FURTHEST, FURTHEST + 1}:
        inside = [bucket.name for bucket in buckets if holds(bucket, day)]
        assert len(inside) == 1, (bounds, day, inside)
    assert faults(buckets) == []


ENDS = st.none() | st.integers(-6, 6)


@given(st.lists(st.tuples(ENDS, ENDS), min_size=1, max_size=5))
def test_ranges_are_refused_unless_they_hold_every_whole_number_once(ends) -> None:
    """Ranges drawn at random pass exactly when they are in order and each number near them is in one of them.

    Asked of every number in turn, which knows nothing of how the ranges are compared.
    """
    buckets = [Bucket(f"b{at}", first, last) for at, (first, last) in enumerate(ends)]
    inside = {day: [at for at, bucket in enumerate(buckets) if holds(bucket, day)] for day in range(-8, 9)}
    found = [at for day in range(-8, 9) for at in inside[day]]
    sound = (
        all(len(at) == 1 for at in inside.values()) and found == sorted(found) and set(found) == set(range(len(ends)))
    )
    sound = sound and inside[0] != inside[1] and None not in (ends[0][1], ends[-1][0])
    assert (faults(buckets) == []) is sound


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=8, unique=True).map(sorted))
def test_ranges_that_meet_are_sound(firsts) -> None:
    """Ranges of which each begins a day after the one before ends are taken, whatever the days, with a cut at 0."""
    cuts = sorted({*firsts, 1})
    ends = [None, *cuts], [*(cut - 1 for cut in cuts), None]
    assert faults([Bucket(f"b{first}", first, last) for first, last in zip(*ends, strict=True)]) == []


@pytest.mark.parametrize("bounds", [(), (0, 30), (30, 30), (60, 30), (-5,), (FURTHEST,)])
def test_bounds_that_do_not_rise_are_refused(bounds) -> None:
    """Buckets that overlap or are empty are refused with an example of good ones."""
    with pytest.raises(UsageError) as caught:
        make_buckets(bounds)
    assert "--buckets" in caught.value.hint


@pytest.mark.edge_case(28)
@pytest.mark.parametrize(("basis", "bucket"), [("due_date", "1-30"), ("trx_date", "31-60"), ("gl_date", "91+")])
def test_items_age_by_the_chosen_date(books, basis, bucket) -> None:
    """The same open amount stands in another bucket by due date, document date or accounting date."""
    assert books(THREE_DATES).buckets("2026-03-05", basis=basis)["S1"] == {bucket: "100.00"}


@pytest.mark.edge_case(54)
def test_a_dispute_counts_while_it_is_open_and_never_above_the_balance(books) -> None:
    """A dispute counts from its first day to the day before it closed, capped at what is open."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 0
        schedules: schedule_id account_id due_date amount_original amount_in_dispute
            S1 A1 2026-01-31 100 -
            S2 A1 2026-01-31 40 15
            S3 A1 2026-01-31 30 12
            S4 A1 2026-01-31 -20 5
        disputes: dispute_id schedule_id amount opened_on closed_on
            D1 S1 30 2026-02-01 2026-02-10
            D2 S1 90 2026-02-05 -
            D3 S3 12 2026-02-01 2026-02-02
    """)
    said_by_the_erp = {"S2": "15.00"}
    assert ledger.disputed("2026-01-31") == said_by_the_erp, "S3 has disputes of its own, S4 is a credit"
    assert ledger.disputed("2026-02-01") == said_by_the_erp | {"S1": "30.00", "S3": "12.00"}
    assert ledger.disputed("2026-02-02") == said_by_the_erp | {"S1": "30.00"}
    assert ledger.disputed("2026-02-09") == said_by_the_erp | {"S1": "100.00"}
    assert ledger.disputed("2026-02-10") == said_by_the_erp | {"S1": "90.00"}
    account = ledger.facts("2026-02-10")["A1"]
    assert (account["disputed_amount"], account["overdue_amount"], account["credits_amount"]) == (105, 170, -20)
    assert account["net_overdue_amount"] == 170 - 105 - 20


def test_aging_tells_the_same_as_json_csv_and_parquet(books, tmp_path) -> None:
    """All three forms carry the same rows, each amount as text in its currency's digits, no float anywhere."""
    ledger = books(THREE_DATES).on("2026-03-05")
    aging = Aging(ledger)
    document = json.loads(aging.as_json(), parse_float=pytest.fail)
    assert (document["as_of"], document["basis"]) == ("2026-03-05", "due_date")
    assert document["buckets"] == ["not_due", "1-30", "31-60", "61-90", "91+"]
    assert document["tie_out"]["ok"] is True
    assert document["rows"][0] == {
        "account_id": "A1", "currency": "USD", "days_past_due": 23, "open_amount": "100.00", "credits": "0.00",
        "unapplied": "0.00", "disputed": "0.00",
        "buckets": {"not_due": "0.00", "1-30": "100.00", "31-60": "0.00", "61-90": "0.00", "91+": "0.00"},
    }  # fmt: skip
    aging.write(tmp_path / "aging.csv")
    aging.write(tmp_path / "aging.parquet")
    with (tmp_path / "aging.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["account_id"], line["1-30"], line["days_past_due"]) for line in lines] == [
        ("A1", "100.00", "23"),
        ("A2", "7.00", "4"),
    ]
    assert [row["1-30"] for row in pq.read_table(tmp_path / "aging.parquet").to_pylist()] == [100, 7]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aging.csv", "aging.parquet"]


@pytest.mark.edge_case(74)
@pytest.mark.parametrize("by", ["account", "schedule"])
def test_no_text_of_an_aging_file_is_a_formula(books, tmp_path, by) -> None:
    """An id that a spreadsheet would run has an apostrophe in front; amounts, order and Parquet are untouched."""
    ledger = books("""
        customers: account_id
            +A0
            =A1
            A2
        transactions: trx_id account_id amount
            -T0 +A0 -5
            @T1 =A1 100
            T2 A2 7
    """).on("2026-03-05")
    aging = Aging(ledger, by=by)
    aging.write(tmp_path / "aging.csv")
    aging.write(tmp_path / "aging.parquet")
    with (tmp_path / "aging.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    shown = [("'+A0", "-5.00"), ("'=A1", "100.00"), ("A2", "7.00")]
    assert [(line["account_id"], line["open_amount"]) for line in lines] == shown
    assert pq.read_table(tmp_path / "aging.parquet")["account_id"].to_pylist() == ["+A0", "=A1", "A2"]
    if by == "schedule":
        assert [line["schedule_id"] for line in lines] == ["'-T0", "'@T1", "T2"]


def test_totals_and_the_largest_rows_are_for_people(books) -> None:
    """A terminal shows one total per currency, and the accounts with the most overdue by name."""
    aging = Aging(books(THREE_DATES).on("2026-03-05"))
    (total,) = aging.totals()
    assert (total.currency, total.open_amount, total.buckets["1-30"]) == ("USD", 107, 107)
    assert [(row["account_name"], row["overdue"]) for row in aging.largest(1)] == [("Acme", 100)]


def test_a_file_that_cannot_be_written_leaves_nothing(books, tmp_path) -> None:
    """Writing the aging into a folder that is not there fails, and leaves no half file behind."""
    aging = Aging(books(THREE_DATES).on("2026-03-05"))
    with pytest.raises(UsageError, match="cannot be written") as caught:
        aging.write(tmp_path / "missing" / "aging.csv")
    assert caught.value.place == str(tmp_path / "missing" / "aging.csv")
    assert not list(tmp_path.iterdir())

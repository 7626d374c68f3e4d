"""Where credits, unapplied cash and disputed amounts stand in the aging, as declared; and aging by months."""

import itertools
import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger import Aging
from erp_ar_ext.ledger.aging_rules import CREDITS, DISPUTED, UNAPPLIED, AgingRules
from erp_ar_ext.ledger.buckets import Bucket, make_buckets

DAY = "2026-06-30"
ONE_ACCOUNT = """
    customers: account_id
        A1
    transactions: trx_id account_id class trx_date amount original_trx_id
        T1 A1 INV 2026-01-01 100 -
        T2 A1 INV 2026-01-01 50 -
        T3 A1 INV 2026-01-01 30 -
        C1 A1 CM 2026-06-10 -120 T2
    schedules: schedule_id trx_id account_id class due_date amount_original
        S1 T1 A1 INV 2026-03-01 100
        S2 T2 A1 INV 2026-05-15 50
        S3 T3 A1 INV 2026-07-15 30
        C1 C1 A1 CM 2026-06-10 -120
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-06-01 40
    disputes: dispute_id schedule_id amount opened_on
        D1 S1 20 2026-06-01
"""
ALL_TREATMENTS = [
    {"credits": credit, "unapplied": cash, "disputed": disputed}
    for credit, cash, disputed in itertools.product(CREDITS, UNAPPLIED, DISPUTED)
]


def rows_of(aging):
    """Rows of an aging; it ties out, and in each row buckets and columns apart add up to what is open."""
    assert aging.tie_out.ok, aging.tie_out.failed
    rows = aging.ledger.engine.arrow("SELECT * FROM aging").to_pylist()
    parts = [*(bucket.name for bucket in aging.buckets), *aging.rules.apart]
    for row in rows:
        assert sum(row[part] for part in parts) == row["open_amount"], row
    return rows


def aged(ledger, **rules):
    """What stands where, by schedule: filled buckets and columns apart."""
    aging = Aging(ledger, by="schedule", rules=AgingRules(**rules))
    columns = [*(bucket.name for bucket in aging.buckets), *aging.rules.apart]
    shown = {
        row["schedule_id"]: " ".join(f"{name}:{row[name]:.0f}" for name in columns if row[name])
        for row in rows_of(aging)
    }
    return {schedule: text for schedule, text in shown.items() if schedule != "R1"}


@pytest.mark.edge_case(2)
@pytest.mark.parametrize(
    ("rules", "stands"),
    [
        ({}, ("91+:100", "31-60:50", "not_due:30", "1-30:-120")),
        ({"credits": "apart"}, ("91+:100", "31-60:50", "not_due:30", "credits:-120")),
        (
            {"credits": "oldest_first"},
            ("set_off:100", "31-60:30 set_off:20", "not_due:30", "set_off:-120"),
        ),
        (
            {"credits": "same_document"},
            ("91+:100", "set_off:50", "not_due:30", "1-30:-70 set_off:-50"),
        ),
        ({"disputed": "apart"}, ("91+:80 disputed:20", "31-60:50", "not_due:30", "1-30:-120")),
        (
            {"disputed": "apart", "credits": "oldest_first"},
            ("disputed:20 set_off:80", "31-60:10 set_off:40", "not_due:30", "set_off:-120"),
        ),
        ({"unapplied": "oldest_first"}, ("91+:60 set_off:40", "31-60:50", "not_due:30", "1-30:-120")),
        (
            {"unapplied": "oldest_first", "credits": "oldest_first"},
            ("set_off:100", "set_off:50", "not_due:20 set_off:10", "set_off:-120"),
        ),
        (
            {"unapplied": "oldest_first", "credits": "same_document"},
            ("91+:60 set_off:40", "set_off:50", "not_due:30", "1-30:-70 set_off:-50"),
        ),
    ],
    ids=str,
)
def test_each_treatment_puts_credits_cash_and_disputes_where_it_says(books, rules, stands) -> None:
    """The same ledger under each treatment, worked out by hand; what was in a bucket before is still in the row."""
    with books(ONE_ACCOUNT).on(DAY) as ledger:
        assert aged(ledger, **rules) == dict(zip(("S1", "S2", "S3", "C1"), stands, strict=True))


def test_credits_and_cash_never_leave_their_account_company_or_currency(books) -> None:
    """What another account, another company, another currency or a guarantee has open is lowered by no credit."""
    ledger = books("""
        customers: account_id
            A1
            A2
        transactions: org_id trx_id account_id class currency amount original_trx_id
            1 C1 A1 CM USD -100 T2
            1 T1 A1 GUAR USD 70 -
            1 T2 A2 INV USD 70 -
            2 T2 A1 INV USD 70 -
            1 T3 A1 INV EUR 70 -
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-06-01 100
            R2 - 2026-06-01 100
    """)
    with ledger.on(DAY) as opened:
        for rules in ALL_TREATMENTS:
            rows = rows_of(Aging(opened, by="schedule", rules=AgingRules(**rules)))
            assert {row["set_off"] for row in rows if "set_off" in row} <= {0}, rules


def test_an_overpaid_instalment_lowers_the_others_of_its_document(books) -> None:
    """By document, an instalment below zero is set off against its own document first, the one longest due first."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 30
            T2 A1 90
        schedules: schedule_id trx_id account_id due_date amount_original
            S1 T1 A1 2026-04-01 40
            S2 T1 A1 2026-05-01 50
            S3 T1 A1 2026-06-01 -60
            S4 T2 A1 2026-01-01 90
    """)
    with ledger.on(DAY) as opened:
        assert aged(opened, credits="same_document") == {
            "S1": "set_off:40",
            "S2": "31-60:30 set_off:20",
            "S3": "set_off:-60",
            "S4": "91+:90",
        }


def test_an_account_row_shows_only_the_cash_that_was_set_off(books) -> None:
    """In a row of an account, credits set off against its own debits cancel; cash set off lowers what is in buckets."""
    with books(ONE_ACCOUNT).on(DAY) as ledger:
        (row,) = rows_of(Aging(ledger, rules=AgingRules(credits="oldest_first", unapplied="oldest_first")))
        assert (row["open_amount"], row["set_off"], row["credits"], row["unapplied"]) == (60, 40, -120, -40)
        assert (row["not_due"], row["days_past_due"]) == (20, 121)


def test_json_and_totals_name_the_treatments(books, tmp_path) -> None:
    """Who reads the JSON sees which rules hold and which columns stand outside the buckets; so does the file."""
    rules = AgingRules(make_buckets((1, 2), "months"), "months", "same_document", "oldest_first", "apart")
    with books(ONE_ACCOUNT).on(DAY, axis="trx_date") as ledger:
        aging = Aging(ledger, rules=rules)
        document = json.loads(aging.as_json(), parse_float=pytest.fail)
        (total,) = aging.totals()
        aging.write(tmp_path / "aging.csv")
    assert document["treatments"] == {
        "credits": "same_document",
        "unapplied": "oldest_first",
        "disputed": "apart",
    }
    assert (document["axis"], document["unit"], document["apart"]) == ("trx_date", "months", ["disputed", "set_off"])
    assert document["buckets"] == ["current", "1 month", "2 months", "3+ months"]
    (row,) = document["rows"]
    assert row["buckets"] == {"current": "-40.00", "1 month": "0.00", "2 months": "0.00", "3+ months": "40.00"}
    assert (row["disputed"], row["set_off"]) == ("20.00", "40.00")
    assert (total.set_off, total.disputed, total.buckets["3+ months"]) == (40, 20, 40)
    assert (tmp_path / "aging.csv").read_text().splitlines()[1].endswith(",-120.00,-40.00,20.00,40.00")


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(["INV", "INV", "CM", "PMT", "GUAR"]),
        st.sampled_from(["A1", "A2"]),
        st.integers(-70, 120),
        st.integers(1, 9_999),
        st.integers(0, 9),
    ),
    min_size=12,
    max_size=30,
)


def ledger_text(items) -> str:
    """Tables of a ledger of such items: documents, what credit memos name, receipts and disputes."""
    documents, receipts, disputes = [], [], []
    named = [f"T{at}" for at, (kind, *_) in enumerate(items) if kind == "INV"]
    for at, (kind, account, late, cents, choice) in enumerate(items):
        day, amount = date(2026, 6, 30) - timedelta(late), Decimal(cents) / 100
        if kind == "PMT":
            receipts.append(f"R{at} {account} 2026-06-01 {amount}")
            continue
        original = named[choice % len(named)] if kind == "CM" and named and choice < 8 else "-"
        amount = -amount if kind == "CM" else amount
        documents.append(f"T{at} {account} {kind} 2026-01-01 {day} {amount} {original}")
        if choice % 3 == 0:
            disputes.append(f"D{at} T{at} {Decimal(choice * cents) / 600:.2f} 2026-06-01")
    tables = {
        "customers: account_id": ["A1", "A2"],
        "transactions: trx_id account_id class trx_date due_date amount original_trx_id": documents,
        "receipts: receipt_id account_id receipt_date amount": receipts,
        "schedules: schedule_id trx_id account_id class due_date amount_original": [
            f"{trx} {trx} {account} {kind} {due} {amount}"
            for trx, account, kind, _, due, amount, _ in (row.split() for row in documents)
        ],
        "disputes: dispute_id schedule_id amount opened_on": disputes,
    }
    return "\n".join("\n".join([head, *rows]) for head, rows in tables.items() if rows)


def set_off_by_hand(items, rules, named):
    """What is set off, item by item: each credit in turn is held against each debit in turn, the oldest first."""
    aparts = rules["disputed"] == "apart"
    left = {
        item["schedule_id"]: item["open_amount"] + item["unapplied"] - (item["disputed"] if aparts else 0)
        for item in items
        if item["class"] != "GUAR"
    }
    taken = defaultdict(Decimal)
    ordered = sorted(items, key=lambda item: (-item["days_past_due"], item["due_date"], item["schedule_id"]))
    ordered = [item for item in ordered if item["class"] != "GUAR"]
    givers = [("CM", rules["credits"])] if rules["credits"] in ("oldest_first", "same_document") else []
    givers += [("PMT", "oldest_first")] if rules["unapplied"] == "oldest_first" else []
    for kind, how in givers:
        for giver, debit in itertools.product([i for i in ordered if i["class"] == kind], ordered):
            gives, takes = giver["schedule_id"], debit["schedule_id"]
            fits = how == "oldest_first" or named.get(gives) == debit["trx_id"]
            if giver["account_id"] == debit["account_id"] and fits and left[takes] > 0 > left[gives]:
                amount = min(left[takes], -left[gives])
                for key, moved in ((takes, amount), (gives, -amount)):
                    left[key] -= moved
                    taken[key] += moved
    return {key: amount for key, amount in taken.items() if amount}


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(items=ITEMS)
def test_every_treatment_ties_out_and_sets_off_what_a_person_would(books, items) -> None:
    """In each treatment buckets and columns apart tie to what is open per row, and set-offs are those by hand."""
    text = ledger_text(items)
    with books(text).on(DAY) as ledger:
        opened = ledger.engine.arrow("SELECT * FROM open_items").to_pylist()
        named = dict(ledger.engine.rows("SELECT trx_id, original_trx_id FROM transactions"))
        for rules in ALL_TREATMENTS:
            by_schedule = rows_of(Aging(ledger, by="schedule", rules=AgingRules(**rules)))
            found = {row["schedule_id"]: row["set_off"] for row in by_schedule if row.get("set_off")}
            expected = set_off_by_hand(opened, rules, named)
            of_documents = {row["schedule_id"] for row in opened if row["class"] != "PMT"}
            assert found == {key: amount for key, amount in expected.items() if key in of_documents}, rules
            by_account = rows_of(Aging(ledger, rules=AgingRules(**rules)))
            for column in ("open_amount", "not_due", "1-30", "91+", "credits", "unapplied", "disputed"):
                assert sum(row[column] for row in by_account) == sum(row[column] for row in by_schedule), (
                    rules,
                    column,
                )


@pytest.mark.edge_case(34)
@pytest.mark.parametrize(
    ("as_of", "due", "bucket"),
    [
        ("2026-02-28", "2026-01-31", "1 month"),
        ("2028-02-29", "2028-01-31", "1 month"),
        ("2026-02-01", "2026-01-31", "1 month"),
        ("2026-01-31", "2026-01-01", "current"),
        ("2026-01-31", "2026-01-31", "current"),
        ("2026-01-31", "2026-02-01", "current"),
        ("2026-03-01", "2026-02-28", "1 month"),
        ("2026-03-01", "2026-01-31", "2 months"),
        ("2026-03-31", "2026-01-01", "2 months"),
        ("2026-01-01", "2025-12-31", "1 month"),
        ("2026-01-01", "2025-10-31", "3 months"),
        ("2026-01-01", "2025-09-30", "4-12 months"),
        ("2026-01-01", "2025-01-01", "4-12 months"),
        ("2026-01-01", "2024-12-31", "13+ months"),
    ],
)
def test_months_count_the_turns_of_the_month(books, as_of, due, bucket) -> None:
    """Age in months is the difference of the calendar months, whatever the days: 31 January is one on 1 February."""
    ledger = books(f"""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2020-01-01 {due} 10
    """)
    rules = AgingRules(make_buckets((1, 2, 3, 12), "months"), "months")
    with ledger.on(as_of) as opened:
        aging = Aging(opened, rules=rules)
        (row,) = rows_of(aging)
        days = (date.fromisoformat(as_of) - date.fromisoformat(due)).days
    assert [name for name in (each.name for each in aging.buckets) if row[name]] == [bucket]
    assert row["days_past_due"] == days


def test_months_follow_the_basis(books) -> None:
    """By document date the same item is as many months old as its document."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date gl_date due_date amount
            T1 A1 2025-11-30 2025-12-01 2026-01-15 10
    """)
    rules = AgingRules(make_buckets((1, 2, 3), "months"), "months")
    found = {}
    for basis in ("due_date", "trx_date", "gl_date"):
        with ledger.on("2026-01-31", basis=basis) as opened:
            aging = Aging(opened, rules=rules)
            (row,) = rows_of(aging)
            found[basis] = next(bucket.name for bucket in aging.buckets if row[bucket.name])
    assert found == {"due_date": "current", "trx_date": "2 months", "gl_date": "1 month"}


@pytest.mark.parametrize(
    ("buckets", "told"),
    [
        ((Bucket("a", None, 0), Bucket("b", 2, None)), "no bucket holds 1$"),
        ((Bucket("a", None, 0), Bucket("b", 1, 30), Bucket("c", 30, None)), "overlaps"),
        ((Bucket("a", None, 0), Bucket("A", 1, None)), "another bucket"),
        ((Bucket("a", None, 0), Bucket("Credits", 1, None)), "another column"),
    ],
)
def test_no_aging_is_made_of_buckets_that_are_not_sound(buckets, told) -> None:
    """Rules with a gap, an overlap or a name that a column has already cannot be made at all."""
    with pytest.raises(UsageError, match=told):
        AgingRules(buckets)

"""Dates: moved, missing, on days off, in leap years and other zones; days that were missed or are asked about again."""

import os
import subprocess
import sys

import pytest

INVOICE = """
    customers: account_id
        A1
    schedules: schedule_id account_id due_date gl_date amount_original
        S1 A1 {due} 2016-01-01 100
"""
REMINDERS = """
rules:
  - {id: second, group: g, priority: 1, for_each: account, action: note, note_kind: second, text: "second",
     when: oldest_overdue_days > 30}
  - {id: first, group: g, priority: 2, for_each: account, action: note, note_kind: first, text: "first",
     when: oldest_overdue_days > 0}
"""
NOTES = "notes: note_id account_id created_on kind text external_ref\n"


def written(plan, day):
    """Rows of the notes that a plan asked for, as the ERP holds them after it was applied."""
    notes = [
        f"N{at} {action['account_id']} {day} {action['payload']['note_kind']} {action['rule']} erp-ar:{action['key']}"
        for at, action in enumerate(plan["actions"])
    ]
    return NOTES + "\n".join(notes) + "\n"


def rules(plan):
    return [action["rule"] for action in plan["actions"]]


@pytest.mark.edge_case(30)
def test_a_due_date_that_moves_starts_its_reminders_anew(decide):
    """Edge case 30: once a due date was moved, age and reminders count from the new one; what was written stays."""
    first = decide(INVOICE.format(due="2026-01-31"), REMINDERS, "2026-02-10")
    assert rules(first) == ["first"]
    moved = INVOICE.format(due="2026-02-28") + written(first, "2026-02-10")
    assert rules(decide(moved, REMINDERS, "2026-02-28")) == []
    again = decide(moved, REMINDERS, "2026-03-01")
    assert rules(again) == ["first"]
    assert again["actions"][0]["key"] != first["actions"][0]["key"]
    unmoved = INVOICE.format(due="2026-01-31") + written(first, "2026-02-10")
    assert rules(decide(unmoved, REMINDERS, "2026-03-01")) == [], "the same due date is the same reminder"


@pytest.mark.edge_case(31)
def test_a_due_date_on_a_weekend_is_not_moved_by_itself(books, actions):
    """Edge case 31: an item due on a Saturday is past due on Sunday in the aging; only a policy waits until Tuesday."""
    saturday = INVOICE.format(due="2026-01-31")
    assert books(saturday).buckets("2026-02-01") == {"S1": {"1-30": "100.00"}}
    patient = REMINDERS.replace("oldest_overdue_days > 0", "oldest_overdue_days > patience")
    patient = "settings: {patience: 2}\n" + patient
    assert len(actions(saturday, REMINDERS, "2026-02-01")) == 1
    assert actions(saturday, patient, "2026-02-02") == []
    assert len(actions(saturday, patient, "2026-02-03")) == 1


@pytest.mark.edge_case(32)
@pytest.mark.parametrize(
    ("due", "day", "days", "bucket"),
    [
        ("2028-02-29", "2028-02-29", 0, "not_due"),
        ("2028-02-29", "2028-03-01", 1, "1-30"),
        ("2028-01-31", "2028-03-01", 30, "1-30"),
        ("2027-01-31", "2027-03-03", 31, "31-60"),
        ("2027-02-28", "2028-02-28", 365, "361+"),
        ("2028-02-28", "2029-02-28", 366, "361+"),
        ("2028-02-29", "2029-02-28", 365, "361+"),
    ],
)
def test_a_leap_day_is_a_day(books, due, day, days, bucket):
    """Edge case 32: days past due are days of the calendar, so that a leap day counts and a year has 365 or 366."""
    ledger = books(INVOICE.format(due=due))
    assert ledger.facts(day, "schedule")["S1"]["days_past_due"] == days
    assert ledger.buckets(day, (30, 60, 360)) == {"S1": {bucket: "100.00"}}


@pytest.mark.edge_case(33)
def test_the_zone_of_the_machine_moves_no_day(company):
    """Edge case 33: what is read and planned for a month's last day is the same bytes in every zone, at every hour."""
    plans = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        out = company.folder / f"{len(plans)}.json"
        for command in (["sync"], ["plan", "--as-of", "2026-03-31", "--as", "anna", "--out", str(out)]):
            ran = subprocess.run(
                [sys.executable, "-m", "erp_ar_ext.cli", "--config", "erp-ar.toml", *command],
                cwd=company.folder, env=os.environ | {"TZ": zone}, capture_output=True, check=False,
            )  # fmt: skip
            assert ran.returncode == (2 if command[0] == "plan" else 0), ran.stderr
        plans.append(out.read_bytes())
    assert plans[0] == plans[1]
    assert b'"as_of": "2026-03-31"' in plans[0]


STEP_BY_STEP = """
rules:
  - {id: final, group: g, priority: 1, for_each: account, action: note, note_kind: final, text: "final",
     when: oldest_overdue_days > 60 and notes_since_due like '% second %' and last_note_days >= 14}
  - {id: second, group: g, priority: 2, for_each: account, action: note, note_kind: second, text: "second",
     when: oldest_overdue_days > 30 and notes_since_due like '% first %' and last_note_days >= 14}
  - {id: first, group: g, priority: 3, for_each: account, action: note, note_kind: first, text: "first",
     when: oldest_overdue_days > 0 and notes_since_due not like '% first %'}
"""


@pytest.mark.edge_case(35)
def test_a_first_run_does_not_begin_with_the_final_notice(decide):
    """Edge case 35: a debt that is ten years old at the first run is reminded of step by step, not warned at once."""
    text = INVOICE.format(due="2016-01-31")
    sent, log = [], ""
    for day in ("2026-01-10", "2026-01-23", "2026-01-24", "2026-02-06", "2026-02-07", "2026-02-28"):
        plan = decide(text + (NOTES + log if log else ""), STEP_BY_STEP, day)
        log += written(plan, day).removeprefix(NOTES).replace("N0", f"N{day}")
        sent.append(rules(plan))
    assert sent == [["first"], [], ["second"], [], ["final"], []]


@pytest.mark.edge_case(36)
def test_missed_and_repeated_runs_write_what_is_due_and_nothing_twice(decide):
    """Edge case 36: after missed days one reminder is due, the one of the age by now; no day's reminder comes twice."""
    text = INVOICE.format(due="2026-01-31")
    late = decide(text, REMINDERS, "2026-03-10")
    assert rules(late) == ["second"], "nobody ran when the first was due, and it is not sent after the event"
    done = text + written(late, "2026-03-10")
    assert rules(decide(done, REMINDERS, "2026-03-10")) == [], "a second run of the day"
    early = decide(text, REMINDERS, "2026-02-10")
    done = text + written(early, "2026-02-10")
    assert rules(decide(done, REMINDERS, "2026-02-05")) == [], "a run for a day before the last one"
    assert decide(text, REMINDERS, "2026-02-10")["plan_id"] == early["plan_id"], "a past day gives what it gave"


@pytest.mark.edge_case(37)
@pytest.mark.parametrize(
    ("period", "days", "sales", "value"),
    [(("2025-12-29", "2026-01-25"), 28, "950.00", "23.58"), (("2026-01-05", "2026-02-08"), 35, "50.00", "560.00")],
)
def test_key_figures_are_of_the_periods_of_a_companys_own_calendar(synced, period, days, sales, value):
    """Edge case 37: a period of four or five weeks is measured by its own days and the sales between its own dates."""
    asked = ("kpi", "--from", period[0], "--as-of", period[1], "--kpi", "DSO_SIMPLE", "--currency", "USD", "--json")
    (figure,) = synced.erp_ar(*asked).json["kpis"]
    inputs = {told["name"]: told["value"] for told in figure["inputs"]}
    assert inputs == {"receivables": "800.00", "sales": sales, "days": days}
    assert figure["value"] == value


PROMISE = (
    INVOICE
    + """
    transactions: trx_id account_id amount
        T1 A1 0
    payment_plans: plan_id account_id agreed_on
        L1 A1 2026-02-02
    plan_items: plan_id schedule_id
        L1 S1
    plan_instalments: plan_id seq due_on amount
        L1 1 2026-02-07 100
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-02-{paid} 100
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 S1 100 2026-02-{paid}
"""
)


@pytest.mark.edge_case(38)
def test_a_promise_for_a_day_off_is_kept_by_money_within_its_days_of_grace(books):
    """Edge case 38: a promise for a Saturday is not broken by money that comes on Monday, within two days of grace."""
    ledger = books(PROMISE.format(due="2026-01-31", paid="09"))
    assert ledger.legs("2026-02-08", grace_days=2)[1] == ("in_grace", "100.00")
    assert ledger.legs("2026-02-09", grace_days=2)[1] == ("late", "0.00")
    assert ledger.legs("2026-02-09", grace_days=1)[1] == ("broken", "0.00")


@pytest.mark.edge_case(38)
@pytest.mark.xfail(reason="days of grace are days of the calendar, and the policy has no days off")
@pytest.mark.parametrize(("paid", "state"), [("09", "late"), ("10", "late"), ("11", "broken")])
def test_days_of_grace_may_be_days_of_business(decide, paid, state):
    """Edge case 38: with a day of business as grace and the Monday off, money for a Saturday may come on Tuesday."""
    policy = """
payment_plans: {grace_days: 1, grace_in: business_days, days_off: [2026-02-09]}
rules:
  - {id: plan, for_each: account, when: plan_state <> 'none', action: note, note_kind: n, text: "{plan_state}"}
"""
    text = PROMISE.format(due="2026-01-31", paid=paid).replace(
        "L1 1 2026-02-07 100", "L1 1 2026-02-07 99\n        L1 2 2026-03-07 1"
    )
    (note,) = decide(text.replace(" 100 2026-02-", " 99 2026-02-"), policy, "2026-02-20")["actions"]
    assert note["payload"]["text"] == state

"""The report says what the ledger and the plan hold, in one file that needs nothing else."""

import re
from datetime import date
from decimal import Decimal

import pytest

from erp_ar_ext.errors import PlanError, UsageError
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.ledger.aging_rules import AgingRules
from erp_ar_ext.ledger.buckets import make_buckets
from erp_ar_ext.report import write_report

SECTIONS = ["figures", "aging", "debtors", "actions", "findings", "tie-out", "definitions"]


@pytest.fixture
def two_currencies(desk):
    """Two customers who owe in dollars and yen, some of it overdue, and cash that pays nothing yet."""
    desk.account("A1", "Acme")
    desk.account("J1", "霧ヶ沢計測株式会社", "JP")
    desk.books.bill("A1", date(2025, 10, 1), "1234567.50")
    desk.books.bill("A1", date(2026, 1, 20), "432.10")
    desk.books.bill("A1", date(2025, 12, 1), "-67.60", terms="IMMEDIATE", class_="CM")
    desk.books.bill("J1", date(2025, 12, 20), "2500000")
    desk.books.receive("A1", date(2026, 1, 5), "1000.00")
    return desk


def test_key_figures_are_those_of_the_aging(two_currencies):
    """Open, overdue, its part, unapplied cash and disputes stand per currency, digit by digit."""
    rows = two_currencies.page().rows["figures figures"]
    assert [row[:6] for row in rows[1:]] == [
        ["JPY", "2,500,000", "2,500,000", "100.0\N{NO-BREAK SPACE}%", "0", "0"],
        ["USD", "1,234,932.00", "1,234,499.90", "100.0\N{NO-BREAK SPACE}%", "-1,000.00", "0.00"],
    ]


def test_the_table_of_buckets_adds_up_to_what_is_open(two_currencies):
    """Each bucket stands in the table beside its chart, and the credits that lower one are named."""
    rows = [row[:2] for row in two_currencies.page().rows["aging buckets"]]
    assert rows[8:] == [
        ["Days past due", "USD"], ["Not due", "432.10"], ["1-30", "0.00"], ["31-60", "0.00"], ["61-90", "-67.60"],
        ["91+", "1,234,567.50"], ["Open", "1,234,932.00"], ["of which credits", "-67.60"],
    ]  # fmt: skip


def test_the_chart_tells_its_amounts_to_those_who_cannot_see_it(two_currencies):
    """Every chart has a title, and a description with all of its amounts."""
    page = two_currencies.page()
    assert "Open amounts in JPY by days past due" in page.sections["aging"]
    assert "Not due: 0; 1-30: 2,500,000; 31-60: 0; 61-90: 0; 91+: 0" in page.sections["aging"]
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-labelledby")]
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert [set(label.split()) <= ids for label in labels] == [True, True]


def test_bars_are_as_long_as_their_amounts(desk):
    """Within a currency the longest bar is the largest amount, and half of it is half as long."""
    desk.account("A1")
    desk.books.bill("A1", date(2026, 1, 20), "800.00")
    desk.books.bill("A1", date(2025, 12, 20), "400.00")
    heights = [Decimal(value) for tag, name, value in desk.page().attributes if (tag, name) == ("rect", "height")]
    assert Decimal("158.0") in heights
    assert Decimal("79.0") in heights


def test_a_bucket_with_more_credits_than_debits_hangs_below_the_line(desk):
    """A negative bucket is drawn downwards, with its amount, and keeps the rest of the chart on the page."""
    desk.account("A1")
    desk.books.bill("A1", date(2026, 1, 20), "300.00")
    desk.books.bill("A1", date(2025, 12, 20), "-300.00", terms="IMMEDIATE", class_="CM")
    page = desk.page()
    assert "-300.00" in page.sections["aging"]
    assert ("line", "y1", "105.0") in page.attributes


def test_there_are_as_many_bars_as_the_policy_has_buckets(two_currencies):
    """Other bounds give other buckets, and a chart for each currency."""
    page = two_currencies.page(rules=AgingRules(make_buckets((10, 20, 30, 60, 90, 120, 180))))
    assert page.tags["g"] == 2 * 9
    assert "121-180" in page.sections["aging"]


@pytest.mark.parametrize(
    ("rules", "stands", "defined"),
    [
        (AgingRules(credits="apart"), "Credits, apart -120.00 Open 180.00", "Credit memos stand apart, in no bucket."),
        (AgingRules(), "Open 180.00 of which credits -120.00", "A credit memo is in the bucket of its own date"),
        (
            AgingRules(make_buckets((1, 2), "months"), "months", credits="oldest_first"),
            "Months USD Share Current 180.00",
            "set off against the oldest debits",
        ),
    ],
    ids=["apart", "own age", "months"],
)
def test_the_page_ages_as_the_policy_says(desk, rules, stands, defined):
    """What stands apart is named below the buckets, the definitions tell where credits are, months are called so."""
    desk.account("A1")
    desk.books.bill("A1", date(2026, 1, 20), "300.00")
    desk.books.bill("A1", date(2025, 12, 20), "-120.00", terms="IMMEDIATE", class_="CM")
    page = desk.page(rules=rules)
    assert stands in " ".join(cell for row in page.rows["aging buckets"] for cell in row if cell)
    assert defined in page.sections["definitions"]


def test_largest_debtors_are_named_by_currency(two_currencies):
    """Customers stand under their own currency with number, days and overdue amount."""
    rows = two_currencies.page().rows["debtors"]
    assert ["霧ヶ沢計測株式会社000J1", "12", "2,500,000"] in rows
    assert ["Acme000A1", "92", "1,234,499.90"] in rows


def test_every_section_is_there_even_when_nothing_is_open(desk):
    """An empty ledger and an empty plan give a page that says so."""
    desk.account("A1")
    page = desk.page()
    assert [name for tag, attribute, name in page.attributes if (tag, attribute) == ("section", "id")] == SECTIONS
    assert "Nothing is open on this day." in page.sections["figures"]
    assert "the policy asks for no action" in page.sections["actions"]
    assert "None: every row was taken" in page.sections["findings"]


def test_the_heading_says_where_the_page_comes_from(two_currencies):
    """Company, day, policy, plan, snapshot and maker stand at the top."""
    page = two_currencies.page(company="Acme & Söhne")
    head = page.text[: page.text.index("Key figures")]
    assert all(word in head for word in ("Acme & Söhne", "31 January 2026", "house-rules", "abababababab", "anna"))


def test_nothing_is_fetched_and_nothing_runs(two_currencies):
    """The file has no script, no address of another place, and forbids both to the browser."""
    page = two_currencies.page([{}])
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & page.tags.keys()
    assert not re.search(r"(https?:)?//\w|url\(|@import|javascript:", page.html)
    assert all(value.startswith("#") for tag, name, value in page.attributes if name in ("href", "src"))
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert ("meta", "content", policy) in page.attributes
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


HOSTILE = (
    """<script>alert("x")</script> "><img src=x onerror=alert(1)> ' onload='alert(2) """
    "</title></style></svg><svg>"
)


def test_texts_from_the_data_stay_texts(desk):
    """Markup in names, notes, rules, settings, findings and outcomes is shown, never obeyed."""
    desk.account("A1", f"=HYPERLINK(1) {HOSTILE}")
    desk.books.bill("A1", date(2025, 12, 1), "10.00")
    given = {
        "account_name": HOSTILE, "rule": HOSTILE, "reason": HOSTILE, "payload": {"text": HOSTILE, "note_kind": HOSTILE},
        "passed_over": [{"rule": HOSTILE, "unmet": HOSTILE}], "settings": {"x": {"value": HOSTILE, "layer": HOSTILE}},
    }  # fmt: skip
    finding = {"code": "x", "severity": "warning", "message": HOSTILE, "place": HOSTILE, "count": 1, "example": HOSTILE}
    page = desk.page([given], outcomes={"k1": HOSTILE}, findings=[finding], company=HOSTILE)
    assert not {"script", "img"} & page.tags.keys()
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert f"=HYPERLINK(1) {HOSTILE}" in page.sections["debtors"]
    assert page.sections["actions"].count(HOSTILE) >= 8
    assert page.sections["findings"].count(HOSTILE) == 3


def test_actions_stand_by_kind_with_reason_rule_and_approval(two_currencies):
    """Holds come before notes; each says what is done, why, by which rule, and which rules were passed over."""
    hold = {
        "key": "k2", "kind": "hold", "rule": "overdue-hold", "reason": "is 92 days late", "approval": "required",
        "payload": {"name": "credit-overdue"}, "passed_over": [{"rule": "gentle-hold", "unmet": "overdue_amount < 5"}],
    }  # fmt: skip
    section = two_currencies.page([{}, hold]).sections["actions"]
    assert section.index("Holds to place") < section.index("Notes to write")
    assert all(word in section for word in ("credit-overdue", "is 92 days late", "overdue-hold", "required"))
    assert all(word in section for word in ("gentle-hold", "overdue_amount < 5", "Please pay.", "automatic"))


def test_adjustments_show_their_amounts_and_their_sum(two_currencies):
    """A write-off is negative, and sums are per currency."""
    given = {"kind": "adjustment", "schedule_id": "S1", "payload": {"type": "INVOICE"}, "approval": "required"}
    actions = [
        {**given, "key": "k1", "amount": "-1204.15", "currency": "USD"},
        {**given, "key": "k2", "amount": "-0.85", "currency": "USD"},
        {**given, "key": "k3", "amount": "-330", "currency": "JPY"},
    ]
    section = two_currencies.page(actions).sections["actions"]
    assert all(amount in section for amount in ("-1,204.15 USD", "-1,205.00 USD", "-330 JPY"))


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [("done", "written"), ("stale", "stale, not written"), ("refused", "refused by the ERP"), ("in_doubt", "in doubt"),
     ("approval_missing", "waiting for approval"), ("some_new_state", "some new state")],
)  # fmt: skip
def test_outcomes_are_worded(two_currencies, outcome, shown):
    """What became of an action is said in words, and one that is not known is not hidden."""
    page = two_currencies.page([{}], outcomes={"k1": outcome})
    assert page.rows["actions actions"][1][-1] == shown
    assert f"1 {shown}" in page.sections["actions"]


def test_before_apply_the_page_says_that_nothing_was_written(two_currencies):
    """Without outcomes nobody can take the plan for done."""
    page = two_currencies.page([{}])
    assert "Nothing of this has been written to the ERP yet." in page.sections["actions"]
    assert page.rows["actions actions"][1][-1] == "not applied"


def test_a_large_plan_stays_a_page(two_currencies):
    """Of 20,000 actions the first 200 of each kind are listed, with a line that says where the others are."""
    actions = [{"key": f"k{number}", "kind": ("note", "hold")[number % 2]} for number in range(20_000)]
    page = two_currencies.page(actions, plan_file=two_currencies.folder / "monday.json")
    assert page.tags["details"] == 400
    assert page.sections["actions"].count("9,800 more are not listed here") == 2
    assert "monday.json" in page.sections["actions"]
    assert "20,000" in page.sections["figures"]
    assert len(page.html) < 1_000_000


def test_findings_say_how_many_rows_and_show_one(two_currencies):
    """A finding comes with its weight, its count and an example."""
    finding = {"code": "x", "severity": "error", "message": "pays nothing", "count": 1200, "example": "X-17"}
    section = two_currencies.page(findings=[finding]).sections["findings"]
    assert all(word in section for word in ("error", "pays nothing", "1,200 rows", "X-17"))


def test_a_ledger_that_ties_out_says_so(two_currencies):
    """Every check has a mark in each currency."""
    page = two_currencies.page()
    assert "ties out" in page.sections["figures"]
    assert [row[1:] for row in page.rows["tie-out tie-out"]] == [["JPY", "USD"], *[["✓", "✓"]] * 8]


def test_a_ledger_that_does_not_tie_out_shows_the_difference(desk, monkeypatch):
    """A balance that the ERP states otherwise is a difference on the page, in its own currency."""
    desk.account("A1")
    desk.books.bill("A1", date(2025, 12, 1), "1500.00")
    records = desk.books.records()
    records["schedules"] = [
        schedule.model_copy(update={"amount_remaining": Decimal("260.50")}) for schedule in records["schedules"]
    ]
    monkeypatch.setattr(desk.books, "records", lambda: records)
    page = desk.page()
    assert "does not tie out" in page.sections["figures"]
    assert "✗ 1,239.50" in page.sections["tie-out"]


def test_the_same_plan_gives_the_same_page(two_currencies):
    """A report is a function of its arguments: no time of day, no path of the machine."""
    first, second = two_currencies.page([{}]), two_currencies.page([{}])
    assert first.html == second.html
    assert str(two_currencies.folder) not in first.html


def test_a_plan_of_another_day_is_not_reported(desk):
    """Figures of one day beside decisions of another would mislead."""
    desk.account("A1")
    ledger = desk.ledger()
    plan = desk.plan(ledger)
    with Ledger(ledger.snapshot, date(2026, 1, 30)) as earlier, pytest.raises(PlanError, match="2026-01-30"):
        write_report(desk.folder / "r.html", plan=plan, ledger=earlier, aging=Aging(earlier), company="Acme")
    assert not (desk.folder / "r.html").exists()


def test_an_aging_by_schedule_is_not_reported(desk):
    """The largest customers need an aging by account."""
    desk.account("A1")
    ledger = desk.ledger()
    with pytest.raises(UsageError, match="by account"):
        write_report(
            desk.folder / "r.html", plan=desk.plan(ledger), ledger=ledger, aging=Aging(ledger, by="schedule"),
            company="Acme",
        )  # fmt: skip

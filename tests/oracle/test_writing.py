"""What the package answers on Oracle-style tables, and what stands there afterwards."""

from datetime import datetime
from decimal import Decimal

import pytest
from oracle_intents import intent

from erp_ar_ext.spi import ActionKind, Outcome

pytestmark = pytest.mark.oracle

NOTE, HOLD, RELEASE, ADJUSTMENT = ActionKind.NOTE, ActionKind.HOLD, ActionKind.RELEASE, ActionKind.ADJUSTMENT

DAY = datetime.fromisoformat("2026-03-02")
NEVER = datetime.fromisoformat("4712-12-31")

SCHEDULE = (
    "SELECT amount_due_remaining, amount_line_items_remaining, tax_remaining, amount_adjusted, status, "
    "actual_date_closed FROM ar_payment_schedules_all WHERE payment_schedule_id = 101"
)


def write(erp, *intents, **settings):
    """Write intents; returns outcomes and messages."""
    with erp.target(**settings) as target:
        return [(one.outcome, one.message) for one in target.write(intents)]


def requests(erp):
    """How many requests are on record."""
    return int(erp.rows("SELECT COUNT(*) FROM xxar_ext_requests")[0][0])


REFUSALS = {
    "an unknown schedule": (intent(ADJUSTMENT, schedule_id="999"), "no schedule 999 in operating unit 81"),
    "a schedule of another unit": (intent(ADJUSTMENT, org_id="82"), "no schedule 101 in operating unit 82"),
    "a receipt's own schedule": (
        intent(ADJUSTMENT, schedule_id="103", guard={"amount_original": "-50", "amount_remaining": "-50"}),
        "class PMT",
    ),
    "another currency": (intent(ADJUSTMENT, currency="EUR"), "the schedule is in USD"),
    "more than remains": (intent(ADJUSTMENT, amount=Decimal("-100.01")), "more than what remains"),
    "an unknown type": (intent(ADJUSTMENT, payload={"type": "OTHER"}), "type is not one of"),
    "nothing": (intent(ADJUSTMENT, amount=Decimal(0)), "other than zero"),
    "39 digits": (intent(ADJUSTMENT, amount=Decimal("-0." + "1" * 39)), "more than 38 digits"),
    "no operating unit": (intent(ADJUSTMENT, org_id=None), "there is no org_id None"),
    "an id that is no number": (intent(NOTE, account_id="C-7"), "ids of this ERP are whole numbers"),
    "an id written otherwise": (intent(NOTE, account_id="07"), "ids of this ERP are whole numbers"),
    "an unknown account": (intent(NOTE, account_id="8"), "there is no account 8"),
    "a note on an unknown schedule": (intent(NOTE, schedule_id="999"), "there is no schedule 999"),
    "an empty note": (intent(NOTE, payload={"text": " "}), "text is missing"),
    "a note of 33,000 bytes": (intent(NOTE, payload={"text": "가" * 11_000}), "longer than 32,767 bytes"),
    "half a character": (intent(NOTE, payload={"text": "\ud800"}), "half a character"),
    "a control character": (intent(NOTE, payload={"text": "a\x00b"}), "control character"),
    "a strange reference": (intent(NOTE, external_ref="theirs:1"), "does not begin with 'erp-ar:'"),
    "a hold of an unknown account": (intent(HOLD, account_id="8"), "there is no account 8"),
    "a site of nobody": (intent(HOLD, payload={"scope": "site", "scope_id": "312"}), "no such site or order"),
    "an order of nobody": (intent(HOLD, payload={"scope": "order", "scope_id": "556"}), "no such site or order"),
    "an unknown scope": (intent(HOLD, payload={"scope": "region"}), "scope is not one of"),
    "a hold without a name": (intent(HOLD, payload={"name": None}), "name is missing"),
    "an unknown hold": (intent(RELEASE, payload={"hold_id": "902"}), "no hold is called 902"),
    "a hold of another unit": (intent(RELEASE, org_id="82"), "no hold is called 900"),
    "a hold of another name": (intent(RELEASE, payload={"name": "limit"}), "has another name than limit"),
    "somebody else's hold": (intent(RELEASE, payload={"hold_id": "901"}), "placed by somebody else"),
}


@pytest.mark.parametrize(("wrong", "why"), REFUSALS.values(), ids=REFUSALS)
def test_refuses_and_says_why(oracle_erp, wrong, why):
    """What the ERP cannot take is refused with the reason, by a check as by a write, and leaves nothing."""
    with oracle_erp.target() as target:
        [checked] = target.check([wrong])
        [written] = target.write([wrong])
        assert list(target.look_up([wrong])) == [None]
    assert (checked.outcome, written.outcome) == (Outcome.REFUSED, Outcome.REFUSED)
    assert why in written.message
    assert checked.message == written.message
    assert (requests(oracle_erp), oracle_erp.effects("erp-ar:k1")) == (0, 0)


STALE = {
    "another original amount": (
        intent(ADJUSTMENT, guard={"amount_original": "121.00"}),
        "amount_original is 120, the plan saw 121.00",
    ),
    "another remaining amount": (
        intent(ADJUSTMENT, guard={"amount_remaining": "99.99"}),
        "amount_remaining is 100, the plan saw 99.99",
    ),
    "an amount that was not there": (intent(ADJUSTMENT, guard={"amount_remaining": None}), "amount_remaining is 100"),
    "an amount that is none": (intent(ADJUSTMENT, guard={"amount_remaining": "many"}), "amount_remaining is 100"),
    "a hold that is there": (intent(HOLD, account_id="42"), "hold 900 of this name is active already"),
}


@pytest.mark.parametrize(("late", "why"), STALE.values(), ids=STALE)
def test_stale_where_the_plan_saw_something_else(oracle_erp, late, why):
    """A guard that no longer holds is stale, by a check as by a write, and leaves nothing."""
    with oracle_erp.target() as target:
        [checked] = target.check([late])
        [written] = target.write([late])
    assert (checked.outcome, written.outcome) == (Outcome.STALE, Outcome.STALE)
    assert written.message.startswith(why)
    assert (requests(oracle_erp), oracle_erp.effects("erp-ar:k1")) == (0, 0)


def test_stops_at_the_next_action_when_it_is_told_to(oracle_erp):
    """The action it is at is finished; what was not tried is said to be left, and is not there."""
    intents = [intent(NOTE, f"k{number}") for number in range(3)]
    answers = iter([False, True, True])
    with oracle_erp.target(stopping=lambda: next(answers)) as target:
        assert [one.outcome for one in target.write(intents)] == [Outcome.CREATED, Outcome.LEFT, Outcome.LEFT]
        assert [found is not None for found in target.look_up(intents)] == [True, False, False]


ACCOUNT = {"account_status": "A", "merged_into": None}
SEEN = {
    NOTE: ACCOUNT | {"amount_remaining": "100.00", "amount_in_dispute": "0.00"},
    HOLD: ACCOUNT | {"due": {"USD": "50.00"}},
    RELEASE: ACCOUNT | {"due": {}, "applied_on": "2026-01-01"},
    ADJUSTMENT: ACCOUNT | {"amount_in_dispute": "0.00"},
}
INACTIVE = "UPDATE hz_cust_accounts SET status = 'I' WHERE cust_account_id IN (7, 42)"


def all_seen(kind, key="k1"):
    """An intent with all of its guard, as a plan of the small ledger gives it."""
    return intent(kind, key, guard=SEEN[kind], **({"schedule_id": "101"} if kind is NOTE else {}))


@pytest.fixture
def other(oracle_erp):
    """Somebody else at the ERP; what is not committed is undone."""
    oracle_erp.execute("UPDATE hz_cust_accounts SET status = 'A'")
    with oracle_erp.ebs.schema.connect() as connection:
        yield connection
        connection.rollback()
    oracle_erp.execute("UPDATE hz_cust_accounts SET status = NULL")


@pytest.mark.parametrize("kind", list(ActionKind))
def test_a_customer_that_is_being_made_inactive_meanwhile(oracle_erp, other, kind):
    """While somebody changes the account it is busy; once that is committed it is stale; undone, it is written."""
    with other.cursor() as cursor:
        cursor.execute(INACTIVE)
    [(busy, why)] = write(oracle_erp, all_seen(kind))
    assert (busy, "another session" in why) == (Outcome.STALE, True)
    other.commit()
    assert write(oracle_erp, all_seen(kind)) == [(Outcome.STALE, "account_status is I, the plan saw A")]
    oracle_erp.execute("UPDATE hz_cust_accounts SET status = 'A'")
    assert [outcome for outcome, _ in write(oracle_erp, all_seen(kind))] == [Outcome.CREATED]


@pytest.mark.parametrize("kind", list(ActionKind))
def test_nobody_changes_what_was_compared_before_it_is_committed(oracle_erp, other, kind):
    """The account, and the schedule of an action on one, stay locked from the comparison to the commit."""
    import oracledb  # noqa: PLC0415 - only where Oracle is tested

    busy = []

    def try_to_change(real):
        tables = [("hz_cust_accounts", "cust_account_id", 42 if kind is RELEASE else 7)]
        if kind in {NOTE, ADJUSTMENT}:
            tables.append(("ar_payment_schedules_all", "payment_schedule_id", 101))
        for table, key, number in tables:
            with other.cursor() as cursor, pytest.raises(oracledb.DatabaseError, match="ORA-00054"):
                cursor.execute(f"SELECT 1 FROM {table} WHERE {key} = :n FOR UPDATE NOWAIT", n=number)
            busy.append(table)
        real()

    with oracle_erp.target() as target, pytest.MonkeyPatch.context() as patched:
        real = oracledb.Connection.commit
        patched.setattr(oracledb.Connection, "commit", lambda self: try_to_change(lambda: real(self)))
        [answer] = target.write([all_seen(kind)])
    assert answer.outcome is Outcome.CREATED
    assert busy


DUE = {
    "a payment": (
        "UPDATE ar_payment_schedules_all SET amount_due_remaining = 60 WHERE payment_schedule_id = 101",
        True,
    ),
    "of another unit": ("UPDATE ar_payment_schedules_all SET org_id = 83 WHERE payment_schedule_id = 101", True),
    "not due yet": (
        "UPDATE ar_payment_schedules_all SET due_date = DATE '2026-03-03' WHERE payment_schedule_id = 101",
        True,
    ),
    "due within the day": (
        "UPDATE ar_payment_schedules_all SET due_date = DATE '2026-03-02' + 0.9 WHERE payment_schedule_id = 101",
        False,
    ),
    "a receipt not confirmed": (
        "UPDATE ar_payment_schedules_all SET receipt_confirmed_flag = 'N' WHERE payment_schedule_id = 103",
        True,
    ),
    "another account's": ("UPDATE ar_payment_schedules_all SET amount_applied = 1 WHERE customer_id = 42", False),
}


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize(("change", "stale"), DUE.values(), ids=DUE)
def test_what_is_due_is_summed_as_it_is_read(oracle_erp, change, stale):
    """Over the operating units that are read, receipts that count, and items that are due by the day."""
    oracle_erp.execute(change)
    [(outcome, why)] = write(oracle_erp, all_seen(HOLD), org_ids=[81, 82])
    assert outcome is (Outcome.STALE if stale else Outcome.CREATED)
    assert not stale or why.endswith("the plan saw USD 50.0000")


def test_a_hold_that_was_lifted_is_stale(oracle_erp):
    """What was lifted is not lifted again under another reference."""
    assert [outcome for outcome, _ in write(oracle_erp, intent(RELEASE), intent(RELEASE, "k2"))] == [
        Outcome.CREATED,
        Outcome.STALE,
    ]


def test_an_adjustment_keeps_the_running_totals(oracle_erp):
    """An adjustment of a part lowers that part, what remains and what was adjusted, and leaves the schedule open."""
    assert write(oracle_erp, intent(ADJUSTMENT)) == [(Outcome.CREATED, "")]
    assert oracle_erp.rows(SCHEDULE) == [(Decimal("95.5"), Decimal("75.5"), Decimal(20), Decimal("-4.5"), "OP", NEVER)]
    [row] = oracle_erp.rows(
        "SELECT type, status, amount, acctd_amount, line_adjusted, apply_date, gl_date, comments, attribute15, org_id "
        "FROM ar_adjustments_all"
    )

    amount = Decimal("-4.5")
    assert row == ("LINE", "A", amount, amount, amount, DAY, DAY, "small balance", "erp-ar:k1", 81)


def test_an_adjustment_of_the_whole_closes_the_schedule(oracle_erp):
    """All that remains, written off over all parts, closes the schedule on the day."""
    whole = intent(ADJUSTMENT, amount=Decimal("-100.00"), payload={"type": "INVOICE"})
    assert write(oracle_erp, whole) == [(Outcome.CREATED, "")]
    assert oracle_erp.rows(SCHEDULE) == [(0, 0, 0, -100, "CL", DAY)]


def test_an_adjustment_of_the_whole_is_shared_exactly(oracle_erp):
    """A part of the whole is shared over the parts, and the shares add up to it to the cent."""
    write(oracle_erp, intent(ADJUSTMENT, amount=Decimal("-33.33"), payload={"type": "INVOICE"}))
    [(line, tax, remaining)] = oracle_erp.rows(
        "SELECT a.line_adjusted, a.tax_adjusted, s.amount_due_remaining FROM ar_adjustments_all a, "
        "ar_payment_schedules_all s WHERE s.payment_schedule_id = a.payment_schedule_id"
    )
    assert (line, tax, remaining) == (Decimal("-26.66"), Decimal("-6.67"), Decimal("66.67"))


def test_a_second_adjustment_of_a_plan_is_stale(oracle_erp):
    """Two adjustments planned on one balance: the second finds it changed."""
    assert [outcome for outcome, _ in write(oracle_erp, intent(ADJUSTMENT), intent(ADJUSTMENT, "k2"))] == [
        Outcome.CREATED,
        Outcome.STALE,
    ]
    assert (oracle_erp.effects("erp-ar:k1"), oracle_erp.effects("erp-ar:k2")) == (1, 0)


PERIODS = {
    "open": ({"03-26": "O"}, "2026-03-02", ""),
    "future-enterable": ({"03-26": "F"}, "2026-03-02", ""),
    "closed, the next is open": (
        {"03-26": "C", "04-26": "O"},
        "2026-04-01",
        "GL date 2026-04-01 in place of 2026-03-02",
    ),
    "closed, the next is never opened": (
        {"03-26": "C", "04-26": "N"},
        None,
        "no period of receivables is open from 2026-02-10 on",
    ),
    "only one before the item is open": (
        {"01-26": "O", "03-26": "C", "04-26": "P"},
        None,
        "no period of receivables is open from 2026-02-10 on",
    ),
}


@pytest.mark.parametrize(("statuses", "gl_date", "message"), PERIODS.values(), ids=PERIODS)
def test_the_gl_date_lies_in_an_open_period(oracle_erp, statuses, gl_date, message):
    """The business date where its period is open, else the first day of the earliest open one; and both are told."""
    for name, status in statuses.items():
        oracle_erp.execute("UPDATE gl_period_statuses SET closing_status = :s WHERE period_name = :n", s=status, n=name)
    [(outcome, told)] = write(oracle_erp, intent(ADJUSTMENT))
    assert outcome is (Outcome.CREATED if gl_date else Outcome.REFUSED)
    assert told.startswith(message)
    booked = oracle_erp.rows(
        "SELECT a.gl_date, a.apply_date, r.gl_date, r.business_date FROM ar_adjustments_all a, "
        "xxar_ext_requests r WHERE r.result_id = a.adjustment_id"
    )

    assert booked == ([(datetime.fromisoformat(gl_date), DAY, datetime.fromisoformat(gl_date), DAY)] if gl_date else [])


def test_an_activity_that_is_named_must_be_there(oracle_erp):
    """Adjustments are booked under the activity of the settings, or not at all."""
    [(refused, why)] = write(oracle_erp, intent(ADJUSTMENT), adjustment_activity="Bad debts")
    assert (refused, why) == (Outcome.REFUSED, "operating unit 81 has no active receivables activity Bad debts")
    write(oracle_erp, intent(ADJUSTMENT), adjustment_activity="Small balance", adjustment_reason="SMALL")
    assert oracle_erp.rows("SELECT receivables_trx_id, reason_code FROM ar_adjustments_all") == [(1001, "SMALL")]


TEXTS = {
    "short": ("Overdue: 100.00 USD.", 20, False),
    "2,000 bytes": ("a" * 2_000, 2_000, False),
    "2,001 bytes": ("a" * 2_001, 2_000, True),
    "Korean, 4,000 characters": ("가" * 4_000, 666, True),
    "a wide character at the edge": ("a" * 1_998 + "😀", 1_998, True),
}


@pytest.mark.parametrize(("text", "kept", "detailed"), TEXTS.values(), ids=TEXTS)
def test_a_note_is_cut_by_bytes_and_kept_whole(oracle_erp, text, kept, detailed):
    """NOTES holds 2,000 bytes and no half character; a longer text stands whole in NOTES_DETAIL."""
    assert write(oracle_erp, intent(NOTE, payload={"text": text})) == [(Outcome.CREATED, "")]
    [(notes, detail)] = oracle_erp.rows("SELECT notes, notes_detail FROM jtf_notes_tl")
    assert notes == text[:kept]
    assert detail == (text if detailed else None)


@pytest.mark.parametrize(("schedule", "source"), [(None, ("IEX_ACCOUNT", 7)), ("101", ("IEX_INVOICES", 101))])
def test_a_note_is_seen_at_its_account(oracle_erp, schedule, source):
    """A note about a schedule is the schedule's, and its account is a context; the author is whom FND_USER knows."""
    write(oracle_erp, intent(NOTE, schedule_id=schedule))
    assert oracle_erp.rows("SELECT source_object_code, source_object_id FROM jtf_notes_b") == [source]
    assert oracle_erp.rows("SELECT note_context_type, note_context_type_id FROM jtf_note_contexts") == [
        ("IEX_ACCOUNT", 7)
    ]
    assert oracle_erp.rows("SELECT entered_by, note_type, entered_date FROM jtf_notes_b") == [(5, "dunning", DAY)]


HOLDS = {
    "an account in one unit": ({}, [("C", "7", 81)]),
    "an account in each unit": ({"org_id": None}, [("C", "7", 81), ("C", "7", 82)]),
    "a site": ({"payload": {"scope": "site", "scope_id": "311"}}, [("B", "311", 81)]),
    "an order": ({"payload": {"scope": "order", "scope_id": "555"}}, [("O", "555", 81)]),
}


@pytest.mark.parametrize(("changes", "held"), HOLDS.values(), ids=HOLDS)
def test_a_hold_is_placed_on_its_target(oracle_erp, changes, held):
    """Each scope holds its own; an account without an operating unit is held in all of its own."""
    assert write(oracle_erp, intent(HOLD, **changes)) == [(Outcome.CREATED, "")]
    assert held == oracle_erp.rows(
        "SELECT hold_entity_code, hold_entity_id, org_id FROM oe_hold_sources_all WHERE attribute15 = 'erp-ar:k1' "
        "ORDER BY org_id"
    )


def test_only_units_of_the_settings_are_held(oracle_erp):
    """An account is held in no operating unit that this configuration does not read."""
    assert write(oracle_erp, intent(HOLD, org_id=None), org_ids=[82]) == [(Outcome.CREATED, "")]
    assert oracle_erp.rows("SELECT org_id FROM oe_hold_sources_all WHERE attribute15 = 'erp-ar:k1'") == [(82,)]
    [(outcome, why)] = write(oracle_erp, intent(HOLD, "k2", org_id=None, payload={"name": "limit"}), org_ids=[83])
    assert (outcome, why) == (
        Outcome.REFUSED,
        "the account has no site or item in an operating unit that may be held",
    )


def test_one_refused_intent_leaves_the_others(oracle_erp):
    """Each intent is a transaction of its own: what is refused or stale undoes nothing of the others."""
    answers = write(
        oracle_erp, intent(NOTE, "a"), intent(NOTE, "b", account_id="8"), intent(HOLD, "c"), intent(HOLD, "d")
    )
    assert [outcome for outcome, _ in answers] == [
        Outcome.CREATED,
        Outcome.REFUSED,
        Outcome.CREATED,
        Outcome.STALE,
    ]
    assert [oracle_erp.effects(f"erp-ar:{key}") for key in "abcd"] == [1, 0, 1, 0]


def test_a_long_reference_is_keyed_by_its_digest(oracle_erp):
    """A reference longer than a key is written whole, and found again."""
    long = intent(NOTE, external_ref="erp-ar:" + "x" * 100)
    with oracle_erp.target() as target:
        [created] = target.write([long])
        [found] = target.look_up([long])
    assert (created.outcome, found.outcome) == (Outcome.CREATED, Outcome.EXISTS)
    [(key, reference)] = oracle_erp.rows("SELECT request_key, external_ref FROM xxar_ext_requests")
    assert (len(key), reference) == (64, long.external_ref)


def test_what_a_request_became_is_on_record(oracle_erp):
    """The table of requests tells who asked, what for, and what came of it."""
    write(oracle_erp, intent(ADJUSTMENT))
    assert oracle_erp.rows(
        "SELECT r.action_code, r.target_type, r.target_id, r.org_id, r.outcome, r.body, r.result_status, r.db_user "
        "FROM xxar_ext_requests r, ar_adjustments_all a "
        "WHERE a.adjustment_id = r.result_id AND r.result_number = a.adjustment_number AND r.finished_at IS NOT NULL"
    ) == [("ADJUSTMENT", "SCHEDULE", 101, 81, "CREATED", "standalone", "DONE", oracle_erp.ebs.schema.user)]


def test_the_package_tells_its_version(oracle_erp):
    """The version is that which this release calls, with the name of the body."""
    from erp_ar_ext_oracle.package import VERSION, version_query  # noqa: PLC0415

    assert oracle_erp.rows(version_query()) == [(f"{VERSION} standalone",)]

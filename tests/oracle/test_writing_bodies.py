"""The bodies for E-Business Suite, against stubs of its packages, and for staging tables."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from oracle_books import EbsSchema, create_tables
from oracle_intents import intent
from oracle_package import OracleErp, install, small

from erp_ar_ext.spi import ActionKind, Outcome

pytestmark = pytest.mark.oracle

NOTE, HOLD, RELEASE, ADJUSTMENT = ActionKind.NOTE, ActionKind.HOLD, ActionKind.RELEASE, ActionKind.ADJUSTMENT
STUBS = Path(__file__).parent / "ebs_stubs"
CREDIT = {"name": "Credit Check Failure"}
DAY = datetime.fromisoformat("2026-03-02")


@pytest.fixture(scope="module")
def bodies(oracle_server):
    """A schema of its own, in which one body after the other is installed."""
    schema = oracle_server.new_schema()
    with schema.connect() as connection:
        create_tables(connection)
        install(connection, schema.user, "interface")
        yield EbsSchema(schema, connection)
    schema.drop()


@pytest.fixture(scope="module")
def interface_body(bodies):
    """The body for staging tables."""
    install(bodies.connection, bodies.schema.user, "interface", tables=False)
    return bodies


@pytest.fixture(scope="module")
def ebs_body(bodies):
    """The body for E-Business Suite, over stubs of the suite's packages."""
    from erp_ar_ext_oracle.package import split  # noqa: PLC0415 - only where Oracle is tested

    with bodies.connection.cursor() as cursor:
        for statement in split((STUBS / "00_tables.sql").read_text(encoding="utf-8")):
            cursor.execute(statement)
        stubs = [split(path.read_text(encoding="utf-8")) for path in sorted(STUBS.glob("*.pkg.sql"))]
        for specification, _ in stubs:
            cursor.execute(specification)
        install(bodies.connection, bodies.schema.user, "ebs", tables=False)
        for _, body in stubs:
            cursor.execute(body)
        assert not cursor.warning
    return bodies


@pytest.fixture
def staged(interface_body, tmp_path):
    """The small ledger, and nothing staged."""
    small(interface_body.connection)
    return OracleErp(interface_body, tmp_path)


@pytest.fixture
def suite(ebs_body, tmp_path):
    """The small ledger with the suite's set-up, and stubs that behave well."""
    small(ebs_body.connection)
    erp = OracleErp(ebs_body, tmp_path)
    for table in ("ebs_stub_behaviours", "ebs_stub_context", "fnd_responsibility", "fnd_lookup_values"):
        erp.execute(f"DELETE FROM {table}")
    erp.execute("INSERT INTO fnd_responsibility VALUES (50, 222, 'ERP_AR')")
    erp.execute("INSERT INTO fnd_lookup_values VALUES ('JTF_NOTE_TYPE', 'dunning', 'Y')")
    return erp


def behave(erp, api, behaviour):
    """Let a stub behave in a way of its own."""
    erp.execute("INSERT INTO ebs_stub_behaviours (api, behaviour) VALUES (:a, :b)", a=api, b=behaviour)


def write(erp, *intents, **settings):
    """Write intents; returns outcomes and messages."""
    with erp.target(**settings) as target:
        return [(one.outcome, one.message) for one in target.write(intents)]


@pytest.mark.parametrize("kind", list(ActionKind))
def test_a_staged_request_waits_for_its_import(staged, kind):
    """Each kind becomes one new row of its staging table, is found again, and is told to wait."""
    with staged.target() as target:
        [checked] = target.check([intent(kind)])
        [created] = target.write([intent(kind)])
        [again] = target.write([intent(kind)])
    assert [checked.outcome, created.outcome, again.outcome] == [Outcome.CREATED, Outcome.CREATED, Outcome.EXISTS]
    assert "waits for the import of XXAR_EXT_" in created.message
    assert staged.effects("erp-ar:k1") == 0
    table = {NOTE: "notes", ADJUSTMENT: "adjustments"}.get(kind, "holds")
    assert staged.rows(f"SELECT external_ref, process_flag FROM xxar_ext_{table}_int") == [("erp-ar:k1", "N")]
    assert staged.rows("SELECT body, result_status FROM xxar_ext_requests") == [("interface", "QUEUED")]


@pytest.mark.parametrize("kind", [HOLD, RELEASE, ADJUSTMENT])
def test_what_waits_already_is_stale(staged, kind):
    """While a request waits, another one for the same thing is stale: the ERP's tables do not show the first yet."""
    assert [outcome for outcome, _ in write(staged, intent(kind), intent(kind, "k2"))] == [
        Outcome.CREATED,
        Outcome.STALE,
    ]


def test_a_staged_adjustment_says_all_that_the_import_needs(staged):
    """Amounts are exact, the GL date is open, and the activity and the reason are those of the settings."""
    write(staged, intent(ADJUSTMENT), adjustment_activity="Small balance", adjustment_reason="SMALL")
    assert staged.rows(
        "SELECT org_id, payment_schedule_id, type, amount, apply_date, gl_date, activity_name, reason_code, comments "
        "FROM xxar_ext_adjustments_int"
    ) == [(81, 101, "LINE", Decimal("-4.5"), DAY, DAY, "Small balance", "SMALL", "small balance")]


@pytest.mark.parametrize("kind", list(ActionKind))
def test_the_suite_writes_once(suite, kind):
    """Each kind is written through the suite's API, once, and found again under its reference."""
    with suite.target() as target:
        [checked] = target.check([intent(kind)])
        [created] = target.write([intent(kind)])
        [again] = target.write([intent(kind)])
    assert [checked.outcome, created.outcome, again.outcome] == [Outcome.CREATED, Outcome.CREATED, Outcome.EXISTS]
    assert (created.erp_id, created.message) == (again.erp_id, "")
    assert suite.effects("erp-ar:k1") == (0 if kind is RELEASE else 1)
    assert suite.rows("SELECT body, result_status FROM xxar_ext_requests") == [("ebs", "DONE")]


def test_the_suite_sees_its_user_and_unit(suite):
    """An API runs as the user of the installation, in the operating unit of the request."""
    write(suite, intent(ADJUSTMENT))
    assert sorted(suite.rows("SELECT what, value FROM ebs_stub_context")) == [
        ("ORG", 81),
        ("RESPONSIBILITY", 50),
        ("USER", 6),
    ]


ADJUSTMENTS = {
    "W": (Outcome.CREATED, "waits for an approval", "W", "PENDING"),
    "E": (Outcome.REFUSED, "AR_AAPI_ONE: the first reason AR_AAPI_TWO: the second reason", None, None),
    "U": (Outcome.REFUSED, "technical failure of AR_ADJUST_PUB: ORA-01403", None, None),
    "NO ID": (Outcome.REFUSED, "AR_ADJUST_PUB answers S and gives no reason", None, None),
}


@pytest.mark.parametrize(("behaviour", "expected"), ADJUSTMENTS.items(), ids=ADJUSTMENTS)
def test_an_adjustment_is_what_was_stored(suite, behaviour, expected):
    """The status that is stored counts, not what the API says; its reasons are told, and a refusal leaves nothing."""
    outcome, message, status, result = expected
    behave(suite, "AR_ADJUST_PUB", behaviour)
    [(answer, told)] = write(suite, intent(ADJUSTMENT))
    assert answer is outcome
    assert message in told
    assert suite.rows("SELECT status FROM ar_adjustments_all") == ([(status,)] if status else [])
    assert suite.rows("SELECT result_status FROM xxar_ext_requests") == ([(result,)] if result else [])


@pytest.mark.parametrize("amount", ["-100.00", "-40.00"])
def test_a_part_of_the_whole_is_prorated(suite, amount):
    """All that remains goes under the API's check; a part of the whole needs it off."""
    part = intent(ADJUSTMENT, amount=Decimal(amount), payload={"type": "INVOICE"})
    assert write(suite, part) == [(Outcome.CREATED, "")]


SET_UP = {
    "no user": ("DELETE FROM fnd_user WHERE user_name = 'ERP_AR'", "there is no user ERP_AR in FND_USER"),
    "no responsibility": ("DELETE FROM fnd_responsibility", "there is no responsibility with the key ERP_AR"),
    "no activity": ("DELETE FROM ar_receivables_trx_all", "0 active activities of type ADJUST fit"),
    "two activities": (
        "UPDATE ar_receivables_trx_all SET org_id = 81 WHERE name = 'Other'",
        "2 active activities of type ADJUST fit",
    ),
}


@pytest.mark.parametrize(("change", "why"), SET_UP.values(), ids=SET_UP)
def test_what_is_not_set_up_is_told(suite, change, why):
    """A user, responsibility or activity that is missing is named, by a check as by a write."""
    suite.execute(change)
    with suite.target() as target:
        answers = [*target.check([intent(ADJUSTMENT)]), *target.write([intent(ADJUSTMENT)])]
    assert [one.outcome for one in answers] == [Outcome.REFUSED, Outcome.REFUSED]
    assert all(why in one.message for one in answers)


def test_of_two_activities_the_settings_name_one(suite):
    """Where an operating unit has several activities, the setting says which."""
    suite.execute(SET_UP["two activities"][0])
    assert write(suite, intent(ADJUSTMENT), adjustment_activity="Other") == [(Outcome.CREATED, "")]
    assert suite.rows("SELECT receivables_trx_id FROM ar_adjustments_all") == [(1002,)]


def test_a_note_of_a_kind_that_the_suite_does_not_know_is_refused(suite):
    """A kind that is no note type would be lost, and with it what keeps a second note of the day away."""
    [(outcome, why)] = write(suite, intent(NOTE, payload={"note_kind": "other"}))
    assert (outcome, why) == (
        Outcome.REFUSED,
        "there is no enabled note type other: add it to the lookup JTF_NOTE_TYPE",
    )


def test_a_note_is_seen_at_each_level(suite):
    """A note has contexts for its account and its party; a long one stands whole in its detail."""
    text = "가" * 4_000
    assert write(suite, intent(NOTE, schedule_id="101", payload={"text": text})) == [(Outcome.CREATED, "")]
    assert suite.rows("SELECT note_context_type, note_context_type_id FROM jtf_note_contexts ORDER BY 1") == [
        ("IEX_ACCOUNT", 7),
        ("PARTY", 107),
    ]
    [(source, notes, detail)] = suite.rows(
        "SELECT b.source_object_code, t.notes, t.notes_detail FROM jtf_notes_b b, jtf_notes_tl t "
        "WHERE t.jtf_note_id = b.jtf_note_id"
    )
    assert (source, notes, detail) == ("IEX_INVOICES", text[:666], text)


APIS = {
    "a note that is not taken": (NOTE, {}, "JTF_NOTES_PUB", "E", "JTF_NOTES: not taken"),
    "a note without an id": (NOTE, {}, "JTF_NOTES_PUB", "NO ID", "JTF_NOTES_PUB answers S and gives no reason"),
    "a hold not authorized": (
        HOLD,
        {},
        "OE_HOLDS_PUB",
        "E",
        "OE_HOLDS_AUTHORIZATION_FAILED the responsibility may not do this",
    ),
    "a hold that did not come": (HOLD, {}, "OE_HOLDS_PUB", "NOTHING", "OE_HOLDS_PUB answers S and gives no reason"),
    "a release not authorized": (RELEASE, {}, "OE_HOLDS_PUB", "E", "OE_HOLDS_AUTHORIZATION_FAILED"),
    "a profile changed meanwhile": (
        HOLD,
        {"payload": CREDIT},
        "HZ_CUSTOMER_PROFILE_V2PUB",
        "E",
        "HZ_API_RECORD_CHANGED: somebody else changed the profile",
    ),
}


@pytest.mark.parametrize(("kind", "changes", "api", "behaviour", "why"), APIS.values(), ids=APIS)
def test_what_an_api_refuses_is_refused(suite, kind, changes, api, behaviour, why):  # noqa: PLR0917 - a table
    """An API's refusal, or a success that left nothing, is a refusal with the API's own reason."""
    behave(suite, api, behaviour)
    [(outcome, told)] = write(suite, intent(kind, **changes))
    assert outcome is Outcome.REFUSED
    assert why in told
    assert suite.rows("SELECT COUNT(*) FROM xxar_ext_requests") == [(0,)]


def test_a_hold_that_is_not_defined_is_refused(suite):
    """Order Management must know a hold by its name."""
    [(outcome, why)] = write(suite, intent(HOLD, payload={"name": "unheard-of"}))
    assert (outcome, why) == (
        Outcome.REFUSED,
        "Order Management has no active hold called unheard-of: define it there",
    )


def test_the_credit_hold_goes_by_the_profile(suite):
    """The suite's own credit hold is set and lifted on the customer's profile, and holds and frees orders there."""
    with suite.target() as target:
        [placed] = target.write([intent(HOLD, payload=CREDIT)])
        assert suite.rows("SELECT credit_hold, object_version_number FROM hz_customer_profiles") == [("Y", 4)]
        release = replace(intent(RELEASE, "k2", payload={"hold_id": placed.erp_id, **CREDIT}), account_id="7")
        [lifted] = target.write([release])
    assert [placed.outcome, lifted.outcome] == [Outcome.CREATED, Outcome.CREATED]
    assert suite.rows("SELECT credit_hold FROM hz_customer_profiles") == [("N",)]
    assert suite.rows("SELECT released_flag FROM oe_hold_sources_all WHERE hold_id = 1") == [("Y",)]


def test_a_flag_that_holds_nothing_is_told(suite):
    """The flag may be set while Order Management holds nothing: it is written, and said."""
    behave(suite, "HZ_CUSTOMER_PROFILE_V2PUB", "FLAG ONLY")
    [(outcome, told)] = write(suite, intent(HOLD, payload=CREDIT))
    assert outcome is Outcome.CREATED
    assert told == "the credit hold is set, but Order Management holds no order of operating unit 81"
    assert suite.rows("SELECT result_status FROM xxar_ext_requests") == [("FLAG_ONLY",)]


def test_a_locked_profile_is_tried_again_and_then_left(suite):
    """A form that is open on the profile locks it: nothing is written, and the plan is stale."""
    with suite.ebs.schema.connect() as clerk, clerk.cursor() as cursor:
        cursor.execute("SELECT credit_hold FROM hz_customer_profiles WHERE cust_account_profile_id = 70 FOR UPDATE")
        [(outcome, why)] = write(suite, intent(HOLD, payload=CREDIT))
    assert outcome is Outcome.STALE
    assert why.startswith("another session holds the row (ORA-00054")

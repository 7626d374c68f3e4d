"""Intents as calls of the package: keys and digests that never change, and binds that hold what is meant."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from erp_ar_ext_oracle.package import VERSION, call, signatures, version_query
from erp_ar_ext_oracle.requests import NoRequestError, payload_hash, request_key, request_of
from erp_ar_ext_oracle.settings import parse

from erp_ar_ext.spi import ActionKind, Intent

SETTINGS = parse({"dsn": "db/erp", "user": "W", "password": "p", "org_ids": [204, 81]})
OUTS = {"P_DRY_RUN", "X_OUTCOME", "X_ERP_ID", "X_MESSAGE"}


def intent(kind, **changes):
    payload = {
        ActionKind.NOTE: {"text": "Pay.", "note_kind": "dunning"},
        ActionKind.HOLD: {"name": "credit-overdue", "scope": "account", "reason": "60 days"},
        ActionKind.RELEASE: {"hold_id": "900", "name": "credit-overdue", "reason": "paid"},
        ActionKind.ADJUSTMENT: {"type": "LINE", "reason": "small"},
    }[kind]
    base = Intent("k", "erp-ar:k", kind, "7", date(2026, 3, 2), "81", payload=payload, author="maker")
    if kind is ActionKind.ADJUSTMENT:
        base = replace(base, schedule_id="101", amount=Decimal("-4.50"), currency="USD")
    return replace(base, **changes)


@pytest.mark.parametrize("kind", list(ActionKind))
def test_binds_are_the_parameters_of_the_specification(kind):
    """Each call names every parameter of its procedure, and none that it does not have."""
    request = request_of(intent(kind), SETTINGS)
    assert {name.upper() for name in request.binds} | OUTS == set(signatures()[request.procedure.upper()])


DIGESTS = {
    ActionKind.NOTE: "95adb955a7843ad8",
    ActionKind.HOLD: "4f2192238b5f77bd",
    ActionKind.RELEASE: "5d8d07d6ce8dc2ca",
    ActionKind.ADJUSTMENT: "1bcd71c99c452639",
}


@pytest.mark.parametrize(("kind", "digest"), DIGESTS.items())
def test_digests_of_requests_stay_what_they_are(kind, digest):
    """A release that digests a request otherwise would call what is written already another content."""
    assert payload_hash(intent(kind)).startswith(digest)


SAME = {
    "another day": {"business_date": date(2026, 3, 3)},
    "another author": {"author": "other"},
    "another guard": {"guard": {"amount_remaining": "1"}},
    "the amount with other zeros": {"amount": Decimal("-4.5000")},
}
OTHER = {
    "another amount": {"amount": Decimal("-4.51")},
    "another schedule": {"schedule_id": "102"},
    "another operating unit": {"org_id": "82"},
    "another type": {"payload": {"type": "TAX"}},
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_what_means_the_same_has_the_same_digest(changes):
    """Day, author and guard say when and by whom, not what."""
    assert payload_hash(intent(ActionKind.ADJUSTMENT, **changes)) == payload_hash(intent(ActionKind.ADJUSTMENT))


@pytest.mark.parametrize("changes", OTHER.values(), ids=OTHER)
def test_what_means_something_else_has_another_digest(changes):
    """Whatever changes the effect changes the digest."""
    assert payload_hash(intent(ActionKind.ADJUSTMENT, **changes)) != payload_hash(intent(ActionKind.ADJUSTMENT))


@pytest.mark.parametrize(
    ("reference", "bytes_"),
    [("erp-ar:" + "a" * 32, 39), ("erp-ar:" + "a" * 57, 64), ("erp-ar:" + "a" * 58, 64), ("erp-ar:" + "가" * 20, 64)],
)
def test_a_key_fits_its_column(reference, bytes_):
    """A reference of up to 64 bytes is its own key; a longer one has its digest."""
    key = request_key(reference)
    assert len(key.encode()) == bytes_
    assert (key == reference) == (len(reference.encode()) <= 64)


GUARDS = [({}, None), ({"amount_remaining": "100.00"}, "100.00"), ({"amount_remaining": "1E+3"}, "1000")]
UNEQUAL = [None, "many", "NaN", "Infinity", "0." + "1" * 40]


@pytest.mark.parametrize(("guard", "bound"), [*GUARDS, *(({"amount_remaining": text}, "-") for text in UNEQUAL)])
def test_a_guard_is_a_plain_decimal(guard, bound):
    """What is no number, or was not there, is sent as what nothing equals; what is not said guards nothing."""
    request = request_of(intent(ActionKind.ADJUSTMENT, guard=guard), SETTINGS)
    assert request.binds["p_guard_remaining"] == bound


def test_amounts_and_days_are_bound_exactly():
    """Amounts are decimals, days begin at midnight, and the units of the settings are named in a hold."""
    binds = request_of(intent(ActionKind.ADJUSTMENT), SETTINGS).binds
    assert (binds["p_amount"], type(binds["p_amount"])) == (Decimal("-4.50"), Decimal)
    assert binds["p_business_date"] == datetime.fromisoformat("2026-03-02")
    assert request_of(intent(ActionKind.HOLD), SETTINGS).binds["p_org_ids"] == "204,81"


def test_a_float_is_no_amount():
    """A float has lost its cents already."""
    with pytest.raises(NoRequestError, match="amount"):
        request_of(intent(ActionKind.ADJUSTMENT, amount=-4.5), SETTINGS)


def test_a_reason_is_made_to_fit():
    """A reason is a comment beside the effect: what does not fit is cut, and what cannot be kept is replaced."""
    long = intent(ActionKind.RELEASE, payload={"hold_id": "900", "reason": "a\x00\ud800" + "x" * 9_000})
    reason = request_of(long, SETTINGS).binds["p_reason"]
    assert (len(reason), reason[:4]) == (4_000, "a ?x")


def test_calls_are_by_name():
    """A call names its parameters and, where it is told, the schema of the package."""
    assert call("apps", "look_up", ["p_request_key", "x_outcome"]) == (
        "BEGIN APPS.XXAR_EXT_API.look_up(p_request_key => :p_request_key, x_outcome => :x_outcome); END;"
    )
    assert version_query() == "SELECT XXAR_EXT_API.version() AS version FROM dual"
    assert VERSION.count(".") == 2

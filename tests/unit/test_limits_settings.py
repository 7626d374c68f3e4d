"""`[approvals]` and `[limits]` as they are written in erp-ar.toml."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from erp_ar_ext.config import load_config
from erp_ar_ext.errors import ConfigError
from erp_ar_ext.limits import Kind, folded, span
from erp_ar_ext.spi import ActionKind


@pytest.fixture
def configured(tmp_path):
    """Load a configuration that holds the given sections."""

    def load(text, **environment):
        path = tmp_path / "erp-ar.toml"
        path.write_text(f'[source]\nadapter = "csv"\n{text}', encoding="utf-8")
        return load_config(path, environment).settings

    return load


def test_amounts_are_exact_and_by_currency(configured):
    """An amount is text or a whole number, and is kept to the last digit."""
    settings = configured('[limits]\nper_plan = { USD = "0.10", JPY = 5000, KWD = "7.501" }')
    assert settings.limits.per_plan == {"USD": Decimal("0.10"), "JPY": Decimal(5000), "KWD": Decimal("7.501")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[limits]\nper_plan = { USD = 0.1 }",
            "limits.per_plan.USD: 0.1 is read as a binary fraction; write",
        ),
        ('[limits]\nper_plan = { USD = "-1" }', "limits.per_plan.USD: '-1' is not an amount"),
        ('[limits]\nper_plan = { USD = "1,000.00" }', "is not an amount"),
        ('[limits]\nper_plan = { USD = "1_000" }', "is not an amount"),
        ('[limits]\nper_plan = { USD = "nan" }', "is not an amount"),
        ('[limits]\nper_plan = { USD = "\u0665" }', "is not an amount"),
        ("[limits]\nper_plan = { USD = true }", "is not an amount"),
        ('[limits]\nper_plan = { usd = "1" }', "should match pattern"),
        ("[limits]\nactions = -1", "limits.actions"),
        ('[limits]\nper_customer = { USD = "1" }', "limits.per_customer: is not a setting"),
        ('[limits]\nkinds = ["notes"]', "limits.kinds.0"),
        ("[approvals]\nexpires_after_hours = 0", "approvals.expires_after_hours"),
        ('[[approvals.checkers]]\nname = "ben"\nperiod = "year"', "approvals.checkers.0.period"),
        ('[[approvals.checkers]]\nkinds = ["note"]', "approvals.checkers.0.name: is missing"),
        ('[[approvals.checkers]]\nname = "Ben "\n[[approvals.checkers]]\nname = "ben"', "ben is there twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(configured, text, told):
    """A limit that would not hold what somebody thinks it holds is an error that names the setting."""
    with pytest.raises(ConfigError) as caught:
        configured(text)
    assert told in str(caught.value)


def test_the_environment_overrides_and_takes_no_fraction_either(configured, monkeypatch):
    """A variable holds a table as JSON, whose numbers with a point are refused as those of TOML are."""
    monkeypatch.setenv("ERP_AR__LIMITS__PER_PLAN", '{"USD": "0.10"}')
    assert configured('[limits]\nper_plan = { USD = "5.00" }').limits.per_plan == {"USD": Decimal("0.10")}
    monkeypatch.setenv("ERP_AR__LIMITS__PER_PLAN", '{"USD": 0.1}')
    with pytest.raises(ConfigError, match="binary fraction"):
        configured("")


def test_the_kinds_are_those_that_can_be_written():
    """A kind that an adapter can write can be limited."""
    assert set(get_args(Kind)) == {str(kind) for kind in ActionKind}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Ben", " BEN ", True), ("Jose\u0301", "José", True), ("\uff42en", "ben", True), ("ben", "benn", False)],
)
def test_a_name_is_compared_as_people_read_it(one, other, same):
    """Case, spaces and the way letters are encoded make nobody another person."""
    assert (folded(one) == folded(other)) is same


@pytest.mark.parametrize(
    ("zone", "moment", "start", "end"),
    [
        ("Europe/Berlin", "2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00"),  # a day of 23 hours
        ("Europe/Berlin", "2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00"),  # of 25
        ("America/Havana", "2026-11-01T04:30", "2026-11-01T04:00", "2026-11-02T05:00"),  # midnight comes twice
        ("Pacific/Kiritimati", "2026-01-01T09:59", "2025-12-31T10:00", "2026-01-01T10:00"),
    ],
)
def test_a_day_is_the_companys_own(zone, moment, start, end):
    """From midnight to midnight where the company is, also where the clock is changed; no moment is in two days."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [f"{one:%Y-%m-%dT%H:%M}" for one in span("day", at, ZoneInfo(zone))] == [start, end]
    following = span("day", datetime.fromisoformat(end).replace(tzinfo=UTC), ZoneInfo(zone))
    assert f"{following[0]:%Y-%m-%dT%H:%M}" == end

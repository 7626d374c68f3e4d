"""What every adapter that writes must hold: once, under its reference, and only while the guard holds."""
# ruff: noqa: S101 - a test's assertions

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from erp_ar_ext.spi import ActionKind, Capability, Intent, Outcome
from erp_ar_ext.testing.company import ORG, Rows
from erp_ar_ext.testing.conformance.guarding import CHANGES, GUARDS, guarded
from erp_ar_ext.testing.conformance.subject import BaseConformance, Subject

CAPABILITIES = {
    ActionKind.NOTE: Capability.WRITE_NOTE,
    ActionKind.HOLD: Capability.WRITE_HOLD,
    ActionKind.RELEASE: Capability.WRITE_RELEASE,
    ActionKind.ADJUSTMENT: Capability.WRITE_ADJUSTMENT,
}
ENTITY = {
    ActionKind.NOTE: "notes",
    ActionKind.HOLD: "holds",
    ActionKind.ADJUSTMENT: "adjustments",
}

each_kind = pytest.mark.parametrize("kind", list(ActionKind))
each_guarded_kind = pytest.mark.parametrize("kind", [ActionKind.HOLD, ActionKind.RELEASE, ActionKind.ADJUSTMENT])


def example_intent(kind: ActionKind, key: str = "k1") -> Intent:
    """Make an intent that the example company takes."""
    base = Intent(
        key=key,
        external_ref=f"erp-ar:{key}",
        kind=kind,
        account_id="0042" if kind is ActionKind.RELEASE else "0007",
        business_date=date(2026, 3, 2),
        org_id=ORG,
        author="maker",
    )
    if kind is ActionKind.NOTE:
        return replace(base, payload={"text": "First reminder: 100.00 USD, “überfällig”.", "note_kind": "dunning"})
    if kind is ActionKind.HOLD:
        hold = {"name": "credit-overdue", "scope": "account", "scope_id": None, "reason": "60 days past due"}
        return replace(base, payload=hold, guard={"active_hold": None})
    if kind is ActionKind.RELEASE:
        release = {"hold_id": "H1", "name": "credit-overdue", "reason": "paid"}
        return replace(base, payload=release, guard={"released_on": None})
    return replace(
        base,
        schedule_id="S101",
        amount=Decimal("-4.50"),
        currency="USD",
        payload={"type": "LINE", "reason": "small balance"},
        guard={"amount_original": "120.00", "amount_remaining": "100.00"},
    )


def other_content(intent: Intent) -> Intent:
    """Make an intent with other content under the same reference."""
    if intent.kind is ActionKind.ADJUSTMENT:
        return replace(intent, amount=Decimal("-9.99"))
    changed: Mapping[ActionKind, Mapping[str, Any]] = {
        ActionKind.NOTE: {"text": "Second reminder."},
        ActionKind.HOLD: {"name": "limit-exceeded"},
        ActionKind.RELEASE: {"hold_id": "H2", "name": "limit-exceeded"},
    }
    return replace(intent, payload={**intent.payload, **changed[intent.kind]})


class BaseWriteConformance(BaseConformance):
    """Writing: each of the five answers where it belongs, and never a second effect."""

    def become(self, subject: Subject, company: Rows) -> None:
        """Make the ERP hold these rows in place of those it was prepared with, as its own people would."""
        raise NotImplementedError("a subclass changes the rows of its ERP here")

    @each_kind
    def test_writes_and_then_finds_it_written(self, subject: Subject, kind: ActionKind) -> None:
        """A first write creates, with the row's id; the same once more finds it and changes nothing."""
        subject.need(CAPABILITIES[kind])
        intent = example_intent(kind)
        with subject.target() as target:
            [created] = target.write([intent])
            [again] = target.write([intent])
        assert (created.key, created.outcome, again.outcome) == (intent.key, Outcome.CREATED, Outcome.EXISTS)
        assert created.erp_id
        assert again.erp_id == created.erp_id

    @each_kind
    def test_written_is_still_there_after_reopening(self, subject: Subject, kind: ActionKind) -> None:
        """What was answered as created survives the connection that wrote it."""
        subject.need(CAPABILITIES[kind])
        with subject.target() as target:
            target.write([example_intent(kind)])
        with subject.target() as target:
            assert [one.outcome for one in target.write([example_intent(kind)])] == [Outcome.EXISTS]

    @each_kind
    def test_other_content_differs(self, subject: Subject, kind: ActionKind) -> None:
        """Other content under a reference that exists is told apart, and never written."""
        subject.need(CAPABILITIES[kind])
        intent = example_intent(kind)
        with subject.target() as target:
            target.write([intent])
            assert [one.outcome for one in target.write([other_content(intent)])] == [Outcome.DIFFERS]
            assert [one.outcome for one in target.write([intent])] == [Outcome.EXISTS]

    @each_guarded_kind
    def test_stale_where_the_guard_fails(self, subject: Subject, kind: ActionKind) -> None:
        """An action whose facts changed since the plan is stale, and leaves nothing under its reference."""
        subject.need(CAPABILITIES[kind], Capability.GUARD)
        late = example_intent(kind, "late")
        with subject.target() as target:
            target.write([example_intent(kind, "first")])
            [answer] = target.write([late])
            assert answer.outcome is Outcome.STALE
            assert answer.message
            if subject.can(Capability.LOOK_UP):
                assert list(target.look_up([late])) == [None]

    @pytest.mark.parametrize("sort", GUARDS)
    def test_what_the_plan_saw_is_written(self, subject: Subject, sort: str) -> None:
        """An action with all of its guard is written while everything is as the plan saw it."""
        intent = guarded(sort, example_intent)
        subject.need(CAPABILITIES[intent.kind], Capability.GUARD)
        with subject.target() as target:
            assert [one.outcome for one in target.write([intent])] == [Outcome.CREATED]

    @pytest.mark.parametrize("change", CHANGES)
    def test_what_changed_between_check_and_write_is_stale(self, subject: Subject, change: str) -> None:
        """What somebody does after a check makes stale what is no longer right, tells why, and nothing else."""
        happen, stale = CHANGES[change]
        for sort in GUARDS:
            intent = guarded(sort, example_intent)
            if not (subject.can(CAPABILITIES[intent.kind]) and subject.can(Capability.GUARD)):
                continue
            with subject.target() as target:
                self.become(subject, self.company)
                assert [one.outcome for one in target.check([intent])] == [Outcome.CREATED], sort
                self.become(subject, happen(self.company, intent))
                [checked], [written] = target.check([intent]), target.write([intent])
                assert checked.outcome is written.outcome is (Outcome.STALE if sort in stale else Outcome.CREATED), sort
                assert written.message or sort not in stale
                assert sort not in stale or not subject.can(Capability.LOOK_UP) or target.look_up([intent]) == [None]

    @each_kind
    def test_refuses_what_is_not_there(self, subject: Subject, kind: ActionKind) -> None:
        """An action on an account, hold or schedule the ERP does not have is refused with a reason."""
        subject.need(CAPABILITIES[kind])
        intent = example_intent(kind)
        unknown = {
            ActionKind.RELEASE: replace(intent, payload={**intent.payload, "hold_id": "no-such-hold"}),
            ActionKind.ADJUSTMENT: replace(intent, schedule_id="no-such-schedule"),
        }.get(kind, replace(intent, account_id="no-such-account"))
        with subject.target() as target:
            [answer] = target.write([unknown])
        assert answer.outcome is Outcome.REFUSED
        assert answer.message

    @each_kind
    def test_check_writes_nothing(self, subject: Subject, kind: ActionKind) -> None:
        """A check answers as a write would, and a later write still creates."""
        subject.need(CAPABILITIES[kind])
        intent = example_intent(kind)
        with subject.target() as target:
            assert [one.outcome for one in target.check([intent])] == [Outcome.CREATED]
            assert [one.outcome for one in target.write([intent])] == [Outcome.CREATED]
            assert [one.outcome for one in target.check([intent])] == [Outcome.EXISTS]

    @each_kind
    def test_look_up_tells_all_three(self, subject: Subject, kind: ActionKind) -> None:
        """A look-up tells what is not there, what is, and what is there with other content."""
        subject.need(CAPABILITIES[kind], Capability.LOOK_UP)
        intent = example_intent(kind)
        with subject.target() as target:
            assert list(target.look_up([intent])) == [None]
            target.write([intent])
            found = target.look_up([intent, replace(intent, key="k2", external_ref="erp-ar:k2"), other_content(intent)])
        assert [one and one.outcome for one in found] == [Outcome.EXISTS, None, Outcome.DIFFERS]

    def test_answers_in_order_each_alone(self, subject: Subject) -> None:
        """Answers come in the order of the intents, and one that is refused does not stop the others."""
        subject.need(Capability.WRITE_NOTE)
        notes = [example_intent(ActionKind.NOTE, f"n{number}") for number in range(5)]
        notes[2] = replace(notes[2], account_id="no-such-account")
        with subject.target() as target:
            answers = target.write(notes)
        assert [one.key for one in answers] == [one.key for one in notes]
        assert [one.outcome for one in answers] == [
            Outcome.REFUSED if number == 2 else Outcome.CREATED for number in range(5)
        ]

    def test_writes_nothing_for_nothing(self, subject: Subject) -> None:
        """No intents, no answers."""
        with subject.target() as target:
            assert list(target.write([])) == []

    @pytest.mark.parametrize("kind", list(ENTITY))
    def test_written_rows_are_read_back(self, subject: Subject, kind: ActionKind) -> None:
        """What was written is read from the ERP like any other row, once, under its reference."""
        subject.need(CAPABILITIES[kind], Capability.READ)
        intent = example_intent(kind)
        with subject.target() as target:
            target.write([intent])
            target.write([intent])
        [row] = [row for row in subject.rows(ENTITY[kind]) if row["external_ref"] == intent.external_ref]
        expected = {
            ActionKind.NOTE: {"account_id": "0007", "text": intent.payload.get("text")},
            ActionKind.HOLD: {"account_id": "0007", "name": "credit-overdue", "applied_on": intent.business_date},
            ActionKind.ADJUSTMENT: {"schedule_id": "S101", "amount": Decimal("-4.50"), "status": "A"},
        }[kind]
        assert {name: row[name] for name in expected} == expected

    def test_a_lifted_hold_is_read_back(self, subject: Subject) -> None:
        """A hold that was lifted shows the day."""
        subject.need(Capability.WRITE_RELEASE, Capability.READ)
        intent = example_intent(ActionKind.RELEASE)
        with subject.target() as target:
            target.write([intent])
        released = {row["hold_id"]: row["released_on"] for row in subject.rows("holds")}
        assert released["H1"] == intent.business_date

    def test_identity_is_that_of_the_source(self, subject: Subject) -> None:
        """Source and target of one ERP name it alike: a plan is applied only where it was made from."""
        subject.need(Capability.READ)
        with subject.source() as source, subject.target() as target:
            assert dict(source.identity()) == dict(target.identity())

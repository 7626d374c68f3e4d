"""How each action of a plan stands with its checkers: waiting, approved, rejected, or sent already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from erp_ar_ext.model import amount_text
from erp_ar_ext.plan.document import Plan
from erp_ar_ext.store import Decision, OutboxRow, Stopped, Store, Verdict
from erp_ar_ext.store.records import SENT
from erp_ar_ext.store.words import expiry


@dataclass(frozen=True)
class Approval:
    """An action that needs approval, or that somebody spoke of; `standing` is waiting, approved, rejected or sent."""

    key: str
    kind: str
    account_id: str
    amount: Decimal | None
    currency: str | None
    standing: str
    checker: str | None = None
    decided_at: str | None = None
    expires_at: str | None = None
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For --json: the amount as text."""
        amount = None if self.amount is None else amount_text(self.amount, self.currency)
        return asdict(self) | {"amount": amount}


_OUTCOMES = {"waiting": "approval_missing", "approved": "approved", "rejected": "rejected"}


def approvals_of(plan: Plan, store: Store) -> list[Approval]:
    """Tell how the actions of a plan stand, in its order; those that nobody needs to approve only if somebody spoke."""
    return _approvals(plan, store, store.outbox.rows([action.key for action in plan.actions]))


def _approvals(plan: Plan, store: Store, rows: Mapping[str, OutboxRow]) -> list[Approval]:
    said, stopped = store.decisions(plan.plan_id), store.stopped(plan)
    sent = {key for key, row in rows.items() if row.state in SENT}
    told = []
    for action in plan.actions:
        word = said.get(action.key)
        if action.approval != "required" and word is None:
            continue
        standing, why = _standing(stopped.get(action.key), was_sent=action.key in sent)
        approved = word is not None and word.verdict is Verdict.APPROVED
        end = expiry(word, store.rules.approvals) if word is not None and approved and standing == "approved" else None
        of_whom = _of_whom(word)
        told.append(
            Approval(
                action.key, action.kind, action.account_id, action.amount, action.currency, standing, *of_whom, end, why
            )
        )
    return told


def outcomes_of(plan: Plan, store: Store) -> dict[str, str]:
    """What became of a plan's actions so far, by key, for its report: sent, or how it stands with its checkers.

    Empty as long as nobody spoke and nothing was sent.
    """
    rows = store.outbox.rows([action.key for action in plan.actions])
    sent = {key: str(row.state) for key, row in rows.items()}
    told = _approvals(plan, store, rows)
    if not sent and not any(one.checker for one in told):
        return {}
    return {one.key: _OUTCOMES[one.standing] for one in told if one.standing in _OUTCOMES} | sent


def totals(approvals: Sequence[Approval]) -> dict[str, dict[str, Any]]:
    """Count actions and add up their amounts per currency, by standing; standings that do not occur are left out."""
    found: dict[str, dict[str, Any]] = {}
    for standing in ("approved", "waiting", "rejected", "sent"):
        these = [one for one in approvals if one.standing == standing]
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for one in these:
            if one.amount is not None:
                amounts[one.currency or ""] += one.amount
        if these:
            told = {currency: amount_text(amount, currency) for currency, amount in sorted(amounts.items())}
            found[standing] = {"actions": len(these), "amounts": told}
    return found


def _standing(stopped: Stopped | None, *, was_sent: bool) -> tuple[str, str]:
    if was_sent:
        return "sent", ""
    if stopped is None:
        return "approved", ""
    return ("rejected" if stopped.rejected else "waiting"), stopped.why


def _of_whom(word: Decision | None) -> tuple[str | None, str | None]:
    return (None, None) if word is None else (word.checker, word.decided_at)

"""What the report says of a plan: its actions by kind, each with its reason and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from erp_ar_ext.plan.document import Action, Passed, Plan
from erp_ar_ext.report.wording import KIND_TITLES, Wording, outcome_wording

ACTIONS_SHOWN = 200
"""Actions listed per kind: beyond that nobody reads a page, and the plan file has them all."""


@dataclass(frozen=True)
class ActionLine:
    """One action as people read it; `text` is what is written, `condition` the rule's where the text is another."""

    key: str
    account_id: str
    account_name: str
    schedule_id: str | None
    title: str
    text: str
    condition: str | None
    rule: str
    amount: Decimal | None
    currency: str | None
    approval: Wording
    outcome: Wording
    settings: tuple[tuple[str, str, str], ...]
    passed_over: tuple[Passed, ...]


@dataclass(frozen=True)
class ActionGroup:
    """All actions of a kind: how many there are, how many of each rule, and the first of them."""

    kind: str
    title: str
    count: int
    by_rule: tuple[tuple[str, int], ...]
    sums: tuple[tuple[str, Decimal], ...]
    shown: tuple[ActionLine, ...]

    @property
    def hidden(self) -> int:
        """Actions that are not listed."""
        return self.count - len(self.shown)


def action_groups(plan: Plan, outcomes: Mapping[str, str] | None) -> list[ActionGroup]:
    """Actions by kind, in the order of the page; kinds without actions are left out."""
    by_kind: dict[str, list[Action]] = {kind: [] for kind in KIND_TITLES}
    for action in plan.actions:
        by_kind[action.kind].append(action)
    return [_group(kind, actions, outcomes or {}) for kind, actions in by_kind.items() if actions]


def outcome_counts(plan: Plan, outcomes: Mapping[str, str]) -> list[tuple[Wording, int]]:
    """How many actions came to which end, the most frequent first."""
    counted = Counter(outcome_wording(outcomes.get(action.key)) for action in plan.actions)
    return counted.most_common()


def _group(kind: str, actions: list[Action], outcomes: Mapping[str, str]) -> ActionGroup:
    sums: dict[str, Decimal] = {}
    for action in actions:
        if action.amount is not None:
            sums[action.currency or ""] = sums.get(action.currency or "", Decimal(0)) + action.amount
    return ActionGroup(
        kind=kind,
        title=KIND_TITLES[kind],
        count=len(actions),
        by_rule=tuple(Counter(action.rule for action in actions).most_common()),
        sums=tuple(sorted(sums.items())),
        shown=tuple(_line(action, outcomes) for action in actions[:ACTIONS_SHOWN]),
    )


def _line(action: Action, outcomes: Mapping[str, str]) -> ActionLine:
    payload = action.payload
    text = str(payload.get("text") or action.reason)
    title = payload.get("note_kind") or payload.get("name") or payload.get("type") or action.kind
    approval = Wording("required", "attention") if action.approval == "required" else Wording("automatic", "plain")
    return ActionLine(
        key=action.key,
        account_id=action.account_id,
        account_name=action.account_name or action.account_id,
        schedule_id=action.schedule_id,
        title=str(title),
        text=text,
        condition=action.reason if text != action.reason else None,
        rule=action.rule,
        amount=action.amount,
        currency=action.currency,
        approval=approval,
        outcome=outcome_wording(outcomes.get(action.key)),
        settings=tuple(_setting(name, given) for name, given in sorted(action.settings.items())),
        passed_over=tuple(action.passed_over),
    )


def _setting(name: str, given: object) -> tuple[str, str, str]:
    """Name, value and layer of a setting; a plain value has no layer."""
    if isinstance(given, Mapping):
        return name, str(given.get("value", "")), str(given.get("layer", ""))
    return name, str(given), ""

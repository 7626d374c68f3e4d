"""Decided rows become actions: key, reason, facts, guard and payload, written as JSON where the rows are.

An action's key says what it means, so that the same intent has the same key in every plan until it was carried out:

- a note: its rule, its account or schedule, and the due date of the oldest debit that may be chased;
- a hold: its name, the account, and how often we have held it before;
- a release: the hold it lifts;
- an adjustment: the schedule, and how often we have adjusted it before: of several rules the first one writes it.

What is in the ERP under our reference already is not planned again, and of a group of rules one note a day is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.ledger.facts import CATALOGUE, LIMIT_CURRENCY_FACTS, FactType, Grain
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.plan.decide import Decider
from erp_ar_ext.plan.guards import account_guard, joined, schedule_guard
from erp_ar_ext.policy import CompiledRule, Policy
from erp_ar_ext.spi import ActionKind

_COLUMNS = "kind, account_id, schedule_id, currency, amount, approval, key, document"
_OURS = f"starts_with(external_ref, {literal(OUR_REFERENCE)})"
_LIMIT_FACTS = LIMIT_CURRENCY_FACTS | {"limit_state"}

PLAN_MODELS = ("exemptions_then", "our_references", "said_today")
"""Models of the ledger that the writer reads besides the facts."""


class ActionWriter:
    """Writes the table `actions` of one plan, from the tables of facts, PLAN_MODELS and the guards of the accounts.

    `tenant` is part of every key; `inputs`, the digest of what was read, guards what the ERP gives no balance of.
    """

    def __init__(self, engine: DuckDBEngine, policy: Policy, tenant: str, inputs: str) -> None:
        self._engine = engine
        self._policy = policy
        self._tenant = tenant
        self._inputs = inputs

    def write(self, deciders: Sequence[Decider]) -> None:
        """Define the table `actions`, one row per action that is not in the ERP yet."""
        selects = [select for decider in deciders for select in self._of_rule(decider)]
        every = "\nUNION ALL\n".join(
            f"SELECT {at} AS rule_number, {_COLUMNS} FROM ({select})" for at, select in enumerate(selects)
        )
        self._engine.define(
            "actions",
            f"SELECT a.* FROM ({every}) AS a ANTI JOIN our_references AS known "
            f"ON known.external_ref = {literal(OUR_REFERENCE)} || a.key "
            "QUALIFY row_number() OVER (PARTITION BY a.key ORDER BY a.rule_number) = 1",
            materialized=True,
        )

    def _of_rule(self, decider: Decider) -> list[str]:
        match decider.rule.action:
            case ActionKind.NOTE:
                return [self._note(decider)]
            case ActionKind.HOLD:
                return [self._hold(decider), self._release(decider)]
            case _:
                return [self._adjustment(decider)]

    def _note(self, decider: Decider) -> str:
        rule = decider.rule
        of_schedule = rule.grain is Grain.SCHEDULE
        org, schedule = ("d.org_id", "d.schedule_id") if of_schedule else ("NULL", "NULL")
        since = "d.due_date" if of_schedule else "coalesce(d.oldest_undisputed_due_date, d.oldest_due_date)"
        cycle = [literal(rule.id), "d.currency", since]
        return self._action(
            decider,
            source=self._unsaid(decider, org, schedule, cycle),
            org=org,
            schedule=schedule,
            cycle=cycle,
            reason=literal(rule.when.text),
            payload=_struct({"note_kind": literal(rule.note_kind), "text": "d.message"}),
            guard=schedule_guard(self._inputs) if of_schedule else account_guard(self._inputs, currency="d.currency"),
        )

    def _unsaid(self, decider: Decider, org: str, schedule: str, cycle: Sequence[str]) -> str:
        """Rows a note is decided on, but for what was said already.

        That is what was said to a customer before it was merged into this one, and what was said on the day itself by
        this rule or another of its group: a payment or a write-off gives the account another oldest item, and so the
        note another key, but nobody is reminded twice a day.
        """
        kinds = ", ".join(sorted({literal(rule.note_kind) for rule in decider.group if rule.note_kind}))
        said = self._key(ActionKind.NOTE, ("former.account_id", org, schedule, *cycle))
        return f"""
            SELECT d.* FROM ({_decided(decider)}) AS d
            ANTI JOIN (
                SELECT d.account_id, d.currency, {org} AS org_id, {schedule} AS schedule_id
                FROM {decider.table} AS d
                JOIN survivors AS former ON former.survivor_id = d.account_id
                JOIN our_references AS known ON known.external_ref = {literal(OUR_REFERENCE)} || {said}
                WHERE d.{decider.decided}
            ) AS told ON told.account_id = d.account_id AND told.currency = d.currency
                AND told.org_id IS NOT DISTINCT FROM {org} AND told.schedule_id IS NOT DISTINCT FROM {schedule}
            ANTI JOIN said_today AS today ON today.account_id = d.account_id AND today.kind IN ({kinds})
                AND today.org_id IS NOT DISTINCT FROM {org} AND today.schedule_id IS NOT DISTINCT FROM {schedule}"""

    def _hold(self, decider: Decider) -> str:
        name = literal(decider.rule.hold)
        source = f"""
            SELECT d.*, coalesce(held_before.times, 0) AS times
            FROM ({_decided(decider)}) AS d
            LEFT JOIN (SELECT account_id, count(*) AS times FROM holds_then WHERE name = {name} AND ours GROUP BY ALL)
                AS held_before ON held_before.account_id = d.account_id
            ANTI JOIN holds_then AS held
                ON held.account_id = d.account_id AND held.name = {name} AND (held.active OR held.lifted_today)
            ANTI JOIN exemptions_then AS e ON e.account_id = d.account_id AND e.hold_name = {name}
                AND coalesce(d.overdue_amount <= e.amount_cap, TRUE)
            QUALIFY row_number() OVER (PARTITION BY d.account_id ORDER BY d.overdue_amount DESC, d.currency) = 1"""
        return self._action(
            decider,
            source=source,
            cycle=[name, "d.times"],
            reason="d.message",
            payload=_struct({"name": name, "scope": "'account'", "scope_id": "NULL", "reason": "d.message"}),
            guard=account_guard(self._inputs, {"active_hold": "NULL"}),
            currency="NULL",
        )

    def _release(self, decider: Decider) -> str:
        """Lift our hold where the reason is known to be gone in every currency of the account."""
        rule = decider.rule
        name = literal(rule.hold)
        still = _still(rule)
        if rule.release_when is None:
            why = f"'no longer so: ' || CASE {_first_unmet(rule)} ELSE '-' END"
        else:
            why = literal(f"now so: {rule.release_when.text}")
        source = f"""
            SELECT f.* REPLACE (coalesce(f.why, 'nothing is open any more') AS why),
                   h.account_id AS held_account, h.hold_id, h.org_id AS hold_org, h.applied_on
            FROM holds_then AS h
            ANTI JOIN (SELECT account_id FROM account_facts WHERE {still}) AS still ON still.account_id = h.account_id
            LEFT JOIN (SELECT *, {why} AS why FROM account_facts) AS f ON f.account_id = h.account_id
            WHERE h.active AND h.ours AND h.name = {name}
            QUALIFY row_number() OVER
                (PARTITION BY h.org_id, h.hold_id ORDER BY f.overdue_amount DESC NULLS LAST, f.currency) = 1"""
        return self._action(
            decider,
            kind=ActionKind.RELEASE,
            source=source,
            account="d.held_account",
            org="d.hold_org",
            cycle=["d.hold_id"],
            reason="d.why",
            payload=_struct({"hold_id": "d.hold_id", "name": name, "reason": "d.why"}),
            guard=account_guard(self._inputs, {"released_on": "NULL", "applied_on": "d.applied_on"}),
            currency="NULL",
            passed_over="[]",
        )

    def _adjustment(self, decider: Decider) -> str:
        rule = decider.rule
        source = f"""
            SELECT d.*, coalesce(adjusted.times, 0) AS times, coalesce(adjusted.rows_there, 0) AS rows_there
            FROM ({_decided(decider)}) AS d
            LEFT JOIN (
                SELECT org_id, schedule_id, count(*) FILTER ({_OURS}) AS times, count(*) AS rows_there
                FROM adjustments GROUP BY ALL
            ) AS adjusted ON adjusted.org_id = d.org_id AND adjusted.schedule_id = d.schedule_id"""
        original = {"amount_original": money_text_sql("d.amount_original", "d.currency")}
        return self._action(
            decider,
            source=source,
            org="d.org_id",
            schedule="d.schedule_id",
            amount=rule.amount_sql or "NULL",
            cycle=["d.times"],
            reason="d.message",
            guard=schedule_guard(self._inputs, original, {"adjustments": "d.rows_there"}),
            payload=_struct({"type": literal(rule.adjustment_type), "reason": "d.message"}),
        )

    def _action(  # noqa: PLR0913 - one argument per part of an action, all by name
        self,
        decider: Decider,
        *,
        source: str,
        cycle: Sequence[str],
        reason: str,
        payload: str,
        kind: ActionKind | None = None,
        account: str = "d.account_id",
        org: str = "NULL",
        schedule: str = "NULL",
        amount: str = "NULL",
        currency: str = "d.currency",
        guard: str,
        passed_over: str | None = None,
    ) -> str:
        rule = decider.rule
        kind = kind or rule.action
        document = {
            "key": "key",
            "kind": literal(str(kind)),
            "org_id": org,
            "account_id": account,
            "account_name": "d.account_name",
            "schedule_id": schedule,
            "amount": money_text_sql(amount, "d.currency") if amount != "NULL" else "NULL",
            "currency": currency,
            "rule": literal(rule.id),
            "reason": reason,
            "facts": _facts(decider),
            "settings": self._settings(rule),
            "passed_over": passed_over or _passed_over(decider),
            "guard": guard,
            "payload": payload,
            "approval": literal(rule.approval),
        }
        return f"""
            SELECT {literal(str(kind))} AS kind, {account} AS account_id, {schedule}::VARCHAR AS schedule_id,
                   {currency}::VARCHAR AS currency, {amount}::DECIMAL(18, 4) AS amount,
                   {literal(rule.approval)} AS approval, {self._key(kind, (account, org, schedule, *cycle))} AS key,
                   to_json({_struct(document)})::VARCHAR AS document
            FROM ({source}) AS d
            {joined(account, org, schedule)}"""

    def _key(self, kind: ActionKind, parts: Sequence[str]) -> str:
        said = [literal(self._tenant), literal(str(kind)), *(f"({part})::VARCHAR" for part in parts)]
        return f"substr(sha256(to_json([{', '.join(said)}])::VARCHAR), 1, 32)"

    def _settings(self, rule: CompiledRule) -> str:
        return _struct({name: self._setting(name) for name in rule.settings})

    def _setting(self, name: str) -> str:
        """Value of a setting in a row, an amount as its currency writes it, and the layer that gave it."""
        value = f"({self._policy.setting_sql(name)})"
        per_currency = isinstance(self._policy.settings[name], Mapping)
        text = money_text_sql(value, "d.currency") if per_currency else f"{value}::VARCHAR"
        return _struct({"value": text, "layer": self._policy.setting_layer_sql(name)})


def _still(rule: CompiledRule) -> str:
    """SQL that is true where a hold must stay: while its condition is met or unknown, or its release is not due.

    An exposure that cannot be converted says nothing: the hold stays until it can.
    """
    parts = [f"coalesce({rule.when.sql}, TRUE)"]
    if rule.release_when is not None:
        parts.append(f"NOT coalesce({rule.release_when.sql}, FALSE)")
    if _LIMIT_FACTS.intersection(rule.when.facts):
        parts.append("limit_state = 'unknown'")
    return " OR ".join(parts)


def _decided(decider: Decider) -> str:
    """Rows that a rule decides on, with its text for each."""
    return f"SELECT *, {decider.rule.message.sql} AS message FROM {decider.table} WHERE {decider.decided}"


def _facts(decider: Decider) -> str:
    """Facts that this rule and those before it asked about, and those its texts quote."""
    asked = {fact for rule in (decider.rule, *decider.before) for fact in rule.facts}
    catalogue = CATALOGUE[decider.rule.grain]
    return _struct({name: _fact_json(name, catalogue[name].type) for name in sorted(asked)})


def _fact_json(name: str, fact_type: FactType) -> str:
    column = f'd."{name}"'
    if fact_type is not FactType.MONEY:
        return column
    return money_text_sql(column, "d.limit_currency" if name in LIMIT_CURRENCY_FACTS else "d.currency")


def _passed_over(decider: Decider) -> str:
    """Rules of the group that were tried before, each with its first condition that is not met."""
    entries = [
        _struct({"rule": literal(rule.id), "unmet": f"CASE {_first_unmet(rule)} END"}) for rule in decider.before
    ]
    return f"[{', '.join(entries)}]"


def _first_unmet(rule: CompiledRule) -> str:
    return " ".join(f"WHEN NOT coalesce({sql}, FALSE) THEN {literal(text)}" for text, sql in rule.when.conjuncts)


def _struct(members: dict[str, str]) -> str:
    """Struct, which becomes a JSON object with sorted keys; an empty map stands for the empty struct DuckDB has not."""
    if not members:
        return "MAP {}"
    return "{" + ", ".join(f"{literal(name)}: {value}" for name, value in sorted(members.items())) + "}"

"""What a plan saw that its actions are only right while it is so: the guards, as SQL that gives JSON.

Whose account it is guards every action. An action on a schedule is guarded by what the ERP says remains of it and is
in dispute, any other by what the ERP says is due of the account. Where the ERP says nothing of what remains, the
digest of all that was read stands in for it.
"""

from __future__ import annotations

from datetime import date

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.ledger.money_sql import money_text_sql

_ACCOUNTS = f"""
WITH due AS (
    SELECT account_id, currency, sum(amount_remaining) AS amount, count(*) = count(amount_remaining) AS told
    FROM schedules
    WHERE class = 'PMT' OR due_date IS NULL OR due_date <= :as_of
    GROUP BY account_id, currency
),
dues AS (
    SELECT account_id, bool_and(told) AS told,
        map_from_entries(list({{k: currency, v: {money_text_sql("amount", "currency")}}} ORDER BY currency)
            FILTER (amount <> 0)) AS due
    FROM due GROUP BY account_id
)
SELECT c.account_id AS guarded_account, c.status AS guarded_status, c.merged_into AS guarded_merger,
    coalesce(dues.due, MAP {{}}) AS guarded_due, coalesce(dues.told, FALSE) AS guarded_told
FROM customers AS c
LEFT JOIN dues ON dues.account_id = c.account_id
"""

_OF_SCHEDULES = """
SELECT org_id AS guarded_org, schedule_id AS guarded_schedule, amount_remaining AS guarded_remaining,
    amount_in_dispute AS guarded_dispute
FROM schedules
"""

_ACCOUNT = {"account_status": "guarded_status", "merged_into": "guarded_merger"}


def define_account_guards(engine: DuckDBEngine, as_of: date) -> None:
    """Define the table `account_guards`: per account its status, its merger, and by currency what is due of it.

    Its columns, and those of `joined`, have names that no fact has: conditions name facts alone.
    """
    engine.define("account_guards", _ACCOUNTS, {"as_of": as_of}, materialized=True)


def joined(account: str, org: str, schedule: str) -> str:
    """SQL that joins what guards the account, and the schedule where there is one, to a row."""
    accounts = f"LEFT JOIN account_guards ON guarded_account = {account}"
    if schedule == "NULL":
        return accounts
    return f"{accounts} LEFT JOIN ({_OF_SCHEDULES}) ON guarded_org = {org} AND guarded_schedule = {schedule}"


def account_guard(inputs: str, more: dict[str, str] | None = None, *, currency: str | None = None) -> str:
    """Guard of an action on an account, of what is due in one currency or in all."""
    due = (
        "guarded_due"
        if currency is None
        else f"map_from_entries(list_filter(map_entries(guarded_due), lambda e: e.key = {currency}))"
    )
    guard = {**_ACCOUNT, "due": due, **(more or {})}
    return _json(guard, "guarded_told", {"inputs": literal(inputs)})


def schedule_guard(inputs: str, more: dict[str, str] | None = None, untold: dict[str, str] | None = None) -> str:
    """Guard of an action on a schedule, with `untold` where the ERP says nothing of what remains."""
    guard = {
        **_ACCOUNT,
        "amount_remaining": money_text_sql("guarded_remaining", "d.currency"),
        "amount_in_dispute": money_text_sql("coalesce(guarded_dispute, 0)", "d.currency"),
        **(more or {}),
    }
    return _json(guard, "guarded_remaining IS NOT NULL", {"inputs": literal(inputs), **(untold or {})})


def _json(guard: dict[str, str], told: str, untold: dict[str, str]) -> str:
    return f"CASE WHEN {told} THEN {_object(guard)} ELSE {_object(guard | untold)} END"


def _object(members: dict[str, str]) -> str:
    return f"to_json({{{', '.join(f'{literal(name)}: {sql}' for name, sql in sorted(members.items()))}}})"

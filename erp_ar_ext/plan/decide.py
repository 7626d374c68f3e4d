"""Which rule decides on which row: one column per group of rules, set-based over the facts.

A rule without a group is a group of its own. In a group the rules are tried by priority and the first that holds
decides; a condition on an empty fact does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger import Grain
from erp_ar_ext.policy import CompiledRule

FACT_TABLES = {Grain.ACCOUNT: "account_facts", Grain.SCHEDULE: "schedule_facts"}
DECIDED_TABLES = {Grain.ACCOUNT: "decided_accounts", Grain.SCHEDULE: "decided_schedules"}


@dataclass(frozen=True)
class RuleGroup:
    """Rules of which at most one acts on a row; `column` of the decided table holds its number, from 1."""

    column: str
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True)
class Decider:
    """A rule with its number, from 1, in its group."""

    rule: CompiledRule
    column: str
    number: int
    group: tuple[CompiledRule, ...]

    @property
    def before(self) -> tuple[CompiledRule, ...]:
        """Rules that were tried before it."""
        return self.group[: self.number - 1]

    @property
    def table(self) -> str:
        """Table of the rows that the rule was tried on and some rule holds for."""
        return DECIDED_TABLES[self.rule.grain]

    @property
    def decided(self) -> str:
        """SQL that is true where this rule decides."""
        return f"{self.column} = {self.number}"


def decide(engine: DuckDBEngine, rules: Sequence[CompiledRule]) -> list[Decider]:
    """Define the decided tables; return every rule with its place. `rules` come sorted by group and priority."""
    deciders: list[Decider] = []
    for grain in Grain:
        groups = _groups([rule for rule in rules if rule.grain is grain], grain)
        if not groups:
            continue
        columns = ",\n".join(f"{_first_that_holds(group)} AS {group.column}" for group in groups)
        any_decides = " OR ".join(f"{group.column} IS NOT NULL" for group in groups)
        engine.define(
            DECIDED_TABLES[grain],
            f"SELECT * FROM (SELECT *,\n{columns}\nFROM {FACT_TABLES[grain]}) WHERE {any_decides}",
            materialized=True,
        )
        deciders += [
            Decider(rule, group.column, number, group.rules)
            for group in groups
            for number, rule in enumerate(group.rules, 1)
        ]
    return deciders


def _groups(rules: Sequence[CompiledRule], grain: Grain) -> list[RuleGroup]:
    named = groupby(rules, key=lambda rule: rule.group or f"rule {rule.id}")
    return [RuleGroup(f"{grain}_group_{at}", tuple(members)) for at, (_, members) in enumerate(named)]


def _first_that_holds(group: RuleGroup) -> str:
    tried = " ".join(f"WHEN coalesce({rule.when.sql}, FALSE) THEN {at}" for at, rule in enumerate(group.rules, 1))
    return f"CASE {tried} END"

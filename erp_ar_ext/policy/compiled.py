"""A policy that was checked, and its rules as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from erp_ar_ext.ledger.facts import Grain
from erp_ar_ext.model import digest
from erp_ar_ext.policy import schema, settings
from erp_ar_ext.policy.predicates import Compiled, Conjunct, Predicate, compile_predicate, predicate_of
from erp_ar_ext.policy.provisioning import ProvisionSql, provision_sql
from erp_ar_ext.policy.scope import Scope, layer_scope, rule_scope
from erp_ar_ext.policy.templates import Template, compile_template
from erp_ar_ext.policy.terms import Term
from erp_ar_ext.spi import ActionKind

AnyRule = schema.NoteRule | schema.HoldRule | schema.AdjustmentRule


@dataclass(frozen=True)
class CompiledRule:
    """A rule as the plan needs it.

    `when` carries one more conjunct for each layer that switches the rule off. `release_when` is set only
    where the policy says it; without it our hold is lifted when `coalesce(<when>, false)` is false. `message`
    is the note's text, or the reason of a hold or adjustment. `amount_sql` (adjustments) is the signed amount
    to post, DECIMAL(18, 4). `facts` and `settings` are all that its conditions and texts name, sorted.
    """

    id: str
    group: str | None
    priority: int | None
    grain: Grain
    action: ActionKind
    approval: schema.Approval
    when: Predicate
    message: Template
    release_when: Predicate | None = None
    note_kind: str | None = None
    hold: str | None = None
    adjustment_type: str | None = None
    amount_sql: str | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts that the rule's conditions and texts name, and the amount it adjusts."""
        amount = {"open_amount"} if self.amount_sql else set()
        return tuple(sorted(amount.union(*(part.facts for part in self._parts))))

    @property
    def settings(self) -> tuple[str, ...]:
        """Settings that the rule's conditions and texts name."""
        return tuple(sorted(set[str]().union(*(part.settings for part in self._parts))))

    @property
    def _parts(self) -> list[Predicate | Template]:
        return [part for part in (self.when, self.release_when, self.message) if part is not None]


class Policy:
    """A policy without errors; made by `load_policy`."""

    def __init__(self, document: schema.PolicyDocument) -> None:
        self.document = document
        self.name = document.name
        self.description = document.description
        self.aging = document.aging
        self.payment_plans = document.payment_plans
        self.data = document.data
        self.kpi = document.kpi
        self.provision = document.provision
        self.settings: Mapping[str, Any] = document.settings
        self.layers = document.layers
        self.rules = document.rules

    @cached_property
    def digest(self) -> str:
        """Digest of what the policy says: comments, white space and 5.0 for 5.00 do not change it."""
        return digest(_plain(self.document.model_dump()))

    def setting_sql(self, name: str) -> str:
        """DuckDB expression for a setting's value in a row of facts. Raises KeyError for an unknown setting."""
        return settings.setting_sql(name, self.settings, self._layers)

    def setting_layer_sql(self, name: str) -> str:
        """DuckDB expression for the layer whose value holds in a row, `global` for none.

        Raises KeyError for an unknown setting.
        """
        if name not in self.settings:
            raise KeyError(name)
        return settings.setting_layer_sql(name, self._layers)

    @property
    def provision_sql(self) -> ProvisionSql:
        """Who belongs where in the provision matrix; all in one segment where the policy has none."""
        return provision_sql(self.provision) if self.provision else ProvisionSql()

    def compiled_rules(self) -> list[CompiledRule]:
        """Rules by group, priority and id; rules without a group come first."""
        compiled = [self._compile(rule) for rule in self.rules]
        return sorted(compiled, key=lambda rule: (rule.group or "", rule.priority or 0, rule.id))

    @cached_property
    def _layers(self) -> list[settings.LayerSql]:
        return [
            settings.LayerSql(layer, _sound(compile_predicate(layer.when, layer_scope())).sql) for layer in self.layers
        ]

    @cached_property
    def _terms(self) -> dict[str, Term]:
        overrides = {
            name: [layer.settings[name] for layer in self.layers if name in layer.settings] for name in self.settings
        }
        return {
            name: settings.setting_term([value, *overrides[name]], f"({self.setting_sql(name)})")
            for name, value in self.settings.items()
        }

    def _compile(self, rule: AnyRule) -> CompiledRule:
        grain = Grain(rule.for_each)
        scope = rule_scope(grain, self._terms)
        disabling = [each for each in self._layers if rule.id in each.layer.disable]
        return CompiledRule(
            id=rule.id,
            group=rule.group,
            priority=rule.priority,
            grain=grain,
            action=ActionKind(rule.action),
            approval=rule.approval,
            when=_when(rule.when, scope, disabling),
            **_of_action(rule, grain, self._terms),
        )


def _when(text: str, scope: Scope, disabling: list[settings.LayerSql]) -> Predicate:
    compiled = compile_predicate(text, scope)
    written = _sound(compiled)
    switches = [
        Conjunct(f"enabled (not disabled by layer {each.layer.name})", f"(NOT coalesce({each.sql}, FALSE))")
        for each in settings.most_specific_first(disabling)
    ]
    return predicate_of(written.text, [*compiled.parts, *switches], written.facts, written.settings)


def _of_action(rule: AnyRule, grain: Grain, terms: Mapping[str, Term]) -> dict[str, Any]:
    if isinstance(rule, schema.NoteRule):
        return {"message": compile_template(rule.text, grain, terms), "note_kind": rule.note_kind}
    if isinstance(rule, schema.AdjustmentRule):
        return {
            "message": compile_template(rule.reason, grain, terms),
            "adjustment_type": rule.adjustment_type,
            "amount_sql": '(-"open_amount")',
        }
    release = _sound(compile_predicate(rule.release_when, rule_scope(grain, terms))) if rule.release_when else None
    return {"message": compile_template(rule.reason, grain, terms), "hold": rule.hold, "release_when": release}


def _sound(compiled: Compiled) -> Predicate:
    """Predicate of a condition that was checked before."""
    if compiled.predicate is None:
        message = f"a policy was made without its checks: {compiled.issues}"
        raise ValueError(message)
    return compiled.predicate


def _plain(value: Any) -> Any:
    """Value with every Decimal as its shortest text."""
    if isinstance(value, Decimal):
        return f"{value.normalize() if value else Decimal(0):f}"
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value

"""All checks of a policy that need no data: each looks at the file as written, so one fault never hides another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from erp_ar_ext.ledger.facts import Grain
from erp_ar_ext.policy.check_amounts import check_amounts
from erp_ar_ext.policy.check_buckets import bucket_names, check_buckets
from erp_ar_ext.policy.check_data import check_data
from erp_ar_ext.policy.check_layers import check_layers, check_settings, disabled_rules, layers
from erp_ar_ext.policy.check_provision import check_provision
from erp_ar_ext.policy.logic import contradiction, implies
from erp_ar_ext.policy.predicates import Conjunct, compile_predicate
from erp_ar_ext.policy.problems import Problem
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.scope import Scope, rule_scope
from erp_ar_ext.policy.shape import described, value_at
from erp_ar_ext.policy.templates import check_template
from erp_ar_ext.policy.terms import Term
from erp_ar_ext.policy.yaml_document import Document, KeyPath

_GRAIN_OF_ACTION = {"hold": Grain.ACCOUNT, "adjustment": Grain.SCHEDULE}
_CONDITIONS = ("when", "release_when")
_TEXTS = ("text", "reason")


@dataclass
class _RuleSeen:
    """What the checks over several rules need of one; anything may be missing in a faulty file."""

    path: KeyPath
    owner: str
    raw: Mapping[str, Any]
    parts: tuple[Conjunct, ...] = ()

    @property
    def group(self) -> str | None:
        """Its group, None where it has none or one that is not text."""
        group = self.raw.get("group")
        return group if isinstance(group, str) else None

    @property
    def priority(self) -> int | None:
        """Its priority, None where it has none or one that is no number."""
        priority = self.raw.get("priority")
        return priority if type(priority) is int else None

    @property
    def grain(self) -> Grain | None:
        """What it is tried on; a hold is for accounts and an adjustment for schedules whatever is written."""
        fixed = _GRAIN_OF_ACTION.get(str(self.raw.get("action")))
        written = self.raw.get("for_each")
        return fixed or (Grain(written) if written in ("account", "schedule") else None)


def check_document(document: Document) -> list[Problem]:
    """Problems of a policy file beyond its shape, in the order of the checks."""
    report = Report(document)
    check_buckets(report)
    check_data(report)
    settings = check_settings(report)
    check_layers(report)
    check_amounts(report)
    check_provision(report, bucket_names(report))
    seen = list(_rules(document))
    used: set[str] = set()
    for rule in seen:
        _check_rule(report, rule, settings, used)
    _check_unique(report, seen)
    _check_groups(report, seen)
    for name in settings:
        if name not in used:
            report.warning_at_key(("settings", name), f"setting {name!r} is never used", "remove it")
    return report.problems


def _rules(document: Document) -> Iterator[_RuleSeen]:
    listed = value_at(document, ("rules",))
    for index, raw in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(raw, Mapping):
            path: KeyPath = ("rules", index)
            yield _RuleSeen(path, described(document, path), raw)


def _check_rule(report: Report, rule: _RuleSeen, settings: Mapping[str, Term], used: set[str]) -> None:
    if rule.grain is None:
        return
    scope = rule_scope(rule.grain, settings)
    for key in _CONDITIONS:
        if _has_text(rule, key):
            parts = _check_condition(report, (*rule.path, key), rule.owner, scope, used)
            rule.parts = parts if key == "when" else rule.parts
    for key in _TEXTS:
        if _has_text(rule, key):
            template, issues = check_template(rule.raw[key], scope)
            report.issues((*rule.path, key), rule.owner, issues)
            used.update(template.settings if template else settings)


def _has_text(rule: _RuleSeen, key: str) -> bool:
    """Whether there is a text to check; what is missing or no text is told with the shape."""
    return isinstance(rule.raw.get(key), str) and rule.raw[key] != ""


def _check_condition(report: Report, path: KeyPath, owner: str, scope: Scope, used: set[str]) -> tuple[Conjunct, ...]:
    compiled = compile_predicate(value_at(report.document, path), scope)
    report.issues(path, owner, compiled.issues)
    # A condition with an error may mean any setting: no setting is called unused because of it.
    used.update(compiled.settings if compiled.predicate else scope.settings)
    reason = contradiction(compiled.parts)
    if reason:
        report.error(path, f"'{path[-1]}' of {owner} can never be true: {reason}", "the rule would never act")
    return compiled.parts


def _check_unique(report: Report, seen: list[_RuleSeen]) -> None:
    """Ids and names of holds stand for one rule each: a hold must tell which rule placed it."""
    for key, called in (("id", "rule id"), ("hold", "hold name")):
        first: dict[str, _RuleSeen] = {}
        for rule in seen:
            name = rule.raw.get(key)
            if not isinstance(name, str):
                continue
            if name in first:
                line = report.document.place((*first[name].path, key))[0]
                report.error((*rule.path, key), f"duplicate {called} {name!r}: it stands on line {line} too")
            first.setdefault(name, rule)


def _check_groups(report: Report, seen: list[_RuleSeen]) -> None:
    groups: dict[str, list[_RuleSeen]] = {}
    for rule in seen:
        if rule.group is not None:
            groups.setdefault(rule.group, []).append(rule)
    for name, members in groups.items():
        _check_order(report, name, members)
        for rule in members[1:]:
            if rule.grain and members[0].grain and rule.grain is not members[0].grain:
                message = f"group {name!r} mixes rules for accounts and for schedules: {members[0].owner}, {rule.owner}"
                report.error((*rule.path, "group"), message, "the rules of a group are tried on one and the same thing")
        _check_reachable(report, [rule for rule in members if rule.priority is not None])


def _check_order(report: Report, group: str, members: list[_RuleSeen]) -> None:
    first: dict[int, _RuleSeen] = {}
    for rule in members:
        if "priority" not in rule.raw:
            hint = "lower numbers are tried first"
            report.error((*rule.path, "group"), f"{rule.owner} is in group {group!r} and has no priority", hint)
        if rule.priority is None:
            continue
        if rule.priority in first:
            message = f"duplicate priority {rule.priority} in group {group!r}: {first[rule.priority].owner} has it too"
            report.error((*rule.path, "priority"), message)
        first.setdefault(rule.priority, rule)


def _check_reachable(report: Report, members: list[_RuleSeen]) -> None:
    """A rule whose conditions imply those of an earlier one never gets its turn."""
    disabled = {name for layer, _ in layers(report) for _, name in disabled_rules(report, layer)}
    ordered = sorted(members, key=lambda rule: rule.priority or 0)
    for index, rule in enumerate(ordered):
        for earlier in ordered[:index]:
            always = earlier.raw.get("id") not in disabled and earlier.grain is rule.grain
            if always and earlier.parts and rule.parts and implies(rule.parts, earlier.parts):
                message = f"{rule.owner} is unreachable: {earlier.owner} acts on all it could act on"
                hint = "narrow the earlier rule, or give this one a lower priority number"
                report.error((*rule.path, "when"), message, hint)
                break

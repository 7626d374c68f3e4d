"""Checks of settings and layers that go beyond their shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erp_ar_ext.ledger.facts import CATALOGUE
from erp_ar_ext.policy.logic import contradiction
from erp_ar_ext.policy.parsing import Unparsable, parse
from erp_ar_ext.policy.predicates import compile_predicate
from erp_ar_ext.policy.problems import did_you_mean
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.scope import layer_scope
from erp_ar_ext.policy.settings import GLOBAL, kind_of, setting_term
from erp_ar_ext.policy.shape import described, value_at
from erp_ar_ext.policy.terms import NUMERIC, UNKNOWN, Term, Type, quoted
from erp_ar_ext.policy.yaml_document import KeyPath


def mapping_at(report: Report, path: KeyPath) -> Mapping[str, Any]:
    """Mapping at a path; an empty one where there is none."""
    value = value_at(report.document, path)
    return value if isinstance(value, Mapping) else {}


def layers(report: Report) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Each layer that is a mapping, with its path."""
    listed = value_at(report.document, ("layers",))
    for index, layer in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(layer, Mapping):
            yield ("layers", index), layer


def check_settings(report: Report) -> dict[str, Term]:
    """Names and kinds of settings; gives their terms for the check of conditions (without SQL)."""
    terms: dict[str, Term] = {}
    for name, value in mapping_at(report, ("settings",)).items():
        path: KeyPath = ("settings", name)
        if any(name in facts for facts in CATALOGUE.values()):
            report.error_at_key(path, f"setting {name!r} has the name of a fact", "give it another name")
        elif not _is_name(name):
            report.error_at_key(path, f"setting {name!r} has a name that conditions cannot use")
        overrides = [mapping_at(report, (*at, "settings")).get(name) for at, _ in layers(report)]
        values = [value, *(found for found in overrides if found is not None)]
        terms[name] = UNKNOWN if kind_of(value) is Type.UNKNOWN else setting_term(values, quoted(name))
    for path, _ in layers(report):
        _check_overrides(report, path)
    return terms


def _is_name(name: str) -> bool:
    """Whether SQL reads a word as a name; `case` and `select` are not."""
    try:
        return parse(name).sql() == name
    except Unparsable:
        return False


def _check_overrides(report: Report, layer: KeyPath) -> None:
    declared = mapping_at(report, ("settings",))
    owner = described(report.document, layer)
    for name, value in mapping_at(report, (*layer, "settings")).items():
        path: KeyPath = (*layer, "settings", name)
        if name not in declared:
            hint = did_you_mean(name, declared, otherwise="declare it under settings, for everybody else")
            report.error_at_key(path, f"unknown setting {name!r} in {owner}", hint)
            continue
        here, there = kind_of(value), kind_of(declared[name])
        if Type.UNKNOWN in (here, there) or here is there or {here, there} <= NUMERIC - {Type.MONEY}:
            continue
        hint = f"give it {_called(there)}, as under settings"
        report.error(path, f"setting {name!r} is {_called(there)}, but {_called(here)} in {owner}", hint)


def _called(kind: Type) -> str:
    if kind is Type.MONEY:
        return "an amount per currency"
    return {Type.BOOLEAN: "true or false", Type.TEXT: "text", Type.DATE: "a date"}.get(kind, "a plain number")


def check_layers(report: Report) -> None:
    """Names, conditions, conflicts and switched-off rules of layers."""
    names: dict[str, int] = {}
    for path, layer in layers(report):
        name, owner = layer.get("name"), described(report.document, path)
        if name == GLOBAL:
            report.error((*path, "name"), f"{GLOBAL!r} is the name of the settings outside layers")
        elif isinstance(name, str) and name in names:
            report.error((*path, "name"), f"duplicate layer name {name!r}: it stands on line {names[name]} too")
        if isinstance(name, str):
            names.setdefault(name, report.document.place((*path, "name"))[0])
        if isinstance(layer.get("when"), str) and layer["when"]:
            _check_condition(report, (*path, "when"), owner)
        _check_disabled(report, path)
    _check_conflicts(report)


def _check_condition(report: Report, path: KeyPath, owner: str) -> None:
    text = value_at(report.document, path)
    compiled = compile_predicate(text, layer_scope())
    report.issues(path, owner, compiled.issues)
    reason = contradiction(compiled.parts)
    if reason:
        report.error(path, f"{owner} is for nobody: {reason}")


def _check_disabled(report: Report, layer: KeyPath) -> None:
    rules = value_at(report.document, ("rules",))
    ids = [rule.get("id") for rule in rules if isinstance(rule, Mapping)] if isinstance(rules, list) else []
    known = [id_ for id_ in ids if isinstance(id_, str)]
    for path, name in disabled_rules(report, layer):
        if name not in known:
            message = f"unknown rule {name!r} in 'disable' of {described(report.document, layer)}"
            report.error(path, message, did_you_mean(name, known))


def disabled_rules(report: Report, layer: KeyPath) -> list[tuple[KeyPath, str]]:
    """Ids of the rules that a layer switches off, each with its path."""
    disabled = value_at(report.document, (*layer, "disable"))
    listed = disabled if isinstance(disabled, list) else []
    return [((*layer, "disable", index), name) for index, name in enumerate(listed) if isinstance(name, str)]


def _check_conflicts(report: Report) -> None:
    """Two layers of one level that set one setting need distinct priorities: else their order is chance."""
    seen: dict[tuple[str, str], list[tuple[object, str]]] = {}
    for path, layer in layers(report):
        owner = described(report.document, path)
        priority = layer.get("priority")
        for name in mapping_at(report, (*path, "settings")):
            others = seen.setdefault((str(layer.get("level")), name), [])
            for other_priority, other in others:
                if None in (priority, other_priority) or priority == other_priority:
                    message = f"{owner} and {other} are of one level and both set {name!r}"
                    hint = "give each of the two its own priority; the lower number wins"
                    report.error_at_key((*path, "settings", name), message, hint)
            others.append((priority, owner))

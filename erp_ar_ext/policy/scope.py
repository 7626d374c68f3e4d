"""Names a condition or a template may use: the facts of its grain, and the policy's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from erp_ar_ext.ledger.facts import CATALOGUE, IDENTITY_FACTS, LIMIT_CURRENCY_FACTS, Fact, FactType, Grain
from erp_ar_ext.policy.problems import did_you_mean
from erp_ar_ext.policy.terms import OF_FACT, Term, quoted


@dataclass(frozen=True)
class Scope:
    """Facts by name, settings as terms by name, and how messages call the kind of thing that is looked at."""

    facts: Mapping[str, Fact]
    called: str
    settings: Mapping[str, Term] = field(default_factory=dict)

    def term(self, name: str) -> Term | None:
        """Term of a fact or setting; None for a name that is neither."""
        if name in self.settings:
            return self.settings[name]
        fact = self.facts.get(name)
        if fact is None:
            return None
        money_in = None
        if fact.type is FactType.MONEY:
            money_in = "limit" if name in LIMIT_CURRENCY_FACTS else "row"
        return Term(OF_FACT[fact.type], quoted(name), fact=fact, money_in=money_in)

    def unknown(self, name: str) -> tuple[str, str | None]:
        """Message and hint for a name that is neither fact nor setting here."""
        hint = did_you_mean(name, [*self.facts, *self.settings], otherwise="erp-ar policy facts lists the facts")
        for grain in Grain:
            if name in CATALOGUE[grain]:
                article = "an" if grain is Grain.ACCOUNT else "a"
                return f"{name!r} is a fact of {article} {grain}, not of {self.called}", hint
        return f"unknown fact {name!r}", hint


def rule_scope(grain: Grain, settings: Mapping[str, Term]) -> Scope:
    """Scope of a rule: all facts of its grain and all settings."""
    return Scope(CATALOGUE[grain], "an account" if grain is Grain.ACCOUNT else "a schedule", settings)


def layer_scope() -> Scope:
    """Scope of a layer: who the customer is, and no settings, which the layers decide."""
    return Scope({fact.name: fact for fact in IDENTITY_FACTS}, "the account's identity")

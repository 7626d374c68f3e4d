"""A policy as text and books as text become the actions of a plan."""

from __future__ import annotations

from datetime import date

import pytest

from erp_ar_ext.ledger import Ledger
from erp_ar_ext.plan import build_plan
from erp_ar_ext.policy import load_policy


@pytest.fixture
def build(books, tmp_path):
    """Plan a day of some books under a policy: tables of text in, the built plan out."""

    def make(text, policy, day, *, maker="anna", company="default"):
        file = tmp_path / "policy.yaml"
        file.write_text("policy: 1\nname: tested\n" + policy, encoding="utf-8")
        with Ledger(books(text).snapshot, date.fromisoformat(day)) as ledger:
            return build_plan(ledger, load_policy(file), maker=maker, company=company)

    return make


@pytest.fixture
def decide(build):
    """Return the plan's document."""

    def make(*arguments, **options):
        return build(*arguments, **options).document

    return make


@pytest.fixture
def actions(decide):
    """Only the actions: (kind, account, schedule, amount) of each."""

    def make(text, policy, day, **options):
        return [
            (a["kind"], a["account_id"], a["schedule_id"], a["amount"])
            for a in decide(text, policy, day, **options)["actions"]
        ]

    return make

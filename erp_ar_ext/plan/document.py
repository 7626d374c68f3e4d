"""The plan file: canonical JSON whose digest is its name.

One action stands on one line, so that two plans can be compared line by line. White space may change; anything
else makes the digest differ, and the plan is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from erp_ar_ext.errors import PlanError
from erp_ar_ext.model import OUR_REFERENCE, bytes_digest, canonical_bytes, digest
from erp_ar_ext.spi import ActionKind, Intent

FORMAT = 1


class Passed(BaseModel):
    """A rule of the same group that was tried before and did not fire, and the condition that was not met."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    unmet: str


class Action(BaseModel):
    """One thing to write back, with the reason for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    kind: ActionKind
    org_id: str | None = None
    account_id: str
    account_name: str | None = None
    schedule_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    rule: str
    reason: str
    facts: dict[str, Any]
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings of the policy that the rule used, each with its value and the layer that gave it."""
    passed_over: list[Passed] = Field(default_factory=list)
    guard: dict[str, Any] = Field(default_factory=dict)
    payload: dict[str, Any] = Field(default_factory=dict)
    approval: Literal["auto", "required"]

    @property
    def external_ref(self) -> str:
        """What is written into the ERP to find the effect again."""
        return OUR_REFERENCE + self.key

    def intent(self, *, as_of: date, author: str) -> Intent:
        """What an adapter is asked to do."""
        return Intent(
            key=self.key,
            external_ref=self.external_ref,
            kind=self.kind,
            account_id=self.account_id,
            business_date=as_of,
            org_id=self.org_id,
            schedule_id=self.schedule_id,
            amount=self.amount,
            currency=self.currency,
            author=author,
            payload=self.payload,
            guard=self.guard,
        )


class PolicyName(BaseModel):
    """Which policy decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digest: str


class PlanHead(BaseModel):
    """All of a plan but its actions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    plan_id: str
    as_of: date
    snapshot: str
    policy: PolicyName
    erp: dict[str, str]
    maker: str
    totals: dict[str, Any]
    tie_out: dict[str, Any]
    findings: list[dict[str, Any]]


class Plan(PlanHead):
    """A plan as read from its file."""

    actions: list[Action]

    def intents(self) -> dict[str, Intent]:
        """All actions as intents, by key, in the plan's order."""
        return {action.key: action.intent(as_of=self.as_of, author=self.maker) for action in self.actions}

    def find(self, key_prefix: str) -> Action:
        """Return the one action whose key begins with the given text. Raises PlanError for none or several."""
        found = [action for action in self.actions if action.key.startswith(key_prefix)]
        if len(found) == 1:
            return found[0]
        what = "no action" if not found else f"{len(found)} actions"
        raise PlanError(
            f"{what} of this plan have a key that begins with {key_prefix!r}", hint="erp-ar show PLAN lists the keys"
        )


def plan_digest(document: Mapping[str, Any]) -> str:
    """Digest of all of a plan but its own name."""
    return digest({name: value for name, value in document.items() if name != "plan_id"})


def write_plan(head: Mapping[str, Any], actions: Sequence[bytes]) -> tuple[str, bytes]:
    """Name a plan and write its file; returns both.

    `head` is the document without `plan_id` and `actions`; each action is canonical JSON already, so that a large
    plan is neither parsed nor walked through.
    """
    canonical_head = canonical_bytes(head)  # its keys come after "actions" in the order of canonical JSON
    plan_id = bytes_digest(b'{"actions":[', b",".join(actions), b"],", canonical_head[1:])
    named = orjson.dumps({**head, "plan_id": plan_id}, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    opening, closing = (b"[\n    ", b"\n  ]") if actions else (b"[", b"]")
    parts = (b'{\n  "actions": ', opening, b",\n    ".join(actions), closing, b",", named[1:], b"\n")
    return plan_id, b"".join(parts)


def read_plan(path: Path) -> Plan:
    """Read and verify a plan file.

    Raises PlanError where there is no such file, where it is not a plan, and where its contents do not have
    the digest that it is named by.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise PlanError(
            f"cannot be read: {error.strerror}", place=str(path), hint="erp-ar plan --as-of DATE writes one"
        ) from error
    except orjson.JSONDecodeError as error:
        raise PlanError(f"is not JSON: {error}", place=str(path), hint="erp-ar plan writes plan files") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PlanError(f"is not a plan of format {FORMAT}", place=str(path), hint="erp-ar plan writes plan files")
    if document.get("plan_id") != _digest_or_none(document):
        raise PlanError(
            "was changed after it was made: its contents do not have the digest it is named by",
            place=str(path),
            hint="make a new plan with erp-ar plan; a plan is changed through the policy or the data",
        )
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        raise PlanError(f"is not a plan: {error}", place=str(path), hint="erp-ar plan writes plan files") from error


def _digest_or_none(document: Mapping[str, Any]) -> str | None:
    try:
        return plan_digest(document)
    except TypeError:  # a float was written into it by hand
        return None

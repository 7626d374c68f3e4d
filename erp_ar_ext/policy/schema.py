"""The shape of a policy file: models that check it and publish its JSON Schema.

What a shape cannot say - names, types of conditions, rules that hide one another - is checked in `checks`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from erp_ar_ext.ledger.aging_rules import AgingRules, Credits, Disputed, Unapplied
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, Bucket, Unit, make_buckets
from erp_ar_ext.policy.terms import day_of
from erp_ar_ext.spi import ActionKind

PER_CURRENCY = "per currency"
PLAIN = "plain"
BOUNDS = "rising bounds"
RANGES = "ranges from and to"
AS_OF = "as_of"
"""Of rates: those of the as-of date."""


def _amount(value: object) -> Decimal:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    raise PydanticCustomError("amount", "expected an amount")


def _rate_date(value: object) -> str:
    if isinstance(value, str) and (value == AS_OF or day_of(value)):
        return value
    raise PydanticCustomError("rate_date", "expected as_of or a day")


def _plain_setting(value: object) -> object:
    if isinstance(value, str | bool | int | Decimal):
        return value
    raise PydanticCustomError("setting", "expected a number, text, true, false or an amount per currency")


def _setting_kind(value: object) -> str:
    return PER_CURRENCY if isinstance(value, dict) else PLAIN


Amount = Annotated[Decimal, PlainValidator(_amount), WithJsonSchema({"type": "number"})]
Days = Annotated[int, Field(strict=True, ge=0)]
RateDate = Annotated[
    str,
    PlainValidator(_rate_date),
    WithJsonSchema({"type": "string", "pattern": "^(as_of|[0-9]{4}-[0-9]{2}-[0-9]{2})$"}),
]
CurrencyCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
Words = Annotated[str, StringConstraints(strict=True, min_length=1)]
Slug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
SettingName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$")]
BUCKET_NAME = r"""^[^\x00-\x20"'=+@:\\-][^\x00-\x1f"':\\]*$"""
"""A name that is a column in files too: it begins no formula, and needs no quoting."""
BucketName = Annotated[str, StringConstraints(strict=True, max_length=40, pattern=BUCKET_NAME)]
PerCurrency = dict[CurrencyCode, Amount]
PlainSetting = Annotated[Any, PlainValidator(_plain_setting), WithJsonSchema({"type": ["number", "string", "boolean"]})]
Setting = Annotated[
    Annotated[PerCurrency, Tag(PER_CURRENCY)] | Annotated[PlainSetting, Tag(PLAIN)], Discriminator(_setting_kind)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BucketRange(_Part):
    """A bucket by its first and last day (or month) past due, both included."""

    name: BucketName = Field(description="Name of the bucket, and of its column; unique.")
    first: StrictInt | None = Field(None, alias="from", description="First day; without it, all that is younger.")
    last: StrictInt | None = Field(None, alias="to", description="Last day; without it, all that is older.")


def _buckets_kind(value: object) -> str:
    listed = value if isinstance(value, list | tuple) else ()
    return RANGES if any(isinstance(one, dict | BucketRange) for one in listed) else BOUNDS


Buckets = Annotated[
    Annotated[tuple[StrictInt, ...], Field(min_length=1), Tag(BOUNDS)]
    | Annotated[tuple[BucketRange, ...], Tag(RANGES)],
    Discriminator(_buckets_kind),
]


class Aging(_Part):
    """How open items are aged: the date that age counts from, the buckets, and what stands outside them."""

    basis: Literal["due_date", "trx_date", "gl_date"] = Field("due_date", description="The date that age counts from.")
    unit: Unit = Field(
        "days", description="What age is counted in; months is the difference of the calendar months of the two dates."
    )
    buckets: Buckets = Field(
        DEFAULT_BOUNDS,
        description="Last day (or month) of each bucket past the basis date, rising; or each bucket as a range, from "
        "the youngest to the oldest, so that every whole number is in exactly one.",
    )
    credits: Credits = Field(
        "own_age",
        description="Where open credit memos stand: in the bucket of their own age, set off against the oldest debits "
        "of the account, set off against the document they name, or in a column apart.",
    )
    unapplied: Unapplied = Field(
        "apart", description="Where cash not applied stands: in a column apart, or set off against the oldest debits."
    )
    disputed: Disputed = Field(
        "in_buckets", description="Where the disputed part of a debit stands: in its bucket, or in a column apart."
    )

    def rules(self) -> AgingRules:
        """The rules of the ledger's aging. Raises UsageError for buckets that do not hold every whole number once."""
        return AgingRules(self._made(), self.unit, self.credits, self.unapplied, self.disputed)

    def _made(self) -> tuple[Bucket, ...]:
        bounds = [bound for bound in self.buckets if isinstance(bound, int)]
        if bounds:
            return make_buckets(bounds, self.unit)
        return tuple(Bucket(one.name, one.first, one.last) for one in self.buckets if isinstance(one, BucketRange))


class PaymentPlans(_Part):
    """Days of grace and tolerances of payment plans."""

    grace_days: Annotated[int, Field(strict=True, ge=0)] = Field(
        0, description="Calendar days after an instalment's due day within which it still counts as late, not broken."
    )
    amount_tolerance: PerCurrency = Field(
        default_factory=dict, description="Shortfall per currency up to which an instalment counts as paid."
    )


class Kpi(_Part):
    """What key figures count; amounts are those of the ledger, with tax."""

    months: Annotated[int, Field(strict=True, ge=1)] = Field(
        3, description="Months of the period, up to the as-of day, where the command names no period."
    )
    current_days: Annotated[int, Field(strict=True, ge=0)] = Field(
        0, description="Days past due up to which a receivable is current; 0 is not past due."
    )
    less_credit_memos: StrictBool = Field(
        default=False, description="Sales are invoices and debit memos less credit memos, by the memo's date."
    )
    count_unapplied: StrictBool = Field(
        default=True, description="Cash that is not applied to any document lowers the receivables."
    )
    outside_kinds: tuple[Literal["trade", "employee", "government", "intercompany"], ...] = Field(
        ("employee", "intercompany"), description="Kinds of customers whose receivables and sales are left out."
    )
    over_days: Annotated[tuple[Annotated[int, Field(strict=True, ge=0)], ...], Field(min_length=1)] = Field(
        (60, 360), description="Receivables past due for more than these days are told."
    )
    note_days: Annotated[int, Field(strict=True, ge=1)] = Field(
        14, description="Days, up to the as-of day, for which a note counts as a valid state of what is overdue."
    )


class ProvisionSegment(_Part):
    """Customers who share a risk, and their loss rates."""

    name: Slug = Field(description="Name of the segment; unique.")
    when: Words | None = Field(
        None, description="Condition over facts of the account's identity; the last segment has none."
    )
    rates: dict[Words, Amount] = Field(description="Historic loss rate of each bucket of the aging, in percent.")


class Overlay(_Part):
    """Outlook put on top of the historic rates, by a person who answers for it."""

    factor: Amount = Field(description="Every rate is multiplied by it.")
    approved_by: Words = Field(description="Who approved it.")
    reason: Words = Field(description="Why.")


class Provision(_Part):
    """Provision matrix for expected credit losses; accounts that are insolvent are assessed individually."""

    segments: Annotated[tuple[ProvisionSegment, ...], Field(min_length=1)] = Field(
        description="An account belongs to the first segment whose condition holds."
    )
    overlay: Overlay | None = Field(None, description="Outlook put on top of the rates.")
    credits: Literal["apart", "netted"] = Field(
        "apart", description="Whether credit memos stand apart or lower the balance of their own bucket."
    )
    individual_when: Words | None = Field(
        None, description="Condition over facts of the account's identity: these are assessed individually too."
    )


class Collectible(_Part):
    """What is due, and what pays it."""

    not_due: StrictBool = Field(default=False, description="Debits that are not past due count as due, too.")
    credits: StrictBool = Field(
        default=True,
        description="Open credit memos and cash not applied, of the same company, account and currency, lower what can "
        "be collected, the oldest debit first.",
    )


class Exposure(_Part):
    """The formula of the exposure; overdue debits always count."""

    not_due: StrictBool = Field(default=True, description="Open debits that are not past due count.")
    disputed: StrictBool = Field(default=True, description="The disputed part of the counted debits counts.")
    credit_memos: StrictBool = Field(default=True, description="Open credit memos lower it.")
    guarantees: StrictBool = Field(default=False, description="Open guarantees count.")
    unapplied_cash: StrictBool = Field(default=True, description="Cash not applied to any document lowers it.")
    open_orders: StrictBool = Field(default=True, description="Orders not yet billed count.")
    group: Literal["account", "parent"] = Field(
        "account",
        description="Whose exposure stands against a limit: the account's own, or that of all accounts below one top "
        "parent against the parent's limit.",
    )
    rate_date: RateDate = Field(
        AS_OF, description="Day whose rates convert: the latest of that day or before. `as_of`, or a fixed day."
    )
    rate_max_age_days: Days | None = Field(
        None, description="A rate that is more than so many days older than that day is missing."
    )


class Data(_Part):
    """Demands on the data: where one is not met, no plan is made."""

    must_tie_out: StrictBool = Field(
        default=False, description="Refuse to plan when the ledger does not tie out to what the ERP says is open."
    )
    checks: tuple[Words, ...] = Field(
        (), description="Checks of the tie-out that must hold; all of them where none is listed."
    )
    max_age_days: Days | None = Field(
        None,
        description="Refuse to plan when the last event up to the as-of date is more than so many days older than it.",
    )
    on_findings: tuple[Slug, ...] = Field((), description="Refuse to plan when the data has a finding of these codes.")


class Layer(_Part):
    """Other settings, or fewer rules, for some customers."""

    name: Slug = Field(description="Name of the layer, as plans show it.")
    level: Literal["region", "class", "customer"] = Field(
        description="How specific it is: customer wins over class, class over region, region over the global settings."
    )
    when: Words = Field(description="Condition over facts of the account's identity: whom it is for.")
    priority: StrictInt | None = Field(
        None, description="Of two layers of one level that set the same setting, the lower number wins."
    )
    settings: dict[SettingName, Setting] = Field(default_factory=dict, description="Settings that differ here.")
    disable: tuple[Slug, ...] = Field((), description="Rules that do not act here, by id.")


Approval = Literal["auto", "required"]


class _Rule(_Part):
    id: Slug = Field(description="Name of the rule; unique in the policy.")
    description: Words | None = Field(None, description="What the rule is for.")
    group: Slug | None = Field(
        None, description="Of the rules of a group, only the first that matches an account or schedule acts on it."
    )
    priority: StrictInt | None = Field(
        None, description="Order in the group, lower numbers first; needed in a group and unique in it."
    )
    when: Words = Field(description="Condition over facts and settings; a condition on an empty fact is not true.")


class NoteRule(_Rule):
    """Writes a note, such as a reminder."""

    action: Literal["note"] = Field(description="Write a note.")
    for_each: Literal["account", "schedule"] = Field(
        description="Try the rule on each account (and currency), or on each open schedule."
    )
    note_kind: Slug = Field(description="Kind of the note, as the ERP will hold it.")
    text: Words = Field(description="The note, with facts and settings in braces: {overdue_amount} {currency}.")
    approval: Approval = Field("auto", description="Whether a checker must approve the note.")


class HoldRule(_Rule):
    """Places a credit hold, and lifts it when the reason is gone."""

    action: Literal["hold"] = Field(description="Place a hold on the account.")
    for_each: Literal["account"] = Field(description="A hold is placed on an account.")
    hold: Words = Field(description="Name of the hold; no other rule may use it.")
    reason: Words = Field(description="Why, with facts and settings in braces.")
    release_when: Words | None = Field(
        None, description="Further condition for lifting our hold, besides that the rule's own is known to be false."
    )
    approval: Approval = Field("required", description="Whether a checker must approve the hold and its release.")


class AdjustmentRule(_Rule):
    """Posts an adjustment, such as a write-off of a small balance."""

    action: Literal["adjustment"] = Field(description="Adjust the schedule.")
    for_each: Literal["schedule"] = Field(description="An adjustment is posted to a schedule.")
    adjustment_type: Literal["LINE", "TAX", "FREIGHT", "CHARGES", "INVOICE"] = Field(
        description="What the adjustment changes."
    )
    amount: Literal["-open_amount"] = Field("-open_amount", description="The whole open amount is written off.")
    reason: Words = Field(description="Why, with facts and settings in braces.")
    approval: Approval = Field("required", description="Whether a checker must approve the adjustment.")


Rule = Annotated[NoteRule | HoldRule | AdjustmentRule, Field(discriminator="action")]
RULES: dict[str, type[_Rule]] = {
    ActionKind.NOTE: NoteRule,
    ActionKind.HOLD: HoldRule,
    ActionKind.ADJUSTMENT: AdjustmentRule,
}
"""Model of a rule by its action."""


class PolicyDocument(_Part):
    """A collection policy: which accounts and schedules call for a note, a hold or an adjustment."""

    policy: Literal[1] = Field(description="Version of this file format.")
    name: Slug = Field(description="Name of the policy, as plans show it.")
    description: Words | None = Field(None, description="What the policy is for.")
    aging: Aging = Field(default_factory=Aging, description="How open items are aged.")
    payment_plans: PaymentPlans = Field(default_factory=PaymentPlans, description="When a payment plan counts as kept.")
    data: Data = Field(default_factory=Data, description="What the data must be like before anything is decided.")
    collectible: Collectible = Field(default_factory=Collectible, description="What can be collected of an account.")
    exposure: Exposure = Field(default_factory=Exposure, description="What counts against a credit limit.")
    kpi: Kpi = Field(default_factory=Kpi, description="What key figures count.")
    provision: Provision | None = Field(None, description="Provision matrix for expected credit losses.")
    settings: dict[SettingName, Setting] = Field(
        default_factory=dict, description="Named values for conditions and texts; amounts are given per currency."
    )
    layers: tuple[Layer, ...] = Field((), description="Other settings or fewer rules for some customers.")
    rules: tuple[Rule, ...] = Field(description="What to do, and when.", min_length=1)


def policy_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a policy file, for editors."""
    schema = PolicyDocument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "erp-ar-ext policy"}

"""The canonical model: the seventeen entities of an accounts-receivable desk.

Amounts are signed: what the customer owes is positive, what we owe the customer is negative. An entity's
file is called after it (`schedules.csv`); the order of columns here is the order everywhere.
"""
# No `from __future__ import annotations` here: the column types are read from the annotations themselves.

from typing import ClassVar

from erp_ar_ext.model.entity import Entity, key, optional, required
from erp_ar_ext.model.types import Code, Currency, Day, Flag, Id, Integer, Money, Rate, Text

TRANSACTION_CLASSES = ("INV", "DM", "CM", "CB", "DEP", "GUAR", "BR")
SCHEDULE_CLASSES = (*TRANSACTION_CLASSES, "PMT")
APPLICATION_STATUSES = ("APP", "UNAPP", "ACC", "UNID", "ACTIVITY")
LINE_TYPES = ("LINE", "TAX", "FREIGHT", "CHARGES")
ADJUSTMENT_TYPES = (*LINE_TYPES, "INVOICE")

_ORG = "Operating unit (company) the row belongs to."


class Customer(Entity):
    """A customer account: who owes."""

    entity: ClassVar[str] = "customers"

    account_id: Id = key("The account.")
    account_number: Text = required("The number people know the account by.")
    name: Text = required("The customer's name.")
    parent_account_id: Id | None = optional("The account this one belongs to.")
    status: Code = required("Active or inactive; an inactive customer's open items stay collectible.", codes=("A", "I"))
    kind: Code | None = optional("What sort of debtor.", codes=("trade", "employee", "government", "intercompany"))
    country: Code | None = optional("ISO 3166 country.")
    language: Code | None = optional("Language of letters and notes.")
    currency: Currency | None = optional("The account's usual currency.")
    profile_class: Text | None = optional("The customer profile class that policy layers match on.")
    collector: Text | None = optional("Who works the account.")
    email: Text | None = optional("Where letters go.")
    credit_limit: Money | None = optional("The limit; zero is a limit of nothing, empty is no statement.")
    credit_limit_currency: Currency | None = optional("Currency of the limit.")
    credit_hold: Flag | None = optional("The ERP's own credit hold on the account.")
    dunning_block_until: Day | None = optional("No contact up to and including this day.")
    insolvency_date: Day | None = optional("Day an administrator or liquidator was appointed.")
    merged_into: Id | None = optional("The surviving account, when this one was merged away.")


class Transaction(Entity):
    """An invoice, debit memo, credit memo or other document."""

    entity: ClassVar[str] = "transactions"
    kept_by: ClassVar[str | None] = "trx_date"

    org_id: Id = required(_ORG)
    trx_id: Id = key("The document.")
    trx_number: Text = required("The number printed on it.")
    class_: Code = required("Class of the document.", codes=TRANSACTION_CLASSES)
    trx_date: Day = required("Date on the document.")
    gl_date: Day | None = optional("Accounting date.")
    account_id: Id = required("The account that owes it.")
    site_id: Id | None = optional("The bill-to site.")
    currency: Currency = required("Currency of the document.")
    amount: Money = required("Total; a credit memo is negative.")
    exchange_rate: Rate | None = optional("Rate to the functional currency on the document.")
    terms: Text | None = optional("Payment terms.")
    due_date: Day | None = optional("Due date, when there are no schedules.")
    po_number: Text | None = optional("The customer's order number.")
    source_ref: Text | None = optional("Reference in the system the document came from.")
    original_trx_id: Id | None = optional("The document a credit memo or chargeback belongs to.")
    complete: Flag | None = optional("N while the document is still being entered: it is not yet owed.")


class TransactionLine(Entity):
    """One line of a document: goods, tax, freight or charges. A document's lines add up to its amount."""

    entity: ClassVar[str] = "transaction_lines"

    org_id: Id = required(_ORG)
    line_id: Id = key("The line.")
    trx_id: Id = required("The document it is a line of.")
    line_number: Integer = required("Number of the line on the document.")
    type: Code = required("What the line bills.", codes=LINE_TYPES)
    amount: Money = required("Signed, in the document's currency; a credit memo's lines are negative.")
    description: Text | None = optional("What was billed, in words.")


class Schedule(Entity):
    """One instalment of a document, or a receipt's own balance: the atom of the sub-ledger."""

    entity: ClassVar[str] = "schedules"
    kept_by: ClassVar[str | None] = "gl_date"

    org_id: Id = required(_ORG)
    schedule_id: Id = key("The schedule.")
    trx_id: Id | None = optional("The document it is an instalment of.")
    receipt_id: Id | None = optional("The receipt it is the balance of.")
    account_id: Id | None = optional("The account; empty only for unidentified receipts.")
    class_: Code = required("Class of the document; PMT for a receipt.", codes=SCHEDULE_CLASSES)
    instalment: Integer = required("Number of the instalment, from 1.")
    due_date: Day | None = optional("Day it falls due.")
    gl_date: Day = required("Accounting date: it counts from this day.")
    currency: Currency = required("Currency of the amounts.")
    amount_original: Money = required("Amount when created; receipts and credit memos are negative.")
    amount_remaining: Money | None = optional("What the ERP says is open today: a check, never the source.")
    amount_in_dispute: Money | None = optional("Disputed part, as the ERP says today.")
    status: Code | None = optional("Open or closed, as the ERP says today.", codes=("OP", "CL"))


class Receipt(Entity):
    """A payment."""

    entity: ClassVar[str] = "receipts"
    kept_by: ClassVar[str | None] = "receipt_date"

    org_id: Id = required(_ORG)
    receipt_id: Id = key("The receipt.")
    receipt_number: Text = required("Cheque, transfer or slip number.")
    account_id: Id | None = optional("Who paid; empty while unidentified.")
    receipt_date: Day = required("Day the money came.")
    gl_date: Day | None = optional("Accounting date.")
    currency: Currency = required("Currency of the payment.")
    amount: Money = required("Amount received, positive.")
    cleared_date: Day | None = optional("Day the bank cleared it.")
    reversed_date: Day | None = optional("Day it was reversed or returned; empty where a debit memo took its place.")
    reversal_reason: Text | None = optional("Why it was reversed.")
    remittance: Text | None = optional("What the payer wrote.")


class Application(Entity):
    """Money of a receipt or credit memo, put to use."""

    entity: ClassVar[str] = "applications"
    kept_by: ClassVar[str | None] = "gl_date"

    org_id: Id = required(_ORG)
    application_id: Id = key("The application.")
    source_schedule_id: Id = required("Schedule of the receipt or credit memo that pays.")
    target_schedule_id: Id | None = optional("Schedule that is paid; empty unless something is.")
    status: Code = required("What the money does.", codes=APPLICATION_STATUSES)
    amount: Money = required("Positive: lowers the target and uses up the source.")
    discount: Money | None = optional("Lowers the target too, and costs the source nothing.")
    apply_date: Day = required("Day it was applied.")
    gl_date: Day = required("Accounting date: it counts from this day.")
    reversal_gl_date: Day | None = optional("It counts up to the day before this one.")


class Adjustment(Entity):
    """A correction of a schedule's balance: write-off, charge, tax."""

    entity: ClassVar[str] = "adjustments"
    kept_by: ClassVar[str | None] = "gl_date"

    org_id: Id = required(_ORG)
    adjustment_id: Id = key("The adjustment.")
    schedule_id: Id = required("Schedule it corrects.")
    type: Code = required("Part of the document it corrects.", codes=ADJUSTMENT_TYPES)
    amount: Money = required("Signed; added to the schedule. A write-off is negative.")
    apply_date: Day = required("Day it was made.")
    gl_date: Day = required("Accounting date: it counts from this day.")
    status: Code = required("Approved, waiting or rejected; only A counts.", codes=("A", "W", "R"))
    reason: Text | None = optional("Why.")
    external_ref: Text | None = optional("Reference of whoever asked for it; ours begins with `erp-ar:`.")


class Dispute(Entity):
    """A customer's objection to part or all of a schedule."""

    entity: ClassVar[str] = "disputes"
    kept_by: ClassVar[str | None] = "opened_on"

    org_id: Id = required(_ORG)
    dispute_id: Id = key("The dispute.")
    schedule_id: Id = required("Schedule it is about.")
    amount: Money = required("Disputed amount, positive.")
    opened_on: Day = required("Day it was raised.")
    closed_on: Day | None = optional("Day it was settled; it counts up to the day before.")
    reason: Text | None = optional("What the customer objects to.")
    team: Text | None = optional("Who settles it.")
    outcome: Text | None = optional("How it was settled.")


class Hold(Entity):
    """A stop on an account, a site or an order."""

    entity: ClassVar[str] = "holds"

    org_id: Id | None = optional(_ORG)
    hold_id: Id = key("The hold.")
    account_id: Id = required("The account that is held.")
    scope: Code = required("What is held.", codes=("account", "site", "order"))
    scope_id: Id | None = optional("The site or order, when not the account.")
    name: Text = required("Name of the hold, such as `credit-overdue`.")
    applied_on: Day = required("Day it was placed.")
    applied_by: Text | None = optional("Who placed it.")
    released_on: Day | None = optional("Day it was lifted; it counts up to the day before.")
    external_ref: Text | None = optional("Reference of whoever asked for it; ours begins with `erp-ar:`.")


class Exemption(Entity):
    """Leave to go without a hold, by four eyes, up to an amount and a day."""

    entity: ClassVar[str] = "exemptions"

    exemption_id: Id = key("The exemption.")
    account_id: Id = required("The account that is exempt.")
    hold_name: Text = required("Name of the hold it is exempt from.")
    requested_by: Text = required("Who asked.")
    approved_by: Text = required("Who agreed; never the one who asked.")
    amount_cap: Money | None = optional("It holds while the overdue amount is no more than this.")
    expires_on: Day = required("Last day it holds.")


class PaymentPlan(Entity):
    """An agreement to pay by instalments; a promise to pay is a plan with one."""

    entity: ClassVar[str] = "payment_plans"

    plan_id: Id = key("The plan.")
    account_id: Id = required("The account that agreed.")
    currency: Currency = required("Currency of the instalments.")
    agreed_on: Day = required("Day of the agreement; money from this day counts.")
    cancelled_on: Day | None = optional("Day it was called off.")
    replaced_by: Id | None = optional("The plan that took its place.")


class PlanItem(Entity):
    """A schedule that a payment plan covers; a plan without items covers the account."""

    entity: ClassVar[str] = "plan_items"

    plan_id: Id = key("The plan.")
    schedule_id: Id = key("The schedule.")


class PlanInstalment(Entity):
    """One leg of a payment plan."""

    entity: ClassVar[str] = "plan_instalments"

    plan_id: Id = key("The plan.")
    seq: Integer = key("Number of the leg, from 1.")
    due_on: Day = required("Day it is to be paid.")
    amount: Money = required("Amount to be paid, positive.")


class Note(Entity):
    """What was said or done about an account or an item."""

    entity: ClassVar[str] = "notes"
    kept_by: ClassVar[str | None] = "created_on"

    org_id: Id | None = optional(_ORG)
    note_id: Id = key("The note.")
    account_id: Id = required("The account.")
    schedule_id: Id | None = optional("The schedule, when it is about one.")
    created_on: Day = required("Day it was written.")
    author: Text | None = optional("Who wrote it.")
    kind: Text | None = optional("Sort of note.")
    text: Text = required("The note.")
    external_ref: Text | None = optional("Reference of whoever asked for it; ours begins with `erp-ar:`.")


class Order(Entity):
    """An open sales order, for exposure."""

    entity: ClassVar[str] = "orders"
    kept_by: ClassVar[str | None] = "ordered_on"

    org_id: Id = required(_ORG)
    order_id: Id = key("The order.")
    account_id: Id = required("The account.")
    currency: Currency = required("Currency of the order.")
    open_amount: Money = required("Part not yet billed.")
    ordered_on: Day = required("Day of the order.")


class Contact(Entity):
    """A person to reach at the customer."""

    entity: ClassVar[str] = "contacts"

    contact_id: Id = key("The contact.")
    account_id: Id = required("The account.")
    role: Code = required("Payer, dispute owner, sales, solicitor ...")
    name: Text | None = optional("Name.")
    email: Text | None = optional("E-mail.")
    phone: Text | None = optional("Telephone.")
    language: Code | None = optional("Language.")
    opted_out: Flag | None = optional("Y when the person asked not to be contacted.")


class ExchangeRate(Entity):
    """A day's rate between two currencies."""

    entity: ClassVar[str] = "rates"

    from_currency: Currency = key("Currency converted from.")
    to_currency: Currency = key("Currency converted to.")
    rate_date: Day = key("Day of the rate.")
    rate: Rate = required("Units of `to_currency` for one of `from_currency`.")


ENTITIES: dict[str, type[Entity]] = {
    cls.entity: cls
    for cls in (
        Customer,
        Transaction,
        TransactionLine,
        Schedule,
        Receipt,
        Application,
        Adjustment,
        Dispute,
        Hold,
        Exemption,
        PaymentPlan,
        PlanItem,
        PlanInstalment,
        Note,
        Order,
        Contact,
        ExchangeRate,
    )
}
"""All entities by name, in the order they are read and reported."""

REQUIRED_ENTITIES = ("customers", "transactions")
"""What must be there to run at all."""

OUR_REFERENCE = "erp-ar:"
"""What every external reference that this program writes begins with: the mark of our own rows."""

"""From sync to sync with the connection cut where it hurts: in the commit of a write-off."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal

import pytest
from as_kept import as_kept
from company_in_files import APPLICATIONS, CUSTOMERS, RECEIPTS, SCHEDULES, TRANSACTIONS, Company
from oracle_package import fill

pytestmark = pytest.mark.oracle

AS_OF = "2026-01-31"
POLICY = """\
policy: 1
name: small-balances
settings:
  small_balance: {USD: 5.00, EUR: 5.00, JPY: 500}
rules:
  - id: small-balance
    for_each: schedule
    when: open_amount between 0.01 and small_balance and days_past_due > 60
    action: adjustment
    adjustment_type: INVOICE
    reason: "small balance {open_amount} {currency}"
"""
OUTCOMES = {"before": ("left", "", "created         2"), "after": ("exists", "", "already applied")}
"""What the first apply, the recovery and the second apply have to say, by when the connection was cut."""

CONFIG = """\
[source]
adapter = "oracle"
name = "cut"
dsn = "{dsn}"
user = "{user}"
password = "{password}"
org_ids = [1]

[policy]
file = "policy.yaml"
"""
FILES = {
    "customers": CUSTOMERS,
    "transactions": TRANSACTIONS,
    "schedules": SCHEDULES,
    "receipts": RECEIPTS,
    "applications": APPLICATIONS,
}


@pytest.fixture
def company(package_schema, tmp_path, capsys):
    """Three customers in Oracle's tables; two of their balances are small enough to be written off."""
    read = {name: csv.DictReader(io.StringIO(text)) for name, text in FILES.items()}
    rows = {name: [{k: v for k, v in row.items() if v} for row in table] for name, table in read.items()}
    fill(package_schema, as_kept(rows))
    made = Company(tmp_path, capsys)
    made.write("erp-ar.toml", CONFIG.format(**package_schema.settings))
    made.write("policy.yaml", POLICY)
    return made


def written_off(schema):
    """Adjustments there are in the end, as somebody else sees them."""
    with schema.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT payment_schedule_id, amount FROM ar_adjustments_all")
        return sorted((str(schedule), Decimal(str(amount))) for schedule, amount in cursor.fetchall())


def owed(company):
    """What the aging says is open, by currency."""
    totals = Counter()
    for row in company.erp_ar("aging", "--as-of", AS_OF, "--json").json["rows"]:
        totals[row["currency"]] += Decimal(row["open_amount"])
    return totals


@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.thorough), "after"])
def test_a_write_off_whose_commit_is_cut_is_made_exactly_once(when, company, package_schema, oracle_faults):
    """Committed or not, it is looked up before anything else; in the end there is one, and the aging knows."""
    assert company.erp_ar("sync").code == 0
    before = owed(company)
    plan = company.folder / "plan.json"
    assert company.erp_ar("plan", "--as-of", AS_OF, "--as", "anna", "--out", plan).code == 2
    assert company.erp_ar("approve", plan, "--as", "ben").code == 0
    planned = sorted((one["schedule_id"], Decimal(one["amount"])) for one in json.loads(plan.read_text())["actions"])
    oracle_faults.fault("commit", when=when, action="drop")
    told = [company.erp_ar("apply", plan), company.erp_ar("recover"), company.erp_ar("apply", plan)]
    assert written_off(package_schema.schema) == planned
    assert company.erp_ar("sync", "--full").code == 0  # what was stamped in this very second is in the next window
    assert before - owed(company) == Counter({"EUR": Decimal("3.50"), "JPY": Decimal(400)})
    assert company.erp_ar("reconcile").code == 0
    assert [one.code for one in told] == [3, 0, 0]
    assert all(words in one.out for words, one in zip(OUTCOMES[when], told, strict=True))

"""A small company in files, and the command run on it as a user would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from erp_ar_ext.cli.main import run

CUSTOMERS = """\
account_id,account_number,name,status,credit_limit,credit_limit_currency
A1,0001,Acme,A,100.00,USD
A2,0002,"Bergmann, Söhne",A,,
A3,0003,Castor,A,,
"""
TRANSACTIONS = """\
org_id,trx_id,trx_number,class,trx_date,account_id,currency,amount
1,T1,I-1,INV,2026-01-01,A1,USD,900.00
1,T2,I-2,INV,2025-11-01,A2,EUR,1000.00
1,T3,I-3,INV,2026-01-10,A1,USD,50.00
1,T4,I-4,INV,2025-06-01,A3,JPY,700
1,C1,C-1,CM,2026-01-05,A1,USD,-20.00
"""
SCHEDULES = """\
org_id,schedule_id,trx_id,account_id,class,instalment,due_date,gl_date,currency,amount_original,amount_remaining
1,S1,T1,A1,INV,1,2026-01-05,2026-01-01,USD,900.00,800.00
1,S2,T2,A2,INV,1,2025-11-15,2025-11-01,EUR,1000.00,3.50
1,S3,T3,A1,INV,1,2026-03-01,2026-01-10,USD,50.00,50.00
1,S4,T4,A3,INV,1,2025-07-01,2025-06-01,JPY,700,400
1,S5,C1,A1,CM,1,,2026-01-05,USD,-20.00,-20.00
"""
RECEIPTS = """\
org_id,receipt_id,receipt_number,account_id,receipt_date,currency,amount
1,R1,CHQ-1,A1,2026-01-12,USD,130.00
1,R2,TRF-2,A2,2025-12-01,EUR,996.50
1,R3,TRF-3,A3,2025-08-01,JPY,300
"""
APPLICATIONS = """\
org_id,application_id,source_schedule_id,target_schedule_id,status,amount,apply_date,gl_date
1,P1,R1,S1,APP,100.00,2026-01-12,2026-01-12
1,P2,R2,S2,APP,996.50,2025-12-01,2025-12-01
1,P3,R3,S4,APP,300,2025-08-01,2025-08-01
"""
POLICY = """\
policy: 1
name: house-rules
settings:
  small_balance: {USD: 5.00, EUR: 5.00, JPY: 500}
rules:
  - id: second-reminder
    group: reminders
    priority: 10
    for_each: account
    when: oldest_overdue_days > 30 and overdue_amount > 0
    action: note
    note_kind: reminder-2
    text: "{account_name}: {overdue_amount} {currency} are overdue."
  - id: first-reminder
    group: reminders
    priority: 20
    for_each: account
    when: oldest_overdue_days between 1 and 30
    action: note
    note_kind: reminder-1
    text: "{account_name}: {overdue_amount} {currency} are overdue."
  - id: over-limit
    for_each: account
    when: over_limit_amount > 0
    action: hold
    hold: credit-limit
    reason: "{over_limit_amount} above the limit"
  - id: small-balance
    for_each: schedule
    when: open_amount between 0.01 and small_balance and days_past_due > 60
    action: adjustment
    adjustment_type: INVOICE
    reason: "small balance {open_amount} {currency}"
"""
CONFIG = """\
[source]
adapter = "csv"
path = "data"

[policy]
file = "policy.yaml"
"""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """What it printed, as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Company:
    """A folder with a company, and the command."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def data(self) -> Path:
        """Folder of the company's files."""
        return self.folder / "data"

    def write(self, name: str, text: str) -> Path:
        """Write a file of the company."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def erp_ar(self, *arguments: object) -> Answer:
        """Run the command in this process."""
        self.capsys.readouterr()
        code = run(["--config", str(self.folder / "erp-ar.toml"), *map(str, arguments)])
        printed = self.capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    def files(self) -> set[str]:
        """All files below the folder, for "nothing half written"."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def company(tmp_path, capsys):
    """Three customers, three currencies, everything in order."""
    made = Company(tmp_path, capsys)
    made.write("erp-ar.toml", CONFIG)
    made.write("policy.yaml", POLICY)
    tables = {
        "customers": CUSTOMERS,
        "transactions": TRANSACTIONS,
        "schedules": SCHEDULES,
        "receipts": RECEIPTS,
        "applications": APPLICATIONS,
    }
    for name, text in tables.items():
        made.write(f"data/{name}.csv", text)
    return made


@pytest.fixture
def planned(company):
    """Return the company and its plan, made by anna."""
    company.erp_ar("sync")
    path = company.folder / "plan.json"
    assert company.erp_ar("plan", "--as-of", "2026-01-31", "--as", "anna", "--out", path).code == 2
    return company, path

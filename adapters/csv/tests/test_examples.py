"""The example mappings fit files of the shape they are written for."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
SETTLED = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate\n"
    "1,C-1,1/1/2013,0001,1/2/2013,2/1/2013,10.50,No,2/13/2013,Paper,42,12\n"
    "1,C-1,1/1/2013,0002,1/3/2013,2/2/2013,3.00,No,1/31/2013,Paper,28,0\n"
)
OPEN = (
    "key_0,business_code,cust_number,name_customer,business_year,doc_id,posting_date,document_create_date,"
    "document_create_date.1,due_in_date,invoice_currency,document type,posting_id,total_open_amount,"
    "baseline_create_date,cust_payment_terms,invoice_id,isOpen,Day_due,Delay_predict,Payment_date_predict,Aging_bucket\n"
    "1,U1,0020,Ada,2020.0,1000000001.0,2020-02-27,2020-02-26,2020-02-27,2020-03-13,CAD,RV,1.0,87.5,"
    "2020-02-27,NT30,1000000001.0,1,1,1,2020-03-14,B\n"
)


@pytest.fixture
def example(make_folder):
    def configure(name, file, content):
        folder = make_folder(name)
        configured = tomllib.loads((EXAMPLES / name / "erp-ar.toml").read_text(encoding="utf-8"))["source"]
        folder.settings = {**configured, "path": folder.settings["path"]}
        folder.put(file, content)
        return folder

    return configure


def test_settled_invoices_become_a_ledger_to_replay(example):
    """Each settled invoice gives a receipt and its application, under ids that never meet an invoice's."""
    folder = example("ibm_late_payments", "ibm_late_payments.csv", SETTLED)
    assert [row["account_id"] for row in folder.read("customers").rows] == ["C-1"]
    assert [row["trx_id"] for row in folder.read("transactions").rows] == ["0001", "0002"]
    assert [row["receipt_id"] for row in folder.read("receipts").rows] == ["R-0001", "R-0002"]
    first = folder.read("applications").rows[0]
    assert (first["source_schedule_id"], first["target_schedule_id"]) == ("R-0001", "0001")
    assert (first["amount"], first["gl_date"]) == (Decimal("10.50"), date(2013, 2, 13))


def test_open_invoices_keep_their_numbers(example):
    """Document numbers lose the `.0` that a data tool gave them, customer numbers keep their zeros."""
    folder = example("sap_open_invoices", "sap_style_open_invoices.csv", OPEN)
    [row] = folder.read("transactions").rows
    assert (row["trx_id"], row["trx_number"], row["account_id"]) == ("1000000001", "1000000001", "0020")
    assert (row["class"], row["currency"], row["amount"]) == ("INV", "CAD", Decimal("87.5"))
    assert [customer["account_id"] for customer in folder.read("customers").rows] == ["0020"]

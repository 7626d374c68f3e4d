"""Files of all kinds and encodings, and files that cannot be read at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import re
import shutil
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest
from erp_ar_ext_csv import ADAPTER
from pyarrow import parquet

from erp_ar_ext.errors import ConfigError, ContractError, SourceError
from erp_ar_ext.model import ENTITIES

NAME = "account_id,account_number,name,status\n1,1,{},A\n"


@pytest.mark.edge_case(74)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "setting", "name"),
    [
        ("utf-8", None, "Ångström & Łódź 株式会社"),
        ("utf-8-sig", None, "Ångström"),
        ("utf-8-sig", "utf-8-sig", "Ångström"),
        ("utf-16", "utf-16", "Ångström 株式会社"),
        ("utf-16-le", "utf-16-le", "Ångström"),
        ("gbk", "gbk", "上海有限公司"),
        ("euc-kr", "euc-kr", "서울상사"),
        ("latin-1", "latin-1", "Ångström"),
        ("cp1252", "cp1252", "“Ångström” €"),
    ],
)
def test_names_survive_their_encoding(folder, encoding, setting, name, line_end):
    """A customer's name arrives as written, in any encoding, with any line end."""
    if setting:
        folder.map("customers", encoding=setting)
    folder.put("customers.csv", NAME.replace("\n", line_end).format(name).encode(encoding))
    assert [row["name"] for row in folder.read("customers").rows] == [name]


@pytest.mark.parametrize(
    ("content", "offset", "hint"),
    [
        (NAME.format("ok").encode() + b"2,2,\xc5ngstr\xf6m,A\n", "byte 51 (line 3)", "cp1252"),
        (NAME.format("ok").encode("utf-16"), "byte 0 (line 1)", "utf-16"),
        (NAME.format("ok").encode() + b"2,2,x\xe5", "byte 52 (line 3)", "cp1252"),
    ],
)
def test_bytes_that_do_not_fit_the_encoding(folder, content, offset, hint):
    """A file in another encoding is refused with the place of the first wrong byte and what to set."""
    folder.put("customers.csv", content)
    with pytest.raises(SourceError, match="is not utf-8") as caught:
        folder.read("customers")
    assert offset in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.place == "customers.csv"


def test_gzip_reads_as_its_content(folder):
    """A compressed file gives the same rows as the plain one."""
    plain = folder.read("customers").rows
    content = (folder.path / "customers.csv").read_bytes()
    (folder.path / "customers.csv").unlink()
    folder.put("customers.csv.gz", gzip.compress(content))
    assert [{**row, "_file": "customers.csv"} for row in folder.read("customers").rows] == plain


def test_a_torn_gzip_file_is_refused(folder):
    """Half a compressed file is not half the customers."""
    content = gzip.compress((folder.path / "customers.csv").read_bytes())
    (folder.path / "customers.csv").unlink()
    folder.put("customers.csv.gz", content[:-12])
    with pytest.raises(SourceError, match="not a whole gzip file"):
        folder.read("customers")


def test_rows_are_numbered_past_every_oddity(folder):
    """Quoted line breaks, ragged rows, empty lines: the next row's number is still its record number."""
    folder.put(
        "customers.csv",
        'account_id,account_number,name,status\n1,1,"two\nlines",A\n2,2,short\n\n3,3,long,A,x\n,,,\n4,4,ok,A\n5,5,ok,A',
    )
    reading = folder.read("customers")
    assert [(row["account_id"], row["_row"]) for row in reading.rows] == [("1", 2), ("4", 7), ("5", 8)]
    assert [(reject["row"], reject["rule"]) for reject in reading.rejects] == [
        (3, "has 3 fields where the header has 4"),
        (5, "has 5 fields where the header has 4"),
    ]
    assert reading.rejects[0]["record"] == '["2", "2", "short"]'
    assert reading.rejects[0]["column"] == "(whole row)"
    assert [(finding.code, finding.count) for finding in reading.findings] == [("csv-blank-rows", 2)]


def test_numbers_hold_across_blocks(folder):
    """In a file of several blocks no row is lost, and every row has its own number."""
    lines = [f"{i},{i},{'x' * 400},A" if i % 1000 else f"{i},ragged" for i in range(2, 30_002)]
    folder.put("customers.csv", "account_id,account_number,name,status\n" + "\n".join(lines) + "\n")
    reading = folder.read("customers")
    assert len(reading.rows) + len(reading.rejects) == 30_000
    assert all(row["account_id"] == str(row["_row"]) for row in reading.rows)
    assert [reject["row"] for reject in reading.rejects] == list(range(1000, 30_002, 1000))


@pytest.mark.parametrize("tail", ['2,2,"open,A\n3,3,lost,A\n', '2,2,x,"A\n3,3,lost,A\n', '2,2,x,"A'])
def test_a_quote_that_is_never_closed_loses_nothing_silently(folder, tail):
    """A quote that swallows the rest of a file stops the reading."""
    folder.put("customers.csv", NAME.format("ok") + tail)
    with pytest.raises(SourceError, match="cannot be read after row") as caught:
        folder.read("customers")
    assert "quote" in caught.value.hint


def test_other_delimiters_and_no_quotes(folder):
    """Delimiter and quote are as configured."""
    folder.map("customers", delimiter="\t", quote="")
    folder.put("customers.csv", 'account_id\taccount_number\tname\tstatus\n1\t1\t5" pipe, "Ltd\tA\n')
    assert folder.read("customers").rows[0]["name"] == '5" pipe, "Ltd'


def test_inputs_carry_digest_and_records(folder):
    """The manifest learns each file's name, digest and number of records."""
    source = ADAPTER.open_source(folder.settings, folder.context)
    for name in source.entities():
        list(source.read(ENTITIES[name]))
    content = (folder.path / "customers.csv").read_bytes()
    assert [(one.name, one.rows) for one in source.inputs()] == [("customers.csv", 2), ("transactions.csv", 1)]
    assert source.inputs()[0].digest == "sha256:" + hashlib.sha256(content).hexdigest()


def test_a_file_that_changes_while_it_is_read(folder):
    """One sync never mixes two states of one file."""
    source = ADAPTER.open_source(folder.settings, folder.context)
    list(source.read(ENTITIES["customers"]))
    folder.put("customers.csv", NAME.format("other"))
    with pytest.raises(SourceError, match="changed while it was read"):
        list(source.read(ENTITIES["customers"]))


@pytest.mark.parametrize(
    ("path", "name"), [("data", "data"), ("./data/", "data"), ("../extracts/emea", "../extracts/emea")]
)
def test_a_folder_without_a_name_is_its_path_as_configured(folder, path, name):
    """Two folders of one installation are two ERPs; the installation may be moved as a whole."""
    (folder.context.base_dir / path).mkdir(parents=True, exist_ok=True)
    for file in folder.path.iterdir():
        shutil.copy(file, folder.context.base_dir / path)
    with contextlib.closing(ADAPTER.open_source({"path": path}, folder.context)) as source:
        assert source.identity() == {"adapter": "csv", "name": name}


def test_a_folder_with_an_absolute_path_tells_no_path(folder):
    """Plans and snapshots go to other people: they tell nothing of the machine, and yet one folder from another."""
    names = set()
    for place in ("one", "two"):
        path = shutil.copytree(folder.path, folder.path.parent / place / "extract")
        with contextlib.closing(ADAPTER.open_source({"path": str(path)}, folder.context)) as source:
            names.add(source.identity()["name"])
    assert len(names) == 2
    assert all(re.fullmatch("extract-[0-9a-f]{12}", name) for name in names)


def test_identity_holds_no_path(folder):
    """The plan's name for the source is the same on every machine."""
    source = ADAPTER.open_source({**folder.settings, "name": "emea"}, folder.context)
    assert source.identity() == {"adapter": "csv", "name": "emea"}


def test_parquet_amounts_and_dates_are_exact(folder):
    """Typed columns arrive as they are."""
    (folder.path / "transactions.csv").unlink()
    table = pa.table(
        {
            "org_id": pa.array([81], pa.int64()),
            "trx_id": ["0001"],
            "trx_number": pa.array(["INV-1"]).dictionary_encode(),
            "class": ["INV"],
            "trx_date": [dt.date(2026, 1, 2)],
            "gl_date": [dt.datetime(2026, 1, 3)],  # noqa: DTZ001 - extracts have no zones
            "account_id": ["0007"],
            "currency": ["USD"],
            "amount": pa.array([Decimal("-0.0000012000"), Decimal("0.0001000000")][1:], pa.decimal128(20, 10)),
            "complete": [True],
        }
    )
    parquet.write_table(table, folder.path / "transactions.parquet")
    [row] = folder.read("transactions").rows
    assert (row["org_id"], row["trx_id"], row["amount"]) == ("81", "0001", Decimal("0.0001"))
    assert (row["trx_date"], row["gl_date"], row["complete"]) == (dt.date(2026, 1, 2), dt.date(2026, 1, 3), True)
    assert row["_row"] == 1


def test_parquet_amounts_that_are_too_fine_are_rejected(folder):
    """Nothing is rounded: an amount with five decimals is a reject."""
    (folder.path / "rates.csv").write_text("from_currency,to_currency,rate_date,rate\n")
    table = pa.table(
        {
            "org_id": ["1"],
            "order_id": ["1"],
            "account_id": ["0007"],
            "currency": ["USD"],
            "open_amount": pa.array([Decimal("1.00001")]),
            "ordered_on": [dt.date(2026, 1, 2)],
        }
    )
    parquet.write_table(table, folder.path / "orders.parquet")
    assert folder.read("orders").rejects[0]["rule"] == "has more than 4 decimals"


def test_parquet_floats_are_refused_whole(folder):
    """A file that holds money as binary floating point is refused, with the reason."""
    table = pa.table(
        {
            "org_id": ["1"],
            "order_id": ["1"],
            "account_id": ["0007"],
            "currency": ["USD"],
            "open_amount": [1.5],
            "ordered_on": [dt.date(2026, 1, 2)],
        }
    )
    parquet.write_table(table, folder.path / "orders.parquet")
    with pytest.raises(ContractError, match="binary floating point") as caught:
        folder.read("orders")
    assert "DECIMAL(18, 4)" in caught.value.hint


def test_a_broken_parquet_file_is_refused(folder):
    """Bytes that are no Parquet file are an error with a next step."""
    folder.put("orders.parquet", b"PAR1 nonsense")
    with pytest.raises(SourceError, match="not a whole Parquet file"):
        folder.read("orders")


def workbook(folder, rows, sheet="AR"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(folder.path / "orders.xlsx")


ORDER = ["org_id", "order_id", "account_id", "currency", "open_amount", "ordered_on"]


def test_cells_of_a_workbook_are_exact(folder):
    """Numbers, dates and text of a spreadsheet arrive as it shows them."""
    workbook(folder, [ORDER, ["081", 1930571429, "0007", "USD", 8734.71, dt.date(2026, 1, 2)]])
    folder.map("orders", file="orders.xlsx", sheet="AR")
    [row] = folder.read("orders").rows
    assert (row["org_id"], row["order_id"], row["open_amount"]) == ("081", "1930571429", Decimal("8734.71"))
    assert (row["ordered_on"], row["_row"]) == (dt.date(2026, 1, 2), 2)


def test_typed_and_text_cells_stand_together(folder):
    """In one column some amounts and dates are typed and some are text in the country's notation."""
    rows = [
        ORDER,
        *(
            [1, i, "0007", "EUR", a, d]
            for i, (a, d) in enumerate([(1.234, dt.date(2026, 1, 2)), ("1.234,5", "03.01.2026")])
        ),
    ]
    workbook(folder, rows)
    folder.map("orders", file="orders.xlsx", decimal_mark=",", thousands_mark=".", date_format="%d.%m.%Y")
    rows = folder.read("orders").rows
    assert [row["open_amount"] for row in rows] == [Decimal("1.234"), Decimal("1234.5")]
    assert [row["ordered_on"].day for row in rows] == [2, 3]


def test_a_time_of_day_in_a_cell_is_not_dropped(folder):
    """A cell with a time is refused also where the format of the column's texts has none."""
    workbook(folder, [ORDER, [1, 1, "0007", "EUR", 1, dt.datetime(2026, 1, 2, 23, 30)]])  # noqa: DTZ001 - a cell has no zone
    folder.map("orders", file="orders.xlsx", date_format="%d.%m.%Y")
    [reject] = folder.read("orders").rejects
    assert (reject["column"], reject["value"]) == ("ordered_on", "2026-01-02 23:30:00")


def test_a_sheet_that_is_not_there(folder):
    """A misspelt sheet is named with the nearest one."""
    workbook(folder, [ORDER])
    folder.map("orders", file="orders.xlsx", sheet="A R")
    with pytest.raises(SourceError, match="has no sheet 'A R'; did you mean 'AR'"):
        folder.read("orders")


def test_a_missing_folder(folder):
    """A folder that is not there is an error that says which setting to correct."""
    with pytest.raises(SourceError, match="no such folder") as caught:
        ADAPTER.open_source({"path": "nowhere"}, folder.context)
    assert "ERP_AR__SOURCE__PATH" in caught.value.hint


def test_an_empty_folder(folder):
    """An empty folder is an error that says what was looked for."""
    (folder.path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"no file for customers: looked for customers.csv, customers.csv.gz"):
        ADAPTER.open_source({"path": "erp/empty"}, folder.context)


def test_a_nearly_right_name(folder):
    """A required file with a nearly right name is named."""
    (folder.path / "customers.csv").rename(folder.path / "customer.csv")
    with pytest.raises(SourceError, match=r"did you mean 'customer\.csv'"):
        folder.read("customers")


def test_an_optional_file_with_a_nearly_right_name_is_a_finding(folder):
    """A stray `schedule.csv` is not silently passed over."""
    folder.put("schedule.csv", "x\n")
    [finding] = folder.read("customers").findings
    assert (finding.code, finding.place) == ("csv-stray-file", "schedule.csv")


def test_two_files_of_one_entity(folder):
    """Which of two canonical files is meant, a person must say."""
    folder.put("customers.csv.gz", gzip.compress(b"x"))
    with pytest.raises(SourceError, match="customers has 2 files"):
        folder.read("customers")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("account_id,account_number,name,statsu", "unknown column 'statsu'; did you mean 'status'"),
        ("ACCOUNT_ID,account_number,name,status", "unknown column 'ACCOUNT_ID'; did you mean 'account_id'"),
        ("account_id,account_number,name", "required columns are missing: status"),
        ("account_id,account_number,name,status,name", "column 'name' stands there 2 times"),
        ("account_id,account_number,name,status,", "column 5 has no name"),
        ("", "is empty"),
    ],
)
def test_a_header_that_breaks_the_contract(folder, header, message):
    """An unknown, missing or double column is told with its nearest name, before any row."""
    folder.put("customers.csv", header + "\n")
    with pytest.raises(ContractError) as caught:
        folder.read("customers")
    assert message in caught.value.message
    assert caught.value.place == "customers.csv"
    assert caught.value.hint


def test_a_delimiter_that_is_the_quote_of_the_wider_section(folder):
    """Such a file cannot be divided: that is said before it is read."""
    folder.settings["quote"] = ";"
    folder.map("customers", delimiter=";")
    with pytest.raises(ConfigError, match=r"files\.customers: delimiter and quote are the same character"):
        folder.read("customers")


def test_the_wrong_delimiter_is_guessed_in_the_hint(folder):
    """A file divided by semicolons gets a hint that says so."""
    folder.put("customers.csv", "account_id;account_number;name;status\n")
    with pytest.raises(ContractError) as caught:
        folder.read("customers")
    assert "set delimiter = ';'" in caught.value.hint


def test_a_header_alone_is_no_rows(folder):
    """A file with a header and no line end holds no rows, and that is fine."""
    folder.put("customers.csv", "account_id,account_number,name,status")
    assert (folder.read("customers").rows, folder.read("customers").rejects) == ([], [])


@pytest.mark.parametrize("quoted", ["{}", '"{}"'])
def test_a_ragged_row_with_a_huge_field_is_a_reject(folder, quoted):
    """A row that is too long and holds a field of 200,000 characters is rejected, and the others are taken."""
    folder.put("customers.csv", NAME.format("ok") + f"2,2,{quoted.format('x' * 200_000)},A,more\n3,3,ok,A\n")
    reading = folder.read("customers")
    assert [row["account_id"] for row in reading.rows] == ["1", "3"]
    [reject] = reading.rejects
    assert (reject["row"], reject["rule"]) == (3, "has 5 fields where the header has 4")
    assert "x" * 200_000 in reject["record"]


@pytest.mark.parametrize(("quote", "record"), [("'", '["2", "a,b", "short"]'), ("", '["2", "\'a", "b\'", "short"]')])
def test_a_ragged_row_is_divided_by_the_files_own_quote(folder, quote, record):
    """The record of a ragged row shows its fields as the file's notation divides them."""
    folder.map("customers", quote=quote)
    header = "account_id,account_number,name,status,kind\n"
    folder.put("customers.csv", header + "2,'a,b',short\n")
    assert folder.read("customers").rejects[0]["record"] == record


def test_a_huge_header_is_refused(folder):
    """A header without an end is an error that names the file, with a next step."""
    folder.put("customers.csv", "x" * 200_000)
    with pytest.raises(ContractError, match="the header cannot be read") as caught:
        folder.read("customers")
    assert (caught.value.place, bool(caught.value.hint)) == ("customers.csv", True)


@pytest.mark.parametrize("outside", [False, True])
def test_files_of_one_name_in_two_folders(folder, outside):
    """Files are named by their way from the folder, so that two of one name are two inputs."""
    start = folder.path.parent / "other" if outside else folder.path
    for month in ("01", "02"):
        (start / month).mkdir(parents=True)
        (start / month / "a.csv").write_text(NAME.format(month).replace("1,1,", f"{month},1,"))
    names = [str(start / month / "a.csv") for month in ("01", "02")]
    folder.map("customers", file=names if outside else "*/a.csv")
    source = ADAPTER.open_source(folder.settings, folder.context)
    rows = [row for batch in source.read(ENTITIES["customers"]) for row in batch.rows.to_pylist()]
    way = "../other/" if outside else ""
    assert [(row["name"], row["_file"]) for row in rows] == [("01", f"{way}01/a.csv"), ("02", f"{way}02/a.csv")]
    assert [one.name for one in source.inputs()] == [f"{way}01/a.csv", f"{way}02/a.csv"]

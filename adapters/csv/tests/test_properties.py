"""What must hold for any file: nothing is lost, and no amount changes."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

unhurried = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

HEADER = ["account_id", "account_number", "name", "status", "credit_limit"]
cells = st.one_of(
    st.sampled_from(["", "1", "A", "12.50", "x\ny", 'q"q', "1,2", " ", "\x07", "(3)", "1.00001", "é"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\x02"), max_size=6),
)
rows = st.lists(st.lists(cells, min_size=1, max_size=7), max_size=12)

amounts = st.lists(st.decimals(-(10**14) + 1, 10**14 - 1, places=4, allow_nan=False), min_size=1, max_size=20)
marks = st.sampled_from([(".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")])


def written(amount: Decimal, decimal_mark: str, thousands_mark: str, sign: str, *, short: bool) -> str:
    plain = f"{abs(amount):,.4f}".translate(str.maketrans({",": thousands_mark, ".": decimal_mark}))
    if short:
        plain = plain.rstrip("0").rstrip(decimal_mark)
    if amount >= 0:
        return plain
    return {"front": f"-{plain}", "back": f"{plain}-", "brackets": f"({plain})"}[sign]


@unhurried
@given(rows=rows)
def test_rows_in_are_rows_taken_and_rows_rejected(folder, rows):
    """Every record of a file is taken or rejected under its own number, whatever is in it."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([HEADER, *rows])
    folder.put("customers.csv", text.getvalue())
    reading = folder.read("customers")
    found = sorted([row["_row"] for row in reading.rows] + [reject["row"] for reject in reading.rejects])
    blank = {number for number, row in enumerate(rows, 2) if not any(row) and len(row) in (1, len(HEADER))}
    expected = [number for number in range(2, len(rows) + 2) if number not in blank]
    assert [number for number in found if number not in blank] == expected
    assert all(reject["rule"] for reject in reading.rejects)


@unhurried
@given(amounts=amounts, marks=marks, sign=st.sampled_from(["front", "back", "brackets"]), short=st.booleans())
def test_any_amount_comes_back_equal(folder, amounts, marks, sign, short):
    """An amount written in any country's notation is read as that amount, to the last digit."""
    decimal_mark, thousands_mark = marks
    folder.settings.update(decimal_mark=decimal_mark, thousands_mark=thousands_mark or None)
    lines = [
        f'{i};{i};x;A;"{written(a, decimal_mark, thousands_mark, sign, short=short)}"' for i, a in enumerate(amounts)
    ]
    folder.settings["delimiter"] = ";"
    folder.put("customers.csv", "\n".join([";".join(HEADER), *lines]))
    reading = folder.read("customers")
    assert reading.rejects == []
    assert [row["credit_limit"] for row in reading.rows] == amounts

"""Numbers that are missing and documents that came twice are told, and what only looks like it is not."""

import pytest
from ledgers_gone_wrong import findings, invoices, many, numbers

from erp_ar_ext.ledger.integrity import Integrity


def numbered(*given, class_="INV", org="1"):
    """Documents with numbers, each of its own amount, so that nothing else is found."""
    return "\n".join(
        f"{org}{class_}{at} {number} {class_} {org} A1 {'-' if class_ == 'CM' else ''}{at + 1}.{len(class_)}{org}"
        for at, number in enumerate(given)
    )


NUMBERED = "trx_id trx_number class org_id account_id amount"


SEQUENCES = {
    "a number": (["I-1", "I-2", "I-4", "I-5"], ["I-3"]),
    "a range with zeros": (["I-0008", "I-0009", "I-0013", "I-0014"], ["I-0010 .. I-0012"]),
    "lengths": (["98", "99", "100", "102", "103"], ["101"]),
    "lengths with zeros": (["098", "099", "100", "102"], ["101"]),
    "prefixes": (["A1", "A2", "B1", "B2", "A4", "A5"], ["A3"]),
    "too many digits": (["7", "8", "9999999999999999999907", "9999999999999999999908"], []),
    "used twice": (["I-1", "I-2", "I-2", "I-3"], []),
    "no digits": (["X", "Y", "Z"], []),
    "years": (["2026-01", "2026-02", "2027-01", "2027-02"], []),
    "too few to be a sequence": (["1", "5", "9"], []),
}


def test_a_gap_is_a_range_of_numbers_missing_from_a_sequence(books) -> None:
    """A number is a prefix and its last digits, with or without leading zeros; each missing range is told once."""
    orgs = {f"{at}": case for at, case in enumerate(SEQUENCES)}
    lines = "\n".join(numbered(*SEQUENCES[case][0], org=org) for org, case in orgs.items())
    missing = {case: [] for case in SEQUENCES}
    for row in findings(books(invoices(lines, NUMBERED))).pop("number-gap"):
        missing[orgs[row["org_id"]]].append(row["number"])
    assert missing == {case: expected for case, (_, expected) in SEQUENCES.items()}


def test_a_huge_jump_begins_a_new_sequence(books) -> None:
    """A thousand numbers missing at once are a range; one more is another sequence, and so is what the rules say."""
    given = books(invoices(numbered("1", "2", "1003", "1004", "2006", "2007"), NUMBERED))
    assert numbers(given) == {"number-gap": ["3 .. 1002"]}
    assert numbers(given, largest_gap=999) == {}
    assert numbers(given, largest_gap=1001) == {"number-gap": ["1005 .. 2005", "3 .. 1002"]}


def test_numbers_that_do_not_follow_each_other_are_no_sequence(books) -> None:
    """Ten documents with numbers here and there have no gaps: that their numbers are no sequence is told once."""
    scattered = books(invoices(numbered(*(str(100 + 7 * at) for at in range(10))), NUMBERED))
    assert numbers(scattered) == {"number-not-sequential": ["100 .. 163"]}


@pytest.mark.edge_case(83)
def test_each_company_and_class_has_its_own_sequence(books) -> None:
    """Edge case 83: the same number in two operating units is no duplicate and fills no gap of the other."""
    given = numbered("1", "2", "4", "5") + "\n" + numbered("1", "2", "3", "5", org="2")
    found = findings(books(invoices(given, NUMBERED)))
    assert {(row["org_id"], row["number"]) for row in found.pop("number-gap")} == {("1", "3"), ("2", "4")}
    assert found == {}
    twins = "T1 I-1 INV 1 A1 100\nT2 I-1 INV 2 A1 100"
    assert numbers(books(invoices(twins, NUMBERED))) == {}


def test_classes_that_draw_on_one_sequence_fill_each_others_gaps(books) -> None:
    """Of numbers that two classes share, only those that neither has are missing; of two sequences, each one's own."""
    shared = numbered("1", "2", "4", "5") + "\n" + numbered("3", "6", "8", class_="CM")
    assert numbers(books(invoices(shared, NUMBERED))) == {"number-gap": ["7"]}
    own = numbered("1", "2", "4", "5") + "\n" + numbered("1", "2", "3", "4", class_="CM")
    (gap,) = findings(books(invoices(own, NUMBERED)))["number-gap"]
    assert (gap["number"], gap["why"]) == ("3", "1 number is missing before 4 of 2026-01-01, class INV")
    ranges = numbered("1", "2", "3") + "\n" + numbered("501", "502", class_="CM")
    assert numbers(books(invoices(ranges, NUMBERED))) == {}


def test_nothing_is_missing_between_the_ranges_of_two_classes(books) -> None:
    """Where invoices and credit memos share a sequence and debit memos begin another, none of the latter is missing."""
    shared = numbered("1", "3", "5") + "\n" + numbered("2", "4", class_="CM") + "\n"
    assert numbers(books(invoices(shared + numbered("8", "9", class_="DM"), NUMBERED))) == {}


def test_companies_that_draw_on_one_sequence_fill_each_others_gaps(books) -> None:
    """Where two companies share a range of numbers, what one has not the other has; what neither has is missing."""
    shared = numbered("1", "3", "4", "7", "9") + "\n" + numbered("2", "5", "6", "10", org="2")
    (gap,) = findings(books(invoices(shared, NUMBERED)))["number-gap"]
    assert (gap["org_id"], gap["number"], gap["related_number"]) == ("1", "8", "9")


def test_a_number_that_is_used_is_not_missing(books) -> None:
    """Documents still being entered and those of later days have their numbers; a gap before a later one waits."""
    columns = "trx_id trx_number trx_date account_id amount complete"
    lines = "T1 1 2026-01-01 A1 1 Y\nT2 2 2026-02-01 A1 2 N\nT3 3 2026-01-01 A1 3 Y\nT5 5 2026-03-01 A1 5 Y"
    given = books(invoices(lines, columns))
    assert numbers(given, day="2026-02-28") == {}
    assert numbers(given, day="2026-03-01") == {"number-gap": ["4"]}


def billed(*documents):
    """Documents as `number day amount order reference [account]`, with the account A1 unless another is named."""
    return [text if len(text.split()) == 6 else f"{text} A1" for text in documents]


def repeats(books, cases, **rules):
    """The numbers that repeat an earlier document, by check, in each case; a case is a company of its own."""
    orgs = {f"{at}": case for at, case in enumerate(cases)}
    lines = "\n".join(f"{org} {org}-{at} {text}" for org, case in orgs.items() for at, text in enumerate(cases[case]))
    columns = "org_id trx_id trx_number trx_date amount po_number source_ref account_id"
    told = {case: {} for case in cases}
    for check, rows in findings(books(invoices(lines, columns)), **rules).items():
        for row in rows if "duplicate" in check else ():
            told[orgs[row["org_id"]]].setdefault(check, []).append(row["number"])
    return told


@pytest.mark.edge_case(13)
def test_a_duplicate_has_the_customer_the_amount_and_a_reference_of_an_earlier_one(books) -> None:
    """Edge case 13: a duplicate has the customer, amount and a reference of a document of the last 30 days."""
    cases = {
        "order": billed("1 2026-01-05 100 PO7 -", "2 2026-01-08 100 PO7 -"),
        "reference": billed("1 2026-01-05 100 - R7", "2 2026-01-08 100 - r7"),
        "number": billed("1 2026-01-05 100 - -", "1 2026-01-08 100 - -"),
        "three": billed("1 2026-01-05 100 PO7 -", "2 2026-01-05 100 PO7 -", "3 2026-01-05 100 PO7 -"),
        "other amount": billed("1 2026-01-05 100 PO7 -", "2 2026-01-08 101 PO7 -"),
        "other customer": billed("1 2026-01-05 100 PO7 -", "2 2026-01-08 100 PO7 - A2"),
        "other order": billed("1 2026-01-05 100 PO7 -", "2 2026-01-08 100 PO8 -"),
        "no reference": billed("1 2026-01-05 100 - -", "2 2026-01-08 100 - -"),
        "no digit": billed("1 2026-01-05 100 VERBAL -", "2 2026-01-08 100 VERBAL -"),
        "zeros": billed("1 2026-01-05 100 000 -", "2 2026-01-08 100 000 -"),
        "too long ago": billed("1 2026-01-05 100 PO7 -", "2 2026-02-15 100 PO7 -"),
        "nothing": billed("1 2026-01-05 0 PO7 -", "2 2026-01-05 0 PO7 -"),
    }
    told = {case: found.get("duplicate-document") for case, found in repeats(books, cases).items()}
    found = {"order": ["2"], "reference": ["2"], "number": ["1"], "three": ["2", "3"]}
    assert told == dict.fromkeys(cases) | found


def recurring(*days):
    """Documents of one order and amount on some days."""
    return billed(*(f"{at} {day} 100 PO7 -" for at, day in enumerate(days, start=1)))


@pytest.mark.edge_case(13)
def test_invoices_that_recur_are_no_duplicates(books) -> None:
    """Edge case 13: of invoices by the month, fortnight, week or working day, of one order, nothing is told."""
    cases = {
        "month ends": recurring("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"),
        "31 days": recurring("2026-01-15", "2026-02-15"),
        "30 days": recurring("2026-04-15", "2026-05-15"),
        "28 days": recurring("2026-02-15", "2026-03-15"),
        "weeks": recurring("2026-01-05", "2026-01-12", "2026-01-20", "2026-01-26"),
        "fortnights": recurring("2026-01-01", "2026-01-15", "2026-02-01", "2026-02-15"),
        "working days": recurring(*(f"2026-01-{day:02}" for day in (5, 6, 7, 8, 9, 12, 13))),
    }
    assert repeats(books, cases, duplicate_days=31) == {case: {} for case in cases}


@pytest.mark.edge_case(13)
def test_a_duplicate_among_invoices_that_recur_is_found(books) -> None:
    """Edge case 13: the one document too many is told, and none of the series around it."""
    cases = {
        "same day": recurring("2026-01-01", "2026-02-01", "2026-02-01", "2026-03-01", "2026-04-01"),
        "days later": recurring("2026-01-01", "2026-02-01", "2026-02-03", "2026-03-01", "2026-04-01"),
        "of weeks": recurring("2026-01-05", "2026-01-12", "2026-01-12", "2026-01-19", "2026-01-26"),
    }
    assert repeats(books, cases) == {case: {"duplicate-document": ["3"]} for case in cases}


@pytest.mark.edge_case(75)
def test_a_batch_that_an_interface_delivered_twice(books) -> None:
    """Edge case 75: the same source reference, date and amount under new ids is told once, as an error."""
    cases = {
        "new numbers": billed("1 2026-01-05 100 - B7-1", "2 2026-01-05 100 - B7-1"),
        "old numbers": billed("1 2026-01-05 100 P1 B7-1", "1 2026-01-05 100 P1 B7-1"),
        "a day later": billed("1 2026-01-05 100 - B7-1", "2 2026-01-06 100 - B7-1"),
        "another line": billed("1 2026-01-05 100 - B7-1", "2 2026-01-05 100 - B7-2"),
        "part of it": billed("1 2026-01-05 100 - B7-1", "2 2026-01-05 40 - B7-1"),
        "a channel": billed("1 2026-01-05 100 - WEB", "2 2026-01-05 100 - WEB"),
    }
    assert repeats(books, cases) == {case: {} for case in cases} | {
        "new numbers": {"interface-duplicate": ["2"]},
        "old numbers": {"interface-duplicate": ["1"]},
        "a day later": {"duplicate-document": ["2"]},
    }


CANCELLED = """
    customers: account_id
        A1
    transactions: org_id trx_id trx_number class trx_date account_id amount po_number original_trx_id due_date
        {org} T1 1 INV 2026-01-05 A1 100 PO7 - 2026-02-05
        {org} T2 2 INV 2026-01-08 A1 100 PO7 - 2026-02-05
        {org} C1 C1 CM 2026-01-07 A1 {credit} - {names} -
    receipts: org_id receipt_id account_id receipt_date amount
        {org} R1 A1 2026-01-07 100
    applications: org_id application_id source_schedule_id target_schedule_id amount gl_date reversal_gl_date
        {org} P1 {source} T1 {applied} 2026-01-07 {reversed}
    adjustments: org_id adjustment_id schedule_id amount gl_date status
        {org} J1 T1 {adjusted} 2026-01-07 {status}
"""
UNTOUCHED = {
    "org": 1, "credit": -100, "names": "-", "source": "C1", "applied": 1, "reversed": "-", "adjusted": -1,
    "status": "W",
}  # fmt: skip


@pytest.mark.edge_case(12)
def test_a_document_that_was_cancelled_is_no_twin_of_its_rebill(books) -> None:
    """Edge case 12: credited or adjusted to nothing, the first is no duplicate; paid or partly credited, it is."""
    cancelled = {
        "credited": {"applied": 100},
        "by a memo that waits": {"names": "T1"},
        "in two ways": {"applied": 60, "adjusted": -40, "status": "A"},
        "adjusted": {"adjusted": -100, "status": "A"},
    }
    standing = {
        "untouched": {},
        "nearly": {"applied": 99},
        "a memo of part of it": {"credit": -60, "names": "T1"},
        "credit taken back": {"applied": 100, "reversed": "2026-01-09"},
        "paid": {"source": "R1", "applied": 100},
        "rejected": {"adjusted": -100, "status": "R"},
    }
    orgs, text = many(CANCELLED, UNTOUCHED, cancelled | standing)
    rows = findings(books(text))["duplicate-document"]
    assert {orgs[row["org_id"]]: (row["number"], row["related_number"]) for row in rows} == dict.fromkeys(
        standing, ("2", "1")
    )


@pytest.mark.edge_case(12)
def test_a_cancelled_document_is_a_twin_before_it_was_cancelled(books) -> None:
    """Edge case 12: the day before the credit memo, there were two documents for one delivery, and one is told."""
    given = books(CANCELLED.format(**(UNTOUCHED | {"names": "T1"})).replace("CM 2026-01-07", "CM 2026-01-20"))
    assert numbers(given, day="2026-01-19").get("duplicate-document") == ["2"]
    assert "duplicate-document" not in numbers(given, day="2026-01-20")


def test_credit_memos_repeat_each_other_only_for_one_document(books) -> None:
    """Two credits of one order and amount are two where they credit two invoices, and one too many for the same."""
    columns = "trx_id trx_number class trx_date account_id amount po_number original_trx_id"
    lines = "C1 1 CM 2026-01-05 A1 -100 PO7 T1\nC2 2 CM 2026-01-06 A1 -100 PO7 {}"
    assert numbers(books(invoices(lines.format("T2"), columns))) == {}
    assert numbers(books(invoices(lines.format("T1"), columns))) == {"duplicate-document": ["2"]}
    both = "\nC3 3 CM 2026-01-07 A1 -100 PO7 T1\nC4 4 CM 2026-01-08 A1 -100 PO7 T2"
    assert numbers(books(invoices(lines.format("T2") + both, columns))) == {"duplicate-document": ["3", "4"]}


def test_what_was_cancelled_follows_the_axis_of_dates(books) -> None:
    """An adjustment dated after its accounting date has cancelled the invoice on each axis from that axis's day on."""
    given = books(
        CANCELLED.format(**(UNTOUCHED | {"adjusted": -100, "status": "A"}))
        .replace("gl_date status", "gl_date apply_date status")
        .replace("-100 2026-01-07 A", "-100 2026-01-07 2026-01-20 A")
    )
    found = {axis: Integrity(given.on("2026-01-10", axis=axis)).first(9) for axis in ("gl_date", "trx_date")}
    repeated = {
        axis: [r["number"] for r in rows if r["check_id"] == "duplicate-document"] for axis, rows in found.items()
    }
    assert repeated == {"gl_date": [], "trx_date": ["2"]}


def test_merged_accounts_are_one_customer(books) -> None:
    """A document billed to an account before its merge, and again to the survivor, is a duplicate."""
    text = invoices("T1 1 2026-01-05 A1 100 PO7 -\nT2 2 2026-01-08 A2 100 PO7 -")
    merged = text.replace("customers: account_id\nA1\nA2", "customers: account_id merged_into\nA1 -\nA2 A1")
    assert numbers(books(merged)) == {"duplicate-document": ["2"]}

"""Keys of intents, and the plan file: same inputs, same bytes; any change is seen."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_ar_ext.errors import PlanError
from erp_ar_ext.model import canonical_bytes
from erp_ar_ext.plan import read_plan
from erp_ar_ext.plan.document import write_plan

BOOKS = """
    customers: account_id name
        A1 Acme
    schedules: schedule_id account_id due_date amount_original
        S1 A1 2026-01-01 3
"""
POLICY = """
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0, action: note, note_kind: remind, text: "{overdue_amount}"}
  - {id: hold, for_each: account, when: overdue_amount > 0, action: hold, hold: overdue, reason: "overdue"}
  - {id: small, for_each: schedule, when: open_amount < 5 and open_amount > 0 and days_past_due > 0, action: adjustment,
     adjustment_type: INVOICE, reason: "small"}
"""


def keys(plan):
    return {action["kind"]: action["key"] for action in plan["actions"]}


def test_tomorrows_plan_has_the_same_keys_until_something_was_done(decide):
    """A plan that was not applied and is made again the next day means the same intents."""
    assert keys(decide(BOOKS, POLICY, "2026-01-10")) == keys(decide(BOOKS, POLICY, "2026-01-11"))


def test_what_is_in_the_erp_under_our_reference_is_not_planned_again(decide):
    """The note, the hold and the adjustment of the first plan come back from the ERP: nothing is left to do."""
    first = keys(decide(BOOKS, POLICY, "2026-01-10"))
    done = f"""
        notes: note_id account_id created_on text external_ref
            N1 A1 2026-01-10 3.00 erp-ar:{first["note"]}
        holds: hold_id account_id name applied_on external_ref
            H1 A1 overdue 2026-01-10 erp-ar:{first["hold"]}
        adjustments: adjustment_id schedule_id amount gl_date status external_ref
            J1 S1 -3 2026-01-10 W erp-ar:{first["adjustment"]}
    """
    assert keys(decide(BOOKS + done, POLICY, "2026-01-11")).keys() == {"adjustment"}, "waiting, so still open"
    assert keys(decide(BOOKS + done.replace(" W ", " A "), POLICY, "2026-01-11")).keys() == {"release"}


def test_a_hold_that_was_lifted_and_is_needed_again_is_a_new_intent(decide):
    """The second time round has another key than the first."""
    first = keys(decide(BOOKS, POLICY, "2026-01-10"))["hold"]
    columns = "holds: hold_id account_id name applied_on released_on external_ref\n"
    lifted = f"{columns} H1 A1 overdue 2026-01-02 2026-01-05 erp-ar:{first}\n"
    assert keys(decide(BOOKS + lifted, POLICY, "2026-01-10"))["hold"] != first


def file_of(document):
    """Write a document as the plan's own file."""
    head = {name: value for name, value in document.items() if name not in ("plan_id", "actions")}
    return write_plan(head, [canonical_bytes(action) for action in document["actions"]])[1]


def test_companies_that_share_an_erp_have_keys_apart(decide):
    """The company's name is part of every key."""
    ours = keys(decide(BOOKS, POLICY, "2026-01-10", company="north"))
    theirs = keys(decide(BOOKS, POLICY, "2026-01-10", company="south"))
    assert not set(ours.values()) & set(theirs.values())


@pytest.mark.parametrize("name", ["\"Söhne\\&한국</script>'", "a\x01\x0e\x7f\x1bz", "\U0001f600\ufeff\u0301"])
def test_a_plan_has_the_digest_that_its_reader_computes(build, tmp_path, name):
    """Its bytes come from SQL and are never parsed on the way: names that need escapes must be written alike."""
    built = build(BOOKS.replace("Acme", name), POLICY, "2026-01-10")
    path = tmp_path / "plan.json"
    path.write_bytes(built.text)
    plan = read_plan(path)
    assert plan.plan_id == built.plan_id
    assert file_of(built.document) == built.text
    assert plan.actions[0].account_name == name


def test_white_space_may_change_and_nothing_else(decide, tmp_path):
    """A plan pretty-printed by another tool is the same plan; one with another amount is refused."""
    document = decide(BOOKS, POLICY, "2026-01-10")
    path = tmp_path / "plan.json"
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    assert read_plan(path).plan_id == document["plan_id"]
    document["actions"][0]["account_id"] = "A2"
    path.write_bytes(orjson.dumps(document))
    with pytest.raises(PlanError, match="changed after it was made"):
        read_plan(path)


@given(st.text(max_size=30))
def test_any_text_survives_the_plan_file(tmp_path_factory, text):
    """Whatever a name holds, the file is read back to the same digest."""
    action = {"key": "k", "kind": "note", "account_id": "A1", "rule": "r", "reason": text, "facts": {"name": text},
              "approval": "auto"}  # fmt: skip
    document = {
        "format": 1, "as_of": "2026-01-31", "snapshot": "s", "policy": {"name": "p", "digest": "d"}, "erp": {},
        "maker": "m", "totals": {}, "tie_out": {}, "findings": [], "actions": [action],
    }  # fmt: skip
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    path.write_bytes(file_of(document))
    assert read_plan(path).actions[0].reason == text

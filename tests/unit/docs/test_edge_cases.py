"""Every edge case of the reference is demanded by a test or has a reason, never both and never neither."""

import re
from pathlib import Path

from edge_cases import GROUPS, edge_cases

TESTS, REASONS = edge_cases()


def test_every_edge_case_is_tested_or_has_a_reason():
    """The numbers of tests and of reasons together are 1 to 84, each once: none is missing, none is in both."""
    grouped = [number for numbers in GROUPS.values() for number in numbers]
    assert grouped == list(range(1, 85))
    assert sorted([*TESTS, *REASONS]) == grouped


def test_every_reason_is_a_sentence():
    """A reason says in a sentence of some length why the case is outside."""
    assert [number for number, reason in REASONS.items() if len(reason.split()) < 8 or not reason.endswith(".")] == []


def test_the_tests_of_edge_cases_begin_with_their_number():
    """A test of the folder of edge cases says the number that it is marked with, and every one of them is marked."""
    own = {
        (one.path, one.says): number for number, found in TESTS.items() for one in found if "edge_cases/" in one.path
    }
    wrong = {says for (_, says), number in own.items() if not says.startswith(f"Edge case {number}: ")}
    assert wrong == set()
    folder = Path(__file__).resolve().parents[2] / "edge_cases"
    written = sum(len(re.findall(r"^def test_", path.read_text("utf-8"), re.MULTILINE)) for path in folder.glob("*.py"))
    assert written == len(own)

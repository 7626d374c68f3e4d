"""What is logged has a name, an explanation, and a test that demands it: no branch that recovers goes untried."""

import ast
import re
from pathlib import Path

from erp_ar_ext_csv import events as csv_events
from erp_ar_ext_oracle import events as oracle_events

from erp_ar_ext import events
from erp_ar_ext.spi.events import events_of

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[2]
TOLD = [one for table in (events, csv_events, oracle_events) for one in events_of(table)]
NAME = re.compile(r"[a-z_]+(\.[a-z_]+)*")
LOGS = {"erp_ar_ext/spi/events.py", "erp_ar_ext/cli/output.py"}
"""Where structlog is spoken to: by the events, and where a command says how it is to log."""


def sources(word, *folders):
    """Trees of the Python files of some folders that have a word in them, by path."""
    texts = {path: path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")}
    return {path.relative_to(ROOT).as_posix(): ast.parse(text) for path, text in texts.items() if word in text}


def marks():
    """Names that tests demand by their marks."""
    trees = sources("mark.demands", "tests", "adapters/csv/tests", "adapters/oracle/tests").values()
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    marked = (call for call in calls if ast.unparse(call.func) == "pytest.mark.demands")
    return {ast.literal_eval(name) for call in marked for name in call.args}


def test_each_event_is_demanded_by_a_test():
    """There is no event without a mark, and no mark of an event that does not exist."""
    events, marked = {one.name for one in TOLD}, marks()
    assert (events - marked, marked - events) == (set(), set())


def test_events_have_names_of_their_own():
    """A name in a log leads to one line of the table."""
    names = [one.name for one in TOLD]
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert len(names) == len(set(names)) > 40


def test_nothing_is_logged_beside_the_events():
    """What has no name in the table, and so no test that demands it, cannot be logged."""
    trees = sources("structlog", "erp_ar_ext", "adapters/csv/src", "adapters/oracle/src")
    imports = {
        path
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "structlog" in ast.unparse(node)
    }
    assert imports == LOGS


def test_a_test_fails_that_demands_what_is_not_logged(pytester):
    """A mark fails a test in which nothing else does; the failure names what is missing and what was logged."""
    pytester.makepyfile(
        """
        import pytest
        from structlog.testing import capture_logs
        from erp_ar_ext.events import SYNC_DONE

        @pytest.mark.demands("sync.done")
        def test_it_happens():
            with capture_logs():
                SYNC_DONE.tell()

        @pytest.mark.demands("lease.lost", "sync.done")
        def test_it_does_not_happen():
            SYNC_DONE.tell()

        def test_without_a_mark():
            pass
        """
    )
    result = pytester.runpytest_inprocess("-p", "demanded_events", "--strict-markers")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*test_it_does_not_happen*", "*not logged: lease.lost; logged: sync.done*"])

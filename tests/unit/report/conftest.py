"""A page made from a few booked documents, and a reader of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from erp_ar_ext.demo.books import Books
from erp_ar_ext.demo.cast import customer
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.plan.document import FORMAT, Plan, plan_digest
from erp_ar_ext.report import write_report
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.spi import Batch
from erp_ar_ext.sync import sync

AS_OF = date(2026, 1, 31)
PLAIN = str.maketrans("\N{MINUS SIGN}\N{EN DASH}", "--")
VOID = {"meta", "link", "img", "input", "br", "hr", "base"}


class BookSource:
    """A source that reads what was booked."""

    def __init__(self, books):
        rows = books.records()
        self._records = {name: rows[name] for name in rows if rows[name] or name == "transactions"}

    def identity(self):
        """Name the source."""
        return {"adapter": "books"}

    def entities(self):
        """Name what was booked."""
        return list(self._records)

    def read(self, entity):
        """Read the rows of an entity."""
        rows = [record.model_dump(by_alias=True) for record in self._records[entity.entity]]
        yield Batch(pa.RecordBatch.from_pylist(rows, schema=ENTITIES[entity.entity].arrow_schema()))

    def inputs(self):
        """Read no files."""
        return []

    def findings(self):
        """Notice nothing."""
        return []

    def close(self):
        """Hold nothing open."""


@dataclass
class Page(HTMLParser):
    """What a browser would find: tags, attributes, text by section, rows of tables; every tag must be closed."""

    html: str
    tags: Counter = field(default_factory=Counter)
    attributes: list = field(default_factory=list)
    sections: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    text: str = ""

    def __post_init__(self):
        super().__init__()
        self._open, self._section, self._table = [], "", ""
        self.feed(self.html)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag, attrs):
        """Note a tag, and where it stands."""
        self.tags[tag] += 1
        given = dict(attrs)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag == "section":
            self._section = given["id"]
        if tag == "table":
            self._table = f"{self._section} {given.get('class', '')}".strip()
        if tag == "tr":
            self.rows.setdefault(self._table, []).append([])
        if tag in ("td", "th"):
            self.rows[self._table][-1].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note a tag that closes itself."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        """Close the last tag."""
        assert self._open.pop() == tag, f"</{tag}> closes what was opened last"

    def handle_data(self, data):
        """Note a text: dashes and minus signs as hyphens."""
        if "style" in self._open:
            return
        data = data.translate(PLAIN)
        self.text += data
        if "section" in self._open:
            self.sections[self._section] = self.sections.get(self._section, "") + data
        if ("td" in self._open or "th" in self._open) and "title" not in self._open:
            self.rows[self._table][-1][-1] += data.strip()


@dataclass
class Desk:
    """Books, the folder of one test, and how to get from one to a page."""

    folder: Path
    snapshots: dict  # of books that were synced before: they never change
    books: Books = field(default_factory=Books)
    ledgers: list = field(default_factory=list)

    def account(self, account_id, name="Acme", country="US"):
        """Open an account; its currency is its country's."""
        self.books.open_account(customer(account_id, name, country), "1")

    def ledger(self):
        """Sync the books and open the ledger of the day."""
        booked = repr(self.books.records())
        if booked not in self.snapshots:
            store = SnapshotStore(self.folder / "snapshots", self.folder / "quarantine")
            result = sync(BookSource(self.books), snapshots=store, work_dir=self.folder / "work")
            self.snapshots[booked] = result.snapshot
        self.ledgers.append(Ledger(self.snapshots[booked], AS_OF))
        return self.ledgers[-1]

    def plan(self, ledger, actions=(), findings=()):
        """Make a plan of that ledger that holds the given actions."""
        document = {
            "format": FORMAT,
            "as_of": AS_OF.isoformat(),
            "snapshot": ledger.snapshot.snapshot_id,
            "policy": {"name": "house-rules", "digest": "sha256:" + "ab" * 32},
            "erp": {"adapter": "books"},
            "maker": "anna",
            "totals": {},
            "tie_out": {"ok": True, "checks": []},
            "actions": [action(**given) for given in actions],
            "findings": list(findings),
        }
        return Plan.model_validate({**document, "plan_id": plan_digest(document)})

    def page(self, actions=(), *, outcomes=None, findings=(), company="Acme Holding", rules=None, **more):
        """Write the report and read it."""
        ledger = self.ledger()
        path = self.folder / "report.html"
        write_report(
            path, plan=self.plan(ledger, actions, findings), ledger=ledger, aging=Aging(ledger, rules=rules),
            outcomes=outcomes, company=company, **more,
        )  # fmt: skip
        return Page(path.read_text(encoding="utf-8"))


def action(**given):
    """Make a note to account A1, unless something else is given."""
    return {
        "key": "k1", "kind": "note", "account_id": "A1", "account_name": "Acme", "rule": "remind-1",
        "reason": "oldest_overdue_days > 0", "facts": {}, "payload": {"note_kind": "reminder-1", "text": "Please pay."},
        "approval": "auto", **given,
    }  # fmt: skip


@pytest.fixture(scope="session")
def snapshots():
    """Snapshots of all books that were synced, by what was booked."""
    return {}


@pytest.fixture
def desk(tmp_path_factory, snapshots):
    """Empty books and a way to a page."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "work").mkdir()
    made = Desk(folder, snapshots)
    yield made
    for ledger in made.ledgers:
        ledger.close()

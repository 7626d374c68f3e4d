"""A small company in files, and short ways to read it and write to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from erp_ar_ext_csv import ADAPTER

from erp_ar_ext.model import ENTITIES, Finding
from erp_ar_ext.spi import Intent, ReadContext, Target, WriteResult

pytest.register_assert_rewrite("erp_ar_ext.testing.conformance")


def pytest_configure(config: pytest.Config) -> None:
    """Marks of what a test demands of the log, also where these tests are run alone."""
    config.pluginmanager.import_plugin("demanded_events")


CUSTOMERS = "account_id,account_number,name,status\n0007,7,Ada & Söhne,A\n0042,42,Bolt Ltd,A\n"
TRANSACTIONS = (
    "org_id,trx_id,trx_number,class,trx_date,account_id,currency,amount,due_date\n"
    "081,T1,INV-1,INV,2026-01-02,0007,USD,100.00,2026-02-01\n"
)
SCHEDULES = (
    "org_id,schedule_id,trx_id,account_id,class,instalment,due_date,gl_date,currency,amount_original,amount_remaining\n"
    "081,S1,T1,0007,INV,1,2026-02-01,2026-01-02,USD,100.00,60.00\n"
    "082,S1,T9,0042,INV,1,2026-02-01,2026-01-02,USD,7.00,7.00\n"
)


@dataclass
class Reading:
    """What came out of reading one entity."""

    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Folder:
    """A folder that stands for an ERP."""

    path: Path
    settings: dict[str, Any]
    context: ReadContext

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file; text as UTF-8, its line ends as they are."""
        target = self.path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def map(self, entity: str, **mapping: Any) -> None:
        """Configure an entity's mapping."""
        self.settings.setdefault("files", {})[entity] = mapping

    def read(self, entity: str) -> Reading:
        """Read an entity through the adapter's public face."""
        source = ADAPTER.open_source(self.settings, self.context)
        with contextlib.closing(source):
            batches = list(source.read(ENTITIES[entity]))
            rows = [row for batch in batches for row in batch.rows.to_pylist()]
            rejects = [row for batch in batches for row in batch.rejects.to_pylist()]
            return Reading(rows, rejects, list(source.findings()))

    @contextlib.contextmanager
    def target(self) -> Iterator[Target]:
        """Open for writing."""
        with contextlib.closing(ADAPTER.open_target(self.settings, self.context)) as target:
            yield target

    def write(self, *intents: Intent) -> list[WriteResult]:
        """Write intents through a target of their own."""
        with self.target() as target:
            return list(target.write(intents))


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[[str], Folder]:
    """Make folders that hold the two entities that must be there."""

    def make(name: str = "erp") -> Folder:
        path = tmp_path / name
        path.mkdir()
        folder = Folder(path, {"adapter": "csv", "path": name}, ReadContext(tmp_path, tmp_path / "work"))
        folder.put("customers.csv", CUSTOMERS)
        folder.put("transactions.csv", TRANSACTIONS)
        return folder

    return make


@pytest.fixture
def folder(make_folder: Callable[[str], Folder]) -> Folder:
    """Give a folder with customers and transactions."""
    return make_folder("erp")


@pytest.fixture
def ledger(folder: Folder) -> Folder:
    """Give a folder with schedules too."""
    folder.put("schedules.csv", SCHEDULES)
    return folder

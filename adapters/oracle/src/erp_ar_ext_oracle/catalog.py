"""What of the ERP is there to read: tables that are absent or not granted, and the entities that are left."""

from __future__ import annotations

from collections.abc import Iterator

from erp_ar_ext.errors import ContractError, SourceError
from erp_ar_ext.model import ENTITIES, Finding, Severity
from erp_ar_ext_oracle.contract import needs, probe
from erp_ar_ext_oracle.queries import Queries
from erp_ar_ext_oracle.session import ReadingSession
from erp_ar_ext_oracle.settings import OracleSettings
from erp_ar_ext_oracle.statements import READABLE, REQUIRED, load, optional_tables, statement

MISSING_COLUMN = "ORA-00904"


class Catalog:
    """Looks for what each entity is read from, once; what only some entities need may be absent."""

    def __init__(self, session: ReadingSession, settings: OracleSettings) -> None:
        self._session = session
        self._settings = settings
        self._readable: dict[str, bool] = {}
        self._absent: set[str] = set()
        self._left_out: list[Finding] = []

    @property
    def queries(self) -> Queries:
        """Statements in which absent tables stand empty; of entities that were looked for."""
        return Queries(self._settings, self._absent)

    def entities(self) -> list[str]:
        """Entities that can be read. Raises as `can_read` does."""
        return [name for name in READABLE if self.can_read(name)]

    def can_read(self, name: str) -> bool:
        """Try an entity's statement without reading a row.

        Raises SourceError where a table that every reading needs is not there or not granted, ContractError where it
        lacks a column; what only some entities need is told as a finding, and they are left out.
        """
        if name not in self._readable:
            self._readable[name] = self._look(name)
        return self._readable[name]

    def findings(self) -> list[Finding]:
        """What is absent, and what is not read for it."""
        empty = [
            f"{table} is not there, or not granted to {self._settings.user}: what comes from it is empty"
            for table in sorted(self._absent)
        ]
        tables = zip(sorted(self._absent), empty, strict=True)
        told = [Finding("oracle-table-absent", Severity.INFO, words, place=table) for table, words in tables]
        return [*self._left_out, *told]

    def _look(self, name: str) -> bool:
        missing = dict(self._missing(name))
        if missing and name in REQUIRED:
            raise _refusal(name, missing, self._settings)
        if not missing and not load(name).without(self._absent):
            return True
        what = ", ".join(sorted({*missing} | (self._absent & set(load(name).tables))))
        words = f"{name} are not read: {what} not there, or not granted to {self._settings.user}"
        self._left_out.append(Finding("oracle-entity-left-out", Severity.INFO, words, name, what))
        return False

    def _missing(self, name: str) -> Iterator[tuple[str, str]]:
        """Tables an entity cannot do without that do not answer, with the code of why; optional ones are noted."""
        query = self.queries.probe(ENTITIES[name])
        if self._session.answers(query.text, query.binds) is None:
            return
        for table, columns in needs(statement(name)).items():
            if table in self._absent:
                continue
            code = self._session.answers(probe(table, columns), {})
            if code is None:
                continue
            if table in optional_tables(name):
                self._absent.add(table)
            else:
                yield table, code


def _refusal(name: str, missing: dict[str, str], settings: OracleSettings) -> SourceError:
    table, code = next(iter(missing.items()))
    listed = ", ".join(missing)
    if code == MISSING_COLUMN:
        words = (
            f"{table} does not have all columns that {name} are read from: {', '.join(needs(statement(name))[table])}"
        )
        hint = "erp-ar doctor names the missing ones; a view of that name must give them all"
        return ContractError(words, place=f"oracle {table}", hint=hint)
    owner = f"{settings.schema_}." if settings.schema_ else ""
    grants = "; ".join(f"GRANT SELECT ON {owner}{one} TO {settings.user}" for one in missing)
    hint = f"the DBA runs: {grants}; erp-ar doctor lists all that is missing"
    words = f"{name} cannot be read: {listed} not there, or not granted to {settings.user}"
    return SourceError(words, place=f"oracle {table}", hint=hint)

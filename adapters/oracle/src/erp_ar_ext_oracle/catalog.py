"""What of the ERP is there to read: tables that are absent or not granted, and the entities that are left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from erp_ar_ext.errors import ContractError, SourceError
from erp_ar_ext.model import ENTITIES, Finding, Severity
from erp_ar_ext_oracle.contract import needs
from erp_ar_ext_oracle.queries import Queries
from erp_ar_ext_oracle.session import ReadingSession
from erp_ar_ext_oracle.settings import OracleSettings
from erp_ar_ext_oracle.statements import READABLE, REQUIRED, load, optional_tables, statement

MISSING_COLUMN = "ORA-00904"


@dataclass
class Catalog:
    """Entities that can be read, tables that stand empty, and what to tell of both."""

    entities: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def look_around(session: ReadingSession, settings: OracleSettings) -> Catalog:
    """Try every statement without reading a row.

    Raises SourceError where a table that every reading needs is not there or not granted, ContractError where it lacks
    a column; what only some entities need is told as a finding, and they are left out.
    """
    catalog = Catalog()
    for name in READABLE:
        missing = dict(_missing(session, settings, name, catalog))
        if missing and name in REQUIRED:
            raise _refusal(name, missing, settings)
        if missing or load(name).without(catalog.absent):
            what = ", ".join(sorted({*missing} | (catalog.absent & set(load(name).tables))))
            words = f"{name} are not read: {what} not there, or not granted to {settings.user}"
            catalog.findings.append(Finding("oracle-entity-left-out", Severity.INFO, words, name, what))
        else:
            catalog.entities.append(name)
    for table in sorted(catalog.absent):
        words = f"{table} is not there, or not granted to {settings.user}: what comes from it is empty"
        catalog.findings.append(Finding("oracle-table-absent", Severity.INFO, words, place=table))
    return catalog


def _missing(
    session: ReadingSession, settings: OracleSettings, name: str, catalog: Catalog
) -> Iterator[tuple[str, str]]:
    """Tables an entity cannot do without that do not answer, with the code of why; optional ones go to the catalog."""
    query = Queries(settings, catalog.absent).probe(ENTITIES[name])
    if session.answers(query.text, query.binds) is None:
        return
    for table, columns in needs(statement(name)).items():
        if table in catalog.absent:
            continue
        code = session.answers(f"SELECT {', '.join(columns) or '1'} FROM {table} WHERE 1 = 0", {})
        if code is None:
            continue
        if table in optional_tables(name):
            catalog.absent.add(table)
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

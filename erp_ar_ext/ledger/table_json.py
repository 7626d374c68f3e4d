"""A table of the engine as JSON, made where the rows are: no float and no Python object on the way."""

from __future__ import annotations

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.ledger.rows_out import cell_text_sql


def table_json(engine: DuckDBEngine, table: str, *, order: str, currency: str = "currency") -> bytes:
    """All rows of a table as a JSON array of objects, one a line; amounts are decimal text.

    `currency` names the column that amounts are in.
    """
    fields = ", ".join(
        f"{literal(name)}: {cell_text_sql(name, kind, currency) or name}"
        for name, kind, *_ in engine.rows(f"DESCRIBE {table}")
    )
    rows = engine.rows(f"SELECT to_json({{{fields}}})::VARCHAR FROM {table} ORDER BY {order}")
    return b"[" + ",\n".join(row[0] for row in rows).encode() + b"]"

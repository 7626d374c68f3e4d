"""The engine runs the ledger's SQL models over a snapshot's files."""

from erp_ar_ext.engine.duckdb_engine import DuckDBEngine, Parameter, bind, literal

__all__ = ["DuckDBEngine", "Parameter", "bind", "literal"]

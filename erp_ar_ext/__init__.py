"""Plan and apply for receivables: read an ERP's sub-ledger, decide by policy, write back once."""

__version__ = "0.1.0"

"""Oracle E-Business Suite adapter: reads receivables, writes through one PL/SQL package."""

from erp_ar_ext_oracle.adapter import ADAPTER

__all__ = ["ADAPTER"]

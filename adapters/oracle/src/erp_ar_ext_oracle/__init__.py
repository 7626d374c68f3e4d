"""Oracle E-Business Suite adapter: in this release it installs and describes itself."""

from erp_ar_ext_oracle.adapter import ADAPTER

__all__ = ["ADAPTER"]

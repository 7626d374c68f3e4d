"""For tests: an ERP in memory with its adapter, an example company, and the adapter conformance kit.

The kit itself (`erp_ar_ext.testing.conformance`) needs pytest and is imported on its own.
"""

from erp_ar_ext.testing.company import COMPANY, Rows
from erp_ar_ext.testing.memory import MemoryAdapter
from erp_ar_ext.testing.memory_erp import Fault, MemoryErp, Moment

__all__ = ["COMPANY", "Fault", "MemoryAdapter", "MemoryErp", "Moment", "Rows"]

"""Oracle E-Business Suite adapter: reads receivables, writes through one PL/SQL package.

The adapter is imported when it is asked for: the driver is slow to import, and the help of the commands needs none.
"""

from typing import Any

__all__ = ["ADAPTER"]


def __getattr__(name: str) -> Any:
    if name == "ADAPTER":
        from erp_ar_ext_oracle.adapter import ADAPTER  # noqa: PLC0415 - see above

        return ADAPTER
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The rooms of the architecture, and which of them may import which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "erp_ar_ext"
ADAPTERS = {
    "erp_ar_ext_csv": ROOT / "adapters/csv/src/erp_ar_ext_csv",
    "erp_ar_ext_oracle": ROOT / "adapters/oracle/src/erp_ar_ext_oracle",
}

MODEL = {"errors", "model"}
BELOW = {
    "errors": set(),
    "secrets": {"errors"},
    "limits": set(),
    "model": {"errors"},
    "spi": MODEL,
    "events": {"spi"},
    "snapshot": MODEL | {"spi", "events"},
    "engine": MODEL | {"spi", "events", "snapshot"},
    "ledger": MODEL | {"spi", "snapshot", "engine"},
    "policy": MODEL | {"spi", "ledger", "engine"},
    "plan": MODEL | {"spi", "snapshot", "engine", "ledger", "policy"},
    "store": MODEL | {"spi", "events", "plan", "limits"},
    "apply": MODEL | {"spi", "events", "plan", "store", "secrets", "limits"},
    "sync": MODEL | {"spi", "events", "snapshot", "engine", "ledger", "secrets"},
    "kpi": MODEL | {"engine", "ledger", "policy"},
    "reconcile": MODEL | {"spi", "snapshot", "engine", "store"},
    "report": MODEL | {"spi", "snapshot", "ledger", "engine", "plan"},
    "testing": MODEL | {"spi"},
    "demo": MODEL | {"snapshot", "config"},
    "config": {"errors", "limits", "secrets"},
    "workspace": MODEL
    | {"spi", "snapshot", "ledger", "policy", "plan", "store", "apply", "sync", "report", "config"}
    | {"secrets", "reconcile", "events"},
    "doctor": MODEL | {"limits", "spi", "policy", "workspace"},
    "cli": MODEL
    | {"spi", "snapshot", "ledger", "policy", "kpi", "plan", "store", "apply", "sync", "report", "config", "demo"}
    | {"workspace", "doctor", "secrets", "reconcile", "events"},
}  # fmt: skip
ERP_DRIVERS = {"oracledb", "cx_Oracle"}


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "erp_ar_ext" and len(parts) > 1 else None


def _rooms() -> list[str]:
    return sorted(
        path.stem
        for path in CORE.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or (path.suffix == ".py" and path.stem != "__init__")
    )


def test_every_room_has_its_arrows_written_down():
    """A new room must say what it stands on."""
    assert set(_rooms()) == set(BELOW)


@pytest.mark.parametrize("room", sorted(BELOW))
def test_a_room_imports_only_what_is_below_it(room):
    """Arrows point down: cli; sync, apply, plan and report; policy; ledger; engine; snapshot; model."""
    files = (CORE / room).rglob("*.py") if (CORE / room).is_dir() else [CORE / f"{room}.py"]
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files
        for module in _imports(path)
        if (target := _room(module)) and target not in BELOW[room] | {room, "__version__"}
    }
    assert not wrong


@pytest.mark.parametrize("adapter", sorted(ADAPTERS))
def test_an_adapter_imports_only_the_protocols_and_the_model(adapter):
    """An adapter of ours has no door that a stranger's adapter does not have."""
    wrong = {
        f"{path.name} imports {module}"
        for path in ADAPTERS[adapter].rglob("*.py")
        for module in _imports(path)
        if module.startswith("erp_ar_ext.") and _room(module) not in {"errors", "model", "spi"}
    }
    assert not wrong


def test_the_core_imports_no_driver_of_an_erp():
    """A host that reads files needs no Oracle driver."""
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in CORE.rglob("*.py")
        for module in _imports(path)
        if module.split(".")[0] in ERP_DRIVERS | set(ADAPTERS)
    }
    assert not wrong

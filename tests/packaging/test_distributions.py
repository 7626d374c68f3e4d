"""The three distributions: what their wheels hold, and that they fit each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = {
    "erp-ar-ext": ROOT,
    "erp-ar-ext-csv": ROOT / "adapters/csv",
    "erp-ar-ext-oracle": ROOT / "adapters/oracle",
}


def project(name):
    return tomllib.loads((DISTRIBUTIONS[name] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Names of the files in each distribution's wheel."""
    folder = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    for place in DISTRIBUTIONS.values():
        done = subprocess.run(
            [*build, "--no-build-isolation", "--wheel-dir", str(folder), str(place)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    return {
        path.name.split("-")[0].replace("_", "-"): zipfile.ZipFile(path).namelist() for path in folder.glob("*.whl")
    }


def test_versions_and_bounds_agree():
    """The core and its adapters have one version, and each adapter's bounds admit the core."""
    versions = {name: project(name)["version"] for name in DISTRIBUTIONS}
    assert len(set(versions.values())) == 1
    major, minor, _ = versions["erp-ar-ext"].split(".")
    bounds = f"erp-ar-ext>={major}.{minor},<{major}.{int(minor) + 1}"
    for adapter in ("erp-ar-ext-csv", "erp-ar-ext-oracle"):
        assert bounds in project(adapter)["dependencies"]


def test_the_core_needs_no_adapter_and_no_driver():
    """A host that reads files installs no Oracle driver."""
    needed = " ".join(project("erp-ar-ext")["dependencies"] + project("erp-ar-ext-csv")["dependencies"])
    assert "oracledb" not in needed


def test_the_core_wheel_holds_what_the_program_reads_at_run_time(wheels):
    """SQL models, migrations, the demo's policy, the report's template and the typing marker are in the wheel."""
    names = wheels["erp-ar-ext"]
    for pattern in (
        r"erp_ar_ext/ledger/models/balance_periods\.sql",
        r"erp_ar_ext/_migrations/env\.py",
        r"erp_ar_ext/_migrations/versions/0001.*\.py",
        r"erp_ar_ext/demo/policy\.yaml",
        r"erp_ar_ext/report/templates/.*",
        r"erp_ar_ext/py\.typed",
    ):
        assert any(re.fullmatch(pattern, name) for name in names), pattern


def test_the_oracle_wheel_holds_the_scripts_for_a_dba(wheels):
    """Every script that the checkout has is in the wheel: the command prints them from there."""
    folder = ROOT / "migrations/oracle"
    scripts = {path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")}
    prefix = "erp_ar_ext_oracle/migrations/"
    held = {name.removeprefix(prefix) for name in wheels["erp-ar-ext-oracle"] if name.startswith(prefix)}
    assert {name for name in held if name.endswith(".sql")} == scripts


@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_a_wheel_holds_its_package_and_nothing_else(wheels, name):
    """No tests, no examples, no data of ours."""
    package = name.replace("-", "_")
    wrong = [entry for entry in wheels[name] if not entry.startswith((f"{package}/", f"{package}-"))]
    assert not wrong


def test_nothing_in_the_project_names_a_package_index():
    """The lock pins by digest; where the files come from is the installing site's business."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http" not in lock
    pinned = {
        line.split("==")[0].split("[")[0] for line in lock.splitlines() if "==" in line and not line.startswith(" ")
    }
    for name in DISTRIBUTIONS:
        for requirement in project(name)["dependencies"]:
            required = re.split(r"[\[<>=]", requirement)[0]
            assert required in pinned | set(DISTRIBUTIONS), required

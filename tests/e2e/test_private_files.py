"""What holds balances or a password is its owner's alone, whatever the umask; the doctor tells what is not."""

import os
import sqlite3
import stat
from contextlib import closing

import pytest


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def umask(request):
    """A umask that would let others read."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(folder):
    """Modes of what others may reach."""
    return {str(path.relative_to(folder)): f"{mode(path):o}" for path in folder.rglob("*") if mode(path) & 0o077}


def test_all_that_is_kept_is_private(company, umask):
    """Snapshots, quarantine, plans, reports, the state database and its journal: 0600 in folders of 0700."""
    with (company.data / "receipts.csv").open("a") as file:
        file.write("1,R9,TRF-9,A3,2025-08-01,JPY,many\n")
    kept = company.folder / ".erp-ar"
    plan, report = company.folder / "plan.json", company.folder / "report.html"
    (company.data / "writeback").mkdir()
    for command in (
        ["sync"],
        ["plan", "--as-of", "2026-01-31", "--as", "mary", "--out", plan],
        ["approve", plan, "--as", "bob"],
        ["apply", plan],
        ["report", plan],
        ["report", plan, "--out", report],
    ):
        assert company.erp_ar(*command).code in (0, 2, 3)
    with closing(sqlite3.connect(kept / "state.db")) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE more (row)")
        journals = list(kept.glob("state.db-journal"))
        assert open_to_others(kept) == {}
        database.rollback()
    assert journals
    assert {path.name for path in kept.iterdir()} >= {"state.db", "plans", "reports", "snapshots", "quarantine"}
    assert mode(kept) == 0o700
    assert (mode(plan), mode(report)) == (0o666 & ~umask, 0o666 & ~umask)


def test_the_doctor_tells_what_is_open(company):
    """An existing file or folder keeps its mode, and is told with what to run."""
    company.erp_ar("sync")
    kept = company.folder / ".erp-ar"
    secret = company.write("secret", "sqlite:///.erp-ar/state.db")
    config = company.folder / "erp-ar.toml"
    company.write("erp-ar.toml", config.read_text() + '\n[state]\nurl = { file = "secret" }\n')
    for path, wanted in ((kept, 0o755), (secret, 0o640), (config, 0o644)):
        path.chmod(wanted)
    told = {check["hint"]: check for check in company.erp_ar("doctor", "--json").json["checks"]}
    assert told[f"chmod go= {kept}"]["detail"] == f"{kept} is open to others (mode 755)"
    assert told[f"chmod go= {secret}"]["status"] == "warning"
    assert f"chmod go= {config}" not in told
    for path in (kept, secret):
        path.chmod(0o700)
    checks = company.erp_ar("doctor", "--json").json["checks"]
    assert [check for check in checks if check["name"] == "privacy"] == []


def test_a_configuration_with_a_password_in_it_is_private(company):
    """A password, or a URL that holds one, makes the file itself one to keep."""
    config = company.folder / "erp-ar.toml"
    text = config.read_text()
    config.chmod(0o644)
    for secret in (
        '[state]\nurl = "postgresql://anna:pw1234@127.0.0.1:1/books"\n',
        '[target]\nadapter = "csv"\npassword = "pw"\n',
    ):
        company.write("erp-ar.toml", f"{text}\n{secret}")
        checks = company.erp_ar("doctor", "--json").json["checks"]
        assert f"chmod go= {config}" in [check["hint"] for check in checks], secret

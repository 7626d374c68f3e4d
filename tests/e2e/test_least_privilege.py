"""The program works with the grants that are written down, and with no more."""

import re
import secrets
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs/how-to/secure-an-installation.md"

FORBIDDEN = [
    "UPDATE audit_trail SET digest = digest",
    "DELETE FROM audit_trail",
    "TRUNCATE audit_trail",
    "UPDATE approvals SET checker = checker",
    "DELETE FROM approvals",
    "UPDATE plans SET maker = maker",
    "DELETE FROM outbox",
    "DELETE FROM lease",
    "UPDATE alembic_version SET version_num = version_num",
    "CREATE TABLE more (id integer)",
    "DROP TABLE lease",
]


def grants():
    """The statements of the guide."""
    [block] = re.findall(r"```sql\n(GRANT USAGE.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return block


@pytest.fixture
def runtime_url(company, postgresql_server):
    """URL of a user that has these grants on tables that the schema's owner made by the SQL that is printed."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    mark = secrets.token_hex(6)
    schema, role, password = f"erp_ar_{mark}", f"erp_ar_run_{mark}", secrets.token_hex(8)
    ddl = company.erp_ar("state-ddl", "--database", "postgresql").out
    owner = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path = {schema}")
        connection.execute(ddl)
        connection.execute(
            grants()
            .replace("erp_ar_run", role)
            .replace("SCHEMA erp_ar ", f"SCHEMA {schema} ")
            .replace("erp_ar.", f"{schema}.")
        )
        url = re.sub("//[^@]*@", f"//{role}:{password}@", postgresql_server)
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")
        connection.execute(f"DROP ROLE {role}")


@pytest.mark.postgresql
def test_the_main_job_runs_with_the_grants_of_the_guide(company, runtime_url):
    """From sync to reconcile, after a rejection; approvals and the trail cannot be changed, nor anything be removed."""
    import psycopg  # noqa: PLC0415

    config = company.folder / "erp-ar.toml"
    company.write("erp-ar.toml", f'{config.read_text()}\n[state]\nurl = "{runtime_url}"\n')
    plan = company.folder / "plan.json"
    for command, codes in (
        (["sync"], {0}),
        (["plan", "--as-of", "2026-01-31", "--as", "mary", "--out", plan], {2}),
        (["reject", plan, "--as", "bob"], {0}),
        (["approve", plan, "--as", "bob"], {0}),
        (["apply", plan, "--dry-run"], {0}),
        (["apply", plan], {0}),
        (["recover"], {0}),
        (["sync"], {0}),
        (["reconcile"], {0}),
        (["report", plan], {0}),
        (["audit", "verify"], {0}),
    ):
        answer = company.erp_ar(*command)
        assert answer.code in codes, (command, answer.err)
    with psycopg.connect(runtime_url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)

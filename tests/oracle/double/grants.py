"""Users, roles and rights, as a DBA's script makes them."""

import re
from collections.abc import Callable

from .catalogue import ROLES, SYSTEM_PRIVILEGES, Account
from .engine import Engine
from .errors import OraError, refused
from .names import folded, quoted
from .statements import split

OBJECT_PRIVILEGES = {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "READ", "EXECUTE"}


def _dba(engine: Engine) -> None:
    if not engine.is_dba:
        raise OraError(1031, "insufficient privileges")


def _create_user(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    name, tail = folded(found[1]), found[3].upper()
    for clause in re.sub(
        r"(DEFAULT|TEMPORARY) TABLESPACE \S+|QUOTA \S+ ON \S+|PROFILE \S+|ENABLE EDITIONS", "", tail
    ).split():
        if clause not in ("ACCOUNT", "LOCK", "UNLOCK", "PASSWORD", "EXPIRE"):
            raise refused(f"CREATE USER with {clause}")
    state = "locked" if "ACCOUNT LOCK" in tail else "expired" if "PASSWORD EXPIRE" in tail else "open"
    engine.catalogue.add_user(name, found[2].strip('"'), state, with_rights=False)


def _alter_user(engine: Engine, found: re.Match[str]) -> None:
    name, change = folded(found[1]), found[2]
    account = engine.catalogue.accounts.get(name)
    if account is None:
        raise OraError(1918, f"user '{name}' does not exist")
    password = re.search(r'IDENTIFIED BY ("[^"]+"|\S+)', change, re.IGNORECASE)
    if not (engine.is_dba or (engine.user == name and password)):
        raise OraError(1031, "insufficient privileges")
    if password:
        engine.catalogue.accounts[name] = Account(password[1].strip('"'), account.state)
    for words, state in (("ACCOUNT LOCK", "locked"), ("ACCOUNT UNLOCK", "open"), ("PASSWORD EXPIRE", "expired")):
        if words in change.upper():
            account.state = state
            return
    if not password and not re.match(r"(QUOTA|DEFAULT TABLESPACE|ENABLE EDITIONS)", change, re.IGNORECASE):
        raise refused(f"ALTER USER {change}")


def _drop_user(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    engine.catalogue.drop_user(folded(found[1]))


def _create_role(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    engine.catalogue.create_role(engine.conn, folded(found[1]))


def _drop_role(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    name = folded(found[1])
    role = engine.catalogue.role(engine.conn, name)
    engine.run(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')
    engine.run(f'DELETE FROM sys."ora$users" WHERE name = {engine.text(name)}')


def _grant_object(engine: Engine, found: re.Match[str]) -> None:
    _change_rights(engine, found, give=True)


def _revoke_object(engine: Engine, found: re.Match[str]) -> None:
    _change_rights(engine, found, give=False)


def _change_rights(engine: Engine, found: re.Match[str], *, give: bool) -> None:
    privileges = [one.strip().upper() for one in split(found[1], ",")]
    parts = [folded(part) for part in found[2].split(".")]
    owner, name = (parts[0], parts[1]) if len(parts) == 2 else ("", parts[0])
    owner, name = engine.catalogue.stands_for(engine.conn, engine.schema, owner, name) or (owner or engine.schema, name)
    grantees = [folded(one) for one in found[3].split(",")]
    if "EXECUTE" in privileges:
        _change_execute(engine, owner, name, grantees, give=give)
        return
    for privilege in privileges:
        bare = re.sub(r"\s*\(.*\)$", "", privilege)
        if bare not in OBJECT_PRIVILEGES and privilege != "ALL":
            raise refused(f"GRANT {privilege} ON an object")
    written = ", ".join("SELECT" if one == "READ" else one for one in privileges)
    option = " WITH GRANT OPTION" if found[4] and give else ""
    owner = owner if _exists(engine, owner, name) else "SYS"
    with engine.acting_as(owner):
        for grantee in grantees:
            role = engine.catalogue.role(engine.conn, grantee) or engine.catalogue.role_name(grantee)
            to = "PUBLIC" if grantee == "PUBLIC" else f'"{role}"'
            kind = _kind(engine, owner, name)
            written = "USAGE, SELECT" if kind and written == "SELECT" else written
            engine.run(f"{'GRANT' if give else 'REVOKE'} {written} ON {kind}{quoted(owner, name)} "
                       f"{'TO' if give else 'FROM'} {to}{option}")  # fmt: skip


def _exists(engine: Engine, owner: str, name: str) -> bool:
    return engine.conn.execute("SELECT to_regclass(%s)", (quoted(owner, name),)).fetchone() != (None,)


def _kind(engine: Engine, owner: str, name: str) -> str:
    row = engine.conn.execute(
        "SELECT relkind::text FROM pg_class WHERE oid = to_regclass(%s)", (quoted(owner, name),)
    ).fetchone()
    if row is None:
        raise OraError(942, "table or view does not exist")
    return "SEQUENCE " if row[0] == "S" else ""


def _change_execute(engine: Engine, owner: str, name: str, grantees: list[str], *, give: bool) -> None:
    if not engine.is_dba and engine.user != owner:
        raise OraError(942, "table or view does not exist")
    engine.conn.execute("SET LOCAL ROLE NONE")
    known = engine.conn.execute('SELECT 1 FROM sys."ora$source" WHERE owner = %s AND name = %s', (owner, name))
    if known.fetchone() is None:
        raise OraError(4042, "procedure, function, package, or package body does not exist")
    for grantee in grantees:
        engine.catalogue.role(engine.conn, grantee)
        engine.conn.execute(
            "DELETE FROM sys.\"ora$grants\" WHERE (owner, name, privilege, grantee) = (%s, %s, 'EXECUTE', %s)",
            (owner, name, grantee),
        )
        if give:
            engine.conn.execute(
                "INSERT INTO sys.\"ora$grants\" VALUES (%s, %s, 'EXECUTE', %s, %s)", (owner, name, grantee, engine.user)
            )


def _grant_system(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    grantees = [folded(one) for one in found[2].split(",")]
    for grantee in grantees:
        role = engine.catalogue.role(engine.conn, grantee) or engine.catalogue.role_name(grantee)
        for privilege in (one.strip().upper() for one in split(found[1], ",")):
            if privilege in SYSTEM_PRIVILEGES:
                engine.catalogue.grant_system(engine.conn, grantee, {privilege})
            elif privilege in ROLES:
                engine.catalogue.grant_system(engine.conn, grantee, ROLES[privilege])
            elif " " in privilege or privilege == "DBA":
                raise refused(f"GRANT {privilege}")
            else:
                engine.run(f'GRANT "{engine.catalogue.role(engine.conn, privilege)}" TO "{role}"')


def _revoke_system(engine: Engine, found: re.Match[str]) -> None:
    _dba(engine)
    for grantee in (folded(one) for one in found[2].split(",")):
        role = engine.catalogue.role(engine.conn, grantee) or engine.catalogue.role_name(grantee)
        for privilege in (one.strip().upper() for one in split(found[1], ",")):
            gone = ROLES.get(privilege, {privilege})
            if privilege in SYSTEM_PRIVILEGES or privilege in ROLES:
                engine.conn.execute(
                    'DELETE FROM sys."ora$privileges" WHERE grantee = %s AND privilege = ANY(%s)', (grantee, list(gone))
                )
            else:
                engine.run(f'REVOKE "{engine.catalogue.role(engine.conn, privilege)}" FROM "{role}"')


WHO = r'("[^"]+"|[\w$#]+)'
WHAT = r'((?:"[^"]+"|[\w$#]+)(?:\.(?:"[^"]+"|[\w$#]+))?)'
GRANTS: list[tuple[str, Callable[[Engine, re.Match[str]], None]]] = [
    (rf'CREATE USER {WHO} IDENTIFIED BY ("[^"]+"|\S+)(.*)$', _create_user),
    (rf"ALTER USER {WHO} (.*)$", _alter_user),
    (rf"DROP USER {WHO}(?: CASCADE)?$", _drop_user),
    (rf"CREATE ROLE {WHO}$", _create_role),
    (rf"DROP ROLE {WHO}$", _drop_role),
    (rf"GRANT (.*?) ON {WHAT} TO (.*?)( WITH GRANT OPTION)?$", _grant_object),
    (rf"REVOKE (.*?) ON {WHAT} FROM (.*?)()$", _revoke_object),
    (r"GRANT (.*?) TO (.*)$", _grant_system),
    (r"REVOKE (.*?) FROM (.*)$", _revoke_system),
]

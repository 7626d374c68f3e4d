"""Users, rights, synonyms and the dictionary, as a DBA's script makes them and a doctor asks for them."""

import oracledb
import psycopg
import pytest


@pytest.fixture
def dba(doubles):
    """A DBA's cursor."""
    with oracledb.connect(user="system", password="manager", dsn=doubles("19").dsn) as opened:
        yield opened.cursor()


@pytest.fixture
def reader(dba, user, connection):
    """A user without any right but to log on, and a table, a view, a sequence and a package of another."""
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE ra_terms_b (id NUMBER(15) NOT NULL, name VARCHAR2(30), due DATE)")
    cursor.execute("INSERT INTO ra_terms_b VALUES (1, 'NET30', DATE '2026-01-31')")
    connection.commit()
    cursor.execute("CREATE OR REPLACE VIEW ra_terms AS SELECT id AS term_id, name, due FROM ra_terms_b")
    cursor.execute("CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 1 NOCACHE")
    name = f"R{user.name}"
    dba.execute(f'CREATE USER {name} IDENTIFIED BY "tiger" QUOTA UNLIMITED ON users')
    yield name
    dba.execute(f"DROP USER {name} CASCADE")


@pytest.fixture
def log_on(reader, user):
    """Log on as the reader."""
    opened = []

    def connect():
        opened.append(oracledb.connect(user=reader, password="tiger", dsn=user.double.dsn))
        return opened[-1].cursor()

    yield connect
    for one in opened:
        one.close()


def test_a_logon_needs_its_right(reader, dba, log_on, fails):
    """CREATE SESSION lets a user in, and nothing more."""
    fails("ORA-01045", log_on)
    dba.execute(f"GRANT CREATE SESSION TO {reader}")
    cursor = log_on()
    fails("ORA-01031", cursor.execute, "CREATE TABLE t (a NUMBER)")
    assert cursor.execute("SELECT privilege FROM session_privs").fetchall() == [("CREATE SESSION",)]
    dba.execute(f"GRANT CREATE TABLE TO {reader}")
    cursor.execute("CREATE TABLE t (a NUMBER)")


def test_a_table_without_a_grant_is_not_there(reader, dba, user, log_on, fails):
    """Without SELECT a table is neither read nor listed; with it, it is; a change needs its own grant."""
    dba.execute(f"GRANT CONNECT TO {reader}")
    cursor = log_on()
    query = f"SELECT name, due FROM {user.name}.ra_terms"
    listed = f"SELECT column_name FROM all_tab_columns WHERE owner = '{user.name}' ORDER BY column_id"
    fails("ORA-00942", cursor.execute, query)
    assert cursor.execute(listed).fetchall() == []
    dba.execute(f"GRANT SELECT ON {user.name}.ra_terms TO {reader}")
    cursor.execute(query)
    assert [one[1] for one in cursor.description] == [oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_DATE]
    assert cursor.execute(listed).fetchall() == [("TERM_ID",), ("NAME",), ("DUE",)]
    fails("ORA-00942", cursor.execute, f"DELETE FROM {user.name}.ra_terms_b")
    assert cursor.execute(f"SELECT privilege FROM all_tab_privs WHERE table_schema = '{user.name}'").fetchall() == [
        ("SELECT",)
    ]
    dba.execute(f"REVOKE SELECT ON {user.name}.ra_terms FROM {reader}")
    fails("ORA-00942", cursor.execute, query)


def test_a_synonym_stands_for_a_table(reader, dba, user, log_on, fails):
    """A private synonym is found first; it carries no right; a table of one's own goes before a public one."""
    dba.execute(f"GRANT CREATE SESSION, CREATE TABLE TO {reader}")
    dba.execute(f"CREATE OR REPLACE SYNONYM {reader}.ra_terms FOR {user.name}.ra_terms")
    cursor = log_on()
    query = "SELECT ra_terms.name FROM ra_terms"
    fails("ORA-00942", cursor.execute, query)
    dba.execute(f"GRANT SELECT ON {user.name}.ra_terms TO {reader}")
    assert cursor.execute(query).fetchall() == [("NET30",)]
    assert cursor.execute(f"SELECT t.name FROM {reader}.ra_terms t").fetchall() == [("NET30",)]
    assert cursor.execute("SELECT synonym_name, table_owner FROM user_synonyms").fetchall() == [("RA_TERMS", user.name)]
    dba.execute(f"CREATE PUBLIC SYNONYM p{reader} FOR {user.name}.ra_terms")
    assert cursor.execute(f"SELECT COUNT(*) FROM p{reader}").fetchone() == (1,)
    cursor.execute(f"CREATE TABLE p{reader} (a NUMBER)")
    assert cursor.execute(f"SELECT COUNT(*) FROM p{reader}").fetchone() == (0,)
    dba.execute(f"DROP PUBLIC SYNONYM p{reader}")


def test_rights_come_through_roles(reader, dba, user, log_on):
    """A grant to a role is one to those who have the role."""
    role = f"ROLE_{reader}"
    dba.execute(f"CREATE ROLE {role}")
    for grant in (f"CREATE SESSION TO {role}", f"SELECT ON {user.name}.ra_terms_b TO {role}", f"{role} TO {reader}"):
        dba.execute(f"GRANT {grant}")
    cursor = log_on()
    assert cursor.execute(f"SELECT COUNT(*) FROM {user.name}.ra_terms_b").fetchone() == (1,)
    assert cursor.execute("SELECT granted_role FROM user_role_privs").fetchall() == [(role,)]
    dba.execute(f"DROP ROLE {role}")


def test_a_package_without_a_grant_is_not_there(reader, dba, user, log_on, fails):
    """Without EXECUTE a package is an unknown identifier; with it, it runs with its owner's rights."""
    place = f"{user.name.lower()}$api"
    with psycopg.connect(user.double.postgresql, autocommit=True) as behind:
        behind.execute(f"""CREATE SCHEMA "{place}"; GRANT USAGE ON SCHEMA "{place}" TO PUBLIC;
            CREATE FUNCTION "{place}".count_of(p_kind text, p_least numeric DEFAULT 0) RETURNS numeric LANGUAGE sql
            SECURITY DEFINER SET search_path = "{user.name.lower()}", sys AS $$ SELECT count(*) FROM ra_terms_b $$;
            INSERT INTO sys."ora$source" (owner, name, type, text) VALUES ('{user.name}', 'API', 'PACKAGE', '')""")
    dba.execute(f"GRANT CREATE SESSION TO {reader}")
    cursor = log_on()
    number = cursor.var(int)
    call = f"BEGIN :n := {user.name}.api.count_of(p_kind => 'a'); END;"
    assert "PLS-00201" in fails("ORA-06550", cursor.execute, call, [number]).message
    dba.execute(f"GRANT EXECUTE ON {user.name}.api TO {reader}")
    cursor.execute(call, [number])
    assert number.getvalue() == 1
    arguments = cursor.execute("SELECT argument_name, data_type, in_out, defaulted FROM all_arguments"
                               f" WHERE owner = '{user.name}' AND package_name = 'API' AND object_name = 'COUNT_OF'"
                               " ORDER BY position").fetchall()  # fmt: skip
    assert arguments == [
        (None, "NUMBER", "OUT", "N"),
        ("P_KIND", "VARCHAR2", "IN", "N"),
        ("P_LEAST", "NUMBER", "IN", "Y"),
    ]
    objects = f"SELECT object_type, status FROM all_objects WHERE owner = '{user.name}' AND object_name = 'API'"
    assert cursor.execute(objects).fetchall() == [("PACKAGE", "VALID")]


def test_views_of_the_instance_need_a_grant(reader, dba, log_on, fails):
    """V$INSTANCE is a DBA's to grant; the version is everyone's."""
    dba.execute(f"GRANT CREATE SESSION TO {reader}")
    cursor = log_on()
    fails("ORA-00942", cursor.execute, "SELECT version FROM v$instance")
    dba.execute(f"GRANT SELECT ON v_$instance TO {reader}")
    assert cursor.execute("SELECT version_full FROM v$instance").fetchone() == ("19.28.0.0.0",)
    assert cursor.execute("SELECT version_full FROM product_component_version").fetchone() == ("19.28.0.0.0",)
    assert cursor.execute("SELECT commit_outcome FROM all_services").fetchone() == ("NO",)


@pytest.mark.usefixtures("connection")
def test_sequences_and_schemas(reader, dba, user, log_on):
    """NEXTVAL counts on; CURRENT_SCHEMA says where names are looked for."""
    dba.execute(f"GRANT CREATE SESSION TO {reader}")
    dba.execute(f"GRANT SELECT ON {user.name}.numbers TO {reader}")
    dba.execute(f"GRANT SELECT ON {user.name}.ra_terms_b TO {reader}")
    cursor = log_on()
    assert cursor.execute(f"SELECT {user.name}.numbers.NEXTVAL FROM dual").fetchone() == (5,)
    cursor.execute(f"ALTER SESSION SET CURRENT_SCHEMA = {user.name}")
    assert cursor.execute("SELECT numbers.NEXTVAL, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM dual").fetchone() == (
        6,
        user.name,
    )
    assert cursor.execute("SELECT COUNT(*) FROM ra_terms_b").fetchone() == (1,)
    assert cursor.execute("SELECT USER FROM dual").fetchone() == (reader,)


@pytest.mark.parametrize(("state", "code"), [("expired", "ORA-28001"), ("locked", "ORA-28000")])
def test_accounts_that_may_not_log_on(user, fails, state, code):
    """An expired password and a locked account are told apart."""
    name = f"X{user.name}"
    user.double.add_user(name, "tiger", state)
    fails(code, lambda: oracledb.connect(user=name, password="tiger", dsn=user.double.dsn))
    user.double.drop_user(name)


@pytest.mark.parametrize(
    "sql",
    ["GRANT SELECT ANY TABLE TO {name}", "GRANT DBA TO {name}", "ALTER SESSION SET NLS_SORT = 'GERMAN'",
     "CREATE TRIGGER x BEFORE INSERT ON t BEGIN NULL; END;", "CREATE GLOBAL TEMPORARY TABLE t (a NUMBER)"],
)  # fmt: skip
def test_definitions_that_are_not_translated_are_refused(dba, user, fails, sql):
    """What a script asks and the double cannot do fails, instead of being passed over."""
    assert "does not translate" in fails("ORA-03001", dba.execute, sql.format(name=user.name)).message

"""PostgreSQL execution engine behind the double: transactions, errors, dictionary views, tiny PL/SQL."""
from __future__ import annotations
import inspect, re, threading, time
from decimal import Decimal
import psycopg
from psycopg import sql as _s
from sqlglot import exp
from .server import OraError, Result, Col
from . import wire as W
from .stmt import Statement, statement, parse, render, lit, ora_type, pg_type, pgname, oraname

BOOT = r"""
CREATE SCHEMA IF NOT EXISTS sys;
SET search_path = sys;
CREATE TABLE IF NOT EXISTS "ora$cols"(relid oid, attnum int, data_type text, char_length int, prec int, scale int, identity text, primary key(relid, attnum));
CREATE TABLE IF NOT EXISTS "ora$source"(owner text, name text, type text, text text, primary key(owner,name,type));
CREATE TABLE IF NOT EXISTS dual(dummy varchar(1)); INSERT INTO dual SELECT 'X' WHERE NOT EXISTS (SELECT 1 FROM dual);
CREATE OR REPLACE FUNCTION o(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1 = lower($1) THEN upper($1) ELSE $1 END $$;
CREATE OR REPLACE FUNCTION ora_user() RETURNS text LANGUAGE sql STABLE AS $$ SELECT upper(current_schema()::text) $$;
CREATE OR REPLACE FUNCTION ora_sysdate() RETURNS timestamp(0) LANGUAGE sql VOLATILE AS $$ SELECT date_trunc('second', clock_timestamp())::timestamp(0) $$;
CREATE OR REPLACE FUNCTION ora_concat(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT nullif(concat($1,$2),'') $$;
CREATE OR REPLACE FUNCTION ora_to_char(anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1::text $$;
CREATE OR REPLACE FUNCTION ora_to_char(timestamp, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char($1,$2) $$;
CREATE OR REPLACE FUNCTION ora_to_char(timestamptz, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char($1,$2) $$;
CREATE OR REPLACE FUNCTION ora_to_char(numeric, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char($1,$2) $$;
CREATE OR REPLACE FUNCTION sys_context(text, text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE upper($2) WHEN 'CURRENT_SCHEMA' THEN upper(current_schema()::text) WHEN 'SESSION_USER' THEN upper(current_schema()::text)
         WHEN 'SID' THEN pg_backend_pid()::text WHEN 'DB_NAME' THEN 'DOUBLE' END $$;
CREATE OR REPLACE FUNCTION add_months(timestamp, numeric) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$ SELECT $1 + make_interval(months => $2::int) $$;
CREATE OR REPLACE FUNCTION ora_q(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 $$;
DO $$ BEGIN
  CREATE CAST (text AS numeric) WITH INOUT AS IMPLICIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN
  CREATE CAST (varchar AS numeric) WITH INOUT AS IMPLICIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN
  CREATE CAST (text AS timestamp) WITH INOUT AS ASSIGNMENT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
"""

# dictionary views: {view: (FROM clause, {column: expression})}; all other columns that SQLAlchemy's own
# dictionary.py declares for the view are NULL.
_REL = """pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace AND obj_description(n.oid,'pg_namespace')='oracle user'"""
_CON = """pg_constraint k JOIN pg_class c ON c.oid=k.conrelid JOIN pg_namespace n ON n.oid=c.relnamespace AND obj_description(n.oid,'pg_namespace')='oracle user'
  LEFT JOIN pg_constraint rk ON rk.conrelid=k.confrelid AND rk.contype IN ('p','u') AND rk.conkey @> k.confkey AND rk.conkey <@ k.confkey
  LEFT JOIN pg_class rc ON rc.oid=k.confrelid LEFT JOIN pg_namespace rn ON rn.oid=rc.relnamespace"""
_IDX = """pg_index i JOIN pg_class ic ON ic.oid=i.indexrelid JOIN pg_class c ON c.oid=i.indrelid JOIN pg_namespace n ON n.oid=c.relnamespace AND obj_description(n.oid,'pg_namespace')='oracle user'"""
VIEWS = {
 "all_tables": (_REL + " WHERE c.relkind='r'", {"owner": "o(n.nspname)", "table_name": "o(c.relname)", "tablespace_name": "'USERS'",
        "status": "'VALID'", "temporary": "'N'", "compression": "'DISABLED'", "nested": "'NO'", "dropped": "'NO'", "partitioned": "'NO'"}),
 "all_views": (_REL + " WHERE c.relkind='v'", {"owner": "o(n.nspname)", "view_name": "o(c.relname)", "text": "pg_get_viewdef(c.oid)"}),
 "all_sequences": (_REL + " WHERE c.relkind='S' AND c.relname NOT LIKE 'iseq$$%'",
        {"sequence_owner": "o(n.nspname)", "sequence_name": "o(c.relname)"}),
 "all_users": ("pg_namespace n WHERE obj_description(n.oid,'pg_namespace')='oracle user'", {"username": "o(n.nspname)", "user_id": "n.oid::int"}),
 "all_tab_cols": (_REL + """ JOIN pg_attribute a ON a.attrelid=c.oid AND a.attnum>0 AND NOT a.attisdropped
        LEFT JOIN sys."ora$cols" o ON o.relid=c.oid AND o.attnum=a.attnum LEFT JOIN pg_attrdef d ON d.adrelid=c.oid AND d.adnum=a.attnum
        WHERE c.relkind IN ('r','v')""",
        {"owner": "o(n.nspname)", "table_name": "o(c.relname)", "column_name": "o(a.attname)",
         "data_type": "coalesce(o.data_type, CASE format_type(a.atttypid,NULL) WHEN 'numeric' THEN 'NUMBER' WHEN 'text' THEN 'CLOB' WHEN 'bytea' THEN 'BLOB' WHEN 'timestamp without time zone' THEN 'TIMESTAMP(6)' ELSE 'VARCHAR2' END)",
         "data_length": "coalesce(nullif(o.char_length,0)*4, 22)", "char_length": "coalesce(o.char_length,0)", "data_precision": "o.prec",
         "data_scale": "o.scale", "nullable": "CASE WHEN a.attnotnull THEN 'N' ELSE 'Y' END", "column_id": "a.attnum",
         "data_default": "CASE WHEN o.identity IS NOT NULL THEN upper(n.nspname)||'.ISEQ$$_'||c.oid||'.nextval' ELSE pg_get_expr(d.adbin,d.adrelid) END",
         "hidden_column": "'NO'", "virtual_column": "'NO'", "default_on_null": "'NO'", "char_used": "CASE WHEN o.char_length>0 THEN 'C' END"}),
 "all_tab_identity_cols": (_REL + """ JOIN pg_attribute a ON a.attrelid=c.oid JOIN sys."ora$cols" o ON o.relid=c.oid AND o.attnum=a.attnum AND o.identity IS NOT NULL""",
        {"owner": "o(n.nspname)", "table_name": "o(c.relname)", "column_name": "o(a.attname)",
         "generation_type": "o.identity", "sequence_name": "'ISEQ$$_'||c.oid",
         "identity_options": "'START WITH: 1, INCREMENT BY: 1, MAX_VALUE: 9999999999999999999999999999, MIN_VALUE: 1, CYCLE_FLAG: N, CACHE_SIZE: 20, ORDER_FLAG: N, SCALE_FLAG: N, EXTEND_FLAG: N, SESSION_FLAG: N, KEEP_VALUE: N'"}),
 "all_tab_comments": (_REL + " WHERE c.relkind IN ('r','v')", {"owner": "o(n.nspname)", "table_name": "o(c.relname)",
        "table_type": "CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END", "comments": "obj_description(c.oid)"}),
 "all_col_comments": (_REL + " JOIN pg_attribute a ON a.attrelid=c.oid AND a.attnum>0 AND NOT a.attisdropped WHERE c.relkind IN ('r','v')",
        {"owner": "o(n.nspname)", "table_name": "o(c.relname)", "column_name": "o(a.attname)", "comments": "col_description(c.oid,a.attnum)"}),
 "all_indexes": (_IDX, {"owner": "o(n.nspname)", "index_name": "o(ic.relname)", "table_owner": "o(n.nspname)", "table_name": "o(c.relname)",
        "table_type": "'TABLE'", "index_type": "CASE WHEN i.indexprs IS NULL THEN 'NORMAL' ELSE 'FUNCTION-BASED NORMAL' END",
        "uniqueness": "CASE WHEN i.indisunique THEN 'UNIQUE' ELSE 'NONUNIQUE' END", "compression": "'DISABLED'", "status": "'VALID'", "tablespace_name": "'USERS'"}),
 "all_ind_columns": (_IDX + " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(attnum,pos) LEFT JOIN pg_attribute a ON a.attrelid=c.oid AND a.attnum=u.attnum",
        {"index_owner": "o(n.nspname)", "index_name": "o(ic.relname)", "table_owner": "o(n.nspname)", "table_name": "o(c.relname)",
         "column_name": "coalesce(o(a.attname),'SYS_NC'||u.pos||'$')", "column_position": "u.pos::int", "descend": "'ASC'"}),
 "all_ind_expressions": (_IDX + " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(attnum,pos) WHERE u.attnum=0",
        {"index_owner": "o(n.nspname)", "index_name": "o(ic.relname)", "table_owner": "o(n.nspname)", "table_name": "o(c.relname)",
         "column_position": "u.pos::int", "column_expression": "pg_get_indexdef(i.indexrelid,u.pos::int,true)"}),
 "all_constraints": (_CON, {"owner": "o(n.nspname)", "constraint_name": "o(k.conname)", "table_name": "o(c.relname)",
        "constraint_type": "CASE k.contype WHEN 'p' THEN 'P' WHEN 'u' THEN 'U' WHEN 'f' THEN 'R' WHEN 'c' THEN 'C' END",
        "search_condition": "CASE WHEN k.contype='c' THEN regexp_replace(pg_get_constraintdef(k.oid),'^CHECK \\(\\(?(.*?)\\)?\\)$','\\1') END",
        "r_owner": "o(rn.nspname)", "r_constraint_name": "o(rk.conname)", "status": "'ENABLED'", "generated": "'USER NAME'", "validated": "'VALIDATED'",
        "delete_rule": "CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END"}),
 "all_cons_columns": ("pg_constraint k JOIN pg_class c ON c.oid=k.conrelid JOIN pg_namespace n ON n.oid=c.relnamespace AND obj_description(n.oid,'pg_namespace')='oracle user' CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY u(attnum,pos) JOIN pg_attribute a ON a.attrelid=c.oid AND a.attnum=u.attnum",
        {"owner": "o(n.nspname)", "constraint_name": "o(k.conname)", "table_name": "o(c.relname)", "column_name": "o(a.attname)", "position": "u.pos::int"}),
 "all_objects": (_REL + " WHERE c.relkind IN ('r','v','S','i')", {"owner": "o(n.nspname)", "object_name": "o(c.relname)", "object_id": "c.oid::int",
        "object_type": "CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'INDEX' END", "temporary": "'N'", "status": "'VALID'", "generated": "'N'"}),
 "all_synonyms": ('dual WHERE 1=0', {}), "all_mviews": ('dual WHERE 1=0', {}), "all_mview_comments": ('dual WHERE 1=0', {}),
 "user_db_links": ('dual WHERE 1=0', {}),
}


def _boot_views(cur):
    from sqlalchemy.dialects.oracle import dictionary as D
    from sqlalchemy.types import Integer, Numeric, DateTime, Date
    decl = {}
    for name in dir(D):
        t = getattr(D, name)
        if hasattr(t, "columns") and hasattr(t, "name") and name.startswith("all_"):
            t = t.element if hasattr(t, "element") else t; decl[t.name.replace(D.DB_LINK_PLACEHOLDER, "")] = t
    for v, (frm, cols) in VIEWS.items():
        t = decl.get(v)
        names = [c.name for c in t.columns] if t is not None else list(cols) or ["dummy"]
        sel = []
        for c in names:
            ex = cols.get(c)
            if ex is None:
                ty = t.columns[c].type if t is not None else None
                cast = "numeric" if isinstance(ty, (Integer, Numeric)) else "timestamp" if isinstance(ty, (DateTime, Date)) else "text"
                ex = f"NULL::{cast}"
            sel.append(f'({ex}) AS "{c}"')
        cur.execute(f'DROP VIEW IF EXISTS sys."{v}" CASCADE')
        cur.execute(f'CREATE OR REPLACE VIEW sys."{v}" AS SELECT {", ".join(sel)} FROM {frm}')
        if v == "all_tab_cols":
            cur.execute('CREATE OR REPLACE VIEW sys.all_tab_columns AS SELECT * FROM sys.all_tab_cols')


class PgBackend:
    """one per Oracle session"""
    deploy_plsql = True
    procs: dict = {}                        # "PKG.PROC" -> Proc
    _booted = set()
    _lock = threading.Lock()

    def __init__(self, session, dsn):
        self.s = session
        self.conn = psycopg.connect(dsn, autocommit=True)
        self.in_txn = False
        with self._lock:
            if dsn not in self._booted:
                with self.conn.cursor() as c:
                    c.execute(BOOT); _boot_views(c)
                self._booted.add(dsn)
        self.schema = session.user
        q = pgname(self.schema)
        self.conn.execute(f'CREATE SCHEMA IF NOT EXISTS "{q}"')
        self.conn.execute(f"COMMENT ON SCHEMA \"{q}\" IS 'oracle user'")
        self.conn.execute("SET timezone='UTC'")
        self.set_schema(self.schema)

    def set_schema(self, s):
        self.schema = s
        self.conn.execute(f'SET search_path = "{pgname(s)}", sys, oracle, public')

    # -- transactions
    def begin(self):
        if not self.in_txn:
            self.conn.execute("BEGIN"); self.in_txn = True

    def commit(self):
        if self.in_txn:
            self.in_txn = False
            try: self.conn.execute("COMMIT")
            except psycopg.Error as e: raise map_error(e, self.schema)

    def rollback(self):
        if self.in_txn:
            self.in_txn = False
            self.conn.execute("ROLLBACK")

    def cancel(self):
        try: self.conn.cancel()
        except Exception: pass

    def close(self):
        try: self.conn.close()              # PostgreSQL rolls back, as Oracle's PMON does
        except Exception: pass

    # -- running SQL with Oracle's statement-level rollback
    def run(self, sql):
        own = not self.in_txn
        self.begin()
        cur = self.conn.cursor()
        try:
            self.conn.execute("SAVEPOINT s_")
            cur.execute(sql.replace("%", "%%") if False else sql)
            self.conn.execute("RELEASE s_")
            return cur
        except psycopg.Error as e:
            try:
                self.conn.execute("ROLLBACK TO s_")
                if own: self.rollback()
            except psycopg.Error: self.in_txn = False
            raise map_error(e, self.schema, sql)

    def cols(self, cur):
        out = []
        r = cur.pgresult
        want = {(r.ftable(i), r.ftablecol(i)) for i in range(r.nfields) if r.ftable(i)}
        known = {}
        if want:
            ids = ",".join({str(a) for a, _ in want})
            for relid, att, t, n, p, s in self.conn.execute(f'SELECT relid::int8,attnum,data_type,char_length,prec,scale FROM sys."ora$cols" WHERE relid IN ({ids})'):
                known[relid, att] = (t, n, p, s)
        for i, d in enumerate(cur.description):
            o = known.get((r.ftable(i), r.ftablecol(i)))
            mod = r.fmod(i)
            oid = r.ftype(i)
            if o is None:
                if oid in (20, 21, 23, 1700): o = ("NUMBER", 0, None, None)
                elif oid == 1114: o = ("DATE", 0, None, None) if mod == 0 else ("TIMESTAMP(6)", 0, None, 6)
                elif oid == 1184: o = ("TIMESTAMP(6) WITH TIME ZONE", 0, None, 6)
                elif oid == 17: o = ("RAW", 2000, None, None)
                elif oid in (700, 701): o = ("BINARY_DOUBLE", 0, None, None)
                elif oid == 16: o = ("BOOLEAN", 0, None, None)
                else: o = ("VARCHAR2", (mod - 4) if mod > 4 else 4000, None, None)
            out.append(col(oraname(d.name), o))
        return out

    def describe(self, st):
        if st.kind != "query": return Result()
        cur = self.run(f"SELECT * FROM ({render(st.ast, [None]*len(st.names), [1]*len(st.names))}) q_ WHERE FALSE")
        return Result(cols=self.cols(cur), rows=[])

    def execute(self, st: Statement, binds, rows, execs, batcherrors) -> Result:
        types = [b.type for b in binds]
        if st.bad: raise st.bad
        if st.kind == "plsql": return self.plsql(st, binds, rows)
        if st.kind == "ddl": return self.ddl(st)
        if st.kind == "other": return self.other(st)
        rows = rows or [[]] * max(execs, 1)
        if st.kind == "query":
            was = self.in_txn
            lk = st.ast.find(exp.Lock)
            if lk is not None and "wait" in lk.meta:
                self.begin(); self.conn.execute(f"SET LOCAL lock_timeout = '{lk.meta['wait']}s'")
            cur = self.run(render(st.ast, rows[0], types))
            data = cur.fetchall()
            res = Result(cols=self.cols(cur), rows=data)
            if not was and not st.ast.find(exp.Lock): self.rollback()      # a plain SELECT opens no Oracle transaction
            return res
        res = Result(rowcounts=[])
        if st.return_binds: res.returning = []
        for i, row in enumerate(rows):
            try:
                cur = self.run(render(st.ast, row, types))
            except OraError as e:
                if not batcherrors:
                    e.rowcount = res.rowcount
                    raise
                res.batch.append((i, e)); res.rowcounts.append(0)
                if st.return_binds: res.returning.append([[] for _ in st.return_binds])
                continue
            res.rowcount += cur.rowcount; res.rowcounts.append(cur.rowcount)
            if st.return_binds:
                got = cur.fetchall()
                res.returning.append([[g[j] for g in got] for j in range(len(st.return_binds))])
        return res

    # -- DDL: implicit COMMIT before and after, Oracle types remembered
    def users_ddl(self, w):
        m = re.match(r'CREATE USER "?([\w$#]+)"? IDENTIFIED BY "?([^"\s]+)"?', w, re.I)
        if m: self.s.srv.users[m[1].upper()] = (m[2], "open"); return True
        m = re.match(r'DROP USER "?([\w$#]+)"?', w, re.I)
        if m:
            self.s.srv.users.pop(m[1].upper(), None)
            self.run(f'DROP SCHEMA IF EXISTS "{pgname(m[1].upper())}" CASCADE'); return True
        return bool(re.match(r"(GRANT|REVOKE) ", w, re.I))

    def ddl(self, st):
        if re.match(r"ALTER\s+SESSION\s+SET\s", st.norm, re.I):
            m = re.search(r'CURRENT_SCHEMA\s*=\s*"?([\w$#]+)', st.norm, re.I)
            if m: self.set_schema(m[1].upper())
            return Result()
        self.commit()
        if self.users_ddl(re.sub(r"\s+", " ", st.norm)):
            self.commit(); return Result()
        try:
            w = re.sub(r"\s+", " ", st.norm)
            if re.match(r"CREATE (OR REPLACE )?(EDITIONABLE |NONEDITIONABLE )?(PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE)", w, re.I):
                m = re.match(r"CREATE (?:OR REPLACE )?(?:(?:NON)?EDITIONABLE )?(PACKAGE BODY|PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE BODY|TYPE) (?:\"?\w+\"?\.)?\"?([\w$#]+)", w, re.I)
                self.run(f'INSERT INTO sys."ora$source" VALUES ({lit(self.schema)},{lit(m[2].upper())},{lit(m[1].upper())},{lit(st.sql)}) ON CONFLICT (owner,name,type) DO UPDATE SET text=excluded.text')
                if "PACKAGE" in m[1].upper() and self.deploy_plsql:
                    self.commit()
                    from . import plsql
                    # ora2pg must see every package at once: only then does it know which calls are procedures
                    src = "\n/\n".join(r[0].rstrip().rstrip("/") for r in self.conn.execute("""SELECT text FROM sys."ora$source" WHERE owner=%s
                        AND type IN ('PACKAGE','PACKAGE BODY') ORDER BY name, type""", (self.schema,)))
                    try: plsql.deploy(self, src)
                    except OraError as e:
                        self.rollback(); self.compile_errors = e.text; return Result(warning=True)
                return Result()
            if (r := self.alter(w)) is not None: return r
            w2 = re.sub(r" CASCADE CONSTRAINTS", " CASCADE", w, flags=re.I)
            w2 = re.sub(r" PURGE$", "", w2, flags=re.I)
            w2 = re.sub(r" TABLESPACE \w+| NOCOMPRESS| LOGGING| (NO)?ORDER\b", "", w2, flags=re.I) if st.first == "CREATE" else w2
            ast = parse(w2) if w2 != st.norm else st.ast
            if isinstance(ast, exp.Command): raise OraError(900, "invalid SQL statement [double: DDL not understood]")
            sql = ast.sql("postgres", identify=True)
            if isinstance(ast, exp.Create) and ast.args["kind"] == "SEQUENCE": sql = re.sub(r"\bNOCYCLE\b", "NO CYCLE", sql)
            ident = {}
            if isinstance(ast, exp.Create) and ast.args["kind"] == "TABLE" and isinstance(ast.this, exp.Schema):
                ast = ast.copy()
                for cd in ast.this.find_all(exp.ColumnDef):
                    for c in list(cd.constraints):
                        if isinstance(c.kind, exp.GeneratedAsIdentityColumnConstraint):
                            ident[cd.name] = "ALWAYS" if c.kind.this else "BY DEFAULT"
                            cd.args["constraints"].remove(c)
                sql = ast.sql("postgres", identify=True)
            self.run(sql)
            if isinstance(ast, exp.Create) and ast.args["kind"] == "TABLE" and isinstance(ast.this, exp.Schema):
                rel = '"' + '"."'.join(x.name for x in ast.this.this.parts) + '"'
                self.remember(ast.this.this, {cd.name: cd.meta["ora"] for cd in ast.this.find_all(exp.ColumnDef)})
                for n, kind in ident.items():
                    oid = self.run(f"SELECT {lit(rel)}::regclass::oid::int8").fetchone()[0]
                    self.run(f'CREATE SEQUENCE "iseq$$_{oid}" OWNED BY {rel}."{n}"')
                    self.run(f"""ALTER TABLE {rel} ALTER COLUMN "{n}" SET DEFAULT nextval('"iseq$$_{oid}"'), ALTER COLUMN "{n}" SET NOT NULL""")
                    self.run(f"""UPDATE sys."ora$cols" SET identity={lit(kind)} WHERE relid={oid} AND attnum=(SELECT attnum FROM pg_attribute WHERE attrelid={oid} AND attname={lit(n)})""")
            return Result()
        finally:
            self.commit()

    def remember(self, table, cols):
        rel = '"' + '"."'.join(p.name for p in table.parts) + '"'
        for n, (t, ln, p, s) in cols.items():
            self.run(f"""INSERT INTO sys."ora$cols" SELECT a.attrelid,a.attnum,{lit(t)},{ln or 0},{lit(p)},{lit(s)} FROM pg_attribute a
              WHERE a.attrelid={lit(rel)}::regclass AND a.attname={lit(n)} ON CONFLICT (relid,attnum) DO UPDATE SET data_type=excluded.data_type,char_length=excluded.char_length,prec=excluded.prec,scale=excluded.scale""")

    def alter(self, w):
        m = re.match(r'ALTER TABLE ((?:"?[\w$#]+"?\.)?"?[\w$#]+"?) (ADD|MODIFY|RENAME TO|RENAME COLUMN|DROP COLUMN|DROP \(|DROP CONSTRAINT|DROP PRIMARY KEY)\s*(.*)$', w, re.I | re.S)
        if not m: return None
        tab, op, rest = m[1], m[2].upper(), m[3].strip()
        if op == "ADD" and re.match(r"(CONSTRAINT|PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK)\b", rest, re.I): return None
        q = ".".join('"' + pgname(x[1:-1] if x.startswith('"') else x.upper()) + '"' for x in tab.split("."))
        if op in ("ADD", "MODIFY"):
            if rest.startswith("("): rest = rest[1:rest.rindex(")")]
            ident = r'("[^"]+"|[\w$#]+)'
            if op == "MODIFY":
                for part in split_commas(rest):
                    n, tail = re.match(ident + r"\s*(.*)$", part.strip(), re.S).groups()
                    n = pgname(n.strip('"') if n.startswith('"') else n.upper())
                    nn = re.search(r"\b(NOT )?NULL$", tail, re.I)
                    if nn:
                        self.run(f'ALTER TABLE {q} ALTER COLUMN "{n}" {"SET" if nn[1] else "DROP"} NOT NULL'); tail = tail[:nn.start()].strip()
                    dm = re.search(r"\bDEFAULT (.*)$", tail, re.I)
                    if dm:
                        d = parse(f"SELECT {dm[1]} FROM DUAL").expressions[0].sql("postgres", identify=True)
                        self.run(f'ALTER TABLE {q} ALTER COLUMN "{n}" SET DEFAULT {d}'); tail = tail[:dm.start()].strip()
                    if tail:
                        ast = parse(f'CREATE TABLE x_ ("{n}" {tail})'); cd = ast.this.find(exp.ColumnDef)
                        ty = cd.args["kind"].sql("postgres")
                        self.run(f'ALTER TABLE {q} ALTER COLUMN "{n}" TYPE {ty} USING "{n}"::{ty}')
                        self.remember(exp.to_table(q), {n: cd.meta["ora"]})
                return Result()
            ast = parse(f"CREATE TABLE x_ ({rest})")
            cds = list(ast.this.find_all(exp.ColumnDef))
            for cd in cds: self.run(f"ALTER TABLE {q} ADD COLUMN {cd.sql('postgres', identify=True)}")
            self.remember(exp.to_table(q), {cd.name: cd.meta["ora"] for cd in cds})
            return Result()
        up = lambda s: re.sub(r'"[^"]*"|[A-Za-z_][\w$#]*', lambda k: '"' + pgname(k[0][1:-1] if k[0].startswith('"') else k[0].upper()) + '"', s)
        if op == "RENAME COLUMN":
            a, b = re.split(r"\s+TO\s+", rest, flags=re.I); self.run(f"ALTER TABLE {q} RENAME COLUMN {up(a)} TO {up(b)}")
        elif op == "RENAME TO": self.run(f"ALTER TABLE {q} RENAME TO {up(rest)}")
        elif op == "DROP COLUMN": self.run(f"ALTER TABLE {q} DROP COLUMN {up(rest)}")
        elif op == "DROP (":
            for c in split_commas(rest.rstrip(")")): self.run(f"ALTER TABLE {q} DROP COLUMN {up(c.strip())}")
        elif op == "DROP CONSTRAINT": self.run(f"ALTER TABLE {q} DROP CONSTRAINT {up(rest)}")
        else: return None
        return Result()

    def other(self, st):
        w = re.sub(r"\s+", " ", st.norm).upper()
        if w.startswith("COMMIT"): self.commit()
        elif w.startswith("ROLLBACK TO"): self.run_raw('ROLLBACK TO "' + w.split()[-1] + '"')
        elif w.startswith("ROLLBACK"): self.rollback()
        elif w.startswith("SAVEPOINT"): self.begin(); self.run_raw('SAVEPOINT "' + w.split()[-1] + '"')
        elif w.startswith("LOCK TABLE"):
            self.begin(); self.run(re.sub(r"LOCK TABLE (\S+)", lambda m: f'LOCK TABLE "{pgname(m[1])}"', w))
        elif w.startswith("SET TRANSACTION"): self.begin()
        else: raise OraError(900, "invalid SQL statement")
        return Result()

    def run_raw(self, sql):
        try: self.conn.execute(sql)
        except psycopg.Error as e: raise map_error(e, self.schema)

    # -- tiny PL/SQL: calls of registered stubs, assignments, SQL statements, EXECUTE IMMEDIATE
    def plsql(self, st, binds, rows):
        body = re.sub(r"^\s*BEGIN\b", "", st.norm, flags=re.I)
        body = re.sub(r"\bEND\s*;?\s*$", "", body, flags=re.I).strip()
        if st.first == "CALL": body = re.sub(r"^\s*CALL\s+", "", st.norm, flags=re.I)
        if st.first == "DECLARE": raise OraError(6550, "line 1, column 1:\nPLS-00103: DECLARE blocks are not supported by the double")
        res = Result(outs=[], dirs=[32] * len(binds))
        for row in rows or [[None] * len(binds)]:
            vals = list(row)
            for stmt in split_semi(body):
                self.pl_stmt(stmt.strip(), vals, [b.type for b in binds], res)
            res.outs = [(i, vals[i]) for i, d in enumerate(res.dirs) if d != 32]
        return res

    def pl_stmt(self, s, vals, types, res):
        if not s or s.upper() == "NULL": return
        u = s.upper()
        m = re.match(r":b(\d+)\s*:=\s*(.*)$", s, re.S)
        if m:
            i = int(m[1])
            res.dirs[i] = 48 if re.search(rf":b{i}\b", m[2]) else 16
            c = re.match(r"([\w$#.\"]+)\s*(?:\((.*)\))?$", m[2], re.S)
            p = c and (self.procs.get(self.pname(c[1])) or self.stored(c[1]))
            vals[i] = self.call(p, c[1], c[2] or "", vals, types, res) if p else self.eval(m[2], vals, types)
            return
        if u.split()[0] in ("COMMIT", "ROLLBACK", "SAVEPOINT"): self.other(Statement(s)); return
        m = re.match(r"EXECUTE\s+IMMEDIATE\s+(.*)$", s, re.I | re.S)
        if m:
            sql = self.eval(m[1], vals, types)
            self.execute(statement(sql), [], None, 1, False); return
        m = re.match(r"RAISE_APPLICATION_ERROR\s*\((.*)\)$", s, re.I | re.S)
        if m:
            a = [self.eval(x, vals, types) for x in split_commas(m[1])]
            raise OraError(-int(a[0]), f"{a[1]}\nORA-06512: at line 1")
        m = re.match(r"(?:DBMS_SESSION|DBMS_LOCK)\.SLEEP\s*\((.*)\)$", s, re.I | re.S)
        if m: self.run(f"SELECT pg_sleep({self.eval(m[1], vals, types)})"); return
        if u.split()[0] in ("INSERT", "UPDATE", "DELETE", "MERGE"):
            self.run(render(parse(s), vals, types)); return
        m = re.match(r"SELECT\s+(.*?)\s+INTO\s+(.*?)\s+FROM\s+(.*)$", s, re.I | re.S)
        if m:
            got = self.run(render(parse(f"SELECT {m[1]} FROM {m[3]}"), vals, types)).fetchall()
            if not got: raise OraError(1403, "no data found\nORA-06512: at line 1")
            if len(got) > 1: raise OraError(1422, "exact fetch returns more than requested number of rows\nORA-06512: at line 1")
            for t, v in zip(split_commas(m[2]), got[0]):
                i = int(t.strip()[2:]); vals[i] = v; res.dirs[i] = 16
            return
        c = re.match(r"([\w$#.\"]+)\s*(?:\((.*)\))?$", s, re.S)
        p = c and (self.procs.get(self.pname(c[1])) or self.stored(c[1]))
        if not p:
            n = c[1].split(".")[0].upper() if c else s[:30]
            raise OraError(6550, f"line 1, column 7:\nPLS-00201: identifier '{c[1].upper() if c else n}' must be declared\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored")
        self.call(p, c[1], c[2] or "", vals, types, res)

    def pname(self, n):
        n = n.replace('"', "").upper()
        return n if n in self.procs else n.split(".", 1)[1] if n.count(".") == 2 else n

    def stored(self, name):
        from . import plsql
        parts = name.replace('"', "").split(".")
        if len(parts) < 2: return None
        r = plsql.lookup(self, parts[-2], parts[-1])
        if not r: return None
        params, isf, q, types = r

        def fn(be, a):
            args = ", ".join(f"{n.lower()} => {lit(a.get(n.lower()))}::{t}" for (n, mode, d), t in zip(params, types) if n.lower() in a)
            if isf: return be.run(f"SELECT {q}({args})").fetchone()[0]
            cur = be.run(f"CALL {q}({args})")
            row = cur.fetchone() if cur.description else ()
            return {d.name: v for d, v in zip(cur.description or [], row)}
        return Proc(params, fn, isf)

    def call(self, p, name, argtext, vals, types, res):
        args, outs, used = {}, {}, set()
        for k, a in enumerate(split_commas(argtext) if argtext.strip() else []):
            m = re.match(r"\s*(\w+)\s*=>\s*(.*)$", a, re.S)
            if m: pn, ex = m[1].upper(), m[2]
            elif k < len(p.params): pn, ex = p.params[k][0], a
            else: pn, ex = None, a
            par = next((x for x in p.params if x[0] == pn), None)
            if par is None:
                raise OraError(6550, f"line 1, column 7:\nPLS-00306: wrong number or types of arguments in call to '{name.split('.')[-1].upper()}'\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored")
            used.add(pn)
            b = re.fullmatch(r"\s*:b(\d+)\s*", ex)
            if "OUT" in par[1]:
                if not b: raise OraError(6550, f"line 1, column 7:\nPLS-00363: expression '{ex.strip()}' cannot be used as an assignment target")
                outs[pn] = int(b[1]); res.dirs[int(b[1])] = 48 if par[1] == "IN OUT" else 16
            args[pn] = None if par[1] == "OUT" else self.eval(ex, vals, types)
        for pn, mode, has_default in p.params:
            if pn not in used:
                if not has_default:
                    raise OraError(6550, f"line 1, column 7:\nPLS-00306: wrong number or types of arguments in call to '{name.split('.')[-1].upper()}'\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored")
        r = p.fn(self, {k.lower(): v for k, v in args.items()})
        if p.is_function: return r
        for pn, i in outs.items(): vals[i] = (r or {}).get(pn.lower())

    def eval(self, ex, vals, types):
        b = re.fullmatch(r"\s*:b(\d+)\s*", ex)
        if b: return vals[int(b[1])]
        return self.run(render(parse(f"SELECT {ex} FROM DUAL"), vals, types)).fetchone()[0]


def _local_txid(be, a):
    be.begin(); return f"{be.s.sid}.1.1"


class Proc:
    """a stub of a PL/SQL procedure: Proc([('P_ID','IN',False), ('X_OUT','OUT',False)], fn)"""
    def __init__(self, params, fn, is_function=False):
        self.params, self.fn, self.is_function = params, fn, is_function


PgBackend.procs["DBMS_TRANSACTION.LOCAL_TRANSACTION_ID"] = Proc([("CREATE_TRANSACTION", "IN", True)], _local_txid, True)
PgBackend.procs["DBMS_UTILITY.GET_TIME"] = Proc([], lambda be, a: int(time.monotonic() * 100), True)
PgBackend.procs["DBMS_OUTPUT.ENABLE"] = Proc([("BUFFER_SIZE", "IN", True)], lambda be, a: None)


def split_commas(s, sep=","):
    out, depth, q, cur = [], 0, False, ""
    for ch in s:
        if ch == "'": q = not q
        if not q:
            depth += ch == "("; depth -= ch == ")"
            if ch == sep and depth == 0:
                out.append(cur); cur = ""; continue
        cur += ch
    return out + [cur] if cur.strip() else out


def split_semi(s): return split_commas(s, ";")


def col(name, o):
    t, n, p, s = o
    c = Col(name)
    if t in ("VARCHAR2",): c.type, c.size = W.VARCHAR, n * 4
    elif t == "NVARCHAR2": c.type, c.size, c.csfrm = W.VARCHAR, n * 2, 2
    elif t in ("CHAR", "NCHAR"): c.type, c.size, c.csfrm = W.CHAR, n * 4, 2 if t == "NCHAR" else 0
    elif t == "NUMBER":
        c.type, c.size = W.NUMBER, 22
        c.precision, c.scale = (p or 38 if s is not None else p or 0), (-127 if s is None else s)
        if p is None and s is None: c.precision = 0
    elif t == "FLOAT": c.type, c.size, c.precision, c.scale = W.NUMBER, 22, 126, -127
    elif t == "DATE": c.type, c.size = W.DATE, 7
    elif t.endswith("LOCAL TIME ZONE"): c.type, c.size, c.scale = W.TIMESTAMP_LTZ, 11, 6
    elif t.endswith("TIME ZONE"): c.type, c.size, c.scale = W.TIMESTAMP_TZ, 13, 6
    elif t.startswith("TIMESTAMP"): c.type, c.size, c.scale = W.TIMESTAMP, 11, s or 0
    elif t == "CLOB": c.type, c.size = W.CLOB, 112
    elif t == "NCLOB": c.type, c.size, c.csfrm = W.CLOB, 112, 2
    elif t == "BLOB": c.type, c.size = W.BLOB, 112
    elif t == "RAW": c.type, c.size = W.RAW, n
    elif t == "BINARY_DOUBLE": c.type, c.size = W.BDOUBLE, 8
    elif t == "BOOLEAN": c.type, c.size = W.BOOLEAN, 4
    return c


def map_error(e: psycopg.Error, schema, sql=""):
    d, st = e.diag, e.sqlstate or ""
    cn = oraname(d.constraint_name or "")
    if st == "23505": return OraError(1, f"unique constraint ({schema}.{cn}) violated")
    if st == "23503":
        return OraError(2292, f"integrity constraint ({schema}.{cn}) violated - child record found") if "still referenced" in str(e) \
            else OraError(2291, f"integrity constraint ({schema}.{cn}) violated - parent key not found")
    if st == "23514": return OraError(2290, f"check constraint ({schema}.{cn}) violated")
    if st == "23502":
        what = f'("{schema}"."{oraname(d.table_name)}"."{oraname(d.column_name)}")'
        return OraError(1407, f"cannot update {what} to NULL") if sql.lstrip().upper().startswith("UPDATE") else OraError(1400, f"cannot insert NULL into {what}")
    t = str(e).splitlines()[0]
    m = {"42P01": (942, "table or view does not exist"), "42P07": (955, "name is already used by an existing object"),
         "42703": (904, '"%s": invalid identifier' % (re.findall(r'column "?([^" ]+)"?', t) or ["?"])[0].upper()), "22001": (12899, "value too large for column"),
         "22003": (1438, "value larger than specified precision allowed for this column"), "22P02": (1722, "invalid number"),
         "55P03": (54, "resource busy and acquire with NOWAIT specified or timeout expired"), "40P01": (60, "deadlock detected while waiting for resource"),
         "57014": (1013, "user requested cancel of current operation"), "22012": (1476, "divisor is equal to zero"), "42701": (1430, "column being added already exists in table"),
         "42704": (1418 if "index" in t else 2443 if "constraint" in t else 4043, "object does not exist"), "42P16": (2260, "table can have only one primary key"),
         "42883": (904, '"%s": invalid identifier' % (re.findall(r"function ([\w.]+)", t) or ["?"])[0].upper()), "22007": (1861, "literal does not match format string"), "22008": (1858, "a non-numeric character was found where a numeric was expected"),
         "40001": (8177, "can't serialize access for this transaction"), "42P10": (32795, "cannot insert into a generated always identity column"), "428C9": (32795, "cannot insert into a generated always identity column")}.get(st)
    if m: return OraError(m[0], m[1] + ("" if st not in ("42704",) else f" [{t}]"))
    return OraError(900 if st.startswith("42") else 3001, f"[double] {st} {t}")


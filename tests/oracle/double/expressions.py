"""How each kind of node of a statement is said in PostgreSQL; the functions have a file of their own."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlglot import exp

from .errors import OraError, refused
from .functions import call, function, within_group
from .types import OracleType

CLAUSES = (
    "Alias All And Any Between Boolean Case Column Dot Escape Exists From Group Having Hint Identifier If In Is Join "
    "Like Null Or Order Ordered Paren Placeholder Select Star Subquery Table TableAlias Tuple Var Where With CTE "
    "Distinct Fetch LimitOptions Offset Union Except Intersect Lock Insert Values Schema Update Delete Merge When "
    "Whens Returning Window WindowSpec WithinGroup DataTypeParam DataType Kwarg Not EQ NEQ GT GTE LT LTE Literal "
    "RawString Cast Add Sub Mul Div Neg DPipe Anonymous Extract Trim Interval CurrentTimestamp CurrentDate "
    "Localtimestamp Systimestamp National DateStrToDate"
)
DEFINITIONS = (
    "Create ColumnDef ColumnConstraint Constraint Index IndexParameters PrimaryKey PrimaryKeyColumnConstraint "
    "UniqueColumnConstraint CheckColumnConstraint NotNullColumnConstraint DefaultColumnConstraint ForeignKey Reference "
    "GeneratedAsIdentityColumnConstraint Drop Comment TruncateTable Alter AddConstraint Properties SequenceProperties"
)
ALLOWED = {getattr(exp, name) for name in f"{CLAUSES} {DEFINITIONS}".split() if hasattr(exp, name)}

KEYS: dict[type, set[str]] = {
    exp.Select: {
        "expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "with_", "distinct",
        "locks", "hint",
    },
    exp.Table: {"this", "db", "alias", "joins"},
    exp.Join: {"this", "side", "kind", "on", "using"},
    exp.Group: {"expressions"},
    exp.Column: {"this", "table", "db", "join_mark"},
    exp.Distinct: {"expressions"},
    exp.Fetch: {"direction", "count", "limit_options"},
    exp.Subquery: {"this", "alias", "joins", "with_"},
    exp.Insert: {"this", "expression", "returning", "with_"},
    exp.Update: {"this", "expressions", "where", "returning"},
    exp.Delete: {"this", "tables", "where", "returning"},
    exp.Merge: {"this", "using", "on", "whens"},
    exp.When: {"matched", "then", "condition"},
    exp.Like: {"this", "expression", "negate"},
    exp.In: {"this", "expressions", "query"},
    exp.Cast: {"this", "to"},
    exp.Ordered: {"this", "desc", "nulls_first"},
    exp.LimitOptions: {"rows", "with_ties"},
    exp.CurrentTimestamp: {"sysdate"},
}  # fmt: skip
"""Arguments that a node may have; a node that is not here may have any."""

COUNTS = (exp.Fetch, exp.Offset, exp.DataTypeParam, exp.Ordered, exp.WindowSpec, exp.Interval, exp.Comment)
"""Where a number is a count or a place and not a NUMBER."""
PSEUDO = {"LEVEL", "ROWID", "ORA_ROWSCN", "OBJECT_VALUE", "UID", "CONNECT_BY_ROOT"}
INTERVALS = {"DAY", "HOUR", "MINUTE", "SECOND"}


def cast(node: exp.Expression, to: str) -> exp.Expression:
    """Cast to a type of PostgreSQL."""
    return exp.Cast(this=node, to=exp.DataType.build(to, dialect="postgres"))


def _literal(node: exp.Expression) -> exp.Expression:
    if isinstance(node.parent, COUNTS) or (isinstance(node.parent, exp.Cast) and node.parent.meta.get("made")):
        return node
    if node.is_string and not node.this:
        return exp.Null()
    made = cast(node.copy(), "text" if node.is_string else "numeric")
    made.meta["made"] = True
    return made


def _raw_string(node: exp.Expression) -> exp.Expression:
    return _literal(exp.Literal.string(node.name))


def _placeholder(node: exp.Expression) -> exp.Expression:
    kind = "i" if isinstance(node.parent, (exp.Fetch, exp.Offset)) else "n"
    return exp.Var(this=f"\x01{kind}{node.name[1:]}\x01")


def _column(node: exp.Expression) -> exp.Expression:
    name = node.name.upper()
    if node.args.get("join_mark"):
        raise refused("the outer join by (+)")
    if node.args.get("table") is not None:
        if name not in ("NEXTVAL", "CURRVAL"):
            return node
        sequence = ".".join(f'"{part.name}"' for part in (node.args.get("db"), node.args["table"]) if part)
        return cast(exp.Anonymous(this=name.lower(), expressions=[exp.Literal.string(sequence)]), "numeric")
    if name in PSEUDO:
        raise refused(name)
    if name == "ROWNUM":
        return _rownum(node)
    if name == "USER":
        return call("user")
    if name in ("DBTIMEZONE", "SESSIONTIMEZONE"):
        return cast(exp.Literal.string("+00:00"), "text")
    return node


def _rownum(node: exp.Expression) -> exp.Expression:
    """ROWNUM in a select list numbers the rows; as a limit it is dealt with by the SELECT it stands in."""
    select, parent = node.find_ancestor(exp.Select), node.parent
    if isinstance(parent, (exp.LT, exp.LTE, exp.EQ)) and node.arg_key == "this":
        return node
    if select is None or not (parent is select or (isinstance(parent, exp.Alias) and parent.parent is select)):
        raise refused("ROWNUM in this place")
    if any(select.args.get(key) for key in ("group", "order", "distinct", "having")):
        raise refused("ROWNUM beside GROUP BY, ORDER BY or DISTINCT")
    return cast(exp.Window(this=exp.RowNumber()), "numeric")


def _is_rownum(node: exp.Expression) -> bool:
    return isinstance(node, exp.Column) and node.name.upper() == "ROWNUM" and not node.table


def _select(node: exp.Expression) -> exp.Expression:
    """Turn ROWNUM <= n into a limit: right where nothing is sorted or grouped in the same SELECT."""
    where = node.args.get("where")
    if where is None or not any(_is_rownum(one) for one in where.find_all(exp.Column)):
        return node
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    limits = [one for one in parts if isinstance(one, (exp.LT, exp.LTE, exp.EQ)) and _is_rownum(one.this)]
    others = [one for one in parts if one not in limits]
    if len(limits) != 1 or any(_is_rownum(one) for part in others for one in part.find_all(exp.Column)):
        raise refused("this condition on ROWNUM")
    if any(node.args.get(key) for key in ("group", "order", "distinct", "having", "limit", "offset")):
        raise refused("ROWNUM beside GROUP BY, ORDER BY or DISTINCT: put it around a subquery")
    count = limits[0].expression
    if isinstance(limits[0], exp.LT):
        count = exp.Sub(this=count, expression=exp.Literal.number(1))
    elif isinstance(limits[0], exp.EQ) and count.sql("postgres") != "CAST(1 AS DECIMAL)":
        raise refused("ROWNUM = n")
    node.set("where", exp.Where(this=exp.and_(*others, copy=False)) if others else None)
    node.set("limit", exp.Limit(expression=cast(exp.Paren(this=count), "bigint")))
    return node


def _no_rownum(node: exp.Expression) -> exp.Expression:
    """An UPDATE or DELETE has no limit in PostgreSQL; a qualified target has no place in its SET."""
    for one in node.find_all(exp.Column):
        if _is_rownum(one) and one.find_ancestor(exp.Select, exp.Update, exp.Delete) is node:
            raise refused("ROWNUM in an UPDATE or DELETE")
    if isinstance(node, exp.Delete) and node.args.get("tables"):  # DELETE t, without FROM
        node.set("this", node.args["tables"][0])
        node.set("tables", None)
    for one in node.expressions if isinstance(node, exp.Update) else []:
        for target in one.this.find_all(exp.Column):
            target.set("table", None)
            target.set("db", None)
    return node


def _when(node: exp.Expression) -> exp.Expression:
    """Oracle puts the condition behind the change, PostgreSQL behind WHEN."""
    then = node.args["then"]
    where = then.args.get("where") if isinstance(then, (exp.Update, exp.Insert)) else None
    if where is not None:
        then.set("where", None)
        node.set("condition", where.this)
    return node


def _subquery(node: exp.Expression) -> exp.Expression:
    if not node.alias and isinstance(node.parent, (exp.From, exp.Join)):
        node.set("alias", exp.TableAlias(this=exp.to_identifier(f"q_{id(node)}", quoted=True)))
    return node


def _lock(node: exp.Expression) -> exp.Expression:
    """Oracle names columns behind OF, PostgreSQL tables; how long to wait is set for the statement."""
    tables = [one.args.get("table") or one.args.get("db") for one in node.expressions]
    if any(one is None for one in tables):
        raise refused("FOR UPDATE OF a column without its table")
    node.set("expressions", [exp.Table(this=one.copy()) for one in tables])
    if isinstance(node.args.get("wait"), exp.Literal):
        node.set("wait", None)
    return node


def _cast(node: exp.Expression) -> exp.Expression:
    if node.meta.get("made"):
        return node
    to = OracleType.of(node.args["to"])
    value = node.this
    if isinstance(value, exp.Null):
        return _made(value, to.postgresql())
    if to.name in ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR"):
        return _made(call("text", value), to.postgresql())
    if to.name == "DATE" or to.name.startswith("TIMESTAMP"):
        return _made(call("to_date" if to.name == "DATE" else "to_timestamp", value), to.postgresql())
    if to.name in ("NUMBER", "FLOAT", "BINARY_DOUBLE", "BOOLEAN"):
        return _made(value, to.postgresql())
    raise refused(f"CAST to {to.name}")


def _date_literal(node: exp.Expression) -> exp.Expression:
    """DATE '2026-01-31': its form is fixed."""
    text = node.this.this if isinstance(node.this, exp.Cast) else node.this
    try:
        date.fromisoformat(text.name)
    except ValueError as error:
        raise OraError(1861, "literal does not match format string") from error
    return _made(text, "timestamp(0)")


def _made(value: exp.Expression, to: str) -> exp.Expression:
    made = cast(value, to)
    made.meta["made"] = True
    return made


def _interval(node: exp.Expression) -> exp.Expression:
    unit = node.args.get("unit")
    if unit is None or unit.name.upper() not in INTERVALS:
        raise refused(f"INTERVAL in {unit.name if unit is not None else 'this form'}")
    return node


def _extract(node: exp.Expression) -> exp.Expression:
    if node.name.upper() not in ("YEAR", "MONTH", "DAY"):
        raise refused(f"EXTRACT({node.name.upper()})")
    return cast(node, "numeric") if not isinstance(node.parent, exp.Cast) or not node.parent.meta.get("made") else node


def _trim(node: exp.Expression) -> exp.Expression:
    letters = node.args.get("expression")
    arguments = [node.this, letters] if letters is not None else [node.this]
    return call({"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim"), *arguments)


def _like(node: exp.Expression) -> exp.Expression:
    """Oracle has no escape unless one is given, PostgreSQL's is the backslash."""
    if isinstance(node.parent, exp.Escape):
        return node
    return exp.Escape(this=node.copy(), expression=exp.Literal.string(""))


def _escape(node: exp.Expression) -> exp.Expression:
    letter = node.expression
    if isinstance(letter, exp.Cast):
        node.set("expression", letter.this)
    return node


def _any(node: exp.Expression) -> exp.Expression:
    if isinstance(node.this, exp.Tuple):
        raise refused("ANY or ALL of a list")
    return node


def _is(node: exp.Expression) -> exp.Expression:
    if not isinstance(node.expression, exp.Null):
        raise OraError(908, "missing NULL keyword")
    return node


def _table(node: exp.Expression) -> exp.Expression:
    if not isinstance(node.this, exp.Identifier):
        raise refused("a table function")
    if "@" in node.name:
        raise refused("a database link")
    if node.name.startswith("v$"):  # public synonyms of the views that a DBA grants
        node.this.set("this", "v_$" + node.name[2:])
        if not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier("v$" + node.name[3:], quoted=True)))
    return node


def _window(node: exp.Expression) -> exp.Expression:
    if node.args.get("over") == "KEEP" or isinstance(node.this, exp.IgnoreNulls):
        raise refused("KEEP or IGNORE NULLS")
    return node


def _returning(node: exp.Expression) -> exp.Expression:
    node.set("into", None)
    return node


REWRITES: dict[type, Callable[[Any], exp.Expression]] = {
    exp.Literal: _literal,
    exp.RawString: _raw_string,
    exp.National: _raw_string,
    exp.Placeholder: _placeholder,
    exp.Column: _column,
    exp.Select: _select,
    exp.Update: _no_rownum,
    exp.Delete: _no_rownum,
    exp.When: _when,
    exp.Subquery: _subquery,
    exp.Lock: _lock,
    exp.Cast: _cast,
    exp.DateStrToDate: _date_literal,
    exp.Interval: _interval,
    exp.Extract: _extract,
    exp.Trim: _trim,
    exp.Like: _like,
    exp.Escape: _escape,
    exp.Any: _any,
    exp.All: _any,
    exp.Is: _is,
    exp.Table: _table,
    exp.Window: _window,
    exp.WithinGroup: within_group,
    exp.Returning: _returning,
    exp.Anonymous: function,
    exp.Div: lambda node: call("div", node.this, node.expression),
    exp.DPipe: lambda node: call("concat", call("text", node.this), call("text", node.expression)),
    exp.CurrentTimestamp: lambda node: call("sysdate") if node.args.get("sysdate") else call("systimestamp"),
    exp.CurrentDate: lambda _node: call("sysdate"),
    exp.Systimestamp: lambda _node: call("systimestamp"),
    exp.Localtimestamp: lambda _node: cast(call("systimestamp"), "timestamp"),
}

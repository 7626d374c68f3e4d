"""The functions that the double translates; every one has a test of its results, any other is refused by name.

Most are functions of the schema sys in PostgreSQL with Oracle's semantics (sql/functions.sql, named sys.ora_...); the
rest is said with PostgreSQL's own.
"""

from collections.abc import Callable, Sequence

from sqlglot import exp

from .errors import OraError, refused

Arguments = Sequence[exp.Expression]

OWN = {
    "ABS": (1, 1), "ADD_MONTHS": (2, 2), "CEIL": (1, 1), "FLOOR": (1, 1), "INSTR": (2, 4), "LAST_DAY": (1, 1),
    "LENGTH": (1, 1), "LENGTHB": (1, 1), "LOWER": (1, 1), "LPAD": (2, 3), "LTRIM": (1, 2), "MOD": (2, 2),
    "MONTHS_BETWEEN": (2, 2), "REPLACE": (2, 3), "ROUND": (1, 2), "RPAD": (2, 3), "RTRIM": (1, 2), "SIGN": (1, 1),
    "SUBSTR": (2, 3), "SYS_CONTEXT": (2, 2), "SYS_EXTRACT_UTC": (1, 1), "SYS_GUID": (0, 0), "TO_CHAR": (1, 2),
    "TO_DATE": (1, 2), "TO_NUMBER": (1, 1), "TO_TIMESTAMP": (1, 2), "TRUNC": (1, 2), "UPPER": (1, 1), "CHR": (1, 1),
}  # fmt: skip
"""Functions of the schema sys: how many arguments they take."""

DATES = {"ADD_MONTHS", "LAST_DAY", "TO_DATE"}
"""What gives a DATE, whatever came in; ROUND and TRUNC give what they got."""

PLAIN = {
    "COALESCE", "COUNT", "SUM", "MIN", "MAX", "NULLIF", "ROW_NUMBER", "RANK", "DENSE_RANK", "LAG", "LEAD",
    "FIRST_VALUE", "LAST_VALUE",
}  # fmt: skip
"""Functions that PostgreSQL has with the same meaning; a count or rank becomes a NUMBER on the wire."""


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """Call a function of the schema sys."""
    return exp.Anonymous(this=f"sys.ora_{name}", expressions=list(arguments))


def _nvl(first: exp.Expression, second: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this="coalesce", expressions=[first, second])


def _nvl2(value: exp.Expression, some: exp.Expression, none: exp.Expression) -> exp.Expression:
    present = exp.Not(this=exp.Is(this=value, expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=present, true=some)], default=none)


def _decode(value: exp.Expression, *arms: exp.Expression) -> exp.Expression:
    """DECODE takes NULL for equal to NULL, which = does not."""
    pairs = [(arms[at], arms[at + 1]) for at in range(0, len(arms) - 1, 2)]
    ifs = [exp.If(this=exp.NullSafeEQ(this=value.copy(), expression=one), true=result) for one, result in pairs]
    return exp.Case(ifs=ifs, default=arms[-1] if len(arms) % 2 else None)


def _extreme(name: str) -> Callable[..., exp.Expression]:
    """Oracle's GREATEST and LEAST are NULL as soon as one argument is, PostgreSQL's skip it."""

    def build(*arguments: exp.Expression) -> exp.Expression:
        nulls = [exp.Is(this=one.copy(), expression=exp.Null()) for one in arguments]
        found = exp.Anonymous(this=name, expressions=list(arguments))
        return exp.Case(ifs=[exp.If(this=exp.or_(*nulls, copy=False), true=exp.Null())], default=found)

    return build


def _listagg(value: exp.Expression, separator: exp.Expression | None = None) -> exp.Expression:
    text = call("text", value)
    return exp.Anonymous(this="string_agg", expressions=[text, separator or exp.Literal.string("")])


BUILT: dict[str, tuple[int, int, Callable[..., exp.Expression]]] = {
    "NVL": (2, 2, _nvl),
    "NVL2": (3, 3, _nvl2),
    "DECODE": (3, 255, _decode),
    "GREATEST": (1, 255, _extreme("greatest")),
    "LEAST": (1, 255, _extreme("least")),
    "LISTAGG": (1, 2, _listagg),
    "AVG": (1, 1, lambda value: exp.Anonymous(this="sys.ora_avg", expressions=[value])),
    "TO_CLOB": (1, 1, lambda value: call("text", value)),
}


def function(node: exp.Anonymous) -> exp.Expression:
    """Translate a call, or refuse it by name."""
    written = node.name
    name = written.upper()
    if written.startswith("sys.ora_") or isinstance(node.parent, exp.Dot) or name in ("NEXTVAL", "CURRVAL"):
        return node
    arguments = node.expressions
    if name in OWN:
        _counted(name, arguments, *OWN[name])
        made = call(name.lower(), *arguments)
        return exp.Cast(this=made, to=exp.DataType.build("timestamp(0)", dialect="postgres")) if name in DATES else made
    if name in PLAIN:
        return exp.Anonymous(this=written.lower(), expressions=_counts(name, arguments))
    if name in BUILT:
        least, most, build = BUILT[name]
        _counted(name, arguments, least, most)
        return _ordered(node, build(*arguments))
    raise refused(name)


def _counted(name: str, arguments: Arguments, least: int, most: int) -> None:
    if len(arguments) < least:
        raise OraError(909, f"invalid number of arguments: {name}")
    if len(arguments) > most:
        raise refused(f"{name} with {len(arguments)} arguments")


def _counts(name: str, arguments: Arguments) -> list[exp.Expression]:
    """LAG and LEAD count rows by an integer."""
    if name not in ("LAG", "LEAD") or len(arguments) < 2:
        return list(arguments)
    return [arguments[0], exp.Cast(this=arguments[1], to=exp.DataType.build("integer")), *arguments[2:]]


def _ordered(node: exp.Anonymous, made: exp.Expression) -> exp.Expression:
    """LISTAGG has its order behind it (WITHIN GROUP), string_agg inside."""
    group = node.parent
    if not isinstance(group, exp.WithinGroup) or made.name != "string_agg":
        return made
    order = group.expression
    separator = made.expressions[1]
    made.set("expressions", [made.expressions[0], exp.Order(this=separator, expressions=order.expressions)])
    made.meta["ordered"] = True
    return made


def within_group(node: exp.WithinGroup) -> exp.Expression:
    """Leave out the WITHIN GROUP whose order has gone inside."""
    if isinstance(node.this, exp.Anonymous) and node.this.meta.get("ordered"):
        return node.this
    raise refused("WITHIN GROUP")

"""Names: Oracle's FOO is foo in PostgreSQL, so that PL/pgSQL and SQL see the same objects without quotes."""

from sqlglot import exp


def postgresql_name(name: str) -> str:
    """PostgreSQL's name of an object; a name that Oracle had to quote keeps its letters."""
    return name.lower() if name == name.upper() else name


def oracle_name(name: str) -> str:
    """Oracle's name of an object."""
    return name.upper() if name == name.lower() else name


def folded(written: str) -> str:
    """Oracle's name of what stands in a statement, quoted or not."""
    written = written.strip()
    return written[1:-1] if written.startswith('"') else written.upper()


def quoted(*parts: str) -> str:
    """Qualified and quoted name in PostgreSQL of Oracle's names."""
    return ".".join('"' + postgresql_name(part).replace('"', '""') + '"' for part in parts if part)


def fold(tree: exp.Expression) -> None:
    """Give every identifier of a parsed statement PostgreSQL's name, and quotes."""
    for one in tree.find_all(exp.Identifier):
        one.set("this", postgresql_name(one.this if one.quoted else one.this.upper()))
        one.set("quoted", True)

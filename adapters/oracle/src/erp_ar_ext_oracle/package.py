"""The PL/SQL package in the database, and the scripts that install it: they are read here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from erp_ar_ext.errors import UsageError
from erp_ar_ext_oracle.settings import IDENTIFIER

VERSION = "1.0.0"
"""Version of the package that this release calls."""

BODIES = ("ebs", "interface", "standalone")
"""Bodies of the effects: E-Business Suite's public APIs, staging tables, plain tables of a site without the suite."""

NAME = "XXAR_EXT_API"

TABLES = "standalone/"
"""Folder of the scripts that make Oracle-style tables."""

_MARK = re.compile(r"\{\{(\w+)\}\}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@ -]{0,99}", re.ASCII)
_PROCEDURE = re.compile(r"^  (?:PROCEDURE|FUNCTION) (\w+)(?:\((.*?)\n  \))?", re.MULTILINE | re.DOTALL)
_PARAMETER = re.compile(r"^\s+(\w+) (IN|OUT) (\w+)", re.MULTILINE)
_GUARDED = re.compile(r"EXECUTE IMMEDIATE q'\[\s*(.*?)\]'", re.DOTALL)


@dataclass(frozen=True)
class Site:
    """Names that the scripts are filled with.

    `owner` holds the tables; `apps` the packages, APPS at an E-Business Suite site. `reader` and `writer` are the
    users of [source] and [target]; without one, nothing is granted. `fnd_user` and `responsibility` (its key) are whom
    the suite's APIs see, `release_reason` is the code that holds are lifted with, of lookup RELEASE_REASON.
    """

    body: str
    owner: str
    apps: str | None = None
    reader: str | None = None
    writer: str | None = None
    editioned: bool = False
    fnd_user: str = "ERP_AR"
    responsibility: str = "ERP_AR"
    release_reason: str = "AR_AUTOMATIC"

    def marks(self) -> dict[str, str]:
        """Values by mark. Raises UsageError for a name that is no plain Oracle name, or a body there is none of."""
        if self.body not in BODIES:
            raise UsageError(f"there is no body {self.body!r}", hint=f"one of {', '.join(BODIES)}")
        names = {"owner": self.owner, "apps": self.packages_in(), "reader": self.reader, "writer": self.writer}
        for what, name in names.items():
            if name is not None and not IDENTIFIER.fullmatch(name):
                raise UsageError(f"{what}: {name!r} is not a plain Oracle name")
        codes = {name: getattr(self, name) for name in ("fnd_user", "responsibility", "release_reason")}
        for what, text in codes.items():
            if not _CODE.fullmatch(text):
                raise UsageError(f"{what}: {text!r} is no plain name")
        values = {what: name.upper() for what, name in names.items() if name is not None}
        return {**values, **codes, "body": self.body, "version": VERSION, "grant": self._grant()}

    def packages_in(self) -> str:
        """Schema of the packages: the tables' own at a site without the suite."""
        if self.apps is not None:
            return self.apps
        return self.owner if self.body == "standalone" else "APPS"

    def _grant(self) -> str:
        """PL/SQL that grants `l_privilege` on an object to `l_grantee`: 12.2 has a procedure of its own for that."""
        if self.editioned:
            return f"{self.packages_in().upper()}.AD_ZD.GRANT_PRIVS(l_privilege, l_object, l_grantee)"
        grant = ("'GRANT '", "l_privilege", "' ON '", "l_owner", "'.'", "l_object", "' TO '", "l_grantee")
        return f"EXECUTE IMMEDIATE {' || '.join(grant)}"


def ddl(site: Site, *, uninstall: bool = False) -> Iterator[tuple[str, str]]:
    """Scripts for a DBA, filled in, as (file name, text) in the order they are run in. Raises UsageError."""
    marks = site.marks()
    for name in ("900_uninstall.sql",) if uninstall else _scripts(site):
        yield name, _filled(_read(name), marks)


def statements(site: Site, *, plain: bool = False, tables: bool = True) -> Iterator[str]:
    """Each statement of the scripts as a driver sends it, without its final slash or semicolon.

    `plain` gives what the owner runs in a schema with nothing in it: no block that asks the dictionary first, and no
    schema before a name. `tables` says whether those of a site without the suite are among it.
    """
    schema = f"{site.owner.upper()}."
    for name, text in ddl(site):
        wanted = tables or not name.startswith(TABLES)
        for statement in split(text) if wanted else ():
            if not plain or not statement.startswith(("DECLARE", "BEGIN")):
                yield statement
            else:
                yield from (found.replace(schema, "") for found in _GUARDED.findall(statement))


def split(script: str) -> list[str]:
    """Divide a script into statements: at lines that hold a slash, else at semicolons that end a line."""
    pieces = re.split(r"^/\s*$" if re.search(r"^/\s*$", script, re.MULTILINE) else r";\s*$", script, flags=re.MULTILINE)
    return [bare for bare in map(_without_leading_comments, pieces) if bare]


def call(schema: str | None, procedure: str, names: Iterable[str]) -> str:
    """Block that calls a procedure of the package by named notation, a bind for each name."""
    arguments = ", ".join(f"{name} => :{name}" for name in names)
    return f"BEGIN {qualified(schema)}.{procedure}({arguments}); END;"


def version_query(schema: str | None = None) -> str:
    """Statement that answers with one row of one column: the version, and the name of the body."""
    return f"SELECT {qualified(schema)}.version() AS version FROM dual"


def qualified(schema: str | None) -> str:
    """Name of the package; without a schema it is found by synonym."""
    return f"{schema.upper()}.{NAME}" if schema else NAME


@lru_cache(maxsize=1)
def signatures() -> Mapping[str, tuple[str, ...]]:
    """Names of the parameters by procedure, as the specification has them, all upper case as ALL_ARGUMENTS has them."""
    found = _PROCEDURE.findall(_read("020_api_spec.sql"))
    return {
        procedure.upper(): tuple(name.upper() for name, _, _ in _PARAMETER.findall(parameters))
        for procedure, parameters in found
    }


def _scripts(site: Site) -> list[str]:
    tables = sorted(
        f"standalone/{one.name}" for one in (_folder() / "standalone").iterdir() if one.name.endswith(".sql")
    )
    apart = site.packages_in().upper() != site.owner.upper()
    return [
        *(tables if site.body == "standalone" else []),
        "010_tables.sql",
        *(["012_editioning.sql"] if site.editioned else []),
        *(["015_owner_grants.sql"] if apart and not site.editioned else []),
        "020_api_spec.sql",
        "030_effects_spec.sql",
        f"040_effects_{site.body}.sql",
        "050_api_body.sql",
        *(["060_reader.sql"] if site.reader else []),
        *(["070_writer.sql"] if site.writer else []),
        "090_check.sql",
    ]


def _filled(text: str, marks: Mapping[str, str]) -> str:
    return _MARK.sub(lambda match: marks[match[1]], text)


def _read(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")


def _folder() -> Traversable:
    return files("erp_ar_ext_oracle") / "migrations"


def _without_leading_comments(piece: str) -> str:
    lines = piece.strip().splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("--")):
        del lines[0]
    return "\n".join(lines).strip()

"""Writes the kept translations of this project's packages anew: `python -m double.keep_translations` in tests/oracle.

Each set that is deployed in tests has a file in `translations/`, called after the set and the digest of its sources.
"""

import sys
from pathlib import Path

from erp_ar_ext_oracle.package import BODIES, Site, statements

from double.plsql import TRANSLATIONS, Translation, digest, made, ora2pg, packages

STUBS = Path(__file__).parent.parent / "ebs_stubs"


def source(body: str) -> str:
    """Packages of a body, and of the suite's where the body calls them, as one text."""
    site = Site(body, "XXAR", apps="XXAR")
    ours = [one for one in statements(site, plain=True) if "PACKAGE" in one.split("\n", 1)[0].upper()]
    stubs = [path.read_text(encoding="utf-8") for path in sorted(STUBS.glob("*.pkg.sql"))] if body == "ebs" else []
    return "\n/\n".join([*stubs, *ours]) + "\n/\n"


def kept(body: str) -> Path:
    """File of a body's translation."""
    return TRANSLATIONS / f"{body}.{digest(packages(source(body)))}.sql"


def anew(body: str) -> Translation:
    """Translate a body with ora2pg."""
    return made(packages(source(body)))


def main() -> int:
    """Write every file anew, and remove those that nobody asks for."""
    if ora2pg() is None:
        sys.stderr.write("ora2pg is not installed: apt-get install ora2pg\n")
        return 1
    TRANSLATIONS.mkdir(exist_ok=True)
    wanted = {kept(body): body for body in BODIES}
    for path in set(TRANSLATIONS.glob("*.sql")) - set(wanted):
        path.unlink()
    for path, body in wanted.items():
        path.write_text(anew(body).dump(), encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What is wrong with a policy file, with its place and the next step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from erp_ar_ext.model import Severity


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a policy file; lines and columns count from 1.

    An error makes the policy unusable, a warning does not.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether the policy cannot be used because of it."""
        return self.severity is Severity.ERROR

    def as_dict(self) -> dict[str, object]:
        """For JSON: the keys are the attribute names."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        level = "" if self.is_error else f"{self.severity}: "
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {level}{self.message}{hint}"


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that looks most like a name, whatever its case; None when none comes near."""
    by_small = {candidate.lower(): str(candidate) for candidate in sorted(candidates)}
    found = difflib.get_close_matches(name.lower(), by_small, n=1)
    return by_small[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str], *, otherwise: str | None = None) -> str | None:
    """Hint that names the nearest candidate, else the given hint."""
    candidate = nearest(name, candidates)
    return f"did you mean {candidate!r}?" if candidate else otherwise


def one_of(names: Iterable[str]) -> str:
    """Names as a phrase: `'a', 'b' or 'c'`."""
    quoted = [repr(str(name)) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"

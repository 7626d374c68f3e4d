"""Where checks put what they find."""

from __future__ import annotations

from collections.abc import Iterable

from erp_ar_ext.model import Severity
from erp_ar_ext.policy.parsing import Issue
from erp_ar_ext.policy.problems import Problem
from erp_ar_ext.policy.shape import value_at
from erp_ar_ext.policy.yaml_document import Document, KeyPath


class Report:
    """Problems of one document, each put at the part of the file it is about."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def error(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        """Put an error at the value at a path."""
        self.problems.append(Problem(self.document.file, *self.document.place(path), message, hint))

    def warning_at_key(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        """Put a warning at the key of a path."""
        at = self.document.key_place(path)
        self.problems.append(Problem(self.document.file, *at, message, hint, Severity.WARNING))

    def error_at_key(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        """Put an error at the key of a path."""
        self.problems.append(Problem(self.document.file, *self.document.key_place(path), message, hint))

    def issues(self, path: KeyPath, owner: str, issues: Iterable[Issue]) -> None:
        """Put the issues of a text at the very words they are about."""
        text = value_at(self.document, path)
        for issue in issues:
            at = self.document.place_within(path, text, issue.offset, issue.token)
            message = f"{issue.message} in {owner}"
            self.problems.append(Problem(self.document.file, *at, message, issue.hint, issue.severity))

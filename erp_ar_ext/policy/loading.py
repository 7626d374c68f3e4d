"""From a policy file to a policy, or to all that is wrong with the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from erp_ar_ext.errors import PolicyError
from erp_ar_ext.policy.checks import check_document
from erp_ar_ext.policy.compiled import Policy
from erp_ar_ext.policy.problems import Problem
from erp_ar_ext.policy.shape import shape_problems
from erp_ar_ext.policy.yaml_document import read_document


def check_policy(path: Path) -> tuple[Policy | None, list[Problem]]:
    """Check a policy file without data: the policy where it has no errors, and all problems by line.

    A file that is missing or is not YAML is a problem like any other; warnings come with a policy.
    """
    document = read_document(path)
    problems = list(document.problems)
    written = None
    if isinstance(document.value, Mapping):
        written, of_shape = shape_problems(document)
        problems += [*of_shape, *check_document(document)]
    elif not problems:
        problems.append(Problem(document.file, 1, 1, "holds no policy", "erp-ar policy schema prints what one holds"))
    problems = sorted(set(problems), key=lambda problem: (problem.line, problem.column, problem.message))
    if written is None or any(problem.is_error for problem in problems):
        return None, problems
    return Policy(written), problems


def load_policy(path: Path) -> Policy:
    """Load a policy file. Raises PolicyError with all its errors; warnings are for `check_policy` to tell."""
    policy, problems = check_policy(path)
    if policy is None:
        errors = [problem for problem in problems if problem.is_error]
        raise PolicyError(errors, place=str(path), hint=f"correct the file; erp-ar policy check {path} checks it again")
    return policy

"""Examine an installation: every line says what was found and, where it failed, what to run."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from erp_ar_ext import __version__
from erp_ar_ext.errors import ErpArError
from erp_ar_ext.limits import RunLimits
from erp_ar_ext.model import ISO_4217, short
from erp_ar_ext.policy import check_policy
from erp_ar_ext.spi import Check, ChecksTarget, CheckStatus
from erp_ar_ext.workspace import Workspace

OK, WARNING, FAILED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED


def examine(desk: Workspace) -> list[Check]:
    """Run every check; one that fails does not stop the next."""
    parts: tuple[Callable[[Workspace], list[Check]], ...] = (
        _program,
        _source,
        _target,
        _policy,
        _limits,
        _state,
        _snapshots,
    )
    checks: list[Check] = []
    for part in parts:
        try:
            checks += part(desk)
        except ErpArError as error:
            checks.append(Check(part.__name__.strip("_"), FAILED, str(error), error.hint))
    return checks


def _program(desk: Workspace) -> list[Check]:
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        Check("program", OK, f"erp-ar-ext {__version__} on Python {python}"),
        Check("configuration", OK, str(desk.config.file)),
        *_open_to_others(desk),
    ]


def _open_to_others(desk: Workspace) -> list[Check]:
    """What other users of the machine may read or change, and holds passwords or customers' balances."""
    found = []
    for path in desk.private_files():
        mode = path.stat().st_mode & 0o777 if path.exists() else 0
        if mode & 0o077:
            found.append(Check("privacy", WARNING, f"{path} is open to others (mode {mode:o})", f"chmod go= {path}"))
    return found


def _source(desk: Workspace) -> list[Check]:
    adapter, settings = desk.adapter(desk.config.settings.source)
    with desk.context() as context:
        return [Check("adapter", OK, adapter.info.summary), *adapter.checks(settings, context)]


def _target(desk: Workspace) -> list[Check]:
    adapter, settings = desk.adapter(desk.config.target)
    if not isinstance(adapter, ChecksTarget):
        return []
    with desk.context() as context:
        return adapter.target_checks(settings, context)


def _policy(desk: Workspace) -> list[Check]:
    if desk.config.settings.policy is None:
        return [Check("policy", WARNING, "none is configured", 'add [policy] with file = "policy.yaml"')]
    file = desk.config.policy_file
    policy, problems = check_policy(file)
    if policy is None:
        return [
            Check("policy", FAILED, f"{len(problems)} problems, first: {problems[0]}", f"erp-ar policy check {file}")
        ]
    return [Check("policy", OK, f"{policy.name}: {len(policy.rules)} rules, {len(problems)} warnings")]


def _limits(desk: Workspace) -> list[Check]:
    """Kinds, amounts and names are checked when the configuration is read; what is left may be meant as it is."""
    approvals, limits = desk.config.settings.approvals, desk.config.settings.limits
    unknown = sorted((approvals.currencies() | limits.currencies()) - ISO_4217)
    if unknown:
        hint = "correct it: a currency that a limit does not name is allowed nothing"
        return [Check("limits", WARNING, f"not a currency of ISO 4217: {', '.join(unknown)}", hint)]
    named = f"{len(approvals.checkers)} checkers" + (" and others" if approvals.others else "")
    end = approvals.expires_after_hours
    told = [
        f"approvals by {named}" if approvals.checkers or approvals.others else "whoever is not the maker may approve",
        "approvals do not expire" if end is None else f"approvals expire after {end} hours",
        "no limit of a plan" if limits == RunLimits() else "a plan is limited",
    ]
    return [Check("limits", OK, "; ".join(told))]


def _state(desk: Workspace) -> list[Check]:
    desk.store.database.check()
    return [Check("state database", OK, desk.store.database.place)]


def _snapshots(desk: Workspace) -> list[Check]:
    found = [_writable(desk.config.snapshot_dir)]
    current = desk.store.current_snapshot()
    if current is None:
        return [*found, Check("snapshot", WARNING, "there is none yet", "erp-ar sync")]
    desk.snapshots.open(current).verify()
    return [*found, Check("snapshot", OK, f"{short(current)}, every file has its digest")]


def _writable(folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check("snapshot folder", FAILED, f"{folder}: {error.strerror}", f"make {folder} writable for this user")
    return Check("snapshot folder", OK, str(folder))

"""The application: all commands under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from erp_ar_ext import __version__
from erp_ar_ext.cli import output
from erp_ar_ext.cli.adapter_commands import WithAdapterCommands
from erp_ar_ext.cli.aging import aging_command
from erp_ar_ext.cli.applying import apply_command, recover_command
from erp_ar_ext.cli.approving import approvals_command, approve_command, reject_command, revoke_command
from erp_ar_ext.cli.auditing import audit_verify_command
from erp_ar_ext.cli.checking import integrity_command, tie_out_command
from erp_ar_ext.cli.collecting import collectible_command
from erp_ar_ext.cli.data import sync_command
from erp_ar_ext.cli.exposing import exposure_command
from erp_ar_ext.cli.installation import adapters_command, demo_command, doctor_command
from erp_ar_ext.cli.key_figures import kpi_command
from erp_ar_ext.cli.later import ANY_ARGUMENTS, simulate_command
from erp_ar_ext.cli.options import ConfigFile, remember_config
from erp_ar_ext.cli.planning import explain_command, plan_command, show_command
from erp_ar_ext.cli.policies import policy_check_command, policy_facts_command, policy_schema_command
from erp_ar_ext.cli.reconciling import reconcile_command
from erp_ar_ext.cli.reporting import report_command
from erp_ar_ext.cli.restating import restated_command
from erp_ar_ext.cli.rolling import roll_forward_command
from erp_ar_ext.cli.state import state_ddl_command

app = typer.Typer(
    name="erp-ar",
    cls=WithAdapterCommands,
    help="Plan and apply for receivables: read the sub-ledger, decide by policy, write back once.",
    epilog="A first look without an ERP: erp-ar demo. Then: sync, plan, show, approve, apply, report.",
    no_args_is_help=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_START, _DAILY, _WRITE, _POLICY = "Start here", "Every day", "Write-back", "Policy"


def _version(wanted: bool) -> None:  # noqa: FBT001 - how typer calls an option's callback
    if wanted:
        output.stdout().print(f"erp-ar {__version__}")
        raise typer.Exit


@app.callback()
def common(
    config: ConfigFile = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, on stderr.")] = False,  # noqa: FBT002
    version: Annotated[  # noqa: ARG001, FBT002
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Set up what all commands share."""
    remember_config(config)
    output.configure_logging(verbose=verbose)


app.command("demo", rich_help_panel=_START)(demo_command)
app.command("doctor", rich_help_panel=_START)(doctor_command)
app.command("adapters", rich_help_panel=_START)(adapters_command)
app.command("state-ddl", rich_help_panel=_START)(state_ddl_command)
app.command("sync", rich_help_panel=_DAILY)(sync_command)
app.command("aging", rich_help_panel=_DAILY)(aging_command)
app.command("roll-forward", rich_help_panel=_DAILY)(roll_forward_command)
app.command("restated", rich_help_panel=_DAILY)(restated_command)
app.command("tie-out", rich_help_panel=_DAILY)(tie_out_command)
app.command("integrity", rich_help_panel=_DAILY)(integrity_command)
app.command("kpi", rich_help_panel=_DAILY)(kpi_command)
app.command("collectible", rich_help_panel=_DAILY)(collectible_command)
app.command("exposure", rich_help_panel=_DAILY)(exposure_command)
app.command("plan", rich_help_panel=_DAILY)(plan_command)
app.command("show", rich_help_panel=_DAILY)(show_command)
app.command("explain", rich_help_panel=_DAILY)(explain_command)
app.command("report", rich_help_panel=_DAILY)(report_command)
app.command("approve", rich_help_panel=_WRITE)(approve_command)
app.command("reject", rich_help_panel=_WRITE)(reject_command)
app.command("revoke", rich_help_panel=_WRITE)(revoke_command)
app.command("approvals", rich_help_panel=_WRITE)(approvals_command)
app.command("apply", rich_help_panel=_WRITE)(apply_command)
app.command("recover", rich_help_panel=_WRITE)(recover_command)
app.command("reconcile", rich_help_panel=_WRITE)(reconcile_command)
app.command("simulate", rich_help_panel=_POLICY, context_settings=ANY_ARGUMENTS)(simulate_command)

policy_app = typer.Typer(help="Check a policy, print its JSON Schema, list the facts it may ask about.")
policy_app.command("check")(policy_check_command)
policy_app.command("schema")(policy_schema_command)
policy_app.command("facts")(policy_facts_command)
app.add_typer(policy_app, name="policy", rich_help_panel=_POLICY)

audit_app = typer.Typer(help="The audit trail.")
audit_app.command("verify")(audit_verify_command)
audit_app.callback()(lambda: None)
app.add_typer(audit_app, name="audit", rich_help_panel=_WRITE)

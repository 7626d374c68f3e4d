"""Limits of approvals and of plans, as a user meets them."""

import pytest
from company_in_files import CONFIG

LIMITS = """
[approvals]
expires_after_hours = 72

[[approvals.checkers]]
name = "Ben"
kinds = ["adjustment"]
per_customer = { EUR = "3.50" }

[[approvals.checkers]]
name = "carla"
"""


@pytest.fixture
def limited(planned):
    """A plan that needs approval of a hold, 3.50 euros and 400 yen, where ben may approve the euros alone."""
    company, plan = planned
    company.write("erp-ar.toml", CONFIG + LIMITS)
    return company, plan


def test_an_approval_beyond_a_limit_is_refused_as_a_whole(limited):
    """It names every action with its limit and with who could approve it, in words and for programs, and exits 1."""
    company, plan = limited
    told = company.erp_ar("approve", plan, "--as", "ben")
    assert told.code == 1
    for words in ("ERPAR-0660", "2 of 3 actions", "none was approved", "400 JPY on account A3", "approved by carla"):
        assert words in told.err
    error = company.erp_ar("approve", plan, "--as", "ben", "--json").json["error"]
    assert [(one["limit"], one["currency"], one["reaches"], one["others"]) for one in error["beyond"]] == [
        ("kinds", None, None, ["carla"]),
        ("per_customer", "JPY", "400", ["carla"]),
    ]
    assert company.erp_ar("approvals", plan, "--json").json["totals"] == {
        "waiting": {"actions": 3, "amounts": {"EUR": "-3.50", "JPY": "-400"}}
    }


def test_what_fits_is_approved_and_the_rest_is_told(limited):
    """Each action has its standing, with who approved it and until when; what lacks approval is not sent."""
    company, plan = limited
    answer = company.erp_ar("approve", plan, "--as", "ben", "--within-limits", "--json")
    assert (answer.code, len(answer.json["actions"]), len(answer.json["beyond"])) == (1, 1, 2)
    assert answer.json["totals"]["approved"] == {"actions": 1, "amounts": {"EUR": "-3.50"}}
    approved = [one for one in company.erp_ar("approvals", plan, "--json").json["actions"] if one["checker"]]
    assert [(one["checker"], one["standing"], one["amount"]) for one in approved] == [("ben", "approved", "-3.50")]
    assert approved[0]["expires_at"] > approved[0]["decided_at"]
    shown = company.erp_ar("approvals", plan)
    assert (shown.code, "approved: 1 actions, -3.50 EUR" in shown.out) == (0, True)
    assert company.erp_ar("apply", plan, "--json").json["counts"] == {"approval_missing": 2, "created": 4}
    assert company.erp_ar("approvals", plan, "--json").json["totals"].keys() == {"waiting", "sent"}
    report = company.folder / "report.html"
    assert company.erp_ar("report", plan, "--out", report).code == 0
    assert "waiting for approval" in report.read_text(encoding="utf-8")


def test_an_approval_is_taken_back_by_a_command(limited):
    """Taken back, all of it waits again, and what is already in the ERP stays there."""
    company, plan = limited
    assert company.erp_ar("approve", plan, "--as", "carla").code == 0
    key = company.erp_ar("approvals", plan, "--json").json["actions"][0]["key"]
    answer = company.erp_ar("revoke", plan, "--action", key[:8], "--as", "ben", "--json")
    assert (answer.code, answer.json["decision"], answer.json["actions"]) == (0, "revoked", [key])
    assert "revoked 2 actions" in company.erp_ar("revoke", plan, "--as", "ben").out
    applied = company.erp_ar("apply", plan, "--json")
    assert (applied.code, applied.json["counts"]) == (5, {"approval_missing": 3, "created": 3})
    assert {one["message"] for one in applied.json["actions"] if one["outcome"] == "approval_missing"} == {
        "its approval was taken back by ben"
    }


def test_a_plan_beyond_its_limits_is_not_sent(limited):
    """Apply and its dry run name every limit and by how much, send nothing, and exit 1."""
    company, plan = limited
    company.erp_ar("approve", plan, "--as", "carla")
    company.write("erp-ar.toml", f'{CONFIG}\n[limits]\nactions = 5\nper_plan = {{ EUR = "3.50", JPY = "399" }}\n')
    for options in ([], ["--dry-run"]):
        error = company.erp_ar("apply", plan, "--json", *options).json["error"]
        assert (error["code"], error["exit_code"]) == ("ERPAR-0660", 1)
        assert [one["words"] for one in error["beyond"]] == [
            "actions: 6 actions, 5 are allowed: 1 too many",
            "per_plan: 400 JPY, 399 are allowed: 1 too much",
        ]
    assert not list((company.data / "writeback").glob("*.csv"))
    company.write("erp-ar.toml", f'{CONFIG}\n[limits]\nactions = 6\nper_plan = {{ EUR = "3.50", JPY = "400" }}\n')
    assert company.erp_ar("apply", plan, "--json").json["counts"] == {"created": 6}


def test_the_doctor_says_what_is_limited(limited):
    """What is configured is told; a currency that no list knows is a warning, and what cannot be meant an error."""
    company, _plan = limited
    line = next(one for one in company.erp_ar("doctor", "--json").json["checks"] if one["name"] == "limits")
    assert (line["status"], line["detail"]) == (
        "ok",
        "approvals by 2 checkers; approvals expire after 72 hours; no limit of a plan",
    )
    company.write("erp-ar.toml", CONFIG + LIMITS.replace("EUR", "EUX"))
    line = next(one for one in company.erp_ar("doctor", "--json").json["checks"] if one["name"] == "limits")
    assert (line["status"], line["detail"]) == ("warning", "not a currency of ISO 4217: EUX")
    company.write("erp-ar.toml", CONFIG + LIMITS.replace("carla", "BEN"))
    answer = company.erp_ar("doctor")
    assert (answer.code, "ben is there twice" in answer.err) == (1, True)

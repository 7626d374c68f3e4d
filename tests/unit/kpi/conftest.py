"""Key figures of a small ledger as plain text: `{"DSO_SIMPLE": "31.18"}`, undefined ones with their reason."""

from datetime import date
from pathlib import Path

import pytest

from erp_ar_ext.kpi import Period, Scorecard, Settings, measure
from erp_ar_ext.ledger import Ledger
from erp_ar_ext.policy import load_policy
from erp_ar_ext.policy.schema import Kpi

POLICY = """
policy: 1
name: tested
{sections}
rules:
  - id: remind
    for_each: account
    when: overdue_amount > 0
    action: note
    note_kind: reminder
    text: Please pay.
"""


class Figures:
    """A scorecard, read as text."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        self.document = card.as_dict()

    def __getitem__(self, key):
        """Value by id, `ID CUR` where there are several currencies, `ID of PART` where there are parts."""
        return self.values()[key]

    def values(self):
        """All values, or `undefined: why`."""
        several = len({figure["currency"] for figure in self.document["kpis"]}) > 1
        return {
            " ".join(
                (
                    each["id"],
                    *((each["currency"],) if several else ()),
                    *(("of", each["part"]) if each["part"] else ()),
                )
            ): each["value"] if each["value"] is not None else f"undefined: {each['undefined']}"
            for each in self.document["kpis"]
        }

    def inputs(self, formula_id, currency="USD", part=None):
        """Inputs, and what is told beside them, of one key figure."""
        [found] = [
            each
            for each in self.document["kpis"]
            if (each["id"], each["currency"], each["part"]) == (formula_id, currency, part)
        ]
        return {told["name"]: told["value"] for told in (*found["inputs"], *found["beside"])}

    def checks(self, name):
        """Differences of a check of the tie-out."""
        return [check["difference"] for check in self.document["tie_out"]["checks"] if check["name"] == name]


@pytest.fixture
def kpi(books):
    """Measure a small ledger of text on a day, over whole months, with parameters of the policy's section kpi."""

    def measured(text, day, *ids, months=3, settings=None, currency=None, axis="gl_date", **parameters):
        settings = settings or Settings(kpi=Kpi(**parameters))
        period = Period.of_months(date.fromisoformat(day), months)
        with Ledger(books(text).snapshot, period.last, axis=axis) as ledger:
            figures = Figures(measure(ledger, period, settings, ids=ids, currency=currency))
        assert figures.document["tie_out"]["ok"], figures.card.tie_out.failed
        return figures

    return measured


@pytest.fixture
def settings_of(tmp_path: Path):
    """Settings from the sections of a policy file."""

    def read(sections):
        path = tmp_path / "policy.yaml"
        path.write_text(POLICY.format(sections=sections), encoding="utf-8")
        return Settings.of(load_policy(path))

    return read

"""Approvals of before amounts were kept with them: what an upgrade makes of them."""

import contextlib

import orjson
import pytest
from alembic import command
from alembic.config import Config

from erp_ar_ext.limits import Approvals
from erp_ar_ext.store import Store, migrations_folder
from erp_ar_ext.store.database import Database, connect

ROWS = """\
INSERT INTO plans VALUES ('{plan}', 's', 'p', 'd', '{erp}', '2026-03-02', 'mary', '{at}')
INSERT INTO approvals VALUES ('{plan}', 'sent', 1, 'approved', 'mary', 'carl', '{at}')
INSERT INTO approvals VALUES ('{plan}', 'waits', 1, 'approved', 'mary', 'carl', '{at}')
INSERT INTO outbox VALUES ('sent', '{plan}', '0007', 'adjustment', '-60.00', 'USD', 'erp-ar:sent', '{{}}', 'd', \
'done', NULL, NULL, 1, 1, '{at}', '{at}')"""
ERP = {"adapter": "memory", "name": "memory"}


@pytest.fixture
def of_before(state_url, tmp_path, clock, make_plan, make_write_off):
    """A state database of the schema before, in which carl approved two write-offs of which one was sent."""
    plan = make_plan(make_write_off("sent"), make_write_off("waits"), make_write_off("next"))
    with (
        contextlib.closing(Database(connect(state_url, tmp_path), clock)) as database,
        database.writing() as connection,
    ):
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        filled = ROWS.format(plan=plan.plan_id, at=database.moment(), erp=orjson.dumps(ERP).decode())
        for statement in filled.split("\n"):
            connection.exec_driver_sql(statement)
    return plan


def test_what_was_sent_counts_and_what_waits_is_approved_again(of_before, state_url, tmp_path, clock):
    """The outbox knows the amount of what was sent; of the rest nobody does, so it needs a new word under a limit."""
    with Store.open(state_url, tmp_path, clock=clock) as store:
        assert store.stopped(of_before).keys() == {"next"}
    plan, day = of_before, {"checkers": [{"name": "carl", "per_customer": {"USD": "64.50"}}]}
    with Store.open(state_url, tmp_path, clock=clock, limits=Approvals.model_validate(day)) as store:
        told = {key: one.why for key, one in store.stopped(plan).items()}
        assert told.keys() == {"waits", "next"}
        assert "to be given again" in told["waits"]
        decided, beyond = store.approve_within_limits(plan, ["waits", "next"], "carl")
        assert (decided, [(one.key, str(one.reaches)) for one in beyond]) == (("waits",), [("next", "69.00")])
        assert store.sent_since(store.now(), ERP) == {"USD": 60}

"""The example company, read through the csv adapter once for all of its tests."""

from datetime import date

import pytest

from erp_ar_ext.config import load_config
from erp_ar_ext.demo import DEMO_AS_OF, write_company
from erp_ar_ext.ledger import Ledger
from erp_ar_ext.policy import fact_rules, load_policy
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.spi import ReadContext
from erp_ar_ext.spi.registry import load
from erp_ar_ext.sync import sync


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory):
    """Folder that the example company was written to."""
    folder = tmp_path_factory.mktemp("example")
    write_company(folder)
    return folder


@pytest.fixture(scope="session")
def synced(company_folder, tmp_path_factory):
    """What a sync of the example came to."""
    config = load_config(company_folder / "erp-ar.toml", {})
    section = config.settings.source
    work = tmp_path_factory.mktemp("work")
    context = ReadContext(base_dir=config.base_dir, work_dir=work)
    source = load(section.adapter).open_source(section.settings(), context)
    try:
        return sync(source, snapshots=SnapshotStore(work / "snapshots", work / "quarantine"), work_dir=work)
    finally:
        source.close()


@pytest.fixture(scope="session")
def policy(company_folder):
    """Return the example's policy."""
    return load_policy(company_folder / "policy.yaml")


@pytest.fixture(scope="session")
def ledger(synced, policy):
    """Return the example's ledger as of its own day, with the facts that its policy asks about."""
    assert date(2026, 1, 31) == DEMO_AS_OF
    with Ledger(synced.snapshot, DEMO_AS_OF) as opened:
        opened.define_facts(fact_rules(policy))
        yield opened

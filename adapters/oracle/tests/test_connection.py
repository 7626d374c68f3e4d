"""What a session is set to, and how often a connection is tried."""

import oracledb
import pytest
import sqlalchemy as sa
from erp_ar_ext_oracle.connection import connected, open_engine
from erp_ar_ext_oracle.settings import parse

from erp_ar_ext.errors import SourceError

NOWHERE = {"dsn": "127.0.0.1:1/x", "user": "u", "password": "s3cret-word", "connect_timeout_seconds": 1}


@pytest.mark.demands("oracle.connect_again")
def test_connecting_is_tried_as_often_as_the_settings_say(tmp_path):
    """Further and further apart; then the address is named, and no secret."""
    settings = parse({**NOWHERE, "retries": 2})
    waited = []
    with (
        pytest.raises(SourceError, match="cannot be reached") as caught,
        connected(open_engine(settings, tmp_path), settings, SourceError, sleep=waited.append),
    ):
        pass
    assert len(waited) == 2
    assert caught.value.place == "oracle 127.0.0.1:1/x"
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_an_engine_shows_no_secret(tmp_path):
    """Its URL has none, so that nothing that prints it can."""
    engine = open_engine(parse(NOWHERE), tmp_path)
    assert isinstance(engine, sa.Engine)
    assert str(engine.url) == "oracle+oracledb://"


def test_the_driver_stays_thin_unless_it_is_told(tmp_path):
    """A process is thin or thick, and an engine alone must not decide it."""
    open_engine(parse(NOWHERE), tmp_path)
    assert oracledb.is_thin_mode()

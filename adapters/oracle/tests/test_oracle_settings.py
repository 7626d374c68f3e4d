"""The section of erp-ar.toml: what is refused, and that no secret is ever shown."""

import pytest
from erp_ar_ext_oracle.settings import OracleSettings, identity, parse

from erp_ar_ext.errors import ConfigError

GIVEN = {"dsn": "db.example:1521/PROD", "user": "erp_ar", "password": "s3cret-word"}


def test_the_password_is_shown_nowhere():
    """Neither as text nor in the repr."""
    settings = parse(GIVEN)
    assert "s3cret" not in f"{settings} {settings!r} {settings.password}"
    assert settings.password.get_secret_value() == "s3cret-word"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pasword": "s3cret-word"}, "pasword is not a setting; did you mean 'password'?"),
        ({"dsn": ""}, "dsn"),
        ({"schema": "APPS; DROP TABLE x"}, "schema: 'APPS; DROP TABLE x' is not a plain Oracle name"),
        ({"language": "AMERICAN' x"}, "language"),
        ({"consistency": "serializable"}, "consistency"),
        ({"org_ids": ["s3cret-word"]}, "org_ids"),
        ({"batch_rows": 0}, "batch_rows"),
        ({"reference_attribute": 16}, "reference_attribute"),
        ({"credit_limit_currency": "usd"}, "credit_limit_currency"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(change, words):
    """The setting, what is wrong with it, and a hint; the value of a secret is in none of them."""
    with pytest.raises(ConfigError) as caught:
        parse({**GIVEN, **change})
    assert words in str(caught.value)
    assert caught.value.hint
    assert caught.value.__cause__ is None
    assert "s3cret" not in str(caught.value)


def test_a_missing_setting_is_named():
    """All of them at once."""
    with pytest.raises(ConfigError, match="dsn is missing; user is missing; password is missing"):
        parse({})


@pytest.mark.parametrize(
    ("dsn", "name"),
    [
        ("db.example:1521/PROD", "PROD"),
        ("tcps://db.example:2484/PROD?wallet_location=/w", "PROD"),
        ("PROD_ALIAS", "PROD_ALIAS"),
        ("(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=1))(CONNECT_DATA=(SERVICE_NAME=prod.example)))", "prod.example"),
    ],
)
def test_an_erp_is_named_by_its_service_and_not_by_its_host(dsn, name):
    """The same database by another host or user is the same ERP."""
    assert identity(parse({**GIVEN, "dsn": dsn})) == {"adapter": "oracle", "name": name}


def test_a_name_that_is_given_stands():
    """Whatever the address."""
    assert identity(parse({**GIVEN, "name": "group"}))["name"] == "group"


def test_every_setting_is_explained():
    """The documentation is made of the descriptions."""
    unexplained = [name for name, field in OracleSettings.model_fields.items() if not field.description]
    assert unexplained == ["adapter"]

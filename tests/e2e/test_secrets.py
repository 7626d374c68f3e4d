"""Secrets come from the environment, a file or the keyring, reach the adapter, and are never printed."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from pydantic import BaseModel, SecretStr

from erp_ar_ext.errors import SourceError
from erp_ar_ext.spi import AdapterInfo, Check, CheckStatus, registry

PLANTED = 'tr0ub4dor"&3'


class Settings(BaseModel):
    """A server that wants to know who asks."""

    user: str
    password: SecretStr | None = None
    certificate: dict[str, str] | None = None


class TalkativeAdapter:
    """An adapter whose driver repeats the password in all that it says."""

    info = AdapterInfo("talkative", "1", "talks", Settings)

    def __init__(self):
        self.settings = []

    def open_source(self, settings, _context):
        """Fail, and tell why."""
        self.settings.append(settings)
        raise SourceError(f"login as {PLANTED} refused", place=f"dsn?password={PLANTED}", hint=f"is {PLANTED} right?")

    open_target = open_source

    def checks(self, settings, _context):
        """Find fault, and tell why."""
        self.settings.append(settings)
        return [Check("login", CheckStatus.FAILED, f"{PLANTED} refused", f"is {PLANTED} right?")]


@pytest.fixture
def adapter(monkeypatch):
    """The adapter, known for the time of the test."""
    made = TalkativeAdapter()
    monkeypatch.setitem(registry._registered, "talkative", made)
    return made


@pytest.fixture
def configure(company, adapter):  # noqa: ARG001 - the adapter must be known
    """Write a configuration for the adapter."""

    def write(password, user='"anna"'):
        settings = f"password = {password}\n" if password else ""
        company.write("erp-ar.toml", f'[source]\nadapter = "talkative"\nuser = {user}\n{settings}')
        return company

    return write


def keyring(**entries):
    """A module like the keyring package."""
    made = ModuleType("keyring")
    made.errors = SimpleNamespace(KeyringError=RuntimeError)
    made.get_password = lambda service, user: entries.get(f"{service}_{user}")
    return made


@pytest.mark.parametrize("kept", ["file", "keyring", "environment", "file named by the environment"])
def test_a_secret_reaches_the_adapter_and_nobody_else(configure, adapter, monkeypatch, kept):
    """Whatever the adapter says of it: no output and no file of ours shows it."""
    company = configure({"file": '{ file = "secret" }', "keyring": '{ keyring = ["erp", "anna"] }'}.get(kept))
    if kept.startswith("file"):
        company.write("secret", PLANTED + "\n")
    monkeypatch.setitem(sys.modules, "keyring", keyring(erp_anna=PLANTED))
    if kept == "environment":
        monkeypatch.setenv("ERP_AR__SOURCE__PASSWORD", PLANTED)
    elif kept.endswith("environment"):
        monkeypatch.setenv("ERP_AR__SOURCE__PASSWORD__FILE", "secret")

    for command in (
        ["doctor"],
        ["doctor", "--json"],
        ["sync"],
        ["sync", "--json"],
        ["recover", "--json"],
        ["adapters"],
    ):
        answer = company.erp_ar(*command)
        assert PLANTED not in answer.out + answer.err
        assert "tr0ub4dor" not in answer.out + answer.err
        assert command == ["adapters"] or "**********" in answer.out + answer.err
    assert {settings["password"].get_secret_value() for settings in adapter.settings} == {PLANTED}
    ours = [path for path in company.folder.rglob("*") if path.is_file() and path.name != "secret"]
    assert [path for path in ours if b"tr0ub4dor" in path.read_bytes()] == []


def test_any_value_may_be_kept_elsewhere(configure, adapter):
    """A setting that the adapter has as plain text is plain text to it, and masked all the same."""
    company = configure(None, user='{ file = "secret" }')
    company.write("secret", PLANTED)
    assert PLANTED not in company.erp_ar("sync", "--json").out
    assert adapter.settings == [{"user": PLANTED}]


def test_a_table_of_the_adapters_own_is_left_to_it(configure, adapter):
    """A setting that is a table for the adapter may have a key called file."""
    company = configure('"x"\ncertificate = { file = "server.pem" }')
    company.erp_ar("sync")
    assert adapter.settings[0]["certificate"] == {"file": "server.pem"}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ('{ file = "nowhere" }', "nowhere cannot be read: No such file or directory"),
        ('{ file = "empty" }', "empty is empty"),
        ('{ file = "bytes" }', "it is not UTF-8"),
        ("{ file = 5 }", "does not say where its value is kept"),
        ('{ keyring = "erp" }', "does not say where its value is kept"),
        ('{ file = "secret", keyring = ["erp", "anna"] }', "does not say where its value is kept"),
        ('{ keyring = ["erp", "ben"] }', "the keyring has nothing for 'ben' of 'erp'"),
    ],
)
def test_a_reference_to_nothing(configure, monkeypatch, password, words):
    """The setting and the place are named, with what to do."""
    company = configure(password)
    company.write("empty", "\n")
    (company.folder / "bytes").write_bytes(b"\xff\xfe\xfa")
    monkeypatch.setitem(sys.modules, "keyring", keyring(erp_anna=PLANTED))
    error = company.erp_ar("sync", "--json").json["error"]
    assert (error["code"], error["place"]) == ("ERPAR-0100", "source.password")
    assert words in error["message"]
    assert error["hint"]


def test_the_keyring_is_not_installed(configure, monkeypatch):
    """It is an extra: the error says how to get it."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = configure('{ keyring = ["erp", "anna"] }').erp_ar("sync", "--json").json["error"]
    assert "erp-ar-ext[keyring]" in error["hint"]


def test_the_state_database_may_be_kept_elsewhere(company):
    """Its URL holds a password, on a server."""
    company.write("state-url", "sqlite:///elsewhere.db\n")
    company.write(
        "erp-ar.toml", (company.folder / "erp-ar.toml").read_text() + '\n[state]\nurl = { file = "state-url" }\n'
    )
    assert company.erp_ar("sync").code == 0
    assert (company.folder / "elsewhere.db").exists()

"""Secrets come from the environment, a file or the keyring, reach the adapter, and are never printed."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from urllib.parse import quote, quote_plus

import pytest
from pydantic import BaseModel, SecretStr

from erp_ar_ext import secrets
from erp_ar_ext.errors import SourceError, TransientWriteError
from erp_ar_ext.model import Finding, Severity
from erp_ar_ext.spi import AdapterInfo, Check, CheckStatus, registry
from erp_ar_ext.testing import COMPANY, MemoryErp
from erp_ar_ext.testing.memory import MemoryAdapter, MemorySource, MemoryTarget

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


def written(secret):
    """Every way in which a secret could be written down."""
    urls = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    plain = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], html.escape(secret)}
    return [one.encode() for one in plain | urls | {url.lower() for url in urls}]


def seen(company, secret, *told, but=()):
    """Where a secret stands: in what was told, or in a file of the installation."""
    needles = written(secret)
    texts = {f"output {place}": text.encode() for place, text in enumerate(told)}
    files = {path.name: path.read_bytes() for path in company.folder.rglob("*") if path.is_file()}
    texts |= {name: content for name, content in files.items() if name not in {"erp-ar.toml", *but}}
    return sorted({name for name, text in texts.items() for needle in needles if needle in text})


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """No test masks what only another one knows."""
    monkeypatch.setattr(secrets, "_known", set())


class IndiscreetTarget(MemoryTarget):
    """Writes, and names the password in each answer and in each of its two failures."""

    asked = 0

    def write(self, intents):
        """Write nothing, then lose the connection, then answer."""
        type(self).asked += 1
        if type(self).asked == 1:
            raise TransientWriteError(f"as {PLANTED}: try again", place=PLANTED)
        if type(self).asked == 2:
            raise ConnectionError(PLANTED)
        return [replace(one, message=f"said {PLANTED}") for one in super().write(intents)]

    def check(self, intents):
        """Answer."""
        return [replace(one, message=f"said {PLANTED}") for one in super().check(intents)]

    def look_up(self, intents):
        """Answer."""
        return [one and replace(one, message=f"said {PLANTED}") for one in super().look_up(intents)]


class IndiscreetSource(MemorySource):
    """Reads, and names the password in what it notices."""

    def findings(self):
        """Notice something."""
        return [Finding("noticed", Severity.INFO, f"as {PLANTED}", place=PLANTED)]


class IndiscreetAdapter(MemoryAdapter):
    """An ERP in memory that talks."""

    info = replace(MemoryAdapter.info, name="talkative", settings=Settings)

    def open_source(self, settings, context):  # noqa: ARG002 - the protocol's
        """Open for reading."""
        return IndiscreetSource(self.erp, context)

    def open_target(self, settings, context):  # noqa: ARG002
        """Open for writing."""
        return IndiscreetTarget(self.erp)


def test_a_main_job_leaves_no_secret_anywhere(company, monkeypatch):
    """Snapshot, plan, outbox, audit trail, report, logs: what an adapter says is masked before it is kept or shown."""
    monkeypatch.setitem(registry._registered, "talkative", IndiscreetAdapter(MemoryErp.of(COMPANY)))
    monkeypatch.setattr(IndiscreetTarget, "asked", 0)
    policy = (company.folder / "policy.yaml").name
    company.write(
        "erp-ar.toml",
        f'[source]\nadapter = "talkative"\nuser = "anna"\npassword = {json.dumps(PLANTED)}\n'
        f'[policy]\nfile = "{policy}"\n',
    )
    told = []
    for command in (
        ["--verbose", "sync", "--full"],
        ["plan", "--as-of", "2026-03-02", "--out", "plan.json", "--as", "mary"],
        ["--verbose", "apply", "plan.json", "--dry-run", "--json"],
        ["approve", "plan.json", "--as", "bob"],
        ["--verbose", "apply", "plan.json"],
        ["--verbose", "recover", "--json"],
        ["apply", "plan.json", "--json"],
        ["show", "plan.json"],
        ["report", "plan.json", "--out", "report.html"],
        ["reconcile", "--json"],
        ["audit", "verify", "--json"],
        ["doctor"],
    ):
        files = {name: str(company.folder / name) for name in ("plan.json", "report.html")}
        answer = company.erp_ar(*(files.get(part, part) for part in command))
        assert answer.code not in (1, 64) or command == ["doctor"], answer.err
        told += [answer.out, answer.err]
    assert IndiscreetTarget.asked == 3
    assert "said **********" in "".join(told)
    assert seen(company, PLANTED, *told) == []


FAULTS = {
    "postgresql refused": ("state", "postgresql://anna:{url}@127.0.0.1:1/books"),
    "postgresql, a port that is none": ("state", "postgresql://anna:{url}@127.0.0.1:port/books"),
    "postgresql, not quoted": ("state", "postgresql://anna:{raw}@127.0.0.1:1/books"),
    "postgresql, in the query": ("state", "postgresql://anna@127.0.0.1:1/books?password={url}&sslmode=none"),
    "postgresql, an unknown option": ("state", "postgresql://anna:{url}@127.0.0.1:1/books?no_such_option={url}"),
    "oracle refused": ("state", "oracle://anna:{url}@127.0.0.1:1/?service_name=books"),
    "oracle, an unknown driver": ("state", "oracle+nothing://anna:{url}@127.0.0.1:1/books"),
    "sqlite with a password": ("state", "sqlite://anna:{url}@/books.db"),
    "an unknown database": ("state", "nothing://anna:{url}@127.0.0.1/books"),
    "the oracle adapter, refused": ("source", 'dsn = "127.0.0.1:1/books"\nuser = "anna"\npassword = {toml}'),
    "the oracle adapter, no dsn": ("source", 'dsn = "(DESCRIPTION="\nuser = "anna"\npassword = {toml}'),
    "the oracle adapter's wallet": (
        "source",
        'dsn = "tcps://127.0.0.1:1/books"\nuser = "anna"\npassword = "other"\nwallet_password = {toml}',
    ),
    "a setting that is none": ("source", 'dsn = "x"\nuser = "anna"\npassword = {toml}\nretries = "many"'),
    "a password that is no text": ("source", 'dsn = "x"\nuser = "anna"\npassword = [{toml}]'),
    "a section that is none": ("source", 'dsn = "x"\npassword = {toml}\n[nothing]\npassword = {toml}'),
    "not TOML": ("source", "password = {toml} {toml}"),
}


def configuration(kind, text, secret):
    """A configuration that holds a secret and cannot work."""
    filled = text.format(url=quote(secret, safe=""), raw=secret, toml=json.dumps(secret))
    if kind == "state":
        return f'[source]\nadapter = "csv"\npath = "data"\n[state]\nurl = {json.dumps(filled)}\n'
    return f'[source]\nadapter = "oracle"\n{filled}\n'


@pytest.mark.parametrize(("kind", "text"), FAULTS.values(), ids=FAULTS)
def test_a_driver_that_fails_does_not_repeat_the_password(company, monkeypatch, kind, text):
    """Refused, unknown or malformed: words, JSON and log lines of every command show none of it."""
    monkeypatch.setenv("ERP_AR_DEBUG", "1")
    secret = 'pl4nted"&/ [b]%41'
    company.write("erp-ar.toml", configuration(kind, text, secret))
    for command in (["--verbose", "sync", "--json"], ["doctor"], ["recover"], ["state-ddl"], ["adapters"]):
        answer = company.erp_ar(*command)
        assert seen(company, secret, answer.out, answer.err) == [], command


def test_a_wrong_password_is_not_repeated_by_oracle(company, ebs_schema):
    """The double refuses it as Oracle does: ORA-01017, and no word of what was tried."""
    settings = {**ebs_schema.settings, "password": PLANTED}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    company.write("erp-ar.toml", f'[source]\nadapter = "oracle"\n{lines}\n')
    answers = [company.erp_ar("--verbose", *command) for command in (["sync"], ["doctor"], ["recover", "--json"])]
    told = [text for answer in answers for text in (answer.out, answer.err)]
    assert "ORA-01017" in "".join(told)
    assert seen(company, PLANTED, *told) == []


UNEXPECTED = """
import sys
from erp_ar_ext.cli.main import main
from erp_ar_ext.workspace import Workspace

def fail(*_arguments, **_more):
    try:
        raise KeyError(sys.argv[1])
    except KeyError as error:
        raise RuntimeError("connect(password=%r)" % sys.argv[1]) from error

Workspace.sync = fail
main(["--verbose", "sync", "--json"])
"""


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_traceback_shows_no_secret(company, debug):
    """An unexpected error is told with its trace where that is asked for, and the password in it is masked."""
    company.write("erp-ar.toml", f'[source]\nadapter = "csv"\npath = "data"\npassword = {json.dumps(PLANTED)}\n')
    ended = subprocess.run(
        [sys.executable, "-c", UNEXPECTED, PLANTED],
        cwd=company.folder,
        env={**os.environ, "ERP_AR_DEBUG": debug},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ("Traceback" in ended.stderr) is bool(debug)
    assert "connect(password=" in ended.stderr
    assert seen(company, PLANTED, ended.stdout, ended.stderr) == []

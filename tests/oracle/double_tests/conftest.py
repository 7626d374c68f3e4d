"""Doubles of both versions, a user of its own for each test."""

import secrets
from dataclasses import dataclass

import oracledb
import pytest
from double.handle import Double


@pytest.fixture(scope="session")
def doubles(postgresql_server):
    """Give a running double of a version; both run once in a session."""
    running = {}

    def get(profile):
        if profile not in running:
            running[profile] = Double.start(postgresql_server, {"SYSTEM": "manager"}, profile=profile)
        return running[profile]

    yield get
    for one in running.values():
        one.stop()


@pytest.fixture(params=["19", "23"])
def profile(request):
    """Version that the double plays."""
    return request.param


@dataclass
class User:
    """A user of a double."""

    double: Double
    name: str

    def connect(self, **settings):
        """Open a connection."""
        return oracledb.connect(user=self.name, password="tiger", dsn=self.double.dsn, **settings)

    @property
    def url(self):
        """SQLAlchemy URL."""
        return f"oracle+oracledb://{self.name}:tiger@127.0.0.1:{self.double.port}/?service_name=FREEPDB1"


@pytest.fixture
def make_user(doubles):
    """Make users on a double; they and the faults are gone after the test."""
    made = []

    def make(profile="19"):
        user = User(doubles(profile), f"U{secrets.token_hex(5)}".upper())
        user.double.add_user(user.name, "tiger")
        made.append(user)
        return user

    yield make
    for user in made:
        user.double.clear_faults()
        user.double.drop_user(user.name)


@pytest.fixture
def scott(make_user, profile):
    """A user, on a double of each version in turn."""
    return make_user(profile)


@pytest.fixture
def user(make_user):
    """A user, where the version makes no difference."""
    return make_user()


@pytest.fixture
def connection(user):
    """An open connection."""
    with user.connect() as opened:
        yield opened


@pytest.fixture
def cursor(connection):
    """A cursor on it."""
    with connection.cursor() as opened:
        yield opened


@pytest.fixture
def value(cursor):
    """Value of an expression, numbers as decimals."""

    def get(expression, binds=()):
        with oracledb_decimals():
            return cursor.execute(f"SELECT {expression} AS v FROM dual", binds).fetchone()[0]

    return get


class oracledb_decimals:  # noqa: N801 - reads as a function
    """Let the driver give decimals."""

    def __enter__(self):
        self._was = oracledb.defaults.fetch_decimals
        oracledb.defaults.fetch_decimals = True

    def __exit__(self, *_error):
        oracledb.defaults.fetch_decimals = self._was


@pytest.fixture
def fails():
    """Check that a call fails with a code; gives the error."""

    def check(code, call, *arguments):
        with pytest.raises(oracledb.Error) as caught:
            call(*arguments)
        error = caught.value.args[0]
        assert error.full_code == code, str(error)
        return error

    return check

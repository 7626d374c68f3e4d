"""The adapter's section of erp-ar.toml, checked before any connection is opened."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from erp_ar_ext.errors import ConfigError

PLACE = "oracle adapter settings"
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_$#]{0,127}", re.ASCII)
"""A plain Oracle name: it goes into statements as it is, so nothing else may pass."""


class OracleSettings(BaseModel):
    """Section `[source]` or `[target]` of erp-ar.toml for `adapter = "oracle"`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: Literal["oracle"] = "oracle"
    dsn: str = Field(min_length=1, description="Easy Connect string (`host:1521/service`) or TNS alias.")
    user: str = Field(min_length=1, description="A database user with the grants of docs/oracle.md.")
    password: SecretStr = Field(description="Its password; better kept in a file, the keyring or the environment.")
    name: str | None = Field(
        default=None, min_length=1, description="Name of this ERP in plans; the service or alias of `dsn` unless said."
    )
    org_ids: tuple[int, ...] = Field(
        default=(), description="ORG_ID of the operating units to read; none means all that the user can see."
    )
    # `schema` would hide a method of pydantic's own
    schema_: str | None = Field(
        default=None,
        alias="schema",
        description="Schema that unqualified names mean, as APPS; the user's own, with its synonyms, unless said.",
    )
    thick: bool | Path = Field(
        default=False, description="Use Oracle's client libraries: true, or the folder they are in. One mode a process."
    )
    config_dir: Path | None = Field(default=None, description="Folder of tnsnames.ora.")
    wallet_location: Path | None = Field(default=None, description="Folder of the wallet, for TLS.")
    wallet_password: SecretStr | None = Field(default=None, description="Password of the wallet.")
    edition: str | None = Field(default=None, description="Edition of the session; the service's own unless told.")
    connect_timeout_seconds: float = Field(default=20, gt=0, le=3_600, description="Longest wait for a connection.")
    call_timeout_seconds: float = Field(
        default=300, ge=0, le=86_400, description="Longest wait for one answer of the database; 0 waits for ever."
    )
    retries: int = Field(
        default=3, ge=0, le=100, description="Further tries where the error table says that one may help."
    )
    batch_rows: int = Field(default=20_000, ge=1, le=1_000_000, description="Rows of one round trip, and of one batch.")
    consistency: Literal["read_only", "statement"] = Field(
        default="read_only",
        description="read_only: all entities as of one moment, in one read-only transaction; statement: each "
        "statement as of its own start, where long transactions are not wanted.",
    )
    language: str = Field(
        default="AMERICAN", description="NLS_LANGUAGE of the session: of names of terms, and of messages."
    )
    credit_limit_currency: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="Currency whose credit limit is read where an account has several; unless said, an account's "
        "limit is read where it has one.",
    )
    rate_type: str = Field(default="Corporate", min_length=1, description="CONVERSION_TYPE of the daily rates to read.")
    reference_attribute: int = Field(
        default=15,
        ge=1,
        le=15,
        description="Number of the ATTRIBUTE column of adjustments, holds and notes that holds the external reference.",
    )
    adjustment_activity: str | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="Name of the receivables activity that adjustments are booked under; needed where an operating "
        "unit has several of type ADJUST.",
    )
    adjustment_reason: str | None = Field(
        default=None, min_length=1, max_length=30, description="REASON_CODE of adjustments, of lookup ADJUST_REASON."
    )
    package: str | None = Field(
        default=None, description="Schema of XXAR_EXT_API and its table of requests; found by synonym unless said."
    )
    module: str = Field(default="erp-ar", min_length=1, max_length=48, description="MODULE in V$SESSION.")
    client_identifier: str = Field(
        default="erp-ar", min_length=1, max_length=64, description="CLIENT_IDENTIFIER in V$SESSION and audit trails."
    )

    @field_validator("schema_", "edition", "package", "language")
    @classmethod
    def _plain_name(cls, value: str | None) -> str | None:
        if value is not None and not IDENTIFIER.fullmatch(value):
            message = f"{value!r} is not a plain Oracle name"
            raise ValueError(message)
        return value


def parse(settings: Mapping[str, Any]) -> OracleSettings:
    """Check the section. Raises ConfigError that names every setting that cannot be used, and shows no value."""
    try:
        return OracleSettings.model_validate(dict(settings))
    except ValidationError as error:
        problems = [_worded(one["loc"], one["type"], one["msg"]) for one in error.errors(include_input=False)]
        hint = "correct erp-ar.toml; docs/reference/configuration.md lists all settings"
        # the cause would show what was given, a password among it
        raise ConfigError("; ".join(problems), place=PLACE, hint=hint) from None


def identity(settings: OracleSettings) -> dict[str, str]:
    """What names this ERP in plans: the name it is given, else the service of its address; never host or user."""
    service = re.split(r"[/?]", settings.dsn.rpartition("//")[2])
    unnamed = service[1] if len(service) > 1 and service[1] else service[0]
    if "(" in unnamed or not unnamed:
        found = re.search(r"SERVICE_NAME\s*=\s*([^)\s]+)", settings.dsn, re.IGNORECASE)
        unnamed = found[1] if found else "oracle"
    return {"adapter": "oracle", "name": settings.name or unnamed}


def _worded(place: tuple[int | str, ...], kind: str, message: str) -> str:
    where = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in OracleSettings.model_fields.items()]
        close = difflib.get_close_matches(where, known, n=1)
        return f"{where} is not a setting" + (f"; did you mean {close[0]!r}?" if close else "")
    if kind == "missing":
        return f"{where} is missing"
    return f"{where}: {message.removeprefix('Value error, ')}"

"""Configuration: `erp-ar.toml`, overridden value by value from the environment.

The file is the one given by `--config`, else by `ERP_AR_CONFIG`, else `erp-ar.toml` in the current folder. A value
is overridden by a variable such as `ERP_AR__SOURCE__PATH`. Relative paths start at the folder of the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from erp_ar_ext.errors import ConfigError
from erp_ar_ext.limits import Approvals, RunLimits
from erp_ar_ext.secrets import holds_secret, remember_named, remember_url

FILE_NAME = "erp-ar.toml"
ENVIRONMENT_VARIABLE = "ERP_AR_CONFIG"
ENVIRONMENT_PREFIX, NESTED = "ERP_AR__", "__"
_HINT = "see docs/reference/configuration.md"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AdapterSection(BaseModel):
    """`[source]` or `[target]`: an adapter and that adapter's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    adapter: str = Field(description="Name of an installed adapter: csv, oracle, ...")

    def settings(self) -> dict[str, Any]:
        """Return the adapter's own settings."""
        return dict(self.model_extra or {})

    def __repr_args__(self) -> Iterator[tuple[str, str]]:
        """Show no settings: one of them may be a password from the environment."""
        yield "adapter", self.adapter


class StateSection(_Section):
    """`[state]`: where runs, approvals and the outbox are kept."""

    url: str | dict[Literal["file", "keyring"], Any] = Field(
        "sqlite:///.erp-ar/state.db", min_length=1, description="Any SQLAlchemy URL, or where it is kept."
    )


class SnapshotSection(_Section):
    """`[snapshot]`: where snapshots are kept."""

    path: Path = Field(Path(".erp-ar/snapshots"), description="Folder of the snapshots.")
    retention: int = Field(30, ge=1, description="At least so many of the newest snapshots are kept.")
    retention_days: int = Field(
        90, ge=0, le=36_500, description="Every snapshot that was the current one in the last so many days is kept."
    )
    month_ends: int = Field(
        24, ge=0, le=1_200, description="The snapshot at the end of each of the last so many calendar months is kept."
    )


class SyncSection(_Section):
    """`[sync]`: how much is read. Only a source that knows its changes can be read incrementally."""

    mode: Literal["incremental", "full"] = Field(
        "incremental", description="incremental: only changes, where the source can tell them; full: always all."
    )
    overlap_minutes: int = Field(
        120,
        ge=0,
        le=1_000_000,
        description="How far a sync reaches back behind the last: longer than the ERP's longest transaction, and than "
        "the hour that a clock without a zone repeats in autumn.",
    )
    sweep_hours: int = Field(
        24,
        ge=0,
        le=100_000,
        description="How often every key is compared, to find rows that are gone or changed without a trace; "
        "0: with every sync.",
    )


class PolicySection(_Section):
    """`[policy]`: which policy decides."""

    file: Path = Field(description="The policy's YAML file.")


class EngineSection(_Section):
    """`[engine]`: what runs the ledger's SQL."""

    name: Literal["duckdb"] = Field("duckdb", description="duckdb; spark comes with a later release.")
    memory_limit: str = Field("1GB", description="What DuckDB may use before it spills to disk.")

    @field_validator("memory_limit")
    @classmethod
    def _amount_of_memory(cls, text: str) -> str:
        if not re.fullmatch(r"\s*[0-9]*[1-9][0-9]*(\.[0-9]+)?\s*([KMGT](i?B)?|%)\s*", text, re.IGNORECASE):
            message = f"{text!r} is not an amount of memory; for example 500MB or 4GB"
            raise ValueError(message)
        return text


class CompanySection(_Section):
    """`[company]`: what is true of the whole company."""

    name: str = Field("default", description="Tells companies apart that write into one ERP; part of every key.")
    functional_currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="ISO 4217 code.")
    time_zone: str = Field("UTC", description="Zone of the business day, of its end, and of month ends.")
    calendar: str | None = Field(None, description="Name of the business calendar.")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"{name!r} is not a time zone; for example Europe/Berlin"
            raise ValueError(message) from error
        return name


class Settings(BaseSettings):
    """All sections of the configuration."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter=NESTED
    )

    source: AdapterSection
    target: AdapterSection | None = None
    state: StateSection = StateSection()
    snapshot: SnapshotSection = SnapshotSection()
    sync: SyncSection = SyncSection()
    policy: PolicySection | None = None
    engine: EngineSection = EngineSection()
    company: CompanySection = CompanySection()
    approvals: Approvals = Approvals()
    limits: RunLimits = RunLimits()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values come as arguments."""
        assert isinstance(env_settings, EnvSettingsSource)  # noqa: S101 - the base class says no more than "callable"
        return env_settings, init_settings


class Config(BaseModel):
    """The settings, and the folder that relative paths start from."""

    model_config = ConfigDict(frozen=True)

    file: Path
    settings: Settings

    @property
    def base_dir(self) -> Path:
        """Folder of the configuration file."""
        return self.file.parent

    @property
    def state_dir(self) -> Path:
        """Folder for what is neither configuration nor a snapshot: plans, reports, quarantine, scratch files."""
        return self.base_dir / ".erp-ar"

    @property
    def snapshot_dir(self) -> Path:
        """Folder of the snapshots."""
        return self.base_dir / self.settings.snapshot.path

    def file_has_secrets(self) -> bool:
        """Whether a secret stands in the file itself, and not in the environment, a file of its own or the keyring."""
        return any(holds_secret(section) for section in tomllib.loads(self.file.read_text(encoding="utf-8")).values())

    @property
    def zone(self) -> ZoneInfo:
        """Zone of the business day."""
        return ZoneInfo(self.settings.company.time_zone)

    @property
    def policy_file(self) -> Path:
        """The policy's file. Raises ConfigError where none is named."""
        if self.settings.policy is None:
            raise ConfigError("names no policy", place=str(self.file), hint='add [policy] with file = "policy.yaml"')
        return self.base_dir / self.settings.policy.file

    @property
    def target(self) -> AdapterSection:
        """Where actions are written: the source unless `[target]` says otherwise."""
        return self.settings.target or self.settings.source


def load_config(explicit: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Find, read and check the configuration. Raises ConfigError that names the file, the setting and what to do."""
    file = _find(explicit, environment)
    _check_environment(environment)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        _remember_secrets(values, environment)
        config = Config(file=file, settings=Settings(**values))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", place=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", place=str(file), hint=_HINT) from error
    except ValidationError as error:
        raise ConfigError(_wording(error, environment), place=str(file), hint=_HINT) from error
    for folder in (config.base_dir, config.snapshot_dir):
        _check_folder(folder)
    return config


def _remember_secrets(values: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Mask the secrets of file and environment before anything can repeat one, be it this configuration's error."""
    ours = {name.upper(): value for name, value in environment.items() if name.upper().startswith(ENVIRONMENT_PREFIX)}
    remember_named({name: value for name, value in ours.items() if not name.endswith(("__FILE", "__KEYRING"))})
    remember_named(values)
    state = values.get("state")
    urls = [state.get("url") if isinstance(state, Mapping) else None, ours.get(f"{ENVIRONMENT_PREFIX}STATE__URL")]
    for url in urls:
        if isinstance(url, str):
            remember_url(url)


def _check_folder(folder: Path) -> None:
    """Refuse a path that DuckDB would take for a pattern, and read other folders' files beside its own."""
    marks = sorted(set("*?[") & set(str(folder)))
    if marks:
        raise ConfigError(
            f"the path holds {' and '.join(marks)}, which would stand for other folders too",
            place=str(folder),
            hint="keep erp-ar.toml and the snapshots in folders without * ? [ in their names",
        )


def _find(explicit: Path | None, environment: Mapping[str, str]) -> Path:
    tried = []
    for how, name in (
        ("--config", explicit),
        (ENVIRONMENT_VARIABLE, environment.get(ENVIRONMENT_VARIABLE) or None),
        ("current folder", FILE_NAME),
    ):
        if name is None:
            tried.append(f"{how}: not given")
            continue
        path = Path(name).absolute()
        if path.is_file():
            return path
        tried.append(f"{how}: {path} does not exist")
        if how != "current folder":
            break
    raise ConfigError("no configuration found; tried " + "; ".join(tried),
                      hint="write an erp-ar.toml as docs/quickstart.md shows, or try erp-ar demo")  # fmt: skip


def _check_environment(environment: Mapping[str, str]) -> None:
    """Refuse a variable that would override nothing: nobody would notice that a misspelt one is not heard."""
    for name in sorted(environment):
        section, _, setting = name.upper().removeprefix(ENVIRONMENT_PREFIX).lower().partition(NESTED)
        if not name.upper().startswith(ENVIRONMENT_PREFIX) or (section in Settings.model_fields and setting):
            continue
        if section in Settings.model_fields:
            message, hint = "names a section, not one of its values", f"set {name}{NESTED}<SETTING>; {_HINT}"
        else:
            sections = ", ".join(Settings.model_fields)
            message, hint = f"there is no section {section!r}", f"unset it, or correct it; sections: {sections}"
        raise ConfigError(message, place=name, hint=hint)


def _wording(error: ValidationError, environment: Mapping[str, str]) -> str:
    """Every wrong setting, by its name in the file or the variable that set it."""
    variables = {name.upper() for name in environment}
    problems = []
    for item in error.errors():
        parts = [str(part) for part in item["loc"]]
        variable = ENVIRONMENT_PREFIX + NESTED.join(parts).upper()
        message = {"extra_forbidden": "is not a setting", "missing": "is missing"}.get(item["type"])
        name = variable if variable in variables else ".".join(parts)
        problems.append(f"{name}: {message or item['msg'].removeprefix('Value error, ')}")
    return "; ".join(problems)

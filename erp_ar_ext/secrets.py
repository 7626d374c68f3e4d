"""Secrets of the configuration: from the environment, a file or the system keyring, and never printed.

Instead of a value, a setting may say where it is kept: `{ file = "/run/secrets/password" }`, whose relative path starts
at the folder of erp-ar.toml, or `{ keyring = ["service", "user"] }`.
"""

from __future__ import annotations

import html
import importlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin
from urllib.parse import quote, quote_plus, unquote

from pydantic import BaseModel, SecretStr

from erp_ar_ext.errors import ConfigError

MASK = "**********"
SHORTEST = 4
"""Characters of the shortest secret that is masked: masking a shorter one would show where it is."""

_known: set[str] = set()
_SECRET_NAME = re.compile(r"passw|passphrase|secret|token|private_key", re.IGNORECASE)
_IN_URL = re.compile(r"^[^:/?#]*://[^/?#]*?:(?P<password>.*)@", re.DOTALL)
_IN_QUERY = re.compile(r"[?&;](?P<name>[^=&;]*)=(?P<value>[^&;]*)")


def revealed(settings: Mapping[str, Any], model: type[BaseModel], section: str, base_dir: Path) -> dict[str, Any]:
    """Settings of an adapter with their references followed, by the model that the adapter gives.

    What the model has as SecretStr becomes one; that, and whatever came by reference, is masked from now on. Raises
    ConfigError for a reference to nothing.
    """
    found = dict(settings)
    for name in settings.keys() & model.model_fields.keys():
        kinds = _kinds(model.model_fields[name].annotation)
        if not any(_is_table(kind) for kind in kinds):
            found[name] = follow(found[name], f"{section}.{name}", base_dir)
        if SecretStr in kinds and isinstance(found[name], str):
            remember(found[name])
            found[name] = SecretStr(found[name])
    return found


def follow(value: Any, setting: str, base_dir: Path) -> Any:
    """Fetch what a reference stands for; any other value is itself. Raises ConfigError for a reference to nothing."""
    if not _is_reference(value):
        return value
    match dict(value):
        case {"file": str(name), **rest} if not rest:
            text = _of_file(base_dir / Path(name).expanduser(), setting)
        case {"keyring": [str(service), str(user)], **rest} if not rest:
            text = _of_keyring(service, user, setting)
        case _:
            hint = 'write { file = "PATH" } or { keyring = ["SERVICE", "USER"] }'
            raise ConfigError("does not say where its value is kept", place=setting, hint=hint)
    remember(text)
    remember_url(text)
    return text


def remember(secret: str) -> None:
    """Mask a text from now on, however it is written: as it is, in a URL, in JSON, in HTML, in Python's own words."""
    if len(secret) >= SHORTEST:
        urls = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
        lower = {re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), url) for url in urls}
        quoted = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
        _known.update({secret, html.escape(secret)} | urls | lower | quoted)


def remember_url(url: str) -> None:
    """Mask what is secret in a URL from now on: its password, and what its query calls so. It may be no URL at all."""
    found = [match["value"] for match in _IN_QUERY.finditer(url) if _SECRET_NAME.search(match["name"])]
    user_info = _IN_URL.match(url)
    if user_info:
        found.append(user_info["password"])
    for text in found:
        remember(text)
        remember(unquote(text))


def remember_named(settings: Mapping[str, Any]) -> None:
    """Mask the texts whose names say that they are secret, before anybody knows an adapter that declares them so."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            if not _is_reference(value):
                remember_named(value)
        elif isinstance(value, str) and _SECRET_NAME.search(name):
            remember(value)


def holds_secret(section: Any) -> bool:
    """Whether a section of the configuration has a secret in it: a password, or a URL with one."""
    if not isinstance(section, Mapping):
        return False
    texts = [(name, value) for name, value in section.items() if isinstance(value, str)]
    named = any(_SECRET_NAME.search(name) for name, _ in texts)
    in_url = any(_IN_URL.match(value) for name, value in texts if name == "url")
    return named or in_url or any(holds_secret(value) for value in section.values() if not _is_reference(value))


def kept_in(settings: Mapping[str, Any]) -> list[str]:
    """Names of the files that hold values of these settings."""
    return [str(value["file"]) for value in settings.values() if _is_reference(value) and "file" in value]


def masked(told: Any) -> Any:
    """Take every known secret out of a text, or out of the texts of a list or mapping."""
    if isinstance(told, str):
        for secret in sorted(_known, key=len, reverse=True):
            told = told.replace(secret, MASK)
        return told
    if isinstance(told, Mapping):
        return {name: masked(value) for name, value in told.items()}
    return [masked(value) for value in told] if isinstance(told, Sequence) else told


def _of_file(path: Path, setting: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        hint = "put the value there, readable for this user alone"
        raise ConfigError(f"{path} cannot be read: {why}", place=setting, hint=hint) from error
    if not text:
        raise ConfigError(f"{path} is empty", place=setting, hint="put the value there, readable for this user alone")
    return text


def _of_keyring(service: str, user: str, setting: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError as error:
        hint = "pip install 'erp-ar-ext[keyring]', or keep the value in a file or the environment"
        raise ConfigError("the keyring cannot be asked: keyring is not installed", place=setting, hint=hint) from error
    hint = f"keyring set {service} {user}"
    try:
        text: str | None = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"the keyring does not answer: {error}", place=setting, hint=hint) from error
    if not text:
        raise ConfigError(f"the keyring has nothing for {user!r} of {service!r}", place=setting, hint=hint)
    return text


def _is_reference(value: Any) -> bool:
    """Whether a setting says where its value is kept."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= {"file", "keyring"}


def _kinds(annotation: Any) -> list[Any]:
    """The types that a field can have: those of a union, else the one."""
    return list(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else [annotation]


def _is_table(kind: Any) -> bool:
    """Whether a field takes a table of its own, which could look like a reference."""
    return any(isinstance(each, type) and issubclass(each, BaseModel | Mapping) for each in (kind, get_origin(kind)))

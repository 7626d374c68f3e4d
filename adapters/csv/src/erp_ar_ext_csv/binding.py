"""Bind the columns of one file to those of its entity, or say which of them break the contract."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from erp_ar_ext.errors import ConfigError, ContractError
from erp_ar_ext.model import ENTITIES, Column, Finding, Kind, Severity
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.records import Reader
from erp_ar_ext_csv.settings import PLACE, ColumnMapping, CsvSettings, Format, Notation, nearest

_DECIMAL = (Kind.MONEY, Kind.RATE)


@dataclass(frozen=True)
class Bound:
    """A canonical column and where it comes from: a position in the file, or the mapping's constant."""

    column: Column
    position: int | None
    mapping: ColumnMapping

    @property
    def source(self) -> str:
        """The column's name as the file has it; the canonical one for a constant."""
        return self.mapping.column or self.column.name


def file_format(settings: CsvSettings, file: EntityFile) -> Format:
    """How a file is written: its own settings, else those of the whole folder. Raises ConfigError where they clash."""
    merged = {name: _first(name, file.mapping, settings) for name in Format.model_fields}
    _check_marks(merged, f"files.{file.entity}")
    if (merged["delimiter"] or ",") == ('"' if merged["quote"] is None else merged["quote"]):
        raise ConfigError(
            f"files.{file.entity}: delimiter and quote are the same character", place=PLACE, hint="set both together"
        )
    return Format.model_validate(merged)


def column_mappings(settings: CsvSettings, file: EntityFile) -> dict[str, ColumnMapping]:
    """Mapping of each canonical column with the file's notation filled in; empty for a canonical file."""
    form = file_format(settings, file)
    return {name: _resolved(mapping, form) for name, mapping in (file.mapping.columns or {}).items()}


def bind(settings: CsvSettings, file: EntityFile, reader: Reader) -> tuple[Bound, ...]:
    """Bind all columns of the entity that the file gives.

    Raises ContractError for columns that are unknown, double, missing, or of a type that cannot be exact.
    """
    columns = ENTITIES[file.entity].columns()
    mappings = column_mappings(settings, file)
    if not file.mapped:
        _check_canonical(file, reader.header, columns)
        form = file_format(settings, file)
        present = (column.name for column in columns if column.name in reader.header)
        mappings = {name: _resolved(ColumnMapping(column=name), form) for name in present}
    _check_mapped(file, reader.header, mappings)
    _check_required(file, columns, mappings)
    bound = tuple(_bound(column, mappings[column.name], reader) for column in columns if column.name in mappings)
    _check_floats(file, bound, reader)
    return bound


def unused(settings: CsvSettings, file: EntityFile, header: list[str]) -> list[Finding]:
    """One finding that lists the columns of a mapped file that no mapping names."""
    columns = (column for entity in settings.files.values() for column in (entity.columns or {}).values())
    used = {column.column for column in columns}
    names = [name or f"column {i + 1}" for i, name in enumerate(header) if name not in used]
    if not names:
        return []
    message = f"{len(names)} columns are not used: {', '.join(names)}"
    return [Finding("csv-unused-columns", Severity.INFO, message, place=file.name)]


def _first(name: str, *sections: Notation) -> object:
    return next((value for section in sections if (value := getattr(section, name)) is not None), None)


def _resolved(mapping: ColumnMapping, form: Format) -> ColumnMapping:
    if mapping.constant is not None:
        return mapping
    notation = {name: _first(name, mapping, form) for name in Notation.model_fields}
    _check_marks(notation, f"column {mapping.column!r}")
    return mapping.model_copy(update=notation)


def _check_marks(notation: dict[str, object], where: str) -> None:
    """Refuse marks that are fine in their own sections and clash where the sections come together."""
    if notation["thousands_mark"] and notation["thousands_mark"] == (notation["decimal_mark"] or "."):
        raise ConfigError(
            f"{where}: decimal and thousands mark are both {notation['thousands_mark']!r}",
            place=PLACE,
            hint="set decimal_mark and thousands_mark together",
        )


def _bound(column: Column, mapping: ColumnMapping, reader: Reader) -> Bound:
    if mapping.column is None:
        return Bound(column, None, mapping)
    position = reader.header.index(mapping.column)
    if position in reader.typed:
        plain = dict.fromkeys(Notation.model_fields)
        mapping = mapping.model_copy(update={**plain, "null_values": mapping.null_values})
    return Bound(column, position, mapping)


def _check_canonical(file: EntityFile, header: list[str], columns: tuple[Column, ...]) -> None:
    known = [column.name for column in columns]
    problems = [f"column {i + 1} has no name" for i, name in enumerate(header) if not name]
    problems += [f"unknown column {name!r}{nearest(name, known)}" for name in header if name and name not in known]
    problems += [f"column {name!r} stands there {n} times" for name, n in Counter(header).items() if name and n > 1]
    if problems:
        raise ContractError("; ".join(problems), place=file.name, hint=_canonical_hint(file, header))


def _canonical_hint(file: EntityFile, header: list[str]) -> str:
    other = next((mark for mark in ";\t|" if len(header) == 1 and mark in header[0]), None)
    if other:
        return f"the columns seem to be divided by {other!r}: set delimiter = {other!r} in erp-ar.toml"
    return f"rename the columns, or map the file with files.{file.entity}.columns in erp-ar.toml"


def _check_mapped(file: EntityFile, header: list[str], mappings: dict[str, ColumnMapping]) -> None:
    times = Counter(header)
    problems = []
    for name, mapping in mappings.items():
        source = mapping.column
        if source is not None and source not in times:
            problems.append(f"the file has no column {source!r}, which {name} is mapped to{nearest(source, times)}")
        elif source is not None and times[source] > 1:
            problems.append(f"column {source!r}, which {name} is mapped to, stands there {times[source]} times")
    if problems:
        raise ContractError(
            "; ".join(problems), place=file.name, hint=f"correct files.{file.entity}.columns in erp-ar.toml"
        )


def _check_required(file: EntityFile, columns: tuple[Column, ...], mappings: dict[str, ColumnMapping]) -> None:
    missing = [column.name for column in columns if column.required and column.name not in mappings]
    if missing:
        raise ContractError(
            f"required columns are missing: {', '.join(missing)}",
            place=file.name,
            hint=f"add them to the file, or map them (a constant will do) in files.{file.entity}.columns",
        )


def _check_floats(file: EntityFile, bound: tuple[Bound, ...], reader: Reader) -> None:
    floats = [item for item in bound if item.position in reader.floats and item.mapping.id_format is None]
    if floats:
        names = ", ".join(f"{item.source} ({item.column.name})" for item in floats)
        raise ContractError(
            f"columns hold binary floating point, which cannot be trusted to be exact: {names}",
            place=file.name,
            hint="write amounts as DECIMAL(18, 4) and ids as text",
        )

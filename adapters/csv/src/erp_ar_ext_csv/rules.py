"""The rule of each kind of value, as SQL: what breaks it, in words, and what the text means.

Two expressions per column over its trimmed text: `value` converts a good text and is NULL for any other; `words`
is NULL for a good value and else says what is wrong. Amounts go from text to DECIMAL without a float between,
and are never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from erp_ar_ext.model import Column, Kind
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE, RATE_PRECISION, RATE_SCALE
from erp_ar_ext_csv.settings import ISO_DATES, ColumnMapping, numbers_run_together

SPACES = " \t\r\n\u00a0\u2007\u202f\u3000\ufeff"
"""What counts as white space around a value: the blanks that spreadsheets and ERPs pad with."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)
"""Days that a ledger can mean; the last leaves room to add to it."""

_BLANKS = " \u00a0\u202f"
_ANY_CONTROL = r"[\x00-\x1f\x7f]"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_CUT_SHORT = r"\d(\.\d+)?[Ee]\+\d+"
_TRUE = ("y", "yes", "true", "t", "1")
_FALSE = ("n", "no", "false", "f", "0")


@dataclass(frozen=True)
class Rule:
    """SQL of one column over its trimmed text: `value` in the column's type, and `words` for what is broken."""

    value: str
    words: str


def quoted(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(raw: str, mapping: ColumnMapping, *, verbatim: bool) -> str:
    """SQL of a column's text: white space around it gone, empty and null texts NULL, codes translated.

    `verbatim` leaves white space alone: there is none, or it is this program's own.
    """
    text = f"nullif({raw}, '')" if verbatim else f"nullif(trim({raw}, {quoted(SPACES)}), '')"
    if mapping.null_values:
        listed = ", ".join(quoted(value) for value in mapping.null_values)
        text = f"CASE WHEN {text} IN ({listed}) THEN NULL ELSE {text} END"
    if mapping.values:
        arms = " ".join(f"WHEN {quoted(key)} THEN {quoted(value)}" for key, value in mapping.values.items())
        text = f"CASE {text} {arms} ELSE {text} END"
    return text


def rule_for(column: Column, text: str, mapping: ColumnMapping, *, printable: bool = False) -> Rule:
    """SQL of a canonical column over its trimmed text; `printable` text is known to hold no control
    character, nor an id to be cut short.
    """
    value, broken = _KINDS[column.kind](text, mapping)
    if printable and column.kind in _TEXTS and mapping.id_format is None:
        value = _prefixed(text, mapping)
    missing = "'required value is missing'" if column.required else "NULL"
    arms = " ".join(f"WHEN {condition} THEN {quoted(words)}" for condition, words in broken)
    return Rule(value, f"CASE WHEN {text} IS NULL THEN {missing} {arms} END")


_Parts = tuple[str, list[tuple[str, str]]]
"""SQL of the value, and conditions that break it with words for each, first one first."""


def _text(text: str, mapping: ColumnMapping) -> _Parts:
    if mapping.id_format:
        return _code(text, mapping)
    control = f"regexp_matches({text}, {quoted(_CONTROL)})"
    value = f"CASE WHEN NOT {control} THEN {_prefixed(text, mapping)} END"
    return value, [(control, "holds a control character")]


def _code(text: str, mapping: ColumnMapping) -> _Parts:
    control = f"regexp_matches({text}, {quoted(_ANY_CONTROL)})"
    rules = [(control, "holds a control character or a line break")]
    if mapping.id_format == "integer":
        whole = rf"regexp_full_match({text}, '\d+(\.0*)?')"
        digits = _prefixed(f"split_part({text}, '.', 1)", mapping)
        return f"CASE WHEN {whole} THEN {digits} END", [*rules, (f"NOT {whole}", "is not a whole document number")]
    return f"CASE WHEN NOT {control} THEN {_prefixed(text, mapping)} END", rules


def _id(text: str, mapping: ColumnMapping) -> _Parts:
    """An id of many digits that a spreadsheet saved as 1.93057E+09 is another id, and lost for good."""
    value, rules = _code(text, mapping)
    cut_short = f"regexp_full_match({text}, {quoted(_CUT_SHORT)})"
    words = "is a number that a spreadsheet cut short"
    return f"CASE WHEN NOT {cut_short} THEN {value} END", [*rules, (cut_short, words)]


def _prefixed(text: str, mapping: ColumnMapping) -> str:
    return f"{quoted(mapping.prefix)} || {text}" if mapping.prefix else text


def _currency(text: str, _mapping: ColumnMapping) -> _Parts:
    shape = f"regexp_full_match({text}, '[A-Z]{{3}}')"
    return f"CASE WHEN {shape} THEN {text} END", [(f"NOT {shape}", "is not a currency code of three capital letters")]


def _flag(text: str, _mapping: ColumnMapping) -> _Parts:
    true, false = (", ".join(quoted(word) for word in words) for words in (_TRUE, _FALSE))
    value = f"CASE WHEN lower({text}) IN ({true}) THEN true WHEN lower({text}) IN ({false}) THEN false END"
    return value, [(f"{value} IS NULL", "is not a flag: Y, N, yes, no, true, false, 1 or 0")]


def _integer(text: str, _mapping: ColumnMapping) -> _Parts:
    shape = rf"regexp_full_match({text}, '[+-]?\d+(\.0*)?')"
    value = f"CASE WHEN {shape} THEN TRY_CAST(split_part({text}, '.', 1) AS INTEGER) END"
    return value, [(f"NOT {shape}", "is not a whole number"), (f"{value} IS NULL", "is too large a whole number")]


def _day(text: str, mapping: ColumnMapping) -> _Parts:
    if mapping.date_format:
        moment, form = _moment(text, mapping.date_format), mapping.date_format
        day, timed = f"CAST({moment} AS DATE)", f"{moment} <> CAST({moment} AS DATE)"
    else:
        shape = r"\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?)?"  # a time other than midnight is not a date
        day = f"CASE WHEN regexp_full_match({text}, {quoted(shape)}) THEN TRY_CAST(left({text}, 10) AS DATE) END"
        form, timed = ISO_DATES, "FALSE"
    # `25` for %Y is the year 25 to the parser, which no ledger means: a due date there is 2,000 years overdue.
    within = f"{day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"
    rules = [
        (f"{day} IS NULL", f"is not a date of the form {form}"),
        (timed, "has a time of day other than midnight"),
        (f"NOT ({within})", f"is not a day between {FIRST_DAY.year} and {LAST_DAY.year}"),
    ]
    return f"CASE WHEN {within} AND NOT {timed} THEN {day} END", rules


def _moment(text: str, date_format: str) -> str:
    """SQL of the moment that a text means by a format; NULL for a text of another form."""
    form = quoted(date_format)
    moment = f"try_strptime({text}, {form})"
    if numbers_run_together(date_format):
        moment = f"CASE WHEN lower(strftime({moment}, {form})) = lower({text}) THEN {moment} END"
    return moment


def _money(text: str, mapping: ColumnMapping) -> _Parts:
    return _decimal(text, mapping, "an amount", MONEY_PRECISION, MONEY_SCALE)


def _rate(text: str, mapping: ColumnMapping) -> _Parts:
    return _decimal(text, mapping, "a rate", RATE_PRECISION, RATE_SCALE)


def _decimal(text: str, mapping: ColumnMapping, noun: str, precision: int, scale: int) -> _Parts:
    mark, thousands = mapping.decimal_mark or ".", mapping.thousands_mark
    marks = f"decimal mark {mark!r}, " + (f"thousands mark {thousands!r}" if thousands else "no thousands mark")
    whole = precision - scale
    plain = _plain_number(text, mark, thousands)
    shape = f"regexp_full_match({text}, {quoted(_number_pattern(mark, thousands))})"
    finer = rf"regexp_matches({plain}, '\.\d{{{scale}}}0*[1-9]')"
    larger = f"length(ltrim(split_part({plain}, '.', 1), '0')) > {whole}"
    rules = [
        (f"NOT {shape}", f"is not {noun} ({marks})"),
        (finer, f"has more than {scale} decimals"),
        (larger, f"has more than {whole} whole digits"),
    ]
    sign = f"CASE WHEN contains({text}, '-') OR starts_with({text}, '(') THEN '-' ELSE '' END"
    exact = f"DECIMAL({precision}, {scale})"
    fraction = rf"(\.\d{{1,{scale}}})?" if mark == "." else ""
    # Most amounts are plain: one quick test saves all the others.
    value = (
        rf"CASE WHEN regexp_full_match({text}, '-?\d{{1,{whole}}}{fraction}') THEN CAST({text} AS {exact}) "
        f"WHEN {shape} AND NOT {finer} AND NOT {larger} THEN CAST({sign} || {plain} AS {exact}) END"
    )
    return f"(-{value})" if mapping.negate else value, rules


def _plain_number(text: str, mark: str, thousands: str | None) -> str:
    """SQL of the digits with a point, the sign and all marks gone."""
    gone = "()+-" + _BLANKS + (thousands or "")
    return f"translate({text}, {quoted(mark + gone)}, '.')"


def _number_pattern(mark: str, thousands: str | None) -> str:
    blank = f"[{_BLANKS}]*"
    point = "\\" + mark
    digits = r"\d+"
    if thousands:
        group = f"[{_BLANKS}]" if thousands in _BLANKS else rf"\x{{{ord(thousands):x}}}"
        digits = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)"
    body = rf"(?:{digits}(?:{point}\d*)?|{point}\d+)"
    return rf"[+-]?{blank}{body}|{body}{blank}[+-]|\({blank}{body}{blank}\)"


_TEXTS = (Kind.ID, Kind.TEXT, Kind.CODE)
_KINDS = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.CURRENCY: _currency,
    Kind.MONEY: _money,
    Kind.RATE: _rate,
    Kind.DAY: _day,
    Kind.INTEGER: _integer,
    Kind.FLAG: _flag,
}

"""All published formulas by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from erp_ar_ext.errors import UsageError
from erp_ar_ext.kpi import ages, coverage, disputes, dso, effectiveness, payments, promises, provision, rolls
from erp_ar_ext.kpi.formula import Formula
from erp_ar_ext.policy.problems import did_you_mean

_FAMILIES = (dso, effectiveness, payments, promises, coverage, rolls, disputes, ages, provision)

FORMULAS: Mapping[str, Formula] = {formula.id: formula for family in _FAMILIES for formula in family.FORMULAS}


def chosen(ids: Sequence[str]) -> list[Formula]:
    """Formulas of some ids, in the catalogue's order; all for none. Raises UsageError for an id that is not known."""
    wanted = {id_.upper() for id_ in ids}
    for id_ in sorted(wanted - set(FORMULAS)):
        known = f"known are {', '.join(FORMULAS)}"
        raise UsageError(f"unknown key figure {id_!r}", hint=did_you_mean(id_, FORMULAS, otherwise=known))
    return [formula for id_, formula in FORMULAS.items() if not ids or id_ in wanted]

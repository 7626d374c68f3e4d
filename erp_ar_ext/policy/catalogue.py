"""The catalogue of facts as a list, for people and programs."""

from __future__ import annotations

from typing import Any

from erp_ar_ext.ledger.facts import CATALOGUE, IDENTITY_FACTS


def facts_catalogue() -> list[dict[str, Any]]:
    """List every fact of both grains, in the catalogue's order.

    Keys: grain, name, type, doc, codes (the values it can take, empty where they are open), least (of a number)
    and identity (whether a layer's condition may use it).
    """
    identity = {fact.name for fact in IDENTITY_FACTS}
    return [
        {
            "grain": str(grain),
            "name": fact.name,
            "type": str(fact.type),
            "doc": fact.doc,
            "codes": list(fact.codes),
            "least": fact.least,
            "identity": fact.name in identity,
        }
        for grain, facts in CATALOGUE.items()
        for fact in facts.values()
    ]

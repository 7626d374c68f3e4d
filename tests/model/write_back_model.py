"""What must hold of a write-back, told naively: whose word counts, what may be in the ERP, and what a person did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from write_back_desk import CATALOGUE, IN_ROWS, KEYS, Books

from erp_ar_ext.plan.document import Plan
from erp_ar_ext.spi import Outcome, WriteResult
from erp_ar_ext.store import Verdict

EXPIRY = timedelta(hours=24)
"""How long an approval stands."""

HEARD = {
    Outcome.CREATED: "ok",
    Outcome.EXISTS: "ok",
    Outcome.DIFFERS: "conflict",
    Outcome.STALE: "stale",
    Outcome.REFUSED: "refused",
    Outcome.LEFT: "left",
}
"""What an answer of the ERP's says of an effect of ours: it is there, or why it is not. No answer says neither."""

UNTOLD = {"sending", "in_doubt"}
"""What the outbox says as long as an answer is not recorded."""
STATES = {
    "ok": {"done", *UNTOLD},
    "conflict": {"conflict", *UNTOLD},
    "stale": {"stale", "approved", *UNTOLD},
    "refused": {"refused", "approved", *UNTOLD},
    "left": {"approved", *UNTOLD},
    "unknown": UNTOLD,
}
"""What the outbox may say, after what was heard last."""

REPORTED = {
    "created": {"done"},
    "exists": {"done"},
    "already_applied": {"done"},
    "conflict": {"conflict"},
    "in_doubt": {"sending", "in_doubt"},
    "stale": {"stale"},
    "refused": {"refused"},
    "left": {"approved"},
    "approval_missing": {None, "approved", "stale", "refused"},
    "rejected": {None, "approved", "stale", "refused"},
}
"""What the outbox may say, after what a run reported."""


class Word(NamedTuple):
    """A checker's word, in the order in which they were said."""

    plan: str
    key: str
    verdict: Verdict
    said_at: datetime


class Words:
    """All that checkers said."""

    def __init__(self) -> None:
        self.said: list[Word] = []

    def say(self, plan: Plan, keys: Sequence[str], verdict: Verdict, now: datetime) -> None:
        """Add a word on each of some actions; it is later than those before it on the same action."""
        for key in keys:
            before = [word.said_at for word in self.said if word.key == key]
            moment = max([now, *(one + timedelta(microseconds=1) for one in before)])
            self.said.append(Word(plan.plan_id, key, verdict, moment))

    def may_send(self, plan: Plan, key: str, now: datetime) -> bool:
        """Whether an action of a plan may be sent."""
        words = [word for word in self.said if word.key == key]
        own = [word for word in words if word.plan == plan.plan_id]
        if any(said and said[-1].verdict is Verdict.REJECTED for said in (words, own)):
            return False
        if CATALOGUE[key].get("approval") != "required":
            return True
        if not own or own[-1].verdict is not Verdict.APPROVED:
            return False
        since = words[words.index(own[-1]) :]
        return all(word.verdict is not Verdict.REJECTED for word in since) and now <= own[-1].said_at + EXPIRY


@dataclass
class Effects:
    """What was heard of each intent, and what of it is in the ERP: where nobody heard, both worlds are possible."""

    books: Books

    def __post_init__(self) -> None:
        self.heard: dict[str, str] = {}
        self.late: set[str] = set()
        """Keys whose effect came from a runner that had been overtaken: nobody knows of it before the next look-up."""

    def hear(self, results: Sequence[WriteResult]) -> None:
        """Hear what the ERP answered to a write."""
        self.heard |= {one.key: HEARD[one.outcome] for one in results}
        self.late -= {one.key for one in results if one.outcome in {Outcome.CREATED, Outcome.EXISTS}}

    def hear_nothing(self, keys: Sequence[str]) -> None:
        """Hear no answer."""
        self.heard |= dict.fromkeys(keys, "unknown")

    def look_up(self, keys: Sequence[str], results: Sequence[WriteResult | None]) -> None:
        """Hear what the ERP says it holds."""
        for key, result in zip(keys, results, strict=True):
            self.heard[key] = "left" if result is None else HEARD[result.outcome]
            self.late.discard(key)

    def check(self, states: Mapping[str, str]) -> None:
        """Hold the ERP and the outbox against what was heard."""
        for key in KEYS:
            there, state, heard = self.books.present(key), states.get(key), self.heard.get(key)
            assert there in {0, 1}, f"{key} is in the ERP {there} times"
            if key in IN_ROWS:
                assert len(self.books.rows_of(key)) == there, f"{key} has {self.books.rows_of(key)}"
            assert state is not None or not there, f"{key} is in the ERP, and was never queued"
            if state == "done":
                assert there or self.books.deleted[key], f"{key} is done, and never was in the ERP"
            if state in {"approved", "stale", "refused"} and key not in self.late:
                assert not there, f"{key} is {state}, and in the ERP"
            if heard is not None and key not in self.late:
                assert state in STATES[heard], f"{key} is {state}, after the ERP's answer was {heard}"
                assert heard != "ok" or there or self.books.deleted[key], f"{key} was confirmed and is not there"


def differences(books: Books, states: Mapping[str, str]) -> set[tuple[str, str]]:
    """What a reconciliation must find: what the person did to what is ours, and what has our mark and is not ours."""
    found = {("foreign", "")}  # the company has holds with our mark that nobody here wrote
    for key in KEYS:
        state, ours, theirs = states.get(key), books.present(key), key in books.foreign
        if state in {"done", "conflict"}:
            found |= {(what, key) for what in _of_settled(books, key, ours + theirs)}
        elif state in {"approved", "stale", "refused"} and key in IN_ROWS and (ours or theirs):
            found.add(("unexpected", key))
    return found


def _of_settled(books: Books, key: str, rows: int) -> set[str]:
    if key not in IN_ROWS:
        return set() if books.is_released() else {"missing"}
    found = {"missing"} if rows == 0 else set()
    found |= {"twice"} if rows > 1 else set()
    found |= {"changed"} if key in books.changed | books.foreign else set()
    return found | ({"lifted"} if key in books.lifted else set())

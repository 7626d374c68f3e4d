"""A plan with every kind of action, approved, on a state database that can be opened again and again."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from failing_driver import Killed, hurry

from erp_ar_ext.spi import ActionKind
from erp_ar_ext.store import Store


@dataclass
class Scene:
    """One plan, approved, and its desk; `reopen` stands for the next process, an hour later."""

    url: str
    folder: Path
    clock: object
    plan: object
    desk: object = None
    stores: list = field(default_factory=list)

    def reopen(self, make_desk):
        """Open the state database as a new process would; the ERP is the one there was."""
        self.clock.forward(hours=1)
        self.stores.append(hurry(Store.open(self.url, self.folder, clock=self.clock)))
        erp = self.desk.erp if self.desk else None
        self.desk = make_desk(self.stores[-1])
        if erp is not None:
            self.desk.erp = self.desk.target._erp = erp

    def assert_each_exactly_once(self):
        """Every intent took effect once, and the outbox knows."""
        keys = [action.key for action in self.plan.actions]
        assert dict(self.desk.erp.effects) == {f"erp-ar:{key}": 1 for key in keys}
        assert self.desk.states() == dict.fromkeys(keys, "done")


@pytest.fixture
def killed():
    return Killed


@pytest.fixture
def full_plan(make_plan, make_action, make_write_off):
    """A note, a hold, a release and a write-off, on two accounts."""
    hold = {"name": "credit-overdue", "scope": "account", "scope_id": None, "reason": "overdue"}
    return make_plan(
        make_action("note"),
        make_action("hold", kind=ActionKind.HOLD, payload=hold, guard={"active_hold": None}),
        make_write_off("write-off"),
        make_action(
            "release",
            kind=ActionKind.RELEASE,
            account_id="0042",
            payload={"hold_id": "H1", "name": "credit-overdue", "reason": "paid"},
            guard={"released_on": None},
        ),
    )


@pytest.fixture
def make_scene(full_plan, make_desk, tmp_path, clock):
    """A scene of its own each time, copied from one that was made and approved once."""
    ready = tmp_path / "ready.db"
    with Store.open(f"sqlite:///{ready}", tmp_path, clock=clock) as store:
        store.approve(full_plan, None, "carl")
    made = []

    def make():
        path = tmp_path / f"state-{len(made)}.db"
        shutil.copy(ready, path)
        scene = Scene(f"sqlite:///{path}", tmp_path, clock, full_plan)
        scene.reopen(make_desk)
        made.append(scene)
        return scene

    yield make
    for store in (store for scene in made for store in scene.stores):
        store.close()

"""Every event that the core can tell in its log: what it means, and what to do. Adapters have tables of their own."""

from __future__ import annotations

from erp_ar_ext.spi import Event, Level

_NOTHING = "Nothing: it went on by itself."
_RECONCILE = "`erp-ar sync`, then `erp-ar reconcile` shows both sides; a person puts it right in the ERP."

LEASE_TAKEN_OVER = Event(
    "lease.taken_over",
    Level.WARNING,
    "A run found the lease of another one that had run out: the other was killed, or paused for too long.",
    "See what ended run `before`; what it had sent is looked up first.",
)
LEASE_CLOCK_SET_BACK = Event(
    "lease.clock_set_back",
    Level.WARNING,
    "A run took a lease that ends later than any can: the clock it goes by was set back after it was given.",
    "Set the clock of the machine, or of the state database's server, by NTP.",
)
LEASE_LOST = Event(
    "lease.lost",
    Level.WARNING,
    "A run found, at a step or at its end, that another one has its lease by now; it writes nothing more.",
    "See what paused it for longer than a lease lasts; run it again.",
)
LEASE_NOT_RENEWED = Event(
    "lease.not_renewed",
    Level.WARNING,
    "The state database did not let a run prolong its lease; it goes on trying.",
    "If it stays so, see that the state database answers and has room.",
)

STATE_SESSION_RENEWED = Event(
    "state.session_renewed",
    Level.INFO,
    "A connection to the state database that was kept open was found to be gone; another one takes its place.",
    "Nothing, unless it is told again and again: then see what ends the server's connections.",
)
STATE_UPGRADE_RESUMED = Event(
    "state.upgrade_resumed",
    Level.WARNING,
    "An upgrade of the state database had been cut off after it made `table`; it goes on from there.",
    _NOTHING,
)

APPLY_PROGRESS = Event("apply.progress", Level.INFO, "So many actions of a plan are settled by now.")
APPLY_DRAINED = Event(
    "apply.drained",
    Level.WARNING,
    "An apply was told to stop: it finished what it was at, and left the other actions of the plan.",
    "Apply the plan again: it goes on where this run stopped.",
)
APPLY_TRIED_AGAIN = Event(
    "apply.tried_again",
    Level.WARNING,
    "The target said that nothing of a batch was written and that trying again may help; it is offered again.",
    _NOTHING,
)
APPLY_GAVE_UP = Event(
    "apply.gave_up",
    Level.WARNING,
    "A batch was offered as often as it is, and nothing of it was written; its actions are left.",
    "See what `error` says of the target, then apply the plan again.",
)
APPLY_REFUSED = Event(
    "apply.refused",
    Level.WARNING,
    "The target will not take a batch, now or later; nothing of it was written.",
    "Correct what `error` says, in the ERP, the data or the policy, and make a new plan.",
)
APPLY_NOT_CHECKED = Event(
    "apply.not_checked",
    Level.WARNING,
    "The target could not say what a dry run's actions would do.",
    "See what `error` says of the target, then try again.",
)

OUTBOX_DONE = Event("outbox.done", Level.DEBUG, "An action is in the ERP: written now, or found there as it should be.")
OUTBOX_STALE = Event(
    "outbox.stale",
    Level.WARNING,
    "What the plan saw is no longer so; nothing was written.",
    "`erp-ar sync`, then make a new plan: it decides on what is there now.",
)
OUTBOX_REFUSED = Event(
    "outbox.refused",
    Level.WARNING,
    "The ERP did not take an action; nothing was written.",
    "The report of the apply has the ERP's words; correct that, and make a new plan.",
)
OUTBOX_CONFLICT = Event(
    "outbox.conflict",
    Level.WARNING,
    "The ERP holds something else under an action's reference.",
    _RECONCILE,
)
OUTBOX_LEFT = Event(
    "outbox.left",
    Level.WARNING,
    "An action was offered and not tried, or not taken for now; it stays approved.",
    "Apply the plan again.",
)
OUTBOX_HELD_UP = Event(
    "outbox.held_up",
    Level.WARNING,
    "An action waits, as an earlier one of its account is in doubt or left: an account's actions keep their order.",
    "Settle the earlier one with `erp-ar recover`, then apply the plan again.",
)
OUTBOX_WITHDRAWN = Event(
    "outbox.withdrawn",
    Level.WARNING,
    "The approval of an action was taken back, expired or given anew while an apply ran; it was not sent.",
    "Where that was not meant, approve it again, and apply the plan again.",
)
OUTBOX_IN_DOUBT = Event(
    "outbox.in_doubt",
    Level.WARNING,
    "The answer to an action was lost: it may be in the ERP. It is looked up at once.",
    "Nothing where an `outbox.recovered` event with its key follows that settles it.",
)
OUTBOX_LOOK_UP_FAILED = Event(
    "outbox.look_up_failed",
    Level.WARNING,
    "The ERP could not be asked what became of actions; they stay as they were, in doubt or in conflict.",
    "See what `error` says of the target, then `erp-ar recover`.",
)
OUTBOX_RECOVERED_DONE = Event(
    "outbox.recovered.done", Level.INFO, "An action that was in doubt is in the ERP, once.", _NOTHING
)
OUTBOX_RECOVERED_REQUEUED = Event(
    "outbox.recovered.requeued",
    Level.INFO,
    "An action that was in doubt is not in the ERP; it is approved as before.",
    "A later apply of its plan may send it.",
)
OUTBOX_RECOVERED_CONFLICT = Event(
    "outbox.recovered.conflict",
    Level.WARNING,
    "Under the reference of an action that was in doubt the ERP holds something else.",
    _RECONCILE,
)
OUTBOX_RECOVERED_IN_DOUBT = Event(
    "outbox.recovered.in_doubt",
    Level.WARNING,
    "An action stays in doubt, as it could not be looked up; its account waits.",
    "`erp-ar recover`, when the target answers again.",
)
OUTBOX_RECOVERED_ELSEWHERE = Event(
    "outbox.recovered.elsewhere",
    Level.WARNING,
    "An action in doubt was sent to another ERP than the configured target; it stays in doubt.",
    "`erp-ar recover` with the configuration it was sent with.",
)

SYNC_ENTITY = Event("sync.entity", Level.INFO, "An entity was read, or kept as it was.")
SYNC_DONE = Event("sync.done", Level.INFO, "A sync has made a snapshot, or found the content of one that is there.")
SYNC_BASE_NOT_USABLE = Event(
    "sync.base_not_usable",
    Level.WARNING,
    "The last snapshot cannot be gone on from: it is gone, damaged, or of another release. Everything is read.",
    "Where it was damaged, see what changed its files.",
)
SYNC_CLOCK_SET_BACK = Event(
    "sync.clock_set_back",
    Level.WARNING,
    "The ERP's clock stands earlier than at the last sync, or has another kind of zone. Everything is read.",
    "Have the clock of the ERP's database set right.",
)
SYNC_SWEEP_FOUND = Event(
    "sync.sweep_found",
    Level.INFO,
    "Comparing all keys found rows that no time stamp had shown: new or changed ones, and ones that are gone.",
    "Nothing for rows that were deleted; where `differing` is high, make `[sync] overlap_minutes` longer.",
)
SYNC_LEFT_OVER_REMOVED = Event(
    "sync.left_over_removed", Level.INFO, "A scratch file of a sync that was killed was removed.", _NOTHING
)

SNAPSHOT_REPLACED = Event(
    "snapshot.replaced",
    Level.WARNING,
    "The snapshot of this content was there and damaged; it was made anew.",
    "See what changed its files.",
)
SNAPSHOT_FILE_COPIED = Event(
    "snapshot.file_copied",
    Level.DEBUG,
    "A file that two snapshots share is on disk twice: the file system takes no hard link, or no more of them.",
    "Put the snapshots on a file system with hard links, or keep fewer.",
)
FOLDER_LEFT_OVER_REMOVED = Event(
    "folder.left_over_removed",
    Level.WARNING,
    "A folder that a killed run left behind more than a day ago was removed: an unfinished snapshot, or scratch files.",
    "See what killed the run.",
)

ENGINE_NOT_REUSED = Event(
    "engine.not_reused",
    Level.DEBUG,
    "An instance of the engine had spilled to disk, or was broken by an error of its own, and is not used again.",
)

FINDING = Event(
    "finding",
    Level.WARNING,
    "The data, the policy or the settings have something odd; the level is that of its `severity`.",
    "`message` says what; `place` and `example` say where.",
)
QUARANTINE = Event(
    "quarantine",
    Level.WARNING,
    "Rows could not be taken.",
    "[Read the quarantine](../how-to/read-the-quarantine.md) in `folder`.",
)
ERROR = Event("error", Level.ERROR, "The command failed.", "What `next` says; [errors](errors.md) lists each `code`.")
ENDED = Event("ended", Level.WARNING, "A signal ended the command in good order: no lease stays held.", "Run it again.")
WROTE = Event("wrote", Level.INFO, "A file was written.")
NEXT = Event("next", Level.INFO, "The command to type next.")

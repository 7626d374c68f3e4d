-- our_references: references of ours that the source has, whenever they came there.
-- materialized: yes
-- grain: one row per external_ref that begins with our mark.
-- columns: external_ref.
SELECT external_ref FROM notes WHERE starts_with(external_ref, :our_reference)
UNION
SELECT external_ref FROM holds WHERE starts_with(external_ref, :our_reference)
UNION
SELECT external_ref FROM adjustments WHERE starts_with(external_ref, :our_reference)

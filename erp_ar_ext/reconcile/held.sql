-- What the ERP holds under a reference of ours, as the snapshot has it.
-- Grain: one row per adjustment, hold or note whose external reference begins with our mark.
-- Columns are those that carry the meaning of an action of the kind; the rest is empty.
SELECT 'adjustment' AS kind, external_ref, adjustment_id AS erp_id, org_id, NULL AS account_id, schedule_id,
       amount, type AS sort, status, NULL AS text, NULL::DATE AS released_on
FROM adjustments WHERE starts_with(external_ref, :mark)
UNION ALL
SELECT 'hold', external_ref, hold_id, org_id, account_id, NULL, NULL, name, NULL, NULL, released_on
FROM holds WHERE starts_with(external_ref, :mark)
UNION ALL
SELECT 'note', external_ref, note_id, org_id, account_id, schedule_id, NULL, kind, NULL, text, NULL
FROM notes WHERE starts_with(external_ref, :mark)

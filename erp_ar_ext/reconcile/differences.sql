-- Where what we wrote and what the ERP holds differ.
-- Grain: one row per difference; a row that was changed in two columns is there twice.
--   what      missing: we wrote it, and it is not there; changed: a column says something else; twice: more than one row
--             under one reference; lifted: somebody lifted a hold of ours; foreign: our mark, and unknown here;
--             unexpected: known here as not written
--   ours, theirs   the column's value as we sent it and as the ERP has it, as text
-- What was sent after the snapshot began to be read is not judged: table `sent` says which (`is_read`).
-- A customer that was merged carries its rows along: the survivor's account is no difference.
WITH ours AS (
  SELECT sent.*, customers.merged_into AS survivor
  FROM sent LEFT JOIN customers ON customers.account_id = sent.account_id
  WHERE sent.state IN ('done', 'conflict') AND sent.is_read
),
found AS (
  SELECT ours.*, held.erp_id AS held_id, held.org_id AS held_org, held.account_id AS held_account,
         held.schedule_id AS held_schedule, held.amount AS held_amount, held.sort AS held_sort,
         held.status AS held_status, held.text AS held_text, held.released_on AS held_released
  FROM ours JOIN held USING (kind, external_ref)
),
changes AS (
  SELECT found.*, unnest([
    {name: 'schedule_id', ours: schedule_id, theirs: held_schedule,
     differs: kind <> 'hold' AND held_schedule IS DISTINCT FROM schedule_id},
    {name: 'account_id', ours: account_id, theirs: held_account,
     differs: kind <> 'adjustment' AND held_account IS DISTINCT FROM account_id
       AND held_account IS DISTINCT FROM survivor},
    {name: 'amount', ours: amount::VARCHAR, theirs: held_amount::VARCHAR,
     differs: kind = 'adjustment' AND held_amount IS DISTINCT FROM amount},
    {name: CASE kind WHEN 'adjustment' THEN 'type' WHEN 'hold' THEN 'name' ELSE 'kind' END,
     ours: sort, theirs: held_sort, differs: held_sort IS DISTINCT FROM sort},
    {name: 'status', ours: 'A', theirs: held_status, differs: kind = 'adjustment' AND held_status IS DISTINCT FROM 'A'},
    {name: 'text', ours: text, theirs: held_text, differs: kind = 'note' AND held_text IS DISTINCT FROM text}
  ]) AS change
  FROM found
),
lifted_by_us AS (SELECT DISTINCT hold_id FROM sent WHERE kind = 'release' AND state IN ('done', 'sending', 'in_doubt'))
SELECT 'missing' AS what, kind, key, external_ref, erp_id, org_id, account_id, schedule_id, currency,
       NULL AS "column", NULL AS ours, NULL AS theirs
FROM ours ANTI JOIN held USING (kind, external_ref) WHERE kind <> 'release'
UNION ALL
SELECT 'changed', kind, key, external_ref, held_id, held_org, account_id, schedule_id, currency, change.name, change.ours, change.theirs
FROM changes WHERE change.differs
UNION ALL
SELECT 'lifted', kind, key, external_ref, held_id, held_org, account_id, NULL, NULL, 'released_on', NULL, held_released::VARCHAR
FROM found ANTI JOIN lifted_by_us ON lifted_by_us.hold_id = found.held_id
WHERE kind = 'hold' AND held_released IS NOT NULL
UNION ALL
SELECT 'missing', kind, key, external_ref, ours.hold_id, ours.org_id, ours.account_id, NULL, NULL, 'released_on',
       business_date::VARCHAR, NULL
FROM ours ANTI JOIN (SELECT hold_id FROM holds WHERE released_on IS NOT NULL) AS lifted USING (hold_id)
WHERE kind = 'release'
UNION ALL
SELECT 'twice', kind, any_value(key), external_ref, string_agg(held_id, ', ' ORDER BY held_id), any_value(held_org),
       any_value(account_id), any_value(schedule_id), any_value(currency), NULL, '1', count(*)::VARCHAR
FROM found GROUP BY kind, external_ref HAVING count(*) > 1
UNION ALL
SELECT CASE WHEN sent.key IS NULL THEN 'foreign' ELSE 'unexpected' END, held.kind, sent.key, held.external_ref, held.erp_id,
       held.org_id, held.account_id, held.schedule_id, sent.currency, NULL, sent.state, NULL
FROM held LEFT JOIN sent ON sent.external_ref = held.external_ref
WHERE sent.key IS NULL OR (sent.state IN ('approved', 'refused', 'stale') AND sent.is_read)

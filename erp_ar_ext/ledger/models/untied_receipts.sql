-- untied_receipts: receipts whose rows of unapplied cash add up to another amount than is left of them.
-- grain: one row per (org_id, receipt_id) that differs.
-- columns: currency; rest, the sum of its rows UNAPP, ACC and UNID; left_over, what is not applied; difference, the
--   former less the latter.
-- rule: a receipt without rows UNAPP says nothing of its rest, nor does one that was reversed.
WITH rests AS (
    SELECT org_id, source_schedule_id, sum(amount) AS rest
    FROM applications
    WHERE status IN ('UNAPP', 'ACC', 'UNID') AND reversal_gl_date IS NULL
    GROUP BY org_id, source_schedule_id
    HAVING count(*) FILTER (status = 'UNAPP') > 0
)
SELECT
    s.org_id, s.receipt_id, s.currency, rests.rest, -coalesce(b.balance, 0)::DECIMAL(18, 4) AS left_over,
    (rests.rest + coalesce(b.balance, 0))::DECIMAL(38, 4) AS difference
FROM rests
JOIN every_schedule AS s
    ON s.org_id = rests.org_id AND s.class = 'PMT' AND rests.source_schedule_id
    = CASE WHEN s.schedule_id = 'receipt:' || s.receipt_id THEN s.receipt_id ELSE s.schedule_id END
ANTI JOIN (SELECT * FROM receipts WHERE reversed_date IS NOT NULL) AS r
    ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
LEFT JOIN (SELECT * FROM periods_by_gl_date WHERE valid_to = DATE '9999-12-31') AS b
    ON b.org_id = s.org_id AND b.schedule_id = s.schedule_id
WHERE rests.rest <> -coalesce(b.balance, 0)

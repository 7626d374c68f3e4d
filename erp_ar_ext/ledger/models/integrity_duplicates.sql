-- integrity_duplicates: documents that are likely to have been billed twice.
-- grain: one row per document that repeats an earlier one.
-- columns: those of every integrity model; amount is the document's, related_id the document it repeats.
-- rules: of one company, account (after merges), class, currency and amount, and of one reference - source_ref, else
--   po_number, else trx_number - not more than :duplicate_days apart. A reference has a digit other than 0 in it: VERBAL
--   and N/A refer to nothing. A document of the same source_ref and date is an interface that delivered twice. Of a
--   series that recurs, nothing is told: documents a month (28 to 31 days) apart, also where a twin of the former one
--   stands between the two, and those whose distance comes at least twice in their series, give or take three days
--   (four times where it is less than five days). A document that
--   was cancelled is no twin of the one that replaced it. Credit memos repeat each other only where they credit the
--   same document.
WITH documents AS (
    SELECT d.*, coalesce(d.original_trx_id, '') AS original
    FROM integrity_documents AS d
    ANTI JOIN integrity_credited AS c ON c.org_id = d.org_id AND c.trx_id = d.trx_id
    WHERE d.amount <> 0
),
several AS (
    SELECT org_id, account_id, class, currency, amount, original
    FROM documents GROUP BY ALL HAVING count(*) > 1
),
alike AS MATERIALIZED (
    SELECT
        d.org_id, d.account_id, d.class, d.currency, d.amount, d.original, d.trx_id, d.trx_number, d.trx_date,
        d.source_ref, d.po_number
    FROM documents AS d
    SEMI JOIN several AS s ON s.org_id = d.org_id AND s.account_id = d.account_id AND s.class = d.class
        AND s.currency = d.currency AND s.amount = d.amount AND s.original = d.original
),
referring AS (
    SELECT * EXCLUDE (source_ref, po_number), 'source_ref' AS kind, 1 AS rank, upper(trim(source_ref)) AS reference
    FROM alike WHERE regexp_matches(source_ref, '[1-9]')
    UNION ALL
    SELECT * EXCLUDE (source_ref, po_number), 'po_number', 2, upper(trim(po_number))
    FROM alike WHERE regexp_matches(po_number, '[1-9]')
    UNION ALL
    SELECT * EXCLUDE (source_ref, po_number), 'trx_number', 3, upper(trim(trx_number))
    FROM alike
),
steps AS (
    SELECT
        *,
        date_diff('day', lag(trx_date) OVER series, trx_date) AS days,
        date_diff('day', lag(trx_date, 2) OVER series, trx_date) AS days_to_second,
        lag(trx_id) OVER series AS related_id,
        lag(trx_number) OVER series AS related_number,
        lag(trx_date) OVER series AS related_date
    FROM referring
    WINDOW series AS (
        PARTITION BY org_id, account_id, class, currency, amount, original, kind, reference ORDER BY trx_date, trx_id
    )
),
spaced AS (
    SELECT
        *,
        count(*) FILTER (days > 0) OVER (
            PARTITION BY org_id, account_id, class, currency, amount, original, kind, reference
            ORDER BY days RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING
        ) AS like_distances
    FROM steps WHERE days IS NOT NULL
),
repeated AS (
    SELECT
        *,
        kind <> 'trx_number' AND (days BETWEEN 28 AND 31
            OR coalesce(days_to_second BETWEEN 28 AND 31 AND days_to_second < 2 * days, FALSE)
            OR days > 0 AND like_distances >= CASE WHEN days < 5 THEN 4 ELSE 2 END) AS recurs
    FROM spaced
    WHERE days <= :duplicate_days
)
SELECT
    CASE WHEN kind = 'source_ref' AND days = 0 THEN 'interface-duplicate' ELSE 'duplicate-document' END AS check_id,
    org_id, trx_id, NULL AS schedule_id, trx_number AS number, account_id, currency,
    CAST(amount AS DECIMAL(38, 4)) AS amount, related_id, related_number,
    'account, amount and ' || kind || ' ' || reference || ' are those of ' || related_number || ' of ' || related_date
        || CASE WHEN days = 0 THEN ', the same day' ELSE ', ' || days || ' days before' END AS why
FROM repeated
WHERE NOT recurs
QUALIFY row_number() OVER (PARTITION BY org_id, trx_id ORDER BY rank) = 1

-- integrity_documents: the documents whose integrity is looked at.
-- grain: one row per complete document dated :as_of or before.
-- columns: the document's own; account_id after merges.
SELECT t.* REPLACE (coalesce(survivors.survivor_id, t.account_id) AS account_id)
FROM transactions AS t
LEFT JOIN survivors ON survivors.account_id = t.account_id
WHERE coalesce(t.complete, TRUE) AND t.trx_date <= :as_of

-- exemptions_then: exemptions from holds that are in force on a day.
-- grain: one row per exemption.
-- columns: exemption_id; account_id, after merges; hold_name; amount_cap, up to which overdue amount of a currency it
--   holds the hold off (empty: any).
-- rule: an exemption counts through its last day, and only where another person approved it than asked for it.
SELECT e.exemption_id, coalesce(survivors.survivor_id, e.account_id) AS account_id, e.hold_name, e.amount_cap
FROM exemptions AS e
LEFT JOIN survivors ON survivors.account_id = e.account_id
WHERE e.expires_on >= :as_of AND lower(trim(e.requested_by)) <> lower(trim(e.approved_by))

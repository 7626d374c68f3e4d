-- orders: one row per open order, with what of it is not billed yet.
-- table: OE_ORDER_HEADERS_ALL
-- traps: SOLD_TO_ORG_ID is the customer's account, no operating unit. Lines of category RETURN are negative. An order
--   that was closed or cancelled is no exposure any more and is left out.
SELECT
    TO_CHAR(oh.org_id) AS org_id,
    TO_CHAR(oh.header_id) AS order_id,
    TO_CHAR(oh.sold_to_org_id) AS account_id,
    oh.transactional_curr_code AS currency,
    ol.open_amount AS open_amount,
    TRUNC(NVL(oh.ordered_date, oh.creation_date)) AS ordered_on,
    oh.org_id AS org_key,
    oh.header_id AS row_key,
    GREATEST(oh.last_update_date, ol.last_update_date) AS changed_on
FROM oe_order_headers_all oh
JOIN (
    SELECT
        l.header_id AS header_id,
        ROUND(SUM(
            CASE WHEN l.line_category_code = 'RETURN' THEN -1 ELSE 1 END
            * NVL(l.unit_selling_price, 0)
            * (NVL(l.ordered_quantity, 0) - NVL(l.invoiced_quantity, 0))
        ), 4) AS open_amount,
        MAX(l.last_update_date) AS last_update_date
    FROM oe_order_lines_all l
    WHERE l.open_flag = 'Y' AND NVL(l.cancelled_flag, 'N') = 'N'
    GROUP BY l.header_id
) ol
    ON ol.header_id = oh.header_id
WHERE oh.open_flag = 'Y'
  AND NVL(oh.cancelled_flag, 'N') = 'N'
  AND NVL(oh.booked_flag, 'N') = 'Y'

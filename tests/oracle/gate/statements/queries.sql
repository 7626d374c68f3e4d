Queries: what habits from other databases and tools' output let slip.

--- quoted alias | always | -
SELECT t.a AS "Alpha", COUNT(*) OVER () "of all" FROM t
--- inline view without an alias | always | -
SELECT a FROM (SELECT a FROM t)
--- alias of a table is a common word | always | -
SELECT status.a name, status.b type FROM t status
--- common table expression with columns | always | -
WITH q (a, n) AS (SELECT a, COUNT(*) FROM t GROUP BY a) SELECT a, n FROM q
--- recursive common table expression | always | -
WITH q (n) AS (SELECT 1 FROM DUAL UNION ALL SELECT n + 1 FROM q WHERE n < 3) SELECT n FROM q
--- WITH RECURSIVE | never | ORA-00905
WITH RECURSIVE q (n) AS (SELECT 1 FROM DUAL UNION ALL SELECT n + 1 FROM q WHERE n < 3) SELECT n FROM q
--- ISO date literal | always | -
SELECT a FROM t WHERE d >= DATE '2026-01-31' AND ts < TIMESTAMP '2026-01-31 10:00:00.5'
--- date literal in another order | never | ORA-01861
SELECT a FROM t WHERE d >= DATE '31-01-2026'
--- date literal with a month's name | never | ORA-01861
SELECT a FROM t WHERE d >= DATE '31-JAN-2026'
--- date literal of no day | never | ORA-01839
SELECT a FROM t WHERE d >= DATE '2026-02-30'
--- date literal with a time | never | ORA-01861
SELECT a FROM t WHERE d >= DATE '2026-01-31 10:00:00'
--- timestamp literal with a T | never | ORA-01861
SELECT a FROM t WHERE d >= TIMESTAMP '2026-01-31T10:00:00'
--- interval literal | always | -
SELECT SYSTIMESTAMP - INTERVAL '1' DAY, d + INTERVAL '400' DAY(3), d + INTERVAL '2' MONTH FROM t
--- interval with its unit inside | never | ORA-30089
SELECT SYSTIMESTAMP - INTERVAL '1 day' FROM DUAL
--- interval too wide for its field | never | ORA-01873
SELECT d + INTERVAL '400' DAY FROM t
--- fetch first with ties | always | -
SELECT a FROM t ORDER BY a FETCH FIRST 10 ROWS WITH TIES
--- fetch first by bind | always | -
SELECT a FROM t ORDER BY a OFFSET :skip ROWS FETCH NEXT :page ROWS ONLY
--- limit by bind | never | ORA-00933
SELECT a FROM t ORDER BY a LIMIT :page
--- limit in a subquery | never | ORA-00933
SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 10) x
--- bare offset | never | ORA-00933
SELECT a FROM t ORDER BY a OFFSET 5
--- top | never | ORA-00923
SELECT TOP 10 a FROM t
--- distinct on | never | ORA-00936
SELECT DISTINCT ON (a) a, b FROM t
--- fetch first and for update | never | ORA-02014
SELECT a FROM t ORDER BY a FETCH FIRST 10 ROWS ONLY FOR UPDATE
--- distinct and for update | never | ORA-01786
SELECT DISTINCT a FROM t FOR UPDATE
--- aggregate and for update | never | ORA-01786
SELECT MAX(a) FROM t FOR UPDATE
--- for update of a table | never | ORA-00904
SELECT x.a FROM t x JOIN u y ON y.a = x.a FOR UPDATE OF x
--- for share | never | ORA-00905
SELECT a FROM t FOR SHARE
--- for no key update | never | ORA-00905
SELECT a FROM t FOR NO KEY UPDATE
--- comparison as a column | 23 | ORA-00923
SELECT a = 1 FROM t
--- exists as a column | 23 | ORA-00936
SELECT EXISTS (SELECT 1 FROM t) FROM DUAL
--- case over a comparison | always | -
SELECT CASE WHEN EXISTS (SELECT 1 FROM t WHERE a LIKE 'x%') AND 1 = 1 THEN 1 ELSE 0 END AS found FROM DUAL
--- is true | 23 | ORA-00908
SELECT a FROM t WHERE flag IS TRUE
--- is not false | 23 | ORA-00908
SELECT a FROM t WHERE flag IS NOT FALSE
--- is 1 | never | ORA-00908
SELECT a FROM t WHERE flag IS 1
--- equals true | 23 | ORA-00904
SELECT a FROM t WHERE flag = TRUE
--- a column for a condition | 23 | ORA-00920
SELECT a FROM t WHERE flag
--- not a column for a condition | 23 | ORA-00920
SELECT a FROM t WHERE NOT flag AND a = 1
--- is distinct from | never | ORA-00908
SELECT a FROM t WHERE a IS NOT DISTINCT FROM b
--- similar to | never | ORA-00920
SELECT a FROM t WHERE a SIMILAR TO 'x%'
--- matches by a tilde | never | ORA-00911
SELECT a FROM t WHERE a ~ 'x'
--- equals any array | never | ORA-00911
SELECT a FROM t WHERE a = ANY(ARRAY[1, 2])
--- empty in list | never | ORA-00936
SELECT a FROM t WHERE a IN ()
--- in list ordered | never | ORA-00907
SELECT a FROM t WHERE a IN (SELECT a FROM u ORDER BY a)
--- scalar subquery with fetch first | always | -
SELECT (SELECT b FROM u ORDER BY a FETCH FIRST 1 ROW ONLY) AS first_b FROM t
--- like with escape | always | -
SELECT a FROM t WHERE b NOT LIKE 'x\_%' ESCAPE '\' AND a NOT IN (1, 2) AND c NOT BETWEEN 1 AND 2
--- now() | never | ORA-00904
SELECT NOW() FROM DUAL
--- sysdate() | never | ORA-00923
SELECT SYSDATE() FROM DUAL
--- the clocks Oracle has | always | -
SELECT SYSDATE, SYSTIMESTAMP, CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIMESTAMP(3) FROM DUAL
--- string_agg | never | ORA-00904
SELECT STRING_AGG(b, ',') FROM t
--- date_trunc | never | ORA-00904
SELECT DATE_TRUNC('month', d) FROM t
--- ifnull | never | ORA-00904
SELECT IFNULL(a, 0) FROM t
--- substring | never | ORA-00904
SELECT SUBSTRING(b, 1, 2) FROM t
--- left and right | never | ORA-00904
SELECT LEFT(b, 2), RIGHT(b, 2) FROM t
--- a package's function has any name | always | -
SELECT my_pkg.now(a), x.left FROM t x
--- concat of three | 23 | ORA-00909
SELECT CONCAT(a, b, 'x') FROM t
--- extract from a date | always | -
SELECT EXTRACT(YEAR FROM d), EXTRACT(HOUR FROM ts) FROM t
--- extract epoch | never | ORA-00907
SELECT EXTRACT(EPOCH FROM ts) FROM t
--- cast to Oracle's types | always | -
SELECT CAST(a AS VARCHAR2(10)), CAST(a AS NUMBER(10, 2)), CAST(d AS TIMESTAMP WITH TIME ZONE), CAST(NULL AS DATE) FROM t
--- cast to text | never | ORA-00902
SELECT CAST(a AS TEXT) FROM t
--- cast to bigint | never | ORA-00902
SELECT CAST(a AS BIGINT) FROM t
--- cast to varchar2 without a length | never | ORA-00906
SELECT CAST(a AS VARCHAR2) FROM t
--- concatenation with null | always | -
SELECT a || NULL || ' x' || TO_CHAR(d, 'YYYY-MM-DD') FROM t
--- percent for modulo | never | ORA-00911
SELECT a % 2 FROM t
--- the three signs for unequal | always | -
SELECT a FROM t WHERE a != 1 AND b <> 2 AND c ^= 3
--- double equals | never | ORA-00936
SELECT a FROM t WHERE a == 1
--- escape string | never | ORA-00923
SELECT E'a\n' FROM DUAL
--- national and quoted strings | always | -
SELECT N'x', q'{it's}', q'!a'b!', 'it''s' FROM DUAL
--- group by a number | never | ORA-00979
SELECT a, COUNT(*) FROM t GROUP BY 1
--- group by an alias | 23 | ORA-00904
SELECT UPPER(b) AS upper_b, COUNT(*) FROM t GROUP BY upper_b
--- missing group by | never | ORA-00937
SELECT a, COUNT(*) FROM t
--- column not in group by | never | ORA-00979
SELECT a, b, SUM(c) FROM t GROUP BY a
--- constants and binds beside an aggregate | always | -
SELECT 'x', :run, SYSDATE, COUNT(*), NVL(SUM(a), 0) FROM t
--- an expression over what is grouped | always | -
SELECT x.a, x.b || '-' || a, SUM(c) * 2 FROM t x GROUP BY x.a, x.b
--- aggregate in where | never | ORA-00934
SELECT a FROM t WHERE SUM(a) > 1 GROUP BY a
--- nested aggregate without group by | never | ORA-00978
SELECT MAX(SUM(a)) FROM t
--- nested aggregate with group by | always | -
SELECT MAX(SUM(a)) FROM t GROUP BY b
--- aggregates nested too deeply | never | ORA-00935
SELECT MAX(SUM(COUNT(a))) FROM t GROUP BY b
--- aggregate over a window of an aggregate | always | -
SELECT b, SUM(SUM(a)) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t GROUP BY b
--- window function in where | never | ORA-30483
SELECT a FROM t WHERE ROW_NUMBER() OVER (ORDER BY a) = 1
--- aggregate with a filter | never | ORA-00923
SELECT COUNT(*) FILTER (WHERE a > 1) FROM t
--- qualify | never | ORA-00933
SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1
--- named window | 21 | ORA-00933
SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY a)
--- select into at top level | never | ORA-00905
SELECT a INTO b FROM t
--- table of values | 23 | ORA-00903
SELECT v.a FROM (VALUES (1, 2), (3, 4)) v (a, b)
--- cross apply and lateral | always | -
SELECT x.a, y.b FROM t x CROSS APPLY (SELECT b FROM u WHERE u.a = x.a) y CROSS JOIN LATERAL (SELECT c FROM w WHERE w.a = x.a) z
--- full outer and natural joins | always | -
SELECT a FROM t FULL OUTER JOIN u USING (a) NATURAL JOIN w
--- outer mark beside a join | never | ORA-25156
SELECT x.a FROM t x JOIN u y ON x.a = y.a, w z WHERE z.a (+) = x.a
--- outer mark on both sides | never | ORA-01468
SELECT x.a FROM t x, u y WHERE x.a (+) = y.a (+)
--- outer mark under or | never | ORA-01719
SELECT x.a FROM t x, u y WHERE x.a = y.a (+) OR y.b (+) = 1
--- minus | always | -
SELECT a FROM t MINUS SELECT a FROM u INTERSECT SELECT a FROM w
--- minus all | 21 | ORA-00928
SELECT a FROM t MINUS ALL SELECT a FROM u
--- alias of a subquery with AS | never | ORA-00933
SELECT x.a FROM (SELECT a FROM t) AS x
--- alias of a joined table with AS | never | ORA-00933
SELECT x.a FROM t x JOIN u AS y ON y.a = x.a
--- alias of a second table with AS | never | ORA-00933
SELECT x.a FROM t x, u AS y WHERE y.a = x.a
--- alias is a reserved word | never | ORA-00923
SELECT a AS level FROM t
--- bare alias is a reserved word | never | ORA-00923
SELECT a date FROM t
--- quoted alias is a reserved word | always | -
SELECT a AS "DATE", b AS "level" FROM t
--- column begins with an underscore | never | ORA-00911
SELECT _a FROM t
--- names with dollar and hash | always | -
SELECT v$x.a#, x$ FROM v$x
--- alias of 31 bytes | 12.2 | ORA-00972
SELECT a AS abcdefghijabcdefghijabcdefghij1 FROM t
--- alias of 11 Korean letters | 12.2 | ORA-00972
SELECT a AS "가나다라마바사아자차카" FROM t
--- bind is a reserved word | never | ORA-01745
SELECT a FROM t WHERE d >= :date
--- binds by number | always | -
SELECT a FROM t WHERE a = :1 AND b = :2
--- bind of 31 bytes | 12.2 | ORA-00972
SELECT a FROM t WHERE a = :abcdefghijabcdefghijabcdefghij1
--- bind begins with an underscore | never | ORA-01745
SELECT a FROM t WHERE a = :_b
--- question mark for a bind | never | ORA-00911
SELECT a FROM t WHERE a = ?
--- percent s for a bind | never | ORA-00911
SELECT a FROM t WHERE a = %(b)s
--- dollar number for a bind | never | ORA-00911
SELECT a FROM t WHERE a = $1
--- hints and comments | always | -
SELECT /*+ LEADING(x) INDEX(x t_u1) */ x.a -- LIMIT 10
FROM t x /* AS y :: */
--- hash comment | never | ORA-00911
SELECT a # the key
FROM t
--- flashback | always | -
SELECT x.a FROM t AS OF SCN :scn x JOIN u AS OF TIMESTAMP (SYSTIMESTAMP - INTERVAL '1' HOUR) y ON y.a = x.a
--- sample and partition | always | -
SELECT a FROM t SAMPLE (10) UNION ALL SELECT a FROM u PARTITION (p1) x
--- order with nulls last | always | -
SELECT a FROM t ORDER BY a DESC NULLS LAST, 2
--- trailing comma | never | ORA-00936
SELECT a, FROM t
--- text too long for a literal | never | ORA-01704
SELECT 'LONG' FROM DUAL
--- IN list of 1001 | 23 | ORA-01795
SELECT a FROM t WHERE a IN (MANY)
--- IN list of tuples by 600 | always | -
SELECT a FROM t WHERE (a, 0) IN (TUPLES)
--- json path by arrow | never | ORA-00936
SELECT j->>'a' FROM t
--- at time zone | always | -
SELECT SYS_EXTRACT_UTC(ts), ts AT TIME ZONE 'UTC', FROM_TZ(CAST(d AS TIMESTAMP), 'Asia/Seoul') FROM t
--- pivot | always | -
SELECT * FROM (SELECT a, b FROM t) PIVOT (COUNT(*) FOR b IN ('x' AS x, 'y' AS y))
--- start with connect by | always | -
SELECT a, LEVEL FROM t START WITH b IS NULL CONNECT BY NOCYCLE PRIOR a = b ORDER SIBLINGS BY a
--- analytic keep | always | -
SELECT a, MAX(b) KEEP (DENSE_RANK LAST ORDER BY d) AS last_b FROM t GROUP BY a
--- grouping sets | always | -
SELECT a, b, GROUPING(a), SUM(c) FROM t GROUP BY GROUPING SETS ((a, b), ())
--- column behind its table is a reserved word | never | ORA-01747
SELECT x.size FROM t x
--- nvl of three | never | ORA-00909
SELECT NVL(a, b, c) FROM t
--- cast to a number too precise | never | ORA-01727
SELECT CAST(a AS NUMBER(40)) FROM t

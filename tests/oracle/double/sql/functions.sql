-- a raising function is volatile, or PostgreSQL would call it while it plans, in branches that are never taken
-- Oracle's functions with Oracle's semantics. What is not said exactly here is refused: sys.ora_refuse names it.
-- An empty string is NULL wherever a text comes out.

CREATE FUNCTION sys.ora_raise(code integer, told text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION '%', format('-%s: %s', lpad(code::text, 5, '0'), told) USING ERRCODE = 'ORA00';
END $$;
CREATE FUNCTION sys.ora_refuse(what text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT sys.ora_raise(3001, 'unimplemented feature: the double does not translate ' || what)
$$;

CREATE FUNCTION sys.ora_user() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('double.user') $$;
CREATE FUNCTION sys.ora_sysdate() RETURNS timestamp(0) LANGUAGE sql VOLATILE AS
$$ SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC') $$;
CREATE FUNCTION sys.ora_systimestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;
CREATE FUNCTION sys.ora_sys_guid() RETURNS bytea LANGUAGE sql VOLATILE AS
$$ SELECT decode(replace(gen_random_uuid()::text, '-', ''), 'hex') $$;
CREATE FUNCTION sys.ora_sys_extract_utc(timestamptz) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
$$ SELECT $1 AT TIME ZONE 'UTC' $$;

CREATE FUNCTION sys.ora_sys_context(space text, key text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  found text;
BEGIN
  IF upper(space) <> 'USERENV' THEN
    RETURN sys.ora_refuse('SYS_CONTEXT of ' || space);
  END IF;
  found := CASE upper(key)
    WHEN 'CURRENT_SCHEMA' THEN 'schema' WHEN 'SESSION_USER' THEN 'user' WHEN 'CURRENT_USER' THEN 'user'
    WHEN 'SID' THEN 'sid' WHEN 'SESSIONID' THEN 'sid' WHEN 'SERVICE_NAME' THEN 'service' WHEN 'MODULE' THEN 'module'
    WHEN 'ACTION' THEN 'action' WHEN 'CLIENT_IDENTIFIER' THEN 'client_identifier'
    WHEN 'CLIENT_INFO' THEN 'client_info' END;
  IF found IS NOT NULL THEN
    RETURN nullif(current_setting('double.' || found, true), '');
  END IF;
  RETURN CASE upper(key)
    WHEN 'DB_NAME' THEN 'DOUBLE' WHEN 'DB_UNIQUE_NAME' THEN 'DOUBLE' WHEN 'INSTANCE_NAME' THEN 'double'
    WHEN 'CON_NAME' THEN 'FREEPDB1' WHEN 'INSTANCE' THEN '1' WHEN 'CURRENT_EDITION_NAME' THEN 'ORA$BASE'
    WHEN 'SESSION_EDITION_NAME' THEN 'ORA$BASE' WHEN 'SERVER_HOST' THEN 'localhost' WHEN 'HOST' THEN 'localhost'
    WHEN 'ISDBA' THEN 'FALSE' WHEN 'LANG' THEN 'US' WHEN 'LANGUAGE' THEN 'AMERICAN_AMERICA.AL32UTF8'
    WHEN 'DATABASE_ROLE' THEN 'PRIMARY' WHEN 'NETWORK_PROTOCOL' THEN 'tcp' WHEN 'IP_ADDRESS' THEN '127.0.0.1'
    ELSE sys.ora_raise(2003, 'invalid USERENV parameter') END;
END $$;

-- numbers: NUMBER keeps 20 digits to the base 100
CREATE FUNCTION sys.ora_number(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $1 = 0 OR $1 IS NULL THEN $1 ELSE round($1, 38 - 2 * floor(floor(log(abs($1))) / 2)::int) END
$$;
CREATE FUNCTION sys.ora_div(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT trim_scale(sys.ora_number(round($1, greatest(60, scale($1))) / $2))
$$;
CREATE FUNCTION sys.ora_avg_step(numeric[], numeric) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $2 IS NULL THEN $1 ELSE ARRAY[$1[1] + $2, $1[2] + 1] END
$$;
CREATE FUNCTION sys.ora_avg_end(numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $1[2] > 0 THEN sys.ora_div($1[1], $1[2]) END
$$;
CREATE AGGREGATE sys.ora_avg(numeric) (
  SFUNC = sys.ora_avg_step, STYPE = numeric[], INITCOND = '{0,0}', FINALFUNC = sys.ora_avg_end);
CREATE FUNCTION sys.ora_abs(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) $$;
CREATE FUNCTION sys.ora_sign(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT sign($1) $$;
CREATE FUNCTION sys.ora_ceil(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT ceil($1) $$;
CREATE FUNCTION sys.ora_floor(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT floor($1) $$;
CREATE FUNCTION sys.ora_mod(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $2 = 0 THEN $1 ELSE mod($1, $2) END $$;
CREATE FUNCTION sys.ora_round(numeric, numeric DEFAULT 0) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT round($1, trunc($2)::int) $$;
CREATE FUNCTION sys.ora_trunc(numeric, numeric DEFAULT 0) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT trunc($1, trunc($2)::int) $$;

-- dates: a DATE has a time of day, and no fraction of a second
CREATE FUNCTION sys.ora_trunc(timestamp, unit text DEFAULT 'DD') RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN upper(unit) IN ('DD', 'DDD', 'J') THEN date_trunc('day', $1)
    WHEN upper(unit) IN ('MM', 'MON', 'MONTH', 'RM') THEN date_trunc('month', $1)
    WHEN upper(unit) IN ('YYYY', 'YEAR', 'YY', 'Y', 'SYYYY', 'YYY') THEN date_trunc('year', $1)
    WHEN upper(unit) = 'Q' THEN date_trunc('quarter', $1)
    WHEN upper(unit) = 'IW' THEN date_trunc('week', $1)
    WHEN upper(unit) IN ('HH', 'HH24', 'HH12') THEN date_trunc('hour', $1)
    WHEN upper(unit) = 'MI' THEN date_trunc('minute', $1)
    ELSE sys.ora_refuse('TRUNC of a date to ' || unit)::timestamp END
$$;
CREATE FUNCTION sys.ora_trunc(timestamptz, unit text DEFAULT 'DD') RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_trunc($1 AT TIME ZONE 'UTC', unit) $$;
CREATE FUNCTION sys.ora_round(timestamp, unit text DEFAULT 'DD') RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN upper(unit) IN ('DD', 'DDD', 'J') THEN date_trunc('day', $1 + interval '12 hours')
    ELSE sys.ora_refuse('ROUND of a date to ' || unit)::timestamp END
$$;
CREATE FUNCTION sys.ora_last_day(timestamp) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$
  SELECT (date_trunc('month', $1) + interval '1 month - 1 day') + ($1 - date_trunc('day', $1))
$$;
-- the last day of a month stays the last day
CREATE FUNCTION sys.ora_add_months(timestamp, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN sys.ora_last_day($1) = $1 THEN sys.ora_last_day($1 + make_interval(months => trunc($2)::int))
              ELSE $1 + make_interval(months => trunc($2)::int) END
$$;
CREATE FUNCTION sys.ora_days_between(timestamp, timestamp) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF extract(microseconds FROM $1) % 1000000 <> 0 OR extract(microseconds FROM $2) % 1000000 <> 0 THEN
    PERFORM sys.ora_refuse('TIMESTAMP - TIMESTAMP');
  END IF;
  RETURN sys.ora_div((extract(epoch FROM $1) - extract(epoch FROM $2))::numeric, 86400);
END $$;
CREATE FUNCTION sys.ora_months_between(timestamp, timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(year FROM $1) - extract(year FROM $2)) * 12 + extract(month FROM $1) - extract(month FROM $2)
    + CASE WHEN extract(day FROM $1) = extract(day FROM $2)
             OR (date_trunc('day', sys.ora_last_day($1)) = date_trunc('day', $1)
                 AND date_trunc('day', sys.ora_last_day($2)) = date_trunc('day', $2)) THEN 0
           ELSE sys.ora_div(
             (extract(day FROM $1) - extract(day FROM $2))
             + sys.ora_div(extract(epoch FROM $1::time)::numeric - extract(epoch FROM $2::time)::numeric, 86400), 31)
      END
$$;
CREATE FUNCTION sys.ora_add_days(timestamp, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT date_trunc('second', $1) + round($2 * 86400)::bigint * interval '1 second' $$;
CREATE FUNCTION sys.ora_take_days(timestamp, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_add_days($1, 0 - $2) $$;
CREATE FUNCTION sys.ora_days_add(numeric, timestamp) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_add_days($2, $1) $$;
CREATE FUNCTION sys.ora_add_days(timestamptz, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_add_days($1 AT TIME ZONE 'UTC', $2) $$;
CREATE FUNCTION sys.ora_take_days(timestamptz, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_add_days($1 AT TIME ZONE 'UTC', 0 - $2) $$;

-- texts
CREATE FUNCTION sys.ora_text(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT nullif($1, '') $$;
CREATE FUNCTION sys.ora_text(numeric) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  plain text := trim_scale($1)::text;
BEGIN
  IF length(replace(replace(plain, '-', ''), '.', '')) > 40 THEN
    PERFORM sys.ora_refuse('the text of a number of more than 40 digits');
  END IF;
  RETURN regexp_replace(plain, '^(-?)0\.', '\1.');
END $$;
CREATE FUNCTION sys.ora_concat(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT nullif(concat($1, $2), '') $$;
CREATE FUNCTION sys.ora_upper(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1) $$;
CREATE FUNCTION sys.ora_lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1) $$;
CREATE FUNCTION sys.ora_length(text) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT length(nullif($1, ''))::numeric $$;
CREATE FUNCTION sys.ora_lengthb(text) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT octet_length(nullif($1, ''))::numeric $$;
CREATE FUNCTION sys.ora_chr(numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 BETWEEN 1 AND 127 THEN chr($1::int) ELSE sys.ora_refuse('CHR(' || $1 || ')') END $$;
CREATE FUNCTION sys.ora_substr(text, numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT nullif(CASE WHEN $2 < 0 AND -trunc($2) > length($1) THEN NULL
                     WHEN $2 < 0 THEN right($1, -trunc($2)::int)
                     ELSE substr($1, greatest(trunc($2), 1)::int) END, '')
$$;
CREATE FUNCTION sys.ora_substr(text, numeric, numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $3 < 1 THEN NULL ELSE nullif(substr(sys.ora_substr($1, $2), 1, trunc($3)::int), '') END $$;
CREATE FUNCTION sys.ora_instr(text, text, start numeric DEFAULT 1, occurrence numeric DEFAULT 1) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  at int := CASE WHEN start < 0 THEN least(length($1) + 1 + start::int, length($1) - length($2) + 1) ELSE start::int END;
  seen int := 0;
  step int := CASE WHEN start < 0 THEN -1 ELSE 1 END;
BEGIN
  IF $1 = '' OR $2 = '' THEN RETURN NULL; END IF;
  IF occurrence < 1 THEN PERFORM sys.ora_raise(1428, 'argument ''0'' is out of range'); END IF;
  IF start = 0 THEN RETURN 0; END IF;
  WHILE at >= 1 AND at <= length($1) - length($2) + 1 LOOP
    IF substr($1, at, length($2)) = $2 THEN
      seen := seen + 1;
      IF seen = occurrence THEN RETURN at; END IF;
    END IF;
    at := at + step;
  END LOOP;
  RETURN 0;
END $$;
CREATE FUNCTION sys.ora_replace(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT nullif(replace($1, coalesce($2, ''), ''), '') $$;
CREATE FUNCTION sys.ora_replace(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT nullif(replace($1, coalesce($2, ''), coalesce($3, '')), '') $$;
CREATE FUNCTION sys.ora_trim(text, text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN length($2) > 1 THEN sys.ora_raise(30001, 'trim set should have only one character')
               ELSE nullif(btrim($1, $2), '') END $$;
CREATE FUNCTION sys.ora_ltrim(text, text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT nullif(ltrim($1, $2), '') $$;
CREATE FUNCTION sys.ora_rtrim(text, text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT nullif(rtrim($1, $2), '') $$;
-- Oracle pads to columns of a terminal, in which some letters take two: only those that take one are translated
CREATE FUNCTION sys.ora_narrow(text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 ~ '[\u1100-\uffff]' THEN sys.ora_refuse('padding of wide letters') ELSE $1 END $$;
CREATE FUNCTION sys.ora_lpad(text, numeric, text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $3 = '' THEN NULL ELSE nullif(lpad(sys.ora_narrow($1), trunc($2)::int, sys.ora_narrow($3)), '') END $$;
CREATE FUNCTION sys.ora_rpad(text, numeric, text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $3 = '' THEN NULL ELSE nullif(rpad(sys.ora_narrow($1), trunc($2)::int, sys.ora_narrow($3)), '') END $$;

-- conversions: only with formats that mean the same in both
CREATE FUNCTION sys.ora_date_format(format text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF upper(format) !~ '^(YYYY|MM|DD|HH24|MI|SS|MON|DDD|IYYY|IW|Q|FF[1-6]|FF|"[^"]*"|[-/.,:; ])+$' THEN
    PERFORM sys.ora_refuse('the date format ' || format);
  END IF;
  RETURN regexp_replace(format, 'FF(?![1-6])', 'FF6', 'i');
END $$;
CREATE FUNCTION sys.ora_to_char(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT nullif($1, '') $$;
CREATE FUNCTION sys.ora_to_char(numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT sys.ora_text($1) $$;
CREATE FUNCTION sys.ora_to_char(timestamp, format text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT to_char($1, sys.ora_date_format(format)) $$;
CREATE FUNCTION sys.ora_to_char(timestamptz, format text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT to_char($1 AT TIME ZONE 'UTC', sys.ora_date_format(format)) $$;
CREATE FUNCTION sys.ora_to_char(timestamp) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT sys.ora_to_char($1, current_setting('double.nls_date_format')) $$;
CREATE FUNCTION sys.ora_text(timestamp) RETURNS text LANGUAGE sql STABLE AS $$ SELECT sys.ora_to_char($1) $$;
CREATE FUNCTION sys.ora_to_char(numeric, format text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  written text;
BEGIN
  IF upper(format) IN ('TM', 'TM9') THEN
    RETURN sys.ora_text($1);
  END IF;
  IF upper(format) !~ '^(FM)?[09][09,]*(\.[09]+)?$' THEN
    PERFORM sys.ora_refuse('the number format ' || format);
  END IF;
  written := to_char($1, upper(format));
  RETURN CASE WHEN written LIKE '%#%' THEN repeat('#', length(replace(upper(format), 'FM', '')) + 1) ELSE written END;
END $$;
CREATE FUNCTION sys.ora_to_number(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT $1 $$;
CREATE FUNCTION sys.ora_to_number(text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF $1 !~* '^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$' THEN
    PERFORM sys.ora_raise(1722, 'invalid number');
  END IF;
  RETURN nullif($1, '')::varchar::numeric;
END $$;
CREATE FUNCTION sys.ora_moment(told text, format text) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  exact text := sys.ora_date_format(format);
  found timestamp;
BEGIN
  IF told IS NULL OR told = '' THEN RETURN NULL; END IF;
  IF upper(format) ~ 'IYYY|IW|Q|DDD' THEN PERFORM sys.ora_refuse('TO_DATE with the format ' || format); END IF;
  found := to_timestamp(told, exact) AT TIME ZONE current_setting('TimeZone');
  IF upper(to_char(found, exact)) <> upper(told) THEN
    PERFORM sys.ora_raise(1861, 'literal does not match format string');
  END IF;
  IF exact !~* 'DD' OR exact !~* 'MM|MON' OR exact !~* 'YYYY' THEN
    PERFORM sys.ora_refuse('TO_DATE without a whole date in its format');
  END IF;
  RETURN found;
END $$;
CREATE FUNCTION sys.ora_to_date(text, format text) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_moment($1, format)::timestamp(0) $$;
CREATE FUNCTION sys.ora_to_date(text) RETURNS timestamp(0) LANGUAGE sql STABLE AS
$$ SELECT sys.ora_moment($1, current_setting('double.nls_date_format'))::timestamp(0) $$;
CREATE FUNCTION sys.ora_to_date(timestamp) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT date_trunc('second', $1) $$;
CREATE FUNCTION sys.ora_to_date(timestamptz) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT date_trunc('second', $1 AT TIME ZONE 'UTC') $$;
CREATE FUNCTION sys.ora_to_timestamp(text, format text) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_moment($1, format) $$;
CREATE FUNCTION sys.ora_to_timestamp(text) RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT sys.ora_moment($1, current_setting('double.nls_timestamp_format')) $$;
CREATE FUNCTION sys.ora_to_timestamp(timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$ SELECT $1 $$;
CREATE FUNCTION sys.ora_to_timestamp(timestamptz) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
$$ SELECT $1 AT TIME ZONE 'UTC' $$;

-- operators of dates: sys stands before pg_catalog in the search path
CREATE OPERATOR sys.+ (LEFTARG = timestamp, RIGHTARG = numeric, FUNCTION = sys.ora_add_days);
CREATE OPERATOR sys.+ (LEFTARG = numeric, RIGHTARG = timestamp, FUNCTION = sys.ora_days_add);
CREATE OPERATOR sys.- (LEFTARG = timestamp, RIGHTARG = numeric, FUNCTION = sys.ora_take_days);
CREATE OPERATOR sys.+ (LEFTARG = timestamptz, RIGHTARG = numeric, FUNCTION = sys.ora_add_days);
CREATE OPERATOR sys.- (LEFTARG = timestamptz, RIGHTARG = numeric, FUNCTION = sys.ora_take_days);
CREATE OPERATOR sys.- (LEFTARG = timestamp, RIGHTARG = timestamp, FUNCTION = sys.ora_days_between);
CREATE CAST (text AS numeric) WITH FUNCTION sys.ora_to_number(text) AS IMPLICIT;
CREATE CAST (varchar AS numeric) WITH INOUT AS IMPLICIT;
CREATE FUNCTION sys.ora_number_text(numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT sys.ora_text($1) $$;

-- the same under their own names, for PL/SQL that was translated
CREATE FUNCTION sys.sys_context(text, text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT sys.ora_sys_context($1, $2) $$;
CREATE FUNCTION sys.add_months(timestamp, numeric) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_add_months($1, $2) $$;
CREATE FUNCTION sys.last_day(timestamp) RETURNS timestamp(0) LANGUAGE sql IMMUTABLE AS $$ SELECT sys.ora_last_day($1) $$;
CREATE FUNCTION sys.months_between(timestamp, timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT sys.ora_months_between($1, $2) $$;
CREATE FUNCTION sys.instr(text, text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT sys.ora_instr($1, $2) $$;

-- The rule of V2 as rows: Postgres puts such a function's query into the one that asks, and runs it with that. A function
-- that returns an array is started anew for each name of a batch, which took longer than all else the match takes.
CREATE FUNCTION event_patterns(event_name text) RETURNS SETOF text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT event_name
  UNION ALL SELECT '*'
  UNION ALL SELECT array_to_string((string_to_array(event_name, '.'))[1:parts], '.') || '.*'
  FROM generate_series(1, cardinality(string_to_array(event_name, '.')) - 1) AS parts;
END;

COMMENT ON FUNCTION event_patterns(text) IS 'Every pattern that an event of this name matches, a row each';

CREATE OR REPLACE FUNCTION event_patterns_matching(event_name text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT pattern FROM event_patterns(event_name) AS pattern);

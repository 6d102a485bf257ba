-- Ids are UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 12 bits of the fraction of that
-- millisecond (section 6.2, method 3), then 62 random bits. io.httpqueue.database.UuidV7 makes the same in Java.

CREATE FUNCTION uuid_v7(at timestamptz) RETURNS uuid
  LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN (
  lpad(to_hex((floor(extract(epoch FROM at) * 1000))::bigint), 12, '0')
  || '7'
  || lpad(to_hex(((extract(epoch FROM at) * 1000000)::bigint % 1000) * 4096 / 1000), 3, '0')
  || substr(replace(gen_random_uuid()::text, '-', ''), 17)
)::uuid;

COMMENT ON FUNCTION uuid_v7(timestamptz) IS 'A new id that sorts by the given time, to the microsecond';

-- The smallest id of a moment: the bound of a partition, or of a search by time.
CREATE FUNCTION uuid_v7_floor(at timestamptz) RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  lpad(to_hex((floor(extract(epoch FROM at) * 1000))::bigint), 12, '0')
  || '7'
  || lpad(to_hex(((extract(epoch FROM at) * 1000000)::bigint % 1000) * 4096 / 1000), 3, '0')
  || '8000000000000000'
)::uuid;

COMMENT ON FUNCTION uuid_v7_floor(timestamptz) IS 'The smallest id that uuid_v7 could make at the given time';

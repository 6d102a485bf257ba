-- What kind of failure an attempt was: the names of the API's ErrorClass.
CREATE TYPE error_class AS ENUM (
  'DNS', 'CONNECT', 'TLS', 'TIMEOUT', 'PROTOCOL', 'RESPONSE_TOO_LARGE', 'REDIRECT', 'STATUS_4XX', 'STATUS_5XX',
  'THROTTLED', 'BLOCKED_ADDRESS', 'INTERRUPTED', 'INTERNAL'
);

ALTER TABLE delivery_attempt
  ADD COLUMN error_class error_class;

-- What a lane knows of its receiver, for the lane after it. Written on changes and when a lane ends, not for each attempt.
ALTER TABLE delivery_lane
  -- no lane is started before: the receiver asked for it, its breaker is open, or its rate is used up
  ADD COLUMN waits_until     timestamptz,
  -- a lane found nothing that may start before; the sweep need not look
  ADD COLUMN quiet_until     timestamptz,
  -- no request before
  ADD COLUMN throttled_until timestamptz,
  -- null: the breaker is closed. Else it is open until then, and half-open after
  ADD COLUMN probe_at        timestamptz,
  ADD COLUMN failed_probes   integer NOT NULL DEFAULT 0,
  -- failures in a row
  ADD COLUMN failures        integer NOT NULL DEFAULT 0,
  -- the first failure since the last success
  ADD COLUMN failing_since   timestamptz,
  -- when the bucket of the rate limit is full again
  ADD COLUMN rate_free_at    timestamptz;

-- A delivery with an ordering key is in order with all others of its webhook that have the same one: of those that are
-- unfinished the one with the smallest id goes first. Null, as on the deliveries of webhooks without order, is in no order.
ALTER TABLE delivery
  -- it failed for good, and what is behind it waits
  ADD COLUMN blocks boolean;

CREATE INDEX delivery_by_key ON delivery (webhook_id, ordering_key COLLATE "C", id)
  WHERE ordering_key IS NOT NULL AND status IN ('PENDING', 'SENDING', 'RETRYING');
CREATE INDEX delivery_blocking ON delivery (webhook_id, ordering_key COLLATE "C", id)
  WHERE blocks AND status = 'FAILED';

-- Those whose deliveries wait, so that the sweep finds them without reading all.
CREATE INDEX webhook_held ON webhook (id)
  WHERE deleted_at IS NULL AND (paused_at IS NOT NULL OR disabled_at IS NOT NULL OR NOT active);

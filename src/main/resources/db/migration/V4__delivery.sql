CREATE TYPE delivery_status AS ENUM (
  'PENDING', 'SENDING', 'SUCCESS', 'FAILED', 'RETRYING', 'EXPIRED', 'CANCELLED'
);

-- The answer to the last attempt stands in delivery_attempt alone: an update here stays small.
CREATE TABLE delivery (
  id                uuid NOT NULL PRIMARY KEY,
  event_id          uuid NOT NULL,
  webhook_id        uuid NOT NULL,
  status            delivery_status NOT NULL DEFAULT 'PENDING',
  -- an attempt that is running is counted once the status is SENDING
  attempt_count     integer NOT NULL DEFAULT 0,
  max_attempts      integer NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz NOT NULL,
  last_attempted_at timestamptz,
  next_attempt_at   timestamptz,
  -- why it ended, where no attempt tells
  ended_because     text
) PARTITION BY RANGE (id);

CREATE INDEX delivery_by_event ON delivery (event_id, id);
CREATE INDEX delivery_by_webhook ON delivery (webhook_id, id);
CREATE INDEX delivery_first_attempt ON delivery (webhook_id, id) WHERE status = 'PENDING';
CREATE INDEX delivery_next_attempt ON delivery (webhook_id, next_attempt_at)
  WHERE status IN ('SENDING', 'RETRYING');

CREATE TABLE delivery_attempt (
  delivery_id   uuid NOT NULL,
  number        integer NOT NULL,
  started_at    timestamptz NOT NULL,
  duration_ms   integer NOT NULL,
  response_code integer,
  response_body text,
  error         text,
  PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);

-- Whose turn it is to work on a webhook. The lease is the claim on all its deliveries; see docs/architecture.md.
CREATE TABLE delivery_lane (
  webhook_id  uuid PRIMARY KEY REFERENCES webhook (id),
  -- counts the wakes; a lane that finds another epoch than its own has lost its place
  epoch       bigint NOT NULL,
  -- null: nobody's. While a lane waits to be started, and while it runs, in the future.
  lease_until timestamptz,
  running     boolean NOT NULL DEFAULT false,
  -- a lane ended without giving up its lease: what it had in flight is unknown
  interrupted boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The deliveries to ordered webhooks are made in the commit of the event itself, so that their ids have the order of the
-- acceptances. Those are named here, and the fan-out makes the others. Null where there are none.
ALTER TABLE event
  ADD COLUMN ordered_webhook_ids uuid[];

-- What the intake asks for each namespace of a batch; empty where nobody wants order.
CREATE INDEX webhook_ordered ON webhook (namespace, id) WHERE ordering <> 'NONE' AND deleted_at IS NULL;

-- A delivery that waits for its event's deliver_at is stored as RETRYING without an attempt, since it waits for a moment as
-- a retry does. To people it is one that waits for its first attempt.
CREATE FUNCTION shown_status(status delivery_status, attempt_count integer) RETURNS delivery_status
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status = 'RETRYING' AND attempt_count = 0 THEN 'PENDING' ELSE status END;

COMMENT ON FUNCTION shown_status(delivery_status, integer) IS 'The status of a delivery as people are told';

-- The answers to pushes with an idempotency key. Slots take turns: new keys go to the current one, keys are looked for in
-- all, and the next one is truncated before its turn, once all its keys have expired. So nothing is deleted row by row.
CREATE TABLE idempotency_key (
  namespace    text NOT NULL,
  key          text NOT NULL,
  slot         integer NOT NULL,
  event_id     uuid NOT NULL,
  -- SHA-256 of all that the push said
  request_hash bytea NOT NULL,
  webhook_ids  uuid[] NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (namespace, key, slot)
) PARTITION BY LIST (slot);

CREATE TABLE idempotency_key_0 PARTITION OF idempotency_key FOR VALUES IN (0);
CREATE TABLE idempotency_key_1 PARTITION OF idempotency_key FOR VALUES IN (1);
CREATE TABLE idempotency_key_2 PARTITION OF idempotency_key FOR VALUES IN (2);
CREATE TABLE idempotency_key_3 PARTITION OF idempotency_key FOR VALUES IN (3);
CREATE TABLE idempotency_key_4 PARTITION OF idempotency_key FOR VALUES IN (4);
CREATE TABLE idempotency_key_5 PARTITION OF idempotency_key FOR VALUES IN (5);

-- For the one question whether a slot holds a key that is alive. Rows come in the order of time, so that this is tiny.
CREATE INDEX idempotency_key_by_expiry ON idempotency_key USING brin (expires_at);

-- The slot of new keys. One row.
CREATE TABLE idempotency_slot (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  slot   integer NOT NULL,
  since  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO idempotency_slot (slot) VALUES (0);

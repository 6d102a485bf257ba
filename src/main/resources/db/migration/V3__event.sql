-- Partitions by day are made by io.httpqueue.retention: ahead of time, and dropped whole when their time is over.
CREATE TABLE event (
  id          uuid NOT NULL PRIMARY KEY,
  namespace   text NOT NULL,
  name        text NOT NULL,
  -- the caller's bytes; jsonb would not give them back as they were
  payload     bytea NOT NULL,
  metadata    jsonb NOT NULL,
  -- the webhooks it matched when it was accepted: what PushEvent answered is what is delivered, on every server
  webhook_ids uuid[] NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL
) PARTITION BY RANGE (id);

-- Events whose deliveries are still to be made: a row per batch of the intake, written in the commit of its events and
-- deleted in the commit of their deliveries. A mark on the event itself would write each event twice.
CREATE TABLE fan_out (
  id         uuid NOT NULL PRIMARY KEY,
  event_ids  uuid[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

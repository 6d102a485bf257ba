-- The replay that made a delivery. Null for all others: a bit in the row's null map, and no entry in the index, which
-- answers whether an event was sent to a webhook again.
ALTER TABLE delivery ADD COLUMN replay_id uuid;
CREATE INDEX delivery_replayed ON delivery (event_id, webhook_id, id) WHERE replay_id IS NOT NULL;

-- With those that were unregistered: their deliveries are still listed.
CREATE INDEX webhook_ever_by_namespace ON webhook (namespace, id);

CREATE TYPE replay_status AS ENUM ('RUNNING', 'DONE', 'CANCELLED');

-- What is to be sent again, and how far that is. The cursor moves in the commit of the deliveries that it passed.
CREATE TABLE replay (
  id                    uuid PRIMARY KEY,
  namespace             text NOT NULL,
  -- null: all webhooks of the namespace
  webhook_id            uuid REFERENCES webhook (id),
  -- null: all events
  event_pattern         text,
  statuses              delivery_status[] NOT NULL,
  accepted_from         timestamptz NOT NULL,
  accepted_before       timestamptz NOT NULL,
  deliveries_per_second integer NOT NULL,
  status                replay_status NOT NULL DEFAULT 'RUNNING',
  -- the webhook that it is at, and the last delivery to it that was looked at; null before the first
  at_webhook            uuid,
  at_delivery           uuid,
  examined_count        bigint NOT NULL DEFAULT 0,
  created_count         bigint NOT NULL DEFAULT 0,
  skipped_count         bigint NOT NULL DEFAULT 0,
  -- when its rate allows the next deliveries
  next_batch_at         timestamptz NOT NULL DEFAULT now(),
  -- counts the runs; a run that finds another epoch than its own has lost its place
  epoch                 bigint NOT NULL DEFAULT 0,
  -- until when its run may go on without a commit; null: nobody's
  lease_until           timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  ended_at              timestamptz
) WITH (fillfactor = 50);

CREATE INDEX replay_running ON replay (namespace, id) WHERE status = 'RUNNING';
CREATE INDEX replay_ended ON replay (ended_at) WHERE ended_at IS NOT NULL;

-- The namespaces whose changes are written down, because someone watches them or did within the last minutes.
CREATE TABLE delivery_watch (
  namespace  text PRIMARY KEY,
  -- every change after this position is in the journal
  since      bigint NOT NULL,
  live_until timestamptz NOT NULL
);

-- The journal of changes, for those who watch. Four tables in turn, ten minutes each: the one whose turn comes next is
-- emptied whole. A position is taken while the delivery is locked, so the changes of one delivery are in order.
CREATE SEQUENCE delivery_change_position;
-- Its last_value is then always a position that was taken.
DO $$ BEGIN PERFORM nextval('delivery_change_position'); END $$;

CREATE TABLE delivery_change (
  turn              smallint NOT NULL DEFAULT (extract(epoch FROM now())::bigint / 600 % 4)::smallint,
  position          bigint NOT NULL DEFAULT nextval('delivery_change_position'),
  changed_at        timestamptz NOT NULL DEFAULT now(),
  namespace         text NOT NULL,
  webhook_id        uuid NOT NULL,
  delivery_id       uuid NOT NULL,
  status            delivery_status NOT NULL,
  attempt_count     integer NOT NULL,
  max_attempts      integer NOT NULL,
  last_attempted_at timestamptz,
  next_attempt_at   timestamptz,
  expires_at        timestamptz NOT NULL,
  ended_because     text
) PARTITION BY LIST (turn);

CREATE TABLE delivery_change_0 PARTITION OF delivery_change FOR VALUES IN (0);
CREATE TABLE delivery_change_1 PARTITION OF delivery_change FOR VALUES IN (1);
CREATE TABLE delivery_change_2 PARTITION OF delivery_change FOR VALUES IN (2);
CREATE TABLE delivery_change_3 PARTITION OF delivery_change FOR VALUES IN (3);
CREATE INDEX delivery_change_by_namespace ON delivery_change (namespace, position);

-- The last position of the journal that is not kept any more.
CREATE TABLE delivery_change_dropped (position bigint NOT NULL);
INSERT INTO delivery_change_dropped VALUES (0);

-- By a trigger, so that no statement that changes deliveries can forget it. It runs once for a statement, and where
-- nobody watches it finds an empty table.
CREATE FUNCTION note_delivery_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM delivery_watch WHERE live_until > now()) THEN
    INSERT INTO delivery_change (namespace, webhook_id, delivery_id, status, attempt_count, max_attempts,
      last_attempted_at, next_attempt_at, expires_at, ended_because)
    SELECT webhook.namespace, changed.webhook_id, changed.id, changed.status, changed.attempt_count,
      changed.max_attempts, changed.last_attempted_at, changed.next_attempt_at, changed.expires_at,
      changed.ended_because
    FROM changed
    JOIN webhook ON webhook.id = changed.webhook_id
    JOIN delivery_watch ON delivery_watch.namespace = webhook.namespace AND delivery_watch.live_until > now();
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER note_new_deliveries AFTER INSERT ON delivery
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_delivery_changes();
CREATE TRIGGER note_changed_deliveries AFTER UPDATE ON delivery
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_delivery_changes();

-- What servers counted, for a minute or an hour each; a server writes its own rows anew as they grow. Four tables in
-- turn, a day each.
CREATE TYPE stats_span AS ENUM ('MINUTE', 'HOUR');

CREATE TABLE delivery_stats (
  turn                smallint NOT NULL,
  webhook_id          uuid NOT NULL,
  span                stats_span NOT NULL,
  starts_at           timestamptz NOT NULL,
  server_id           uuid NOT NULL,
  attempt_count       bigint NOT NULL,
  success_count       bigint NOT NULL,
  failed_attempt_count bigint NOT NULL,
  failed_count        bigint NOT NULL,
  -- how many attempts lasted as long as each bucket says, and so on: sparse objects of number to count
  attempt_duration    jsonb NOT NULL,
  end_to_end          jsonb NOT NULL,
  errors              jsonb NOT NULL,
  PRIMARY KEY (webhook_id, span, starts_at, server_id, turn)
) PARTITION BY LIST (turn);

CREATE TABLE delivery_stats_0 PARTITION OF delivery_stats FOR VALUES IN (0) WITH (fillfactor = 50);
CREATE TABLE delivery_stats_1 PARTITION OF delivery_stats FOR VALUES IN (1) WITH (fillfactor = 50);
CREATE TABLE delivery_stats_2 PARTITION OF delivery_stats FOR VALUES IN (2) WITH (fillfactor = 50);
CREATE TABLE delivery_stats_3 PARTITION OF delivery_stats FOR VALUES IN (3) WITH (fillfactor = 50);

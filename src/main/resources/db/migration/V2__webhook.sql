CREATE TABLE webhook (
  id              uuid PRIMARY KEY,
  namespace       text NOT NULL,
  url             text NOT NULL,
  event_patterns  text[] NOT NULL,
  headers         jsonb NOT NULL,
  timeout_seconds integer NOT NULL,
  active          boolean NOT NULL,
  description     text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  -- set by UnregisterWebhook; the row stays, so that its history can be read
  deleted_at      timestamptz
);

CREATE INDEX webhook_by_namespace ON webhook (namespace, id DESC) WHERE deleted_at IS NULL;

-- What the match of an event reads: only webhooks that take part (active, not deleted) have rows here.
CREATE TABLE webhook_subscription (
  namespace     text NOT NULL,
  event_pattern text NOT NULL,
  webhook_id    uuid NOT NULL REFERENCES webhook (id),
  PRIMARY KEY (namespace, event_pattern, webhook_id)
);

CREATE INDEX webhook_subscription_by_webhook ON webhook_subscription (webhook_id);

-- order.created.eu -> {order.created.eu, *, order.*, order.created.*}
CREATE FUNCTION event_patterns_matching(event_name text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY[event_name, '*'] || ARRAY(
  SELECT array_to_string((string_to_array(event_name, '.'))[1:parts], '.') || '.*'
  FROM generate_series(1, cardinality(string_to_array(event_name, '.')) - 1) AS parts
);

COMMENT ON FUNCTION event_patterns_matching(text) IS 'Every pattern that an event of this name matches';

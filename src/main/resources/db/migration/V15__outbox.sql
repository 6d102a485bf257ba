-- Events that were pushed by SQL, in the transactions of their producers: httpqueue.push_event writes here, and a server
-- moves them to where pushed events go, in one commit and under the same ids.
CREATE TABLE event_inbox (
  id              uuid PRIMARY KEY,
  namespace       text NOT NULL,
  name            text NOT NULL,
  payload         text NOT NULL,
  metadata        jsonb NOT NULL,
  ttl_seconds     bigint,
  idempotency_key text,
  ordering_key    text,
  deliver_at      timestamptz,
  webhook_ids     uuid[],
  pushed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- an event that could not be accepted stays, so that somebody learns of it
  refused_at      timestamptz,
  refused_because text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE INDEX event_inbox_waiting ON event_inbox (id) WHERE refused_at IS NULL;
CREATE INDEX event_inbox_refused ON event_inbox (refused_at) WHERE refused_at IS NOT NULL;

CREATE SCHEMA IF NOT EXISTS httpqueue;

-- The rules are those of PushEvent; what is wrong is said all at once, as there. io.httpqueue.api.PushEventRules and
-- PayloadRules have them in Java.
CREATE FUNCTION httpqueue.push_event(
  namespace       text,
  event           text,
  payload         jsonb,
  metadata        jsonb DEFAULT '{}',
  ttl             interval DEFAULT NULL,
  idempotency_key text DEFAULT NULL,
  ordering_key    text DEFAULT NULL,
  deliver_at      timestamptz DEFAULT NULL,
  webhook_ids     uuid[] DEFAULT NULL
) RETURNS uuid
  LANGUAGE plpgsql VOLATILE
  -- its callers may write nothing themselves; the path is fixed, so that they cannot put tables of theirs in the way
  SECURITY DEFINER SET search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
  name_rule CONSTANT text := 'must be 1 to 255 of letters, digits and . _ : -';
  problems  text[] := '{}';
  body      text := payload::text;
  texts     jsonb := coalesce(metadata, '{}');
  id        uuid := uuid_v7(clock_timestamp());
BEGIN
  IF namespace IS NULL OR namespace COLLATE "C" !~ '^[A-Za-z0-9._:-]{1,255}$' THEN
    problems := problems || format('namespace is %s, %s', coalesce(quote_literal(left(namespace, 64)), 'null'), name_rule);
  END IF;
  IF event IS NULL OR event COLLATE "C" !~ '^[A-Za-z0-9._:-]{1,255}$' THEN
    problems := problems || format('event is %s, %s', coalesce(quote_literal(left(event, 64)), 'null'), name_rule);
  END IF;

  IF body IS NULL THEN
    problems := problems || 'payload is null, must be JSON'::text;
  ELSIF octet_length(body) > 1048576 THEN
    problems := problems || format('payload has %s bytes, must have at most 1048576 (1 MiB)', octet_length(body));
  -- a short one cannot break these, and a long one seldom looks as if it did
  ELSIF octet_length(body) > 1000 THEN
    IF payload @? 'strict $.**{500} ? (@.type() == "array" || @.type() == "object")' THEN
      problems := problems || 'payload is nested too deeply, must have at most 500 levels'::text;
    END IF;
    IF body ~ '[0-9]{250}' AND EXISTS (
      SELECT FROM jsonb_path_query(payload, 'strict $.** ? (@.type() == "number")') AS number
      WHERE length(number::text) > 1000)
    THEN
      problems := problems || 'payload has a number of more than 1000 characters'::text;
    END IF;
  END IF;

  IF jsonb_typeof(texts) <> 'object' THEN
    problems := problems || format('metadata is a JSON %s, must be an object of strings', jsonb_typeof(texts));
  ELSIF texts <> '{}' THEN
    IF EXISTS (SELECT FROM jsonb_each(texts) AS entry WHERE jsonb_typeof(entry.value) <> 'string') THEN
      problems := problems || 'metadata must be an object of strings'::text;
    END IF;
    IF (SELECT count(*) FROM jsonb_object_keys(texts)) > 64 THEN
      problems := problems || 'metadata must have at most 64 entries'::text;
    END IF;
    IF (SELECT sum(octet_length(entry.key) + octet_length(entry.value)) FROM jsonb_each_text(texts) AS entry) > 16384 THEN
      problems := problems || 'metadata must have at most 16384 bytes (16 KiB) of keys and values'::text;
    END IF;
  END IF;

  IF extract(epoch FROM ttl) NOT BETWEEN 1 AND 2592000 THEN
    problems := problems || format('ttl is %s, must be 1 second to 30 days, or null for the default', ttl);
  END IF;
  IF idempotency_key COLLATE "C" !~ '^[!-~]{1,255}$' THEN
    problems := problems || format('idempotency_key has %s characters, must have 1 to 255 of visible ASCII, or be null',
      length(idempotency_key));
  END IF;
  IF length(ordering_key) NOT BETWEEN 1 AND 255 THEN
    problems := problems || format('ordering_key has %s characters, must have 1 to 255, or be null', length(ordering_key));
  ELSIF ordering_key IS NOT NULL AND deliver_at IS NOT NULL THEN
    problems := problems || 'ordering_key must not be set together with deliver_at'::text;
  END IF;
  IF deliver_at NOT BETWEEN timestamptz '1970-01-01 00:00:00Z' AND clock_timestamp() + interval '30 days' THEN
    problems := problems || format('deliver_at is %s, must be at most 30 days ahead, or null for at once', deliver_at);
  END IF;
  IF cardinality(webhook_ids) > 100 OR array_ndims(webhook_ids) > 1 OR array_position(webhook_ids, NULL) IS NOT NULL THEN
    problems := problems || 'webhook_ids must be a list of at most 100 ids, none of them null'::text;
  END IF;

  IF problems <> '{}' THEN
    RAISE EXCEPTION 'invalid event: %', array_to_string(problems, '; ') USING ERRCODE = 'invalid_parameter_value';
  END IF;

  INSERT INTO event_inbox
    (id, namespace, name, payload, metadata, ttl_seconds, idempotency_key, ordering_key, deliver_at, webhook_ids)
  VALUES (id, namespace, event, body, texts, ceil(extract(epoch FROM ttl)), idempotency_key, ordering_key, deliver_at,
    nullif(webhook_ids, '{}'));

  -- Transactions that notify commit one after the other, in the whole cluster: one at a time is enough. The others are
  -- found by the looks that follow its message; see io.httpqueue.event.EventInbox.
  IF pg_try_advisory_xact_lock(hashtext('httpqueue: inbox message')) THEN
    PERFORM pg_notify('httpqueue', 'inbox ');
  END IF;
  RETURN id;
END
$function$;

COMMENT ON FUNCTION httpqueue.push_event IS
  'Pushes an event in the caller''s transaction: it is delivered if and when that commits. Returns the event''s id.';

REVOKE ALL ON FUNCTION httpqueue.push_event FROM PUBLIC;

-- A role for producers, which may do this and nothing else. Where the server may not make roles, an operator does.
DO $role$
BEGIN
  BEGIN
    CREATE ROLE httpqueue_producer NOLOGIN;
  EXCEPTION
    -- it belongs to all databases of the cluster: another one may have made it, even just now
    WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
  END;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'httpqueue_producer') THEN
    GRANT USAGE ON SCHEMA httpqueue TO httpqueue_producer;
    GRANT EXECUTE ON FUNCTION httpqueue.push_event TO httpqueue_producer;
  END IF;
END
$role$;

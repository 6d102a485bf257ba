CREATE TYPE schema_mode AS ENUM ('OFF', 'WARN', 'REJECT');

-- The kinds of events that a namespace knows. Events of other names are accepted all the same.
CREATE TABLE event_type (
  namespace   text NOT NULL,
  name        text NOT NULL,
  -- as it was given; null: payloads are not checked
  json_schema text,
  mode        schema_mode NOT NULL,
  description text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, name)
);

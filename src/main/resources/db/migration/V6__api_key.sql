-- Who may call. A key itself is stored nowhere.
CREATE TABLE api_key (
  id                uuid PRIMARY KEY,
  -- SHA-256 of the key
  hash              bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  name              text NOT NULL,
  role              text NOT NULL CHECK (role IN ('admin', 'publisher', 'reader')),
  -- null: all
  namespaces        text[] CHECK (cardinality(namespaces) > 0),
  -- 0: no limit; null: the server's default
  pushes_per_second double precision CHECK (pushes_per_second >= 0),
  created_at        timestamptz NOT NULL DEFAULT now(),
  -- null: never
  expires_at        timestamptz,
  revoked_at        timestamptz,
  -- to about a minute
  last_used_at      timestamptz
);

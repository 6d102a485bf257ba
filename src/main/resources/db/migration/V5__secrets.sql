-- The name of the key that a value was encrypted under; io.httpqueue.encryption.Encryption describes the form.
CREATE FUNCTION encryption_key(encrypted bytea) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(substr(encrypted, 3, get_byte(encrypted, 1)), 'escape');

COMMENT ON FUNCTION encryption_key(bytea) IS 'The name of the key of HTTPQUEUE_ENCRYPTION_KEYS that a value is under';

-- What a webhook's requests are signed with: every row that has not expired, the newest first.
CREATE TABLE webhook_secret (
  webhook_id uuid NOT NULL REFERENCES webhook (id),
  id         uuid NOT NULL,
  secret     bytea NOT NULL,
  -- whpk_…; null for HMAC-SHA256
  public_key text,
  -- not of the transaction, which may have begun before the last change
  created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  -- null: the newest
  expires_at timestamptz,
  PRIMARY KEY (webhook_id, id)
);

CREATE UNIQUE INDEX webhook_secret_newest ON webhook_secret (webhook_id) WHERE expires_at IS NULL;
CREATE INDEX webhook_secret_by_key ON webhook_secret (encryption_key(secret));
CREATE INDEX webhook_secret_by_age ON webhook_secret (created_at);
CREATE INDEX webhook_secret_expiring ON webhook_secret (expires_at) WHERE expires_at IS NOT NULL;

-- Headers are in one of the two: encrypted, or plain where there are none, and where an older server wrote them and the
-- background job has not come to them yet. An older server cannot read null, and so sends nothing without its headers.
ALTER TABLE webhook
  ADD COLUMN headers_encrypted bytea,
  ALTER COLUMN headers DROP NOT NULL,
  ADD CONSTRAINT webhook_headers_once CHECK ((headers IS NULL) <> (headers_encrypted IS NULL));

CREATE INDEX webhook_headers_by_key ON webhook (encryption_key(headers_encrypted)) WHERE headers_encrypted IS NOT NULL;
CREATE INDEX webhook_headers_plain ON webhook (id) WHERE headers <> '{}';

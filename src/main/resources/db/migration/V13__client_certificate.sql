-- Read with every webhook, so that nobody looks for a certificate where there is none; null: none.
ALTER TABLE webhook ADD COLUMN client_certificate_expires_at timestamptz;

-- What a receiver is shown of who calls. Deleted when the webhook is unregistered.
CREATE TABLE webhook_client_certificate (
  webhook_id        uuid PRIMARY KEY REFERENCES webhook (id),
  -- DER, the certificate first, its issuers behind it
  certificate_chain bytea NOT NULL,
  -- PKCS #8, encrypted
  private_key       bytea NOT NULL
);

CREATE INDEX webhook_client_certificate_by_key ON webhook_client_certificate (encryption_key(private_key));

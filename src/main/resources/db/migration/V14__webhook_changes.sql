-- Its deliveries wait: what Webhook.isHeld() says in Java.
ALTER TABLE webhook ADD COLUMN held boolean GENERATED ALWAYS AS (
  deleted_at IS NULL AND (paused_at IS NOT NULL OR disabled_at IS NOT NULL OR NOT active)) VIRTUAL;

-- Servers tell an older state of a webhook from a newer one by updated_at, so every change must make it later, even two
-- within the same microsecond, or with the clock set back. A trigger, so that no statement can forget it.
CREATE FUNCTION webhook_was_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := greatest(now(), OLD.updated_at + interval '1 microsecond');
  RETURN NEW;
END
$$;

CREATE TRIGGER webhook_was_updated BEFORE UPDATE ON webhook
  FOR EACH ROW EXECUTE FUNCTION webhook_was_updated();

-- What the intake asks for each namespace of a batch; empty where nobody has a filter.
CREATE INDEX webhook_filtered ON webhook (namespace, id) WHERE filter IS NOT NULL AND deleted_at IS NULL;

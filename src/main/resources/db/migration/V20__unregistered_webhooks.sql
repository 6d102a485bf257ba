-- How housekeeping finds the webhooks of which nothing is left to tell.
CREATE INDEX webhook_unregistered ON webhook (deleted_at) WHERE deleted_at IS NOT NULL;

-- For each webhook that is deleted Postgres looks for replays of it.
CREATE INDEX replay_by_webhook ON replay (webhook_id) WHERE webhook_id IS NOT NULL;

-- How housekeeping finds the webhooks of which nothing is left to tell.
CREATE INDEX webhook_unregistered ON webhook (deleted_at) WHERE deleted_at IS NOT NULL;

-- The server records outcomes with nested loops switched off, and this runs within such a statement: it looks up the
-- webhooks of a few rows, and must not read all of them to join them by hash.
ALTER FUNCTION note_delivery_changes() SET enable_nestloop = on;

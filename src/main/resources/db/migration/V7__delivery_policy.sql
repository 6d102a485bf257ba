-- How a webhook's deliveries are made; null is the server's default.
CREATE TYPE webhook_ordering AS ENUM ('NONE', 'BY_KEY', 'WHOLE_WEBHOOK');
CREATE TYPE webhook_head_failure AS ENUM ('SKIP', 'BLOCK');
CREATE TYPE webhook_disabled_reason AS ENUM ('GONE', 'FAILING');

ALTER TABLE webhook
  ADD COLUMN retry_max_attempts    integer,
  ADD COLUMN retry_first_delay_ms  bigint,
  ADD COLUMN retry_factor          double precision,
  ADD COLUMN retry_max_delay_ms    bigint,
  ADD COLUMN max_in_flight         integer,
  ADD COLUMN rate_limit_per_second double precision,
  ADD COLUMN rate_limit_burst      integer,
  ADD COLUMN ordering              webhook_ordering NOT NULL DEFAULT 'NONE',
  ADD COLUMN when_head_fails       webhook_head_failure NOT NULL DEFAULT 'SKIP',
  -- CEL; null where every event that matches a pattern does
  ADD COLUMN filter                text,
  ADD COLUMN labels                jsonb NOT NULL DEFAULT '{}',
  -- its deliveries wait, and it goes on matching events
  ADD COLUMN paused_at             timestamptz,
  -- the server took it out of use: it matches nothing, and its deliveries wait
  ADD COLUMN disabled_at           timestamptz,
  ADD COLUMN disabled_reason       webhook_disabled_reason;

-- What a caller may say of an event's delivery. Null costs a bit in the row's null map.
ALTER TABLE event
  ADD COLUMN ordering_key text,
  ADD COLUMN deliver_at   timestamptz;

ALTER TABLE delivery
  ADD COLUMN ordering_key text;

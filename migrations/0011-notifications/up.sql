ALTER TABLE outbox ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
UPDATE outbox SET place = (SELECT audit.number * 1048576 FROM audit WHERE audit.commit_id = substr(outbox.id, 1, 32)) + CAST(substr(outbox.id, 34) AS BIGINT);
CREATE UNIQUE INDEX outbox_place ON outbox (place);

CREATE TABLE webhook (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE delivery (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  target TEXT NOT NULL,
  due BIGINT NOT NULL,
  batch TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX delivery_due ON delivery (state, target, due, id);
CREATE INDEX delivery_gathered ON delivery (state, due, id);
CREATE INDEX delivery_batch ON delivery (batch, id) WHERE batch <> '';
CREATE INDEX delivery_created ON delivery (created, id);
CREATE INDEX delivery_state ON delivery (state, created, id);
CREATE INDEX delivery_target ON delivery (target, created, id);

CREATE TABLE notify_settings (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE progress (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE alert (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE customer_overview (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  name_key TEXT NOT NULL,
  reseller TEXT NOT NULL,
  currency TEXT NOT NULL,
  reservations BIGINT NOT NULL,
  expiring BIGINT NOT NULL,
  badly_used BIGINT NOT NULL,
  refundable BIGINT NOT NULL,
  refundable_minor BIGINT NOT NULL,
  refundable_usd BIGINT NOT NULL,
  open_requests BIGINT NOT NULL,
  provider_credit BIGINT NOT NULL,
  customer_credit BIGINT NOT NULL,
  allowance_used BIGINT NOT NULL
);
CREATE INDEX customer_overview_name ON customer_overview (name_key, id);
CREATE INDEX customer_overview_expiring ON customer_overview (expiring, id);
CREATE INDEX customer_overview_badly_used ON customer_overview (badly_used, id);
CREATE INDEX customer_overview_refundable ON customer_overview (refundable_usd, id);
CREATE INDEX customer_overview_requests ON customer_overview (open_requests, id);
CREATE INDEX customer_overview_credits ON customer_overview (customer_credit, id);
CREATE INDEX customer_overview_allowance ON customer_overview (allowance_used, id);

CREATE INDEX support_request_open ON support_request (customer, id, status) WHERE status = 'Open';

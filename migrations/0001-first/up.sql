CREATE TABLE audit (
  number BIGINT NOT NULL PRIMARY KEY,
  commit_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  customer TEXT NOT NULL,
  subject TEXT NOT NULL,
  said_before TEXT NOT NULL,
  said_after TEXT NOT NULL,
  written TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_commit_id ON audit (commit_id);

CREATE TABLE answered (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE balance (
  customer TEXT NOT NULL,
  currency TEXT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (customer, currency, account)
);

CREATE TABLE desk (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE customer (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  name_key TEXT NOT NULL,
  search TEXT NOT NULL,
  reseller TEXT NOT NULL,
  offer TEXT NOT NULL
);
CREATE INDEX customer_name ON customer (name_key, id);

CREATE TABLE reservation_order (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, customer TEXT NOT NULL);
CREATE INDEX reservation_order_customer ON reservation_order (customer);

CREATE TABLE reservation (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  order_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  state TEXT NOT NULL,
  sku_key TEXT NOT NULL,
  region_key TEXT NOT NULL,
  product_key TEXT NOT NULL,
  name_key TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  purchased BIGINT NOT NULL,
  expiry BIGINT NOT NULL,
  archived BIGINT NOT NULL,
  renew BIGINT NOT NULL,
  next_event BIGINT
);
CREATE INDEX reservation_order_id ON reservation (order_id);
CREATE INDEX reservation_expiry ON reservation (expiry, id);
CREATE INDEX reservation_purchased ON reservation (purchased, id);
CREATE INDEX reservation_name ON reservation (name_key, id);
CREATE INDEX reservation_quantity ON reservation (quantity, id);
CREATE INDEX reservation_sku ON reservation (sku_key, id);
CREATE INDEX reservation_region ON reservation (region_key, id);
CREATE INDEX reservation_customer ON reservation (customer, expiry, id);
CREATE INDEX reservation_state ON reservation (state, expiry, id);
CREATE INDEX reservation_sku_expiry ON reservation (sku_key, expiry, id);
CREATE INDEX reservation_next_event ON reservation (next_event, id) WHERE next_event IS NOT NULL;

CREATE TABLE revision (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, reservation TEXT NOT NULL, number BIGINT NOT NULL);
CREATE INDEX revision_reservation ON revision (reservation, number);

CREATE TABLE quote (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE returned (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  customer TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX returned_customer ON returned (customer, at);
CREATE INDEX returned_at ON returned (at, id);

CREATE TABLE settlement (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, customer TEXT NOT NULL);

CREATE TABLE hold (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, customer TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX hold_customer ON hold (customer, state);

CREATE TABLE exchange (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX exchange_state ON exchange (state);

CREATE TABLE entry (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  customer TEXT NOT NULL,
  currency TEXT NOT NULL,
  at BIGINT NOT NULL,
  place BIGINT NOT NULL
);
CREATE UNIQUE INDEX entry_place ON entry (place);
CREATE INDEX entry_customer ON entry (customer, place);

CREATE TABLE outbox (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, kind TEXT NOT NULL);

CREATE TABLE reseller (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);
CREATE TABLE price (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, sku_key TEXT NOT NULL, region_key TEXT NOT NULL, term BIGINT NOT NULL);
CREATE INDEX price_sku ON price (sku_key, region_key, term);
CREATE TABLE ratio (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, sku_key TEXT NOT NULL);
CREATE INDEX ratio_sku ON ratio (sku_key);
CREATE TABLE rate (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

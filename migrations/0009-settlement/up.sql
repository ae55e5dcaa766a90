CREATE TABLE customer_terms (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE settlement_profile (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE invoice (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE invoice_line (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  invoice TEXT NOT NULL,
  state TEXT NOT NULL,
  match_key TEXT NOT NULL
);
CREATE INDEX invoice_line_match ON invoice_line (invoice, match_key, id);
CREATE INDEX invoice_line_state ON invoice_line (invoice, state, id);

CREATE TABLE credit_match (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  customer TEXT NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX credit_match_customer ON credit_match (customer, id);

CREATE TABLE note_series (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE credit_note (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  customer TEXT NOT NULL,
  series TEXT NOT NULL,
  sequence BIGINT NOT NULL
);
CREATE INDEX credit_note_series ON credit_note (series, sequence);
CREATE INDEX credit_note_customer ON credit_note (customer, series, sequence);

CREATE TABLE return_note (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE document (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

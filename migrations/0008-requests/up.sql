CREATE TABLE request (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  number BIGINT NOT NULL,
  customer TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  open BIGINT NOT NULL,
  assigned TEXT NOT NULL,
  ticket TEXT NOT NULL,
  created BIGINT NOT NULL,
  due BIGINT NOT NULL,
  search TEXT NOT NULL
);
CREATE UNIQUE INDEX request_number ON request (number);
CREATE INDEX request_ticket ON request (ticket);
CREATE INDEX request_created ON request (created, id, kind, state, open, customer, assigned, search);
CREATE INDEX request_due ON request (due, id, kind, state, open, customer, assigned, search);
CREATE INDEX request_customer ON request (customer, created, id);
CREATE INDEX request_customer_due ON request (customer, due, id);
CREATE INDEX request_state ON request (state, created, id);
CREATE INDEX request_state_due ON request (state, due, id);
CREATE INDEX request_open ON request (created, id, kind, state, customer, assigned, search) WHERE open = 1;
CREATE INDEX request_open_due ON request (due, id, kind, state, customer, assigned, search) WHERE open = 1;
CREATE INDEX request_assigned ON request (assigned, created, id);
CREATE INDEX request_assigned_due ON request (assigned, due, id);

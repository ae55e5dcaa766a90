CREATE TABLE client (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, name_key TEXT NOT NULL);
CREATE INDEX client_name ON client (name_key, id);

CREATE TABLE desk_user (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, name_key TEXT NOT NULL);
CREATE UNIQUE INDEX desk_user_name ON desk_user (name_key);

CREATE TABLE signing_key (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, created BIGINT NOT NULL);

CREATE TABLE role_assignment (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  principal TEXT NOT NULL,
  scope_key TEXT NOT NULL
);
CREATE INDEX role_assignment_principal ON role_assignment (principal, id);
CREATE INDEX role_assignment_scope ON role_assignment (scope_key, id);

CREATE TABLE support_request (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  number TEXT NOT NULL,
  customer TEXT NOT NULL,
  subscription TEXT NOT NULL,
  status TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE UNIQUE INDEX support_request_number ON support_request (number);
CREATE INDEX support_request_created ON support_request (created, id);
CREATE INDEX support_request_customer ON support_request (customer, created, id);
CREATE INDEX support_request_subscription ON support_request (subscription, created, id);

CREATE TABLE agreed_price (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE operation (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

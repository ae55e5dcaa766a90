CREATE TABLE usage_import (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE reservation_month (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, customer TEXT NOT NULL,
                                month TEXT NOT NULL);
CREATE INDEX reservation_month_customer ON reservation_month (customer, month, id);

CREATE TABLE customer_month (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

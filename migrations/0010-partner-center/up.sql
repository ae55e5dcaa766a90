CREATE TABLE cart (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE INDEX audit_at ON audit (at, number);
CREATE INDEX audit_customer ON audit (customer, at, number);

CREATE INDEX price_sold ON price (sku_key, id);

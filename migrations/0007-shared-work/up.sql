ALTER TABLE reservation_month ADD COLUMN windows BIGINT NOT NULL DEFAULT 0;
UPDATE reservation_month SET windows = 1 WHERE body LIKE '%"windows":{%';

CREATE TABLE hourly_price (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL, sku_key TEXT NOT NULL,
                           region_key TEXT NOT NULL);
CREATE INDEX hourly_price_region ON hourly_price (region_key, sku_key, id);

CREATE TABLE statement_month (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE work_lease (id TEXT NOT NULL PRIMARY KEY, worker TEXT NOT NULL, begun BIGINT NOT NULL, until BIGINT NOT NULL,
                         finished BIGINT NOT NULL);

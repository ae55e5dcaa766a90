DROP INDEX reservation_sku;
DROP INDEX reservation_of_sku;
CREATE INDEX reservation_of_sku ON reservation (sku_key, id, expiry, purchased, name_key, quantity, region_key, product_key, customer, state, archived);
DROP INDEX revision_reservation;

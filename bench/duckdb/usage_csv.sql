-- What bench/usage_csv_bench.cc has DuckDB do: read the same CSV, allocate, and answer with the same three tables. All reservations of the
-- benchmark are flexible and shared, so that who covers whom is an overlap of two running sums: needs in the order of ids, capacities in the
-- order of reservations. Whoever knows a faster way is welcome to it; the sums at the end must stay the same.
--
-- $FOLDER holds usage.csv, weights.csv and reservations.csv; $THREADS is a number.
SET threads = $THREADS;
SET preserve_insertion_order = false;

-- step parse
CREATE TABLE usage AS
SELECT time, resource_id, size, region, quantity
FROM read_csv('$FOLDER/usage.csv', header = true, auto_detect = false, delim = ',', quote = '"',
              columns = {'time': 'TIMESTAMP', 'resource_id': 'VARCHAR', 'size': 'VARCHAR', 'region': 'VARCHAR', 'quantity': 'DOUBLE',
                         'subscription_name': 'VARCHAR', 'tags': 'VARCHAR'});

-- step dictionary
CREATE TABLE weights AS SELECT * FROM read_csv('$FOLDER/weights.csv', header = true,
  columns = {'size': 'VARCHAR', 'pool_group': 'INTEGER', 'weight': 'BIGINT'}, auto_detect = false);
CREATE TABLE machines AS
SELECT row_number() OVER (ORDER BY lower(resource_id), lower(u.size)) AS machine, u.resource_id, u.size, u.region, w.weight,
       dense_rank() OVER (ORDER BY lower(u.region), w.pool_group) AS pool
FROM (SELECT DISTINCT resource_id, size, region FROM usage) u JOIN weights w ON w.size = lower(u.size);
CREATE TABLE reservations AS
SELECT row_number() OVER (ORDER BY ends, starts, id) AS reservation, p.pool, r.starts, r.ends, r.quantity * 1000000 * w.weight AS capacity
FROM read_csv('$FOLDER/reservations.csv', header = true, auto_detect = false,
              columns = {'id': 'VARCHAR', 'region': 'VARCHAR', 'size': 'VARCHAR', 'quantity': 'BIGINT', 'starts': 'BIGINT', 'ends': 'BIGINT'}) r
JOIN weights w ON w.size = lower(r.size)
JOIN (SELECT DISTINCT pool, lower(region) AS region, w2.pool_group FROM machines m JOIN weights w2 ON w2.size = lower(m.size)) p
  ON p.region = r.region AND p.pool_group = w.pool_group;

-- step needs
CREATE TABLE needs AS
SELECT m.pool, m.machine, epoch(u.time)::BIGINT // 3600 AS hour, sum(round(u.quantity * 1000000)::BIGINT * m.weight)::BIGINT AS need
FROM usage u JOIN machines m USING (resource_id, size, region) GROUP BY ALL;

-- step takes
CREATE TABLE takes AS
WITH wanted AS (
  SELECT pool, hour, machine, need, sum(need) OVER (PARTITION BY pool, hour ORDER BY machine)::BIGINT AS until FROM needs WHERE need > 0),
hours AS (SELECT DISTINCT pool, hour FROM needs),
offered AS (
  SELECT h.pool, h.hour, r.reservation, r.capacity,
         sum(r.capacity) OVER (PARTITION BY h.pool, h.hour ORDER BY r.reservation)::BIGINT AS until
  FROM hours h JOIN reservations r ON r.pool = h.pool AND r.starts <= h.hour AND h.hour < r.ends)
SELECT w.hour, w.machine, o.reservation, least(w.until, o.until) - greatest(w.until - w.need, o.until - o.capacity) AS nu
FROM wanted w JOIN offered o USING (pool, hour)
WHERE w.until - w.need < o.until AND o.until - o.capacity < w.until;

-- step answers
CREATE TABLE used AS SELECT reservation, hour, sum(nu)::BIGINT AS nu FROM takes GROUP BY ALL;
CREATE TABLE details AS SELECT reservation, machine, hour // 24 AS day, sum(nu)::BIGINT AS nu FROM takes GROUP BY ALL;
CREATE TABLE uncovered AS
SELECT n.machine, n.hour // 24 AS day, (sum(n.need) - coalesce(sum(t.nu), 0))::BIGINT AS nu
FROM needs n LEFT JOIN (SELECT machine, hour, sum(nu)::BIGINT AS nu FROM takes GROUP BY ALL) t USING (machine, hour)
GROUP BY ALL HAVING sum(n.need) > coalesce(sum(t.nu), 0);

-- answer parse
SELECT count(*)::BIGINT, sum(round(quantity * 1000000)::BIGINT)::HUGEINT, sum(round(quantity * 1000000)::BIGINT * (epoch(time)::BIGINT // 3600 % 1000))::HUGEINT FROM usage;
-- answer whole
SELECT (SELECT sum(nu)::HUGEINT FROM used), (SELECT sum(nu::HUGEINT * (hour % 1000)) FROM used), (SELECT count(*) FROM details),
       (SELECT sum(nu)::HUGEINT FROM details), (SELECT count(*) FROM uncovered), (SELECT sum(nu)::HUGEINT FROM uncovered);

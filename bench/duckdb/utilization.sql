-- The peer of the utilization benchmark: the same allocation as window sums, the best we know how to write it. Whoever knows a better way
-- is welcome to change this file; the benchmark compares every sum before it prints a time.
--
-- run.mjs reads the parts between '--: NAME' lines. 'load' and 'sums' are not timed. 'pass' runs once for each PASS, which is a scope and
-- whether only the same size is covered: 0 and 1 resource group, 2 and 3 subscription, 4 and 5 shared; the even ones are exact. Within a
-- pass the versions of one entity may all cover the same resources, so both sides are running sums, and who takes how much from whom is
-- where two intervals overlap.

--: load
SET threads = THREADS;
SET preserve_insertion_order = false;
CREATE TABLE usage AS
  SELECT * FROM read_csv('FOLDER/usage.csv', header = true, columns = {'resource': 'INTEGER', 'hour': 'SMALLINT', 'quantity': 'UINTEGER'});
CREATE TABLE resource AS
  SELECT * FROM read_csv('FOLDER/resource.csv', header = true, columns = {'resource': 'INTEGER', 'weight': 'INTEGER',
    'entity_0': 'INTEGER', 'entity_1': 'INTEGER', 'entity_2': 'INTEGER', 'entity_3': 'INTEGER', 'entity_4': 'INTEGER', 'entity_5': 'INTEGER'});
CREATE TABLE version AS
  SELECT * FROM read_csv('FOLDER/version.csv', header = true, columns = {'version': 'INTEGER', 'pass': 'INTEGER', 'entity': 'INTEGER',
    'turn': 'INTEGER', 'capacity': 'BIGINT', 'from_hour': 'INTEGER', 'until_hour': 'INTEGER'});

--: begin
CREATE OR REPLACE TEMP TABLE used (version INTEGER, hour SMALLINT, nu BIGINT);
CREATE OR REPLACE TEMP TABLE take (resource INTEGER, version INTEGER, day SMALLINT, nu BIGINT);
CREATE OR REPLACE TEMP TABLE need AS
  SELECT resource, hour, quantity::BIGINT * weight AS nu FROM usage JOIN resource USING (resource);

--: pass
CREATE OR REPLACE TEMP TABLE asked AS
  SELECT need.resource, need.hour, need.nu, entity_PASS AS entity,
    (sum(need.nu) OVER (PARTITION BY entity_PASS, need.hour ORDER BY need.resource ROWS UNBOUNDED PRECEDING))::BIGINT AS nu_until
  FROM need JOIN resource USING (resource) WHERE entity_PASS IS NOT NULL;
CREATE OR REPLACE TEMP TABLE offered AS
  SELECT version, entity, hours.hour::SMALLINT AS hour, capacity,
    (sum(capacity) OVER (PARTITION BY entity, hours.hour ORDER BY turn ROWS UNBOUNDED PRECEDING))::BIGINT AS capacity_until
  FROM version JOIN range(HOURS) AS hours(hour) ON hours.hour >= from_hour AND hours.hour < until_hour WHERE pass = PASS;
CREATE OR REPLACE TEMP TABLE taken AS
  SELECT resource, version, asked.hour, least(nu_until, capacity_until) - greatest(nu_until - nu, capacity_until - capacity) AS nu
  FROM asked JOIN offered ON asked.entity = offered.entity AND asked.hour = offered.hour
    AND nu_until - nu < capacity_until AND capacity_until - capacity < nu_until;
INSERT INTO used SELECT version, hour, sum(nu)::BIGINT FROM taken GROUP BY version, hour;
INSERT INTO take SELECT resource, version, hour // 24, sum(nu)::BIGINT FROM taken GROUP BY resource, version, hour // 24;
CREATE OR REPLACE TEMP TABLE need_left AS
  SELECT need.resource, need.hour, need.nu FROM need JOIN resource USING (resource) WHERE entity_PASS IS NULL
  UNION ALL
  SELECT resource, asked.hour, nu - greatest(0, least(nu, coalesce(total, 0) - (nu_until - nu))) AS nu
  FROM asked LEFT JOIN (SELECT entity, hour, max(capacity_until) AS total FROM offered GROUP BY entity, hour) AS totals
    ON asked.entity = totals.entity AND asked.hour = totals.hour
  WHERE nu_until > coalesce(total, 0);
DROP TABLE need;
ALTER TABLE need_left RENAME TO need;

--: finish
CREATE OR REPLACE TEMP TABLE uncovered AS
  SELECT resource, (hour // 24)::SMALLINT AS day, sum(nu)::BIGINT AS nu FROM need WHERE nu > 0 GROUP BY resource, hour // 24;

--: sums
SELECT count(*), coalesce(sum(nu), 0), coalesce(sum(nu::HUGEINT * (version % 1009 + hour * 7 + 1)), 0) FROM used WHERE nu > 0;
SELECT count(*), coalesce(sum(nu), 0), coalesce(sum(nu::HUGEINT * (resource % 1009 + version % 31 + day * 7 + 1)), 0) FROM take;
SELECT count(*), coalesce(sum(nu), 0), coalesce(sum(nu::HUGEINT * (resource % 1009 + day * 7 + 1)), 0) FROM uncovered;

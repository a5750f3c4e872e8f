-- Three roles without a login, to be granted to people and programs:
--   tt_owner     owns the tables and migrates them
--   tt_importer  imports: reads, adds and raises entries, deletes nothing
--   tt_reader    reads the stable views and nothing else
--
-- Run it after the first migration, as often as wanted, as the owner of the
-- tables with the right to create roles:
--   import-tokens migrate --roles | psql "$DATABASE_URL"
-- and then, for instance: GRANT tt_importer TO ci;
SELECT format('CREATE ROLE %I NOLOGIN', wanted.name)
FROM (VALUES ('tt_owner'), ('tt_importer'), ('tt_reader')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
\gexec

BEGIN;
GRANT tt_owner TO CURRENT_USER;
SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO tt_owner', current_schema())
\gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO tt_importer, tt_reader', current_schema())
\gexec
-- Without this right imports work too, but more slowly.
SELECT format('GRANT TEMPORARY ON DATABASE %I TO tt_importer', current_database())
\gexec

ALTER TABLE tt_schema OWNER TO tt_owner;
ALTER TABLE repositories OWNER TO tt_owner;
ALTER TABLE imports OWNER TO tt_owner;
ALTER TABLE import_files OWNER TO tt_owner;
ALTER TABLE entries OWNER TO tt_owner;
ALTER VIEW v1_entries OWNER TO tt_owner;
ALTER VIEW v1_branches OWNER TO tt_owner;
ALTER VIEW v1_days OWNER TO tt_owner;
ALTER VIEW v1_models OWNER TO tt_owner;

GRANT SELECT ON tt_schema TO tt_importer;
GRANT SELECT, INSERT ON repositories, imports, import_files TO tt_importer;
GRANT SELECT, INSERT, UPDATE ON entries TO tt_importer;
GRANT SELECT ON v1_entries, v1_branches, v1_days, v1_models TO tt_importer, tt_reader;
COMMIT;

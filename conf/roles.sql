-- The two roles and the database, as an administrator:
--	psql -U postgres -f roles.sql
-- then give both roles a password (\password) or another way to log in.
--
-- taskchat_owner owns the schema and is used by `taskchat migrate` alone.
-- taskchat is what the workers are: it owns nothing, cannot bypass row-level
-- security, and `taskchat migrate` gives it the rights it needs.

CREATE ROLE taskchat_owner LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE taskchat LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE taskchat OWNER taskchat_owner ENCODING 'UTF8'
	TEMPLATE template0;

-- Before PostgreSQL 15 everybody may create functions in "public".
\connect taskchat
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

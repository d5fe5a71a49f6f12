-- Built-in accounts: throttling, mail to be sent, and views over Better
-- Auth's tables.
--
-- Those tables belong to whoever made them, often a site that goes on using
-- them.  So nothing is changed in them: taskchat.accounts_attach(), which
-- `taskchat migrate` calls when accounts = on, looks at what is there and
-- lays updatable views with names of our own over it (taskchat.account_user,
-- account_session, account_login, account_verification, account_jwks).  Only
-- where there is nothing does it make the tables, as Better Auth would.
--
-- A view acts with its owner's rights.  The workers' role needs none on the
-- tables themselves, and cannot reach their other columns.
--
-- None of this has a row-level security policy.  The policies of 001 are
-- for statements about one known user; an address is looked up, a session
-- token is checked, an attempt is counted and a message is sent before, or
-- without, knowing whose it is.

-------------------------------------------------------------- throttling

CREATE TABLE taskchat.throttle (
	key		text PRIMARY KEY CHECK (octet_length(key) <= 200),
	count		integer NOT NULL,	-- attempts let through
	expires_at	timestamptz NOT NULL,	-- then the row counts for nothing
	-- a growing one beyond its limit: how often the wait was doubled, till
	-- when nobody gets through, and when all is forgotten at the latest
	strikes		integer NOT NULL DEFAULT 0,
	blocked_until	timestamptz,
	lock_ends	timestamptz
);
CREATE INDEX throttle_expired ON taskchat.throttle (expires_at);

-- The name a row has: a longer one is not refused, only shortened.
CREATE FUNCTION taskchat.throttle_key(p_key text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN octet_length(p_key) <= 200 THEN p_key
	    ELSE 'sha256 ' || encode(sha256(convert_to(p_key, 'UTF8')), 'hex') END
$$;

-- Would one more attempt have to wait, and how many seconds (0: no)?
-- Doubles the wait of a growing one that has to, but counts nothing.  The
-- row is locked and not expired.
--
-- The hour after the first refusal is the longest anybody can be kept out,
-- however often somebody tries meanwhile: blocked_until never passes
-- lock_ends, and then the row begins anew.
CREATE FUNCTION taskchat.throttle_refuses(t taskchat.throttle, p_limit integer,
    p_growing boolean) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	v_until timestamptz := t.expires_at;
	v_wait integer;
BEGIN
	IF t.count < p_limit THEN
		RETURN 0;
	END IF;
	IF p_growing THEN
		IF t.strikes > 0 AND t.blocked_until <= now() THEN
			RETURN 0;	-- has waited
		END IF;
		v_wait := least(3600, 2 ^ least(t.strikes + 1, 12));
		UPDATE taskchat.throttle SET strikes = least(t.strikes + 1, 12),
		    lock_ends = coalesce(t.lock_ends, now() + interval '1 hour'),
		    blocked_until = least(now() + make_interval(secs => v_wait),
		        t.lock_ends),
		    expires_at = coalesce(t.lock_ends, now() + interval '1 hour')
		WHERE key = t.key RETURNING blocked_until INTO v_until;
	END IF;
	RETURN greatest(1, ceil(extract(epoch FROM v_until - now())))::integer;
END $$;

-- Count an attempt under several keys, or, if one of them refuses, under
-- none: who is refused for one reason does not use up another's limit.  A
-- null among the keys stands for no key.
-- Returns the longest wait in seconds, 0: go on.
CREATE FUNCTION taskchat.throttle_hit(p_keys text[], p_limits integer[],
    p_seconds integer[], p_growing boolean[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	k record;
	t taskchat.throttle;
	v_wait integer := 0;
BEGIN
	-- Always in the order of the keys: two that come at once never wait
	-- for each other.
	FOR k IN SELECT taskchat.throttle_key(u.key) AS key, u.lim, u.secs, u.growing
	    FROM unnest(p_keys, p_limits, p_seconds, p_growing)
	        AS u(key, lim, secs, growing)
	    WHERE u.key IS NOT NULL
	    ORDER BY taskchat.throttle_key(u.key) COLLATE "C" LOOP
		INSERT INTO taskchat.throttle AS o (key, count, expires_at)
		VALUES (k.key, 0, now() + make_interval(secs => k.secs))
		ON CONFLICT (key) DO UPDATE SET
		    count = CASE WHEN o.expires_at <= now() THEN 0 ELSE o.count END,
		    strikes = CASE WHEN o.expires_at <= now() THEN 0
		        ELSE o.strikes END,
		    blocked_until = CASE WHEN o.expires_at > now()
		        THEN o.blocked_until END,
		    lock_ends = CASE WHEN o.expires_at > now() THEN o.lock_ends END,
		    expires_at = CASE WHEN o.expires_at <= now()
		        THEN excluded.expires_at ELSE o.expires_at END
		RETURNING * INTO t;
		v_wait := greatest(v_wait,
		    taskchat.throttle_refuses(t, k.lim, k.growing));
	END LOOP;
	IF v_wait = 0 THEN
		-- Who got through after a wait is followed by a longer one.
		UPDATE taskchat.throttle SET count = count + 1,
		    strikes = CASE WHEN strikes = 0 THEN 0
		        ELSE least(strikes + 1, 12) END,
		    blocked_until = CASE WHEN strikes > 0 THEN least(lock_ends, now()
		        + make_interval(secs => least(3600, 2 ^ (strikes + 1)))) END
		WHERE key IN (SELECT taskchat.throttle_key(u) FROM unnest(p_keys) u);
	END IF;
	-- The last thing done, and nobody is waited for: no deadlock.
	DELETE FROM taskchat.throttle WHERE key IN (SELECT key
	    FROM taskchat.throttle WHERE expires_at <= now()
	    ORDER BY expires_at LIMIT 5 FOR UPDATE SKIP LOCKED);
	RETURN v_wait;
END $$;

-------------------------------------------------------------------- mail

CREATE TABLE taskchat.mail (
	id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	to_address	text,			-- null: to nobody (same work done)
	subject		text NOT NULL,
	body		text NOT NULL,
	attempts	integer NOT NULL DEFAULT 0,
	due_at		timestamptz NOT NULL DEFAULT now(),
	leased_until	timestamptz,
	created_at	timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_due ON taskchat.mail (due_at);

---------------------------------------------------- Better Auth's tables

-- Their columns.  A column of theirs is called as here, in camelCase, or
-- otherwise the same but for capitals and underscores.
--   class	what types will do; id: text, uuid or a whole number
--   ddl	for tables we make ourselves; %s is the user table
--   use	must: in the view, and has to be there
--		may: in the view, null where there is none
--		extra: in the view where there is one
--		none: only in tables we make
--   given	the view's default
CREATE FUNCTION taskchat.accounts_columns() RETURNS TABLE (n integer,
    kind text, col text, class text, ddl text, use text, given text)
LANGUAGE sql IMMUTABLE AS $$ VALUES
	(1, 'user', 'id', 'id', 'text PRIMARY KEY', 'must', NULL),
	(2, 'user', 'name', 'text', 'text NOT NULL', 'must', NULL),
	(3, 'user', 'email', 'text', 'text NOT NULL UNIQUE', 'must', NULL),
	(4, 'user', 'email_verified', 'boolean', 'boolean NOT NULL', 'must',
	    'false'),
	(5, 'user', 'image', 'text', 'text', 'must', NULL),
	(6, 'user', 'created_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(7, 'user', 'updated_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(11, 'session', 'id', 'id', 'text PRIMARY KEY', 'must', NULL),
	(12, 'session', 'expires_at', 'time', 'timestamptz NOT NULL', 'must',
	    NULL),
	(13, 'session', 'token', 'text', 'text NOT NULL UNIQUE', 'must', NULL),
	(14, 'session', 'created_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(15, 'session', 'updated_at', 'time', 'timestamptz NOT NULL', 'must',
	    'now()'),
	(16, 'session', 'ip_address', 'text', 'text', 'must', NULL),
	(17, 'session', 'user_agent', 'text', 'text', 'must', NULL),
	(18, 'session', 'user_id', 'id',
	    'text NOT NULL REFERENCES %s (id) ON DELETE CASCADE', 'must', NULL),
	(21, 'account', 'id', 'id', 'text PRIMARY KEY', 'must', NULL),
	(22, 'account', 'account_id', 'text', 'text NOT NULL', 'must', NULL),
	(23, 'account', 'provider_id', 'text', 'text NOT NULL', 'must', NULL),
	(24, 'account', 'user_id', 'id',
	    'text NOT NULL REFERENCES %s (id) ON DELETE CASCADE', 'must', NULL),
	(25, 'account', 'access_token', 'text', 'text', 'none', NULL),
	(26, 'account', 'refresh_token', 'text', 'text', 'none', NULL),
	(27, 'account', 'id_token', 'text', 'text', 'none', NULL),
	(28, 'account', 'access_token_expires_at', 'time', 'timestamptz', 'none',
	    NULL),
	(29, 'account', 'refresh_token_expires_at', 'time', 'timestamptz',
	    'none', NULL),
	(30, 'account', 'scope', 'text', 'text', 'none', NULL),
	(31, 'account', 'password', 'text', 'text', 'must', NULL),
	(32, 'account', 'created_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(33, 'account', 'updated_at', 'time', 'timestamptz NOT NULL', 'must',
	    'now()'),
	-- Better Auth 1.7.0 to 1.7.2 had it, not null, and looked for this value
	(34, 'account', 'issuer', 'text', NULL, 'extra',
	    quote_literal('local:credential')),
	(41, 'verification', 'id', 'id', 'text PRIMARY KEY', 'must', NULL),
	(42, 'verification', 'identifier', 'text', 'text NOT NULL', 'must', NULL),
	(43, 'verification', 'value', 'text', 'text NOT NULL', 'must', NULL),
	(44, 'verification', 'expires_at', 'time', 'timestamptz NOT NULL', 'must',
	    NULL),
	(45, 'verification', 'created_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(46, 'verification', 'updated_at', 'time',
	    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP', 'must', 'now()'),
	(51, 'jwks', 'id', 'id', 'text PRIMARY KEY', 'must', NULL),
	(52, 'jwks', 'public_key', 'text', 'text NOT NULL', 'must', NULL),
	(53, 'jwks', 'private_key', 'text', 'text NOT NULL', 'must', NULL),
	(54, 'jwks', 'created_at', 'time', 'timestamptz NOT NULL', 'must',
	    'now()'),
	(55, 'jwks', 'expires_at', 'time', 'timestamptz', 'may', NULL),
	-- came with 1.7; a key without them is of the usual kind
	(56, 'jwks', 'alg', 'text', 'text', 'may', quote_literal('EdDSA')),
	(57, 'jwks', 'crv', 'text', 'text', 'may', quote_literal('Ed25519'))
$$;

-- Is this the name n, whatever its capitals and underscores?
CREATE FUNCTION taskchat.accounts_named(p_name name, n text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT lower(replace(p_name, '_', '')) = replace(n, '_', '')
$$;

-- email_verified: emailVerified
CREATE FUNCTION taskchat.accounts_camel(n text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT left(n, 1) || substr(replace(initcap(replace(n, '_', ' ')), ' ',
	    ''), 2)
$$;

-- What of a kind's columns a table lacks; '' if nothing.
CREATE FUNCTION taskchat.accounts_lacks(p_kind text, p_table regclass)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce(string_agg(taskchat.accounts_camel(c.col), ', '
	    ORDER BY c.n), '')
	FROM taskchat.accounts_columns() c
	WHERE c.kind = p_kind AND c.use = 'must' AND NOT EXISTS (
	    SELECT FROM pg_attribute a WHERE a.attrelid = p_table
	      AND a.attnum > 0 AND NOT a.attisdropped
	      AND taskchat.accounts_named(a.attname, c.col))
$$;

-- The table of a kind in that schema: named so or in the plural, rather one
-- that has all columns.  Null: none.
CREATE FUNCTION taskchat.accounts_table(p_schema text, p_kind text)
RETURNS regclass LANGUAGE sql STABLE AS $$
	SELECT c.oid::regclass FROM pg_class c
	WHERE c.relnamespace = to_regnamespace(quote_ident(p_schema))
	  AND c.relkind IN ('r', 'p')
	  AND lower(c.relname) IN (p_kind, p_kind || 's')
	ORDER BY taskchat.accounts_lacks(p_kind, c.oid) = '' DESC,
	    c.relname = p_kind DESC, length(c.relname), c.relname LIMIT 1
$$;

-- Make one as Better Auth does; with snake_case names if it is to stand
-- beside such ones.
CREATE FUNCTION taskchat.accounts_make(p_schema text, p_kind text,
    p_snake boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_columns text;
	v_index text := CASE WHEN p_kind IN ('session', 'account') THEN 'user_id'
	    WHEN p_kind = 'verification' THEN 'identifier' END;
BEGIN
	IF NOT has_schema_privilege(p_schema, 'CREATE') THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the role %I may not make the table %I in the schema %I'
		    ' (GRANT CREATE ON SCHEMA %I TO %I)', current_user, p_kind,
		    p_schema, p_schema, current_user);
	END IF;
	SELECT string_agg(format('%I ', CASE WHEN p_snake THEN c.col
	    ELSE taskchat.accounts_camel(c.col) END) || format(c.ddl,
	    format('%I.%I', p_schema, 'user')), ', ' ORDER BY c.n)
	INTO v_columns FROM taskchat.accounts_columns() c
	WHERE c.kind = p_kind AND c.ddl IS NOT NULL;
	EXECUTE format('CREATE TABLE %I.%I (%s)', p_schema, p_kind, v_columns);
	IF v_index IS NOT NULL THEN
		v_index := CASE WHEN p_snake THEN v_index
		    ELSE taskchat.accounts_camel(v_index) END;
		EXECUTE format('CREATE INDEX %I ON %I.%I (%I)',
		    format('%s_%s_idx', p_kind, v_index), p_schema, p_kind, v_index);
	END IF;
END $$;

-- Complain if we may not use the table, or cannot.
CREATE FUNCTION taskchat.accounts_check(p_kind text, p_table regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_lacks text := taskchat.accounts_lacks(p_kind, p_table);
	v_rights text;
	a record;
BEGIN
	IF v_lacks <> '' THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the table %s has no column %s: if it is not Better Auth''s, set'
		    ' accounts_schema to a schema of its own', p_table, v_lacks);
	END IF;
	SELECT string_agg(r, ', ') INTO v_rights
	FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r
	WHERE NOT has_table_privilege(p_table, r);
	IF v_rights IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the role %I lacks rights on the table %s'
		    ' (GRANT %s ON %s TO %I)', current_user, p_table, v_rights,
		    p_table, current_user);
	END IF;
	FOR a IN SELECT attname, class, format_type(atttypid, NULL) AS type
	    FROM pg_attribute
	    JOIN taskchat.accounts_columns() c ON c.kind = p_kind
	      AND c.use <> 'none' AND taskchat.accounts_named(attname, c.col)
	    JOIN pg_type t ON t.oid = atttypid
	    WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped
	      AND NOT CASE class
	        WHEN 'text' THEN typcategory = 'S'
	        WHEN 'boolean' THEN typcategory = 'B'
	        WHEN 'time' THEN typname IN ('timestamptz', 'timestamp')
	        ELSE typcategory = 'S'
	          OR typname IN ('uuid', 'int2', 'int4', 'int8') END LOOP
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the column %I of %s is of the type %s, not %s as Better Auth'
		    ' has it', a.attname, p_table, a.type, CASE a.class
		    WHEN 'time' THEN 'timestamp' WHEN 'id'
		    THEN 'text, uuid or integer' ELSE a.class END);
	END LOOP;
END $$;

-- A table's own default of a column, '' if there is none.
CREATE FUNCTION taskchat.accounts_default(a pg_attribute) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN a.attidentity <> '' OR a.attgenerated <> ''
	    THEN 'identity' ELSE coalesce((SELECT pg_get_expr(d.adbin, d.adrelid)
	    FROM pg_attrdef d WHERE d.adrelid = a.attrelid
	      AND d.adnum = a.attnum), '') END
$$;

-- Lay the view.  It is left alone when it would be the same: then workers
-- that use it at this moment need not wait.
CREATE FUNCTION taskchat.accounts_view(p_kind text, p_table regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_view text := 'account_' || CASE p_kind WHEN 'account' THEN 'login'
	    ELSE p_kind END;
	v_list text := '';
	v_defaults text := '';
	v_given text;
	c record;
	a pg_attribute;
BEGIN
	FOR c IN SELECT * FROM taskchat.accounts_columns() k
	    WHERE k.kind = p_kind AND k.use <> 'none' ORDER BY k.n LOOP
		SELECT * INTO a FROM pg_attribute WHERE attrelid = p_table
		  AND attnum > 0 AND NOT attisdropped
		  AND taskchat.accounts_named(attname, c.col)
		ORDER BY attname = c.col DESC, attnum LIMIT 1;
		CONTINUE WHEN a.attname IS NULL AND c.use = 'extra';
		v_list := v_list || CASE WHEN v_list = '' THEN '' ELSE ', ' END
		    || CASE WHEN a.attname IS NULL THEN 'NULL::'
		        || CASE c.class WHEN 'time' THEN 'timestamptz'
		           ELSE c.class END
		    ELSE format('t.%I', a.attname) END || format(' AS %I', c.col);
		v_given := CASE WHEN a.attname IS NULL THEN NULL
		    WHEN c.col <> 'id' THEN c.given
		    WHEN taskchat.accounts_default(a) <> '' THEN NULL
		    WHEN a.atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
		    WHEN format_type(a.atttypid, NULL) ~ 'int|serial' THEN NULL
		    ELSE 'replace(gen_random_uuid()::text, ''-'', '''')' END;
		IF v_given IS NOT NULL THEN
			v_defaults := v_defaults || format(
			    'ALTER VIEW taskchat.%I ALTER COLUMN %I SET DEFAULT %s;',
			    v_view, c.col, v_given);
		END IF;
	END LOOP;
	v_list := format('SELECT %s FROM %s t', v_list, p_table);
	IF obj_description(to_regclass('taskchat.' || v_view), 'pg_class')
	    = v_list || ';' || v_defaults THEN
		RETURN;
	END IF;
	EXECUTE format('DROP VIEW IF EXISTS taskchat.%I;'
	    'CREATE VIEW taskchat.%I AS %s;%s'
	    'COMMENT ON VIEW taskchat.%I IS %L', v_view, v_view, v_list,
	    v_defaults, v_view, v_list || ';' || v_defaults);
END $$;

-- A function p_name(text) that makes an id of that view from its text, null
-- if it cannot be one.
CREATE FUNCTION taskchat.accounts_key(p_name text, p_view text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_type text;
	v_body text;
	v_now oid := to_regprocedure(format('taskchat.%I(text)', p_name));
BEGIN
	SELECT format_type(atttypid, NULL) INTO v_type FROM pg_attribute
	WHERE attrelid = to_regclass('taskchat.' || p_view) AND attname = 'id';
	CASE WHEN v_type = 'uuid' THEN
		v_body := 'SELECT CASE WHEN $1 ~* ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}'
		    '-[0-9a-f]{12}$'' THEN $1::uuid END';
	WHEN v_type IN ('smallint', 'integer', 'bigint') THEN
		v_body := format('SELECT CASE WHEN $1 ~ ''^(0|[1-9][0-9]{0,%s})$'''
		    ' THEN $1::%s END', CASE v_type WHEN 'smallint' THEN 3
		    WHEN 'integer' THEN 8 ELSE 17 END, v_type);
	ELSE
		v_type := 'text';
		v_body := 'SELECT $1';
	END CASE;
	IF v_now IS NOT NULL AND (SELECT prorettype <> v_type::regtype
	    FROM pg_proc WHERE oid = v_now) THEN
		EXECUTE format('DROP FUNCTION taskchat.%I(text)', p_name);
	END IF;
	EXECUTE format('CREATE OR REPLACE FUNCTION taskchat.%I(text) RETURNS %s'
	    ' LANGUAGE sql IMMUTABLE AS %L', p_name, v_type, v_body);
END $$;

-- Ids that a sequence gives: the default is computed with the rights of
-- whoever inserts, so the workers' role needs the sequence.
CREATE FUNCTION taskchat.accounts_sequences(p_table regclass, p_role text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	s record;
	v_notes text := '';
BEGIN
	FOR s IN SELECT q.oid, q.oid::regclass AS name
	    FROM pg_attrdef d JOIN pg_depend e ON e.objid = d.oid
	      AND e.classid = 'pg_attrdef'::regclass
	      AND e.refclassid = 'pg_class'::regclass
	    JOIN pg_class q ON q.oid = e.refobjid
	    WHERE d.adrelid = p_table AND CASE WHEN q.relkind = 'S'
	      THEN NOT has_sequence_privilege(p_role, q.oid, 'USAGE') END LOOP
		BEGIN
			EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', s.name,
			    p_role);
		EXCEPTION WHEN insufficient_privilege THEN
			NULL;
		END;
		IF NOT has_sequence_privilege(p_role, s.oid, 'USAGE') THEN
			v_notes := v_notes || format('new rows of %s will fail: GRANT'
			    ' USAGE ON SEQUENCE %s TO %I', p_table, s.name, p_role)
			    || E'\n';
		END IF;
	END LOOP;
	RETURN v_notes;
END $$;

-- What the operator should know about a table, a line each.
CREATE FUNCTION taskchat.accounts_notes(p_kind text, p_table regclass)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_what text := CASE p_kind WHEN 'user' THEN 'sign-up'
	    WHEN 'account' THEN 'sign-up' WHEN 'session' THEN 'sign-in'
	    WHEN 'verification' THEN 'a password reset'
	    ELSE 'making a key' END;
	v_notes text;
BEGIN
	SELECT coalesce(string_agg(format('%s will fail: column %I of %s has no'
	    ' default', v_what, a.attname, p_table) || E'\n', ''
	    ORDER BY a.attnum), '')
	INTO v_notes FROM pg_attribute a WHERE a.attrelid = p_table
	  AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
	  AND taskchat.accounts_default(a) = ''
	  AND NOT EXISTS (SELECT FROM taskchat.accounts_columns() c
	    WHERE c.kind = p_kind AND c.use <> 'none'
	      AND taskchat.accounts_named(a.attname, c.col)
	      AND NOT (c.col = 'id'
	        AND format_type(a.atttypid, NULL) ~ 'int'));
	IF p_kind = 'user' AND NOT EXISTS (SELECT FROM pg_index i
	    JOIN pg_attribute a ON a.attrelid = i.indrelid
	      AND a.attnum = i.indkey[0]
	    WHERE i.indrelid = p_table AND i.indisunique AND i.indnkeyatts = 1
	      AND i.indpred IS NULL AND a.attname = 'email') THEN
		v_notes := v_notes || format('two people could sign up with the same'
		    ' address at the same moment: %s has no unique index on email',
		    p_table) || E'\n';
	END IF;
	IF p_kind = 'user' THEN
		-- of Better Auth's plugins for administrators and two factors
		SELECT v_notes || coalesce(string_agg(format('a password alone'
		    ' signs in whomever column %I of %s is meant to stop',
		    a.attname, p_table) || E'\n', '' ORDER BY a.attnum), '')
		INTO v_notes FROM pg_attribute a WHERE a.attrelid = p_table
		  AND a.attnum > 0 AND NOT a.attisdropped
		  AND (taskchat.accounts_named(a.attname, 'banned')
		    OR taskchat.accounts_named(a.attname, 'two_factor_enabled'));
	END IF;
	IF p_kind = 'jwks' THEN
		SELECT v_notes || coalesce(string_agg(format('%s has no column %s: %s',
		    p_table, taskchat.accounts_camel(c.col), CASE c.col
		    WHEN 'expires_at' THEN 'keys cannot be retired'
		    ELSE 'every key counts as Ed25519' END) || E'\n', ''
		    ORDER BY c.n), '')
		INTO v_notes FROM taskchat.accounts_columns() c
		WHERE c.kind = 'jwks' AND c.col IN ('expires_at', 'alg')
		  AND NOT EXISTS (SELECT FROM pg_attribute a
		    WHERE a.attrelid = p_table AND NOT a.attisdropped
		      AND taskchat.accounts_named(a.attname, c.col));
	END IF;
	RETURN v_notes;
END $$;

-- Make, of Better Auth's tables in that schema, those that are missing.
-- Beside a table of users without sessions or accounts nothing is made:
-- that is somebody's, but not Better Auth's.
CREATE FUNCTION taskchat.accounts_fill(p_schema text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v_kinds text[] := ARRAY['user', 'session', 'account', 'verification',
	    'jwks'];
	v_there text;
	v_missing text[];
	v_snake boolean;
	v_notes text := '';
	k text;
BEGIN
	IF to_regnamespace(quote_ident(p_schema)) IS NULL THEN
		EXECUTE format('CREATE SCHEMA %I', p_schema);
	ELSIF NOT has_schema_privilege(p_schema, 'USAGE') THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the role %I may not use the schema %I (GRANT USAGE ON SCHEMA'
		    ' %I TO %I)', current_user, p_schema, p_schema, current_user);
	END IF;
	SELECT string_agg(taskchat.accounts_table(p_schema, u)::text, ', '),
	    array_agg(u) FILTER (WHERE taskchat.accounts_table(p_schema, u)
	        IS NULL)
	INTO v_there, v_missing FROM unnest(v_kinds) u;
	IF v_there IS NOT NULL
	    AND v_missing && ARRAY['user', 'session', 'account'] THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = format(
		    'the schema %I has %s but no table %s: if these are not Better'
		    ' Auth''s, set accounts_schema to a schema of its own', p_schema,
		    v_there, array_to_string(v_missing, ', '));
	END IF;
	v_snake := EXISTS (SELECT FROM pg_attribute WHERE attname =
	    'email_verified' AND attrelid = taskchat.accounts_table(p_schema,
	    'user'));
	FOREACH k IN ARRAY coalesce(v_missing, '{}') LOOP
		PERFORM taskchat.accounts_make(p_schema, k, v_snake);
		v_notes := v_notes || format('made the table %I.%I', p_schema, k)
		    || E'\n';
	END LOOP;
	RETURN v_notes;
END $$;

-- The whole of it; any number of times.  p_role: the workers', null if they
-- work as the one who calls this.  Returns what the operator should know, a
-- line each.
CREATE FUNCTION taskchat.accounts_attach(p_schema text,
    p_role text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	k text;
	v_table regclass;
	v_notes text := taskchat.accounts_fill(p_schema);
BEGIN
	FOREACH k IN ARRAY ARRAY['user', 'session', 'account', 'verification',
	    'jwks'] LOOP
		v_table := taskchat.accounts_table(p_schema, k);
		PERFORM taskchat.accounts_check(k, v_table);
		PERFORM taskchat.accounts_view(k, v_table);
		v_notes := v_notes || taskchat.accounts_notes(k, v_table)
		    || CASE WHEN p_role IS NULL THEN ''
		       ELSE taskchat.accounts_sequences(v_table, p_role) END;
	END LOOP;
	PERFORM taskchat.accounts_key('account_user_key', 'account_user');
	PERFORM taskchat.accounts_key('account_session_key', 'account_session');
	RETURN rtrim(v_notes, E'\n');
END $$;

---------------------------------------- several steps of one transaction

-- What follows knows the views by name only: they need not be there yet.
-- Whatever locks several rows of a user locks the user first (so do the
-- statements of src/store/account.c): nobody waits in a circle.

-- Store a key that tokens are signed with, and answer its id.
-- p_only_if_none: only when no key is live, else NULL; without it, all other
-- keys are retired.  Of several workers that find none at the same moment
-- one makes the key: each waits for the lock, and looks only then (a
-- statement of a volatile function sees what was committed before it
-- began).  Better Auth itself knows no such lock; two live keys do no harm.
CREATE FUNCTION taskchat.account_key_add(p_public text, p_private text,
    p_only_if_none boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_id text;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('taskchat.account_key_add'));
	IF p_only_if_none AND EXISTS (SELECT FROM taskchat.account_jwks k
	    WHERE k.expires_at IS NULL OR k.expires_at > now()) THEN
		RETURN NULL;
	END IF;
	-- Not now(): while we waited for the lock it stood still.  Better Auth
	-- counts milliseconds.
	INSERT INTO taskchat.account_jwks (public_key, private_key, created_at)
	VALUES (p_public, p_private,
	    date_trunc('milliseconds', clock_timestamp()))
	RETURNING id::text INTO v_id;
	-- Tables of before expiresAt: the newest key signs, the others stay.
	IF NOT p_only_if_none AND EXISTS (SELECT FROM pg_attribute t
	    WHERE t.attrelid = 'taskchat.account_jwks'::regclass
	      AND t.attname = 'expires_at'
	      AND pg_column_is_updatable(t.attrelid, t.attnum, true)) THEN
		UPDATE taskchat.account_jwks k SET expires_at = clock_timestamp()
		WHERE k.id::text <> v_id
		  AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp());
	END IF;
	RETURN v_id;
END $$;

-- Forgotten password: see src/store/account.h.  For an address nobody has,
-- the same rows are written, of no use to anybody.
CREATE FUNCTION taskchat.account_reset_begin(p_email text, p_token text,
    p_minutes integer, p_subject text, p_body text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_user text;
BEGIN
	SELECT u.id::text INTO v_user FROM taskchat.account_user u
	WHERE u.email = p_email;
	INSERT INTO taskchat.account_verification (identifier, value, expires_at)
	VALUES ('reset-password:' || p_token, coalesce(v_user, ''),
	    now() + make_interval(mins => p_minutes));
	INSERT INTO taskchat.mail (to_address, subject, body)
	VALUES (CASE WHEN v_user IS NOT NULL THEN p_email END, p_subject, p_body);
	-- what was never used, a few at a time
	DELETE FROM taskchat.account_verification WHERE id IN (
	    SELECT v.id FROM taskchat.account_verification v
	    WHERE v.expires_at <= now() AND v.identifier LIKE 'reset-password:%'
	    LIMIT 10 FOR UPDATE SKIP LOCKED);
END $$;

-- Whose password was reset; null: the token is not good.
CREATE FUNCTION taskchat.account_reset_finish(p_token text, p_hash text,
    p_network text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_value text;
	u record;
BEGIN
	SELECT v.value INTO v_value FROM taskchat.account_verification v
	WHERE v.identifier = 'reset-password:' || p_token
	  AND v.expires_at > now();
	SELECT a.id, a.email INTO u FROM taskchat.account_user a
	WHERE a.id = taskchat.account_user_key(v_value) FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	-- Only now that the user is ours: another may have consumed it.
	DELETE FROM taskchat.account_verification
	WHERE identifier = 'reset-password:' || p_token;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	-- Who has the mailbox need not wait for others' attempts any longer, nor
	-- for their own (the keys are those of src/api/accounts_read.c).
	DELETE FROM taskchat.throttle
	WHERE key IN (taskchat.throttle_key('password ' || u.email),
	    taskchat.throttle_key('password ' || u.email || ' from ' || p_network));
	UPDATE taskchat.account_user SET email_verified = true, updated_at = now()
	WHERE id = u.id;
	UPDATE taskchat.account_login SET password = p_hash, updated_at = now()
	WHERE user_id = u.id AND provider_id = 'credential';
	IF NOT FOUND THEN
		INSERT INTO taskchat.account_login (account_id, provider_id, user_id,
		    password)
		VALUES (u.id::text, 'credential', u.id, p_hash);
	END IF;
	DELETE FROM taskchat.account_session WHERE user_id = u.id;
	DELETE FROM taskchat.account_verification WHERE value = v_value
	  AND identifier LIKE 'reset-password:%';
	RETURN v_value;
END $$;

-- The id of whoever has the address, null: nobody, or the session that
-- asked for another address is over.
CREATE FUNCTION taskchat.account_email_verified(p_email text, p_to text,
    p_session text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_user text;
BEGIN
	-- First the user: whoever ends sessions is done, or waits for us.
	PERFORM FROM taskchat.account_user u WHERE u.email = p_email
	FOR NO KEY UPDATE;
	IF p_to IS NOT NULL AND NOT EXISTS (SELECT
	    FROM taskchat.account_session s
	    JOIN taskchat.account_user u ON u.id = s.user_id
	    WHERE s.id = taskchat.account_session_key(p_session)
	      AND s.expires_at > now() AND u.email = p_email) THEN
		RETURN NULL;
	END IF;
	-- their table may have no unique index
	IF p_to <> p_email AND (SELECT count(DISTINCT u.email)
	    FROM taskchat.account_user u WHERE u.email IN (p_email, p_to)) = 2 THEN
		RAISE EXCEPTION 'user_exists' USING ERRCODE = 'TC000';
	END IF;
	UPDATE taskchat.account_user SET email_verified = true,
	    email = coalesce(p_to, email), updated_at = now()
	WHERE email = p_email RETURNING id::text INTO v_user;
	-- Links to a new password were sent to the old address.
	IF p_to IS NOT NULL THEN
		DELETE FROM taskchat.account_verification
		WHERE value = v_user AND identifier LIKE 'reset-password:%';
	END IF;
	RETURN v_user;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'user_exists' USING ERRCODE = 'TC000';
END $$;

-- The user p_user, and what is p_owner's in the tables of 001.
CREATE FUNCTION taskchat.account_delete(p_user text, p_owner text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	u record;
BEGIN
	PERFORM set_config('taskchat.user_id', p_owner, true);
	-- A reply or a task that is just being stored comes first, and goes too.
	PERFORM FROM taskchat.conversation WHERE user_id = p_owner
	ORDER BY id FOR UPDATE;
	PERFORM FROM taskchat.task_counter WHERE user_id = p_owner FOR UPDATE;
	DELETE FROM taskchat.confirmation WHERE user_id = p_owner;
	DELETE FROM taskchat.tool_call WHERE user_id = p_owner;
	DELETE FROM taskchat.message WHERE user_id = p_owner;
	DELETE FROM taskchat.conversation WHERE user_id = p_owner;
	DELETE FROM taskchat.task WHERE user_id = p_owner;
	DELETE FROM taskchat.task_counter WHERE user_id = p_owner;
	-- First the user, so that nobody signs in meanwhile; the tables may
	-- have no foreign keys, so each is emptied here.
	SELECT a.id, a.email INTO u FROM taskchat.account_user a
	WHERE a.id = taskchat.account_user_key(p_user) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	DELETE FROM taskchat.account_session WHERE user_id = u.id;
	DELETE FROM taskchat.account_login WHERE user_id = u.id;
	DELETE FROM taskchat.account_verification
	WHERE value = p_user OR identifier = u.email;
	DELETE FROM taskchat.mail WHERE to_address = u.email;
	DELETE FROM taskchat.account_user WHERE id = u.id;
END $$;

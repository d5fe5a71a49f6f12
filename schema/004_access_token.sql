-- Access tokens: what a person gives a program (a script, an MCP client), so
-- that it may work on their tasks.
--
-- The token itself is nowhere in the database: hash is its SHA-256.  256
-- random bits need no salt and no slow hash, and are found by an index.

CREATE TABLE taskchat.access_token (
	user_id		text NOT NULL,
	id		uuid NOT NULL,		-- never given out twice
	name		varchar(100) NOT NULL CHECK (name <> ''),
	scopes		text[] NOT NULL CHECK (cardinality(scopes) > 0
	    AND scopes <@ ARRAY['tasks:read', 'tasks:write']),
	hash		bytea NOT NULL CHECK (octet_length(hash) = 32),
	created_at	timestamptz NOT NULL DEFAULT clock_timestamp(),
	expires_at	timestamptz,		-- null: never
	last_used_at	timestamptz,		-- to the minute
	PRIMARY KEY (user_id, id)
);
-- a request brings nothing else (access_token_use)
CREATE UNIQUE INDEX access_token_hash ON taskchat.access_token (hash);

ALTER TABLE taskchat.access_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.access_token FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.access_token
    USING (user_id = current_setting('taskchat.user_id', true));
-- Who holds a token does not know yet whose it is: a transaction that names
-- its hash may read that one row.
CREATE POLICY held_row ON taskchat.access_token FOR SELECT
    USING (hash = decode(current_setting('taskchat.token_hash', true), 'hex'));

-- One token as it goes out.
CREATE FUNCTION taskchat.access_token_full(t taskchat.access_token)
RETURNS json LANGUAGE sql STABLE AS $$
	SELECT json_build_object('id', t.id, 'name', t.name, 'scopes', t.scopes,
	    'created_at', taskchat.rfc3339(t.created_at),
	    'expires_at', taskchat.rfc3339(t.expires_at),
	    'last_used_at', taskchat.rfc3339(t.last_used_at))
$$;

-- Until the transaction ends nobody else makes a token for that user, or
-- deletes the user.
CREATE FUNCTION taskchat.access_token_lock(p_user text) RETURNS void
LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock(
	    hashtextextended('taskchat.access_token ' || p_user, 0))
$$;

-- A user has at most p_most; one that has expired makes room for another.
-- p_days: null for a token that does not expire.
CREATE FUNCTION taskchat.access_token_add(p_user text, p_id uuid, p_name text,
    p_scopes text[], p_hash text, p_days integer, p_most integer)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.access_token;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	PERFORM taskchat.access_token_lock(p_user);
	IF (SELECT count(*) FROM taskchat.access_token o
	    WHERE o.user_id = p_user) >= p_most THEN
		DELETE FROM taskchat.access_token o
		WHERE o.user_id = p_user AND o.expires_at <= clock_timestamp();
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'too_many_access_tokens';
		END IF;
	END IF;
	INSERT INTO taskchat.access_token (user_id, id, name, scopes, hash,
	    expires_at)
	VALUES (p_user, p_id, p_name, p_scopes, decode(p_hash, 'hex'),
	    clock_timestamp() + make_interval(days => p_days))
	RETURNING * INTO t;
	RETURN taskchat.access_token_full(t);
END $$;

-- Whose token has this hash, and what is it good for?  All null: there is
-- none, or it has expired.  When it was last used is written down once a
-- minute, not for every request.
CREATE FUNCTION taskchat.access_token_use(p_hash text, OUT owner text,
    OUT token uuid, OUT scopes text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.token_hash', p_hash, true);
	SELECT t.user_id, t.id, array_to_string(t.scopes, ' ')
	INTO owner, token, scopes FROM taskchat.access_token t
	WHERE t.hash = decode(p_hash, 'hex')
	  AND (t.expires_at IS NULL OR t.expires_at > now());
	PERFORM set_config('taskchat.token_hash', '', true);
	IF owner IS NULL THEN
		RETURN;
	END IF;
	PERFORM set_config('taskchat.user_id', owner, true);
	UPDATE taskchat.access_token t SET last_used_at = now()
	WHERE t.user_id = owner AND t.id = token AND (t.last_used_at IS NULL
	    OR t.last_used_at <= now() - interval '1 minute');
END $$;

-- As before.  The user's tokens go too, one that is just being made as well.
CREATE OR REPLACE FUNCTION taskchat.account_delete(p_user text, p_owner text)
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
	PERFORM taskchat.access_token_lock(p_owner);
	DELETE FROM taskchat.access_token WHERE user_id = p_owner;
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

-- Our own OAuth 2.1 authorization server, for clients of MCP: who may ask
-- people (oauth_client), what each of them was granted (oauth_grant), and the
-- codes and tokens of a grant (oauth_token).
--
-- Codes, tokens and secrets are nowhere in the database: a hash is the SHA-256
-- of one, as in 004.
--
-- Whoever changes or deletes a row of oauth_token has locked its grant before,
-- and who has locked one waits for no other: no deadlock, and of two who show
-- the same code the second sees what the first has done.

CREATE TABLE taskchat.oauth_client (
	id		text PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 500),
	registered	boolean NOT NULL,	-- by hand; else id is the address
						-- of a document
	name		text NOT NULL CHECK (name <> ''),
	uri		text,
	host		text,			-- of the document
	redirect_uris	json NOT NULL CHECK (json_typeof(redirect_uris) = 'array'),
	secret_hash	bytea CHECK (octet_length(secret_hash) = 32),
	created_at	timestamptz NOT NULL DEFAULT clock_timestamp(),
	fresh_until	timestamptz,		-- a document: read it again then
	CHECK (registered = (fresh_until IS NULL)),
	CHECK (registered OR secret_hash IS NULL)
);
-- those that nobody asks for any more (oauth_client_keep)
CREATE INDEX oauth_client_stale ON taskchat.oauth_client (fresh_until);

CREATE TABLE taskchat.oauth_grant (
	user_id		text NOT NULL,
	id		uuid NOT NULL,		-- never given out twice
	client_id	text NOT NULL,
	-- the same of a registered client, with which its grants go; documents
	-- come and go
	registered_id	text REFERENCES taskchat.oauth_client ON DELETE CASCADE
	    CHECK (registered_id = client_id),
	client_name	text NOT NULL,		-- as the person read them
	client_host	text,
	scopes		text[] NOT NULL CHECK (cardinality(scopes) > 0
	    AND scopes <@ ARRAY['tasks:read', 'tasks:write']),
	resource	text NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT clock_timestamp(),
	expires_at	timestamptz NOT NULL,	-- with the code, then with the
						-- newest refresh token
	last_used_at	timestamptz,		-- to the minute
	turn		integer,		-- of the last refresh token that
						-- was used, from 1; 0: none yet;
						-- null: nor was the code
	PRIMARY KEY (user_id, id)
);
-- those that may go (oauth_sweep)
CREATE INDEX oauth_grant_expired ON taskchat.oauth_grant (expires_at);
-- those that go with their client (oauth_client_remove)
CREATE INDEX oauth_grant_registered ON taskchat.oauth_grant (registered_id)
    WHERE registered_id IS NOT NULL;

CREATE TABLE taskchat.oauth_token (
	user_id		text NOT NULL,
	grant_id	uuid NOT NULL,
	hash		bytea NOT NULL CHECK (octet_length(hash) = 32),
	kind		text NOT NULL CHECK (kind IN ('code', 'access', 'refresh')),
	expires_at	timestamptz NOT NULL,
	used_at		timestamptz,		-- code, refresh: for the first time
	redirect_uri	text,			-- of a code: no other may come with it
	challenge	text,			-- of a code: what must come with it
	scopes		text[],			-- of an access token
	turn		integer,		-- of a refresh token, from 1
	PRIMARY KEY (user_id, grant_id, hash),
	FOREIGN KEY (user_id, grant_id)
	    REFERENCES taskchat.oauth_grant ON DELETE CASCADE,
	CHECK ((kind = 'code') = (redirect_uri IS NOT NULL)),
	CHECK ((kind = 'code') = (challenge IS NOT NULL)),
	CHECK ((kind = 'access') = (scopes IS NOT NULL)),
	CHECK ((kind = 'refresh') = (turn IS NOT NULL))
);
-- a request brings nothing else (oauth_held)
CREATE UNIQUE INDEX oauth_token_hash ON taskchat.oauth_token (hash);

ALTER TABLE taskchat.oauth_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.oauth_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.oauth_grant
    USING (user_id = current_setting('taskchat.user_id', true));
-- What is over is nobody's: oauth_sweep() may look for it and delete it.
CREATE POLICY expired_rows ON taskchat.oauth_grant
    USING (expires_at <= now()
        AND current_setting('taskchat.sweep', true) = 'oauth_grant')
    WITH CHECK (false);
ALTER TABLE taskchat.oauth_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.oauth_token FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.oauth_token
    USING (user_id = current_setting('taskchat.user_id', true));
-- as in 004
CREATE POLICY held_row ON taskchat.oauth_token FOR SELECT
    USING (hash = decode(current_setting('taskchat.token_hash', true), 'hex'));

-------------------------------------------------------------------- clients

-- A document as it was just read.  One that has been stale for two days is of
-- no use to anybody, even while its host is down.
CREATE FUNCTION taskchat.oauth_client_keep(p_id text, p_name text, p_uri text,
    p_host text, p_redirect_uris json, p_seconds integer) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO taskchat.oauth_client AS o (id, registered, name, uri, host,
	    redirect_uris, fresh_until)
	VALUES (p_id, false, p_name, p_uri, p_host, p_redirect_uris,
	    now() + make_interval(secs => p_seconds))
	ON CONFLICT (id) DO UPDATE SET name = excluded.name,
	    uri = excluded.uri, host = excluded.host,
	    redirect_uris = excluded.redirect_uris,
	    fresh_until = excluded.fresh_until
	WHERE NOT o.registered;
	DELETE FROM taskchat.oauth_client WHERE id IN (SELECT id
	    FROM taskchat.oauth_client
	    WHERE fresh_until <= now() - interval '2 days'
	    ORDER BY fresh_until LIMIT 5 FOR UPDATE SKIP LOCKED);
$$;

--------------------------------------------------------------------- grants

-- A few of those that have ended, with their tokens, whosever they were: the
-- last thing a transaction does, and nobody is waited for.
CREATE FUNCTION taskchat.oauth_sweep() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.sweep', 'oauth_grant', true);
	DELETE FROM taskchat.oauth_grant WHERE (user_id, id) IN (
	    SELECT g.user_id, g.id FROM taskchat.oauth_grant g
	    WHERE g.expires_at <= now()
	    ORDER BY g.expires_at LIMIT 5 FOR UPDATE SKIP LOCKED);
	PERFORM set_config('taskchat.sweep', '', true);
END $$;

-- One grant as its owner sees it.
CREATE FUNCTION taskchat.oauth_app(g taskchat.oauth_grant)
RETURNS json LANGUAGE sql STABLE AS $$
	SELECT json_build_object('id', g.id, 'client_id', g.client_id,
	    'name', g.client_name, 'host', g.client_host, 'scopes', g.scopes,
	    'created_at', taskchat.rfc3339(g.created_at),
	    'last_used_at', taskchat.rfc3339(g.last_used_at))
$$;

-- A person has said yes.  p_host, p_registered, p_name: of the client, as they
-- saw it.  At most p_most grants a user: one that has ended makes room.
CREATE FUNCTION taskchat.oauth_consent(p_user text, p_grant uuid,
    p_client text, p_registered boolean, p_name text, p_host text,
    p_scopes text[], p_resource text, p_hash text, p_redirect_uri text,
    p_challenge text, p_seconds integer, p_most integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_end timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	PERFORM taskchat.access_token_lock(p_user);
	IF p_registered THEN
		PERFORM FROM taskchat.oauth_client c
		WHERE c.id = p_client AND c.registered FOR KEY SHARE;
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'client_invalid';
		END IF;
	END IF;
	IF (SELECT count(*) FROM taskchat.oauth_grant g
	    WHERE g.user_id = p_user) >= p_most THEN
		DELETE FROM taskchat.oauth_grant g WHERE g.user_id = p_user
		  AND g.expires_at <= clock_timestamp();
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'too_many_apps';
		END IF;
	END IF;
	INSERT INTO taskchat.oauth_grant (user_id, id, client_id, registered_id,
	    client_name, client_host, scopes, resource, expires_at)
	VALUES (p_user, p_grant, p_client,
	    CASE WHEN p_registered THEN p_client END, p_name, p_host, p_scopes,
	    p_resource, v_end);
	INSERT INTO taskchat.oauth_token (user_id, grant_id, hash, kind,
	    expires_at, redirect_uri, challenge)
	VALUES (p_user, p_grant, decode(p_hash, 'hex'), 'code', v_end,
	    p_redirect_uri, p_challenge);
	PERFORM taskchat.oauth_sweep();
END $$;

--------------------------------------------------------------------- tokens

-- The code or token with this hash; all null: there is none.  From here on
-- the transaction works for its owner.
CREATE FUNCTION taskchat.oauth_held(p_hash text) RETURNS taskchat.oauth_token
LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token;
BEGIN
	PERFORM set_config('taskchat.token_hash', p_hash, true);
	SELECT o.* INTO t FROM taskchat.oauth_token o
	WHERE o.hash = decode(p_hash, 'hex');
	PERFORM set_config('taskchat.token_hash', '', true);
	PERFORM set_config('taskchat.user_id', coalesce(t.user_id, ''), true);
	RETURN t;
END $$;

-- The same, as it is when its grant is locked: nobody else changes either
-- before the transaction ends.
CREATE FUNCTION taskchat.oauth_hold(p_hash text) RETURNS taskchat.oauth_token
LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token := taskchat.oauth_held(p_hash);
BEGIN
	PERFORM FROM taskchat.oauth_grant g
	WHERE g.user_id = t.user_id AND g.id = t.grant_id FOR UPDATE;
	SELECT o.* INTO t FROM taskchat.oauth_token o
	WHERE o.user_id = t.user_id AND o.grant_id = t.grant_id
	  AND o.hash = t.hash;
	RETURN t;
END $$;

-- Whose is it?
CREATE FUNCTION taskchat.oauth_owner(p_hash text) RETURNS text
LANGUAGE sql AS $$
	SELECT (taskchat.oauth_held(p_hash)).user_id
$$;

-- New tokens of a grant that is locked: an access token with p_scopes, and a
-- refresh token of that turn.
CREATE FUNCTION taskchat.oauth_issue(p_user text, p_grant uuid,
    p_scopes text[], p_turn integer, p_access text, p_refresh text,
    p_seconds integer, p_days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := clock_timestamp();
	v_end timestamptz := v_now + make_interval(days => p_days);
BEGIN
	DELETE FROM taskchat.oauth_token t
	WHERE t.user_id = p_user AND t.grant_id = p_grant
	  AND t.expires_at <= v_now;
	INSERT INTO taskchat.oauth_token (user_id, grant_id, hash, kind,
	    expires_at, scopes, turn)
	VALUES (p_user, p_grant, decode(p_access, 'hex'), 'access',
	        v_now + make_interval(secs => p_seconds), p_scopes, NULL),
	    (p_user, p_grant, decode(p_refresh, 'hex'), 'refresh', v_end, NULL,
	        p_turn);
	UPDATE taskchat.oauth_grant g SET turn = p_turn - 1, expires_at = v_end,
	    last_used_at = v_now
	WHERE g.user_id = p_user AND g.id = p_grant;
	PERFORM taskchat.oauth_sweep();
END $$;

-- A code to tokens, once.  A used one stays as long as its grant, so that
-- showing it again ends that (RFC 6749 section 4.1.2).  Challenges are hashes
-- themselves: how long it takes to compare two says nothing of a verifier.
-- p_redirect_uri may be null: clients of OAuth 2.1 leave it to the challenge.
CREATE FUNCTION taskchat.oauth_exchange(p_hash text, p_client text,
    p_resource text, p_redirect_uri text, p_challenge text, p_access text,
    p_refresh text, p_seconds integer, p_days integer, OUT state text,
    OUT owner text, OUT granted uuid, OUT scopes text) LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token := taskchat.oauth_hold(p_hash);
	g taskchat.oauth_grant;
BEGIN
	SELECT o.* INTO g FROM taskchat.oauth_grant o
	WHERE o.user_id = t.user_id AND o.id = t.grant_id;
	IF g.client_id IS DISTINCT FROM p_client OR t.kind <> 'code' THEN
		state := 'unknown';
		RETURN;
	END IF;
	IF t.used_at IS NOT NULL THEN
		DELETE FROM taskchat.oauth_grant o
		WHERE o.user_id = g.user_id AND o.id = g.id;
		state := 'replayed';
	ELSIF t.expires_at <= clock_timestamp() THEN
		state := 'unknown';
	ELSIF t.redirect_uri <> coalesce(p_redirect_uri, t.redirect_uri)
	    OR t.challenge IS DISTINCT FROM p_challenge THEN
		state := 'mismatch';
	ELSIF g.resource IS DISTINCT FROM p_resource THEN
		state := 'target';
	ELSE
		UPDATE taskchat.oauth_token o
		SET used_at = clock_timestamp(), expires_at = 'infinity'
		WHERE o.user_id = t.user_id AND o.grant_id = t.grant_id
		  AND o.hash = t.hash;
		PERFORM taskchat.oauth_issue(g.user_id, g.id, g.scopes, 1,
		    p_access, p_refresh, p_seconds, p_days);
		state := 'ok';
		scopes := array_to_string(g.scopes, ' ');
	END IF;
	owner := g.user_id;
	granted := g.id;
END $$;

-- A refresh token to new tokens.  One of the turn after the last that was
-- used is good.  So is the one that was used last, for p_grace seconds, while
-- none of those that came of it has been: then the answer was lost.  Any
-- other has been used by two, of whom one is a thief: the grant ends (RFC
-- 9700 section 4.14.2).  p_scopes: no more than these, null for all.
CREATE FUNCTION taskchat.oauth_refresh(p_hash text, p_client text,
    p_resource text, p_scopes text[], p_access text, p_refresh text,
    p_seconds integer, p_days integer, p_grace integer, OUT state text,
    OUT owner text, OUT granted uuid, OUT scopes text, OUT wait integer)
LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token := taskchat.oauth_hold(p_hash);
	g taskchat.oauth_grant;
BEGIN
	SELECT o.* INTO g FROM taskchat.oauth_grant o
	WHERE o.user_id = t.user_id AND o.id = t.grant_id;
	IF g.client_id IS DISTINCT FROM p_client OR t.kind <> 'refresh'
	    OR t.expires_at <= clock_timestamp() THEN
		state := 'unknown';
		RETURN;
	END IF;
	owner := g.user_id;
	granted := g.id;
	IF t.turn <> g.turn + 1 AND (t.turn <> g.turn OR t.used_at IS NULL OR
	    t.used_at <= clock_timestamp() - make_interval(secs => p_grace)) THEN
		DELETE FROM taskchat.oauth_grant o
		WHERE o.user_id = g.user_id AND o.id = g.id;
		state := 'replayed';
		RETURN;
	END IF;
	IF g.resource IS DISTINCT FROM p_resource THEN
		state := 'target';
		RETURN;
	END IF;
	IF NOT p_scopes <@ g.scopes THEN
		state := 'scope';
		RETURN;
	END IF;
	-- what was used stays, to be known again: so there is a limit to it
	wait := taskchat.throttle_hit(ARRAY['oauth refresh ' || g.id,
	    'oauth refresh day ' || g.id], ARRAY[30, 500], ARRAY[600, 86400],
	    ARRAY[false, false]);
	IF wait > 0 THEN
		state := 'wait';
		RETURN;
	END IF;
	UPDATE taskchat.oauth_token o
	SET used_at = coalesce(o.used_at, clock_timestamp())
	WHERE o.user_id = t.user_id AND o.grant_id = t.grant_id
	  AND o.hash = t.hash;
	PERFORM taskchat.oauth_issue(g.user_id, g.id,
	    coalesce(p_scopes, g.scopes), t.turn + 1, p_access, p_refresh,
	    p_seconds, p_days);
	state := 'ok';
	scopes := array_to_string(coalesce(p_scopes, g.scopes), ' ');
END $$;

-- True: it is another client's, and nothing was done (RFC 7009 section 2.1).
CREATE FUNCTION taskchat.oauth_revoke(p_hash text, p_client text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token := taskchat.oauth_hold(p_hash);
BEGIN
	IF t.hash IS NULL THEN
		RETURN false;
	END IF;
	IF NOT EXISTS (SELECT FROM taskchat.oauth_grant g
	    WHERE g.user_id = t.user_id AND g.id = t.grant_id
	      AND g.client_id = p_client) THEN
		RETURN true;
	END IF;
	IF t.kind = 'access' THEN
		DELETE FROM taskchat.oauth_token o
		WHERE o.user_id = t.user_id AND o.grant_id = t.grant_id
		  AND o.hash = t.hash;
	ELSE
		DELETE FROM taskchat.oauth_grant g
		WHERE g.user_id = t.user_id AND g.id = t.grant_id;
	END IF;
	RETURN false;
END $$;

-- Whose access token has this hash, and what is it good for?  All null: there
-- is none, or it has expired.  When its grant was last used is written down
-- once a minute, not for every request.
CREATE FUNCTION taskchat.oauth_access_use(p_hash text, OUT owner text,
    OUT granted uuid, OUT scopes text, OUT resource text)
LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.oauth_token := taskchat.oauth_held(p_hash);
BEGIN
	IF t.kind IS DISTINCT FROM 'access' OR t.expires_at <= now() THEN
		RETURN;
	END IF;
	SELECT g.user_id, g.id, array_to_string(t.scopes, ' '), g.resource
	INTO owner, granted, scopes, resource FROM taskchat.oauth_grant g
	WHERE g.user_id = t.user_id AND g.id = t.grant_id;
	UPDATE taskchat.oauth_grant g SET last_used_at = now()
	WHERE g.user_id = t.user_id AND g.id = t.grant_id
	  AND (g.last_used_at IS NULL
	    OR g.last_used_at <= now() - interval '1 minute');
END $$;

-- As before.  Where the user lives goes too, what programs were to ask them (a
-- question comes with a lock on its task, so that none is left behind), and
-- their grants, one that is just being made as well.
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
	DELETE FROM taskchat.usage_day WHERE user_id = p_owner;
	DELETE FROM taskchat.user_zone WHERE user_id = p_owner;
	DELETE FROM taskchat.task WHERE user_id = p_owner;
	DELETE FROM taskchat.mcp_question WHERE user_id = p_owner;
	DELETE FROM taskchat.task_counter WHERE user_id = p_owner;
	PERFORM taskchat.access_token_lock(p_owner);
	DELETE FROM taskchat.access_token WHERE user_id = p_owner;
	DELETE FROM taskchat.oauth_grant WHERE user_id = p_owner;
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

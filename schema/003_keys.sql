-- The keys that tokens of the built-in accounts are signed with, in Better
-- Auth's table behind the view taskchat.account_jwks (002_accounts.sql).

-- Store a key and answer its id.  p_only_if_none: only when no key is live,
-- else NULL; without it, all other keys are retired.  Of several workers
-- that find none at the same moment one makes the key: each waits for the
-- lock, and looks only then (a statement of a volatile function sees what
-- was committed before it began).  Better Auth itself knows no such lock; two
-- live keys do no harm.
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

-- What other programs need to work with somebody's tasks (/api/mcp): where
-- that person lives, since a program cannot say, and what the person has been
-- asked through the program and not answered yet.
--
-- Workers of the version before know neither table: until they are restarted
-- nobody's zone is written down by them.  An account takes both along when it
-- is deleted, by the function of 008.

-- The zone that a person's page named last.
CREATE TABLE taskchat.user_zone (
	user_id		text PRIMARY KEY,
	zone		text NOT NULL
);

-- A question: may this be done to this task as it stands?  The program holds
-- a random text, of which hash is the SHA-256; who brings it back has the
-- answer, once.
CREATE TABLE taskchat.mcp_question (
	user_id		text NOT NULL,
	hash		bytea NOT NULL CHECK (octet_length(hash) = 32),
	tool		text NOT NULL,
	arguments	jsonb NOT NULL,
	task_version	integer NOT NULL,
	expires_at	timestamptz NOT NULL,
	PRIMARY KEY (user_id, hash)
);

ALTER TABLE taskchat.user_zone ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.user_zone FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.user_zone
    USING (user_id = current_setting('taskchat.user_id', true));
ALTER TABLE taskchat.mcp_question ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.mcp_question FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.mcp_question
    USING (user_id = current_setting('taskchat.user_id', true));

-- Whoever deletes accounts needs them from this moment on, and `taskchat
-- migrate` grants only after its last step.
DO $$
DECLARE
	r text;
BEGIN
	FOR r IN SELECT DISTINCT a.grantee::regrole::text
	    FROM pg_class c, aclexplode(c.relacl) a
	    WHERE c.oid = 'taskchat.task'::regclass AND a.grantee <> 0
	      AND a.privilege_type = 'INSERT' LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE'
		    ' ON taskchat.user_zone, taskchat.mcp_question TO %s', r);
	END LOOP;
END $$;

-------------------------------------------------------------- the zone

-- A person's page said where they are; null: it did not.  Nothing is written
-- while they stay there.
CREATE FUNCTION taskchat.zone_keep(p_user text, p_zone text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	IF p_zone IS NULL OR EXISTS (SELECT FROM taskchat.user_zone z
	    WHERE z.user_id = p_user AND z.zone = p_zone) THEN
		RETURN;
	END IF;
	INSERT INTO taskchat.user_zone VALUES (p_user, p_zone)
	ON CONFLICT (user_id) DO UPDATE SET zone = excluded.zone;
END $$;

-- Theirs, or p_zone as long as nobody has said.
CREATE FUNCTION taskchat.zone_of(p_user text, p_zone text) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT z.zone FROM taskchat.user_zone z
	    WHERE z.user_id = p_user), p_zone)
$$;

----------------------------------------------------------------- tools

-- What list_tasks finds, as an object, with the number to go on from when
-- there is more.
CREATE FUNCTION taskchat.mcp_list(p_user text, p_args json, p_zone text)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	v_tasks json;
	v_last integer;
BEGIN
	v_tasks := taskchat.tool_run(p_user, 'list_tasks', p_args, p_zone, 0)
	    ->'result';
	IF json_array_length(v_tasks) = 100 THEN
		SELECT v.last INTO v_last
		FROM (SELECT (v_tasks->-1->>'id')::integer AS last) v
		WHERE EXISTS (SELECT FROM taskchat.task_find(p_user,
		    p_args->>'status', p_args->>'search', p_args->>'priority',
		    taskchat.due(p_args->>'due_before', p_zone), v.last, 1));
	END IF;
	RETURN json_strip_nulls(json_build_object('tasks', v_tasks,
	    'next_after_id', v_last));
END $$;

-- Keep the question that a program is to put to its person.  Of what one
-- person has been asked the newest hundred count.
CREATE FUNCTION taskchat.mcp_question_add(p_user text, p_hash text,
    p_tool text, p_args json, p_version integer, p_minutes integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM taskchat.mcp_question q
	WHERE q.user_id = p_user AND (q.expires_at <= now()
	    OR q.hash IN (SELECT o.hash FROM taskchat.mcp_question o
	        WHERE o.user_id = p_user ORDER BY o.expires_at DESC, o.hash
	        OFFSET 99));
	INSERT INTO taskchat.mcp_question VALUES (p_user,
	    decode(p_hash, 'hex'), p_tool, p_args::jsonb, p_version,
	    now() + make_interval(mins => p_minutes));
END $$;

-- One call of a tool from outside, in the person's own zone.  state:
--   done      result is what the tool answered
--   limit     that were p_calls within a minute: again in wait seconds
--   ask       nothing was done: whoever calls is to ask about the task that
--             has this title, and p_ask is the hash of what the answer is to
--             bring back
--   changed   the same, after a yes: the task is not any more what it was
--   declined  nothing was done: the answer is no
--   refused   p_given is of no question, of one that was about something
--             else, answered, or too long ago.  Nothing was done, but with
--             p_again a new question was kept as for ask, and title is set.
--
-- p_ask null: the tool runs at once.  p_given is the hash of what was
-- brought back, null for nothing; p_agreed is the answer, null for none that
-- could be understood.  A question is gone with its first answer, whatever
-- that is, in the transaction that does what was asked.
CREATE FUNCTION taskchat.mcp_run(p_user text, p_tool text, p_args json,
    p_zone text, p_undo integer, p_calls integer, p_ask text, p_minutes integer,
    p_given text, p_agreed boolean, p_again boolean, OUT state text,
    OUT result json, OUT wait integer, OUT title text) LANGUAGE plpgsql AS $$
DECLARE
	q taskchat.mcp_question;
	t taskchat.task;
	v_zone text;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	-- all calls of one person go one after the other from here on
	wait := taskchat.throttle_hit(ARRAY['mcp ' || p_user],
	    ARRAY[p_calls], ARRAY[60], ARRAY[false]);
	IF wait > 0 THEN
		state := 'limit';
		RETURN;
	END IF;
	state := 'done';
	IF p_ask IS NOT NULL THEN
		-- first the task, then its question: account_delete() does so
		SELECT * INTO t FROM taskchat.task o WHERE o.user_id = p_user
		AND o.id = (p_args->>'task_id')::integer AND o.deleted_at IS NULL
		FOR NO KEY UPDATE;
		state := 'ask';
		IF p_given IS NOT NULL THEN
			DELETE FROM taskchat.mcp_question o WHERE o.user_id = p_user
			AND o.hash = decode(p_given, 'hex') RETURNING * INTO q;
			state := CASE WHEN NOT FOUND OR q.expires_at <= now()
			    OR q.tool <> p_tool OR q.arguments <> p_args::jsonb
			    THEN 'refused' WHEN p_agreed THEN 'done'
			    WHEN NOT p_agreed THEN 'declined' ELSE 'ask' END;
		END IF;
		IF state = 'declined' OR state = 'refused' AND NOT p_again THEN
			RETURN;
		END IF;
		IF t.id IS NULL THEN
			state := 'done';	-- the tool says that there is none
		ELSIF state = 'done' AND t.version <> q.task_version THEN
			state := 'changed';
		END IF;
		IF state <> 'done' THEN
			PERFORM taskchat.mcp_question_add(p_user, p_ask, p_tool,
			    p_args, t.version, p_minutes);
			title := t.title;
			RETURN;
		END IF;
	END IF;
	v_zone := taskchat.zone_of(p_user, p_zone);
	result := CASE WHEN p_tool = 'list_tasks'
	    THEN taskchat.mcp_list(p_user, p_args, v_zone)
	    ELSE taskchat.tool_run(p_user, p_tool, p_args, v_zone, p_undo)
	        ->'result' END;
END $$;

-- What is open, for a text that begins a conversation, and when that is:
-- local_now as the model of a chat is told it; day is the one that p_day
-- means, "today", "tomorrow" or a date.
CREATE FUNCTION taskchat.mcp_open(p_user text, p_zone text, p_day text,
    OUT tasks json, OUT zone text, OUT local_now text, OUT day text)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	zone := taskchat.zone_of(p_user, p_zone);
	local_now := to_char(now() AT TIME ZONE zone,
	    'YYYY-MM-DD"T"HH24:MI FMDay');
	day := to_char(CASE p_day
	    WHEN 'today' THEN (now() AT TIME ZONE zone)::date
	    WHEN 'tomorrow' THEN (now() AT TIME ZONE zone)::date + 1
	    ELSE p_day::date END, 'FMDay, YYYY-MM-DD');
	tasks := taskchat.mcp_list(p_user, '{"status":"pending"}', zone);
END $$;

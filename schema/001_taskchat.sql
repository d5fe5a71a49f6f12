-- Conversations, messages, tool calls, confirmations and tasks, and the
-- functions that carry out each step of a turn in one transaction.
--
-- Every table has user_id first in its primary key and a row-level
-- security policy that holds for the tables' owner as well: a statement
-- that forgets its WHERE sees nobody else's rows, and, unless the
-- transaction has said for whom it works (the setting taskchat.user_id),
-- none at all.
--
-- A function reports what a caller did wrong with SQLSTATE TC000 and a
-- message that is our stable error code; src/db/db.c turns it into a
-- sentence.  Names are written out in full (taskchat.…): the search path of
-- our connections is PostgreSQL's own catalog, so that nothing somebody puts
-- into another schema can take the place of what is called here.

-- Enumerations rather than CHECKs where every turn writes: a CHECK is read
-- from its text again for each statement.
CREATE TYPE taskchat.message_role AS ENUM ('user', 'assistant');
CREATE TYPE taskchat.message_state AS ENUM ('done', 'stopped', 'interrupted',
    'failed');
CREATE TYPE taskchat.feedback AS ENUM ('positive', 'negative');
CREATE TYPE taskchat.call_state AS ENUM ('requested', 'ok', 'error',
    'interrupted', 'held', 'confirmed', 'rejected', 'superseded', 'expired');

CREATE TABLE taskchat.conversation (
	user_id		text NOT NULL,
	id		uuid NOT NULL,
	title		varchar(200) NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	-- when somebody last said something; not touched at the end of a turn,
	-- so that ending one stays a heap-only update
	updated_at	timestamptz NOT NULL DEFAULT now(),
	last_message	integer NOT NULL DEFAULT 0,	-- highest id given out
	-- the turn lease: who writes turn_message, and until when nobody else
	-- may; lease_until NULL: no turn is open
	lease_token	uuid,
	lease_until	timestamptz,
	turn_message	integer,
	pending		uuid,		-- the confirmation that waits for an answer
	PRIMARY KEY (user_id, id)
) WITH (fillfactor = 70);
-- the list of conversations, newest first
CREATE INDEX conversation_newest
    ON taskchat.conversation (user_id, updated_at DESC, id DESC);

CREATE TABLE taskchat.message (
	user_id		text NOT NULL,
	conversation_id	uuid NOT NULL,
	id		integer NOT NULL,
	role		taskchat.message_role NOT NULL,
	content		text NOT NULL,
	state		taskchat.message_state NOT NULL DEFAULT 'done',
	calls		integer NOT NULL DEFAULT 0,	-- rows of tool_call
	model		text,
	usage		json,
	provider_data	json,
	feedback	taskchat.feedback,
	idempotency_key	text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	-- history is read backwards along this key, never along an index on id
	-- alone: a busy conversation would be found by walking everybody's rows
	PRIMARY KEY (user_id, conversation_id, id),
	FOREIGN KEY (user_id, conversation_id)
	    REFERENCES taskchat.conversation ON DELETE CASCADE
);
-- a retried request finds what it has already said
CREATE UNIQUE INDEX message_key ON taskchat.message (user_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE TABLE taskchat.tool_call (
	user_id		text NOT NULL,
	conversation_id	uuid NOT NULL,
	message_id	integer NOT NULL,	-- the assistant's, maybe not yet there
	step		integer NOT NULL,	-- of the turn, from 1
	position	integer NOT NULL,	-- within the step, from 0
	call_id		text NOT NULL,
	name		text NOT NULL,
	arguments	json NOT NULL,
	result		json,
	state		taskchat.call_state NOT NULL,
	provider_data	json,
	started_at	timestamptz NOT NULL DEFAULT now(),
	finished_at	timestamptz,
	PRIMARY KEY (user_id, conversation_id, message_id, step, position),
	FOREIGN KEY (user_id, conversation_id)
	    REFERENCES taskchat.conversation ON DELETE CASCADE
);

CREATE TABLE taskchat.confirmation (
	user_id		text NOT NULL,
	id		uuid NOT NULL,
	conversation_id	uuid NOT NULL,
	message_id	integer NOT NULL,	-- the question
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN (
	    'pending', 'approved', 'rejected', 'superseded', 'expired')),
	summary		text NOT NULL,
	-- [{"tool","task_id","title","version","arguments"}]: exactly what the
	-- person was shown
	actions		json NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL,
	decided_at	timestamptz,
	decided_message	integer,		-- the assistant's report on it
	PRIMARY KEY (user_id, id),
	FOREIGN KEY (user_id, conversation_id)
	    REFERENCES taskchat.conversation ON DELETE CASCADE
);
-- one question at a time, and what deleting a conversation looks for
CREATE UNIQUE INDEX confirmation_pending
    ON taskchat.confirmation (user_id, conversation_id) WHERE state = 'pending';
-- a message's confirmation, when a conversation is read
CREATE INDEX confirmation_message
    ON taskchat.confirmation (user_id, conversation_id, message_id);

CREATE TABLE taskchat.task (
	user_id		text NOT NULL,
	id		integer NOT NULL CHECK (id > 0),
	title		text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
	description	text NOT NULL DEFAULT '' CHECK (length(description) <= 5000),
	completed	boolean NOT NULL DEFAULT false,
	priority	text NOT NULL DEFAULT 'normal'
	    CHECK (priority IN ('low', 'normal', 'high')),
	due_at		timestamptz,
	version		integer NOT NULL DEFAULT 1,
	created_at	timestamptz NOT NULL DEFAULT now(),
	updated_at	timestamptz NOT NULL DEFAULT now(),
	completed_at	timestamptz,
	deleted_at	timestamptz,
	PRIMARY KEY (user_id, id),
	CHECK (completed = (completed_at IS NOT NULL))
);

-- the last task id given to each user: small numbers people can say
CREATE TABLE taskchat.task_counter (
	user_id		text PRIMARY KEY,
	last_id		integer NOT NULL
);

DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['conversation', 'message', 'tool_call',
	    'confirmation', 'task', 'task_counter'] LOOP
		EXECUTE format('ALTER TABLE taskchat.%I ENABLE ROW LEVEL SECURITY', t);
		EXECUTE format('ALTER TABLE taskchat.%I FORCE ROW LEVEL SECURITY', t);
		EXECUTE format('CREATE POLICY own_rows ON taskchat.%I USING'
		    ' (user_id = current_setting(''taskchat.user_id'', true))', t);
	END LOOP;
END $$;

-- RFC 3339, UTC, milliseconds.
CREATE FUNCTION taskchat.rfc3339(t timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

---------------------------------------------------------------- tasks

-- A task as the REST door shows it.
CREATE FUNCTION taskchat.task_full(t taskchat.task) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('id', t.id, 'title', t.title,
	    'description', t.description, 'completed', t.completed,
	    'priority', t.priority, 'due_at', taskchat.rfc3339(t.due_at),
	    'version', t.version, 'created_at', taskchat.rfc3339(t.created_at),
	    'updated_at', taskchat.rfc3339(t.updated_at),
	    'completed_at', taskchat.rfc3339(t.completed_at))
$$;

-- A task as one row of list_tasks: short (a hundred long descriptions would
-- fill a model's memory), times in the person's own zone.
CREATE FUNCTION taskchat.task_brief(t taskchat.task, zone text) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_strip_nulls(json_build_object('id', t.id, 'title', t.title,
	    'completed', t.completed, 'priority', t.priority,
	    'due', to_char(t.due_at AT TIME ZONE zone, 'YYYY-MM-DD"T"HH24:MI'),
	    'description', nullif(left(t.description, 200), '')))
$$;

-- What a tool that changed task t answers: the short result for whoever
-- called it, and the whole task for the REST door.
CREATE FUNCTION taskchat.task_done(t taskchat.task, status text, zone text,
    already boolean DEFAULT NULL) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('result', json_strip_nulls(json_build_object(
	    'task_id', t.id, 'status', status, 'title', t.title,
	    'priority', nullif(t.priority, 'normal'),
	    'due', to_char(t.due_at AT TIME ZONE zone, 'YYYY-MM-DD"T"HH24:MI'),
	    'already', already)), 'task', taskchat.task_full(t))
$$;

CREATE FUNCTION taskchat.task_missing(id integer) RETURNS json
LANGUAGE sql IMMUTABLE AS $$
	SELECT json_build_object('result', json_build_object(
	    'error', 'task_not_found',
	    'detail', 'There is no task ' || id || '. Use list_tasks to see what there is.'))
$$;

-- "2026-12-01", "2026-12-01T17:30" (both in zone) or RFC 3339 with an
-- offset.  A day alone means its last minute.  The text was checked by
-- src/tool/tool.c; '' and NULL are no time.
CREATE FUNCTION taskchat.due(t text, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN t IS NULL OR t = '' THEN NULL
	    WHEN length(t) = 10 THEN (t::date + time '23:59') AT TIME ZONE zone
	    WHEN t ~ '(Z|z|[+-]\d\d:\d\d)$' THEN t::timestamptz
	    ELSE t::timestamp AT TIME ZONE zone END
$$;

-- The rows list_tasks and GET …/tasks choose from, oldest first.  Every
-- word of search must occur in the title or the description.
CREATE FUNCTION taskchat.task_find(p_user text, p_status text, p_search text,
    p_priority text, p_before timestamptz, p_after integer, p_limit integer)
RETURNS SETOF taskchat.task LANGUAGE sql STABLE AS $$
	SELECT * FROM taskchat.task t
	WHERE t.user_id = p_user AND t.deleted_at IS NULL
	  -- not coalesce(): beside row-level security only what is leakproof
	  -- may be looked up in an index
	  AND t.id > CASE WHEN p_after IS NULL THEN 0 ELSE p_after END
	  AND (coalesce(p_status, 'all') = 'all'
	       OR t.completed = (p_status = 'completed'))
	  AND (p_priority IS NULL OR t.priority = p_priority)
	  AND (p_before IS NULL OR t.due_at <= p_before)
	  AND (coalesce(p_search, '') = '' OR NOT EXISTS (
	       SELECT FROM regexp_split_to_table(lower(p_search), '\s+') w
	       WHERE strpos(lower(t.title || ' ' || t.description), w) = 0))
	ORDER BY t.user_id, t.id LIMIT p_limit
$$;

CREATE FUNCTION taskchat.tool_add_task(p_user text, p_args json, p_zone text,
    p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.task;
	v_id integer;
BEGIN
	INSERT INTO taskchat.task_counter AS c VALUES (p_user, 1)
	    ON CONFLICT (user_id) DO UPDATE SET last_id = c.last_id + 1
	    RETURNING last_id INTO v_id;
	INSERT INTO taskchat.task (user_id, id, title, description, priority, due_at)
	VALUES (p_user, v_id, p_args->>'title',
	    coalesce(p_args->>'description', ''),
	    coalesce(p_args->>'priority', 'normal'),
	    taskchat.due(p_args->>'due_at', p_zone))
	RETURNING * INTO t;
	RETURN taskchat.task_done(t, 'created', p_zone);
END $$;

CREATE FUNCTION taskchat.tool_list_tasks(p_user text, p_args json, p_zone text,
    p_undo integer) RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('result',
	    coalesce(json_agg(taskchat.task_brief(t, p_zone) ORDER BY t.id), '[]'))
	FROM taskchat.task_find(p_user, p_args->>'status', p_args->>'search',
	    p_args->>'priority', taskchat.due(p_args->>'due_before', p_zone),
	    (p_args->>'after_id')::integer, 100) t
$$;

CREATE FUNCTION taskchat.tool_complete_task(p_user text, p_args json,
    p_zone text, p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.task;
	v_done boolean := coalesce((p_args->>'completed')::boolean, true);
	v_status text := CASE WHEN v_done THEN 'completed' ELSE 'pending' END;
BEGIN
	SELECT * INTO t FROM taskchat.task
	WHERE user_id = p_user AND id = (p_args->>'task_id')::integer
	  AND deleted_at IS NULL FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN taskchat.task_missing((p_args->>'task_id')::integer);
	END IF;
	IF t.completed = v_done THEN
		RETURN taskchat.task_done(t, v_status, p_zone, true);
	END IF;
	UPDATE taskchat.task SET completed = v_done,
	    completed_at = CASE WHEN v_done THEN now() END,
	    version = version + 1, updated_at = now()
	WHERE user_id = p_user AND id = t.id RETURNING * INTO t;
	RETURN taskchat.task_done(t, v_status, p_zone);
END $$;

-- `completed` is for the REST door, whose PATCH changes everything at once.
CREATE FUNCTION taskchat.tool_update_task(p_user text, p_args json,
    p_zone text, p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.task;
	v_done boolean := (p_args->>'completed')::boolean;
BEGIN
	UPDATE taskchat.task SET
	    title = coalesce(p_args->>'title', title),
	    description = coalesce(p_args->>'description', description),
	    priority = coalesce(p_args->>'priority', priority),
	    due_at = CASE WHEN p_args->>'due_at' IS NULL THEN due_at
	        ELSE taskchat.due(p_args->>'due_at', p_zone) END,
	    completed = coalesce(v_done, completed),
	    completed_at = CASE WHEN coalesce(v_done, completed)
	        THEN coalesce(completed_at, now()) END,
	    version = version + 1, updated_at = now()
	WHERE user_id = p_user AND id = (p_args->>'task_id')::integer
	  AND deleted_at IS NULL RETURNING * INTO t;
	IF NOT FOUND THEN
		RETURN taskchat.task_missing((p_args->>'task_id')::integer);
	END IF;
	RETURN taskchat.task_done(t, 'updated', p_zone);
END $$;

-- Deleted rows stay p_undo days for restore_task; older ones of the same
-- person go on this occasion.
CREATE FUNCTION taskchat.tool_delete_task(p_user text, p_args json,
    p_zone text, p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.task;
BEGIN
	UPDATE taskchat.task SET deleted_at = now(), version = version + 1,
	    updated_at = now()
	WHERE user_id = p_user AND id = (p_args->>'task_id')::integer
	  AND deleted_at IS NULL RETURNING * INTO t;
	IF NOT FOUND THEN
		RETURN taskchat.task_missing((p_args->>'task_id')::integer);
	END IF;
	DELETE FROM taskchat.task WHERE user_id = p_user
	  AND deleted_at <= now() - make_interval(days => p_undo);
	RETURN taskchat.task_done(t, 'deleted', p_zone);
END $$;

CREATE FUNCTION taskchat.tool_restore_task(p_user text, p_args json,
    p_zone text, p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	t taskchat.task;
BEGIN
	SELECT * INTO t FROM taskchat.task
	WHERE user_id = p_user AND id = (p_args->>'task_id')::integer FOR NO KEY UPDATE;
	IF NOT FOUND OR t.deleted_at <= now() - make_interval(days => p_undo) THEN
		RETURN taskchat.task_missing((p_args->>'task_id')::integer);
	END IF;
	IF t.deleted_at IS NULL THEN
		RETURN taskchat.task_done(t, 'restored', p_zone, true);
	END IF;
	UPDATE taskchat.task SET deleted_at = NULL, version = version + 1,
	    updated_at = now()
	WHERE user_id = p_user AND id = t.id RETURNING * INTO t;
	RETURN taskchat.task_done(t, 'restored', p_zone);
END $$;

-- The one way to change a task, for every door.
CREATE FUNCTION taskchat.tool_run(p_user text, p_name text, p_args json,
    p_zone text, p_undo integer) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	CASE p_name
	WHEN 'add_task' THEN
		RETURN taskchat.tool_add_task(p_user, p_args, p_zone, p_undo);
	WHEN 'list_tasks' THEN
		RETURN taskchat.tool_list_tasks(p_user, p_args, p_zone, p_undo);
	WHEN 'complete_task' THEN
		RETURN taskchat.tool_complete_task(p_user, p_args, p_zone, p_undo);
	WHEN 'update_task' THEN
		RETURN taskchat.tool_update_task(p_user, p_args, p_zone, p_undo);
	WHEN 'delete_task' THEN
		RETURN taskchat.tool_delete_task(p_user, p_args, p_zone, p_undo);
	WHEN 'restore_task' THEN
		RETURN taskchat.tool_restore_task(p_user, p_args, p_zone, p_undo);
	END CASE;
END $$;

------------------------------------------------------------- the turn

-- A call without a result was not carried out, because a result and its
-- effect are committed together.  Gives the number of a message's calls.
CREATE FUNCTION taskchat.calls_close(p_user text, p_conversation uuid,
    p_message integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	UPDATE taskchat.tool_call SET state = 'interrupted', finished_at = now(),
	    result = json_build_object('error', 'interrupted', 'detail',
	        'The server stopped before this was carried out. Nothing was changed.')
	WHERE user_id = p_user AND conversation_id = p_conversation
	  AND message_id = p_message AND state = 'requested';
	RETURN (SELECT count(*) FROM taskchat.tool_call
	    WHERE user_id = p_user AND conversation_id = p_conversation
	    AND message_id = p_message);
END $$;

-- Close the turn a dead worker left open.
CREATE FUNCTION taskchat.turn_close(p_user text, p_conversation uuid,
    p_message integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_calls integer := taskchat.calls_close(p_user, p_conversation, p_message);
BEGIN
	INSERT INTO taskchat.message (user_id, conversation_id, id, role, content,
	    state, calls)
	VALUES (p_user, p_conversation, p_message, 'assistant', '', 'interrupted',
	    v_calls)
	ON CONFLICT (user_id, conversation_id, id) DO UPDATE SET calls = v_calls;
	UPDATE taskchat.conversation
	SET lease_until = NULL, lease_token = NULL, turn_message = NULL
	WHERE user_id = p_user AND id = p_conversation;
END $$;

-- Settle a question that is not being answered.
CREATE FUNCTION taskchat.confirmation_close(p_user text, p_conversation uuid,
    p_id uuid, p_state text, p_message integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.confirmation;
BEGIN
	UPDATE taskchat.confirmation SET state = p_state, decided_at = now(),
	    decided_message = p_message
	WHERE user_id = p_user AND id = p_id AND state = 'pending'
	RETURNING * INTO c;
	UPDATE taskchat.tool_call SET state = p_state::taskchat.call_state
	WHERE user_id = p_user AND conversation_id = p_conversation
	  AND message_id = c.message_id AND state = 'held';
	UPDATE taskchat.conversation SET pending = NULL
	WHERE user_id = p_user AND id = p_conversation;
END $$;

-- Take the conversation's lease, closing whatever lies open.  Adds p_more
-- to last_message.  Asked again with the same token it changes nothing.
-- Raises conversation_not_found, turn_in_progress.
CREATE FUNCTION taskchat.lease_take(p_user text, p_conversation uuid,
    p_token uuid, p_lease integer, p_more integer)
RETURNS taskchat.conversation LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
BEGIN
	LOOP
		UPDATE taskchat.conversation SET lease_token = p_token,
		    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
		    last_message = last_message + p_more,
		    turn_message = last_message + p_more, updated_at = now()
		WHERE user_id = p_user AND id = p_conversation
		  AND lease_until IS NULL RETURNING * INTO c;
		IF FOUND THEN
			RETURN c;
		END IF;
		SELECT * INTO c FROM taskchat.conversation
		WHERE user_id = p_user AND id = p_conversation FOR NO KEY UPDATE;
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'conversation_not_found';
		ELSIF c.lease_token = p_token THEN
			RETURN c;	-- our own: the answer was lost on its way
		ELSIF c.lease_until > clock_timestamp() THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'turn_in_progress';
		ELSIF c.lease_until IS NOT NULL THEN
			PERFORM taskchat.turn_close(p_user, p_conversation, c.turn_message);
		END IF;
	END LOOP;
END $$;

-- The same key came before.  The answer is there: replay.  The turn was cut
-- and nothing has been said since: continue, under the same message id.
CREATE FUNCTION taskchat.turn_again(m taskchat.message, p_conversation uuid,
    p_content text, p_token uuid, p_lease integer,
    OUT kind text, OUT message integer, OUT confirmation uuid)
LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
	v_state text;
BEGIN
	IF m.content <> p_content
	    OR coalesce(p_conversation <> m.conversation_id, false) THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'idempotency_key_reused';
	END IF;
	SELECT * INTO c FROM taskchat.conversation
	WHERE user_id = m.user_id AND id = m.conversation_id FOR NO KEY UPDATE;
	message := m.id + 1;
	IF c.lease_until IS NOT NULL AND c.turn_message = message
	    AND c.lease_token <> p_token THEN
		IF c.lease_until > clock_timestamp() THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'turn_in_progress';
		END IF;
		PERFORM taskchat.turn_close(m.user_id, m.conversation_id, message);
	END IF;
	SELECT a.state INTO v_state FROM taskchat.message a
	WHERE a.user_id = m.user_id AND a.conversation_id = m.conversation_id
	  AND a.id = message;
	IF v_state = 'done' OR c.last_message > message THEN
		kind := 'replay';
		RETURN;
	END IF;
	kind := 'continue';
	-- decided by the turn that was cut, or about to be: a message that is
	-- no plain yes or no would have closed it
	SELECT f.id INTO confirmation FROM taskchat.confirmation f
	WHERE f.user_id = m.user_id AND f.conversation_id = m.conversation_id
	  AND (f.decided_message = message OR f.state = 'pending');
	UPDATE taskchat.conversation SET lease_token = p_token,
	    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
	    turn_message = message, updated_at = now()
	WHERE user_id = m.user_id AND id = m.conversation_id;
END $$;

-- Begin a turn: the person's message is stored and the lease taken.  Asked
-- again with the same p_token (and p_new) it changes nothing more.
-- p_conversation NULL: a new one with id p_new.  kind out:
--   new       go and ask the model
--   replay    message is answered already: read it
--   continue  message was cut: go on where its tool calls stand
-- confirmation out: the question this message answers; p_answer is given for
-- a plain yes or no only, anything else leaves a pending question superseded.
CREATE FUNCTION taskchat.turn_begin(p_user text, p_conversation uuid,
    p_new uuid, p_content text, p_key text, p_zone text, p_lease integer,
    p_answer boolean, p_token uuid,
    OUT kind text, OUT conversation uuid, OUT message integer,
    OUT confirmation uuid, OUT local_now text) LANGUAGE plpgsql AS $$
DECLARE
	m taskchat.message;
	c taskchat.conversation;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	local_now := to_char(now() AT TIME ZONE p_zone,
	    'YYYY-MM-DD"T"HH24:MI FMDay');
	IF p_key IS NOT NULL THEN
		SELECT * INTO m FROM taskchat.message
		WHERE user_id = p_user AND idempotency_key = p_key;
		IF FOUND THEN
			conversation := m.conversation_id;
			SELECT a.kind, a.message, a.confirmation
			INTO kind, message, confirmation
			FROM taskchat.turn_again(m, p_conversation, p_content, p_token,
			    p_lease) a;
			RETURN;
		END IF;
	END IF;
	kind := 'new';
	IF p_conversation IS NULL THEN
		conversation := p_new;
		message := 2;
		INSERT INTO taskchat.conversation (user_id, id, title, last_message,
		    lease_token, lease_until, turn_message)
		VALUES (p_user, p_new, taskchat.title_of(p_content), 2, p_token,
		    clock_timestamp() + make_interval(secs => p_lease::float8), 2)
		ON CONFLICT (user_id, id) DO NOTHING;
	ELSE
		c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 2);
		conversation := c.id;
		message := c.turn_message;
	END IF;
	INSERT INTO taskchat.message (user_id, conversation_id, id, role, content,
	    idempotency_key)
	VALUES (p_user, conversation, message - 1, 'user', p_content, p_key)
	ON CONFLICT (user_id, conversation_id, id) DO NOTHING;
	IF c.pending IS NOT NULL AND p_answer IS NOT NULL THEN
		confirmation := c.pending;
	ELSIF c.pending IS NOT NULL THEN
		PERFORM taskchat.confirmation_close(p_user, conversation, c.pending,
		    (SELECT CASE WHEN f.expires_at <= now() THEN 'expired'
		        ELSE 'superseded' END FROM taskchat.confirmation f
		    WHERE f.user_id = p_user AND f.id = c.pending), NULL);
	END IF;
END $$;

-- A conversation's first title: the message's first line, shortened.
CREATE FUNCTION taskchat.title_of(p_content text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN length(t) > 80 THEN left(t, 79) || '…' ELSE t END
	FROM (SELECT btrim(regexp_replace(split_part(
	    btrim(p_content, E' \t\r\n'), E'\n', 1), '\s+', ' ', 'g')) AS t) x
$$;

-- Begin a turn that answers a question by the button: no message of the
-- person's.  kind out: question; or, when the same decision was made
-- before, replay or continue (p_approve is what was decided); else raises confirmation_decided,
-- confirmation_expired, confirmation_superseded, confirmation_not_found.
CREATE FUNCTION taskchat.decide_begin(p_user text, p_conversation uuid,
    p_confirmation uuid, p_approve boolean, p_lease integer, p_token uuid,
    OUT kind text, OUT message integer) LANGUAGE plpgsql AS $$
DECLARE
	f taskchat.confirmation;
	c taskchat.conversation;
	v_state text;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	-- the other button, pressed at the same moment, is waited for
	PERFORM 1 FROM taskchat.conversation
	WHERE user_id = p_user AND id = p_conversation FOR NO KEY UPDATE;
	SELECT * INTO f FROM taskchat.confirmation
	WHERE user_id = p_user AND id = p_confirmation
	  AND conversation_id = p_conversation;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'confirmation_not_found';
	END IF;
	IF f.state = 'pending' AND f.expires_at > now() THEN
		-- whoever holds the lease may be deciding it this moment
		c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 1);
		kind := 'question';
		message := c.turn_message;
		RETURN;
	END IF;
	IF f.state IN ('pending', 'expired') THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'confirmation_expired';
	ELSIF f.state = 'superseded' THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'confirmation_superseded';
	ELSIF (f.state = 'approved') <> p_approve THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'confirmation_decided';
	END IF;
	message := f.decided_message;
	SELECT * INTO c FROM taskchat.conversation
	WHERE user_id = p_user AND id = p_conversation FOR NO KEY UPDATE;
	IF c.lease_until IS NOT NULL AND c.turn_message = message
	    AND c.lease_token <> p_token THEN
		IF c.lease_until > clock_timestamp() THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000',
			    MESSAGE = 'turn_in_progress';
		END IF;
		PERFORM taskchat.turn_close(p_user, p_conversation, message);
	END IF;
	SELECT a.state INTO v_state FROM taskchat.message a
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id = message;
	IF v_state = 'done' OR c.last_message > message THEN
		kind := 'replay';
		RETURN;
	END IF;
	kind := 'continue';
	UPDATE taskchat.conversation SET lease_token = p_token,
	    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
	    turn_message = message
	WHERE user_id = p_user AND id = p_conversation;
END $$;

-- Is the lease still ours?  Holds the row until commit, so that nobody can
-- take the turn over between an effect and its record.
CREATE FUNCTION taskchat.lease_hold(p_user text, p_conversation uuid,
    p_token uuid, p_lease integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	UPDATE taskchat.conversation
	SET lease_until = clock_timestamp() + make_interval(secs => p_lease::float8)
	WHERE user_id = p_user AND id = p_conversation
	  AND lease_token = p_token AND lease_until IS NOT NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = 'turn_lost';
	END IF;
END $$;

-- Run one tool call and record it, in one transaction.  Called again after
-- an answer was lost on the way, it gives the recorded result.  p_error: the
-- call is wrong and only recorded.  p_rest: the step's later calls, recorded
-- as requested so that a crash does not hide them.
CREATE FUNCTION taskchat.call_run(p_user text, p_conversation uuid,
    p_message integer, p_token uuid, p_lease integer, p_step integer,
    p_position integer, p_call_id text, p_name text, p_args json,
    p_provider json, p_zone text, p_undo integer, p_error json, p_rest json)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	v_result json;
BEGIN
	PERFORM taskchat.lease_hold(p_user, p_conversation, p_token, p_lease);
	SELECT result INTO v_result FROM taskchat.tool_call
	WHERE user_id = p_user AND conversation_id = p_conversation
	  AND message_id = p_message AND step = p_step AND position = p_position;
	IF v_result IS NOT NULL THEN
		RETURN v_result;
	END IF;
	IF p_name = 'delete_task' AND p_error IS NULL THEN
		RAISE EXCEPTION 'only a confirmation deletes';
	END IF;
	v_result := coalesce(p_error,
	    taskchat.tool_run(p_user, p_name, p_args, p_zone, p_undo)->'result');
	INSERT INTO taskchat.tool_call (user_id, conversation_id, message_id,
	    step, position, call_id, name, arguments, provider_data, result,
	    state, finished_at)
	VALUES (p_user, p_conversation, p_message, p_step, p_position, p_call_id,
	    p_name, p_args, p_provider, v_result, taskchat.result_state(v_result),
	    clock_timestamp())
	ON CONFLICT (user_id, conversation_id, message_id, step, position)
	DO UPDATE SET result = excluded.result, state = excluded.state,
	    finished_at = excluded.finished_at;
	IF p_rest IS NOT NULL THEN
		INSERT INTO taskchat.tool_call (user_id, conversation_id, message_id,
		    step, position, call_id, name, arguments, provider_data, state)
		SELECT p_user, p_conversation, p_message, p_step, r.position,
		    r.call_id, r.name, r.arguments, r.provider_data, 'requested'
		FROM json_to_recordset(p_rest) AS r(position integer, call_id text,
		    name text, arguments json, provider_data json);
	END IF;
	RETURN v_result;
END $$;

CREATE FUNCTION taskchat.result_state(p_result json)
RETURNS taskchat.call_state LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN json_typeof(p_result) = 'object'
	    AND p_result->>'error' IS NOT NULL
	    THEN 'error'::taskchat.call_state ELSE 'ok' END
$$;

-- Answer a question: consume it and carry it out, in one transaction.  Each
-- task must still be as it was when the person was asked; one that is not
-- is left alone, and the report says so.  Called again by the same turn it
-- changes nothing.  The work is recorded as calls of message p_message.
CREATE FUNCTION taskchat.confirm_run(p_user text, p_conversation uuid,
    p_confirmation uuid, p_approve boolean, p_message integer, p_token uuid,
    p_lease integer, p_zone text, p_undo integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	f taskchat.confirmation;
	v_action json;
	v_result json;
	v_task integer;
	v_version integer;
	v_seen integer[] := '{}';	-- tasks this very run has changed
	v_position integer := 0;
BEGIN
	PERFORM taskchat.lease_hold(p_user, p_conversation, p_token, p_lease);
	SELECT * INTO f FROM taskchat.confirmation
	WHERE user_id = p_user AND id = p_confirmation
	  AND conversation_id = p_conversation FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'confirmation_not_found';
	ELSIF f.state <> 'pending' THEN
		RETURN f.state;
	ELSIF f.expires_at <= now() THEN
		PERFORM taskchat.confirmation_close(p_user, p_conversation, f.id,
		    'expired', p_message);
		RETURN 'expired';
	END IF;
	UPDATE taskchat.confirmation SET decided_at = now(),
	    state = CASE WHEN p_approve THEN 'approved' ELSE 'rejected' END,
	    decided_message = p_message
	WHERE user_id = p_user AND id = f.id RETURNING * INTO f;
	UPDATE taskchat.tool_call
	SET state = CASE WHEN p_approve THEN 'confirmed'::taskchat.call_state
	    ELSE 'rejected' END
	WHERE user_id = p_user AND conversation_id = p_conversation
	  AND message_id = f.message_id AND state = 'held';
	UPDATE taskchat.conversation SET pending = NULL
	WHERE user_id = p_user AND id = p_conversation;
	IF NOT p_approve THEN
		RETURN f.state;
	END IF;
	FOR v_action IN SELECT json_array_elements(f.actions) LOOP
		v_task := v_action->>'task_id';
		SELECT version INTO v_version FROM taskchat.task
		WHERE user_id = p_user AND id = v_task
		  AND deleted_at IS NULL FOR NO KEY UPDATE;
		IF FOUND AND v_version <> (v_action->>'version')::integer
		    AND v_task <> ALL (v_seen) THEN
			v_result := json_build_object('error', 'task_changed',
			    'task_id', v_task, 'title', v_action->>'title', 'detail',
			    'The task was changed after the question was asked, so it was left alone.');
		ELSE
			v_result := taskchat.tool_run(p_user, v_action->>'tool',
			    v_action->'arguments', p_zone, p_undo)->'result';
			v_seen := v_seen || v_task;
		END IF;
		INSERT INTO taskchat.tool_call (user_id, conversation_id, message_id,
		    step, position, call_id, name, arguments, result, state,
		    finished_at)
		VALUES (p_user, p_conversation, p_message, 1, v_position,
		    left(replace(gen_random_uuid()::text, '-', ''), 9),
		    v_action->>'tool', v_action->'arguments', v_result,
		    taskchat.result_state(v_result), clock_timestamp());
		v_position := v_position + 1;
	END LOOP;
	RETURN f.state;
END $$;

-- End a turn: store what was said, ask the question if there is one, give
-- the lease back.  p_held: the calls a confirmation waits for.  Called again
-- after its answer was lost it changes nothing.
CREATE FUNCTION taskchat.turn_end(p_user text, p_conversation uuid,
    p_message integer, p_token uuid, p_content text, p_state text,
    p_calls integer, p_model text, p_usage json, p_provider json,
    p_confirmation json, p_held json)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
	v_expires timestamptz;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	UPDATE taskchat.conversation SET lease_until = NULL,
	    pending = coalesce((p_confirmation->>'id')::uuid, pending)
	WHERE user_id = p_user AND id = p_conversation AND lease_token = p_token
	  AND lease_until IS NOT NULL;
	IF NOT FOUND THEN
		SELECT * INTO c FROM taskchat.conversation
		WHERE user_id = p_user AND id = p_conversation;
		IF NOT FOUND OR c.lease_token IS DISTINCT FROM p_token THEN
			RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = 'turn_lost';
		END IF;
		RETURN (SELECT taskchat.rfc3339(f.expires_at)
		    FROM taskchat.confirmation f WHERE f.user_id = p_user
		    AND f.id = (p_confirmation->>'id')::uuid);
	END IF;
	IF p_state <> 'done' THEN
		p_calls := taskchat.calls_close(p_user, p_conversation, p_message);
	END IF;
	INSERT INTO taskchat.message (user_id, conversation_id, id, role, content,
	    state, calls, model, usage, provider_data)
	VALUES (p_user, p_conversation, p_message, 'assistant', p_content,
	    p_state::taskchat.message_state, p_calls, p_model, p_usage,
	    p_provider)
	ON CONFLICT (user_id, conversation_id, id) DO UPDATE
	SET content = excluded.content, state = excluded.state,
	    calls = excluded.calls, model = excluded.model,
	    usage = excluded.usage, provider_data = excluded.provider_data,
	    created_at = now();
	IF p_confirmation IS NULL THEN
		RETURN NULL;
	END IF;
	v_expires := now()
	    + make_interval(mins => (p_confirmation->>'minutes')::integer);
	INSERT INTO taskchat.tool_call (user_id, conversation_id, message_id,
	    step, position, call_id, name, arguments, provider_data, result, state)
	SELECT p_user, p_conversation, p_message, r.step, r.position, r.call_id,
	    r.name, r.arguments, r.provider_data, r.result, 'held'
	FROM json_to_recordset(p_held) AS r(step integer, position integer,
	    call_id text, name text, arguments json, provider_data json,
	    result json)
	ON CONFLICT (user_id, conversation_id, message_id, step, position)
	DO UPDATE SET result = excluded.result, state = 'held';
	INSERT INTO taskchat.confirmation (user_id, id, conversation_id,
	    message_id, summary, actions, expires_at)
	VALUES (p_user, (p_confirmation->>'id')::uuid, p_conversation, p_message,
	    p_confirmation->>'summary', p_confirmation->'actions', v_expires);
	RETURN taskchat.rfc3339(v_expires);
END $$;

--------------------------------------------------------- conversations

-- One conversation, with a turn that a dead worker left open closed, so
-- that it reads as what really happened.
CREATE FUNCTION taskchat.conversation_open(p_user text, p_id uuid)
RETURNS taskchat.conversation LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	SELECT * INTO c FROM taskchat.conversation
	WHERE user_id = p_user AND id = p_id;
	IF c.lease_until <= clock_timestamp() THEN
		SELECT * INTO c FROM taskchat.conversation
		WHERE user_id = p_user AND id = p_id FOR NO KEY UPDATE;
		IF c.lease_until <= clock_timestamp() THEN
			PERFORM taskchat.turn_close(p_user, p_id, c.turn_message);
			c.lease_until := NULL;
		END IF;
	END IF;
	IF c.id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'conversation_not_found';
	END IF;
	RETURN c;
END $$;

-- A question as the front doors show it.
CREATE FUNCTION taskchat.confirmation_full(f taskchat.confirmation)
RETURNS json LANGUAGE sql STABLE AS $$
	SELECT json_build_object('id', f.id,
	    'expires_at', taskchat.rfc3339(f.expires_at), 'summary', f.summary,
	    'actions', f.actions)
$$;

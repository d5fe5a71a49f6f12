-- What ChatKit's protocol asks of a conversation beyond a plain chat: an
-- answer taken back and given anew, an answer that goes on while nobody
-- reads it and can be followed or stopped from elsewhere, and items that
-- look the same each time they are made.
--
-- A function that is replaced here takes its new arguments with defaults and
-- gives its new columns last, so that workers of the version before go on.

ALTER TABLE taskchat.conversation
	-- of the turn that runs: its text so far, NULL when nobody may come
	-- back for it, and whether it is asked to stop
	ADD turn_text	text,
	ADD turn_stop	boolean NOT NULL DEFAULT false,
	ADD removed	integer NOT NULL DEFAULT 0;	-- messages taken back

ALTER TABLE taskchat.message
	ADD started_at	timestamptz,	-- an answer: when its turn began
	ADD input	json,		-- the person's, as a ChatKit client sent it
	-- taken back, because an earlier message was answered again: kept for
	-- whoever has to know what happened, shown to nobody
	ADD removed_at	timestamptz;

-- bytes of the message's text that were said before the call
ALTER TABLE taskchat.tool_call ADD said integer NOT NULL DEFAULT 0;

-- the list of threads, by what never changes
CREATE INDEX conversation_begun
    ON taskchat.conversation (user_id, created_at DESC, id DESC);

-- RFC 3339, UTC, microseconds.
CREATE FUNCTION taskchat.rfc3339_us(t timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

---------------------------------------------------------- reading items

-- A question as its card shows it, answered or not; done: how many of its
-- actions were carried out.
CREATE FUNCTION taskchat.question(f taskchat.confirmation, p_zone text,
    p_undo integer) RETURNS json LANGUAGE sql STABLE AS $$
	SELECT json_build_object('id', f.id, 'state', CASE
	        WHEN f.state = 'pending' AND f.expires_at <= now() THEN 'expired'
	        ELSE f.state END,
	    'summary', f.summary, 'actions', f.actions,
	    'done', (SELECT count(*) FROM taskchat.tool_call k
	        WHERE k.user_id = f.user_id
	        AND k.conversation_id = f.conversation_id
	        AND k.message_id = f.decided_message AND k.state = 'ok'),
	    'open_until', to_char(f.expires_at AT TIME ZONE p_zone,
	        'YYYY-MM-DD"T"HH24:MI'),
	    'undo_days', p_undo,
	    'undo_until', to_char((coalesce(f.decided_at, f.created_at)
	        + make_interval(days => p_undo)) AT TIME ZONE p_zone, 'YYYY-MM-DD'))
$$;

-- Tasks as they stand, deleted ones too: {"7": {…}}.
CREATE FUNCTION taskchat.task_briefs(p_user text, p_ids json, p_zone text)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	RETURN (SELECT json_object_agg(t.id, json_strip_nulls(json_build_object(
	    'id', t.id, 'title', t.title, 'completed', t.completed,
	    'priority', nullif(t.priority, 'normal'),
	    'due', to_char(t.due_at AT TIME ZONE p_zone, 'YYYY-MM-DD"T"HH24:MI'),
	    'deleted', CASE WHEN t.deleted_at IS NOT NULL THEN true END)))
	    FROM taskchat.task t
	    WHERE t.user_id = p_user AND t.id = ANY (ARRAY(
	        SELECT i::integer FROM json_array_elements_text(p_ids) i)));
END $$;

--------------------------------------------------------------- the turn

-- Close the turn a dead worker left open, with what it is known to have said.
CREATE OR REPLACE FUNCTION taskchat.turn_close(p_user text,
    p_conversation uuid, p_message integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
	v_calls integer := taskchat.calls_close(p_user, p_conversation, p_message);
BEGIN
	SELECT * INTO c FROM taskchat.conversation
	WHERE user_id = p_user AND id = p_conversation;
	INSERT INTO taskchat.message AS m (user_id, conversation_id, id, role,
	    content, state, calls, started_at)
	VALUES (p_user, p_conversation, p_message, 'assistant',
	    coalesce(c.turn_text, ''), 'interrupted', v_calls, c.updated_at)
	ON CONFLICT (user_id, conversation_id, id) DO UPDATE
	SET calls = v_calls, content = coalesce(nullif(c.turn_text, ''),
	    m.content), state = 'interrupted', started_at = c.updated_at;
	UPDATE taskchat.conversation
	SET lease_until = NULL, lease_token = NULL, turn_message = NULL,
	    turn_text = NULL, turn_stop = false
	WHERE user_id = p_user AND id = p_conversation;
END $$;

-- As before.  p_followed: keep the text up for readers who come back.
DROP FUNCTION taskchat.lease_take(text, uuid, uuid, integer, integer);
CREATE FUNCTION taskchat.lease_take(p_user text, p_conversation uuid,
    p_token uuid, p_lease integer, p_more integer,
    p_followed boolean DEFAULT false)
RETURNS taskchat.conversation LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
BEGIN
	LOOP
		UPDATE taskchat.conversation SET lease_token = p_token,
		    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
		    last_message = last_message + p_more,
		    turn_message = last_message + p_more, updated_at = now(),
		    turn_text = CASE WHEN p_followed THEN '' END, turn_stop = false
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

-- As before.  A message answered more than once has its newest answer; one
-- that was taken back has none to repeat.
CREATE OR REPLACE FUNCTION taskchat.turn_again(m taskchat.message,
    p_conversation uuid, p_content text, p_token uuid, p_lease integer,
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
	IF m.removed_at IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = 'message_removed';
	END IF;
	message := coalesce((SELECT min(a.id) FROM taskchat.message a
	    WHERE a.user_id = m.user_id AND a.conversation_id = m.conversation_id
	    AND a.id > m.id AND a.removed_at IS NULL), c.turn_message, m.id + 1);
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
	-- one that was begun anew knew what was done before: that ends with it
	IF v_state = 'done' OR c.last_message > message OR message > m.id + 1 THEN
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
	    turn_message = message, updated_at = now(), turn_text = NULL,
	    turn_stop = false
	WHERE user_id = m.user_id AND id = m.conversation_id;
	-- the text is begun anew, behind the calls
	UPDATE taskchat.tool_call SET said = 0
	WHERE user_id = m.user_id AND conversation_id = m.conversation_id
	  AND message_id = turn_again.message AND said > 0;
END $$;

-- The message that asked a question; NULL: there is none.
CREATE FUNCTION taskchat.question_message(p_user text, p_id uuid)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	IF p_id IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT f.message_id FROM taskchat.confirmation f
	    WHERE f.user_id = p_user AND f.id = p_id);
END $$;

-- A question that the person went past, if one was open.
CREATE FUNCTION taskchat.question_pass(p_user text, p_conversation uuid,
    p_pending uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF p_pending IS NOT NULL THEN
		PERFORM taskchat.confirmation_close(p_user, p_conversation, p_pending,
		    (SELECT CASE WHEN f.expires_at <= now() THEN 'expired'
		        ELSE 'superseded' END FROM taskchat.confirmation f
		    WHERE f.user_id = p_user AND f.id = p_pending), NULL);
	END IF;
END $$;

-- As before.  asked out: the person's message; title out: of a new
-- conversation; started_at out: when the answer was begun; question out: the
-- message that asked what was open until now.
DROP FUNCTION taskchat.turn_begin(text, uuid, uuid, text, text, text, integer,
    boolean, uuid);
CREATE FUNCTION taskchat.turn_begin(p_user text, p_conversation uuid,
    p_new uuid, p_content text, p_key text, p_zone text, p_lease integer,
    p_answer boolean, p_token uuid, p_followed boolean DEFAULT false,
    p_input json DEFAULT NULL,
    OUT kind text, OUT conversation uuid, OUT message integer,
    OUT confirmation uuid, OUT local_now text, OUT asked integer,
    OUT title text, OUT started_at text, OUT question integer)
LANGUAGE plpgsql AS $$
DECLARE
	m taskchat.message;
	c taskchat.conversation;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	local_now := to_char(now() AT TIME ZONE p_zone,
	    'YYYY-MM-DD"T"HH24:MI FMDay');
	started_at := taskchat.rfc3339_us(now());
	IF p_key IS NOT NULL THEN
		SELECT * INTO m FROM taskchat.message
		WHERE user_id = p_user AND idempotency_key = p_key;
		IF FOUND THEN
			conversation := m.conversation_id;
			asked := m.id;
			SELECT a.kind, a.message, a.confirmation
			INTO kind, message, confirmation
			FROM taskchat.turn_again(m, p_conversation, p_content, p_token,
			    p_lease) a;
			question := taskchat.question_message(p_user, confirmation);
			IF kind = 'replay' THEN
				started_at := (SELECT taskchat.rfc3339_us(
				    coalesce(a.started_at, a.created_at))
				    FROM taskchat.message a WHERE a.user_id = p_user
				    AND a.conversation_id = m.conversation_id
				    AND a.id = turn_begin.message);
			ELSIF p_followed THEN
				UPDATE taskchat.conversation SET turn_text = ''
				WHERE user_id = p_user AND id = m.conversation_id;
			END IF;
			RETURN;
		END IF;
	END IF;
	kind := 'new';
	IF p_conversation IS NULL THEN
		conversation := p_new;
		message := 2;
		title := taskchat.title_of(p_content);
		INSERT INTO taskchat.conversation (user_id, id, title, last_message,
		    lease_token, lease_until, turn_message, turn_text)
		VALUES (p_user, p_new, title, 2, p_token,
		    clock_timestamp() + make_interval(secs => p_lease::float8), 2,
		    CASE WHEN p_followed THEN '' END)
		ON CONFLICT (user_id, id) DO NOTHING;
	ELSE
		c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 2,
		    p_followed);
		conversation := c.id;
		message := c.turn_message;
	END IF;
	asked := message - 1;
	INSERT INTO taskchat.message (user_id, conversation_id, id, role, content,
	    idempotency_key, input)
	VALUES (p_user, conversation, asked, 'user', p_content, p_key, p_input)
	ON CONFLICT (user_id, conversation_id, id) DO NOTHING;
	question := taskchat.question_message(p_user, c.pending);
	IF c.pending IS NOT NULL AND p_answer IS NOT NULL THEN
		confirmation := c.pending;
	ELSE
		PERFORM taskchat.question_pass(p_user, conversation, c.pending);
	END IF;
END $$;

-- As before.  started_at out: when the answer was begun.
DROP FUNCTION taskchat.decide_begin(text, uuid, uuid, boolean, integer, uuid);
CREATE FUNCTION taskchat.decide_begin(p_user text, p_conversation uuid,
    p_confirmation uuid, p_approve boolean, p_lease integer, p_token uuid,
    p_followed boolean DEFAULT false,
    OUT kind text, OUT message integer, OUT started_at text)
LANGUAGE plpgsql AS $$
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
		c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 1,
		    p_followed);
		kind := 'question';
		message := c.turn_message;
		started_at := taskchat.rfc3339_us(c.updated_at);
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
	IF EXISTS (SELECT FROM taskchat.message a WHERE a.user_id = p_user
	    AND a.conversation_id = p_conversation AND a.id = message
	    AND a.removed_at IS NOT NULL) THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = 'message_removed';
	END IF;
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
	SELECT a.state, taskchat.rfc3339_us(coalesce(a.started_at, a.created_at))
	INTO v_state, started_at FROM taskchat.message a
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id = message;
	IF v_state = 'done' OR c.last_message > message THEN
		kind := 'replay';
		RETURN;
	END IF;
	kind := 'continue';
	started_at := taskchat.rfc3339_us(now());
	UPDATE taskchat.conversation SET lease_token = p_token,
	    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
	    turn_message = message, updated_at = now(), turn_stop = false,
	    turn_text = CASE WHEN p_followed THEN '' END
	WHERE user_id = p_user AND id = p_conversation;
END $$;

-- Begin to answer message p_asked again.  Everything after it is taken back,
-- in the eyes of people and models alike; what tools did stays done, and is
-- told in effects, the newest first.  Asked again with the same p_token it
-- changes nothing more.
CREATE FUNCTION taskchat.turn_retry(p_user text, p_conversation uuid,
    p_asked integer, p_zone text, p_lease integer, p_token uuid,
    p_followed boolean, OUT message integer, OUT started_at text,
    OUT local_now text, OUT effects json) LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
	v_removed integer;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 1,
	    p_followed);
	message := c.turn_message;
	started_at := taskchat.rfc3339_us(c.updated_at);
	local_now := to_char(now() AT TIME ZONE p_zone,
	    'YYYY-MM-DD"T"HH24:MI FMDay');
	PERFORM 1 FROM taskchat.message a
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id = p_asked AND a.role = 'user' AND a.removed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'message_not_found';
	END IF;
	PERFORM taskchat.question_pass(p_user, p_conversation, c.pending);
	UPDATE taskchat.message a SET removed_at = now()
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id > p_asked AND a.removed_at IS NULL;
	GET DIAGNOSTICS v_removed = ROW_COUNT;
	UPDATE taskchat.conversation SET removed = removed + v_removed
	WHERE user_id = p_user AND id = p_conversation AND v_removed > 0;
	SELECT json_agg(json_build_object('name', e.name, 'arguments',
	    e.arguments, 'result', e.result)) INTO effects
	FROM (SELECT k.name, k.arguments, k.result FROM taskchat.tool_call k
	    JOIN taskchat.message a ON a.user_id = p_user
	      AND a.conversation_id = p_conversation AND a.id = k.message_id
	      AND a.removed_at IS NOT NULL
	    WHERE k.user_id = p_user AND k.conversation_id = p_conversation
	      AND k.message_id > p_asked AND k.state = 'ok'
	      AND k.name <> 'list_tasks'
	    ORDER BY k.message_id DESC, k.step DESC, k.position DESC
	    LIMIT 1000) e;
END $$;

-- Begin a turn without a message of the person's: they pressed a button.
CREATE FUNCTION taskchat.turn_act(p_user text, p_conversation uuid,
    p_zone text, p_lease integer, p_token uuid, p_followed boolean,
    OUT message integer, OUT started_at text, OUT local_now text,
    OUT question integer) LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease, 1,
	    p_followed);
	question := taskchat.question_message(p_user, c.pending);
	message := c.turn_message;
	started_at := taskchat.rfc3339_us(c.updated_at);
	local_now := to_char(now() AT TIME ZONE p_zone,
	    'YYYY-MM-DD"T"HH24:MI FMDay');
	PERFORM taskchat.question_pass(p_user, p_conversation, c.pending);
END $$;

-- Keep the lease and write down what was said: the first p_have characters
-- are there already.  Is the turn asked to stop?
CREATE FUNCTION taskchat.turn_keep(p_user text, p_conversation uuid,
    p_token uuid, p_lease integer, p_have integer, p_more text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_stop boolean;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	UPDATE taskchat.conversation SET
	    lease_until = clock_timestamp() + make_interval(secs => p_lease::float8),
	    turn_text = CASE WHEN p_more = '' THEN turn_text
	        ELSE left(turn_text, p_have) || p_more END
	WHERE user_id = p_user AND id = p_conversation
	  AND lease_token = p_token AND lease_until IS NOT NULL
	RETURNING turn_stop INTO v_stop;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = 'turn_lost';
	END IF;
	RETURN v_stop;
END $$;

-- Ask the turn that runs, if one does, to stop.
CREATE FUNCTION taskchat.turn_stop(p_user text, p_conversation uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM taskchat.conversation_open(p_user, p_conversation);
	UPDATE taskchat.conversation SET turn_stop = true
	WHERE user_id = p_user AND id = p_conversation
	  AND lease_until IS NOT NULL;
END $$;

-- As before.  p_said: bytes of the message's text that came before it.
DROP FUNCTION taskchat.call_run(text, uuid, integer, uuid, integer, integer,
    integer, text, text, json, json, text, integer, json, json);
CREATE FUNCTION taskchat.call_run(p_user text, p_conversation uuid,
    p_message integer, p_token uuid, p_lease integer, p_step integer,
    p_position integer, p_call_id text, p_name text, p_args json,
    p_provider json, p_zone text, p_undo integer, p_error json, p_rest json,
    p_said integer DEFAULT 0)
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
	    state, finished_at, said)
	VALUES (p_user, p_conversation, p_message, p_step, p_position, p_call_id,
	    p_name, p_args, p_provider, v_result, taskchat.result_state(v_result),
	    clock_timestamp(), p_said)
	ON CONFLICT (user_id, conversation_id, message_id, step, position)
	DO UPDATE SET result = excluded.result, state = excluded.state,
	    finished_at = excluded.finished_at;
	IF p_rest IS NOT NULL THEN
		INSERT INTO taskchat.tool_call (user_id, conversation_id, message_id,
		    step, position, call_id, name, arguments, provider_data, state,
		    said)
		SELECT p_user, p_conversation, p_message, p_step, r.position,
		    r.call_id, r.name, r.arguments, r.provider_data, 'requested',
		    p_said
		FROM json_to_recordset(p_rest) AS r(position integer, call_id text,
		    name text, arguments json, provider_data json);
	END IF;
	RETURN v_result;
END $$;

-- As before.  The answer keeps when it was begun.
CREATE OR REPLACE FUNCTION taskchat.turn_end(p_user text, p_conversation uuid,
    p_message integer, p_token uuid, p_content text, p_state text,
    p_calls integer, p_model text, p_usage json, p_provider json,
    p_confirmation json, p_held json)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
	v_expires timestamptz;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	UPDATE taskchat.conversation SET lease_until = NULL, turn_text = NULL,
	    turn_stop = false,
	    pending = coalesce((p_confirmation->>'id')::uuid, pending)
	WHERE user_id = p_user AND id = p_conversation AND lease_token = p_token
	  AND lease_until IS NOT NULL RETURNING * INTO c;
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
	    state, calls, model, usage, provider_data, started_at)
	VALUES (p_user, p_conversation, p_message, 'assistant', p_content,
	    p_state::taskchat.message_state, p_calls, p_model, p_usage,
	    p_provider, c.updated_at)
	ON CONFLICT (user_id, conversation_id, id) DO UPDATE
	SET content = excluded.content, state = excluded.state,
	    calls = excluded.calls, model = excluded.model,
	    usage = excluded.usage, provider_data = excluded.provider_data,
	    started_at = excluded.started_at, created_at = now();
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

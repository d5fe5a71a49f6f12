-- What people use of the model: per person and day as it grows, which limits
-- are held against, and in a view per model.  Days are those of UTC.
--
-- A turn counts when it has ended and a model had its part in it: it was
-- answered, or the person stopped it.  One that failed (no model answered,
-- the server went down) takes nothing of anybody's allowance; neither does
-- what the model is not asked for, such as the answer to a question.  Tokens
-- count however the turn ended, as far as the model reported them.  What has
-- counted stays counted, also when the conversation is deleted.

ALTER TABLE taskchat.conversation
	-- the lease (as lease_token) of a turn that is held against a limit
	ADD turn_counts	uuid;

CREATE TABLE taskchat.usage_day (
	user_id		text NOT NULL,
	day		date NOT NULL,
	turns		integer NOT NULL DEFAULT 0,
	prompt_tokens	bigint NOT NULL DEFAULT 0,
	completion_tokens bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (user_id, day)
);

--------------------------------------------------------------- counting

-- The day that is now.
CREATE FUNCTION taskchat.usage_today() RETURNS date
LANGUAGE sql STABLE AS $$
	SELECT (now() AT TIME ZONE 'UTC')::date
$$;

-- When a day begins, whatever the zone of the session.
CREATE FUNCTION taskchat.usage_begins(p_day date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
	SELECT p_day::timestamp AT TIME ZONE 'UTC'
$$;

-- A number of message.usage; 0 when there is none.
CREATE FUNCTION taskchat.usage_number(p_usage json, p_name text)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	v text := p_usage->>p_name;
BEGIN
	RETURN CASE WHEN v ~ '^[0-9]{1,12}$' THEN v::bigint ELSE 0 END;
END $$;

-- What an answer counts for.  Nobody can stop a turn but while the model is
-- at work, whether it has said its name by then or not.
CREATE FUNCTION taskchat.usage_of(m taskchat.message, OUT turns integer,
    OUT prompt_tokens bigint, OUT completion_tokens bigint)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	turns := (m.state = 'stopped'
	    OR m.state = 'done' AND m.model IS NOT NULL)::integer;
	prompt_tokens := taskchat.usage_number(m.usage, 'prompt_tokens');
	completion_tokens := taskchat.usage_number(m.usage,
	    'completion_tokens');
END $$;

CREATE FUNCTION taskchat.usage_put(p_user text, p_turns integer,
    p_prompt bigint, p_completion bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO taskchat.usage_day AS d
	VALUES (p_user, taskchat.usage_today(), p_turns, p_prompt, p_completion)
	ON CONFLICT (user_id, day) DO UPDATE
	SET turns = d.turns + excluded.turns,
	    prompt_tokens = d.prompt_tokens + excluded.prompt_tokens,
	    completion_tokens = d.completion_tokens
	        + excluded.completion_tokens;
END $$;

-- A trigger, so that workers of the version before count as well.
CREATE FUNCTION taskchat.usage_add() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	u record;
BEGIN
	u := taskchat.usage_of(NEW);
	IF u.turns + u.prompt_tokens + u.completion_tokens > 0 THEN
		PERFORM taskchat.usage_put(NEW.user_id, u.turns, u.prompt_tokens,
		    u.completion_tokens);
	END IF;
	RETURN NULL;
END $$;

-- An answer is stored, or, after it was cut and begun anew, stored once more:
-- only then is usage set, and it is that of the last attempt, which counts on
-- top of the others.
CREATE TRIGGER usage_add AFTER INSERT OR UPDATE OF usage ON taskchat.message
FOR EACH ROW WHEN (NEW.role = 'assistant')
EXECUTE FUNCTION taskchat.usage_add();

-- Who deletes a conversation in the middle of a turn has had that turn; its
-- worker adds the tokens (src/store/usage.h).
CREATE FUNCTION taskchat.usage_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM taskchat.usage_put(OLD.user_id, 1, 0, 0);
	RETURN NULL;
END $$;
CREATE TRIGGER usage_gone AFTER DELETE ON taskchat.conversation
FOR EACH ROW WHEN (OLD.turn_counts = OLD.lease_token
    AND OLD.lease_until > clock_timestamp())
EXECUTE FUNCTION taskchat.usage_gone();

-- Today so far.  The tables' owner does not see their rows but without FORCE.
ALTER TABLE taskchat.conversation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE taskchat.message NO FORCE ROW LEVEL SECURITY;
INSERT INTO taskchat.usage_day
SELECT m.user_id, taskchat.usage_today(), sum(u.turns),
    sum(u.prompt_tokens), sum(u.completion_tokens)
FROM taskchat.conversation c
JOIN taskchat.message m ON m.user_id = c.user_id
    AND m.conversation_id = c.id AND m.role = 'assistant'
CROSS JOIN LATERAL taskchat.usage_of(m) u
WHERE c.updated_at >= taskchat.usage_begins(taskchat.usage_today())
    AND m.created_at >= taskchat.usage_begins(taskchat.usage_today())
GROUP BY m.user_id
HAVING sum(u.turns + u.prompt_tokens + u.completion_tokens) > 0;
ALTER TABLE taskchat.conversation FORCE ROW LEVEL SECURITY;
ALTER TABLE taskchat.message FORCE ROW LEVEL SECURITY;

ALTER TABLE taskchat.usage_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE taskchat.usage_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON taskchat.usage_day
    USING (user_id = current_setting('taskchat.user_id', true));

-- Whoever stores answers needs it from this moment on, and `taskchat migrate`
-- grants only after its last step.
DO $$
DECLARE
	r text;
BEGIN
	FOR r IN SELECT DISTINCT a.grantee::regrole::text
	    FROM pg_class c, aclexplode(c.relacl) a
	    WHERE c.oid = 'taskchat.message'::regclass AND a.grantee <> 0
	      AND a.privilege_type = 'INSERT' LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE'
		    ' ON taskchat.usage_day TO %s', r);
	END LOOP;
END $$;

----------------------------------------------------------------- history

-- Answers as the view below sums them up.  A function acts for whoever asks,
-- also inside a view: so does its row-level security.
CREATE FUNCTION taskchat.usage_answers() RETURNS TABLE (user_id text,
    day date, model text, turns integer, prompt_tokens bigint,
    completion_tokens bigint, cached_tokens bigint) LANGUAGE sql STABLE AS $$
	SELECT m.user_id, (m.created_at AT TIME ZONE 'UTC')::date, m.model,
	    u.turns, u.prompt_tokens, u.completion_tokens,
	    taskchat.usage_number(m.usage, 'cached_tokens')
	FROM taskchat.message m CROSS JOIN LATERAL taskchat.usage_of(m) u
	WHERE m.role = 'assistant'
$$;

-- Per person, day and model, from the answers that are stored: those of
-- conversations that were deleted are missing, and of one that was begun
-- anew there is the last attempt.  cached_tokens are some of prompt_tokens.
CREATE VIEW taskchat.usage_daily AS
SELECT a.user_id, a.day, a.model, sum(a.turns) AS turns,
    sum(a.prompt_tokens)::bigint AS prompt_tokens,
    sum(a.completion_tokens)::bigint AS completion_tokens,
    sum(a.cached_tokens)::bigint AS cached_tokens
FROM taskchat.usage_answers() a
GROUP BY a.user_id, a.day, a.model
HAVING sum(a.turns + a.prompt_tokens + a.completion_tokens) > 0;

------------------------------------------------------------------ limits

-- Take one of the turns that a person may have today, for the turn whose
-- lease is p_token, or raise limit_turns or limit_tokens.  A limit of 0 is
-- none.  DETAIL is when the next day begins, in p_zone, and HINT in how many
-- seconds.  Asked again for the same lease it answers the same.
--
-- Turns that run take one each, until they end and turn out to count or not.
-- What they will say in tokens nobody knows: a turn that was begun below the
-- limit is finished above it.
CREATE FUNCTION taskchat.usage_take(p_user text, p_conversation uuid,
    p_token uuid, p_zone text, p_turns bigint, p_tokens bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_turns bigint;
	v_tokens bigint;
	v_next timestamptz := taskchat.usage_begins(taskchat.usage_today() + 1);
	v_reached text;
BEGIN
	IF p_turns <= 0 AND p_tokens <= 0 THEN
		RETURN;
	END IF;
	IF p_turns > 0 THEN
		-- of two that come at once the second sees the first
		PERFORM pg_advisory_xact_lock(
		    hashtextextended('taskchat.usage ' || p_user, 0));
	END IF;
	UPDATE taskchat.conversation SET turn_counts = p_token
	WHERE user_id = p_user AND id = p_conversation;
	-- In one statement: a turn that ends meanwhile is seen once.  Leases are
	-- looked for along conversation_newest, and no turn lasts a day.
	SELECT coalesce(d.turns, 0) + r.running,
	    coalesce(d.prompt_tokens + d.completion_tokens, 0)
	INTO v_turns, v_tokens
	FROM (SELECT count(*) AS running FROM taskchat.conversation c
	    WHERE c.user_id = p_user AND c.id <> p_conversation
	      AND c.updated_at > now() - interval '1 day'
	      AND c.lease_until > clock_timestamp()
	      AND c.turn_counts = c.lease_token AND p_turns > 0) r
	LEFT JOIN taskchat.usage_day d ON d.user_id = p_user
	    AND d.day = taskchat.usage_today();
	IF p_turns > 0 AND v_turns >= p_turns THEN
		v_reached := 'limit_turns';
	ELSIF p_tokens > 0 AND v_tokens >= p_tokens THEN
		v_reached := 'limit_tokens';
	ELSE
		RETURN;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'TC000', MESSAGE = v_reached,
	    DETAIL = to_char(v_next AT TIME ZONE p_zone, 'FMDay "at" HH24:MI')
	        || ' (' || p_zone || ')',
	    HINT = greatest(1,
	        ceil(extract(epoch FROM v_next - clock_timestamp())))::text;
END $$;

-- As before.  Also raises limit_turns, limit_tokens.
DROP FUNCTION taskchat.turn_retry(text, uuid, integer, text, integer, uuid,
    boolean);
CREATE FUNCTION taskchat.turn_retry(p_user text, p_conversation uuid,
    p_asked integer, p_zone text, p_lease integer, p_token uuid,
    p_followed boolean, p_limit_turns bigint DEFAULT 0,
    p_limit_tokens bigint DEFAULT 0, OUT message integer,
    OUT started_at text, OUT local_now text, OUT effects json)
LANGUAGE plpgsql AS $$
DECLARE
	c taskchat.conversation;
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
	PERFORM taskchat.usage_take(p_user, p_conversation, p_token, p_zone,
	    p_limit_turns, p_limit_tokens);
	PERFORM taskchat.take_back(p_user, p_conversation, p_asked + 1,
	    c.pending);
	effects := taskchat.effects(p_user, p_conversation, p_asked);
END $$;

-- As before.  Also raises limit_turns, limit_tokens, but not for what is only
-- repeated, and not for the answer to a question: no model is asked.
DROP FUNCTION taskchat.turn_begin(text, uuid, uuid, text, text, text, integer,
    boolean, uuid, boolean, json, integer);
CREATE FUNCTION taskchat.turn_begin(p_user text, p_conversation uuid,
    p_new uuid, p_content text, p_key text, p_zone text, p_lease integer,
    p_answer boolean, p_token uuid, p_followed boolean DEFAULT false,
    p_input json DEFAULT NULL, p_edits integer DEFAULT NULL,
    p_limit_turns bigint DEFAULT 0, p_limit_tokens bigint DEFAULT 0,
    OUT kind text, OUT conversation uuid, OUT message integer,
    OUT confirmation uuid, OUT local_now text, OUT asked integer,
    OUT title text, OUT started_at text, OUT question integer,
    OUT effects json)
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
			IF m.edits IS DISTINCT FROM p_edits THEN
				RAISE EXCEPTION USING ERRCODE = 'TC000',
				    MESSAGE = 'idempotency_key_reused';
			END IF;
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
		END IF;
	END IF;
	IF kind IS NULL THEN
		kind := 'new';
		IF p_conversation IS NULL THEN
			conversation := p_new;
			message := 2;
			title := taskchat.title_of(p_content);
			INSERT INTO taskchat.conversation (user_id, id, title,
			    last_message, lease_token, lease_until, turn_message,
			    turn_text)
			VALUES (p_user, p_new, title, 2, p_token,
			    clock_timestamp() + make_interval(secs => p_lease::float8), 2,
			    CASE WHEN p_followed THEN '' END)
			ON CONFLICT (user_id, id) DO NOTHING;
		ELSE
			c := taskchat.lease_take(p_user, p_conversation, p_token, p_lease,
			    2, p_followed);
			conversation := c.id;
			message := c.turn_message;
		END IF;
		asked := message - 1;
		-- it is there when the answer to this very call was lost
		IF p_edits IS NOT NULL AND NOT EXISTS (SELECT
		    FROM taskchat.message a WHERE a.user_id = p_user
		    AND a.conversation_id = turn_begin.conversation
		    AND a.id = asked) THEN
			PERFORM taskchat.turn_edit(p_user, conversation, p_edits,
			    p_content, c.pending);
		END IF;
		INSERT INTO taskchat.message (user_id, conversation_id, id, role,
		    content, idempotency_key, input, edits)
		VALUES (p_user, conversation, asked, 'user', p_content, p_key,
		    p_input, p_edits)
		ON CONFLICT (user_id, conversation_id, id) DO NOTHING;
		IF p_edits IS NULL THEN
			question := taskchat.question_message(p_user, c.pending);
			IF c.pending IS NOT NULL AND p_answer IS NOT NULL THEN
				confirmation := c.pending;
			ELSE
				PERFORM taskchat.question_pass(p_user, conversation,
				    c.pending);
			END IF;
		END IF;
	END IF;
	IF kind <> 'replay' AND confirmation IS NULL THEN
		PERFORM taskchat.usage_take(p_user, conversation, p_token, p_zone,
		    p_limit_turns, p_limit_tokens);
	END IF;
	IF p_edits IS NOT NULL THEN
		title := (SELECT o.title FROM taskchat.conversation o
		    WHERE o.user_id = p_user AND o.id = turn_begin.conversation
		    AND o.title = taskchat.title_of(p_content)
		    AND taskchat.is_first(p_user, o.id, asked));
	END IF;
	IF p_edits IS NOT NULL AND kind <> 'replay' THEN
		effects := taskchat.effects(p_user, conversation, asked);
	END IF;
END $$;

-------------------------------------------------------------- deleting

-- As before.  What the user used goes too.
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

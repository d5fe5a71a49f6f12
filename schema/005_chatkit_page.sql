-- What a page of our own asks of the ChatKit door: a message of the
-- person's put in the place of an earlier one, and a search.

ALTER TABLE taskchat.message
	-- the person's: the message that this one was put in the place of
	ADD edits integer;

------------------------------------------------------ what is taken back

-- Take back message p_from and all that comes after it: a question that is
-- open is dropped, the rows stay, marked with the time of this transaction.
CREATE FUNCTION taskchat.take_back(p_user text, p_conversation uuid,
    p_from integer, p_pending uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_removed integer;
BEGIN
	PERFORM taskchat.question_pass(p_user, p_conversation, p_pending);
	UPDATE taskchat.message a SET removed_at = now()
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id >= p_from AND a.removed_at IS NULL;
	GET DIAGNOSTICS v_removed = ROW_COUNT;
	UPDATE taskchat.conversation SET removed = removed + v_removed
	WHERE user_id = p_user AND id = p_conversation AND v_removed > 0;
END $$;

-- What tools did in the answers that were taken back where message p_asked
-- stands now, the newest first.  Of a message that was changed more than
-- once that is all that lies behind the last one in front of it that stands.
CREATE FUNCTION taskchat.effects(p_user text, p_conversation uuid,
    p_asked integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	v_after integer := coalesce((SELECT max(a.id) FROM taskchat.message a
	    WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	    AND a.id < p_asked AND a.removed_at IS NULL), 0);
BEGIN
	RETURN (SELECT json_agg(json_build_object('name', e.name, 'arguments',
	    e.arguments, 'result', e.result))
	FROM (SELECT k.name, k.arguments, k.result FROM taskchat.tool_call k
	    JOIN taskchat.message a ON a.user_id = p_user
	      AND a.conversation_id = p_conversation AND a.id = k.message_id
	      AND a.removed_at IS NOT NULL
	    WHERE k.user_id = p_user AND k.conversation_id = p_conversation
	      AND k.message_id > v_after AND k.state = 'ok'
	      AND k.name <> 'list_tasks'
	    ORDER BY k.message_id DESC, k.step DESC, k.position DESC
	    LIMIT 1000) e);
END $$;

-- As before.  What was done before the message was changed counts as well.
CREATE OR REPLACE FUNCTION taskchat.turn_retry(p_user text,
    p_conversation uuid, p_asked integer, p_zone text, p_lease integer,
    p_token uuid, p_followed boolean, OUT message integer,
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
	PERFORM taskchat.take_back(p_user, p_conversation, p_asked + 1,
	    c.pending);
	effects := taskchat.effects(p_user, p_conversation, p_asked);
END $$;

-- Take back message p_edits with all that came after it.  A title that was
-- made from it is made anew from what stands there now.
CREATE FUNCTION taskchat.turn_edit(p_user text, p_conversation uuid,
    p_edits integer, p_content text, p_pending uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_content text;
BEGIN
	SELECT a.content INTO v_content FROM taskchat.message a
	WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	  AND a.id = p_edits AND a.role = 'user' AND a.removed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'TC000',
		    MESSAGE = 'message_not_found';
	END IF;
	PERFORM taskchat.take_back(p_user, p_conversation, p_edits, p_pending);
	UPDATE taskchat.conversation c SET title = taskchat.title_of(p_content)
	WHERE c.user_id = p_user AND c.id = p_conversation
	  AND c.title = taskchat.title_of(v_content)
	  AND taskchat.is_first(p_user, p_conversation, p_edits);
END $$;

-- Does no message in front of this one stand?
CREATE FUNCTION taskchat.is_first(p_user text, p_conversation uuid,
    p_message integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN NOT EXISTS (SELECT FROM taskchat.message a
	    WHERE a.user_id = p_user AND a.conversation_id = p_conversation
	    AND a.id < p_message AND a.removed_at IS NULL);
END $$;

-- As before.  p_edits: the message in whose place this one is put; then a
-- plain yes or no is no answer to a question either.  title out: also of a
-- conversation that has it from a first message that was changed; effects
-- out: what tools did in the answers that were taken back for this message.
DROP FUNCTION taskchat.turn_begin(text, uuid, uuid, text, text, text, integer,
    boolean, uuid, boolean, json);
CREATE FUNCTION taskchat.turn_begin(p_user text, p_conversation uuid,
    p_new uuid, p_content text, p_key text, p_zone text, p_lease integer,
    p_answer boolean, p_token uuid, p_followed boolean DEFAULT false,
    p_input json DEFAULT NULL, p_edits integer DEFAULT NULL,
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

----------------------------------------------------------------- search

-- At most 160 characters of a text around those from p_at on, in one line.
CREATE FUNCTION taskchat.snippet(p_text text, p_at integer, p_n integer)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	v_all integer := length(p_text);
	v_room integer := 158;		-- and two for what is left out
	v_from integer := greatest(1, least(
	    p_at - greatest(0, v_room - p_n) / 2, v_all - v_room + 1));
BEGIN
	RETURN CASE WHEN v_from > 1 THEN '…' ELSE '' END
	    || btrim(regexp_replace(substr(p_text, v_from, v_room), '\s+', ' ',
	        'g'))
	    || CASE WHEN v_from + v_room <= v_all THEN '…' ELSE '' END;
END $$;

-- Conversations with this text (in small letters) in their title or in a
-- message that stands, those begun last first, from behind p_after on (NULL:
-- all).  The first message that has it is said: hit, whether it is the
-- person's, its text up to the end of the find, and bytes in front of that;
-- NULL when the title alone has it.
--
-- One search reads p_read bytes of messages or little more, so that it costs
-- the same however much somebody has said: when they have been read, a last
-- row without a snippet names the conversation behind which to go on.  Of a
-- conversation that is longer than that on its own the beginning is searched.
CREATE FUNCTION taskchat.conversation_search(p_user text, p_text text,
    p_after uuid, p_limit integer, p_read integer)
RETURNS TABLE (place integer, thread taskchat.conversation, snippet text,
    hit integer, hit_user boolean, hit_text text, hit_at integer)
LANGUAGE plpgsql ROWS 20 AS $$
DECLARE
	c taskchat.conversation;
	m taskchat.message;
	v_begun timestamptz := 'infinity';
	v_after uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
	v_left bigint := p_read;
	v_last taskchat.conversation;	-- the last one that was searched
	v_at integer;
BEGIN
	PERFORM set_config('taskchat.user_id', p_user, true);
	place := 0;
	IF p_after IS NOT NULL THEN
		SELECT o.created_at, o.id INTO v_begun, v_after
		FROM taskchat.conversation o
		WHERE o.user_id = p_user AND o.id = p_after;
	END IF;
	FOR c IN SELECT * FROM taskchat.conversation o
	    WHERE o.user_id = p_user AND (o.created_at, o.id) < (v_begun, v_after)
	    ORDER BY o.created_at DESC, o.id DESC LOOP
		snippet := NULL;
		hit := NULL;
		hit_user := NULL;
		hit_text := NULL;
		hit_at := NULL;
		v_left := v_left - 500;
		FOR m IN SELECT * FROM taskchat.message a
		    WHERE a.user_id = p_user AND a.conversation_id = c.id
		      AND a.id > 0 ORDER BY a.id LOOP
			EXIT WHEN v_left < 0;
			v_left := v_left - 200;
			CONTINUE WHEN m.removed_at IS NOT NULL
			    OR c.lease_until IS NOT NULL AND m.id = c.turn_message;
			v_left := v_left - octet_length(m.content);
			v_at := strpos(lower(m.content), p_text);
			IF v_at > 0 THEN
				hit := m.id;
				hit_user := m.role = 'user';
				hit_text := left(m.content, v_at + length(p_text) - 1);
				hit_at := octet_length(left(m.content, v_at - 1));
				snippet := taskchat.snippet(m.content, v_at,
				    length(p_text));
				EXIT;
			END IF;
		END LOOP;
		v_at := strpos(lower(c.title), p_text);
		IF hit IS NULL AND v_at > 0 THEN
			snippet := taskchat.snippet(c.title, v_at, length(p_text));
		END IF;
		-- begun late and not read to its end: that is for the next time
		IF v_left < 0 AND hit IS NULL AND v_last.id IS NOT NULL THEN
			snippet := NULL;
			place := place + 1;
			thread := v_last;
			RETURN NEXT;
			RETURN;
		END IF;
		v_last := c;
		thread := c;
		IF snippet IS NOT NULL THEN
			place := place + 1;
			RETURN NEXT;
			EXIT WHEN place = p_limit;
		END IF;
		IF v_left < 0 THEN
			snippet := NULL;
			hit := NULL;
			place := place + 1;
			RETURN NEXT;
			RETURN;
		END IF;
	END LOOP;
END $$;

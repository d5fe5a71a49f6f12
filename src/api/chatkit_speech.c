/* What was spoken into the composer, as text. */
#include "api/chatkit.h"
#include "base/text.h"
#include "model/transcribe.h"

const struct err *
ck_transcribe(struct api_call *c, const struct ck_ask *k)
{
	struct transcribe_ask ask = { .watch = c->q->fd };
	struct json_object *answer = js_object(c->a);
	const char *audio, *text;
	const struct err *e;

	e = ck_ask_text(c, k, "audio_base64", &audio);
	if (e == NULL)
		e = ck_ask_text(c, k, "mime_type", &ask.mime_type);
	if (e != NULL)
		return e;
	if (!transcribe_is_on(c->api->conf))
		return err_new(c->a, ERR_INPUT, "not_supported",
		    "This site does not take dictation.",
		    "transcribe_url is not set");
	if (!transcribe_takes(ask.mime_type))
		return invalid(c->a, "params.mime_type", TRANSCRIBE_TYPES);
	if (!b64_decode(c->a, str_of(audio), &ask.audio) || ask.audio.n == 0)
		return invalid(c->a, "params.audio_base64",
		    "a recording as base64 (RFC 4648 section 4)");
	e = transcribe(c->api->conf, c->a, &ask, &text);
	if (e != NULL)
		return e;
	js_add_text(answer, "text", text);
	http_send_json(c->q, 200, answer);
	return NULL;
}

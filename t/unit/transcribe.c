/*
 * Dictation against a server that misbehaves: what it is sent, what of its
 * answer is believed, and what the person is told.
 */
#include <sys/socket.h>

#include <unistd.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "model/transcribe.h"

#define SERVED_REQUEST	(2 * 1024 * 1024)
#include "served.h"
#include "tap.h"

#define KEY	"gsk-secret-0123456789abcdef"
#define JSON(status)	"HTTP/1.1 " status "\r\nContent-Type: " \
	"application/json\r\nConnection: close\r\n\r\n"
#define GOOD	JSON("200 OK") "{\"text\":\"Add milk.\"}"
#define SAID	"something only they say"

struct test {
	struct arena	*a;
	struct conf	 conf;
	struct served	 s;
	char		 url[128];
	struct transcribe_ask ask;
	const char	*text;
	const struct err *e;
};

static void
begin(struct test *t, const struct served_reply *script, size_t n)
{
	*t = (struct test){ .a = arena_new() };
	served_start(&t->s, script, n);
	served_url(&t->s, t->url, sizeof(t->url), "http", "/v1");
	t->conf = (struct conf){ .transcribe_url = t->url,
	    .transcribe_key = KEY, .transcribe_model = "whisper-1",
	    .transcribe_max = 1 << 20, .transcribe_timeout = 30, .model_ca_file = "",
	    .model_proxy = "" };
	t->ask = (struct transcribe_ask){ .audio = STR("sound"),
	    .mime_type = "audio/webm", .watch = -1 };
}

static void
ask(struct test *t)
{
	t->text = "kept";
	t->e = transcribe(&t->conf, t->a, &t->ask, &t->text);
}

static void
end(struct test *t)
{
	served_end(&t->s);
	arena_free(t->a);
}

/* Has the nth request these bytes in it?  Nobody writes any more. */
static const char *
sent(struct test *t, int n, struct str what)
{
	const char *found;

	pthread_mutex_lock(&t->s.lock);
	found = n >= t->s.requests ? NULL : memmem(served_request(&t->s, n),
	    SERVED_REQUEST, what.p, what.n);
	pthread_mutex_unlock(&t->s.lock);
	return found;
}

#define SENT(t, what)	(sent((t), 0, STR(what)) != NULL)

static void
test_request(void)
{
	static const struct served_reply script[] = { { .bytes = GOOD } };
	static const char sound[] = "\0\xff\r\n--\r\n\x80\"}\0end";
	struct test t;
	const char *boundary, *want;

	begin(&t, script, 1);
	t.ask.audio = STR(sound);
	t.ask.mime_type = "audio/webm;codecs=opus";
	ask(&t);
	ok(t.e == NULL, "a recording");
	is_str(t.text, "Add milk.", "is text");
	ok(SENT(&t, "POST /v1/audio/transcriptions HTTP/1.1\r\n"),
	    "the address");
	ok(SENT(&t, "\r\nAuthorization: Bearer " KEY "\r\n"), "the key");
	ok(!SENT(&t, "application/x-www-form"), "no other type");
	boundary = sent(&t, 0, STR("\r\nContent-Type: multipart/form-data; "
	    "boundary="));
	ok(boundary != NULL, "a form");
	if (boundary == NULL) {
		end(&t);
		return;
	}
	boundary = strchr(boundary, '=') + 1;
	boundary = arena_strndup(t.a, boundary, strcspn(boundary, "\r"));
	is_int((long long)strlen(boundary), 32, "its boundary");
	want = arena_printf(t.a, "\r\n\r\n"
	    "--%s\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
	    "whisper-1\r\n"
	    "--%s\r\nContent-Disposition: form-data; "
	    "name=\"response_format\"\r\n\r\njson\r\n"
	    "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"speech.webm\"\r\nContent-Type: audio/webm\r\n\r\n",
	    boundary, boundary, boundary);
	ok(sent(&t, 0, str_of(want)) != NULL, "its parts");
	ok(SENT(&t, sound), "the bytes as they are");
	want = arena_printf(t.a, "end\r\n--%s--\r\n", boundary);
	ok(sent(&t, 0, str_of(want)) != NULL, "and its end");
	end(&t);
}

static void
test_no_key(void)
{
	static const struct served_reply script[] = { { .bytes = GOOD },
		{ .bytes = GOOD } };
	const char *first, *second;
	struct test t;

	begin(&t, script, 2);
	t.conf.transcribe_key = "";
	ask(&t);
	ask(&t);
	ok(t.e == NULL, "a server without keys");
	ok(!SENT(&t, "Authorization"), "is sent none");
	first = sent(&t, 0, STR("boundary="));
	second = sent(&t, 1, STR("boundary="));
	ok(first != NULL && second != NULL && strncmp(first, second, 41) != 0,
	    "each form has a boundary of its own");
	end(&t);
}

static void
address_is(const char *path, const char *want)
{
	static const struct served_reply script[] = { { .bytes = GOOD } };
	struct test t;

	begin(&t, script, 1);
	t.conf.transcribe_url = arena_printf(t.a, "http://127.0.0.1:%d%s",
	    t.s.port, path);
	/* nobody listens there, and nobody has to */
	t.conf.model_proxy = "http://127.0.0.1:1";
	ask(&t);
	want = arena_printf(t.a, "POST %s HTTP/1.1\r\n", want);
	ok(t.e == NULL && sent(&t, 0, str_of(want)) != NULL,
	    "'%s' is asked at %s", path, want);
	end(&t);
}

static void
type_is(const char *type, const char *ending, const char *plain)
{
	static const struct served_reply script[] = { { .bytes = GOOD } };
	const char *want;
	struct test t;

	begin(&t, script, 1);
	t.ask.mime_type = type;
	ask(&t);
	want = arena_printf(t.a, "filename=\"speech.%s\"\r\n"
	    "Content-Type: %s\r\n\r\nsound\r\n", ending, plain);
	ok(t.e == NULL && transcribe_takes(type) &&
	    sent(&t, 0, str_of(want)) != NULL, "'%s' is .%s", type, ending);
	end(&t);
}

static void
type_bad(const char *type)
{
	struct test t;

	begin(&t, NULL, 0);
	t.ask.mime_type = type;
	ask(&t);
	ok(t.e != NULL && t.e->kind == ERR_INPUT && !transcribe_takes(type) &&
	    strncmp(t.e->say, "mime_type: ", 11) == 0 &&
	    served_requests(&t.s) == 0, "'%s' is refused by name",
	    type == NULL ? "(none)" : type);
	is_str(t.text, "kept", "and there is no text");
	end(&t);
}

static void
test_types(void)
{
	type_is("audio/webm", "webm", "audio/webm");
	type_is("audio/mp4", "mp4", "audio/mp4");
	type_is("audio/mp4; codecs=\"mp4a.40.2\"", "mp4", "audio/mp4");
	type_is("audio/ogg;codecs=opus", "ogg", "audio/ogg");
	type_is(" Audio/WAV ; a=b;c", "wav", "audio/wav");
	type_is("audio/x-wav", "wav", "audio/x-wav");
	type_is("audio/mpeg", "mp3", "audio/mpeg");
	type_is("audio/flac", "flac", "audio/flac");
	type_is("audio/x-m4a", "m4a", "audio/x-m4a");
	type_bad(NULL);
	type_bad("");
	type_bad(";audio/webm");
	type_bad("audio");
	type_bad("audio/web");
	type_bad("audio/webmx");
	type_bad("audio/webm\r\nX-Y: z");
	type_bad("video/webm");
	type_bad("text/html");
	type_bad("application/octet-stream");
}

static void
test_sizes(void)
{
	static const struct served_reply script[] = { { .bytes = GOOD } };
	struct test t;
	char *large;
	size_t i, n = 1 << 20;

	begin(&t, script, 1);
	ok(transcribe_is_on(&t.conf), "an address switches it on");
	large = arena_alloc(t.a, n + 1);
	for (i = 0; i <= n; i++)
		large[i] = (char)(i * 31 + (i >> 8));
	t.ask.audio = (struct str){ large, n + 1 };
	ask(&t);
	ok(t.e != NULL && t.e->kind == ERR_TOOBIG, "a byte too many");
	is_str(err_code(t.e), "audio_too_large", "has a name");
	t.ask.audio.n = 0;
	ask(&t);
	ok(t.e != NULL && t.e->kind == ERR_INPUT &&
	    strncmp(t.e->say, "audio_base64: ", 14) == 0, "no byte at all");
	is_int(served_requests(&t.s), 0, "nobody was asked");
	t.ask.audio.n = n;
	ask(&t);
	ok(t.e == NULL, "as much as may be");
	ok(sent(&t, 0, t.ask.audio) != NULL, "arrives whole");
	t.conf.transcribe_url = "";
	ok(!transcribe_is_on(&t.conf), "none switches it off");
	end(&t);
}

/* One answer: its text, or the code of the error that it is. */
static void
answer_is(const char *bytes, const char *text, const char *code,
    const char *what)
{
	struct served_reply script[] = { { .bytes = bytes } };
	struct test t;

	begin(&t, script, 1);
	ask(&t);
	is_str(err_code(t.e), code, "%s", what);
	is_str(t.text, text == NULL ? "kept" : text, "... its text");
	if (t.e != NULL)
		ok(strstr(t.e->say, SAID) == NULL &&
		    strstr(t.e->log, KEY) == NULL &&
		    strchr(t.e->say, '\n') == NULL && t.e->retry_after == 0,
		    "... told without their words");
	end(&t);
}

#define OK	JSON("200 OK")
#define DOWN	"transcription_unavailable"

static void
test_answers(void)
{
	answer_is(OK "{\"text\":\"\"}", "", "", "nothing was said");
	answer_is(OK "{\"text\":\" \\n\"}", "", "", "blanks were said");
	answer_is(OK "{\"text\":\" One.\\n Two.\\n\"}", "One.\n Two.", "",
	    "lines");
	answer_is(OK "\n{\"text\":\"a\",\"usage\":{\"type\":\"duration\","
	    "\"seconds\":1},\"segments\":[{\"tokens\":[1,2]}]}", "a", "",
	    "more than was asked for");
	answer_is("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
	    "{\"text\":\"a\"}", "a", "", "without a type");
	answer_is("HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n"
	    "{\"text\":\"a\"}", "a", "", "another good status");
	answer_is(OK "{\"text\":\"gr\\u00fc\xc3\x9f\"}", "gr\xc3\xbc\xc3\x9f",
	    "", "more than ASCII");
	answer_is(OK "{\"text\":\"a\xff\xc3(\\ud800b\"}",
	    "a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd" "b", "",
	    "what is not UTF-8 is mended");
	answer_is(OK "{\"text\":\"a\\u0000b\"}", "a\xef\xbf\xbd" "b", "",
	    "a NUL");
	answer_is(OK "{\"text\":\"a\\u001b[2J\\u202eb\\u0007\"}", "a[2Jb", "",
	    "what nobody sees is gone");
	answer_is(OK "{\"text\":\"</p><script>alert(1)</script>\"}",
	    "</p><script>alert(1)</script>", "", "the rest stays");

	answer_is(OK "", NULL, DOWN, "an empty body");
	answer_is(OK "Add milk.", NULL, DOWN, "no JSON");
	answer_is(OK "<html>" SAID "</html>", NULL, DOWN, "a page");
	answer_is(OK "{\"text\":\"a\"", NULL, DOWN, "half of it");
	answer_is(OK "{\"text\":\"a\"}{}", NULL, DOWN, "more behind it");
	answer_is(OK "{}", NULL, DOWN, "no text");
	answer_is(OK "{\"text\":null}", NULL, DOWN, "null");
	answer_is(OK "{\"text\":5}", NULL, DOWN, "a number");
	answer_is(OK "{\"text\":[\"a\"]}", NULL, DOWN, "a list as text");
	answer_is(OK "[{\"text\":\"a\"}]", NULL, DOWN, "a list");
	answer_is(OK "\"a\"", NULL, DOWN, "a bare text");
	answer_is(OK "null", NULL, DOWN, "nothing");
	answer_is(OK "{\"text\":\"a\",\"text\":\"b\"}", NULL, DOWN,
	    "two texts");
	answer_is(OK "{\"error\":\"" SAID "\"}", NULL, DOWN,
	    "an error with status 200");
	answer_is("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
	    "{\"text\":\"a\"}", NULL, DOWN, "cut short");
	answer_is("SSH-2.0-x\r\n", NULL, DOWN, "no HTTP");
	answer_is("HTTP/1.1 204 No Content\r\n\r\n", NULL, DOWN,
	    "no content");
	answer_is("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
	    "Content-Length: 0\r\n\r\n", NULL, DOWN, "another address");
}

#define ERROR(status, code)	JSON(status) "{\"error\":{\"message\":\"" \
	SAID "\",\"type\":\"x\",\"code\":\"" code "\"}}"

static void
test_errors(void)
{
	answer_is(ERROR("401 Unauthorized", "invalid_api_key"), NULL,
	    "transcription_refused_key", "the key is refused");
	answer_is(ERROR("403 Forbidden", ""), NULL,
	    "transcription_refused_key", "or what it may do");
	answer_is(ERROR("404 Not Found", "model_not_found"), NULL,
	    "transcription_not_found", "no such model");
	answer_is(JSON("404 Not Found") "File Not Found (/v1)", NULL,
	    "transcription_not_found", "no such address");
	answer_is(ERROR("429 Too Many Requests", ""), NULL,
	    "transcription_rate_limited", "too busy");
	answer_is(ERROR("429 Too Many Requests", "insufficient_quota"), NULL,
	    "transcription_rate_limited", "the money is gone");
	answer_is(ERROR("413 Too Large", ""), NULL, "audio_too_large",
	    "too much for them");
	answer_is(ERROR("400 Bad Request", ""), NULL,
	    "transcription_refused", "no sound they know");
	answer_is(JSON("400 Bad Request") "{\"error\":\"" SAID "\"}", NULL,
	    "transcription_refused", "said plainly");
	answer_is(JSON("422 Unprocessable") "{\"detail\":[{\"loc\":[\"body\","
	    "\"file\"],\"msg\":\"" SAID "\"}]}", NULL,
	    "transcription_refused", "said in detail");
	answer_is(ERROR("500 Oh", ""), NULL, DOWN, "it broke");
	answer_is(JSON("503 No") "<html>" SAID, NULL, DOWN, "it is away");
	answer_is(JSON("500 Oh"), NULL, DOWN, "without a word");
}

static void
test_wish(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 429 No\r\nRetry-After: 7\r\n"
		    "X-Request-Id: req-1\r\nConnection: close\r\n\r\n"
		    "{\"error\":{\"message\":\"Rate limit, " KEY "\"}}" },
		{ .bytes = "HTTP/1.1 503 No\r\nRetry-After: 2\r\n"
		    "Connection: close\r\n\r\n" },
	};
	struct test t;

	begin(&t, script, 2);
	ask(&t);
	is_str(err_code(t.e), "transcription_rate_limited", "too many");
	is_int(t.e->retry_after, 7, "and when to come again");
	ok(strstr(t.e->log, "status 429") != NULL &&
	    strstr(t.e->log, "Rate limit") != NULL &&
	    strstr(t.e->log, "req-1") != NULL, "the log says what they said");
	ok(strstr(t.e->log, KEY) == NULL, "but not the key");
	is_int(served_requests(&t.s), 1, "nothing is tried twice");
	ask(&t);
	is_str(err_code(t.e), DOWN, "away");
	is_int(t.e->retry_after, 2, "for so long");
	end(&t);
}

static void
test_too_long(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OK "{\"text\":\"", .more = "and so on ",
		    .times = 100000 },
		{ .bytes = JSON("500 Oh"), .more = "and so on ",
		    .times = 100000 },
		{ .bytes = OK "{\"text\":\"a\",\"x\":[0", .more = ",0",
		    .times = JSON_VALUES_TRANSCRIPT + 1 },
		{ .bytes = OK "{\"text\":\"a\",\"x\":", .more = "[",
		    .times = 1000 },
	};
	struct test t;

	begin(&t, script, 4);
	ask(&t);
	is_str(err_code(t.e), "transcription_too_long", "no end of words");
	ok(t.e->kind == ERR_UPSTREAM, "is their fault");
	ask(&t);
	is_str(err_code(t.e), DOWN, "no end of an error");
	ask(&t);
	is_str(err_code(t.e), DOWN, "no end of values");
	ask(&t);
	is_str(err_code(t.e), DOWN, "no end of lists");
	is_str(t.text, "kept", "and no text");
	end(&t);
}

static void
test_waiting(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OK "{\"text\":", .then = SERVED_HANG },
		{ .bytes = OK, .more = " ", .then = SERVED_DRIP },
		{ .bytes = OK, .then = SERVED_HANG },
	};
	struct test t;
	int pair[2];

	begin(&t, script, 3);
	t.ask.deadline = clock_ms() + 200;
	ask(&t);
	is_str(err_code(t.e), "transcription_timeout", "silence");
	ok(t.e->kind == ERR_TIMEOUT, "is too slow");
	t.ask.deadline = clock_ms() + 200;
	ask(&t);
	is_str(err_code(t.e), "transcription_timeout", "drop by drop, too");
	t.ask.deadline = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		diag("no pair of sockets");
	close(pair[1]);
	t.ask.watch = pair[0];
	ask(&t);
	ok(t.e != NULL && t.e->kind == ERR_HUP, "who leaves is not waited for");
	close(pair[0]);
	end(&t);
}

static void
test_nobody(void)
{
	struct test t;

	begin(&t, NULL, 0);
	served_stop(&t.s);
	ask(&t);
	is_str(err_code(t.e), DOWN, "nobody is there");
	ok(t.e->kind == ERR_UPSTREAM, "is no fault of the person's");
	served_free(&t.s);
	arena_free(t.a);
}

int
main(void)
{
	log_open(LOG_ERROR, NULL);
	fetch_global_init();
	test_request();
	test_no_key();
	address_is("/v1", "/v1/audio/transcriptions");
	address_is("", "/audio/transcriptions");
	address_is("/", "/audio/transcriptions");
	address_is("/v1//", "/v1/audio/transcriptions");
	address_is("/v1/audio/transcriptions", "/v1/audio/transcriptions");
	address_is("/x/?v=1", "/x/audio/transcriptions?v=1");
	test_types();
	test_sizes();
	test_answers();
	test_errors();
	test_wish();
	test_too_long();
	test_waiting();
	test_nobody();
	fetch_global_done();
	return tap_done();
}

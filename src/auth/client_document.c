#include <stdint.h>
#include <string.h>

#include "auth/client_document.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf_value.h"
#include "base/json.h"
#include "base/text.h"

#define SECOND		1000

/* ---- addresses */

/* Every byte has a place in RFC 3986, and every '%' two hex digits. */
static bool
uri_ok(struct str s)
{
	static const char marks[] = "-._~:/?#[]@!$&'()*+,;=";
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (c == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 &&
		    hex_value(s.p[i + 2]) >= 0)
			continue;
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(marks, c) != NULL)))
			return false;
	}
	return true;
}

/* scheme://host[:port]rest, of such bytes, with no user and no fragment. */
static bool
split(struct str s, const char *scheme, struct address *u)
{
	return uri_ok(s) && memchr(s.p, '#', s.n) == NULL &&
	    address_split(s, u) && str_is(u->scheme, scheme) &&
	    u->host.n > 0 &&
	    memchr(s.p, '@', (size_t)(u->rest.p - s.p)) == NULL &&
	    (u->rest.n == 0 || u->rest.p[0] == '/' || u->rest.p[0] == '?');
}

/* "." or "..", also with a dot as %2e. */
static bool
is_dots(struct str s)
{
	size_t i = 0, dots = 0;

	while (i < s.n) {
		if (s.p[i] == '.')
			i++;
		else if (s.n - i >= 3 &&
		    str_is_nocase((struct str){ s.p + i, 3 }, "%2e"))
			i += 3;
		else
			return false;
		dots++;
	}
	return dots == 1 || dots == 2;
}

/* Which of two documents is meant must not be a matter of reading. */
static bool
path_ok(struct str s)
{
	const char *end = s.p + s.n, *p, *q;

	if ((p = memchr(s.p, '?', s.n)) != NULL)
		end = p;
	if (end - s.p < 2)
		return false;
	for (p = s.p + 1; p <= end; p = q + 1) {
		for (q = p; q < end && *q != '/'; q++)
			continue;
		if (is_dots(str_from(p, q)))
			return false;
	}
	return true;
}

bool
client_id_is_document(struct str id)
{
	struct address u;
	size_t i;

	if (id.n == 0 || id.n > MAX_CLIENT_ID || !split(id, "https", &u) ||
	    u.host.p[0] == '.' || u.host.p[u.host.n - 1] == '.')
		return false;
	for (i = 1; i < u.host.n; i++)
		if (u.host.p[i] == '.' && u.host.p[i - 1] == '.')
			return false;
	return u.rest.n > 0 && u.rest.p[0] == '/' && path_ok(u.rest);
}

static const char *
host_of(struct arena *a, const char *id)
{
	struct address u;

	return address_split(str_of(id), &u) ? text_lower(a, u.host) : "";
}

/* As a person is shown it: with a port that is not the usual one. */
static const char *
host_shown(struct arena *a, const char *id)
{
	const char *host = host_of(a, id);
	struct address u;

	if (!address_split(str_of(id), &u))
		return host;
	if (strchr(host, ':') != NULL)
		host = arena_printf(a, "[%s]", host);
	return u.port == 0 || u.port == 443 ? host :
	    arena_printf(a, "%s:%d", host, u.port);
}

/* "*.example.org" is every host below; itself is meant by no star. */
static bool
entry_is(struct str entry, struct str host, bool *star)
{
	*star = entry.n > 2 && entry.p[0] == '*';
	if (*star) {
		entry = (struct str){ entry.p + 1, entry.n - 1 };
		if (host.n <= entry.n)
			return false;
		host = (struct str){ host.p + host.n - entry.n, entry.n };
	}
	return host.n == entry.n && memcmp(host.p, entry.p, host.n) == 0;
}

/* *exactly: it is named itself, so who named it knows where it is. */
static bool
host_listed(struct arena *a, const struct conf *c, const char *id,
    bool *exactly)
{
	struct str rest = str_of(c->oauth_client_hosts), entry;
	struct str host = str_of(host_of(a, id));
	bool found = false, star;

	*exactly = false;
	while (text_list_next(&rest, &entry)) {
		if (entry.n == 0 || !entry_is(entry, host, &star))
			continue;
		found = true;
		*exactly = *exactly || !star;
	}
	return found;
}

bool
client_host_allowed(const struct conf *c, const char *id)
{
	struct arena *a;
	bool found, exactly;

	if (*c->oauth_client_hosts == '\0')
		return true;
	a = arena_new();
	found = host_listed(a, c, id, &exactly);
	arena_free(a);
	return found;
}

/* ---- where browsers are sent back to */

static bool
is_loopback(struct str s, const struct address *u)
{
	bool bracket = s.n > 7 && s.p[7] == '[';	/* after http:// */

	return bracket ? str_is(u->host, "::1") :
	    str_is(u->host, "127.0.0.1") || str_is(u->host, "localhost");
}

/*
 * scheme:rest, where the scheme is none that a browser takes as an order to
 * itself: to run something, to show what the address holds, to open a file.
 */
static bool
is_private_use(struct str s, size_t scheme)
{
	static const char *const browsers[] = { "about", "blob", "chrome",
	    "data", "file", "filesystem", "ftp", "intent", "jar",
	    "javascript", "mailto", "resource", "vbscript", "view-source",
	    "ws", "wss" };
	struct str name = { s.p, scheme };
	size_t i;

	if (s.p[0] < 'a' || s.p[0] > 'z' || scheme + 1 >= s.n)
		return false;
	for (i = 0; i < scheme; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789+-.",
		    s.p[i]) == NULL)
			return false;
	for (i = 0; i < sizeof(browsers) / sizeof(browsers[0]); i++)
		if (str_is(name, browsers[i]))
			return false;
	return true;
}

bool
redirect_uri_ok(struct str uri)
{
	const char *colon;
	struct address u;
	struct str scheme;

	if (uri.n == 0 || uri.n > MAX_REDIRECT_URI || !uri_ok(uri) ||
	    memchr(uri.p, '#', uri.n) != NULL ||
	    (colon = memchr(uri.p, ':', uri.n)) == NULL)
		return false;
	scheme = str_from(uri.p, colon);
	if (str_is_nocase(scheme, "https"))
		return split(uri, "https", &u);
	if (str_is_nocase(scheme, "http"))
		return split(uri, "http", &u) && is_loopback(uri, &u);
	return is_private_use(uri, scheme.n);
}

/* RFC 8252 section 7.3: a program listens where there is room. */
static bool
is_same_but_port(struct str listed, struct str uri)
{
	struct address x, y;

	return split(listed, "http", &x) && split(uri, "http", &y) &&
	    is_loopback(listed, &x) && is_loopback(uri, &y) &&
	    x.host.n == y.host.n &&
	    memcmp(x.host.p, y.host.p, x.host.n) == 0 &&
	    x.rest.n == y.rest.n &&
	    memcmp(x.rest.p, y.rest.p, x.rest.n) == 0;
}

bool
redirect_uri_listed(struct json_object *uris, struct str uri)
{
	struct str one;
	size_t i;

	if (!redirect_uri_ok(uri))
		return false;
	for (i = 0; i < js_len(uris); i++) {
		one = js_str(js_at(uris, i));
		if (one.p == NULL)
			continue;
		if ((one.n == uri.n && memcmp(one.p, uri.p, one.n) == 0) ||
		    is_same_but_port(one, uri))
			return true;
	}
	return false;
}

/* ---- names */

struct range { uint32_t from, to; };

/* What separates words: one blank each. */
static const struct range blanks[] = {
	{ 0x0000, 0x0020 }, { 0x007f, 0x00a0 },		/* controls, too */
	{ 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 },
	{ 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },
};

/* What is not to be seen in a name, beside what nobody ever sees. */
static const struct range unseen[] = {
	{ 0x180b, 0x180f },	/* Mongolian selectors */
	{ 0x200c, 0x200d },	/* joiners */
	{ 0xe000, 0xf8ff },	/* for private use */
	{ 0xfe00, 0xfe0f },	/* selectors */
	{ 0xfffe, 0xffff },	/* no characters */
	{ 0xe1000, 0x10ffff },	/* not given, for private use */
};

static bool
is_in(const struct range *r, size_t n, uint32_t c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c >= r[i].from && c <= r[i].to)
			return true;
	return false;
}

const char *
client_name_clean(struct arena *a, struct str s)
{
	bool blank = false;
	size_t count = 0, len;
	struct buf b;
	uint32_t c;

	buf_init(&b, a, (size_t)MAX_CLIENT_NAME * 4 + 1);
	for (; s.n > 0; s = (struct str){ s.p + len, s.n - len }) {
		c = utf8_decode(s.p, &len);
		if (is_in(blanks, sizeof(blanks) / sizeof(blanks[0]), c)) {
			blank = count > 0;
			continue;
		}
		if (utf8_unseen(c) ||
		    is_in(unseen, sizeof(unseen) / sizeof(unseen[0]), c))
			continue;
		if (count + blank >= MAX_CLIENT_NAME)
			break;
		if (blank)
			buf_putc(&b, ' ');
		count += 1 + blank;
		blank = false;
		buf_put(&b, s.p, len);
	}
	return buf_str(&b);
}

/* ---- descriptions */

static const struct err *invalid(struct arena *, const char *, const char *,
    ...) __attribute__((format(printf, 3, 4)));

/* What is said of it is ours: nothing of the document is repeated. */
static const struct err *
invalid(struct arena *a, const char *id, const char *fmt, ...)
{
	const char *what;
	va_list ap;

	va_start(ap, fmt);
	what = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return err_new(a, ERR_INPUT, "client_invalid", arena_printf(a,
	    "The program's description cannot be used: %s.", what),
	    "client %s: %s", id, what);
}

/* An array of texts that has this one among them, or nothing at all. */
static const struct err *
check_has(struct arena *a, const char *id, const struct json_object *doc,
    const char *field, const char *word)
{
	struct json_object *v = js_get(doc, field);
	bool found = false;
	size_t i;

	if (v == NULL)
		return NULL;
	if (js_type(v) != JS_ARR)
		return invalid(a, id, "%s is not an array", field);
	for (i = 0; i < js_len(v); i++)
		found = found || str_is(js_str(js_at(v, i)), word);
	return found ? NULL : invalid(a, id, "%s is without \"%s\"", field,
	    word);
}

static const struct err *
check_redirects(struct arena *a, const char *id, struct json_object *uris)
{
	struct str one;
	size_t i;

	if (js_type(uris) != JS_ARR || js_len(uris) == 0)
		return invalid(a, id, "redirect_uris is not an array of "
		    "addresses");
	if (js_len(uris) > MAX_REDIRECT_URIS)
		return invalid(a, id, "redirect_uris has more than %d "
		    "addresses", MAX_REDIRECT_URIS);
	for (i = 0; i < js_len(uris); i++) {
		one = js_str(js_at(uris, i));
		if (one.p == NULL || !redirect_uri_ok(one))
			return invalid(a, id, "address %zu of redirect_uris "
			    "is none that a browser may be sent to", i + 1);
	}
	return NULL;
}

static const struct err *
check_proof(struct arena *a, const char *id, const struct json_object *doc)
{
	struct json_object *how = js_get(doc,
	    "token_endpoint_auth_method");

	if (js_has(doc, "client_secret") ||
	    js_has(doc, "client_secret_expires_at"))
		return invalid(a, id, "it has a client_secret, which "
		    "everybody can read there");
	if (how != NULL && !str_is(js_str(how), "none"))
		return invalid(a, id, "token_endpoint_auth_method is not "
		    "\"none\", which is all that is possible here");
	return NULL;
}

static const struct err *
check_text(struct arena *a, const char *id, const struct json_object *doc,
    const char *field)
{
	struct json_object *v = js_get(doc, field);

	return v == NULL || js_type(v) == JS_STR ? NULL :
	    invalid(a, id, "%s is not a text", field);
}

static const struct err *
check(struct arena *a, const char *id, const struct json_object *doc)
{
	const struct err *e;

	if (js_type(doc) != JS_OBJ)
		return invalid(a, id, "it is not a JSON object");
	if (!str_is(js_str(js_get(doc, "client_id")), id))
		return invalid(a, id, "client_id in it is not the address "
		    "it was read from");
	if ((e = check_proof(a, id, doc)) == NULL &&
	    (e = check_redirects(a, id, js_get(doc, "redirect_uris"))) ==
	    NULL &&
	    (e = check_has(a, id, doc, "grant_types",
	    "authorization_code")) == NULL &&
	    (e = check_has(a, id, doc, "response_types", "code")) == NULL &&
	    (e = check_text(a, id, doc, "client_name")) == NULL)
		e = check_text(a, id, doc, "client_uri");
	return e;
}

/* What a person may follow; not what the document calls one. */
static const char *
read_uri(struct arena *a, const struct json_object *doc)
{
	struct str s = js_str(js_get(doc, "client_uri"));
	struct address u;

	return s.n > 0 && s.n <= MAX_REDIRECT_URI && split(s, "https", &u) ?
	    arena_strndup(a, s.p, s.n) : NULL;
}

const struct err *
client_document_read(struct arena *a, const char *id, struct str text,
    struct oauth_client *out)
{
	struct json_object *doc;
	const struct err *e;
	const char *name;

	e = js_parse_few(a, text, JSON_DEPTH_TOKEN, JSON_VALUES_CLIENT, &doc);
	if (e != NULL)
		return err_new(a, ERR_INPUT, "client_invalid",
		    "The program's description cannot be used: it is not "
		    "JSON.", "client %s: %s", id, e->log);
	if ((e = check(a, id, doc)) != NULL)
		return e;
	*out = (struct oauth_client){ .id = arena_strdup(a, id),
	    .host = host_shown(a, id), .uri = read_uri(a, doc),
	    .redirect_uris = js_get(doc, "redirect_uris"),
	    .fresh = CLIENT_FRESH };
	name = client_name_clean(a, js_str(js_get(doc, "client_name")));
	out->name = *name == '\0' ? out->host : name;
	return NULL;
}

/* ---- fetching */

struct answer {
	struct buf	 body;
	bool		 too_big;
};

/* What another status comes with is of no interest. */
static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct answer *answer = ctx;

	(void)type;
	buf_put(&answer->body, p, n);
	answer->too_big = status == 200 && answer->body.bad;
	return status == 200 && !answer->too_big;
}

static const struct err *
unreachable(struct arena *a, const char *id, const char *why)
{
	return err_new(a, ERR_UPSTREAM, "client_unreachable",
	    "The program's description cannot be read just now.",
	    "client %s: %s", id, why);
}

static const struct err *
check_status(struct arena *a, const char *id, int status)
{
	if (status == 200)
		return NULL;
	if (status == 408 || status == 429 || status >= 500)
		return unreachable(a, id, arena_printf(a, "status %d",
		    status));
	return invalid(a, id, "its address answers with status %d%s", status,
	    status / 100 == 3 ? ", and redirects are not followed" : "");
}

/* application/json or application/…+json (RFC 6839 section 3.1). */
static bool
is_json(const char *type)
{
	size_t n = type == NULL ? 0 : strlen(type);

	return n > 0 && (strcmp(type, "application/json") == 0 ||
	    (n > 17 && strncmp(type, "application/", 12) == 0 &&
	    strcmp(type + n - 5, "+json") == 0));
}

static int
fresh_for(int max_age)
{
	if (max_age < 0)
		return CLIENT_FRESH;
	if (max_age < CLIENT_FRESH_MIN)
		return CLIENT_FRESH_MIN;
	return max_age > CLIENT_FRESH_MAX ? CLIENT_FRESH_MAX : max_age;
}

/* An answer that is one; body is in a. */
static const struct err *
get(struct fetch *f, struct arena *a, const char *id,
    struct fetch_call *call, struct str *body, struct fetch_reply *reply)
{
	struct answer answer = { .too_big = false };
	const struct err *e;

	buf_init(&answer.body, a, MAX_CLIENT_DOCUMENT);
	call->piece = on_piece;
	call->ctx = &answer;
	e = fetch_get(f, a, call, reply);
	if (answer.too_big)
		return invalid(a, id, "it is longer than %d bytes",
		    MAX_CLIENT_DOCUMENT);
	if (e != NULL && strcmp(e->code, "upstream_private") == 0)
		return err_new(a, ERR_INPUT, "client_invalid",
		    "The program's description cannot be used: its host has "
		    "no public address.", "client %s: %s", id, e->log);
	if (e != NULL && e->kind != ERR_HUP)
		return unreachable(a, id, e->log);
	if ((e = check_status(a, id, reply->status)) != NULL)
		return e;
	if (!is_json(reply->type))
		return invalid(a, id, "its address does not answer with "
		    "application/json");
	*body = (struct str){ buf_str(&answer.body), answer.body.n };
	return NULL;
}

const struct err *
client_document_fetch(struct fetch *f, struct arena *a, const struct conf *c,
    const char *id, struct oauth_client *out)
{
	static const char *const headers[] = { "Accept: application/json",
	    NULL };
	struct fetch_call call = { .url = id, .headers = headers,
	    .ca_file = c->oauth_ca_file, .watch = -1 };
	struct fetch_reply reply;
	const struct err *e;
	struct str body;
	bool exactly;

	if (!client_id_is_document(str_of(id)))
		return invalid(a, id, "its address is none that it may have");
	if (!client_host_allowed(c, id))
		return invalid(a, id, "programs of its host may not ask "
		    "here");
	host_listed(a, c, id, &exactly);
	call.public_only = !exactly;
	call.clocks.connect = CLIENT_SECONDS * SECOND;
	call.clocks.deadline = clock_ms() + CLIENT_SECONDS * SECOND;
	if ((e = get(f, a, id, &call, &body, &reply)) != NULL ||
	    (e = client_document_read(a, id, body, out)) != NULL)
		return e;
	out->fresh = fresh_for(reply.max_age);
	return NULL;
}

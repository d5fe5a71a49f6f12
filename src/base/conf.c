#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/text.h"

/*
 * Every setting, in alphabetical order: name, type, default, secret.
 * The type says what a value must look like, and is read as it stands:
 *
 *	text		anything printable
 *	number A..B	a whole number within the range
 *	boolean		on off yes no true false
 *	choice a|b	one of these words
 *	url S|T		an address that begins with S:// or T://
 *	origins		scheme://host[:port], comma separated
 *
 * A secret may come from a file of its own and is never printed.
 */
#define OPEN	false
#define SECRET	true
#define SETTINGS(X) \
	X(accounts, "boolean", "off", OPEN) \
	X(accounts_schema, "text", "public", OPEN) \
	X(agent_max_steps, "number 1..50", "10", OPEN) \
	X(allowed_origins, "origins", "", OPEN) \
	X(attempts_account, "number 1..100000", "10", OPEN) \
	X(attempts_ip, "number 1..100000", "30", OPEN) \
	X(auth_secret, "text", "", SECRET) \
	X(bare_ids, "text", "", OPEN) \
	X(confirm_bulk_from, "number 2..1000", "3", OPEN) \
	X(confirm_minutes, "number 1..1440", "15", OPEN) \
	X(cookie_prefix, "text", "better-auth", OPEN) \
	X(database_url, "text", "", SECRET) \
	X(db_connections, "number 1..256", "4", OPEN) \
	X(db_prepare, "choice auto|on|off", "auto", OPEN) \
	X(drain_seconds, "number 0..3600", "30", OPEN) \
	X(history_bytes, "number 4096..4194304", "131072", OPEN) \
	X(history_messages, "number 2..1000", "50", OPEN) \
	X(jwt_audience, "text", "", OPEN) \
	X(jwt_issuer, "text", "", OPEN) \
	X(jwt_secret, "text", "", SECRET) \
	X(listen, "text", "", OPEN) \
	X(log, "text", "", OPEN) \
	X(log_level, "choice error|warn|info|debug", "info", OPEN) \
	X(mail_ca_file, "text", "", OPEN) \
	X(mail_command, "text", "", OPEN) \
	X(mail_from, "text", "", OPEN) \
	X(mail_password, "text", "", SECRET) \
	X(mail_url, "url smtps|smtp", "", OPEN) \
	X(mail_user, "text", "", OPEN) \
	X(message_max, "number 1..100000", "10000", OPEN) \
	X(migrate_url, "text", "", SECRET) \
	X(model, "choice builtin|openai", "builtin", OPEN) \
	X(model_ca_file, "text", "", OPEN) \
	X(model_connect_timeout, "number 1..60", "5", OPEN) \
	X(model_fallback, "choice |builtin", "", OPEN) \
	X(model_first_byte_timeout, "number 1..600", "60", OPEN) \
	X(model_insecure_http, "boolean", "off", OPEN) \
	X(model_key, "text", "", SECRET) \
	X(model_max_tokens, "number 16..1000000", "2048", OPEN) \
	X(model_name, "text", "", OPEN) \
	X(model_profile, "choice auto|openai|azure|gemini|mistral|groq" \
	    "|openrouter|ollama|llamacpp|generic", "auto", OPEN) \
	X(model_progress_timeout, "number 1..600", "90", OPEN) \
	X(model_proxy, "url http|https|socks5|socks5h", "", SECRET) \
	X(model_reasoning_effort, "text", "", OPEN) \
	X(model_silence_timeout, "number 1..600", "60", OPEN) \
	X(model_url, "url https|http", "", OPEN) \
	X(password_hashes, "number 1..64", "2", OPEN) \
	X(password_min, "number 8..128", "8", OPEN) \
	X(public_url, "url https|http", "", OPEN) \
	X(sign_up, "boolean", "on", OPEN) \
	X(site_name, "text", "taskchat", OPEN) \
	X(stream_comment_seconds, "number 1..300", "15", OPEN) \
	X(threads, "number 1..4096", "64", OPEN) \
	X(token_minutes, "number 1..60", "15", OPEN) \
	X(turn_lease, "number 2..600", "30", OPEN) \
	X(turn_timeout, "number 5..3600", "120", OPEN) \
	X(undo_days, "number 0..3650", "30", OPEN) \
	X(verify_email, "boolean", "off", OPEN)

#define ROW(name, type, fallback, secret) { #name, type, fallback, secret },
#define PLACE(name, type, fallback, secret) offsetof(struct conf, name),

static const struct conf_row rows[] = { SETTINGS(ROW) };
static const size_t places[] = { SETTINGS(PLACE) };

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

#define PREFIX		"TASKCHAT_"
#define MIN_JWT_SECRET	32		/* RFC 7518 section 3.2, HS256 */
#define MAX_FILE	(1024 * 1024)
#define MAX_NAME	64

/* These are the scripts' own: they say where things are, not how to work. */
static const char *const not_settings[] = {
	"TASKCHAT_BIN", "TASKCHAT_BUILD", "TASKCHAT_CONF", "TASKCHAT_STATE"
};

/* One pass over the file or the environment; within it a name is given once. */
struct source {
	struct arena	*a;
	struct conf	*out;
	const char	*path;		/* NULL: the environment */
	int		 line;
	int		 seen[ROWS];	/* line it was given on, 0: not yet */
};

static const struct err *
refuse(struct arena *a, const char *say)
{
	return err_new(a, ERR_INPUT, "invalid_setting", say, "%s", say);
}

/* "taskchat.conf:12: threads: " or "TASKCHAT_THREADS: " and then what. */
static const struct err *
refuse_at(const struct source *src, struct str name, const char *what)
{
	struct arena *a = src->a;

	if (src->path == NULL)
		return refuse(a, arena_printf(a, "%.*s: %s", (int)name.n,
		    name.p, what));
	return refuse(a, arena_printf(a, "%s:%d: %.*s: %s", src->path,
	    src->line, (int)name.n, name.p, what));
}

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* Is s one of the words between bars?  An empty word is an empty value. */
static bool
is_word_of(struct str s, const char *words)
{
	size_t n;

	for (;; words += n + 1) {
		n = strcspn(words, "|");
		if (s.n == n && (n == 0 || memcmp(s.p, words, n) == 0))
			return true;
		if (words[n] == '\0')
			return false;
	}
}

/* "a|b|c" as people read it: "a, b, c"; an empty word is left out. */
static const char *
words_said(struct arena *a, const char *words)
{
	struct buf b;

	buf_init(&b, a, MAX_FILE);
	for (words += *words == '|'; *words != '\0'; words++) {
		if (*words == '|')
			buf_puts(&b, ", ");
		else
			buf_putc(&b, *words);
	}
	return buf_str(&b);
}

/* Digits only, and few enough of them to fit. */
static bool
read_digits(struct str s, long *out)
{
	size_t i;
	long n = 0;

	if (s.n == 0 || s.n > 9)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (s.p[i] - '0');
	}
	*out = n;
	return true;
}

static bool
read_number(const char *type, struct str s, int *out, const char **want,
    struct arena *a)
{
	long low, high, n;
	char *rest;

	low = strtol(type + strlen("number "), &rest, 10);
	high = strtol(rest + strlen(".."), NULL, 10);
	*want = arena_printf(a, "a whole number from %ld to %ld", low, high);
	if (!read_digits(s, &n) || n < low || n > high)
		return false;
	*out = (int)n;
	return true;
}

static bool
read_boolean(struct str s, bool *out)
{
	bool yes = str_is(s, "on") || str_is(s, "yes") || str_is(s, "true");

	if (!yes && !str_is(s, "off") && !str_is(s, "no") &&
	    !str_is(s, "false"))
		return false;
	*out = yes;
	return true;
}

/* An address cut where RFC 3986 section 3.2 does; all of it borrowed. */
struct address {
	struct str	 scheme, user, host, rest;
};

static struct str
str_from(const char *p, const char *end)
{
	return (struct str){ p, (size_t)(end - p) };
}

static bool
is_of(struct str s, const char *set)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL)
			return false;
	return s.n > 0;
}

/* host, [v6], host:port or [v6]:port */
static bool
split_host(struct str s, struct address *out)
{
	const char *end = s.p + s.n, *p;
	long port;

	if (s.n > 0 && s.p[0] == '[') {
		if ((p = memchr(s.p, ']', s.n)) == NULL)
			return false;
		out->host = str_from(s.p + 1, p++);
		if (!is_of(out->host, "0123456789abcdefABCDEF:."))
			return false;
	} else {
		if ((p = memchr(s.p, ':', s.n)) == NULL)
			p = end;
		out->host = str_from(s.p, p);
		if (!is_of(out->host, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"))
			return false;
	}
	if (p == end)
		return true;
	return *p++ == ':' && read_digits(str_from(p, end), &port) &&
	    port >= 1 && port <= 65535;
}

/*
 * scheme://[user@]host[:port][/path].  Blanks, controls, backslashes and
 * what is not ASCII are refused wherever they stand: readers of addresses
 * disagree about them.
 */
static bool
split_address(struct str s, struct address *out)
{
	const char *end = s.p + s.n, *p, *q, *host;

	for (p = s.p; p < end; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f ||
		    *p == '\\')
			return false;
	p = memmem(s.p, s.n, "://", 3);
	if (p == NULL || p == s.p)
		return false;
	out->scheme = str_from(s.p, p);
	host = p + 3;
	for (q = host; q < end && strchr("/?#", *q) == NULL; q++)
		continue;
	out->rest = str_from(q, end);
	out->user = str_from(host, host);
	if ((p = memrchr(host, '@', (size_t)(q - host))) != NULL) {
		out->user = str_from(host, p);
		host = p + 1;
	}
	return split_host(str_from(host, q), out);
}

/* Credentials belong into model_key; only a proxy has no other place. */
static bool
is_url(struct str s, const char *schemes, bool secret)
{
	struct address u;

	return s.n == 0 || (split_address(s, &u) &&
	    is_word_of(u.scheme, schemes) && (secret || u.user.n == 0) &&
	    memchr(s.p, '#', s.n) == NULL);
}

/* As a browser writes it in an Origin header, or it would never match. */
static bool
is_origin(struct str s)
{
	struct address u;
	size_t i;

	if (!split_address(s, &u) || u.rest.n > 0 ||
	    memchr(s.p, '@', s.n) != NULL ||
	    !is_word_of(u.scheme, "https|http"))
		return false;
	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return false;
	return true;
}

static bool
is_origins(struct str s)
{
	const char *comma;
	struct str one;

	while (s.n > 0) {
		comma = memchr(s.p, ',', s.n);
		one = str_from(s.p, comma == NULL ? s.p + s.n : comma);
		if (!is_origin(text_trim(one)))
			return false;
		if (comma != NULL && comma + 1 == s.p + s.n)
			return false;
		s = str_from(comma == NULL ? s.p + s.n : comma + 1,
		    s.p + s.n);
	}
	return true;
}

/* No line end may travel in a key or a URL into somebody's headers. */
static bool
is_printable(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return utf8_ok(s);
}

/* Put a value into *c; false if it is not of the type, and *want what is. */
static bool
set_value(struct arena *a, size_t i, struct str s, struct conf *c,
    const char **want)
{
	void *place = (char *)c + places[i];
	const char *type = rows[i].type;

	*want = "text without control characters";
	if (!is_printable(s))
		return false;
	if (starts(type, "number"))
		return read_number(type, s, place, want, a);
	*want = "on or off";
	if (starts(type, "boolean"))
		return read_boolean(s, place);
	if (starts(type, "choice ")) {
		type += strlen("choice ");
		*want = arena_printf(a, "%s%s", *type == '|' ?
		    "nothing, or one of " : "one of ", words_said(a, type));
		if (!is_word_of(s, type))
			return false;
	} else if (starts(type, "url ")) {
		type += strlen("url ");
		*want = arena_printf(a, "an address scheme://host, its scheme "
		    "one of %s%s", words_said(a, type), rows[i].secret ? "" :
		    ", without a user or fragment");
		if (!is_url(s, type, rows[i].secret))
			return false;
	} else if (starts(type, "origins")) {
		*want = "origins such as https://chat.example.org, separated "
		    "by commas, in lower case";
		if (!is_origins(s))
			return false;
	}
	*(const char **)place = arena_strndup(a, s.p, s.n);
	return true;
}

/* What was given, for a message: never a secret, never a control byte. */
static const char *
got(struct arena *a, size_t i, struct str s)
{
	if (rows[i].secret || !is_printable(s))
		return "something else";
	return arena_printf(a, "\"%.*s\"%s", (int)utf8_fit(s, 200), s.p,
	    s.n > 200 ? "..." : "");
}

/*
 * How many letters must change to make x of y (Levenshtein), for names.
 * A dash is as good as an underscore, and case does not matter.
 */
static size_t
name_distance(struct str x, const char *y)
{
	size_t row[MAX_NAME + 1], i, j, diagonal, above, ny = strlen(y);
	int cx;

	if (x.n > MAX_NAME || ny > MAX_NAME)
		return MAX_NAME;
	for (j = 0; j <= ny; j++)
		row[j] = j;
	for (i = 1; i <= x.n; i++) {
		diagonal = row[0];
		row[0] = i;
		cx = x.p[i - 1] == '-' ? '_' : x.p[i - 1];
		if (cx >= 'A' && cx <= 'Z')
			cx += 'a' - 'A';
		for (j = 1; j <= ny; j++) {
			above = row[j];
			row[j] = diagonal + (cx != y[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diagonal = above;
		}
	}
	return row[ny];
}

static const char *
upper(struct arena *a, const char *name)
{
	char *out = arena_strdup(a, name), *p;

	for (p = out; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return out;
}

static const struct err *
refuse_unknown(const struct source *src, struct str given)
{
	struct arena *a = src->a;
	struct str name = given;
	const char *near = NULL, *hint = "";
	size_t i, d, least = 4;

	if (src->path == NULL) {
		name.p += strlen(PREFIX);
		name.n -= strlen(PREFIX);
	}
	for (i = 0; i < ROWS; i++) {
		d = name_distance(name, rows[i].name);
		if (d < least && d * 3 <= strlen(rows[i].name)) {
			least = d;
			near = rows[i].name;
		}
	}
	if (near != NULL)
		hint = arena_printf(a, "; did you mean \"%s%s\"?",
		    src->path == NULL ? PREFIX : "",
		    src->path == NULL ? upper(a, near) : near);
	return refuse_at(src, given,
	    arena_printf(a, "there is no such setting%s", hint));
}

/* All of a file of at most MAX_FILE bytes; *why it could not be had. */
static bool
read_file(struct arena *a, const char *path, struct str *out,
    const char **why)
{
	char part[4096];
	struct buf b;
	ssize_t n = -1;
	int fd, saved;

	buf_init(&b, a, MAX_FILE);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd != -1 && (n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		buf_put(&b, part, (size_t)n);
		if (b.bad)
			break;
	}
	saved = errno;
	if (fd != -1)
		close(fd);
	*why = b.bad ? "the file is too large" :
	    arena_strdup(a, strerror(saved));
	*out = (struct str){ buf_str(&b), b.n };
	return n == 0;
}

/* The value of a secret: what is in the file, but for one line end. */
static const struct err *
read_secret(const struct source *src, struct str name, struct str path,
    struct str *out)
{
	const char *file = arena_strndup(src->a, path.p, path.n), *why;

	if (path.n == 0 || !is_printable(path))
		return refuse_at(src, name, "expected the path of a file");
	if (!read_file(src->a, file, out, &why))
		return refuse_at(src, name,
		    arena_printf(src->a, "%s: %s", file, why));
	if (out->n > 0 && out->p[out->n - 1] == '\n')
		out->n--;
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		out->n--;
	if (out->n == 0)
		return refuse_at(src, name,
		    arena_printf(src->a, "%s: the file is empty", file));
	return NULL;
}

/* The setting of that name, or its secret's file; ROWS if there is none. */
static size_t
find_row(struct str name, bool *file)
{
	struct str stem = { name.p, 0 };
	size_t i;

	if (name.n > 5 && memcmp(name.p + name.n - 5, "_file", 5) == 0)
		stem.n = name.n - 5;
	for (i = 0; i < ROWS; i++) {
		*file = rows[i].secret && str_is(stem, rows[i].name);
		if (*file || str_is(name, rows[i].name))
			return i;
	}
	return ROWS;
}

static const struct err *
refuse_again(const struct source *src, struct str given, size_t i)
{
	const char *name = rows[i].name;
	struct arena *a = src->a;

	if (src->path != NULL)
		return refuse_at(src, given, arena_printf(a,
		    "%s was already set on line %d", name, src->seen[i]));
	if (!rows[i].secret)
		return refuse_at(src, given, "given twice");
	name = upper(a, name);
	return refuse_at(src, given, arena_printf(a, "expected either "
	    PREFIX "%s or " PREFIX "%s_FILE, got both", name, name));
}

/* given: as it was written, for messages; name: as the table has it. */
static const struct err *
take(struct source *src, struct str given, struct str name, struct str value)
{
	struct arena *a = src->a;
	const struct err *e;
	const char *want;
	bool file = false;
	size_t i;

	if ((i = find_row(name, &file)) == ROWS)
		return refuse_unknown(src, given);
	if (src->seen[i] > 0)
		return refuse_again(src, given, i);
	src->seen[i] = src->path == NULL ? 1 : src->line;
	if (file && (e = read_secret(src, given, value, &value)) != NULL)
		return e;
	if (!set_value(a, i, value, src->out, &want))
		return refuse_at(src, given, arena_printf(a,
		    "expected %s, got %s", want, got(a, i, value)));
	return NULL;
}

/* Only what looks like a name is repeated: the rest may be a secret. */
static bool
is_name(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9') ||
		    s.p[i] == '_' || s.p[i] == '-'))
			return false;
	return s.n > 0 && s.n <= MAX_NAME;
}

static const struct err *
take_line(struct source *src, struct str line)
{
	struct str name, value;
	const char *sign;

	line = text_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return NULL;
	sign = memchr(line.p, '=', line.n);
	name = text_trim(str_from(line.p, sign == NULL ? line.p : sign));
	if (!is_name(name))
		return refuse(src->a, arena_printf(src->a,
		    "%s:%d: expected \"name = value\"", src->path, src->line));
	value = text_trim(str_from(sign + 1, line.p + line.n));
	return take(src, name, name, value);
}

static const struct err *
load_file(struct arena *a, const char *path, struct conf *out)
{
	struct source src = { .a = a, .out = out, .path = path };
	const struct err *e;
	struct str rest;
	const char *why, *end;

	if (!read_file(a, path, &rest, &why))
		return refuse(a, arena_printf(a, "%s: %s", path, why));
	while (rest.n > 0) {
		src.line++;
		end = memchr(rest.p, '\n', rest.n);
		if (end == NULL)
			end = rest.p + rest.n;
		if ((e = take_line(&src, str_from(rest.p, end))) != NULL)
			return e;
		end += end < rest.p + rest.n;
		rest = str_from(end, rest.p + rest.n);
	}
	return NULL;
}

static bool
is_setting(struct str name)
{
	size_t i;

	for (i = 0; i < sizeof(not_settings) / sizeof(not_settings[0]); i++)
		if (str_is(name, not_settings[i]))
			return false;
	return true;
}

/* The table's spelling; "" for a name that is not all upper case. */
static struct str
table_name(struct arena *a, struct str given)
{
	size_t i;

	for (i = 0; i < given.n; i++)
		if (given.p[i] >= 'a' && given.p[i] <= 'z')
			return str_of("");
	return str_of(text_lower(a, given));
}

static const struct err *
load_env(struct arena *a, char *const *env, struct conf *out)
{
	struct source src = { .a = a, .out = out };
	const struct err *e;
	struct str given, name;
	const char *sign;

	for (; env != NULL && *env != NULL; env++) {
		sign = strchr(*env, '=');
		if (sign == NULL || !starts(*env, PREFIX))
			continue;
		given = str_from(*env, sign);
		if (!is_setting(given))
			continue;
		name = str_from(*env + strlen(PREFIX), sign);
		if (!is_name(name))
			return refuse(a, "a variable begins with " PREFIX
			    " and does not name a setting");
		e = take(&src, given, table_name(a, name),
		    str_of(sign + 1));
		if (e != NULL)
			return e;
	}
	return NULL;
}

/* This machine itself: what is sent there crosses no wire. */
static bool
is_loopback(struct arena *a, struct str host)
{
	const char *s = arena_strndup(a, host.p, host.n);
	struct in6_addr six;
	struct in_addr four;

	if (str_is_nocase(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, s, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, s, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* What one value means for another. */
static const struct err *
check_together(struct arena *a, const struct conf *c)
{
	struct address u;
	size_t n = strlen(c->jwt_secret);
	bool openai = strcmp(c->model, "openai") == 0;

	if (n > 0 && n < MIN_JWT_SECRET)
		return refuse(a, arena_printf(a,
		    "jwt_secret: expected at least %d bytes, got %zu",
		    MIN_JWT_SECRET, n));
	if (openai && *c->model_url == '\0')
		return refuse(a, "model_url: model = openai needs the "
		    "address of its API");
	if (openai && *c->model_name == '\0')
		return refuse(a, "model_name: model = openai needs the name "
		    "of a model");
	if (*c->model_url != '\0' && !c->model_insecure_http &&
	    split_address(str_of(c->model_url), &u) &&
	    str_is(u.scheme, "http") && !is_loopback(a, u.host))
		return refuse(a, "model_url: expected https:// beyond this "
		    "machine, or model_insecure_http = on");
	return NULL;
}

const struct err *
conf_load(struct arena *a, const char *path, char *const *env,
    struct conf *out)
{
	const struct err *e;
	struct conf c = { 0 };
	const char *want;
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (!set_value(a, i, str_of(rows[i].fallback), &c, &want))
			return err_new(a, ERR_BUG, "invalid_setting",
			    "A default is wrong.", "default of %s: %s",
			    rows[i].name, want);
	if (path != NULL && (e = load_file(a, path, &c)) != NULL)
		return e;
	if ((e = load_env(a, env, &c)) != NULL)
		return e;
	if ((e = check_together(a, &c)) != NULL)
		return e;
	*out = c;
	return NULL;
}

size_t
conf_rows(const struct conf_row **out)
{
	*out = rows;
	return ROWS;
}

const char *
conf_print(struct arena *a, const struct conf *c)
{
	const void *place;
	const char *s;
	struct buf b;
	size_t i;

	buf_init(&b, a, ROWS * (size_t)(MAX_FILE + MAX_NAME));
	for (i = 0; i < ROWS; i++) {
		place = (const char *)c + places[i];
		buf_printf(&b, "%s = ", rows[i].name);
		if (starts(rows[i].type, "number"))
			buf_printf(&b, "%d\n", *(const int *)place);
		else if (starts(rows[i].type, "boolean"))
			buf_printf(&b, "%s\n",
			    *(const bool *)place ? "on" : "off");
		else {
			s = *(const char *const *)place;
			buf_printf(&b, "%s\n", rows[i].secret && *s != '\0' ?
			    "........" : s);
		}
	}
	return buf_str(&b);
}

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf_value.h"
#include "base/text.h"

#define MAX_WORDS	4096
#define MAX_BLOCK_NAME	32
#define MAX_HOST	253	/* RFC 1035 section 3.1, without the root */

const struct err *
conf_refuse(struct arena *a, const char *fmt, ...)
{
	const char *say;
	va_list ap;

	va_start(ap, fmt);
	say = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return err_new(a, ERR_INPUT, "invalid_setting", say, "%s", say);
}

bool
conf_name_ok(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n > 0 && s.n <= MAX_BLOCK_NAME;
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

	buf_init(&b, a, MAX_WORDS);
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
read_digits(struct str s, int64_t *out)
{
	size_t i;
	int64_t n = 0;

	if (s.n == 0 || s.n > 10)
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
	long low, high;
	int64_t n;
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
	int64_t port;

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
	out->port = 0;
	if (p == end)
		return true;
	if (*p++ != ':' || !read_digits(str_from(p, end), &port) ||
	    port < 1 || port > 65535)
		return false;
	out->port = (int)port;
	return true;
}

bool
address_split(struct str s, struct address *out)
{
	const char *end = s.p + s.n, *p, *q, *host;

	for (p = s.p; p < end; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f ||
		    *p == '\\')
			return false;
	p = s.n == 0 ? NULL : memmem(s.p, s.n, "://", 3);
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

	return s.n == 0 || (address_split(s, &u) &&
	    is_word_of(u.scheme, schemes) && (secret || u.user.n == 0) &&
	    memchr(s.p, '#', s.n) == NULL);
}

bool
address_is_origin(struct str s)
{
	struct address u;
	size_t i;

	if (!address_split(s, &u) || u.rest.n > 0 ||
	    memchr(s.p, '@', s.n) != NULL ||
	    !is_word_of(u.scheme, "https|http") ||
	    u.port == (str_is(u.scheme, "https") ? 443 : 80))
		return false;
	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return false;
	return true;
}

/*
 * The same, or with "*." before a host of two labels and more: "*.com"
 * would be everybody.
 */
static bool
is_origin_pattern(struct arena *a, struct str s)
{
	const char *star = s.n == 0 ? NULL : memmem(s.p, s.n, "://*.", 5);
	struct address u;
	const char *plain;

	if (star == NULL)
		return address_is_origin(s);
	plain = arena_printf(a, "%.*s%.*s", (int)(star + 3 - s.p), s.p,
	    (int)(s.p + s.n - star - 5), star + 5);
	return address_is_origin(str_of(plain)) &&
	    address_split(str_of(plain), &u) && u.host.p[0] != '.' &&
	    plain[star + 3 - s.p] != '[' &&
	    memchr(u.host.p, '.', u.host.n) != NULL;
}

/* A comma at the end is a mistake, too. */
static bool
is_list_ended(struct str s)
{
	return s.n == 0 || s.p[s.n - 1] != ',';
}

static bool
is_origins(struct arena *a, struct str s)
{
	struct str one;

	if (!is_list_ended(s))
		return false;
	while (text_list_next(&s, &one))
		if (!is_origin_pattern(a, one))
			return false;
	return true;
}

/*
 * A host's name as pages see it in an address: lower case, labels of RFC
 * 1123 section 2.1 (an IPv4 address looks like one).
 */
static bool
is_host(struct str s)
{
	char before = '.';
	size_t i;

	for (i = 0; i < s.n; before = s.p[i++])
		if ((s.p[i] == '.' && (before == '.' || before == '-')) ||
		    (s.p[i] == '-' && before == '.'))
			return false;
	return before != '.' && before != '-' && s.n <= MAX_HOST &&
	    is_of(s, "abcdefghijklmnopqrstuvwxyz0123456789-.");
}

/* Or "*." before one of two labels and more, as in an origin. */
static bool
is_hosts(struct str s)
{
	struct str one;
	bool star;

	if (!is_list_ended(s))
		return false;
	while (text_list_next(&s, &one)) {
		star = one.n > 2 && one.p[0] == '*' && one.p[1] == '.';
		if (star)
			one = str_from(one.p + 2, one.p + one.n);
		if (!is_host(one) ||
		    (star && memchr(one.p, '.', one.n) == NULL))
			return false;
	}
	return true;
}

bool
conf_printable(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return utf8_ok(s);
}

bool
conf_value_set(struct arena *a, const struct conf_row *row, struct str s,
    void *place, const char **want)
{
	const char *type = row->type;

	*want = "text without control characters";
	if (!conf_printable(s))
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
		    "one of %s%s", words_said(a, type), row->secret ? "" :
		    ", without a user or fragment");
		if (!is_url(s, type, row->secret))
			return false;
	} else if (starts(type, "origins")) {
		*want = "origins such as https://chat.example.org, separated "
		    "by commas, in lower case";
		if (!is_origins(a, s))
			return false;
	} else if (starts(type, "hosts")) {
		*want = "names of hosts such as images.example.org, "
		    "separated by commas, in lower case";
		if (!is_hosts(s))
			return false;
	} else if (starts(type, "zone")) {
		*want = "an IANA name such as Europe/Berlin";
		if (!zone_ok(arena_strndup(a, s.p, s.n)))
			return false;
	}
	*(const char **)place = arena_strndup(a, s.p, s.n);
	return true;
}

const char *
conf_value_got(struct arena *a, const struct conf_row *row, struct str s)
{
	if (row->secret || !conf_printable(s))
		return "something else";
	return arena_printf(a, "\"%.*s\"%s", (int)utf8_fit(s, 200), s.p,
	    s.n > 200 ? "..." : "");
}

bool
address_is_loopback(struct arena *a, struct str host)
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

bool
address_in_clear(struct arena *a, const char *url)
{
	struct address u;

	return address_split(str_of(url), &u) && str_is(u.scheme, "http") &&
	    !address_is_loopback(a, u.host);
}

const char *
conf_proxy(struct arena *a, const struct conf *c, const char *url)
{
	struct address u;

	return address_split(str_of(url), &u) &&
	    address_is_loopback(a, u.host) ? NULL : c->model_proxy;
}

void
conf_value_print(struct buf *b, const struct conf_row *row, const void *place)
{
	const char *s;

	if (starts(row->type, "number")) {
		buf_printf(b, "%d\n", *(const int *)place);
	} else if (starts(row->type, "boolean")) {
		buf_printf(b, "%s\n", *(const bool *)place ? "on" : "off");
	} else {
		s = *(const char *const *)place;
		buf_printf(b, "%s\n", row->secret && *s != '\0' ?
		    "........" : s);
	}
}

bool
conf_file_read(struct arena *a, const char *path, struct str *out,
    const char **why)
{
	char part[4096];
	struct buf b;
	ssize_t n = -1;
	int fd, saved;

	buf_init(&b, a, CONF_FILE_MAX);
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

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

/*
 * A line of at most PIPE_BUF bytes reaches a pipe whole (POSIX write()),
 * so no line is longer; a value is cut where it would crowd out others.
 */
#define MAX_LINE	4096
#define MAX_HEAD	64	/* ts and level */
#define MAX_VALUE	1024

_Static_assert(MAX_LINE <= PIPE_BUF, "a line must reach a pipe whole");

/* Set once, before there are threads. */
static int log_fd = STDERR_FILENO;
static enum log_level log_least = LOG_INFO;

int
log_open(enum log_level level, const char *path)
{
	int fd = STDERR_FILENO;

	if (path != NULL) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		    0640);
		if (fd == -1)
			return -1;
	}
	log_close();
	log_fd = fd;
	log_least = level;
	return 0;
}

void
log_close(void)
{
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = STDERR_FILENO;
}

/* A log that cannot be written to has nowhere to say so. */
static void
write_all(const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(log_fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

/* "ts=2026-01-31T23:59:59.123Z level=info"; returns its length. */
static size_t
put_head(char *out, size_t size, enum log_level level)
{
	static const char *const names[] = {
		[LOG_ERROR] = "error", [LOG_WARN] = "warn",
		[LOG_INFO] = "info", [LOG_DEBUG] = "debug"
	};
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(out, size, "ts=%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(out + n, size - n, ".%03ldZ level=%s",
	    now.tv_nsec / 1000000, names[level]);
	return n;
}

/*
 * How one character appears between quotes.  Controls, C1 among them,
 * could end the line or drive the reader's terminal.
 */
static size_t
escape_char(char out[8], const char *p, size_t len)
{
	unsigned char c = (unsigned char)p[0];

	if (len == 2 && c == 0xc2 && (unsigned char)p[1] < 0xa0)
		return (size_t)snprintf(out, 8, "\\u%04x",
		    (unsigned char)p[1]);
	if (c == '\n' || c == '\r' || c == '\t')
		return (size_t)snprintf(out, 8, "\\%c",
		    c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
	if (c == '"' || c == '\\')
		return (size_t)snprintf(out, 8, "\\%c", c);
	if (c < ' ' || c == 0x7f)
		return (size_t)snprintf(out, 8, "\\u%04x", c);
	memcpy(out, p, len);
	return len;
}

/* Malformed bytes are shown, not mended: someone may have to find them. */
static size_t
escape_next(char out[8], struct str s, size_t *used)
{
	size_t len;

	for (len = 1; len <= 4 && len <= s.n; len++) {
		if (s.p[0] != '\0' &&
		    !utf8_ok((struct str){ s.p, len }))
			continue;
		*used = len;
		return escape_char(out, s.p, len);
	}
	*used = 1;
	return (size_t)snprintf(out, 8, "\\x%02x", (unsigned char)s.p[0]);
}

/*
 * Value as logfmt wants it, in at most size - 1 bytes; one that is too
 * long ends in three dots.  Returns its length.
 */
static size_t
put_value(char *out, size_t size, struct str s)
{
	char one[8];
	size_t n = 0, len, used;

	out[n++] = '"';
	for (; s.n > 0; s.p += used, s.n -= used) {
		len = escape_next(one, s, &used);
		if (n + len + sizeof("...\"") > size) {
			memcpy(out + n, "...", 3);
			n += 3;
			break;
		}
		memcpy(out + n, one, len);
		n += len;
	}
	out[n++] = '"';
	out[n] = '\0';
	return n;
}

/* Plain words go without quotes: ids, codes, methods, paths. */
static bool
is_plain(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.:/@+,");

	return n > 0 && n < MAX_VALUE / 2 && s[n] == '\0';
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char msg[MAX_LINE], line[MAX_LINE];
	va_list ap;
	size_t n;

	if (level > log_least)
		return;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	n = put_head(line, MAX_HEAD, level);
	memcpy(line + n, " msg=", 5);
	n += 5;
	n += put_value(line + n, sizeof(line) - 1 - n, str_of(msg));
	line[n++] = '\n';
	write_all(line, n);
}

void
log_begin(struct log_entry *l, struct arena *a, enum log_level level,
    const char *msg)
{
	buf_init(&l->b, a, MAX_LINE - MAX_HEAD - sizeof(" cut=true\n"));
	l->level = level;
	log_text(l, "msg", msg);
}

void
log_text(struct log_entry *l, const char *key, const char *value)
{
	char quoted[MAX_VALUE];

	if (value == NULL)
		return;
	if (is_plain(value)) {
		buf_printf(&l->b, " %s=%s", key, value);
		return;
	}
	put_value(quoted, sizeof(quoted), str_of(value));
	buf_printf(&l->b, " %s=%s", key, quoted);
}

void
log_int(struct log_entry *l, const char *key, long long value)
{
	buf_printf(&l->b, " %s=%lld", key, value);
}

void
log_end(struct log_entry *l)
{
	char line[MAX_LINE];
	size_t n;

	if (l->level > log_least)
		return;
	n = put_head(line, MAX_HEAD, l->level);
	n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s\n",
	    buf_str(&l->b), l->b.bad ? " cut=true" : "");
	write_all(line, n);
}

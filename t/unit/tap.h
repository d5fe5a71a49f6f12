/*
 * Test Anything Protocol for the C programs beside this file: one line
 * for each assertion, the plan at the end.
 *
 *	ok(n == 3, "three rows of %s", table);
 *	is_str(got, "milk", "the title");
 *	return tap_done();
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct {
	int	run, failed;
	bool	planned;
} tap;

static inline void diag(const char *, ...)
    __attribute__((format(printf, 1, 2)));
static inline bool ok(bool, const char *, ...)
    __attribute__((format(printf, 2, 3)));
static inline bool is_str(const char *, const char *, const char *, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool is_int(long long, long long, const char *, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool tap_say(bool, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

/* A comment line; line ends within it start comment lines of their own. */
static inline void
diag(const char *fmt, ...)
{
	char line[4096];
	const char *p;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fputs("# ", stdout);
	for (p = line; *p != '\0'; p++) {
		putchar(*p);
		if (*p == '\n')
			fputs("# ", stdout);
	}
	putchar('\n');
	fflush(stdout);
}

/* A '#' in a name would begin a TAP directive, a line end a new line. */
static inline bool
tap_say(bool good, const char *fmt, va_list ap)
{
	char name[1024];
	char *p;

	vsnprintf(name, sizeof(name), fmt, ap);
	for (p = name; *p != '\0'; p++)
		if (*p == '#' || (unsigned char)*p < ' ')
			*p = '.';
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap.run, name);
	fflush(stdout);
	if (!good)
		tap.failed++;
	return good;
}

static inline bool
ok(bool good, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_say(good, fmt, ap);
	va_end(ap);
	return good;
}

/* NULL equals NULL only. */
static inline bool
is_str(const char *got, const char *want, const char *fmt, ...)
{
	va_list ap;
	bool good;

	good = got == want ||
	    (got != NULL && want != NULL && strcmp(got, want) == 0);
	va_start(ap, fmt);
	tap_say(good, fmt, ap);
	va_end(ap);
	if (!good) {
		diag("     got: %s", got == NULL ? "(NULL)" : got);
		diag("expected: %s", want == NULL ? "(NULL)" : want);
	}
	return good;
}

static inline bool
is_int(long long got, long long want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_say(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		diag("got %lld, expected %lld", got, want);
	return got == want;
}

/* The plan line, once: plan_done() early is fine for a skipped program. */
static inline void
plan_done(void)
{
	if (tap.planned)
		return;
	tap.planned = true;
	printf("1..%d\n", tap.run);
	fflush(stdout);
}

/* What main returns: 0 when everything held. */
static inline int
tap_done(void)
{
	plan_done();
	if (tap.failed > 0)
		diag("%d of %d failed", tap.failed, tap.run);
	return tap.failed > 0 || tap.run == 0;
}

#endif

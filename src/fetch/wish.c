#include <stdint.h>

#include "base/text.h"
#include "fetch/wish.h"

#define DAY_MS	((int64_t)24 * 60 * 60 * 1000)

static bool
digit_at(struct str s)
{
	return s.n > 0 && *s.p >= '0' && *s.p <= '9';
}

static void
step(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

/* Digits with at most one point, as thousandths; beyond a day is a day. */
static bool
take_number(struct str *s, int64_t *thousandths)
{
	int64_t n = 0, unit = 1000;
	bool any = false, fraction = false;

	for (; digit_at(*s) || (s->n > 0 && *s->p == '.' && !fraction);
	    step(s, 1)) {
		if (*s->p == '.') {
			fraction = true;
			continue;
		}
		any = true;
		if (!fraction)
			n = n > DAY_MS ? n : n * 10 + (*s->p - '0') * 1000;
		else
			n += (*s->p - '0') * (unit /= 10);
	}
	*thousandths = n;
	return any;
}

/* Milliseconds of the unit s begins with; 0 when it is none. */
static int64_t
take_unit(struct str *s, int bare_ms)
{
	static const struct { const char *name; size_t n; int ms; } units[] = {
		{ "ms", 2, 1 }, { "s", 1, 1000 }, { "m", 1, 60 * 1000 },
		{ "h", 1, 60 * 60 * 1000 },
	};
	size_t i;

	if (s->n == 0)
		return bare_ms;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (s->n < units[i].n || !str_is_nocase(
		    (struct str){ s->p, units[i].n }, units[i].name))
			continue;
		step(s, units[i].n);
		return units[i].ms;
	}
	return 0;
}

int
wish_ms(struct str s, int bare_ms)
{
	int64_t total = 0, number, unit;

	s = text_trim(s);
	while (s.n > 0) {
		if (!take_number(&s, &number) ||
		    (unit = take_unit(&s, bare_ms)) == 0)
			return -1;
		/* number <= about a day's thousandths: no overflow */
		total += number * unit / 1000;
		if (total > DAY_MS)
			total = DAY_MS;
	}
	return total > 0 ? (int)total : -1;
}

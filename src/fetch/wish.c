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

/* n digits and what stands behind them; '\0': anything does. */
static bool
take_digits(struct str *s, size_t n, char behind, int64_t *out)
{
	*out = 0;
	for (; n > 0; n--) {
		if (!digit_at(*s))
			return false;
		*out = *out * 10 + (*s->p - '0');
		step(s, 1);
	}
	if (behind == '\0')
		return true;
	if (s->n == 0 || (*s->p != behind && !(*s->p == 't' && behind == 'T')))
		return false;
	step(s, 1);
	return true;
}

/* "Z", "+02:00", behind a fraction that does not matter; as seconds. */
static bool
take_offset(struct str *s, int64_t *out)
{
	int64_t h, m, sign;

	if (s->n > 0 && *s->p == '.')
		for (step(s, 1); digit_at(*s); )
			step(s, 1);
	*out = 0;
	if (str_is_nocase(*s, "z"))
		return true;
	if (s->n == 0 || (*s->p != '+' && *s->p != '-'))
		return false;
	sign = *s->p == '+' ? 1 : -1;
	step(s, 1);
	if (!take_digits(s, 2, ':', &h) || !take_digits(s, 2, '\0', &m))
		return false;
	*out = sign * (h * 60 + m) * 60;
	return s->n == 0;
}

/*
 * Days since 1970 of a day of the Gregorian calendar.  Years begin in March
 * here, so that the leap day is a year's last.
 */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	if (month < 3)
		year--;
	month = (month + 9) % 12;
	return year * 365 + year / 4 - year / 100 + year / 400 +
	    (month * 306 + 5) / 10 + day - 1 - 719468;
}

int
wish_until_ms(struct str s, int64_t now)
{
	int64_t year, month, day, h, m, seconds, offset, left;

	s = text_trim(s);
	if (!take_digits(&s, 4, '-', &year) ||
	    !take_digits(&s, 2, '-', &month) ||
	    !take_digits(&s, 2, 'T', &day) ||
	    !take_digits(&s, 2, ':', &h) || !take_digits(&s, 2, ':', &m) ||
	    !take_digits(&s, 2, '\0', &seconds) || !take_offset(&s, &offset) ||
	    month < 1 || month > 12)
		return -1;
	left = days_of(year, month, day) * 86400 + h * 3600 + m * 60 +
	    seconds - offset - now;
	if (left <= 0)
		return -1;
	return (int)(left > DAY_MS / 1000 ? DAY_MS : left * 1000);
}

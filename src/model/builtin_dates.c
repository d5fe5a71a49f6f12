/*
 * Dates as people write them, in the person's own zone.
 *
 * Readings where English leaves a choice: a day's name is its next
 * occurrence and never today ("by Friday" said on a Friday is in a week,
 * because for today people say today); "next Friday" is the Friday of the
 * week after this one; "next week" is its Monday; the end of the week is
 * Friday.  Numbers with a slash (12/1) are read differently on both sides
 * of the Atlantic and are left alone.
 */
#include <stdio.h>
#include <string.h>

#include "model/builtin.h"

#define MORNING		(9 * 60)
#define NOON		(12 * 60)
#define AFTERNOON	(15 * 60)
#define EVENING		(18 * 60)
#define NIGHT		(20 * 60)
#define LAST_MINUTE	(23 * 60 + 59)

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t
day_of(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	/* count years from March, so that a leap day comes last */
	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
date_of(int64_t day, int *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	doe = day - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

static int
month_days(int y, int m)
{
	return (int)(m == 12 ? 31 : day_of(y, m + 1, 1) - day_of(y, m, 1));
}

int
bt_weekday(int64_t day)
{
	return (int)((day % 7 + 7 + 3) % 7);	/* 1970-01-01: a Thursday */
}

/* n digits at p, or -1. */
static int
digits(struct str s, size_t at, size_t n)
{
	int v = 0;
	size_t i;

	if (at + n > s.n)
		return -1;
	for (i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

bool
bt_stamp_read(struct str s, int64_t *day, int *minute)
{
	int y = digits(s, 0, 4), m = digits(s, 5, 2), d = digits(s, 8, 2);
	int hh, mm;

	if (y < 1970 || m < 1 || m > 12 || d < 1 || s.p[4] != '-' ||
	    s.p[7] != '-' || d > month_days(y, m))
		return false;
	*day = day_of(y, m, d);
	*minute = -1;
	hh = digits(s, 11, 2);
	mm = digits(s, 14, 2);
	if (hh >= 0 && hh < 24 && mm >= 0 && mm < 60 && s.p[13] == ':' &&
	    (s.p[10] == 'T' || s.p[10] == ' '))
		*minute = hh * 60 + mm;
	return true;
}

struct bt_now
bt_now_read(const char *local_now)
{
	struct bt_now now = { .known = false };

	if (bt_stamp_read(str_of(local_now), &now.day, &now.minute) &&
	    now.minute >= 0)
		now.known = true;
	return now;
}

const char *
bt_stamp(struct arena *a, struct bt_when w)
{
	int y, m, d;

	date_of(w.day, &y, &m, &d);
	if (w.minute < 0)
		return arena_printf(a, "%04d-%02d-%02d", y, m, d);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d", y, m, d,
	    w.minute / 60, w.minute % 60);
}

const char *
bt_when_say(struct arena *a, struct bt_when w, struct bt_now now)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
	    "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const char *date;
	int y, m, d, ny, nm, nd;

	date_of(w.day, &y, &m, &d);
	date_of(now.day, &ny, &nm, &nd);
	if (now.known && w.day == now.day)
		date = "today";
	else if (now.known && w.day == now.day + 1)
		date = "tomorrow";
	else if (now.known && y == ny)
		date = arena_printf(a, "%s %d %s", days[bt_weekday(w.day)], d,
		    months[m - 1]);
	else
		date = arena_printf(a, "%s %d %s %d", days[bt_weekday(w.day)],
		    d, months[m - 1], y);
	if (w.minute < 0)
		return date;
	return arena_printf(a, "%s at %02d:%02d", date, w.minute / 60,
	    w.minute % 60);
}

static int
weekday_named(const struct bt_word *w)
{
	static const char *const names[] = { "monday|mon", "tuesday|tue|tues",
	    "wednesday|wed|weds", "thursday|thu|thur|thurs", "friday|fri",
	    "saturday|sat", "sunday|sun" };
	int i;

	for (i = 0; i < 7; i++)
		if (w->kind == BT_TEXT && bt_in(w->low, names[i]))
			return i;
	return -1;
}

static int
month_named(const struct bt_word *w)
{
	static const char *const names[] = { "january|jan", "february|feb",
	    "march|mar", "april|apr", "may", "june|jun", "july|jul",
	    "august|aug", "september|sep|sept", "october|oct",
	    "november|nov", "december|dec" };
	int i;

	for (i = 0; i < 12; i++)
		if (w->kind == BT_TEXT && bt_in(w->low, names[i]))
			return i + 1;
	return 0;
}

/* A number of a day: "5", "5th". */
static int
day_number(struct bt_span s, size_t i)
{
	int64_t n;

	if (i >= s.n)
		return 0;
	n = bt_place(&s.w[i]);
	if (n <= 0)
		n = bt_number(&s.w[i]);
	return n >= 1 && n <= 31 ? (int)n : 0;
}

/* The year may follow, after a comma or not. */
static size_t
year_read(struct bt_span s, size_t i, int *y)
{
	size_t j = bt_at(s, i, ",") ? i + 1 : i;
	int v = j < s.n && s.w[j].kind == BT_TEXT && s.w[j].raw.n == 4 ?
	    digits(s.w[j].raw, 0, 4) : -1;

	if (v < 1970)
		return i;
	*y = v;
	return j + 1;
}

/* "March 5", "March 5th, 2027", "5 March", "5th of March 2027" */
static size_t
calendar_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	size_t i = bt_at(s, 0, "the") ? 1 : 0, end;
	int y = 0, m, d, ny, nm, nd;

	if (i >= s.n)
		return 0;
	if ((m = month_named(&s.w[i])) > 0) {
		d = day_number(s, i + 1);
		end = i + 2;
	} else {
		d = day_number(s, i);
		end = bt_at(s, i + 1, "of") ? i + 2 : i + 1;
		m = d > 0 && end < s.n ? month_named(&s.w[end]) : 0;
		end++;
	}
	if (m == 0 || d == 0)
		return 0;
	end = year_read(s, end, &y);
	date_of(now.day, &ny, &nm, &nd);
	if (y == 0)
		y = m < nm || (m == nm && d < nd) ? ny + 1 : ny;
	if (d > month_days(y, m))
		return 0;
	out->day = day_of(y, m, d);
	return end;
}

/* "the 15th": of this month, or of the next when it is past. */
static size_t
monthday_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	int64_t n = bt_at(s, 0, "the") && s.n > 1 ? bt_place(&s.w[1]) : 0;
	int y, m, d;

	if (n < 1 || n > 31 || s.w[1].low[0] > '9')
		return 0;
	date_of(now.day, &y, &m, &d);
	if (n < d && ++m > 12) {
		m = 1;
		y++;
	}
	if (n > month_days(y, m))
		return 0;
	out->day = day_of(y, m, (int)n);
	return 2;
}

static void
months_later(struct bt_now now, int64_t n, struct bt_when *out)
{
	int y, m, d;
	int64_t all;

	date_of(now.day, &y, &m, &d);
	all = (int64_t)y * 12 + m - 1 + n;
	y = (int)(all / 12);
	m = (int)(all % 12) + 1;
	out->day = day_of(y, m, d > month_days(y, m) ? month_days(y, m) : d);
}

/* n of a unit from now. */
static bool
later(struct bt_now now, int64_t n, const struct bt_word *unit,
    struct bt_when *out)
{
	int64_t minutes;

	if (n < 0 || n > 10000)
		return false;
	if (bt_is(unit, "day|days")) {
		out->day = now.day + n;
	} else if (bt_is(unit, "week|weeks")) {
		out->day = now.day + 7 * n;
	} else if (bt_is(unit, "month|months") && n <= 1200) {
		months_later(now, n, out);
	} else if (bt_is(unit, "year|years") && n <= 100) {
		months_later(now, 12 * n, out);
	} else if (bt_is(unit, "hour|hours|hr|hrs|h|minute|minutes|min|mins")) {
		minutes = now.minute + n * (unit->low[0] == 'h' ? 60 : 1);
		out->day = now.day + minutes / (24 * 60);
		out->minute = (int)(minutes % (24 * 60));
	} else {
		return false;
	}
	return true;
}

/* "in 3 days", "in an hour", "in half an hour", "3 days from now" */
static size_t
span_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	size_t i = bt_at(s, 0, "in|within") ? 1 : 0, in = i, end;
	static const struct bt_word minute = { .low = "minutes" };
	int64_t n;

	if (in && bt_at(s, 1, "half") && bt_at(s, 2, "an|a") &&
	    bt_at(s, 3, "hour"))
		return later(now, 30, &minute, out) ? 4 : 0;
	if (bt_at(s, i, "a|an")) {
		n = 1;
		i++;
		if (bt_at(s, i, "couple") && bt_at(s, i + 1, "of")) {
			n = 2;
			i += 2;
		} else if (bt_at(s, i, "few")) {
			n = 3;
			i++;
		}
	} else {
		n = i < s.n ? bt_number(&s.w[i]) : -1;
		i++;
	}
	if (i >= s.n || n < 0 || !later(now, n, &s.w[i], out))
		return 0;
	end = i + 1;
	if (bt_at(s, end, "from") && bt_at(s, end + 1, "now|today"))
		return end + 2;
	if (!in && bt_at(s, end, "later"))
		return end + 1;
	return in ? end : 0;
}

static int64_t
month_end(struct bt_now now, int more)
{
	struct bt_when w = { .day = now.day };
	int y, m, d;

	date_of(now.day, &y, &m, &d);
	w.day = day_of(y, m, 1);
	now.day = w.day;
	months_later(now, more, &w);
	date_of(w.day, &y, &m, &d);
	return day_of(y, m, month_days(y, m));
}

/* "end of the month", "the end of next week", "eod" */
static size_t
end_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	int64_t monday = now.day - bt_weekday(now.day);
	size_t i = bt_at(s, 0, "the") ? 1 : 0;
	bool next;
	int y, m, d;

	if (bt_at(s, 0, "eod|eow|eom")) {
		out->day = bt_is(&s.w[0], "eod") ? now.day :
		    bt_is(&s.w[0], "eom") ? month_end(now, 0) : monday + 4;
		if (out->day < now.day)
			out->day = monday + 6;
		return 1;
	}
	if (!bt_at(s, i, "end"))
		return 0;
	i++;
	if (bt_at(s, i, "of"))
		i++;
	next = bt_at(s, i, "next");
	if (bt_at(s, i, "the|this|next"))
		i++;
	if (bt_at(s, i, "day|today")) {
		out->day = now.day;
	} else if (bt_at(s, i, "week")) {
		out->day = monday + 4 + (next ? 7 : 0);
		if (out->day < now.day)
			out->day = monday + 6;
	} else if (bt_at(s, i, "month")) {
		out->day = month_end(now, next);
	} else if (bt_at(s, i, "year")) {
		date_of(now.day, &y, &m, &d);
		out->day = day_of(y + next, 12, 31);
	} else {
		return 0;
	}
	return i + 1;
}

/* "next Friday", "this weekend", "next month", "Friday" */
static size_t
named_read(struct bt_span s, struct bt_now now, bool prep,
    struct bt_when *out)
{
	int64_t monday = now.day - bt_weekday(now.day);
	bool next = bt_at(s, 0, "next"), here = bt_at(s, 0, "this");
	size_t i = next || here || bt_at(s, 0, "coming|the") ? 1 : 0;
	int wd, y, m, d;

	if (bt_at(s, 0, "the") && bt_at(s, 1, "coming"))
		i = 2;
	if (i >= s.n)
		return 0;
	wd = weekday_named(&s.w[i]);
	/* "sat" and "sun" are words of their own */
	if (wd >= 0 && (i > 0 || prep || !bt_is(&s.w[i], "sat|sun")) &&
	    !bt_at(s, 0, "the")) {
		out->day = now.day + (wd - bt_weekday(now.day) + 7) % 7;
		if (next)
			out->day = monday + 7 + wd;
		else if (out->day == now.day && !here)
			out->day += 7;
		return i + 1;
	}
	if (bt_is(&s.w[i], "weekend") && (i > 0 || prep)) {
		out->day = bt_weekday(now.day) == 6 ? now.day : monday + 5;
		if (next)
			out->day = monday + 12;
		return i + 1;
	}
	if (!next && !here)
		return 0;
	if (bt_is(&s.w[i], "week")) {
		out->day = next ? monday + 7 : monday + 6;
	} else if (bt_is(&s.w[i], "month")) {
		date_of(now.day, &y, &m, &d);
		out->day = next ? day_of(m == 12 ? y + 1 : y, m % 12 + 1, 1) :
		    month_end(now, 0);
	} else if (bt_is(&s.w[i], "year")) {
		date_of(now.day, &y, &m, &d);
		out->day = next ? day_of(y + 1, 1, 1) : day_of(y, 12, 31);
	} else {
		return 0;
	}
	return i + 1;
}

static size_t
relative_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	size_t i;

	if (bt_at(s, 0, "today")) {
		out->day = now.day;
		return 1;
	}
	if (bt_at(s, 0, "tomorrow|tmrw|tmr|tomorow|tommorow|tommorrow")) {
		out->day = now.day + 1;
		return 1;
	}
	if (bt_at(s, 0, "tonight|tonite")) {
		out->day = now.day;
		/* said late in the evening it still means a later moment */
		out->minute = now.minute < NIGHT ? NIGHT : LAST_MINUTE;
		return 1;
	}
	i = bt_at(s, 0, "the") ? 1 : 0;
	if (!bt_at(s, i, "day") || !bt_at(s, i + 1, "after") ||
	    !bt_at(s, i + 2, "tomorrow"))
		return 0;
	out->day = now.day + 2;
	return i + 3;
}

static size_t
iso_read(struct bt_span s, struct bt_when *out)
{
	struct str raw = s.n > 0 ? s.w[0].raw : (struct str){ "", 0 };
	int64_t day;
	int minute;

	if (s.n == 0 || s.w[0].kind != BT_TEXT ||
	    (raw.n != 10 && raw.n != 16) || !bt_stamp_read(raw, &day, &minute))
		return 0;
	if ((raw.n == 16) != (minute >= 0))
		return 0;
	out->day = day;
	out->minute = minute;
	return 1;
}

static size_t
day_read(struct bt_span s, struct bt_now now, bool prep, struct bt_when *out)
{
	size_t n;

	if (s.n == 0)
		return 0;
	if ((n = relative_read(s, now, out)) > 0 ||
	    (n = iso_read(s, out)) > 0 ||
	    (n = span_read(s, now, out)) > 0 ||
	    (n = end_read(s, now, out)) > 0 ||
	    (n = named_read(s, now, prep, out)) > 0 ||
	    (n = calendar_read(s, now, out)) > 0)
		return n;
	return prep ? monthday_read(s, now, out) : 0;
}

/* am and pm of an hour of the twelve-hour clock; -1: there is no such. */
static int
half_day(int hour, int minute, const char *half)
{
	if (hour < 1 || hour > 12)
		return -1;
	return (hour % 12 + (half[0] == 'p' ? 12 : 0)) * 60 + minute;
}

/* "5pm", "5:30", "17:30", "5:30pm" in one word; -1: none. */
static int
clock_word(const struct bt_word *w, bool *bare, int *hour, int *minute)
{
	const char *p = w->low;
	int n = 0;

	*hour = *minute = 0;
	*bare = false;
	if (w->kind != BT_TEXT)
		return -1;
	for (; *p >= '0' && *p <= '9' && n < 2; p++, n++)
		*hour = *hour * 10 + (*p - '0');
	if (n == 0)
		return -1;
	if ((*p == ':' || *p == '.') && p[1] >= '0' && p[1] <= '5' &&
	    p[2] >= '0' && p[2] <= '9') {
		*minute = (p[1] - '0') * 10 + (p[2] - '0');
		p += 3;
	} else {
		*bare = true;
	}
	if (*p == '\0')
		return *hour < 24 && !*bare ? *hour * 60 + *minute : -1;
	*bare = false;
	return bt_in(p, "am|pm|a.m|p.m") ? half_day(*hour, *minute, p) : -1;
}

/*
 * A time of day at the start of s.  A bare number counts only after "at",
 * where 1 to 7 are meant for the afternoon.
 */
static size_t
time_read(struct bt_span s, bool at, int *out)
{
	bool bare;
	int hour, minute, v;

	if (s.n == 0)
		return 0;
	if (bt_is(&s.w[0], "noon|midday|lunchtime")) {
		*out = NOON;
		return 1;
	}
	if (bt_is(&s.w[0], "midnight")) {
		*out = LAST_MINUTE;
		return 1;
	}
	v = clock_word(&s.w[0], &bare, &hour, &minute);
	if ((bare || v >= 0) && bt_at(s, 1, "am|pm|a.m|p.m")) {
		v = half_day(hour, minute, s.w[1].low);
		*out = v;
		return v < 0 ? 0 : bt_at(s, 2, ".") && s.n == 3 ? 3 : 2;
	}
	if (bare && bt_at(s, 1, "o'clock|oclock") && hour < 24) {
		*out = (hour >= 1 && hour <= 7 ? hour + 12 : hour) * 60;
		return 2;
	}
	if (v < 0 && bare && at && hour >= 1 && hour <= 23)
		v = (hour <= 7 ? hour + 12 : hour) * 60;
	if (v < 0)
		return 0;
	*out = v;
	return 1;
}

/* "morning", "in the evening", "this afternoon" */
static size_t
part_read(struct bt_span s, int *out)
{
	size_t i = bt_at(s, 0, "in") && bt_at(s, 1, "the") ? 2 :
	    bt_at(s, 0, "this|early|late") ? 1 : 0;

	if (bt_at(s, i, "morning"))
		*out = MORNING;
	else if (bt_at(s, i, "afternoon"))
		*out = AFTERNOON;
	else if (bt_at(s, i, "evening"))
		*out = EVENING;
	else if (bt_at(s, i, "night"))
		*out = NIGHT;
	else
		return 0;
	return i + 1;
}

/* What may follow a day: its part, a time. */
static size_t
after_day(struct bt_span s, struct bt_when *w)
{
	size_t i = 0, j, n;
	int minute;
	bool at;

	if (w->minute < 0 && (n = part_read(s, &minute)) > 0) {
		w->minute = minute;
		i = n;
	}
	j = bt_at(s, i, ",") ? i + 1 : i;
	at = bt_at(s, j, "at|by|around|before|@");
	if (at)
		j++;
	n = time_read(bt_sub(s, j, s.n), at, &minute);
	if (n == 0)
		return i;
	w->minute = minute;
	return j + n;
}

/* A time first: "at 5pm tomorrow", "this evening", "at noon". */
static size_t
time_first(struct bt_span s, struct bt_now now, bool at, struct bt_when *out)
{
	size_t i, n, prep;
	int minute;

	if ((i = time_read(s, at, &minute)) == 0 &&
	    (!bt_at(s, 0, "this|in") || (i = part_read(s, &minute)) == 0))
		return 0;
	prep = bt_at(s, i, "on") ? 1 : 0;
	out->minute = -1;
	n = day_read(bt_sub(s, i + prep, s.n), now, prep > 0, out);
	if (n > 0) {
		out->minute = minute;
		return i + prep + n;
	}
	out->day = minute > now.minute ? now.day : now.day + 1;
	out->minute = minute;
	return i;
}

size_t
bt_when_read(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	struct bt_when w = { BT_WHEN, 0, -1 };
	struct bt_span rest;
	size_t i = 0, n;
	bool at;

	if (!now.known || s.n == 0)
		return 0;
	if (bt_at(s, 0, "(") && s.n > 2 && !bt_at(s, 1, "(")) {
		n = bt_when_read(bt_sub(s, 1, s.n), now, out);
		return n > 0 && bt_at(s, n + 1, ")") ? n + 2 : 0;
	}
	if (bt_at(s, 0, ",") && s.n > 1)
		i = 1;
	if (bt_at(s, i, "due"))
		i++;
	if (bt_at(s, i, ":"))
		i++;
	at = bt_at(s, i, "at|by|before|until|till|around");
	if (bt_at(s, i, "at|on|by|before|until|till|for|around|no"))
		i += bt_at(s, i, "no") ? (bt_at(s, i + 1, "later") &&
		    bt_at(s, i + 2, "than") ? 3 : 0) : 1;
	rest = bt_sub(s, i, s.n);
	if ((n = day_read(rest, now, i > 0, &w)) > 0)
		n += after_day(bt_sub(rest, n, rest.n), &w);
	else
		n = time_first(rest, now, at, &w);
	if (n == 0)
		return 0;
	*out = w;
	return i + n;
}

bool
bt_when_all(struct bt_span s, struct bt_now now, struct bt_when *out)
{
	struct bt_when w;

	s = bt_bare(s);
	if (s.n == 1 && s.w[0].kind == BT_QUOTE)
		return false;
	if (s.n == 0 || bt_when_read(s, now, &w) != s.n)
		return false;
	*out = w;
	return true;
}

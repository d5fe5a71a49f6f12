/* Dates as people write them, seen from Friday 20 Nov 2026, 09:30. */
#include <string.h>

#include "base/arena.h"
#include "model/builtin.h"
#include "tap.h"

static const struct { const char *said, *stamp; } dates[] = {
	{ "today", "2026-11-20" },
	{ "tonight", "2026-11-20T20:00" },
	{ "tomorrow", "2026-11-21" },
	{ "tomorrow morning", "2026-11-21T09:00" },
	{ "tomorrow afternoon", "2026-11-21T15:00" },
	{ "tomorrow evening", "2026-11-21T18:00" },
	{ "tomorrow night", "2026-11-21T20:00" },
	{ "tomorrow at 5pm", "2026-11-21T17:00" },
	{ "tomorrow 17:30", "2026-11-21T17:30" },
	{ "tomorrow at 5:15 pm", "2026-11-21T17:15" },
	{ "tomorrow at 12am", "2026-11-21T00:00" },
	{ "tomorrow at 12pm", "2026-11-21T12:00" },
	{ "at 5pm tomorrow", "2026-11-21T17:00" },
	{ "the day after tomorrow", "2026-11-22" },
	{ "day after tomorrow at noon", "2026-11-22T12:00" },
	{ "this evening", "2026-11-20T18:00" },
	{ "this morning", "2026-11-21T09:00" },
	{ "at noon", "2026-11-20T12:00" },
	{ "at midnight", "2026-11-20T23:59" },
	{ "at 5", "2026-11-20T17:00" },
	{ "at 9", "2026-11-21T09:00" },
	{ "at 8am", "2026-11-21T08:00" },
	{ "5 o'clock", "2026-11-20T17:00" },
	{ "Friday", "2026-11-27" },
	{ "by Friday", "2026-11-27" },
	{ "this Friday", "2026-11-20" },
	{ "next Friday", "2026-11-27" },
	{ "on Monday", "2026-11-23" },
	{ "next Monday", "2026-11-23" },
	{ "Saturday", "2026-11-21" },
	{ "next Saturday", "2026-11-28" },
	{ "on sun", "2026-11-22" },
	{ "Tue", "2026-11-24" },
	{ "this weekend", "2026-11-21" },
	{ "next weekend", "2026-11-28" },
	{ "next week", "2026-11-23" },
	{ "next month", "2026-12-01" },
	{ "next year", "2027-01-01" },
	{ "this week", "2026-11-22" },
	{ "end of the week", "2026-11-20" },
	{ "the end of next week", "2026-11-27" },
	{ "end of the month", "2026-11-30" },
	{ "end of next month", "2026-12-31" },
	{ "end of the year", "2026-12-31" },
	{ "eod", "2026-11-20" },
	{ "in 3 days", "2026-11-23" },
	{ "in two weeks", "2026-12-04" },
	{ "in a week", "2026-11-27" },
	{ "a week from now", "2026-11-27" },
	{ "in a month", "2026-12-20" },
	{ "in a year", "2027-11-20" },
	{ "in an hour", "2026-11-20T10:30" },
	{ "in half an hour", "2026-11-20T10:00" },
	{ "in 15 hours", "2026-11-21T00:30" },
	{ "in 45 minutes", "2026-11-20T10:15" },
	{ "in a couple of days", "2026-11-22" },
	{ "March 5", "2027-03-05" },
	{ "on March 5th", "2027-03-05" },
	{ "5 March", "2027-03-05" },
	{ "5th of March 2028", "2028-03-05" },
	{ "the 5th of December", "2026-12-05" },
	{ "Dec 24, 2026 at 18:00", "2026-12-24T18:00" },
	{ "Nov 20", "2026-11-20" },
	{ "Nov 19", "2027-11-19" },
	{ "Feb 29 2028", "2028-02-29" },
	{ "on the 15th", "2026-12-15" },
	{ "by the 30th", "2026-11-30" },
	{ "2026-12-01", "2026-12-01" },
	{ "2026-12-01T08:05", "2026-12-01T08:05" },
	{ "due tomorrow", "2026-11-21" },
	{ "no later than Monday", "2026-11-23" },
	/* none of these is a date */
	{ "12/1", NULL }, { "Feb 29 2027", NULL }, { "2026-02-30", NULL },
	{ "March", NULL }, { "may", NULL }, { "sat", NULL }, { "5", NULL },
	{ "the 15th", NULL }, { "25:00", NULL }, { "13pm", NULL },
	{ "someday", NULL }, { "in days", NULL }, { "next", NULL },
	{ "in 99999999 days", NULL }, { "by", NULL }, { "31 June", NULL },
	{ "", NULL }, { "today yesterday", NULL }, { "\"today\"", NULL },
};

static const char *
stamp_of(struct arena *a, const char *said, const char *now)
{
	struct bt_when w;

	if (!bt_when_all(bt_words(a, str_of(said)), bt_now_read(now), &w))
		return NULL;
	return bt_stamp(a, w);
}

static void
calendar(struct arena *a)
{
	static const struct { const char *now, *said, *stamp; } t[] = {
		{ "2026-11-18T09:30 Wednesday", "next Friday", "2026-11-27" },
		{ "2026-11-18T09:30 Wednesday", "Friday", "2026-11-20" },
		{ "2026-11-22T09:30 Sunday", "this weekend", "2026-11-22" },
		{ "2026-11-22T09:30 Sunday", "next week", "2026-11-23" },
		{ "2026-11-21T09:30 Saturday", "eow", "2026-11-22" },
		{ "2026-12-31T23:59 Thursday", "tomorrow", "2027-01-01" },
		{ "2026-12-31T23:59 Thursday", "next month", "2027-01-01" },
		{ "2027-01-31T12:00 Sunday", "in a month", "2027-02-28" },
		{ "2028-02-28T12:00 Monday", "tomorrow", "2028-02-29" },
		{ "2026-11-20T21:00 Friday", "tonight", "2026-11-20T23:59" },
		{ "2026-11-20T23:30 Friday", "in an hour", "2026-11-21T00:30" },
		{ "2026-11-20T18:00 Friday", "at 5pm", "2026-11-21T17:00" },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		is_str(stamp_of(a, t[i].said, t[i].now), t[i].stamp,
		    "%s, said on %s", t[i].said, t[i].now);
	is_str(stamp_of(a, "tomorrow", NULL), NULL, "no clock, no date");
	is_str(stamp_of(a, "tomorrow", "soon"), NULL, "a bad clock, no date");
}

static void
round_trip(struct arena *a)
{
	struct bt_when w = { BT_WHEN, 0, -1 };
	int64_t day;
	int minute, bad = 0;

	for (w.day = 0; w.day < 80000; w.day += 13)
		if (!bt_stamp_read(str_of(bt_stamp(a, w)), &day, &minute) ||
		    day != w.day || minute != -1)
			bad++;
	is_int(bad, 0, "every day until 2189 is written and read alike");
	is_int(bt_weekday(0), 3, "1970-01-01 was a Thursday");
}

static void
spoken(struct arena *a)
{
	struct bt_now now = bt_now_read("2026-11-20T09:30 Friday");
	struct bt_when w = { BT_WHEN, now.day, 570 };

	is_str(bt_when_say(a, w, now), "today at 09:30", "today");
	w = (struct bt_when){ BT_WHEN, now.day + 1, -1 };
	is_str(bt_when_say(a, w, now), "tomorrow", "tomorrow");
	w.day = now.day + 7;
	is_str(bt_when_say(a, w, now), "Fri 27 Nov", "this year");
	w.day = now.day + 60;
	is_str(bt_when_say(a, w, now), "Tue 19 Jan 2027", "another year");
}

int
main(void)
{
	struct arena *a = arena_new();
	size_t i;

	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		is_str(stamp_of(a, dates[i].said, "2026-11-20T09:30 Friday"),
		    dates[i].stamp, "%s", dates[i].said);
	calendar(a);
	round_trip(a);
	spoken(a);
	arena_free(a);
	return tap_done();
}

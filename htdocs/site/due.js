// @ts-check
// When a task is due, as people say it.  A day without a time is its last
// minute in the reader's zone.

import { texts } from "./task-words.js";

export const LAST = "23:59";
/** @type {Record<string, Intl.DateTimeFormat>} */
const formats = {};

/** @param {Date} when @param {Intl.DateTimeFormatOptions} how */
function format(when, how)
{
	/* made once: they are dear, and a list is long */
	return (formats[JSON.stringify(how)] ??= new Intl.DateTimeFormat(
	    texts.tag, how)).format(when);
}

/** @param {number} n */
function two(n)
{
	return String(n).padStart(2, "0");
}

/** 2026-11-21, in the reader's zone. @param {Date} when */
export function dayOf(when)
{
	return `${String(when.getFullYear()).padStart(4, "0")}-${
	    two(when.getMonth() + 1)}-${two(when.getDate())}`;
}

/** 17:30, in the reader's zone. @param {Date} when */
export function timeOf(when)
{
	return `${two(when.getHours())}:${two(when.getMinutes())}`;
}

/** Whole days from now on, by the calendar. @param {Date} when */
function daysTo(when)
{
	const noon = (/** @type {Date} */ d) => Date.UTC(d.getFullYear(),
	    d.getMonth(), d.getDate());
	return Math.round((noon(when) - noon(new Date())) / 86400000);
}

/** "" if it is not due at any time. @param {string | null} due */
export function dueText(due)
{
	if (!due)
		return "";
	const when = new Date(due), days = daysTo(when);
	const day = Math.abs(days) <= 1 ? new Intl.RelativeTimeFormat(texts.tag,
	    { numeric: "auto" }).format(days, "day") :
	    days > 1 && days < 7 ? format(when, { weekday: "long" }) :
	    format(when, { day: "numeric", month: "short", year:
	    when.getFullYear() === new Date().getFullYear() ? undefined :
	    "numeric" });
	return timeOf(when) === LAST ? day : texts.t("tasks.due.at", { day,
	    time: format(when, { timeStyle: "short" }) });
}

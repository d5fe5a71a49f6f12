// @ts-check
// The conversation as it reads: turns of items, what is going on at its end,
// and where the reader is in it.
//
// The log itself is not a live region: an answer that arrives word by word
// would be read word by word.  When it is there, the host says how it begins.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { arrange, markdown, Turn, viewOf } from "./turn.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").Part} Part */
/** @typedef {import("./i18n.js").Key} Key */
/** @typedef {import("./item.js").View} View */
/** @typedef {import("./thread.js").ItemChange} ItemChange */
/** @typedef {import("./wire.d.ts").Item} Item */
/** @typedef {import("./thread.js").LocalMessage} LocalMessage */

/**
 * What stands and what was heard until there was a log: the start screen, the
 * sign that a conversation is being read and which, what failed and what the
 * server had to say.
 *
 * @typedef {{level: string, message: string, title?: string}} Notice
 * @typedef {{start: HTMLElement, wait: HTMLElement, wanted: string | null,
 *     notices: Notice[], error: null | {allowRetry: boolean,
 *     error: import("./backend.js").ChatKitError}}} Early
 */

/** Whoever is so near the end, in pixels, is taken to read there. */
const NEAR = 50;
/** Turns from which on a log is long: what is out of sight costs. */
const LONG = 50;
/** States in which an answer is on its way. */
const BUSY = ["sending", "streaming", "stopping", "reconnecting"];
/** Of an answer read aloud. */
const ALOUD = 200;

/** @implements {Part} */
export class Log {
	#older = h("button", { type: "button", class: "ck-button ck-older",
		hidden: true, on: { click: () => this.#readOlder() } });
	#list = h("div", { class: "ck-log", role: "log", "aria-live": "off" });
	/** What is going on. */
	#work = h("p", { class: "ck-working", hidden: true });
	/** What the server and the line have to say at the end. */
	#notes = h("div", { class: "ck-notes" });
	#empty = h("p", { class: "ck-empty", hidden: true });
	#page;
	#scroll;
	#jump = h("button", { type: "button", class: "ck-jump", hidden: true,
		on: { click: () => {
			this.toEnd();
			this.#scroll.focus({ preventScroll: true });
		} } }, icon("arrow-down"), h("span"));
	element = h("div", { class: "ck-main" });

	/** @type {Map<string, View | null>} */
	#views = new Map();
	/** @type {Turn[]} */
	#turns = [];
	/** The reader is at the end, and what comes is scrolled to. */
	#following = true;
	/** Where the page was last. */
	#top = 0;
	#unread = 0;
	#reading = false;
	/** The thread being read, or that could not be.
	 * @type {string | null} */
	#wanted = null;
	/** @type {import("./conversation.js").State} */
	#was = "idle";
	/** Older messages are fetched before the reader is where they go.
	 * @type {IntersectionObserver} */
	#near;
	#end = new AbortController();
	/** Listens to the thread that is open. */
	#heed = new AbortController();

	/**
	 * @param {Host} host
	 * @param {Early} early
	 */
	constructor(host, early)
	{
		this.host = host;
		const { start, wait } = this.early = early;
		const { locale, conversation } = host;
		this.#list.setAttribute("aria-label", locale.t("log.messages"));
		this.#older.textContent = locale.t("log.older");
		this.#empty.textContent = locale.t("log.empty");
		this.#page = h("div", { class: "ck-page" }, start, this.#older,
		    wait, this.#list, this.#empty, this.#work, this.#notes);
		this.#scroll = h("div", { class: "ck-scroll", tabindex: "0",
			role: "group", "aria-label": locale.t("log.name"),
			on: { scroll: () => this.#scrolled() } }, this.#page);
		this.element.append(this.#scroll, this.#jump);

		this.#near = new IntersectionObserver((entries) => {
			if (entries.at(-1)?.isIntersecting)
				this.#readOlder();
		}, { root: this.#scroll, rootMargin: "800px 0px 0px" });
		const { signal } = this.#end;
		/** @type {import("./host.js").Listen} */
		const on = (type, listener) => conversation.addEventListener(
		    type, (event) => listener(
		    /** @type {CustomEvent} */ (event).detail), { signal });
		on("state", () => this.#state());
		on("thread", ({ created }) => created ? this.#shape() :
		    this.#follow());
		on("load", ({ threadId, phase }) =>
		    this.#load(threadId, phase));
		on("unread", () => host.status(locale.t("log.unread")));
		on("error", ({ error, allowRetry, localId }) => localId ||
		    this.#error(error, allowRetry));

		const grown = new ResizeObserver(() => this.#grew());
		grown.observe(this.#page);
		grown.observe(this.#scroll);
		signal.addEventListener("abort", () => {
			grown.disconnect();
			this.#near.disconnect();
			this.#heed.abort();
		});
		this.#wanted = early.wanted;
		this.#follow();
		if (this.#busy)
			host.announce(locale.t("log.thinking"));
		early.notices.forEach((notice) => this.#notice(notice));
		if (early.error)
			this.#error(early.error.error, early.error.allowRetry);
	}

	// ---- what there is

	/** Another thread is open. */
	#follow()
	{
		const { thread } = this.host.conversation;
		this.#near.observe(this.#older);
		this.#heed.abort();
		this.#heed = new AbortController();
		const { signal } = this.#heed;
		/** @type {import("./host.js").Listen} */
		const on = (type, listener) => thread.addEventListener(type,
		    (event) => listener(
		    /** @type {CustomEvent} */ (event).detail), { signal });
		on("item", (change) => this.#change(change));
		on("progress", () => this.#tail());
		on("notice", (notice) => this.#notice(notice));
		on("failure", () => this.#failure());
		on("feedback", () => this.#turns.forEach((turn) =>
		    turn.pressed()));
		this.#views.clear();
		this.#turns = [];
		this.#notes.replaceChildren();
		this.#was = this.host.conversation.state;
		this.#draw();
		this.#failure();
		this.toEnd();
	}

	/** @param {Item | LocalMessage} item */
	#view(item)
	{
		let view = this.#views.get(item.id);
		if (view === undefined) {
			view = viewOf(this.host, item);
			this.#views.set(item.id, view);
		}
		return view;
	}

	/** @param {ItemChange} change */
	#change(change)
	{
		switch (change.change) {
		case "prepended":
			this.#keepPlace(() => this.#draw());
			return;
		case "reset":
			for (const item of this.host.conversation.thread.list())
				this.#renew(item, item.id);
			this.#draw();
			return;
		case "added":
			if (change.before || this.#views.has(change.id) ||
			    !this.#append(change.item))
				this.#draw();
			this.#count(change.item);
			break;
		case "removed":
			this.#views.delete(change.id);
			this.#draw();
			break;
		case "updated": {
			const view = this.#views.get(change.id);
			if (view) {
				view.item = change.item;
				view.show(change.update);
			}
			break;
		}
		default:
			if (this.#renew(change.item, change.was ?? change.id))
				this.#draw();
		}
		this.#tail();
	}

	/**
	 * An item is another than it was.
	 * @param {Item | LocalMessage} item
	 * @param {string} was its id until now
	 * @returns {boolean} its view is new, or was not there
	 */
	#renew(item, was)
	{
		const view = this.#views.get(was);
		if (!view || view.item.type !== item.type) {
			this.#views.delete(was);
			return true;
		}
		this.#views.delete(was);
		this.#views.set(item.id, view);
		view.item = item;
		view.element.dataset.item = item.id;
		view.show();
		return false;
	}

	/**
	 * The usual case: it comes last.
	 * @param {Item | LocalMessage} item
	 */
	#append(item)
	{
		const list = this.host.conversation.thread.list();
		if (list.at(-1)?.id !== item.id)
			return false;
		const view = this.#view(item);
		if (view) {
			let turn = this.#turns.at(-1);
			if (!turn || item.type === "user_message") {
				const before = turn;
				turn = new Turn(this.host);
				this.#turns.push(turn);
				this.#list.append(turn.element);
				turn.set([view]);
				turn.before = before;
				turn.day(this.#day(turn, before));
				before?.actions(false, false);
			} else {
				turn.set([...turn.views, view]);
			}
			view.element.dataset.item = item.id;
		}
		if (item.type === "user_message")
			this.toEnd();
		this.#shape();
		return true;
	}

	/** Everything in its place; what stands there is not touched. */
	#draw()
	{
		const items = this.host.conversation.thread.list();
		/** @type {Set<Turn>} */
		const used = new Set();
		/** @type {Map<Turn, View[]>} */
		const turns = new Map();
		/** @type {Turn | undefined} */
		let turn;
		const focus = this.host.root.activeElement;
		const inside = this.#list.contains(focus);
		for (const item of items) {
			const view = this.#view(item);
			if (!view)
				continue;
			view.element.dataset.item = item.id;
			if (!turn || item.type === "user_message") {
				turn = view.turn && !used.has(view.turn) ?
				    view.turn : new Turn(this.host);
				used.add(turn);
				turns.set(turn, []);
			}
			turns.get(turn)?.push(view);
		}
		const was = this.#turns.at(-1);
		this.#turns = [...turns.keys()];
		arrange(this.#list, this.#turns.map((one) => one.element));
		for (const [n, one] of this.#turns.entries()) {
			const before = this.#turns[n - 1];
			const changed = one.set(turns.get(one) ?? []);
			if (changed || one.before !== before)
				one.day(this.#day(one, before));
			one.before = before;
			if ((changed || one === was) &&
			    n < this.#turns.length - 1)
				one.actions(false, false);
		}
		this.#shape();
		if (inside && !this.#list.contains(focus))
			this.#scroll.focus({ preventScroll: true });
	}

	/**
	 * The name of a turn's day where it is not that of the turn before it.
	 * @param {Turn} turn
	 * @param {Turn} [before]
	 */
	#day(turn, before)
	{
		const { locale } = this.host;
		/** @param {Turn} [of] */
		const dateOf = (of) => new Date(of?.views[0]?.item.created_at ??
		    NaN);
		const now = new Date();
		const date = dateOf(turn);
		const other = before ? dateOf(before) : now;
		if (Number.isNaN(date.getTime()) ||
		    date.toDateString() === other.toDateString())
			return "";
		const days = Math.round((date.setHours(12, 0, 0, 0) -
		    now.setHours(12, 0, 0, 0)) / 86400000);
		if (days <= 0 && days > -2) {
			const word = new Intl.RelativeTimeFormat(locale.tag,
			    { numeric: "auto" }).format(days, "day");
			return word.charAt(0).toLocaleUpperCase(locale.tag) +
			    word.slice(1);
		}
		return locale.date(date, days > -7 ? { weekday: "long" } :
		    { dateStyle: "long" });
	}

	// ---- what goes on

	get #busy()
	{
		return BUSY.includes(this.host.conversation.state);
	}

	/** What stands beside the messages. */
	#shape()
	{
		const { conversation, shell } = this.host;
		const none = this.#turns.length === 0;
		const loading = none && conversation.state === "loading";
		const fresh = none && conversation.thread.id === null &&
		    !loading && this.#wanted === null;
		this.early.start.hidden = !fresh;
		shell.classList.toggle("ck-fresh", fresh);
		this.#list.hidden = none;
		this.#list.classList.toggle("ck-long",
		    this.#turns.length > LONG);
		this.early.wait.hidden = !loading;
		this.#page.setAttribute("aria-busy", String(loading));
		this.#older.hidden = none || !conversation.hasOlder;
		this.#empty.hidden = !none || fresh || loading || this.#busy ||
		    this.#notes.firstChild !== null;
		this.#turns.at(-1)?.actions(true, this.#busy);
		this.#tail();
	}

	/** The line at the end: what is being done. */
	#tail()
	{
		const { conversation, locale } = this.host;
		const { progress } = conversation.thread;
		const last = this.#turns.at(-1)?.views.at(-1);
		const shown = this.#busy && (Boolean(progress) || !last?.busy);
		this.#work.hidden = !shown;
		if (!shown)
			return;
		const text = conversation.state === "stopping" ?
		    locale.t("state.stopping") : progress?.text ||
		    locale.t("log.thinking");
		if (this.#work.textContent === text)
			return;
		this.#work.replaceChildren(progress?.icon ?
		    icon(progress.icon) : h("span", { class: "ck-dots" },
			h("i"), h("i"), h("i")),
		h("span", { dir: "auto", text }));
	}

	#state()
	{
		const { state } = this.host.conversation;
		const busy = this.#busy;
		const before = BUSY.includes(this.#was);
		this.#was = state;
		if (busy && !before) {
			this.#drop(".ck-failure");
			this.host.announce(this.host.locale.t("log.thinking"));
		}
		for (const view of this.#views.values())
			view?.refresh();
		if (before && !busy)
			this.#aloud();
		this.#shape();
	}

	/** The answer is there: say how it begins, once. */
	#aloud()
	{
		const { host } = this;
		const said = (this.#turns.at(-1)?.answers ?? [])
		    .map((view) => view.aloud()).filter(Boolean).join(" ")
		    .replace(/\s+/g, " ");
		if (said && !host.conversation.thread.failure)
			host.announce(host.locale.t("log.answer", {
				text: said.length > ALOUD ?
				    `${said.slice(0, ALOUD)}…` : said }));
	}

	/** @param {string} id @param {"start" | "end"} phase */
	#load(id, phase)
	{
		if (phase === "start") {
			this.#wanted = id;
			this.#drop(".ck-failure");
		} else if (!this.#notes.querySelector(".ck-failure")) {
			this.#wanted = null;
			this.toEnd();
		}
		this.#shape();
	}

	/** How the turn failed, as the thread tells it. */
	#failure()
	{
		const { failure } = this.host.conversation.thread;
		if (failure)
			this.#failed(failure.message ||
			    this.host.locale.t("error.server"),
			    this.#again(failure.allowRetry));
		else
			this.#drop(".ck-failure");
	}

	/** @param {boolean} may @returns {Record<string, () => unknown>} */
	#again(may)
	{
		const { host } = this;
		return may ? { "log.retry": () => host.conversation.retry()
		    .catch((error) => host.fail(error)) } : {};
	}

	/**
	 * A failure the thread does not tell: of the line, or of reading it.
	 * @param {import("./backend.js").ChatKitError} error
	 * @param {boolean} allowRetry
	 */
	#error(error, allowRetry)
	{
		const { host } = this;
		const wanted = this.#turns.length === 0 ? this.#wanted : null;
		if (wanted && error.kind !== "not_found" &&
		    error.kind !== "forbidden") {
			this.#failed(error.say(host.locale), {
				"log.retry": () => host.openThread(wanted),
				"log.new": () => host.openThread(null),
			}, host.locale.t("log.unopened"));
			return;
		}
		this.#wanted = null;
		this.#failed(error.say(host.locale), this.#again(allowRetry));
	}

	/**
	 * Say what went wrong and what can be done.
	 * @param {string} text
	 * @param {Record<string, () => unknown>} buttons by the key of the name
	 * @param {string} [title]
	 */
	#failed(text, buttons, title)
	{
		const { locale } = this.host;
		this.#drop(".ck-failure");
		this.#notes.append(h("div", { class: "ck-note ck-failure" },
		    icon("warning"), h("div", null,
			title && h("p", null, h("strong", null, title)),
			h("p", { dir: "auto", text }),
			h("div", { class: "ck-buttons" },
			    Object.entries(buttons).map(([key, press]) =>
				h("button", { type: "button",
				    class: "ck-button", on: { click: () => {
					this.#drop(".ck-failure");
					this.#scroll.focus({
						preventScroll: true });
					press();
				    } } }, locale.t(
				    /** @type {Key} */ (key))))))));
		this.host.announce(text);
		this.#shape();
		this.#grew();
	}

	/** @param {string} selector */
	#drop(selector)
	{
		for (const note of this.#notes.querySelectorAll(selector))
			note.remove();
	}

	/** @param {Notice} notice */
	#notice({ level, message, title })
	{
		const { host } = this;
		const body = markdown(host);
		body.set(message);
		const close = h("button", { type: "button",
			class: "ck-icon-button",
			"aria-label": host.locale.t("log.close"),
			on: { click: () => {
				note.remove();
				host.focusComposer();
			} } }, icon("close"));
		const note = h("div", { class: `ck-note ck-${level}` },
		    icon(level === "info" ? "info" : "warning"),
		    h("div", { dir: "auto" }, title &&
			h("p", null, h("strong", null, title)),
			body.element), close);
		this.#notes.append(note);
		host.announce(`${title ?? ""} ${body.element.textContent}`);
	}

	// ---- where the reader is

	get #distance()
	{
		const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
		return scrollHeight - scrollTop - clientHeight;
	}

	/** Go to the end and stay there. */
	toEnd()
	{
		this.#following = true;
		this.#sink();
		this.#seen();
	}

	#sink()
	{
		this.#scroll.scrollTop = this.#scroll.scrollHeight;
		this.#top = this.#scroll.scrollTop;
	}

	#scrolled()
	{
		const { scrollTop } = this.#scroll;
		// only who goes up leaves the end: it may also have moved away
		// because more has come since the last step to it
		if (this.#distance <= NEAR)
			this.#following = true;
		else if (scrollTop < this.#top)
			this.#following = false;
		this.#top = scrollTop;
		this.#seen();
	}

	#seen()
	{
		if (this.#following)
			this.#unread = 0;
		const away = !this.#following && this.#turns.length > 0;
		this.#jump.hidden = !away;
		if (!away)
			return;
		const n = this.#unread;
		const { locale } = this.host;
		const label = n > 0 ? locale.t("log.latest_new", { n }) :
		    locale.t("log.latest");
		this.#jump.title = label;
		this.#jump.setAttribute("aria-label", label);
		const count = /** @type {HTMLElement} */ (this.#jump.lastChild);
		count.textContent = n > 0 ? locale.number(n) : "";
	}

	/** The page or what it is seen through has another size. */
	#grew()
	{
		if (this.#following &&
		    this.host.options.thread?.autoScroll !== false) {
			this.#sink();
			return;
		}
		this.#following = this.#distance <= NEAR;
		this.#seen();
	}

	/** @param {Item | LocalMessage} item */
	#count(item)
	{
		if (!this.#following && item.type !== "user_message" &&
		    this.#views.get(item.id) && this.#busy) {
			this.#unread++;
			this.#seen();
		}
	}

	/**
	 * Change what stands above the reader, and leave them where they are.
	 * @param {() => void} change
	 */
	#keepPlace(change)
	{
		const scroll = this.#scroll;
		const { top } = scroll.getBoundingClientRect();
		/** @param {{element: Element}} one */
		const below = ({ element }) =>
		    element.getBoundingClientRect().bottom > top;
		const views = this.#turns.find(below)?.views;
		// below the last of them its buttons may be all that is seen
		const seen = (views?.find(below) ?? views?.findLast(
		    ({ element }) => !element.hidden))?.element;
		const at = seen?.getBoundingClientRect().top ?? 0;
		change();
		if (this.#following)
			this.#sink();
		else if (seen)
			// turns out of sight have a guessed height: as they are
			// drawn, the browser keeps what is seen in its place
			scroll.scrollTop +=
			    seen.getBoundingClientRect().top - at;
	}

	async #readOlder()
	{
		const { conversation } = this.host;
		if (this.#reading || !conversation.hasOlder)
			return;
		this.#reading = true;
		this.#older.setAttribute("aria-disabled", "true");
		const { size } = this.#views;
		await conversation.older().catch(() => {});
		this.#reading = false;
		this.#older.removeAttribute("aria-disabled");
		this.#shape();
		// observed anew, what is still near is told once more
		this.#near.unobserve(this.#older);
		if (this.#views.size > size)
			this.#near.observe(this.#older);
	}

	// ---- a part's life

	/** The options are others: what they say is drawn anew. */
	update()
	{
		for (const [n, turn] of this.#turns.entries())
			turn.actions(n === this.#turns.length - 1, this.#busy);
		this.#shape();
	}

	destroy()
	{
		this.#end.abort();
	}
}

// @ts-check
// The history panel: every conversation by day, newest first.  Loaded on
// first use.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { confirmDialog, grouped, openMenu } from "./menu.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").HistoryPart} HistoryPart */
/** @typedef {import("./wire.js").ThreadData} ThreadData */
/** @typedef {{li: HTMLLIElement, open: HTMLButtonElement,
 *     thread: ThreadData}} Row */

/** From this width on the panel stands beside the conversation. */
const BESIDE = 900;
const TITLE_MAX = 200;

/** @implements {HistoryPart} */
export class History {
	#shown = false;
	#list = h("div", { class: "ck-history-list" });
	#state = h("div", { class: "ck-history-state" });
	#end = h("div", { class: "ck-history-end" });
	/** Shuts what the panel covers. */
	#scrim = h("div", { class: "ck-history-scrim",
	    on: { click: () => this.hide() } });
	/** @type {Map<string, Row>} */
	#rows = new Map();
	#drawn = "";
	#allowed = "";
	/** Answered while another thread was open. @type {Set<string>} */
	#unread = new Set();
	/** @type {Element[]} */
	#inert = [];
	/** @type {HTMLElement | null} */
	#from = null;
	#gone = new AbortController();
	#size = new ResizeObserver(() => this.#fit());
	#more = new IntersectionObserver((entries) => {
		const { threads } = this.host;
		if (entries.some((one) => one.isIntersecting) &&
		    threads.loaded && threads.hasMore && !threads.loading &&
		    !threads.error)
			void threads.more();
	}, { root: this.#list, rootMargin: "200px" });

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
		this.#allowed = JSON.stringify(host.options.history ?? {});
		const t = host.locale.t.bind(host.locale);
		const { signal } = this.#gone;
		/** @type {(image: string, name: string, click: () => void)
		 *     => Node} */
		const button = (image, name, click) => h("button", {
			type: "button", class: "ck-icon-button",
			"aria-label": name, title: name, on: { click },
		}, icon(image));
		this.element = h("aside", {
			class: "ck-history", "aria-label": t("log.history"),
			on: { keydown: (/** @type {KeyboardEvent} */ e) =>
			    this.#key(e) },
		}, h("header", { class: "ck-history-head" },
		    h("h2", { text: t("log.history") }),
		    button("search", t("shortcut.search"),
			() => void host.showSearch()),
		    button("compose", t("log.new"), () => this.#go(null)),
		    button("close", t("history.close"), () => this.hide())),
		this.#list);
		this.#list.append(this.#state, this.#end);
		this.#more.observe(this.#end);
		host.threads.addEventListener("change", () => this.#draw(),
		    { signal });
		host.conversation.addEventListener("thread", () => this.#mark(),
		    { signal });
		host.conversation.addEventListener("unread", (e) => {
			this.#unread.add(/** @type {CustomEvent} */ (e)
			    .detail.threadId);
			this.#mark();
		}, { signal });
	}

	/**
	 * Open it: beside the conversation where the element is at least 900
	 * pixels wide, else over it, with the focus inside.  Fires
	 * chatkit.history.open.
	 */
	show()
	{
		if (this.#shown) {
			this.#focus();
			return;
		}
		this.#shown = true;
		const focused = this.host.root.activeElement;
		this.#from = focused instanceof HTMLElement ? focused : null;
		void this.host.threads.load();
		void this.host.style("panels.css").then(() => {
			if (!this.#shown || this.#gone.signal.aborted)
				return;
			this.host.shell.prepend(this.#scrim, this.element);
			this.#size.observe(this.host.shell);
			this.#fit();
			this.#draw();
		});
		this.host.emit("history.open");
	}

	/** Fires chatkit.history.close if it was open; the focus goes back. */
	hide()
	{
		if (!this.#shown)
			return;
		this.#shown = false;
		const inside = this.element.contains(
		    this.host.root.activeElement);
		this.#size.disconnect();
		this.#cover(false);
		delete this.host.shell.dataset.history;
		this.element.remove();
		this.#scrim.remove();
		if (inside && this.#from?.isConnected)
			this.#from.focus();
		else if (inside)
			this.host.focusComposer();
		this.host.emit("history.close");
	}

	/** It covers the conversation; beside it, it is in nobody's way. */
	get open()
	{
		return this.host.shell.dataset.history === "over";
	}

	/** The options have changed. */
	update()
	{
		const { history } = this.host.options;
		if (history?.enabled === false)
			this.hide();
		const allowed = JSON.stringify(history ?? {});
		if (allowed === this.#allowed)
			return;
		this.#allowed = allowed;
		this.#rows.clear();
		this.#drawn = "";
		this.#draw();
	}

	destroy()
	{
		this.hide();
		this.#gone.abort();
		this.#more.disconnect();
	}

	/** Beside the conversation, or over it. */
	#fit()
	{
		const over = this.host.shell.clientWidth < BESIDE;
		const was = this.open;
		this.host.shell.dataset.history = over ? "over" : "beside";
		this.#scrim.hidden = !over;
		this.#cover(over);
		if (over && !was)
			this.#focus();
	}

	/** @param {boolean} on what lies below cannot be reached */
	#cover(on)
	{
		for (const el of this.#inert)
			el.removeAttribute("inert");
		this.#inert = !on ? [] : [...this.host.shell.children].filter(
		    (el) => el !== this.element && el !== this.#scrim &&
		    el.localName !== "dialog" && !el.matches(
		    "[role=status], [role=menu]"));
		for (const el of this.#inert)
			el.setAttribute("inert", "");
	}

	#focus()
	{
		const { id } = this.host.conversation.thread;
		const row = this.#rows.get(id ?? "") ??
		    this.#rows.values().next().value;
		(row?.open ?? this.element.querySelector("button"))?.focus();
	}

	/** @param {KeyboardEvent} e */
	#key(e)
	{
		const rows = [...this.#rows.values()].map((row) => row.open);
		const at = rows.indexOf(/** @type {any} */ (e.target));
		if (e.key === "Escape" && !e.defaultPrevented)
			this.hide();
		else if (at >= 0 && e.key === "ArrowDown")
			rows[Math.min(at + 1, rows.length - 1)].focus();
		else if (at >= 0 && e.key === "ArrowUp")
			rows[Math.max(at - 1, 0)].focus();
		else
			return;
		e.preventDefault();
		e.stopPropagation();
	}

	/** @param {string | null} id */
	#go(id)
	{
		const over = this.open;
		if (over)
			this.hide();
		void this.host.openThread(id);
		// On a touch screen that would bring up the keyboard.
		if (id === null || !matchMedia("(pointer: coarse)").matches)
			this.host.focusComposer();
	}

	// Drawing.

	#draw()
	{
		if (!this.#shown)
			return;
		const { threads: list, loading, loaded, error, hasMore } =
		    this.host.threads;
		const { locale } = this.host;
		/** @type {(ThreadData & {day: string})[]} */
		const dated = list.map((thread) => ({ ...thread,
		    day: dayOf(locale, thread.created_at) }));
		const drawn = JSON.stringify(dated.map(({ id, day }) =>
		    [id, day]));
		for (const thread of dated)
			this.#row(thread);
		if (drawn !== this.#drawn) {
			this.#drawn = drawn;
			const known = new Set(list.map((thread) => thread.id));
			for (const id of this.#rows.keys())
				if (!known.has(id))
					this.#rows.delete(id);
			const focused = this.host.root.activeElement;
			const days = grouped(dated, (thread) => thread.day).map(
			    ([day, some], n) => h("section", {
				"aria-labelledby": `ck-day-${n}` },
				h("h3", { id: `ck-day-${n}`, text: day ?? "" }),
				h("ul", null, some.map((thread) =>
				    this.#row(thread).li))));
			this.#list.replaceChildren(...days, this.#state,
			    this.#end);
			if (focused instanceof HTMLElement &&
			    this.element.contains(focused))
				focused.focus({ preventScroll: true });
			// What is in view does not tell so again by itself.
			this.#more.unobserve(this.#end);
			this.#more.observe(this.#end);
		}
		this.#mark();
		this.#state.replaceChildren(...error ? [
			h("p", { text: locale.t(error.key) }),
			h("button", { type: "button", class: "ck-button",
			    text: locale.t("log.retry"), on: { click: () =>
				void (loaded ? this.host.threads.more()
				    : this.host.threads.load()) } }),
		] : loading && (hasMore || !loaded) ?
		    [h("p", { text: locale.t("state.loading") })] :
		loaded && list.length === 0 ?
		    [h("p", { text: locale.t("history.empty") })] : []);
	}

	/**
	 * The row of a thread, as it is now.
	 * @param {ThreadData} thread
	 * @returns {Row}
	 */
	#row(thread)
	{
		const { locale } = this.host;
		const title = thread.title || locale.t("log.new");
		let row = this.#rows.get(thread.id);
		if (!row) {
			const open = h("button", { type: "button",
			    class: "ck-history-open", dir: "auto",
			    on: { click: () => this.#go(thread.id) } });
			row = { thread, open, li: h("li",
			    { class: "ck-history-row" }, open) };
			const menu = this.#menu(row);
			if (menu)
				row.li.append(menu);
			this.#rows.set(thread.id, row);
		}
		row.thread = thread;
		if (row.open.textContent !== title) {
			row.open.textContent = title;
			row.open.title = title;
			row.li.querySelector(".ck-icon-button")?.setAttribute(
			    "aria-label", locale.t("history.menu", { title }));
		}
		return row;
	}

	/** Which is open, and which have news. */
	#mark()
	{
		const { id } = this.host.conversation.thread;
		this.#unread.delete(id ?? "");
		for (const [key, row] of this.#rows) {
			if (key === id)
				row.open.setAttribute("aria-current", "true");
			else
				row.open.removeAttribute("aria-current");
			const news = this.#unread.has(key);
			row.li.classList.toggle("ck-unread", news);
			if (news)
				row.open.setAttribute("aria-label",
				    this.host.locale.t("history.unread", {
					title: row.open.title }));
			else
				row.open.removeAttribute("aria-label");
		}
	}

	/**
	 * @param {Row} row
	 * @returns {HTMLElement | null}
	 */
	#menu(row)
	{
		const { host } = this;
		const t = host.locale.t.bind(host.locale);
		const { showRename = true, showDelete = true } =
		    host.options.history ?? {};
		if (!showRename && !showDelete)
			return null;
		const button = h("button", { type: "button",
		    class: "ck-icon-button", "aria-haspopup": "menu",
		    "aria-expanded": "false", on: { click: () =>
			openMenu(button, [
				...showRename ? [{ label: t("history.rename"),
				    icon: "pencil",
				    choose: () => this.#rename(row) }] : [],
				...showDelete ? [{ label: t("history.delete"),
				    icon: "trash", danger: true,
				    choose: () =>
					void this.#remove(row) }] : [],
			], { host, label: button.ariaLabel ?? "" }) },
		}, icon("dots-horizontal"));
		return button;
	}

	/**
	 * A field in the place of the row.
	 * @param {Row} row
	 */
	#rename(row)
	{
		const { host } = this;
		const { id, title = "" } = row.thread;
		const input = h("input", { type: "text", class: "ck-input",
		    dir: "auto", maxlength: String(TITLE_MAX), value: title,
		    "aria-label": host.locale.t("history.new_name") });
		let over = false;
		const end = (/** @type {boolean} */ save) => {
			if (over)
				return;
			over = true;
			const inside = input.matches(":focus");
			input.replaceWith(row.open);
			if (inside)
				row.open.focus();
			const name = input.value.trim();
			if (save && name && name !== title)
				host.threads.rename(id, name).catch(
				    (error) => host.fail(error));
		};
		input.addEventListener("keydown", (e) => {
			if (e.isComposing || e.keyCode === 229 ||
			    e.key !== "Enter" && e.key !== "Escape")
				return;
			e.preventDefault();
			e.stopPropagation();
			end(e.key === "Enter");
		});
		input.addEventListener("blur", () => end(input.isConnected));
		row.open.replaceWith(input);
		input.focus();
		input.select();
	}

	/** @param {Row} row */
	async #remove(row)
	{
		const { host } = this;
		const t = host.locale.t.bind(host.locale);
		const { id, title } = row.thread;
		if (!await confirmDialog({ host, title: t("history.ask_delete"),
		    text: t("history.delete_means", { title: title ||
			t("log.new") }),
		    confirm: t("history.delete"), cancel: t("dialog.cancel"),
		    danger: true }))
			return;
		const rows = [...this.#rows.values()];
		const at = rows.indexOf(row);
		const next = rows[at + 1] ?? rows[at - 1];
		try {
			await host.threads.remove(id);
		} catch (error) {
			host.fail(error);
			return;
		}
		host.announce(t("history.deleted"));
		(next?.open.isConnected ? next.open :
		    this.element.querySelector("button"))?.focus();
	}
}

/**
 * The heading under which a time stands: a day, or a month.
 * @param {import("./i18n.js").Locale} locale
 * @param {string} when
 */
function dayOf(locale, when)
{
	const then = new Date(when);
	const now = new Date();
	const day = (/** @type {Date} */ date) => Math.round(Date.UTC(
	    date.getFullYear(), date.getMonth(), date.getDate()) / 864e5);
	const ago = day(now) - day(then);
	return ago <= 0 ? locale.t("history.today") :
	    ago === 1 ? locale.t("history.yesterday") :
	    ago <= 7 ? locale.t("history.week") :
	    ago <= 30 ? locale.t("history.month") :
	    locale.date(then, { month: "long", year: "numeric" });
}

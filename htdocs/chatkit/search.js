// @ts-check
// The search over conversations: a dialog with a field and its findings.
// Loaded on first use.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openDialog } from "./menu.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./wire.js").ThreadData} ThreadData */

/** It is searched so many milliseconds after the last key. */
const PAUSE = 150;
const LIMIT = 30;

/**
 * Open it; resolves when it has closed.
 * @param {Host} host
 * @returns {Promise<void>}
 */
export async function openSearch(host)
{
	const search = new Search(host);
	await search.dialog.closed;
	search.end();
	if (search.chosen) {
		void host.openThread(search.chosen);
		// On a touch screen that would bring up the keyboard.
		if (!matchMedia("(pointer: coarse)").matches)
			host.focusComposer();
	}
}

class Search {
	/** The thread that was chosen. */
	chosen = "";
	#list = h("div", { class: "ck-search-list", role: "listbox",
	    id: "ck-search-list" });
	#state = h("p", { class: "ck-search-state" });
	/** @type {HTMLElement[]} */
	#rows = [];
	#active = -1;
	#timer = 0;
	#asked = new AbortController();

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
		const t = host.locale.t.bind(host.locale);
		this.#list.setAttribute("aria-label", t("search.found"));
		this.field = h("input", {
			type: "text", class: "ck-search-field",
			role: "combobox", autofocus: true, autocomplete: "off",
			spellcheck: "false", enterkeyhint: "go",
			placeholder: t("search.placeholder"),
			"aria-label": t("search.placeholder"),
			"aria-autocomplete": "list", "aria-expanded": "true",
			"aria-controls": this.#list.id,
			on: {
				input: () => this.#later(),
				keydown: (/** @type {KeyboardEvent} */ e) =>
				    this.#key(e),
			},
		});
		this.field.dir = host.locale.direction;
		this.dialog = openDialog({ host, title: t("shortcut.search"),
		    bare: true, class: "ck-search" },
		    h("div", { class: "ck-search-head" }, icon("search"),
			this.field, h("button", { type: "button",
			    class: "ck-icon-button",
			    "aria-label": t("log.close"),
			    title: t("log.close"),
			    on: { click: () => this.dialog.close() } },
			    icon("close"))),
		    this.#list, this.#state);
		void this.#search();
	}

	end()
	{
		clearTimeout(this.#timer);
		this.#asked.abort();
	}

	#later()
	{
		this.field.dir = this.field.value ? "auto" :
		    this.host.locale.direction;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#search(), PAUSE);
	}

	async #search()
	{
		this.#asked.abort();
		const { signal } = this.#asked = new AbortController();
		const { threads, locale } = this.host;
		const query = this.field.value.trim();
		try {
			/** @type {ThreadData[]} */
			let found;
			let more = false;
			if (query) {
				const page = await threads.search(query,
				    { limit: LIMIT, signal });
				found = page.data;
				more = page.has_more;
			} else {
				if (!threads.loaded)
					await threads.load();
				if (threads.error)
					throw threads.error;
				found = threads.threads.slice(0, LIMIT);
			}
			if (signal.aborted)
				return;
			this.#show(found, query);
			this.#state.textContent = found.length === 0 ?
			    locale.t(query ? "search.nothing"
				: "history.empty") :
			    more ? locale.t("search.more") : "";
			this.host.announce(found.length > 0 && query ?
			    locale.t("search.count", { n: found.length }) :
			    this.#state.textContent);
		} catch (error) {
			if (signal.aborted)
				return;
			this.#show([], query);
			const { key } = /** @type {{key?:
			 *     import("./i18n.js").Key}} */ (error);
			const why = locale.t(key ?? "error.server");
			this.#state.textContent = why;
			this.host.announce(why);
		}
	}

	/**
	 * @param {ThreadData[]} found
	 * @param {string} query
	 */
	#show(found, query)
	{
		const { locale } = this.host;
		this.#rows = found.map((thread, n) => h("div", {
			class: "ck-menu-item", role: "option",
			id: `ck-found-${n}`, "aria-selected": "false",
			data: { id: thread.id },
			on: {
				click: () => this.#choose(n),
				pointermove: () => this.#activate(n),
			},
		}, h("span", { class: "ck-menu-text" },
		    h("span", { dir: "auto" }, marked(thread.title ||
			locale.t("log.new"), query)),
		    thread.taskchat?.snippet ? h("span",
			{ class: "ck-menu-note", dir: "auto" },
			marked(thread.taskchat.snippet, query)) : null),
		h("time", { class: "ck-menu-note", datetime: thread.created_at,
		    text: locale.date(thread.created_at,
			{ day: "numeric", month: "short" }) })));
		this.#list.replaceChildren(...this.#rows);
		this.#list.hidden = found.length === 0;
		this.field.setAttribute("aria-expanded",
		    String(found.length > 0));
		this.#active = -1;
		this.field.removeAttribute("aria-activedescendant");
		if (found.length > 0)
			this.#activate(0);
	}

	/** @param {number} n */
	#activate(n)
	{
		this.#rows[this.#active]?.setAttribute("aria-selected",
		    "false");
		this.#active = (n + this.#rows.length) % this.#rows.length;
		const row = this.#rows[this.#active];
		row.setAttribute("aria-selected", "true");
		row.scrollIntoView({ block: "nearest" });
		this.field.setAttribute("aria-activedescendant", row.id);
	}

	/** @param {KeyboardEvent} e */
	#key(e)
	{
		if (e.isComposing || e.keyCode === 229 ||
		    this.#rows.length === 0)
			return;
		if (e.key === "ArrowDown")
			this.#activate(this.#active + 1);
		else if (e.key === "ArrowUp")
			this.#activate(this.#active - 1);
		else if (e.key === "Enter")
			this.#choose(this.#active);
		else
			return;
		e.preventDefault();
	}

	/** @param {number} n */
	#choose(n)
	{
		this.chosen = this.#rows[n].dataset.id ?? "";
		this.dialog.close();
	}
}

/**
 * A text with the words of the query marked.
 * @param {string} text
 * @param {string} query
 * @returns {(string | HTMLElement)[]}
 */
function marked(text, query)
{
	const words = query.split(/\s+/).filter(Boolean).map((word) =>
	    word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	if (words.length === 0)
		return [text];
	return text.split(new RegExp(`(${words.join("|")})`, "giu"))
	    .map((piece, n) => n % 2 === 1 ? h("mark", { text: piece }) :
	    piece);
}

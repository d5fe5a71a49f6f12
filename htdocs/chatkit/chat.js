// @ts-check
// One chat with one backend in one language: the shell and its parts, and
// the host (host.d.ts) that lets them reach each other.

import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { EarlyConversation } from "./early.js";
import { Header } from "./header.js";
import { listenForKeys } from "./keys.js";
import { StartScreen } from "./start.js";
import { applyTheme } from "./theme.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").HistoryPart} HistoryPart */
/** @typedef {import("./host.js").Options} Options */
/** @typedef {import("./host.js").ComposerValue} ComposerValue */
/** @typedef {import("./host.js").Listen} Listen */
/** @typedef {import("@openai/chatkit").CustomApiConfig} CustomApiConfig */

/** How long a short line stays, in milliseconds. */
const STATUS_TIME = 4000;
/** What comes within this time of another has come at once. */
const VOICE_TIME = 500;

/** @implements {Host} */
export class Chat {
	shell = h("section", { class: "ck" });
	/** @type {HistoryPart | null} */
	history = null;
	/** It comes when there is something to read, or somebody writes.
	 * @type {import("./log.js").Log | null} */
	log = null;
	#page = h("div", { class: "ck-page" });
	/** What stands in the log's place. */
	#main = h("div", { class: "ck-main" },
	    h("div", { class: "ck-scroll" }, this.#page));
	/** @type {import("./log.js").Early} */
	#early = { start: this.#page, wait: h("div", { class: "ck-wait",
		hidden: true }, [1, 2, 3, 4].map(() => h("span"))),
		wanted: null, notices: [], error: null };
	/** @type {Promise<void> | null} */
	#reading = null;
	/** @type {Host["threads"]} */
	threads = /** @type {any} */ (null);
	/** The thread that the page was told of; undefined: none yet.
	 * @type {string | null | undefined} */
	#told;
	/** Said, not shown. */
	#said = 0;
	#voice = h("div", { class: "ck-sr", role: "status" });
	/** Shown; the voice says it. */
	#line = h("div", { class: "ck-toast", hidden: true,
		"aria-hidden": "true" });
	#timer = 0;
	#end = new AbortController();

	/**
	 * @param {HTMLElement} element
	 * @param {Options} options
	 * @param {import("./i18n.js").Locale} locale
	 * @param {(file: string) => Promise<void>} style
	 */
	constructor(element, options, locale, style)
	{
		this.element = element;
		this.root = /** @type {ShadowRoot} */ (element.shadowRoot);
		this.options = options;
		this.locale = locale;
		this.style = style;
		const { url } = this.#api();
		this.conversation = new EarlyConversation({
			url,
			user: options.taskchat?.user,
			language: locale.tag,
			fetch: (input, init) => (this.#api().fetch ??
			    fetch)(input, init),
			log: (name, data) => this.emit("log", { name, data }),
			onClientTool: () => this.options.onClientTool,
		});
		this.#listen();
		this.composer = new Composer(this);
		this.start = new StartScreen(this);
		this.header = new Header(this);
		this.#early.start = this.start.element;
		this.#early.wait.append(h("p", { class: "ck-sr",
			text: locale.t("state.loading") }));
		this.#page.append(this.start.element, this.#early.wait);
		this.shell.classList.add("ck-fresh");
		this.shell.addEventListener("input", () => this.#read());
		this.chat = h("div", { class: "ck-chat" }, this.header.element,
		    this.#main,
		    h("div", { class: "ck-foot" }, this.#line,
			this.composer.element));
		this.shell.append(this.chat, this.#voice);
		this.update(options);
		const deaf = listenForKeys(this);
		this.#end.signal.addEventListener("abort", deaf);
	}

	#api()
	{
		return /** @type {CustomApiConfig} */ (this.options.api);
	}

	/** What the conversation tells, as the events of the element. */
	#listen()
	{
		const { conversation } = this;
		/** @type {Listen} */
		const on = (type, listener) => conversation.addEventListener(
		    type, (event) => listener(
		    /** @type {CustomEvent} */ (event).detail),
		    { signal: this.#end.signal });
		on("load", ({ threadId, phase }) => {
			const early = this.#early;
			if (phase === "start" && !this.log) {
				this.shell.classList.remove("ck-fresh");
				early.start.hidden = true;
				early.wait.hidden = false;
				early.wanted = threadId;
				early.error = null;
			} else if (!early.error) {
				early.wanted = null;
			}
			this.#read();
			this.emit(`thread.load.${phase}`, { threadId });
		});
		on("state", () => conversation.canStop && this.#read());
		on("response", ({ phase }) => this.emit(`response.${phase}`));
		on("error", (failed) => {
			// a message that is not sent shows why by itself
			if (failed.localId)
				this.announce(failed.error.say(this.locale));
			else
				this.#early.error = failed;
			this.#read();
			this.emit("error", { error: failed.error });
		});
		on("thread", ({ threadId, created }) => {
			if (!created)
				this.#follow();
			this.#tell(threadId);
		});
		this.#follow();
	}

	/** Say once which thread is open. @param {string | null} threadId */
	#tell(threadId)
	{
		if (threadId !== this.#told)
			this.emit("thread.change", { threadId });
		this.#told = threadId;
	}

	/** Another thread is open: heed what its answers tell the page. */
	#follow()
	{
		const { thread } = this.conversation;
		const { signal } = this.#end;
		thread.addEventListener("item", () => this.#read(), { signal });
		thread.addEventListener("notice", (event) => {
			if (!this.log)
				this.#early.notices.push(
				    /** @type {CustomEvent} */ (event).detail);
		}, { signal });
		thread.addEventListener("effect", (event) => this.emit("effect",
		    /** @type {CustomEvent} */ (event).detail), { signal });
		thread.addEventListener("failure", () => {
			const { failure } = thread;
			if (failure)
				this.emit("error", { error: new Error(
				    failure.message || failure.code) });
		}, { signal });
	}

	/** Get the log, once. */
	#read()
	{
		this.#reading ??= this.#getLog();
		this.conversation.wake().catch(() => {
			// said when something is sent
		});
	}

	async #getLog()
	{
		const { locale } = this;
		try {
			const [{ Log }] = await Promise.all([import("./log.js"),
			    this.style("log.css"), this.style("markdown.css")]);
			if (this.#end.signal.aborted)
				return;
			this.log = new Log(this, this.#early);
			this.#main.replaceWith(this.log.element);
			this.log.toEnd();
		} catch (error) {
			const note = h("div", { class: "ck-missing",
				role: "alert" }, h("p", null,
			    locale.t("log.module")), h("button",
			    { type: "button", class: "ck-button",
				on: { click: () => {
					note.remove();
					this.#reading = null;
					this.#read();
				} } }, locale.t("log.retry")));
			this.#early.wait.hidden = true;
			this.#page.append(note);
			this.emit("error", { error });
		}
	}

	/** @param {Options} options */
	update(options)
	{
		this.options = options;
		const { shell, locale } = this;
		applyTheme(shell, options.theme);
		shell.lang = locale.language;
		shell.dir = locale.direction;
		shell.setAttribute("aria-label", options.frameTitle ||
		    locale.t("log.name"));
		shell.classList.toggle("ck-embedded",
		    Boolean(options.taskchat?.embedded));
		for (const part of [this.header, this.log, this.start,
			this.composer, this.history])
			part?.update();
	}

	destroy()
	{
		this.#end.abort();
		clearTimeout(this.#timer);
		for (const part of [this.header, this.log, this.start,
			this.composer, this.history])
			part?.destroy();
		this.conversation.close();
		this.shell.remove();
	}

	/** @param {string} text */
	status(text)
	{
		this.announce(text);
		this.#line.textContent = text;
		this.#line.hidden = false;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#line.hidden = true;
		}, STATUS_TIME);
	}

	/** @param {string} text */
	announce(text)
	{
		// what comes at once is said one after the other; a node of its
		// own each time: the same words again are news too
		const now = performance.now();
		if (now - this.#said > VOICE_TIME)
			this.#voice.replaceChildren();
		this.#said = now;
		this.#voice.append(h("p", { text }));
	}

	/** @param {unknown} error */
	fail(error)
	{
		const { key } = /** @type {{key?: import("./i18n.js").Key}} */ (
		    error ?? {});
		this.status(this.locale.t(key ?? "error.server"));
		this.emit("error", { error: error instanceof Error ? error :
		    new Error(String(error)) });
	}

	/** @param {string | null} id */
	async openThread(id)
	{
		if (id === null && this.#told === undefined)
			this.#tell(null);
		await this.conversation.open(id);
	}

	focusComposer()
	{
		this.composer.focus();
	}

	/** @param {ComposerValue} value */
	compose(value)
	{
		return this.composer.set(value);
	}

	/** @param {import("./wire.d.ts").UserMessage} item */
	edit(item)
	{
		this.composer.edit(item);
	}

	/** @returns {boolean} */
	escape()
	{
		if (this.history?.open) {
			this.history.hide();
			return true;
		}
		return this.composer.escape();
	}

	/** @param {string} name @param {unknown} [detail] */
	emit(name, detail)
	{
		this.element.dispatchEvent(new CustomEvent(`chatkit.${name}`,
		    { detail }));
	}

	/**
	 * Import a module of what is not needed at once, and the list of
	 * threads, which such modules show.
	 * @template T
	 * @param {Promise<T>} module
	 * @returns {Promise<T | undefined>} undefined: it did not come, which
	 * has been said
	 */
	async #later(module)
	{
		try {
			const [it, { ThreadList }, conversation] =
			    await Promise.all([module, import("./threads.js"),
				this.conversation.wake()]);
			this.threads ??= new ThreadList({ conversation,
				backend: conversation.backend });
			return this.#end.signal.aborted ? undefined : it;
		} catch (error) {
			this.status(this.locale.t("log.module"));
			this.emit("error", { error });
		}
	}

	async showHistory()
	{
		const it = !this.history &&
		    await this.#later(import("./history.js"));
		if (it)
			this.history ??= new it.History(this);
		this.history?.show();
	}

	hideHistory()
	{
		this.history?.hide();
	}

	async showSearch()
	{
		const it = await this.#later(import("./search.js"));
		await it?.openSearch(this);
	}

	async showShortcuts()
	{
		const it = await this.#later(import("./shortcuts.js"));
		await it?.openShortcuts(this);
	}
}

// @ts-check
// The custom element: options, methods and events of the published types.
// It lives through being moved in the page, disconnected and connected again,
// and given options before, after and in between.

import { Chat } from "./chat.js";
import { h } from "./dom.js";
import { Locale } from "./i18n.js";
import { checkOptions } from "./options.js";

/** @typedef {import("./host.js").Options} Options */
/** @typedef {import("./host.js").ComposerValue} ComposerValue */
/** @typedef {import("@openai/chatkit").OpenAIChatKit} OpenAIChatKit */
/** @typedef {Parameters<OpenAIChatKit["sendUserMessage"]>[0]} Message */

export class ChatKitElement extends HTMLElement {
	/** @type {Options | null} */
	#options = null;
	/** @type {Chat | null} */
	#chat = null;
	/** What another one than #chat would be made for. */
	#key = "";
	/** Whose threads #thread is one of. */
	#place = "";
	/** Grows with each chat begun: who comes late sees it is not meant. */
	#turn = 0;
	/** The thread to open again; undefined: that of the options.
	 * @type {string | null | undefined} */
	#thread;
	/** @type {Map<string, Promise<void>>} */
	#sheets = new Map();
	/** The chat, once it can be talked to. */
	#ready = later();
	#settled = false;

	constructor()
	{
		super();
		this.attachShadow({ mode: "open" });
	}

	connectedCallback()
	{
		// on its way while the page makes the options
		this.#dress().catch(() => {});
		this.#apply();
	}

	disconnectedCallback()
	{
		// a move in the page connects again before this runs
		setTimeout(() => {
			if (!this.isConnected)
				this.#close();
		});
	}

	/**
	 * All options anew: nothing is merged.  Throws a TypeError that names
	 * what is wrong (chatkit.error has it too), and leaves everything as it
	 * was.
	 * @param {Options} options
	 */
	setOptions(options)
	{
		try {
			checkOptions(options);
		} catch (error) {
			this.dispatchEvent(new CustomEvent("chatkit.error",
			    { detail: { error } }));
			throw error;
		}
		this.#options = options;
		if (this.isConnected)
			this.#apply();
	}

	#apply()
	{
		const options = this.#options;
		if (!options)
			return;
		const { api, locale, taskchat } = options;
		const place = JSON.stringify(["url" in api && api.url,
		    taskchat?.user]);
		const key = `${place} ${locale}`;
		if (key === this.#key) {
			this.#chat?.update(options);
			return;
		}
		this.#close();
		if (place !== this.#place)
			this.#thread = undefined;
		this.#place = place;
		this.#key = key;
		this.#begin(options, ++this.#turn);
	}

	/**
	 * @param {Options} options
	 * @param {number} turn
	 */
	async #begin(options, turn)
	{
		const late = () => turn !== this.#turn;
		const locale = await Locale.load(options.locale);
		if (late())
			return;
		try {
			if (!("url" in options.api))
				throw new Error("openai-chatkit: what the"
				    + " vendor hosts needs the vendor's"
				    + " element; this one needs api.url");
			await this.#dress();
			if (!late())
				await this.#show(this.#options ?? options,
				    locale);
		} catch (error) {
			if (late())
				return;
			this.#close();
			const hosted = !("url" in options.api);
			this.#say(locale, hosted ? "log.hosted" :
			    "log.module", error);
			if (hosted) {
				// no trying again makes that good
				this.#settled = true;
				this.#ready.reject(error);
			}
		}
	}

	/**
	 * @param {Options} options
	 * @param {Locale} locale
	 */
	async #show(options, locale)
	{
		const chat = this.#chat = new Chat(this, options, locale,
		    (file) => this.#style(file).catch(() => {}));
		this.#shadow.querySelector(".ck-missing")?.remove();
		this.#shadow.append(chat.shell);
		chat.emit("ready");
		await chat.openThread(this.#thread === undefined ?
		    options.initialThread ?? null : this.#thread);
		if (this.#chat === chat) {
			this.#settled = true;
			this.#ready.resolve(chat);
		}
	}

	#close()
	{
		this.#turn++;
		this.#key = "";
		const chat = this.#chat;
		if (this.#settled) {
			if (chat)
				this.#thread = chat.conversation.thread.id;
			this.#settled = false;
			this.#ready = later();
		}
		// else who waits for it waits for the next one
		this.#chat = null;
		chat?.destroy();
	}

	get #shadow()
	{
		return /** @type {ShadowRoot} */ (this.shadowRoot);
	}

	/**
	 * Words where there can be nothing else: never a blank element.
	 * @param {Locale} locale
	 * @param {"log.module" | "log.hosted"} key
	 * @param {unknown} error
	 */
	#say(locale, key, error)
	{
		const again = h("button", { type: "button",
			text: locale.t("log.retry"), on: { click: () => {
				this.#key = "";
				this.#apply();
			} } });
		this.#shadow.querySelector(".ck-missing")?.remove();
		this.#shadow.append(h("div", { class: "ck-missing",
			role: "alert", lang: locale.language,
			dir: locale.direction },
		    h("p", { text: locale.t(key) }),
		    key === "log.module" && again));
		this.dispatchEvent(new CustomEvent("chatkit.error",
		    { detail: { error } }));
	}

	/** What every chat wears. */
	#dress()
	{
		return Promise.all([this.#style("style.css"),
		    this.#style("composer.css")]);
	}

	/**
	 * Link a style sheet of this folder, once; one that failed is tried
	 * again the next time.
	 * @param {string} file
	 * @returns {Promise<void>}
	 */
	#style(file)
	{
		let sheet = this.#sheets.get(file);
		if (!sheet) {
			const link = h("link", { rel: "stylesheet",
				href: new URL(file, import.meta.url).href });
			sheet = new Promise((resolve, reject) => {
				link.onload = () => resolve();
				link.onerror = () => {
					this.#sheets.delete(file);
					link.remove();
					reject(new Error(`no ${file}`));
				};
				this.#shadow.prepend(link);
			});
			this.#sheets.set(file, sheet);
		}
		return sheet;
	}

	async focusComposer()
	{
		(await this.#ready.promise).focusComposer();
	}

	/** @param {string | null} id */
	async setThreadId(id)
	{
		await (await this.#ready.promise).openThread(id);
	}

	/** @param {Message} message */
	async sendUserMessage(message)
	{
		const { conversation } = await this.#ready.promise;
		await conversation.send({
			content: message.content ??
			    [{ type: "input_text", text: message.text ?? "" }],
			attachments: message.attachments,
			quoted_text: message.reply,
			inference_options: {
				tool_choice: message.toolChoice,
				model: message.model,
			},
		}, { newThread: message.newThread });
	}

	/** @param {ComposerValue} value */
	async setComposerValue(value)
	{
		await (await this.#ready.promise).compose(value);
	}

	/**
	 * @param {{type: string, payload?: Record<string, unknown>}} action
	 * @param {string} [itemId]
	 */
	async sendCustomAction(action, itemId)
	{
		const { conversation } = await this.#ready.promise;
		await conversation.act(action, itemId);
	}

	async showHistory()
	{
		await (await this.#ready.promise).showHistory();
	}

	async hideHistory()
	{
		(await this.#ready.promise).hideHistory();
	}

	async fetchUpdates()
	{
		const { conversation, threads } = await this.#ready.promise;
		await Promise.all([conversation.refresh(),
		    threads?.loaded && threads.load()]);
	}
}

/**
 * A promise and what settles it.
 * @returns {{promise: Promise<Chat>, resolve: (chat: Chat) => void,
 *     reject: (error: unknown) => void}}
 */
function later()
{
	/** @type {any} */
	const it = {};
	it.promise = new Promise((resolve, reject) => {
		Object.assign(it, { resolve, reject });
	});
	it.promise.catch(() => {});	// nobody may be waiting
	return it;
}

if (!customElements.get("openai-chatkit"))
	customElements.define("openai-chatkit", ChatKitElement);

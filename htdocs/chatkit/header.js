// @ts-check
// The line above the conversation: its title, the ways to other ones, what
// the page adds, and below it what is wrong with the line.

import { add, h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").Part} Part */
/** @typedef {import("./i18n.js").Key} Key */

/** @implements {Part} */
export class Header {
	#bar = h("header", { class: "ck-header" });
	#title = h("h2", { class: "ck-title", dir: "auto" });
	#banner = h("p", { class: "ck-banner", hidden: true });
	element = h("div", { class: "ck-head" }, this.#bar, this.#banner);
	#end = new AbortController();

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
		const { signal } = this.#end;
		const { conversation } = host;
		conversation.addEventListener("state", () => this.#line(),
		    { signal });
		conversation.addEventListener("thread", () => this.#follow(),
		    { signal });
		this.#follow();
	}

	#follow()
	{
		this.host.conversation.thread.addEventListener("thread",
		    () => this.#name(), { signal: this.#end.signal });
		this.#name();
	}

	#name()
	{
		const { title } = this.host.options.header ?? {};
		const { conversation, locale } = this.host;
		this.#title.textContent = title?.text ??
		    (conversation.thread.data?.title || locale.t(
		    conversation.state === "loading" ? "log.name" : "log.new"));
		// the heading stays for who listens: here the chat begins
		this.#title.classList.toggle("ck-sr", title?.enabled === false);
	}

	#line()
	{
		this.#name();
		const { state } = this.host.conversation;
		/** @type {Key | null} */
		const key = state === "offline" ? "error.offline" :
		    state === "reconnecting" ? "state.reconnecting" : null;
		const text = key ? this.host.locale.t(key) : "";
		if (text === this.#banner.textContent)
			return;
		this.#banner.hidden = !key;
		this.#banner.textContent = text;
		if (text)
			this.host.announce(text);
	}

	update()
	{
		const { host } = this;
		const { header = {}, history } = host.options;
		const focus = host.root.activeElement;
		const at = focus instanceof HTMLElement &&
		    this.#bar.contains(focus) ? focus.dataset.action : null;
		this.#bar.hidden = header.enabled === false;
		this.#bar.replaceChildren();
		add(this.#bar, [
			this.#given("left", header.leftAction),
			history?.enabled !== false && this.#button("history",
			    "history", "log.history", () => host.showHistory()),
			this.#title,
			this.#button("new", "compose", "log.new", () => {
				host.openThread(null);
				host.focusComposer();
			}),
			this.#given("right", header.rightAction),
		]);
		if (at)
			/** @type {HTMLElement | null} */ (
			    this.#bar.querySelector(
			    `[data-action="${at}"]`))?.focus();
		this.#line();
	}

	/**
	 * @param {string} action
	 * @param {string} name
	 * @param {Key} key
	 * @param {() => void} press
	 */
	#button(action, name, key, press)
	{
		const label = this.host.locale.t(key);
		return h("button", { type: "button", class: "ck-icon-button",
			title: label, "aria-label": label, data: { action },
			on: { click: press } }, icon(name));
	}

	/**
	 * The page's own button; it gives an icon and no name, so the icon's
	 * is said.
	 * @param {"left" | "right"} side
	 * @param {{icon: string, onClick: () => void} | undefined} action
	 */
	#given(side, action)
	{
		return action && h("button", { type: "button",
			class: "ck-icon-button", data: { action: side },
			"aria-label": action.icon.replaceAll("-", " "),
			on: { click: () => this.host.options.header
			    ?.[`${side}Action`]?.onClick() },
		}, icon(action.icon));
	}

	destroy()
	{
		this.#end.abort();
	}
}

// @ts-check
// The start screen: a greeting, and prompts to begin with.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").Part} Part */

/** @implements {Part} */
export class StartScreen {
	/** Shown by the log while it is empty. */
	element = h("div", { class: "ck-start" });
	#drawn = "";

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
		this.update();
	}

	/** The options have changed: draw anew what is not as they say. */
	update()
	{
		const { startScreen = {} } = this.host.options;
		const drawn = JSON.stringify(startScreen);
		if (drawn === this.#drawn)
			return;
		this.#drawn = drawn;
		const { greeting, prompts = [] } = startScreen;
		this.element.replaceChildren(h("h2", { class: "ck-greeting",
		    dir: "auto", text: greeting ??
			this.host.locale.t("start.greeting") }));
		if (prompts.length > 0)
			this.element.append(h("ul", { class: "ck-prompts" },
			    prompts.map((one, n) => h("li", null, h("button", {
				type: "button", class: "ck-prompt",
				on: { click: () => this.#send(n) },
			    }, one.icon ? icon(one.icon) : null,
			    h("span", { dir: "auto", text: one.label }))))));
	}

	/**
	 * The composer sends it, with the tool and model chosen there.
	 * @param {number} n a prompt's number
	 */
	#send(n)
	{
		const { prompts } = this.host.options.startScreen ?? {};
		const prompt = prompts?.[n]?.prompt;
		this.host.focusComposer();	// the button is about to go
		this.element.dispatchEvent(new CustomEvent("ck-prompt", {
			bubbles: true,
			detail: typeof prompt === "string" ?
			    [{ type: "input_text", text: prompt }] : prompt,
		}));
	}

	destroy()
	{
		this.element.remove();
	}
}

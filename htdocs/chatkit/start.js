// @ts-check
// The start screen: a greeting, and prompts to begin with.

import { h } from "./dom.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").Part} Part */

/** @implements {Part} */
export class StartScreen {
	/** @type {HTMLElement} shown by the element while no thread is open */
	element = h("div", { class: "start" });

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
		this.update();
	}

	/** The options have changed: draw anew. */
	update()
	{
	}

	destroy()
	{
	}
}

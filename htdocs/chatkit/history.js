// @ts-check
// The history panel: every conversation by day, newest first.  Loaded on
// first use.

import { h } from "./dom.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").HistoryPart} HistoryPart */

/** @implements {HistoryPart} */
export class History {
	/** @type {HTMLElement} put into host.shell by show() */
	element = h("aside", { class: "history" });
	open = false;

	/** @param {Host} host */
	constructor(host)
	{
		this.host = host;
	}

	/**
	 * Open it: beside the conversation where the element is at least 900
	 * pixels wide, else over it, with the focus inside.  Fires
	 * chatkit.history.open.
	 */
	show()
	{
	}

	/** Fires chatkit.history.close if it was open; the focus goes back. */
	hide()
	{
	}

	/** The options or the locale have changed. */
	update()
	{
	}

	destroy()
	{
	}
}

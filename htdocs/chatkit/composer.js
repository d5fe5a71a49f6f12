// @ts-check
// The composer: where the person writes.  What a plain message does not need
// (attachments, menus, dictation, questions) is loaded when it is first used.

import { h } from "./dom.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").ComposerPart} ComposerPart */
/** @typedef {import("@openai/chatkit").UserMessageContent} Content */
/** @typedef {import("@openai/chatkit").Attachment} Attachment */

/** @implements {ComposerPart} */
export class Composer {
	/** @type {HTMLElement} goes below the log (or the start screen) */
	element = h("div", { class: "composer" });

	/**
	 * Listens to the conversation ("state", "thread") by itself.
	 * @param {Host} host
	 */
	constructor(host)
	{
		this.host = host;
	}

	/** The options have changed.  What was written stays. */
	update()
	{
	}

	focus()
	{
	}

	/**
	 * setComposerValue() of the element: only what is given changes.
	 * "reply" is shown above the field and sent as quoted_text.
	 * @param {import("./host.js").ComposerValue} value
	 * @returns {Promise<void>} when files that were given are uploaded
	 */
	async set(value)
	{
	}

	/**
	 * Edit a message that was sent: its text comes into the composer, with
	 * a line saying so; Send sends the edit, Esc leaves it and brings back
	 * what was being written.
	 * @param {import("./wire.js").UserMessage} item
	 */
	edit(item)
	{
	}

	/**
	 * What Esc does here: close a menu, leave dictation, stop the answer,
	 * leave editing; the first that applies.
	 * @returns {boolean} whether one did
	 */
	escape()
	{
		return false;
	}

	/** The draft is kept; listeners go. */
	destroy()
	{
	}
}

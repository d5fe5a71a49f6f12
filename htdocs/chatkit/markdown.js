// @ts-check
// Markdown of models as nodes.

import { h } from "./dom.js";

/** @typedef {import("./i18n.js").Locale} Locale */
/** @typedef {import("./wire.d.ts").Annotation} Annotation */

/**
 * @typedef {object} MarkdownOptions
 * @property {Locale} locale
 * @property {(url: string) => boolean} [allowImage] may this image be
 * loaded?  The address is absolute.  Left out: none may.
 * @property {(url: string, event: Event) => void} [onLink] a
 * chatkit-link:// was clicked
 * @property {(source: import("./wire.d.ts").EntitySource) => void} [onEntity]
 * the footnote mark of an interactive entity was clicked
 */

/**
 * One text, drawn as it arrives.  Blocks that are complete are not touched
 * again; what is drawn after finish() is the same as set() of the whole text
 * would draw, however it was cut.
 */
export class MarkdownView {
	/** A <div class="ck-md">. */
	element = h("div", { class: "ck-md" });

	/** @param {MarkdownOptions} options */
	constructor(options)
	{
		void options;
	}

	/**
	 * More of the text.  Drawn with the next frame.
	 * @param {string} delta
	 */
	append(delta)
	{
		this.element.append(delta);
	}

	/**
	 * This is the whole text, and complete.  Drawn at once; blocks that
	 * are as they were stay the same nodes.
	 * @param {string} text
	 */
	set(text)
	{
		this.element.textContent = text;
	}

	/** There is no more to come.  Drawn at once. */
	finish()
	{
	}

	/**
	 * Put footnote marks where the annotations' index says; call again
	 * with all of them when there are more.  Numbers are those that
	 * drawSources() gives the same annotations.
	 * @param {Annotation[]} annotations
	 */
	annotate(annotations)
	{
		void annotations;
	}
}

/**
 * A link's address if it is one to follow (http, https, mailto, tel, or
 * relative to this page), else null.
 * @param {string} href
 * @returns {string | null}
 */
export function safeLink(href)
{
	void href;
	return null;
}

/**
 * Put a text into the clipboard.  False: the browser would not.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text)
{
	void text;
	return false;
}

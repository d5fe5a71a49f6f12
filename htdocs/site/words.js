// @ts-check
// The site's words.  Those of the frame, the chat and the tasks come at once;
// those of a single page, in locale/…-pages.js, when a page asks for them.

import english from "./locale/en.js";
import { Words } from "../chatkit/words.js";

/** @typedef {keyof typeof english} Key */
/** @typedef {keyof typeof import("./locale/en-pages.js").default} PageKey */

/** The language somebody chose here; "": the browser's. */
export function chosenLanguage()
{
	try {
		return localStorage.getItem("tc.language") ?? "";
	} catch {
		return "";
	}
}

/** @type {Words<Key>} */
export const words = new Words(english);

/** Never fails: what cannot be had is English. */
export function loadWords()
{
	return words.become(chosenLanguage() || undefined, (language) =>
	    import(`./locale/${language}.js`));
}

/**
 * The words of the single pages.
 * @returns {Promise<Words<PageKey>>}
 */
export async function loadPageWords()
{
	/** @type {Words<PageKey>} */
	const more = new Words((await import("./locale/en-pages.js")).default);
	return more.become(chosenLanguage() || undefined, (language) =>
	    import(`./locale/${language}-pages.js`));
}

/**
 * Put words in place of the English ones of the document: data-t names the
 * key of an element's text, data-t-label that of its aria-label, and
 * data-t-placeholder that of its placeholder.
 *
 * @param {Words<any>} from
 * @param {ParentNode} [within]
 */
export function translate(from, within = document)
{
	/** @type {[string, (el: HTMLElement, text: string) => void][]} */
	const places = [
		["t", (el, text) => { el.textContent = text; }],
		["tLabel", (el, text) => el.setAttribute("aria-label", text)],
		["tPlaceholder", (el, text) =>
		    el.setAttribute("placeholder", text)],
	];
	for (const [name, put] of places) {
		const attribute = name.replace(/[A-Z]/g, (c) =>
		    `-${c.toLowerCase()}`);
		for (const el of /** @type {NodeListOf<HTMLElement>} */ (
		    within.querySelectorAll(`[data-${attribute}]`))) {
			const text = from.t(el.dataset[name]);
			if (text)
				put(el, text);
		}
	}
}

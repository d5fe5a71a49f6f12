// @ts-check
// A document in another language.

/**
 * Put words in place of the English ones of the document: data-t names the
 * key of an element's text, data-t-label that of its aria-label, and
 * data-t-placeholder that of its placeholder.
 *
 * @param {import("../chatkit/words.js").Words<any>} from
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

// @ts-check
// What stands around the composer's field now and then: the lines of what is
// edited or quoted, and the page's own words below.  Loaded with the first.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("./host.js").Host} Host */

/**
 * Draw the lines above the field anew.
 * @param {Composer} composer
 * @param {(() => void) | null} leave an edit is going on, and this leaves it
 * @param {string} reply what is quoted, or ""
 * @param {() => void} unquote
 */
export function drawAbout(composer, leave, reply, unquote)
{
	const t = composer.host.locale.t.bind(composer.host.locale);
	/** @type {(text: Node, name: string, done: () => void) => Node} */
	const line = (text, name, done) => h("div",
	    { class: "ck-composer-about" }, text, h("button", {
		type: "button", class: "ck-icon-button", title: name,
		"aria-label": name, on: { click: () => {
			done();
			composer.focus();
		} } }, icon("close")));
	for (const old of composer.above.querySelectorAll(
	    ".ck-composer-about"))
		old.remove();
	if (leave)
		composer.above.prepend(line(h("span",
		    { text: t("composer.editing") }), t("composer.leave_edit"),
		    leave));
	if (reply)
		composer.above.prepend(line(h("blockquote",
		    { dir: "auto", text: reply }), t("composer.unquote"),
		    unquote));
}

/**
 * The disclaimer, in Markdown.
 * @param {Host} host
 * @param {HTMLElement} element its content; drawn anew when it is another
 * @param {import("@openai/chatkit").DisclaimerOption} disclaimer
 */
export async function drawDisclaimer(host, element, disclaimer)
{
	const { text, highContrast = false } = disclaimer;
	element.classList.toggle("ck-strong", highContrast);
	if (element.dataset.text === text)
		return;
	element.dataset.text = text;
	const { markdown } = await import("./item.js");
	const view = markdown(host);
	view.set(text);
	if (element.dataset.text === text)
		element.replaceChildren(view.element);
}

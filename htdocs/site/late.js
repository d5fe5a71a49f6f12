// @ts-check
// What a page needs only later: lines that pass, sheets of style.

import { h } from "../chatkit/dom.js";
import { el } from "./page.js";

/** Have a sheet of style; resolves when it is there, or could not be had.
 * @param {string} href */
export function style(href)
{
	const link = h("link", { rel: "stylesheet", href });
	return document.querySelector(`link[href="${href}"]`) ? null :
	    new Promise((resolve) => {
		link.onload = link.onerror = resolve;
		document.head.append(link);
	});
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading;

/**
 * A line that passes; with a way to act on it, it stays longer, and as long
 * as the pointer or the focus is on it.
 * @param {string} text
 * @param {{label: string, act: () => void}} [way]
 */
export function toast(text, way)
{
	const box = el("toast");
	style("/site/late.css");
	const hide = () => box.replaceChildren();
	const wait = () => {
		clearTimeout(fading);
		fading = setTimeout(() => box.matches(":hover, :focus-within") ?
		    wait() : hide(), way ? 10000 : 5000);
	};

	box.replaceChildren(h("span", { text }));
	if (way)
		box.append(h("button", { type: "button", text: way.label,
		    on: { click: () => { hide(); way.act(); } } }));
	wait();
}

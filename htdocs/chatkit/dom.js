// @ts-check
// Making nodes.  Words of people and models become text nodes here, never
// HTML: nothing in this folder may use innerHTML or its like, which the
// page's Trusted Types policy refuses anyway.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Make an element.
 *
 * Of props: "class" and "text" (textContent) are what they say; "on" maps
 * event types to listeners; "data" maps names to data-* attributes; "style"
 * maps custom or plain property names to values, set through the CSSOM
 * because a style attribute is refused by the page's policy; what is a
 * property of the element and not a string is set as such; the rest are
 * attributes.  null, undefined and false leave an attribute out, true sets it
 * empty.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children)
{
	const el = document.createElement(tag);
	for (const [name, value] of Object.entries(props ?? {})) {
		if (value === null || value === undefined || value === false)
			continue;
		if (name === "class") {
			el.className = value;
		} else if (name === "text") {
			el.textContent = value;
		} else if (name === "on") {
			for (const [type, listener] of Object.entries(value))
				el.addEventListener(type, listener);
		} else if (name === "data") {
			Object.assign(el.dataset, value);
		} else if (name === "style") {
			for (const [key, v] of Object.entries(value))
				if (v !== null && v !== undefined)
					el.style.setProperty(key, String(v));
		} else if (typeof value !== "string" && name in el &&
		    value !== true) {
			/** @type {any} */ (el)[name] = value;
		} else {
			el.setAttribute(name, value === true ? "" : value);
		}
	}
	add(el, children);
	return el;
}

/**
 * Append children, leaving out null, undefined and false.
 * @param {Node} parent
 * @param {(Child | Child[])[]} children
 */
export function add(parent, children)
{
	for (const child of children.flat()) {
		if (child === null || child === undefined || child === false)
			continue;
		parent.appendChild(child instanceof Node ? child
		    : document.createTextNode(String(child)));
	}
}

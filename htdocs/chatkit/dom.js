// @ts-check
// Making nodes.  Words of people and models become text nodes here, never
// HTML, which the page's Trusted Types policy refuses anyway.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Make an element.  Of props, "class" and "text" are what they say, "on" has
 * listeners by event type, "data" goes to data-*, "style" to the CSSOM (the
 * page's policy refuses style attributes).  What is no string is set as a
 * property where there is one; the rest are attributes: true is an empty one,
 * null, undefined and false leave it out.
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
		if (name === "class")
			el.className = value;
		else if (name === "text")
			el.textContent = value;
		else if (name === "on")
			for (const [type, listener] of Object.entries(value))
				el.addEventListener(type, listener);
		else if (name === "data")
			Object.assign(el.dataset, value);
		else if (name === "style")
			for (const [key, v] of Object.entries(value))
				el.style.setProperty(key, v ?? "");
		else if (typeof value !== "string" && value !== true &&
		    name in el)
			/** @type {any} */ (el)[name] = value;
		else
			el.setAttribute(name, value === true ? "" : value);
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
	for (const child of children.flat())
		if (child !== null && child !== undefined && child !== false)
			parent.appendChild(child instanceof Node ? child :
			    document.createTextNode(String(child)));
}

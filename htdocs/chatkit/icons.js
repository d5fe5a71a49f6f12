// @ts-check
// Pictures: our own, 24 by 24, drawn with one stroke width.  Here are those
// the page itself needs; the rest of the protocol's names come on first use.

/**
 * The picture of a name, as an <svg class="ck-icon" aria-hidden="true">: the
 * control around it carries the name.  Its size is 1.25em unless CSS says
 * otherwise, its colour the text's.  Never fails: a name that is not among
 * ours ("lucide:cat", "vendor:x") is a small dot.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name)
{
	const svg = document.createElementNS("http://www.w3.org/2000/svg",
	    "svg");
	svg.setAttribute("class", "ck-icon");
	svg.setAttribute("data-icon", name);
	svg.setAttribute("aria-hidden", "true");
	return svg;
}

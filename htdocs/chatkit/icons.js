// @ts-check
// Pictures: our own, 24 by 24, drawn with one stroke width.  Here are those of
// a first look; the element's others come with what shows them (more.js), the
// rest of the protocol's names (icons-more.js) when one is asked for.
//
// A picture is a path's data with four words more: O x y r is a circle,
// R x y w h r a rectangle with round corners, P x y a point, and what comes
// after F is filled.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
export const PICTURES = {
	"arrow-up": "M12 19V5M6 11l6-6 6 6",
	"close": "M6 6l12 12M18 6L6 18",
	"compose": "M12 5H7a3 3 0 0 0-3 3v9a3 3 0 0 0 3 3h9a3 3 0 0 0 3-3v-5" +
	    "M9.5 14.5l.6-3.2L18 3.4a1.9 1.9 0 0 1 2.6 2.6l-7.9 7.9z",
	"history": "M4 5v4.5h4.5M4.4 9.5A8.3 8.3 0 1 1 4 14M12 8v4.5l3 2",
	"stop": "FR6.5 6.5 11 11 2",
};

const DOT = "FO12 12 3";

/** @type {Promise<Record<string, string>> | undefined} */
let more;

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
	const svg = document.createElementNS(SVG, "svg");
	const own = String(name).replace(/^(?:lucide|vendor):/, "");

	put(svg, { "class": "ck-icon", "data-icon": name,
		"viewBox": "0 0 24 24", "width": "1.25em", "height": "1.25em",
		"fill": "none", "stroke": "currentColor",
		"stroke-width": "1.75", "stroke-linecap": "round",
		"stroke-linejoin": "round", "aria-hidden": "true" });
	if (Object.hasOwn(PICTURES, own)) {
		draw(svg, PICTURES[own]);
	} else {
		more ??= Promise.all([import("./icons-more.js"),
		    import("./more.js")]).then(([{ MORE }]) =>
		    ({ ...MORE, ...PICTURES }));
		more.then((all) => draw(svg, Object.hasOwn(all, own) ?
		    all[own] : DOT)).catch(() => {
			more = undefined;	// asked for again
			draw(svg, DOT);
		});
	}
	return svg;
}

/**
 * @param {SVGElement} el
 * @param {Record<string, string>} attributes
 */
function put(el, attributes)
{
	for (const [name, value] of Object.entries(attributes))
		el.setAttribute(name, value);
}

/** @param {number} n */
function short(n)
{
	return Number(n.toFixed(3));
}

/**
 * @param {SVGSVGElement} svg
 * @param {string} picture
 */
function draw(svg, picture)
{
	picture.split("F").forEach((data, i) => {
		if (data === "")
			return;
		const path = document.createElementNS(SVG, "path");
		path.setAttribute("d", data.replace(
		    /([ORP])((?:[ ]?[\d.]+)+)/g, (_, word, numbers) => {
			const [x, y, a, b, r] = numbers.trim().split(" ")
			    .map(Number);
			if (word === "P")
				return `M${x} ${y}h.01`;
			if (word === "O")
				return `M${short(x - a)} ${y}` + [2, -2].map(
				    d => `a${a} ${a} 0 1 0 ${d * a} 0`)
				    .join("");
			return `M${short(x + r)} ${y}h${short(a - 2 * r)}` +
			    [`${r} ${r}v${short(b - 2 * r)}`,
			    `${-r} ${r}h${short(2 * r - a)}`,
			    `${-r} ${-r}v${short(2 * r - b)}`,
			    `${r} ${-r}`].map(s =>
			    `a${r} ${r} 0 0 1 ${s}`).join("");
		}));
		if (i > 0)
			put(path, { fill: "currentColor", stroke: "none" });
		svg.append(path);
	});
}

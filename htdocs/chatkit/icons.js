// @ts-check
// Pictures: our own, 24 by 24, drawn with one stroke width.  Here are those
// the page itself needs; the rest of the protocol's names come on first use.
//
// A picture is a path's data with four words more: O x y r is a circle,
// R x y w h r a rectangle with round corners, P x y a point, and what comes
// after F is filled.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const PICTURES = {
	"attach": "M20 11.5l-7.8 7.8a5 5 0 0 1-7-7L13 4.4a3.3 3.3 0 0 1 4.7" +
	    " 4.7l-7.7 7.7a1.7 1.7 0 0 1-2.4-2.4l7-7",
	"arrow-down": "M12 5v14M6 13l6 6 6-6",
	"arrow-up": "M12 19V5M6 11l6-6 6 6",
	"at": "O12 12 4M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
	"check": "M5 12.5l4.7 4.7L19 7.5",
	"check-circle": "O12 12 9M8 12.3l2.8 2.8L16 9.5",
	"chevron-down": "M6 9.5l6 6 6-6",
	"chevron-left": "M14.5 6l-6 6 6 6",
	"chevron-right": "M9.5 6l6 6-6 6",
	"circle-question": "O12 12 9M9.3 9.6a2.7 2.7 0 1 1 4.3 2.1c-1 .7-1.6" +
	    " 1.2-1.6 2.3P12 17",
	"close": "M6 6l12 12M18 6L6 18",
	"compose": "M12 5H7a3 3 0 0 0-3 3v9a3 3 0 0 0 3 3h9a3 3 0 0 0 3-3v-5" +
	    "M9.5 14.5l.6-3.2L18 3.4a1.9 1.9 0 0 1 2.6 2.6l-7.9 7.9z",
	"copy": "R9 9 11 11 2.5M15 5.8V5.5A1.5 1.5 0 0 0 13.5 4h-8A1.5 1.5 0" +
	    " 0 0 4 5.5v8A1.5 1.5 0 0 0 5.5 15h.3",
	"document": "M13.5 3.5H7.5a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0" +
	    " 2-2v-10zM13.5 3.5v5h5M9 13h6M9 16.5h4",
	"dots-horizontal": "FO5.5 12 1.6O12 12 1.6O18.5 12 1.6",
	"external-link": "M13.5 4.5h6v6M19.5 4.5L11 13M17.5 14v3.5a2 2 0 0" +
	    " 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2H10",
	"history": "M4 5v4.5h4.5M4.4 9.5A8.3 8.3 0 1 1 4 14M12 8v4.5l3 2",
	"info": "O12 12 9M12 11.5V16.5P12 8",
	"menu": "M4 8h16M4 16h11",
	"mic": "R9 3 6 11 3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
	"pencil": "M4.5 19.5l1-4.5L16 4.5a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0" +
	    " 1 0 3L9 18.5zM14 6.5l3.5 3.5",
	"plus": "M12 5v14M5 12h14",
	"reload": "M19.5 4.5v5h-5M19.3 9.5A8 8 0 1 0 20 13",
	"search": "O10.5 10.5 6.5M15.5 15.5L20.5 20.5",
	"stop": "FR6.5 6.5 11 11 2",
	"thumb-down": "M7 13V4H5a1.5 1.5 0 0 0-1.5 1.5v6A1.5 1.5 0 0 0 5 13z" +
	    "M7 13l3.5 7a2.2 2.2 0 0 0 2.3-2.3V15h5.4a2 2 0 0 0 2-2.4l-1.3-7" +
	    "A2 2 0 0 0 17 4H7",
	"thumb-up": "M7 11v9H5a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 5 11zM7" +
	    " 11l3.5-7a2.2 2.2 0 0 1 2.3 2.3V9h5.4a2 2 0 0 1 2 2.4l-1.3 7A2 2" +
	    " 0 0 1 17 20H7",
	"trash": "M4.5 6.5h15M9.5 6.5V5A1.5 1.5 0 0 1 11 3.5h2A1.5 1.5 0 0 1" +
	    " 14.5 5v1.5M6.5 6.5l.8 12a2 2 0 0 0 2 2h5.4a2 2 0 0 0 2-2l.8-12" +
	    "M10 11v5M14 11v5",
	"warning": "M10.3 4.5L3 17.5a2 2 0 0 0 1.7 3h14.6a2 2 0 0 0 1.7-3" +
	    "l-7.3-13a2 2 0 0 0-3.4 0zM12 9.5v4P12 17",
};

const DOT = "FO12 12 3";

/** @type {Promise<{MORE: Record<string, string>}> | undefined} */
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
		more ??= import("./icons-more.js");
		more.then(({ MORE }) => draw(svg, Object.hasOwn(MORE, own) ?
		    MORE[own] : DOT)).catch(() => {
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

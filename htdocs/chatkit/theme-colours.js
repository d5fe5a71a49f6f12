// @ts-check
// The colours of the theme option, fetched when a page gives any.

/** @typedef {import("@openai/chatkit").ThemeOption} ThemeOption */
/** @typedef {[number, number, number]} RGB */

/**
 * @param {ThemeOption["color"]} wish
 * @param {"light" | "dark"} scheme
 */
export function colours(wish, scheme)
{
	/** @type {Record<string, string>} */
	const set = {};
	if (wish?.grayscale)
		Object.assign(set, greys(wish.grayscale));
	if (wish?.surface)
		Object.assign(set, surface(wish.surface));
	if (wish?.accent)
		Object.assign(set, accent(wish.accent, scheme,
		    wish.surface?.background));
	if (set["--ck-text"])
		set["--ck-on-bubble"] ??= set["--ck-text"];
	return set;
}

/**
 * A scale of greys with a hue; contrasts are those of the plain one.
 * @param {NonNullable<NonNullable<ThemeOption["color"]>["grayscale"]>} wish
 */
function greys({ hue, tint, shade = 0 })
{
	/** @param {number} light @param {number} dark */
	const grey = (light, dark) => {
		const [l, d] = [light + Math.min(0, shade) * .008,
			dark + shade * .012].map((lightness) => {
			// near white there is room for little of it
			const c = tint * .004 *
			    Math.min(1, .15 + (1 - lightness) * 8);
			return `oklch(${lightness.toFixed(3)} ` +
			    `${c.toFixed(4)} ${hue})`;
		});
		return `light-dark(${l}, ${d})`;
	};
	return {
		"--ck-surface": grey(1, .2),
		"--ck-raised": grey(.975, .24),
		"--ck-hover": grey(.95, .28),
		"--ck-press": grey(.92, .32),
		"--ck-line": grey(.91, .32),
		"--ck-edge": grey(.62, .58),
		"--ck-text": grey(.22, .94),
		"--ck-muted": grey(.47, .74),
		"--ck-bubble": grey(.955, .29),
	};
}

/** @param {{background: string, foreground: string}} wish */
function surface({ background, foreground })
{
	/** @param {number} part */
	const mix = (part) =>
	    `color-mix(in oklab, ${foreground} ${part}%, ${background})`;
	return {
		"--ck-surface": background,
		"--ck-text": foreground,
		"--ck-raised": mix(3),
		"--ck-hover": mix(7),
		"--ck-press": mix(12),
		"--ck-line": mix(13),
		"--ck-edge": mix(50),
		"--ck-muted": mix(72),
		"--ck-bubble": mix(6),
	};
}

/**
 * The accent is also the colour of links and marks: one that could not be
 * read on the ground goes towards black or white until it can.
 *
 * @param {{primary: string, level: 0 | 1 | 2 | 3}} wish
 * @param {"light" | "dark"} scheme
 * @param {string} [background]
 */
function accent({ primary, level }, scheme, background)
{
	const dark = scheme === "dark";
	const ground = rgb(background ?? (dark ? "#1f211f" : "#f7f7f5"));
	const to = luminance(ground) < .18 ? "white" : "black";
	let colour = primary;
	for (let part = 10; contrast(rgb(colour), ground) < 4.5 && part <= 100;
	    part += 10)
		colour = `color-mix(in oklab, ${primary}, ${to} ${part}%)`;
	const on = contrast(rgb(colour), [255, 255, 255]) >= 4.5 ? "#ffffff" :
	    "#000000";
	/** @param {number} part */
	const soft = (part) => "color-mix(in oklab, var(--ck-surface), " +
	    `${colour} ${part}%)`;
	/** @type {Record<string, string>} */
	const set = {
		"--ck-accent": colour,
		"--ck-on-accent": on,
		"--ck-accent-soft": soft(10),
	};
	if (level === 3)
		Object.assign(set, { "--ck-bubble": colour,
			"--ck-on-bubble": on });
	else if (level > 0)
		set["--ck-bubble"] = soft(level * 8);
	return set;
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;

/**
 * Any CSS colour as the browser paints it.
 * @param {string} colour
 * @returns {RGB}
 */
function rgb(colour)
{
	pen ??= document.createElement("canvas").getContext("2d",
	    { willReadFrequently: true });
	if (!pen)
		return [127, 127, 127];
	pen.fillStyle = "#000";
	pen.fillStyle = colour;
	pen.fillRect(0, 0, 1, 1);
	const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
	return [r, g, b];
}

/** @param {RGB} colour, by WCAG 2.2 "relative luminance" */
function luminance(colour)
{
	const [r, g, b] = colour.map((n) => n <= 10 ? n / 3294 :
	    ((n / 255 + .055) / 1.055) ** 2.4);
	return .2126 * r + .7152 * g + .0722 * b;
}

/** @param {RGB} a @param {RGB} b */
function contrast(a, b)
{
	const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
	return (x + .05) / (y + .05);
}

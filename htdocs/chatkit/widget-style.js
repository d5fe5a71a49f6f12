// @ts-check
// What a widget may say about its looks, as CSS.  Only values that can do
// nothing but look: no address is ever loaded from here, and nothing refers
// to what is outside the widget.

/** @typedef {Record<string, any>} Component */

const TEXT = new Map(Object.entries({
	prose: "text", primary: "text", emphasis: "text", secondary: "muted",
	tertiary: "muted", success: "success", warning: "warning",
	danger: "danger", info: "info", caution: "warning",
}));
const SURFACE = new Map(Object.entries({
	"surface": "surface", "surface-secondary": "raised",
	"surface-tertiary": "hover", "surface-elevated": "surface",
	"surface-elevated-secondary": "raised",
}));
const BORDER = new Map(Object.entries({ default: "line", subtle: "line",
	strong: "edge" }));
const NAMES = { text: TEXT, surface: SURFACE, border: BORDER };
/** Hue and strength of the primitive colours, red-500 and so on. */
const HUES = new Map(Object.entries({ gray: [90, .006], red: [27, .2],
	orange: [50, .17], yellow: [85, .15], green: [155, .15],
	blue: [250, .17], purple: [300, .19], pink: [350, .19] }));
const RADII = new Map(Object.entries({ "none": "0", "2xs": "2px",
	"xs": "4px", "sm": "6px", "md": "8px", "lg": "10px", "xl": "12px",
	"2xl": "16px", "3xl": "20px", "4xl": "28px", "full": "999px",
	"100%": "100%" }));
const LINES = ["solid", "dashed", "dotted", "double", "groove", "ridge",
	"inset", "outset"];
const ALIGN = new Map(Object.entries({ start: "start", center: "center",
	end: "end", baseline: "baseline", stretch: "stretch" }));
const JUSTIFY = new Map(Object.entries({ start: "start", center: "center",
	end: "end", between: "space-between", around: "space-around",
	evenly: "space-evenly", stretch: "stretch" }));
const WRAP = ["nowrap", "wrap", "wrap-reverse"];
const SIDES = /** @type {const} */ ([["top", "block-start"],
	["right", "inline-end"], ["bottom", "block-end"],
	["left", "inline-start"]]);

/**
 * A CSS value as it came, if property takes it and it loads and refers to
 * nothing.
 * @param {string} property
 * @param {unknown} value
 * @returns {string | null}
 */
function safe(property, value)
{
	return typeof value === "string" && value.length < 200 &&
	    /^[\w\s.,%/()#+*-]+$/.test(value) &&
	    !/url|image|var|env|attr|element|paint|src/i.test(value) &&
	    CSS.supports(property, value) ? value : null;
}

/**
 * A number of steps, or a CSS length.
 * @param {unknown} value
 * @param {string} [property] one that takes such lengths
 * @param {number} [step] pixels that 1 means
 * @returns {string | null}
 */
export function size(value, property = "width", step = 1)
{
	return typeof value === "number" && Number.isFinite(value) ?
	    `${value * step}px` : safe(property, value);
}

/**
 * A token, a primitive, a CSS colour, or one for light and one for dark.
 * @param {any} value
 * @param {"text" | "surface" | "border"} kind whose tokens
 * @returns {string | null}
 */
export function color(value, kind)
{
	if (value !== null && typeof value === "object") {
		const light = color(value.light, kind);
		const dark = color(value.dark, kind);
		return light && dark ? `light-dark(${light}, ${dark})` :
		    light ?? dark;
	}
	if (typeof value !== "string")
		return null;
	const token = NAMES[kind].get(value);
	if (token !== undefined)
		return `var(--ck-${token})`;
	const [, name, n] = /^([a-z]+)-(\d{1,4})$/.exec(value) ?? [];
	const hue = HUES.get(name);
	if (hue !== undefined) {
		const dark = Math.min(Number(n), 1000) / 1000;
		const strength = hue[1] * Math.min(1, 4.2 * dark *
		    (1.12 - dark) + .04);
		return `oklch(${(.99 - .8 * dark).toFixed(3)} ` +
		    `${strength.toFixed(3)} ${hue[0]})`;
	}
	return safe("color", value);
}

/**
 * @param {HTMLElement} el
 * @param {string} name
 * @param {string | null} value
 */
function put(el, name, value)
{
	if (value !== null)
		el.style.setProperty(name, value);
}

/**
 * Padding or margin: the same everywhere, or by edge.
 * @param {HTMLElement} el
 * @param {"padding" | "margin"} what
 * @param {any} value
 */
function edges(el, what, value)
{
	if (value === null || typeof value !== "object") {
		put(el, what, size(value, what, 4));
		return;
	}
	for (const [side, name] of SIDES)
		put(el, `${what}-${name}`, size(value[side] ??
		    (side === "left" || side === "right" ? value.x : value.y),
		    `${what}-top`, 4));
}

/**
 * @param {HTMLElement} el
 * @param {any} value
 */
function borders(el, value)
{
	const whole = value === null || typeof value !== "object" ||
	    "size" in value;

	if (value === undefined || value === null)
		return;
	for (const [side, name] of SIDES) {
		const one = whole ? value : value[side] ??
		    (side === "left" || side === "right" ? value.x : value.y);
		const width = typeof one === "number" ? one : one?.size;
		if (typeof width !== "number" || !(width >= 0))
			continue;
		put(el, `border-${name}`, `${Math.min(width, 40)}px ` +
		    `${LINES.includes(one.style) ? one.style : "solid"} ` +
		    (color(one.color, "border") ?? "var(--ck-line)"));
	}
}

/**
 * The block properties (width, margin, radius …); what was set before on the
 * element is taken back first.
 * @param {HTMLElement} el
 * @param {Component} node
 */
export function blockStyle(el, node)
{
	el.style.cssText = "";
	for (const [name, both, one] of [["", "size", ""],
	    ["min-", "minSize", "min"], ["max-", "maxSize", "max"]]) {
		const w = one ? node[`${one}Width`] : node.width;
		const h = one ? node[`${one}Height`] : node.height;
		put(el, `${name}inline-size`, size(w ?? node[both]));
		put(el, `${name}block-size`, size(h ?? node[both], "height"));
	}
	put(el, "aspect-ratio", typeof node.aspectRatio === "number" ?
	    String(node.aspectRatio) : safe("aspect-ratio", node.aspectRatio));
	put(el, "border-radius", RADII.get(node.radius) ?? null);
	edges(el, "margin", node.margin);
}

/**
 * The box properties, with those of a block.
 * @param {HTMLElement} el
 * @param {Component} node
 * @param {"row" | "column"} way
 */
export function boxStyle(el, node, way)
{
	blockStyle(el, node);
	put(el, "display", "flex");
	put(el, "flex-direction", way);
	put(el, "align-items", ALIGN.get(node.align) ?? null);
	put(el, "justify-content", JUSTIFY.get(node.justify) ?? null);
	put(el, "flex-wrap", WRAP.includes(node.wrap) ? node.wrap : null);
	put(el, "flex", typeof node.flex === "number" ? `${node.flex} 1 0` :
	    safe("flex", node.flex));
	put(el, "gap", size(node.gap, "gap", 4));
	edges(el, "padding", node.padding);
	borders(el, node.border);
	put(el, "background", color(node.background, "surface"));
}

/**
 * What all texts have.
 * @param {HTMLElement} el
 * @param {Component} node
 */
export function textStyle(el, node)
{
	el.style.cssText = "";
	put(el, "inline-size", size(node.width));
	put(el, "color", color(node.color, "text"));
	put(el, "text-align", /^(?:start|center|end)$/.test(node.textAlign) ?
	    node.textAlign : null);
	if (node.maxLines > 0 && !node.truncate)
		put(el, "-webkit-line-clamp", String(Math.floor(
		    node.maxLines)));
	if (node.minLines > 0)
		put(el, "min-block-size", `${Math.min(node.minLines, 50)}lh`);
	flags(el, {
		size: node.size, weight: node.weight,
		truncate: node.truncate, clamp: node.maxLines > 0 &&
		    !node.truncate,
		italic: node.italic, through: node.lineThrough,
	});
}

/**
 * data-* attributes for the style sheet: true is empty, false and undefined
 * are not there.
 * @param {HTMLElement} el
 * @param {Record<string, unknown>} values
 */
export function flags(el, values)
{
	for (const [name, value] of Object.entries(values)) {
		if (value === true)
			el.dataset[name] = "";
		else if (typeof value === "string")
			el.dataset[name] = value;
		else
			delete el.dataset[name];
	}
}

/**
 * One property, from a value of the widget's.
 * @param {HTMLElement} el
 * @param {string} name
 * @param {string | null} value what size() or color() made of it
 */
export const setStyle = put;

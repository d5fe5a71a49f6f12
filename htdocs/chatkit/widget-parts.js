// @ts-check
// The kinds of components that hold others or show something.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { safeImage } from "./markdown.js";
import { blockStyle, boxStyle, color, flags, setStyle, size, textStyle }
    from "./widget-style.js";

/** @typedef {import("./widget.js").Part} Part */
/** @typedef {import("./widget.js").Kind} Kind */
/** @typedef {import("./widget-style.js").Component} Component */

const SHORT = 10;	// rows of a list that is as short as we think best

/** @param {unknown} value */
function words(value)
{
	return value === undefined || value === null ? "" : String(value);
}

/* ---------------------------------------------------------------- layout */

/**
 * @param {"row" | "column"} way
 * @returns {Kind}
 */
function box(way)
{
	return {
		tag: () => "div",
		show({ el, node }) {
			const own = node.direction === "row" ? "row" :
			    node.direction === "col" ? "column" : way;
			boxStyle(el, node, own);
			el.className = "ck-w-box";
			flags(el, { way: own });
		},
	};
}

/** @type {Kind} */
const spacer = {
	tag: () => "div",
	show({ el, node }) {
		el.className = "ck-w-spacer";
		el.style.cssText = "";
		setStyle(el, "min-inline-size", size(node.minSize));
		setStyle(el, "min-block-size", size(node.minSize, "height"));
	},
};

/** @type {Kind} */
const divider = {
	tag: () => "hr",
	show({ el, node }) {
		el.className = "ck-w-divider";
		el.style.cssText = "";
		setStyle(el, "border-block-start-width", size(node.size,
		    "border-top-width"));
		setStyle(el, "border-color", color(node.color, "border"));
		setStyle(el, "margin-block", size(node.spacing, "margin", 4));
		flags(el, { flush: node.flush });
	},
};

/** @type {Kind} */
const transition = {
	tag: () => "div",
	show({ el }) {
		el.className = "ck-w-transition";
	},
};

/* ----------------------------------------------------------------- texts */

/**
 * @param {"p" | "h4"} tag
 * @param {string} name
 * @returns {Kind}
 */
function text(tag, name)
{
	return {
		tag: () => tag,
		show({ el, node }) {
			el.className = name;
			el.dir = "auto";
			el.textContent = words(node.value);
			textStyle(el, node);
			if (node.truncate)
				el.title = words(node.value);
			else
				el.removeAttribute("title");
		},
		grow({ el }, delta) {
			el.append(delta);
		},
	};
}

/** @type {Kind} */
const markdown = {
	tag: () => "div",
	make(part) {
		part.data.view = part.widget.ctx.markdown();
		part.data.text = "";
		part.el.append(part.data.view.element);
		part.body = h("div");
	},
	show({ el, node, data }) {
		const value = words(node.value);

		el.className = "ck-w-markdown";
		if (node.streaming && value.startsWith(data.text))
			data.view.append(value.slice(data.text.length));
		else
			data.view.set(value);
		if (!node.streaming)
			data.view.finish();
		data.text = value;
	},
	grow({ node, data }, delta, done) {
		data.view.append(delta);
		data.text = words(node.value);
		if (done)
			data.view.finish();
	},
};

/** @type {Kind} */
const badge = {
	tag: () => "span",
	show({ el, node }) {
		el.className = "ck-w-badge";
		el.dir = "auto";
		el.textContent = words(node.label);
		flags(el, { color: node.color ?? "secondary",
			variant: node.variant ?? "soft",
			size: node.size ?? "md", pill: node.pill });
	},
};

/** @type {Kind} */
const picture = {
	tag: () => "span",
	show({ el, node }) {
		el.className = "ck-w-icon";
		el.style.cssText = "";
		el.replaceChildren(icon(words(node.name)));
		setStyle(el, "color", color(node.color, "text"));
		flags(el, { size: node.size ?? "md" });
	},
};

/* ---------------------------------------------------------------- images */

/**
 * An image that may be loaded, else its words.
 * @param {Part} part
 * @param {unknown} src
 * @param {string} alt
 */
function image(part, src, alt)
{
	const url = safeImage(words(src));

	if (url !== null && part.widget.ctx.allowImage(url))
		return h("img", { src: url, alt, loading: "lazy",
			decoding: "async", referrerpolicy: "no-referrer" });
	return alt ? h("span", { class: "ck-w-alt", dir: "auto" },
	    icon("square-image"), alt) : null;
}

/** @type {Kind} */
const imageKind = {
	tag: () => "div",
	make(part) {
		part.body = h("div");
	},
	show(part, old) {
		const { el, node } = part;

		el.className = "ck-w-image";
		blockStyle(el, node);
		setStyle(el, "flex", typeof node.flex === "number" ?
		    `${node.flex} 1 0` : null);
		setStyle(el, "background", color(node.background, "surface"));
		flags(el, { frame: node.frame, flush: node.flush });
		if (old?.src !== node.src || old?.alt !== node.alt)
			el.replaceChildren(image(part, node.src,
			    words(node.alt)) ?? "");
		const img = el.querySelector("img");
		if (img && /^[a-z-]+$/.test(node.fit ?? ""))
			img.style.setProperty("object-fit", node.fit);
		if (img && /^[a-z ]+$/.test(node.position ?? ""))
			img.style.setProperty("object-position",
			    node.position);
	},
};

/* ----------------------------------------------------------------- table */

/** @type {Kind} */
const table = {
	tag: () => "div",
	make(part) {
		part.body = h("tbody");
		part.el.append(h("table", null, part.body));
		part.el.tabIndex = 0;
		part.el.setAttribute("role", "group");
		part.el.setAttribute("aria-label",
		    part.widget.ctx.locale.t("table.label"));
	},
	show({ el }) {
		el.className = "ck-w-table";
	},
};

/** @type {Kind} */
const row = {
	tag: () => "tr",
	show({ el, node }) {
		flags(el, { header: node.header });
	},
};

/** @type {Kind} */
const cell = {
	tag: (_, row) => row?.node.header === true ? "th" : "td",
	show({ el, node }) {
		const td = /** @type {HTMLTableCellElement} */ (el);

		boxStyle(el, { padding: node.padding, width: node.width },
		    "row");
		el.style.removeProperty("display");
		td.colSpan = node.colSpan ?? 1;
		td.rowSpan = node.rowSpan ?? 1;
		flags(el, { align: node.align, valign: node.vAlign,
			colsize: node.colSize });
	},
};

/* ----------------------------------------------------------------- roots */

/**
 * The line above a card or a list.
 * @param {Part} part
 * @param {any} status
 */
function status(part, status)
{
	if (!status?.text)
		return null;
	const mark = status.favicon ? image(part, status.favicon, "") :
	    status.icon ? icon(words(status.icon)) : null;
	return h("p", { class: "ck-w-status", dir: "auto",
		data: status.frame ? { frame: "" } : {} }, mark,
	    h("span", { text: words(status.text), id: part.id("s") }));
}

/** @type {Kind} */
const card = {
	tag: node => node.asForm === true ? "form" : "section",
	make(part) {
		part.body = h("div", { class: "ck-w-body" });
		part.el.addEventListener("submit", e => {
			e.preventDefault();
			press(part, "confirm");
		});
	},
	show(part) {
		const { el, node, body, data, widget } = part;

		boxStyle(el, { background: node.background,
			border: node.border }, "column");
		boxStyle(body, { padding: node.padding }, "column");
		body.style.removeProperty("display");
		el.className = "ck-w-card";
		flags(el, { size: node.size ?? "md" });
		if (part.tag === "section")
			el.setAttribute("role", "group");
		data.head = head(part, status(part, node.status));
		data.gates = [];
		const buttons = ["cancel", "confirm"].map(name =>
		    answer(part, name));
		data.buttons = h("div", { class: "ck-w-answers" }, buttons);
		keep(el, [data.head, body, buttons.some(b => b) &&
		    data.buttons]);
		widget.gate(part);
	},
	after(part) {
		const title = part.kids.find(kid => kid.type === "Title");

		if (title)
			title.el.id ||= title.id("t");
		if (title || part.data.head)
			part.el.setAttribute("aria-labelledby",
			    title ? title.el.id : part.id("s"));
	},
};

/**
 * The nodes of el, without taking out one that stays.
 * @param {HTMLElement} el
 * @param {(Node | null | false)[]} nodes
 */
function keep(el, nodes)
{
	const stay = nodes.filter(node => node instanceof Node);

	for (const node of [...el.childNodes])
		if (!stay.includes(node))
			node.remove();
	stay.forEach((node, i) => {
		if (el.childNodes[i] !== node)
			el.insertBefore(node, el.childNodes[i] ?? null);
	});
}

/**
 * The head of a card: of one that is folded, a button that opens it.
 * @param {Part} part
 * @param {HTMLElement | null} line
 */
function head(part, line)
{
	const { body, node } = part;

	body.hidden = node.collapsed === true && line !== null;
	if (!body.hidden)
		return line;
	body.id = part.id("b");
	const button = h("button", { type: "button", class: "ck-w-fold",
		"aria-expanded": "false", "aria-controls": body.id },
	    line, icon("chevron-down"));
	button.addEventListener("click", () => {
		body.hidden = !body.hidden;
		button.setAttribute("aria-expanded", String(!body.hidden));
	});
	return button;
}

/**
 * One of a card's two buttons.
 * @param {Part} part
 * @param {string} name
 */
function answer(part, name)
{
	const { label, action } = part.node[name] ?? {};
	const form = part.node.asForm === true && name === "confirm";

	if (!label || !action)
		return null;
	const button = h("button", { class: "ck-w-button", dir: "auto",
		type: form ? "submit" : "button",
		data: name === "confirm" ? { color: "primary",
			variant: "solid" } : { variant: "outline" } },
	    words(label));
	if (!form)
		button.addEventListener("click", () => press(part, name));
	part.data.gates.push([button, action]);
	part.data[name] = button;
	return button;
}

/**
 * @param {Part} part
 * @param {string} name
 */
function press(part, name)
{
	void part.widget.fire(part, part.node[name]?.action, {
		auto: "container", el: part.data[name] });
}

/** @type {Kind} */
const listView = {
	tag: () => "section",
	make(part) {
		const { data, widget } = part;

		part.body = h("ul", { role: "list" });
		data.more = h("button", { type: "button",
			class: "ck-w-more" });
		data.more.addEventListener("click", () => {
			const next = part.kids.find(kid => kid.el.hidden);
			data.open = true;
			part.kind.after?.(part);
			/** @type {HTMLElement} */ (next?.el.querySelector(
			    "button, input, a") ?? widget.element).focus();
		});
	},
	show(part) {
		const { el, body, data, node } = part;

		el.className = "ck-w-card ck-w-list";
		data.head = status(part, node.status);
		keep(el, [data.head, body, data.more]);
		if (data.head)
			body.setAttribute("aria-labelledby", part.id("s"));
	},
	after({ data, kids, node, widget }) {
		const limit = node.limit === "auto" ? SHORT : node.limit;
		const shown = data.open || !(limit > 0) ||
		    kids.length <= limit + 1 ? kids.length : limit;

		kids.forEach((kid, i) => {
			kid.el.hidden = i >= shown;
		});
		data.more.hidden = shown === kids.length;
		data.more.textContent = widget.ctx.locale.t("widget.more",
		    { n: kids.length - shown });
	},
};

/** @type {Kind} */
const listItem = {
	tag: () => "li",
	make(part) {
		const { data, widget } = part;

		part.body = h("div", { class: "ck-w-row" });
		data.hit = h("button", { type: "button",
			class: "ck-w-hit" });
		data.hit.addEventListener("click", () => void widget.fire(
		    part, part.node.onClickAction, { auto: "self" }));
	},
	show(part) {
		const { el, body, data, node, widget } = part;
		const action = node.onClickAction;

		boxStyle(body, { align: node.align ?? "center",
			gap: node.gap }, "row");
		keep(el, [action && data.hit, body]);
		data.gates = action ? [[data.hit, action]] : [];
		widget.gate(part);
	},
	/** Its buttons, and a box without words, are about the row's text. */
	after(part) {
		const parts = [...part.all()];
		const name = parts.find(p => p.node.label && p.type ===
		    "Checkbox" || /^(?:Text|Title|Markdown)$/.test(p.type));
		const el = name?.data.label ?? name?.el;

		if (el)
			el.id ||= part.id("t");
		for (const { type, el: it, data } of parts) {
			const about = type === "Button" ? "describedby" :
			    type === "Checkbox" && !data.label.textContent ?
			    "labelledby" : null;
			if (el && about)
				(data.input ?? it).setAttribute(
				    `aria-${about}`, el.id);
		}
		if (el)
			part.data.hit.setAttribute("aria-labelledby", el.id);
	},
};

/** @type {Kind} */
const basic = {
	tag: () => "div",
	show({ el, node }) {
		boxStyle(el, { align: node.align, justify: node.justify,
			gap: node.gap, padding: node.padding },
		    node.direction === "row" ? "row" : "column");
		el.className = "ck-w-basic ck-w-box";
		flags(el, { way: node.direction === "row" ? "row" :
			"column" });
	},
};

/* ------------------------------------------------------------- the others */

/** @type {Kind} */
const chart = {
	tag: () => "div",
	make(part) {
		part.body = h("div");
	},
	show(part) {
		const { el, node, widget } = part;

		blockStyle(el, node);
		el.className = "ck-w-chart";
		import("./widget-chart.js").then(({ drawChart }) => {
			if (part.node === node)
				el.replaceChildren(drawChart(node,
				    widget.ctx.locale));
		}).catch(error => widget.ctx.error(error));
	},
};

/** What we do not know: what is in it, or its words. @type {Kind} */
export const UNKNOWN = {
	tag: () => "div",
	make(part) {
		part.data.text = h("p", { dir: "auto" });
		part.body = h("div", { class: "ck-w-box",
			data: { way: "column" } });
		part.el.append(part.data.text, part.body);
	},
	show({ data, node }) {
		const said = [node.value, node.label, node.title, node.text,
			node.alt].find(s => typeof s === "string");

		data.text.textContent = said ?? "";
		data.text.hidden = !said;
	},
};

/** @type {Map<string, Kind>} */
export const KINDS = new Map(Object.entries({
	"Basic": basic,
	"Card": card,
	"ListView": listView,
	"ListViewItem": listItem,
	"Box": box("column"),
	"Row": box("row"),
	"Col": box("column"),
	"Spacer": spacer,
	"Divider": divider,
	"Transition": transition,
	"Title": text("h4", "ck-w-title"),
	"Caption": text("p", "ck-w-caption"),
	"Text": text("p", "ck-w-text"),
	"Markdown": markdown,
	"Badge": badge,
	"Icon": picture,
	"Image": imageKind,
	"Table": table,
	"Table.Row": row,
	"Table.Cell": cell,
	"Chart": chart,
}));

// @ts-check
// The kinds of components one types into or presses, and what they hold.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { boxStyle, flags, textStyle } from "./widget-style.js";

/** @typedef {import("./widget.js").Part} Part */
/** @typedef {import("./widget.js").Kind} Kind */
/** @typedef {import("./widget-style.js").Component} Component */

/* ------------------------------------------------------------- the values */

const NEVER = ["__proto__", "constructor", "prototype"];

/**
 * What is sent with an action: its payload, and the values by name, a dot in
 * a name going one object deeper.  What the payload has already stays;
 * collided() is told the name.
 * @param {[unknown, string | boolean | undefined][]} values
 * @param {Record<string, unknown> | undefined} payload
 * @param {(name: string) => void} collided
 * @returns {Record<string, unknown> | undefined}
 */
export function formValues(values, payload, collided)
{
	const given = values.filter(([name, value]) =>
	    typeof name === "string" && name !== "" && value !== undefined);

	if (given.length === 0)
		return payload;
	if (payload !== undefined && payload !== null &&
	    (typeof payload !== "object" || Array.isArray(payload))) {
		given.forEach(([name]) => collided(String(name)));
		return payload;
	}
	const all = structuredClone(payload ?? {});
	for (const [name, value] of given)
		if (!place(all, String(name).split("."), value))
			collided(String(name));
	return all;
}

/**
 * @param {any} into
 * @param {string[]} path
 * @param {unknown} value
 * @returns {boolean} was there room?
 */
function place(into, path, value)
{
	const [name, ...rest] = path;

	if (into === null || typeof into !== "object" ||
	    Array.isArray(into) || path.some(step => NEVER.includes(step)))
		return false;
	if (rest.length === 0) {
		if (Object.hasOwn(into, name))
			return false;
		into[name] = value;
		return true;
	}
	if (!Object.hasOwn(into, name))
		into[name] = {};
	return place(into[name], rest, value);
}

/* --------------------------------------------------------------- the form */

/** @type {Kind} */
const form = {
	tag: () => "form",
	make(part) {
		part.el.addEventListener("submit", e => {
			const from = /** @type {SubmitEvent} */ (e).submitter;
			e.preventDefault();
			e.stopPropagation();
			void part.widget.fire(part, part.node.onSubmitAction, {
				auto: from ? "self" : "container",
				el: from ?? undefined });
		});
	},
	show({ el, node }) {
		const way = node.direction === "row" ? "row" : "column";

		boxStyle(el, node, way);
		el.className = "ck-w-box ck-w-form";
		flags(el, { way });
	},
};

/** @type {Kind} */
const button = {
	tag: () => "button",
	make(part) {
		part.body = h("div");
		part.el.addEventListener("click", e => {
			const { node, widget } = part;
			const inForm = part.closest(p => p.tag === "form");
			const submits = node.submit === true &&
			    inForm !== null && (inForm.type === "Card" ||
			    inForm.node.onSubmitAction);
			if (submits && !widget.waits(inForm.type === "Card" ?
			    inForm.node.confirm?.action :
			    inForm.node.onSubmitAction))
				return;
			e.preventDefault();
			if (!submits)
				void widget.fire(part, node.onClickAction,
				    { auto: "self" });
		});
	},
	show(part) {
		const { data, node, widget } = part;
		const el = /** @type {HTMLButtonElement} */ (part.el);
		const label = node.label ? h("span", { dir: "auto" },
		    String(node.label)) : null;

		el.className = "ck-w-button";
		el.type = node.submit === true ? "submit" : "button";
		el.disabled = node.disabled === true;
		el.replaceChildren(...[node.iconStart && icon(node.iconStart),
			label, node.iconEnd && icon(node.iconEnd)].filter(
			n => n));
		if (label)
			el.removeAttribute("aria-label");
		else
			el.setAttribute("aria-label", String(node.iconStart ??
			    node.iconEnd ?? widget.ctx.locale.t(
				"widget.button")).replaceAll("-", " "));
		flags(el, {
			color: node.color ?? (node.style === "primary" ?
			    "primary" : "secondary"),
			variant: node.variant ?? (node.style === "primary" ||
			    node.color && node.color !== "secondary" ?
			    "solid" : "outline"),
			size: node.size ?? "lg",
			iconsize: node.iconSize,
			pill: node.pill ?? true,
			uniform: node.uniform ?? !label,
			block: node.block,
		});
		data.gates = [[el, node.onClickAction]];
		widget.gate(part);
	},
};

/* ------------------------------------------------------------ the controls */

/**
 * What all controls have: a name, a label that names them, a default that
 * counts while nobody touched them, and native checks.
 * @param {Part} part
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} input
 */
function common(part, input)
{
	const { node } = part;

	input.name = String(node.name ?? "");
	input.disabled = node.disabled === true;
	input.required = node.required === true;
	if (node.placeholder && !(input instanceof HTMLSelectElement))
		input.placeholder = String(node.placeholder);
	else
		input.removeAttribute("placeholder");
	if (!part.data.label)
		input.setAttribute("aria-label", node.ariaLabel ??
		    node.placeholder ?? spoken(node.name));
	flags(part.el, {
		variant: node.variant ?? "outline", size: node.size ?? "lg",
		pill: node.pill, block: node.block, gutter: node.gutterSize,
	});
}

/**
 * The name of a field as words, where it has no label.
 * @param {unknown} name
 */
function spoken(name)
{
	return String(name ?? "").replace(/[._-]+/g, " ").trim();
}

/**
 * A new default is taken over unless the person wrote something else.
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} input
 * @param {Component | null} old
 * @param {(node: Component) => string} value
 * @param {Component} node
 */
function defaults(input, old, value, node)
{
	if (old === null || input.value === value(old) &&
	    value(old) !== value(node))
		input.value = value(node);
}

/** @param {Component} node */
function textDefault(node)
{
	return String(node.defaultValue ?? "");
}

/** @param {Part} part @param {HTMLInputElement | HTMLTextAreaElement} input */
function begin(part, input)
{
	const wants = part.node.editable || part.node;

	if (wants.autoSelect)
		input.addEventListener("focus", () => input.select(),
		    { once: true });
	if (wants.autoFocus)
		queueMicrotask(() => {
			if (input.isConnected && !isWriting(input))
				input.focus({ preventScroll: true });
		});
}

/**
 * Is somebody in the middle of a text?  Then the focus is theirs.
 * @param {HTMLElement} near
 */
function isWriting(near)
{
	const { activeElement } = /** @type {Document | ShadowRoot} */ (
	    near.getRootNode());

	return (activeElement instanceof HTMLInputElement ||
	    activeElement instanceof HTMLTextAreaElement) &&
	    activeElement.value !== "";
}

const TYPES = ["number", "email", "text", "password", "tel", "url"];

/** @param {HTMLInputElement | HTMLTextAreaElement} input @param {any} on */
function autofill(input, on)
{
	for (const name of ["data-1p-ignore", "data-lpignore",
	    "data-bwignore"])
		if (on === true)
			input.removeAttribute(name);
		else
			input.setAttribute(name, "true");
}

/** @type {Kind} */
const input = {
	tag: () => "input",
	show(part, old) {
		const el = /** @type {HTMLInputElement} */ (part.el);
		const { node } = part;

		el.className = "ck-w-field";
		el.dir = "auto";
		el.type = TYPES.includes(node.inputType) ? node.inputType :
		    "text";
		attribute(el, "pattern", node.pattern);
		autofill(el, node.allowAutofillExtensions);
		common(part, el);
		defaults(el, old, textDefault, node);
		if (!old)
			begin(part, el);
	},
	value({ el }) {
		return /** @type {HTMLInputElement} */ (el).value;
	},
};

/**
 * @param {HTMLElement} el
 * @param {string} name
 * @param {unknown} value
 */
function attribute(el, name, value)
{
	if (typeof value === "string" && value !== "")
		el.setAttribute(name, value);
	else
		el.removeAttribute(name);
}

/** @type {Kind} */
const textarea = {
	tag: () => "textarea",
	make(part) {
		const el = /** @type {HTMLTextAreaElement} */ (part.el);

		el.addEventListener("input", () => checkPattern(part, el));
	},
	show(part, old) {
		const el = /** @type {HTMLTextAreaElement} */ (part.el);
		const { node } = part;

		el.className = "ck-w-field";
		el.dir = "auto";
		el.rows = Number(node.rows) || 3;
		el.style.cssText = "";
		if (node.maxRows > 0)
			el.style.setProperty("max-block-size",
			    `calc(${Number(node.maxRows)}lh + 1.25rem)`);
		autofill(el, node.allowAutofillExtensions);
		common(part, el);
		flags(el, { grow: node.autoResize ?? node.maxRows > 0 });
		defaults(el, old, textDefault, node);
		checkPattern(part, el);
		if (!old)
			begin(part, el);
	},
	value({ el }) {
		return /** @type {HTMLTextAreaElement} */ (el).value;
	},
};

/** No browser has patterns for it. @param {Part} part @param {any} el */
function checkPattern({ node, widget }, el)
{
	let fits = true;

	if (typeof node.pattern === "string" && el.value !== "") {
		try {
			fits = new RegExp(`^(?:${node.pattern})$`, "v")
			    .test(el.value);
		} catch {
			// as for an input: a bad pattern asks for nothing
		}
	}
	el.setCustomValidity(fits ? "" : widget.ctx.locale.t(
	    "widget.pattern"));
}

/** A Text one can change in place. @type {Kind} */
export const EDITABLE = {
	tag: () => "input",
	show(part, old) {
		const el = /** @type {HTMLInputElement} */ (part.el);
		const { node } = part;
		const { editable: how } = node;

		el.className = "ck-w-field ck-w-editable";
		el.dir = "auto";
		textStyle(el, node);
		el.name = how.name;
		el.required = how.required === true;
		attribute(el, "pattern", how.pattern);
		attribute(el, "autocomplete", how.autoComplete);
		attribute(el, "placeholder", how.placeholder);
		el.setAttribute("aria-label", how.placeholder ??
		    spoken(how.name));
		autofill(el, how.allowAutofillExtensions);
		defaults(el, old, n => String(n.value ?? ""), node);
		if (!old)
			begin(part, el);
	},
	value({ el }) {
		return /** @type {HTMLInputElement} */ (el).value;
	},
};
/** @type {Kind} */
const checkbox = {
	tag: () => "label",
	make(part) {
		const { data, widget } = part;

		part.body = h("div");
		data.input = h("input", { type: "checkbox" });
		data.label = h("span", { dir: "auto" });
		part.el.append(data.input, data.label);
		data.input.addEventListener("click",
		    (/** @type {Event} */ e) => {
			if (part.busy || widget.busy ||
			    widget.waits(part.node.onChangeAction))
				e.preventDefault();
		});
		data.input.addEventListener("change", () => {
			const was = !data.input.checked;
			void changed(part, () => {
				data.input.checked = was;
				part.kind.after?.(part);
			});
		});
	},
	show(part, old) {
		const { data, el, node } = part;

		el.className = "ck-w-check";
		common(part, data.input);
		data.label.textContent = node.label ?? "";
		if (!node.label)
			data.input.setAttribute("aria-label",
			    spoken(node.name));
		else
			data.input.removeAttribute("aria-label");
		gated(part, data.input);
		if (old === null || Boolean(old.defaultChecked) !==
		    Boolean(node.defaultChecked))
			data.input.checked = node.defaultChecked === true;
	},
	/** Where it is not for a form, the box says what is, not a wish. */
	after(part) {
		const { data, node } = part;

		if (node.onChangeAction && !part.busy &&
		    !part.closest(p => p.tag === "form"))
			data.input.checked = node.defaultChecked === true;
	},
	value: ({ data }) => data.input.checked,
};

/** @param {Part} part @param {HTMLElement} el */
function gated(part, el)
{
	part.data.gates = part.node.onChangeAction ?
	    [[el, part.node.onChangeAction]] : [];
	part.widget.gate(part);
}

/**
 * A control has another value: tell whoever wants to know, and take it back
 * if that fails.
 * @param {Part} part
 * @param {() => void} back
 * @param {"self" | "none"} [auto]
 */
async function changed(part, back, auto = "self")
{
	const action = part.node.onChangeAction;

	if (action && !await part.widget.fire(part, action, { auto,
	    own: true }))
		back();
}

/** @type {Kind} */
const select = {
	tag: () => "div",
	make(part) {
		const { data, el } = part;

		part.body = h("div");
		data.input = h("select", { class: "ck-w-field" });
		data.was = "";
		data.input.addEventListener("change", () => {
			const was = data.was;
			data.was = data.input.value;
			void changed(part, () => {
				data.input.value = data.was = was;
			}, "none");
		});
		el.append(data.input, icon("chevron-down"));
	},
	show(part, old) {
		const { data, el, node, widget } = part;
		const value = old ? data.input.value : "";
		const options = (Array.isArray(node.options) ? node.options :
		    []).map((/** @type {any} */ o) => h("option", {
			value: String(o.value), disabled: o.disabled === true,
			title: o.description ?? null,
		}, String(o.label ?? o.value)));

		el.className = "ck-w-select";
		data.input.replaceChildren(...!node.defaultValue ||
		    node.clearable ? [h("option", { value: "", disabled:
			!node.clearable && !!node.placeholder },
			String(node.placeholder ??
			widget.ctx.locale.t("widget.choose")))] : [],
		    ...options);
		data.input.value = value;
		common(part, data.input);
		gated(part, data.input);
		defaults(data.input, old, textDefault, node);
		if (data.input.selectedIndex < 0)
			data.input.selectedIndex = 0;
		data.was = data.input.value;
	},
	value: ({ data }) => data.input.value,
};

/**
 * An ISO time as the field wants it: in the reader's zone, to the minute.
 * @param {unknown} iso
 * @param {boolean} day
 */
function forField(iso, day)
{
	const text = String(iso ?? "");
	const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
	let local = text;

	if (zoned && !Number.isNaN(Date.parse(text))) {
		const when = new Date(text);
		local = new Date(when.getTime() -
		    when.getTimezoneOffset() * 60_000).toISOString();
	}
	return day ? local.slice(0, 10) : local.length === 10 ?
	    `${local}T00:00` : local.slice(0, 16);
}

/** Only a day, where no default, least or most has a time. */
function isDay(/** @type {Component} */ node)
{
	return ![node.defaultValue, node.min, node.max].some(s =>
	    typeof s === "string" && /T(?!00:00(?::00)?)/.test(s));
}

/** @type {Kind} */
const datePicker = {
	tag: () => "input",
	make(part) {
		const el = /** @type {HTMLInputElement} */ (part.el);

		part.data.was = "";
		el.addEventListener("change", () => {
			const was = part.data.was;
			part.data.was = el.value;
			void changed(part, () => {
				el.value = part.data.was = was;
			}, "none");
		});
	},
	show(part, old) {
		const el = /** @type {HTMLInputElement} */ (part.el);
		const { node } = part;
		const day = isDay(node);

		el.className = "ck-w-field ck-w-date";
		el.type = day ? "date" : "datetime-local";
		attribute(el, "min", forField(node.min, day));
		attribute(el, "max", forField(node.max, day));
		common(part, el);
		gated(part, el);
		defaults(el, old, n => forField(n.defaultValue, day), node);
		part.data.was = el.value;
	},
	/** A day as it is, a time with its zone. */
	value({ el, node }) {
		const { value } = /** @type {HTMLInputElement} */ (el);

		return value === "" || isDay(node) ? value :
		    new Date(value).toISOString();
	},
};

/** @type {Kind} */
const radioGroup = {
	tag: () => "fieldset",
	make(part) {
		const { data, el } = part;

		part.body = h("div");
		data.was = "";
		el.addEventListener("change", () => {
			const was = data.was;
			data.was = chosen(part)?.value ?? "";
			void changed(part, () => {
				choose(part, was);
			});
		});
	},
	show(part, old) {
		const { data, el, node } = part;
		const value = old && data.was !== textDefault(old) ?
		    data.was : textDefault(node);

		el.className = "ck-w-radios";
		el.setAttribute("role", "radiogroup");
		el.setAttribute("aria-label", node.ariaLabel ??
		    spoken(node.name));
		flags(el, { way: node.direction === "row" ? "row" :
			"column" });
		const had = el.matches(":focus-within");
		el.replaceChildren(...(Array.isArray(node.options) ?
		    node.options : []).map((/** @type {any} */ o) =>
			h("label", { class: "ck-w-check" }, h("input", {
				type: "radio", name: part.id("r"),
				value: String(o.value),
				required: node.required === true,
				disabled: node.disabled === true ||
				    o.disabled === true,
			}), h("span", { dir: "auto" }, String(o.label ??
			    o.value)))));
		choose(part, value);
		if (had)
			chosen(part)?.focus();
		gated(part, el);
	},
	value: part => chosen(part)?.value ?? "",
};

/** @param {Part} part @returns {HTMLInputElement | null} */
function chosen(part)
{
	return part.el.querySelector("input:checked");
}

/** @param {Part} part @param {string} value */
function choose(part, value)
{
	for (const input of part.el.querySelectorAll("input"))
		input.checked = input.value === value;
	part.data.was = value;
}

/** @type {Kind} */
const label = {
	tag: () => "label",
	show({ el, node }) {
		el.className = "ck-w-label";
		el.dir = "auto";
		el.textContent = String(node.value ?? "");
		textStyle(el, node);
	},
};

/**
 * Tie the labels of a widget to the fields they name.
 * @param {Part} part
 */
export function tieLabels(part)
{
	const parts = [...part.all()];

	for (const { type, node, el } of parts) {
		const field = type === "Label" && parts.find(p =>
		    p.type !== "Label" && node.fieldName !== undefined &&
		    (p.node.editable?.name ?? p.node.name) === node.fieldName);
		if (!field)
			continue;
		const input = field.data.input ?? field.el;
		input.id ||= field.id("f");
		if (field.type === "RadioGroup") {
			el.id ||= field.id("l");
			input.setAttribute("aria-labelledby", el.id);
		} else {
			/** @type {HTMLLabelElement} */ (el).htmlFor =
			    input.id;
			if (!field.data.label?.textContent)
				input.removeAttribute("aria-label");
		}
	}
}

/** @type {Map<string, Kind>} */
export const FORM_KINDS = new Map(Object.entries({
	"Form": form,
	"Button": button,
	"Input": input,
	"Textarea": textarea,
	"Checkbox": checkbox,
	"Select": select,
	"DatePicker": datePicker,
	"RadioGroup": radioGroup,
	"Label": label,
}));

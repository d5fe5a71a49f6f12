// @ts-check
// Widgets of the protocol as nodes.  Not needed before the first widget
// shows: import() it.
//
// Each component is a Part, whose kind (widget-parts.js, widget-form.js)
// knows how to make and show it.  A new version of the widget is laid over
// the parts that are there, so that focus, caret and what was typed stay.

import "./more.js";
import { h } from "./dom.js";
import { EDITABLE, FORM_KINDS, formValues, tieLabels }
    from "./widget-form.js";
import { KINDS, UNKNOWN } from "./widget-parts.js";

/** @typedef {import("./wire.d.ts").Action} Action */
/** @typedef {import("./widget-style.js").Component} Component */
/** @typedef {import("@openai/chatkit").Widgets.WidgetRoot} WidgetRoot */

/**
 * @typedef {object} WidgetContext
 * @property {import("./i18n.js").Locale} locale
 * @property {() => import("./markdown.js").MarkdownView} markdown a new view
 * @property {(action: Action) => Promise<unknown>} act carry it out (to the
 * server, or to the page's widgets.onAction when its handler is "client");
 * settled when that is over: until then the control shows that it is busy.
 * A rejection takes a checkbox or a choice back; telling the person is up to
 * whoever rejects.
 * @property {(url: string) => boolean} allowImage the address is absolute
 * @property {() => boolean} streaming does an answer arrive?  Actions that
 * have to wait for it are switched off meanwhile.
 * @property {(error: Error) => void} error a fault of the widget itself
 * (chatkit.error)
 */

/**
 * @typedef {object} DrawnWidget
 * @property {HTMLElement} element stays the same through all updates
 * @property {(widget: WidgetRoot) => void} update the widget as it is now;
 * focus, caret and what was typed are kept
 * @property {(update: import("./wire.d.ts").ItemUpdate) => void} patch one
 * of the three widget.* updates; others are ignored
 * @property {() => void} refresh streaming() may have changed
 */

/**
 * How a component is drawn.  make() runs once, show() whenever its own
 * properties differ, after() whenever it or what is in it was shown.
 * @typedef {object} Kind
 * @property {(node: Component, parent: Part | null) => string} tag a part
 * whose tag changes is made anew
 * @property {(part: Part) => void} [make]
 * @property {(part: Part, old: Component | null) => void} show
 * @property {(part: Part) => void} [after]
 * @property {(part: Part, delta: string, done: boolean) => void} [grow]
 * @property {(part: Part) => string | boolean | undefined} [value] of a
 * control
 */

const MAX_DEPTH = 40;

let count = 0;

export class Part {
	/** @type {Component} */
	node;
	/** @type {Part[]} */
	kids = [];
	/** Where those are. */
	body;
	/** What the kind keeps here. @type {any} */
	data = {};
	/** Its action is being carried out. */
	busy = false;
	#shown = "";

	/**
	 * @param {Widget} widget
	 * @param {Part | null} parent
	 * @param {Component} node
	 */
	constructor(widget, parent, node)
	{
		this.widget = widget;
		this.parent = parent;
		this.node = node;
		this.type = node.type;
		this.kind = kindOf(node);
		this.tag = this.kind.tag(node, parent);
		/** @type {number} */
		this.depth = parent ? parent.depth + 1 : 0;
		/** @type {HTMLElement} */
		this.el = h(/** @type {any} */ (this.tag));
		this.body = this.el;
		this.kind.make?.(this);
		this.update(node);
	}

	/** @param {Component} node */
	fits(node)
	{
		return kindOf(node) === this.kind && node.type === this.type &&
		    this.kind.tag(node, this.parent) === this.tag;
	}

	/** @param {Component} node */
	update(node)
	{
		const { children, ...own } = node;
		const shown = JSON.stringify(own);
		const old = this.#shown ? this.node : null;

		this.node = node;
		if (shown !== this.#shown) {
			this.#shown = shown;
			this.kind.show(this, old);
		}
		this.#sync(this.depth < MAX_DEPTH ? list(children) : []);
		this.kind.after?.(this);
	}

	/**
	 * Lay the children over those that are there: by key, id or name,
	 * else the n-th of a type over the n-th.
	 * @param {Component[]} nodes
	 */
	#sync(nodes)
	{
		/** @type {Map<string, Part>} */
		const there = new Map();
		const names = namer();

		for (const kid of this.kids)
			there.set(names(kid.node), kid);
		const names2 = namer();
		this.kids = nodes.map(node => {
			const name = names2(node);
			const old = there.get(name);
			if (!old?.fits(node))
				return new Part(this.widget, this, node);
			there.delete(name);
			old.update(node);
			return old;
		});
		for (const gone of there.values())
			gone.el.remove();
		this.kids.forEach((kid, i) => {
			if (this.body.children[i] !== kid.el)
				this.body.insertBefore(kid.el,
				    this.body.children[i] ?? null);
		});
	}

	/** Itself and all below. @returns {Generator<Part>} */
	*all()
	{
		yield this;
		for (const kid of this.kids)
			yield* kid.all();
	}

	/**
	 * The nearest one above, or itself, that is so.
	 * @param {(part: Part) => boolean} test
	 * @returns {Part | null}
	 */
	closest(test)
	{
		return test(this) ? this : this.parent?.closest(test) ?? null;
	}

	/** An id for one of its elements. */
	id(name = "")
	{
		this.data.id ??= ++count;
		return `ck-w${this.data.id}${name}`;
	}

	/**
	 * A streamed text went on.
	 * @param {string} delta
	 * @param {boolean} done
	 */
	grow(delta, done)
	{
		this.node.value = String(this.node.value ?? "") + delta;
		this.node.streaming = !done;
		const { children, ...own } = this.node;
		this.#shown = JSON.stringify(own);
		this.kind.grow?.(this, delta, done);
	}
}

/** @param {Component} node @returns {Kind} */
function kindOf(node)
{
	if (node.type === "Text" && node.editable)
		return EDITABLE;
	return KINDS.get(node.type) ?? FORM_KINDS.get(node.type) ?? UNKNOWN;
}

/**
 * What stands in children: components, sometimes one alone, and, of a
 * careless sender, texts.
 * @param {any} children
 * @returns {Component[]}
 */
function list(children)
{
	return (Array.isArray(children) ? children : [children])
	    .map(child => typeof child === "string" ?
		{ type: "Text", value: child } : child)
	    .filter(child => child !== null && typeof child === "object");
}

/** Names by which children of two versions are the same. */
function namer()
{
	/** @type {Map<string, number>} */
	const seen = new Map();

	return (/** @type {Component} */ node) => {
		const own = node.key ?? node.id ?? node.name;
		const name = own === undefined || own === null ?
		    `${node.type}` : `${node.type} ${own}`;
		const n = seen.get(name) ?? 0;
		seen.set(name, n + 1);
		return `${n} ${name}`;
	};
}

export class Widget {
	element = h("div", { class: "ck-widget", tabindex: "-1" });
	/** An action for which the whole widget waits. */
	busy = false;
	/** @type {Component} */
	#tree;
	/** @type {Part} */
	#root;

	/**
	 * @param {WidgetRoot} tree
	 * @param {WidgetContext} ctx
	 */
	constructor(tree, ctx)
	{
		this.ctx = ctx;
		this.#tree = clone(tree);
		this.#root = new Part(this, null, this.#tree);
		this.element.append(this.#root.el);
		this.#settle();
	}

	/** @param {unknown} tree */
	update(tree)
	{
		const focus = this.#focus();

		this.#tree = clone(tree);
		if (this.#root.fits(this.#tree)) {
			this.#root.update(this.#tree);
		} else {
			this.#root = new Part(this, null, this.#tree);
			this.element.replaceChildren(this.#root.el);
		}
		this.#settle();
		focus();
	}

	/** What concerns the whole once its parts are there. */
	#settle()
	{
		const { theme } = this.#tree;

		tieLabels(this.#root);
		if (theme === "light" || theme === "dark")
			this.element.dataset.theme = theme;
		else
			delete this.element.dataset.theme;
	}

	/** @param {import("./wire.d.ts").ItemUpdate} update */
	patch(update)
	{
		if (update.type === "widget.root.updated") {
			this.update(update.widget);
		} else if (update.type === "widget.component.updated") {
			this.update(replaced(this.#tree, update.component_id,
			    update.component));
		} else if (update.type ===
		    "widget.streaming_text.value_delta") {
			for (const part of this.#root.all())
				if (part.node.id === update.component_id)
					part.grow(update.delta, update.done);
		}
	}

	refresh()
	{
		for (const part of this.#root.all())
			this.gate(part);
	}

	/**
	 * Moving a node takes the focus from it: give it back, or, when
	 * what had it is gone, keep it in the widget.
	 */
	#focus()
	{
		const root = /** @type {Document | ShadowRoot} */ (
		    this.element.getRootNode());
		const had = /** @type {HTMLElement | null} */ (
		    root.activeElement ?? null);

		if (!had || !this.element.contains(had))
			return () => {};
		return () => {
			if (root.activeElement === had)
				return;
			const to = this.element.contains(had) ? had :
			    this.element;
			to.focus({ preventScroll: true });
		};
	}

	/**
	 * Does this action have to wait until the answer is there?
	 * @param {Action | undefined} action
	 */
	waits(action)
	{
		return action !== undefined && action.handler !== "client" &&
		    action.streaming !== false && this.ctx.streaming();
	}

	/**
	 * Show whether a part's actions can be used.  What it keeps in
	 * data.gates are its controls and their actions.
	 * @param {Part} part
	 */
	gate(part)
	{
		for (const [el, action] of part.data.gates ?? []) {
			const off = this.waits(action);
			if (off) {
				el.setAttribute("aria-disabled", "true");
				el.title = this.ctx.locale.t("widget.wait");
			} else {
				el.removeAttribute("aria-disabled");
				el.removeAttribute("title");
			}
		}
	}

	/**
	 * Carry an action out, with what its form holds, or, outside of
	 * one, with its own value.  False: it failed, or has to wait.
	 * @param {Part} part
	 * @param {Action | undefined} action
	 * @param {{auto: "none" | "self" | "container", el?: HTMLElement,
	 *     own?: boolean}} how auto: what to show when the action leaves
	 * it to us; el: the control; own: it has a value
	 */
	async fire(part, action, how)
	{
		if (typeof action?.type !== "string" || this.busy ||
		    part.busy || this.waits(action))
			return false;
		const form = part.closest(isForm);
		const parts = form ? [...form.all()] : how.own ? [part] : [];
		const full = { ...action, payload: formValues(
		    parts.map(p => [p.node.editable?.name ?? p.node.name,
			p.kind.value?.(p)]),
		    action.payload, name => this.ctx.error(new Error(
			this.ctx.locale.t("widget.collision", { name })))) };
		const loading = action.loadingBehavior ?? "auto";
		const show = loading === "auto" ? how.auto : loading;
		const el = show === "container" ? this.element :
		    show === "self" ? how.el ?? part.el : null;

		part.busy = show !== "none";
		this.busy = show === "container";
		el?.setAttribute("aria-busy", "true");
		try {
			await this.ctx.act(full);
			return true;
		} catch {
			return false;
		} finally {
			part.busy = false;
			if (show === "container")
				this.busy = false;
			el?.removeAttribute("aria-busy");
		}
	}
}

/** @param {Part} part */
export function isForm(part)
{
	return part.type === "Form" || part.type === "Card" &&
	    part.node.asForm === true;
}

/**
 * A tree of our own: the sender's may change under us, or have no bottom.
 * @param {any} tree
 * @returns {Component}
 */
function clone(tree)
{
	return tree !== null && typeof tree === "object" ? copy(tree, 0) :
	    { type: "Text", value: String(tree) };
}

/**
 * @param {any} value
 * @param {number} depth
 * @returns {any}
 */
function copy(value, depth)
{
	if (value === null || typeof value !== "object")
		return value;
	if (depth > MAX_DEPTH * 3)
		return null;
	return Array.isArray(value) ? value.map(v => copy(v, depth + 1)) :
	    Object.fromEntries(Object.entries(value).map(([k, v]) =>
		[k, copy(v, depth + 1)]));
}

/**
 * The tree with another component in place of the one of that id.
 * @param {any} node
 * @param {string} id
 * @param {any} component
 * @returns {any}
 */
function replaced(node, id, component)
{
	if (node === null || typeof node !== "object")
		return node;
	if (node.id === id)
		return component;
	if (Array.isArray(node.children))
		return { ...node, children: node.children.map(
		    (/** @type {any} */ kid) => replaced(kid, id, component)) };
	return node.children === undefined ? node :
	    { ...node, children: replaced(node.children, id, component) };
}

/**
 * Draw a widget.  A component that is not known is drawn as its children,
 * or its text.
 * @param {WidgetRoot} tree
 * @param {WidgetContext} ctx
 * @returns {DrawnWidget}
 */
export function drawWidget(tree, ctx)
{
	const widget = new Widget(tree, ctx);

	return {
		element: widget.element,
		update: now => widget.update(now),
		patch: update => widget.patch(update),
		refresh: () => widget.refresh(),
	};
}

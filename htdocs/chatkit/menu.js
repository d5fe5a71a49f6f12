// @ts-check
// Menus and dialogs over the page, all of them native where there is a native
// one: popover and <dialog>.  Loaded on first use, with panels.css.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./host.js").Host} Host */

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [description]
 * @property {string} [icon] a name of icons.js
 * @property {boolean} [checked] given: the item is one choice of several
 * @property {boolean} [disabled]
 * @property {boolean} [danger]
 * @property {string} [group] items of a group stand under its name
 * @property {() => void} choose
 */

/** The menu that is open: there is at most one. @type {Menu | null} */
let current = null;
let ids = 0;

/**
 * Open a menu at a button and move the focus into it; it goes back to the
 * button when the menu closes, unless choosing moved it.  The same button
 * pressed again closes it.
 *
 * @param {HTMLElement} button has aria-haspopup="menu"; aria-expanded is kept
 * @param {MenuItem[]} items
 * @param {{host: Host, label: string}} how
 */
export function openMenu(button, items, how)
{
	const again = current?.button === button;
	current?.close();
	if (!again)
		current = new Menu(button, items, how);
}

/** Close the menu that is open, if there is one. */
export function closeMenu()
{
	current?.close();
}

class Menu {
	#stop = new AbortController();
	#typed = "";
	#typedAt = 0;

	/**
	 * @param {HTMLElement} button
	 * @param {MenuItem[]} items
	 * @param {{host: Host, label: string}} how
	 */
	constructor(button, items, how)
	{
		this.button = button;
		this.shell = how.host.shell;
		this.element = h("div", {
			class: "ck-menu", role: "menu", "aria-label": how.label,
			dir: how.host.locale.direction,
			popover: "showPopover" in HTMLElement.prototype
			    ? "manual" : null,
			on: {
				keydown: (/** @type {KeyboardEvent} */ e) =>
				    this.#key(e),
				focusout: (/** @type {FocusEvent} */ e) =>
				    this.#left(e),
			},
		}, grouped(items, (item) => item.group).map(([name, list]) => {
			const rows = list.map((item) => this.#row(item));
			return name === undefined ? rows : h("div",
			    { role: "group", "aria-label": name },
			    h("div", { class: "ck-menu-group", dir: "auto",
				"aria-hidden": "true", text: name }), rows);
		}).flat());
		button.setAttribute("aria-expanded", "true");
		void this.#show(how.host);
	}

	/** @param {Host} host */
	async #show(host)
	{
		await host.style("panels.css");
		if (this.#stop.signal.aborted)
			return;
		(this.button.closest("dialog") ?? this.shell)
		    .append(this.element);
		if (this.element.popover)
			this.element.showPopover();
		this.#place();
		const rows = this.#rows();
		(rows.find((row) => row.ariaChecked === "true") ?? rows[0])
		    ?.focus();
		const how = { signal: this.#stop.signal, capture: true };
		document.addEventListener("pointerdown", (e) => {
			const path = e.composedPath();
			if (!path.includes(this.element) &&
			    !path.includes(this.button))
				this.close(false);
		}, how);
		addEventListener("resize", () => this.close(), how);
	}

	/** @param {MenuItem} item */
	#row(item)
	{
		return h("button", {
			type: "button", tabindex: "-1",
			class: item.danger ? "ck-menu-item ck-danger"
			    : "ck-menu-item",
			role: item.checked === undefined ? "menuitem"
			    : "menuitemradio",
			"aria-checked": item.checked === undefined ? null
			    : String(item.checked),
			"aria-disabled": item.disabled ? "true" : null,
			on: {
				click: () => {
					if (item.disabled)
						return;
					this.close();
					item.choose();
				},
				pointermove: (/** @type {PointerEvent} */ e) =>
				    /** @type {HTMLElement} */
				    (e.currentTarget).focus(),
			},
		}, item.icon ? icon(item.icon) : null,
		h("span", { class: "ck-menu-text" },
		    h("span", { dir: "auto", text: item.label }),
		    item.description ? h("span", { class: "ck-menu-note",
			dir: "auto", text: item.description }) : null),
		item.checked ? icon("check") : null);
	}

	/** @returns {HTMLElement[]} */
	#rows()
	{
		return [...this.element.querySelectorAll("button")];
	}

	/** Below the button or above it, wherever there is more room. */
	#place()
	{
		const at = this.button.getBoundingClientRect();
		const own = this.element.getBoundingClientRect();
		const space = 8;
		const wide = document.documentElement.clientWidth;
		const high = innerHeight;
		const below = high - at.bottom - space;
		const up = below < own.height && at.top > below;
		const end = (this.element.dir === "rtl") !==
		    (at.left + own.width > wide - space);
		const left = end ? at.right - own.width : at.left;
		const room = (up ? at.top : high - at.bottom) - 2 * space;
		const from = this.element.popover ? { left: 0, top: 0 }
		    : this.shell.getBoundingClientRect();
		const x = Math.max(space,
		    Math.min(left, wide - own.width - space));
		const y = up ? at.top - Math.min(own.height, room) - 4
		    : at.bottom + 4;
		const style = this.element.style;
		style.setProperty("left", `${x - from.left}px`);
		style.setProperty("top", `${y - from.top}px`);
		style.setProperty("max-block-size", `${room}px`);
	}

	/** @param {KeyboardEvent} e */
	#key(e)
	{
		const rows = this.#rows();
		const at = rows.indexOf(/** @type {HTMLElement} */ (e.target));
		const n = rows.length;
		/** @type {Record<string, number>} */
		const to = { ArrowDown: (at + 1) % n, ArrowUp: (at + n - 1) % n,
		    Home: 0, End: n - 1 };
		if (e.key in to) {
			rows[to[e.key]].focus();
		} else if (e.key === "Escape" || e.key === "Tab") {
			this.close();
			if (e.key === "Tab")
				return;
		} else if (e.key.length === 1 && e.key !== " " &&
		    !e.ctrlKey && !e.metaKey && !e.altKey) {
			this.#find(rows, at, e.key, e.timeStamp);
		} else {
			return;
		}
		e.preventDefault();
		e.stopPropagation();
	}

	/**
	 * Typing moves to the next item that begins so.
	 * @param {HTMLElement[]} rows
	 * @param {number} at
	 * @param {string} key
	 * @param {number} when
	 */
	#find(rows, at, key, when)
	{
		this.#typed = when - this.#typedAt > 700 ? key
		    : this.#typed + key;
		this.#typedAt = when;
		const wanted = this.#typed.toLocaleLowerCase();
		const from = this.#typed.length === 1 ? at + 1 : at;
		for (let i = 0; i < rows.length; i++) {
			const row = rows[(from + i) % rows.length];
			if (row.textContent?.trim().toLocaleLowerCase()
			    .startsWith(wanted)) {
				row.focus();
				return;
			}
		}
	}

	/** @param {FocusEvent} e */
	#left(e)
	{
		const to = /** @type {Node | null} */ (e.relatedTarget);
		if (to && to !== this.button && !this.element.contains(to))
			this.close(false);
	}

	/** @param {boolean} [back] whether the focus goes back to the button */
	close(back = true)
	{
		if (this.#stop.signal.aborted)
			return;
		this.#stop.abort();
		if (current === this)
			current = null;
		this.button.setAttribute("aria-expanded", "false");
		if (back)
			this.button.focus();
		this.element.remove();
	}
}

/**
 * Items by group, in order of first appearance.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string | undefined} name
 * @returns {[string | undefined, T[]][]}
 */
export function grouped(items, name)
{
	/** @type {Map<string | undefined, T[]>} */
	const groups = new Map();
	for (const item of items) {
		const list = groups.get(name(item));
		if (list)
			list.push(item);
		else
			groups.set(name(item), [item]);
	}
	return [...groups];
}

/**
 * A modal dialog.  It is removed when it
 * closes, and the focus goes back to where it was.
 *
 * @param {{host: Host, title: string, close?: string, class?: string,
 *     bare?: boolean}} how close: name of a button that closes it; bare: no
 *     heading to be seen, the title only names the dialog
 * @param {...Node} content
 * @returns {{element: HTMLDialogElement, close: () => void,
 *     closed: Promise<void>}}
 */
export function openDialog(how, ...content)
{
	const id = `ck-dialog-${++ids}`;
	const element = h("dialog", {
		class: `ck-dialog ${how.class ?? ""}`,
		"aria-label": how.bare ? how.title : null,
		"aria-labelledby": how.bare ? null : id,
	}, how.bare ? null : h("header", { class: "ck-dialog-head" },
	    h("h2", { id, dir: "auto", text: how.title }),
	    how.close ? h("button", { type: "button", class: "ck-icon-button",
		"aria-label": how.close, title: how.close,
		on: { click: () => element.close() } }, icon("close")) : null),
	...content);
	/** @type {Promise<void>} */
	const closed = new Promise((resolve) => {
		element.addEventListener("close", () => {
			element.remove();
			resolve();
		});
	});
	element.addEventListener("keydown", (e) => {
		if (e.key === "Escape")
			e.stopPropagation();
	});
	// The backdrop is the dialog itself, its content is not.
	let pressed = false;
	element.addEventListener("pointerdown", (e) => {
		pressed = e.target === element && outside(element, e);
	});
	element.addEventListener("click", (e) => {
		if (pressed && e.target === element && outside(element, e))
			element.close();
	});
	let over = false;
	void how.host.style("panels.css").then(() => {
		if (over)
			return;
		how.host.shell.append(element);
		element.showModal();
	});
	return {
		element, closed,
		close() {
			over = true;
			element.open ? element.close()
			    : element.dispatchEvent(new Event("close"));
		},
	};
}

/**
 * @param {HTMLElement} element
 * @param {MouseEvent} e
 */
function outside(element, e)
{
	const box = element.getBoundingClientRect();
	return e.clientX < box.left || e.clientX > box.right ||
	    e.clientY < box.top || e.clientY > box.bottom;
}

/**
 * Ask; Esc and the backdrop mean no.  The focus starts on the button that
 * does nothing.
 *
 * @param {{host: Host, title: string, text?: string, confirm: string,
 *     cancel: string, danger?: boolean}} ask
 * @returns {Promise<boolean>}
 */
export async function confirmDialog(ask)
{
	let yes = false;
	const cancel = h("button", { type: "button", class: "ck-button",
	    autofocus: true, text: ask.cancel,
	    on: { click: () => dialog.close() } });
	const confirm = h("button", { type: "button",
	    class: ask.danger ? "ck-button ck-danger"
		: "ck-button ck-primary",
	    text: ask.confirm, on: { click: () => {
		yes = true;
		dialog.close();
	    } } });
	const dialog = openDialog({ host: ask.host, title: ask.title,
	    class: "ck-confirm" },
	    h("div", { class: "ck-dialog-body" },
		ask.text ? h("p", { dir: "auto", text: ask.text }) : null),
	    h("div", { class: "ck-dialog-foot" }, cancel, confirm));
	await dialog.closed;
	return yes;
}

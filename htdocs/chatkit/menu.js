// @ts-check
// Menus and dialogs over the page, all of them native where there is a native
// one: popover and <dialog>.

import { h } from "./dom.js";

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

/**
 * Open a menu at a button and leave the focus in it; it goes back to the
 * button when the menu closes, unless choosing moved it.  The same button
 * pressed again closes it.
 *
 * @param {HTMLElement} button has aria-haspopup="menu"; aria-expanded is kept
 * @param {MenuItem[]} items
 * @param {{host: Host, label: string}} how
 */
export function openMenu(button, items, how)
{
}

/**
 * A modal dialog with a heading and a Close button.  It is removed when it
 * closes, and the focus goes back to where it was.
 *
 * @param {{host: Host, title: string, close: string, class?: string,
 *     bare?: boolean}} how close: name of the Close button; bare: no visible
 *     heading, the title only names the dialog
 * @param {...Node} content
 * @returns {{element: HTMLDialogElement, close: () => void,
 *     closed: Promise<void>}}
 */
export function openDialog(how, ...content)
{
	return { element: h("dialog"), close() {}, closed: Promise.resolve() };
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
	return false;
}

// @ts-check
// The list of keys that do something.  Loaded on first use.

import "./more.js";
import { h } from "./dom.js";
import { APPLE } from "./keys.js";
import { openDialog } from "./menu.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./i18n.js").Key} Key */

/** @type {[Key, ...string[]][]} */
const KEYS = [
	["shortcut.send", "Enter"],
	["shortcut.line", "shift+Enter"],
	["shortcut.edit", "↑"],
	["shortcut.stop", "Esc"],
	["log.new", "mod+shift+O"],
	["shortcut.search", "mod+K"],
	["shortcut.list", "mod+/"],
];

/**
 * What the keys are called here: ["Ctrl", "K"].
 * @param {string} keys "mod+shift+O"
 */
function keyNames(keys)
{
	/** @type {Record<string, string>} */
	const names = APPLE ? { mod: "⌘", shift: "⇧" } :
	    { mod: "Ctrl", shift: "Shift" };
	return keys.split("+").map((key) => names[key] ?? key);
}

/**
 * Show it; resolves when it has closed.
 * @param {Host} host
 * @returns {Promise<void>}
 */
export async function openShortcuts(host)
{
	const { locale, options, conversation } = host;
	const rows = KEYS.filter(([key]) =>
	    (key !== "shortcut.search" || options.history?.enabled !== false) &&
	    (key !== "shortcut.edit" || conversation.canEdit));
	const dialog = openDialog({ host, title: locale.t("shortcut.title"),
	    close: locale.t("log.close") },
	    h("dl", { class: "ck-dialog-body ck-shortcuts" },
		rows.map(([key, keys]) => h("div", null,
		    h("dt", { text: locale.t(key) }),
		    h("dd", { dir: "ltr" }, keyNames(keys).map((name) =>
			h("kbd", { text: name })))))));
	await dialog.closed;
}

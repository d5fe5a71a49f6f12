// @ts-check
// Keys that work anywhere in the element, and, when it is the only one of its
// page, anywhere on the page.

/** @typedef {import("./host.js").Host} Host */

export const APPLE = /Mac|iP(hone|ad|od)/.test(navigator.platform);

/**
 * Heed them from now on.
 * @param {Host} host
 * @returns {() => void} call it to stop
 */
export function listenForKeys(host)
{
	const { element } = host;
	/** @param {KeyboardEvent} e */
	const heed = (e) => {
		if (e.defaultPrevented || e.isComposing)
			return;
		const inside = e.composedPath().includes(element);
		if (e.key === "Escape") {
			if (inside && host.escape())
				e.preventDefault();
			return;
		}
		const mod = APPLE ? e.metaKey && !e.ctrlKey :
		    e.ctrlKey && !e.metaKey;
		if (!mod || e.altKey || !inside && document
		    .getElementsByTagName(element.localName).length > 1)
			return;
		const act = actOf(host, (e.shiftKey ? "shift+" : "") +
		    e.key.toLowerCase());
		if (act && !host.root.querySelector("dialog[open]")) {
			e.preventDefault();
			act();
		}
	};
	document.addEventListener("keydown", heed);
	return () => document.removeEventListener("keydown", heed);
}

/**
 * @param {Host} host
 * @param {string} key
 * @returns {(() => void) | undefined}
 */
function actOf(host, key)
{
	switch (key) {
	case "k":
		return host.options.history?.enabled === false ? undefined :
		    () => void host.showSearch();
	case "shift+o":
		return () => void host.openThread(null).then(() =>
		    host.focusComposer());
	case "/":
	case "shift+/":		// the slash stands above another key
		return () => void host.showShortcuts();
	}
}

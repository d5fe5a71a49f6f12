// @ts-check
// Keys that work anywhere in the element, and, when it is the only one of its
// page, anywhere on the page.

/** @typedef {import("./host.js").Host} Host */

/**
 * Heed them from now on; element.js calls this once.
 * @param {Host} host
 * @returns {() => void} call it to stop
 */
export function listenForKeys(host)
{
	return () => {};
}

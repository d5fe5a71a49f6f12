// @ts-check
// The list of keys that do something.  Loaded on first use.

/** @typedef {import("./host.js").Host} Host */

/**
 * Show it; resolves when it has closed.
 * @param {Host} host
 * @returns {Promise<void>}
 */
export async function openShortcuts(host)
{
}

// @ts-check
// The search over conversations: a dialog with a field and its findings.
// Loaded on first use.

/** @typedef {import("./host.js").Host} Host */

/**
 * Open it; resolves when it has closed.
 * @param {Host} host
 * @returns {Promise<void>}
 */
export async function openSearch(host)
{
}

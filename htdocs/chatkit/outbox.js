// @ts-check
// What is typed and not yet the server's: unsent messages and drafts, kept
// over reloads where the browser lets us, and the news between tabs.

/** @typedef {import("./conversation.js").Draft} Draft */

/**
 * A message that waits to be sent.  key is its Idempotency-Key; place says
 * to what thread: an id, or a token "new_…" of one that is yet to be made.
 *
 * @typedef {{id: string, key: string, place: string, draft: Draft,
 *     at: string, tried: boolean, failed?: {kind: string, code: string,
 *     detail: string, status: number}}} Unsent
 */

/**
 * A draft of the composer, as it likes it; JSON.
 * @typedef {Record<string, unknown>} Kept
 */

export class Outbox {
	/**
	 * @param {string} url the API's; each has an outbox of its own
	 * @param {string} [user] keeps the people of one browser apart
	 */
	constructor(url, user)
	{
	}

	/**
	 * The composer's draft for a thread (null: for a new one).
	 * @param {string | null} threadId
	 * @returns {Kept | null}
	 */
	draft(threadId)
	{
		return null;
	}

	/**
	 * Keep a draft; null: it is empty now.
	 * @param {string | null} threadId
	 * @param {Kept | null} kept
	 */
	keepDraft(threadId, kept)
	{
	}
}

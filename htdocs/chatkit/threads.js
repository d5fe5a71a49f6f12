// @ts-check
// The list of threads: pages, names, search; in step with the conversation
// and with other tabs.

/** @typedef {import("./wire.d.ts").ThreadData} ThreadData */
/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./conversation.js").Conversation} Conversation */

/** Event "change" (no detail): one of the fields is another. */
export class ThreadList extends EventTarget {
	/** Newest first. @type {ThreadData[]} */
	threads = [];
	/** Pages are left. */
	hasMore = true;
	loading = false;
	/** At least one page has come. */
	loaded = false;
	/** @type {import("./backend.js").ChatKitError | null} */
	error = null;

	/** @param {{backend: Backend, conversation: Conversation}} how */
	constructor(how)
	{
		super();
	}

	/** Read the first page (again).  Never rejects: see error.
	 * @returns {Promise<void>} */
	async load()
	{
	}

	/** Read the next page.  Never rejects: see error.
	 * @returns {Promise<void>} */
	async more()
	{
	}

	/**
	 * @param {string} id
	 * @param {string} title 1 to 200 characters
	 * @returns {Promise<void>}
	 * @throws {import("./backend.js").ChatKitError} it has its old name
	 */
	async rename(id, title)
	{
	}

	/**
	 * For good.  The open thread is left for a new one.
	 * @param {string} id
	 * @returns {Promise<void>}
	 * @throws {import("./backend.js").ChatKitError} it is still there
	 */
	async remove(id)
	{
	}

	/**
	 * Threads in which all words of query are found, newest first.  With
	 * our server also in the messages: each thread then has the member
	 * taskchat {snippet, item_id}.  Elsewhere by title.
	 * @param {string} query
	 * @param {{limit?: number, after?: string, signal?: AbortSignal}} [how]
	 * @returns {Promise<{data: ThreadData[], has_more: boolean,
	 *     after?: string}>}
	 * @throws {import("./backend.js").ChatKitError}
	 */
	async search(query, how)
	{
		return { data: [], has_more: false };
	}
}

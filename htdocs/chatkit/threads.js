// @ts-check
// The list of threads: pages, names, search; in step with the conversation
// and with other tabs.

import { ChatKitError } from "./backend.js";

/** @typedef {import("./wire.d.ts").ThreadData} ThreadData */
/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {{data: ThreadData[], has_more: boolean, after?: string}} Found */

const PAGE = 30;
// A server that cannot search: so many threads are looked through.
const LOOKED_AT = 100;
const LOOKS = 5;

/** @param {any} page @returns {Found} */
function found(page)
{
	if (!Array.isArray(page?.data))
		throw new ChatKitError("bad_answer");
	return { has_more: page.has_more === true, after: page.after,
		data: page.data.filter((/** @type {any} */ thread) =>
		    typeof thread?.id === "string") };
}

/** Event "change" (no detail): one of the fields is another. */
export class ThreadList extends EventTarget {
	/** Newest first. @type {ThreadData[]} */
	threads = [];
	/** Pages are left. */
	hasMore = true;
	loading = false;
	/** At least one page has come. */
	loaded = false;
	/** @type {ChatKitError | null} */
	error = null;

	#backend;
	#conversation;
	/** @type {string | undefined} */
	#after;
	/** Which reading of the list this is. */
	#reading = 0;
	#end = new AbortController();

	/** @param {{backend: Backend, conversation: Conversation}} how */
	constructor(how)
	{
		super();
		this.#backend = how.backend;
		this.#conversation = how.conversation;
		this.#conversation.addEventListener("threads", (event) =>
		    this.#heard(/** @type {CustomEvent} */ (event).detail),
		    { signal: this.#end.signal });
	}

	/** No more news. */
	close()
	{
		this.#end.abort();
	}

	#changed()
	{
		this.dispatchEvent(new CustomEvent("change"));
	}

	/** @param {{change: string, id: string, data?: ThreadData}} news */
	#heard(news)
	{
		const at = this.threads.findIndex((t) => t.id === news.id);
		if (news.change === "removed") {
			if (at < 0)
				return;
			this.threads.splice(at, 1);
		} else if (at >= 0) {
			if (!news.data)
				return;
			this.threads[at] = { ...this.threads[at],
				...news.data };
		} else if (news.change !== "created") {
			return;		// on a page that is yet to come
		} else if (news.data) {
			this.threads.unshift(news.data);
		} else {
			if (this.loaded)
				this.load();
			return;
		}
		this.#changed();
	}

	/** Read the first page (again).  Never rejects: see error.
	 * @returns {Promise<void>} */
	async load()
	{
		await this.#page(undefined);
	}

	/** Read the next page.  Never rejects: see error.
	 * @returns {Promise<void>} */
	async more()
	{
		if (this.loading || !this.hasMore)
			return;
		await this.#page(this.loaded ? this.#after : undefined);
	}

	/** @param {string | undefined} after */
	async #page(after)
	{
		const reading = ++this.#reading;
		this.loading = true;
		this.error = null;
		this.#changed();
		try {
			const page = found(await this.#backend.post(
			    "threads.list", { limit: PAGE, order: "desc",
				...(after ? { after } : {}) },
			    { signal: this.#end.signal }));
			if (reading !== this.#reading)
				return;
			this.#take(page, after !== undefined);
		} catch (error) {
			if (reading !== this.#reading)
				return;
			this.error = error instanceof ChatKitError ? error
			    : new ChatKitError("bad_answer", { cause: error });
			// the thread the page began after is gone
			if (this.error.code === "invalid_cursor")
				this.loaded = false;
		}
		this.loading = false;
		this.#changed();
	}

	/** @param {Found} page @param {boolean} more */
	#take(page, more)
	{
		const before = more ? this.threads : [];
		const known = new Set(before.map((t) => t.id));
		this.threads = [...before,
			...page.data.filter((t) => !known.has(t.id))];
		this.#after = page.after ?? page.data.at(-1)?.id;
		this.hasMore = page.has_more && this.#after !== undefined;
		this.loaded = true;
	}

	/**
	 * @param {string} id
	 * @param {string} title 1 to 200 characters
	 * @returns {Promise<void>}
	 * @throws {ChatKitError} it has its old name
	 */
	async rename(id, title)
	{
		this.#conversation.renamed(await this.#backend.post(
		    "threads.update", { thread_id: id, title }));
	}

	/**
	 * For good.  The open thread is left for a new one.
	 * @param {string} id
	 * @returns {Promise<void>}
	 * @throws {ChatKitError} it is still there
	 */
	async remove(id)
	{
		try {
			await this.#backend.post("threads.delete",
			    { thread_id: id });
		} catch (error) {
			// somebody was faster
			if (!(error instanceof ChatKitError) ||
			    error.kind !== "not_found")
				throw error;
		}
		this.#conversation.forget(id);
	}

	/**
	 * Threads in which all words of query are found, newest first.  With
	 * our server also in the messages: each thread then has the member
	 * taskchat {snippet, item_id}.  Elsewhere by title.
	 * @param {string} query
	 * @param {{limit?: number, after?: string, signal?: AbortSignal}} [how]
	 * @returns {Promise<Found>}
	 * @throws {ChatKitError}; an abort by how.signal as AbortError
	 */
	async search(query, how = {})
	{
		const { limit = 20, after, signal } = how;
		const params = { limit, ...(after ? { after } : {}) };
		/** @type {Found | undefined} */
		let first;
		if (!this.#backend.known)
			first = found(await this.#backend.post("threads.list",
			    { limit: LOOKED_AT, order: "desc" }, { signal }));
		if (this.#backend.extensions.has("search"))
			return found(await this.#backend.post("taskchat.search",
			    { query, ...params }, { signal }));
		return this.#searchTitles(query, after, signal, first);
	}

	/**
	 * @param {string} query
	 * @param {string | undefined} after
	 * @param {AbortSignal | undefined} signal
	 * @param {Found | undefined} first
	 * @returns {Promise<Found>}
	 */
	async #searchTitles(query, after, signal, first)
	{
		const words = query.toLocaleLowerCase().split(/\s+/)
		    .filter(Boolean);
		/** @type {ThreadData[]} */
		const data = [];
		let page = after ? undefined : first;
		for (let n = 0; n < LOOKS; n++) {
			page ??= found(await this.#backend.post("threads.list",
			    { limit: LOOKED_AT, order: "desc",
				...(after ? { after } : {}) }, { signal }));
			data.push(...page.data.filter((thread) => {
				const title = String(thread.title ?? "")
				    .toLocaleLowerCase();
				return words.every((w) => title.includes(w));
			}));
			after = page.after ?? page.data.at(-1)?.id;
			if (!page.has_more || after === undefined)
				return { data, has_more: false };
			page = undefined;
		}
		return { data, has_more: true, after };
	}
}

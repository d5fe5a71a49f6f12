// @ts-check
// The conversation as long as nothing is in it.  What it takes beyond that
// (conversation.js) is fetched when somebody begins to write, or there is
// something to read or to send; from then on this only passes it on.

import { Shelf } from "./shelf.js";

/** @typedef {import("./conversation.js").Conversation} Real */
/** @typedef {import("./host.d.ts").Talk} Talk */

const EVENTS = ["state", "thread", "load", "response", "unread", "threads",
    "error"];

/** What stands in for a thread of which nothing is known. */
const nothing = () => /** @type {import("./thread.js").Thread} */ (
    /** @type {unknown} */ (Object.assign(new EventTarget(), { id: null,
	data: null, failure: null, progress: null, list: () => [] })));

/** @implements {Talk} */
export class EarlyConversation extends EventTarget {
	#how;
	#none = nothing();
	/** @type {Real | null} */
	#real = null;
	/** @type {Promise<Real> | null} */
	#coming = null;
	/** The first thing that was opened is there. */
	#opened = Promise.resolve();
	#closed = false;

	/**
	 * user keeps the people of one browser apart; fetch and onClientTool
	 * are read anew for each call.
	 * @param {{url: string, user?: string, language: string,
	 *     fetch: typeof fetch, log: (name: string, data: any) => void,
	 *     onClientTool: () => any}} how
	 */
	constructor(how)
	{
		super();
		this.#how = how;
		/** What is kept over reloads: drafts, and unsent messages. */
		this.shelf = new Shelf(how.url, how.user);
	}

	/**
	 * Fetch what a conversation needs; the same promise while it comes,
	 * and another try after one that failed.
	 * @param {string | null} [id] what to open, if it is not there yet
	 * @returns {Promise<Real>}
	 */
	wake(id = null)
	{
		this.#coming ??= this.#fetch(id).catch((error) => {
			this.#coming = null;
			throw Object.assign(error, { key: navigator.onLine ?
				"log.module" : "error.away" });
		});
		return this.#coming;
	}

	/** @param {string | null} id */
	async #fetch(id)
	{
		const [{ Backend }, { Conversation }, { Outbox }] =
		    await Promise.all([import("./backend.js"),
			import("./conversation.js"), import("./outbox.js")]);
		const { url, user, language, fetch, log, onClientTool } =
		    this.#how;
		const real = new Conversation({ onClientTool,
			backend: new Backend({ url, user, language, fetch,
				log }),
			outbox: new Outbox(this.shelf) });
		if (this.#closed) {
			real.close();
			return real;
		}
		for (const type of EVENTS)
			real.addEventListener(type, (event) =>
			    this.dispatchEvent(new CustomEvent(type, { detail:
				/** @type {CustomEvent} */ (event).detail })));
		this.#real = real;
		this.#opened = real.open(id);
		return real;
	}

	get thread() { return this.#real?.thread ?? this.#none; }
	get state() { return this.#real?.state ?? "idle"; }
	get canStop() { return this.#real?.canStop ?? false; }
	get canEdit() { return this.#real?.canEdit ?? false; }
	get hasOlder() { return this.#real?.hasOlder ?? false; }
	get extensions() { return this.#real?.extensions ?? new Set(); }

	/** @param {string | null} id */
	async open(id)
	{
		if (this.#real) {
			await this.#real.open(id);
		} else if (id !== null || this.shelf.names("message ").length) {
			await this.wake(id);
			await this.#opened;
		}
	}

	/**
	 * A request of its own, answered by JSON; see Backend.post().
	 * @param {Parameters<import("./backend.js").Backend["post"]>} args
	 */
	async post(...args)
	{
		return (await this.wake()).backend.post(...args);
	}

	async older() { return (await this.wake()).older(); }

	/** @param {Parameters<Real["send"]>} args */
	async send(...args)
	{
		return (await this.wake()).send(...args);
	}

	async stop() { await this.#real?.stop(); }

	/** @param {Parameters<Real["retry"]>} args */
	async retry(...args)
	{
		return (await this.wake()).retry(...args);
	}

	/** @param {Parameters<Real["edit"]>} args */
	async edit(...args)
	{
		return (await this.wake()).edit(...args);
	}

	/** @param {Parameters<Real["act"]>} args */
	async act(...args)
	{
		return (await this.wake()).act(...args);
	}

	/** @param {Parameters<Real["feedback"]>} args */
	async feedback(...args)
	{
		return (await this.wake()).feedback(...args);
	}

	/** @param {Parameters<Real["answer"]>} args */
	async answer(...args)
	{
		return (await this.wake()).answer(...args);
	}

	async refresh() { await this.#real?.refresh(); }

	/** @param {string} id */
	resend(id) { this.#real?.resend(id); }

	/** @param {string} id */
	discard(id) { return this.#real?.discard(id); }

	close()
	{
		this.#closed = true;
		this.#real?.close();
	}
}

// @ts-check
// What is said and not yet the server's: unsent messages, kept over reloads
// where the browser lets us (shelf.js), and the news between tabs.

/** @typedef {import("./conversation.js").Draft} Draft */
/** @typedef {import("./backend.js").ErrorKind} ErrorKind */
/** @typedef {import("./shelf.js").Shelf} Shelf */

/**
 * A message that waits to be sent.  key is its Idempotency-Key; place says
 * to what thread: an id, or a token "new_…" of one that is yet to be made.
 * tried: it may have reached a server.
 *
 * @typedef {{id: string, key: string, place: string, draft: Draft,
 *     at: string, tab: string, tried: boolean, failed?: {kind: ErrorKind,
 *     code: string, detail: string, status: number}}} Unsent
 */

/**
 * What a tab tells the others: a turn of a thread began or ended; something
 * in a thread changed; a thread is gone; a thread's name (data) is another;
 * a message was put into the outbox or left it; a new thread (the token) has
 * got its id.
 *
 * @typedef {{what: "begun" | "ended" | "changed" | "removed" | "outbox",
 *     id: string} | {what: "renamed", id: string,
 *     data: import("./wire.d.ts").ThreadData} |
 *     {what: "made", id: string, token: string}} News
 */

/** 128 random bits. */
export function random()
{
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0"))
	    .join("");
}

/** This tab, over reloads. */
function tabId()
{
	const id = random();
	try {
		const old = sessionStorage.getItem("taskchat.tab");
		if (old)
			return old;
		sessionStorage.setItem("taskchat.tab", id);
	} catch {
		// then until the next reload
	}
	return id;
}

/**
 * Nothing passes a message that failed because its author is to sign in, nor
 * one that may have made its thread: the next would make another.
 * @param {Unsent} unsent
 */
const blocks = (unsent) => unsent.failed?.kind === "unauthorized" ||
    (unsent.tried && unsent.place.startsWith("new_"));

/** Event "news" {@link News}, from another tab. */
export class Outbox extends EventTarget {
	#shelf;
	/** @type {BroadcastChannel | null} */
	#channel = null;
	/** @type {LockManager | undefined} */
	#locks;
	/** This tab's name. */
	tab = tabId();

	/**
	 * @param {Shelf} shelf
	 * @param {LockManager} [locks] instead of the browser's
	 */
	constructor(shelf, locks = globalThis.navigator?.locks)
	{
		super();
		this.#shelf = shelf;
		this.#locks = locks;
		try {
			this.#channel = new BroadcastChannel(shelf.prefix);
		} catch {
			return;		// each tab for itself
		}
		this.#channel.onmessage = (event) => this.#hear(event.data);
		globalThis.addEventListener?.("storage", this.#stored);
	}

	/** @param {News} news */
	#hear(news)
	{
		this.dispatchEvent(new CustomEvent("news", { detail: news }));
	}

	/**
	 * The shelf has what another tab put there.  Its news may have come
	 * before that, when there was nothing to see.
	 * @param {StorageEvent} event
	 */
	#stored = ({ key, oldValue, newValue }) => {
		if (!key?.startsWith(this.#shelf.prefix + "message "))
			return;
		const { place } = JSON.parse(newValue ?? oldValue ?? "{}");
		if (place)
			this.#hear({ what: "outbox", id: place });
	};

	/** No more news. */
	close()
	{
		globalThis.removeEventListener?.("storage", this.#stored);
		this.#channel?.close();
		this.#channel = null;
	}

	/** Tell the other tabs. @param {News} news */
	tell(news)
	{
		this.#channel?.postMessage(news);
	}

	/** One tab at a time can tell which it is. */
	get hasLocks()
	{
		return this.#locks !== undefined;
	}

	/**
	 * Do something that only one tab may do at a time; the others wait, or
	 * (now) leave it.  Where the browser has no locks it is just done.
	 * @template T
	 * @param {string} name
	 * @param {() => Promise<T>} work
	 * @param {{now?: boolean, signal?: AbortSignal}} [how]
	 * @returns {Promise<T | undefined>} undefined: another tab does it
	 */
	async alone(name, work, how = {})
	{
		if (!this.#locks)
			return work();
		/** @type {LockOptions} */
		const options = how.now ? { ifAvailable: true }
		    : { signal: how.signal };
		return this.#locks.request(this.#shelf.prefix + name, options,
		    async (lock) => lock ? work() : undefined);
	}

	/** A token for a thread that is yet to be made. */
	newPlace()
	{
		return "new_" + random();
	}

	/**
	 * Put a message in, behind all others.
	 * @param {string} place
	 * @param {Draft} draft
	 * @returns {Unsent}
	 */
	put(place, draft)
	{
		// ids sort by time, whatever clocks and tabs do
		const last = parseInt(this.waiting().at(-1)?.id.slice(6, 15) ??
		    "0", 36);
		const now = Math.max(Date.now(), last + 1);
		const id = "local_" + now.toString(36).padStart(9, "0") + "_" +
		    random().slice(0, 8);
		const unsent = { id, key: random(), place, draft,
			at: new Date(now).toISOString(), tab: this.tab,
			tried: false };
		this.#shelf.write("message " + id, unsent);
		this.tell({ what: "outbox", id: place });
		return unsent;
	}

	/**
	 * @param {string} id
	 * @param {Partial<Unsent>} what is another now
	 */
	change(id, what)
	{
		const unsent = this.get(id);
		if (unsent)
			this.#shelf.write("message " + id,
			    { ...unsent, ...what });
	}

	/** @param {string} id @returns {Unsent | null} */
	get(id)
	{
		return this.#shelf.read("message " + id);
	}

	/** It is the server's, or nobody's. @param {Unsent} unsent */
	drop(unsent)
	{
		this.#shelf.write("message " + unsent.id, null);
		this.tell({ what: "outbox", id: unsent.place });
	}

	/**
	 * All that waits (for one place), oldest first.
	 * @param {string} [place]
	 * @returns {Unsent[]}
	 */
	waiting(place)
	{
		return this.#shelf.names("message ")
		    .map((name) => this.#shelf.read(name))
		    .filter((u) => u?.draft && typeof u.place === "string" &&
		    (place === undefined || u.place === place));
	}

	/** Nothing goes before what is put in now. @param {string} place */
	isFree(place)
	{
		return this.waiting(place).every((unsent) => unsent.failed &&
		    !blocks(unsent));
	}

	/**
	 * What is to be sent next to a place.  A message that failed is passed
	 * over, unless it blocks.
	 * @param {string} place
	 * @returns {Unsent | undefined}
	 */
	next(place)
	{
		for (const unsent of this.waiting(place)) {
			if (!unsent.failed)
				return unsent;
			if (blocks(unsent))
				return undefined;
		}
		return undefined;
	}

	/**
	 * A new thread has got its id.
	 * @param {string} token
	 * @param {string} id
	 */
	made(token, id)
	{
		for (const unsent of this.waiting(token))
			this.change(unsent.id, { place: id });
		this.tell({ what: "made", id, token });
	}

	/** A thread is gone, and what waited for it. @param {string} place */
	forget(place)
	{
		for (const { id } of this.waiting(place))
			this.#shelf.write("message " + id, null);
		this.#shelf.keepDraft(place, null);
	}
}

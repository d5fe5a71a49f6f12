// @ts-check
// What the browser keeps for us over reloads: each thing under a key of its
// own in localStorage, so that two tabs never write the same one.  Where there
// is no storage, or it is full, things are kept as long as the page.

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" |
 *     "length">} Storing */

/**
 * A draft of the composer, as it likes it; JSON.
 * @typedef {Record<string, unknown>} Kept
 */

export class Shelf {
	/** @type {Map<string, string>} */
	#memory = new Map();
	/** @type {Storing | null} */
	#storage = null;

	/**
	 * @param {string} url the API's; each has a shelf of its own
	 * @param {string} [user] keeps the people of one browser apart
	 * @param {Storing} [storage] instead of the browser's
	 */
	constructor(url, user = "", storage)
	{
		const prefix = `taskchat ${JSON.stringify([url, user])} `;
		this.prefix = prefix;
		try {
			storage ??= globalThis.localStorage;
			storage.setItem(prefix, "");
			storage.removeItem(prefix);
			this.#storage = storage;
		} catch {
			// switched off
		}
	}

	/** What was written; null: nothing, or no JSON. @param {string} name */
	read(name)
	{
		const key = this.prefix + name;
		try {
			return JSON.parse(this.#memory.get(key) ??
			    this.#storage?.getItem(key) ?? "null");
		} catch {
			return null;
		}
	}

	/** @param {string} name @param {unknown} value null: none */
	write(name, value)
	{
		const key = this.prefix + name;
		const text = JSON.stringify(value);
		this.#memory.delete(key);
		try {
			if (value === null)
				this.#storage?.removeItem(key);
			else if (this.#storage)
				this.#storage.setItem(key, text);
			else
				this.#memory.set(key, text);
		} catch {
			// full, or switched off meanwhile
			if (value !== null)
				this.#memory.set(key, text);
		}
	}

	/** The names that begin so, sorted. @param {string} start */
	names(start)
	{
		const keys = new Set(this.#memory.keys());
		try {
			for (let i = 0; i < (this.#storage?.length ?? 0); i++)
				keys.add(this.#storage?.key(i) ?? "");
		} catch {
			// nothing to be had there
		}
		const begin = this.prefix + start;
		return [...keys].filter((key) => key.startsWith(begin))
		    .map((key) => key.slice(this.prefix.length)).sort();
	}

	/**
	 * The composer's draft for a thread (null: for a new one).
	 * @param {string | null} threadId
	 * @returns {Kept | null}
	 */
	draft(threadId)
	{
		return this.read("draft " + (threadId ?? ""));
	}

	/**
	 * Keep a draft; null: it is empty now.
	 * @param {string | null} threadId
	 * @param {Kept | null} kept
	 */
	keepDraft(threadId, kept)
	{
		this.write("draft " + (threadId ?? ""), kept);
	}
}

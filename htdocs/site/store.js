// @ts-check
// The task list as it is known here: read in pages, asked again while
// somebody looks at it, and changed at once on the screen before the service
// has answered.

import { call, ApiError } from "./api.js";

/** @typedef {import("./types.d.ts").Priority} Priority */
/** @typedef {import("./types.d.ts").Task} Task */
/** @typedef {import("./types.d.ts").Change} Change */

const QUICK = 1500, SLOW = 15000;	/* milliseconds between two looks */
const ACTIVE = 120000;		/* so long after the last sign of life */

/** Thrown when somebody else changed the same members meanwhile. */
export class Conflict extends Error {
	/** @param {Task} theirs @param {Change} mine */
	constructor(theirs, mine)
	{
		super("changed meanwhile");
		this.theirs = theirs;
		this.mine = mine;
	}
}

/**
 * Events: "change" (read list anew), "failure" {detail: error} when the list
 * could not be read (what is known stays), "well" when it could be again.
 */
export class TaskStore extends EventTarget {
	/** False until the list was read once. */
	loaded = false;
	/** @type {Map<number, Task>} */
	#known = new Map();
	/** What the screen shows before the service has said so; null: gone.
	 * @type {Map<number, Change | null>} */
	#wished = new Map();
	/** On their way, under numbers below 0. @type {Map<number, Task>} */
	#adding = new Map();
	/** @type {Map<number, Promise<unknown>>} */
	#queue = new Map();
	#etag = "";
	#path = "";
	#changes = 0;
	#last = 0;
	#failed = false;
	#alive = Date.now();
	/** @type {Promise<void> | null} */
	#reading = null;
	#again = false;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	/** @type {BroadcastChannel | undefined} */
	#others;

	/** @param {string} user */
	constructor(user)
	{
		super();
		this.#path = `/api/${encodeURIComponent(user)}/tasks`;
		if (typeof BroadcastChannel === "function") {
			this.#others = new BroadcastChannel(`tc.tasks.${user}`);
			this.#others.onmessage = () => this.refresh();
		}
		const wake = () => { this.#alive = Date.now(); };
		for (const type of ["pointerdown", "keydown", "scroll"])
			addEventListener(type, wake,
			    { passive: true, capture: true });
		for (const type of ["focus", "online"])
			addEventListener(type, () => this.refresh());
		document.addEventListener("visibilitychange",
		    () => this.refresh());
	}

	/**
	 * The tasks as they are to be shown, the oldest first.  One whose id is
	 * below 0 is being added.
	 */
	get list()
	{
		/** @type {Task[]} */
		const list = [];
		for (const task of this.#known.values()) {
			const wish = this.#wished.get(task.id);
			if (wish !== null)
				list.push(wish ? { ...task, ...wish } : task);
		}
		return list.concat(...this.#adding.values());
	}

	/** @param {number} id */
	get(id)
	{
		return this.#known.get(id);
	}

	/** Look now, and often for a while. */
	refresh()
	{
		this.#alive = Date.now();
		return this.#look();
	}

	#look()
	{
		clearTimeout(this.#timer);
		if (document.visibilityState === "hidden" && this.loaded)
			return Promise.resolve();
		if (this.#reading) {
			this.#again = true;
			return this.#reading;
		}
		this.#reading = this.#read().finally(() => {
			this.#reading = null;
			const soon = this.#again ? 0 :
			    Date.now() - this.#alive < ACTIVE ? QUICK : SLOW;
			this.#again = false;
			this.#timer = setTimeout(() => this.#look(), soon);
		});
		return this.#reading;
	}

	/**
	 * The ETag of a page is that of the whole list: when the first has not
	 * changed, nothing has.
	 */
	async #read()
	{
		const before = this.#changes;
		const first = `${this.#path}?limit=100`;
		/** @type {Task[]} */
		const tasks = [];
		try {
			let { status, json, etag } = await call("GET", first,
			    { etag: this.#etag });
			while (json) {
				tasks.push(...json.tasks);
				json = json.next_cursor && (await call("GET",
				    `${first}&after=${json.next_cursor}`)).json;
			}
			if (this.#failed)
				this.dispatchEvent(new Event("well"));
			this.#failed = false;
			if (before !== this.#changes)
				this.#again = true; /* older than ours */
			else if (status !== 304) {
				this.#etag = etag;
				this.loaded = true;
				this.#known = new Map(tasks.map((task) =>
				    [task.id, task]));
				this.#tell();
			}
		} catch (error) {
			this.#failed = true;
			this.dispatchEvent(new CustomEvent("failure",
			    { detail: error }));
		}
	}

	#tell()
	{
		this.dispatchEvent(new Event("change"));
	}

	/** @param {Task} task */
	#learn(task)
	{
		this.#changes++;
		this.#known.set(task.id, task);
		this.#tell();
		this.#others?.postMessage("changed");
		return task;
	}

	/**
	 * One thing at a time for a task, so that each has the right version.
	 * @template T
	 * @param {number} id
	 * @param {Change | null} wish
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	async #turn(id, wish, work)
	{
		const before = this.#queue.get(id);
		const all = wish && { ...this.#wished.get(id), ...wish };
		this.#wished.set(id, all);
		this.#changes++;
		this.#tell();
		const mine = (async () => {
			await before?.catch(() => {});
			return work();
		})();
		this.#queue.set(id, mine);
		try {
			return await mine;
		} finally {
			this.#changes++;
			if (this.#queue.get(id) === mine) {
				this.#queue.delete(id);
				this.#wished.delete(id);
				this.#tell();
			}
		}
	}

	/** @param {{title: string} & Change} wish */
	async add(wish)
	{
		const id = --this.#last, now = new Date().toISOString();
		this.#adding.set(id, { description: "", completed: false,
		    priority: "normal", due_at: null, completed_at: null,
		    created_at: now, updated_at: now, version: 0, ...wish,
		    id });
		this.#tell();
		try {
			const { json } = await call("POST", this.#path,
			    { body: wish });
			this.#adding.delete(id);
			return this.#learn(json);
		} finally {
			if (this.#adding.delete(id))
				this.#tell();
		}
	}

	/**
	 * Change a task.  What others changed meanwhile stays, if it is
	 * something else; if it is the same, Conflict, and theirs is shown.
	 *
	 * @param {number} id
	 * @param {Change} change
	 * @param {Task} [seen] what the change was made from, if it was a
	 *     while ago
	 */
	change(id, change, seen)
	{
		return this.#turn(id, change, async () => {
			const from = seen ?? this.#known.get(id);
			let version = this.#merge(id, change, from)?.version;
			for (;;) {
				try {
					const body = { ...change, version };
					return this.#learn((await call("PATCH",
					    `${this.#path}/${id}`,
					    { body })).json);
				} catch (error) {
					if (!(error instanceof ApiError) ||
					    error.kind !== "conflict")
						throw this.#gone(id, error);
				}
				const { json } = await call("GET",
				    `${this.#path}/${id}`);
				this.#learn(json);
				version = this.#merge(id, change, from)
				    ?.version;
			}
		});
	}

	/**
	 * What is known now, if nobody changed from's members that change sets.
	 * @param {number} id
	 * @param {Change} change
	 * @param {Task | undefined} from
	 */
	#merge(id, change, from)
	{
		const now = this.#known.get(id);
		/** @type {(keyof Change)[]} */
		const names = /** @type {any} */ (Object.keys(change));
		for (const name of names)
			if (now && from && now[name] !== from[name] &&
			    now[name] !== change[name])
				throw new Conflict(now, change);
		return now;
	}

	/** A task that is gone is gone here, too.
	 * @param {number} id @param {unknown} error */
	#gone(id, error)
	{
		if (error instanceof ApiError && error.kind === "missing")
			this.#known.delete(id);
		return error;
	}

	/** @param {number} id */
	remove(id)
	{
		return this.#turn(id, null, async () => {
			try {
				await call("DELETE", `${this.#path}/${id}`);
			} catch (error) {
				if (!(error instanceof ApiError) ||
				    error.kind !== "missing")
					throw error;
			}
			this.#known.delete(id);
			this.#others?.postMessage("changed");
		});
	}

	/** @param {number} id */
	async restore(id)
	{
		const { json } = await call("POST",
		    `${this.#path}/${id}/restore`);
		const task = this.#learn(json);
		this.#known = new Map([...this.#known].sort((a, b) =>
		    a[0] - b[0]));
		this.#tell();
		return task;
	}
}

// @ts-check
// The state of one thread, with no network and no document: what came, in
// the order it came.

/** @typedef {import("./wire.d.ts").Item} Item */
/** @typedef {import("./wire.d.ts").ItemUpdate} ItemUpdate */
/** @typedef {import("./wire.d.ts").ThreadData} ThreadData */
/** @typedef {import("./wire.d.ts").ThreadStreamEvent} ThreadStreamEvent */

/**
 * A user message that the server does not have yet carries this member; its
 * id begins with "local_".  queued: goes out by itself (offline, the server
 * is away, an answer is still coming); failed: needs resend() or discard().
 *
 * @typedef {{state: "sending" | "queued" | "failed",
 *     error?: import("./backend.js").ChatKitError}} Local
 * @typedef {import("./wire.d.ts").UserMessage & {local: Local}} LocalMessage
 */

/**
 * Detail of the event "item".
 *
 * - added: a new item; it stands before the item with the id `before`, or
 *   last (null).
 * - updated: an open item grew; `update` is what came, and is already in
 *   `item`.
 * - done: final.  It may be the first that is heard of the item's end only:
 *   an item that was never added comes as "added" and is then not open.
 * - replaced: another item (or another state) in the same place.  `was` is
 *   its id until now, which differs when the server's message takes the place
 *   of a local one.
 * - removed: gone; `item` is what it was.
 * - prepended: older ones, `items`, oldest first, before all others.
 * - marked: mark(id) changed.
 * - reset: everything changed; draw anew.
 *
 * @typedef {{id: string, change: "added" | "done" | "replaced" | "removed" |
 *     "marked", item: Item | LocalMessage, before?: string | null,
 *     was?: string} |
 *     {id: string, change: "updated", item: Item, update: ItemUpdate} |
 *     {id: "", change: "prepended", items: Item[]} |
 *     {id: "", change: "reset"}} ItemChange
 */

/**
 * Events: "item" {@link ItemChange}; "thread" {data}: title, status or image
 * domains; "progress" {text, icon?} or null; "notice" {level, message,
 * title?}; "effect" {name, data}; "failure" {@link Failure} or null (also in
 * the member failure); "options" {allowCancel}; "feedback" {ids, kind}.  All
 * are CustomEvents.
 *
 * @typedef {{code: string, message?: string, allowRetry: boolean}} Failure
 */
export class Thread extends EventTarget {
	/** Null until the server has it. @type {string | null} */
	id = null;
	/** Title, status, domains; its items are not kept up to date.
	 * @type {ThreadData | null} */
	data = null;
	/** By id; the order is that of list().
	 * @type {Map<string, Item | LocalMessage>} */
	items = new Map();
	/** The transient line of what is being done.
	 * @type {{text: string, icon?: string} | null} */
	progress = null;
	/** How the last turn failed, until the next begins.
	 * @type {Failure | null} */
	failure = null;
	/** What the running turn said of stopping it. */
	allowCancel = false;
	/** Thumbs given while this page is open, by item.
	 * @type {Map<string, "positive" | "negative">} */
	feedback = new Map();

	/** All items, oldest first, local ones last.
	 * @returns {(Item | LocalMessage)[]} */
	list()
	{
		return [];
	}

	/**
	 * open: it is still growing; stopped: the person stopped it; cut: the
	 * line broke and nobody could say how it ends.
	 * @param {string} id
	 * @returns {"open" | "stopped" | "cut" | undefined}
	 */
	mark(id)
	{
		return undefined;
	}

	/** @param {ThreadStreamEvent} event */
	apply(event)
	{
	}
}

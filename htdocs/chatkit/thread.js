// @ts-check
// The state of one thread, with no network and no document: what came, in
// the order it came.

/** @typedef {import("./wire.d.ts").Item} Item */
/** @typedef {import("./wire.d.ts").AssistantMessage} AssistantMessage */
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
 * - done: final.  An item of which only the end is heard comes as "added"
 *   and is not open.
 * - replaced: another item (or another state) in the same place.  `was` is
 *   its id until now, which differs when the server's message takes the place
 *   of a local one.
 * - removed: gone; `item` is what it was.
 * - prepended: older ones, `items`, oldest first, before all others.
 * - marked: mark(id) changed, or the state of a local message.
 * - reset: everything changed; draw anew.
 *
 * @typedef {{id: string, change: "added" | "done" | "replaced" | "removed" |
 *     "marked", item: Item | LocalMessage, before?: string | null,
 *     was?: string} |
 *     {id: string, change: "updated", item: Item, update: ItemUpdate} |
 *     {id: "", change: "prepended", items: Item[]} |
 *     {id: "", change: "reset"}} ItemChange
 */

const TEXT_DELTA = "assistant_message.content_part.text_delta";
// No widget is deeper.
const DEPTH_MAX = 64;

/** @param {unknown} v @returns {v is Record<string, any>} */
const isObject = (v) => typeof v === "object" && v !== null &&
    !Array.isArray(v);
/** @param {unknown} v @returns {any[]} */
const list = (v) => Array.isArray(v) ? v : [];
/** @param {unknown} v */
const text = (v) => typeof v === "string" ? v : "";

/** @param {any} part @returns {import("./wire.d.ts").OutputText} */
function outputText(part)
{
	return { ...part, type: "output_text", text: text(part?.text),
		annotations: list(part?.annotations).filter((a) =>
		    isObject(a?.source)) };
}

/**
 * What a backend calls an item, with the members that views count on.
 * @param {any} item
 * @returns {Item | null} null: nothing to show
 */
function normal(item)
{
	if (!isObject(item) || typeof item.id !== "string" ||
	    typeof item.type !== "string")
		return null;
	switch (item.type) {
	case "hidden_context_item":
	case "sdk_hidden_context":
		return null;
	case "user_message":
		item.content = list(item.content).filter(isObject);
		item.attachments = list(item.attachments).filter(isObject);
		item.inference_options ??= {};
		break;
	case "assistant_message":
		item.content = list(item.content).map(outputText);
		break;
	case "workflow":
		item.workflow = { type: "custom", ...item.workflow };
		item.workflow.tasks = list(item.workflow.tasks)
		    .filter(isObject);
		break;
	case "task":
	case "widget":
		if (!isObject(item[item.type]))
			return null;
		break;
	case "structured_input":
		item.inputs = list(item.inputs).filter(isObject);
		break;
	case "client_tool_call":
		item.arguments = isObject(item.arguments) ? item.arguments : {};
		break;
	}
	return /** @type {Item} */ (item);
}

/** What an update tells of an item that was never added.
 * @type {Record<string, Record<string, unknown>>} */
const BLANKS = {
	assistant_message: { content: [] },
	workflow: { workflow: { type: "custom", tasks: [] } },
	generated_image: {},
	widget: { widget: { type: "Basic", children: [] } },
};

/**
 * The place of the node with this id in a widget's tree.
 * @param {any} node
 * @param {string} id
 * @param {number} [depth]
 * @returns {{holder: any, key: string} | null}
 */
function nodePlace(node, id, depth = 0)
{
	if (depth > DEPTH_MAX)
		return null;
	for (const key of Object.keys(node)) {
		const child = node[key];
		if (typeof child !== "object" || child === null)
			continue;
		if (child.id === id && typeof child.type === "string")
			return { holder: node, key };
		const found = nodePlace(child, id, depth + 1);
		if (found)
			return found;
	}
	return null;
}

/** @param {AssistantMessage} item @param {number} index */
function partOf(item, index)
{
	const n = Math.min(index >>> 0, item.content.length + 16);
	while (item.content.length <= n)
		item.content.push(outputText(null));
	return n;
}

/**
 * Put an update into its item.
 * @param {any} item
 * @param {any} update
 * @returns {boolean} it meant something
 */
function patch(item, update)
{
	const [type, ...what] = String(update.type).split(".");
	if (type !== item.type)
		return false;
	/** @type {any} */
	let part;
	if (type === "assistant_message") {
		const n = partOf(item, update.content_index);
		part = item.content[n];
		if (what[1] === "text_delta") {
			part.text += text(update.delta);
		} else if (what[1] === "annotation_added") {
			if (!isObject(update.annotation?.source))
				return false;
			const at = Math.min(update.annotation_index >>> 0,
			    part.annotations.length);
			part.annotations[at] = update.annotation;
		} else {
			const whole = outputText(update.content);
			// some bridges forget them until the item's end
			if (whole.annotations.length === 0)
				whole.annotations = part.annotations;
			item.content[n] = whole;
		}
		return true;
	}
	switch (update.type) {
	case "workflow.task.added":
	case "workflow.task.updated":
		if (!isObject(update.task))
			return false;
		part = item.workflow.tasks;
		part[Math.min(update.task_index >>> 0, part.length)] =
		    update.task;
		return true;
	case "generated_image.updated":
		if (isObject(update.image))
			item.image = update.image;
		return true;
	case "widget.root.updated":
		if (!isObject(update.widget))
			return false;
		item.widget = update.widget;
		return true;
	case "widget.component.updated":
	case "widget.streaming_text.value_delta":
		part = nodePlace({ root: item.widget }, update.component_id);
		break;
	}
	if (!part)
		return false;
	if (update.type === "widget.component.updated") {
		if (!isObject(update.component))
			return false;
		if (part.key === "root")
			item.widget = update.component;
		else
			part.holder[part.key] = update.component;
		return true;
	}
	const node = part.holder[part.key];
	node.value = text(node.value) + text(update.delta);
	if (update.done)
		node.streaming = false;
	return true;
}

/** @param {AssistantMessage} item */
function said(item)
{
	return item.content.map((part) => part.text).join("");
}

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
	/** What the running turn said of stopping it; null: nothing yet.
	 * @type {boolean | null} */
	allowCancel = null;
	/** Thumbs given while this page is open, by item.
	 * @type {Map<string, "positive" | "negative">} */
	feedback = new Map();

	/** The server's, oldest first. @type {string[]} */
	#order = [];
	/** Those that wait, behind them. @type {string[]} */
	#locals = [];
	/** @type {Map<string, "open" | "stopped" | "cut">} */
	#marks = new Map();
	/** Answers that are told again from their beginning; what is shown of
	 * them stays until they have caught up.
	 * @type {Map<string, AssistantMessage>} */
	#shadows = new Map();

	/** All items, oldest first, local ones last.
	 * @returns {(Item | LocalMessage)[]} */
	list()
	{
		return [...this.#order, ...this.#locals].map((id) =>
		    /** @type {Item} */ (this.items.get(id)));
	}

	/** The newest item that the server has. @returns {Item | undefined} */
	get last()
	{
		return /** @type {Item | undefined} */ (
		    this.items.get(this.#order[this.#order.length - 1]));
	}

	/**
	 * open: it is still growing; stopped: the person stopped it; cut: the
	 * line broke and nobody could say how it ends.
	 * @param {string} id
	 * @returns {"open" | "stopped" | "cut" | undefined}
	 */
	mark(id)
	{
		return this.#marks.get(id);
	}

	/** An item is still growing. */
	get isOpen()
	{
		for (const mark of this.#marks.values())
			if (mark === "open")
				return true;
		return false;
	}

	/**
	 * The person's message that an item (undefined: the last one) answers
	 * or is.
	 * @param {string} [id]
	 * @returns {import("./wire.d.ts").UserMessage | undefined}
	 */
	question(id)
	{
		let i = this.#order.length - 1;
		if (id !== undefined)
			i = this.#order.lastIndexOf(id);
		for (; i >= 0; i--) {
			const item = this.items.get(this.#order[i]);
			if (item?.type === "user_message")
				return item;
		}
		return undefined;
	}

	/** @param {string} type @param {unknown} detail */
	#emit(type, detail)
	{
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}

	/** @param {ItemChange} change */
	#changed(change)
	{
		this.#emit("item", change);
	}

	/** An event of the stream. @param {ThreadStreamEvent} event */
	apply(event)
	{
		switch (event.type) {
		case "thread.created":
		case "thread.updated":
			this.setData(event.thread);
			break;
		case "thread.item.added":
			this.#added(normal(event.item));
			break;
		case "thread.item.updated":
			if (isObject(event.update))
				this.#updated(event.item_id, event.update);
			break;
		case "thread.item.done":
			this.#put(normal(event.item), "done");
			break;
		case "thread.item.replaced":
			this.#put(normal(event.item), "replaced");
			break;
		case "thread.item.removed":
			this.remove(event.item_id);
			break;
		case "stream_options":
			this.allowCancel =
			    event.stream_options?.allow_cancel === true;
			this.#emit("options",
			    { allowCancel: this.allowCancel });
			break;
		case "progress_update":
			this.#setProgress({ text: text(event.text),
				icon: event.icon });
			break;
		case "client_effect":
			this.#emit("effect", { name: event.name,
				data: event.data ?? {} });
			break;
		case "notice":
			this.#emit("notice", { level: event.level,
				message: text(event.message),
				title: event.title });
			break;
		case "error":
			this.fail({ code: text(event.code),
				message: event.message,
				allowRetry: event.allow_retry === true });
			break;
		}
	}

	/** Title, status, domains; never the items. @param {ThreadData} data */
	setData(data)
	{
		if (!isObject(data) || typeof data.id !== "string")
			return;
		this.id = data.id;
		this.data = { ...this.data, ...data };
		if (!isObject(this.data.status))
			this.data.status = { type: "active" };
		this.#emit("thread", { data: this.data });
	}

	/** @param {{text: string, icon?: string} | null} progress */
	#setProgress(progress)
	{
		if (this.progress === progress)
			return;
		this.progress = progress;
		this.#emit("progress", progress);
	}

	/** @param {Failure | null} failure */
	fail(failure)
	{
		if (this.failure === failure)
			return;
		this.failure = failure;
		this.#emit("failure", failure);
	}

	/** @param {Item | null} item */
	#added(item)
	{
		if (!item)
			return;
		const old = this.items.get(item.id);
		if (old?.type === "assistant_message" &&
		    item.type === "assistant_message" && said(old) !== "") {
			// told again, from its beginning
			this.#shadows.set(item.id, item);
			this.#setMark(item.id, "open");
			return;
		}
		this.#marks.set(item.id, "open");
		this.#upsert(item, "replaced");
	}

	/** @param {Item | null} item @param {"done" | "replaced"} change */
	#put(item, change)
	{
		if (!item)
			return;
		if (change === "done" || !this.items.has(item.id))
			this.#marks.delete(item.id);
		this.#shadows.delete(item.id);
		this.#upsert(item, change);
	}

	/** @param {Item} item @param {"done" | "replaced"} change */
	#upsert(item, change)
	{
		const known = this.items.has(item.id);
		this.items.set(item.id, item);
		if (known) {
			this.#changed({ id: item.id, change, item,
				was: item.id });
			return;
		}
		this.#order.push(item.id);
		this.#changed({ id: item.id, change: "added", item,
			before: this.#locals[0] ?? null });
	}

	/** @param {string} id @param {ItemUpdate} update */
	#updated(id, update)
	{
		const shadow = this.#shadows.get(id);
		if (shadow) {
			if (patch(shadow, update))
				this.#catchUp(shadow);
			return;
		}
		let item = this.items.get(id);
		if (!item) {
			const type = String(update.type).split(".")[0];
			if (typeof id !== "string" || !BLANKS[type])
				return;
			this.#added(normal({ id, type, thread_id: this.id ?? "",
				created_at: new Date().toISOString(),
				...structuredClone(BLANKS[type]) }));
			item = this.items.get(id);
		}
		// the end of a text has been told: what comes late is known
		if (!item || (item.type === "assistant_message" &&
		    this.#marks.get(id) !== "open"))
			return;
		if (patch(item, update))
			this.#changed({ id, change: "updated",
				item: /** @type {Item} */ (item), update });
	}

	/** @param {AssistantMessage} item */
	#catchUp(item)
	{
		const shown = /** @type {AssistantMessage} */ (
		    this.items.get(item.id));
		const before = said(shown);
		const now = said(item);
		if (now.length < before.length)
			return;
		this.#shadows.delete(item.id);
		this.items.set(item.id, item);
		if (item.content.length !== 1 || shown.content.length !== 1 ||
		    !now.startsWith(before)) {
			this.#changed({ id: item.id, change: "replaced", item,
				was: item.id });
		} else if (now !== before) {
			this.#changed({ id: item.id, change: "updated", item,
				update: { type: TEXT_DELTA, content_index: 0,
				    delta: now.slice(before.length) } });
		}
	}

	/**
	 * @param {string} id
	 * @param {"open" | "stopped" | "cut" | undefined} mark
	 */
	#setMark(id, mark)
	{
		const item = this.items.get(id);
		if (!item || this.#marks.get(id) === mark)
			return;
		if (mark)
			this.#marks.set(id, mark);
		else
			this.#marks.delete(id);
		this.#changed({ id, change: "marked", item });
	}

	/** @param {string} id */
	remove(id)
	{
		const item = this.items.get(id);
		if (!item)
			return;
		const ids = "local" in item ? this.#locals : this.#order;
		ids.splice(ids.lastIndexOf(id), 1);
		this.items.delete(id);
		this.#marks.delete(id);
		this.#shadows.delete(id);
		this.#changed({ id, change: "removed", item });
	}

	/** Take back all behind an item; local ones stay. @param {string} id */
	removeAfter(id)
	{
		const at = this.#order.lastIndexOf(id);
		if (at >= 0)
			for (const gone of this.#order.slice(at + 1).reverse())
				this.remove(gone);
	}

	/** A turn begins. */
	turnBegins()
	{
		this.allowCancel = null;
		this.fail(null);
	}

	/**
	 * A turn has ended; what is open gets the mark (none: it is as it is
	 * to be), and what is blank goes.
	 * @param {"stopped" | "cut"} [mark]
	 */
	turnEnds(mark)
	{
		this.#setProgress(null);
		this.#shadows.clear();
		this.allowCancel = null;
		for (const [id, old] of [...this.#marks]) {
			const item = this.items.get(id);
			if (old !== "open" || !item)
				continue;
			if (item.type === "assistant_message" &&
			    said(item).trim() === "")
				this.remove(id);
			else
				this.#setMark(id, mark);
		}
	}

	/** The person stopped what was said last. */
	markStopped()
	{
		const item = this.last;
		if (item?.type === "assistant_message")
			this.#setMark(item.id, "stopped");
	}

	/** @param {LocalMessage} message */
	addLocal(message)
	{
		if (this.items.has(message.id))
			return;
		this.items.set(message.id, message);
		this.#locals.push(message.id);
		this.#changed({ id: message.id, change: "added", item: message,
			before: null });
	}

	/** The local messages' ids. @returns {string[]} */
	get locals()
	{
		return [...this.#locals];
	}

	/** @param {string} id @param {Local} local */
	setLocal(id, local)
	{
		const item = this.items.get(id);
		if (!item || !("local" in item) ||
		    (item.local.state === local.state &&
		    item.local.error === local.error))
			return;
		item.local = local;
		this.#changed({ id, change: "marked", item });
	}

	/**
	 * The server's message for a local one.
	 * @param {string} localId
	 * @param {Item} message
	 */
	confirm(localId, message)
	{
		const item = normal(message);
		if (!item)
			return;
		if (this.items.has(item.id) || this.#locals[0] !== localId) {
			this.remove(localId);
			this.#put(item, "done");
			return;
		}
		this.#locals.shift();
		this.items.delete(localId);
		this.items.set(item.id, item);
		this.#order.push(item.id);
		this.#changed({ id: item.id, change: "replaced", item,
			was: localId });
	}

	/** Older items, oldest first. @param {unknown[]} page */
	prepend(page)
	{
		/** @type {Item[]} */
		const items = [];
		for (const one of page) {
			const item = normal(one);
			if (item && !this.items.has(item.id))
				items.push(item);
		}
		for (const item of items)
			this.items.set(item.id, item);
		this.#order.unshift(...items.map((item) => item.id));
		if (items.length > 0)
			this.#changed({ id: "", change: "prepended", items });
	}

	/**
	 * The newest items as the server has them, oldest first.  What it does
	 * not have is taken away, except what the person stopped last.
	 * @param {unknown[]} page
	 * @param {boolean} all there are no older ones
	 * @param {boolean} [live] a turn runs, whose answer is not in it yet
	 * @returns {boolean} older items that were here are still
	 */
	reconcile(page, all, live = false)
	{
		/** @type {Item[]} */
		const items = [];
		const theirs = new Set();
		for (const one of page) {
			const item = normal(one);
			if (!item || theirs.has(item.id))
				continue;
			items.push(item);
			theirs.add(item.id);
		}
		const first = this.#order.findIndex((id) => theirs.has(id));
		if (first < 0 && !live) {
			this.#reset(items);
			return false;
		}
		const from = all ? 0 : Math.max(first, 0);
		const kept = this.#order.slice(0, from);
		const tail = this.#newer(theirs, live);
		for (const id of this.#order.slice(from).reverse())
			if (!theirs.has(id) && !tail.includes(id))
				this.remove(id);
		const had = this.#order.filter((id) => theirs.has(id));
		const now = items.filter((item) => this.items.has(item.id));
		if (now.some((item, i) => item.id !== had[i])) {
			this.#order = [...kept, ...theirs, ...tail];
			this.#reset(null, items);
		} else {
			this.#insert(items, kept.length + had.length);
		}
		return kept.length > 0;
	}

	/**
	 * Show what is another one or new, from the last to the first, so that
	 * the one an item stands before is always there.
	 * @param {Item[]} items
	 * @param {number} at their end in the order
	 */
	#insert(items, at)
	{
		let before = this.#order[at] ?? this.#locals[0] ?? null;
		for (const item of items.reverse()) {
			const old = this.items.get(item.id);
			this.items.set(item.id, item);
			if (old)
				at--;
			else
				this.#order.splice(at, 0, item.id);
			const marked = this.#marks.get(item.id) !== "stopped" &&
			    this.#marks.delete(item.id);
			if (!old)
				this.#changed({ id: item.id, change: "added",
					item, before });
			else if (marked || JSON.stringify(old) !==
			    JSON.stringify(item))
				this.#changed({ id: item.id, change: "replaced",
					item, was: item.id });
			before = item.id;
		}
	}

	/**
	 * What is newer than all of theirs, and runs or was stopped.
	 * @param {Set<string>} theirs
	 * @param {boolean} live
	 */
	#newer(theirs, live)
	{
		let i = this.#order.length;
		while (i > 0 && !theirs.has(this.#order[i - 1]) && (live ||
		    this.#marks.get(this.#order[i - 1]) === "stopped"))
			i--;
		return this.#order.slice(i);
	}

	/**
	 * @param {Item[] | null} items all there are; null: the order is made
	 * @param {Item[]} [put] what else is another
	 */
	#reset(items, put = items ?? [])
	{
		if (items) {
			if (items.length === 0 && this.#order.length === 0)
				return;
			for (const id of this.#order)
				this.items.delete(id);
			this.#order = items.map((item) => item.id);
			this.#marks.clear();
			this.#shadows.clear();
		}
		for (const item of put)
			this.items.set(item.id, item);
		this.#changed({ id: "", change: "reset" });
	}

	/**
	 * @param {string[]} ids
	 * @param {"positive" | "negative" | undefined} kind
	 */
	setFeedback(ids, kind)
	{
		for (const id of ids)
			if (kind)
				this.feedback.set(id, kind);
			else
				this.feedback.delete(id);
		this.#emit("feedback", { ids, kind });
	}
}

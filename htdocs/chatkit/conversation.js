// @ts-check
// What the views talk to: one thread that is open, and all that happens
// between it and the backend, whatever the line does.

import { Thread } from "./thread.js";

/** @typedef {import("./wire.d.ts").Action} Action */
/** @typedef {import("./wire.d.ts").InferenceOptions} InferenceOptions */
/** @typedef {import("./wire.d.ts").StructuredAnswer} StructuredAnswer */
/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./backend.js").ChatKitError} ChatKitError */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("@openai/chatkit").UserMessageContent} Content */
/** @typedef {import("@openai/chatkit").Attachment} Attachment */

/**
 * A message as the composer has it; attachments are whole (uploaded), so
 * that they can be shown at once.
 *
 * @typedef {{content: Content[], attachments?: Attachment[],
 *     quoted_text?: string, inference_options?: InferenceOptions}} Draft
 */

/**
 * idle: nothing runs; loading: the thread is being read; sending: a message
 * or action is on its way; streaming: an answer comes; stopping: stop() was
 * asked; reconnecting: the line broke in an answer, which goes on without us;
 * offline: the device has no network.
 *
 * @typedef {"idle" | "loading" | "sending" | "streaming" | "stopping" |
 *     "reconnecting" | "offline"} State
 */

/**
 * Events, all CustomEvents:
 *
 * - "state" {state, canStop}: whenever one of the two changed.
 * - "thread" {threadId: string | null, created: boolean}: another thread is
 *   open (the member thread is another object: listen anew), or, created, the
 *   open one has got its id (the same object).
 * - "load" {threadId, phase: "start" | "end"}: an existing thread is being
 *   read.
 * - "response" {phase: "start" | "end", threadId}: an answer in the open
 *   thread begins or has ended, however it ended.
 * - "unread" {threadId}: an answer ended in a thread that is not open.
 * - "threads" {change: "created" | "updated" | "removed", id, data?}: for the
 *   list of threads.
 * - "error" {error: ChatKitError, allowRetry: boolean, localId?}: what failed
 *   and is not told by the thread's own failure.  With localId the message
 *   says it itself.
 */
export class Conversation extends EventTarget {
	/** The open thread; of a new one the id is null. */
	thread = new Thread();
	/** @type {State} */
	state = "idle";
	/** A turn runs that can be stopped. */
	canStop = false;
	/** The open thread has items older than thread.list()[0]. */
	hasOlder = false;

	/**
	 * onClientTool is read anew for each call.
	 *
	 * @param {{backend: Backend, outbox: Outbox,
	 *     onClientTool?: () => ((call: {name: string,
	 *         params: Record<string, unknown>}) => any) | undefined}} how
	 */
	constructor(how)
	{
		super();
		this.backend = how.backend;
		this.outbox = how.outbox;
	}

	/** See Backend.extensions. */
	get extensions()
	{
		return this.backend.extensions;
	}

	/** The last message of the person's can be edited (own server). */
	get canEdit()
	{
		return this.extensions.has("edit");
	}

	/**
	 * Open a thread, or a new one (null).  What ran in the last one goes
	 * on.  Resolves when the newest items are there; what fails is told by
	 * "error" (a thread that is gone: a new one is opened then).
	 * @param {string | null} id
	 * @returns {Promise<void>}
	 */
	async open(id)
	{
	}

	/**
	 * Read a page of older items; they come as "prepended".
	 * @returns {Promise<boolean>} there are more
	 */
	async older()
	{
		return false;
	}

	/**
	 * Send a message: it stands in the thread at once and is in the outbox
	 * before this returns.  Resolves when the server has it or it is
	 * queued; a failure is told by the message itself and by "error", and
	 * rejects only what could not be put down at all.
	 * @param {Draft} draft
	 * @param {{newThread?: boolean}} [how]
	 * @returns {Promise<void>}
	 */
	async send(draft, how)
	{
	}

	/** End the turn that runs.  Resolves when it has ended.
	 * @returns {Promise<void>} */
	async stop()
	{
	}

	/**
	 * Answer a message of the person's anew: that before the item, or
	 * the last one.
	 * @param {string} [itemId] any item of the turn
	 * @returns {Promise<void>} when the turn has ended
	 */
	async retry(itemId)
	{
	}

	/**
	 * Put another message in the place of one of the person's; what follows
	 * is taken back.  Needs canEdit.
	 * @param {string} itemId
	 * @param {Content[]} content
	 * @returns {Promise<void>} when the server has it
	 * @throws {ChatKitError} it has not: keep the text
	 */
	async edit(itemId, content)
	{
	}

	/**
	 * A click on a widget, for the server.  With streaming: false it works
	 * while a turn runs.
	 * @param {Action} action
	 * @param {string} [itemId]
	 * @returns {Promise<void>} when the answer has ended
	 * @throws {ChatKitError}
	 */
	async act(action, itemId)
	{
	}

	/**
	 * Thumbs for the items of a turn.
	 * @param {string[]} ids
	 * @param {"positive" | "negative"} kind
	 * @returns {Promise<void>}
	 * @throws {ChatKitError}
	 */
	async feedback(ids, kind)
	{
	}

	/**
	 * Answer a structured input.
	 * @param {string} itemId
	 * @param {{status: "answered" | "skipped",
	 *     answers: Record<string, StructuredAnswer>}} input
	 * @returns {Promise<void>} when the turn has ended
	 * @throws {ChatKitError} it was not taken
	 */
	async answer(itemId, input)
	{
	}

	/** Read the open thread again: the method fetchUpdates().
	 * @returns {Promise<void>} */
	async refresh()
	{
	}

	/** Send a failed or queued message now. @param {string} localId */
	resend(localId)
	{
	}

	/**
	 * Take a failed or queued message back.
	 * @param {string} localId
	 * @returns {Draft | undefined} what it said, for the composer
	 */
	discard(localId)
	{
		return undefined;
	}

	/** A thread is gone. @param {string} id */
	forget(id)
	{
	}

	/** End everything of this object; turns go on at the server. */
	close()
	{
	}
}

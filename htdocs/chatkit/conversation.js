// @ts-check
// What the views talk to: one thread that is open, and all that happens
// between it and the backend, whatever the line does.
//
// A session is a thread that was open in this page or has something to send;
// a run is a turn in it.  A run goes on when another thread is opened.  With
// our server a turn goes on without its reader too, so a line that broke is
// taken up again (taskchat.resume), and a message can be sent again with its
// key without being said twice.  With another server the thread is read
// again, and what may have been sent is not sent again by itself.

import { ChatKitError } from "./backend.js";
import { Thread } from "./thread.js";
import { random } from "./outbox.js";

/** @typedef {import("./wire.d.ts").Action} Action */
/** @typedef {import("./wire.d.ts").Item} Item */
/** @typedef {import("./wire.d.ts").InferenceOptions} InferenceOptions */
/** @typedef {import("./wire.d.ts").StructuredAnswer} StructuredAnswer */
/** @typedef {import("./wire.d.ts").ThreadData} ThreadData */
/** @typedef {import("./wire.d.ts").ThreadStreamEvent} ThreadStreamEvent */
/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./outbox.js").Unsent} Unsent */
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
 * What is around us: where online, offline, focus, visibilitychange and
 * pageshow are heard, and a pause that ends early when the signal is aborted.
 *
 * @typedef {{events?: EventTarget, online: () => boolean,
 *     visible: () => boolean, pause: (ms: number, signal: AbortSignal) =>
 *     Promise<void>}} Surroundings
 */

/** @typedef {(call: {name: string, params: Record<string, unknown>}) => any}
 *     ClientTool */

// Items of a page, and threads that are kept while another one is open.
const PAGE = 50;
const SESSIONS = 6;
// Looking again at a window that was left is worth it after this long.
const FRESH_MS = 2000;
// A turn that was stopped ends within a second or so; then we let go.
const STOP_MS = 15000;

/** @returns {Surroundings} */
function browser()
{
	return {
		events: globalThis.window,
		online: () => globalThis.navigator?.onLine !== false,
		visible: () =>
		    globalThis.document?.visibilityState !== "hidden",
		pause: (ms, signal) => new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			signal.addEventListener("abort", () => {
				clearTimeout(timer);
				resolve();
			});
			if (signal.aborted)
				resolve();
		}),
	};
}

/** Seconds before attempt n, n from 0. @param {number} n */
const backoff = (n) => Math.min(0.5 * 2 ** n, 20) *
    (0.75 + Math.random() / 2);

/**
 * The same after the nth failure; a turn that runs may take its time.
 * @param {ChatKitError} error
 * @param {number} n
 */
const delay = (error, n) => error.retryAfter === undefined ? backoff(n)
    : error.kind === "busy" ? Math.max(error.retryAfter, backoff(n))
    : error.retryAfter;

/** @param {unknown} error @returns {ChatKitError} */
const asError = (error) => error instanceof ChatKitError ? error
    : new ChatKitError("bad_answer", { cause: error });

/** The server may have got it, or not. @param {ChatKitError} error */
const isLost = (error) => ["offline", "unreachable", "cut", "server",
	"bad_answer"].includes(error.kind);

/** @param {Draft} draft the wire's UserMessageInput */
function inputOf(draft)
{
	return {
		content: draft.content.map((part) => part.type === "input_tag"
		    ? { ...part, data: part.data ?? {} } : part),
		attachments: (draft.attachments ?? []).map((a) => a.id),
		inference_options: draft.inference_options ?? {},
		...(draft.quoted_text
		    ? { quoted_text: draft.quoted_text } : {}),
	};
}

/** @param {readonly any[]} content */
const wordsOf = (content) => content.map((part) => part.text).join("\n");

/**
 * What a run asks.  unsent: the message it sends; after: what stands behind
 * this item is taken back as the answer begins.
 *
 * @typedef {{type: string, params: Record<string, unknown>, key?: string,
 *     unsent?: Unsent, after?: string}} Request
 */

/** One turn, from the request to the end of its answer. */
class Run {
	/** @type {State} */
	phase = "sending";
	abort = new AbortController();
	/** The server answered. */
	begun = false;
	/** The person wants it to end. */
	stopping = false;
	/** The person's message has come back. */
	confirmed = false;
	/** Something that can be an answer's end was the last to come. */
	answered = false;
	failed = false;
	/** It was begun elsewhere. */
	get follows()
	{
		return this.request.type === "taskchat.resume";
	}
	/** How often the message was sent again. */
	again = 0;
	/** An error of a follower, which may be of the server's restart only.
	 * @type {Extract<ThreadStreamEvent, {type: "error"}> | null} */
	held = null;
	/** @type {(error: ChatKitError | null) => void} */
	accept = () => {};
	/** @type {() => void} */
	end = () => {};
	/** The server has it (null), or not.
	 * @type {Promise<ChatKitError | null>} */
	accepted = new Promise((resolve) => { this.accept = resolve; });
	/** @type {Promise<void>} */
	ended = new Promise((resolve) => { this.end = resolve; });
	/** @type {ChatKitError | null} */
	error = null;

	/** @param {Request} request */
	constructor(request)
	{
		this.request = request;
	}

	/** @param {ThreadStreamEvent} event */
	note(event)
	{
		if (event.type === "error")
			this.failed = true;
		else if (event.type === "thread.item.replaced")
			this.answered = true;
		else if (event.type === "thread.item.added")
			this.answered = false;
		else if (event.type === "thread.item.done")
			this.answered = !["user_message", "workflow", "task"]
			    .includes(event.item?.type);
	}

	/** All has come. @param {Thread} thread */
	isComplete(thread)
	{
		return this.failed || this.stopping ||
		    (this.answered && !thread.isOpen);
	}
}

/** A thread and what goes on in it. */
class Session {
	thread = new Thread();
	/** A look whether something runs. @type {Run | null} */
	peek = null;
	/** @type {Promise<void> | null} */
	loading = null;
	loaded = false;
	/** When it was read. */
	readAt = 0;
	hasOlder = false;
	/** @type {string | undefined} */
	cursor;
	/** @type {Promise<boolean> | null} */
	older = null;
	delivering = false;
	/** Something came while delivering. */
	more = false;
	/** What a client tool gave, until the server has it.
	 * @type {{id: string, result: unknown} | null} */
	toolResult = null;
	/** @type {Run | null} */
	#run = null;
	// What happens here is counted, so that it is known what was first:
	#now = 0;
	/** a run began or ended, */
	#turned = 0;
	/** something changed elsewhere, */
	#changed = 0;
	/** the page that is shown was asked for. */
	#shown = 0;

	/** @param {string} place see Unsent */
	constructor(place)
	{
		this.place = place;
		if (!place.startsWith("new_"))
			this.thread.id = place;
	}

	get run()
	{
		return this.#run;
	}

	set run(run)
	{
		this.#run = run;
		this.#turned = ++this.#now;
	}

	/** It changed elsewhere. */
	changes()
	{
		this.#changed = ++this.#now;
	}

	/** It changed since what is shown was asked for. */
	get stale()
	{
		return this.#changed > this.#shown;
	}

	/** A page is asked for; what to show() it with. */
	ask()
	{
		return ++this.#now;
	}

	/**
	 * The page is there.
	 * @param {number} asked
	 * @returns {boolean} it can be shown: nothing newer is
	 */
	show(asked)
	{
		if (asked < this.#shown || asked < this.#turned)
			return false;
		this.#shown = asked;
		return true;
	}
}

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
 * - "error" {error: ChatKitError, allowRetry: boolean, retry: (() =>
 *   Promise<void>) | null, localId?}: what failed and is not told by the
 *   thread's own failure.  With localId the message says it itself.
 */
export class Conversation extends EventTarget {
	/** The open thread; of a new one the id is null. */
	thread;
	/** @type {State} */
	state = "idle";
	/** A turn runs that can be stopped. */
	canStop = false;

	#env;
	#tool;
	/** @type {Session} */
	#session;
	/** By place. @type {Map<string, Session>} */
	#sessions = new Map();
	#end = new AbortController();
	/** Pauses that end when the network is back.
	 * @type {Set<AbortController>} */
	#rests = new Set();
	/** Who waits to hear what became of a message.
	 * @type {Map<string, () => void>} */
	#waiters = new Map();
	#opened = false;

	/**
	 * onClientTool is read anew for each call.
	 *
	 * @param {{backend: Backend, outbox: Outbox,
	 *     onClientTool?: () => ClientTool | undefined,
	 *     surroundings?: Partial<Surroundings>}} how
	 */
	constructor(how)
	{
		super();
		this.backend = how.backend;
		this.outbox = how.outbox;
		this.#tool = how.onClientTool ?? (() => undefined);
		this.#env = { ...browser(), ...how.surroundings };
		this.#session = this.#of(this.outbox.newPlace());
		this.thread = this.#session.thread;
		const signal = this.#end.signal;
		/** @param {string} type @param {() => void} f */
		const on = (type, f) =>
		    this.#env.events?.addEventListener(type, f, { signal });
		on("online", () => this.#online());
		on("offline", () => this.#update());
		for (const type of ["focus", "visibilitychange", "pageshow"])
			on(type, () => this.#freshen());
		this.outbox.addEventListener("news", (event) => this.#heard(
		    /** @type {CustomEvent} */ (event).detail), { signal });
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

	/** The open thread has items older than thread.list()[0]. */
	get hasOlder()
	{
		return this.#session.hasOlder;
	}

	// --- opening and reading

	/**
	 * Open a thread, or a new one (null).  What ran in the last one goes
	 * on.  Resolves when the newest items are there; what fails is told by
	 * "error" (a thread that is gone: a new one is opened then).
	 * @param {string | null} id
	 * @returns {Promise<void>}
	 */
	async open(id)
	{
		const first = !this.#opened;
		this.#opened = true;
		let place = id;
		if (place === null)
			place = this.#leftNew(first) ?? this.outbox.newPlace();
		const s = this.#of(place);
		this.#session = s;
		this.thread = s.thread;
		this.#syncLocals(s);
		this.#emit("thread", { threadId: s.thread.id, created: false });
		this.#update();
		this.#tidy();
		const read = id === null ? null : s.loaded ? this.#look(s)
		    : this.#load(s);
		if (first)
			this.#deliverAll();
		await read;
	}

	/**
	 * A new thread that could not be made, or after a reload one that waits
	 * to be; no list has it.
	 * @param {boolean} first
	 */
	#leftNew(first)
	{
		for (const u of this.outbox.waiting().reverse())
			if (u.place.startsWith("new_") &&
			    u.place !== this.#session.place && (u.failed ||
			    (first && u.tab === this.outbox.tab)))
				return u.place;
		return null;
	}

	/** The session of a place. @param {string} place */
	#of(place)
	{
		let s = this.#sessions.get(place);
		if (!s) {
			s = new Session(place);
			this.#sessions.set(place, s);
		}
		return s;
	}

	/** Let go of threads that nothing happens in; the oldest go first. */
	#tidy()
	{
		let n = this.#sessions.size - SESSIONS;
		for (const [place, s] of this.#sessions) {
			if (n <= 0)
				break;
			if (s === this.#session || s.run || s.delivering ||
			    s.thread.locals.length > 0)
				continue;
			s.peek?.abort.abort();
			this.#sessions.delete(place);
			n--;
		}
	}

	/** Read a thread for the first time. @param {Session} s */
	#load(s)
	{
		s.loading ??= this.#loadNow(s).finally(() => {
			s.loading = null;
			this.#update();
		});
		this.#update();
		return s.loading;
	}

	/** @param {Session} s */
	async #loadNow(s)
	{
		const threadId = s.place;
		if (s === this.#session)
			this.#emit("load", { threadId, phase: "start" });
		try {
			const [data] = await Promise.all([
				this.backend.post("threads.get_by_id",
				    { thread_id: threadId }, this.#how),
				this.#read(s),
			]);
			s.thread.setData(data);
			s.loaded = true;
		} catch (error) {
			await this.#loadFailed(s, asError(error));
			return;
		} finally {
			if (s === this.#session)
				this.#emit("load", { threadId, phase: "end" });
		}
		this.#takeUp(s, true);
	}

	get #how()
	{
		return { signal: this.#end.signal };
	}

	/** @param {Session} s @param {ChatKitError} error */
	async #loadFailed(s, error)
	{
		if (this.#end.signal.aborted || s !== this.#session)
			return;
		if (error.kind !== "not_found") {
			this.#fail(error, () => this.refresh());
			return;
		}
		// what was to be said there is not lost with it
		this.#sessions.delete(s.place);
		const place = this.outbox.newPlace();
		for (const { id } of this.outbox.waiting(s.place))
			this.outbox.change(id, { place, tried: false,
				failed: { kind: "not_found", code: "",
				    detail: "", status: 404 } });
		this.#session = this.#of(place);
		this.thread = this.#session.thread;
		this.#syncLocals(this.#session);
		this.#emit("thread", { threadId: null, created: false });
		this.#fail(error, null);
		this.#emit("threads", { change: "removed", id: s.place });
	}

	/**
	 * Read the newest page.
	 * @param {Session} s
	 * @param {boolean} [live] what runs is not in it
	 */
	async #read(s, live = s.run !== null)
	{
		const asked = s.ask();
		const page = await this.#page(s);
		this.#wake();
		// a turn meanwhile knows better, and so does a later page
		if (!s.show(asked))
			return;
		s.readAt = Date.now();
		if (s.thread.reconcile(page.data, !page.has_more, live))
			return;
		s.hasOlder = page.has_more;
		s.cursor = page.after;
		if (s.thread.last === undefined && s.hasOlder)
			await this.#olderNow(s);
	}

	/**
	 * A page of items, oldest first.
	 * @param {Session} s
	 * @param {string} [after]
	 * @returns {Promise<{data: any[], has_more: boolean, after?: string}>}
	 */
	async #page(s, after)
	{
		const page = await this.backend.post("items.list", {
			thread_id: s.place, limit: PAGE, order: "desc",
			...(after === undefined ? {} : { after }),
		}, this.#how);
		if (!Array.isArray(page.data))
			throw new ChatKitError("bad_answer");
		return { after: page.after ?? page.data.at(-1)?.id,
			has_more: page.has_more === true,
			data: page.data.reverse() };
	}

	/**
	 * Go on with what is open: a turn that runs, a client tool.
	 * @param {Session} s
	 * @param {boolean} always even if it looks finished
	 */
	#takeUp(s, always)
	{
		if (s.run)
			return;
		if (!this.#callTool(s) &&
		    (always || s.thread.last?.type === "user_message"))
			this.#findTurn(s);
	}

	/** Follow the turn that runs elsewhere, if one does.
	 * @param {Session} s */
	async #findTurn(s)
	{
		const found = await this.#peek(s);
		const asked = s.thread.last?.type === "user_message";
		if (found === "none" && !s.run && !s.thread.failure && asked)
			s.thread.fail({ code: "cut", allowRetry: true });
		else if (found === "unknown" && !this.backend.keyed && asked)
			this.#await(s);
		this.#deliver(s);
	}

	/**
	 * Another server can be answering: it is only read again.
	 * @param {Session} s
	 */
	async #await(s)
	{
		for (let n = 2; n < 6; n++) {
			await this.#rest(backoff(n), false);
			if (s.run || s !== this.#session ||
			    this.#end.signal.aborted)
				return;
			await this.#read(s).catch(() => {});
			if (s.thread.last?.type !== "user_message")
				return;
		}
	}

	/** Run the client tool that the thread waits for.
	 * @param {Session} s @returns {boolean} there is one */
	#callTool(s)
	{
		const { last } = s.thread;
		if (last?.type !== "client_tool_call" ||
		    last.status !== "pending")
			return false;
		this.#clientTool(s, last);
		return true;
	}

	/**
	 * Read again, and say nothing when that fails.
	 * @param {Session} s
	 * @param {number} [n] how often it has failed
	 */
	async #look(s, n = 0)
	{
		if (s.run || s.thread.id === null)
			return;
		if (!s.loaded) {
			await this.#load(s);
			return;
		}
		try {
			await this.#read(s);
		} catch (error) {
			this.#lookLater(s, asError(error), n);
			return;
		}
		this.#takeUp(s, false);
	}

	/**
	 * It could not be read.  If it changed, it is tried again while
	 * somebody looks at it.
	 * @param {Session} s
	 * @param {ChatKitError} error
	 * @param {number} n
	 */
	async #lookLater(s, error, n)
	{
		if (n >= 8 || !s.stale || !isLost(error))
			return;
		await this.#rest(delay(error, n), true);
		if (!s.stale || s !== this.#session || !this.#env.online() ||
		    !this.#env.visible() || this.#end.signal.aborted)
			return;
		await this.#look(s, n + 1);
		if (!s.stale)
			this.#syncLocals(s);
	}

	/** The window was come back to. */
	#freshen()
	{
		const s = this.#session;
		if (!this.#opened || !this.#env.visible() ||
		    !this.#env.online() || s.run ||
		    (!s.stale && Date.now() - s.readAt < FRESH_MS))
			return;
		s.readAt = Date.now();
		this.#look(s);
	}

	#online()
	{
		this.#update();
		this.#wake();
		this.#deliverAll();
		if (!this.#opened)
			return;
		this.#session.changes();
		this.#look(this.#session);
	}

	/**
	 * Read a page of older items; they come as "prepended".
	 * @returns {Promise<boolean>} there are more
	 */
	async older()
	{
		const s = this.#session;
		if (!s.hasOlder)
			return false;
		s.older ??= this.#olderNow(s).finally(() => {
			s.older = null;
		});
		return s.older;
	}

	/** @param {Session} s */
	async #olderNow(s)
	{
		const before = s.thread.items.size;
		try {
			// a page can be full of what is not shown
			for (let n = 0; n < 8 && s.hasOlder &&
			    s.thread.items.size === before; n++) {
				const page = await this.#page(s, s.cursor);
				s.cursor = page.after;
				s.hasOlder = page.has_more &&
				    page.after !== undefined;
				s.thread.prepend(page.data);
			}
		} catch (error) {
			if (asError(error).code === "invalid_cursor")
				s.cursor = s.thread.list()[0]?.id;
			if (!this.#end.signal.aborted)
				this.#fail(asError(error), async () => {
					await this.older();
				});
		}
		return s.hasOlder;
	}

	/** Read the open thread again: the method fetchUpdates().
	 * @returns {Promise<void>} */
	async refresh()
	{
		const s = this.#session;
		if (s.thread.id === null || s.run)
			return;
		s.loaded = false;
		await this.#load(s);
	}

	// --- sending

	/**
	 * Send a message: it stands in the thread at once and is in the outbox
	 * before this returns.  Resolves when the server has it, or it is
	 * queued or failed, which the message itself and "error" tell.
	 * @param {Draft} draft
	 * @param {{newThread?: boolean}} [how]
	 * @returns {Promise<void>}
	 */
	async send(draft, how = {})
	{
		if (how.newThread)
			await this.open(null);
		const s = this.#session;
		const now = this.#env.online() && !s.run &&
		    this.outbox.isFree(s.place);
		const unsent = this.outbox.put(s.place, draft);
		this.#show(s, unsent, now ? "sending" : "queued");
		const heard = new Promise((resolve) => this.#waiters.set(
		    unsent.id, () => resolve(undefined)));
		this.#deliver(s);
		if (now)
			await heard;
		else
			this.#hear(unsent.id);
	}

	/** Say that it is known what became of a message. @param {string} id */
	#hear(id)
	{
		this.#waiters.get(id)?.();
		this.#waiters.delete(id);
	}

	/**
	 * @param {Session} s
	 * @param {Unsent} unsent
	 * @param {"sending" | "queued"} [state]
	 */
	#show(s, unsent, state = "queued")
	{
		const { failed, draft } = unsent;
		/** @type {import("./thread.js").Local} */
		const local = failed ? { state: "failed",
			error: new ChatKitError(failed.kind, failed) }
		    : { state };
		const shown = s.thread.items.get(unsent.id);
		if (shown && "local" in shown) {
			const fails = shown.local.state === "failed";
			if (fails !== Boolean(failed))
				s.thread.setLocal(unsent.id, local);
			return;
		}
		s.thread.addLocal({ id: unsent.id, type: "user_message",
			thread_id: s.thread.id ?? "", created_at: unsent.at,
			content: draft.content,
			attachments: draft.attachments ?? [],
			quoted_text: draft.quoted_text,
			inference_options: draft.inference_options ?? {},
			local });
	}

	/** Show what waits, and no more what does not. @param {Session} s */
	#syncLocals(s)
	{
		const waiting = this.outbox.waiting(s.place);
		const ids = new Set(waiting.map((unsent) => unsent.id));
		for (const id of s.thread.locals) {
			if (ids.has(id) || s.run?.request.unsent?.id === id)
				continue;
			s.thread.remove(id);
			this.#hear(id);
		}
		for (const unsent of waiting)
			this.#show(s, unsent);
	}

	#deliverAll()
	{
		for (const { place } of this.outbox.waiting())
			this.#deliver(this.#of(place));
	}

	/**
	 * Send what waits for a thread, one after the other, from one tab.
	 * @param {Session} s
	 */
	async #deliver(s)
	{
		s.more = true;
		if (s.delivering)
			return;
		s.delivering = true;
		try {
			while (s.more && this.outbox.next(s.place)) {
				s.more = false;
				const place = s.place;
				await this.outbox.alone(`send ${place}`,
				    () => this.#deliverTo(s, place), this.#how);
			}
		} catch (error) {
			// or it was closed while it waited for its turn
			if (!this.#end.signal.aborted)
				this.#fail(asError(error), null);
		} finally {
			s.delivering = false;
		}
	}

	/** @param {Session} s @param {string} place */
	async #deliverTo(s, place)
	{
		for (;;) {
			// under its id a thread has another lock
			if (s.place !== place) {
				s.more = true;
				return;
			}
			const unsent = this.outbox.next(place);
			if (!unsent || !(await this.#deliverOne(s, unsent)))
				return;
		}
	}

	/**
	 * Send a message, again and again while that makes sense.
	 * @param {Session} s
	 * @param {Unsent} unsent
	 * @returns {Promise<boolean>} the next one may go
	 */
	async #deliverOne(s, unsent)
	{
		this.#show(s, unsent);
		for (let n = 0;; n++) {
			await s.loading;
			while (s.run)
				await s.run.ended;
			const now = this.outbox.get(unsent.id);
			if (this.#end.signal.aborted ||
			    (now && now.place !== s.place))
				return false;
			if (!now || now.failed) {
				this.#syncLocals(s);
				return true;
			}
			if (!this.#env.online() || this.#isOthers(now)) {
				this.#queue(s, now, null);
				return false;
			}
			const error = await this.#sendOnce(s, now);
			if (!error)
				return true;
			if (this.#end.signal.aborted)
				return false;
			if (this.#isHopeless(error, n)) {
				this.#failed(s, now, error);
				return true;
			}
			this.#queue(s, now, error);
			if (n === 0 && isLost(error) &&
			    error.kind !== "offline")
				this.#fail(error, null, now.id);
			if (error.kind !== "busy" ||
			    await this.#peek(s) !== "followed")
				await this.#rest(delay(error, n),
				    isLost(error));
		}
	}

	/**
	 * Without locks each tab sends what was typed in it, and what was left.
	 * @param {Unsent} unsent
	 */
	#isOthers(unsent)
	{
		return !this.outbox.hasLocks &&
		    unsent.tab !== this.outbox.tab &&
		    Date.now() - Date.parse(unsent.at) < 60000;
	}

	/**
	 * Sending it again by ourselves would be wrong, or of no use.
	 * @param {ChatKitError} error
	 * @param {number} n
	 */
	#isHopeless(error, n)
	{
		switch (error.kind) {
		case "offline":
		case "unreachable":
		case "cut":
			return this.backend.known && !this.backend.keyed;
		case "server":
		case "bad_answer":
			return n >= 8 ||
			    (this.backend.known && !this.backend.keyed &&
			    error.retryAfter === undefined);
		case "rate_limited":
			return n >= 6;
		case "busy":
			return n >= (this.backend.keyed ? 40 : 5) ||
			    (error.code !== "" &&
			    error.code !== "turn_in_progress");
		default:
			return true;
		}
	}

	/**
	 * @param {Session} s
	 * @param {Unsent} unsent
	 * @returns {Promise<ChatKitError | null>} null: the server has it
	 */
	async #sendOnce(s, unsent)
	{
		// a key is sent from the first time on, or it is of no use
		if (!this.backend.known &&
		    (unsent.tried || !this.backend.sameOrigin)) {
			const error = await this.#probe();
			if (error)
				return error;
		}
		// It may be there already, and this server could not tell.
		if (unsent.tried && !this.backend.keyed)
			return new ChatKitError("unreachable");
		this.outbox.change(unsent.id, { tried: true });
		s.thread.setLocal(unsent.id, { state: "sending" });
		const id = s.thread.id;
		const input = inputOf(unsent.draft);
		const run = this.#start(s, { unsent, key: unsent.key,
			type: id === null ? "threads.create"
			    : "threads.add_user_message",
			params: id === null ? { input }
			    : { thread_id: id, input } });
		const error = await run.accepted;
		if (error === null)
			return null;
		if (run.stopping)
			return new ChatKitError("stopped");
		// an answer like this means that it was not taken, this time
		if (error.status >= 400 && !isLost(error))
			this.outbox.change(unsent.id, { tried: unsent.tried });
		return error;
	}

	/** Ask something harmless, to learn whose server this is. */
	async #probe()
	{
		try {
			await this.backend.post("threads.list", { limit: 1 },
			    this.#how);
		} catch (cause) {
			const error = asError(cause);
			if (!this.backend.known && (isLost(error) ||
			    error.kind === "unauthorized" ||
			    error.kind === "rate_limited"))
				return error;
		}
		this.backend.known = true;
		return null;
	}

	/**
	 * @param {Session} s
	 * @param {Unsent} unsent
	 * @param {ChatKitError | null} error
	 */
	#queue(s, unsent, error)
	{
		s.thread.setLocal(unsent.id, { state: "queued",
			error: error ?? undefined });
		this.#hear(unsent.id);
	}

	/**
	 * @param {Session} s
	 * @param {Unsent} unsent
	 * @param {ChatKitError} error
	 */
	#failed(s, unsent, error)
	{
		const { kind, code, detail, status } = error;
		this.outbox.change(unsent.id,
		    { failed: { kind, code, detail, status } });
		s.thread.setLocal(unsent.id, { state: "failed", error });
		this.#hear(unsent.id);
		if (kind !== "stopped")
			this.#fail(error, null, unsent.id);
	}

	/** Send a failed or queued message now. @param {string} localId */
	resend(localId)
	{
		const unsent = this.outbox.get(localId);
		if (!unsent)
			return;
		if (unsent.failed) {
			const { code } = unsent.failed;
			const used = code === "idempotency_key_reused" ||
			    code === "message_removed";
			// the person says so, whatever became of the first try
			this.outbox.change(localId, { failed: undefined,
				tried: unsent.tried && this.backend.keyed,
				key: used ? random() : unsent.key });
		}
		const s = this.#of(unsent.place);
		s.thread.setLocal(localId, { state: "queued" });
		this.#wake();
		this.#deliver(s);
	}

	/**
	 * Take a failed or queued message back.
	 * @param {string} localId
	 * @returns {Draft | undefined} what it said, for the composer;
	 *     undefined: it is on its way
	 */
	discard(localId)
	{
		const unsent = this.outbox.get(localId);
		if (!unsent)
			return undefined;
		const s = this.#of(unsent.place);
		if (s.run?.request.unsent?.id === localId)
			return undefined;
		this.outbox.drop(unsent);
		s.thread.remove(localId);
		this.#hear(localId);
		this.#deliver(s);
		return unsent.draft;
	}

	// --- turns

	/** @param {Session} s @param {Request} request */
	#start(s, request)
	{
		const run = new Run(request);
		s.peek?.abort.abort();
		s.run = run;
		s.thread.turnBegins();
		this.#update();
		this.#drive(s, run);
		return run;
	}

	/** @param {Session} s @param {Run} run */
	async #drive(s, run)
	{
		try {
			await this.#converse(s, run);
		} catch (error) {
			run.error = asError(error);
		}
		await this.#finish(s, run);
	}

	/**
	 * Ask, and take all of the answer.
	 * @param {Session} s
	 * @param {Run} run
	 */
	async #converse(s, run)
	{
		const { type, params, key } = run.request;
		do {
			try {
				await this.#hearOut(s, run, type, params, key);
			} catch (error) {
				if (run.abort.signal.aborted && run.begun)
					return;
				if (!run.begun)
					throw error;
				run.answered = false;
				if (run.failed)
					return;
				continue;
			}
			if (this.#isWhole(s, run))
				return;
		} while (await this.#regain(s, run));
	}

	/** @param {Session} s @param {Run} run */
	#isWhole(s, run)
	{
		if (this.backend.keyed)
			return run.isComplete(s.thread);
		// others may leave a workflow open
		const last = s.thread.last;
		return run.failed || last?.type !== "assistant_message" ||
		    s.thread.mark(last.id) !== "open";
	}

	/**
	 * @param {Session} s
	 * @param {Run} run
	 * @param {string} type
	 * @param {Record<string, unknown>} params
	 * @param {string} [key]
	 */
	async #hearOut(s, run, type, params, key)
	{
		const signal = run.abort.signal;
		// an answer with no event: the server saw something else
		let empty = true;
		for await (const event of this.backend.stream(type, params,
		    { signal, key })) {
			empty = false;
			this.#begin(s, run);
			this.#take(s, run, event);
		}
		if (empty && run.request.unsent)
			throw new ChatKitError("cut");
		this.#begin(s, run);
		if (empty)
			s.changes();
	}

	/** The server answers. @param {Session} s @param {Run} run */
	#begin(s, run)
	{
		if (run.phase === "sending" || run.phase === "reconnecting") {
			run.phase = run.stopping ? "stopping" : "streaming";
			this.#update();
		}
		if (run.begun)
			return;
		run.begun = true;
		if (run.request.after !== undefined)
			s.thread.removeAfter(run.request.after);
		if (!run.request.unsent)
			run.accept(null);
		this.#wake();
		if (!run.follows)
			this.#tellBegun(s);
		if (s === this.#session)
			this.#emit("response", { phase: "start",
				threadId: s.thread.id });
		if (run.stopping)
			this.#askStop(s, run);
	}

	/** @param {Session} s */
	#tellBegun(s)
	{
		if (s.thread.id !== null)
			this.outbox.tell({ what: "begun", id: s.thread.id });
	}

	/**
	 * One event of an answer.
	 * @param {Session} s
	 * @param {Run} run
	 * @param {ThreadStreamEvent} event
	 */
	#take(s, run, event)
	{
		const { unsent } = run.request;
		run.note(event);
		if (event.type === "thread.item.done" && unsent &&
		    !run.confirmed && event.item?.type === "user_message") {
			s.thread.confirm(unsent.id, event.item);
			this.#confirmed(s, run, unsent);
			return;
		}
		if (event.type === "stream_options" && run.stopping)
			run.phase = "stopping";
		s.thread.apply(event);
		const token = s.place;
		if (event.type === "thread.created" && s.thread.id !== token) {
			this.#made(s);
			this.outbox.made(token, s.place);
			s.loaded = true;
		}
		if (event.type === "thread.updated" && s.thread.data)
			this.#named(s.place, s.thread.data);
		else if (event.type === "stream_options")
			this.#update();
	}

	/** A new thread has got its id. @param {Session} s */
	#made(s)
	{
		const id = s.thread.id;
		if (id === null)
			return;
		this.#sessions.delete(s.place);
		this.#sessions.set(id, s);
		s.place = id;
		this.#emit("threads", { change: "created", id,
			data: s.thread.data });
		if (s === this.#session)
			this.#emit("thread", { threadId: id, created: true });
		const run = s.run;
		if (run?.stopping)
			this.#askStop(s, run);
	}

	/** @param {string} id @param {ThreadData} data */
	#named(id, data)
	{
		const news = { ...data, items: { data: [], has_more: false } };
		this.#emit("threads", { change: "updated", id, data: news });
		this.outbox.tell({ what: "renamed", id, data: news });
	}

	/**
	 * The line broke in an answer, or it ended too early.
	 * @param {Session} s
	 * @param {Run} run
	 * @returns {Promise<boolean>} the turn is lost: say it again
	 */
	async #regain(s, run)
	{
		if (!this.backend.keyed || s.thread.id === null) {
			await this.#readAfterCut(s, run);
			return false;
		}
		const { unsent } = run.request;
		for (let n = 0; !run.abort.signal.aborted; n++) {
			run.phase = run.stopping ? "stopping" : "reconnecting";
			this.#update();
			if (n > 0 || !this.#env.online())
				await this.#rest(backoff(n), true);
			try {
				if (unsent && !run.confirmed)
					await this.#findMessage(s, run, unsent);
				const how = await this.#follow(s, run);
				if (how === "ended")
					return false;
				if (how === "none")
					return await this.#settle(s, run);
			} catch (cause) {
				const error = asError(cause);
				if (run.abort.signal.aborted)
					return false;
				if (!isLost(error) &&
				    error.kind !== "rate_limited")
					throw error;
			}
		}
		return false;
	}

	/**
	 * Follow a turn that runs at our server.
	 * @param {Session} s
	 * @param {Run} run
	 * @returns {Promise<"ended" | "none" | "again">} none: nothing runs;
	 *     again: it was not followed to its end
	 */
	async #follow(s, run)
	{
		let runs = false;
		let held = false;
		run.answered = false;
		for await (const event of this.backend.stream("taskchat.resume",
		    { thread_id: s.thread.id }, { signal: run.abort.signal })) {
			if (event.type === "error" && event.allow_retry) {
				// of the follower or of the turn: see later
				run.held = event;
				held = true;
				continue;
			}
			if (event.type === "stream_options" &&
			    event.stream_options?.allow_cancel) {
				runs = true;
				if (s.run !== run && !this.#join(s, run))
					return "none";
				this.#begin(s, run);
			}
			if (s.run !== run && s.run)
				return "none";
			this.#take(s, run, event);
		}
		if (!runs)
			return "none";
		return !held && run.isComplete(s.thread) ? "ended" : "again";
	}

	/** @param {Session} s @param {Run} run */
	#isRun(s, run)
	{
		return s.run === run;
	}

	/** What was only looked at is a run. @param {Session} s
	 * @param {Run} run */
	#join(s, run)
	{
		if (s.run)
			return false;
		s.run = run;
		s.thread.turnBegins();
		return true;
	}

	/**
	 * Nothing runs any more: what does the server have?
	 * @param {Session} s
	 * @param {Run} run
	 * @returns {Promise<boolean>} the turn is lost: say it again
	 */
	async #settle(s, run)
	{
		await this.#read(s, false);
		if (s.thread.last?.type !== "user_message" || run.stopping)
			return false;
		if (run.request.key !== undefined && run.again++ < 2)
			return true;
		s.thread.fail({ code: run.held ? run.held.code : "cut",
			message: run.held?.message, allowRetry: true });
		return false;
	}

	/** @param {Session} s @param {Run} run */
	async #readAfterCut(s, run)
	{
		s.thread.turnEnds("cut");
		run.phase = "reconnecting";
		this.#update();
		for (let n = 0; n < 5 && s.thread.id !== null &&
		    !run.abort.signal.aborted; n++) {
			if (n > 0 || !this.#env.online())
				await this.#rest(backoff(n + 1), true);
			try {
				await this.#read(s, false);
				break;
			} catch (error) {
				if (!isLost(asError(error)))
					break;
			}
		}
		const last = s.thread.last;
		if (last?.type === "user_message" ||
		    (last && s.thread.mark(last.id) === "cut"))
			s.thread.fail({ code: "cut", allowRetry: true });
	}

	/** @param {Session} s @param {Run} run */
	async #finish(s, run)
	{
		const { unsent } = run.request;
		const closed = this.#end.signal.aborted;
		if (run.begun && unsent && !run.confirmed && !closed) {
			// a server that does not tell it again, or failed
			await this.#findMessage(s, run, unsent).catch(() => {});
			if (!run.confirmed)
				this.#failed(s, unsent, run.error ??
				    new ChatKitError("cut"));
		}
		s.thread.turnEnds(run.stopping ? "stopped"
		    : run.error || run.failed ? "cut" : undefined);
		if (run.stopping && run.begun)
			s.thread.markStopped();
		s.run = null;
		run.accept(run.error ?? (run.begun ? null
		    : new ChatKitError("stopped")));
		run.end();
		this.#update();
		if (closed || !run.begun || this.#sessions.get(s.place) !== s)
			return;
		if (s === this.#session)
			this.#emit("response", { phase: "end",
				threadId: s.thread.id });
		else
			this.#emit("unread", { threadId: s.thread.id });
		if (s.thread.id !== null && !run.follows)
			this.outbox.tell({ what: "ended", id: s.thread.id });
		if (run.error)
			this.#fail(run.error, () => this.retry());
		this.#tidy();
		if (s.stale)
			await this.#look(s);
		else if (!run.error && !run.stopping)
			this.#callTool(s);
		this.#deliver(s);
	}

	/**
	 * The person's message has not come back: does the server have it?
	 * @param {Session} s
	 * @param {Run} run
	 * @param {Unsent} unsent
	 */
	async #findMessage(s, run, unsent)
	{
		if (s.thread.id === null)
			return;
		await this.#read(s);
		const found = s.thread.question();
		if (found && wordsOf(found.content) ===
		    wordsOf(unsent.draft.content))
			this.#confirmed(s, run, unsent);
	}

	/** @param {Session} s @param {Run} run @param {Unsent} unsent */
	#confirmed(s, run, unsent)
	{
		run.confirmed = true;
		s.thread.remove(unsent.id);
		this.outbox.drop({ ...unsent, place: s.place });
		run.accept(null);
		this.#hear(unsent.id);
		this.#tellBegun(s);
	}

	/**
	 * Does a turn run?  Then follow it to its end.
	 * @param {Session} s
	 * @returns {Promise<"none" | "followed" | "unknown">}
	 */
	async #peek(s)
	{
		if (s.run || s.peek || s.thread.id === null ||
		    !this.backend.keyed)
			return "unknown";
		const run = new Run({ type: "taskchat.resume", params: {} });
		s.peek = run;
		/** @type {"ended" | "none" | "again" | "busy"} */
		let how = "busy";
		for (let n = 0; n < 8 && how === "busy"; n++)
			how = await this.#peekOnce(s, run, n);
		s.peek = null;
		if (!this.#isRun(s, run))
			return how === "none" ? how : "unknown";
		try {
			if (how !== "ended")
				await this.#regain(s, run);
		} catch (error) {
			run.error = asError(error);
		}
		await this.#finish(s, run);
		return "followed";
	}

	/**
	 * @param {Session} s
	 * @param {Run} run
	 * @param {number} n
	 * @returns {Promise<"ended" | "none" | "again" | "busy">}
	 */
	async #peekOnce(s, run, n)
	{
		try {
			return await this.#follow(s, run);
		} catch (cause) {
			const error = asError(cause);
			if (error.kind !== "rate_limited" || s.run ||
			    run.abort.signal.aborted)
				return "again";
			await this.#rest(delay(error, n), false);
			return s.run || run.abort.signal.aborted ? "again"
			    : "busy";
		}
	}

	/**
	 * A turn that is no message: asked again while the server is busy.
	 * @param {Session} s
	 * @param {Request} request
	 * @returns {Promise<Run>} which has begun
	 * @throws {ChatKitError}
	 */
	async #perform(s, request)
	{
		if (s.run)
			throw new ChatKitError("busy");
		if (!this.#env.online())
			throw new ChatKitError("offline");
		for (let n = 0;; n++) {
			const run = this.#start(s, request);
			const error = await run.accepted;
			if (error === null)
				return run;
			await run.ended;
			const passing = error.kind === "rate_limited" ||
			    error.code === "turn_in_progress" ||
			    (request.key !== undefined &&
			    this.backend.keyed && isLost(error));
			if (!passing || run.stopping || n >= 5 ||
			    this.#end.signal.aborted)
				throw error;
			if (error.kind !== "busy" ||
			    await this.#peek(s) !== "followed")
				await this.#rest(delay(error, n),
				    isLost(error));
			if (s.run)
				throw error;
		}
	}

	/** End the turn that runs.  Resolves when it has ended.
	 * @returns {Promise<void>} */
	async stop()
	{
		const s = this.#session;
		const run = s.run;
		if (!run)
			return;
		if (!run.stopping) {
			run.stopping = true;
			if (!this.extensions.has("stop"))
				run.abort.abort();
			run.phase = "stopping";
			this.#update();
			if (run.begun)
				this.#askStop(s, run);
		}
		await run.ended;
	}

	/** @param {Session} s @param {Run} run */
	async #askStop(s, run)
	{
		if (s.thread.id === null || run.abort.signal.aborted)
			return;
		const { signal } = run.abort;
		for (let n = 0;; n++) {
			try {
				await this.backend.post("taskchat.stop",
				    { thread_id: s.thread.id }, { signal });
				break;
			} catch (error) {
				if (s.run !== run || signal.aborted)
					return;
				if (n >= 3) {
					run.stopping = false;
					run.phase = "streaming";
					this.#update();
					this.#fail(asError(error), () =>
					    this.stop());
					return;
				}
				await this.#rest(backoff(n), true);
			}
		}
		const over = new AbortController();
		run.ended.then(() => over.abort());
		await this.#env.pause(STOP_MS, over.signal);
		if (s.run !== run)
			return;
		// the line is dead: what was said is there to be read
		s.changes();
		run.abort.abort();
	}

	/**
	 * Answer a message of the person's anew: that before the item, or
	 * the last one.
	 * @param {string} [itemId] any item of the turn
	 * @returns {Promise<void>} when the turn has ended
	 */
	async retry(itemId)
	{
		const s = this.#session;
		const last = s.thread.last;
		try {
			if (itemId === undefined && s.toolResult &&
			    s.toolResult.id === last?.id) {
				await this.#sendResult(s);
				return;
			}
			const question = s.thread.question(itemId);
			if (!question)
				return;
			const run = await this.#perform(s, {
				type: "threads.retry_after_item",
				params: { thread_id: s.thread.id,
					item_id: question.id },
				after: question.id });
			await run.ended;
		} catch (error) {
			this.#fail(asError(error), () => this.retry(itemId));
		}
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
		const s = this.#session;
		const item = s.thread.items.get(itemId);
		if (item?.type !== "user_message" || !this.canEdit)
			throw new ChatKitError("refused");
		await this.#perform(s, { type: "taskchat.edit", key: random(),
			params: { thread_id: s.thread.id, item_id: itemId,
				input: inputOf({ ...item, content }) } });
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
		const s = this.#session;
		if (s.thread.id === null)
			throw new ChatKitError("refused");
		const { type, payload } = action;
		const params = { thread_id: s.thread.id,
			...(itemId === undefined ? {} : { item_id: itemId }),
			action: { type, ...(payload === undefined ? {}
			    : { payload }) } };
		if (action.streaming === false) {
			await this.#actNow(s, params);
			return;
		}
		const run = await this.#perform(s,
		    { type: "threads.custom_action", params });
		await run.ended;
	}

	/** @param {Session} s @param {Record<string, unknown>} params */
	async #actNow(s, params)
	{
		let answer;
		try {
			answer = await this.backend.post(
			    "threads.sync_custom_action", params, this.#how);
		} catch (cause) {
			const error = asError(cause);
			if (error.kind === "not_found" || error.kind === "busy")
				this.#look(s);
			throw error;
		}
		if (answer.updated_item)
			s.thread.apply({ type: "thread.item.replaced",
				item: answer.updated_item });
		if (s.thread.id !== null)
			this.outbox.tell({ what: "changed", id: s.thread.id });
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
		const { thread } = this.#session;
		const before = thread.feedback.get(ids[0]);
		thread.setFeedback(ids, kind);
		try {
			await this.backend.post("items.feedback", {
				thread_id: thread.id, item_ids: ids, kind,
			}, this.#how);
		} catch (error) {
			thread.setFeedback(ids, before);
			throw error;
		}
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
		const s = this.#session;
		const run = await this.#perform(s, {
			type: "threads.add_structured_input",
			params: { thread_id: s.thread.id, item_id: itemId,
				input } });
		await run.ended;
	}

	/**
	 * Run a client tool that the server waits for, in one tab, once.
	 * @param {Session} s
	 * @param {import("./wire.d.ts").ClientToolCall} call
	 */
	async #clientTool(s, call)
	{
		await this.outbox.alone(`tool ${call.id}`, async () => {
			if (s.toolResult?.id !== call.id)
				s.toolResult = { id: call.id,
					result: await this.#runTool(call) };
			try {
				await this.#sendResult(s);
			} catch (error) {
				if (!this.#end.signal.aborted)
					this.#fail(asError(error),
					    () => this.retry());
			}
		}, { now: true });
	}

	/** @param {import("./wire.d.ts").ClientToolCall} call */
	async #runTool(call)
	{
		try {
			const tool = this.#tool();
			if (!tool)
				throw new Error("This page has no such tool.");
			const result = await tool({ name: call.name,
				params: call.arguments }) ?? {};
			JSON.stringify(result);
			return result;
		} catch (error) {
			return { error: error instanceof Error ? error.message
			    : String(error) };
		}
	}

	/** @param {Session} s */
	async #sendResult(s)
	{
		const done = s.toolResult;
		const call = done && s.thread.items.get(done.id);
		if (!done || call?.type !== "client_tool_call" || s.run)
			return;
		let run;
		try {
			run = await this.#perform(s, {
				type: "threads.add_client_tool_output",
				params: { thread_id: s.thread.id,
					result: done.result } });
		} catch (cause) {
			const error = asError(cause);
			if (error.code !== "nothing_pending")
				throw error;
			// another device was faster
			s.toolResult = null;
			await this.#look(s);
			return;
		}
		s.toolResult = null;
		s.thread.apply({ type: "thread.item.replaced", item: { ...call,
			status: "completed", output: done.result } });
		await run.ended;
	}

	// --- other tabs, and the end

	/** @param {import("./outbox.js").News} news */
	#heard(news)
	{
		if (news.what === "removed") {
			this.#forget(news.id);
			return;
		}
		if (news.what === "renamed") {
			this.#sessions.get(news.id)?.thread.setData(news.data);
			this.#emit("threads", { change: "updated", id: news.id,
				data: news.data });
			return;
		}
		const s = this.#sessions.get(news.what === "made" ? news.token
		    : news.id);
		if (news.what === "made") {
			if (s && !s.run) {
				s.thread.id = news.id;
				this.#made(s);
			} else {
				this.#emit("threads", { change: "created",
					id: news.id });
			}
		} else if (news.what === "outbox") {
			this.#outboxChanged(news.id, s);
		} else if (s) {
			// a run that goes on does not tell of others
			s.changes();
			if (!s.run && s === this.#session &&
			    this.#env.visible())
				this.#lookAt(s, news.what === "begun");
		}
	}

	/** @param {Session} s @param {boolean} begun */
	async #lookAt(s, begun)
	{
		try {
			await this.#read(s);
		} catch (error) {
			this.#lookLater(s, asError(error), 0);
			return;
		}
		this.#syncLocals(s);
		if (begun)
			this.#peek(s);
	}

	/** @param {string} place @param {Session | undefined} s */
	async #outboxChanged(place, s)
	{
		const next = this.outbox.next(place);
		if (!s) {
			if (next)
				this.#deliver(this.#of(place));
			return;
		}
		const waiting = this.outbox.waiting(place);
		for (const unsent of waiting)
			this.#show(s, unsent);
		// where one went, the server's takes its place
		if (s.thread.locals.length > waiting.length && !s.run &&
		    s.thread.id !== null)
			await this.#lookAt(s, false);
		this.#syncLocals(s);
		if (next)
			this.#deliver(s);
	}

	/**
	 * A thread was deleted; the open one is left for a new one.
	 * @param {string} id
	 */
	forget(id)
	{
		this.outbox.forget(id);
		this.outbox.tell({ what: "removed", id });
		this.#forget(id);
	}

	/** @param {string} id */
	#forget(id)
	{
		const s = this.#sessions.get(id);
		this.#sessions.delete(id);
		s?.run?.abort.abort();
		s?.peek?.abort.abort();
		this.#emit("threads", { change: "removed", id });
		if (s && s === this.#session)
			this.open(null);
	}

	/** A thread got another name. @param {ThreadData} data */
	renamed(data)
	{
		this.#sessions.get(data.id)?.thread.setData(data);
		this.#named(data.id, data);
	}

	/** End everything of this object; turns go on at our server. */
	close()
	{
		this.#end.abort();
		for (const s of this.#sessions.values()) {
			s.run?.abort.abort();
			s.peek?.abort.abort();
		}
		this.#wake();
		for (const id of [...this.#waiters.keys()])
			this.#hear(id);
	}

	/** @param {number} seconds @param {boolean} net until it is back */
	async #rest(seconds, net)
	{
		const over = new AbortController();
		const stop = () => over.abort();
		this.#end.signal.addEventListener("abort", stop);
		if (net)
			this.#rests.add(over);
		await this.#env.pause(seconds * 1000, over.signal);
		this.#rests.delete(over);
		this.#end.signal.removeEventListener("abort", stop);
	}

	/** The network works again. */
	#wake()
	{
		for (const rest of this.#rests)
			rest.abort();
	}

	#update()
	{
		const s = this.#session;
		const { run } = s;
		const state = run ? run.phase : s.loading ? "loading"
		    : this.#env.online() ? "idle" : "offline";
		const canStop = run !== null && !run.stopping &&
		    s.thread.allowCancel !== false;
		if (state === this.state && canStop === this.canStop)
			return;
		this.state = state;
		this.canStop = canStop;
		this.#emit("state", { state, canStop });
	}

	/** @param {string} type @param {unknown} detail */
	#emit(type, detail)
	{
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}

	/**
	 * @param {ChatKitError} error
	 * @param {(() => Promise<void>) | null} retry
	 * @param {string} [localId]
	 */
	#fail(error, retry, localId)
	{
		this.#emit("error", { error, allowRetry: retry !== null, retry,
			localId });
	}
}

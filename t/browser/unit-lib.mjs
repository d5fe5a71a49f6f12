// What the unit tests of the element's state stand on: a backend played in
// memory, a network that breaks when told to, tabs, and time that passes
// when a test says so.
import { Backend } from "../../htdocs/chatkit/backend.js";
import { Conversation } from "../../htdocs/chatkit/conversation.js";
import { Shelf as Kept } from "../../htdocs/chatkit/shelf.js";
import { Outbox } from "../../htdocs/chatkit/outbox.js";
import { ok } from "../node/tap.mjs";

// node 18 has none
globalThis.CustomEvent ??= class extends Event {
	constructor(type, { detail })
	{
		super(type);
		this.detail = detail;
	}
};
globalThis.location ??= { href: "http://localhost/chat" };

/** Wait until something is so; what it gave. */
export async function until(name, look)
{
	for (const end = Date.now() + 20000; Date.now() < end;) {
		const value = look();
		if (value)
			return value;
		await new Promise((resolve) => setImmediate(resolve));
	}
	ok(false, `waited for ${name}`);
	throw new Error(`never: ${name}`);
}

/** Let everything happen that can. */
export async function settle()
{
	for (let i = 0; i < 50; i++)
		await new Promise((resolve) => setImmediate(resolve));
}

export class Shelf {
	map = new Map();
	full = false;
	get length() { return this.map.size; }
	key(n) { return [...this.map.keys()][n] ?? null; }
	getItem(key) { return this.map.get(key) ?? null; }
	removeItem(key) { this.map.delete(key); }
	setItem(key, value)
	{
		if (this.full && value !== "")
			throw new DOMException("full", "QuotaExceededError");
		this.map.set(key, String(value));
	}
}

/** What navigator.locks does, for tabs of one browser. */
export class Locks {
	#tails = new Map();
	async request(name, options, work)
	{
		const before = this.#tails.get(name);
		if (options.ifAvailable && before)
			return work(null);
		let free;
		const mine = new Promise((resolve) => { free = resolve; });
		const tail = (before ?? Promise.resolve()).then(() => mine);
		this.#tails.set(name, tail);
		try {
			await before;
			options.signal?.throwIfAborted();
			return await work({ name });
		} finally {
			free();
			if (this.#tails.get(name) === tail)
				this.#tails.delete(name);
		}
	}
}

/** The window around a conversation. */
export class World {
	events = new EventTarget();
	isOnline = true;
	isVisible = true;
	/** The pauses that are being made: {ms, go()}. */
	pauses = [];
	/** End each pause at once. */
	fast = false;
	online = () => this.isOnline;
	visible = () => this.isVisible;
	pause = (ms, signal) => new Promise((resolve) => {
		const one = { ms, go: () => {
			this.pauses = this.pauses.filter((p) => p !== one);
			resolve();
		} };
		this.pauses.push(one);
		signal.addEventListener("abort", one.go);
		if (signal.aborted)
			one.go();
		else if (this.fast)
			setImmediate(one.go);
	});
	async pass(name = "a pause")
	{
		(await until(name, () => this.pauses[0])).go();
	}
	setOnline(is)
	{
		this.isOnline = is;
		this.events.dispatchEvent(new Event(is ? "online" : "offline"));
	}
	focus()
	{
		this.events.dispatchEvent(new Event("focus"));
	}
}

/** A body that is written as it is read. */
export class Stream {
	#control;
	open = true;
	body = new ReadableStream({
		start: (control) => { this.#control = control; },
		cancel: () => { this.open = false; },
	});
	bytes(bytes)
	{
		if (this.open)
			this.#control.enqueue(bytes);
	}
	text(text) { this.bytes(new TextEncoder().encode(text)); }
	event(event) { this.text(`data: ${JSON.stringify(event)}\n\n`); }
	end()
	{
		if (this.open)
			this.#control.close();
		this.open = false;
	}
	cut()
	{
		if (this.open)
			this.#control.error(new TypeError("network error"));
		this.open = false;
	}
}

export function json(body, status = 200, headers = {})
{
	return new Response(JSON.stringify(body), { status, headers: {
		"Content-Type": status < 400 ? "application/json"
		    : "application/problem+json", ...headers } });
}

export function problem(status, code, headers = {})
{
	return json({ status, code, detail: `${code}.` }, status, headers);
}

export function html(status)
{
	return new Response("<html><h1>Bad Gateway</h1></html>",
	    { status, headers: { "Content-Type": "text/html" } });
}

export const text = (item) => item.content.map((part) => part.text).join("");

/**
 * A ChatKit backend.  Each turn waits for the test: server.turn() gives the
 * one that began last, whose methods say what is answered.
 */
export class Server {
	threads = new Map();	// id -> {data, items, turn}
	keys = new Map();
	requests = [];
	turns = [];
	/** Called with a request's body first; what it returns is answered. */
	before = null;
	#ids = 0;

	constructor({ ours = true } = {})
	{
		this.ours = ours;
	}

	id(prefix) { return `${prefix}_${++this.#ids}`; }

	/** The fetch of a page. */
	fetch = async (url, options) => {
		const body = JSON.parse(options.body);
		this.requests.push({ ...body, url, headers: options.headers,
			signal: options.signal });
		if (options.signal?.aborted)
			throw options.signal.reason;
		const aborted = new Promise((_, reject) => options.signal
		    ?.addEventListener("abort", () =>
		    reject(options.signal.reason)));
		const early = await Promise.race([aborted,
			this.before?.(body, options)]);
		if (early instanceof Error)
			throw early;
		const response = early ?? this.#answer(body, options);
		if (this.ours)
			response.headers.set("Taskchat-Extensions",
			    "edit, resume, search, stop");
		return response;
	};

	asked(type) { return this.requests.filter((r) => r.type === type); }

	thread(title = "A thread", items = [])
	{
		const id = this.id("thr");
		const data = { id, title, status: { type: "active" },
			created_at: "2026-01-01T00:00:00Z",
			items: { data: [], has_more: false } };
		this.threads.set(id, { data, items, turn: null });
		return id;
	}

	message(thread, words)
	{
		return { id: this.id("msg"), thread_id: thread,
			created_at: "2026-01-01T00:00:00Z",
			type: "user_message",
			content: [{ type: "input_text", text: words }],
			attachments: [], inference_options: {} };
	}

	says(thread, words, id = this.id("msg"))
	{
		return { id, thread_id: thread, type: "assistant_message",
			created_at: "2026-01-01T00:00:00Z", content: [{
				type: "output_text", text: words,
				annotations: [] }] };
	}

	#answer({ type, params }, options)
	{
		const thread = this.threads.get(params.thread_id);
		if (params.thread_id !== undefined && !thread)
			return problem(404, "conversation_not_found");
		switch (type) {
		case "threads.list":
			return json({ data: [...this.threads.values()]
			    .map((t) => t.data).reverse(), has_more: false });
		case "threads.get_by_id":
			return json(thread.data);
		case "items.list":
			return this.#page(thread, params);
		case "threads.update":
			thread.data = { ...thread.data, title: params.title };
			return json(thread.data);
		case "threads.delete":
			this.threads.delete(params.thread_id);
			return json({});
		case "items.feedback":
			return json({});
		case "taskchat.stop":
			thread.turn?.stop();
			return json({});
		case "taskchat.resume":
			return this.#resume(thread);
		default:
			return this.#turn(type, params, thread, options);
		}
	}

	#page(thread, { limit = 20, order = "desc", after })
	{
		const all = order === "desc" ? [...thread.items].reverse()
		    : [...thread.items];
		const from = all.findIndex((i) => i.id === after) + 1;
		const data = all.slice(from, from + limit);
		const more = from + limit < all.length;
		return json({ data, has_more: more,
			...(more ? { after: data.at(-1).id } : {}) });
	}

	#respond(stream)
	{
		return new Response(stream.body, { headers: {
			"Content-Type": "text/event-stream" } });
	}

	#turn(type, params, thread, options)
	{
		const key = options.headers["Idempotency-Key"];
		const known = key && this.keys.get(key);
		if (known)
			return this.#again(known);
		if (thread?.turn)
			return problem(409, "turn_in_progress",
			    { "Retry-After": "1" });
		const turn = new Turn(this, type, params, thread);
		if (key)
			this.keys.set(key, turn);
		this.turns.push(turn);
		const stream = turn.reader();
		options.signal?.addEventListener("abort", () => {
			if (stream.open) {
				stream.cut();
				if (!this.ours)
					turn.stop();
			}
		});
		return this.#respond(stream);
	}

	/** The same key again: what is stored is told again. */
	#again(turn)
	{
		if (turn.running)
			return problem(409, "turn_in_progress",
			    { "Retry-After": "1" });
		if (turn.lost) {
			turn.lost = false;
			turn.running = true;
			turn.thread.turn = turn;
			turn.log.length = turn.opening;
			return this.#respond(turn.reader());
		}
		const stream = turn.reader();
		stream.end();
		return this.#respond(stream);
	}

	#resume(thread)
	{
		const turn = thread.turn;
		const options = (is) => ({ type: "stream_options",
			stream_options: { allow_cancel: is } });
		const stream = new Stream();
		stream.event(options(Boolean(turn)));
		if (turn) {
			for (const event of turn.log.slice(turn.opening))
				stream.event(event);
			turn.streams.add(stream);
		} else {
			const at = thread.items.findLastIndex((i) =>
			    i.type === "user_message");
			for (const item of thread.items.slice(at + 1))
				stream.event({ type: "thread.item.done",
					item });
			stream.end();
		}
		return this.#respond(stream);
	}
}

/** A turn at the server; it goes on without its readers. */
class Turn {
	log = [];
	opening = 0;
	streams = new Set();
	running = true;
	lost = false;
	open = null;

	constructor(server, type, params, thread)
	{
		this.server = server;
		this.type = type;
		this.params = params;
		if (!thread) {
			const id = server.thread(undefined);
			thread = server.threads.get(id);
			this.tell({ type: "thread.created",
				thread: thread.data });
		}
		this.thread = thread;
		this.id = thread.data.id;
		thread.turn = this;
		if (type === "threads.retry_after_item" ||
		    type === "taskchat.edit")
			this.#takeBack(type === "taskchat.edit" ? 0 : 1);
		if (params.input?.content) {
			const item = { ...params.input, attachments: [],
				id: server.id("msg"), thread_id: this.id,
				type: "user_message",
				created_at: "2026-01-01T00:00:00Z" };
			thread.items.push(item);
			this.tell({ type: "thread.item.done", item });
		}
		this.tell({ type: "stream_options",
			stream_options: { allow_cancel: true } });
		this.opening = this.log.length;
	}

	#takeBack(keep)
	{
		const { items } = this.thread;
		const at = items.findIndex((i) => i.id === this.params.item_id);
		for (const gone of items.splice(at + keep))
			if (this.server.ours)
				this.tell({ type: "thread.item.removed",
					item_id: gone.id });
	}

	reader()
	{
		const stream = new Stream();
		for (const event of this.log)
			stream.event(event);
		this.streams.add(stream);
		return stream;
	}

	tell(event)
	{
		this.log.push(event);
		for (const stream of this.streams)
			stream.event(event);
	}

	/** Say a piece of the answer. */
	say(delta)
	{
		if (!this.open) {
			this.open = this.server.says(this.id, "");
			this.tell({ type: "thread.item.added",
				item: { ...this.open, content: [] } });
			this.tell({ type: "thread.item.updated",
				item_id: this.open.id, update: {
				type: "assistant_message.content_part.added",
				content_index: 0, content: {
				type: "output_text", text: "",
				annotations: [] } } });
		}
		this.open.content[0].text += delta;
		this.tell({ type: "thread.item.updated", item_id: this.open.id,
			update: { content_index: 0, delta,
			type: "assistant_message.content_part.text_delta" } });
	}

	/** An item is there. */
	done(item)
	{
		this.thread.items.push(item);
		this.tell({ type: "thread.item.done", item });
	}

	/** The turn ends, with what was said. */
	end()
	{
		if (!this.running)
			return;
		if (this.open)
			this.done(structuredClone(this.open));
		this.open = null;
		this.running = false;
		this.thread.turn = null;
		for (const stream of this.streams)
			stream.end();
	}

	stop() { this.end(); }

	/** The line breaks; the turn goes on. */
	cut()
	{
		for (const stream of this.streams)
			stream.cut();
		this.streams.clear();
	}

	/** The worker is killed; the turn is gone. */
	lose()
	{
		this.cut();
		this.open = null;
		this.running = false;
		this.lost = true;
		this.thread.turn = null;
	}
}

/** A tab with a conversation in it. */
export class Tab {
	seen = [];
	constructor(server, how = {})
	{
		this.server = server;
		this.world = how.world ?? new World();
		this.shelf = how.shelf ?? new Shelf();
		this.locks = how.locks === undefined ? new Locks() : how.locks;
		this.url = how.url ??
		    `http://localhost/${Math.random()}/api/chatkit`;
		this.kept = new Kept(this.url, "", this.shelf);
		this.outbox = new Outbox(this.kept, this.locks ?? undefined);
		if (how.tab)
			this.outbox.tab = how.tab;
		this.backend = new Backend({ url: this.url,
			fetch: server.fetch });
		this.talk = new Conversation({ backend: this.backend,
			outbox: this.outbox, surroundings: this.world,
			onClientTool: () => how.tool });
		for (const type of ["state", "thread", "load", "response",
		    "unread", "threads", "error"])
			this.talk.addEventListener(type, (event) =>
			    this.seen.push({ type, ...event.detail }));
	}
	/** Another tab of the same browser, or this one loaded again. */
	next(how = {})
	{
		return new Tab(this.server, { shelf: this.shelf, url: this.url,
			locks: this.locks, ...how });
	}
	/** As when the page goes. */
	leave()
	{
		this.talk.close();
		this.outbox.close();
	}
	send(words, how)
	{
		return this.talk.send({ content: [
			{ type: "input_text", text: words }] }, how);
	}
	get items() { return this.talk.thread.list(); }
	/** Who said what: "> " is the person, [state] a local message. */
	get lines()
	{
		return this.items.map((item) => item.type === "user_message"
		    ? `> ${text(item)}` +
		    (item.local ? ` [${item.local.state}]` : "")
		    : item.type === "assistant_message" ? text(item)
		    : `(${item.type})`);
	}
	of(type) { return this.seen.filter((event) => event.type === type); }
	turn(n = Math.max(1, this.server.turns.length))
	{
		return until(`turn ${n}`, () => this.server.turns[n - 1]);
	}
	idle()
	{
		return until("idle", () => this.talk.state === "idle");
	}
	shows(line)
	{
		return until(`"${line}"`, () => this.lines.includes(line));
	}
}

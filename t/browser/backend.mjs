// A ChatKit backend that plays what a test wrote, and serves its pages: for
// what taskchat itself never does (attachments, client tools, questions,
// pictures, effects), and for streams that end badly.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const htdocs = fileURLToPath(new URL("../../htdocs", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript",
	".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };

export const policy = "default-src 'none'; script-src 'self'; " +
	"style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"font-src 'self'; " +
	"media-src 'self' blob:; form-action 'self'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'";

const streamed = new Set(["threads.create", "threads.add_user_message",
	"threads.add_client_tool_output", "threads.add_structured_input",
	"threads.retry_after_item", "threads.custom_action",
	"taskchat.resume", "taskchat.edit"]);

export class Backend {
	/** @type {Map<string, {thread: object, items: object[]}>} */
	threads = new Map();
	/** Every request: {type, params, metadata, headers}. */
	requests = [];
	/** Uploads: {url, method, type, bytes}. */
	uploads = [];
	pages = {};
	headers = { "Content-Security-Policy": policy };
	#handlers = {};
	#n = 0;

	/** An answer's events: function* (request, backend), async or not. */
	turn(play) { this.play = play; return this; }

	/** Answer this type yourself: (request, response) => JSON, or undefined
	 * when the function wrote the response. */
	on(type, handler) { this.#handlers[type] = handler; return this; }

	id(prefix) { return `${prefix}_${++this.#n}`; }

	async start() {
		this.server = createServer((q, r) => this.#serve(q, r)
			.catch((error) => { r.destroy(error); }));
		await new Promise((ready) =>
			this.server.listen(0, "127.0.0.1", ready));
		// a test that broke off is not kept waiting
		this.server.unref();
		this.url = `http://127.0.0.1:${this.server.address().port}`;
		return this;
	}

	async stop() {
		this.server.closeAllConnections();
		await new Promise((gone) => this.server.close(gone));
	}

	/** A thread that is there already. */
	seed(title, items = []) {
		const thread = { id: this.id("thr"), title, metadata: {},
			created_at: new Date(1.79e12 + this.#n * 1000).toISOString(),
			status: { type: "active" } };
		this.threads.set(thread.id, { thread, items: items.map((item) =>
			this.item(thread.id, item)) });
		return thread.id;
	}

	item(thread_id, item) {
		return { id: this.id("msg"), thread_id,
			created_at: new Date().toISOString(), ...item };
	}

	assistant(thread_id, text, more = {}) {
		return this.item(thread_id, { type: "assistant_message",
			content: [{ type: "output_text", text, annotations: [] }],
			...more });
	}

	async #serve(q, r) {
		const path = new URL(q.url, "http://x").pathname;
		if (q.method === "GET") return this.#file(path, r);
		const parts = [];
		for await (const part of q) parts.push(part);
		const body = Buffer.concat(parts);
		if (path !== "/chatkit") {
			this.uploads.push({ url: path, method: q.method,
				type: q.headers["content-type"], bytes: body });
			const answer = this.upload?.(path, body, q) ?? {};
			r.writeHead(200, { "Content-Type": "application/json" });
			return r.end(JSON.stringify(answer));
		}
		const request = { ...JSON.parse(body.toString("utf8")),
			headers: q.headers };
		this.requests.push(request);
		const own = this.#handlers[request.type];
		if (own) {
			const answer = await own(request, r, this);
			if (answer === undefined) return;
			return json(r, answer);
		}
		if (streamed.has(request.type)) return this.#stream(request, r);
		return json(r, this.#plain(request));
	}

	#file(path, r) {
		if (path in this.pages) {
			const page = this.pages[path];
			r.writeHead(200, { "Content-Type": types[extname(path)] ??
				"text/html; charset=utf-8", ...this.headers });
			return r.end(page);
		}
		try {
			const file = join(htdocs, normalize(path));
			const bytes = readFileSync(file);
			r.writeHead(200, { "Content-Type":
				types[extname(file)] ?? "application/octet-stream",
				"Access-Control-Allow-Origin": "*", ...this.headers });
			r.end(bytes);
		} catch {
			r.writeHead(path === "/favicon.ico" ? 204 : 404);
			r.end();
		}
	}

	async #stream(request, r) {
		const { params } = request;
		let known = this.threads.get(params.thread_id);
		const opening = [];
		if (request.type === "threads.create") {
			known = this.threads.get(this.seed(undefined));
			opening.push({ type: "thread.created",
				thread: this.#thread(known) });
		}
		if (params.input?.content) {
			const item = this.item(known.thread.id, {
				type: "user_message", content: params.input.content,
				attachments: (params.input.attachments ?? []).map((id) =>
					this.attachments?.get(id) ?? { type: "file", id,
						name: id, mime_type: "text/plain" }),
				inference_options: params.input.inference_options ?? {},
				...(params.input.quoted_text
					? { quoted_text: params.input.quoted_text } : {}),
			});
			opening.push({ type: "thread.item.done", item });
		}
		if (request.type === "threads.retry_after_item") {
			const at = known.items.findIndex((i) => i.id === params.item_id);
			known.items.splice(at + 1);
		}
		if (request.type === "threads.add_client_tool_output") {
			const call = known.items.at(-1);
			call.status = "completed";
			call.output = params.result;
		}
		r.writeHead(200, { "Content-Type": "text/event-stream",
			"Cache-Control": "no-cache" });
		const send = (event) => {
			if (event.item?.id && /item\.(done|replaced)$/.test(
				event.type)) {
				const at = known.items.findIndex((i) =>
					i.id === event.item.id);
				if (at < 0) known.items.push(event.item);
				else known.items[at] = event.item;
			} else if (event.type === "thread.item.removed") {
				known.items = known.items.filter((i) =>
					i.id !== event.item_id);
			}
			r.write(`data: ${JSON.stringify(event)}\n\n`);
		};
		for (const event of opening) send(event);
		send({ type: "stream_options",
			stream_options: { allow_cancel: true } });
		for await (const event of this.play?.(request, this, known) ?? []) {
			if (r.destroyed) return;
			if (event === "cut") {
				// what was said arrives first
				await new Promise((out) => r.write(":\n\n", out));
				return r.destroy();
			}
			if (event.type === "thread.updated") {
				Object.assign(known.thread, event.thread);
				event.thread = this.#thread(known);
			}
			send(event);
		}
		r.end();
	}

	#thread({ thread }, items) {
		return { ...thread, items: items ?? { data: [], has_more: false } };
	}

	#plain({ type, params }) {
		const known = this.threads.get(params.thread_id);
		switch (type) {
		case "threads.list":
			return page([...this.threads.values()].reverse().map((t) =>
				this.#thread(t)), params, false);
		case "threads.get_by_id":
			return this.#thread(known, page(known.items, {}, false));
		case "items.list":
			return page(params.order === "asc" ? known.items
				: [...known.items].reverse(), params);
		case "threads.update":
			known.thread.title = params.title;
			return this.#thread(known);
		case "threads.delete":
			this.threads.delete(params.thread_id);
			return {};
		default:
			return {};
		}
	}
}

function page(all, { limit = 20, after }) {
	const from = after ? all.findIndex((x) => x.id === after) + 1 : 0;
	const data = all.slice(from, from + limit);
	const has_more = from + limit < all.length;
	return { data, has_more, ...(has_more ? { after: data.at(-1).id } : {}) };
}

function json(r, answer) {
	r.writeHead(200, { "Content-Type": "application/json" });
	r.end(JSON.stringify(answer));
}

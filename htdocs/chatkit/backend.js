// @ts-check
// One request to a ChatKit backend: JSON or a stream of events, and every
// way it can fail as one error that says what to do.

/** @typedef {import("./wire.d.ts").ThreadStreamEvent} ThreadStreamEvent */
/** @typedef {import("./i18n.js").Key} Key */

/**
 * What failed, by what the caller can do about it.
 *
 * offline: the device has no network; unreachable: no answer came;
 * unauthorized, forbidden, not_found: 401 (or somebody else is signed in now),
 * 403, 404; busy: 409 (see code);
 * rate_limited: 429, or 503 too_busy; limited: 429 for longer than one waits
 * before a page; refused: another 4xx; too_long: the
 * message is too long; server: 5xx; cut: a stream broke off; bad_answer: not
 * what the protocol says (a captive portal, an HTML page); stopped: the
 * person stopped it.
 *
 * @typedef {"offline" | "unreachable" | "unauthorized" | "forbidden" |
 *     "not_found" | "busy" | "rate_limited" | "limited" | "refused" |
 *     "too_long" | "server" | "cut" | "bad_answer" | "stopped"} ErrorKind
 */

export class ChatKitError extends Error {
	/**
	 * @param {ErrorKind} kind
	 * @param {{status?: number, code?: string, retryAfter?: number,
	 *     detail?: string, cause?: unknown}} [more] retryAfter in seconds;
	 *     detail is the server's sentence, in the server's language
	 */
	constructor(kind, more = {})
	{
		super(more.detail || kind, { cause: more.cause });
		this.name = "ChatKitError";
		this.kind = kind;
		this.status = more.status ?? 0;
		this.code = more.code ?? "";
		this.retryAfter = more.retryAfter;
		/** When to come back. */
		this.until = Date.now() + 1000 * (more.retryAfter ?? 0);
		this.detail = more.detail ?? "";
	}

	/** The key of the sentence for people. @returns {Key} */
	get key()
	{
		return `error.${this.kind}`;
	}

	/** The sentence. @param {import("./i18n.js").Locale} locale */
	say(locale)
	{
		const when = new Date(this.until);
		return locale.t(this.key, {
			day: locale.date(when, { weekday: "long" }),
			time: locale.date(when, { timeStyle: "short" }) });
	}
}

// Our server says something every ten seconds; after this long the line is
// dead.
const SILENCE_MS = 45000;
// An answer by JSON takes this long at most; dictation is the slow one.
const ANSWER_MS = 90000;
// No event of any server is longer.
const EVENT_MAX = 1 << 24;

/** @type {Record<number, ErrorKind>} */
const KINDS = { 401: "unauthorized", 403: "forbidden", 404: "not_found",
	408: "unreachable", 409: "busy", 413: "too_long", 429: "rate_limited" };

// As long as a message is sent again by itself.
const PATIENCE_S = 30;

/**
 * @param {number} status
 * @param {string} code
 * @param {number} [wait] seconds
 * @returns {ErrorKind}
 */
function kindOf(status, code, wait = 0)
{
	if (code === "too_busy")
		return "rate_limited";
	if (status === 429 && wait > PATIENCE_S)
		return "limited";
	if (code === "user_mismatch")
		return "unauthorized";
	if (code === "message_too_long")
		return "too_long";
	return KINDS[status] ?? (status >= 500 ? "server" :
	    status >= 400 ? "refused" : "bad_answer");
}

/** Seconds of a Retry-After. @param {string | null} value */
function seconds(value)
{
	if (value === null)
		return undefined;
	const n = /^\d+$/.test(value) ? Number(value)
	    : (Date.parse(value) - Date.now()) / 1000;
	return Number.isFinite(n) ? Math.max(0, n) : undefined;
}

/** @param {Response} response */
function isJson(response)
{
	return /^application\/(\w+[.+-])*json\b/i
	    .test(response.headers.get("Content-Type") ?? "");
}

/** The error of an answer that is not 2xx. @param {Response} response */
async function refusal(response)
{
	/** @type {any} */
	let problem = null;
	try {
		if (isJson(response))
			problem = await response.json();
		else
			await response.body?.cancel();
	} catch {
		// the status says enough
	}
	/** @param {unknown} v */
	const text = (v) => typeof v === "string" ? v : "";
	const code = text(problem?.code);
	const retryAfter = seconds(response.headers.get("Retry-After"));
	return new ChatKitError(kindOf(response.status, code, retryAfter), {
		status: response.status, code,
		detail: text(problem?.detail),
		retryAfter,
	});
}

/**
 * A signal that is aborted with another one, or when it took too long.
 * @param {number} ms 0: as long as it likes
 * @param {AbortSignal} [other]
 */
function lateness(ms, other)
{
	const late = new AbortController();
	const abort = () => late.abort(other?.reason);
	const timer = ms > 0 ? setTimeout(() => late.abort(), ms) : undefined;
	other?.addEventListener("abort", abort);
	if (other?.aborted)
		abort();
	return {
		signal: late.signal,
		onTime: () => clearTimeout(timer),
		end: () => {
			clearTimeout(timer);
			other?.removeEventListener("abort", abort);
		},
	};
}

/** Server-sent events, however they are cut. */
export class EventParser {
	#line = "";
	#cr = false;
	/** @type {string[]} */
	#data = [];
	#size = 0;

	/**
	 * @param {string} text what came next
	 * @returns {string[]} the data of the events that are complete now
	 */
	feed(text)
	{
		if (this.#cr && text !== "") {
			this.#cr = false;
			if (text[0] === "\n")
				text = text.slice(1);
		}
		// a CR at the end ends its line; an LF after it is no other
		if (text.endsWith("\r"))
			this.#cr = true;
		/** @type {string[]} */
		const events = [];
		const lines = text.split(/\r\n|\n|\r/);
		for (let i = 0; i < lines.length; i++) {
			this.#line += lines[i];
			this.#size += lines[i].length;
			if (this.#size > EVENT_MAX)
				throw new ChatKitError("bad_answer");
			if (i < lines.length - 1)
				this.#lineEnds(events);
		}
		return events;
	}

	/**
	 * The body has ended: the data of an event whose empty line is missing.
	 * @returns {string | null}
	 */
	rest()
	{
		/** @type {string[]} */
		const events = [];
		if (this.#line !== "")
			this.#lineEnds(events);
		this.#lineEnds(events);
		return events[0] ?? null;
	}

	/** @param {string[]} events */
	#lineEnds(events)
	{
		const line = this.#line;
		this.#line = "";
		if (line === "") {
			if (this.#data.length > 0)
				events.push(this.#data.join("\n"));
			this.#data = [];
			this.#size = 0;
		} else if (line.startsWith("data:")) {
			this.#data.push(line.slice(line[5] === " " ? 6 : 5));
		} else if (line === "data") {
			this.#data.push("");
		} else if (line[0] === ":") {
			this.#size -= line.length;
		}
	}
}

/** @param {string} data @returns {ThreadStreamEvent | null} */
function eventOf(data)
{
	if (data === "[DONE]")
		return null;
	let event;
	try {
		event = JSON.parse(data);
	} catch (cause) {
		throw new ChatKitError("bad_answer", { cause });
	}
	return typeof event?.type === "string" ? event : null;
}

/**
 * The events of a body.  idle: give up after so many ms of silence (0: never).
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => number} idle
 * @returns {AsyncGenerator<ThreadStreamEvent, void, void>}
 */
async function* events(body, idle)
{
	const reader = body.getReader();
	const decoder = new TextDecoder();
	const parser = new EventParser();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	try {
		for (;;) {
			const ms = idle();
			const silence = new Promise((_, reject) => {
				if (ms > 0)
					timer = setTimeout(reject, ms,
					    new ChatKitError("cut"));
			});
			const { value, done } = await Promise.race([
				reader.read(), silence,
			]);
			clearTimeout(timer);
			const text = decoder.decode(value, { stream: !done });
			for (const data of parser.feed(text)) {
				const event = eventOf(data);
				if (event)
					yield event;
			}
			if (done)
				break;
		}
		yield* lastEvent(parser.rest());
	} finally {
		clearTimeout(timer);
		reader.cancel().catch(() => {});
	}
}

/** @param {string | null} rest */
function* lastEvent(rest)
{
	if (rest === null)
		return;
	let event;
	try {
		event = eventOf(rest);
	} catch (cause) {
		throw new ChatKitError("cut", { cause });
	}
	if (event)
		yield event;
}

export class Backend {
	/** What the server can do beyond the protocol: edit, resume, search,
	 * stop, ...  Empty for a backend that is not ours.
	 * @type {Set<string>} */
	extensions = new Set();
	/** An answer has come, so extensions is true. */
	known = false;
	/** BCP 47, for the server's sentences; may change. */
	language;
	/** It can be sent any header. */
	sameOrigin = false;
	#fetch;
	#log;

	/**
	 * log is called with the name and the data (no content) of each
	 * request, for chatkit.log.  user: our server answers nobody else, so
	 * that what one wrote is never said by who signs in after them.
	 *
	 * @param {{url: string, user?: string, fetch?: typeof fetch,
	 *     language?: string,
	 *     log?: (name: string, data: Record<string, unknown>) => void}} how
	 */
	constructor(how)
	{
		this.url = how.url;
		this.language = how.language;
		this.#fetch = how.fetch ?? globalThis.fetch.bind(globalThis);
		this.#log = how.log ?? (() => {});
		try {
			this.#address(how.url, how.user);
		} catch {
			// fetch will say what is wrong with it
		}
	}

	/** A message can be sent twice without being said twice. */
	get keyed()
	{
		return this.extensions.has("resume");
	}

	/**
	 * Our server wants to know what "tomorrow" is, and who is meant.
	 * @param {string} url
	 * @param {string} [user]
	 */
	#address(url, user)
	{
		const here = globalThis.location?.href;
		const address = new URL(url, here);
		this.sameOrigin = here !== undefined &&
		    address.origin === new URL(here).origin;
		const query = address.searchParams;
		const timezone = Intl.DateTimeFormat().resolvedOptions()
		    .timeZone;
		if (!address.pathname.endsWith("/api/chatkit"))
			return;
		for (const [name, value] of Object.entries({ timezone, user }))
			if (value && !query.has(name))
				query.set(name, value);
		this.url = address.href;
	}

	/**
	 * A request that is answered by JSON.
	 * @param {string} type
	 * @param {Record<string, unknown>} params
	 * @param {{signal?: AbortSignal}} [how]
	 * @returns {Promise<any>} an object
	 * @throws {ChatKitError}; an abort by how.signal as AbortError
	 */
	async post(type, params, how = {})
	{
		const late = lateness(ANSWER_MS, how.signal);
		try {
			const response = await this.#ask(type, { type, params },
			    {}, late.signal);
			const answer = isJson(response) ? await response.json()
			    : null;
			if (answer === null || typeof answer !== "object")
				throw new ChatKitError("bad_answer",
				    { status: response.status });
			this.#learn(response, true);
			return answer;
		} catch (error) {
			throw this.#failure(error, how.signal, "unreachable");
		} finally {
			late.end();
		}
	}

	/**
	 * A request that is answered by events.  It is sent at the first
	 * next(); leaving the loop ends it.  key: the Idempotency-Key.
	 * @param {string} type
	 * @param {Record<string, unknown>} params
	 * @param {{signal?: AbortSignal, key?: string}} [how]
	 * @returns {AsyncGenerator<ThreadStreamEvent, void, void>}
	 * @throws {ChatKitError}; an abort by how.signal as AbortError
	 */
	async *stream(type, params, how = {})
	{
		/** @type {Record<string, unknown>} */
		const body = { type, params };
		// Without it a lost line would be a pressed Stop.
		if (type !== "taskchat.resume" && (!this.known || this.keyed))
			body.metadata = { on_disconnect: "continue" };
		/** @type {Record<string, string>} */
		const headers = {};
		// A foreign server on another origin has not allowed it.
		const may = this.keyed || (!this.known && this.sameOrigin);
		if (how.key && may)
			headers["Idempotency-Key"] = how.key;
		let begun = false;
		// Our server's stream begins before the model is asked.
		const late = lateness(this.keyed ? SILENCE_MS : 0, how.signal);
		try {
			const response = await this.#ask(type, body, headers,
			    late.signal);
			late.onTime();
			const kind = response.headers.get("Content-Type") ?? "";
			if (!/^text\/event-stream\b/i.test(kind))
				throw new ChatKitError("bad_answer",
				    { status: response.status });
			this.#learn(response, true);
			begun = true;
			if (response.body)
				yield* events(response.body,
				    () => this.keyed ? SILENCE_MS : 0);
		} catch (error) {
			throw this.#failure(error, how.signal,
			    begun ? "cut" : "unreachable");
		} finally {
			late.end();
		}
	}

	/**
	 * @param {string} type
	 * @param {Record<string, unknown>} body
	 * @param {Record<string, string>} headers
	 * @param {AbortSignal} signal
	 */
	async #ask(type, body, headers, signal)
	{
		signal.throwIfAborted();
		// A plain object: pages' own fetch spreads it.
		const all = { "Content-Type": "application/json",
			Accept: "text/event-stream, application/json",
			...(this.language
			    ? { "Accept-Language": this.language } : {}),
			...headers };
		const response = await this.#fetch(this.url, { method: "POST",
			headers: all, body: JSON.stringify(body), signal });
		this.#log("request", { type, status: response.status });
		this.#learn(response, false);
		if (!response.ok)
			throw await refusal(response);
		return response;
	}

	/**
	 * Whose server this is.  A proxy's page says nothing, so only a good
	 * answer makes a server foreign.
	 * @param {Response} response
	 * @param {boolean} good
	 */
	#learn(response, good)
	{
		const list = response.headers.get("Taskchat-Extensions");
		if (list !== null)
			this.extensions = new Set(list.split(/[\s,]+/)
			    .filter(Boolean));
		if (list !== null || good)
			this.known = true;
	}

	/**
	 * @param {unknown} error
	 * @param {AbortSignal | undefined} signal
	 * @param {ErrorKind} kind where the error does not tell
	 */
	#failure(error, signal, kind)
	{
		if (signal?.aborted || error instanceof ChatKitError)
			return signal?.aborted ? signal.reason : error;
		// a page's own fetch may know what a status would have said
		const status = /** @type {any} */ (error)?.status;
		if (status === 401 || status === 403)
			return new ChatKitError(KINDS[status],
			    { status, cause: error });
		if (error instanceof SyntaxError)
			kind = "bad_answer";
		else if (globalThis.navigator?.onLine === false &&
		    kind === "unreachable")
			kind = "offline";
		return new ChatKitError(kind, { cause: error });
	}
}

// @ts-check
// One request to a ChatKit backend: JSON or a stream of events, and every
// way it can fail as one error that says what to do.

/** @typedef {import("./wire.d.ts").ThreadStreamEvent} ThreadStreamEvent */
/** @typedef {import("./i18n.js").Key} Key */

/**
 * What failed, by what the caller can do about it.
 *
 * offline: the device has no network; unreachable: no answer came;
 * unauthorized, forbidden, not_found: 401, 403, 404; busy: 409 (see code);
 * rate_limited: 429, or 503 too_busy; refused: another 4xx; too_long: the
 * message is too long; server: 5xx; cut: a stream broke off; bad_answer: not
 * what the protocol says (a captive portal, an HTML page); stopped: the
 * person stopped it.
 *
 * @typedef {"offline" | "unreachable" | "unauthorized" | "forbidden" |
 *     "not_found" | "busy" | "rate_limited" | "refused" | "too_long" |
 *     "server" | "cut" | "bad_answer" | "stopped"} ErrorKind
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
		this.detail = more.detail ?? "";
	}

	/** The key of the sentence for people. @returns {Key} */
	get key()
	{
		return `error.${this.kind}`;
	}
}

export class Backend {
	/** What the server can do beyond the protocol: edit, resume, search,
	 * stop, ...  Empty for a backend that is not ours.
	 * @type {Set<string>} */
	extensions = new Set();
	/** An answer has come, so extensions is true. */
	known = false;

	/**
	 * log is called with the name and the data (no content) of each
	 * request, for chatkit.log.
	 *
	 * @param {{url: string, fetch?: typeof fetch, language?: string,
	 *     log?: (name: string, data: Record<string, unknown>) => void}} how
	 */
	constructor(how)
	{
		this.url = how.url;
	}

	/**
	 * A request that is answered by JSON.
	 * @param {string} type
	 * @param {Record<string, unknown>} params
	 * @param {{signal?: AbortSignal}} [how]
	 * @returns {Promise<any>} an object
	 * @throws {ChatKitError}; an abort by how.signal as AbortError
	 */
	async post(type, params, how)
	{
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
	async *stream(type, params, how)
	{
	}
}

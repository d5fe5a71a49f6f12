// @ts-check
// One call of the service, and what can go wrong with it in a person's words.
// The session's cookie says who asks; no script ever sees a token.

import { words } from "./words.js";

/**
 * What there is to do about it.
 * @typedef {"offline" | "unreachable" | "unauthorized" | "limited" |
 *     "missing" | "conflict" | "refused" | "server" | "strange"} Kind
 */

export class ApiError extends Error {
	/**
	 * @param {Kind} kind
	 * @param {{status?: number, code?: string, detail?: string,
	 *     retryAfter?: number}} [more] code: what programs go by;
	 *     detail: the service's own sentence, English; retryAfter: in
	 *     seconds
	 */
	constructor(kind, more = {})
	{
		super(more.detail ?? kind);
		this.kind = kind;
		this.status = more.status ?? 0;
		this.code = more.code ?? "";
		this.detail = more.detail ?? "";
		this.retryAfter = more.retryAfter ?? 0;
	}

	/** What to say to the person who waits. */
	get sentence()
	{
		const n = this.retryAfter;
		if (this.kind === "limited" && n > 0)
			return n < 100 ?
			    words.t("error.limited.seconds", { n }) :
			    words.t("error.limited.minutes",
			    { n: Math.ceil(n / 60) });
		return words.t(`error.${this.kind}`);
	}
}

/** @param {unknown} error */
export function sentence(error)
{
	if (!(error instanceof ApiError))
		console.error(error);
	return error instanceof ApiError ? error.sentence :
	    words.t("error.server");
}

/** @param {Response} response @param {any} json @returns {Kind} */
function kindOf({ status }, json)
{
	/* somebody else has signed in meanwhile, in another tab */
	return status === 401 || json?.code === "user_mismatch" ?
	    "unauthorized" : status === 429 ? "limited" :
	    status === 404 ? "missing" : status === 409 || status === 412 ?
	    "conflict" : status >= 500 ? "server" : "refused";
}

/**
 * Call the service.  body goes as JSON; etag asks whether anything changed.
 * Resolves to the status, the ETag and the JSON of the answer, which is null
 * if there is none (204, 304); everything else is an ApiError, also an answer
 * that is not what the service says: a gateway's page, a hotspot's.
 *
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, etag?: string, signal?: AbortSignal}} [options]
 */
export async function call(method, path, { body, etag, signal } = {})
{
	/** @type {Record<string, string>} */
	const headers = { Accept: "application/json" };
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (etag)
		headers["If-None-Match"] = etag;
	const limit = AbortSignal.timeout(30000);
	let response, json;
	try {
		response = await fetch(path, { method, headers,
		    body: body === undefined ? undefined : JSON.stringify(body),
		    cache: "no-store", credentials: "same-origin",
		    redirect: "error", signal: signal && AbortSignal.any ?
		    AbortSignal.any([signal, limit]) : signal ?? limit });
		if (/\bjson\b/.test(response.headers.get("Content-Type") ?? ""))
			json = await response.json();
	} catch (error) {
		signal?.throwIfAborted();
		throw response && error instanceof SyntaxError ?
		    new ApiError("strange", { status: response.status }) :
		    new ApiError(navigator.onLine ? "unreachable" : "offline");
	}
	const { status } = response;
	if (status === 204 || status === 304 ||
	    (response.ok && json !== undefined))
		return { status, json: json ?? null,
		    etag: response.headers.get("ETag") ?? "" };
	if (response.ok)
		throw new ApiError("strange", { status });
	throw new ApiError(kindOf(response, json), { status, code: json?.code,
	    detail: json?.detail ?? json?.message,
	    retryAfter: Number(response.headers.get("Retry-After")) || 0 });
}

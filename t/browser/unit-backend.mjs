// One request: what is sent, how a stream is read wherever it is cut, and
// what each failure is called.
import { Backend, ChatKitError, EventParser } from
    "../../htdocs/chatkit/backend.js";
import { done, is, ok } from "../node/tap.mjs";
import { html, json, problem, Stream } from "./unit-lib.mjs";

const url = "http://localhost/api/chatkit";
const elsewhere = "http://elsewhere/api/chatkit";

function answers(response, sent = [], address = url)
{
	const fetch = async (u, o) => {
		sent.push({ url: u, ...o, body: JSON.parse(o.body) });
		if (response instanceof Error)
			throw response;
		return typeof response === "function" ? response(o) : response;
	};
	return new Backend({ url: address, language: "de-DE", fetch });
}

async function failure(work)
{
	try {
		await work();
	} catch (error) {
		return error;
	}
	return undefined;
}

async function all(backend, how)
{
	const events = [];
	for await (const event of backend.stream("threads.create", {}, how))
		events.push(event);
	return events;
}

const stream = (text) => new Response(text,
    { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });

async function parser()
{
	const text = ": ping\r\ndata: {\"type\":\"a\",\r\n" +
	    "data: \"t\":\"ä€😀\"}\r\n\r\n" +
	    "event: x\nid: 7\nretry: 5\ndata:{\"type\":\"b\"}\n\n\n" +
	    ":\n\rdata: {\"type\":\"c\"}\r\rdata\ndata\n\n";
	const wanted = ["{\"type\":\"a\",\n\"t\":\"ä€😀\"}",
		"{\"type\":\"b\"}", "{\"type\":\"c\"}", "\n"];
	const bytes = new TextEncoder().encode(text);
	let wrong = [];
	for (let cut = 0; cut <= bytes.length; cut++) {
		const decoder = new TextDecoder();
		const p = new EventParser();
		const got = [
			...p.feed(decoder.decode(bytes.slice(0, cut),
			    { stream: true })),
			...p.feed(decoder.decode(bytes.slice(cut))),
		];
		if (JSON.stringify(got) !== JSON.stringify(wanted))
			wrong.push(cut);
	}
	is(wrong, [], "a stream may be cut at any byte");
	const p = new EventParser();
	is([...text].flatMap((c) => p.feed(c)), wanted, "and at every one");
	is(p.rest(), null, "nothing is left then");
	const half = new EventParser();
	half.feed("data: {\"type\":\"a\"}\n");
	is(half.rest(), "{\"type\":\"a\"}", "an event without its empty line");
	const long = new EventParser();
	ok((await failure(() => {
		for (let i = 0; i < 20; i++)
			long.feed("data: " + "x".repeat(1 << 20));
	})) instanceof ChatKitError, "an event has no end: given up");
}

async function sends()
{
	const sent = [];
	const backend = answers(() => json({ data: [] }), sent);
	await backend.post("threads.list", {});
	is(sent[0].body, { type: "threads.list", params: {} }, "the body");
	is(sent[0].method, "POST", "is posted");
	is({ ...sent[0].headers }["Content-Type"], "application/json",
	    "headers can be spread by a page's own fetch");
	is(sent[0].headers["Accept-Language"], "de-DE", "the language");
	const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	is(new URL(sent[0].url).searchParams.get("timezone"), zone,
	    "the time zone");
	is(new Backend({ url: url + "?timezone=Asia/Tokyo", fetch }).url,
	    url + "?timezone=Asia/Tokyo", "unless the page says another one");
	is(new Backend({ url: "http://localhost/else", fetch }).url,
	    "http://localhost/else", "and not to others");
	is(new URL(new Backend({ url, user: "a&b", fetch }).url).searchParams
	    .get("user"), "a&b", "whose page it is");
	is(new Backend({ url: "http://localhost/else", user: "ann", fetch })
	    .url, "http://localhost/else", "is not for others, either");

	is(backend.known && backend.extensions.size, 0,
	    "a server without the header is foreign");
	const turn = async (headers, address) => {
		const seen = [];
		const b = answers(() => stream("data: {\"type\":\"x\"}\n\n"),
		    seen, address);
		if (headers) {
			b.known = true;
			b.extensions = new Set(headers);
		}
		await all(b, { key: "k" });
		return seen[0];
	};
	const first = await turn();
	is(first.body.metadata, { on_disconnect: "continue" },
	    "a turn of a server not known yet outlives its line");
	is(first.headers["Idempotency-Key"], "k", "and has a key");
	const far = await turn(undefined, elsewhere);
	is(far.headers["Idempotency-Key"], undefined,
	    "which one of another origin might refuse");
	const ours = await turn(["resume"]);
	is(ours.headers["Idempotency-Key"], "k", "ours is");
	const foreign = await turn([]);
	is(foreign.body.metadata, undefined, "a foreign one gets neither");
	is(foreign.headers["Idempotency-Key"], undefined, "nor the key");
}

async function learns()
{
	const b = answers(() => json({}, 200,
	    { "Taskchat-Extensions": "edit, resume,search" }));
	await b.post("x", {});
	is([...b.extensions], ["edit", "resume", "search"], "extensions");
	is(b.keyed, true, "with resume a message can be sent twice");
	const bad = answers(() => html(502));
	await failure(() => bad.post("x", {}));
	is(bad.known, false, "a proxy's page does not make a server foreign");
	const refused = answers(() => problem(404, "x",
	    { "Taskchat-Extensions": "resume" }));
	await failure(() => refused.post("x", {}));
	is(refused.keyed, true, "a refusal tells whose it is");
}

async function fails()
{
	const kinds = [
		[problem(401, "unauthorized"), "unauthorized"],
		[problem(403, "origin_not_allowed"), "forbidden"],
		[problem(404, "conversation_not_found"), "not_found"],
		[problem(409, "turn_in_progress"), "busy"],
		[problem(413, "body_too_large"), "too_long"],
		[problem(400, "message_too_long"), "too_long"],
		[problem(400, "invalid_request"), "refused"],
		[problem(429, "x"), "rate_limited"],
		[problem(429, "x", { "Retry-After": "30" }), "rate_limited"],
		[problem(429, "limit_turns", { "Retry-After": "40000" }),
			"limited"],
		[problem(503, "too_busy"), "rate_limited"],
		[problem(503, "database_unavailable"), "server"],
		[html(502), "server"],
		[html(200), "bad_answer"],
		[new Response("{", { headers: {
			"Content-Type": "application/json" } }), "bad_answer"],
		[json(null), "bad_answer"],
		[new TypeError("fetch failed"), "unreachable"],
		[Object.assign(new Error("no"), { status: 401 }),
			"unauthorized"],
	];
	for (const [response, kind] of kinds) {
		const e = await failure(() =>
		    answers(response).post("x", {}));
		is(e?.kind, kind,
		    `${response.status ?? response.message}: ${kind}`);
	}
	const busy = await failure(() => answers(problem(503, "too_busy",
	    { "Retry-After": "3" })).post("x", {}));
	is([busy.code, busy.status, busy.retryAfter, busy.detail, busy.key],
	    ["too_busy", 503, 3, "too_busy.", "error.rate_limited"],
	    "an error tells all");
	const date = await failure(() => answers(problem(503, "x",
	    { "Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT" })).post("x", {}));
	is(date.retryAfter, 0, "a date that is over is now");
	const odd = await failure(() => answers(json({ detail: [1], code: 5 },
	    422)).post("x", {}));
	is([odd.kind, odd.code, odd.detail], ["refused", "", ""],
	    "another server's words for it");
	const html200 = await failure(() => all(answers(html(200))));
	is(html200.kind, "bad_answer", "a page instead of a stream");
	const list = await failure(() => all(answers(json({}))));
	is(list.kind, "bad_answer", "JSON instead of a stream");
}

async function streams()
{
	is(await all(answers(stream(""))), [], "no event at all is legal");
	is(await all(answers(stream("\ufeffdata: {\"type\":\"a\"}\n\n" +
	    "data: {\"no\":1}\n\ndata: 5\n\ndata: null\n\ndata: [DONE]\n\n"))),
	    [{ type: "a" }], "what is no event is passed over");
	is(await all(answers(stream("data: {\"type\":\"a\"}"))),
	    [{ type: "a" }], "a last event without an end of line");
	const cut = await failure(() =>
	    all(answers(stream("data: {\"type\":\"a\"}\n\ndata: {\"ty"))));
	is(cut.kind, "cut", "half an event: cut");
	const bad = await failure(() =>
	    all(answers(stream("data: {\"ty\n\n"))));
	is(bad.kind, "bad_answer", "an event that is no JSON");

	const body = new Stream();
	const sent = [];
	const backend = answers(() => new Response(body.body, { headers:
	    { "Content-Type": "text/event-stream" } }), sent);
	const got = [];
	const end = failure(async () => {
		for await (const event of backend.stream("x", {}))
			got.push(event);
	});
	body.event({ type: "a" });
	body.cut();
	is((await end).kind, "cut", "the line breaks");

	const leave = new Stream();
	for await (const event of answers(() => new Response(leave.body,
	    { headers: { "Content-Type": "text/event-stream" } }))
	    .stream("x", {}, { get key() {
		leave.event({ type: "a" });
		return undefined;
	} }))
		if (event.type === "a")
			break;
	is(leave.open, false, "who leaves the loop ends the request");

	const stop = new AbortController();
	const silent = answers((o) => new Promise((_, no) => {
		o.signal.addEventListener("abort", () => no(o.signal.reason));
	}));
	const waiting = failure(() => all(silent, { signal: stop.signal }));
	stop.abort();
	is((await waiting).name, "AbortError", "an abort is told as it is");
	const never = answers(json({}), sent);
	const before = sent.length;
	await failure(() => never.post("x", {}, { signal: stop.signal }));
	is(sent.length, before, "who has stopped before sends nothing");
}

try {
	await parser();
	await sends();
	await learns();
	await fails();
	await streams();
	done();
} catch (error) {
	done(error);
}

// A conversation whose line breaks at every place, whose server restarts,
// whose person writes on, stops, edits, reloads and opens a second tab:
// nothing is lost, nothing is said twice.
import { done, is, note, ok } from "../node/tap.mjs";
import { html, json, problem, Server, settle, Shelf, Stream, Tab, text,
    until } from "./unit-lib.mjs";

/** @type {[string, () => Promise<void>][]} */
const tests = [];
const test = (name, work) => tests.push([name, work]);

test("a first message", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	const sent = tab.send("hello");
	is(tab.lines, ["> hello [sending]"], "it stands there at once");
	ok(tab.outbox.waiting().length === 1, "and is in the outbox");
	const turn = await tab.turn();
	await sent;
	is(tab.lines, ["> hello"], "the server's takes its place");
	is(tab.outbox.waiting(), [], "and the outbox lets go");
	is([tab.talk.state, tab.talk.canStop], ["streaming", true],
	    "streaming");
	turn.say("Hel");
	turn.say("lo.");
	await tab.shows("Hello.");
	is(tab.talk.thread.mark(tab.items[1].id), "open", "it grows");
	turn.end();
	await tab.idle();
	is(tab.talk.thread.mark(tab.items[1].id), undefined, "and has ended");
	is(tab.of("thread").map((e) => [e.threadId, e.created]),
	    [[null, false], [turn.id, true]], "the thread got its id");
	is(tab.of("response").map((e) => e.phase), ["start", "end"],
	    "the answer is told to the page");
	is(server.requests.map((r) => r.type), ["threads.create"],
	    "in one request");
	is(server.requests[0].params.input, { content: [
		{ type: "input_text", text: "hello" }], attachments: [],
		inference_options: {} }, "with what the protocol wants");
	is(tab.of("error"), [], "and no error");
});

test("what else a message carries", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.talk.send({ content: [{ type: "input_tag", id: "1", text: "a" }],
		attachments: [{ type: "file", id: "atc_1", name: "n",
			mime_type: "text/plain" }], quoted_text: "q",
		inference_options: { model: "m" } });
	is(tab.items[0].attachments[0].name, "n", "its files are shown");
	await tab.turn();
	is(server.requests[0].params.input, { content: [{ type: "input_tag",
		id: "1", text: "a", data: {} }], attachments: ["atc_1"],
		inference_options: { model: "m" }, quoted_text: "q" },
	    "files by id, tags with data, the quote");
});

test("the line breaks in an answer", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one two ");
	await tab.shows("one two ");
	const changes = [];
	tab.talk.thread.addEventListener("item", (e) => changes.push(e.detail));
	turn.cut();
	await until("resume", () => server.asked("taskchat.resume").length);
	turn.say("three");
	await tab.shows("one two three");
	is(changes.map((c) => [c.change, c.update?.delta]),
	    [["updated", "three"]], "what is shown stays and grows");
	turn.end();
	await tab.idle();
	is(tab.lines, ["> hello", "one two three"], "the rest has come");
	is(tab.of("error"), [], "and nobody was troubled");
	is(tab.of("response").map((e) => e.phase), ["start", "end"],
	    "it was one answer");
});

test("the line breaks and stays broken for a while", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	const broken = [html(502), problem(503, "draining"),
		problem(503, "too_busy", { "Retry-After": "1" }),
		new TypeError("fetch failed"), html(200)];
	server.before = () => broken.shift();
	turn.cut();
	const waited = [];
	for (let i = 0; i < 5; i++) {
		const pause = await until("a pause", () => tab.world.pauses[0]);
		is(tab.talk.state, "reconnecting", "it says so");
		waited.push(pause.ms);
		if (i === 4)
			turn.end();
		pause.go();
	}
	await tab.idle();
	ok(waited[4] > waited[0], "with growing pauses");
	is(tab.lines, ["> hello", "one "], "then it is whole");
	is(tab.of("error"), [], "and no error was shown");
});

test("a worker leaves while it is followed", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	let once = true;
	server.before = ({ type }) => {
		if (type !== "taskchat.resume" || !once)
			return null;
		once = false;
		const stream = new Stream();
		for (const event of [{ type: "stream_options", stream_options:
		    { allow_cancel: true } }, ...turn.log.slice(turn.opening),
		    { type: "error", code: "custom", message: "Restarting",
			allow_retry: true }])
			stream.event(event);
		stream.end();
		return new Response(stream.body, { headers: {
			"Content-Type": "text/event-stream" } });
	};
	turn.cut();
	await tab.world.pass();
	turn.say("two");
	turn.end();
	await tab.idle();
	is(tab.lines, ["> hello", "one two"], "the next one goes on");
	is(tab.talk.thread.failure, null, "and that was no failure");
});

test("the turn is lost with its worker", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	turn.lose();
	await until("again", () =>
	    server.asked("threads.create").length === 2);
	const [a, b] = server.asked("threads.create");
	is(a.headers["Idempotency-Key"], b.headers["Idempotency-Key"],
	    "it is asked for again under the same key");
	await until("streaming", () => tab.talk.state === "streaming");
	turn.say("uno");
	turn.end();
	await tab.idle();
	is(tab.lines, ["> hello", "uno"], "and answered, said once");
	is(server.turns.length, 1, "in one turn");
});

test("an answer cut at every byte", async () => {
	const wrong = [];
	const body = [];
	{	// the length of a whole one
		const server = new Server();
		const tab = new Tab(server);
		await tab.talk.open(null);
		tab.send("hö");
		const turn = await tab.turn();
		turn.say("ä€😀 two");
		turn.end();
		await tab.idle();
		for (const event of turn.log)
			body.push(...new TextEncoder().encode(
			    `data: ${JSON.stringify(event)}\n\n`));
	}
	for (let cut = 0; cut < body.length; cut += 7) {
		const server = new Server();
		const tab = new Tab(server);
		tab.world.fast = true;
		let first = true;
		const inner = server.fetch;
		await tab.talk.open(null);
		server.before = async (request, options) => {
			if (request.type !== "threads.create" || !first)
				return null;
			first = false;
			server.before = null;
			const whole = await inner("", options);
			const turn = server.turns[0];
			turn.say("ä€😀 two");
			turn.end();
			const bytes = new Uint8Array(
			    await whole.arrayBuffer());
			// the first stream ends after so many bytes
			const stream = new Stream();
			stream.bytes(bytes.slice(0, cut));
			setImmediate(() => cut % 2 ? stream.cut()
			    : stream.end());
			return new Response(stream.body, { headers: {
				"Content-Type": "text/event-stream" } });
		};
		tab.send("hö");
		await until("begun", () => server.turns.length);
		await until("quiet", () => tab.talk.state === "idle" &&
		    tab.outbox.waiting().length === 0);
		const lines = tab.lines.join("|");
		if (lines !== "> hö|ä€😀 two" ||
		    server.turns.length !== 1 || tab.talk.thread.failure)
			wrong.push([cut, lines, server.turns.length]);
		tab.leave();
	}
	is(wrong, [], "ends whole, said once, and answered once");
});

test("the server is away when a message is sent", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	await tab.idle();
	const away = [new TypeError("refused"), html(502),
		problem(503, "database_unavailable"),
		problem(503, "too_busy", { "Retry-After": "2" }),
		problem(429, "rate_limited", { "Retry-After": "1" })];
	server.before = () => away.shift();
	await tab.send("hello");
	is(tab.lines, ["> hello [queued]"], "it waits");
	is(tab.of("error").map((e) => [e.error.kind, e.allowRetry]),
	    [["unreachable", false]], "which is said once");
	for (let i = 0; i < 5; i++) {
		const pause = await until("a pause", () => tab.world.pauses[0]);
		if (i >= 3)
			is(pause.ms, i === 3 ? 2000 : 1000,
			    "as long as the server wants");
		pause.go();
	}
	const turn = await tab.turn();
	turn.say("Hi.");
	turn.end();
	await tab.shows("Hi.");
	is(tab.lines, ["> hello", "Hi."], "then it goes out");
	const keys = server.asked("threads.add_user_message")
	    .map((r) => r.headers["Idempotency-Key"]);
	is([keys.length, new Set(keys).size], [6, 1], "under one key");
});

test("what the server will not have", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(server.thread());
	server.before = ({ type }) => type === "threads.add_user_message"
	    ? problem(400, "message_too_long") : null;
	await tab.send("long");
	is(tab.lines, ["> long [failed]"], "it is kept, as failed");
	is(tab.items[0].local.error.kind, "too_long", "with the reason");
	const [{ localId, error }] = tab.of("error");
	is([localId, error.key], [tab.items[0].id, "error.too_long"],
	    "which is told");
	server.before = null;
	const draft = tab.talk.discard(localId);
	is([draft.content[0].text, tab.lines], ["long", []],
	    "it can be taken back");
	is(tab.outbox.waiting(), [], "for good");
	await tab.send("ok");
	is(tab.lines, ["> ok"], "the next one goes");
});

test("signed out", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	server.before = () => problem(401, "unauthorized");
	await tab.send("one");
	await tab.send("two");
	await settle();
	is(tab.lines, ["> one [failed]", "> two [queued]"], "kept, in order");
	is(tab.of("error").map((e) => e.error.kind), ["unauthorized"],
	    "the session's end is told once");
	tab.leave();
	server.before = null;
	const next = tab.next();
	await next.talk.open(thread);
	is(next.lines, ["> one [failed]", "> two [queued]"],
	    "after a reload they stand there");
	is(server.turns.length, 0, "and nothing goes by itself");
	next.talk.resend(next.items[0].id);
	(await next.turn(1)).end();
	(await next.turn(2)).end();
	await until("both", () => next.outbox.waiting().length === 0);
	is(next.lines, ["> one", "> two"], "then both, in order");
});

test("a new thread that could not be made", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(server.thread());
	await tab.talk.open(null);
	tab.world.fast = true;
	server.before = ({ type }) => type === "threads.create" ? html(502)
	    : null;
	await tab.send("one");
	await tab.send("two");
	await tab.shows("> one [failed]");
	is(tab.lines, ["> one [failed]", "> two [queued]"],
	    "the next message does not make another");
	await tab.talk.open(null);
	is(tab.lines, [], "a new one is to be had");
	await tab.talk.open([...server.threads.keys()][0]);
	await tab.talk.open(null);
	is(tab.lines, ["> one [failed]", "> two [queued]"],
	    "but the old one is come back to");
	server.before = null;
	tab.talk.resend(tab.items[0].id);
	for (const n of [1, 2]) {
		const turn = await tab.turn(n);
		turn.say(`${n}`);
		turn.end();
	}
	await tab.shows("2");
	is(tab.lines, ["> one", "1", "> two", "2"], "and made");
});

test("signed out in the middle of an answer", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	server.before = () => problem(401, "unauthorized");
	turn.cut();
	await tab.idle();
	is(tab.of("error").map((e) => e.error.kind), ["unauthorized"], "told");
	is([tab.lines[1], tab.talk.thread.mark(tab.items[1].id)],
	    ["one ", "cut"], "what was said stays, marked");
});

test("another turn runs", async () => {
	const server = new Server();
	const a = new Tab(server);
	await a.talk.open(null);
	a.send("from here");
	const first = await a.turn(1);
	await until("id", () => a.talk.thread.id);
	const b = new Tab(server);
	server.before = ({ type }) => type === "taskchat.resume" &&
	    server.asked("threads.add_user_message").length === 0
	    ? problem(503, "x") : null;
	await b.talk.open(first.id);
	await settle();
	b.send("from there");
	await until("409", () => server.asked("threads.add_user_message")
	    .length === 1);
	first.say("One.");
	await b.shows("One.");
	is(b.lines, ["> from here", "One.", "> from there [queued]"],
	    "the turn is followed, the message waits below");
	first.end();
	b.world.fast = true;
	for (const pause of b.world.pauses)
		pause.go();
	const second = await b.turn(2);
	second.say("Two.");
	second.end();
	await b.shows("Two.");
	is(b.lines, ["> from here", "One.", "> from there", "Two."],
	    "then it goes");
	a.leave();
	b.leave();
});

test("writing on while an answer comes", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("one");
	const first = await tab.turn(1);
	tab.send("two");
	tab.send("three");
	first.say("1");
	await tab.shows("1");
	is(tab.lines, ["> one", "1", "> two [queued]", "> three [queued]"],
	    "what is written waits below the answer");
	first.end();
	const second = await tab.turn(2);
	second.say("2");
	await tab.shows("2");
	is(tab.lines, ["> one", "1", "> two", "2", "> three [queued]"],
	    "and goes one by one");
	second.end();
	(await tab.turn(3)).end();
	await until("all", () => tab.outbox.waiting().length === 0);
	is(server.threads.size, 1, "in one thread");
});

test("offline, then a reload, then online", async () => {
	const server = new Server();
	const tab = new Tab(server, { tab: "t" });
	await tab.talk.open(null);
	tab.world.setOnline(false);
	is(tab.talk.state, "offline", "it says so");
	await tab.send("one");
	await tab.send("two");
	is(tab.lines, ["> one [queued]", "> two [queued]"], "both wait");
	is(server.requests, [], "nothing was tried");
	tab.leave();
	const next = tab.next({ tab: "t" });
	next.world.isOnline = false;
	await next.talk.open(null);
	is(next.lines, ["> one [queued]", "> two [queued]"],
	    "they are there after a reload");
	await next.talk.open(null);
	is(next.lines, [], "a new chat is a new one");
	next.world.setOnline(true);
	const first = await next.turn(1);
	first.say("1");
	first.end();
	const second = await next.turn(2);
	second.say("2");
	second.end();
	await until("sent", () => next.outbox.waiting().length === 0);
	is(server.threads.size, 1, "they go to one new thread");
	is(server.requests.filter((r) => r.params.input).map((r) =>
	    [r.type, text(r.params.input)]), [["threads.create", "one"],
	    ["threads.add_user_message", "two"]], "in order");
	await until("unread", () => next.of("unread").length === 2);
	is(next.of("unread")[0].threadId, first.id, "which is not open");
	await next.talk.open(first.id);
	is(next.lines, ["> one", "1", "> two", "2"], "until it is opened");
});

test("a reload while a message is on its way", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	// the server has it, but we never hear
	server.before = async (body, options) => {
		if (body.type !== "threads.add_user_message")
			return null;
		server.before = null;
		await server.fetch("", options);
		return new Promise(() => {});
	};
	tab.send("hello");
	const turn = await tab.turn();
	tab.leave();
	const next = tab.next();
	await next.talk.open(thread);
	turn.say("Hi.");
	turn.end();
	next.world.fast = true;
	await until("sent", () => next.outbox.waiting().length === 0);
	await next.idle();
	is(next.lines, ["> hello", "Hi."], "it is there once");
	is(server.turns.length, 1, "and was answered once");
});

test("a reload in the middle of an answer", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	tab.leave();
	const next = tab.next();
	await next.talk.open(turn.id);
	await next.shows("one ");
	is(next.talk.state, "streaming", "it is followed");
	is(next.of("response").map((e) => e.phase), ["start"], "as an answer");
	turn.say("two");
	turn.end();
	await next.idle();
	is(next.lines, ["> hello", "one two"], "to its end");
});

test("a thread whose last turn died", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	server.threads.get(thread).items.push(server.message(thread, "hm"));
	await tab.talk.open(thread);
	await until("failure", () => tab.talk.thread.failure);
	is(tab.talk.thread.failure, { code: "cut", allowRetry: true },
	    "says that the answer is missing, and can be retried");
	tab.talk.retry();
	const turn = await tab.turn();
	is([turn.type, turn.params.item_id], ["threads.retry_after_item",
	    tab.items[0].id], "the last question is asked again");
	is(tab.talk.thread.failure, null, "and the failure is over");
	turn.say("Hm.");
	turn.end();
	await tab.shows("Hm.");
	await tab.idle();
});

test("stop", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	let stop;
	turn.stop = () => { stop = true; };
	const stopped = tab.talk.stop();
	await until("asked", () => stop);
	is([tab.talk.state, tab.talk.canStop], ["stopping", false],
	    "the server is asked");
	turn.say("two");
	turn.end();
	await stopped;
	is(tab.talk.state, "idle", "and the stream's end waited for");
	is(tab.lines, ["> hello", "one two"], "what was said is kept");
	is(tab.talk.thread.mark(tab.items[1].id), "stopped", "and marked");
});

test("stop before the server has answered", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	let answer;
	server.before = ({ type }) => type === "threads.create"
	    ? new Promise((resolve) => { answer = resolve; }) : null;
	tab.backend.known = true;
	tab.backend.extensions = new Set(["resume", "stop"]);
	tab.send("hello");
	await until("sent", () => answer);
	const stopped = tab.talk.stop();
	is(tab.talk.state, "stopping", "it is noted");
	answer(null);
	const turn = await tab.turn();
	await stopped;
	ok(!turn.running, "and told as soon as there is a thread");
	is(tab.lines, ["> hello"], "the message stays");
	is(tab.talk.thread.failure, null, "and nothing failed");
});

test("stop, but the line is dead", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	turn.streams.clear();
	const stopped = tab.talk.stop();
	await until("ended", () => !turn.running);
	await tab.world.pass("the wait for the end");
	await stopped;
	await settle();
	is(tab.lines, ["> hello", "one "], "what was said is read");
});

test("stop cannot be told", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("hello");
	const turn = await tab.turn();
	await until("streams", () => tab.talk.state === "streaming");
	server.before = ({ type }) => type === "taskchat.stop" ? html(502)
	    : null;
	tab.world.fast = true;
	tab.talk.stop();
	await until("error", () => tab.of("error").length);
	is([tab.talk.state, tab.talk.canStop], ["streaming", true],
	    "it can be tried again");
	turn.end();
	await tab.idle();
});

test("retry", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "a"), server.says(thread, "A"),
	    server.message(thread, "b"), server.says(thread, "B"));
	await tab.talk.open(thread);
	await tab.idle();
	const ended = tab.talk.retry(tab.items[1].id);
	const turn = await tab.turn();
	await until("taken back", () => tab.lines.length === 1);
	turn.say("AA");
	turn.end();
	await ended;
	is(tab.lines, ["> a", "AA"], "all behind it is answered anew");
	server.before = ({ type }) => type.includes("retry")
	    ? problem(502, "x") : null;
	await tab.talk.retry();
	is(tab.lines, ["> a", "AA"], "a retry that fails takes nothing back");
	is(typeof tab.of("error")[0].retry, "function", "and can be retried");
});

test("edit", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "a"), server.says(thread, "A"));
	await tab.talk.open(thread);
	await tab.idle();
	ok(tab.talk.canEdit, "our server can");
	const edited = tab.talk.edit(tab.items[0].id,
	    [{ type: "input_text", text: "aa" }]);
	const turn = await tab.turn();
	await edited;
	await tab.shows("> aa");
	turn.say("AA");
	turn.end();
	await tab.idle();
	is(tab.lines, ["> aa", "AA"], "the new message and its answer");
	ok(server.asked("taskchat.edit")[0].headers["Idempotency-Key"],
	    "under a key");
	server.before = ({ type }) => type === "taskchat.edit"
	    ? problem(400, "message_too_long") : null;
	const error = await tab.talk.edit(tab.items[0].id, [{
		type: "input_text", text: "long" }]).catch((e) => e);
	is([error.kind, tab.lines], ["too_long", ["> aa", "AA"]],
	    "refused: all is as it was");
});

test("widgets", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	const list = { id: "w1", thread_id: thread, type: "widget",
		created_at: "2026-01-01T00:00:00Z",
		widget: { type: "ListView", children: [] } };
	items.push(server.message(thread, "a"), list);
	await tab.talk.open(thread);
	await tab.idle();
	tab.send("on");
	const turn = await tab.turn();
	await until("streaming", () => tab.talk.state === "streaming");
	server.before = ({ type }) => type === "threads.sync_custom_action"
	    ? json({ updated_item: { ...list, widget: { type: "ListView",
		children: [], n: 2 } } }) : null;
	await tab.talk.act({ type: "task.toggle", payload: { id: 7 },
		streaming: false, handler: "server" }, "w1");
	is(tab.talk.thread.items.get("w1").widget.n, 2,
	    "an action by JSON works while an answer comes");
	is(server.asked("threads.sync_custom_action")[0].params,
	    { thread_id: thread, item_id: "w1", action: {
		type: "task.toggle", payload: { id: 7 } } }, "as on the wire");
	const busy = await tab.talk.act({ type: "x" }, "w1").catch((e) => e);
	is(busy.kind, "busy", "another one does not");
	turn.end();
	await tab.idle();
	const acted = tab.talk.act({ type: "confirm" }, "w1");
	const second = await tab.turn(2);
	second.tell({ type: "thread.item.replaced", item: { ...list,
		widget: { type: "Card", children: [] } } });
	second.end();
	await acted;
	is(tab.talk.thread.items.get("w1").widget.type, "Card",
	    "a click that is a turn");
	server.before = () => problem(409, "nothing");
	const refused = await tab.talk.act({ type: "x", streaming: false },
	    "w1").catch((e) => e);
	is(refused.kind, "busy", "a refusal is told");
	await tab.talk.open(null);
	const none = await tab.talk.act({ type: "x" }).catch((e) => e);
	is(none.kind, "refused", "no thread: nothing to act on");
});

const toolCall = (server, thread) => ({ id: server.id("tc"),
	thread_id: thread, type: "client_tool_call", status: "pending",
	created_at: "2026-01-01T00:00:00Z", call_id: "c", name: "place",
	arguments: { city: "x" } });

test("client tools", async () => {
	const server = new Server();
	const calls = [];
	const tab = new Tab(server, { tool: async (call) => {
		calls.push(call);
		return { ok: true };
	} });
	await tab.talk.open(null);
	tab.send("where?");
	const turn = await tab.turn();
	turn.done(toolCall(server, turn.id));
	turn.end();
	const second = await tab.turn(2);
	is(calls, [{ name: "place", params: { city: "x" } }], "it is called");
	is([second.type, second.params.result],
	    ["threads.add_client_tool_output", { ok: true }], "and answered");
	await until("done", () => tab.items[1].status === "completed");
	second.say("Here.");
	second.end();
	await tab.shows("Here.");

	for (const [tool, wanted] of [
		[() => { throw new Error("no place"); }, { error: "no place" }],
		[() => undefined, {}],
		[() => ({ big: 1n }), "error"],
		[undefined, { error: "This page has no such tool." }],
	]) {
		const s = new Server();
		const thread = s.thread();
		s.threads.get(thread).items.push(s.message(thread, "q"),
		    toolCall(s, thread));
		const t = new Tab(s, { tool });
		await t.talk.open(thread);
		const answer = await t.turn();
		if (wanted === "error")
			ok(answer.params.result.error, "what is no JSON");
		else
			is(answer.params.result, wanted,
			    "on load: " + JSON.stringify(wanted));
		t.leave();
	}
});

test("a client tool's result that cannot be told", async () => {
	const server = new Server();
	let calls = 0;
	const thread = server.thread();
	server.threads.get(thread).items.push(server.message(thread, "q"),
	    toolCall(server, thread));
	const tab = new Tab(server, { tool: () => ({ n: ++calls }) });
	server.before = ({ type }) => type === "threads.add_client_tool_output"
	    ? html(502) : null;
	await tab.talk.open(thread);
	const error = await until("error", () => tab.of("error")[0]);
	server.before = null;
	error.retry();
	const turn = await tab.turn();
	is([calls, turn.params.result], [1, { n: 1 }],
	    "is told again, and the tool not run again");
});

test("structured input and feedback", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	server.threads.get(thread).items.push({ id: "s1", thread_id: thread,
		type: "structured_input", status: "pending", inputs: [],
		created_at: "2026-01-01T00:00:00Z" });
	await tab.talk.open(thread);
	await tab.idle();
	const answered = tab.talk.answer("s1", { status: "answered",
		answers: { q: { values: ["a"] } } });
	const turn = await tab.turn();
	is(turn.params, { thread_id: thread, item_id: "s1", input: {
		status: "answered", answers: { q: { values: ["a"] } } } },
	    "an answer");
	turn.end();
	await answered;
	await tab.talk.feedback(["s1"], "positive");
	is(tab.talk.thread.feedback.get("s1"), "positive", "thumbs");
	server.before = () => problem(500, "x");
	await tab.talk.feedback(["s1"], "negative").catch(() => {});
	is(tab.talk.thread.feedback.get("s1"), "positive",
	    "which fall back when they cannot be told");
});

test("two threads at once", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const other = server.thread("other");
	await tab.talk.open(null);
	tab.send("long");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	await tab.talk.open(other);
	is([tab.talk.state, tab.lines], ["idle", []], "another one is open");
	turn.say("two");
	await tab.talk.open(turn.id);
	await tab.shows("one two");
	is(tab.talk.state, "streaming", "back: it is still coming");
	await tab.talk.open(other);
	turn.end();
	await until("unread", () => tab.of("unread").length);
	is(tab.of("unread")[0].threadId, turn.id, "its end is told");
	await tab.talk.open(turn.id);
	is(tab.lines, ["> long", "one two"], "and it is there");
});

test("a thread opened while something is sent to it", async () => {
	const server = new Server();
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "old"), server.says(thread, "Old."));
	const tab = new Tab(server);
	await tab.talk.open(thread);
	tab.world.setOnline(false);
	await tab.send("new");
	tab.leave();
	const next = tab.next();
	await next.talk.open(null);
	const turn = await next.turn();
	turn.say("one ");
	turn.done({ ...server.says(thread, ""), type: "workflow",
		workflow: { type: "custom", tasks: [] } });
	items.splice(3);	// not listed until the turn has ended
	await next.talk.open(thread);
	is(next.lines, ["> old", "Old.", "> new", "one ", "(workflow)"],
	    "all of it is there");
	turn.say("two");
	await next.shows("one two");
	turn.end();
	await next.idle();
	is(next.lines.slice(2, 4), ["> new", "one two"], "to its end");
});

test("two tabs", async () => {
	const server = new Server();
	const a = new Tab(server);
	await a.talk.open(null);
	a.send("one");
	const turn = await a.turn();
	turn.say("1");
	turn.end();
	await a.shows("1");
	await a.idle();
	const b = a.next();
	await b.talk.open(turn.id);
	is(b.lines, ["> one", "1"], "the second tab has it");
	a.send("two");
	const second = await a.turn(2);
	second.say("2");
	await b.shows("2");
	is(b.talk.state, "streaming", "it follows what begins in the first");
	b.talk.stop();
	await a.idle();
	await b.idle();
	is([a.lines, b.lines], [["> one", "1", "> two", "2"],
	    ["> one", "1", "> two", "2"]], "and can stop it");

	const hidden = a.next();
	await hidden.talk.open(turn.id);
	hidden.world.isVisible = false;
	b.send("three");
	const third = await b.turn(3);
	third.say("3");
	third.end();
	await b.shows("3");
	await settle();
	const before = server.requests.length;
	await settle();
	is(server.requests.length, before, "all is quiet");
	ok(!hidden.lines.includes("3"), "a hidden tab does not ask");
	hidden.world.isVisible = true;
	hidden.world.focus();
	await hidden.shows("3");
	is(hidden.lines.slice(-2), ["> three", "3"], "until it is seen");
	for (const tab of [a, b, hidden])
		tab.leave();
});

test("two tabs, one outbox", async () => {
	const server = new Server();
	const thread = server.thread();
	const a = new Tab(server);
	await a.talk.open(thread);
	const b = a.next();
	await b.talk.open(thread);
	a.world.setOnline(false);
	b.world.setOnline(false);
	await a.send("from a");
	await b.shows("> from a [queued]");
	await b.send("from b");
	await a.shows("> from b [queued]");
	a.world.setOnline(true);
	b.world.setOnline(true);
	for (const n of [1, 2]) {
		const turn = await a.turn(n);
		turn.say(`${n}`);
		turn.end();
	}
	await until("sent", () => a.outbox.waiting().length === 0);
	await until("both", () => a.lines.length === 4 && b.lines.length === 4);
	const wanted = ["> from a", "1", "> from b", "2"];
	is([a.lines, b.lines], [wanted, wanted], "in both, in order");
	is(server.turns.map((t) => text(t.params.input)), ["from a", "from b"],
	    "sent once each");
	is(server.asked("threads.add_user_message").length, 2,
	    "by one of them");
	a.leave();
	b.leave();
});

/** Two tabs with a thread in which this was said. */
async function twoTabs(...words)
{
	const server = new Server();
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	for (const word of words)
		items.push(server.message(thread, word),
		    server.says(thread, word.toUpperCase()));
	const a = new Tab(server);
	const b = a.next();
	for (const tab of [a, b]) {
		await tab.talk.open(thread);
		await tab.idle();
	}
	return { server, a, b, items, leave: () => {
		a.leave();
		b.leave();
	} };
}

test("the next turn is over before a tab knows of the last one's end",
async () => {
	const { a, b, items, leave } = await twoTabs();
	a.send("one");
	const turn = await a.turn();
	turn.say("1");
	await b.shows("1");
	const late = [...turn.streams].at(-1);
	turn.streams.delete(late);
	turn.end();
	await a.idle();
	a.send("two");
	const next = await a.turn(2);
	next.say("2");
	next.end();
	await a.idle();
	await settle();
	is(b.talk.state, "streaming", "it still follows the first");
	late.event({ type: "thread.item.done", item: items[1] });
	late.end();
	await b.shows("2");
	is(b.lines, ["> one", "1", "> two", "2"], "and then has the second");
	leave();
});

test("what was asked for first comes last", async () => {
	const { server, a, b, items, leave } = await twoTabs("old");
	const before = json({ data: [...items].reverse(), has_more: false });
	let come;
	server.before = ({ type }) => {
		if (type !== "items.list")
			return null;
		server.before = null;
		return new Promise((resolve) => { come = resolve; });
	};
	const news = { what: "changed", id: items[0].thread_id };
	a.outbox.tell(news);
	await until("the first page", () => come);
	items.push(server.message(news.id, "new"), server.says(news.id, "1"));
	a.outbox.tell(news);
	await b.shows("1");
	come(before);
	await settle();
	is(b.lines, ["> old", "OLD", "> new", "1"], "it takes nothing back");
	leave();
});

test("what changed cannot be read at first", async () => {
	const { server, a, b, leave } = await twoTabs();
	a.send("one");
	const turn = await a.turn();
	turn.say("1");
	await b.shows("1");
	// the line of the second tab only
	server.before = ({ type }) => type === "items.list" ?
	    new TypeError("no network") : null;
	turn.end();
	await a.idle();
	a.send("two");
	const next = await a.turn(2);
	next.say("2");
	next.end();
	await a.idle();
	await until("a pause", () => b.world.pauses.length);
	is(b.lines, ["> one", "1"], "the second tab does not have it");
	server.before = null;
	await b.world.pass();
	await b.shows("2");
	is(b.lines, ["> one", "1", "> two", "2"], "it tries again");
	is(b.of("error"), [], "and says nothing of it");
	leave();
});

test("online, but not yet", async () => {
	const { server, b, items, leave } = await twoTabs("old");
	b.world.setOnline(false);
	items.push(server.message(items[0].thread_id, "elsewhere"),
	    server.says(items[0].thread_id, "ELSEWHERE"));
	server.before = () => new TypeError("no network");
	b.world.setOnline(true);
	await until("a pause", () => b.world.pauses.length);
	server.before = null;
	await b.world.pass();
	await b.shows("ELSEWHERE");
	is(b.lines, ["> old", "OLD", "> elsewhere", "ELSEWHERE"],
	    "what was missed is there");
	leave();
});

test("the sending tab goes away", async () => {
	const server = new Server();
	const thread = server.thread();
	const a = new Tab(server);
	const b = a.next();
	await a.talk.open(thread);
	await b.talk.open(thread);
	server.before = ({ type }) => type === "threads.add_user_message"
	    ? html(502) : null;
	await a.send("hello");
	await b.shows("> hello [queued]");
	server.before = null;
	a.leave();
	const turn = await b.turn();
	turn.say("Hi.");
	turn.end();
	await b.shows("Hi.");
	is(b.lines, ["> hello", "Hi."], "the other one sends it");
	is(new Set(server.asked("threads.add_user_message").map((r) =>
	    r.headers["Idempotency-Key"])).size, 1, "under the same key");
	b.leave();
});

test("another device", async () => {
	const server = new Server();
	const here = new Tab(server);
	const thread = server.thread();
	await here.talk.open(thread);
	await here.idle();
	const there = new Tab(server);
	await there.talk.open(thread);
	there.send("from there");
	const turn = await there.turn();
	turn.say("1 ");
	const now = Date.now;
	Date.now = () => now() + 60000;
	here.world.focus();
	await here.shows("1 ");
	Date.now = now;
	is(here.talk.state, "streaming", "its turn is found on focus");
	turn.end();
	await here.idle();
	is(here.lines, ["> from there", "1 "], "and shown");
});

test("deleted threads", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open("thr_gone");
	is([tab.talk.thread.id, tab.of("error")[0].error.kind],
	    [null, "not_found"], "one that is gone: a new one");
	tab.send("hello");
	const turn = await tab.turn();
	turn.say("x");
	await tab.shows("x");
	const b = tab.next();
	await b.talk.open(turn.id);
	tab.talk.forget(turn.id);
	is([tab.talk.thread.id, tab.lines, tab.talk.state],
	    [null, [], "idle"], "the open one, while it streams");
	await until("b", () => b.talk.thread.id === null);
	ok(true, "and in the other tab");
	is(tab.of("unread"), [], "nobody is told of its answer");
	tab.leave();
	b.leave();
});

test("what was to be said in a thread that is gone", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	tab.world.setOnline(false);
	await tab.send("keep me");
	tab.leave();
	server.threads.clear();
	const next = tab.next();
	await next.talk.open(thread);
	await until("kept", () => next.lines.length);
	is(next.lines, ["> keep me [failed]"], "stands in the new one");
	next.talk.resend(next.items[0].id);
	(await next.turn()).end();
	await next.shows("> keep me");
	is(server.asked("threads.create").length, 1, "and can be sent there");
});

test("older items", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	for (let i = 0; i < 120; i++)
		items.push(server.message(thread, `m${i}`));
	await tab.talk.open(thread);
	is([tab.items.length, tab.lines[0], tab.talk.hasOlder],
	    [50, "> m70", true], "the newest first");
	is(await Promise.all([tab.talk.older(), tab.talk.older()]),
	    [true, true], "asked twice, read once");
	is([tab.items.length, await tab.talk.older()], [100, false],
	    "page by page");
	is([tab.items.length, tab.lines[0]], [120, "> m0"], "to the first");
	is(await tab.talk.older(), false, "and no further");
	items.push(server.message(thread, "new"));
	items.splice(115, 1);
	await tab.talk.refresh();
	is([tab.items.length, tab.lines.at(-1), tab.lines.includes("> m115"),
	    tab.talk.hasOlder], [120, "> new", false, false],
	    "reading again keeps them");
});

test("pages full of what is not shown", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "first"));
	for (let i = 0; i < 160; i++)
		items.push({ ...server.says(thread, "x"),
			type: "hidden_context_item" });
	await tab.talk.open(thread);
	is(tab.lines, ["> first"], "are passed over");
	is(tab.talk.hasOlder, false, "to the first item");
	server.before = ({ type }) => type === "items.list" ? json({}) : null;
	await tab.talk.refresh();
	is(tab.of("error").at(-1).error.kind, "bad_answer", "no page at all");
});

test("a thread that cannot be read", async () => {
	const server = new Server();
	const tab = new Tab(server);
	const thread = server.thread();
	server.threads.get(thread).items.push(server.says(thread, "A"));
	server.before = () => html(502);
	await tab.talk.open(thread);
	is(tab.of("error").map((e) => [e.error.kind, e.allowRetry]),
	    [["server", true]], "is an error");
	is(tab.of("load").map((e) => e.phase), ["start", "end"], "that ends");
	server.before = null;
	await tab.of("error")[0].retry();
	is(tab.lines, ["A"], "and can be tried again");
});

// --- other people's servers

test("a foreign server's turn", async () => {
	const server = new Server({ ours: false });
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "a"), server.says(thread, "A"));
	await tab.talk.open(thread);
	await tab.idle();
	ok(!tab.talk.canEdit, "cannot edit");
	tab.talk.retry();
	const turn = await tab.turn();
	await until("taken back", () => tab.lines.length === 1);
	turn.say("AA");
	await tab.shows("AA");
	const stopped = tab.talk.stop();
	await stopped;
	is([tab.lines, tab.talk.thread.mark(tab.items[1].id)],
	    [["> a", "AA"], "stopped"], "stop keeps what was said");
	await until("ended", () => !turn.running);
	ok(!server.requests.some((r) => r.type.startsWith("taskchat.")),
	    "nothing of ours is asked of it");
	is(server.requests.at(-1).metadata, undefined, "nor told");
});

test("a foreign server's line breaks", async () => {
	const server = new Server({ ours: false });
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	tab.send("a");
	const turn = await tab.turn();
	turn.say("one ");
	await tab.shows("one ");
	turn.say("two");
	turn.cut();
	turn.end();
	await tab.idle();
	is(tab.lines, ["> a", "one two"], "the thread is read again");
	tab.send("b");
	const second = await tab.turn(2);
	second.say("three");
	await tab.shows("three");
	second.lose();
	await tab.idle();
	is(tab.lines, ["> a", "one two", "> b"], "what it has not is gone");
	is(tab.talk.thread.failure?.allowRetry, true, "and can be retried");
});

test("a foreign server answers what was asked before a reload", async () => {
	const server = new Server({ ours: false });
	const tab = new Tab(server);
	const thread = server.thread();
	const { items } = server.threads.get(thread);
	items.push(server.message(thread, "a"));
	await tab.talk.open(thread);
	await tab.world.pass();
	await until("another", () => tab.world.pauses[0]);
	items.push(server.says(thread, "A"));
	await tab.world.pass();
	await tab.shows("A");
	is(tab.talk.thread.failure, null, "it is read again for a while");
});

test("a foreign server is sent nothing twice", async () => {
	const server = new Server({ ours: false });
	const tab = new Tab(server);
	await tab.talk.open(server.thread());
	server.before = ({ type }) => type === "threads.add_user_message"
	    ? new TypeError("lost") : null;
	await tab.send("a");
	is(tab.lines, ["> a [failed]"], "it may be there: the person decides");
	server.before = ({ type }) => type === "threads.add_user_message"
	    ? problem(429, "", { "Retry-After": "1" }) : null;
	tab.talk.resend(tab.items[0].id);
	await until("pause", () => tab.world.pauses[0]);
	server.before = null;
	await tab.world.pass();
	(await tab.turn()).end();
	await tab.shows("> a");
	is(server.turns.length, 1, "a refusal is safe to repeat");
});

test("a server not known yet, and lost", async () => {
	for (const ours of [true, false]) {
		const server = new Server({ ours });
		const tab = new Tab(server);
		await tab.talk.open(null);
		server.before = () => new TypeError("lost");
		await tab.send("a");
		is(tab.lines, ["> a [queued]"], "waits");
		server.before = null;
		await tab.world.pass();
		await until("settled", () => tab.lines[0] !== "> a [queued]" &&
		    tab.lines[0] !== "> a [sending]");
		is(tab.lines, [ours ? "> a" : "> a [failed]"],
		    `until it is known to be ${ours ? "ours" : "foreign"}`);
		tab.leave();
	}
});

test("a server that does not tell the message again", async () => {
	const server = new Server({ ours: false });
	const tab = new Tab(server);
	const thread = server.thread();
	await tab.talk.open(thread);
	server.before = ({ type }) => {
		if (type !== "threads.add_user_message")
			return null;
		const { items } = server.threads.get(thread);
		items.push(server.message(thread, "a"),
		    server.says(thread, "A"));
		return new Response("data: " + JSON.stringify({
			type: "thread.item.done", item: items[1] }) + "\n\n",
		    { headers: { "Content-Type": "text/event-stream" } });
	};
	await tab.send("a");
	await tab.idle();
	is(tab.lines, ["> a", "A"], "is asked for it");
	server.before = ({ type }) => type !== "threads.add_user_message" ? null
	    : new Response("data: {\"type\":\"error\",\"code\":" +
	    "\"stream.error\",\"allow_retry\":true}\n\n",
	    { headers: { "Content-Type": "text/event-stream" } });
	await tab.send("b");
	is(tab.lines, ["> a", "A", "> b [failed]"], "and this one failed");
});

// --- odd places

test("without locks, storage or channels", async () => {
	const server = new Server();
	const shelf = new Shelf();
	shelf.full = true;
	const tab = new Tab(server, { locks: null, shelf });
	await tab.talk.open(null);
	tab.world.setOnline(false);
	await tab.send("a");
	is(tab.lines, ["> a [queued]"], "a message waits");
	tab.world.setOnline(true);
	(await tab.turn()).end();
	await tab.shows("> a");
	is(tab.outbox.waiting(), [], "and goes");
	const other = new Server();
	const b = new Tab(other, { locks: null });
	b.outbox.tab = "b";
	const unsent = b.outbox.put("new_x", { content: [] });
	b.outbox.change(unsent.id, { tab: "gone" });
	await b.talk.open(null);
	await settle();
	is(other.turns.length, 0, "another tab's is left to it");
	b.outbox.change(unsent.id, { at: "2020-01-01T00:00:00Z" });
	b.world.setOnline(true);
	await b.turn();
	ok(true, "for a while");
	tab.leave();
	b.leave();
});

test("a failure of the turn", async () => {
	const server = new Server();
	const tab = new Tab(server);
	await tab.talk.open(null);
	tab.send("a");
	const turn = await tab.turn();
	turn.say("x");
	turn.open = null;
	turn.tell({ type: "error", code: "custom", message: "Model away.",
		allow_retry: true });
	turn.end();
	await tab.idle();
	is(tab.talk.thread.failure, { code: "custom", message: "Model away.",
		allowRetry: true }, "is the thread's");
	is(server.asked("taskchat.resume").length, 0, "and believed");
	is(tab.talk.thread.mark(tab.items[1].id), "cut", "what is open is cut");
});

try {
	for (const [name, work] of tests) {
		note(name);
		await work();
	}
	done();
} catch (error) {
	done(error);
}
process.exit();

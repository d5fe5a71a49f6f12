// A customer's React app, written for the vendor's element, with ours.
import { is, like, leave, ok, person, run, test, until, wish, allowHost,
	expectComplaints } from "./lib.mjs";
import { Backend } from "./backend.mjs";
import { answers, button, field, focused, mine, rest, say, stop, word }
	from "./chatpage.mjs";
import { call, forget, heard, pages, seen, told } from "./drop-in-app.mjs";

/** A promise, and open() that keeps it. */
function gate() {
	let open;
	const kept = new Promise((resolve) => { open = resolve; });
	return Object.assign(kept, { open });
}

const action = (type, more = {}) => ({ type, payload: { id: 17 }, ...more });
const card = { type: "Card", children: [
	{ type: "Text", value: "Order 17" },
	{ type: "Button", label: "Track it", onClickAction:
		action("track", { handler: "client" }) }] };

let held = gate();
let toolResult;

/** What the pretend backend answers, by the last words it was told. */
async function* play(request, backend, { thread }) {
	const { type, params } = request;
	const words = params.input?.content?.map((part) => part.text).join("") ??
		params.action?.type ?? type;
	const done = (item) => ({ type: "thread.item.done", item });
	const text = (said) => done(backend.assistant(thread.id, said));
	if (type === "threads.add_client_tool_output") {
		toolResult = params.result;
		yield text("The title is set.");
	} else if (words.includes("order 17")) {
		yield { type: "thread.updated", thread: { title: "Order 17" } };
		yield { type: "client_effect", name: "highlight",
			data: { order: 17 } };
		const item = backend.assistant(thread.id, "");
		item.content = [];
		yield { type: "thread.item.added", item };
		for (const delta of ["It is ", "on its ", "way."])
			yield { type: "thread.item.updated", item_id: item.id,
				update: { type:
					"assistant_message.content_part.text_delta",
				content_index: 0, delta } };
		yield done({ ...item, content: [{ type: "output_text",
			annotations: [], text: "It is on its way. " +
				"[Open it](chatkit-link://order/open?id=17)" }] });
	} else if (words === "wait") {
		yield { type: "progress_update", text: "Counting" };
		await held;
		yield text("That took a while.");
	} else if (words === "title" || words === "unknown tool") {
		yield done(backend.item(thread.id, { type: "client_tool_call",
			status: "pending", call_id: backend.id("call"),
			name: words === "title" ? "page_title" : "nosuch",
			arguments: { to: "Your orders" } }));
	} else if (words === "card") {
		yield done(backend.item(thread.id, { type: "widget",
			widget: card }));
	} else if (words === "fail") {
		yield { type: "error", code: "custom", allow_retry: false,
			message: "Our own machine is down." };
	} else {
		yield text(`You said: ${words}`);
	}
}

await run(async () => {
	const backend = await new Backend().start();
	backend.turn(play);
	Object.assign(backend.pages, pages(wish.bundle, "/chatkit"));
	allowHost(new URL(backend.url).host);
	const context = await person({ baseURL: backend.url,
		viewport: { width: 700, height: 640 } });
	const open = async (path = "/support.html") => {
		const page = await context.newPage();
		await page.goto(path);
		await field(page).waitFor();
		return page;
	};
	const last = (type) => backend.requests.findLast((r) =>
		r.type === type);
	const page = await open();
	let thread;

	await test("the page works with another tag and nothing else", async () => {
		ok(await page.getByText("How can we help?").isVisible(),
			"its greeting");
		await heard(page, "onReady");
		is(await told(page), [["onReady", null],
			["onThreadChange", { threadId: null }]],
		"told once, although React mounts all twice");
		is(await page.locator("openai-chatkit").count(), 1,
			"one element");
		await page.evaluate(() => sessionStorage.setItem("token", "t0k3n"));
	});

	await test("a prompt of its start screen begins a conversation", async () => {
		await forget(page);
		await button(page, "Where is my order?").click();
		await answers(page).getByText("It is on its way.").waitFor();
		await heard(page, "onResponseEnd");
		thread = last("threads.create") && [...backend.threads.keys()][0];
		is((await told(page)).sort(), [["onEffect",
			{ name: "highlight", data: { order: 17 } }],
		["onResponseEnd", null], ["onResponseStart", null],
		["onThreadChange", { threadId: thread }]], "its handlers");
		is((await told(page)).map(([name]) => name).filter((name) =>
			/Response/.test(name)), ["onResponseStart",
			"onResponseEnd"], "in their order");
		ok(await page.getByText("We are listening").isVisible(),
			"the page around it followed");
		is(last("threads.create").headers.authorization, "Bearer t0k3n",
			"its fetch signed the request");
		is(last("threads.create").params.input, { content: [{
			type: "input_text", text: "Where is my order 17?" }],
		attachments: [], inference_options: {} }, "as the protocol says");
		const log = await seen(page, "onLog");
		ok(log.length > 0 && log.every(({ name }) => name),
			"and a log of requests", log);
		ok(!JSON.stringify(log).includes("order 17"),
			"without what was said");
		await page.getByRole("heading", { name: "Order 17" }).waitFor();
	});

	await test("a link into the page", async () => {
		await forget(page);
		await page.getByRole("link", { name: "Open it" }).or(
			button(page, "Open it")).click();
		await heard(page, "onDeeplink");
		is(await told(page), [["onDeeplink", { name: "order/open",
			data: { id: "17" } }]], "its name and data");
	});

	await test("history opens and closes", async () => {
		await forget(page);
		is(await call(page, "showHistory"), "", "showHistory()");
		await page.getByRole("heading", { name: word("log.history") })
			.waitFor();
		is(await call(page, "hideHistory"), "", "hideHistory()");
		await page.getByRole("heading", { name: word("log.history") })
			.waitFor({ state: "detached" });
		is(await call(page, "hideHistory"), "", "closed already");
		is(await told(page), [["onHistoryOpen", null],
			["onHistoryClose", null]], "told once each");
	});

	await test("a tool is chosen", async () => {
		await forget(page);
		await button(page, "Look up an order").click();
		await heard(page, "onToolChange");
		await say(page, "where?");
		await heard(page, "onToolChange", 2);
		is(await seen(page, "onToolChange"), [{ toolId: "lookup" },
			{ toolId: null }], "chosen, and gone with the message");
		is(last("threads.add_user_message").params.input
			.inference_options, { tool_choice: { id: "lookup" } },
		"which names it");
	});

	await test("sendUserMessage()", async () => {
		await forget(page);
		is(await call(page, "sendUserMessage", { text: "hello",
			reply: "On its way", toolChoice: { id: "lookup" },
			model: "small", attachments: [{ type: "file", id: "atc_1",
				name: "bill.pdf", mime_type: "application/pdf" }] }),
		"", "it resolves");
		is(last("threads.add_user_message").params, {
			thread_id: thread, input: { content: [{
				type: "input_text", text: "hello" }],
			attachments: ["atc_1"], quoted_text: "On its way",
			inference_options: { tool_choice: { id: "lookup" },
				model: "small" } } }, "all of it is sent");
		await answers(page).getByText("You said: hello").waitFor();
		is(await button(page, "Look up an order").getAttribute(
			"aria-pressed"), "false", "the composer's tool is its own");
		is(await seen(page, "onToolChange"), [], "nobody chose one");
		await call(page, "sendUserMessage", { newThread: true, content: [
			{ type: "input_text", text: "about " },
			{ type: "input_tag", id: "o17", text: "No. 17",
				data: { n: "17" } }] });
		is(last("threads.create").params.input.content, [
			{ type: "input_text", text: "about " },
			{ type: "input_tag", id: "o17", text: "No. 17",
				data: { n: "17" } }], "rich content, a new thread");
		await answers(page).getByText("You said: about No. 17").waitFor();
		await rest(page);
	});

	await test("setThreadId()", async () => {
		await forget(page);
		is(await call(page, "setThreadId", thread), "", "it resolves");
		is(await told(page), [["onThreadChange", { threadId: thread }]],
			"a thread that is known is there at once");
		await answers(page).getByText("You said: hello").waitFor();
		is(await call(page, "setThreadId", null), "", "a new one");
		ok(await page.getByText("How can we help?").isVisible(),
			"the start screen");
		const old = backend.seed("Old one", [{ type: "user_message",
			content: [{ type: "input_text", text: "long ago" }] },
		{ type: "assistant_message", content: [{ type: "output_text",
			text: "Indeed.", annotations: [] }] }]);
		await forget(page);
		is(await call(page, "setThreadId", old), "", "another");
		is(await told(page), [["onThreadChange", { threadId: old }],
			["onThreadLoadStart", { threadId: old }],
			["onThreadLoadEnd", { threadId: old }]], "it is read");
		ok(await answers(page).getByText("Indeed.").isVisible(),
			"when the promise is kept it is there");
	});

	await test("fetchUpdates()", async () => {
		const [id, known] = [...backend.threads].at(-1);
		known.items.push(backend.assistant(id, "By the way: it snows."));
		known.thread.title = "Snow";
		is(await call(page, "fetchUpdates"), "", "it resolves");
		ok(await answers(page).getByText("it snows").isVisible(),
			"what came meanwhile is shown");
		await page.getByRole("heading", { name: "Snow" }).waitFor();
	});

	await test("setComposerValue() and focusComposer()", async () => {
		await forget(page);
		is(await call(page, "setComposerValue", { text: "Half a thought",
			reply: "it snows", selectedToolId: "lookup",
			attachments: [{ type: "file", id: "atc_2",
				name: "list.txt", mime_type: "text/plain" }] }), "",
		"it resolves");
		is(await field(page).inputValue(), "Half a thought", "the text");
		ok(await page.getByText("list.txt").isVisible(), "the file");
		await page.locator("blockquote", { hasText: "it snows" })
			.waitFor();
		is(await seen(page, "onToolChange"), [{ toolId: "lookup" }],
			"the tool");
		ok(!backend.requests.some((r) => JSON.stringify(r.params)
			.includes("Half a thought")), "nothing is sent");
		await page.evaluate(() => document.activeElement?.blur());
		is(await call(page, "focusComposer"), "", "focusComposer()");
		is(await focused(page), word("composer.label"), "the field has it");
		await call(page, "setComposerValue", { selectedToolId: null });
		is(await field(page).inputValue(), "Half a thought",
			"what is left out stays");
		await field(page).press("Enter");
		await answers(page).getByText("You said: Half a thought")
			.waitFor();
		is(last("threads.add_user_message").params.input, {
			content: [{ type: "input_text", text: "Half a thought" }],
			attachments: ["atc_2"], quoted_text: "it snows",
			inference_options: {} }, "as it was set");
	});

	await test("sendCustomAction(), by itself and for a widget", async () => {
		is(await call(page, "sendCustomAction", { type: "refresh",
			payload: { page: 2 } }), "", "it resolves");
		await answers(page).getByText("You said: refresh").waitFor();
		is(last("threads.custom_action").params.action,
			{ type: "refresh", payload: { page: 2 } }, "the action");
		ok(!("item_id" in last("threads.custom_action").params),
			"of no item");
		await say(page, "card");
		await forget(page);
		await button(page, "Track it").click();
		await answers(page).getByText("You said: track").waitFor();
		const [{ id }] = await seen(page, "onAction");
		is(await seen(page, "onAction"), [{ id, action:
			{ type: "track", payload: { id: 17 } } }],
		"the page handles it");
		is(last("threads.custom_action").params.item_id, id,
			"and passes it on for the widget");
		await rest(page);
	});

	await test("a client tool, and one the page does not have", async () => {
		await forget(page);
		await say(page, "title");
		await answers(page).getByText("The title is set.").waitFor();
		is(await seen(page, "onClientTool"), [{ name: "page_title",
			params: { to: "Your orders" } }], "called once");
		is(toolResult, { was: "Support" }, "its result is sent back");
		await page.getByRole("heading", { name: "Your orders" }).waitFor();
		await say(page, "unknown tool");
		await until("the other result", () => toolResult.error);
		is(toolResult, { error: "There is no nosuch here." },
			"a handler that throws is an answer too");
		await rest(page);
	});

	await test("an error reaches onError, and the person", async () => {
		await forget(page);
		await say(page, "fail").catch(() => {});
		await heard(page, "onError");
		is(await seen(page, "onError"), ["Our own machine is down."],
			"as an Error");
		ok(await page.getByText("Our own machine is down.").first()
			.isVisible(), "shown in its place");
		await heard(page, "onResponseEnd");
	});

	await test("while an answer streams", async () => {
		await forget(page);
		await field(page).fill("wait");
		await field(page).press("Enter");
		await page.getByText("Counting").waitFor();
		ok(await page.getByText("We are writing to you").isVisible(),
			"the page knows");
		like(await call(page, "sendCustomAction", { type: "refresh" }),
			/^ChatKitError: /, "an action is refused");
		is(await call(page, "focusComposer"), "", "the field can be used");
		is(await call(page, "setComposerValue", { text: "next" }), "",
			"and filled");
		is(await field(page).inputValue(), "next", "it is");
		is(await call(page, "sendUserMessage", { text: "and then" }), "",
			"a message is taken");
		ok(await mine(page).getByText("and then").isVisible(),
			"and waits");
		ok(await mine(page).getByText(word("local.queued")).isVisible(),
			"as it says");
		is(await call(page, "fetchUpdates"), "", "nothing to fetch");
		held.open();
		await answers(page).getByText("You said: and then").waitFor();
		await heard(page, "onResponseEnd", 2);
		is(await seen(page, "onError"), [], "nothing failed");
	});

	await test("Stop tells the page that the answer has ended", async () => {
		held = gate();
		await forget(page);
		await call(page, "setComposerValue", { text: "" });
		await field(page).fill("wait");
		await field(page).press("Enter");
		await page.getByText("Counting").waitFor();
		await stop(page).click();
		await heard(page, "onResponseEnd");
		is(await told(page), [["onResponseStart", null],
			["onResponseEnd", null]], "and no error");
		held.open();
	});

	await test("other options take the place of all", async () => {
		await forget(page);
		await call(page, "setComposerValue", { text: "stays" });
		await page.evaluate(() => globalThis.change({ theme: "dark",
			header: { title: { text: "Night desk" } },
			composer: { placeholder: "What is it?" } }));
		await page.getByRole("heading", { name: "Night desk" }).waitFor();
		is(await button(page, "Look up an order").count(), 0,
			"what is not named is gone");
		is(await field(page).getAttribute("placeholder"), "What is it?",
			"what is new is there");
		is(await field(page).inputValue(), "stays", "what was written, too");
		is(await page.locator("openai-chatkit section").first().evaluate(
			(el) => getComputedStyle(el).colorScheme), "dark", "dark");
		is(await seen(page, "onReady"), [], "it is the same chat");
		ok(await answers(page).getByText("You said: and then")
			.isVisible(), "with its conversation");
		await page.evaluate(() => globalThis.change({}));
		await button(page, "Look up an order").waitFor();
		is(await page.locator("openai-chatkit section").first().evaluate(
			(el) => el.style.colorScheme), "", "and back");
	});

	await test("closed in the middle of an answer, and opened again", async () => {
		held = gate();
		await forget(page);
		await field(page).fill("wait");
		await field(page).press("Enter");
		await page.getByText("Counting").waitFor();
		await page.evaluate(() => globalThis.open(false));
		await page.getByText("Closed").waitFor();
		is(await page.locator("openai-chatkit").count(), 0, "it is gone");
		const asked = backend.requests.length;
		held.open();
		await page.evaluate(() => globalThis.open(true));
		await field(page).waitFor();
		ok(await page.getByText("How can we help?").isVisible(),
			"the page's first thread again");
		is(backend.requests.length - asked, 0, "nothing is sent twice");
		await say(page, "are you there?");
		await answers(page).getByText("You said: are you there?").waitFor();
	});

	await test("the same element is moved, taken out and put back", async () => {
		await forget(page);
		await page.evaluate(() => {
			const kit = document.querySelector("openai-chatkit");
			const box = document.createElement("div");
			kit.before(box);
			box.append(kit);
		});
		await say(page, "after the move");
		await answers(page).getByText("after the move").waitFor();
		is(await seen(page, "onReady"), [], "a move is no news");
		await page.evaluate(() => new Promise((done) => {
			const kit = document.querySelector("openai-chatkit");
			const box = kit.parentNode;
			kit.remove();
			setTimeout(() => {
				box.append(kit);
				done();
			}, 1);
		}));
		await answers(page).getByText("after the move").waitFor();
		is((await seen(page, "onThreadLoadStart")).length, 1,
			"its thread is read again");
		await say(page, "at home");
		await answers(page).getByText("You said: at home").waitFor();
	});
	await page.close();

	await test("the tag as a module, after the app's, and twice", async () => {
		for (const path of ["/module.html", "/after.html", "/twice.html"]) {
			const it = await open(path);
			await say(it, `by ${path}`);
			await answers(it).getByText(`You said: by ${path}`).waitFor();
			is((await seen(it, "onReady")).length, 1, `${path}: ready`);
			await it.close();
		}
	});

	await test("the tag that comes long after the app", async () => {
		const it = await context.newPage();
		const { headers } = backend;
		backend.headers = {};	// that page may add scripts
		await it.goto("/none.html");
		backend.headers = headers;
		await it.getByRole("heading", { name: "Support" }).waitFor();
		is(await told(it), [], "nothing before");
		await it.evaluate(() => {
			const script = document.createElement("script");
			script.src = "/chatkit.js";
			document.body.append(script);
		});
		await say(it, "late");
		await heard(it, "onReady");
		await it.close();
	});

	await test("a thread to begin with, and a method at once", async () => {
		const reading = gate();
		backend.on("threads.get_by_id", async (request, r, b) => {
			await reading;
			const known = b.threads.get(request.params.thread_id);
			return { ...known.thread, items: { data: [],
				has_more: false } };
		});
		const it = await context.newPage();
		await it.goto(`/support.html?thread=${thread}`);
		await heard(it, "onThreadLoadStart");
		const set = call(it, "setComposerValue", { text: "early" });
		is(await seen(it, "onThreadLoadEnd"), [], "it is being read");
		reading.open();
		is(await set, "", "the method waits for it");
		await heard(it, "onThreadLoadEnd");
		is(await field(it).inputValue(), "early", "and is heeded");
		await answers(it).getByText("You said: hello").waitFor();
		ok(!await it.getByText("How can we help?").isVisible(),
			"no start screen");
		backend.on("threads.get_by_id", undefined);
		is((await seen(it, "onThreadChange")), [{ threadId: thread }],
			"one change");
		await it.close();
	});

	await test("a thread that is gone", async () => {
		expectComplaints(/404/);
		backend.on("threads.get_by_id", (_, r) => {
			r.writeHead(404, { "Content-Type": "application/json" });
			r.end("{}");
		});
		backend.on("items.list", (_, r) => {
			r.writeHead(404, { "Content-Type": "application/json" });
			r.end("{}");
		});
		const it = await context.newPage();
		await it.goto("/support.html?thread=thr_gone");
		await heard(it, "onError");
		await it.getByText(word("error.not_found")).first().waitFor();
		is((await seen(it, "onThreadChange")).at(-1), { threadId: null },
			"a new one is open");
		backend.on("threads.get_by_id", undefined);
		backend.on("items.list", undefined);
		await say(it, "never mind");
		await it.close();
	});

	await leave(context);
	await backend.stop();
});

// What is kept over reloads, with and without storage, and the list of
// threads.
import { Outbox } from "../../htdocs/chatkit/outbox.js";
import { Shelf as Kept } from "../../htdocs/chatkit/shelf.js";
import { ThreadList } from "../../htdocs/chatkit/threads.js";
import { done, is, ok } from "../node/tap.mjs";
import { json, Locks, problem, Server, Shelf, Tab, until } from
    "./unit-lib.mjs";

const draft = (words) => ({ content: [{ type: "input_text", text: words }] });
const words = (list) => list.map((u) => u.draft.content[0].text);

async function outbox()
{
	const shelf = new Shelf();
	const locks = new Locks();
	const kept = (url = "/u", user = "") => new Kept(url, user, shelf);
	const box = (url, user) => new Outbox(kept(url, user), locks);
	const a = box();
	for (let i = 0; i < 100; i++)
		a.put("new_1", draft(`${i}`));
	const wanted = Array.from({ length: 100 }, (_, i) => `${i}`);
	is(words(a.waiting("new_1")), wanted, "in the order they were put in");
	is(words(box().waiting()), wanted, "over a reload");
	is(box("/v").waiting(), [], "one of another server is another");
	is(box("/u", "ann").waiting(), [], "and of another person");
	a.made("new_1", "thr_1");
	is([a.waiting("new_1").length, words(a.waiting("thr_1")).length],
	    [0, 100], "a thread gets its id");
	const [first, second] = a.waiting("thr_1");
	a.change(first.id, { failed: { kind: "refused", code: "", detail: "",
		status: 400 } });
	is(a.next("thr_1").id, second.id, "what failed is passed over");
	a.change(first.id, { failed: { kind: "unauthorized", code: "",
		detail: "", status: 401 } });
	is(a.next("thr_1"), undefined, "unless the person is not signed in");
	a.change("none", { tried: true });
	a.drop(first);
	is(a.get(first.id), null, "dropped");
	a.forget("thr_1");
	is(a.waiting(), [], "forgotten with its thread");

	const one_tab = kept();
	one_tab.keepDraft(null, { text: "new" });
	one_tab.keepDraft("thr_1", { text: "old" });
	is([kept().draft(null), kept().draft("thr_1"), kept().draft("thr_2")],
	    [{ text: "new" }, { text: "old" }, null], "drafts");
	one_tab.keepDraft(null, null);
	is(kept().draft(null), null, "and no more");

	shelf.full = true;
	const full = new Outbox(one_tab, locks);
	full.put("thr_1", draft("full"));
	one_tab.keepDraft("thr_1", { text: "full" });
	is([words(full.waiting()), one_tab.draft("thr_1")], [["full"],
	    { text: "full" }], "a full storage: kept as long as the page");
	shelf.full = false;
	for (const key of shelf.map.keys())
		shelf.map.set(key, "{broken");
	is([kept().draft("thr_1"), box().waiting()], [null, []],
	    "what is broken is nothing");

	const none = new Outbox(new Kept("/u", "", new Proxy({}, { get() {
		throw new DOMException("no", "SecurityError");
	} })));
	none.put("thr_1", draft("x"));
	is(words(none.waiting()), ["x"], "no storage at all");
	is([none.hasLocks, await none.alone("x", async () => 5)],
	    [Boolean(globalThis.navigator?.locks), 5], "nor locks");

	const order = [];
	let go;
	const one = a.alone("n", () => new Promise((resolve) => {
		go = () => { order.push(1); resolve(undefined); };
	}));
	await until("lock", () => go);
	const two = box().alone("n", async () => { order.push(2); });
	is(await box().alone("n", async () => 3, { now: true }), undefined,
	    "who does not want to wait leaves it");
	go();
	await Promise.all([one, two]);
	is(order, [1, 2], "one after the other");

	const b = box();
	const heard = [];
	b.addEventListener("news", (event) => heard.push(event.detail));
	a.tell({ what: "begun", id: "thr_1" });
	await until("news", () => heard.length);
	is(heard, [{ what: "begun", id: "thr_1" }], "news to other tabs");
	a.close();
	a.tell({ what: "begun", id: "thr_2" });
	ok(true, "and none after the end");
	b.close();
}

async function list()
{
	const server = new Server();
	for (let i = 0; i < 70; i++)
		server.thread(`t${i}`);
	const tab = new Tab(server);
	const threads = new ThreadList({ backend: tab.backend,
		conversation: tab.talk });
	let changes = 0;
	threads.addEventListener("change", () => changes++);
	const all = [...server.threads.values()].map((t) => t.data).reverse();
	const paged = ({ type, params }) => {
		if (type !== "threads.list")
			return null;
		const from = params.after ? all.findIndex((t) =>
		    t.id === params.after) + 1 : 0;
		const data = all.slice(from, from + params.limit);
		return json({ data, has_more: from + params.limit < all.length,
			after: data.at(-1)?.id });
	};
	server.before = paged;
	await threads.load();
	is([threads.threads.length, threads.threads[0].title, threads.hasMore,
	    threads.loaded], [30, "t69", true, true], "the newest first");
	await Promise.all([threads.more(), threads.more()]);
	is(threads.threads.length, 60, "pages, one at a time");
	await threads.more();
	await threads.more();
	is([threads.threads.length, threads.hasMore], [70, false],
	    "to the end");
	ok(changes > 0, "and the views are told");

	server.before = null;
	const { id } = threads.threads[3];
	await tab.talk.open(id);
	await threads.rename(id, "new name");
	is([threads.threads[3].title, tab.talk.thread.data.title],
	    ["new name", "new name"], "a name, in the list and the thread");
	await threads.remove(id);
	is([threads.threads.length, tab.talk.thread.id], [69, null],
	    "deleted, and left");
	server.before = () => problem(500, "x");
	const error = await threads.remove(threads.threads[0].id)
	    .catch((e) => e);
	is([error.kind, threads.threads.length], ["server", 69],
	    "not deleted: still there");
	server.before = () => problem(404, "x");
	await threads.remove(threads.threads[0].id);
	is(threads.threads.length, 68, "deleted elsewhere: gone");
	await threads.load();
	is([threads.error.kind, threads.loading, threads.threads.length],
	    ["not_found", false, 68], "a page that does not come");
	server.before = () => json({ data: 5 });
	await threads.load();
	is(threads.error.kind, "bad_answer", "or makes no sense");

	server.before = null;
	tab.send("hello");
	const turn = await tab.turn();
	await until("listed", () => threads.threads[0].id === turn.id);
	turn.tell({ type: "thread.updated", thread: { ...turn.thread.data,
		title: "Hello" } });
	await until("named", () => threads.threads[0].title === "Hello");
	ok(true, "a new thread and its title come by themselves");
	turn.say("Hi.");
	turn.end();
	await tab.idle();

	const other = tab.next();
	const there = new ThreadList({ backend: other.backend,
		conversation: other.talk });
	await there.load();
	await threads.rename(turn.id, "both");
	await until("renamed", () => there.threads.find((t) =>
	    t.id === turn.id).title === "both");
	await threads.remove(turn.id);
	await until("gone", () => !there.threads.some((t) =>
	    t.id === turn.id));
	tab.talk.open(null);
	tab.send("again");
	const next = await tab.turn(2);
	await until("made", () => there.threads.some((t) =>
	    t.id === next.id));
	ok(true, "and in another tab");
	threads.close();
	there.close();
	tab.leave();
	other.leave();
}

async function search()
{
	const server = new Server();
	const tab = new Tab(server);
	const threads = new ThreadList({ backend: tab.backend,
		conversation: tab.talk });
	server.before = ({ type, params }) => type === "taskchat.search"
	    ? json({ data: [{ id: "t", params }], has_more: true,
		after: "t" }) : null;
	const found = await threads.search("balloon", { after: "s" });
	is([found.data[0].params, found.after], [{ query: "balloon", limit: 20,
		after: "s" }, "t"], "our server searches");

	const foreign = new Server({ ours: false });
	foreign.thread("Red balloon");
	foreign.thread("A boat");
	foreign.thread(undefined);
	foreign.thread("The balloons are red");
	const away = new Tab(foreign);
	const titles = new ThreadList({ backend: away.backend,
		conversation: away.talk });
	const some = await titles.search(" RED  balloon");
	is(some.data.map((t) => t.title), ["The balloons are red",
	    "Red balloon"], "elsewhere the titles are looked through");
	is(foreign.requests.length, 1, "in one request");
	foreign.before = ({ params }) => json({ has_more: true, data: [
		{ id: `${params.after}`, title: "red" }] });
	const part = await titles.search("red");
	is([part.data.length, part.has_more], [5, true], "so far, and no more");
	ok((await titles.search("red", { after: part.after })).data.length,
	    "but on from there");
}

try {
	await outbox();
	await list();
	await search();
	done();
} catch (error) {
	done(error);
}
process.exit();

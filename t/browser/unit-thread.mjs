// The state of a thread: every event, in the order of the protocol and in
// none, told twice, and ten thousand items.
import { Thread } from "../../htdocs/chatkit/thread.js";
import { done, is, ok } from "../node/tap.mjs";
import { text } from "./unit-lib.mjs";

const at = "2026-01-01T00:00:00Z";
const base = (id, type) => ({ id, type, thread_id: "t", created_at: at });
const user = (id, words = id) => ({ ...base(id, "user_message"),
	content: [{ type: "input_text", text: words }], attachments: [],
	inference_options: {} });
const said = (id, words = id) => ({ ...base(id, "assistant_message"),
	content: [{ type: "output_text", text: words, annotations: [] }] });
const part = (what, more) => ({ content_index: 0,
	type: `assistant_message.content_part.${what}`, ...more });
const note = (title) => ({ type: "annotation", index: 0,
	source: { type: "url", url: "https://x/", title } });

let torn = 0;

class Watched extends Thread {
	seen = [];
	constructor()
	{
		super();
		// a view may look at everything whenever it is told of one
		let drawn = [];
		this.addEventListener("item", ({ detail: d }) => {
			if (d.change === "updated" || this.items.size > 1000)
				return;
			const ids = this.ids;
			if (d.change === "added")
				drawn.splice(d.before ? drawn.indexOf(d.before)
				    : drawn.length, 0, d.id);
			else if (d.change === "removed")
				drawn.splice(drawn.indexOf(d.id), 1);
			else if (d.change === "replaced")
				drawn[drawn.indexOf(d.was)] = d.id;
			else if (d.change === "prepended")
				drawn.unshift(...d.items.map((i) => i.id));
			else if (d.change === "reset")
				drawn = ids;
			if (drawn.join() !== ids.join())
				torn++;
		});
		for (const type of ["item", "thread", "progress", "notice",
		    "effect", "failure", "options", "feedback"])
			this.addEventListener(type, (event) =>
			    this.seen.push([type, event.detail]));
	}
	/** What changed since. */
	get changes()
	{
		return this.seen.splice(0).filter(([type]) => type === "item")
		    .map(([, d]) => `${d.change} ${d.id}`);
	}
	get ids() { return this.list().map((item) => item.id); }
	added(item) { this.apply({ type: "thread.item.added", item }); }
	done(item) { this.apply({ type: "thread.item.done", item }); }
	update(id, update)
	{
		this.apply({ type: "thread.item.updated", item_id: id,
			update });
	}
}

function answers()
{
	const t = new Watched();
	t.added({ ...said("a"), content: [] });
	is(t.mark("a"), "open", "an item that was added is open");
	t.update("a", part("added", { content: { text: "" } }));
	t.update("a", part("text_delta", { delta: "one " }));
	t.update("a", part("annotation_added", { annotation_index: 0,
		annotation: note("n") }));
	t.update("a", part("annotation_added", { annotation_index: 9,
		annotation: note("m") }));
	t.update("a", part("annotation_added", { annotation_index: 0,
		annotation: "x" }));
	t.update("a", part("done", { content: { type: "output_text",
		text: "one two", annotations: [] } }));
	const item = t.items.get("a");
	is([text(item), item.content[0].annotations.map((a) =>
	    a.source.title)], ["one two", ["n", "m"]],
	    "the end of a part does not forget its sources");
	t.update("a", { content_index: 2, delta: "x",
		type: "assistant_message.content_part.text_delta" });
	is(item.content.length, 3, "a part that was never added");
	t.update("a", { content_index: 1e9, delta: "x",
		type: "assistant_message.content_part.text_delta" });
	ok(item.content.length < 50, "but not a thousand million of them");
	t.done(said("a", "one two"));
	is([t.isOpen, t.mark("a")], [false, undefined], "done");
	t.update("a", part("text_delta", { delta: "late" }));
	is(text(t.items.get("a")), "one two", "what comes late is known");
	t.update("b", part("text_delta", { delta: "early" }));
	is(text(t.items.get("b")), "early", "an item that was never added");
	t.update("c", { type: "nothing.known" });
	t.apply({ type: "thread.item.updated", item_id: "a" });
	t.apply({ type: "future" });
	t.done(null);
	t.done({ id: 5 });
	t.done({ ...base("h", "hidden_context_item"), content: "secret" });
	t.done({ ...base("w", "widget"), widget: "no" });
	is(t.ids, ["a", "b"], "what is unknown, wrong or hidden is not there");
	t.done({ ...base("z", "assistant_message"), content: "text" });
	is(t.items.get("z").content, [], "a shape that is wrong is made right");
	t.done({ ...base("q", "future_item") });
	ok(t.items.has("q"), "an unknown item is kept, for its text");
}

function others()
{
	const t = new Watched();
	t.added({ ...base("w", "workflow"), workflow: {} });
	t.update("w", { type: "workflow.task.added", task_index: 0,
		task: { type: "custom", title: "a" } });
	t.update("w", { type: "workflow.task.added", task_index: 7,
		task: { type: "custom", title: "b" } });
	t.update("w", { type: "workflow.task.updated", task_index: 0,
		task: { type: "custom", title: "A" } });
	t.update("w", { type: "workflow.task.updated", task_index: 0 });
	is(t.items.get("w").workflow.tasks.map((x) => x.title), ["A", "b"],
	    "a workflow");
	t.update("i", { type: "generated_image.updated",
		image: { id: "1", url: "u" } });
	is(t.items.get("i").image.url, "u", "an image");

	const tree = { type: "Card", children: [{ type: "Col", children: [
		{ type: "Text", id: "x", value: "a", streaming: true }] }] };
	t.added({ ...base("g", "widget"), widget: structuredClone(tree) });
	const delta = "widget.streaming_text.value_delta";
	t.update("g", { type: delta, component_id: "x", delta: "b" });
	t.update("g", { type: delta, component_id: "x", delta: "c",
		done: true });
	t.changes;
	t.update("g", { type: delta, component_id: "none", delta: "c" });
	is(t.changes, [], "a component that is not there");
	const node = () => t.items.get("g").widget.children[0].children[0];
	is([node().value, node().streaming], ["abc", false], "text that grows");
	t.update("g", { type: "widget.component.updated", component_id: "x",
		component: { type: "Badge", id: "x" } });
	is(node().type, "Badge", "a component is replaced");
	t.update("g", { type: "widget.root.updated", widget: { type: "Card",
		id: "r" } });
	t.update("g", { type: "widget.component.updated", component_id: "r",
		component: { type: "Basic" } });
	is(t.items.get("g").widget, { type: "Basic" }, "or the whole");
	let deep = { type: "Text", id: "deep" };
	for (let i = 0; i < 5000; i++)
		deep = { type: "Col", children: [deep] };
	t.update("g", { type: "widget.root.updated", widget: deep });
	t.update("g", { type: delta, component_id: "deep", delta: "x" });
	ok(true, "a tree of any depth");

	t.apply({ type: "progress_update", text: "Looking", icon: "search" });
	is(t.progress, { text: "Looking", icon: "search" }, "progress");
	t.apply({ type: "client_effect", name: "n" });
	t.apply({ type: "notice", level: "info", message: "m" });
	t.apply({ type: "error", code: "custom", message: "no" });
	t.apply({ type: "stream_options", stream_options:
	    { allow_cancel: true } });
	is(t.seen.splice(0).filter(([type]) => type !== "item").slice(1), [
		["effect", { name: "n", data: {} }],
		["notice", { level: "info", message: "m", title: undefined }],
		["failure", { code: "custom", message: "no",
			allowRetry: false }],
		["options", { allowCancel: true }]], "what is no item");
	t.turnEnds("cut");
	is([t.progress, t.allowCancel], [null, null], "a turn's end");
	is([t.mark("w"), t.mark("g")], ["cut", "cut"], "marks what is open");
	t.turnBegins();
	is(t.failure, null, "the next one forgets the failure");
	t.apply({ type: "thread.created", thread: { id: "t",
		created_at: at } });
	t.apply({ type: "thread.updated", thread: { id: "t", title: "T",
		status: { type: "locked" } } });
	t.apply({ type: "thread.updated", thread: null });
	is([t.id, t.data.title, t.data.created_at, t.data.status.type],
	    ["t", "T", at, "locked"], "a thread's data is put together");
	ok(t.ids.length > 0, "and its items stay");
}

function retold()
{
	const t = new Watched();
	t.added(said("a", ""));
	t.update("a", part("text_delta", { delta: "one two" }));
	t.changes;
	t.added({ ...said("a"), content: [] });
	t.update("a", part("text_delta", { delta: "one" }));
	is([text(t.items.get("a")), t.changes], ["one two", []],
	    "told again: what is shown stays");
	t.update("a", part("text_delta", { delta: " two three" }));
	is([text(t.items.get("a")), t.seen.at(-1)[1].update.delta, t.changes],
	    ["one two three", " three", ["updated a"]],
	    "and grows by what is new");
	t.added({ ...said("a"), content: [] });
	t.update("a", part("text_delta", { delta: "another thing entirely" }));
	is([text(t.items.get("a")), t.changes],
	    ["another thing entirely", ["replaced a"]], "or is another");
	t.added({ ...said("a"), content: [] });
	t.done(said("a", "end"));
	is([text(t.items.get("a")), t.mark("a")], ["end", undefined],
	    "an end is an end");
	t.added(said("b", " "));
	t.turnEnds("stopped");
	is(t.ids, ["a"], "what is blank at the end goes");
}

function locals()
{
	const t = new Watched();
	const local = (id) => ({ ...user(id), local: { state: "queued" } });
	t.done(user("1"));
	t.addLocal(local("local_a"));
	t.addLocal(local("local_a"));
	t.addLocal(local("local_b"));
	is(t.changes, ["added 1", "added local_a", "added local_b"], "added");
	t.done(said("2"));
	is([t.ids, t.last.id], [["1", "2", "local_a", "local_b"], "2"],
	    "what waits stands below what comes");
	is(t.seen.at(-1)[1].before, "local_a", "and the view is told where");
	t.changes;
	t.setLocal("local_b", { state: "failed" });
	t.setLocal("local_b", { state: "failed" });
	is(t.changes, ["marked local_b"], "a state changes once");
	t.confirm("local_a", user("3"));
	is([t.ids, t.seen.at(-1)[1].was], [["1", "2", "3", "local_b"],
	    "local_a"], "the server's takes its place");
	t.addLocal(local("local_c"));
	t.changes;
	t.confirm("local_c", user("4"));
	is([t.ids, t.changes], [["1", "2", "3", "4", "local_b"],
	    ["removed local_c", "added 4"]], "or passes one that failed");
	t.removeAfter("1");
	is(t.ids, ["1", "local_b"], "what is taken back; what waits is not");
	t.remove("none");
	is([t.question().id, t.question("1").id, t.question("x")],
	    ["1", "1", undefined], "the question of an item");
	t.setFeedback(["1"], "positive");
	t.setFeedback(["1"], undefined);
	is(t.feedback.size, 0, "thumbs");
}

function truth()
{
	const t = new Watched();
	t.reconcile([user("3"), said("4")], false);
	is([t.ids, t.changes], [["3", "4"], ["reset "]], "a first page");
	t.prepend([user("1"), said("2"), user("3")]);
	is([t.ids, t.changes], [["1", "2", "3", "4"], ["prepended "]],
	    "an older one");
	t.reconcile([user("3"), said("4")], false);
	is(t.changes, [], "the same again changes nothing");
	t.reconcile([user("3"), said("4", "new"), user("5"), said("6")], false);
	is([t.ids, t.changes], [["1", "2", "3", "4", "5", "6"],
	    ["added 6", "added 5", "replaced 4"]], "what is new or another");
	t.reconcile([user("3"), said("6")], false);
	is([t.ids, t.changes], [["1", "2", "3", "6"],
	    ["removed 5", "removed 4"]], "what is gone");
	t.reconcile([user("3"), said("3a"), said("6")], false);
	is([t.ids, t.seen.find(([, d]) => d.id === "3a")[1].before],
	    [["1", "2", "3", "3a", "6"], "6"], "one between");
	t.changes;
	t.reconcile([said("6"), user("3")], false);
	is([t.ids, t.changes], [["1", "2", "6", "3"],
	    ["removed 3a", "reset "]], "another order");
	t.reconcile([user("90"), said("91"), user("90")], false);
	is(t.ids, ["90", "91"], "a gap: begin again");
	t.added(said("92", "half"));
	t.turnEnds("stopped");
	t.reconcile([user("90"), said("91")], true);
	is([t.ids, t.mark("92")], [["90", "91", "92"], "stopped"],
	    "what the person stopped stays for now");
	t.added(said("93", "half"));
	t.turnEnds("cut");
	t.reconcile([user("90"), said("91"), user("94")], true);
	is(t.ids, ["90", "91", "94"], "until something newer is there");
	t.reconcile([], true);
	is(t.ids, [], "nothing is left");
	t.changes;
	t.reconcile([], true);
	is(t.changes, [], "and nothing again");
}

function many()
{
	const t = new Watched();
	const all = [];
	for (let i = 0; i < 10000; i++)
		all.push(i % 2 ? said(`${i}`) : user(`${i}`));
	for (let i = 9950; i >= 0; i -= 50)
		if (i === 9950)
			t.reconcile(all.slice(i), false);
		else
			t.prepend(all.slice(i, i + 50));
	is([t.ids.length, t.ids[0], t.ids[9999]], [10000, "0", "9999"],
	    "ten thousand items, page by page");
	t.seen.length = 0;
	t.added(said("a", ""));
	for (let i = 0; i < 20000; i++)
		t.update("a", part("text_delta", { delta: "word " }));
	is(text(t.items.get("a")).length, 100000, "and twenty thousand words");
	t.removeAfter("10");
	is(t.ids.length, 11, "and all taken back");
}

try {
	answers();
	others();
	retold();
	locals();
	truth();
	is(torn, 0, "whatever is told, list() is just that");
	many();
	done();
} catch (error) {
	done(error);
}
process.exit();

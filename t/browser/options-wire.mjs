// What other ChatKit backends send and ours never does, and answers that are
// none: shown, or survived.
import { expectComplaints, is, leave, like, ok, run, shoot, test, until }
	from "./lib.mjs";
import { answers as said, button, field, mine, rest, say, stop, word }
	from "./chatpage.mjs";
import { policy } from "./backend.mjs";
import { bench, called, calls, events, gate, kitPage }
	from "./options-page.mjs";

const act = (type, payload, more = {}) => ({ type, payload, ...more });
const update = (item, more) => ({ type: "thread.item.updated",
	item_id: item.id, update: more });
const delta = (item, words) => update(item, { content_index: 0, delta: words,
	type: "assistant_message.content_part.text_delta" });

let play = async function* () {};

await run(async () => {
	const { backend, context } = await bench();
	backend.turn((...args) => play(...args));
	const last = (type) => backend.requests.findLast((r) =>
		r.type === type);
	const page = await kitPage(context, {
		entities: { onClick: "()entity" }, widgets: { onAction: "()action" },
	});
	const log = page.getByRole("log");
	const fresh = () => page.evaluate(() =>
		globalThis.kit().setThreadId(null));
	const openThread = (id) => page.evaluate((t) =>
		globalThis.kit().setThreadId(t), id);
	/** Ask, and be answered by these items or events, in a new thread. */
	const answered = async (make, words = "go on") => {
		await fresh();
		play = async function* (request, b, known) {
			for await (const it of make(b, known, request))
				yield it.event ?? (typeof it === "string" ||
					it.type.includes(".") || !it.id ? it :
					{ type: "thread.item.done", item: it });
		};
		await field(page).fill(words);
		await field(page).press("Enter");
	};
	const plain = async function* (b, { thread }) {
		yield b.assistant(thread.id, "All is well.");
	};
	const idle = () => button(page, word("composer.send")).waitFor();

	await test("annotations and their sources", async () => {
		const source = (url, title, more = {}) => ({ type: "annotation",
			source: { type: "url", url, title, ...more } });
		const all = [
			{ ...source("https://example.org/milk", "Milk", {
				description: "All of it", timestamp:
					"2026-11-01T00:00:00Z", group: "Web" }), index: 4 },
			{ type: "annotation", index: 9, source: { type: "file",
				filename: "list.pdf", title: "The list" } },
			{ type: "annotation", index: 9, source: { type: "entity",
				id: "e1", title: "Ann", interactive: true,
				icon: "profile", data: { a: "1" } } },
			source("javascript:alert(1)", "Nowhere")];
		await answered(async function* (b, { thread }) {
			const item = b.assistant(thread.id, "");
			item.content = [];
			yield { type: "thread.item.added", item };
			yield delta(item, "Milk is good for Ann.");
			yield update(item, { content_index: 0, annotation_index: 0,
				type: "assistant_message.content_part" +
					".annotation_added", annotation: all[0] });
			yield update(item, { content_index: 0, content: {
				type: "output_text", annotations: [],
				text: "Milk is good for Ann." },
			type: "assistant_message.content_part.done" });
			yield { type: "thread.item.done", item: { ...item, content: [
				{ type: "output_text", annotations: all,
					text: "Milk is good for Ann." }] } };
		});
		const summary = page.getByText(word("sources.title", { n: 4 }));
		await summary.waitFor();
		const marks = said(page).last().locator("sup");
		await until("three marks", async () => await marks.count() === 3);
		is(await said(page).last().locator("p").first().textContent(),
			"Milk1 is g23ood for Ann.", "where the text has them");
		is(await said(page).getByRole("link", { name: word(
			"sources.mark", { n: 1, title: "Milk" }) }).getAttribute(
			"href"), "https://example.org/milk", "a link");
		await button(page, word("sources.mark",
			{ n: 3, title: "Ann" })).click();
		is((await called(page, "entity"))[0][0].id, "e1", "an entity");
		await summary.click();
		for (const words of ["All of it", "Web", "list.pdf", "example.org",
			"Nowhere"])
			ok(await said(page).last().getByText(words, { exact: true })
				.first().isVisible(), words);
		is(await page.locator("openai-chatkit a[href^='javascript']")
			.count(), 0, "no link to a script");
	});

	await test("pictures the model made", async () => {
		const far = "https://img.example.org/cat.svg";
		const drawn = gate();
		await answered(async function* (b, { thread }) {
			const item = b.item(thread.id, { type: "generated_image" });
			yield { type: "thread.item.added", item };
			await drawn;
			yield update(item, { type: "generated_image.updated",
				image: { id: "i", url: "/favicon.svg" }, progress: .5 });
			yield { type: "thread.item.done", item: { ...item,
				image: { id: "i", url: "/favicon.svg" } } };
			yield b.item(thread.id, { type: "generated_image",
				image: { id: "j", url: far } });
		});
		await page.getByText(word("log.drawing")).waitFor();
		drawn.open();
		const image = page.getByRole("img", { name: word("log.image") });
		await until("the picture", () => image.first().evaluate((el) =>
			el.complete && el.naturalWidth > 0));
		const link = page.getByRole("link", { name: word("log.image") });
		await link.waitFor();
		is(await link.getAttribute("href"), far,
			"of another domain: a link alone");
		is(await image.count(), 1, "not loaded");
		is(await link.evaluate((el) => getComputedStyle(el).color),
			await button(page, word("composer.send")).evaluate((el) => {
				const probe = document.createElement("i");
				probe.style.setProperty("color", "var(--ck-accent)");
				el.append(probe);
				const { color } = getComputedStyle(probe);
				probe.remove();
				return color;
			}), "and looks like one");
		await idle();
	});

	await test("allowed_image_domains", async () => {
		const { headers } = backend;
		backend.headers = { "Content-Security-Policy": policy.replace(
			"img-src 'self'", "img-src 'self' https://*.example.org") };
		const it = await kitPage(context, {});
		backend.headers = headers;
		const asked = [];
		await it.route(/^https:/, (route) => {
			asked.push(route.request().url());
			return route.fulfill({ contentType: "image/svg+xml",
				body: "<svg xmlns='http://www.w3.org/2000/svg'/>" });
		});
		expectComplaints(/request to img\.example\.org/);
		play = async function* (_, b, { thread }) {
			yield { type: "thread.updated", thread: {
				allowed_image_domains: ["example.org"] } };
			yield { type: "thread.item.done", item: b.assistant(thread.id,
				"![A](https://img.example.org/a.svg) " +
				"![B](https://example.org.evil.invalid/b.svg) " +
				"![C](http://img.example.org/c.svg) Done.") };
		};
		await say(it, "pictures");
		await until("the allowed one", () => asked.length > 0);
		is(asked, ["https://img.example.org/a.svg"], "and no other");
		await it.close();
	});

	await test("tasks of each kind", async () => {
		const tasks = [
			{ type: "custom", title: "Look around", icon: "search",
				content: "With **care**", status_indicator: "complete" },
			{ type: "web_search", title: "Search", queries: ["milk"],
				sources: [{ type: "url", title: "Cows",
					url: "https://example.org/cows" }],
				status_indicator: "complete" },
			{ type: "thought", title: "Think", content: "Hm, milk.",
				status_indicator: "complete" },
			{ type: "file", title: "Read", sources: [{ type: "file",
				filename: "a.pdf", title: "Plan A" }],
			status_indicator: "complete" },
			{ type: "image", title: "Draw", status_indicator: "loading" }];
		const go = gate();
		await answered(async function* (b, { thread }) {
			const item = b.item(thread.id, { type: "workflow", workflow: {
				type: "custom", tasks: [tasks[0]], expanded: true } });
			yield { type: "thread.item.added", item };
			for (const [n, task] of tasks.entries())
				if (n > 0) yield update(item, { type:
					"workflow.task.added", task_index: n, task });
			await go;
			yield update(item, { type: "workflow.task.updated",
				task_index: 4, task: { ...tasks[4],
					status_indicator: "complete" } });
			yield { type: "thread.item.done", item: { ...item,
				workflow: { type: "custom", tasks, expanded: false,
					summary: { title: "Five things" } } } };
			yield b.item(thread.id, { type: "workflow", workflow: {
				type: "reasoning", expanded: false, tasks: [tasks[2]],
				summary: { duration: 7 } } });
			yield b.item(thread.id, { type: "task", task: tasks[1] });
			yield* plain(b, { thread });
		});
		for (const words of ["Look around", "milk", "Cows", "Hm, milk.",
			"Plan A", "Draw"])
			await log.getByText(words, { exact: true }).first().waitFor();
		ok(true, "shown while it goes on");
		is(await log.locator("strong", { hasText: "care" }).count(), 1,
			"in Markdown");
		go.open();
		await log.getByText("Five things").waitFor();
		await log.getByText("All is well.").waitFor();
		ok(!await log.getByText("Hm, milk.").first().isVisible(),
			"then folded");
		await log.getByText("Five things").click();
		ok(await log.getByText("Hm, milk.").first().isVisible(), "it opens");
		ok(await log.getByText(word("log.thought", { n: 7 })).isVisible(),
			"a duration");
		is(await log.getByText("Cows").count(), 2, "a task by itself");
		await idle();
	});

	await test("notices of each level", async () => {
		await answered(async function* (b, known) {
			for (const level of ["info", "warning", "danger"])
				yield { type: "notice", level, title: `A ${level}`,
					message: `Of **${level}**.` };
			yield* plain(b, known);
		});
		for (const level of ["info", "warning", "danger"]) {
			const note = page.locator(`.ck-note.ck-${level}`);
			await note.waitFor();
			like(await note.textContent(), new RegExp(
				`A ${level}.*Of ${level}\\.`), level);
			await note.getByRole("button", { name: word("log.close") })
				.click();
			is(await note.count(), 0, "closed");
		}
		await idle();
	});

	await test("progress, effects, deeplinks", async () => {
		const go = gate();
		await answered(async function* (b, { thread }) {
			yield { type: "progress_update", text: "Counting sheep",
				icon: "search" };
			yield { type: "client_effect", name: "glow" };
			await go;
			yield b.assistant(thread.id,
				"[Show](chatkit-link://sheep?id=7&x=a%20b)");
		});
		await page.getByText("Counting sheep").waitFor();
		is(await events(page, "effect"), [{ name: "glow", data: {} }],
			"an effect");
		go.open();
		await log.getByText("Show").click();
		await until("the deeplink", async () =>
			(await events(page, "deeplink")).length);
		is(await events(page, "deeplink"), [{ name: "sheep",
			data: { id: "7", x: "a b" } }], "a deeplink");
		await idle();
		ok(!await page.getByText("Counting sheep").isVisible(),
			"progress is gone in the end");
	});

	const questions = (b, thread_id) => b.item(thread_id, {
		type: "structured_input", status: "pending", inputs: [
			{ type: "multiple_choice", id: "size", question: "Which size?",
				options: [{ value: "Small" }, { value: "Large" }] },
			{ type: "multiple_choice", id: "with", question: "With?",
				multiple: true, options: [{ value: "Milk" },
					{ value: "Sugar" }] },
			{ type: "freeform", id: "more", question: "Anything else?",
				description: "Tell us" }] });
	const taken = async function* (b, known, { params, type }) {
		if (type !== "threads.add_structured_input") {
			yield questions(b, known.thread.id);
			return;
		}
		const item = known.items.find((i) => i.id === params.item_id);
		yield { type: "thread.item.replaced", item: { ...item,
			status: params.input.status, inputs: item.inputs.map((q) =>
				({ ...q, answer: params.input.answers[q.id] ??
					{ values: [], skipped: true } })) } };
		yield* plain(b, known);
	};

	await test("questions: answered", async () => {
		await answered(taken);
		await page.getByRole("group", { name: "Which size?" }).waitFor();
		ok(!await field(page).isVisible(), "in the composer's place");
		await button(page, word("questions.send")).click();
		ok(await page.getByText(word("questions.empty")).first()
			.isVisible(), "nothing is no answer");
		await page.getByRole("radio", { name: "Large" }).check();
		await page.getByRole("checkbox", { name: "Milk" }).check();
		await page.getByRole("checkbox", { name: "Sugar" }).check();
		await page.getByRole("textbox", { name: "Anything else?" })
			.fill("A spoon");
		await button(page, word("questions.send")).click();
		await log.getByText("All is well.").waitFor();
		is(last("threads.add_structured_input").params.input, {
			status: "answered", answers: {
				size: { values: ["Large"], skipped: false },
				with: { values: ["Milk", "Sugar"], skipped: false },
				more: { values: ["A spoon"], skipped: false } } },
		"as the protocol wants it");
		like(await log.textContent(),
			/Which size\?Large.*With\?Milk, Sugar.*A spoon/, "it reads so");
		await field(page).waitFor();
		await idle();
	});

	await test("questions: skipped, and pending on load", async () => {
		await answered(taken);
		await page.getByRole("group", { name: "Which size?" }).waitFor();
		const id = [...backend.threads.keys()].at(-1);
		await fresh();
		await field(page).waitFor();
		ok(true, "another thread asks nothing");
		await openThread(id);
		await button(page, word("questions.skip")).click();
		await log.getByText("All is well.").waitFor();
		is(last("threads.add_structured_input").params.input.status,
			"skipped", "as the protocol wants it");
		is(await log.getByText(word("log.skipped"), { exact: true })
			.count(), 3, "it reads so");
		await idle();
	});

	await test("locked and closed threads", async () => {
		const status = (type, reason) => async function* (b, known) {
			yield { type: "thread.updated", thread: { status:
				{ type, ...(reason ? { reason } : {}) } } };
			yield* plain(b, known);
		};
		await answered(status("locked", "A colleague is looking at it."));
		await log.getByText("All is well.").waitFor();
		is(await field(page).getAttribute("placeholder"),
			"A colleague is looking at it.", "locked: the reason");
		ok(!await field(page).isEditable(), "nothing can be written");
		await idle();
		await answered(status("locked"));
		await log.getByText("All is well.").waitFor();
		is(await field(page).getAttribute("placeholder"),
			word("composer.locked"), "without one");
		await idle();
		for (const reason of ["It is settled.", undefined]) {
			await answered(status("closed", reason));
			await page.getByText(reason ?? word("composer.closed"))
				.waitFor();
			ok(!await field(page).isVisible(), "closed: no field");
			await until("the end", async () =>
				!await stop(page).isVisible());
		}
		await fresh();
		ok(await field(page).isEditable(), "a new one is open");
	});

	await test("errors with and without Retry", async () => {
		const fails = (event) => async function* (b, { thread }) {
			const item = b.assistant(thread.id, "");
			yield { type: "thread.item.added", item };
			yield delta(item, "So far");
			yield { type: "error", ...event };
		};
		await answered(fails({ code: "custom", allow_retry: false,
			message: "No more for today." }));
		const box = page.locator(".ck-failure");
		await box.getByText("No more for today.").waitFor();
		is(await box.getByRole("button").count(), 0, "none");
		is((await events(page, "error")).at(-1), "No more for today.",
			"chatkit.error");
		await answered(fails({ code: "stream.error", allow_retry: true }));
		await box.getByText(word("error.server")).waitFor();
		play = async function* (_, b, { thread }) {
			yield { type: "thread.item.done", item: b.assistant(thread.id,
				"Now it works.") };
		};
		await box.getByRole("button", { name: word("log.retry") }).click();
		await log.getByText("Now it works.").waitFor();
		const { params } = last("threads.retry_after_item");
		is(backend.threads.get(params.thread_id).items[0].id,
			params.item_id, "Retry names the person's message");
		is(await log.getByText("So far").count(), 0, "what failed is gone");
		is(await box.count(), 0, "and so is the error");
		is(await mine(page).count(), 1, "nothing is said twice");
		await idle();
	});

	await test("widgets that stream", async () => {
		const go = gate();
		const tree = (value, more = []) => ({ type: "Card", children: [
			{ type: "Markdown", id: "md", value, streaming: true },
			{ type: "Text", id: "tx", value: "" }, ...more] });
		await answered(async function* (b, { thread }) {
			const item = b.item(thread.id, { type: "widget",
				widget: tree("") });
			yield { type: "thread.item.added", item };
			for (const piece of ["One ", "**two", "** three"])
				yield update(item, { component_id: "md", done: false,
					type: "widget.streaming_text.value_delta",
					delta: piece });
			yield update(item, { component_id: "tx", delta: "plain",
				type: "widget.streaming_text.value_delta", done: true });
			await go;
			yield update(item, { type: "widget.root.updated",
				widget: tree("One **two** three", [{ type: "Badge",
					id: "b", label: "new" }]) });
			yield update(item, { type: "widget.component.updated",
				component_id: "b", component: { type: "Badge", id: "b",
					label: "newer" } });
			yield update(item, { component_id: "nosuch", delta: "x",
				type: "widget.streaming_text.value_delta", done: true });
			yield { type: "thread.item.done", item: { ...item,
				copy_text: "copied", widget: tree("One **two** three",
					[{ type: "Badge", id: "b", label: "newest" }]) } };
		});
		await log.locator("strong", { hasText: "two" }).waitFor();
		ok(await log.getByText("plain").isVisible(), "text as it comes");
		const box = await log.locator(".ck-widget").elementHandle();
		go.open();
		await log.getByText("newest").waitFor();
		ok(await box.evaluate((el) => el.isConnected),
			"the same nodes to the end");
		await idle();
	});

	const sync = act("toggle", { id: 1 }, { streaming: false });
	const kinds = ["Title", "Text", "Caption", "Markdown", "Badge", "Icon",
		"Image", "Divider", "Spacer", "Button", "Checkbox", "Select",
		"DatePicker", "Input", "Textarea", "RadioGroup", "Label", "Row",
		"Col", "Box", "Form", "Table", "Transition"];
	const words = (value) => [{ type: "Text", value }];
	const every = { type: "Card", size: "full", background: "surface",
		padding: 3, status: { text: "Status line", icon: "info" },
		children: [
			{ type: "Title", value: "The title" },
			{ type: "Text", value: "The text" },
			{ type: "Caption", value: "The caption" },
			{ type: "Markdown", value: "The *Markdown*" },
			{ type: "Badge", label: "The badge" },
			{ type: "Icon", name: "star" },
			{ type: "Image", src: "/favicon.svg", alt: "The image",
				size: 32 },
			{ type: "Divider" }, { type: "Spacer", minSize: 4 },
			{ type: "Button", label: "The button" },
			{ type: "Row", children: words("The row") },
			{ type: "Col", children: words("The column") },
			{ type: "Box", children: words("The box") },
			{ type: "Table", children: [{ type: "Table.Row", header: true,
				children: [{ type: "Table.Cell",
					children: words("The head") }] },
			{ type: "Table.Row", children: [{ type: "Table.Cell",
				children: words("The cell") }] }] },
			{ type: "Transition", children: words("The transition")[0] },
			{ type: "Form", onSubmitAction: act("save", { of: "form" }),
				children: [
					{ type: "Label", value: "The label", fieldName: "a.b" },
					{ type: "Input", name: "a.b", required: true },
					{ type: "Textarea", name: "a.c", placeholder: "Area" },
					{ type: "Checkbox", name: "d", label: "The checkbox",
						defaultChecked: true },
					{ type: "Select", name: "e", placeholder: "The select",
						options: [{ value: "1", label: "Option one" }] },
					{ type: "DatePicker", name: "f",
						defaultValue: "2026-11-21" },
					{ type: "RadioGroup", name: "g", ariaLabel: "Group",
						options: [{ value: "x", label: "The radio" }] },
					{ type: "Button", label: "Save", submit: true }] }] };
	const listView = { type: "ListView", children: [1, 2, 3].map((n) => ({
		type: "ListViewItem", key: String(n),
		onClickAction: n === 1 ? act("open", { n }, {
			handler: "client" }) : undefined,
		children: n === 1 ? words("Row 1") : [{ type: "Checkbox",
			name: `c${n}`, label: `Row ${n}`,
			onChangeAction: sync }] })), limit: 1 };

	await test("every component of a card, and its form", async () => {
		await answered(async function* (b, { thread }, { params }) {
			if (!params.action)
				yield b.item(thread.id, { type: "widget", widget: every });
			else
				yield b.assistant(thread.id, "Saved.");
		});
		const card = log.locator(".ck-widget");
		await card.getByText("The title").waitFor();
		for (const name of ["The text", "The caption", "The Markdown",
			"The badge", "The row", "The column", "The box", "The head",
			"The cell", "The transition", "The label", "The checkbox",
			"Status line", "The radio"])
			ok(await card.getByText(name).first().isVisible(), name);
		for (const [role, name] of [["img", "The image"],
			["button", "The button"], ["textbox", "The label"],
			["checkbox", "The checkbox"], ["combobox", undefined],
			["radio", "The radio"], ["button", "Save"],
			["columnheader", "The head"], ["cell", "The cell"]])
			is(await card.getByRole(role, name && { name }).count(), 1,
				`${role} ${name ?? ""}`);
		is(await card.locator("input[type=date]").count(), 1, "a date");
		ok(await card.locator(".ck-w-icon path, .ck-w-divider, " +
			".ck-w-spacer").count() >= 3, "icon, line and space");
		ok(kinds.every((kind) => JSON.stringify(every).includes(
			`"type":"${kind}"`)), "none was left out");
		await shoot(page, "options-every-component");
		await idle();
		await button(card, "Save").click();
		is(last("threads.custom_action"), undefined,
			"what is required is asked for");
		await card.getByLabel("The label").fill("Milk");
		await button(card, "Save").click();
		await log.getByText("Saved.").waitFor();
		const { action, item_id: item } =
			last("threads.custom_action").params;
		is(action, { type: "save", payload: { of: "form",
			a: { b: "Milk", c: "" }, d: true, e: "", f: "2026-11-21", g: "" } },
		"the form's values");
		is(backend.threads.get(last("threads.custom_action").params
			.thread_id).items.find((i) => i.id === item).type, "widget",
		"of this widget");
		await idle();
	});

	await test("a list: limit, row, box while an answer streams", async () => {
		const go = gate();
		backend.on("threads.sync_custom_action", ({ params }, _, b) => {
			const known = b.threads.get(params.thread_id);
			const item = known.items.find((i) => i.id === params.item_id);
			return { updated_item: { ...item, widget: { ...listView,
				status: { text: "Toggled" } } } };
		});
		await answered(async function* (b, known, { params }) {
			if (params.input.content[0].text !== "go on") {
				yield { type: "progress_update", text: "Busy" };
				await go;
				yield* plain(b, known);
				return;
			}
			yield b.item(known.thread.id, { type: "widget",
				widget: listView });
		});
		await log.getByText("Row 1").waitFor();
		await idle();
		ok(!await log.getByText("Row 2").isVisible(), "limit");
		await button(page, word("widget.more", { n: 2 })).click();
		ok(await log.getByText("Row 3").isVisible(), "and the rest");
		await calls(page, "action");
		await button(log, "Row 1").click();
		const [[action, item]] = await called(page, "action");
		is(action, { type: "open", payload: { n: 1 } }, "for the page");
		is([item.widget.type, typeof item.id], ["ListView", "string"],
			"with the widget it is of");
		await field(page).fill("meanwhile");
		await field(page).press("Enter");
		await page.getByText("Busy").waitFor();
		await log.getByRole("checkbox", { name: "Row 2" }).click();
		await log.getByText("Toggled").waitFor();
		is(last("threads.sync_custom_action").params.action.payload,
			{ id: 1, c2: true }, "a sync action");
		ok(await stop(page).isVisible(), "the answer still streams");
		go.open();
		await log.getByText("All is well.").waitFor();
		await idle();
	});

	await test("loading behaviours", async () => {
		const buttons = ["self", "container", "none", "auto"].map((how) => ({
			type: "Button", label: how, onClickAction:
				act(how, {}, { loadingBehavior: how }) }));
		let go = gate();
		await answered(async function* (b, { thread }, { params }) {
			if (params.action) await go;
			else yield b.item(thread.id, { type: "widget",
				widget: { type: "Card", children: buttons } });
		});
		await button(log, "self").waitFor();
		await idle();
		for (const [how, own, whole] of [["self", true, false],
			["container", false, true], ["none", false, false],
			["auto", true, false]]) {
			go = gate();
			await button(log, how).click();
			await stop(page).waitFor();
			is([await button(log, how).getAttribute("aria-busy") ===
				"true", await log.locator(".ck-widget").getAttribute(
				"aria-busy") === "true"], [own, whole], how);
			go.open();
			await idle();
			await until("its end", async () => await log.locator(
				"[aria-busy=true]").count() === 0);
		}
	});

	await test("a stream that is cut, and read again", async () => {
		let go = gate();
		await answered(async function* (b, { thread, items }) {
			const item = b.assistant(thread.id, "");
			yield { type: "thread.item.added", item };
			yield delta(item, "The beginning");
			items.push({ ...item, content: [{ type: "output_text",
				text: "The beginning and the end.", annotations: [] }] });
			await go;
			yield "cut";
		});
		await log.getByText("The beginning").waitFor();
		go.open();
		expectComplaints(/ERR_INCOMPLETE_CHUNKED_ENCODING/);
		await log.getByText("The beginning and the end.").waitFor();
		await idle();
		ok(true, "the server has it all");
		go = gate();
		await answered(async function* (b, { thread }) {
			const item = b.assistant(thread.id, "");
			yield { type: "thread.item.added", item };
			yield delta(item, "Half a sen");
			await go;
			yield "cut";
		});
		await log.getByText("Half a sen").waitFor();
		go.open();
		await page.locator(".ck-failure").getByRole("button",
			{ name: word("log.retry") }).waitFor();
		ok(await mine(page).isVisible(), "what was asked stays");
		play = async function* (_, b, { thread }) {
			yield { type: "thread.item.done", item: b.assistant(thread.id,
				"Half a sentence.") };
		};
		await button(page, word("log.retry")).click();
		await log.getByText("Half a sentence.").waitFor();
		await idle();
	});

	await test("pages in the place of answers", async () => {
		expectComplaints(/status of 5\d\d/);
		await fresh();
		for (const [status, type, body, words] of [
			[502, "text/html", "<h1>Bad gateway</h1>", "error.server"],
			[200, "text/html", "<h1>Sign in to this network</h1>",
				"error.bad_answer"],
			[200, "application/json", "{\"ok\":true}",
				"error.bad_answer"],
			[200, "text/event-stream", "", "error.cut"],
			[200, "text/event-stream", "data: {broken\n\n",
				"error.bad_answer"],
			[500, "application/json", "{\"detail\":\"x\"}",
				"error.server"]]) {
			await fresh();
			backend.on("threads.create", (_, r) => {
				r.writeHead(status, { "Content-Type": type });
				r.end(body);
			});
			await field(page).fill(`send ${status} ${body.length}`);
			await field(page).press("Enter");
			await mine(page).getByText(word(words)).waitFor();
			ok(await mine(page).getByText(`send ${status}`).isVisible(),
				`${status} ${type} ${body}: nothing is lost`);
			backend.on("threads.create", undefined);
			play = async function* (_, b, { thread }) {
				yield { type: "thread.item.done", item: b.assistant(
					thread.id, "There you are.") };
			};
			await mine(page).getByRole("button", { name:
				word("log.retry") }).click();
			await log.getByText("There you are.").waitFor();
			await idle();
		}
	});

	await test("reading a thread goes wrong", async () => {
		for (const [type, body, words] of [
			["text/html", "<p>Hello</p>", "error.bad_answer"],
			["application/json", "[", "error.bad_answer"],
			["application/json", "{\"data\":7}", "error.bad_answer"]]) {
			const id = backend.seed("Broken", []);
			backend.on("items.list", (_, r) => {
				r.writeHead(200, { "Content-Type": type });
				r.end(body);
			});
			await openThread(id);
			await page.getByText(word(words)).first().waitFor();
			ok(await page.getByText(word("log.unopened")).isVisible(),
				`${type} ${body}`);
			backend.on("items.list", undefined);
			await page.locator(".ck-failure").getByRole("button",
				{ name: word("log.retry") }).click();
			await page.getByText(word("log.empty")).waitFor();
		}
		await idle();
	});

	await test("what nobody has heard of", async () => {
		await answered(async function* (b, { thread }) {
			yield { type: "thread.weather", sun: true };
			yield { type: "thread.item.updated", item_id: "nosuch",
				update: { type: "no.such.update" } };
			yield { event: { type: "thread.item.updated", item_id: 7 } };
			yield { event: { type: "thread.item.removed",
				item_id: "nosuch" } };
			for (const item of [{ type: "hologram" },
				{ type: "hidden_context_item", content: "secret words" },
				{ type: "widget" }, { type: "widget", widget: 7 },
				{ type: "widget", widget: { type: "Hologram",
					children: [{ type: "Text", value: "inside it" }] } },
				{ type: "widget", widget: { type: "Card",
					children: "just words" } },
				{ type: "workflow" }, { type: "task" },
				{ type: "assistant_message" }, { type: "end_of_turn" },
				{ type: "structured_input", status: "answered" },
				{ type: "user_message" }, { type: "generated_image" }])
				yield b.item(thread.id, item);
			yield { event: { type: "thread.item.done" } };
			yield { event: { type: "thread.item.done", item: null } };
			yield { event: { type: "thread.item.added", item: [] } };
			yield { event: { type: "thread.updated", thread: {} } };
			yield b.assistant(thread.id, "Still here.");
		});
		await log.getByText("Still here.").waitFor();
		await log.getByText("inside it").waitFor();
		ok(await log.getByText("just words").isVisible(),
			"what can be read is shown");
		is(await page.getByText("secret words").count(), 0,
			"what is hidden is not");
		await idle();
		play = async function* (_, b, { thread }) {
			yield { type: "thread.item.done", item: b.assistant(thread.id,
				"Another one.") };
		};
		await say(page, "and on");
		await log.getByText("Another one.").waitFor();
		await rest(page);
	});

	await leave(context);
	await backend.stop();
});

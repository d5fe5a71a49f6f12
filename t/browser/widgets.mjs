// Widgets: every component, what they send, and what stays when they change.
import { accessible, is, leave, like, ok, run, shoot, test, until }
	from "./lib.mjs";
import { canvas, studio } from "./drawing.mjs";
import { payloads } from "./payloads.mjs";

const action = (type, payload, more = {}) => ({ type, payload,
	handler: "server", loadingBehavior: "auto", streaming: true, ...more });

const row = (id, title, done = false, more = []) => ({ type: "ListViewItem",
	key: `t${id}`, align: "center", children: [
		{ type: "Checkbox", name: `done_${id}`, label: title,
			defaultChecked: done, onChangeAction: action("task.toggle",
				{ task_id: id, completed: !done },
				{ streaming: false }) },
		{ type: "Spacer" }, ...more,
		{ type: "Caption", value: `#${id}` },
		{ type: "Button", label: "Delete", color: "danger",
			variant: "ghost", size: "sm", onClickAction:
			action("task.delete", { task_id: id }) }] });

const badge = (label, color) => ({ type: "Badge", label, color, size: "sm" });

const list = (n, done = []) => ({ type: "ListView", limit: "auto",
	status: { text: `${n} tasks` },
	children: Array.from({ length: n }, (_, i) => row(i + 1,
		i === 2 ? "Call the plumber about the kitchen sink, which drips, " +
			"and ask whether he can come before the holidays" :
			`Task ${i + 1}`, done.includes(i + 1), i === 1 ?
			[badge("1 Dec 2026", "info"),
				badge("high priority", "warning")] : [])) });

const card = { type: "Card", children: [
	{ type: "Title", value: "Delete 2 tasks?", size: "sm" },
	{ type: "Text", value: "#2 Pay rent" },
	{ type: "Text", value: "#9 Water the plants" },
	{ type: "Caption", value: "Can be restored for 30 days." }],
status: { text: "Needs your answer", icon: "circle-question" },
confirm: { label: "Delete", action: action("confirmation.approve",
	{ confirmation_id: "c1" }) },
cancel: { label: "Keep", action: action("confirmation.reject",
	{ confirmation_id: "c1" }) } };

const { confirm, cancel, ...rest } = card;
const decided = { ...rest, status: { text: "Deleted",
	icon: "check-circle" } };

const form = { type: "Card", asForm: true, status: { text: "New task" },
	children: [
		{ type: "Title", value: "Add a task" },
		{ type: "Label", value: "Title", fieldName: "todo.title" },
		{ type: "Input", name: "todo.title", required: true,
			pattern: "[A-Z].*", placeholder: "What is to be done?" },
		{ type: "Label", value: "Notes", fieldName: "todo.notes" },
		{ type: "Textarea", name: "todo.notes", rows: 2,
			autoResize: true, maxRows: 6, pattern: "[^!]*" },
		{ type: "Label", value: "Priority", fieldName: "todo.priority" },
		{ type: "Select", name: "todo.priority", defaultValue: "normal",
			options: [{ value: "normal", label: "Normal" },
				{ value: "high", label: "High" }] },
		{ type: "Label", value: "Due", fieldName: "todo.due" },
		{ type: "DatePicker", name: "todo.due", min: "2026-11-01",
			defaultValue: "2026-12-01" },
		{ type: "Label", value: "At", fieldName: "at" },
		{ type: "DatePicker", name: "at",
			defaultValue: "2026-12-01T09:30:00Z" },
		{ type: "RadioGroup", name: "todo.repeat", ariaLabel: "Repeat",
			direction: "row", defaultValue: "never", options: [
				{ label: "Never", value: "never" },
				{ label: "Daily", value: "daily" }] },
		{ type: "Checkbox", name: "todo.remind", label: "Remind me" },
		{ type: "Text", value: "Mine", editable: { name: "list",
			required: true } },
		{ type: "Input", name: "__proto__.bad", defaultValue: "1" },
		{ type: "Input", name: "source", defaultValue: "mine" },
		{ type: "Button", label: "Look it up", onClickAction:
			action("look", {}) }],
	confirm: { label: "Add", action: action("task.add",
		{ source: "form" }) },
	cancel: { label: "Cancel", action: action("task.cancel") } };

const colors = ["secondary", "success", "danger", "warning", "info",
	"discovery"];
const cells = (...words) => words.map((value) => ({ type: "Table.Cell",
	children: [{ type: "Text", value }] }));
const everything = { type: "Card", size: "lg", children: [
	{ type: "Title", value: "Everything", size: "xl" },
	{ type: "Markdown", value: "Some **bold** and [a link](https://x.invalid)" },
	{ type: "Divider", flush: true, spacing: 2 },
	...["soft", "solid", "outline"].map((variant) => ({ type: "Row",
		children: colors.map((color) => ({ type: "Badge", label: color,
			color, variant, pill: variant === "solid" })) })),
	...["solid", "soft", "outline", "ghost"].map((variant) => ({
		type: "Row", children: [...colors, "primary", "caution"].map(
			(color) => ({ type: "Button", label: color, color, variant,
				size: "md" })) })),
	{ type: "Row", children: [{ type: "Button", iconStart: "star",
		uniform: true }, { type: "Button", label: "Off", disabled: true },
	{ type: "Icon", name: "calendar", size: "2xl", color: "blue-500" },
	{ type: "Icon", name: "lucide:cat" }] },
	{ type: "Row", children: [
		{ type: "Image", src: "/favicon.svg", alt: "Logo", size: 64,
			radius: "lg", frame: true, fit: "contain" },
		{ type: "Image", src: "https://evil.invalid/x.png",
			alt: "Not loaded" },
		{ type: "Box", padding: { x: 3, top: "8px" }, radius: "md",
			background: { light: "#eeeeff", dark: "#222233" },
			border: { size: 2, color: "strong", style: "dashed" },
			margin: 1, minWidth: 40, children: [
				{ type: "Text", value: "Boxed", weight: "semibold" }] }] },
	{ type: "Table", children: [
		{ type: "Table.Row", header: true, children: cells("Task", "Due") },
		{ type: "Table.Row", children: cells("Milk", "today") }] },
	{ type: "Text", value: "Cut off ".repeat(30), truncate: true },
	{ type: "Text", value: "Two lines ".repeat(30), maxLines: 2 },
	{ type: "Chart", xAxis: { dataKey: "day" }, showYAxis: true,
		data: [{ day: "Mon", a: 3, b: 5, c: 4 },
			{ day: "Tue", a: 6, b: 2, c: null },
			{ day: "Wed", a: -2, b: 7, c: 3 }],
		series: [{ type: "bar", dataKey: "a", label: "Added" },
			{ type: "area", dataKey: "b", label: "Done" },
			{ type: "line", dataKey: "c", label: "Open" }] },
	{ type: "Unheard.Of", title: "A thing", children: [
		{ type: "Text", value: "with a child" }] },
	{ type: "Transition", children: { type: "Caption", value: "moves" } }] };

await run(async () => {
	const backend = await studio();
	const context = { viewport: { width: 760, height: 700 } };
	const page = await canvas(backend, "", context);
	const draw = (tree) => page.evaluate((t) => {
		const { draw } = globalThis;
		draw.box.replaceChildren();
		Object.assign(draw, { acts: [], errors: [], streaming: false,
			answer: null });
		draw.widget(t);
	}, tree);
	const update = (tree) => page.evaluate((t) =>
		globalThis.draw.drawn.update(t), tree);
	const patch = (it) => page.evaluate((u) =>
		globalThis.draw.drawn.patch(u), it);
	const acts = () => page.evaluate(() => globalThis.draw.acts.splice(0));
	const hold = () => page.evaluate(() => {
		globalThis.draw.answer = () => new Promise((yes, no) => {
			Object.assign(globalThis.draw, { yes, no });
		});
	});
	const settle = (how) => page.evaluate((h) => globalThis.draw[h](
		new Error("refused")), how);
	const task = (n) => page.getByRole("checkbox", { name: `Task ${n}`,
		exact: true });
	const focused = () => page.evaluate(() => {
		const at = globalThis.draw.root.activeElement;
		return at?.name || at?.className || at?.localName || null;
	});

	await test("a list of tasks: short first, its boxes send", async () => {
		await draw(list(14, [4]));
		is(await page.getByRole("listitem").count(), 10, "ten rows");
		await page.getByRole("button", { name: "Show 4 more" }).click();
		is(await page.getByRole("listitem").count(), 14, "all of them");
		is(await focused(), "done_11", "the first new one has the focus");
		ok(await task(4).isChecked(), "what is done is checked");
		await hold();
		await task(1).click();
		const [act] = await acts();
		is([act.type, act.payload.task_id, act.payload.completed,
			act.streaming], ["task.toggle", 1, true, false],
		"the action as it came");
		await task(1).click();
		is(await acts(), [], "not twice");
		ok(await task(1).isChecked(), "it shows what was asked");
		await settle("no");
		await page.locator("[aria-busy]").waitFor({ state: "detached" });
		ok(!await task(1).isChecked(), "a refusal takes it back");
		const about = await page.getByRole("button", { name: "Delete" })
			.first().evaluate((el) => el.getRootNode().getElementById(
				el.getAttribute("aria-describedby")).textContent);
		is(about, "Task 1", "a row's button says what it is about");
	});

	await test("a new version keeps focus and order", async () => {
		await draw(list(6));
		await task(3 - 1).focus();
		await update(list(6, [2]));
		is(await focused(), "done_2", "the box keeps the focus");
		ok(await task(2).isChecked(), "and shows what is");
		const turned = list(6, [2]);
		turned.children.reverse();
		await update(turned);
		is(await focused(), "done_2", "also where it moved");
		turned.children = turned.children.filter(({ key }) => key !== "t2");
		await update(turned);
		is(await focused(), "ck-widget", "what goes leaves it here");
	});

	await test("a question's card", async () => {
		await draw(card);
		await hold();
		const yes = page.getByRole("button", { name: "Delete" });
		await yes.click();
		is((await acts())[0].payload, { confirmation_id: "c1" },
			"the answer is sent");
		await page.locator(".ck-widget[aria-busy=true]").waitFor();
		await page.evaluate(() => globalThis.draw.$(
			"button[data-variant=outline]").click());
		is(await acts(), [], "while it is, there is no other");
		await update(decided);
		await settle("yes");
		await page.locator(".ck-widget:not([aria-busy])").waitFor();
		is(await page.getByRole("button").count(), 0, "no buttons now");
		is(await focused(), "ck-widget", "the focus stays near");
		is(await page.getByRole("group", { name: "Delete 2 tasks?" })
			.count(), 1, "the card has a name");
	});

	await test("a folded card opens", async () => {
		await draw({ ...decided, collapsed: true });
		ok(!await page.getByText("#2 Pay rent").isVisible(), "folded");
		await page.getByRole("button", { name: "Deleted" }).click();
		ok(await page.getByText("#2 Pay rent").isVisible(), "open");
	});

	await test("what has to wait for an answer waits", async () => {
		await draw(list(3));
		await page.evaluate(() => {
			globalThis.draw.streaming = true;
			globalThis.draw.drawn.refresh();
		});
		const del = page.getByRole("button", { name: "Delete" }).first();
		is(await del.getAttribute("aria-disabled"), "true", "Delete does");
		await del.click({ force: true });
		is(await acts(), [], "and sends nothing");
		await task(1).click();
		is((await acts()).length, 1, "streaming: false need not");
		await page.evaluate(() => {
			globalThis.draw.streaming = false;
			globalThis.draw.drawn.refresh();
		});
		await del.click();
		is((await acts()).length, 1, "afterwards it can");
	});

	await test("a form sends what is in it", async () => {
		await draw(form);
		const title = page.getByLabel("Title");
		await page.getByRole("button", { name: "Add" }).click();
		is(await acts(), [], "what is required is asked for");
		await title.fill("milk");
		await page.getByRole("button", { name: "Add" }).click();
		is(await acts(), [], "a pattern is kept to");
		await title.fill("Milk");
		await page.getByLabel("Notes").fill("now!");
		await page.getByRole("button", { name: "Add" }).click();
		is(await acts(), [], "in a text of lines too");
		await page.getByLabel("Notes").fill("two\nlines");
		await page.getByLabel("Priority").selectOption("high");
		await page.getByLabel("Daily").check();
		await page.getByLabel("Remind me").check();
		await page.getByRole("button", { name: "Add" }).click();
		const [{ type, payload }] = await acts();
		is([type, payload], ["task.add", { source: "form", list: "Mine",
			at: "2026-12-01T09:30:00.000Z", todo: {
				title: "Milk", notes: "two\nlines", priority: "high",
				due: "2026-12-01", repeat: "daily", remind: true } }],
		"names with dots go deeper");
		const errors = await page.evaluate(() => globalThis.draw.errors);
		is(errors.length, 2, "what has no room is reported");
		like(errors.join(), /__proto__\.bad.*source/s, "by name");
		ok(await page.evaluate(() => ({}).bad === undefined),
			"no prototype was touched");
		await page.getByRole("button", { name: "Look it up" }).click();
		is((await acts())[0].payload.todo.title, "Milk",
			"another button's action has the values too");
		await title.fill("");
		await page.getByRole("button", { name: "Cancel" }).click();
		is((await acts())[0].type, "task.cancel", "cancelling asks nothing");
		await title.fill("Enter");
		await title.press("Enter");
		is((await acts())[0].type, "task.add", "Enter sends");
	});

	await test("what was typed stays when the widget changes", async () => {
		await draw(form);
		const title = page.getByLabel("Title");
		await title.fill("Half a ti");
		await title.evaluate((el) => el.setSelectionRange(2, 4));
		await page.getByLabel("Daily").check();
		await title.focus();
		const next = structuredClone(form);
		next.status.text = "Changed";
		next.children.splice(1, 0, { type: "Text", value: "A hint" });
		next.children.find((c) => c.name === "todo.title").placeholder = "?";
		next.children.find((c) => c.name === "todo.notes").defaultValue =
			"new default";
		await update(next);
		is([await title.inputValue(), await focused(),
			await title.evaluate((el) => [el.selectionStart,
				el.selectionEnd].join())],
		["Half a ti", "todo.title", "2,4"], "text, focus and caret");
		ok(await page.getByLabel("Daily").isChecked(), "choices");
		is(await page.getByLabel("Notes").inputValue(), "new default",
			"what nobody touched follows");
	});

	await test("a Form is sent by its own button", async () => {
		const send = action("send", "words only");
		await draw({ type: "Form", direction: "row", onSubmitAction: send,
			children: [
				{ type: "Input", name: "who", inputType: "email",
					variant: "soft", size: "sm", pill: true },
				{ type: "Textarea", name: "what", pattern: "(" },
				{ type: "Button", label: "Send", submit: true,
					style: "primary" }] });
		await page.getByLabel("who").fill("nobody");
		await page.getByRole("button").click();
		is(await acts(), [], "an address has to be one");
		await page.getByLabel("who").fill("ann@a.invalid");
		await page.getByLabel("what").fill("anything");
		await hold();
		await page.getByRole("button").click();
		is((await acts()).map(({ payload }) => payload), ["words only"],
			"a payload that is no object stays as it is");
		is(await page.evaluate(() => globalThis.draw.errors.length), 2,
			"and what has no place in it is reported");
		is(await page.getByRole("button").getAttribute("aria-busy"), "true",
			"the button shows that it works");
		await settle("yes");
		await page.locator("[aria-busy]").waitFor({ state: "detached" });
		await page.evaluate(() => {
			globalThis.draw.streaming = true;
			globalThis.draw.drawn.refresh();
		});
		await page.getByRole("button").click();
		await page.getByLabel("who").press("Enter");
		is(await acts(), [], "while an answer comes it waits");
	});

	await test("a field may ask for the focus, politely", async () => {
		const field = { type: "Input", name: "asks", autoFocus: true };
		await draw({ type: "Basic", children: [field] });
		is(await focused(), "asks", "it has it");
		await page.locator("input").fill("half a word");
		await page.evaluate((f) => {
			globalThis.draw.widget({ type: "Basic", children: [
				{ ...f, name: "other" }] });
		}, field);
		await page.evaluate(() => globalThis.draw.frame());
		is(await focused(), "asks", "but not while somebody writes");
	});

	await test("choices send alone, and come back if refused", async () => {
		const pick = action("pick", { of: 1 });
		await draw({ type: "Basic", children: [
			{ type: "Select", name: "how", defaultValue: "a", clearable: true,
				onChangeAction: pick, options: [{ value: "a", label: "A" },
					{ value: "b", label: "B", disabled: false }] },
			{ type: "RadioGroup", name: "which", onChangeAction: pick,
				defaultValue: "x", options: [{ value: "x", label: "X" },
					{ value: "y", label: "Y" }] },
			{ type: "DatePicker", name: "day", onChangeAction: pick,
				defaultValue: "2026-11-21" }] });
		await page.getByRole("combobox").selectOption("b");
		is((await acts())[0].payload, { of: 1, how: "b" }, "its own value");
		await page.evaluate(() => {
			globalThis.draw.answer = () => Promise.reject(new Error("no"));
		});
		await page.getByRole("combobox").selectOption("");
		await page.getByLabel("Y", { exact: true }).click();
		await page.getByLabel("day").fill("2026-11-22");
		await page.getByLabel("day").blur();
		is((await acts()).map(({ payload }) => payload), [
			{ of: 1, how: "" }, { of: 1, which: "y" },
			{ of: 1, day: "2026-11-22" }], "each of them");
		await until("choices to come back", async () =>
			await page.getByRole("combobox").inputValue() === "b" &&
			await page.getByLabel("X", { exact: true }).isChecked() &&
			await page.getByLabel("day").inputValue() === "2026-11-21");
	});

	await test("a row can be clicked beside its button", async () => {
		await draw({ type: "ListView", children: [{ type: "ListViewItem",
			onClickAction: action("open", { n: 1 }), children: [
				{ type: "Icon", name: "document" },
				{ type: "Text", value: "Report" }, { type: "Spacer" },
				{ type: "Button", label: "Share", onClickAction:
					action("share", { n: 1 }, { handler: "client" }) }] }] });
		await page.getByRole("button", { name: "Report" }).click({
			position: { x: 5, y: 5 } });
		await page.getByRole("button", { name: "Share" }).click();
		is((await acts()).map((a) => [a.type, a.handler]),
			[["open", "server"], ["share", "client"]], "each its own");
	});

	await test("texts stream, parts are replaced", async () => {
		await draw({ type: "Card", children: [
			{ type: "Text", id: "a", value: "One", streaming: true },
			{ type: "Markdown", id: "b", value: "**T", streaming: true },
			{ type: "Badge", id: "c", label: "old" }] });
		const delta = (id, text, done) => patch({ component_id: id,
			type: "widget.streaming_text.value_delta", delta: text, done });
		await delta("a", " two", false);
		await delta("a", " three", true);
		await delta("b", "wo** parts", true);
		is(await page.getByText("One two three").count(), 1, "a Text");
		is(await page.locator(".ck-w-markdown").innerText(), "Two parts",
			"a Markdown");
		await patch({ type: "widget.component.updated", component_id: "c",
			component: { type: "Badge", id: "c", label: "new" } });
		is(await page.locator(".ck-w-badge").innerText(), "new",
			"a component");
		is(await page.getByText("One two three").count(), 1,
			"what streamed is still there");
		await patch({ type: "widget.root.updated", widget: { type: "Basic",
			theme: "dark", children: [{ type: "Text", value: "Root" }] } });
		is(await page.locator(".ck-widget").innerText(), "Root", "a root");
		is(await page.locator(".ck-widget").evaluate((el) =>
			getComputedStyle(el).colorScheme), "dark", "with its theme");
	});

	await test("what we do not know is said anyway", async () => {
		await draw({ type: "Future", children: [{ type: "Odd",
			label: "Label" }, "a bare text", null, 7,
		{ children: [{ type: "Text", value: "no type" }] }] });
		like(await page.locator(".ck-widget").innerText(),
			/Label\s+a bare text\s+no type/, "children and words");
		await update("only a text");
		is(await page.locator(".ck-widget").innerText(), "only a text",
			"what is no widget at all");
		ok(await page.evaluate(() => {
			let deep = { type: "Text", value: "bottom" };
			for (let i = 0; i < 4000; i++)
				deep = { type: "Box", children: [deep] };
			return globalThis.draw.widget(deep).element.isConnected;
		}), "no depth breaks it");
	});

	await test("looks cannot reach out", async () => {
		const bad = ["url(https://evil.invalid/x.png)",
			"var(--x, url(https://evil.invalid/y))",
			"image-set('https://evil.invalid/z' 1x)", "red; color: blue",
			"expression(alert(1))", "element(#x)", "env(x)", "\\75rl(x)"];
		for (const value of bad) {
			await draw({ type: "Card", background: value, padding: value,
				border: { size: 1, color: value, style: value },
				children: [{ type: "Box", width: value, flex: value,
					background: { light: value, dark: value },
					aspectRatio: value, margin: value, radius: value,
					align: value, gap: value, children: [
						{ type: "Text", value: "x", color: value,
							width: value, textAlign: value }] },
				{ type: "Divider", color: value, size: value },
				{ type: "Image", src: value, alt: "x", fit: value,
					position: value }] });
			const styles = await page.evaluate(() => [...globalThis.draw.box
				.querySelectorAll("*")].map((el) =>
				el.style?.cssText ?? "").join(" "));
			ok(!/evil|url|var\(--x|expression|element|blue/.test(styles),
				`not passed on: ${value}`, styles);
		}
		await draw({ type: "Card", children: [{ type: "Box",
			background: "blue-100", width: "50%", padding: "1rem 2rem",
			children: [] }] });
		like(await page.locator(".ck-w-box").getAttribute("style"),
			/(?=.*50%).*oklch/, "what is harmless is");
	});

	await test("nothing in a widget is more than words", async () => {
		for (const text of payloads) {
			await draw({ type: "Card", key: text, status: { text,
				favicon: text, icon: text }, children: [
				...["Text", "Title", "Caption", "Markdown"].map((type) =>
					({ type, value: text, size: text, id: text })),
				{ type: "Badge", label: text, color: text, variant: text },
				{ type: "Icon", name: text, size: text },
				{ type: "Image", src: text, alt: text },
				{ type: "Button", label: text, color: text, style: text },
				{ type: "Button", iconStart: text },
				{ type: "Checkbox", name: text, label: text },
				{ type: "Input", name: text, placeholder: text,
					defaultValue: text, inputType: text },
				{ type: "Select", name: text, placeholder: text, options: [
					{ value: text, label: text, description: text }] },
				{ type: "RadioGroup", name: text, ariaLabel: text,
					options: [{ value: text, label: text }] },
				{ type: "Label", value: text, fieldName: text },
				{ type: text, title: text },
				{ type: "Chart", xAxis: text, data: [{ [text]: 1 }],
					series: [{ type: "bar", dataKey: text, label: text,
						color: text }] }],
			confirm: { label: text, action: { type: text } } });
			const found = await page.evaluate(async () => {
				await globalThis.draw.frame();
				return globalThis.draw.suspects(globalThis.draw.box);
			});
			is(found.join(), "", `harmless: ${text.slice(0, 60)}`
				.replace(/[^ -~]/g, "?"));
		}
		is(await page.title(), "Drawing", "nothing of it ran");
	});

	await test("a chart can be read as a table", async () => {
		await draw(everything);
		await page.getByRole("img", { name: /Chart of Added, Done, Open/ })
			.waitFor();
		await page.getByText("The numbers").click();
		is(await page.getByRole("row", { name: "Tue 6 2" }).count(), 1,
			"each row of its data");
	});

	await test("an entity's preview comes and goes", async () => {
		await page.evaluate(() => {
			const { box, h, sources, locale, markdown } = globalThis.draw;
			const chip = h("button", { id: "chip" }, "Ann");
			box.replaceChildren(chip);
			globalThis.asked = 0;
			sources.previewOn(chip, { id: "e", title: "Ann" }, async () => {
				globalThis.asked++;
				return { preview: { type: "Basic", children: [
					{ type: "Title", value: "Ann of Accounts" }] } };
			}, { locale, markdown, act: async () => {},
				allowImage: () => false, streaming: () => false,
				error: () => {} });
		});
		for (const _ of "ab") {
			await page.locator("#chip").focus();
			await page.getByText("Ann of Accounts").waitFor();
			await page.keyboard.press("Escape");
			await page.getByText("Ann of Accounts").waitFor({
				state: "detached" });
			await page.locator("#chip").blur();
		}
		is(await page.evaluate(() => globalThis.asked), 1, "asked once");
		await page.evaluate(() => {
			const { box, h, sources, locale, markdown, errors } =
				globalThis.draw;
			const chips = ["none", "fails"].map((id) =>
				h("button", { id }, id));
			box.replaceChildren(...chips);
			errors.length = 0;
			for (const chip of chips)
				sources.previewOn(chip, { id: chip.id, title: "" },
					async () => {
						if (chip.id === "fails")
							throw new Error("no preview");
						return { preview: null };
					}, { locale, markdown, act: async () => {},
						allowImage: () => false, streaming: () => false,
						error: (error) => errors.push(error.message) });
		});
		await page.locator("#none").hover();
		await page.locator("#fails").hover();
		is(await until("the failure to be told", () => page.evaluate(() =>
			globalThis.draw.errors.join())), "no preview",
		"a page that fails is told so");
		is(await page.locator(".ck-preview").count(), 0, "nothing shows");
	});

	const views = [["light", "", 760], ["dark", "&dir=rtl", 760],
		["light", "", 320]];
	for (const [scheme, more, width] of views) {
		const name = `${scheme}${more ? "-rtl" : ""}-${width}`;
		await test(`they can be read, ${name}`, async () => {
			// axe tries styles of its own
			const it = await canvas(backend, `?scheme=${scheme}${more}`,
				{ viewport: { width, height: 700 }, bypassCSP: true });
			await it.evaluate((trees) => {
				for (const tree of trees) globalThis.draw.widget(tree);
			}, [list(14, [4]), card, decided, { ...form, children:
				form.children.slice(0, 14) }, everything]);
			await it.getByRole("img", { name: /Chart of/ }).waitFor();
			await accessible(it, `widgets, ${name}`,
				{ rules: { "heading-order": { enabled: false } } });
			const wide = await it.evaluate(() => document.documentElement
				.scrollWidth - innerWidth);
			is(wide, 0, "nothing is wider than the page");
			await shoot(it, `widgets-${name}`, { fullPage: true });
			await leave(it.context());
		});
	}
	await backend.stop();
});

// The task list, alone and beside the chat: everything by hand, undone,
// refused, and in step with the chat, with other tabs and with the outside.
import { ok, is, like, person, signUp, test, run, perl, leave, until,
	expectComplaints } from "./lib.mjs";
import { word, field, button, press, visit, look, call, toast, answer } from
	"./sitepage.mjs";
import { open, say } from "./chatpage.mjs";

// answers that are errors, on purpose
expectComplaints(/Failed to load resource/);

let ann, page, id, path;

const rows = (page) => page.locator(".task");
const row = (page, title) => rows(page).filter({
	has: page.getByRole("button", { name: title, exact: true }) });
// a row that was not drawn yet (content-visibility) has no innerText
const titles = (page) => page.locator(".task .title").allTextContents();
const box = (page, title) => page.getByRole("checkbox",
	{ name: word("tasks.finished", { title }) });
const filter = (page, key) => page.getByRole("radio",
	{ name: word(key), exact: true }).check();
const stored = async (title) => (await perl("rows", "select * from task " +
	`where user_id = '${id}' and title = '${title}'`))[0];
const instant = (text) => new Date(text).toISOString();
const gone = (locator) => locator.waitFor({ state: "detached" });

/** Add one with the field. */
async function add(page, title) {
	await page.getByRole("textbox", { name: word("tasks.add.hint") })
		.fill(title);
	await page.keyboard.press("Enter");
	await row(page, title).waitFor();
}

await run(async () => {
	ann = await person();
	({ id } = await signUp(ann));
	path = `/api/${id}/tasks`;
	page = await ann.newPage();
	await visit(page, "/tasks");

	await test("an empty list says how to begin", async () => {
		await page.getByText(word("tasks.none")).waitFor();
	});

	await test("adding", async () => {
		await add(page, "Buy milk");
		await until("it to be stored", () => stored("Buy milk"));
		ok(await page.getByRole("textbox", { name: word("tasks.add.hint") })
			.evaluate((node) => node === document.activeElement &&
				node.value === ""), "the next one can be written");
		await page.keyboard.press("Enter");
		is(await rows(page).count(), 1, "nothing is no task");
		await press(page, "tasks.details");
		await page.getByLabel(word("tasks.description")).fill("With <b>love</b>");
		await page.getByLabel(word("tasks.due.day")).fill("2031-05-17");
		await page.getByLabel(word("tasks.due.time")).fill("09:30");
		await page.getByRole("combobox", { name: word("tasks.priority") })
			.selectOption("high");
		await add(page, "Book a table");
		const task = await until("it to be stored", () =>
			stored("Book a table"));
		is([task.description, task.priority, instant(task.due_at)],
			["With <b>love</b>", "high", "2031-05-17T07:30:00.000Z"],
			"with all it has, in the reader's zone");
		const shown = row(page, "Book a table");
		like(await shown.innerText(), /With <b>love<\/b>/,
			"words are words");
		like(await shown.innerText(), /May 17, 2031.*9:30\sAM/s,
			"it says when it is due");
		ok(await shown.getByText(word("tasks.priority.high")).isVisible(),
			"and that it matters");
	});

	await test("editing every field", async () => {
		await button(page, "Book a table").click();
		const editor = page.locator("form.editor");
		await editor.getByLabel(word("tasks.title")).fill("Book the table");
		await editor.getByLabel(word("tasks.description")).fill("Outside");
		await editor.getByLabel(word("tasks.due.day")).fill("2031-06-01");
		await editor.getByLabel(word("tasks.due.time")).fill("");
		await editor.getByLabel(word("tasks.priority")).selectOption("low");
		await button(page, word("tasks.save")).click();
		await row(page, "Book the table").waitFor();
		const task = await until("it to be stored", () =>
			stored("Book the table"));
		is([task.description, task.priority, instant(task.due_at)],
			["Outside", "low", "2031-06-01T21:59:00.000Z"],
			"a day ends when it ends here");
		ok(!/PM|AM/.test(await row(page, "Book the table").innerText()),
			"and is said without a time");
		ok(await button(page, "Book the table").evaluate((node) =>
			node === document.activeElement), "the focus is back");
		await page.keyboard.press("Enter");
		await editor.getByLabel(word("tasks.title")).fill("Forget it");
		await page.keyboard.press("Escape");
		await row(page, "Book the table").waitFor();
		ok(!await stored("Forget it"), "Esc leaves it as it was");
	});

	await test("done, and not", async () => {
		await box(page, "Buy milk").check();
		await until("it to be done", async () =>
			(await stored("Buy milk")).completed);
		await filter(page, "tasks.filter.done");
		is(await titles(page), ["Buy milk"], "the done ones");
		await box(page, "Buy milk").uncheck();
		await until("it to be open", async () =>
			!(await stored("Buy milk")).completed);
		await filter(page, "tasks.filter.open");
		is((await titles(page)).sort(), ["Book the table", "Buy milk"],
			"the open ones");
		await filter(page, "tasks.filter.all");
	});

	await test("deleting, and undoing that", async () => {
		await press(page, "tasks.delete", { title: "Buy milk" });
		await gone(row(page, "Buy milk"));
		await until("it to be gone", async () =>
			(await stored("Buy milk")).deleted_at);
		await toast(page).getByText(word("tasks.deleted",
			{ title: "Buy milk" })).waitFor();
		await toast(page).getByRole("button",
			{ name: word("tasks.undo") }).click();
		await row(page, "Buy milk").waitFor();
		ok(!(await stored("Buy milk")).deleted_at, "it is back");
	});

	await test("search and order", async () => {
		await add(page, "Ölwechsel");
		const search = page.getByRole("searchbox",
			{ name: word("tasks.search") });
		await search.fill("öLW");
		await until("one to be found", async () =>
			(await titles(page)).join() === "Ölwechsel");
		await page.getByText(word("tasks.found", { n: 1 })).waitFor();
		await search.fill("outside");
		await until("a description to be found", async () =>
			(await titles(page)).join() === "Book the table");
		await search.fill("xyz");
		await page.getByText(word("tasks.none.found")).waitFor();
		await search.fill("");
		const order = page.getByRole("combobox",
			{ name: word("tasks.order") });
		await order.selectOption("created");
		is((await titles(page))[0], "Ölwechsel", "the newest first");
		await order.selectOption("priority");
		is((await titles(page)).at(-1), "Book the table",
			"what matters least is last");
		await page.reload();
		await row(page, "Buy milk").waitFor();
		is(await order.inputValue(), "priority", "the order stays");
		await order.selectOption("due");
	});

	await test("what the service refuses is taken back", async () => {
		const no = { status: 500, contentType: "application/problem+json",
			body: '{"code":"server","detail":"no"}' };
		await answer(page, `**${path}/*`, no, 1);
		await box(page, "Buy milk").click();
		await toast(page).getByText(word("tasks.change.failed",
			{ title: "Buy milk" })).waitFor();
		ok(!await box(page, "Buy milk").isChecked(), "it is not done");
		like(await toast(page).innerText(), /Something went wrong/,
			"and it says what to do");
		await answer(page, `**${path}/*`, no, 1);
		await press(page, "tasks.delete", { title: "Buy milk" });
		await toast(page).getByText(word("tasks.delete.failed",
			{ title: "Buy milk" })).waitFor();
		await row(page, "Buy milk").waitFor();
		ok(true, "what was not deleted is there");
		await page.route(`**${path}`, (route) =>
			route.request().method() === "POST" ? route.fulfill(no) :
				route.continue());
		const input = page.getByRole("textbox",
			{ name: word("tasks.add.hint") });
		await input.fill("Lost?");
		await input.press("Enter");
		await toast(page).getByText(word("tasks.add.failed",
			{ title: "Lost?" })).waitFor();
		is(await input.inputValue(), "Lost?", "what was written is kept");
		await page.unroute(`**${path}`);
		await input.press("Enter");
		await row(page, "Lost?").waitFor();
		ok(true, "and can be sent again");
	});

	await test("a change from elsewhere while it is edited", async () => {
		const { id: number } = await stored("Lost?");
		await button(page, "Lost?").click();
		const editor = page.locator("form.editor");
		await editor.getByLabel(word("tasks.title")).fill("Mine");
		await call(ann, "PATCH", `${path}/${number}`, { title: "Theirs" });
		await button(page, word("tasks.save")).click();
		await page.getByText(word("tasks.conflict")).waitFor();
		for (const text of [
			word("tasks.conflict.theirs", { text: "Theirs" }),
			word("tasks.conflict.mine", { text: "Mine" })])
			ok(await page.getByText(text).isVisible(), text);
		await look(page, "two versions", "tasks-conflict");
		await press(page, "tasks.conflict.keep");
		await row(page, "Mine").waitFor();
		ok(await until("mine to be stored", () => stored("Mine")),
			"one may keep one's own");
		await button(page, "Mine").click();
		await editor.getByLabel(word("tasks.title")).fill("Again mine");
		await call(ann, "PATCH", `${path}/${number}`, { title: "Again theirs" });
		await button(page, word("tasks.save")).click();
		await press(page, "tasks.conflict.take");
		await row(page, "Again theirs").waitFor();
		ok(!await stored("Again mine"), "or take the other");
		await button(page, "Again theirs").click();
		await editor.getByLabel(word("tasks.title")).fill("Both");
		await call(ann, "PATCH", `${path}/${number}`, { priority: "high" });
		await button(page, word("tasks.save")).click();
		await row(page, "Both").waitFor();
		is((await until("both to be stored", () => stored("Both"))).priority,
			"high", "what does not collide is not asked about");
	});

	await test("in step: another tab, the outside, the chat", async () => {
		const chat = await open(ann);
		await say(chat, "Add a task to feed the cat");
		await row(page, "Feed the cat").waitFor();
		await row(chat, "Feed the cat").waitFor();
		ok(true, "what the chat did is in both lists");
		await call(ann, "POST", path, { title: "From outside" });
		await row(page, "From outside").waitFor();
		await row(chat, "From outside").waitFor();
		ok(true, "and what somebody else did");
		await box(page, "From outside").check();
		await gone(row(chat, "From outside"));
		ok(true, "and what another tab did");
		await perl("sql", "update task set deleted_at = now() where " +
			`user_id = '${id}' and title = 'Feed the cat'`);
		await gone(row(page, "Feed the cat"));
		ok(true, "what is deleted leaves");
		await chat.close();
	});

	await test("offline and back", async () => {
		await ann.setOffline(true);
		await page.getByText(word("error.offline")).waitFor();
		ok(await row(page, "Buy milk").isVisible(),
			"what is known stays on the screen");
		await ann.setOffline(false);
		await gone(page.getByText(word("error.offline")));
		ok(true, "and goes on by itself");
	});

	await test("five hundred tasks", async () => {
		await perl("sql", "insert into task (user_id, id, title) select " +
			`'${id}', n, 'Number ' || n from generate_series(101, 600) n`);
		await row(page, "Number 600").waitFor();
		is(await page.locator(".task .title", { hasText: /^Number/ })
			.count(), 500, "all are there");
		await page.getByRole("searchbox").fill("number 42");	// 420 to 429
		await until("some to be left", async () =>
			await rows(page).count() === 10);
		await box(page, "Number 420").check();
		await until("it to be done", async () =>
			(await stored("Number 420")).completed);
		await page.getByRole("searchbox").fill("");
	});
	await leave(ann);
});

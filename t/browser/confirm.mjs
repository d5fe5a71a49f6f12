// Confirmation cards: what one does with them, and what came of it.
import { ok, is, perl, person, signUp, test, run, until,
	expectComplaints } from "./lib.mjs";
import { field, mine, open, rest, say, focused } from "./chatpage.mjs";

const rows = (sql) => perl("rows", sql);
// the browser's own word for a turn that another tab was quicker with
expectComplaints(/status of 409/);
let who, page;

const add = (...titles) => perl("sql", titles.map((title) =>
	"insert into task (user_id, id, title) select " +
	`'${who}', coalesce(max(id), 0) + 1, '${title}' from task where ` +
	`user_id = '${who}'`).join(";"));
/** Which of them are there; and how the last question was answered. */
const there = async () => (await rows("select title from task where " +
	`user_id = '${who}' and deleted_at is null order by id`))
	.map((row) => row.title);
const state = async () => (await rows("select state from confirmation " +
	`where user_id = '${who}' order by created_at desc limit 1`))[0]?.state;
const calls = async () => (await rows("select count(*)::int as n from " +
	`tool_call where user_id = '${who}' and state = 'confirmed'`))[0].n;

/** The newest card, and its buttons. */
const card = (p) => p.getByRole("log").getByRole("article").filter({
	has: p.getByRole("heading", { name: /task.*\?$/ }) }).last();
const yes = (p) => card(p).getByRole("button", { name: "Delete" });
const no = (p) => card(p).getByRole("button", { name: "Keep" });

async function ask(p = page, what = "Delete Milk") {
	const before = await p.getByRole("log").getByRole("heading",
		{ name: /task.*\?$/ }).count();
	await field(p).fill(what);
	await field(p).press("Enter");
	await until("a card", async () => await p.getByRole("log")
		.getByRole("heading", { name: /task.*\?$/ }).count() > before);
	await yes(p).waitFor();
	await rest(p);
}

/** Click them at the same moment, not one when the other is through. */
async function together(...buttons) {
	const handles = await Promise.all(buttons.map((button) =>
		button.elementHandle()));
	await Promise.all(handles.map((handle) =>
		handle.evaluate((node) => node.click())));
}

/** It says so and has no buttons any more. */
async function settled(p, text, name) {
	await card(p).getByText(text).waitFor();
	is(await card(p).getByRole("button", { name: /^(Delete|Keep)$/ })
		.count(), 0, `${name}: no buttons are left`);
}

await run(async () => {
	const ann = await person();
	who = (await signUp(ann)).id;
	page = await open(ann);
	await add("Milk", "Bread", "Eggs");

	await test("confirmed by its button", async () => {
		await ask();
		ok(await card(page).getByText("#1 Milk").isVisible(),
			"the card says what is asked for");
		ok(await card(page).getByText(/^Can be restored/).isVisible(),
			"and what becomes of it");
		is(await there(), ["Milk", "Bread", "Eggs"], "nothing is done yet");
		await yes(page).click();
		await settled(page, "Deleted", "done");
		await rest(page);
		is(await there(), ["Bread", "Eggs"], "it is deleted");
		is(await state(), "approved", "so says the database");
		ok(await focused(page) !== "body",
			"the focus is not lost with the button");
		await page.reload();
		await settled(page, "Deleted", "after a reload");
	});

	await test("confirmed by a word", async () => {
		await add("Milk");
		await ask();
		await say(page, "yes");
		await settled(page, "Deleted", "done");
		is(await there(), ["Bread", "Eggs"], "it is deleted");
		is(await state(), "approved", "so says the database");
	});

	await test("cancelled by its button", async () => {
		await add("Milk");
		await ask();
		await no(page).click();
		await settled(page, "Kept", "left");
		await rest(page);
		is(await there(), ["Bread", "Eggs", "Milk"], "it is still there");
		is(await state(), "rejected", "so says the database");
	});

	await test("cancelled by a word", async () => {
		await ask();
		await say(page, "no");
		await settled(page, "Kept", "left");
		is(await there(), ["Bread", "Eggs", "Milk"], "it is still there");
		is(await state(), "rejected", "so says the database");
	});

	await test("something else was said", async () => {
		await ask();
		await say(page, "show my tasks");
		await card(page).getByText("Not answered, nothing was changed")
			.waitFor();
		is(await card(page).getByRole("button").filter(
			{ hasText: /^(Delete|Keep)$/ }).count(), 0,
		"it can be answered no more");
		is(await state(), "superseded", "so says the database");
		is((await there()).length, 3, "nothing is done");
	});

	await test("too late", async () => {
		await ask();
		await perl("sql", "update confirmation set expires_at = now() - " +
			"interval '1 s' " +
			`where user_id = '${who}' and state = 'pending'`);
		await yes(page).click();
		await card(page).getByText("Expired, nothing was changed").waitFor();
		await rest(page);
		is((await there()).length, 3, "nothing is done");
		// who looks sees that it is over; the row hears of it later
		ok(["pending", "expired"].includes(await state()),
			"nor can it be");
	});

	await test("a double click", async () => {
		await ask();
		const done = await calls();
		const before = await mine(page).count();
		await yes(page).dblclick();
		await settled(page, "Deleted", "done");
		await rest(page);
		is(await there(), ["Bread", "Eggs"], "it is deleted");
		is(await calls(), done + 1, "once");
		is(await mine(page).count(), before, "nothing was said by it");
		is(await page.getByRole("log").getByText(/already|no longer|went wrong/i)
			.count(), 0, "and nothing is complained about");
	});

	await test("two tabs click at once", async () => {
		await add("Milk");
		await ask();
		const other = await open(ann, new URL(page.url()).pathname);
		await yes(other).waitFor();
		const done = await calls();
		await together(yes(page), yes(other));
		for (const p of [page, other])
			await settled(p, "Deleted", "done");
		is(await there(), ["Bread", "Eggs"], "it is deleted");
		is(await calls(), done + 1, "once");
		await rest(page);
		await rest(other);
		await other.close();
	});

	await test("one tab says yes, the other no", async () => {
		await add("Milk");
		await ask();
		const other = await open(ann, new URL(page.url()).pathname);
		await yes(other).waitFor();
		await together(yes(page), no(other));
		await until("an answer", async () => await state() !== "pending");
		const text = await state() === "approved" ? "Deleted" : "Kept";
		for (const p of [page, other])
			await settled(p, text, "as was decided first");
		is((await there()).includes("Milk"), text === "Kept",
			"and that is what was done");
		await rest(page);
		await rest(other);
		await other.close();
	});

	await test("settled in one tab, seen in the other", async () => {
		if (!(await there()).includes("Milk")) await add("Milk");
		await ask();
		const other = await open(ann, new URL(page.url()).pathname);
		await yes(other).waitFor();
		await no(page).click();
		await settled(other, "Kept", "the other tab follows");
		await other.close();
	});

	await test("several at once are one question", async () => {
		await ask(page, "Delete all my tasks");
		const n = (await there()).length;
		for (const title of await there())
			ok(await card(page).getByText(new RegExp(`^#\\d+ ${title}$`))
				.isVisible(), `${title} is named`);
		await yes(page).click();
		await settled(page, "Deleted", `${n} tasks`);
		await rest(page);
		is(await there(), [], "all are deleted");
		await say(page, "undo that");
		ok((await there()).length > 0, "and can be had back");
	});

	await test("a list's own button asks as well", async () => {
		await say(page, "show my tasks");
		const before = await there();
		const row = page.getByRole("log").getByRole("listitem").filter({
			has: page.getByRole("checkbox") }).last();
		await row.getByRole("button", { name: /^Delete/ }).click();
		await yes(page).waitFor();
		is(await there(), before, "nothing is done yet");
		await no(page).click();
		await settled(page, "Kept", "left");
		is(await there(), before, "nothing is done");
	});
});

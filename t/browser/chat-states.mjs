// What is seen while an answer is on its way: the model stops where it is
// told to.
import { ok, is, perl, person, signUp, test, run, until, shoot }
	from "./lib.mjs";
import { field, button, send, stop, mine, answers, open, rest, focused,
	fromEnd, scroller, word } from "./chatpage.mjs";

const order = (o) => perl("order", o);
const release = () => perl("release");
const rows = (sql) => perl("rows", sql);

await run(async () => {
	const ann = await person();
	const who = (await signUp(ann)).id;
	const page = await open(ann);
	const log = page.getByRole("log");
	const thinking = scroller(page).getByText(word("log.thinking"));

	await test("U1: a message stands there at once, and says how it fares", async () => {
		let go;
		const held = new Promise((resolve) => { go = resolve; });
		await page.route("**/api/chatkit*", async (route) => {
			await held;
			await route.continue();
		});
		await order({ text: "Hello Ann.", hold: 0 });
		await field(page).fill("hello");
		await page.keyboard.press("Enter");
		const own = mine(page).last();
		await own.getByText("hello").waitFor();
		ok(await own.getByText(word("local.sending")).isVisible(),
			"it is being sent");
		is(await field(page).inputValue(), "", "the field is empty");
		go();
		await perl("held");
		await own.getByText(word("local.sending")).waitFor(
			{ state: "detached" });
		ok(true, "then it is sent");
		await page.unroute("**/api/chatkit*");
	});

	await test("U2: an answer is thought about", async () => {
		await thinking.waitFor();
		await shoot(page, "chat-thinking-light-desktop");
		const status = page.getByRole("status");
		ok((await status.allTextContents()).join(" ").includes(
			word("log.thinking")), "it is said too");
		ok(await stop(page).isVisible(), "Send has become Stop");
		is(await focused(page), word("composer.label"),
			"the focus is where it was");
		await field(page).fill("and another thing");
		await page.keyboard.press("Enter");
		is(await page.getByRole("log").getByText("and another thing")
			.count() + (await field(page).inputValue() ? 1 : 0), 1,
		"what is sent meanwhile is not lost");
		await order({ text: "Another." });
		await release();
		await answers(page).getByText("Hello Ann.").waitFor();
		if (await field(page).inputValue())
			await page.keyboard.press("Enter");
		await answers(page).getByText("Another.").waitFor();
		await rest(page);
		ok(!await thinking.isVisible(), "the indicator is gone");
		is((await rows("select content from message where user_id = " +
			`'${who}' and role = 'user' order by id`))
			.map((row) => row.content), ["hello", "and another thing"],
		"both were heard, in their order");
	});

	await test("Send is Stop in its place, and stops", async () => {
		await order({ pieces: Array.from({ length: 40 }, (_, n) =>
			`word${n} `), hold: 12 });
		await field(page).fill("tell me a lot");
		const where = await send(page).boundingBox();
		await send(page).click();
		await log.getByText("word3").waitFor();
		is(await stop(page).boundingBox(), where, "the same place");
		is(await focused(page), word("composer.stop"),
			"the focus is on it still");
		await page.keyboard.press("Enter");
		await until("Send", () => send(page).isVisible());
		is(await focused(page), word("composer.send"),
			"and stays when it is Send again");
		await log.getByText(word("mark.stopped")).waitFor();
		ok(await log.getByText("word3").isVisible(),
			"what came is kept");
		is((await rows("select state from message where user_id = " +
			`'${who}' order by id desc limit 1`))[0].state, "stopped",
		"so says the database");
		await release();
		await order({ pieces: ["one ", "two ", "three"], hold: 4 });
		await field(page).fill("again");
		await page.keyboard.press("Enter");
		await log.getByText("one two").waitFor();
		await page.keyboard.press("Escape");
		await until("Esc to stop as well", () => send(page).isVisible());
		await release();
	});

	await test("U4: the log follows who is at its end", async () => {
		const lines = (from) => Array.from({ length: 60 }, (_, n) =>
			`line ${from + n}\n\n`);
		await order({ pieces: lines(1000), hold: 40 });
		await field(page).fill("many lines");
		await page.keyboard.press("Enter");
		await log.getByText("line 1035").waitFor();
		await until("the end to be followed", async () =>
			await fromEnd(page) < 2);
		await scroller(page).hover();
		await page.mouse.wheel(0, -40);
		await until("a small step up", async () =>
			await fromEnd(page) > 10);
		await release();
		await log.getByText("line 1059").waitFor();
		await until("40 px away one still follows", async () =>
			await fromEnd(page) < 2);
		await rest(page);

		await order({ pieces: lines(2000), hold: 30 });
		await field(page).fill("more lines");
		await page.keyboard.press("Enter");
		await log.getByText("line 2025").waitFor();
		await scroller(page).hover();
		await page.mouse.wheel(0, -400);
		await until("a large step up", async () =>
			await fromEnd(page) > 300);
		const at = await scroller(page).evaluate((n) => n.scrollTop);
		await release();
		await log.getByText("line 2059").waitFor({ state: "attached" });
		await rest(page);
		is(await scroller(page).evaluate((n) => n.scrollTop), at,
			"who reads above is left there");
		const jump = page.getByRole("button", { name: new RegExp(
			`${word("log.latest")}|${word("log.latest_new",
				{ n: "\\d+" })}|jump to it`) });
		await jump.click();
		await until("the end", async () => await fromEnd(page) < 2);
		await jump.waitFor({ state: "hidden" });
		ok(true, "a button leads to the end, and goes");
		await order({ pieces: lines(3000) });
		await field(page).fill("yet more lines");
		await page.keyboard.press("Enter");
		await log.getByText("line 3059").waitFor();
		await rest(page);
		await until("the end to be followed again", async () =>
			await fromEnd(page) < 2);
	});

	await test("U5: what a tool does is seen while it does it", async () => {
		await order({ calls: [
			{ name: "add_task", arguments: { title: "Milk" } },
			{ name: "add_task", arguments: { title: "Bread" } } ] });
		await order({ text: "I added both.", hold: 0 });
		await field(page).fill("milk and bread, please");
		await page.keyboard.press("Enter");
		await perl("held");
		const work = log.locator("details").last();
		await work.locator("summary").waitFor();
		await work.locator("summary").click();
		await work.getByText("Added #1 “Milk”").last().waitFor();
		await release();
		await rest(page);
		ok(await work.getByText("Added #2 “Bread”").last().isVisible(),
			"what was opened stays open");
		ok(await answers(page).getByText("I added both.").isVisible(),
			"and the answer follows");
	});

	await test("U7: a model that fails", async () => {
		await order({ status: 400 });
		await field(page).fill("this fails");
		await page.keyboard.press("Enter");
		const again = page.locator("openai-chatkit").getByRole("button",
			{ name: word("log.retry"), exact: true });
		await again.waitFor();
		await page.getByText(/try again/i).first().waitFor();
		await shoot(page, "chat-failed-light-desktop");
		await order({ text: "Now it works." });
		await again.click();
		await answers(page).getByText("Now it works.").waitFor();
		await rest(page);
		is(await mine(page).getByText("this fails").count(), 1,
			"the question stands there once");
		is(await again.count(), 0, "and the complaint is gone");
	});
});

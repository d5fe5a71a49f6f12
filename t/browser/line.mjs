// What becomes of what was said when the line, the server or the page goes.
import { ok, is, perl, person, signUp, test, run, until,
	expectComplaints } from "./lib.mjs";
import { field, button, mine, answers, open, rest, word }
	from "./chatpage.mjs";

// what the browser itself says of a server that is not there
expectComplaints(/Failed to load resource/, /ERR_(CONNECTION|INTERNET|NETWORK)/);

const order = (o) => perl("order", o);
const release = () => perl("release");
const rows = (sql) => perl("rows", sql);
const again = new RegExp(`^(${word("log.retry")}|${word("log.send_now")})$`);

/** A text of so many words, the n-th of which says n. */
const words = (name, n) => Array.from({ length: n }, (_, i) =>
	`${name}${i} `);

let who;

/** What the person has said in all, in order, as the database has it. */
const said = async () => (await rows("select content from message where " +
	`user_id = '${who}' and role = 'user' order by created_at, id`))
	.map((row) => row.content);

/** It is said that the line is gone. */
const offline = (page) => page.locator(".ck-banner").getByText(
	"You are offline. What you send now goes out when the connection is " +
	"back.").waitFor();

async function write(page, text) {
	await field(page).fill(text);
	await page.keyboard.press("Enter");
}

await run(async () => {
	const ann = await person();
	const { id, email, password } = await signUp(ann);
	who = id;
	const page = await open(ann);

	await test("a reload in the middle of an answer continues it", async () => {
		await order({ pieces: words("reload", 30), hold: 12 });
		await write(page, "first");
		await answers(page).getByText("reload8").waitFor();
		await page.reload();
		await answers(page).getByText("reload8").waitFor();
		ok(await button(page, word("composer.stop")).isVisible(),
			"it is known that there is more");
		await release();
		await answers(page).getByText("reload29").waitFor();
		await rest(page);
		is(await mine(page).count(), 1, "the question is there once");
		is(await answers(page).count(), 1, "and its answer");
	});

	await test("the web server goes in the middle of an answer", async () => {
		await order({ pieces: words("down", 30), hold: 12 });
		await write(page, "second");
		await answers(page).getByText("down8").waitFor();
		await perl("web_down");
		await page.locator(".ck-banner").getByText(
			word("state.reconnecting")).waitFor();
		await release();
		await perl("web_up");
		await answers(page).getByText("down29").waitFor();
		await rest(page);
		is((await answers(page).last().innerText()).match(/down\d+/g),
			words("down", 30).map((w) => w.trim()),
			"every word is there, once");
	});

	await test("offline is said, and what is sent goes out later, in order", async () => {
		await ann.setOffline(true);
		await offline(page);
		await write(page, "offline one");
		await write(page, "offline two");
		await write(page, "offline three");
		is(await mine(page).getByText(/^offline/).count(), 3,
			"they stand there");
		is(await mine(page).last().getByText(word("local.queued")).count(), 1,
			"and say that they wait");
		is((await said()).length, 2, "the server has none");
		for (const n of ["one", "two", "three"])
			await order({ text: `Answer ${n}.`, when: `offline ${n}` });
		await ann.setOffline(false);
		await answers(page).getByText("Answer three.").waitFor();
		await rest(page);
		ok(!await page.locator(".ck-banner").isVisible(),
			"the banner is gone");
		is(await said(), ["first", "second", "offline one",
			"offline two", "offline three"], "in order, each once");
		is(await page.getByRole("article").evaluateAll((all) =>
			all.slice(-6).map((a) => a.innerText.match(
				/offline \w+|Answer \w+/)?.[0])),
		["offline one", "Answer one", "offline two", "Answer two",
			"offline three", "Answer three"],
		"each answer stands below its question");
	});

	await test("what waits is still there after the page was closed", async () => {
		const address = page.url();
		await ann.setOffline(true);
		await offline(page);
		await write(page, "kept one");
		await write(page, "kept two");
		await field(page).fill("not sent at all");
		await page.goto("about:blank");
		for (const n of ["one", "two"])
			await order({ text: `Reply ${n}.`, when: `kept ${n}` });
		await ann.setOffline(false);
		await page.goto(address);
		await answers(page).getByText("Reply two.").waitFor();
		await rest(page);
		is((await said()).slice(-2), ["kept one", "kept two"],
			"they went out by themselves, in order");
		is((await said()).length, 7, "and once");
		is(await field(page).inputValue(), "not sent at all",
			"the draft is there too");
		await field(page).fill("");
	});

	await test("a new conversation that was begun offline", async () => {
		await button(page, word("log.new")).click();
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		await ann.setOffline(true);
		await offline(page);
		await write(page, "anew one");
		await write(page, "anew two");
		await page.goto("about:blank");
		for (const n of ["one", "two"])
			await order({ text: `Fresh ${n}.`, when: `anew ${n}` });
		await ann.setOffline(false);
		await page.goto("/chat");
		await answers(page).getByText("Fresh two.").waitFor();
		await rest(page);
		is(await mine(page).count(), 2, "both are in it");
		is((await rows("select 1 from conversation where user_id = " +
			`'${who}'`)).length, 2, "it is one conversation");
	});

	await test("two tabs: a message, its answer and a new title", async () => {
		const other = await open(ann, new URL(page.url()).pathname);
		await answers(other).getByText("Fresh two.").waitFor();
		await order({ pieces: words("tab", 20), hold: 10 });
		await write(page, "in the first tab");
		await mine(other).getByText("in the first tab").waitFor();
		await answers(other).getByText("tab5").waitFor();
		ok(true, "the other tab has it as it comes");
		await release();
		await answers(other).getByText("tab19").waitFor();
		await answers(page).getByText("tab19").waitFor();
		await rest(other);
		await rest(page);
		await order({ text: "From the other one." });
		await write(other, "in the second tab");
		for (const p of [page, other]) {
			await answers(p).getByText("From the other one.").waitFor();
			await rest(p);
		}
		const text = (p) => p.getByRole("article").evaluateAll((all) =>
			all.map((a) => a.querySelector("[dir=auto]").innerText));
		is(await text(other), await text(page), "they say the same");
		await button(page, word("log.history")).click();
		const row = page.getByRole("complementary",
			{ name: word("log.history") }).getByRole("listitem").first();
		await row.getByRole("button").nth(1).click();
		await page.getByRole("menuitem", { name: word("history.rename") })
			.click();
		await page.getByRole("textbox", { name: word("history.new_name") })
			.fill("Of two tabs");
		await page.keyboard.press("Enter");
		await other.getByRole("heading", { name: "Of two tabs" }).waitFor();
		ok(true, "a new title is seen in both");
		await button(page, word("history.close")).click();
		await other.close();
	});

	await test("two tabs send at once", async () => {
		const other = await open(ann, new URL(page.url()).pathname);
		await answers(other).getByText("From the other one.").waitFor();
		await order({ text: "To A.", when: "tab A" });
		await order({ text: "To B.", when: "tab B" });
		await Promise.all([write(page, "tab A"), write(other, "tab B")]);
		for (const p of [page, other]) {
			await answers(p).getByText("To A.").waitFor();
			await answers(p).getByText("To B.").waitFor();
			await rest(p);
			// a tab that follows reads the other's message last
			const both = mine(p).getByText(/^tab [AB]$/);
			await both.nth(1).waitFor();
			is(await both.count(), 2, "both are there, each once");
		}
		is((await said()).filter((t) => /^tab/.test(t)).sort(),
			["tab A", "tab B"], "in the database as well");
		await other.close();
	});

	await test("two tabs offline: what waits is sent by one of them", async () => {
		const other = await open(ann, new URL(page.url()).pathname);
		await answers(other).getByText("To B.").waitFor();
		await ann.setOffline(true);
		await offline(page);
		await write(page, "waits in one");
		await mine(other).getByText("waits in one").waitFor();
		ok(true, "the other tab shows it too");
		await order({ text: "No longer." });
		await ann.setOffline(false);
		for (const p of [page, other]) {
			await answers(p).getByText("No longer.").waitFor();
			await rest(p);
			is(await mine(p).getByText("waits in one").count(), 1,
				"once to be seen");
		}
		is((await said()).filter((t) => t === "waits in one").length, 1,
			"once in the database");
		await other.close();
	});

	await test("an answer was lost on its way: the message is not said twice", async () => {
		// the server has it, the page never hears of that
		let lost = 0;
		await page.route("**/api/chatkit*", async (route) => {
			if (!/add_user_message/.test(route.request().postData()) ||
			    lost++)
				return route.continue();
			await route.fetch();
			await route.abort("connectionreset");
		});
		await order({ text: "I heard you." });
		await write(page, "said once");
		await answers(page).getByText("I heard you.").waitFor();
		await rest(page);
		await page.unroute("**/api/chatkit*");
		ok(lost > 0, "one answer was lost");
		is((await said()).filter((t) => t === "said once").length, 1,
			"it was said once");
		is(await mine(page).getByText("said once").count(), 1,
			"and is shown once");
	});

	await test("the worker is killed in the middle of an answer", async () => {
		await order({ pieces: words("gone", 30), hold: 12 });
		await write(page, "before the end");
		await answers(page).getByText("gone8").waitFor();
		await order({ text: "From the start, then." });
		await perl("kill_worker");
		await perl("start_worker");
		// its lease ends, then somebody else takes the turn over
		await answers(page).getByText("From the start, then.").waitFor();
		await release();
		await rest(page);
		is((await said()).filter((t) => t === "before the end").length, 1,
			"the question was not said again");
		await page.reload();
		await answers(page).getByText("From the start, then.").waitFor();
		is(await mine(page).getByText("before the end").count(), 1,
			"so reads the conversation later");
	});

	await test("signed out elsewhere: what was written is kept, and sent", async () => {
		await perl("sql", "delete from public.session where \"userId\" = " +
			`'${who}'`);
		await write(page, "too late");
		await field(page).fill("half a thought");
		await page.getByRole("alert").getByText("Your session has ended. " +
			"Sign in again to go on; what you wrote is kept.").waitFor();
		is(await mine(page).getByText("too late").count(), 1,
			"it stands there");
		const address = new URL(page.url()).pathname;
		await page.getByRole("link", { name: word("session.sign_in") })
			.click();
		await page.getByRole("textbox", { name: "E-mail" }).fill(email);
		await page.getByRole("textbox", { name: "Password" })
			.fill(password);
		await order({ text: "Better late." });
		await button(page, "Sign in").click();
		await field(page).waitFor();
		is(new URL(page.url()).pathname, address, "back where one was");
		await mine(page).getByText("too late").waitFor();
		is(await field(page).inputValue(), "half a thought",
			"the draft is there");
		const go = mine(page).last().getByRole("button", { name: again });
		await go.click({ timeout: 3000 }).catch(() => {});
		await answers(page).getByText("Better late.").waitFor();
		await rest(page);
		is((await said()).filter((t) => t === "too late").length, 1,
			"said once");
	});

	await test("somebody else at the same browser sees nothing of it", async () => {
		await ann.setOffline(true);
		await offline(page);
		await write(page, "Ann's secret");
		await page.goto("about:blank");
		await ann.setOffline(false);
		await ann.clearCookies();
		await signUp(ann, "Bob");
		await page.goto("/chat");
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(await page.getByText("Ann's secret").count(), 0,
			"neither shown");
		is((await rows("select 1 from message where content = " +
			"'Ann''s secret'")).length, 0, "nor sent in another's name");
		is(await field(page).inputValue(), "", "and no draft");
	});
});

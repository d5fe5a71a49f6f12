// U1 to U13 with the built-in model, and what good chat pages have besides.
import { ok, is, like, wish, url, perl, person, signUp, test, run, until,
	shoot, expectComplaints, ZONE } from "./lib.mjs";
import { field, button, send, mine, answers, open, rest, say, focused,
	tooWide, threadOf, word } from "./chatpage.mjs";

// what the browser itself says of an answer that is an error
expectComplaints(/Failed to load resource/);

const rows = (sql) => perl("rows", sql);
const menuName = new RegExp(`^${word("history.menu", { title: ".*" })}$`);
const again = new RegExp(`${word("log.retry")}|${word("log.send_now")}`);
let ann, page, who;

/** Tasks of the person, as the database has them. */
const tasks = () => rows("select id, title, completed_at is not null as done, " +
	`deleted_at is not null as gone from task where user_id = '${who}' ` +
	"order by id");

const panel = () => page.getByRole("complementary", { name: word("nav.tasks") });
const list = () => page.getByRole("complementary",
	{ name: word("log.history") });

await run(async () => {
	ann = await person({ timezoneId: ZONE, permissions: ["clipboard-read",
		"clipboard-write"] });
	who = (await signUp(ann)).id;
	page = await open(ann);

	await test("U12: a greeting and prompts, which say what they say", async () => {
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		await shoot(page, "chat-start-light-desktop");
		const prompt = "Add a task to call the dentist tomorrow at 9";
		await button(page, prompt).click();
		await mine(page).getByText(prompt).waitFor();
		await rest(page);
		is(await button(page, prompt).count(), 0, "prompts are gone then");
		is(await focused(page), word("composer.label"), "and one can write on");
		is((await tasks()).length, 1, "it was done");
	});

	await test("the address is the conversation's", async () => {
		const [{ id }] = await rows("select id from conversation " +
			`where user_id = '${who}'`);
		is(threadOf(page), id, "the id is in the address");
		like(await page.title(), /dentist/, "and its title is the page's");
	});

	await test("U1: Enter sends, Shift+Enter is a new line", async () => {
		await field(page).pressSequentially("Add a task to buy milk");
		await page.keyboard.press("Shift+Enter");
		await page.keyboard.type("and nothing else");
		is(await field(page).inputValue(),
			"Add a task to buy milk\nand nothing else", "a new line");
		await page.keyboard.press("Enter");
		is(await field(page).inputValue(), "", "the field is empty at once");
		await rest(page);
		is(await mine(page).last().locator("[dir=auto]").first()
			.evaluate((node) => node.innerText),
		"Add a task to buy milk\nand nothing else", "both lines are shown");
		is(await mine(page).count(), 2, "it was sent once");
	});

	await test("U1: an empty message is none", async () => {
		const before = await mine(page).count();
		await field(page).fill(" \n ");
		await page.keyboard.press("Enter");
		await page.getByText(word("composer.empty")).first().waitFor();
		is(await mine(page).count(), before, "nothing was sent");
		await field(page).fill("");
	});

	await test("U1: Enter belongs to an input method while it composes", async () => {
		const cdp = await ann.newCDPSession(page);
		const before = await mine(page).count();
		await field(page).focus();
		await cdp.send("Input.imeSetComposition", { text: "にほん",
			selectionStart: 3, selectionEnd: 3 });
		// the key that an input method takes for itself
		await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown",
			key: "Enter", code: "Enter", windowsVirtualKeyCode: 229,
			nativeVirtualKeyCode: 229 });
		await cdp.send("Input.insertText", { text: "日本" });
		await cdp.send("Input.dispatchKeyEvent", { type: "keyUp",
			key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
		is(await field(page).inputValue(), "日本", "what was composed");
		is(await mine(page).count(), before, "is not sent by that Enter");
		// browsers differ in whether the key comes before or after the end
		await field(page).evaluate((node) => {
			node.dispatchEvent(new CompositionEvent("compositionstart",
				{ bubbles: true, composed: true }));
			node.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter",
				keyCode: 13, isComposing: true, bubbles: true,
				composed: true, cancelable: true }));
			node.dispatchEvent(new CompositionEvent("compositionend",
				{ bubbles: true, composed: true }));
			node.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter",
				keyCode: 229, bubbles: true, composed: true,
				cancelable: true }));
		});
		is(await mine(page).count(), before, "nor by one in another order");
		is(await field(page).inputValue(), "日本", "and it stays");
		await field(page).fill("");
	});

	await test("U3: who said what, when, and on which side", async () => {
		const place = async (messages) => (await messages.last()
			.locator("[dir=auto]").first().boundingBox());
		const log = await page.getByRole("log").boundingBox();
		const own = await place(mine(page));
		const other = await place(answers(page));
		ok(own.x + own.width > log.x + log.width - 40 &&
			own.x > log.x + 40, "the person's on the right");
		ok(other.x < log.x + 40, "the answer on the left");
		const times = await page.getByRole("log").locator("time")
			.evaluateAll((all) => all.map((t) => [t.dateTime,
				t.textContent]));
		is(times.length, 2 * await mine(page).count(), "each has a time");
		const [when, shown] = times.at(-1);
		is(shown, new Date(when).toLocaleTimeString("en-US", {
			hour: "numeric", minute: "2-digit",
			timeZone: ZONE }), "in the reader's own zone");
	});

	await test("U5: what a tool did is a line", async () => {
		await page.getByRole("log").getByText(/^Added #1 /).first()
			.waitFor();
		await say(page, "Add a task to water the plants and then show my tasks");
		const line = page.getByRole("log").locator("details").last();
		is(await line.getAttribute("open"), null, "two steps are folded");
		const step = line.getByRole("listitem").getByText(/^Added #3 /);
		ok(!await step.isVisible(), "so that they take one line");
		await line.locator("summary").click();
		ok(await step.isVisible(), "which opens");
		await line.locator("summary").press("Enter");
		ok(!await step.isVisible(), "and closes, with keys too");
	});

	await test("U5: a list is drawn, and its boxes do something", async () => {
		const box = page.getByRole("log").getByRole("checkbox",
			{ name: /water the plants/i });
		await box.check();
		await until("the task to be done", async () =>
			(await tasks())[2].done);
		ok(await box.isChecked(), "the box stays ticked");
		is(await focused(page).then((name) => /water/i.test(name)), true,
			"and keeps the focus");
		await panel().getByText("Water the plants").first().waitFor(
			{ state: "detached" });
		ok(true, "the list beside the chat has heard of it");
		await box.uncheck();
		await until("the task to be open", async () =>
			!(await tasks())[2].done);
		await panel().getByText("Water the plants").first().waitFor();
	});

	await test("a task ticked beside the chat", async () => {
		await panel().getByRole("checkbox", { name: /milk/i }).check();
		await until("the task to be done", async () =>
			(await tasks())[1].done);
	});

	await test("an answer can be copied", async () => {
		await button(page, word("log.copy")).last().click();
		const copied = await page.evaluate(() =>
			navigator.clipboard.readText());
		like(copied, /Water the plants$/, "with its list");
		await page.getByText(word("log.copied")).first().waitFor();
		await button(page, word("log.copy_own")).last().click();
		is(await page.evaluate(() => navigator.clipboard.readText()),
			"Add a task to water the plants and then show my tasks",
			"so can a message");
	});

	await test("thumbs", async () => {
		const good = button(page, word("log.good")).last();
		await good.click();
		await until("the thumb in the database", async () =>
			(await rows("select feedback from message where user_id = " +
			`'${who}' and feedback is not null`))[0]?.feedback ===
			"positive");
		is(await good.getAttribute("aria-pressed"), "true", "it is pressed");
		await button(page, word("log.bad")).last().click();
		await until("the other one", async () =>
			(await rows("select feedback from message where user_id = " +
			`'${who}' and feedback is not null`))[0]?.feedback ===
			"negative");
		is(await good.getAttribute("aria-pressed"), "false",
			"one thumb at a time");
	});

	await test("answering again", async () => {
		await say(page, "What's pending?");
		const before = await mine(page).count();
		const last = async () => (await rows("select max(id) as id from " +
			`message where user_id = '${who}'`))[0].id;
		const old = await last();
		await button(page, word("log.again")).click();
		await until("another answer", async () => await last() > old);
		await rest(page);
		is(await mine(page).count(), before, "nothing is said twice");
		is((await rows("select count(*)::int as n from message where " +
			`user_id = '${who}' and role = 'user'`))[0].n, before,
		"neither in the database");
	});

	await test("editing the last message", async () => {
		await say(page, "Add a task to feed the cat");
		await mine(page).last().hover();
		await button(page, word("log.edit")).last().click();
		is(await field(page).inputValue(), "Add a task to feed the cat",
			"its text is in the field");
		await page.keyboard.press("Escape");
		is(await field(page).inputValue(), "", "Esc leaves it");
		await field(page).press("ArrowUp");
		is(await field(page).inputValue(), "Add a task to feed the cat",
			"arrow up in an empty field edits too");
		await field(page).fill("Add a task to feed the dog");
		await button(page, word("composer.save")).click();
		await mine(page).getByText("Add a task to feed the dog").waitFor();
		await rest(page);
		is(await mine(page).getByText("feed the cat").count(), 0,
			"the old words are gone");
		await until("the new ones to be heard", async () =>
			(await tasks()).some((t) => /feed the dog/i.test(t.title)));
		await page.reload();
		await mine(page).getByText("feed the dog").waitFor();
		is(await mine(page).getByText("feed the cat").count(), 0,
			"after a reload as well");
	});

	await test("U13: the limit of a message", async () => {
		const before = await mine(page).count();
		await field(page).fill("x".repeat(1001));
		await page.getByText("1 character too many.").first().waitFor();
		await page.keyboard.press("Enter");
		is(await mine(page).count(), before, "1,001 are not sent");
		is((await field(page).inputValue()).length, 1001, "and not lost");
		await page.keyboard.press("Backspace");
		await page.getByText("0 characters left").first().waitFor();
		await page.keyboard.press("Enter");
		await until("1,000 to be sent", async () =>
			await mine(page).count() > before);
		await rest(page);
		// an emoji is one character, as the server counts
		await field(page).fill("😀".repeat(1000));
		await page.getByText("0 characters left").first().waitFor();
		await field(page).fill("");
	});

	await test("U6: new conversation, list, switch, resume", async () => {
		const first = page.url();
		await button(page, word("log.new")).click();
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(new URL(page.url()).pathname, "/chat", "a new one has no id yet");
		is(await focused(page), word("composer.label"), "one can write at once");
		await say(page, "Add a task to sing a song");
		const second = page.url();
		ok(second !== first && threadOf(page), "and then its own");
		await button(page, word("log.history")).click();
		await list().getByRole("heading", { name: word("history.today") }).waitFor();
		const titles = list().getByRole("listitem");
		await until("two conversations", async () =>
			await titles.count() === 2);
		like(await titles.first().innerText(), /sing a song/,
			"the newest is first");
		await shoot(page, "chat-history-light-desktop");
		await titles.nth(1).getByRole("button").first().click();
		await mine(page).getByText("feed the dog").waitFor();
		is(page.url(), first, "the other one is back");
		await page.goBack();
		await mine(page).getByText("sing a song").waitFor();
		await page.goForward();
		await mine(page).getByText("feed the dog").waitFor();
		is(page.url(), first, "back and forward go where one was");
		await page.goto(second);
		await mine(page).getByText("sing a song").waitFor();
		ok(true, "the address opens it again");
	});

	await test("U6: rename and delete in the row's menu", async () => {
		await button(page, word("log.history")).click();
		const row = list().getByRole("listitem").first();
		await row.getByRole("button", { name: menuName }).click();
		await page.getByRole("menuitem", { name: word("history.rename") }).click();
		const name = page.getByRole("textbox", { name: word("history.new_name") });
		await name.fill("Of songs");
		await name.press("Enter");
		await row.getByRole("button", { name: "Of songs", exact: true })
			.waitFor();
		await until("the title in the database", async () => (await rows(
			`select title from conversation where user_id = '${who}' ` +
			"and title = 'Of songs'")).length === 1);
		await page.getByRole("heading", { name: "Of songs" }).waitFor();
		await row.getByRole("button", { name: menuName }).click();
		await page.getByRole("menuitem", { name: "Delete" }).click();
		const ask = page.getByRole("dialog",
			{ name: word("history.ask_delete") });
		await ask.getByRole("button", { name: word("dialog.cancel") }).click();
		is(await list().getByRole("listitem").count(), 2,
			"it asks first, and Cancel keeps it");
		await row.getByRole("button", { name: menuName }).click();
		await page.getByRole("menuitem", { name: "Delete" }).click();
		await ask.getByRole("button", { name: "Delete" }).click();
		await until("one conversation", async () =>
			await list().getByRole("listitem").count() === 1);
		is((await rows("select 1 from conversation where user_id = " +
			`'${who}'`)).length, 1, "it is gone");
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(new URL(page.url()).pathname, "/chat",
			"the page of what is gone becomes that of a new one");
		await list().getByRole("listitem").first().getByRole("button")
			.first().click();
		await mine(page).getByText("feed the dog").waitFor();
		await button(page, word("history.close")).click();
	});

	await test("keys: search, new, shortcuts, Esc", async () => {
		await field(page).focus();
		await page.keyboard.press("Control+/");
		const keys = page.getByRole("dialog",
			{ name: word("shortcut.title") });
		await keys.waitFor();
		await page.keyboard.press("Escape");
		await keys.waitFor({ state: "detached" });
		is(await focused(page), word("composer.label"), "the focus is back where it was");
		await page.keyboard.press("Control+k");
		const search = page.getByRole("combobox",
			{ name: word("search.placeholder") });
		await search.waitFor();
		await search.pressSequentially("the dentist");
		const hit = page.getByRole("listbox",
			{ name: word("search.found") }).getByRole("option");
		await until("one find", async () => await hit.count() === 1);
		await search.press("Enter");
		await search.waitFor({ state: "detached" });
		await mine(page).getByText("feed the dog").waitFor();
		await page.keyboard.press("Control+k");
		await search.fill("no such words at all");
		await page.getByText(word("search.nothing")).first().waitFor();
		await page.keyboard.press("Escape");
		await search.waitFor({ state: "detached" });
		await page.keyboard.press("Control+Shift+O");
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(await focused(page), word("composer.label"), "one can write at once");
		await page.goBack();
		await mine(page).getByText("feed the dog").waitFor();
	});

	await test("what is written is kept, for each conversation", async () => {
		await field(page).fill("half a thou");
		await button(page, word("log.new")).click();
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(await field(page).inputValue(), "", "a new one begins empty");
		await field(page).fill("something else");
		await page.goBack();
		await mine(page).getByText("feed the dog").waitFor();
		await until("the draft to be back", async () =>
			await field(page).inputValue() === "half a thou");
		await page.reload();
		await mine(page).getByText("feed the dog").waitFor();
		is(await field(page).inputValue(), "half a thou",
			"also after a reload");
		await field(page).fill("");
	});

	await test("U7: the server cannot be reached", async () => {
		await page.route("**/api/chatkit*", (route) => route.abort());
		await field(page).fill("Add a task to call Bob");
		await page.keyboard.press("Enter");
		await page.getByText("Unable to connect to the server. Please try " +
			"again in a moment.").first().waitFor();
		const last = mine(page).last();
		await last.getByText("call Bob").waitFor();
		await last.getByRole("button", { name: again }).waitFor();
		await page.getByRole("status").getByText("Unable to connect")
			.first().waitFor();
		ok(true, "it is said aloud as well");
		await shoot(page, "chat-unreachable-light-desktop");
		await page.unroute("**/api/chatkit*");
		// it goes out by itself as well; whoever is first
		await last.getByRole("button", { name: again }).click(
			{ timeout: 2000 }).catch(() => {});
		await until("the answer", async () => (await tasks()).some((t) =>
			/call Bob/i.test(t.title)));
		await rest(page);
		is((await tasks()).filter((t) => /call Bob/i.test(t.title)).length, 1,
			"it was done once");
		is(await mine(page).getByText("call Bob").count(), 1,
			"and stands there once");
	});

	await test("U7: the server fails", async () => {
		await page.route("**/api/chatkit*", (route) => route.fulfill({
			status: 500, contentType: "application/json",
			body: '{"error":"internal","detail":"panic at 0x7f: psql"}' }));
		await field(page).fill("Add a task to call Carl");
		await page.keyboard.press("Enter");
		await page.getByText("Something went wrong. Please try again or " +
			"rephrase your request.").first().waitFor();
		is(await page.getByText("panic").count(), 0,
			"nothing of the server's insides");
		await page.unroute("**/api/chatkit*");
		await mine(page).last().getByRole("button", { name: again })
			.click({ timeout: 2000 }).catch(() => {});
		await until("the task", async () => (await tasks()).filter((t) =>
			/call Carl/i.test(t.title)).length === 1);
		await rest(page);
	});

	await test("U7: an answer that is none", async () => {
		const answer = { status: 200, contentType: "text/html",
			body: "<!doctype html><title>Sign in to CafeNet</title>" };
		await page.route("**/api/**", (route) => route.fulfill(answer));
		await field(page).fill("Add a task to call Dora");
		await page.keyboard.press("Enter");
		await page.getByText(/makes no sense/).first().waitFor();
		await page.unroute("**/api/**");
		await mine(page).last().getByRole("button", { name: again })
			.click({ timeout: 2000 }).catch(() => {});
		await until("the task", async () => (await tasks()).filter((t) =>
			/call Dora/i.test(t.title)).length === 1);
		await rest(page);
		await page.reload();
		await mine(page).last().waitFor();
	});

	await test("U9: 320, 768 and 1024 pixels", async () => {
		await say(page, "Show all my tasks");
		for (const [width, height] of [[320, 640], [768, 1024],
			[1024, 768]]) {
			await page.setViewportSize({ width, height });
			is(await tooWide(page), [], `nothing is too wide at ${width}`);
			ok(await field(page).isVisible() && await send(page).isVisible(),
				"one can write");
			const at = await send(page).boundingBox();
			ok(at.y + at.height <= height, "the button is on the screen");
		}
		await page.setViewportSize({ width: 320, height: 640 });
		await shoot(page, "chat-light-phone");
		await button(page, word("log.history")).click();
		await list().waitFor();
		is(await tooWide(page), [], "nor the list of conversations");
		await shoot(page, "chat-history-light-phone");
		await page.keyboard.press("Escape");
		await list().waitFor({ state: "detached" });
		await page.getByRole("link", { name: word("nav.tasks") }).click();
		await panel().getByText("Sing a song").waitFor();
		is(await tooWide(page), [], "nor the tasks");
		await page.goBack();
		await field(page).waitFor();
		await page.setViewportSize({ width: 1280, height: 800 });
	});

	await test("U11: light and dark", async () => {
		const ground = () => page.locator("openai-chatkit section").first()
			.evaluate((node) => getComputedStyle(node).backgroundColor);
		const light = await ground();
		await shoot(page, "chat-light-desktop");
		await page.emulateMedia({ colorScheme: "dark" });
		await until("a dark ground", async () => await ground() !== light);
		await shoot(page, "chat-dark-desktop");
		await page.setViewportSize({ width: 320, height: 640 });
		await shoot(page, "chat-dark-phone");
		await page.setViewportSize({ width: 1280, height: 800 });
		await button(page, word("nav.account")).click();
		await page.getByRole("radio", { name: word("menu.theme.light") }).check();
		await until("light, as was chosen", async () =>
			await ground() === light);
		await page.getByRole("radio", { name: word("menu.theme.auto") }).check();
		await until("dark, as the system", async () =>
			await ground() !== light);
		await page.keyboard.press("Escape");
		await page.emulateMedia({ colorScheme: "light" });
	});

	await test("a confirmation's card", async () => {
		await say(page, "Delete all my tasks");
		await page.getByRole("log").getByText("Needs your answer")
			.waitFor();
		await shoot(page, "chat-card-light-desktop");
		await page.emulateMedia({ colorScheme: "dark" });
		await shoot(page, "chat-card-dark-desktop");
		await button(page, word("log.history")).click();
		await list().waitFor();
		await shoot(page, "chat-history-dark-desktop");
		await page.setViewportSize({ width: 320, height: 640 });
		await shoot(page, "chat-history-dark-phone");
		await page.keyboard.press("Escape");
		await list().waitFor({ state: "detached" });
		await shoot(page, "chat-card-dark-phone");
		await page.emulateMedia({ colorScheme: "light" });
		await shoot(page, "chat-card-light-phone");
		await page.setViewportSize({ width: 1280, height: 800 });
		await page.getByRole("log").getByRole("button", { name: "Keep" })
			.click();
		await page.getByRole("log").getByText("Kept").first().waitFor();
		ok((await tasks()).every((t) => !t.gone), "nothing is deleted");
	});

	await test("U10: what is said is text", async () => {
		const text = '<img src=x onerror="window.__xss=1"> **b** ' +
			"[x](javascript:window.__xss=2)";
		await say(page, `Add a task "${text}"`);
		await say(page, "show my tasks");
		await page.getByRole("log").getByRole("checkbox")
			.filter({ visible: true }).first().waitFor();
		is(await page.evaluate(() => window.__xss), undefined,
			"nothing was executed");
		is(await page.locator("openai-chatkit img").count(), 0, "no picture");
		is(await page.locator('a[href^="javascript"]').count(), 0, "no link");
		ok((await mine(page).nth(-2).innerText()).includes(text),
			"the words are shown as they were written");
	});

	await test("no such conversation", async () => {
		await page.goto("/chat/00000000-0000-4000-8000-000000000000");
		await page.getByRole("heading", { name: word("chat.gone") })
			.waitFor();
		await button(page, word("chat.new")).click();
		await field(page).waitFor();
		is(new URL(page.url()).pathname, "/chat", "one can begin anew");
		await page.goto("/chat/%3Cscript%3E");
		await page.getByRole("heading", { name: word("chat.gone") })
			.waitFor();
	});

	await test("U7: the session is over", async () => {
		await page.goto("/chat");
		await field(page).waitFor();
		await perl("sql", `delete from public.session where "userId" = '${who}'`);
		await field(page).fill("Add a task to call Eve");
		await page.keyboard.press("Enter");
		await page.getByRole("alert").getByText("Your session has ended. " +
			"Sign in again to go on; what you wrote is kept.").waitFor();
		const link = page.getByRole("link", { name: word("session.sign_in") });
		like(await link.getAttribute("href"), /^\/sign-in\?next=%2Fchat/,
			"a way to sign in, and back here");
		await page.getByText("call Eve").first().waitFor();
	});
});

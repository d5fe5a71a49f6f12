// The chat page by keyboard alone, and as a screen reader has it.
import { ok, is, like, perl, person, signUp, test, run, until, accessible,
	shoot, leave } from "./lib.mjs";
import { field, button, stop, mine, answers, rest, reach, focused, tooWide,
	word } from "./chatpage.mjs";

const order = (o) => perl("order", o);
const rows = (sql) => perl("rows", sql);
const release = () => perl("release");
const text = (n, name = "word") => ({ pieces: Array.from({ length: n },
	(_, i) => `${name}${i} `) });
let page, who;

/** The focus is on something, and that can be seen. */
async function kept(what) {
	const at = await focused(page);
	ok(at !== "body", `the focus is on something after ${what}`, at);
}

async function press(keys, what = keys) {
	await page.keyboard.press(keys);
	await kept(what);
}

await run(async () => {
	const ann = await person();
	const { id, email, password } = await signUp(ann);
	who = id;
	await ann.clearCookies();
	page = await ann.newPage();

	await test("sign in", async () => {
		await page.goto("/sign-in?next=%2Fchat");
		await page.getByRole("button", { name: "Sign in" }).waitFor();
		await reach(page, "E-mail");
		await page.keyboard.type(email);
		await reach(page, "Password");
		await page.keyboard.type(password);
		await page.keyboard.press("Enter");
		await field(page).waitFor();
		await accessible(page, "an empty chat");
	});

	await test("past what every page has", async () => {
		await reach(page, word("page.skip"), "Shift+Tab");
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		ok(await page.evaluate(() => document.activeElement.matches(
			"main *")), "the link leads to the chat");
	});

	await test("send, stop, send again", async () => {
		await reach(page, word("composer.label"));
		await order({ ...text(40), hold: 20 });
		await page.keyboard.type("a long story");
		await press("Enter", "sending");
		await answers(page).getByText("word12").waitFor();
		is(await focused(page), word("composer.label"),
			"the focus stays in the field while the answer comes");
		await page.keyboard.type("typed meanwhile");
		is(await field(page).inputValue(), "typed meanwhile",
			"and one can type");
		await accessible(page, "while an answer is written");
		await reach(page, word("composer.stop"));
		await press("Enter", "stopping");
		await until("the end", async () => !await stop(page).isVisible());
		is(await focused(page), word("composer.send"), "it is Send again");
		await page.keyboard.press("Shift+Tab");
		await reach(page, word("composer.label"), "Shift+Tab");
		is(await field(page).inputValue(), "typed meanwhile",
			"what was typed is there");
		await release();
		await order({ text: "Short." });
		await press("Enter", "sending");
		await answers(page).getByText("Short.").waitFor();
		await rest(page);
		await accessible(page, "a conversation");
	});

	await test("tools: open their line, tick a box", async () => {
		await order({ calls: [
			{ name: "add_task", arguments: { title: "Milk" } },
			{ name: "add_task", arguments: { title: "Bread" } },
			{ name: "list_tasks", arguments: {} } ] });
		await order({ text: "Three steps." });
		await page.keyboard.type("milk, bread, list");
		await press("Enter", "sending");
		await answers(page).getByText("Three steps.").waitFor();
		await rest(page);
		await reach(page, word("log.steps", { n: 3 }), "Shift+Tab");
		await press("Enter", "opening the steps");
		const step = page.getByRole("listitem").getByText("Added #2 “Bread”");
		ok(await step.isVisible(), "the steps are to be seen");
		await press("Enter", "closing them");
		ok(!await step.isVisible(), "and gone again");
		await reach(page, "Bread");
		await press("Space", "ticking");
		await until("it to be done", async () => (await rows("select 1 from " +
			`task where user_id = '${who}' and title = 'Bread' and ` +
			"completed_at is not null")).length === 1);
		await kept("the list was drawn anew");
		is(await focused(page), "Bread", "it is on the same box");
		await accessible(page, "a list of tasks");
	});

	await test("an action under the answer", async () => {
		await reach(page, word("log.good"));
		await press("Enter", "a thumb");
		await until("the thumb", async () => (await rows("select 1 from " +
			`message where user_id = '${who}' and feedback = 'positive'`))
			.length > 0);
		await reach(page, word("log.again"), "Shift+Tab");
		await order({ text: "Once more." });
		await press("Enter", "answering again");
		await answers(page).getByText("Once more.").waitFor();
		await rest(page);
		await kept("the other answer came");
	});

	await test("confirm", async () => {
		await order({ calls: [{ name: "delete_task",
			arguments: { task_id: 1 } }] });
		await reach(page, word("composer.label"));
		await page.keyboard.type("away with milk");
		await press("Enter", "sending");
		await page.getByRole("log").getByText("Needs your answer").waitFor();
		await rest(page);
		await accessible(page, "a question");
		await reach(page, "Keep", "Shift+Tab");
		await reach(page, "Delete", "Shift+Tab");
		await press("Enter", "confirming");
		await page.getByRole("log").getByText("Deleted", { exact: true })
			.waitFor();
		await rest(page);
		await kept("the buttons were gone");
		is((await rows(`select title from task where user_id = '${who}' ` +
			"and deleted_at is not null")).length, 1, "it is deleted");
		await accessible(page, "an answered question");
	});

	await test("edit the last message", async () => {
		await page.keyboard.press("Control+Shift+O");
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(await focused(page), word("composer.label"), "in a new chat");
		await order({ text: "To the first words." });
		await page.keyboard.type("first words");
		await press("Enter", "sending");
		await answers(page).getByText("To the first words.").waitFor();
		await rest(page);
		await press("ArrowUp", "editing");
		is(await field(page).inputValue(), "first words", "to be edited");
		await accessible(page, "editing");
		await page.keyboard.type(" and more");
		await order({ text: "To the second words." });
		await press("Enter", "sending the edit");
		await answers(page).getByText("To the second words.").waitFor();
		await rest(page);
		is(await mine(page).count(), 1, "there is one message");
		is(await focused(page), word("composer.label"), "and one types on");
	});

	await test("the history: rename, delete", async () => {
		await reach(page, word("log.history"), "Shift+Tab");
		await press("Enter", "opening the list");
		const list = page.getByRole("complementary",
			{ name: word("log.history") });
		await list.getByRole("listitem").first().waitFor();
		await accessible(page, "the list of conversations");
		const name = word("history.menu", { title: "first words and more" });
		await reach(page, name);
		await page.keyboard.press("Enter");
		await page.getByRole("menu").waitFor();
		await until("the focus in the menu", async () =>
			await focused(page) === word("history.rename"));
		await accessible(page, "a menu");
		await press("Escape", "leaving the menu");
		is(await focused(page), name, "which goes back to its button");
		await page.keyboard.press("Enter");
		await until("the focus in the menu", async () =>
			await focused(page) === word("history.rename"));
		await press("Enter", "choosing Rename");
		await page.keyboard.press("Control+a");
		await page.keyboard.type("Renamed by keys");
		await press("Enter", "renaming");
		await list.getByRole("button", { name: "Renamed by keys",
			exact: true }).waitFor();
		await kept("the new name came");
		await reach(page, word("history.menu", { title: "Renamed by keys" }));
		await page.keyboard.press("Enter");
		await until("the focus in the menu", async () =>
			await focused(page) === word("history.rename"));
		await press("ArrowDown", "moving in the menu");
		await page.keyboard.press("Enter");
		const ask = page.getByRole("dialog",
			{ name: word("history.ask_delete") });
		await ask.waitFor();
		await accessible(page, "a dialog that asks");
		is(await focused(page), word("dialog.cancel"),
			"the focus is on what does no harm");
		await reach(page, word("history.delete"));
		await page.keyboard.press("Enter");
		await until("one conversation", async () =>
			await list.getByRole("listitem").count() === 1);
		await until("the focus", async () => await focused(page) !== "body");
		await kept("the conversation was gone");
		await reach(page, "milk, bread, list", "Shift+Tab")
			.catch(() => reach(page, "a long story"));
		await press("Enter", "opening the other");
		await mine(page).getByText("away with milk").waitFor();
		await reach(page, word("history.close"), "Shift+Tab");
		await press("Enter", "closing the list");
	});

	await test("search and shortcuts", async () => {
		await press("Control+k", "Ctrl+K");
		const search = page.getByRole("combobox",
			{ name: word("search.placeholder") });
		await search.waitFor();
		await page.keyboard.type("milk");
		await page.getByRole("listbox", { name: word("search.found") })
			.getByRole("option").first().waitFor();
		await accessible(page, "the search");
		await press("ArrowDown", "moving to a find");
		await press("Enter", "opening it");
		await search.waitFor({ state: "detached" });
		await until("the focus", async () => await focused(page) !== "body");
		await press("Control+/", "Ctrl+/");
		await page.getByRole("dialog", { name: word("shortcut.title") })
			.waitFor();
		await accessible(page, "the shortcuts");
		await press("Escape", "leaving them");
	});

	await test("the menu of the page, the profile", async () => {
		await reach(page, word("nav.account"), "Shift+Tab");
		await page.keyboard.press("Enter");
		await page.getByRole("link", { name: word("menu.profile") })
			.waitFor();
		await accessible(page, "the menu of the page");
		await press("Escape", "leaving the menu");
		is(await focused(page), word("nav.account"), "back at its button");
		await page.keyboard.press("Enter");
		await page.getByRole("link", { name: word("menu.profile") })
			.waitFor();
		await reach(page, word("menu.profile"));
		await page.keyboard.press("Enter");
		await page.waitForURL(/\/profile$/);
		await page.getByRole("heading", { level: 1 }).waitFor();
		await page.goBack();
		await field(page).waitFor();
	});

	await test("what a screen reader finds", async () => {
		await mine(page).first().waitFor();
		const cdp = await ann.newCDPSession(page);
		const { nodes } = await cdp.send("Accessibility.getFullAXTree");
		const seen = nodes.filter((n) => !n.ignored);
		const role = (n) => n.role?.value;
		const named = new Set(["button", "link", "textbox", "checkbox",
			"combobox", "radio", "menuitem", "dialog", "navigation",
			"complementary", "log", "searchbox", "group"]);
		is(seen.filter((n) => named.has(role(n)) && !n.name?.value &&
			role(n) !== "group").map((n) => role(n)), [],
		"everything that does something has a name");
		const logs = seen.filter((n) => role(n) === "log");
		is(logs.length, 1, "there is one log");
		const status = page.locator("openai-chatkit").getByRole("status");
		is(await status.count(), 1, "and one status region of the chat");
		is(await page.getByRole("log").getByRole("status").count(), 0,
			"apart from it");
		is(await page.getByRole("log").getAttribute("aria-live"), "off",
			"the log is not read out as it grows");
		const headings = await page.getByRole("heading").evaluateAll((all) =>
			all.map((h) => [Number(h.localName[1]), h.textContent]));
		is(headings.filter(([level]) => level === 1).length, 1,
			"one heading is the page's");
		ok(headings.every(([level], n) => n === 0 ||
			level <= headings[n - 1][0] + 1), "no level is left out",
		headings);
		like(await page.getByRole("log").ariaSnapshot(),
			/heading "You said"[\s\S]*heading "The assistant said"/,
			"one can go from message to message");
	});

	await test("an answer is not read out word by word", async () => {
		await page.evaluate(() => {
			const root = document.querySelector("openai-chatkit").shadowRoot;
			window.spoken = [];
			for (const region of root.querySelectorAll(
				"[role=status], [role=alert], [aria-live]")) {
				if (region.ariaLive === "off") continue;
				new MutationObserver(() => window.spoken.push(
					region.textContent)).observe(region, {
					childList: true, characterData: true, subtree: true });
			}
		});
		await order({ ...text(400, "spoken"), pause: 0.002 });
		await field(page).fill("at length, please");
		await press("Enter", "sending");
		await answers(page).getByText("spoken399").waitFor();
		await rest(page);
		const spoken = await until("the answer to be announced", async () => {
			const all = await page.evaluate(() => window.spoken);
			return all.some((t) => /spoken0/.test(t)) && all;
		});
		ok(spoken.length <= 4, "few things are said", spoken);
		ok(spoken.some((t) => t.includes(word("log.answer",
			{ text: "spoken0 spoken1" }))), "how it begins is", spoken);
		ok(spoken.every((t) => t.length < 300), "and not all of it");
	});

	await test("dark, forced colours, still, large", async () => {
		await page.emulateMedia({ colorScheme: "dark" });
		await accessible(page, "dark");
		await button(page, word("log.history")).click();
		await page.getByRole("complementary",
			{ name: word("log.history") }).waitFor();
		await accessible(page, "the list of conversations, dark");
		await button(page, word("history.close")).click();
		await page.emulateMedia({ colorScheme: "light",
			forcedColors: "active" });
		await accessible(page, "forced colours");
		await field(page).focus();
		const ring = await page.locator("openai-chatkit textarea").evaluate(
			(node) => {
				let style = [];
				for (let at = node; at; at = at.parentElement)
					style.push(getComputedStyle(at).outlineStyle,
						getComputedStyle(at).borderTopStyle);
				return style;
			});
		ok(ring.some((s) => s !== "none"), "the field can be seen");
		await shoot(page, "chat-forced-colors-desktop");
		await page.emulateMedia({ forcedColors: "none",
			reducedMotion: "reduce" });
		await order({ ...text(30, "still"), hold: 8 });
		await field(page).fill("is anything moving?");
		await page.keyboard.press("Enter");
		await answers(page).getByText("still4").waitFor();
		const moving = await page.evaluate(() => {
			const all = [...document.getAnimations(), ...document
				.querySelector("openai-chatkit").shadowRoot
				.getAnimations()];
			return all.filter((a) => a.playState === "running" &&
				a.effect.getComputedTiming().duration > 1)
				.map((a) => a.animationName ?? a.transitionProperty);
		});
		is(moving, [], "nothing moves for who asked for that");
		await release();
		await rest(page);
	});

	await test("200 per cent", async () => {
		const state = await ann.storageState();
		const large = await person({ storageState: state,
			viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
		page = await large.newPage();
		await page.goto("/chat");
		await field(page).waitFor();
		is(await tooWide(page), [], "nothing is too wide");
		await order({ text: "Large letters." });
		await field(page).fill("can you read this?");
		await page.keyboard.press("Enter");
		await answers(page).getByText("Large letters.").waitFor();
		await rest(page);
		ok(await answers(page).getByText("Large letters.").isVisible() &&
			await field(page).isVisible(), "one can read and write");
		const log = await page.getByRole("log").evaluate((node) =>
			node.closest(".ck-scroll").clientHeight);
		ok(log >= 100, `there is room for what is said (${log} px)`);
		await accessible(page, "at 200 per cent");
		await shoot(page, "chat-light-zoom");
		await leave(large);
	});
});

// Texts that want to run, through every place of the pages that shows words
// of people and models.
import { ok, is, note, perl, person, signUp, test, run, until,
	expectComplaints } from "./lib.mjs";
import { field, button, mine, answers, open, rest, word } from "./chatpage.mjs";
import { payloads } from "./payloads.mjs";

// an address that leads nowhere
expectComplaints(/404 \(Not Found\).*\/conversations\//);

// Postgres keeps no zero byte, and the server says so
const texts = payloads.filter((text) => !text.includes("\0"));
const batches = Array.from({ length: Math.ceil(texts.length / 10) },
	(_, n) => texts.slice(n * 10, n * 10 + 10));
const name = "<img src=x onerror=pwned()> O'Ann";
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
let page, who;

/** Letters that show; titles are one line, and nothing turns them round. */
const shown = (text) => text
	.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, "").normalize();

/** What is in the page that no page of ours makes; nothing. */
function foreign() {
	return page.evaluate(() => {
		const found = [];
		const say = (node, why) => found.push(`${why}: ` +
			`${node.outerHTML.slice(0, 120)}`);
		const never = "iframe, object, embed, base, marquee, video, " +
			"audio, math, style, frame, frameset, applet, portal, " +
			"meta[http-equiv], foreignObject, animate, set, use, " +
			"svg script, svg a, [srcdoc], [formaction], [ping]";
		const fine = /^(https?|mailto|tel):$/;
		const look = (root) => {
			for (const node of root.querySelectorAll(never))
				say(node, "element");
			for (const node of root.querySelectorAll("*")) {
				if (node.shadowRoot) look(node.shadowRoot);
				for (const { name, value } of node.attributes) {
					if (/^on/i.test(name)) say(node, "handler");
					if (name === "style" && /url|expression|import/
						.test(value)) say(node, "style");
				}
				if (node.localName === "script" &&
				    (node.textContent || new URL(node.src).origin !==
				    location.origin)) say(node, "script");
				if (node.localName === "link" && new URL(node.href)
					.origin !== location.origin) say(node, "link");
				if (node.localName === "img" && new URL(node.src)
					.origin !== location.origin) say(node, "picture");
				const to = node.localName === "a" && node.href ||
					node.localName === "form" && node.action;
				if (to && !fine.test(new URL(to).protocol))
					say(node, "leads to");
				if (node.localName === "a" && node.target === "_blank" &&
				    !node.relList.contains("noopener"))
					say(node, "opener");
			}
		};
		look(document);
		return found;
	});
}

async function clean(where) {
	is(await foreign(), [], `${where}: nothing of it became an element`);
	is(await page.evaluate(() => window.ran ?? 0), 0,
		`${where}: nothing ran`);
}

await run(async () => {
	const ann = await person();
	await ann.addInitScript(() => {
		window.pwned = () => { window.ran = (window.ran ?? 0) + 1; };
	});
	ann.on("dialog", (dialog) => {
		ok(false, `a dialog opened: ${dialog.message()}`);
		dialog.dismiss();
	});
	ok(texts.length >= 60, `${texts.length} texts`);
	who = (await signUp(ann, name)).id;
	await perl("sql", "insert into task (user_id, id, title, description) " +
		"values " + texts.map((text, n) => `('${who}', ${n + 1}, ` +
		`${quoted(text)}, ${quoted(text)})`).join(", "));
	await perl("sql", "insert into task_counter (user_id, last_id) values " +
		`('${who}', ${texts.length})`);
	await perl("sql", "insert into conversation (user_id, id, title, " +
		"created_at) values " + texts.map((text, n) => `('${who}', ` +
		`md5('${who} ${n}')::uuid, left(${quoted(text)}, 200), ` +
		`now() - interval '${n} min')`).join(", "));
	page = await open(ann);

	await test("titles of tasks, beside the chat", async () => {
		const list = page.getByRole("complementary",
			{ name: word("nav.tasks") }).getByRole("listitem");
		await until("all tasks", async () =>
			await list.count() >= texts.length);
		const all = (await list.allTextContents()).map(shown);
		is(texts.filter((text) => !all.some((one) =>
			one.includes(shown(text)))), [], "each is shown as given");
		await clean("task list");
	});

	await test("titles of conversations", async () => {
		await button(page, word("log.history")).click();
		const list = page.getByRole("complementary",
			{ name: word("log.history") });
		const rows = list.getByRole("listitem");
		await until("all conversations", async () => {
			await rows.last().scrollIntoViewIfNeeded();
			return await rows.count() >= texts.length;
		});
		const all = (await rows.allTextContents()).map(shown);
		is(texts.filter((text) => !all.some((one) =>
			one.includes(shown(text.slice(0, 200))))), [],
		"each is shown as given");
		await clean("history");
		await rows.nth(3).getByRole("button").nth(1).click();
		await page.getByRole("menu").waitFor();
		await clean("a row's menu");
		await page.getByRole("menuitem", { name: word("history.delete") })
			.click();
		await page.getByRole("dialog").waitFor();
		await clean("the question whether to delete it");
		await page.keyboard.press("Escape");
		await rows.nth(3).getByRole("button").first().click();
		await until("its name as the page's", async () =>
			shown(await page.title()).includes(shown(texts[3])));
		await page.getByRole("heading", { level: 2 }).filter({
			hasText: "onerror" }).first().waitFor();
		await clean("a conversation of that name");
		await button(page, word("history.close")).click();
		await button(page, word("log.new")).click();
	});

	await test("messages and answers, streamed in odd pieces", async () => {
		for (const [n, batch] of batches.entries()) {
			const text = batch.join("\n\n");
			await perl("order", { text: `${text}\n\nend${n}`,
				split: 5 + n % 7 });
			await field(page).fill(text);
			await page.keyboard.press("Enter");
			await answers(page).last().getByText(`end${n}`).waitFor();
			await rest(page);
			const said = shown(await mine(page).last()
				.locator("[dir=auto]").first().textContent());
			ok(said.includes(shown(text.trim())), `as it was said: ${n}`,
				shown(text), said);
		}
		await clean("messages");
	});

	await test("answers in pieces of their own", async () => {
		for (const text of ["<script>pwned()</script>",
			"[click](javascript:pwned())", "<img src=x onerror=pwned()>",
			"![x](https://evil.invalid/t.png)"]) {
			await perl("order", { pieces: [...text, "\n\n", "ready"] });
			await field(page).fill("letter by letter");
			await page.keyboard.press("Enter");
			await rest(page);
			await answers(page).last().getByText("ready").waitFor();
		}
		await clean("answers letter by letter");
	});

	await test("what tools say", async () => {
		await perl("order", { calls: texts.slice(0, 12).map((title) => ({
			name: "add_task", arguments: { title } })) });
		await perl("order", { text: "Added them." });
		await field(page).fill("add them");
		await page.keyboard.press("Enter");
		await answers(page).last().getByText("Added them.").waitFor();
		await rest(page);
		await page.getByRole("log").locator("summary").last().click();
		await clean("lines of tools");
		await perl("order", { calls: [{ name: "list_tasks",
			arguments: {} }] });
		await perl("order", { text: "Here they are." });
		await field(page).fill("list them");
		await page.keyboard.press("Enter");
		await answers(page).last().getByRole("checkbox").first().waitFor();
		await rest(page);
		const more = answers(page).last().getByRole("button",
			{ name: /more/ });
		if (await more.count()) await more.first().click();
		await clean("the list in the chat");
		const all = (await answers(page).last().getByRole("listitem")
			.allTextContents()).map(shown);
		ok(all.length >= 10, `${all.length} tasks are drawn`);
		is(texts.slice(0, 10).filter((text) => !all.some((one) =>
			one.includes(shown(text)))), [], "each as it is called");
		await perl("order", { calls: [1, 4, 37].map((task_id) => ({
			name: "delete_task", arguments: { task_id } })) });
		await field(page).fill("delete some");
		await page.keyboard.press("Enter");
		await page.getByRole("log").getByText("Needs your answer").waitFor();
		await rest(page);
		await clean("the card that asks");
		await page.getByRole("log").getByRole("button",
			{ name: "Keep", exact: true }).click();
		await rest(page);
	});

	await test("a search and what it finds", async () => {
		await page.keyboard.press("Control+k");
		const search = page.getByRole("combobox",
			{ name: word("search.placeholder") });
		await search.fill("<img src=x onerror=pwned()>");
		await page.getByRole("listbox", { name: word("search.found") })
			.getByRole("option").first().waitFor();
		await clean("findings");
		await page.keyboard.press("Escape");
		await search.waitFor({ state: "detached" });
	});

	await test("all of it again, read from the server", async () => {
		await page.reload();
		await answers(page).last().waitFor();
		await clean("the conversation after a reload");
		await page.goto("/tasks");
		await page.getByRole("listitem").nth(texts.length - 20).waitFor();
		await clean("the task page");
	});

	await test("a person's name", async () => {
		await button(page, word("nav.account")).click();
		await page.getByText("O'Ann").first().waitFor();
		await clean("the menu");
		await page.goto("/profile");
		await until("the name", async () => page.evaluate((text) =>
			[...document.querySelectorAll("input")].some((i) =>
				i.value === text) || document.body.textContent
				.includes(text), name));
		await clean("the profile");
	});

	await test("addresses", async () => {
		for (const path of ["/chat/%22%3E%3Cimg%20src=x%20onerror=pwned()%3E",
			"/chat?x=<script>pwned()</script>",
			"/sign-in?next=javascript:pwned()",
			"/sign-in?next=//evil.invalid/"]) {
			await page.goto(path);
			await page.getByRole("main").waitFor();
			await clean(path);
		}
		is(new URL(page.url()).host, new URL(await page.evaluate(() =>
			location.origin)).host, "one stays where one is");
		note(`${texts.length} texts, ${batches.length} messages`);
	});
});

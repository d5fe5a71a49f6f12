// The same app with our server behind it: its own token, or a cookie.
import { writeFileSync } from "node:fs";
import { expectComplaints, is, like, leave, ok, perl, person, run, signUp, test,
	wish }
	from "./lib.mjs";
import { answers, button, field, mine, rest, say, word }
	from "./chatpage.mjs";
import { call, forget, heard, pages, seen, told } from "./drop-in-app.mjs";

const rows = (sql) => perl("rows", sql);

await run(async () => {
	for (const [path, text] of Object.entries(pages(wish.bundle,
		"/api/chatkit")))
		writeFileSync(wish.root + path, text);
	for (const how of ["bearer", "cookie"]) {
		const context = await person({ viewport: { width: 700,
			height: 640 } });
		let user = "jwt:ann";
		if (how === "bearer")
			await context.addInitScript((token) =>
				location.protocol === "about:" ||
				sessionStorage.setItem("token", token), wish.token);
		else
			user = (await signUp(context)).id;
		const page = await context.newPage();
		await page.goto("/support.html");
		await field(page).waitFor();
		let thread;

		await test(`${how}: a conversation`, async () => {
			await say(page, "Add buy milk to my list");
			is((await rows("select title from task where user_id = " +
				`'${user}' order by id`)).map((r) => r.title),
			["Buy milk"], "the server did what was asked");
			await heard(page, "onResponseEnd");
			const names = (await told(page)).map(([name]) => name);
			is(names.filter((n) => n !== "onThreadChange"),
				["onReady", "onResponseStart", "onResponseEnd"],
				"what the app was told");
			const changes = await seen(page, "onThreadChange");
			is(changes[0], { threadId: null }, "from a new thread");
			thread = changes.at(-1).threadId;
			ok(thread, "to one with an id");
			await call(page, "sendUserMessage",
				{ text: "What is on my list?" });
			await answers(page).last().getByText(/milk/i).first().waitFor();
			await rest(page);
		});

		await test(`${how}: a widget of the server's`, async () => {
			await call(page, "sendUserMessage",
				{ text: "Delete buy milk" });
			await rest(page);
			is((await rows("select count(*) as n from task where " +
				`user_id = '${user}' and deleted_at is null`))[0].n, 1,
			"it asks first");
			const card = page.locator("openai-chatkit .ck-widget").last();
			await button(card, "Delete").click();
			await button(card, "Delete").waitFor({ state: "detached" });
			await rest(page);
			is((await rows("select count(*) as n from task where " +
				`user_id = '${user}' and deleted_at is null`))[0].n, 0,
			"and does it when told");
		});

		await test(`${how}: history, and back`, async () => {
			await forget(page);
			is(await call(page, "setThreadId", null), "", "a new one");
			await page.getByText("How can we help?").waitFor();
			await call(page, "showHistory");
			await page.getByRole("complementary").getByRole("listitem")
				.first().getByRole("button").first().click();
			await mine(page).getByText("Add buy milk").waitFor();
			await heard(page, "onThreadLoadEnd", 0);
			is((await seen(page, "onThreadChange")).at(-1),
				{ threadId: thread }, "the app knows which");
			is(await call(page, "fetchUpdates"), "", "fetchUpdates()");
			ok(await mine(page).getByText("Add buy milk").isVisible(),
				"nothing is lost");
			is(await seen(page, "onError"), [], "no error");
		});

		await test(`${how}: begun again with its thread`, async () => {
			await page.goto(`/support.html?thread=${thread}`);
			await mine(page).getByText("Add buy milk").waitFor();
			is((await seen(page, "onThreadLoadStart"))[0],
				{ threadId: thread }, "which is read");
		});
		await leave(context);
	}

	await test("nobody is signed in", async () => {
		expectComplaints(/status of 401/);
		const context = await person();
		const page = await context.newPage();
		await page.goto("/support.html");
		await field(page).fill("hello");
		await field(page).press("Enter");
		await heard(page, "onError");
		await mine(page).getByText(word("error.unauthorized")).waitFor();
		like(await mine(page).textContent(), /hello/, "nothing is lost");
		await leave(context);
	});
});

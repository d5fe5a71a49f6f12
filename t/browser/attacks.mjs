// Two people at one browser, and addresses that lead elsewhere.
import { ok, is, url, perl, person, signUp, test, run, leave, until,
	expectComplaints } from "./lib.mjs";
import { visit, call, word as frame } from "./sitepage.mjs";
import { button, field, mine, open, say } from "./chatpage.mjs";

// who is not meant is refused
expectComplaints(/status of 40[13]|resource: net::ERR_FAILED/);

/** What this browser keeps of this person's. */
const kept = (page, id) => page.evaluate((who) =>
	Object.entries(localStorage).filter(([key]) => key.includes(who))
		.map((entry) => entry.join(" = ")), id);

const said = async (id) => (await perl("rows", "select content from message " +
	`where user_id = '${id}' and role = 'user' order by id`))
	.map((row) => row.content);

await run(async () => {
	await test("an address to go on to is of this site", async () => {
		const ann = await person();
		const { email, password } = await signUp(ann);
		await ann.clearCookies();
		const page = await ann.newPage();
		for (const next of ["/.//evil.invalid/x", "/a/..//evil.invalid",
			"/%2e//evil.invalid", "//evil.invalid", "/\\evil.invalid",
			"/\t/evil.invalid", "https://evil.invalid/",
			"javascript:pwned()"]) {
			await visit(page, `/sign-in?next=${encodeURIComponent(next)}`);
			await page.locator("#email").fill(email);
			await page.locator("#password").fill(password);
			await page.locator("#password").press("Enter");
			await page.waitForURL(`${url}/chat`);
			ok(true, `not to ${JSON.stringify(next)}`);
			await ann.clearCookies();
		}
		await leave(ann);
	});

	await test("what one wrote is never said by another", async () => {
		const context = await person();
		const ann = await signUp(context, "Ann");
		const page = await open(context);
		// nobody tells the page
		await context.clearCookies();
		const bob = await signUp(context, "Bob");
		await field(page).fill("Ann's own words");
		await field(page).press("Enter");
		await page.locator("#banner").getByText(frame("session.ended"))
			.waitFor();
		is(await said(bob.id), [], "it is not Bob's");
		is((await kept(page, ann.id)).filter((line) =>
			line.includes("Ann's own words")).length, 1,
		"and waits for Ann");
		await page.reload();
		await field(page).waitFor();
		await say(page, "Bob's");
		is(await said(bob.id), ["Bob's"], "he says his own");
		is(await page.getByText("Ann's own words").count(), 0,
			"and does not see hers");
		await leave(context);
	});

	await test("nor by the button on other pages", async () => {
		const context = await person();
		await signUp(context, "Ann");
		const page = await context.newPage();
		await visit(page, "/embed");
		await button(page, "Chat").click();
		await field(page).waitFor();
		const hole = (url) => url.pathname === "/api/chatkit";
		await page.route(hole, (route) => route.abort());
		await field(page).fill("Ann's own words");
		await field(page).press("Enter");
		await mine(page).getByText("Ann's own words").waitFor();
		await page.unroute(hole);
		await context.clearCookies();
		const bob = await signUp(context, "Bob");
		await page.reload();
		await field(page).waitFor();
		await say(page, "Bob's");
		is(await said(bob.id), ["Bob's"], "what waits is not Bob's");
		is(await page.getByText("Ann's own words").count(), 0,
			"nor shown to him");
		await leave(context);
	});

	await test("another signs in, in another tab", async () => {
		const context = await person();
		await signUp(context, "Ann");
		const page = await open(context);
		await say(page, "A secret of Ann's");
		const other = await context.newPage();
		await context.clearCookies();
		const bob = await signUp(context, "Bob");
		await context.clearCookies();
		await visit(other, "/sign-in?next=/tasks");
		await other.locator("#email").fill(bob.email);
		await other.locator("#password").fill(bob.password);
		await other.locator("#password").press("Enter");
		await page.getByText("A secret of Ann's").first()
			.waitFor({ state: "detached" });
		ok(true, "Ann's chat goes away by itself");
		await leave(context);
	});

	await test("signing out leaves nothing", async () => {
		const context = await person();
		const { id } = await signUp(context, "Ann");
		const second = await open(context);
		await field(second).fill("A draft in the other tab");
		const page = await open(context);
		await say(page, "A secret of Ann's");
		await field(page).fill("A draft of Ann's");
		await until("it to be kept", async () =>
			(await kept(page, id)).length > 0);
		await button(page, frame("nav.account")).click();
		await button(page, frame("menu.sign_out")).click();
		await page.waitForURL(`${url}/`);
		await second.getByText(frame("session.none")).waitFor();
		is(await kept(page, id), [], "no draft is kept");
		is(await page.evaluate(() => Object.keys(sessionStorage).filter(
			(key) => key !== "taskchat.tab")), [], "nor a thread");
		await page.goBack();
		await page.getByText(frame("session.none")).waitFor();
		is(await page.getByText("A secret of Ann's").count(), 0,
			"going back shows nothing");
		await leave(context);
	});

	await test("nor does the end of an account", async () => {
		const context = await person();
		const { password } = await signUp(context, "Ann");
		const second = await open(context);
		await say(second, "A secret of Ann's");
		const page = await context.newPage();
		await visit(page, "/profile");
		await page.locator("#open-delete").click();
		const form = page.locator("#delete-form");
		await form.locator("[name=word]").fill(
			await page.locator("#delete-word").innerText());
		await form.locator("[name=password]").fill(password);
		await form.locator("button:not([type])").click();
		await second.getByText(frame("session.none")).waitFor();
		is(await second.getByText("A secret of Ann's").count(), 0,
			"the other tab shows nothing");
		await leave(context);
	});
});

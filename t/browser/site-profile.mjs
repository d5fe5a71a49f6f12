// The profile: name, password, sessions, tokens for programs, a copy of
// everything, the end.
import { readFileSync } from "node:fs";
import { ok, is, like, person, signUp, test, run, perl, leave, until,
	expectComplaints } from "./lib.mjs";
import { word, button, press, visit, look, call, toast, summary } from
	"./sitepage.mjs";

// answers that are errors, on purpose
expectComplaints(/Failed to load resource/);

await run(async () => {
	const ann = await person({ permissions: ["clipboard-read",
		"clipboard-write"] });
	const { email, password, id } = await signUp(ann, "Ann");
	await call(ann, "POST", `/api/${id}/tasks`, { title: "Buy milk" });
	const page = await ann.newPage();
	const part = (form) => page.locator(`#${form}-form`);
	const said = (key, values) => toast(page).getByText(word(key, values))
		.waitFor();

	/** Another browser of hers. */
	async function elsewhere(userAgent, word = password) {
		const context = await person({ userAgent });
		const reply = await call(context, "POST", "/api/auth/sign-in/email",
			{ email, password: word });
		ok(reply.ok(), "she signs in elsewhere");
		return context;
	}

	const alive = async (context) => (await (await context.request.get(
		"/api/auth/get-session")).json()) !== null;

	await visit(page, "/profile");

	await test("the name", async () => {
		const name = page.locator("#name");
		is(await until("her name", () => name.inputValue()), "Ann",
			"as it is");
		await name.fill("");
		await part("name").getByRole("button").last().click();
		await page.locator("#name-error").getByText(word("form.missing"))
			.waitFor();
		await name.fill("Ann <i>Smith</i>");
		await part("name").getByRole("button").last().click();
		await said("profile.saved");
		await press(page, "nav.account");
		await page.getByText("Ann <i>Smith</i>").waitFor();
		await page.keyboard.press("Escape");
		is(await page.locator("#address").innerText(), email,
			"and her address");
	});

	await test("sessions", async () => {
		const phone = await elsewhere("Mozilla/5.0 (iPhone; CPU iPhone OS " +
			"17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like " +
			"Gecko) Version/17.5 Mobile/15E148 Safari/604.1");
		const laptop = await elsewhere("Mozilla/5.0 (X11; Linux x86_64; " +
			"rv:128.0) Gecko/20100101 Firefox/128.0");
		await page.reload();
		const list = page.locator("#sessions");
		await list.getByText("Safari on iPhone").waitFor();
		is(await list.getByRole("listitem").count(), 3, "three places");
		await list.getByText("Firefox on Linux").waitFor();
		is(await list.getByText(word("sessions.this")).count(), 1,
			"one of them is this one");
		await press(page, "sessions.end.what", { name: "Safari on iPhone" });
		await said("sessions.ended");
		ok(!await alive(phone) && await alive(laptop),
			"that one is signed out");
		await press(page, "sessions.end.others");
		await until("one session", async () =>
			await list.getByRole("listitem").count() === 1);
		ok(!await alive(laptop) && await alive(ann), "and all others");
		await leave(phone);
		await leave(laptop);
	});

	await test("an old session asks for the password", async () => {
		await perl("sql", `update public.session set "createdAt" = ` +
			`"createdAt" - interval '2 days' where "userId" = '${id}'`);
		await page.reload();
		await part("fresh").waitFor();
		await look(page, "an old session");
		await page.locator("#fresh").fill("a wrong one");
		await part("fresh").getByRole("button").last().click();
		await page.locator("#fresh-error").getByText(
			word("account.invalid_email_or_password")).waitFor();
		await page.locator("#fresh").fill(password);
		await part("fresh").getByRole("button").last().click();
		await page.locator("#sessions").getByText(word("sessions.this"))
			.waitFor();
		ok(await part("fresh").isHidden(), "and shows the list then");
	});

	await test("the password", async () => {
		const other = await elsewhere("");
		const [now, next] = [page.locator("#current"), page.locator("#next")];
		const go = () => press(page, "profile.password.change");
		await now.fill("not it");
		await next.fill("four red pears");
		await go();
		await page.locator("#current-error").getByText(
			word("account.invalid_password")).waitFor();
		await now.fill(password);
		await next.fill("short");
		await go();
		await page.locator("#next-error").getByText(
			word("account.password_too_short", { n: 8 })).waitFor();
		await next.fill("four red pears");
		await go();
		await said("profile.password.done");
		is([await now.inputValue(), await next.inputValue()], ["", ""],
			"the fields are empty again");
		ok(!await alive(other), "others are signed out");
		ok(await alive(ann), "this one is not");
		await leave(other);
		await leave(await elsewhere("", "four red pears"));
	});

	await test("a copy of everything", async () => {
		const [download] = await Promise.all([
			page.waitForEvent("download"),
			page.getByRole("link", { name: word("export.go") }).click()]);
		like(download.suggestedFilename(), /\.json$/, "a file");
		const all = JSON.parse(readFileSync(await download.path(), "utf8"));
		ok(JSON.stringify(all).includes("Buy milk"), "with her tasks");
		ok(JSON.stringify(all).includes(email), "and her account");
		ok(!/\$(argon|scrypt)|password"/.test(JSON.stringify(all)),
			"and no password");
	});

	await test("a token for programs", async () => {
		await page.getByText(word("tokens.none")).waitFor();
		await press(page, "tokens.make");
		await page.locator("#label-error").getByText(word("form.missing"))
			.waitFor();
		await page.locator("#label").fill("My script");
		await press(page, "tokens.make");
		await page.getByText(word("tokens.once")).waitFor();
		const token = await page.locator("#token").innerText();
		ok(token.length > 20, "it is shown");
		await press(page, "tokens.copy");
		await said("tokens.copied");
		is(await page.evaluate(() => navigator.clipboard.readText()), token,
			"and copied");
		const program = await person();
		const ask = () => program.request.get(`/api/${id}/tasks`,
			{ headers: { Authorization: `Bearer ${token}` } });
		like(await (await ask()).text(), /Buy milk/, "it works");
		is((await program.request.get("/api/auth/get-session", {
			headers: { Authorization: `Bearer ${token}` } }))
			.ok() && await (await program.request.get(
				`/api/${id}/access-tokens`, { headers: {
				Authorization: `Bearer ${token}` } })).status(),
		403, "and makes no further tokens");
		await page.reload();
		const list = page.locator("#tokens");
		await list.getByText("My script").waitFor();
		ok(!(await page.locator("body").innerText()).includes(token),
			"it is not shown again");
		await page.locator("#label").fill("Only reads");
		await page.locator("#scope").selectOption("read");
		await page.locator("#days").selectOption("");
		await press(page, "tokens.make");
		await list.getByText("Only reads").waitFor();
		const reader = await page.locator("#token").innerText();
		is((await program.request.post(`/api/${id}/tasks`, {
			headers: { Authorization: `Bearer ${reader}` },
			data: { title: "no" } })).status(), 403, "one only reads");
		await press(page, "tokens.revoke.what", { name: "My script" });
		await said("tokens.revoked", { name: "My script" });
		is((await ask()).status(), 401, "a revoked one is nothing");
		await leave(program);
	});

	await test("the end", async () => {
		await press(page, "delete.open");
		const dialog = page.getByRole("dialog",
			{ name: word("delete.sure") });
		await press(page, "delete.keep");
		await dialog.waitFor({ state: "hidden" });
		ok(await button(page, word("delete.open")).evaluate((node) =>
			node === document.activeElement), "one can keep it");
		await press(page, "delete.open");
		await page.locator("#delete-password").fill("not it");
		await page.locator("#typed").fill("delate");
		await press(page, "delete.go");
		await page.locator("#typed-error").getByText(
			word("delete.word.wrong", { word: word("delete.word") }))
			.waitFor();
		await page.locator("#typed").fill("Delete ");
		await press(page, "delete.go");
		await page.locator("#delete-password-error").getByText(
			word("account.invalid_password")).waitFor();
		await look(page, "the end, with a wrong password");
		await page.locator("#delete-password").fill("four red pears");
		await press(page, "delete.go");
		await page.getByRole("heading", { name: word("delete.done") })
			.waitFor();
		await look(page, "it is gone", "profile-gone");
		is((await perl("rows", "select 1 from task where user_id = " +
			`'${id}'`)).length, 0, "with all that was in it");
		await visit(page, "/sign-in");
		await page.getByLabel(word("form.email.label")).fill(email);
		await page.locator("#password").fill("four red pears");
		await press(page, "sign_in.go");
		await summary(page).waitFor();
		ok(true, "nobody can sign in with it");
	});
});

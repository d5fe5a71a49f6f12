// An account from its first day on: signing up, in and out, a forgotten
// password, a session that ended elsewhere.
import { ok, is, person, test, run, perl, leave, until,
	expectComplaints } from "./lib.mjs";
import { word, field, button, press, visit, fill, summary, look, call } from "./sitepage.mjs";

// what the browser says of answers that are errors
expectComplaints(/Failed to load resource/);

const PASSWORD = "three green apples";
const mail = (email) => perl("mail", { email });
const path = (page) => new URL(page.url()).pathname;
const error = (page, id) => page.locator(`#${id}-error`);
const heading = (page, key) => page.getByRole("heading", { name: word(key) });

/** Sign in with the form, as it stands. */
async function signIn(page, email, password) {
	await fill(page, { "form.email.label": email,
		"form.password": password });
	await press(page, "sign_in.go");
}

/** A new account, confirmed, of this context's. */
async function join(context, email) {
	await call(context, "POST", "/api/auth/sign-up/email",
		{ name: "Joe", email, password: PASSWORD });
	await context.request.get(await mail(email));
	await call(context, "POST", "/api/auth/sign-in/email",
		{ email, password: PASSWORD });
}

await run(async () => {
	const ann = await person();
	const page = await ann.newPage();

	await test("signing up: what is wrong is said where it is", async () => {
		await visit(page, "/sign-in?next=%2Ftasks");
		await page.getByRole("link", { name: word("sign_up.title") })
			.click();
		await button(page, word("sign_up.go")).click();
		is(await summary(page).getByRole("link").allInnerTexts(),
			["form.name", "form.email.label", "form.password"].map(
				(key) => `${word(key)}: ${word("form.missing")}`),
			"three fields are empty");
		ok(await summary(page).evaluate((node) =>
			node === document.activeElement), "the focus is there");
		await summary(page).getByRole("link").nth(1).press("Enter");
		ok(await field(page, "form.email.label").evaluate((node) =>
			node === document.activeElement), "and goes to the field");
		await fill(page, { "form.name": "Ann", "form.email.label": "ann",
			"form.password": "2 short" });
		is(await error(page, "name").innerText(), "",
			"what is filled in is right");
		await press(page, "sign_up.go");
		is(await error(page, "email").innerText(), word("form.email"),
			"an address has another form");
		is(await field(page, "form.email.label").getAttribute(
			"aria-invalid"), "true", "for screen readers, too");
		await field(page, "form.email.label").fill("ann@example.org");
		await press(page, "sign_up.go");
		is(await error(page, "password").innerText(),
			word("account.password_too_short", { n: 8 }),
			"a password is longer");
		is(await field(page, "form.name").inputValue(), "Ann",
			"nothing typed is lost");
		await field(page, "form.password").fill("password");
		await press(page, "sign_up.go");
		await until("the service to refuse it", async () =>
			/easily guessed/.test(await error(page, "password")
				.innerText()));
		await look(page, "signing up, with a mistake");
	});

	await test("a password can be looked at", async () => {
		const input = field(page, "form.password");
		await input.fill(PASSWORD);
		await press(page, "form.show.what",
			{ name: word("form.password") });
		is(await input.getAttribute("type"), "text", "it is seen");
		await press(page, "form.hide.what",
			{ name: word("form.password") });
		is(await input.getAttribute("type"), "password", "and hidden");
	});

	await test("signing up: the address is confirmed first", async () => {
		await press(page, "sign_up.go");
		await heading(page, "mail.sent").waitFor();
		await page.getByText("ann@example.org").waitFor();
		await look(page, "a message is on its way", "sign-up-sent");
		const first = await mail("ann@example.org");
		await press(page, "verify.resend");
		await page.getByText(word("verify.resent")).waitFor();
		const link = await mail("ann@example.org");
		await visit(page, "/sign-in");
		await signIn(page, "ann@example.org", PASSWORD);
		await summary(page).getByText(word("account.email_not_verified"))
			.waitFor();
		ok(await button(page, word("verify.resend")).isVisible(),
			"who did not confirm it can have another message");
		await page.goto(link);
		await heading(page, "verify.done").waitFor();
		is(path(page), "/verify", "the link leads to a page of ours");
		await look(page, "confirmed", "verify");
		const on = page.locator("#go-on:visible, #to-sign-in:visible");
		is(await on.count(), 1, "with one way to go on");
		ok(/:\d+\/sign-in\?next=%2Ftasks$|^\/tasks$/.test(
			await on.getAttribute("href")),
		"to where one wanted to go");
		await page.goto(first.replace(/token=[^&]+/, "token=rubbish"));
		await page.getByText(word("verify.stale")).waitFor();
		await fill(page, { "form.email.label": "wait@example.org" });
		await press(page, "verify.go");
		await heading(page, "mail.sent").waitFor();
		ok(true, "a bad link leads to another one");
		await call(ann, "POST", "/api/auth/sign-out", {});
	});

	await test("signing in: a wrong password", async () => {
		await visit(page, "/sign-in?next=%2Ftasks");
		await signIn(page, "ann@example.org", "three red apples");
		await summary(page).getByText(
			word("account.invalid_email_or_password")).waitFor();
		is(await field(page, "form.email.label").inputValue(),
			"ann@example.org", "the address stays");
		await look(page, "a wrong password", "sign-in-wrong");
		await field(page, "form.password").fill(PASSWORD);
		await field(page, "form.password").press("Enter");
		await page.waitForURL("/tasks");
		ok(true, "the right one leads to where one wanted to go");
	});

	await test("signing in leads to no other site", async () => {
		for (const next of ["https://evil.example/", "//evil.example/",
			"/\\evil.example", "javascript:alert(1)", "/sign-in",
			"/api/auth/sign-out", "/\t/evil.example"]) {
			await call(ann, "POST", "/api/auth/sign-out", {});
			await visit(page, `/sign-in?next=${encodeURIComponent(next)}`);
			await signIn(page, "ann@example.org", PASSWORD);
			await page.waitForURL("/chat");
		}
		is(path(page), "/chat", "but to the chat");
	});

	await test("signing out", async () => {
		await visit(page, "/tasks");
		await press(page, "nav.account");
		await page.getByText("ann@example.org").waitFor();
		await press(page, "menu.sign_out");
		await page.waitForURL("/");
		await page.getByRole("link", { name: word("sign_in.title") })
			.waitFor();
		for (const closed of ["/chat", "/tasks", "/profile"]) {
			await visit(page, closed);
			await heading(page, "session.none").waitFor();
			is(await page.getByRole("link",
				{ name: word("session.sign_in") }).last()
				.getAttribute("href"),
			`/sign-in?next=${encodeURIComponent(closed)}`,
			`${closed} asks to sign in, and leads back`);
		}
		await page.goBack();
		ok(!await page.getByText("ann@example.org").count(),
			"nothing of hers is seen any more");
	});

	await test("a forgotten password", async () => {
		const joe = await person();
		await join(joe, "joe@example.org");
		await leave(joe);
		await visit(page, "/sign-in");
		await page.getByRole("link", { name: word("sign_in.forgot") })
			.click();
		await press(page, "forgot.go");
		is(await error(page, "email").innerText(), word("form.missing"),
			"without an address nothing is sent");
		await fill(page, { "form.email.label": "nobody@example.org" });
		await press(page, "forgot.go");
		await heading(page, "mail.sent").waitFor();
		ok(true, "who has an account is not told");
		await visit(page, "/forgot");
		await fill(page, { "form.email.label": "joe@example.org" });
		await press(page, "forgot.go");
		await page.getByText(word("forgot.sent")).waitFor();
		await look(page, "a link is on its way", "forgot-sent");
		const link = await mail("joe@example.org");
		await page.goto(link);
		is(path(page), "/reset", "its link leads to a page of ours");
		await field(page, "form.password.new").fill("short");
		await press(page, "reset.go");
		is(await error(page, "password").innerText(),
			word("account.password_too_short", { n: 8 }),
			"a short password is refused");
		await field(page, "form.password.new").fill("four red pears");
		await press(page, "reset.go");
		await heading(page, "reset.done").waitFor();
		ok(!/token/.test(page.url()), "the address keeps no secret");
		await look(page, "done", "reset-done");
		await page.goto(link);
		await page.locator("html[data-ready]").waitFor();
		if (await field(page, "form.password.new").isVisible()) {
			await field(page, "form.password.new").fill("five blue figs");
			await press(page, "reset.go");
		}
		await page.getByText(/This link is not good any more/).first()
			.waitFor();
		ok(true, "the link works once");
		await page.getByRole("link", { name: word("reset.again") })
			.first().waitFor();
		await visit(page, "/sign-in");
		await signIn(page, "joe@example.org", PASSWORD);
		await summary(page).waitFor();
		ok(true, "the old password is none any more");
		await field(page, "form.password").fill("four red pears");
		await press(page, "sign_in.go");
		await page.waitForURL("/chat");
	});

	await test("too many attempts", async () => {
		const eve = await person();
		await join(eve, "lee@example.org");
		await call(eve, "POST", "/api/auth/sign-out", {});
		const other = await eve.newPage();
		await visit(other, "/sign-in");
		await until("patience to end", async () => {
			await Promise.all([other.waitForResponse("**/sign-in/email"),
				signIn(other, "lee@example.org", "a wrong password")]);
			await summary(other).waitFor();
			return /Too many attempts\. Please try again in \d+ /.test(
				await summary(other).innerText());
		});
		ok(true, "it says when one may try again");
		await look(other, "too many attempts");
		await leave(eve);
	});

	await test("a session that was ended elsewhere", async () => {
		const kim = await person();
		await join(kim, "kim@example.org");
		const here = await kim.newPage();
		await visit(here, "/tasks");
		await here.getByText(word("tasks.none")).waitFor();
		const away = await person();
		await call(away, "POST", "/api/auth/sign-in/email",
			{ email: "kim@example.org", password: PASSWORD });
		await call(away, "POST", "/api/auth/revoke-other-sessions", {});
		await here.locator("#banner").getByText(word("session.ended"))
			.waitFor();
		await look(here, "a session has ended", "session-ended");
		await here.getByRole("link", { name: word("session.sign_in") })
			.click();
		await here.waitForURL("/sign-in?next=%2Ftasks");
		await signIn(here, "kim@example.org", PASSWORD);
		await here.waitForURL("/tasks");
		await here.getByText(word("tasks.none")).waitFor();
		ok(true, "one signs in again and goes on");
		await leave(away);
	});
});

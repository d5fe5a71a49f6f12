// What the pages say when something is not as it should be; and how they
// look, in which language.
import { ok, is, like, person, signUp, test, run, leave, until, allowHost,
	expectComplaints } from "./lib.mjs";
import { word, field, button, press, visit, fill, summary, look, answer,
	call } from "./sitepage.mjs";

expectComplaints(/Failed to load resource/, /net::ERR_/,
	// a script that was not the script
	/Failed to load module script|MIME type|error in .*import/i,
	/SyntaxError|Failed to fetch dynamically/);
allowHost("cdn.platform.openai.com");

const HTML = { status: 200, contentType: "text/html",
	body: "<!doctype html><h1>Welcome to our hotel</h1>" };
const BAD = { status: 502, contentType: "text/html",
	body: "<html><body><h1>502 Bad Gateway</h1></body></html>" };
const BUSY = { status: 503, contentType: "application/problem+json",
	headers: { "Retry-After": "5" },
	body: '{"type":"about:blank","status":503,"code":"busy"}' };

const PAGES = ["/", "/sign-in", "/sign-up", "/forgot", "/reset?token=x",
	"/verify?error=x", "/verify", "/chat", "/tasks", "/profile",
	"/authorize?client_id=x", "/chatkit-official.html"];

/** What the page says, or the chat in its place. */
const BROKEN = /did not load completely|The chat could not be loaded/;

/** What a person can read of it, beside the bar. */
const text = (page) => page.evaluate(() => ["banner", "broken", "main"]
	.map((id) => document.getElementById(id))
	.map((node) => node.checkVisibility() ? node.innerText : "").join(" ")
	.replace(/\s+/g, " ").trim());

await run(async () => {
	const ann = await person();
	const { id } = await signUp(ann, "Ann");
	const page = await ann.newPage();

	await test("a service that answers with rubbish: no page is blank",
		async () => {
			for (const [what, response, says] of [
				["502", BAD, word("error.server")],
				["503", BUSY, word("error.server")],
				["another's page", HTML, word("error.strange")],
				["half an answer", { status: 200, contentType:
					"application/json", body: '{"accounts":' },
				word("error.strange")]]) {
				await answer(page, "**/api/**", response);
				for (const path of PAGES) {
					await visit(page, path);
					let found;
					await until(says, async () => (found =
						await text(page)).includes(says))
						.catch(() => {});
					ok(found.includes(says),
						`${path}, ${what}`, found);
				}
				await page.unroute("**/api/**");
			}
		});

	await test("a service that goes away later", async () => {
		await call(ann, "POST", `/api/${id}/tasks`, { title: "Stay" });
		await visit(page, "/tasks");
		await button(page, "Stay").waitFor();
		await answer(page, "**/api/**", BAD);
		await page.getByText(word("error.server")).waitFor();
		ok(await button(page, "Stay").isVisible(),
			"what is known stays on the screen");
		await page.unroute("**/api/**");
		await press(page, "page.retry");
		await page.getByText(word("error.server"))
			.waitFor({ state: "detached" });
		ok(true, "and it goes on");
		const nobody = await person();
		const form = await nobody.newPage();
		await visit(form, "/sign-in");
		await fill(form, { "form.email.label": "ann@example.org",
			"form.password": "three green apples" });
		for (const [response, says] of [[BAD, "error.server"],
			[HTML, "error.strange"]]) {
			await answer(form, "**/sign-in/email", response, 1);
			await press(form, "sign_in.go");
			await summary(form).getByText(word(says)).waitFor();
		}
		await form.route("**/sign-in/email", (route) => route.abort());
		await press(form, "sign_in.go");
		await summary(form).getByText(word("error.unreachable")).waitFor();
		is(await field(form, "form.password").inputValue(),
			"three green apples", "nothing typed is lost");
		await leave(nobody);
	});

	await test("a script that does not arrive", async () => {
		for (const [path, script] of [["/chat", "/chatkit/element.js"],
			["/tasks", "/site/store.js"], ["/sign-in", "/site/form.js"],
			["/profile", "/site/page.js"]]) {
			for (const response of [{ status: 404, body: "no" }, HTML]) {
				await answer(page, `**${script}`, response);
				await page.goto(path);
				const says = page.getByText(BROKEN)
					.filter({ visible: true });
				await says.first().waitFor().catch(() => {});
				ok(await says.count() === 1,
					`${path} without ${script} says so`);
				await page.unroute(`**${script}`);
			}
		}
	});

	await test("a page that is not there", async () => {
		const response = await visit(page, "/no/such/page");
		is(response.status(), 404, "its status");
		await page.getByRole("heading", { name: word("missing.title") })
			.waitFor();
		await page.getByRole("link", { name: word("verify.go_on") }).click();
		await page.waitForURL("/chat");
	});

	await test("the vendor's element without its vendor", async () => {
		await page.route("https://cdn.platform.openai.com/**",
			(route) => route.abort());
		for (const path of ["/chatkit-official.html", "/chatkit-official"]) {
			await visit(page, path);
			await page.getByText(word("official.failed")).waitFor();
			ok(true, `${path} says that it did not load`);
		}
		const nobody = await person();
		const other = await nobody.newPage();
		await visit(other, "/chatkit-official.html");
		await other.getByText(word("session.none")).waitFor();
		ok(true, "and asks nobody's browser to load it");
		await leave(nobody);
	});

	await test("a theme is kept", async () => {
		await visit(page, "/tasks");
		const colour = () => page.evaluate(() =>
			getComputedStyle(document.documentElement).backgroundColor);
		const light = await colour();
		await press(page, "nav.account");
		await page.getByRole("radio", { name: word("menu.theme.dark") })
			.check();
		const dark = await colour();
		ok(dark !== light, "it changes at once", light, dark);
		await visit(page, "/chat");
		is(await colour(), dark, "other pages have it");
		await page.locator("openai-chatkit").waitFor();
		await page.getByRole("heading", { name: word("chat.greeting") })
			.waitFor();
		is(await page.getByRole("heading", { name: word("chat.greeting") })
			.evaluate((node) => getComputedStyle(node).colorScheme),
		"dark", "and the chat");
		await page.reload();
		is(await colour(), dark, "and the next visit");
		await press(page, "nav.account");
		await page.getByRole("radio", { name: word("menu.theme.auto") })
			.check();
		is(await colour(), light, "and it can be given back");
	});

	await test("a language is kept, and turns the page round", async () => {
		await visit(page, "/tasks");
		const language = () => page.locator("dialog, .menu")
			.getByRole("combobox");
		await press(page, "nav.account");
		await language().selectOption("ar");
		await page.locator("html[lang=ar][dir=rtl][data-ready]").waitFor();
		const bar = await page.locator(".brand").boundingBox();
		ok(bar.x > 640, "the bar begins on the right");
		await look(page, "tasks, mirrored", "tasks-ar");
		await visit(page, "/chat");
		is(await page.evaluate(() => document.documentElement.dir), "rtl",
			"other pages have it");
		await page.locator("#account").click();
		await language().selectOption("en");
		await page.locator("html[lang=en][dir=ltr][data-ready]").waitFor();
		ok(true, "and back");
		const franz = await person({ locale: "de-AT" });
		const seite = await franz.newPage();
		await visit(seite, "/sign-in");
		like(await seite.evaluate(() => document.documentElement.lang),
			/^(de|en)/, "the browser's language is the first guess");
		await leave(franz);
	});

	await test("no storage, but no trouble", async () => {
		const shy = await person();
		await signUp(shy);
		await shy.addInitScript(() => {
			for (const name of ["localStorage", "sessionStorage"])
				Object.defineProperty(window, name, { get() {
					throw new DOMException("no", "SecurityError");
				} });
		});
		const other = await shy.newPage();
		for (const path of ["/chat", "/tasks", "/profile"]) {
			await visit(other, path);
			await other.waitForLoadState("networkidle");
			ok(!(await text(other)).includes(word("page.broken")),
				`${path} works`);
		}
		await leave(shy);
	});

	await test("no JavaScript", async () => {
		const plain = await person({ javaScriptEnabled: false });
		const other = await plain.newPage();
		for (const path of ["/", "/sign-in", "/sign-up", "/forgot",
			"/reset", "/verify", "/chat", "/tasks", "/profile",
			"/authorize", "/embed", "/chatkit-official.html",
			"/nothing-here"]) {
			await other.goto(path);
			ok(await other.getByText(/This page needs JavaScript/)
				.isVisible(), `${path} says that it needs it`);
		}
		await leave(plain);
	});

	await test("320 pixels", async () => {
		await page.setViewportSize({ width: 320, height: 640 });
		for (const path of ["/", "/sign-up", "/tasks", "/profile", "/embed",
			"/chat", "/no-such-page"]) {
			await visit(page, path);
			await page.waitForLoadState("networkidle");
			const wide = await until("a width", () => page.evaluate(() =>
				document.scrollingElement.scrollWidth));
			is(wide, 320, `${path} does not scroll sideways`);
		}
	});
});

// /authorize: a program asks for a person's tasks, and the person says what
// it may; the profile, where it can be taken back.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { allowHost, expectComplaints, is, leave, like, ok, perl, person, run,
	shoot, signUp, test, until, url } from "./lib.mjs";
import { word, answer, button, call, look, press, toast, visit } from
	"./sitepage.mjs";
import { tooWide } from "./chatpage.mjs";
import { wordsOf } from "./languages-known.mjs";

expectComplaints(/Failed to load resource/, /net::ERR_/,
	// nothing opens these addresses here
	/Failed to launch 'tc-test-app:/);

const CONSENT = "**/api/oauth/consent*";
const APP = "tc-test-app://sign-in/back";
allowHost("sign-in");
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 800 };

const problem = (status, code, detail = "", headers = {}) => ({ status,
	contentType: "application/problem+json", headers,
	body: JSON.stringify({ type: "about:blank", title: "No", status, code,
		detail }) });

/** A program on this computer, which waits for its answer. */
async function program() {
	const got = [];
	const server = createServer((request, response) => {
		if (request.url.startsWith("/back"))
			got.push(new URL(request.url, url));
		response.writeHead(200, { "Content-Type": "text/html" });
		response.end("<!doctype html><title>Connected</title>Connected");
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const host = `127.0.0.1:${server.address().port}`;
	allowHost(host);
	return { got, host, redirect: `http://${host}/back`,
		close: () => { server.closeAllConnections(); server.close(); } };
}


const settings = await (await fetch(`${url}/api/config`)).json();
const EDITOR = `tcc_${randomBytes(32).toString("base64url")}`;
const CLAUDE = "https://claude.example/mcp/client.json";
const VERIFIER = randomBytes(32).toString("base64url");

/** The query a program sends people with. */
function asks(more = {}) {
	const query = new URLSearchParams({ response_type: "code",
		client_id: EDITOR, state: "a+b c/ä&=%2F",
		code_challenge: createHash("sha256").update(VERIFIER)
			.digest("base64url"),
		code_challenge_method: "S256", scope: "tasks:read tasks:write",
		resource: settings.mcp_url, ...more });
	return `/authorize?${query}`;
}

const heading = (page, key) =>
	page.getByRole("heading", { level: 1, name: word(key), exact: true });
const shown = (page) => page.locator("#ask").waitFor();
const allow = (page) => button(page, word("authorize.allow"));
const text = (page, key, values) => page.getByText(word(key, values),
	{ exact: true });
/** It says so, the question is gone, and nothing was gone to. */
async function saysNo(page, key) {
	await heading(page, "authorize.failed").waitFor();
	await text(page, key).waitFor();
	ok(await page.locator("#ask").isHidden() &&
		new URL(page.url()).pathname === "/authorize" &&
		await page.evaluate(() => document.activeElement?.id) === "said",
	`it says ${key}, there and then`);
}

await run(async () => {
	const here = await program();
	const request = asks({ redirect_uri: here.redirect });
	const evil = "<img src=x onerror=alert(1)>\u202eevil ".repeat(6).trim();
	await perl("client", { id: EDITOR, name: "My editor",
		uris: [here.redirect, APP] });
	await perl("client", { id: CLAUDE, name: "Claude",
		host: "claude.example", uris: ["https://claude.example/back"] });
	await perl("client", { id: "https://evil.example/mcp", name: evil,
		host: "evil.example", uris: ["https://claude.example/back"] });
	const ann = await person({ reducedMotion: "reduce", permissions:
		["clipboard-read", "clipboard-write"] });
	const { id, email, password } = await signUp(ann, "Ann");
	const page = await ann.newPage();
	let token;
	/** What the door says to the program that was let in. */
	const door = async () => (await fetch(settings.mcp_url, {
		method: "POST", body: "{}", headers: {
			"Content-Type": "application/json",
			Authorization: `Bearer ${token}` } })).status;
	/** The program has so many answers, and the browser is back there. */
	const arrived = async (n) => {
		await page.waitForURL(`http://${here.host}/back?*`);
		is(here.got.length, n, "the program is told, once");
	};
	const search = new URL(request, url).search;

	await test("who is not signed in comes back", async () => {
		const nobody = await person();
		const other = await nobody.newPage();
		await other.goto("/embed");
		await other.goto(request);
		await other.waitForURL("/sign-in?next=*");
		await other.getByRole("link", { name: word("sign_up.title") })
			.click();
		await other.waitForURL("/sign-up?next=*");
		await other.getByRole("link", { name: word("sign_in.title") })
			.click();
		await other.waitForURL("/sign-in?next=*");
		await other.getByLabel(word("form.email.label")).fill(email);
		await other.locator("#password").fill(password);
		await press(other, "sign_in.go");
		await shown(other);
		is(new URL(other.url()).search, search, "with what was asked");
		await press(other, "authorize.other");
		await other.waitForURL("/sign-in?next=*");
		is(new URL(other.url()).searchParams.get("next"),
			`/authorize${search}`, "and somebody else comes back, too");
		is((await nobody.request.get("/api/me")).status(), 401,
			"she is signed out");
		await other.goBack();
		ok(!/\/authorize/.test(other.url()), "Back does not ask again");
		await leave(nobody);
	});

	await test("the question", async () => {
		await page.goto("/embed");
		await visit(page, request);
		await shown(page);
		await heading(page, "authorize.title").waitFor();
		is(await page.locator(".program").innerText(),
			`My editor\n${word("authorize.registered")}`, "who asks");
		is(await page.locator("#person").innerText(), email, "whom");
		is(await page.locator("#where").innerText(),
			word("authorize.to.here"), "where the answer goes");
		await text(page, "authorize.warn.here").waitFor();
		await text(page, "authorize.revoke").waitFor();
		is(here.got.length, 0, "and nothing is said yet");
		await look(page, "a program asks", "authorize");
		await page.setViewportSize(NARROW);
		is(await tooWide(page), [], "nothing is too wide at 320");
		await shoot(page, "authorize-320", { fullPage: true });
		await page.setViewportSize(DESKTOP);
	});

	await test("it may read, and is told so once", async () => {
		let sent = 0;
		page.on("request", (one) => {
			if (one.method() === "POST") sent++;
		});
		await page.getByLabel(word("authorize.read")).check();
		await allow(page).dblclick();
		await arrived(1);
		is(sent, 1, "two clicks, one answer");
		const { searchParams: said } = here.got[0];
		is([...said.keys()].sort(), ["code", "iss", "state"],
			"a code, and no more");
		is([said.get("state"), said.get("iss")],
			["a+b c/ä&=%2F", url], "as it was asked");
		const tokens = await (await fetch(`${url}/api/oauth/token`, {
			method: "POST", body: new URLSearchParams({
				grant_type: "authorization_code",
				client_id: EDITOR, code: said.get("code"),
				code_verifier: VERIFIER,
				redirect_uri: here.redirect }) })).json();
		is(tokens.scope, "tasks:read", "it may read, and no more");
		token = tokens.access_token;
		ok(await door() !== 401, "and comes in");
		await page.goBack();
		is(new URL(page.url()).pathname, "/embed",
			"Back leads to before the question");
	});

	await test("by the keyboard; all that was asked for", async () => {
		await visit(page, request);
		await shown(page);
		await allow(page).and(page.locator(":not([aria-disabled])"))
			.waitFor();
		const focused = () => page.evaluate(() =>
			document.activeElement.id);
		const order = [];
		while (await focused() !== "cancel" && order.length < 20) {
			await page.keyboard.press("Tab");
			order.push(await focused());
		}
		is(order.slice(-4), ["both", "other", "allow", "cancel"],
			"what there is to do, in this order");
		await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Enter");
		await arrived(2);
		ok(here.got[1].searchParams.get("code"), "Enter allows it");
	});

	await test("no", async () => {
		await visit(page, request);
		await press(page, "authorize.cancel");
		await arrived(3);
		const { searchParams: said } = here.got[2];
		is([said.get("error"), said.get("state"), said.get("code")],
			["access_denied", "a+b c/ä&=%2F", null],
			"the program is told");
	});

	await test("a program that asks in a wrong way is told", async () => {
		await visit(page, asks({ redirect_uri: here.redirect,
			code_challenge_method: "plain" }));
		await saysNo(page, "authorize.request");
		await page.getByText(new URL(here.redirect).host).waitFor();
		is(here.got.length, 3, "not before its person wants that");
		await page.getByRole("link", { name: word("authorize.back") })
			.click();
		await arrived(4);
		is(here.got[3].searchParams.get("error"), "invalid_request",
			"by the address that is its own");
		await visit(page, asks({ redirect_uri: APP,
			code_challenge_method: "plain" }));
		await saysNo(page, "authorize.request");
		await text(page, "authorize.to.app", { scheme: "tc-test-app:" })
			.waitFor();
		is(await page.getByText(new URL(APP).host).count(), 0,
			"what stands behind an app's scheme is no host");
	});

	await test("requests that are none", async () => {
		for (const [path, says] of [
			["/authorize", "authorize.request"],
			[asks({ client_id: EDITOR.slice(0, -9) + "AAAAAAAAA",
				redirect_uri: here.redirect }), "authorize.client"],
			[asks({ redirect_uri: "http://127.0.0.1/other" }),
				"authorize.redirect"]]) {
			await visit(page, path);
			await saysNo(page, says);
		}
		ok(await page.getByText(word("authorize.detail")).isVisible(),
			"with the service's words for who made the program");
		await look(page, "a faulty request", "authorize-failed");
		is(here.got.length, 4, "and nobody was told");
	});

	await test("what may pass can be tried again", async () => {
		await answer(page, CONSENT, problem(502, "client_unreachable"), 1);
		await visit(page, request);
		await saysNo(page, "authorize.away");
		await answer(page, CONSENT, problem(429, "too_many_attempts", "",
			{ "Retry-After": "7" }), 1);
		await press(page, "page.retry");
		await text(page, "error.limited.seconds", { n: 7 }).waitFor();
		await page.route(CONSENT, (route) => route.abort(), { times: 1 });
		await press(page, "page.retry");
		await text(page, "error.unreachable").waitFor();
		await press(page, "page.retry");
		await shown(page);
		await heading(page, "authorize.title").waitFor();
		is(await page.evaluate(() => document.activeElement.id), "main",
			"and is heard from the start");
	});

	await test("an answer that does not arrive", async () => {
		const wrong = page.getByRole("alert").filter({ hasText: /./ });
		await page.getByLabel(word("authorize.read")).check();
		await ann.setOffline(true);
		await allow(page).click();
		await wrong.getByText(word("error.offline")).waitFor();
		await ann.setOffline(false);
		await answer(page, CONSENT, problem(503, "busy"), 1);
		await allow(page).click();
		await wrong.getByText(word("error.server")).waitFor();
		await look(page, "an answer that did not arrive");
		ok(await page.getByLabel(word("authorize.read")).isChecked(),
			"what was chosen stays");
		await allow(page).click();
		await arrived(5);
		ok(here.got[4].searchParams.get("code"), "it can be sent again");
	});

	await test("a session that has ended meanwhile", async () => {
		await visit(page, request);
		await shown(page);
		await perl("sql",
			`delete from public.session where "userId" = '${id}'`);
		await allow(page).click();
		await page.locator("#banner").getByText(word("session.ended"))
			.waitFor();
		is(await page.locator("#banner a").getAttribute("href"),
			`/sign-in?next=${encodeURIComponent(`/authorize${search}`)}`,
			"one signs in and is asked again");
		await call(ann, "POST", "/api/auth/sign-in/email",
			{ email, password });
	});

	await test("who it says it is", async () => {
		await visit(page, asks({ client_id: CLAUDE,
			redirect_uri: "https://claude.example/back" }));
		await text(page, "authorize.both").waitFor();
		is([await page.locator(".program").innerText(),
			await page.locator("#where").innerText(),
			await page.locator("#warning").isVisible()],
		["Claude\nclaude.example", "claude.example", false],
		"nothing to be careful about");
		await look(page, "a program with an address", "authorize-known");
		await visit(page, asks({ client_id: "https://evil.example/mcp",
			redirect_uri: "https://claude.example/back",
			scope: "tasks:read" }));
		await text(page, "authorize.warn.host", { client:
			"evil.example", host: "claude.example" }).waitFor();
		is([await page.locator("#client").textContent(),
			await page.locator("#client *").count()],
		[evil, 0], "a name is text");
		await text(page, "authorize.only.read").waitFor();
		is(await page.getByRole("radio").count(), 0,
			"less than reading there is not");
		await page.setViewportSize(NARROW);
		is(await tooWide(page), [], "a long name is not too wide");
		await page.setViewportSize(DESKTOP);
	});

	await test("an app's own address", async () => {
		const page = await ann.newPage();
		await visit(page, asks({ redirect_uri: APP }));
		await shown(page);
		await text(page, "authorize.warn.app").waitFor();
		await text(page, "authorize.to.app", { scheme: "tc-test-app:" })
			.waitFor();
		await allow(page).click();
		await heading(page, "authorize.allowed").waitFor();
		await text(page, "authorize.close").waitFor();
		const back = page.getByRole("link", { name:
			word("authorize.back") });
		like(await back.getAttribute("href"),
			/^tc-test-app:\/\/sign-in\/back\?.*code=/,
			"what opens it once more");
		is(await page.evaluate(() => document.activeElement.id), "said",
			"who listens hears it");
		await look(page, "allowed", "authorize-done");
		await page.close();
	});

	await test("in a frame it is of no use", async () => {
		await page.route("/frame", (route) => route.fulfill({
			contentType: "text/html", body: "<!doctype html>" +
			`<iframe src="${request.replaceAll("&", "&amp;")}">` }));
		await page.route("/authorize?*", async (route) => {
			const response = await route.fetch();
			const headers = { ...response.headers() };
			delete headers["content-security-policy"];
			await route.fulfill({ response, headers });
		});
		await page.goto("/frame");
		await page.frameLocator("iframe").getByText(
			word("authorize.framed")).waitFor();
		is(await page.frameLocator("iframe").getByRole("button",
			{ name: word("authorize.allow") }).count(), 0,
		"even where a site lets its pages be framed");
		await page.unroute("/authorize?*");
	});

	await test("the profile: what is connected", async () => {
		await visit(page, "/profile");
		const list = page.locator("#apps");
		await list.getByText("My editor").waitFor();
		is(await page.locator("#mcp-url").innerText(), settings.mcp_url,
			"where further ones connect");
		await press(page, "mcp.copy");
		await toast(page).getByText(word("tokens.copied")).waitFor();
		is(await page.evaluate(() => navigator.clipboard.readText()),
			settings.mcp_url, "to copy");
		await look(page, "what is connected", "profile-programs");
		const end = list.getByRole("button", { name: word("apps.end.what",
			{ name: "My editor" }), exact: true });
		const all = await end.count();
		await answer(page, "**/apps/*", problem(503, "busy"), 1);
		await end.first().click();
		await list.getByRole("alert").getByText(word("error.server"))
			.waitFor();
		for (let n = all; n > 0; n--) {
			await end.first().click();
			await until("it to go", async () => await end.count() < n);
		}
		await toast(page).getByText(word("apps.ended",
			{ name: "My editor" })).waitFor();
		await text(page, "apps.none").waitFor();
		is(await door(), 401, "nobody comes in with its tokens");
	});

	await test("in other languages", async () => {
		for (const [locale, language] of [["ar-EG", "ar"],
			["de-DE", "de"]]) {
			const reader = await person({ locale });
			await call(reader, "POST", "/api/auth/sign-in/email",
				{ email, password });
			const other = await reader.newPage();
			const { pages } = await wordsOf(language);
			await visit(other, request);
			await other.getByRole("button",
				{ name: pages["authorize.allow"] }).waitFor();
			await look(other, `in ${language}`, `authorize-${language}`);
			await other.setViewportSize(NARROW);
			is(await tooWide(other), [], `${language}: at 320`);
			await shoot(other, `authorize-${language}-320`,
				{ fullPage: true });
			await leave(reader);
		}
	});
	here.close();
});

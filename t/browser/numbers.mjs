// What a first visit costs, and what the pages' policy forbids.
import { ok, is, like, note, wish, person, signUp, test, run, until,
	expectComplaints } from "./lib.mjs";

const CHAT = 55 * 1024;
const BUTTON = 4 * 1024;
/** What a first visit does not need. */
const LATER = new RegExp("/(history|search|shortcuts|widget[^/]*|menu|" +
	"icons-more|sources|composer-attachments|composer-dictation)\\.|" +
	"/locale/(?!en)");
const CHAT_ITSELF = /^\/chatkit(\.js|\/(element|chat|conversation)\.js)$/;

// what this program tries on purpose
expectComplaints(/Content.Security.Policy/i, /Trusted ?(HTML|Script|Type)/,
	/status of 404/);

/** All that a page fetches: address and bytes of the body on the wire. */
function listen(page) {
	const found = [];
	page.on("requestfinished", (request) => found.push((async () => ({
		path: new URL(request.url()).pathname,
		size: (await request.sizes()).responseBodySize,
	}))()));
	return () => Promise.all(found);
}

const total = (list) => list.reduce((sum, { size }) => sum + size, 0);
const table = (list) => [...list].sort((a, b) => b.size - a.size)
	.map(({ path, size }) => `${String(size).padStart(6)}  ${path}`);

/** The directives of a policy, by their names. */
function parse(policy) {
	return Object.fromEntries((policy ?? "").split(";").map((part) =>
		part.trim().split(/\s+/)).map(([name, ...values]) =>
		[name, values.join(" ")]));
}

const STRICT = {
	"default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
	"img-src": "'self' data: blob:", "connect-src": "'self'",
	"font-src": "'self'", "media-src": "'self' blob:",
	"manifest-src": "'self'", "form-action": "'self'",
	"base-uri": "'none'", "frame-ancestors": "'none'",
	"require-trusted-types-for": "'script'", "trusted-types": "'none'",
};
const PAGES = ["/", "/sign-in", "/sign-up", "/forgot", "/reset", "/verify",
	"/embed", "/chat", "/chat/00000000", "/tasks", "/profile",
	"/authorize", "/index.html", "/no-such-page"];

/** What a script of this page could still do.  It has to be one of the page's
 * own: what the remote control runs may eval. */
function attempt() {
	const done = [];
	const box = document.createElement("div");
	const tries = {
		innerHTML: () => { box.innerHTML = "<b>x</b>"; },
		outerHTML: () => {
			const child = box.appendChild(document.createElement("i"));
			child.outerHTML = "<b>x</b>";
		},
		insertAdjacentHTML: () =>
			box.insertAdjacentHTML("beforeend", "<b>x</b>"),
		"document.write": () => document.write("<b>x</b>"),
		"a parser": () => new DOMParser().parseFromString("x",
			"text/html"),
		eval: () => (0, eval)("1"),
		"new Function": () => new Function("return 1")(),
		"a policy": () => trustedTypes.createPolicy("mine",
			{ createHTML: (html) => html }),
		"a script's text": () => {
			const script = document.createElement("script");
			script.textContent = "window.ran = true";
			document.body.append(script);
			if (!window.ran) throw new Error("it did not run");
		},
		"a handler in an attribute": () => {
			box.setAttribute("onclick", "window.clicked = true");
			box.click();
			if (!window.clicked) throw new Error("it did not run");
		},
		"a style in an attribute": () => {
			box.setAttribute("style", "color: rgb(1, 2, 3)");
			if (box.style.color !== "rgb(1, 2, 3)")
				throw new Error("it has no effect");
		},
		"a style of the page's own": () => {
			const style = document.createElement("style");
			style.textContent = "html { outline-color: rgb(1, 2, 3) }";
			document.head.append(style);
			if (getComputedStyle(document.documentElement)
				.outlineColor !== "rgb(1, 2, 3)")
				throw new Error("it has no effect");
		},
	};
	for (const [name, what] of Object.entries(tries)) {
		try {
			what();
			done.push(name);
		} catch {
			// as it should be
		}
	}
	return done;
}

await run(async () => {
	const ann = await person();
	await signUp(ann);

	await test("the first load of the chat", async () => {
		const page = await ann.newPage();
		const all = listen(page);
		let polls = 0;
		page.on("request", (request) => {
			if (/\/tasks$/.test(new URL(request.url()).pathname))
				polls++;
		});
		await page.goto("/chat");
		// when the list beside the chat asks again, all is loaded
		await until("the page to be at rest", () => polls > 1);
		await page.waitForLoadState("networkidle");
		const list = await all();
		const sum = total(list);
		note(`first load of /chat: ${sum} bytes in ${list.length} files`);
		if (!ok(sum <= CHAT, `it takes at most ${CHAT} bytes`,
			`${sum} bytes, ${sum - CHAT} too many`) || wish.list)
			table(list).forEach((line) => note(line));
		ok(!list.some(({ path }) => LATER.test(path)),
			"and nothing that is not needed yet");
		await page.close();
	});

	await test("the button", async () => {
		const page = await ann.newPage();
		const all = listen(page);
		await page.goto("/embed");
		await page.getByRole("button", { name: "Chat", exact: true })
			.waitFor();
		await page.waitForLoadState("networkidle");
		const list = await all();
		const { size } = list.find(({ path }) => path === "/embed.js");
		ok(size > 0 && size <= BUTTON, `it takes at most ${BUTTON} bytes`,
			size);
		note(`embed.js: ${size} bytes`);
		is(list.filter(({ path }) => CHAT_ITSELF.test(path)), [],
			"nothing of the chat comes before it is asked for");
		await page.close();
	});

	await test("every page has the strict policy", async () => {
		for (const path of PAGES) {
			const response = await ann.request.get(path);
			const headers = response.headers();
			is(parse(headers["content-security-policy"]), STRICT,
				`the policy of ${path}`);
			is(headers["x-content-type-options"], "nosniff",
				"no guessing of types");
			is(headers["referrer-policy"], "same-origin",
				"no address goes to other hosts");
			like(headers["content-type"], /^text\/html; charset=utf-8$/i,
				"it is HTML in UTF-8");
			const html = await response.text();
			is(html.match(/\sstyle=|\son\w+=|javascript:|<style/g), null,
				"nothing in it that the policy would stop");
			is(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g), null,
				"no script without an address");
		}
	});

	await test("the page with the vendor's element allows that", async () => {
		for (const path of ["/chatkit-official.html", "/chatkit-official"]) {
			const policy = parse((await ann.request.get(path))
				.headers()["content-security-policy"]);
			is(policy["script-src"],
				"'self' https://cdn.platform.openai.com",
				`scripts of ${path}`);
			is([policy["default-src"], policy["style-src"],
				policy["frame-ancestors"]],
			["'none'", "'self'", "'none'"], "and not much more");
		}
	});

	await test("the policy holds", async () => {
		const page = await ann.newPage();
		await page.route("/attempt.js", (route) => route.fulfill({
			contentType: "text/javascript",
			body: `export ${attempt}` }));
		for (const path of ["/embed", "/sign-in", "/chat", "/tasks",
			"/profile"]) {
			await page.goto(path);
			await page.locator("html[data-ready]").waitFor();
			is(await page.evaluate(async () =>
				(await import("/attempt.js")).attempt()), [],
				`what a script of ${path} could do`);
		}
		await page.route("/free", (route) => route.fulfill({
			contentType: "text/html", body: "<!doctype html>" }));
		await page.goto("/free");
		const free = await page.evaluate(async () =>
			(await import("/attempt.js")).attempt());
		ok(free.length > 8, "which without a policy is much", free);
		await page.goto("/sign-in");
		const refused = await page.evaluate(() => new Promise((resolve) => {
			document.addEventListener("securitypolicyviolation",
				(event) => resolve(event.effectiveDirective));
			fetch("http://127.0.0.1:9/").catch(() => {});
		}));
		is(refused, "connect-src", "other hosts cannot be asked");
		await page.close();
	});

	await test("nobody can frame a page", async () => {
		const page = await ann.newPage();
		await page.route("/frame", (route) => route.fulfill({
			contentType: "text/html", body: "<!doctype html>" }));
		await page.goto("/frame");
		const shown = await page.evaluate(() => new Promise((resolve) => {
			const frame = document.createElement("iframe");
			frame.src = "/sign-in";
			frame.onload = () => {
				try {
					resolve(frame.contentDocument?.title ??
						"nothing");
				} catch {
					resolve("nothing");
				}
			};
			document.documentElement.append(frame);
		}));
		is(shown, "nothing", "neither one of the same site");
		await page.close();
	});
});

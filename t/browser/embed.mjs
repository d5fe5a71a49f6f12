// The round button: on a page of the site, and on one of another origin.
import { createServer } from "node:http";
import { ok, is, wish, url, perl, person, signUp, test, run, leave,
	until, allowHost, shoot, expectComplaints } from "./lib.mjs";
import { button, visit, look, word } from "./sitepage.mjs";
import { field, say, mine, answers, focused } from "./chatpage.mjs";

// nobody is signed in; a token that is none
expectComplaints(/status of 401|Failed to load|dynamically imported/);

const panel = (page, name = "Chat") => page.getByRole("dialog", { name });
const unread = (page) => button(page, "Chat: new answer");

// ---- another site, with its own policy and its own people

const home = `http://localhost:${wish.port}`;
const tokens = [];
const POLICY = `default-src 'none'; script-src ${url}; style-src ${url}; ` +
	`connect-src 'self' ${url}; img-src 'self' data: ${url}; ` +
	"base-uri 'none'; require-trusted-types-for 'script'; " +
	"trusted-types 'none'";

/** A page of it with this script tag. */
function host(attributes) {
	return `<!doctype html><html lang="en"><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width">` +
		`<title>A shop</title><link rel="icon" href="data:,">` +
		`<body><main><h1>A shop</h1><a href="#x">a link</a></main>` +
		`<script src="${url}/embed.js" defer ${attributes}></script>`;
}

const ways = {
	"/": host('data-token-url="/token"'),
	"/other": host('data-token-url="/token" data-position="start" ' +
		'data-label="Ask us" data-theme="dark" data-locale="de" ' +
		'data-accent="#7a1fa2"'),
};
const server = createServer((request, response) => {
	if (request.url === "/token") {
		response.setHeader("Content-Type", "application/json");
		response.end(JSON.stringify({ token: tokens.length > 1 ?
			tokens.shift() : tokens[0] }));
		return;
	}
	response.setHeader("Content-Type", "text/html; charset=utf-8");
	response.setHeader("Content-Security-Policy", POLICY);
	response.end(ways[request.url]);
});
await new Promise((resolve) =>
	server.listen(wish.port, "127.0.0.1", resolve));
allowHost(`localhost:${wish.port}`);

await run(async () => {
	const ann = await person();
	await signUp(ann);
	const page = await ann.newPage();
	const box = (locator) => locator.boundingBox();

	await test("with keys alone", async () => {
		await visit(page, "/embed");
		await button(page, "Chat").waitFor();
		is(await button(page, "Chat").getAttribute("aria-expanded"), "false",
			"it is closed");
		await button(page, "Chat").focus();
		await page.keyboard.press("Enter");
		await field(page).waitFor();
		await until("the focus in the field", async () =>
			await focused(page) === word("composer.label"));
		ok(await panel(page).isVisible(), "Enter opens it");
		is(await button(page, "Chat").getAttribute("aria-expanded"), "true",
			"and says so");
		await perl("order", { text: "Good day." });
		await say(page, "Hello");
		await answers(page).getByText("Good day.").waitFor();
		await page.keyboard.press("Escape");
		await panel(page).waitFor({ state: "hidden" });
		is(await focused(page), "Chat", "Esc closes it; the focus is back");
		await until("it to be said", async () => await button(page, "Chat")
			.getAttribute("aria-expanded") === "false");
		await page.keyboard.press("Space");
		await mine(page).getByText("Hello").waitFor();
		ok(true, "it opens as it was left");
		await button(page, "Chat").click();
		await panel(page).waitFor({ state: "hidden" });
	});

	await test("an answer that came while it was closed", async () => {
		await perl("order", { text: "At last.", hold: 2 });
		await button(page, "Chat").click();
		await field(page).fill("Take your time");
		await field(page).press("Enter");
		await perl("held");
		await page.keyboard.press("Escape");
		await panel(page).waitFor({ state: "hidden" });
		is(await unread(page).count(), 0, "nothing is new yet");
		await perl("release");
		await unread(page).waitFor();
		await look(page, "a dot says so", "embed-unread");
		await unread(page).click();
		await answers(page).getByText("At last.").waitFor();
		is(await unread(page).count(), 0, "it is read then");
	});

	await test("another page of the same tab", async () => {
		await visit(page, "/embed");
		await mine(page).getByText("Take your time").waitFor();
		ok(true, "it is open there, with the same chat");
		await page.keyboard.press("Escape");
		await panel(page).waitFor({ state: "hidden" })
			.catch(async () => {
				await field(page).focus();
				await page.keyboard.press("Escape");
				await panel(page).waitFor({ state: "hidden" });
			});
	});

	await test("on a phone it fills the screen", async () => {
		await page.setViewportSize({ width: 390, height: 844 });
		await button(page, "Chat").click();
		await field(page).waitFor();
		is(await box(panel(page)), { x: 0, y: 0, width: 390, height: 844 },
			"all of it");
		ok(await panel(page).evaluate((node) => node.matches(":modal")),
			"the page behind it is out of reach");
		await look(page, "on a phone");
		await shoot(page, "embed-open-phone", { animations: "allow",
			caret: "initial" });
		await panel(page).getByRole("button", { name: "Close" }).last()
			.click();
		await panel(page).waitFor({ state: "hidden" });
		is(await focused(page), "Chat", "a button closes it");
		await page.setViewportSize({ width: 1280, height: 800 });
	});

	await test("nobody is signed in", async () => {
		const nobody = await person();
		const other = await nobody.newPage();
		await visit(other, "/embed");
		await button(other, "Chat").click();
		await field(other).fill("Is anybody there?");
		await field(other).press("Enter");
		const link = panel(other).getByRole("link",
			{ name: word("session.sign_in") });
		await link.waitFor();
		is(await link.getAttribute("href"), "/sign-in?next=%2Fembed",
			"it says where to sign in");
		ok(await other.getByText("Is anybody there?").count() ||
			await field(other).inputValue() === "Is anybody there?",
		"and what was written is kept");
		await leave(nobody);
	});

	await test("on a page of another origin, with its tokens", async () => {
		tokens.push("rubbish", await perl("token", "guest"));
		const guest = await person({ baseURL: home });
		const other = await guest.newPage();
		await other.goto("/");
		await button(other, "Chat").click();
		await field(other).waitFor();
		await perl("order", { text: "Welcome." });
		await say(other, "Hello from a shop");
		await answers(other).getByText("Welcome.").waitFor();
		is((await perl("rows", "select user_id from message where content " +
			"= 'Hello from a shop'")).map((row) => row.user_id).join(),
		await perl("user", "guest"), "it is the guest who spoke");
		is(await guest.cookies(), [], "and no cookie is kept");
		await look(other, "on another page", "embed-elsewhere");
		await other.keyboard.press("Escape");
		await panel(other).waitFor({ state: "hidden" });
		is(await focused(other), "Chat", "Esc works there, too");
		await leave(guest);
	});

	await test("as its attributes say", async () => {
		const guest = await person({ baseURL: home });
		const other = await guest.newPage();
		await other.goto("/other");
		const round = button(other, "Ask us");
		await round.waitFor();
		ok((await box(round)).x < 100, "at the start of the line");
		is(await round.evaluate((node) =>
			getComputedStyle(node).backgroundColor), "rgb(122, 31, 162)",
		"in the colour");
		await round.click();
		await other.getByRole("textbox").waitFor();
		ok((await box(panel(other, "Ask us"))).x < 100,
			"so does the panel");
		is(await panel(other, "Ask us").evaluate((node) =>
			getComputedStyle(node).colorScheme), "dark", "it is dark");
		await look(other, "with other looks");
		await leave(guest);
	});

	await test("the chat cannot be loaded", async () => {
		await page.route("**/chatkit.js", (route) => route.abort());
		await page.evaluate(() => sessionStorage.clear());
		await visit(page, "/embed");
		await button(page, "Chat").click();
		await panel(page).getByRole("alert").getByText(
			"The chat could not be loaded. Please reload the page.")
			.waitFor();
		await page.keyboard.press("Escape");
		await panel(page).waitFor({ state: "hidden" });
		ok(true, "it says so, and can be closed");
	});
});
server.close();

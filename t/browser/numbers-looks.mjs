// axe-core finds nothing on any page, signed in and out, light and dark, with
// errors shown and dialogs open; and pictures of the pages.
import { person, signUp, test, run, leave, allowHost,
	expectComplaints, ZONE } from "./lib.mjs";
import { word, field, button, press, visit, look, fill, summary, toast,
	call } from "./sitepage.mjs";
import { open, say } from "./chatpage.mjs";

allowHost("cdn.platform.openai.com");
// a page that is not there; the vendor's script, which is kept away
expectComplaints(/Failed to load resource/);

/** Nothing moves while it is looked at. */
const calm = () => person({ reducedMotion: "reduce",
	timezoneId: ZONE });

await run(async () => {
	const nobody = await calm();
	let page = await nobody.newPage();

	await test("signed out", async () => {
		const pages = { "/": "start", "/sign-in": "sign-in",
			"/sign-up": "sign-up", "/forgot": "forgot",
			"/reset": "reset-without-link",
			"/reset?token=AbCdEfGhIjKlMnOpQrStUvWx": "reset",
			"/verify": null,
			"/verify?error=INVALID_TOKEN": "verify-stale",
			"/no-such-page": "404", "/embed": "embed",
			"/chat": "chat-signed-out", "/tasks": null,
			"/profile": null };
		for (const [path, picture] of Object.entries(pages)) {
			await visit(page, path);
			await page.waitForLoadState("networkidle");
			await look(page, path, picture);
		}
	});

	await test("forms with mistakes, the menu", async () => {
		await visit(page, "/sign-up");
		await fill(page, { "form.email.label": "no address",
			"form.password": "short" });
		await press(page, "sign_up.go");
		await summary(page).waitFor();
		await look(page, "what is wrong", "sign-up-wrong");
		await press(page, "form.show.what",
			{ name: word("form.password") });
		await press(page, "nav.account");
		await page.getByRole("dialog", { name: word("nav.account") })
			.getByRole("link", { name: word("session.sign_in") })
			.waitFor();
		await look(page, "the menu of nobody", "menu-signed-out");
	});
	await leave(nobody);

	const ann = await calm();
	const { id } = await signUp(ann, "Ann Example");
	page = await open(ann);

	await test("the chat", async () => {
		await look(page, "a new chat", "chat-start");
		await say(page, "Add a task to water the plants");
		await say(page, "What is pending?");
		await look(page, "a conversation", "chat");
		await press(page, "log.history");
		await page.getByRole("heading", { name: word("history.today") })
			.waitFor();
		await look(page, "the history", "chat-history");
		const row = page.getByRole("complementary",
			{ name: word("log.history") }).getByRole("listitem").first();
		await row.getByRole("button").last().click();
		await page.getByRole("menuitem", { name: "Delete" }).waitFor();
		await look(page, "the menu of a row");
		await page.getByRole("menuitem", { name: "Delete" }).click();
		await page.getByRole("dialog", { name: word("history.ask_delete") })
			.waitFor();
		await look(page, "the question before it is deleted");
		await page.keyboard.press("Escape");
		await press(page, "history.close");
		await page.keyboard.press("Control+k");
		await page.getByRole("combobox",
			{ name: word("search.placeholder") }).waitFor();
		await look(page, "the search");
		await page.keyboard.press("Escape");
		await page.keyboard.press("Control+/");
		await page.getByRole("dialog", { name: word("shortcut.title") })
			.waitFor();
		await look(page, "the shortcuts", "chat-shortcuts");
		await page.keyboard.press("Escape");
		await press(page, "nav.account");
		await page.getByText("Ann Example").waitFor();
		await look(page, "the menu", "menu");
		await visit(page, "/chat/00000000-0000-4000-8000-000000000000");
		await page.getByRole("heading", { name: word("chat.gone") })
			.waitFor();
		await look(page, "a chat that is not there", "chat-gone");
	});

	await test("tasks beside the chat, on a phone", async () => {
		await page.setViewportSize({ width: 390, height: 844 });
		await visit(page, "/chat");
		await page.getByRole("link", { name: word("nav.tasks") }).click();
		await page.getByRole("checkbox").first().waitFor();
		await look(page, "the tasks in the chat's place");
		await page.setViewportSize({ width: 1280, height: 800 });
	});

	await test("the tasks", async () => {
		const path = `/api/${id}/tasks`;
		for (const task of [
			{ title: "Pay the rent", priority: "high",
				due_at: "2020-01-31T12:00:00Z" },
			{ title: "Call the dentist", description: "About Tuesday.",
				due_at: new Date(Date.now() + 86400000)
					.toISOString() },
			{ title: "Tidy the shed", priority: "low" },
			{ title: "اشتر الحليب" }])
			await call(ann, "POST", path, task);
		await call(ann, "PATCH", `${path}/2`, { completed: true });
		await visit(page, "/tasks");
		await page.getByText("Tidy the shed").waitFor();
		await look(page, "the list", "tasks");
		await press(page, "tasks.details");
		await page.getByRole("combobox", { name: word("tasks.priority") })
			.waitFor();
		await look(page, "a new task's fields");
		await button(page, "Call the dentist").click();
		await button(page, word("tasks.save")).waitFor();
		await look(page, "a task that is edited", "tasks-edit");
		await press(page, "tasks.cancel");
		await press(page, "tasks.delete", { title: "Tidy the shed" });
		await toast(page).getByText("Tidy the shed").waitFor();
		await look(page, "a way back");
		await page.getByRole("searchbox").fill("nothing like it");
		await page.getByText(word("tasks.none.found")).waitFor();
		await look(page, "nothing found");
	});

	await test("the profile", async () => {
		await visit(page, "/profile");
		await page.getByText(word("sessions.this")).first().waitFor();
		await field(page, "tokens.name").fill("My script");
		await press(page, "tokens.make");
		await page.locator("#token").getByText(/./).waitFor();
		await page.locator("[aria-busy]").waitFor({ state: "detached" });
		await look(page, "with a new token", "profile");
		await press(page, "profile.password.change");
		await summary(page).first().waitFor();
		await look(page, "with mistakes");
		await press(page, "delete.open");
		await page.getByRole("dialog").waitFor();
		await look(page, "the question before the end", "profile-delete");
	});

	await test("the button's chat", async () => {
		await visit(page, "/embed");
		await button(page, "Chat").click();
		await page.getByRole("textbox").waitFor();
		await look(page, "the open panel", "embed-open");
	});

	await test("the vendor's element, which is not there", async () => {
		await page.route("https://cdn.platform.openai.com/**",
			(route) => route.abort());
		await visit(page, "/chatkit-official.html");
		await page.getByText(word("official.failed")).waitFor();
		await look(page, "why there is none", "chatkit-official");
	});

	await test("no service", async () => {
		await page.route("/api/**", (route) => route.abort());
		await visit(page, "/chat");
		await page.getByText(word("error.unreachable")).waitFor();
		await look(page, "the chat without a service", "chat-unreachable");
		await visit(page, "/tasks");
		await page.getByText(word("error.unreachable")).first().waitFor();
		await look(page, "the tasks without a service",
			"tasks-unreachable");
	});
});

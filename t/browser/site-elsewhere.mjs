// No accounts: a cookie of the site around says who it is, and the pages say
// what to do when there is none.
import { ok, is, person, test, run, perl, url, expectComplaints } from
	"./lib.mjs";
import { word, visit, look, press } from "./sitepage.mjs";
import { open, say } from "./chatpage.mjs";

// nobody is signed in
expectComplaints(/Failed to load resource/);

await run(async () => {
	const ann = await person();
	const page = await ann.newPage();

	await test("nobody", async () => {
		await visit(page, "/");
		await page.getByText(word("start.elsewhere")).waitFor();
		is(await page.getByRole("link", { name: word("sign_in.title") })
			.count(), 0, "one cannot sign in here");
		await look(page, "the start page without accounts", "start-elsewhere");
		for (const path of ["/chat", "/tasks", "/profile"]) {
			await visit(page, path);
			await page.getByRole("heading",
				{ name: word("session.elsewhere") }).waitFor();
			ok(true, `${path} says where to sign in`);
		}
		await look(page, "nobody is signed in", "signed-out-elsewhere");
		for (const [path, says] of [["/sign-in", "account.off"],
			["/sign-up", "sign_up.off"], ["/reset", "account.off"],
			["/verify", "account.off"]]) {
			await visit(page, path);
			await page.getByText(word(says)).waitFor();
			is(await page.getByRole("textbox").count(), 0,
				`${path} has no form`);
		}
	});

	await test("somebody", async () => {
		const value = await perl("token", "ann");
		await ann.addCookies([{ name: "site", value, url }]);
		await visit(page, "/chat");
		await page.locator("openai-chatkit").waitFor();
		const chat = await open(ann);
		await say(chat, "Add a task to buy milk");
		await visit(page, "/tasks");
		await page.getByText("Buy milk").waitFor();
		await visit(page, "/profile");
		await page.getByText(word("profile.elsewhere")).waitFor();
		is(await page.locator("#name").isVisible(), false,
			"name and password are not ours");
		ok(await page.getByRole("link", { name: word("export.go") })
			.isVisible(), "a copy of everything is");
		await look(page, "a profile from elsewhere", "profile-elsewhere");
		await press(page, "nav.account");
		await page.getByRole("link", { name: word("menu.profile") })
			.waitFor();
		is(await page.getByRole("button", { name: word("menu.sign_out") })
			.count(), 0, "one signs out where one signed in");
		await page.keyboard.press("Escape");
		await visit(page, "/tasks");
		await ann.clearCookies();
		await page.locator("#banner").getByText(word("session.elsewhere"))
			.waitFor();
		ok(await page.getByText("Buy milk").isVisible(),
			"when the cookie goes, what is on the page stays");
	});
});

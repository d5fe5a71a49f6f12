// A limit of answers a day: what one reads when it is reached, and that what
// was written is not lost.
import { is, like, perl, person, signUp, test, run, shoot, accessible,
	expectComplaints } from "./lib.mjs";
import { field, open, rest } from "./chatpage.mjs";

// the browser's own word for it
expectComplaints(/status of 429/);

async function write(page, text) {
	await field(page).fill(text);
	await field(page).press("Enter");
}

await run(async () => {
	const ann = await person();
	const { id } = await signUp(ann);
	const page = await open(ann);
	const asked = () => perl("rows", "select count(*)::int as n from message" +
		` where user_id = '${id}' and role = 'user'`).then(([row]) => row.n);

	await test("the last answer of a day", async () => {
		await write(page, "Add a task to buy milk");
		await rest(page);
		is(await asked(), 1, "it is answered");
	});

	await test("one more", async () => {
		await write(page, "Add a task to buy bread");
		const why = page.getByRole("article")
			.getByText(/You have reached the limit for today/);
		await why.waitFor();
		like(await why.textContent(),
			/You can go on: \w+day, \d?\d:\d\d\s[AP]M\.$/,
			"it says when");
		is(await page.getByText("Add a task to buy bread").count(), 1,
			"what was written stays");
		is(await asked(), 1, "nothing is stored");
		await accessible(page, "a limit is reached");
		await shoot(page, "chat-limit");
	});

	await test("and when the day is over", async () => {
		await perl("sql", `delete from usage_day where user_id = '${id}'`);
		await page.getByRole("button", { name: "Try again" }).click();
		await page.getByRole("log").getByText(/Buy bread/).first().waitFor();
		await rest(page);
		is(await asked(), 2, "it is sent");
	});

	await test("an answer given anew", async () => {
		await page.getByRole("button", { name: "Answer again" }).last()
			.click();
		await page.locator(".ck-failure")
			.getByText(/You have reached the limit/).waitFor();
		is(await page.getByRole("log").getByText("Add a task to buy bread")
			.count(), 1, "the message is still there");
	});
});

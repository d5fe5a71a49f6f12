// A long conversation and a long answer.
import { ok, is, note, perl, person, signUp, test, run, until }
	from "./lib.mjs";
import { field, button, answers, open, rest, fromEnd, scroller, word }
	from "./chatpage.mjs";

let page;

const text = (n) => page.getByRole("log").getByText(n, { exact: true });
const oldest = () => page.getByRole("log").locator("article").first()
	.evaluate((node) => Number(/(?:Question|Answer) (\d+)/.exec(
		node.querySelector("[dir=auto]").textContent)[1]));

await run(async () => {
	const ann = await person();
	const who = (await signUp(ann)).id;
	const id = await perl("long", [who, 10000]);
	page = await open(ann, `/chat/${id}`);

	await test("it opens at its end", async () => {
		await answers(page).last().getByText("Answer 10000")
			.waitFor();
		await until("the end", async () => await fromEnd(page) < 2);
		ok(await page.getByRole("article").count() <= 200,
			"with the newest alone");
	});

	await test("scrolling up loads older ones, and what is read stays in place", async () => {
		await scroller(page).hover();
		// held until the reader rests
		let go;
		await page.route("**/api/chatkit*", async (route) => {
			if (/items\.list/.test(route.request().postData()))
				await new Promise((resolve) => { go = resolve; });
			await route.continue();
		});
		for (let n = 0; n < 3; n++) {
			go = undefined;
			await until("older ones to be asked for", async () => {
				await page.mouse.wheel(0, -400);
				return go;
			});
			await until("the wheel to come to rest", () =>
				scroller(page).evaluate(async (box) => {
					const at = box.scrollTop;
					for (let i = 0; i < 3; i++)
						await new Promise(requestAnimationFrame);
					return box.scrollTop === at;
				}));
			const place = () => scroller(page).evaluate((box) => {
				const top = box.getBoundingClientRect().top;
				const node = window.mark ??= [...box.querySelectorAll(
					"article")].find((a) =>
					a.getBoundingClientRect().bottom > top + 1);
				return node.getBoundingClientRect().top - top;
			});
			await page.evaluate(() => { window.mark = undefined; });
			const at = await place();
			const before = await oldest();
			go();
			await until("them", async () => await oldest() < before);
			await scroller(page).evaluate(async () => {
				for (let i = 0; i < 10; i++)
					await new Promise(requestAnimationFrame);
			});
			const moved = Math.abs(await place() - at);
			ok(moved <= 2, `what is read is where it was (${moved} px)`);
		}
		await page.unroute("**/api/chatkit*");
	});

	await test("all the way to the first message", async () => {
		const all = 500;
		await page.goto(`/chat/${await perl("long", [who, all])}`);
		await answers(page).last().getByText(`Answer ${all}`).waitFor();
		await until("the first", async () => {
			await scroller(page).evaluate((box) => { box.scrollTop = 0; });
			return await oldest() === 1;
		}, 60);
		await scroller(page).evaluate((box) => { box.scrollTop = 0; });
		await text("Question 1").waitFor();
		const numbers = await page.getByRole("log").locator("article")
			.evaluateAll((all) => all.map((a) => Number(
				/(?:Question|Answer) (\d+)/.exec(a.querySelector(
				"[dir=auto]").textContent)[1])));
		is(numbers.length, all, "all of them are there");
		ok(numbers.every((n, i) => n === i + 1), "once each, in order");
		await until("no more to come", async () => !await button(page,
			word("log.older")).isVisible());
		await button(page, word("log.latest")).click();
		await until("the end", async () => await fromEnd(page) < 2);
		await perl("order", { text: "Still here." });
		await field(page).fill("are you still there?");
		await page.keyboard.press("Enter");
		await answers(page).getByText("Still here.").waitFor();
		await rest(page);
		ok(await fromEnd(page) < 2, "and one can go on");
	});

	await test("typing while an answer of 5,000 words comes", async () => {
		await page.goto("/chat");
		await field(page).waitFor();
		const pieces = Array.from({ length: 5000 }, (_, n) =>
			n % 250 === 249 ? `word${n}\n\n` : `word${n} `);
		await perl("order", { pieces, pause: 0.0005 });
		await field(page).fill("at length");
		await page.keyboard.press("Enter");
		await answers(page).getByText("word0 ").waitFor();
		const typed = "The quick brown fox jumps over the lazy dog, 12 times. ";
		let n = 0;
		while (!await page.getByText("word4999").count() && n++ < 12)
			await page.keyboard.type(typed);
		ok(n > 0, `typed ${n} times`);
		is(await field(page).inputValue(), typed.repeat(n),
			"every key arrived, in order");
		await answers(page).getByText("word4999").waitFor();
		await rest(page);
		const all = (await answers(page).last().innerText())
			.match(/word\d+/g);
		is(all.length, 5000, "and every word");
		ok(all.every((w, i) => w === `word${i}`), "in order");
		note(`${n} lines were typed meanwhile`);
	});
});

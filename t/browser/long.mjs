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

	/** Until it stands still, and the page has answered to that. */
	const still = (frames) => scroller(page).evaluate(async (box, wanted) => {
		for (let n = 0, at = box.scrollTop; n < wanted; n++) {
			await new Promise(requestAnimationFrame);
			if (at !== box.scrollTop) n = 0;
			at = box.scrollTop;
		}
	}, frames);
	/** The part of the page whose lower end is what one reads. */
	const PLACES = {
		day: ".ck-day", question: "article:first-of-type",
		answer: "article:last-of-type", buttons: ".ck-turn > .ck-actions",
		turn: ".ck-turn",
	};
	// held until the reader is where they want to be
	const hold = { go: null };
	await page.route("**/api/chatkit*", async (route) => {
		if (/items\.list/.test(route.request().postData()) && hold.on)
			await new Promise((resolve) => { hold.go = resolve; });
		await route.continue();
	});

	/** Go up by the wheel until older ones are asked for. */
	async function ask() {
		hold.on = true;
		hold.go = null;
		await scroller(page).hover();
		await until("older ones to be asked for", async () => {
			if (!hold.go) await page.mouse.wheel(0, -400);
			return hold.go;
		});
		await still(3);
	}

	/** They come, while the log's upper edge cuts the turn n there. */
	async function come(place, n) {
		await scroller(page).evaluate((box, [selector, turn]) => {
			const all = [...box.querySelectorAll(".ck-turn")];
			const part = all[turn].matches(selector) ? all[turn] :
				all[turn].querySelector(selector);
			box.scrollTop += part.getBoundingClientRect().bottom - 2 -
				box.getBoundingClientRect().top;
		}, [PLACES[place], n]);
		await still(3);
		const where = () => scroller(page).evaluate((box) => {
			const { top } = box.getBoundingClientRect();
			const mark = window.mark ??= [...box.querySelectorAll(
				"article")].find((node) =>
				node.getBoundingClientRect().top > top);
			return mark.getBoundingClientRect().top - top;
		});
		await page.evaluate(() => { window.mark = undefined; });
		const at = await where();
		const before = await oldest();
		hold.on = false;
		hold.go();
		await until("them", async () => await oldest() < before);
		await still(10);
		const moved = Math.abs(await where() - at);
		ok(moved <= 2, `in the ${place} of turn ${n + 1}: what is read ` +
			`is where it was (${moved} px)`);
	}

	await test("scrolling up loads older ones, and what is read stays in place", async () => {
		for (const place in PLACES) {
			await ask();
			// the first has a day's name, which goes to another
			await come(place, 0);
			if (place === "day") continue;
			await ask();
			await come(place, 2);
		}
	});

	await test("so it does where they begin with an answer", async () => {
		const half = await perl("long", [who, 401]);
		for (const place of ["answer", "buttons", "turn"]) {
			await page.goto(`/chat/${half}`);
			await answers(page).last().getByText("Answer 400").waitFor();
			await until("the end", async () => await fromEnd(page) < 2);
			await ask();
			await come(place, 0);
		}
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

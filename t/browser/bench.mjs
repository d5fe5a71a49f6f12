// For script/bench: how long a key typed into the composer takes until the
// next frame is painted, in milliseconds; at rest, and while an answer of
// 5,000 words comes in.  The same with a processor four times slower.
import { perl, person, signUp, run, until, wish } from "./lib.mjs";
import { open, field, send, stop } from "./chatpage.mjs";

const TEXT = "the quick brown fox jumps over the lazy dog and back again ";

/** In the page: from the key to the frame that shows it. */
function watch() {
	globalThis.delays = [];
	addEventListener("keydown", ({ timeStamp }) => {
		requestAnimationFrame(() => {
			// the first task after the frame
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () =>
				globalThis.delays.push(performance.now() - timeStamp);
			port2.postMessage(null);
		});
	}, { capture: true });
}

const figures = {};
let cdp;

/** Seconds of CPU that the page's main thread has used. */
async function used() {
	const { metrics } = await cdp.send("Performance.getMetrics");
	return metrics.find(({ name }) => name === "TaskDuration").value;
}

/** Type until enough() and keep what was seen under this name. */
async function type(page, name, enough) {
	const before = await used();
	const keep = (list, cpu) => {
		const sorted = list.sort((a, b) => a - b);
		const at = (part) => sorted[Math.min(sorted.length - 1,
			Math.floor(sorted.length * part))];
		figures[name] = { cpu, keys: sorted.length, median: at(0.5),
			p98: at(0.98), max: sorted.at(-1) };
	};
	await field(page).focus();
	await page.evaluate(() => { globalThis.delays.length = 0; });
	for (let n = 0; !(n && n % TEXT.length === 0 && await enough(n)); n++) {
		await page.keyboard.type(TEXT[n % TEXT.length]);
		await new Promise((resolve) => setTimeout(resolve, 40));
	}
	keep(await page.evaluate(() => globalThis.delays),
		await used() - before);
	await field(page).fill("");
}

await run(async () => {
	const ann = await person();
	await signUp(ann);
	const page = await open(ann);
	await page.evaluate(watch);
	cdp = await ann.newCDPSession(page);
	await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
	for (const rate of [1, 4]) {
		const name = rate === 1 ? "" : "_slow";
		await perl("order", { text: "Well." });
		await field(page).fill("Are you there?");
		await field(page).press("Enter");
		await until("the answer", () => send(page).isVisible());
		await cdp.send("Emulation.setCPUThrottlingRate", { rate });
		await type(page, `rest${name}`, (n) => n >= wish.keys);
		await perl("long");
		await field(page).fill("Tell me everything.");
		await field(page).press("Enter");
		await stop(page).waitFor();
		await type(page, `stream${name}`, async () =>
			!await stop(page).isVisible());
		await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
		const words = await page.getByRole("article").last()
			.evaluate((node) => node.textContent.split(/\s+/).length);
		if (words < 5000)
			throw new Error(`the answer has ${words} words`);
	}
	console.log(`figures ${JSON.stringify(figures)}`);
});

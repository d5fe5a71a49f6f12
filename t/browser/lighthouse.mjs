// Lighthouse's judgement of a served page, in our Chromium.
//
// As a test: accessibility, best practices and SEO are 100.  For script/bench
// ({bench: true}): all four scores, each form factor, one line of JSON.
import { createServer } from "node:net";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";
import { ok, note, done, wish, url, signUp } from "./lib.mjs";

const CATEGORIES = ["accessibility", "best-practices", "seo"];

function freePort() {
	return new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/** A browser whose own profile is signed in, and the port of its remote
 * control. */
async function launch() {
	const port = await freePort();
	const context = await chromium.launchPersistentContext(
		`${wish.home}/lighthouse`, {
			executablePath: wish.chromium, baseURL: url,
			locale: "en-US",
			args: ["--no-sandbox", "--disable-dev-shm-usage",
				"--disable-gpu", "--mute-audio",
				`--remote-debugging-port=${port}`],
		});
	return { context, port };
}

/** Its report of one page. */
async function judge(port, path, form, categories) {
	const result = await lighthouse(url + path, {
		port, output: "json", logLevel: "silent",
		onlyCategories: categories,
		// the session stays
		disableStorageReset: true,
		// a test measures no time
		...wish.bench ? {} : { throttlingMethod: "provided",
			pauseAfterLoadMs: 0, networkQuietThresholdMs: 500,
			disableFullPageScreenshot: true },
	}, form === "desktop" ? desktopConfig : undefined);
	const { lhr } = result;
	if (lhr.runtimeError)
		throw new Error(`${path}: ${lhr.runtimeError.message}`);
	return lhr;
}

/** What costs a category its hundred. */
function faults(lhr, name) {
	return lhr.categories[name].auditRefs.filter(({ id, weight }) =>
		weight && lhr.audits[id].score !== null &&
		lhr.audits[id].score < 1).map(({ id }) => {
		const { title, displayValue, details } = lhr.audits[id];
		return [id, title, displayValue, ...(details?.items ?? [])
			.slice(0, 5).map((item) => JSON.stringify(item)
				.slice(0, 400))].filter(Boolean).join(": ");
	});
}

let failure;
const { context, port } = await launch();
try {
	const scores = {};
	for (const path of ["/", "/sign-in", "/chat"]) {
		if (path === "/chat")
			await signUp(context);
		for (const form of wish.bench ?
			["mobile", "desktop"] : ["mobile"]) {
			const lhr = await judge(port, path, form, wish.bench ?
				["performance", ...CATEGORIES] : CATEGORIES);
			if (new URL(lhr.finalDisplayedUrl).pathname !== path)
				throw new Error(`${path} became ` +
					lhr.finalDisplayedUrl);
			scores[`${path} ${form}`] = Object.fromEntries(
				Object.values(lhr.categories).map((one) =>
					[one.id, Math.round(one.score * 100)]));
			if (wish.bench) continue;
			for (const name of CATEGORIES)
				ok(lhr.categories[name].score === 1,
					`${name} of ${path}, ${form}`,
					...faults(lhr, name));
		}
	}
	if (wish.bench)
		console.log(JSON.stringify(scores));
	else
		note(JSON.stringify(scores));
} catch (error) {
	failure = error;
}
await context.close();
if (!wish.bench)
	done(failure);
else if (failure)
	throw failure;
process.stdin.destroy();

// A Chromium for one test, and what every test asks of a page: nothing on
// its console, no request to another host, no breach of its policy.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { ok, is, like, note, done } from "../node/tap.mjs";

export { ok, is, like, note, done };

/** What the Perl test wants: url, and whatever else it passed on. */
export const wish = JSON.parse(process.argv[2]);
export const url = wish.url;
const coverage = process.env.TASKCHAT_COVERAGE;
const require = createRequire(import.meta.url);

// ---- the Perl side

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let asking = Promise.resolve();

/** Have the Perl test do something; what its function returned. */
export function perl(name, args = null) {
	asking = asking.catch(() => {}).then(async () => {
		process.stdout.write(`#! ${JSON.stringify([name, args])}\n`);
		const { value } = await lines.next();
		const answer = JSON.parse(value ?? '{"error":"nobody there"}');
		if (answer.error) throw new Error(`${name}: ${answer.error}`);
		return answer.ok;
	});
	return asking;
}

// ---- the browser

let browser;
let runs = 0;
const complaints = [];
let forgiven = [];

/** Complaints of a page that the test is about: patterns. */
export function expectComplaints(...patterns) {
	forgiven.push(...patterns);
}

export async function launch(more = []) {
	browser ??= await chromium.launch({
		executablePath: wish.chromium,
		args: ["--no-sandbox", "--disable-dev-shm-usage",
			"--disable-gpu", "--mute-audio",
			"--force-color-profile=srgb", ...more],
	});
	return browser;
}

/** Where today is not over soon. */
export const ZONE = new Date().getUTCHours() < 21 ? "Europe/Berlin" :
	"America/New_York";

/**
 * A browser context: a person's own cookies and storage.  Options are
 * playwright's; locale en-US, zone Europe/Berlin, 1280 x 800 unless told.
 */
export async function person(options = {}) {
	await launch();
	const context = await browser.newContext({
		baseURL: url,
		viewport: { width: 1280, height: 800 },
		locale: "en-US", timezoneId: "Europe/Berlin",
		...options,
	});
	const limit = 15000 * (wish.patience ?? 1);
	context.setDefaultTimeout(limit);
	context.setDefaultNavigationTimeout(limit);
	context.on("page", watch);
	if (coverage) await context.addInitScript(stopBeforeLeaving);
	return context;
}

const hosts = new Set([new URL(url ?? "http://127.0.0.1/").host]);

/** Pages may ask this host too. */
export function allowHost(host) {
	hosts.add(host);
}

function watch(page) {
	page.on("pageerror", (error) =>
		complaints.push(`error in ${page.url()}: ${error.stack ?? error}`));
	page.on("console", (message) => {
		// axe measures with styles that the page's policy refuses
		if (judging && /Applying inline style/.test(message.text()))
			return;
		if (["error", "warning"].includes(message.type()))
			complaints.push(`console of ${page.url()}: ` +
				`${message.text()} (${message.location().url})`);
	});
	page.on("request", (request) => {
		const to = new URL(request.url());
		if (/^(data|blob):$/.test(to.protocol)) return;
		if (!hosts.has(to.host))
			complaints.push(`request to ${to.host} (${request.url()})`);
	});
	if (coverage) count(page);
}

/**
 * Count what the page executes.  A document takes its counts along when it
 * goes, so it stops just before, and they are taken.
 */
async function count(page) {
	const started = (async () => {
		const session = await page.context().newCDPSession(page);
		session.on("Debugger.paused", async () => {
			await take(session);
			await session.send("Debugger.resume").catch(() => {});
		});
		await session.send("Debugger.enable");
		await session.send("Profiler.enable");
		await session.send("Profiler.startPreciseCoverage",
			{ callCount: true, detailed: true });
		return session;
	})().catch(() => null);	// it closed at once
	const keep = () => started.then(take);
	for (const name of ["goto", "reload", "close"]) {
		const plain = page[name].bind(page);
		page[name] = async (...args) => {
			await keep();
			return plain(...args);
		};
	}
}

// in the page
function stopBeforeLeaving() {
	globalThis.navigation?.addEventListener("navigate", (event) => {
		if (!event.destination.sameDocument) debugger;
	});
}

async function take(session) {
	const { result } = await session?.send("Profiler.takePreciseCoverage")
		.catch(() => {}) ?? {};	// the page is gone
	const own = result?.filter((entry) => /^http/.test(entry.url) &&
		/^.(chatkit|site|embed)/.test(new URL(entry.url).pathname));
	if (!own?.length) return;
	writeFileSync(`${coverage}/${process.pid}-${++runs}.json`,
		JSON.stringify(own.map((entry) => ({ ...entry,
			source: source(new URL(entry.url).pathname) }))));
}

/** The file that is served at this path. */
function source(path) {
	const htdocs = new URL("../../htdocs/", import.meta.url);
	return readFileSync(new URL(`.${path}`, htdocs), "utf8");
}

/** Close a person's pages, keeping what they executed. */
export async function leave(context) {
	for (const page of context.pages()) await page.close();
	await context.close();
}

// ---- tests

/** One scenario; an exception fails it and the next goes on. */
export async function test(name, body) {
	try {
		await body();
	} catch (error) {
		ok(false, name, String(error.stack ?? error));
		let n = 0;
		for (const context of browser?.contexts() ?? [])
			for (const page of context.pages())
				await page.screenshot({ path: `${wish.screenshots}/` +
					`failed-${name.replace(/\W+/g, "-").slice(0, 60)}` +
					`-${++n}.png` }).catch(() => {});
		return;
	}
	ok(true, name);
}

/** Run all, then say whether any page complained. */
export async function run(body) {
	let failure;
	try {
		await body();
	} catch (error) {
		failure = error;
	}
	for (const context of browser?.contexts() ?? [])
		await leave(context).catch(() => {});
	await browser?.close();
	const bad = complaints.filter((line) =>
		!forgiven.some((pattern) => pattern.test(line)));
	ok(!bad.length, "no page complained", ...bad.slice(0, 20));
	done(failure);
	// the pipe to the test would keep us
	process.stdin.destroy();
}

let accounts = 0;

/**
 * A new account, signed in in this context.
 * @returns {Promise<{email: string, password: string, id: string}>}
 */
export async function signUp(context, name = "Ann") {
	const email = `p${process.pid}n${++accounts}@example.org`;
	const password = "three green apples";
	const reply = await context.request.post("/api/auth/sign-up/email", {
		data: { name, email, password },
		headers: { Origin: url },
	});
	if (!reply.ok()) throw new Error(`sign-up: ${await reply.text()}`);
	return { email, password, id: (await reply.json()).user.id };
}

/** What axe-core says about the page as it stands: nothing. */
export async function accessible(page, name, options = {}) {
	axe ??= readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
	await still(page);
	judging = true;
	await page.evaluate(axe);
	const found = await page.evaluate((o) => globalThis.axe.run(document, {
		resultTypes: ["violations"], ...o,
	}), options);
	judging = false;
	const lines = found.violations.flatMap((v) => v.nodes.map((node) =>
		`${v.id}: ${v.help}: ${node.target.join(" ")}: ` +
		node.failureSummary.replace(/\s+/g, " ").slice(0, 300)));
	return ok(!lines.length, `axe finds nothing: ${name}`, ...lines);
}
let axe;
let judging = false;

/** Wait until what fades in or slides has done so. */
export async function still(page) {
	await page.evaluate(async () => {
		const roots = [document, ...[...document.querySelectorAll("*")]
			.map((node) => node.shadowRoot).filter(Boolean)];
		await Promise.allSettled(roots.flatMap((root) =>
			root.getAnimations()).filter((animation) =>
			animation.effect.getComputedTiming().endTime < 10000)
			.map((animation) => animation.finished));
	});
}

/** A picture for a person to look at. */
export async function shoot(page, name, options = {}) {
	await page.screenshot({ path: `${wish.screenshots}/${name}.png`,
		animations: "disabled", caret: "hide", ...options });
}

/** Wait until it is true; polls what has no event of its own. */
export async function until(what, ask, seconds = 15) {
	const end = Date.now() + seconds * 1000 * (wish.patience ?? 1);
	for (;;) {
		const answer = await ask();
		if (answer) return answer;
		if (Date.now() > end) throw new Error(`waited for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

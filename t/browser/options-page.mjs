// A page with the bare element, for tests that set its options: what it is
// given as JSON, with functions that are recorded.
import { allowHost, person, until, wish } from "./lib.mjs";
import { Backend } from "./backend.mjs";

const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Options</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/kit.css">
<script src="/chatkit.js" async></script><script src="/kit.js"></script>
</head><body><openai-chatkit id="kit"></openai-chatkit></body></html>`;

const style = "html, body { margin: 0 }" +
	"#kit { display: block; height: 600px }";

// "()name" in the options is a function: it is recorded, and gives what
// answers[name] holds; several are given one after the other, the last for
// ever.  { throws } is thrown.
const script = `
globalThis.calls = [];
globalThis.events = [];
globalThis.answers = {};
const give = async (name, args) => {
	calls.push([name, ...JSON.parse(JSON.stringify(args))]);
	const list = answers[name] ?? [undefined];
	const answer = list.length > 1 ? list.shift() : list[0];
	if (answer?.throws) throw new Error(answer.throws);
	return answer;
};
const alive = value => Array.isArray(value) ? value.map(alive) :
    typeof value === "string" && value.startsWith("()") ?
    (...args) => give(value.slice(2), args) :
    value && typeof value === "object" ? Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, alive(v)])) : value;
globalThis.kit = () => document.getElementById("kit");
globalThis.root = () => kit().shadowRoot;
globalThis.set = async (options, own) => {
	await customElements.whenDefined("openai-chatkit");
	const all = alive({ api: { url: "/chatkit", domainKey: "x" },
	    ...options });
	if (own) all.api.fetch = (url, how) => {
		calls.push(["fetch", url, how.method]);
		return fetch(url, how);
	};
	kit().setOptions(all);
};
for (const name of ["ready", "error", "effect", "deeplink", "response.start",
    "response.end", "thread.change", "thread.load.start", "thread.load.end",
    "tool.change", "history.open", "history.close"])
	addEventListener("DOMContentLoaded", () => kit().addEventListener(
	    "chatkit." + name, ({ detail }) => events.push([name,
	    detail?.error ? detail.error.message : detail])));
`;

/** The backend of such pages, and a person before one of them. */
export async function bench(options = {}) {
	const backend = await new Backend().start();
	Object.assign(backend.pages, { "/kit.html": html, "/kit.js": script,
		"/kit.css": style });
	wish.url ??= backend.url;
	allowHost(new URL(backend.url).host);
	const context = await person({ baseURL: backend.url,
		viewport: { width: 760, height: 620 }, ...options });
	return { backend, context };
}

/** A fresh page whose element has these options. */
export async function kitPage(context, options, own = false) {
	const page = await context.newPage();
	await page.goto("/kit.html");
	if (options) await set(page, options, own);
	if (options) await page.getByRole("textbox").first().waitFor();
	return page;
}

/** setOptions(); "" or the error it throws. */
export const set = (page, options, own = false) => page.evaluate(
	([o, f]) => globalThis.set(o, f).then(() => "", (error) =>
		`${error.name}: ${error.message}`), [options, own]);

/** What a function of the options gives from now on. */
export const answer = (page, name, ...list) => page.evaluate(([n, l]) => {
	globalThis.answers[n] = l;
}, [name, list]);

/** The arguments of its calls so far, and they are forgotten. */
export const calls = (page, name) => page.evaluate((n) => {
	const found = globalThis.calls.filter(([one]) => one === n)
		.map(([, ...args]) => args);
	globalThis.calls = globalThis.calls.filter(([one]) => one !== n);
	return found;
}, name);

/** The events of the element by this name. */
export const events = (page, name) => page.evaluate((n) => globalThis.events
	.filter(([one]) => one === n).map(([, detail]) => detail), name);

export const called = (page, name) => until(`a call of ${name}`,
	async () => {
		const found = await calls(page, name);
		return found.length ? found : null;
	});

/** Properties of a node of the shadow tree as they are computed. */
export const look = (page, selector, ...names) => page.evaluate(
	([s, list]) => {
		const style = getComputedStyle(
			globalThis.root().querySelector(s));
		return list.map((name) => style.getPropertyValue(name));
	}, [selector, names]);

/** A promise, and open() that keeps it. */
export function gate() {
	let open;
	const kept = new Promise((resolve) => { open = resolve; });
	return Object.assign(kept, { open });
}

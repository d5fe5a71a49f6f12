// The customer's page of app/, as the tests serve it: its tag for the
// vendor's script replaced, and nothing else.
import { readFileSync } from "node:fs";
import { until } from "./lib.mjs";

const source = (name) => readFileSync(new URL(`app/${name}`,
	import.meta.url), "utf8");
const vendors = "<script src=\"https://cdn.platform.openai.com/deployments/" +
	"chatkit/chatkit.js\" async></script>";

/**
 * Its files by path.
 * @param {string} bundle the script esbuild made of app/support.tsx
 * @param {string} api the backend's address
 */
export function pages(bundle, api) {
	const html = source("support.html").replace("\"/chatkit\"", `"${api}"`);
	const tag = "<script src=\"/chatkit.js\" async></script>";
	const with_ = (other) => html.replace(vendors, other);
	if (!html.includes(vendors)) throw new Error("the tag is another");
	return {
		"/support.html": with_(tag),
		"/module.html": with_(
			"<script src=\"/chatkit.js\" type=\"module\"></script>"),
		"/after.html": with_("").replace("</body>", `${tag}</body>`),
		"/twice.html": with_(tag + tag),
		"/none.html": with_(""),
		"/support.css": source("support.css"),
		"/support.js": readFileSync(bundle, "utf8"),
	};
}

/** What the page was told under this name: a list of details. */
export const seen = (page, name) => page.evaluate((n) => globalThis.seen
	.filter(([one]) => one === n).map(([, detail]) => detail), name);

/** All of it but the log of requests. */
export const told = (page) => page.evaluate(() => globalThis.seen
	.filter(([name]) => name !== "onLog"));

/** Wait until it was told so often. */
export const heard = (page, name, n = 1) => until(`${name}, ${n} times`,
	async () => (await seen(page, name)).length >= n);

export const forget = (page) => page.evaluate(() => {
	globalThis.seen.length = 0;
});

/** A method of useChatKit(): "" or why its promise was rejected. */
export const call = (page, name, ...args) => page.evaluate(
	([method, list]) => globalThis.support[method](...list).then(
		(value) => value === undefined ? "" : `gave ${value}`,
		(error) => `${error.name}: ${error.message}`), [name, args]);

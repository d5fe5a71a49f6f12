// The chat page as a person knows it: by the names of things.
import { readdirSync } from "node:fs";
import { until } from "./lib.mjs";

async function read(folder) {
	const all = {};
	const place = new URL(`../../htdocs/${folder}/locale/`, import.meta.url);
	for (const name of readdirSync(place).filter((n) => /^en\b/.test(n)))
		Object.assign(all, (await import(new URL(name, place))).default);
	return all;
}
const element = await read("chatkit");
const site = await read("site");

const sayer = (words) => (key, values = {}) => {
	let text = words[key];
	if (text === undefined) throw new Error(`there is no word for ${key}`);
	if (typeof text === "object")
		text = text[values.n === 1 ? "one" : "other"];
	return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
};

/** What the page calls it; of what both say, the element's words. */
export const word = sayer({ ...site, ...element });
/** The same with the site's words first. */
export const siteWord = sayer({ ...element, ...site });

/** Where one writes. */
export const field = (page) => page.getByRole("textbox",
	{ name: word("composer.label"), exact: true });
export const button = (page, name) =>
	page.getByRole("button", { name, exact: true });
export const send = (page) => button(page, word("composer.send"));
export const stop = (page) => button(page, word("composer.stop"));

const by = (page, who) => page.getByRole("article").filter({
	has: page.getByRole("heading", { name: word(who), exact: true }) });
/** Messages of the person, and what answers: in the order they are shown. */
export const mine = (page) => by(page, "log.you");
export const answers = (page) => by(page, "log.assistant");
/** The part of the page that scrolls. */
export const log = (page) => page.getByRole("log");

/** Open a page of the site that has the chat, and wait until one can write. */
export async function open(context, path = "/chat") {
	const page = await context.newPage();
	await page.goto(path);
	await field(page).waitFor();
	return page;
}

/** Nothing is on its way: the button says Send, and the last word is not the
 * person's. */
export function rest(page) {
	return until("the end of the answer", async () =>
		await send(page).isVisible() &&
		await page.getByRole("article").last().evaluate((node) =>
			node.dataset.type !== "user_message"));
}

/** Write it, press Enter, and wait for the end of the answer. */
export async function say(page, text) {
	const before = await mine(page).count();
	await field(page).fill(text);
	await field(page).press("Enter");
	await until(`"${text}" in the log`, async () =>
		await mine(page).count() > before);
	await rest(page);
}

/** The element that has the focus, inside shadow roots as well, by its name:
 * "body" when it is lost. */
export function focused(page) {
	return page.evaluate(() => {
		let at = document.activeElement;
		while (at?.shadowRoot?.activeElement)
			at = at.shadowRoot.activeElement;
		if (!at || at === document.body) return "body";
		return (at.getAttribute("aria-label") ||
			at.labels?.[0]?.textContent ||
			at.textContent).trim().replace(/\s+/g, " ") ||
			at.localName;
	});
}

/** Press this key until the focus is on what has this name. */
export async function reach(page, name, key = "Tab") {
	const seen = [];
	for (let n = 0; n < 80; n++) {
		const at = await focused(page);
		if (name instanceof RegExp ? name.test(at) : at === name)
			return;
		seen.push(at);
		await page.keyboard.press(key);
	}
	throw new Error(`${key} does not reach ${name}: ${seen.join(" | ")}`);
}

/** What makes the page wider than the window; nothing. */
export function tooWide(page) {
	return page.evaluate(() => {
		const found = [];
		const look = (root) => {
			for (const node of root.querySelectorAll("*")) {
				if (node.shadowRoot) look(node.shadowRoot);
				const style = getComputedStyle(node);
				if (node.scrollWidth > node.clientWidth + 1 &&
				    /auto|scroll/.test(style.overflowX) &&
				    !node.matches("pre, .ck-table, textarea"))
					found.push(`${node.localName}.` +
						`${node.className} scrolls`);
			}
		};
		look(document);
		const root = document.scrollingElement;
		if (root.scrollWidth > root.clientWidth)
			found.push(`the page: ${root.scrollWidth} px`);
		return found;
	});
}

/** How far the log is from its end, in pixels. */
export function fromEnd(page) {
	return scroller(page).evaluate((node) =>
		node.scrollHeight - node.scrollTop - node.clientHeight);
}

/** What scrolls around the messages. */
export function scroller(page) {
	return page.locator("openai-chatkit .ck-scroll");
}

/** Ids of the thread whose page this is. */
export const threadOf = (page) =>
	/^\/chat\/([^/]+)/.exec(new URL(page.url()).pathname)?.[1] ?? null;

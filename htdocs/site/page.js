// @ts-check
// What every page has: its words and theme, who is reading it, the bar's
// menu, a banner for what concerns the whole page, a toast for what passes.

import { h } from "../chatkit/dom.js";
import { call, ApiError } from "./api.js";
import { words, loadWords } from "./words.js";

/** @typedef {import("./types.d.ts").Config} Config */
/** @typedef {import("./types.d.ts").Me} Me */

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {Promise<Config> | undefined} */
let asked;

/** @param {string} id @returns {any} */
export function el(id)
{
	return document.getElementById(id);
}

/** What the browser keeps for us, if it does. @param {string} name */
export function recall(name, store = () => localStorage)
{
	try {
		return store().getItem(`tc.${name}`) ?? "";
	} catch {
		return "";
	}
}

/** "" forgets it. @param {string} name @param {string} value */
export function keep(name, value, store = () => localStorage)
{
	try {
		if (value)
			store().setItem(`tc.${name}`, value);
		else
			store().removeItem(`tc.${name}`);
	} catch {
		// it is forgotten with the page
	}
}

/** Asked once a page; rejects with an ApiError. */
export function config()
{
	asked ??= call("GET", "/api/config").then(({ json }) => json);
	return asked;
}

/** Who is signed in; null: nobody. @returns {Promise<Me | null>} */
export async function me()
{
	try {
		return (await call("GET", "/api/me")).json;
	} catch (error) {
		if (error instanceof ApiError && error.kind === "unauthorized")
			return null;
		throw error;
	}
}

// ---- whose page this is

/** What tabs tell each other: somebody signed in, or out. */
export const others = typeof BroadcastChannel === "function" ?
    new BroadcastChannel("tc.person") : null;

/**
 * The page shows what is this person's: as soon as they sign out, or somebody
 * else signs in, in whatever tab, it does not any more.
 * @param {Me} person
 */
export function belongTo(person)
{
	/** @param {boolean} out they are gone if nobody is there */
	const look = async (out) => {
		const now = await me().catch(() => person);
		if (now ? now.user_id !== person.user_id : out)
			(await import("./leave.js")).leave(person, now);
	};
	if (others)
		others.onmessage = () => look(true);
	addEventListener("focus", () => look(false));
	addEventListener("pageshow", (event) => event.persisted && look(true));
}

// ---- theme

/** The one in effect. @returns {"light" | "dark"} */
export function theme()
{
	const chosen = root.dataset.theme;
	return chosen === "light" || chosen === "dark" ? chosen :
	    dark.matches ? "dark" : "light";
}

/** "": the system's. @param {string} chosen */
export function setTheme(chosen)
{
	keep("theme", chosen);
	if (chosen)
		root.dataset.theme = chosen;
	else
		delete root.dataset.theme;
	dispatchEvent(new Event("tc-theme"));
}

dark.addEventListener("change", () => dispatchEvent(new Event("tc-theme")));

// ---- what is said about the whole page

/**
 * Say something above the page that stays; null takes it away.
 * @param {string | null} text
 * @param {...{label: string, href?: string, act?: () => void}} ways
 */
export function banner(text, ...ways)
{
	el("banner").replaceChildren(...text === null ? [] : [
	    h("span", { text }), ...ways.map((way) => way.href ?
		h("a", { class: "button", href: way.href, text: way.label }) :
		h("button", { type: "button", class: "button",
		    text: way.label, on: { click: way.act } }))]);
}

/** What keeps the page from working. @param {unknown} error */
export async function pageFailed(error)
{
	if (error instanceof ApiError && error.kind === "unauthorized")
		(await import("./away.js")).sessionEnded();
	else
		banner(error instanceof ApiError ? error.sentence :
		    words.t("page.broken"), { label: words.t("page.reload"),
		    act: () => location.reload() });
}

// ---- the start

let title = "";

/**
 * Put words, names and the menu into the page, which shows from now on in any
 * case.  Never fails.
 */
export async function begin()
{
	await loadWords();
	root.lang = words.tag;
	root.dir = words.direction;
	if (words.language !== "en")
		(await import("./translate.js")).translate(words);
	delete root.dataset.wait;
	root.dataset.ready = "";
	el("account")?.addEventListener("click", async () =>
	    (await import("./menu.js")).toggleMenu(el("account")));
	config().then(({ site_name: name }) => {
		for (const place of document.querySelectorAll("[data-site]"))
			place.textContent = name;
	}, () => {});
	setTitle(document.title);
}

/** The document's title; the site's name follows it. @param {string} text */
export async function setTitle(text)
{
	title = text;
	const name = (await config().catch(() => null))?.site_name;
	document.title = !name || name === title ? title : `${title} · ${name}`;
}

/** The link to the chat leads back to the one that was open in this tab. */
export function linkBack()
{
	const thread = recall("thread", () => sessionStorage);
	if (thread)
		el("to-chat").href = `/chat/${thread.replace(/^thr_/, "")}`;
}

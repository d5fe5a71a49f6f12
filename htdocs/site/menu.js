// @ts-check
// The menu of the bar: who is signed in, how the site looks, which language it
// speaks.  Made when it is opened first.

import { h } from "../chatkit/dom.js";
import { LANGUAGES } from "../chatkit/words.js";
import { call } from "./api.js";
import { style } from "./late.js";
import { chosenLanguage, words } from "./words.js";
import { config, keep, me, pageFailed, recall, setTheme } from "./page.js";

/** @type {HTMLElement | undefined} */
let menu;

/** A language in its own words. @param {string} language */
function nameOf(language)
{
	return new Intl.DisplayNames(language, { type: "language" })
	    .of(language) ?? language;
}

function themes()
{
	const chosen = recall("theme");
	return h("fieldset", { class: "choice" },
	    h("legend", { text: words.t("menu.theme") }),
	    ["", "light", "dark"].map((name) => h("label", null,
		h("input", { type: "radio", name: "theme", value: name,
		    checked: name === chosen,
		    on: { change: () => setTheme(name) } }),
		h("span", { text: words.t(name === "light" ?
		    "menu.theme.light" : name === "dark" ?
		    "menu.theme.dark" : "menu.theme.auto") }))));
}

function languages()
{
	const chosen = chosenLanguage();
	const select = h("select", { on: { change: () => {
		keep("language", select.value);
		location.reload();
	} } }, ["", "en", ...LANGUAGES].map((code) => h("option",
	    { value: code, selected: code === chosen, lang: code || null,
	    dir: "auto", text: code ? nameOf(code) :
	    words.t("menu.language.auto") })));
	return h("label", { class: "field" },
	    h("span", { text: words.t("menu.language") }), select);
}

/** @param {import("./page.js").Me} person */
async function signOut(person)
{
	try {
		await call("POST", "/api/auth/sign-out", { body: {} });
		await (await import("./leave.js")).tellOthers(person);
		location.assign("/");
	} catch (error) {
		menu?.hidePopover();
		pageFailed(error);
	}
}

/** @param {boolean} accounts @param {import("./page.js").Me | null} person */
function whose(accounts, person)
{
	const next = encodeURIComponent(location.pathname);
	if (!person)
		return accounts && h("a", { class: "button main",
		    href: `/sign-in?next=${next}`,
		    text: words.t("session.sign_in") });
	return h("div", { class: "who" },
	    h("p", null, h("strong", { dir: "auto", text: person.name ||
		person.email || words.t("menu.signed_in") }),
		person.name && person.email &&
		h("span", { dir: "auto", text: person.email })),
	    h("p", { class: "ways" },
		h("a", { class: "button", href: "/profile",
		    text: words.t("menu.profile") }),
		accounts && person.accounts && h("button", { type: "button",
		    text: words.t("menu.sign_out"), on: { click: () =>
		    signOut(person) } })));
}

/** Open it; from then on the button does. @param {HTMLButtonElement} button */
export async function toggleMenu(button)
{
	if (menu)
		return;
	menu = h("div", { class: "menu", popover: "auto", role: "dialog",
	    "aria-label": words.t("nav.account") }, themes(), languages());
	menu.addEventListener("toggle", (event) => {
		button.ariaExpanded = String(/** @type {ToggleEvent} */ (
		    event).newState === "open");
	});
	button.after(menu);
	button.popoverTargetElement = menu;
	await Promise.all([style("/site/choice.css"), style("/site/menu.css")]);
	menu.showPopover();
	const [settings, person] = await Promise.all([
	    config().catch(() => null),
	    document.body.dataset.page === "open" ? null :
	    me().catch(() => null)]);
	menu.prepend(whose(settings?.accounts ?? true, person) || "");
}

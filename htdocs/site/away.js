// @ts-check
// Nobody is signed in, or not any more.

import { h } from "../chatkit/dom.js";
import { banner, config, el } from "./page.js";
import { words } from "./words.js";

/** Where to sign in, and come back to this page after it. */
export function signInPath()
{
	return `/sign-in?next=${encodeURIComponent(
	    location.pathname + location.search)}`;
}

/** Nobody is signed in: say so in the page's place. */
export async function askToSignIn()
{
	const { accounts } = await config();
	el("main").replaceChildren(h("div", { class: "empty" },
	    h("h1", { text: words.t(accounts ? "session.none" :
		"session.elsewhere") }),
	    accounts ? h("a", { class: "button main", href: signInPath(),
		text: words.t("session.sign_in") }) :
	    h("button", { type: "button", text: words.t("page.reload"),
		on: { click: () => location.reload() } })));
}

/** Nobody is signed in any more: what is on the page stays. */
export async function sessionEnded()
{
	const { accounts } = await config().catch(() => ({ accounts: true }));
	if (accounts)
		banner(words.t("session.ended"),
		    { label: words.t("session.sign_in"), href: signInPath() });
	else
		banner(words.t("session.elsewhere"), { label: words.t(
		    "page.reload"), act: () => location.reload() });
}

// @ts-check
// /chatkit-official: the vendor's element, from the vendor's server, on our
// backend.  The web server's policy for this page lets it in.

import { h } from "../chatkit/dom.js";
import { beginPage } from "./page-words.js";
import { config, el, linkBack, me, pageFailed, theme } from "./page.js";
import { words } from "./words.js";

const SCRIPT = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js";
const PATIENCE = 15000;	/* ms until we wonder whether it will ever be ready */

/** Resolves when the vendor's script has run. */
function loadVendor()
{
	return new Promise((resolve, reject) => document.head.append(h("script",
	    { src: SCRIPT, async: true, on: { load: resolve,
	    error: () => reject(new Error("it did not load")) } })));
}

async function start()
{
	linkBack();
	const [texts, settings, person] = await Promise.all([beginPage(),
	    config(), me()]);
	const state = el("state");
	const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(
	    location.hostname);

	if (!person) {
		state.textContent = "";
		(await import("./away.js")).askToSignIn();
		return;
	}
	if (!settings.chatkit_domain_key && !local) {
		state.textContent = texts.t("official.key");
		return;
	}
	try {
		await loadVendor();
		await customElements.whenDefined("openai-chatkit");
	} catch {
		state.textContent = texts.t("official.failed");
		return;
	}
	const kit = /** @type {import("@openai/chatkit").OpenAIChatKit} */ (
	    document.createElement("openai-chatkit"));
	const options = () => kit.setOptions({
		api: { url: `${location.origin}/api/chatkit`,
			domainKey: settings.chatkit_domain_key || "local",
			fetch: (url, init) => fetch(url, { ...init,
			    credentials: "same-origin" }) },
		locale: /** @type {any} */ (words.tag),
		theme: theme(),
		history: { enabled: true },
		threadItemActions: { feedback: true, retry: true },
		startScreen: { greeting: words.t("chat.greeting") },
	});
	const slow = setTimeout(() => {
		state.textContent = texts.t("official.slow");
	}, PATIENCE);
	kit.addEventListener("chatkit.ready", () => {
		clearTimeout(slow);
		state.textContent = "";
		el("about").classList.add("unseen");
	});
	options();
	addEventListener("tc-theme", options);
	el("main").append(kit);
}

start().catch(pageFailed);

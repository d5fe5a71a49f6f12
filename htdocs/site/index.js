// @ts-check
// /: to the chat for who is signed in, else what this is and how to begin.

import { call } from "./api.js";
import { beginPage } from "./page-words.js";
import { config, el, pageFailed } from "./page.js";

async function start()
{
	const begun = beginPage();
	const settings = await config();
	if (settings.accounts &&
	    (await call("GET", "/api/auth/get-session")).json) {
		location.replace("/chat");
		return;
	}
	el("sign-in").hidden = !settings.accounts;
	el("sign-up").hidden = !settings.sign_up;
	el("go-on").hidden = el("elsewhere").hidden = settings.accounts;
	await begun;
}

start().catch(pageFailed);

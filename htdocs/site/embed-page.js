// @ts-check
// /embed: what the button is and the line that makes it, for this address.

import { toast } from "./late.js";
import { beginPage } from "./page-words.js";
import { el, pageFailed } from "./page.js";

async function start()
{
	const texts = await beginPage();
	const line = `<script src="${location.origin}/embed.js" defer>` +
	    "</script>";
	el("line").textContent = line;
	el("copy").addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(line);
			toast(texts.t("tokens.copied"));
		} catch {
			getSelection()?.selectAllChildren(el("line"));
		}
	});
}

start().catch(pageFailed);

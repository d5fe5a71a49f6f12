// @ts-check
// The programs a person has let in by /authorize, on the profile, and the
// address by which further ones come.

import { h } from "../chatkit/dom.js";
import { call, ApiError, sentence } from "./api.js";
import { toast } from "./late.js";
import { el } from "./page.js";

/**
 * @typedef {{id: string, client_id: string, name: string,
 *     host: string | null, scopes: string[], created_at: string,
 *     last_used_at: string | null}} App
 * @typedef {Awaited<ReturnType<
 *     typeof import("./page-words.js").beginPage>>} Texts
 */

/** Have a button copy what an element says; where the browser does not let
 * it, select that.
 * @param {Texts} texts @param {HTMLElement} button @param {HTMLElement} from */
export function copies(texts, button, from)
{
	button.onclick = async () => {
		try {
			await navigator.clipboard.writeText(
			    from.textContent ?? "");
			toast(texts.t("tokens.copied"));
		} catch {
			getSelection()?.selectAllChildren(from);
		}
	};
}

/** Which scopes mean what. @param {string[]} scopes @returns {string} */
function mayWhat(scopes, /** @type {Texts} */ texts)
{
	const write = scopes.includes("tasks:write");
	return texts.t(!write ? "tokens.scope.read" :
	    scopes.includes("tasks:read") ? "tokens.scope.write" :
	    "apps.scope.change");
}

/**
 * Show the address, and make what shows the list, which rejects when that
 * cannot be had.
 * @param {Texts} texts
 * @param {string} path that of the person's programs
 * @param {string} address where programs connect
 */
export function programs(texts, path, address)
{
	/** @param {string} when */
	const day = (when) => texts.date(when, { dateStyle: "medium" });

	/** @param {App} app @param {HTMLElement} wrong */
	async function disconnect({ id, name }, wrong)
	{
		wrong.textContent = "";
		try {
			await call("DELETE",
			    `${path}/${encodeURIComponent(id)}`);
		} catch (error) {
			if (!(error instanceof ApiError) ||
			    error.kind !== "missing") {
				wrong.textContent = sentence(error);
				return;
			}
			/* it was done elsewhere */
		}
		wrong.closest("li")?.remove();
		el("no-apps").hidden = el("apps").childElementCount > 0;
		el("apps-title").focus();
		toast(texts.t("apps.ended", { name }));
	}

	/** @param {App} app */
	function row(app)
	{
		const wrong = h("p", { class: "wrong", role: "alert" });
		const facts = [mayWhat(app.scopes, texts),
			texts.t("apps.since", { when: day(app.created_at) }),
			app.last_used_at ? texts.t("tokens.used",
			    { when: day(app.last_used_at) }) :
			    texts.t("tokens.unused")];
		return h("li", null,
		    h("div", null, h("strong", { dir: "auto", text: app.name }),
			app.host && h("small", null,
			    h("bdi", { text: app.host })),
			h("small", { text: facts.join(" · ") }), wrong),
		    h("button", { type: "button", class: "danger",
			"aria-label": texts.t("apps.end.what",
			    { name: app.name }),
			text: texts.t("apps.end"),
			on: { click: () => disconnect(app, wrong) } }));
	}

	el("mcp-url").textContent = address;
	copies(texts, el("copy-mcp"), el("mcp-url"));
	el("mcp").hidden = false;
	return async () => {
		const { json } = await call("GET", path).catch((error) => {
			if (error instanceof ApiError &&
			    error.kind === "missing")
				return { json: null };
			throw error;
		});
		/* another server lets programs in, and keeps the list */
		el("apps-title").hidden = !json;
		if (!json)
			return;
		el("apps").replaceChildren(.../** @type {App[]} */ (
		    json.apps).map(row));
		el("no-apps").hidden = json.apps.length > 0;
	};
}

// @ts-check
// A person's page is another's now, or nobody's.

import { Shelf } from "../chatkit/shelf.js";
import { el, keep, others } from "./page.js";

/** @typedef {import("./page.js").Me} Me */

/**
 * Nothing of a person stays, on the page or in the browser.
 * @param {Me} person
 */
async function forget({ user_id: user })
{
	el("main").replaceChildren();
	/* the chat, as it goes, writes a last draft */
	await new Promise((resolve) => setTimeout(resolve));
	for (const origin of ["", location.origin]) {
		const shelf = new Shelf(`${origin}/api/chatkit`, user);
		for (const name of shelf.names(""))
			shelf.write(name, null);
	}
}

/**
 * The page of before is to go; now is who is signed in, if anybody.
 * @param {Me} before
 * @param {Me | null} now
 */
export async function leave(before, now)
{
	if (!now)
		await forget(before);
	keep("thread", "", () => sessionStorage);
	if (now && location.pathname.startsWith("/chat/"))
		location.replace("/chat");
	else
		location.reload();
}

/** Somebody signed in here, or (person) is the one who signed out.
 * @param {Me} [person] */
export async function tellOthers(person)
{
	if (person)
		await forget(person);
	keep("thread", "", () => sessionStorage);
	others?.postMessage("");
}

// The pages of the site as a person knows them: by the names of things.
import { accessible, shoot, url } from "./lib.mjs";
import { siteWord as word } from "./chatpage.mjs";

export { word };

/** A field of a form by its label. */
export const field = (page, key) =>
	page.getByLabel(word(key), { exact: true });
export const button = (page, name) =>
	page.getByRole("button", { name, exact: true });
export const press = (page, key, values) =>
	button(page, word(key, values)).click();

/** Open it and wait until its scripts have done their part. */
export async function visit(page, path) {
	const response = await page.goto(path);
	await page.locator("html[data-ready]").waitFor();
	return response;
}

/** Write into the fields of a form: { key of the label: text }. */
export async function fill(page, values) {
	for (const [key, text] of Object.entries(values))
		await field(page, key).fill(text);
}

/** The summary of what is wrong with a form. */
export const summary = (page) => page.locator(".summary").filter({
	hasText: /./ });

/** The line that passes. */
export const toast = (page) => page.locator("#toast");

/** An answer of the service, once or until it is taken away. */
export function answer(page, pattern, response, times) {
	return page.route(pattern, (route) => route.fulfill(response),
		times === undefined ? {} : { times });
}

/** It puts no sheets of style into the page, which the policy would stop; no
 * rule that is switched on needs that. */
const light = { preload: false };
/** What differs in the dark. */
const dark = { ...light,
	runOnly: { type: "rule", values: ["color-contrast"] } };
/** Nothing is put into the page, which its policy would not let in. */
const AS_IT_IS = { animations: "allow", caret: "initial" };
const PHONE = { width: 390, height: 844 };

/**
 * Look at a page as it stands, light and dark: axe-core finds nothing.  With
 * a name for its pictures these are taken, also as on a phone.
 */
export async function look(page, name, picture = null) {
	const size = page.viewportSize();
	for (const colorScheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme });
		await accessible(page, `${name}, ${colorScheme}`,
			colorScheme === "dark" ? dark : light);
		if (!picture) continue;
		await shoot(page, `${picture}-${colorScheme}-desktop`, AS_IT_IS);
		await page.setViewportSize(PHONE);
		await shoot(page, `${picture}-${colorScheme}-phone`, AS_IT_IS);
		await page.setViewportSize(size);
	}
	await page.emulateMedia({ colorScheme: "light" });
}

/** A request of this person's, as the site's own pages send it. */
export function call(context, method, path, data) {
	return context.request.fetch(path, { method, data,
		headers: { Origin: url } });
}

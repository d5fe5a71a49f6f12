// The words of every language, as the tests need them.
import { LANGUAGES } from "../../htdocs/chatkit/words.js";

export { LANGUAGES };

const load = async (path) => (await import(
	new URL(`../../htdocs/${path}.js`, import.meta.url))).default;

/** The modules of a language: of the element, and of the site in parts. */
export const PARTS = ["element", "frame", "tasks", "pages"];

/** @returns the words of each part; English too. */
export async function wordsOf(language) {
	const site = `site/locale/${language}`;
	return {
		element: language === "en" ? {
			...await load("chatkit/locale/en"),
			...await load("chatkit/locale/en-more"),
		} : await load(`chatkit/locale/${language}`),
		frame: await load(site),
		tasks: await load(`${site}-tasks`),
		pages: await load(`${site}-pages`),
	};
}

/** Every text of a part, with its key and plural form ("" if it has none). */
export function texts(part) {
	return Object.entries(part).flatMap(([key, text]) =>
		typeof text === "string" ? [[key, "", text]] :
			Object.entries(text).map(([form, of]) => [key, form, of]));
}

/** What is one word in both languages. */
export const SAME = {
	ar: [],
	de: ["Chat", "Code", "Code: {language}", "Name"],
	es: ["Chat"],
	fr: ["Actions", "Chat", "Code", "Description", "Image", "Message",
		"Messages", "Pages", "Questions", "{n} source", "{n} sources"],
	ur: [],
};

// @ts-check
// The element's words, in the reader's language.
//
// A language is one module in locale/, whose default export maps each key of
// locale/en.js to a text.  {name} in a text is replaced; a text that counts
// is an object by plural category (Intl.PluralRules) and takes {n}.  English
// comes with the element; another language is fetched when it is asked for,
// and what it should lack is said in English.

import english from "./locale/en.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<string, Text>} Words */
/** @typedef {keyof typeof english} Key */

/** Languages that have a module, English apart. */
export const LANGUAGES = ["ar", "de", "es", "fr", "ur"];
const RIGHT_TO_LEFT = ["ar", "ur"];

export class Locale {
	/** BCP 47, as asked for; dates and numbers follow it. */
	tag = "en";
	/** The language of the words. */
	language = "en";
	/** @type {"ltr" | "rtl"} */
	direction = "ltr";
	/** @type {Words} */
	#words = english;
	#plural = new Intl.PluralRules("en");

	/**
	 * The locale for a tag like "de-DE"; undefined: the browser's.  Never
	 * fails: an unknown or unreachable language is English.
	 *
	 * @param {string} [wanted]
	 * @returns {Promise<Locale>}
	 */
	static async load(wanted)
	{
		const locale = new Locale();
		const asked = wanted ? [wanted] : navigator.languages ?? [];
		for (const tag of asked) {
			const language = tag.toLowerCase().split("-")[0];
			if (language === "en") {
				locale.#become(tag, "en", english);
				break;
			}
			if (!LANGUAGES.includes(language))
				continue;
			try {
				const words = await import(
				    `./locale/${language}.js`);
				locale.#become(tag, language, words.default);
				break;
			} catch {
				// the next one, or English
			}
		}
		return locale;
	}

	/**
	 * @param {string} tag
	 * @param {string} language
	 * @param {Words} words
	 */
	#become(tag, language, words)
	{
		try {
			this.#plural = new Intl.PluralRules(tag);
			this.tag = tag;
		} catch {
			this.#plural = new Intl.PluralRules(language);
			this.tag = language;
		}
		this.language = language;
		this.direction = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
		this.#words = words;
	}

	/**
	 * The text of a key.  values.n chooses the plural form.
	 * @param {Key} key
	 * @param {Record<string, string | number>} [values]
	 */
	t(key, values)
	{
		/** @type {Text} */
		let text = this.#words[key] ?? english[key];
		if (typeof text !== "string") {
			const form = this.#plural.select(Number(values?.n));
			text = text[form] ?? text.other ?? "";
		}
		return text.replace(/\{(\w+)\}/g, (all, name) => {
			const value = values?.[name];
			return value === undefined ? all :
			    typeof value === "number" ? this.number(value) : value;
		});
	}

	/** @param {number} n */
	number(n)
	{
		return new Intl.NumberFormat(this.tag).format(n);
	}

	/**
	 * A time of the wire in the reader's zone.
	 * @param {string | Date} when
	 * @param {Intl.DateTimeFormatOptions} how
	 */
	date(when, how)
	{
		return new Intl.DateTimeFormat(this.tag, how)
		    .format(new Date(when));
	}
}

// @ts-check
// Words in the reader's language.  A language is a module that maps each key
// of the English one to a text, with {name} in it, or with {n} to an object by
// plural category (Intl.PluralRules).  What it lacks is said in English.

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<string, Text>} WordList */

/** Languages that have a module, English apart. */
export const LANGUAGES = ["ar", "de", "es", "fr", "ur"];
const RIGHT_TO_LEFT = ["ar", "ur"];

/** @template {string} K */
export class Words {
	/** BCP 47, as asked for; dates and numbers follow it. */
	tag = "en";
	/** The language of the words. */
	language = "en";
	/** @type {"ltr" | "rtl"} */
	direction = "ltr";
	/** @type {WordList} */
	#english;
	/** @type {WordList} */
	#words;
	#plural = new Intl.PluralRules("en");

	/** @param {WordList} english */
	constructor(english)
	{
		this.#english = this.#words = english;
	}

	/**
	 * Become the language of a tag like "de-DE"; undefined: the browser's.
	 * Never fails: an unknown or unreachable one is English.
	 * @param {string | undefined} wanted
	 * @param {(language: string) => Promise<{default: WordList}>} fetch
	 */
	async become(wanted, fetch)
	{
		const asked = wanted ? [wanted] : navigator.languages ?? [];
		for (const tag of asked) {
			const language = tag.toLowerCase().split("-")[0];
			try {
				if (language === "en") {
					this.#take(tag, "en", this.#english);
					break;
				}
				if (LANGUAGES.includes(language)) {
					const words = await fetch(language);
					this.#take(tag, language,
					    words.default);
					break;
				}
			} catch {
				// the next one, or English
			}
		}
		return this;
	}

	/**
	 * @param {string} tag
	 * @param {string} language
	 * @param {WordList} words
	 */
	#take(tag, language, words)
	{
		try {
			this.#plural = new Intl.PluralRules(tag);
			this.tag = tag;
		} catch {
			this.#plural = new Intl.PluralRules(language);
			this.tag = language;
		}
		this.language = language;
		this.direction = RIGHT_TO_LEFT.includes(language) ? "rtl" :
		    "ltr";
		this.#words = words;
	}

	/**
	 * The text of a key.  values.n chooses the plural form.
	 * @param {K} key
	 * @param {Record<string, string | number>} [values]
	 */
	t(key, values)
	{
		/** @type {Text} */
		let text = this.#words[key] ?? this.#english[key] ?? "";
		if (typeof text !== "string") {
			const form = this.#plural.select(Number(values?.n));
			text = text[form] ?? text.other ?? "";
		}
		return text.replace(/\{(\w+)\}/g, (all, name) => {
			const value = values?.[name];
			return value === undefined ? all :
			    typeof value === "number" ? this.number(value) :
			    value;
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

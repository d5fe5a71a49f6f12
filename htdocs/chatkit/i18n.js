// @ts-check
// The element's words, in the reader's language (words.js says how).  English
// comes with the element; another language is fetched when it is asked for.

import english from "./locale/en.js";
import { Words } from "./words.js";

export { LANGUAGES } from "./words.js";
/** @typedef {import("./words.js").Text} Text */
/** @typedef {keyof typeof english |
 *     keyof typeof import("./locale/en-more.js").default} Key */

/** @extends {Words<Key>} */
export class Locale extends Words {
	constructor()
	{
		super(english);
	}

	/** As become() says. @param {string} [wanted] */
	static async load(wanted)
	{
		const locale = new Locale();
		await locale.become(wanted, (language) =>
		    import(`./locale/${language}.js`));
		return locale;
	}
}

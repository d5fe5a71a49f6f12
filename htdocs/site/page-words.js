// @ts-check
// A page with words of its own, locale/LANGUAGE-pages.js.

import english from "./locale/en-pages.js";
import { Words } from "../chatkit/words.js";
import { begin, setTitle } from "./page.js";
import { translate } from "./translate.js";
import { chosenLanguage } from "./words.js";

/** @typedef {keyof typeof english} Key */

/** As begin(), for a page that has words of its own, which it resolves to. */
export async function beginPage()
{
	/** @type {Words<Key>} */
	const texts = new Words(english);
	await Promise.all([begin(), texts.become(chosenLanguage() || undefined,
	    (language) => import(`./locale/${language}-pages.js`))]);
	if (texts.language !== "en") {
		translate(texts);
		setTitle(document.title);
	}
	return texts;
}

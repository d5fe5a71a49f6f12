// @ts-check
// The words of the frame and of the chat page, locale/LANGUAGE.js.  Those of
// the task list (…-tasks.js) and of the single pages (…-pages.js) are read by
// task-words.js and translate.js.

import english from "./locale/en.js";
import { Words } from "../chatkit/words.js";

/** @typedef {keyof typeof english} Key */

/** The language somebody chose here; "": the browser's. */
export function chosenLanguage()
{
	try {
		return localStorage.getItem("tc.language") ?? "";
	} catch {
		return "";
	}
}

/** @type {Words<Key>} */
export const words = new Words(english);

/** Never fails: what cannot be had is English. */
export function loadWords()
{
	return words.become(chosenLanguage() || undefined, (language) =>
	    import(`./locale/${language}.js`));
}

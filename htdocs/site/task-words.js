// @ts-check
// The words of the task list, locale/LANGUAGE-tasks.js.

import english from "./locale/en-tasks.js";
import { Words } from "../chatkit/words.js";
import { chosenLanguage } from "./words.js";

/** @type {Words<keyof typeof english>} */
export const texts = new Words(english);

/** Never fails: what cannot be had is English. */
export function loadTaskWords()
{
	return texts.become(chosenLanguage() || undefined, (language) =>
	    import(`./locale/${language}-tasks.js`));
}

// @ts-check
// Writing into the composer's field as if it were typed.

/** @typedef {import("./composer.js").Composer} Composer */

/**
 * Write text in the place of a piece of what is there; it can be undone.  The
 * caret stands behind it.
 * @param {Composer} composer
 * @param {number} from
 * @param {number} to
 * @param {string} text
 */
export function replace(composer, from, to, text)
{
	const { field } = composer;
	field.focus();
	field.setSelectionRange(from, to);
	// to delete nothing is to delete what stands before it
	if (from === to && !text)
		return;
	if (!document.execCommand(text ? "insertText" : "delete", false, text))
		field.setRangeText(text, from, to, "end");
	composer.changed();
}

/**
 * @param {Composer} composer
 * @param {string} text goes in at the caret, apart from the words there
 */
export function insert(composer, text)
{
	const { selectionStart: from, selectionEnd: to, value } =
	    composer.field;
	const before = /\S$/.test(value.slice(0, from)) ? " " : "";
	const after = /^\S/.test(value.slice(to)) ? " " : "";
	replace(composer, from, to, before + text + after);
}

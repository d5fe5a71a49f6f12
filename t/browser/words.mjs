// Each language says all that English says, the way that language writes it.
import { is, ok, done } from "../node/tap.mjs";
import { LANGUAGES, PARTS, SAME, texts, wordsOf } from
	"./languages-known.mjs";

const english = await wordsOf("en");
const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
/** Words of the text itself; names in braces say none. */
const hasWords = (text) => /\p{L}/u.test(text.replace(/\{\w+\}/g, ""));

/** The forms that stand for one number only, which need not be said. */
function singles(language) {
	const rules = new Intl.PluralRules(language);
	const found = new Map();
	for (let n = 0; n <= 1000; n++) {
		const form = rules.select(n);
		found.set(form, (found.get(form) ?? 0) + 1);
	}
	return [...found].filter(([, n]) => n === 1).map(([form]) => form);
}

/** What is wrong with how this is written; undefined: nothing. */
function badly(language, text, of) {
	if (/^\s|\s$|  /.test(text)) return "spaces";
	if (/\.\.\./.test(text)) return "three dots for one sign";
	if (/"/.test(text.replace(/\{"\w+": "…"\}/g, ""))) return "quotes";
	if (/'/.test(text)) return "an apostrophe of typewriters";
	if (/…$/.test(of) && !/…$/.test(text)) return "no … at the end";
	if (/:$/.test(of) && !/:$/.test(text)) return "no : at the end";
	if (/[.]$/.test(of) && !/[.!۔\u2069]$/.test(text)) return "no full stop";
	if (/\?$/.test(of) && !/[?؟]$/.test(text)) return "no question mark";
	if (language === "fr" && /«[^\u00a0]|[^\u00a0][»;?!]|[^\u00a0\d]:(?!\/)/
		.test(text.replace(/\{"\w+": "…"\}/g, "")))
		return "a line may break before a sign";
	if (language === "es" && /\?/.test(text) !== /¿/.test(text))
		return "half a question";
	if (/[\u0600-\u06ff][?,;]/.test(text)) return "signs of Latin letters";
	return undefined;
}

let failure;
try {
	is([...LANGUAGES].sort(), ["ar", "de", "es", "fr", "ur"],
		"the languages there are");
	for (const language of LANGUAGES) {
		const words = await wordsOf(language);
		const forms = [...new Intl.PluralRules(language).resolvedOptions()
			.pluralCategories].sort();
		const single = singles(language);
		for (const part of PARTS) {
			const name = `${language}, ${part}`;
			const theirs = english[part], ours = words[part];
			const keys = Object.keys(theirs);
			is([keys.filter((key) => !(key in ours)),
				Object.keys(ours).filter((key) => !(key in theirs))],
			[[], []], `${name}: no key is missing, and none is unknown`);
			const both = keys.filter((key) => key in ours);
			is(both.filter((key) => typeof ours[key] === "string" ?
				typeof theirs[key] !== "string" :
				typeof theirs[key] === "string" ||
				String(Object.keys(ours[key]).sort()) !==
				String(forms)), [],
			`${name}: what counts has the forms ${forms.join(", ")}`);
			const all = texts(ours).filter(([key]) => key in theirs)
				.map(([key, form, text]) => ({ key, form, text,
					of: theirs[key].other ?? theirs[key] }));
			is(all.filter(({ form, text, of }) => {
				const wanted = places(of).filter((place) =>
					place !== "{n}" || text.includes(place) ||
					!single.includes(form));
				return String(places(text)) !== String(wanted);
			}), [], `${name}: what is filled in has its place`);
			is(all.filter(({ key, text }) => hasWords(text) &&
				!SAME[language].includes(text) &&
				texts({ key: theirs[key] }).some(([, , of]) =>
					of === text)), [], `${name}: nothing is English`);
			is(all.map((one) => [one.key, one.text,
				badly(language, one.text, one.of)])
				.filter(([, , why]) => why), [],
			`${name}: it is written as one writes it`);
		}
	}
	ok(texts(english.element).length > 100, "there was something to look at");
} catch (error) {
	failure = error;
}
done(failure);

// @ts-check
// Whether options can be worked with: a wrong one is refused by its name
// before anything is drawn from it.

/** @typedef {import("./host.js").Options} Options */

/** Where a member may stand, and what it has to be. */
const RULES = Object.entries({
	"api": "object",
	"api.url": "string",
	"api.fetch": "function",
	"api.getClientSecret": "function",
	"api.uploadStrategy": "object",
	"api.uploadStrategy.type": ["two_phase", "direct"],
	"api.uploadStrategy.uploadUrl": "string",
	"locale": "string",
	"theme.colorScheme": ["light", "dark"],
	"theme.radius": ["pill", "round", "soft", "sharp"],
	"theme.density": ["compact", "normal", "spacious"],
	"theme.typography": "object",
	"theme.typography.baseSize": [14, 15, 16, 17, 18],
	"theme.typography.fontFamily": "string",
	"theme.typography.fontFamilyMono": "string",
	"theme.typography.fontSources": "array",
	"theme.color": "object",
	"theme.color.grayscale": "object",
	"theme.color.grayscale.hue": "number",
	"theme.color.grayscale.tint": "number",
	"theme.color.grayscale.shade": "number",
	"theme.color.accent": "object",
	"theme.color.accent.primary": "string",
	"theme.color.accent.level": [0, 1, 2, 3],
	"theme.color.surface": "object",
	"theme.color.surface.background": "string",
	"theme.color.surface.foreground": "string",
	"frameTitle": "string",
	"initialThread": "string",
	"onClientTool": "function",
	"header": "object",
	"header.enabled": "boolean",
	"header.title": "object",
	"header.title.enabled": "boolean",
	"header.title.text": "string",
	"header.leftAction": "object",
	"header.leftAction.icon": "string",
	"header.leftAction.onClick": "function",
	"header.rightAction": "object",
	"header.rightAction.icon": "string",
	"header.rightAction.onClick": "function",
	"history": "object",
	"history.enabled": "boolean",
	"history.showDelete": "boolean",
	"history.showRename": "boolean",
	"startScreen": "object",
	"startScreen.greeting": "string",
	"startScreen.prompts": "array",
	"composer": "object",
	"composer.placeholder": "string",
	"composer.attachments": "object",
	"composer.attachments.enabled": "boolean",
	"composer.attachments.maxCount": "number",
	"composer.attachments.accept": "object",
	"composer.tools": "array",
	"composer.models": "array",
	"composer.dictation": "object",
	"composer.dictation.enabled": "boolean",
	"threadItemActions": "object",
	"threadItemActions.feedback": "boolean",
	"threadItemActions.retry": "boolean",
	"disclaimer": "object",
	"disclaimer.text": "string",
	"disclaimer.highContrast": "boolean",
	"entities": "object",
	"entities.onTagSearch": "function",
	"entities.showComposerMenu": "boolean",
	"entities.onClick": "function",
	"entities.onRequestPreview": "function",
	"commands": "object",
	"commands.enabled": "boolean",
	"commands.onSearch": "function",
	"commands.onSelect": "function",
	"widgets": "object",
	"widgets.onAction": "function",
	"thread": "object",
	"thread.autoScroll": "boolean",
	"taskchat": "object",
	"taskchat.messageMax": "number",
	"taskchat.user": "string",
	"taskchat.embedded": "boolean",
});

/**
 * Throw a TypeError that names every member that is wrong.  Members nobody
 * knows are let through: a newer page may have more to say than we heed.
 *
 * @param {unknown} options
 * @returns {asserts options is Options}
 */
export function checkOptions(options)
{
	const wrong = [];
	if (!options || typeof options !== "object")
		throw new TypeError("openai-chatkit: setOptions() needs an object");
	for (const [path, wanted] of RULES) {
		const value = at(options, path);
		if (value !== undefined && value !== null && !fits(value, wanted))
			wrong.push(`${path} has to be ` +
			    (Array.isArray(wanted) ? `one of ${wanted.join(", ")}`
			    : `of type ${wanted}`));
	}
	const { theme } = /** @type {Options} */ (options);
	if (typeof theme === "string" ? !["light", "dark"].includes(theme)
	    : theme != null && typeof theme !== "object")
		wrong.push('theme has to be "light", "dark" or an object');
	if (!at(options, "api.url") && !at(options, "api.getClientSecret"))
		wrong.push("api.url is missing: the address of the backend");
	if (wrong.length > 0)
		throw new TypeError(`openai-chatkit: ${wrong.join("; ")}`);
}

/** @param {any} value @param {string} path @returns {unknown} */
function at(value, path)
{
	for (const name of path.split("."))
		value = typeof value === "object" ? value?.[name] : undefined;
	return value;
}

/** @param {unknown} value @param {string | (string | number)[]} wanted */
function fits(value, wanted)
{
	return Array.isArray(wanted) ? wanted.includes(
	    /** @type {string} */ (value)) : wanted === "array" ?
	    Array.isArray(value) : typeof value === wanted;
}

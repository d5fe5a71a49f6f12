// @ts-check
// The theme option as custom properties on the shell (style.css names them).

/** @typedef {import("@openai/chatkit").ThemeOption} ThemeOption */
/** @typedef {Record<string, string | null | undefined>} Properties */

const RADII = {
	pill: null,	// style.css is drawn that way
	round: ["8px", "12px", "18px", "14px"],
	soft: ["5px", "8px", "10px", "8px"],
	sharp: ["0", "0", "0", "0"],
};
const DENSITY = { compact: "0.8", normal: null, spacious: "1.2" };

/** The theme that was asked for last: colours come a moment later.
 * @type {WeakMap<HTMLElement, ThemeOption>} */
const asked = new WeakMap();
/** Fonts the page's themes asked for: fetched once for all elements. */
const fonts = new Set();

/**
 * Make shell look as theme says; undefined: as the page does, light when it
 * says nothing.
 *
 * @param {HTMLElement} shell
 * @param {"light" | "dark" | ThemeOption | undefined} theme
 */
export function applyTheme(shell, theme)
{
	const wish = typeof theme === "string" ? { colorScheme: theme } :
	    theme ?? {};
	const scheme = theme === undefined ? null :
	    wish.colorScheme ?? "light";
	/** @type {Properties} */
	const set = {
		"color-scheme": scheme,
		"--ck-density": DENSITY[wish.density ?? "normal"],
		...radius(wish.radius),
		...typography(wish.typography),
	};
	asked.set(shell, wish);
	if (wish.color)
		import("./theme-colours.js").then(({ colours }) => {
			if (asked.get(shell) === wish)
				put(shell, { ...set, ...colours(wish.color,
				    scheme ?? "light") });
		}, console.error);
	else
		put(shell, set);
}

/** @param {HTMLElement} shell @param {Properties} set */
function put(shell, set)
{
	// what the last theme set and this one does not has to go
	for (const name of [...shell.style])
		if (!set[name])
			shell.style.removeProperty(name);
	for (const [name, value] of Object.entries(set))
		if (value)
			shell.style.setProperty(name, value);
}

/** @param {ThemeOption["radius"]} wish */
function radius(wish)
{
	const radii = RADII[wish ?? "pill"];
	return radii && {
		"--ck-radius-s": radii[0],
		"--ck-radius": radii[1],
		"--ck-radius-l": radii[2],
		"--ck-radius-full": radii[3],
	};
}

/** @param {ThemeOption["typography"]} wish */
function typography(wish)
{
	// document.fonts serves shadow trees too, @font-face in them does not
	for (const { family, src, ...how } of wish?.fontSources ?? []) {
		if (fonts.has(src))
			continue;
		fonts.add(src);
		document.fonts.add(new FontFace(family,
		    `url(${JSON.stringify(src)})`,
		    { ...how, weight: String(how.weight ?? 400) }));
	}
	return {
		"--ck-size": wish?.baseSize && `${wish.baseSize / 16}rem`,
		"--ck-font": wish?.fontFamily,
		"--ck-mono": wish?.fontFamilyMono,
	};
}

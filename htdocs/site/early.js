// Before anything is drawn: the theme and language somebody chose, so that
// nothing flashes; and an eye on scripts that do not arrive, so that a page
// is never left half made without a word.  A plain script, not a module.
{
	const root = document.documentElement;
	const sorry = () => {
		const box = document.getElementById("broken");
		if (box && !("ready" in root.dataset))
			box.hidden = false;
	};

	try {
		const theme = localStorage.getItem("tc.theme");
		const language = localStorage.getItem("tc.language");
		if (theme === "light" || theme === "dark")
			root.dataset.theme = theme;
		if (language && language !== "en") {
			root.lang = language;
			root.dir = /^(ar|ur)/.test(language) ? "rtl" : "ltr";
			root.dataset.wait = "";
		}
	} catch {
		// no storage: the system's theme, the browser's language
	}
	addEventListener("error", (event) => {
		if (!(event.target instanceof HTMLLinkElement))
			sorry();
	}, true);
	addEventListener("unhandledrejection", sorry);
}

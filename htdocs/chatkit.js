// @ts-check
// Registers <openai-chatkit>.  A page may load this as a classic script, as
// it did the vendor's: <script src="/chatkit.js" async>.  A module that wants
// to know when the element is there imports chatkit/element.js instead.
{
	const NAME = "openai-chatkit";

	/** What stands in the element's place when its modules did not come. */
	class Missing extends HTMLElement {
		connectedCallback()
		{
			const p = document.createElement("p");
			p.setAttribute("role", "alert");
			p.textContent = "The chat could not be loaded." +
			    " Check your connection, then reload the page.";
			this.replaceChildren(p);
		}

		setOptions()
		{
		}
	}

	import("./chatkit/element.js").catch((error) => {
		console.error(error);
		if (!customElements.get(NAME))
			customElements.define(NAME, Missing);
	});
}

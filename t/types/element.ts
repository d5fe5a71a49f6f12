// Our element as the vendor's types have theirs: a page's code cannot tell.
// The members of HTMLElement need a document; the rest is compared here.
import type { OpenAIChatKit, ChatKitOptions } from "@openai/chatkit";
import { ChatKitElement } from "../../htdocs/chatkit/element.js";

type Own = Omit<OpenAIChatKit, "addEventListener" | "removeEventListener">;

declare const options: ChatKitOptions;
const element: Own = new ChatKitElement();
element.setOptions(options);
const found: OpenAIChatKit | null = document.querySelector("openai-chatkit");
found?.addEventListener("chatkit.thread.change", (event) => {
	const id: string | null = event.detail.threadId;
	void element.setThreadId(id);
});

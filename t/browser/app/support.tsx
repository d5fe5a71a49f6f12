// A customer's page, written against the vendor's packages and documentation
// alone: nothing here knows whose element answers to <openai-chatkit>.
import { StrictMode, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { ChatKit, useChatKit, type UseChatKitOptions }
	from "@openai/chatkit-react";

type Seen = [name: string, detail: unknown];

declare global {
	interface Window {
		/** What the page was told, for whoever tests it. */
		seen: Seen[];
		/** What useChatKit() gave. */
		support: ReturnType<typeof useChatKit>;
		/** The options of the next render, over those below. */
		change: (more: Partial<UseChatKitOptions>) => void;
		/** The chat is in the page, or not. */
		open: (open: boolean) => void;
	}
}

const api = document.querySelector<HTMLMetaElement>("meta[name=chat-api]");
const thread = new URLSearchParams(location.search).get("thread");
window.seen = [];

/** Headers as the vendor's guide on custom backends adds them. */
function signedFetch(url: string, options: RequestInit)
{
	const auth = sessionStorage.getItem("token");
	return fetch(url, {
		...options,
		headers: {
			...options.headers,
			...(auth ? { Authorization: `Bearer ${auth}` } : {}),
		},
	});
}

function Chat({ more }: { more: Partial<UseChatKitOptions> })
{
	const [busy, setBusy] = useState(false);
	const [title, setTitle] = useState("Support");
	const tell = (name: string) => (detail?: unknown) => {
		window.seen.push([name, detail ?? null]);
	};
	const chatkit = useChatKit({
		api: {
			url: api!.content,
			domainKey: "domain_pk_localhost_dev",
			fetch: signedFetch as typeof fetch,
		},
		initialThread: thread,
		history: { enabled: true, showDelete: true, showRename: true },
		startScreen: {
			greeting: "How can we help?",
			prompts: [{ label: "Where is my order?", icon: "cube",
				prompt: "Where is my order 17?" }],
		},
		composer: {
			tools: [{ id: "lookup", label: "Look up an order",
				icon: "search", pinned: true }],
		},
		threadItemActions: { feedback: true, retry: true },
		onClientTool: async ({ name, params }) => {
			window.seen.push(["onClientTool", { name, params }]);
			if (name === "page_title") {
				setTitle(String(params.to));
				return { was: title };
			}
			throw new Error(`There is no ${name} here.`);
		},
		widgets: {
			onAction: async (action, item) => {
				window.seen.push(["onAction",
					{ action, id: item.id }]);
				await chatkit.sendCustomAction(action, item.id);
			},
		},
		onReady: tell("onReady"),
		onError: ({ error }) =>
			window.seen.push(["onError", error instanceof Error
				? error.message : String(error)]),
		onResponseStart: () => {
			setBusy(true);
			tell("onResponseStart")();
		},
		onResponseEnd: () => {
			setBusy(false);
			tell("onResponseEnd")();
		},
		onThreadChange: tell("onThreadChange"),
		onThreadLoadStart: tell("onThreadLoadStart"),
		onThreadLoadEnd: tell("onThreadLoadEnd"),
		onToolChange: tell("onToolChange"),
		onHistoryOpen: tell("onHistoryOpen"),
		onHistoryClose: tell("onHistoryClose"),
		onEffect: tell("onEffect"),
		onDeeplink: tell("onDeeplink"),
		onLog: tell("onLog"),
		...more,
	});
	useEffect(() => {
		window.support = chatkit;
	}, [chatkit]);
	return <section>
		<h1>{title}</h1>
		<p>{busy ? "We are writing to you" : "We are listening"}</p>
		<ChatKit control={chatkit.control} className="chat" />
	</section>;
}

function App()
{
	const [open, setOpen] = useState(true);
	const [more, setMore] = useState<Partial<UseChatKitOptions>>({});
	useMemo(() => Object.assign(window, { open: setOpen, change: setMore }),
		[]);
	return open ? <Chat more={more} /> : <p>Closed</p>;
}

createRoot(document.getElementById("root")!).render(
	<StrictMode><App /></StrictMode>);

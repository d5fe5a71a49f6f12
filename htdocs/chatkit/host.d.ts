// What the parts of the element (log, composer, start screen, history and
// the rest) are given, and what they give back.  Types only.
//
// element.js makes one Host (chat.js) for each set of an API and a language,
// then
//
//	new Header(host)  new Composer(host)  new StartScreen(host)
//
// and, on first use, from modules it fetches then,
//
//	new Log(host, …)  new History(host)  openSearch(host)
//	openShortcuts(host)
//
// Each part makes its own nodes and listens to host.conversation and
// host.threads itself; no part knows another one: what concerns somebody
// else goes through the host.

import type { ChatKitOptions, ChatKitEvents, UserMessageContent,
	Attachment } from "@openai/chatkit";
import type { Backend } from "./backend.js";
import type { Conversation } from "./conversation.js";
import type { Shelf } from "./shelf.js";
import type { ThreadList } from "./threads.js";
import type { Locale } from "./i18n.js";
import type { UserMessage } from "./wire.js";

/** The vendor's options, and ours under a member of their own. */
export type Options = ChatKitOptions & { taskchat?: {
	/** Characters a message may have; unset: 1000. */
	messageMax?: number;
	/** Keeps the unsent messages of people apart who share a browser. */
	user?: string;
	/** The element sits in a small window of somebody else's page. */
	embedded?: boolean;
} };

/** How a part listens to events: it is called with their detail. */
export type Listen = (type: string, listener: (detail: any) => void) => void;

/** What setComposerValue() and sendUserMessage() take. */
export interface ComposerValue {
	text?: string;
	content?: UserMessageContent[];
	reply?: string;
	attachments?: Attachment[];
	files?: File[];
	selectedToolId?: string | null;
	selectedModelId?: string;
}

/**
 * A part.  Its nodes hang in `element` from the constructor on.  update() is
 * called whenever host.options were replaced (host.conversation, host.threads
 * and host.locale stay the same for the life of a part); destroy() when the
 * part goes for good: it stops timers and recordings and lets go of listeners
 * outside its own nodes.
 */
export interface Part {
	readonly element: HTMLElement;
	update(): void;
	destroy(): void;
}

/** new Composer(host), composer.js */
export interface ComposerPart extends Part {
	focus(): void;
	/** Replace what is written; members left out stay as they are. */
	set(value: ComposerValue): Promise<void>;
	/** Take a sent message up again; sending it is conversation.edit(). */
	edit(item: UserMessage): void;
	/** Esc was pressed; false: there was nothing to leave here. */
	escape(): boolean;
}

/** new History(host), history.js: a panel over the conversation. */
export interface HistoryPart extends Part {
	readonly open: boolean;
	show(): void;
	hide(): void;
}

/** What the parts have of a conversation (early.js, conversation.js). */
export interface Talk extends EventTarget, Pick<Conversation, "thread" |
	"state" | "canStop" | "canEdit" | "hasOlder" | "extensions" | "open" |
	"older" | "send" | "stop" | "retry" | "edit" | "act" | "feedback" |
	"answer" | "refresh" | "resend" | "discard" | "close"> {
	/** Where drafts are kept. */
	readonly shelf: Shelf;
	/** Have what a conversation needs at hand; it comes when it is used. */
	wake(): Promise<Conversation>;
	/** A request of its own, answered by JSON. */
	post: Backend["post"];
}

export interface Host {
	/** The custom element, and the root of its shadow tree. */
	readonly element: HTMLElement;
	readonly root: ShadowRoot;
	/**
	 * The node that carries language, direction, colours and fonts: panels,
	 * dialogs and popovers are appended here.
	 */
	readonly shell: HTMLElement;
	readonly conversation: Talk;
	/** There for what showHistory() and showSearch() open, not before. */
	readonly threads: ThreadList;
	readonly locale: Locale;
	/** The present ones: read them when needed, do not keep them. */
	readonly options: Options;
	/** A short line everybody sees for some seconds, and hears. */
	status(text: string): void;
	/** Said to a screen reader only, politely. */
	announce(text: string): void;
	/** A failed action: shown, announced, chatkit.error.  Never throws. */
	fail(error: unknown): void;
	/** Open a conversation, null: a new one; never rejects. */
	openThread(id: string | null): Promise<void>;
	focusComposer(): void;
	/** Put into the composer (a prompt, a quotation). */
	compose(value: ComposerValue): Promise<void>;
	/** Put a sent message back into the composer. */
	edit(item: UserMessage): void;
	/** Esc: leave the history panel, or what the composer is at. */
	escape(): boolean;
	/** Dispatch "chatkit." + name on the element. */
	emit(name: string, detail?: unknown): void;
	/**
	 * Link a style sheet of this folder ("panels.css") into the shadow
	 * tree, once; resolves when it is there, also when it failed.
	 */
	style(file: string): Promise<void>;
	showHistory(): Promise<void>;
	hideHistory(): void;
	showSearch(): Promise<void>;
	showShortcuts(): Promise<void>;
}

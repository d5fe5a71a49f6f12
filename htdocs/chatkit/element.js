// @ts-check
// The custom element: it makes the parts, gives them a Host (host.d.ts), and
// turns options, methods and events of the published types into their terms.

export class ChatKit extends HTMLElement {
}

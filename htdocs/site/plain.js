// @ts-check
// A page that only speaks: its words, and the bar.

import { beginPage, pageFailed } from "./page.js";

beginPage().catch(pageFailed);

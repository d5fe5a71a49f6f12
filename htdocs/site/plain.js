// @ts-check
// A page that only speaks: its words, and the bar.

import { beginPage } from "./page-words.js";
import { pageFailed } from "./page.js";

beginPage().catch(pageFailed);

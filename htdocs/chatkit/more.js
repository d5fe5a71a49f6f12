// The English words of what is fetched later.  A module that says any of them
// imports this, and need not ask whether they are there.

import english from "./locale/en.js";
import more from "./locale/en-more.js";

Object.assign(english, more);

// @ts-check
// What a first look does without: English words and pictures.  A module that
// uses any of them imports this, and need not ask whether they are there.

import { LATER } from "./icons-later.js";
import { PICTURES } from "./icons.js";
import english from "./locale/en.js";
import more from "./locale/en-more.js";

Object.assign(english, more);
Object.assign(PICTURES, LATER);

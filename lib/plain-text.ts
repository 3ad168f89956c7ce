/** Texts that people read: what may be hidden in them. */

/** Controls, unpaired surrogates, line separators, and the marks that turn the reading direction. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const INVISIBLE_ALL = new RegExp(INVISIBLE.source, "gu");

/** Controls but for tab and line ends, and the marks that override or isolate a direction; single ones are ordinary in Arabic and Hebrew. */
const HIDING = /[\p{Cs}\u202a-\u202e\u2066-\u2069]|[^\P{Cc}\t\n\r]/u;

export const INVISIBLE_REFUSED =
  "Leave out invisible characters (controls and text-direction marks). Type it again.";
export const HIDING_REFUSED =
  "Leave out control characters and marks that override the text direction; tabs and line ends may stay.";

/** Whether a name or a tag, one line, shows all that is in it. */
export function isPlainLine(text: string): boolean {
  return !INVISIBLE.test(text);
}

/** Whether a longer text shows all that is in it. */
export function isPlainText(text: string): boolean {
  return !HIDING.test(text);
}

/** A line without what cannot be seen, for names that come from elsewhere. */
export function plainLine(text: string): string {
  return text.replaceAll(INVISIBLE_ALL, "");
}

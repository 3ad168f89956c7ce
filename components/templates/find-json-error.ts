/** Where a text stops being JSON; lines and columns count from 1. */
export type JsonError = { offset: number; line: number; column: number };

/**
 * The first place where `text` cannot go on as JSON (RFC 8259), or null when it is JSON. Browsers word this each in their
 * own way, and some not at all.
 */
export function findJsonError(text: string): JsonError | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const offset = scan(text);
    const before = text.slice(0, offset).split("\n");
    return { offset, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  }
}

class Stop extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super();
    this.offset = offset;
  }
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Offset of the first character that does not fit, or the length where more was needed. */
function scan(text: string): number {
  let at = 0;
  const skip = () => {
    while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  };
  const expect = (character: string) => {
    if (text[at] !== character) throw new Stop(at);
    at++;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) throw new Stop(at);
    at += found[0].length;
  };
  const string = () => {
    match(STRING);
    expect('"');
  };
  const items = (close: string, item: () => void) => {
    at++;
    skip();
    if (text[at] === close) {
      at++;
      return;
    }
    for (;;) {
      skip();
      item();
      skip();
      if (text[at] === close) {
        at++;
        return;
      }
      expect(",");
    }
  };
  const value = (): void => {
    const first = text[at];
    if (first === "{")
      items("}", () => {
        string();
        skip();
        expect(":");
        skip();
        value();
      });
    else if (first === "[") items("]", value);
    else if (first === '"') string();
    else if (first === "-" || (first !== undefined && /\d/.test(first))) match(NUMBER);
    else match(/true|false|null/y);
  };
  try {
    skip();
    value();
    skip();
    return at;
  } catch (thrown) {
    if (thrown instanceof Stop) return thrown.offset;
    throw thrown;
  }
}

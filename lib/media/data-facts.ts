const DATA = /^data:([a-z]+\/[a-z0-9.+-]+)?((?:;[^;,]*)*),/i;

/** What a `data:` address holds: its media type, and how many bytes; null for anything else. */
export function dataFacts(text: string): { type: string; bytes: number } | null {
  const [head, type = "text/plain", parameters = ""] = DATA.exec(text) ?? [];
  if (head === undefined) return null;
  const length = text.length - head.length;
  if (!/;base64$/i.test(parameters)) return { type, bytes: length };
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  return { type, bytes: Math.max(0, Math.floor((length * 3) / 4) - padding) };
}

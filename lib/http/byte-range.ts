/** Both ends inclusive, inside the file. */
export type ByteRange = { start: number; end: number };

/**
 * What a Range header asks for of a file of `size` bytes: one range, "unsatisfiable" (416), or null for the whole file –
 * no header, another unit, a malformed one, or several ranges, which a server may answer with everything (RFC 9110, 14.2).
 */
export function readRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | null {
  const parts = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(header ?? "");
  if (parts === null) return null;
  const [, first = "", last = ""] = parts;
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < start) return null;
  return start > end ? "unsatisfiable" : { start, end };
}

/** Whether a list of entity tags ("*" included) names this one; weak tags compare by their text. */
export function namesTag(header: string, etag: string): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

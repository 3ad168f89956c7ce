/** A request's path (as received) and query (without the question mark), or what is wrong with the target. */
export type RequestTarget =
  { path: string; query: string; problem: null } | { path: string; problem: "malformed" | "double_slash" };

/**
 * Reads the target of a request line. Malformed: not an absolute path (`*`, `http://…`), a percent-encoding that is not
 * UTF-8 (`%zz`), an encoded zero byte, a backslash. Two slashes in a row are a problem of their own: Next would answer
 * them with a redirect. The query may hold anything.
 */
export function readTarget(target: string): RequestTarget {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const isSound = path.startsWith("/") && !path.includes("\\") && !path.includes("#") && canDecode(path);
  if (!isSound) return { path, problem: "malformed" };
  if (path.includes("//")) return { path, problem: "double_slash" };
  return { path, query: mark < 0 ? "" : target.slice(mark + 1), problem: null };
}

function canDecode(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    // URIError: not a percent-encoding of UTF-8.
    return false;
  }
}

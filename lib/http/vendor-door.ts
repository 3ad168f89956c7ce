/** Why a request never reaches a vendor's handlers. */
export type Refusal = "malformed" | "unknown_path" | "method_not_allowed";

/**
 * What the server must know about a vendor's API to answer, in that vendor's error shape, what Next would answer with a
 * redirect, a plain-text 500 or an HTML 404.
 */
export type VendorDoor = {
  /** First segment of the vendor's paths. */
  firstSegment: string;
  /** Every path of the vendor's API, as it stands on the wire, and its methods. */
  paths: Readonly<Record<string, readonly string[]>>;
  refuse: (reason: Refusal) => { status: number; body: unknown };
};

/** What to do with a request under a vendor's prefix: null = hand it to Next. */
export function refusalOf(
  door: VendorDoor,
  path: string,
  method: string,
): { reason: Refusal; allow: readonly string[] } | null {
  const methods = Object.hasOwn(door.paths, path) ? door.paths[path] : undefined;
  if (!methods) return { reason: "unknown_path", allow: [] };
  const isAllowed = methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
  return isAllowed ? null : { reason: "method_not_allowed", allow: methods };
}

/** The door that a path belongs to, slashes too many and a broken rest notwithstanding. */
export function findDoor(doors: readonly VendorDoor[], path: string): VendorDoor | null {
  const first = /^\/+([^/]*)/.exec(path)?.[1];
  return doors.find((door) => door.firstSegment === first) ?? null;
}

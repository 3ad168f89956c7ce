/** Why a worker isolates ffmpeg as it does, taken from its English sentence (lib/media/sandbox.ts). `why`: of the stricter tier. */
export type SandboxReason =
  | { key: "bwrap"; version: string; users: "yes" | "no" }
  | { key: "off" }
  | { key: "slots" | "none"; why: SandboxObstacle };

/** What is in the way of the strictest tier; `other` in the words of the worker. */
export type SandboxObstacle =
  { key: "missing"; rest: string } | { key: "filter"; rest: string } | { key: "other"; rest: string };

/** Null for a sentence of another version. */
export function readSandboxReason(sentence: string): SandboxReason | null {
  const bwrap = /^bubblewrap ([\d.]+) with seccomp and limits(, a user for each slot)?\.$/.exec(sentence);
  if (bwrap) return { key: "bwrap", version: bwrap[1] ?? "", users: bwrap[2] === undefined ? "no" : "yes" };
  if (sentence.startsWith("SANDBOX=off:")) return { key: "off" };
  const slots = /^A user for each slot and limits, without namespaces: (.+)\.$/s.exec(sentence);
  if (slots) return { key: "slots", why: readObstacle(slots[1] ?? "") };
  const none = /^No sandbox: (.+)\.$/s.exec(sentence);
  return none === null ? null : { key: "none", why: readObstacle(none[1] ?? "") };
}

function readObstacle(words: string): SandboxObstacle {
  const missing = /^bubblewrap \(bwrap\) is not installed(?:; )?/.exec(words);
  if (missing) return { key: "missing", rest: words.slice(missing[0].length) };
  const filter = /^there is no seccomp filter for \S+(?:; )?/.exec(words);
  if (filter) return { key: "filter", rest: words.slice(filter[0].length) };
  return { key: "other", rest: words };
}

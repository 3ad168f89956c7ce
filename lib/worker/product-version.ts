import { readFileSync } from "node:fs";

/** Of package.json, e.g. "1.4.0". */
export function productVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../lib/i18n/messages/", import.meta.url);

/** The console's words in a language by their place in the catalogue ("outputs.form.save"); plain `{names}` are filled in. */
export function wordsIn(locale: "en" | "zh-CN") {
  const folder = new URL(`${locale}/`, FOLDER);
  const catalogue = Object.fromEntries(
    readdirSync(folder).map((file) => [
      file.replace(/\.json$/, ""),
      JSON.parse(readFileSync(new URL(file, folder), "utf8")) as unknown,
    ]),
  );
  return (place: string, values: Record<string, string> = {}): string => {
    let found: unknown = catalogue;
    for (const part of place.split(".")) found = (found as Record<string, unknown> | undefined)?.[part];
    if (typeof found !== "string") throw new Error(`${locale} has no words at ${place}.`);
    return found.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  };
}

export type Words = ReturnType<typeof wordsIn>;

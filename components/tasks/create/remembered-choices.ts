/** The last template and Output, so that a second task is: input, Confirm. */
export type RememberedChoices = { templates: string[]; outputId: string; outputPattern: string };

const STORAGE_KEY = "vod.create";

/** Null when nothing usable is remembered. */
export function readRemembered(): RememberedChoices | null {
  try {
    const parsed: unknown = JSON.parse(window.localStorage.getItem(STORAGE_KEY) ?? "null");
    if (typeof parsed !== "object" || parsed === null) return null;
    const { templates, outputId, outputPattern } = parsed as Record<string, unknown>;
    if (!Array.isArray(templates) || typeof outputId !== "string" || typeof outputPattern !== "string")
      return null;
    return { templates: templates.filter((id) => typeof id === "string"), outputId, outputPattern };
  } catch {
    return null;
  }
}

export function remember(choices: RememberedChoices): void {
  try {
    window.localStorage.setItem(STORAGE_KEY, JSON.stringify(choices));
  } catch {
    // Storage is full or forbidden: the next form starts empty.
  }
}

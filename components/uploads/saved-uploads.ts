/** What a tab remembers of unfinished uploads, so that the same file goes on from where it stopped after a reload. */
export type SavedUpload = {
  key: string;
  address: string;
  name: string;
  sizeBytes: number;
  savedAt: number;
  taskId: string | null;
};

const STORAGE_KEY = "vod.uploads";
/** The server forgets an unfinished upload after a week at most; a note older than that is of no use. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Newest first. Junk in the storage counts as nothing saved. */
export function listSavedUploads(now: number = Date.now()): SavedUpload[] {
  try {
    const parsed: unknown = JSON.parse(window.localStorage.getItem(STORAGE_KEY) ?? "[]");
    if (!Array.isArray(parsed)) return [];
    return parsed.filter(isSavedUpload).filter((saved) => now - saved.savedAt < KEPT_MS);
  } catch {
    return [];
  }
}

export function saveUpload(saved: SavedUpload): void {
  write([saved, ...listSavedUploads().filter(({ key }) => key !== saved.key)].slice(0, 50));
}

export function forgetUpload(key: string): void {
  write(listSavedUploads().filter((saved) => saved.key !== key));
}

function write(saved: SavedUpload[]): void {
  try {
    window.localStorage.setItem(STORAGE_KEY, JSON.stringify(saved));
  } catch {
    // Storage is full or forbidden: uploads work, only without the memory across reloads.
  }
}

function isSavedUpload(value: unknown): value is SavedUpload {
  if (typeof value !== "object" || value === null) return false;
  const saved = value as Record<string, unknown>;
  return (
    typeof saved.key === "string" &&
    typeof saved.address === "string" &&
    typeof saved.name === "string" &&
    typeof saved.sizeBytes === "number" &&
    typeof saved.savedAt === "number"
  );
}

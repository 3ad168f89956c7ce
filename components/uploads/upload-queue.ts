import { forgetUpload, listSavedUploads, saveUpload } from "#components/uploads/saved-uploads.ts";
import {
  createTusUpload,
  deleteTusUpload,
  findTusOffset,
  TUS_ENDPOINT,
  uploadIdOf,
} from "#components/uploads/tus-calls.ts";
import type { UploadEngine, UploadEngineEvents } from "#components/uploads/upload-engine.ts";
import type { UploadItem } from "#components/uploads/upload-item.ts";
import { UploadRate } from "#components/uploads/upload-rate.ts";

type Entry = {
  item: UploadItem;
  file: File;
  address: string | null;
  engineId: string | null;
  rate: UploadRate;
};
export type LoadEngine = (events: UploadEngineEvents) => Promise<UploadEngine>;

/** The uploads of this tab. It outlives navigation; React reads it with `useSyncExternalStore`. */
export class UploadQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  readonly #loadEngine: LoadEngine;
  #engine: Promise<UploadEngine> | null = null;
  #snapshot: readonly UploadItem[] = [];

  constructor(loadEngine: LoadEngine) {
    this.#loadEngine = loadEngine;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getSnapshot = (): readonly UploadItem[] => this.#snapshot;

  /**
   * Takes files and starts sending them. A file that this browser was sending before goes on from where it stopped.
   * `known`: the upload that the file belongs to, when a task already waits for it.
   * @returns the keys of the files, also of those that were there already.
   */
  add(files: readonly File[], known?: { uploadId: string; taskId: string }): string[] {
    return files.map((file) => {
      const key = known === undefined ? this.#freshKey(file) : fileKey(file);
      if (this.#entries.has(key)) return key;
      const item: UploadItem = {
        key,
        name: file.name,
        sizeBytes: file.size,
        sentBytes: 0,
        state: "waiting",
        uploadId: known?.uploadId ?? null,
        bytesPerSecond: null,
        secondsLeft: null,
        error: null,
        taskId: known?.taskId ?? null,
      };
      const address = known ? `${TUS_ENDPOINT}/${known.uploadId}` : null;
      this.#entries.set(key, { item, file, address, engineId: null, rate: new UploadRate() });
      this.#publish();
      void this.#begin(key);
      return key;
    });
  }

  setPaused(key: string, isPaused: boolean): void {
    const entry = this.#entries.get(key);
    if (!entry?.engineId) return;
    entry.rate.reset();
    this.#patch(key, { state: isPaused ? "paused" : "waiting", bytesPerSecond: null, secondsLeft: null });
    const { engineId } = entry;
    void this.#getEngine().then((engine) => engine.setPaused(engineId, isPaused));
  }

  retry(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.item.state !== "failed") return;
    entry.rate.reset();
    this.#patch(key, { state: "waiting", error: null });
    const { engineId } = entry;
    if (engineId === null) void this.#begin(key);
    else void this.#getEngine().then((engine) => engine.retry(engineId));
  }

  /** Stops a file and takes its bytes off the server; one that a task waits for only leaves the list. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    forgetUpload(key);
    this.#publish();
    const { engineId, address, item } = entry;
    if (engineId !== null) void this.#getEngine().then((engine) => engine.remove(engineId));
    // Uppy deletes only what it was still sending. When this call fails, the server gives the unused upload up by itself.
    if (address !== null && item.taskId === null && (engineId === null || item.state === "done"))
      deleteTusUpload(address).catch(() => undefined);
  }

  /** Notes which task waits for the uploads, so that they leave the form and stay in the tray. */
  assign(key: string, taskId: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#patch(key, { taskId });
    this.#save(entry);
  }

  /** Resolves with the upload's id as soon as the server has made room for the file; rejects when it refused. */
  waitForUploadId(key: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const item = this.#entries.get(key)?.item;
        if (item !== undefined && item.uploadId === null && item.state !== "failed") return false;
        if (item?.uploadId) resolve(item.uploadId);
        else reject(new Error(item?.error ?? "The file was taken away."));
        return true;
      };
      if (check()) return;
      const stop = this.subscribe(() => {
        if (check()) stop();
      });
    });
  }

  clearFinished(): void {
    for (const [key, { item }] of this.#entries)
      if (item.state === "done" && item.taskId !== null) this.#entries.delete(key);
    this.#publish();
  }

  async #begin(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    try {
      const engine = await this.#getEngine();
      const saved = listSavedUploads().find((one) => one.key === key);
      if (entry.address === null && saved && (await findTusOffset(saved.address)) !== null) {
        entry.address = saved.address;
        if (saved.taskId !== null) this.#patch(key, { taskId: saved.taskId });
      }
      entry.address ??= await createTusUpload(entry.file);
      if (!this.#entries.has(key)) {
        // Taken away while the server made room.
        await deleteTusUpload(entry.address);
        return;
      }
      this.#save(entry);
      entry.engineId = engine.add(entry.file, entry.address);
      this.#patch(key, { uploadId: uploadIdOf(entry.address) });
    } catch (error) {
      this.#patch(key, { state: "failed", error: error instanceof Error ? error.message : String(error) });
    }
  }

  #getEngine(): Promise<UploadEngine> {
    this.#engine ??= this.#loadEngine({
      onStart: (id) => this.#patchByEngine(id, () => ({ state: "uploading" })),
      onProgress: (id, sentBytes) => this.#patchByEngine(id, (entry) => progressPatch(entry, sentBytes)),
      onDone: (id) => {
        this.#patchByEngine(id, ({ item }) => ({
          state: "done",
          sentBytes: item.sizeBytes,
          bytesPerSecond: null,
          secondsLeft: null,
        }));
        const entry = this.#byEngine(id);
        if (entry) forgetUpload(entry.item.key);
      },
      onError: (id, error) =>
        this.#patchByEngine(id, () => ({ state: "failed", error, bytesPerSecond: null, secondsLeft: null })),
    }).catch((error: unknown) => {
      this.#engine = null;
      throw error;
    });
    return this.#engine;
  }

  /** The file's key, or a numbered one when a task has the file already: chosen again, it is for another task. */
  #freshKey(file: File): string {
    const first = fileKey(file);
    let key = first;
    for (let number = 2; (this.#entries.get(key)?.item.taskId ?? null) !== null; number++)
      key = `${first}|${number}`;
    return key;
  }

  #save({ item, address }: Entry): void {
    if (address === null || item.state === "done") return;
    saveUpload({
      key: item.key,
      address,
      name: item.name,
      sizeBytes: item.sizeBytes,
      savedAt: Date.now(),
      taskId: item.taskId,
    });
  }

  #byEngine(engineId: string): Entry | undefined {
    return [...this.#entries.values()].find((entry) => entry.engineId === engineId);
  }

  #patchByEngine(engineId: string, patch: (entry: Entry) => Partial<UploadItem>): void {
    const entry = this.#byEngine(engineId);
    if (entry) this.#patch(entry.item.key, patch(entry));
  }

  #patch(key: string, patch: Partial<UploadItem>): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.item = { ...entry.item, ...patch };
    this.#publish();
  }

  #publish(): void {
    this.#snapshot = [...this.#entries.values()].map(({ item }) => item);
    for (const listener of this.#listeners) listener();
  }
}

function progressPatch(entry: Entry, sentBytes: number): Partial<UploadItem> {
  if (entry.item.state === "paused") return { sentBytes };
  entry.rate.add(Date.now(), sentBytes);
  const bytesPerSecond = entry.rate.bytesPerSecond();
  const left = entry.item.sizeBytes - sentBytes;
  return {
    sentBytes,
    state: "uploading",
    bytesPerSecond,
    secondsLeft: bytesPerSecond ? Math.ceil(left / bytesPerSecond) : null,
  };
}

/** The same file has the same key after a reload. */
export function fileKey(file: Pick<File, "name" | "type" | "size" | "lastModified">): string {
  return [file.name, file.type, file.size, file.lastModified].join("|");
}

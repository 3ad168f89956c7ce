import { findBegunUpload } from "#components/uploads/find-begun-upload.ts";
import { progressPatch } from "#components/uploads/progress-patch.ts";
import { forgetUpload, saveUpload } from "#components/uploads/saved-uploads.ts";
import { createTusUpload, deleteTusUpload, TusError, uploadIdOf } from "#components/uploads/tus-calls.ts";
import type { UploadEngine, UploadEngineEvents } from "#components/uploads/upload-engine.ts";
import { fileKey, newEntry, type KnownUpload, type UploadEntry } from "#components/uploads/upload-entry.ts";
import type { UploadItem } from "#components/uploads/upload-item.ts";

/** Between tries when the engine has run out of its own. */
const TRY_AGAIN_MS = 15_000;

export type LoadEngine = (events: UploadEngineEvents) => Promise<UploadEngine>;

/** The uploads of this tab. It outlives navigation; React reads it with `useSyncExternalStore`. */
export class UploadQueue {
  readonly #entries = new Map<string, UploadEntry>();
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
   * `known`: the upload that the file is to go on with.
   * @returns the keys of the files, also of those that were there already.
   */
  add(files: readonly File[], known?: KnownUpload): string[] {
    return files.map((file) => {
      const key = known === undefined ? this.#freshKey(file) : fileKey(file);
      if (this.#entries.has(key)) return key;
      this.#entries.set(key, newEntry(key, file, known));
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
    if (entry.isLeaving) {
      this.remove(key);
      return;
    }
    entry.rate.reset();
    this.#patch(key, { state: "waiting", error: null });
    const { engineId } = entry;
    if (engineId === null) void this.#begin(key);
    else void this.#getEngine().then((engine) => engine.retry(engineId));
  }

  /** The browser has lost its network: a request that is under way may hang for minutes, so it is stopped now. */
  holdAll(): void {
    for (const entry of this.#entries.values()) {
      const { engineId, item } = entry;
      if (engineId === null || (item.state !== "uploading" && item.state !== "waiting")) continue;
      entry.isHeld = true;
      this.#interrupt(entry);
      void this.#getEngine().then((engine) => engine.setPaused(engineId, true));
    }
  }

  /** The network is back: what was interrupted goes on now. */
  resumeInterrupted(): void {
    for (const entry of this.#entries.values()) {
      if (entry.nextTry !== null) this.#tryAgain(entry);
      if (!entry.isHeld) continue;
      entry.isHeld = false;
      this.setPaused(entry.item.key, false);
    }
  }

  /**
   * Stops a file and takes its bytes off the server; one that a task waits for only leaves the list. When the server
   * does not confirm it, the file comes back as failed: its bytes still count there, and Retry takes them away.
   */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#publish();
    const { engineId, address, item } = entry;
    if (entry.nextTry !== null) clearTimeout(entry.nextTry);
    if (item.taskId !== null) {
      if (engineId !== null) void this.#getEngine().then((engine) => engine.setPaused(engineId, true));
      return;
    }
    entry.engineId = null;
    if (engineId !== null) void this.#getEngine().then((engine) => engine.remove(engineId));
    forgetUpload(key);
    if (address !== null)
      deleteTusUpload(address).catch((error: unknown) => {
        entry.isLeaving = true;
        entry.item = { ...item, state: "failed", error: wordsOf(error) };
        this.#entries.set(key, entry);
        this.#save(entry);
        this.#publish();
      });
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
      if (entry.address === null) await this.#goOn(entry);
      entry.address ??= await createTusUpload(entry.file);
      if (!this.#entries.has(key)) {
        // Taken away while the server made room.
        if (entry.item.taskId === null) await deleteTusUpload(entry.address);
        return;
      }
      this.#save(entry);
      entry.engineId = engine.add(entry.file, entry.address);
      this.#patch(key, { uploadId: uploadIdOf(entry.address) });
    } catch (error) {
      if (error instanceof TusError && error.isTemporary) this.#interrupt(entry, true);
      else this.#patch(key, { state: "failed", error: wordsOf(error) });
    }
  }

  /** Goes on with an upload that this browser began for the same file, when there is one. */
  async #goOn(entry: UploadEntry): Promise<void> {
    const taken = new Set([...this.#entries.values()].map(({ address }) => address));
    const begun = await findBegunUpload(entry.file, taken);
    if (begun === null) return;
    const { saved, offset } = begun;
    entry.address = saved.address;
    entry.item = { ...entry.item, sentBytes: offset, taskId: saved.taskId };
    this.#publish();
    if (saved.key !== entry.item.key) forgetUpload(saved.key);
  }

  #tryAgain(entry: UploadEntry): void {
    if (entry.nextTry !== null) clearTimeout(entry.nextTry);
    entry.nextTry = null;
    const { engineId, item } = entry;
    if (engineId === null) void this.#begin(item.key);
    else void this.#getEngine().then((engine) => engine.retry(engineId));
  }

  #getEngine(): Promise<UploadEngine> {
    this.#engine ??= this.#loadEngine({
      onStart: (id) => this.#patchByEngine(id, () => ({ state: "uploading" })),
      onProgress: (id, sentBytes) =>
        this.#patchByEngine(id, ({ item, rate, isHeld }) =>
          isHeld ? {} : progressPatch(item, rate, sentBytes),
        ),
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
      onInterrupted: (address) => {
        const entry = [...this.#entries.values()].find((one) => one.address === address);
        if (entry) this.#interrupt(entry);
      },
      onError: (id, error, isTemporary) => {
        const entry = this.#byEngine(id);
        if (!entry) return;
        if (isTemporary) {
          this.#interrupt(entry);
          entry.nextTry = setTimeout(() => this.#tryAgain(entry), TRY_AGAIN_MS);
        } else
          this.#patch(entry.item.key, { state: "failed", error, bytesPerSecond: null, secondsLeft: null });
      },
    }).catch((error: unknown) => {
      this.#engine = null;
      throw error;
    });
    return this.#engine;
  }

  /** `isOver`: the engine has stopped trying, so that this queue must. */
  #interrupt(entry: UploadEntry, isOver = false): void {
    entry.rate.reset();
    if (isOver) entry.nextTry = setTimeout(() => this.#tryAgain(entry), TRY_AGAIN_MS);
    if (entry.item.state === "paused") return;
    this.#patch(entry.item.key, { state: "interrupted", bytesPerSecond: null, secondsLeft: null });
  }

  /** The file's key, or a numbered one when a task has the file already: chosen again, it is for another task. */
  #freshKey(file: File): string {
    const first = fileKey(file);
    let key = first;
    for (let number = 2; (this.#entries.get(key)?.item.taskId ?? null) !== null; number++)
      key = `${first}|${number}`;
    return key;
  }

  #save({ item, address }: UploadEntry): void {
    if (address === null || item.state === "done") return;
    const { key, name, sizeBytes, taskId } = item;
    saveUpload({ key, address, name, sizeBytes, savedAt: Date.now(), taskId });
  }

  #byEngine(engineId: string): UploadEntry | undefined {
    return [...this.#entries.values()].find((entry) => entry.engineId === engineId);
  }

  #patchByEngine(engineId: string, patch: (entry: UploadEntry) => Partial<UploadItem>): void {
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

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

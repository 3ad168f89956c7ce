import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

import { sentenceOf, TUS_ENDPOINT } from "#components/uploads/tus-calls.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

/** How many files are sent at once. Browsers open six connections to a host over HTTP/1.1; live events and calls need some. */
const PARALLEL_FILES = 3;

export type UploadEngineEvents = {
  onStart(id: string): void;
  onProgress(id: string, sentBytes: number): void;
  onDone(id: string): void;
  /** Nothing goes through for now; the engine tries again by itself. */
  onInterrupted(address: string): void;
  /** `isTemporary`: the connection or the server failed, not the upload. */
  onError(id: string, sentence: string, isTemporary: boolean): void;
};

/**
 * The part that sends bytes: Uppy with its tus plugin. Loaded on the first file, so that pages without an upload do not
 * pay for it. Every file comes with the address of an upload that the server has already made room for.
 */
export function createUploadEngine(events: UploadEngineEvents) {
  const uppy = new Uppy({ autoProceed: true, allowMultipleUploadBatches: true });
  uppy.use(Tus, {
    endpoint: TUS_ENDPOINT,
    limit: PARALLEL_FILES,
    // After these the queue goes on trying, more slowly.
    retryDelays: [0, 1000, 2000, 3000, 5000, 5000, 10_000, 10_000, 20_000],
    onShouldRetry: (error, _attempt, options, next) => {
      const status = error.originalResponse?.getStatus();
      // A session that has ended is no reason to give up: the next piece waits for the sign-in.
      if (status === 401) {
        sessionGate.end();
        return true;
      }
      const isAgain = next(error);
      if (isAgain && (!navigator.onLine || isTemporary(status)))
        events.onInterrupted(options.uploadUrl ?? "");
      return isAgain;
    },
    onBeforeRequest: async () => sessionGate.untilActive(),
    storeFingerprintForResuming: false,
    allowedMetaFields: false,
  });
  uppy.on("upload-start", (files) => files.forEach((file) => events.onStart(file.id)));
  uppy.on("upload-progress", (file, progress) => {
    if (file) events.onProgress(file.id, progress.bytesUploaded || 0);
  });
  uppy.on("upload-success", (file) => file && events.onDone(file.id));
  uppy.on("upload-error", (file, error, response) => {
    if (!file) return;
    const xhr = (response?.body as { xhr?: XMLHttpRequest } | undefined)?.xhr;
    events.onError(
      file.id,
      xhr ? sentenceOf(xhr.responseText, xhr.status) : error.message,
      isTemporary(response?.status),
    );
  });

  return {
    /** Starts sending `file` to `address`; returns the engine's id. Throws when the same file is already there. */
    add(file: File, address: string): string {
      const id = uppy.addFile({ name: file.name, type: file.type, data: file, source: "console" });
      uppy.setFileState(id, { tus: { uploadUrl: address } });
      return id;
    },
    /** Pauses a running file or lets a paused one go on. */
    setPaused(id: string, isPaused: boolean): void {
      if (Boolean(uppy.getFile(id).isPaused) !== isPaused) uppy.pauseResume(id);
    },
    retry(id: string): void {
      void uppy.retryUpload(id);
    },
    /** Stops sending. Uppy asks the server to delete the upload as well; the queue makes sure of it. */
    remove(id: string): void {
      uppy.removeFile(id);
    },
    destroy(): void {
      uppy.destroy();
    },
  };
}
/** No answer at all, a busy server or a failing one. */
function isTemporary(status: number | undefined): boolean {
  return status === undefined || status === 0 || status === 429 || status >= 500;
}

export type UploadEngine = ReturnType<typeof createUploadEngine>;

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const STARVED_SECONDS = 10;

/** Aborts its signal when neither media time nor the files grow; an index moved at the end grows only the files. */
export function watchForStall(options: { stallSeconds: number; workDir: string; outSeconds: () => number }) {
  const controller = new AbortController();
  let lastOut = -1;
  let lastBytes = -1;
  let lastAdvance = performance.now();
  let isBusy = false;
  let { stallSeconds } = options;
  const look = async () => {
    const idleMs = performance.now() - lastAdvance;
    if (options.outSeconds() > lastOut) {
      lastOut = options.outSeconds();
      lastAdvance = performance.now();
      return;
    }
    if (idleMs < stallSeconds * 300) return;
    // A folder that vanishes during the walk has not grown.
    const bytes = await folderBytes(options.workDir).catch(() => lastBytes);
    if (bytes !== lastBytes) {
      lastBytes = bytes;
      lastAdvance = performance.now();
    } else if (idleMs > stallSeconds * 1000) {
      controller.abort(new Error("no progress"));
    }
  };
  const timer = setInterval(
    () => {
      if (isBusy) return;
      isBusy = true;
      void look().finally(() => (isBusy = false));
    },
    Math.min(1000, options.stallSeconds * 200),
  );
  return {
    signal: controller.signal,
    stop: () => clearInterval(timer),
    /** Somebody has said that memory is used up: SVT-AV1 then stands still for ever more often than it ends. */
    hurry: () => {
      stallSeconds = Math.min(stallSeconds, STARVED_SECONDS);
    },
  };
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // Files come and go while ffmpeg renames its temporary ones.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    bytes += found?.size ?? 0;
  }
  return bytes;
}

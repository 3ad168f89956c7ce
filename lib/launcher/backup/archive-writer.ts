import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { link, mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack, type Header, type Pack } from "tar-stream";

import { MANIFEST_NAME, MANIFEST_SUM_NAME, type ArchivedFile } from "#lib/launcher/backup/manifest.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

const PIECE_BYTES = 1024 * 1024;
/** Databases shrink to a fifth at the fastest level; media do not shrink at any. */
const GZIP_LEVEL = 1;

/** Writes a `.tar.gz` whose last entries say what is in it. Nothing is under the final name before it is whole. */
export class ArchiveWriter {
  readonly #file: string;
  readonly #partial: string;
  readonly #pack: Pack = pack();
  readonly #writing: Promise<void>;
  readonly #files: Record<string, ArchivedFile> = {};
  #problem: unknown;

  private constructor(file: string) {
    this.#file = file;
    this.#partial = `${file}.partial-${process.pid}`;
    const packed = this.#pack;
    async function* bytes(): AsyncGenerator<Buffer> {
      yield* packed as AsyncIterable<Buffer>;
    }
    this.#writing = pipeline(
      Readable.from(bytes(), { objectMode: false }),
      createGzip({ level: GZIP_LEVEL }),
      // What is in it is worth as much as the database itself.
      createWriteStream(this.#partial, { flags: "wx", mode: 0o600 }),
    ).catch((error: unknown) => {
      this.#problem = error;
      this.#pack.destroy();
    });
  }

  /**
   * @throws {LauncherError} when there is such a file already
   */
  static async create(file: string): Promise<ArchiveWriter> {
    await mkdir(path.dirname(file), { recursive: true });
    await refuseExisting(file);
    return new ArchiveWriter(file);
  }

  async addFolder(name: string, mode: number): Promise<void> {
    const added = new Promise<void>((resolve, reject) => {
      this.#pack.entry({ name: `${name}/`, type: "directory", mode }, (error) =>
        error == null ? resolve() : reject(error),
      );
    });
    await this.#orProblem(added);
  }

  async addBytes(name: string, bytes: Buffer): Promise<void> {
    await this.#add({ name, size: bytes.length, mode: 0o600 }, [bytes]);
  }

  /**
   * Adds a file as long as it is now: what a living database appends meanwhile is left out, what it cuts off becomes zeros.
   * False when it has gone.
   */
  async addFile(name: string, source: string): Promise<boolean> {
    const handle = await open(source, "r").catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    });
    if (handle === null) return false;
    try {
      const { size, mode } = await handle.stat();
      await this.#add({ name, size, mode: mode & 0o777 }, pieces(handle, size));
      return true;
    } finally {
      await handle.close();
    }
  }

  /** Writes what the archive holds, makes it durable and gives it its name. Its size in bytes. */
  async finish(facts: object): Promise<number> {
    const text = Buffer.from(JSON.stringify({ ...facts, files: this.#files }));
    await this.#add({ name: MANIFEST_NAME, size: text.length, mode: 0o600 }, [text]);
    const sum = Buffer.from(`${createHash("sha256").update(text).digest("hex")}\n`);
    await this.#add({ name: MANIFEST_SUM_NAME, size: sum.length, mode: 0o600 }, [sum]);
    this.#pack.finalize();
    await this.#writing;
    if (this.#problem !== undefined) throw this.#explained();
    const handle = await open(this.#partial, "r");
    try {
      await handle.sync();
      const { size } = await handle.stat();
      // A link never replaces what somebody else has put there since.
      await link(this.#partial, this.#file);
      await rm(this.#partial);
      return size;
    } finally {
      await handle.close();
    }
  }

  /** Removes what was written so far. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#writing;
    await rm(this.#partial, { force: true });
  }

  async #add(
    header: Pick<Header, "name" | "size" | "mode">,
    content: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<void> {
    const hash = createHash("sha256");
    const write = async () => {
      let entry: ReturnType<Pack["entry"]> | undefined;
      const ended = new Promise<void>((resolve, reject) => {
        entry = this.#pack.entry(header, (error) => (error == null ? resolve() : reject(error)));
      });
      for await (const piece of content) {
        hash.update(piece);
        if (entry?.write(piece) === false) await once(entry, "drain");
      }
      entry?.end(undefined);
      await ended;
    };
    await this.#orProblem(write());
    this.#files[header.name] = { sizeBytes: header.size, sha256: hash.digest("hex") };
  }

  /** The archive's end (a full disk) would otherwise leave the entry waiting for ever. */
  async #orProblem(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.#writing]);
    if (this.#problem === undefined) return;
    work.catch(() => undefined);
    throw this.#explained();
  }

  #explained(): unknown {
    const { code } = this.#problem as NodeJS.ErrnoException;
    if (code !== "ENOSPC") return this.#problem;
    return new LauncherError(
      `The disk of ${path.dirname(this.#file)} is full. Nothing was kept of the backup; choose another place with --to.`,
    );
  }
}

async function refuseExisting(file: string): Promise<void> {
  const handle = await open(file, "r").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return;
  await handle.close();
  throw new LauncherError(`${file} is there already. Choose another name with --to.`);
}

async function* pieces(handle: Awaited<ReturnType<typeof open>>, size: number): AsyncGenerator<Buffer> {
  let position = 0;
  while (position < size) {
    const wanted = Math.min(PIECE_BYTES, size - position);
    const piece = Buffer.alloc(wanted);
    const { bytesRead } = await handle.read(piece, 0, wanted, position);
    // What is left of a file that was cut short meanwhile stays zero.
    position += bytesRead === 0 ? wanted : bytesRead;
    yield bytesRead === 0 ? piece : piece.subarray(0, bytesRead);
  }
}

import { db } from "#lib/db/client.ts";
import { logger } from "#lib/log.ts";

type Level = "command" | "info" | "warning" | "error";
type Line = { level: Level; text: string; at: Date };

/** Of one attempt; what comes after is counted, not kept. */
const MAX_LINES = 5_000;
const MAX_LINE_LENGTH = 4_000;
const FLUSH_MS = 1_000;

/**
 * An attempt's log: commands and what the tools said, written in batches, with secrets and this machine's folders masked.
 * Like everything else it carries the fence: lines of an attempt that lost its task are dropped.
 */
export class TaskLogWriter {
  readonly #target: { taskId: string; fence: number; attempt: number };
  readonly #masks: readonly (readonly [string, string])[];
  #pending: Line[] = [];
  #count = 0;
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** `masks`: pairs of a text to hide and what to show instead, longest first. */
  constructor(
    target: { taskId: string; fence: number; attempt: number },
    masks: readonly (readonly [string, string])[],
  ) {
    this.#target = target;
    this.#masks = masks;
    this.#timer = setInterval(() => void this.#flush(), FLUSH_MS);
  }

  /** A whole command line, as it could be pasted into a shell. */
  command(text: string): void {
    this.add("command", text);
  }

  info(text: string): void {
    this.add("info", text);
  }

  error(text: string): void {
    this.add("error", text);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }

  add(level: Level, text: string): void {
    this.#count++;
    if (this.#count > MAX_LINES + 1) return;
    const shown =
      this.#count > MAX_LINES ? "… more lines were not kept" : this.#mask(text).slice(0, MAX_LINE_LENGTH);
    this.#pending.push({ level, text: shown, at: new Date() });
  }

  #mask(text: string): string {
    let masked = text;
    for (const [secret, shown] of this.#masks) masked = masked.replaceAll(secret, shown);
    // PostgreSQL's text has no NUL, and a terminal's codes are noise.
    return maskUrls(masked).replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, " ");
  }

  #flush(): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    if (lines.length > 0) this.#flushing = this.#flushing.then(() => this.#write(lines));
    return this.#flushing;
  }

  async #write(lines: Line[]): Promise<void> {
    const { taskId, fence, attempt } = this.#target;
    try {
      await db().$executeRaw`
        INSERT INTO "TaskLog" ("taskId", attempt, level, text, at)
        SELECT ${taskId}::uuid, ${attempt}, line.level, line.text, line.at
        FROM unnest(${lines.map((line) => line.level)}::text[], ${lines.map((line) => line.text)}::text[],
          ${lines.map((line) => line.at)}::timestamptz[]) WITH ORDINALITY AS line(level, text, at, place)
        WHERE EXISTS (SELECT 1 FROM "Task" WHERE id = ${taskId}::uuid AND fence = ${fence})
        ORDER BY line.place`;
    } catch (error) {
      // A log line must not fail an encode; the process log says that some are missing.
      logger("worker").warn(
        { err: error, taskId, lines: lines.length },
        "task log lines could not be written",
      );
    }
  }
}

/** Hides user information and query strings of addresses: signatures and tokens live there. */
export function maskUrls(text: string): string {
  return text
    .replaceAll(/(\bhttps?:\/\/)[^\s/@?#"']+@/gi, "$1***@")
    .replaceAll(/(\bhttps?:\/\/[^\s?#"']+)\?[^\s"']+/gi, "$1?***");
}

/** A place in the list: the task's creation time and, for equal times, its id. Opaque to clients. */
export type TaskCursor = { createdAt: Date; id: string };

/** `{createdAt, id}` → base64url. Times are kept in milliseconds, as the column does, so that nothing is rounded. */
export function writeTaskCursor({ createdAt, id }: TaskCursor): string {
  return Buffer.from(`${createdAt.getTime().toString(36)}.${id}`).toString("base64url");
}

/** The reverse of {@link writeTaskCursor}; null for anything else. */
export function readTaskCursor(text: string): TaskCursor | null {
  const [time = "", id = "", ...rest] = Buffer.from(text, "base64url").toString("utf8").split(".");
  const milliseconds = Number.parseInt(time, 36);
  if (rest.length > 0 || !/^[0-9a-z]{1,9}$/.test(time) || !Number.isSafeInteger(milliseconds)) return null;
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  return { createdAt: new Date(milliseconds), id };
}

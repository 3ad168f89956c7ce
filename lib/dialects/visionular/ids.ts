import { idTime, readId, uuidToHex } from "#lib/ids.ts";

/** AuroraCloud's renderings of our ids. */

/** `tsk_…` → `YYYYMMDDhhmmss` (UTC) and the last 18 hex digits, e.g. `202611201206227f3a5b0c1d2e3f4a5b`. */
export function toVendorTaskId(taskId: string): string {
  const uuid = readOrThrow("task", taskId);
  return `${new Date(idTime(uuid)).toISOString().replaceAll(/\D/g, "").slice(0, 14)}${uuidToHex(uuid).slice(-18)}`;
}

/** The second and the end of the id that a vendor's task id stands for; null when it is none. */
export function readVendorTaskId(text: string): { from: Date; to: Date; idEnd: string } | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([0-9a-f]{18})$/.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second, idEnd = ""] = parts;
  const from = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(from.getTime()) ? null : { from, to: new Date(from.getTime() + 1000), idEnd };
}

/** `out_…` → the last 16 hex digits. */
export function toVendorStorageId(outputId: string): string {
  return uuidToHex(readOrThrow("output", outputId)).slice(-16);
}

function readOrThrow(kind: "task" | "output", id: string): string {
  const uuid = readId(kind, id);
  if (uuid === null) throw new Error(`${id} is not the id of a ${kind}`);
  return uuid;
}

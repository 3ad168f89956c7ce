import { dataFacts } from "#lib/media/data-facts.ts";

/** One field that differs; `before` or `after` is undefined where the field is not there. `path` is dotted. */
export type FieldChange = { path: string; before?: FieldValue; after?: FieldValue };
export type FieldValue = string | number | boolean | null;

/**
 * What changed between two JSON values, leaf by leaf, in the order of the fields. Items of a list that have a `name`
 * (renditions) are compared with their namesakes, others by position. `data:` addresses are told in short.
 */
export function diffSpecs(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => {
      const [was, is] = [old.get(path), now.get(path)];
      return {
        path,
        ...(was === undefined ? {} : { before: shortened(was) }),
        ...(is === undefined ? {} : { after: shortened(is) }),
      };
    });
}

/** An image inside a template by its type and its size: "data:image/png (3421 bytes)". */
function shortened(value: FieldValue): FieldValue {
  const facts = typeof value === "string" && value.startsWith("data:image/") ? dataFacts(value) : null;
  return facts === null ? value : `data:${facts.type} (${facts.bytes} bytes)`;
}

function leavesOf(value: unknown): Map<string, FieldValue> {
  const leaves = new Map<string, FieldValue>();
  collect(value, "", leaves);
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, FieldValue>): void {
  if (value === undefined) return;
  if (value === null || typeof value !== "object") {
    leaves.set(path, value as FieldValue);
    return;
  }
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    const areNamed = names.every((name) => name !== null) && new Set(names).size === names.length;
    value.forEach((item: unknown, index) => {
      const name = areNamed ? names[index] : null;
      collect(item, `${path}[${name ?? String(index)}]`, leaves);
    });
    return;
  }
  for (const [key, item] of Object.entries(value))
    collect(item, path === "" ? key : `${path}.${key}`, leaves);
}

function nameOf(item: unknown): string | null {
  return typeof item === "object" && item !== null && "name" in item && typeof item.name === "string"
    ? item.name
    : null;
}

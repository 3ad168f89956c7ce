/** Other values for some keys; undefined takes the key away. */
export type Changes<T> = { [Key in keyof T]?: T[Key] | undefined };

/** The object with `changes`, without keys whose value is undefined: options that are not there mean their default. */
export function patched<T extends object>(value: T, changes: Changes<T>): T {
  const entries = Object.entries({ ...value, ...changes }).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as T;
}

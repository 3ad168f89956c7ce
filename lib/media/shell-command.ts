/** A command as it could be pasted into a POSIX shell. */
export const shellCommand = (program: string, args: readonly string[]): string =>
  [program, ...args].map(quote).join(" ");

const quote = (arg: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;

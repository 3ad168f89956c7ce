import type { CreateTaskInput } from "#lib/tasks/schema.ts";

/** The calls that create these tasks, for a POSIX shell. The key comes from the shell's environment. */
export function curlCommand(origin: string, requests: readonly CreateTaskInput[]): string {
  return requests
    .map((request) =>
      [
        `curl -sS '${origin}/api/v1/tasks' \\`,
        `  -u "$ACCESS_KEY_ID:$ACCESS_KEY_SECRET" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d ${quote(JSON.stringify(request))}`,
      ].join("\n"),
    )
    .join("\n\n");
}

/** Single quotes keep everything but a single quote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

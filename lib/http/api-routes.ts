import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** One route of the native API. `path` as Next names it: "/api/v1/tasks/[taskId]". */
export type ApiRoute = { path: string; methods: readonly string[] };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/**
 * The routes under `<root>/app/api`, read from their files, so that no second list can lag behind them.
 * Throws when the folder is not there: it is part of the product, built or not.
 */
export function readApiRoutes(root: string): ApiRoute[] {
  const folder = path.join(root, "app", "api");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "route.ts")
    .map((entry) => ({
      path: `/${path.relative(path.join(root, "app"), entry.parentPath).split(path.sep).join("/")}`,
      methods: exportedMethods(readFileSync(path.join(entry.parentPath, entry.name), "utf8")),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `export const GET = …`, `export async function POST`, `export { handle as GET }`. */
function exportedMethods(source: string): string[] {
  return METHODS.filter((method) =>
    new RegExp(
      `^export (const|function|async function) ${method}\\b|^export \\{[^}]*\\b(as )?${method}\\b[^}]*\\}`,
      "m",
    ).test(source),
  );
}

export type ApiRefusal = { status: 404 | 405; allow: readonly string[] };

/**
 * Answers for each path and method why no handler of the native API takes it; null when one does. Next would answer with
 * an HTML page, an empty 405 or, for TRACE, a 500.
 */
export function apiRefusals(
  routes: readonly ApiRoute[],
): (path: string, method: string) => ApiRefusal | null {
  const known = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  return (urlPath, method) => {
    const fitting = known.filter(({ pattern }) => pattern.test(urlPath));
    if (fitting.length === 0) return { status: 404, allow: [] };
    // Next prefers the path with a literal name; the methods of a dynamic one beside it do not count.
    const [route = { methods: [] }] = fitting.sort((a, b) => dynamicParts(a.path) - dynamicParts(b.path));
    const allowed = new Set<string>([...route.methods, "OPTIONS"]);
    if (allowed.has("GET")) allowed.add("HEAD");
    return allowed.has(method) ? null : { status: 405, allow: METHODS.filter((name) => allowed.has(name)) };
  };
}

function patternOf(route: string): RegExp {
  const parts = route
    .split("/")
    .map((part) =>
      /^\[\.\.\..+\]$/.test(part)
        ? ".+"
        : /^\[.+\]$/.test(part)
          ? "[^/]+"
          : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    );
  return new RegExp(`^${parts.join("/")}$`);
}

const dynamicParts = (route: string) => route.split("[").length;

/**
 * Where to go after sign-in: a path of this console, whatever was asked for. Anything that a browser could read as
 * another origin ("//evil", "/\evil", "https://evil", control characters) becomes `/`.
 */
export function callbackPath(wanted: string | null | undefined, publicUrl: string): string {
  if (!wanted || /[\u0000-\u001f\u007f\\]/.test(wanted)) return "/";
  if (!URL.canParse(wanted, publicUrl)) return "/";
  const url = new URL(wanted, publicUrl);
  if (url.origin !== new URL(publicUrl).origin) return "/";
  const path = `${url.pathname}${url.search}${url.hash}`;
  // The sign-in page itself would only ask again; "//" could still be read as a host by what gets the path alone.
  return path.startsWith("//") || /^\/(sign-in|api)(\/|\?|#|$)/.test(path) ? "/" : path;
}

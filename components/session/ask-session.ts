/**
 * The e-mail address of whoever is signed in in this browser, null when nobody is. Another tab may have changed it.
 * @throws {Error} when the server does not answer.
 */
export async function askSession(signal: AbortSignal): Promise<string | null> {
  const response = await fetch("/api/auth/session", {
    credentials: "same-origin",
    cache: "no-store",
    headers: { Accept: "application/json" },
    signal,
  });
  if (!response.ok) throw new Error(`The session could not be read: HTTP ${response.status}.`);
  const answer = (await response.json()) as { user?: { email?: string } } | null;
  return answer?.user?.email ?? null;
}

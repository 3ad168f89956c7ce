import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";

import { chooseLocale } from "./locale.ts";
import { loadMessages } from "./messages.ts";
import { LOCALE_COOKIE, TIME_ZONE_COOKIE } from "#components/layout/preferences.ts";

export default getRequestConfig(async () => {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, head.get("accept-language"));
  return {
    locale,
    messages: await loadMessages(locale),
    timeZone: readTimeZone(jar.get(TIME_ZONE_COOKIE)?.value),
    now: new Date(),
  };
});

/** The browser's zone, which it left in a cookie; UTC until it has, or when the name is not one. */
function readTimeZone(value: string | undefined): string {
  if (value === undefined || value.length > 64) return "UTC";
  const name = decodeURIComponent(value);
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return "UTC";
  }
}

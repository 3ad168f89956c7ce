import type { AbstractIntlMessages } from "next-intl";

import type { Locale } from "#components/layout/preferences.ts";

/** The catalogues, a file for each namespace in lib/i18n/messages/<locale>/. */
export const NAMESPACES = [
  "common",
  "nav",
  "auth",
  "tasks",
  "detail",
  "create",
  "failures",
  "warnings",
  "errors",
  "account",
  "webhooks",
  "templates",
  "outputs",
  "keys",
  "users",
  "invite",
  "audit",
  "workers",
  "session",
] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** Reads every namespace of a language. */
export async function loadMessages(locale: Locale): Promise<AbstractIntlMessages> {
  const parts = await Promise.all(
    NAMESPACES.map(async (name) => {
      const file = (await import(`../../lib/i18n/messages/${locale}/${name}.json`)) as {
        default: AbstractIntlMessages;
      };
      return [name, file.default] as const;
    }),
  );
  return Object.fromEntries(parts);
}

/** Only the namespaces that a part of the site needs in the browser. */
export function pickMessages(
  messages: AbstractIntlMessages,
  names: readonly Namespace[],
): AbstractIntlMessages {
  return Object.fromEntries(
    names.flatMap((name) => (messages[name] === undefined ? [] : [[name, messages[name]]])),
  );
}

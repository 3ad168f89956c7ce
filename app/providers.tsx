"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider, type AbstractIntlMessages } from "next-intl";
import { useEffect, useLayoutEffect, useSyncExternalStore, type ReactNode } from "react";

import { wearTheme } from "#components/layout/apply-theme.ts";
import { TIME_ZONE_COOKIE, writePreference, type Locale } from "#components/layout/preferences.ts";
import { browserQueryClient } from "#components/layout/query-client.ts";
import { FailedPartsNotice } from "#components/ui/failed-parts-notice.tsx";
import { NowProvider } from "#components/ui/now.tsx";
import { ToastProvider } from "#components/ui/toast.tsx";

type ProvidersProps = {
  locale: Locale;
  messages: AbstractIntlMessages;
  timeZone: string;
  /** The server's clock, Unix milliseconds. */
  now: number;
  nonce: string | undefined;
  children: ReactNode;
};

/** What every page stands in: language, clock, data and toasts. */
export function Providers({ locale, messages, timeZone, now, nonce, children }: ProvidersProps) {
  const zone = useBrowserTimeZone(timeZone);
  useLayoutEffect(wearTheme, []);
  return (
    <CSPProvider nonce={nonce}>
      <NextIntlClientProvider locale={locale} messages={messages} timeZone={zone}>
        <QueryClientProvider client={browserQueryClient()}>
          <NowProvider initial={now}>
            <ToastProvider>
              {children}
              <FailedPartsNotice />
            </ToastProvider>
          </NowProvider>
        </QueryClientProvider>
      </NextIntlClientProvider>
    </CSPProvider>
  );
}

/** Starts with what the server used, so that hydration agrees; then the browser's, left in a cookie for the next page. */
function useBrowserTimeZone(initial: string): string {
  const zone = useSyncExternalStore(neverChanges, ownTimeZone, () => initial);
  useEffect(() => {
    if (zone !== initial) writePreference(TIME_ZONE_COOKIE, zone);
  }, [zone, initial]);
  return zone;
}

function neverChanges(): () => void {
  return () => {};
}

function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

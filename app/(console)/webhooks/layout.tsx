import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";

/** URL state by nuqs, for the filters of the list. */
export default function WebhooksLayout({ children }: { children: ReactNode }) {
  return <NuqsAdapter>{children}</NuqsAdapter>;
}

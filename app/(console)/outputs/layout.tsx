import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";

/** URL state by nuqs, for the tabs of the list. */
export default function OutputsLayout({ children }: { children: ReactNode }) {
  return <NuqsAdapter>{children}</NuqsAdapter>;
}

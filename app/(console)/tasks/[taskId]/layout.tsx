import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";

/** URL state by nuqs, only here: the other pages read their address themselves, and are smaller for it. */
export default function TaskLayout({ children }: { children: ReactNode }) {
  return <NuqsAdapter>{children}</NuqsAdapter>;
}

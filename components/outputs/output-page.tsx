"use client";

import { useQuery } from "@tanstack/react-query";

import { OutputEditor } from "#components/outputs/output-editor.tsx";
import { outputQuery } from "#components/outputs/output-queries.ts";
import type { Role } from "#lib/context.ts";

type OutputPageProps = { outputId: string; roots: readonly string[]; role: Role };

/** An Output's page; other settings, or in or out of the archive, is another form. */
export function OutputPage({ outputId, roots, role }: OutputPageProps) {
  const { data: output } = useQuery({
    ...outputQuery(outputId),
    // What is being typed is not replaced because the line came back.
    refetchOnReconnect: false,
    staleTime: Infinity,
  });
  if (!output) return null;
  const { name, folder, endpoint, region, bucket, prefix, forcePathStyle, hasCredentials } = output;
  const settings = [name, folder, endpoint, region, bucket, prefix, forcePathStyle, hasCredentials];
  const rest = [output.publicBaseUrl, output.callbackUrl, output.archivedAt];
  return (
    <OutputEditor key={JSON.stringify([...settings, ...rest])} output={output} roots={roots} role={role} />
  );
}

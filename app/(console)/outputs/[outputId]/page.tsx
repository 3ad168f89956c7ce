import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { OutputPage } from "#components/outputs/output-page.tsx";
import { outputQuery } from "#components/outputs/output-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { findOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { listOutputRoots } from "#lib/outputs/list-output-roots.ts";

type PageProps = { params: Promise<{ outputId: string }> };

/** Once for the title and the page. */
const load = cache(async (outputId: string) => {
  const { ctx } = await getPageSession();
  return { ctx, output: await findOutputDetail(ctx, outputId) };
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { output } = await load((await params).outputId);
  return output === null ? {} : { title: output.name };
}

/** An Output's page: read through the verbs, then kept by the browser under the same key. */
export default async function OneOutputPage({ params }: PageProps) {
  const { ctx, output } = await load((await params).outputId);
  if (output === null) notFound();
  const client = makeQueryClient();
  client.setQueryData(outputQuery(output.id).queryKey, output);
  const roots = ctx.role === "admin" ? listOutputRoots(ctx) : [];
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <OutputPage key={output.id} outputId={output.id} roots={roots} role={ctx.role} />
    </HydrationBoundary>
  );
}

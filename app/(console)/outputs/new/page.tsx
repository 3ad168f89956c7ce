import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { NeedsAdmin } from "#components/layout/needs-admin.tsx";
import { OutputEditor } from "#components/outputs/output-editor.tsx";
import { getPageSession } from "#lib/auth/session.ts";
import { listOutputRoots } from "#lib/outputs/list-output-roots.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("outputs");
  return { title: t("new") };
}

export default async function NewOutputPage() {
  const { ctx } = await getPageSession();
  const t = await getTranslations("outputs");
  if (ctx.role !== "admin") return <NeedsAdmin title={t("new")} role={ctx.role} />;
  return <OutputEditor output={null} roots={listOutputRoots(ctx)} role={ctx.role} />;
}

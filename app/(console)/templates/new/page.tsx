import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { TemplateEditor } from "#components/templates/template-editor.tsx";
import { getPageSession } from "#lib/auth/session.ts";
import { listSamples } from "#lib/samples/list-samples.ts";
import { getEditorCapabilities } from "#lib/templates/get-editor-capabilities.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("templates");
  return { title: t("newTitle") };
}

export default async function NewTemplatePage() {
  const { ctx } = await getPageSession();
  const [samples, capabilities] = await Promise.all([listSamples(ctx), getEditorCapabilities(ctx)]);
  return <TemplateEditor template={null} samples={samples} capabilities={capabilities} role={ctx.role} />;
}

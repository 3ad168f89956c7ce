import type { Ctx } from "#lib/context.ts";
import { toVendorTemplate, type VendorTemplate } from "#lib/dialects/visionular/map-template.ts";
import { readTemplate } from "#lib/dialects/visionular/read-template.ts";
import { templateWireSchema } from "#lib/dialects/visionular/template-schema.ts";
import { inVendorWords } from "#lib/dialects/visionular/template-words.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { AppError } from "#lib/errors.ts";
import { readJson } from "#lib/http/read-json.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { deleteTemplate } from "#lib/templates/delete-template.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";
import { updateTemplate } from "#lib/templates/update-template.ts";
import type { TemplateView } from "#lib/templates/view.ts";
import { parseInput } from "#lib/parse-input.ts";

/** list_template: predefined ones first. */
export async function vendorListTemplate({
  ctx,
}: VendorCall): Promise<{ num: number; list: VendorTemplate[] }> {
  const list = (await listTemplates(ctx)).map(toVendorTemplate);
  return { num: list.length, list };
}

/** query_template?template_name= */
export async function vendorQueryTemplate({ ctx, query }: VendorCall): Promise<VendorTemplate> {
  return toVendorTemplate(await namedTemplate(ctx, query["template_name"] ?? ""));
}

/** add_template: makes a custom template. Answers with it, as query_template does. */
export async function vendorAddTemplate({ request, ctx }: VendorCall): Promise<VendorTemplate> {
  const wanted = readTemplate(parseInput(templateWireSchema, await readJson(request)));
  return toVendorTemplate(await inVendorWords(() => createTemplate(ctx, wanted)));
}

/** update_template: the body is the whole template, whose next version it becomes. */
export async function vendorUpdateTemplate({ request, ctx }: VendorCall): Promise<VendorTemplate> {
  const wanted = readTemplate(parseInput(templateWireSchema, await readJson(request)));
  const { id, version } = await ownTemplate(ctx, wanted.name);
  const saved = await inVendorWords(() => updateTemplate(ctx, id, { ...wanted, version }));
  return toVendorTemplate(saved);
}

/** del_template?template_name=: gone for the caller; one that tasks were made from is kept in the archive for them. */
export async function vendorDeleteTemplate({ ctx, query }: VendorCall): Promise<Record<string, never>> {
  const { id } = await ownTemplate(ctx, query["template_name"] ?? "");
  try {
    await deleteTemplate(ctx, id);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "conflict") throw thrown;
    await archiveTemplate(ctx, id);
  }
  return {};
}

async function namedTemplate(ctx: Ctx, name: string): Promise<TemplateView> {
  if (name === "") throw new AppError("invalid_input", "template_name is missing");
  const template = (await listTemplates(ctx)).find((one) => one.name === name);
  if (!template) throw new AppError("not_found", "template_name: there is no such template");
  return template;
}

async function ownTemplate(ctx: Ctx, name: string): Promise<TemplateView> {
  const template = await namedTemplate(ctx, name);
  if (template.kind === "predefined")
    throw new AppError("invalid_input", "template_name: built-in templates stay as they are");
  return template;
}

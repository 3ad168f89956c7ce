import { toVendorTemplate, type VendorTemplate } from "#lib/dialects/visionular/map-template.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { AppError } from "#lib/errors.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";

/** list_template: predefined ones first. */
export async function vendorListTemplate({
  ctx,
}: VendorCall): Promise<{ num: number; list: VendorTemplate[] }> {
  const list = (await listTemplates(ctx)).map(toVendorTemplate);
  return { num: list.length, list };
}

/** query_template?template_name= */
export async function vendorQueryTemplate({ ctx, query }: VendorCall): Promise<VendorTemplate> {
  const name = query["template_name"] ?? "";
  if (name === "") throw new AppError("invalid_input", "template_name is missing");
  const template = (await listTemplates(ctx)).find((one) => one.name === name);
  if (!template) throw new AppError("not_found", "template_name: there is no such template");
  return toVendorTemplate(template);
}

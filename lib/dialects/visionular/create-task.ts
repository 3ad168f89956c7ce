import { findStorage } from "#lib/dialects/visionular/find-storage.ts";
import { toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import { createTaskWireSchema } from "#lib/dialects/visionular/schema.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { AppError } from "#lib/errors.ts";
import { readJson } from "#lib/http/read-json.ts";
import { parseInput } from "#lib/parse-input.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import type { Source } from "#lib/tasks/schema.ts";

/** create_task: one template on one input, a URL or a path in the named storage. */
export async function vendorCreateTask({ request, ctx }: VendorCall): Promise<{ task_id: string }> {
  const wire = parseInput(createTaskWireSchema, await readJson(request));
  const output = await findStorage(ctx, wire.storage_id);
  const wanted = {
    source: toSource(wire.input, output.id),
    templates: [wire.template_name],
    outputId: output.id,
    outputPattern: withoutLeadingSlash(wire.output),
  };
  // What the vendor calls output is a name; {input_name} in it are letters.
  const { task } = await createTask(ctx, wanted, { isLiteralName: true });
  return { task_id: toVendorTaskId(task.id) };
}

function toSource(input: string, outputId: string): Source {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(input)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return { type: "url", url: input };
  if (scheme !== undefined)
    throw new AppError(
      "invalid_input",
      `input: ${scheme}:// is not supported; give an http(s) URL, or a path in the storage`,
    );
  return { type: "object", outputId, path: withoutLeadingSlash(input) };
}

function withoutLeadingSlash(path: string): string {
  return path.startsWith("/") ? path.slice(1) : path;
}

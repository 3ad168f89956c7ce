import type { Resolver } from "react-hook-form";

import { changedOutputSchema, createOutputSchema } from "#lib/outputs/schema.ts";
import { presetOf, type StorageProvider } from "#lib/outputs/storage-providers.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** The form's fields, all in one: which of them count is the provider's and `replaceKeys`'s business. */
export type OutputFormValues = {
  provider: StorageProvider;
  name: string;
  folder: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  forcePathStyle: boolean;
  /** Whether new keys are given; always for a new Output. */
  replaceKeys: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  publicBaseUrl: string;
  callbackUrl: string;
};
export type OutputField = Exclude<keyof OutputFormValues, "provider" | "replaceKeys">;

/** Fields in the order of the form. */
export const OUTPUT_FIELDS = [
  "name",
  "folder",
  "endpoint",
  "region",
  "bucket",
  "prefix",
  "forcePathStyle",
  "accessKeyId",
  "secretAccessKey",
  "publicBaseUrl",
  "callbackUrl",
] as const satisfies readonly OutputField[];

/** What the form begins with. `roots`: the folders of local Outputs, of which the first is suggested. */
export function formOf(output: OutputDetail | null, roots: readonly string[]): OutputFormValues {
  const start = presetOf("s3");
  return {
    provider: output?.provider ?? "s3",
    name: output?.name ?? "",
    folder: output?.folder ?? (roots[0] === undefined ? "" : `${roots[0]}/`),
    endpoint: output === null ? (start?.endpoint ?? "") : (output.endpoint ?? ""),
    region: output === null ? (start?.region ?? "") : output.region,
    bucket: output?.bucket ?? "",
    prefix: output?.prefix ?? "",
    forcePathStyle: output?.forcePathStyle ?? false,
    replaceKeys: output === null || !output.hasCredentials,
    accessKeyId: "",
    secretAccessKey: "",
    publicBaseUrl: output?.publicBaseUrl ?? "",
    callbackUrl: output?.callbackUrl ?? "",
  };
}

/** Another provider's addresses; what was typed is replaced only where it was a preset's. */
export function withProvider(values: OutputFormValues, provider: StorageProvider): OutputFormValues {
  const [from, to] = [presetOf(values.provider, values.region), presetOf(provider)];
  const isPreset = values.endpoint === "" || values.endpoint === from?.endpoint;
  if (provider === "local" || values.provider === "local") {
    const start = to ?? { endpoint: "", region: "", forcePathStyle: true };
    return { ...values, provider, ...(values.endpoint === "" && start) };
  }
  if (!isPreset) return { ...values, provider, forcePathStyle: to?.forcePathStyle ?? true };
  return { ...values, provider, ...(to ?? { endpoint: "", region: "", forcePathStyle: true }) };
}

/** Another region; a preset's endpoint follows it. */
export function withRegion(values: OutputFormValues, region: string): OutputFormValues {
  const from = presetOf(values.provider, values.region.trim());
  const isPreset = from !== null && values.endpoint === from.endpoint;
  const to = isPreset && region.trim() !== "" ? presetOf(values.provider, region.trim()) : null;
  return { ...values, region, ...(to && { endpoint: to.endpoint }) };
}

/** The body that the API takes. */
export function toInput(values: OutputFormValues) {
  const { name, publicBaseUrl, callbackUrl } = values;
  const addresses = { publicBaseUrl: publicBaseUrl || null, callbackUrl: callbackUrl || null };
  if (values.provider === "local") return { type: "local", name, folder: values.folder, ...addresses };
  const { endpoint, region, bucket, prefix, forcePathStyle, accessKeyId, secretAccessKey } = values;
  return {
    type: "s3",
    name,
    ...{ endpoint, region, bucket, prefix, forcePathStyle },
    ...(values.replaceKeys && { accessKeyId, secretAccessKey }),
    ...addresses,
  };
}

/** What a test is about, to be compared. */
export function connectionKey(values: OutputFormValues): string {
  const { name: _name, publicBaseUrl: _base, callbackUrl: _callback, ...connection } = toInput(values);
  return JSON.stringify(connection);
}

/** The API's own rules, on the form. `isNew`: keys are needed. */
export function outputRules(isNew: boolean): Resolver<OutputFormValues> {
  return (values) => {
    const needsKeys = isNew || values.replaceKeys;
    const parsed = (needsKeys ? createOutputSchema : changedOutputSchema).safeParse(toInput(values));
    if (parsed.success) return { values, errors: {} };
    const errors: Record<string, { type: string; message: string }> = {};
    for (const issue of parsed.error.issues) {
      const field = String(issue.path[0] ?? "name");
      errors[field] ??= { type: "rule", message: issue.message };
    }
    return { values: {}, errors };
  };
}

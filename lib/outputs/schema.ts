import * as z from "zod";

import { isPlainLine } from "#lib/plain-text.ts";
import { webhookUrlSchema } from "#lib/webhooks/schema.ts";

/** What is said about each field; shared by the form, the API and the dialects. */

const MAX_PREFIX_BYTES = 200;

const nameSchema = z
  .string("Give the Output a name.")
  .trim()
  .min(1, "Give the Output a name.")
  .max(64, "A name has at most 64 characters.")
  .refine(isPlainLine, "The name holds an invisible character. Type it again.");

/** Where the folder may lie is known by the server alone. */
const folderSchema = z
  .string("Give the folder.")
  .trim()
  .min(1, "Give the folder.")
  .max(1_024, "The folder's path is longer than 1,024 characters.")
  .refine(
    (folder) => /^([/\\]|[A-Za-z]:[/\\])/.test(folder) && !folder.split(/[/\\]/).includes(".."),
    "Give the whole path of the folder, without “..”.",
  );

const endpointSchema = z
  .string("Give the endpoint.")
  .trim()
  .min(1, "Give the endpoint.")
  .max(300, "The endpoint is longer than 300 characters.")
  .refine(
    isOrigin,
    "Give a server's address such as https://s3.example.com, without a path, a query or a user name.",
  )
  .transform((text) => new URL(text).origin);

const regionSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9-]{0,64}$/, "A region has letters, digits and hyphens only.");

/** As lenient as compatible servers are; each judges its own names further. */
const bucketSchema = z
  .string("Give the bucket.")
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/,
    "A bucket's name has 3 to 63 letters, digits, dots, hyphens or underscores.",
  );

/** "a/b", "/a/b/" → "a/b/"; "" and "/" → "". */
export const prefixSchema = z
  .string()
  .trim()
  .transform((text) => text.normalize("NFC").split("/").filter(Boolean).join("/"))
  .refine(
    (path) => !path.split("/").some((name) => name === "." || name === ".."),
    "A prefix has no “.” or “..” between its slashes.",
  )
  .refine(
    (path) => !path.includes("\\") && isPlainLine(path),
    "A prefix has neither a backslash nor an invisible character.",
  )
  .refine(
    (path) => new TextEncoder().encode(path).length <= MAX_PREFIX_BYTES,
    `A prefix has at most ${MAX_PREFIX_BYTES} bytes.`,
  )
  .transform((path) => (path === "" ? "" : `${path}/`));

/** Stands before the path of every file in a link, so it has no query. */
const publicBaseUrlSchema = z
  .string()
  .trim()
  .max(2_048, "The address is longer than 2,048 characters.")
  .refine(
    isBaseUrl,
    "Give an address that starts with https:// or http:// and has no user name, query or fragment.",
  )
  .transform((text) => text.replace(/\/+$/, ""));

const accessKeySchema = (what: string) =>
  z
    .string(`Give the ${what}.`)
    .trim()
    .min(1, `Give the ${what}.`)
    .max(256, `The ${what} is longer than 256 characters.`)
    .regex(/^[\x21-\x7e]*$/, `The ${what} has printable ASCII characters only, without spaces.`);

/** "", null and nothing at all mean "none". */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === undefined || (typeof value === "string" && value.trim() === "") ? null : value),
    schema.nullable(),
  );

const addresses = {
  publicBaseUrl: optional(publicBaseUrlSchema),
  callbackUrl: optional(webhookUrlSchema),
};

const localFields = { type: z.literal("local"), name: nameSchema, folder: folderSchema, ...addresses };
const s3Fields = {
  type: z.literal("s3"),
  name: nameSchema,
  endpoint: endpointSchema,
  region: regionSchema.default(""),
  bucket: bucketSchema,
  prefix: prefixSchema.default(""),
  forcePathStyle: z.boolean("Say true or false.").default(true),
  ...addresses,
};
const accessKeyId = accessKeySchema("access key");
const secretAccessKey = accessKeySchema("secret");

const UNKNOWN_TYPE = "The type is local or s3.";

/** A new Output: body of POST /api/v1/outputs. */
export const createOutputSchema = z.discriminatedUnion(
  "type",
  [z.strictObject(localFields), z.strictObject({ ...s3Fields, accessKeyId, secretAccessKey })],
  UNKNOWN_TYPE,
);
export type CreateOutputInput = z.input<typeof createOutputSchema>;
export type WantedOutput = z.output<typeof createOutputSchema>;

/** A changed Output, whole: a PATCH laid over what is there. Without keys the stored ones stay; the two belong together. */
export const changedOutputSchema = z
  .discriminatedUnion(
    "type",
    [
      z.strictObject(localFields),
      z.strictObject({
        ...s3Fields,
        accessKeyId: accessKeyId.optional(),
        secretAccessKey: secretAccessKey.optional(),
      }),
    ],
    UNKNOWN_TYPE,
  )
  .superRefine((output, context) => {
    if (output.type !== "s3") return;
    const given = [output.accessKeyId, output.secretAccessKey];
    if (given.every(Boolean) || !given.some(Boolean)) return;
    context.addIssue({
      code: "custom",
      path: [output.accessKeyId ? "secretAccessKey" : "accessKeyId"],
      message: "The access key and its secret are replaced together. Give both.",
    });
  });
export type ChangedOutput = z.output<typeof changedOutputSchema>;

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isWeb(url) && url.pathname === "/" && url.search === "" && url.hash === "";
}

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isWeb(url) && !/[?#]/.test(text);
}

function isWeb(url: URL): boolean {
  return (
    (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === ""
  );
}

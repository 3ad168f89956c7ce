import * as z from "zod";

const text = (name: string) => z.string(`${name} must be a string`);
const needed = (name: string) =>
  z
    .string({
      error: ({ input }) => (input === undefined ? `${name} is missing` : `${name} must be a string`),
    })
    .trim()
    .min(1, `${name} is missing`);

export const VENDOR_STORAGE_TYPES = ["s3", "oss", "cos", "obs"] as const;

const nothing = (name: string) =>
  z.union([z.literal(""), z.null(), z.strictObject({})], `${name} is not supported; leave it out`).optional();

/**
 * Body of add_storage. The vendor's has no endpoint: it follows from type and region; `endpoint` is ours, for servers of
 * one's own. A key that is not here is refused: it would be ignored otherwise.
 */
export const addStorageWireSchema = z.strictObject({
  type: needed("type")
    .toLowerCase()
    .pipe(z.enum(VENDOR_STORAGE_TYPES, `type must be one of ${VENDOR_STORAGE_TYPES.join(", ")}`)),
  region: text("region")
    .trim()
    .regex(/^[A-Za-z0-9-]{0,64}$/, "region has letters, digits and hyphens only")
    .default(""),
  bucket: needed("bucket"),
  prefix: text("prefix").default(""),
  notify: text("notify").default(""),
  storage_ak: needed("storage_ak"),
  storage_sk: needed("storage_sk"),
  endpoint: text("endpoint").trim().default(""),
  extra: nothing("extra"),
  name_rule: nothing("name_rule"),
  /** Of answers; a body that was read from list_storage may hold them. */
  storage_id: z.unknown().optional(),
  created_time: z.unknown().optional(),
});
export type AddStorageWire = z.infer<typeof addStorageWireSchema>;

import * as z from "zod";

import { sourceSchema } from "#lib/tasks/schema.ts";

/** Body of POST /api/v1/probes. */
export const createProbeSchema = z.object({ source: sourceSchema });
export type CreateProbe = z.infer<typeof createProbeSchema>;

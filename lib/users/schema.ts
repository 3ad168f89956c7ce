import * as z from "zod";

import { ROLES } from "#lib/context.ts";

/** Body of POST /api/v1/users/{userId}/role. */
export const changeRoleSchema = z.object({ role: z.enum(ROLES) });

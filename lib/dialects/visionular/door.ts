import { randomUUID } from "node:crypto";

import type { Refusal, VendorDoor } from "#lib/http/vendor-door.ts";
import { envelope } from "#lib/dialects/visionular/envelope.ts";
import { CODES } from "#lib/dialects/visionular/errors.ts";

/** HTTP status and sentence. A 404 is what the vendor's Go client words as "Not Found", whatever the body. */
const REFUSALS = {
  malformed: [400, CODES.BadParam, "BadParam: the path is not well-formed"],
  unknown_path: [404, CODES.BadParam, "BadParam: there is no such operation"],
  method_not_allowed: [405, CODES.BadParam, "BadParam: this operation takes another HTTP method"],
} as const satisfies Record<Refusal, readonly [number, number, string]>;

/** AuroraCloud's paths. */
export const visionularDoor: VendorDoor = {
  firstSegment: "vodencoding",
  paths: {
    "/vodencoding/v1/create_task": ["POST"],
    "/vodencoding/v1/query_task": ["GET"],
    "/vodencoding/v1/list_task": ["GET"],
    "/vodencoding/v1/list_template": ["GET"],
    "/vodencoding/v1/query_template": ["GET"],
    "/vodencoding/v1/add_template": ["POST"],
    "/vodencoding/v1/update_template": ["PUT"],
    "/vodencoding/v1/del_template": ["DELETE"],
    "/vodencoding/v1/list_storage": ["GET"],
    "/vodencoding/v1/add_storage": ["POST"],
    "/vodencoding/v1/del_storage": ["DELETE"],
  },
  refuse: (reason) => {
    const [status, code, message] = REFUSALS[reason];
    return { status, body: envelope(code, message, {}, randomUUID()) };
  },
};

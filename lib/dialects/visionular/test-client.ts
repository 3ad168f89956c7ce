import { expect } from "vitest";

/** What the contract tests of this dialect share. */

export type Body = { code: number; msg: string; data: Record<string, unknown>; request_id: string };
export type Answer = { status: number; body: Body };
export type CallOptions = { body?: unknown; headers?: Record<string, string> };

const anyString = expect.any(String) as string;

/** A call as the vendor's clients make it: JSON content type on GET too. `target`: the server's origin and credentials. */
export async function callAurora(
  target: { url: string; basic: string },
  method: string,
  path: string,
  { body, headers }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(`${target.url}/vodencoding/v1/${path}`, {
    method,
    headers: {
      Authorization: target.basic,
      "auth-type": "use-basic",
      "Content-Type": "application/json",
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return { status: response.status, body: (await response.json()) as Body };
}

/** The whole body of a successful answer. */
export function success(data: unknown): Body {
  return { code: 0, msg: "success", data: data as Body["data"], request_id: anyString };
}

/** The whole answer of a business error whose message contains `msg`. */
export function failure(code: number, msg: string): Answer {
  const body = { code, msg: expect.stringContaining(msg) as string, data: {}, request_id: anyString };
  return { status: 200, body };
}

const STRINGS =
  "task_id input output template_name storage_id region status source_resolution source_video_codec source_audio_codec " +
  "output_resolution output_video_codec output_audio_codec format output_audio_samplerate encrypt_info custom_info message";
const INTEGERS =
  "created_time started_time finished_time source_size output_size output_media_size code progress";
const FLOATS =
  "duration source_bitrate source_framerate source_video_bitrate source_audio_bitrate output_framerate output_bitrate " +
  "ratio spend_time";

/** The vendor's Go model: a wrong type in one field makes the whole call fail there. */
export function expectGoTypes(task: Record<string, unknown>): void {
  for (const name of STRINGS.split(" ")) expect(task[name], name).toBeTypeOf("string");
  for (const name of INTEGERS.split(" ")) expect(task[name], name).toSatisfy(Number.isSafeInteger);
  for (const name of FLOATS.split(" ")) expect(task[name], name).toSatisfy(Number.isFinite);
}

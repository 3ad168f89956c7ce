import { expect, test } from "@playwright/test";

import { resultOf } from "../bench/matrix/pair.ts";
import { startResultPlayer } from "../bench/matrix/play.ts";
import { SOURCES } from "../bench/matrix/sources.ts";
import { Clips, predefined, produceAll } from "#lib/media/test-pipeline.ts";

/** A part of what `npm run test:matrix` plays: a result of each way to deliver, and of each codec that chromium has. */
const TEMPLATES = [
  "System_MP4_AV1",
  "System_HLS_H264",
  "System_HLS_TS_H264",
  "System_CMAF_H264",
  "System_DASH_VP9",
] as const;

test("results play to their end in the product's player", async () => {
  const source = SOURCES.find(({ name }) => name === "second");
  if (!source) throw new Error("the matrix has no source of one second");
  const clips = new Clips();
  const player = await startResultPlayer();
  try {
    const specs = Object.fromEntries(TEMPLATES.map((name) => [name, predefined(name)]));
    const made = await produceAll(source.make(clips), specs, clips.path("work"));
    expect(made.map(({ plan }) => plan.key)).toEqual(TEMPLATES);
    for (const one of made) {
      const template = one.plan.key;
      const problems = await player.play({ source, template, spec: predefined(template) }, resultOf(one));
      expect({ [template]: problems }).toEqual({ [template]: [] });
    }
  } finally {
    await player.stop();
    clips.remove();
  }
});

import type { MeasuredLoudness } from "#lib/media/audio-args.ts";

/** Below this there is nothing to hear, and nothing to raise. */
const SILENT_LUFS = -69;

/**
 * Reads what loudnorm's first passes print on stderr, each as JSON after a line with its instance's name. Feed it every
 * line, which answers whether it was one of these; `measured` has an entry per name, null where the sound is silent.
 */
export function loudnessReader() {
  const measured = new Map<string, MeasuredLoudness | null>();
  let name: string | null = null;
  let text = "";
  const push = (line: string): boolean => {
    const started = /^\[loudnorm@(\w+) @ 0x[0-9a-f]+\]/.exec(line);
    if (started) {
      name = started[1] ?? null;
      text = "";
      return true;
    }
    if (name === null) return false;
    text += line;
    if (line.trim() !== "}") return true;
    measured.set(name, toMeasured(text));
    name = null;
    return true;
  };
  return { push, measured };
}

function toMeasured(text: string): MeasuredLoudness | null {
  const said = new Map(
    [...text.matchAll(/"(\w+)"\s*:\s*"(-?[\d.]+|-?inf|nan)"/g)].map(([, key, value]) => [key, value]),
  );
  const figure = (key: string) => {
    const value = Number(said.get(key));
    return Number.isFinite(value) ? value.toFixed(2) : null;
  };
  const [integrated, truePeak, range, threshold, offset] = [
    figure("input_i"),
    figure("input_tp"),
    figure("input_lra"),
    figure("input_thresh"),
    figure("target_offset"),
  ];
  if (integrated === null || truePeak === null || range === null || threshold === null || offset === null)
    return null;
  return Number(integrated) <= SILENT_LUFS ? null : { integrated, truePeak, range, threshold, offset };
}

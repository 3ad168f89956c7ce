import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { probeMedia } from "#lib/media/probe.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";

/**
 * Makes public/samples from nothing but ffmpeg's own generators, so that the clips carry nobody's rights.
 *
 *     node lib/samples/make-samples.ts [folder]
 *
 * The results are committed; run this again only to change them. Needs ffmpeg with drawtext, and the DejaVu fonts.
 */

type Recipe = {
  id: string;
  title: { en: string; "zh-CN": string };
  description: { en: string; "zh-CN": string };
  width: number;
  height: number;
  fps: number;
  durationSeconds: number;
  /** A filter graph that ends in [v]; no inputs but its own sources. */
  video: string;
  /** A filter graph that ends in [a]. */
  audio: string;
  crf: number;
  posterAtSeconds: number;
};

const MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";
const SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
const LICENCE = "CC0 1.0";

/** Soft chords: three sines per chord that breathe, faded at both ends. `step` seconds per chord. */
function chords(frequencies: readonly (readonly number[])[], step: number, seconds: number): string {
  const voice = (side: number) =>
    frequencies
      .map((chord, index) => {
        const gate = `between(mod(t,${step * frequencies.length}),${index * step},${(index + 1) * step})`;
        const swell = `pow(sin(PI*mod(t,${step})/${step}),0.6)`;
        const sum = chord.map((hz, part) => `sin(2*PI*${hz * (1 + side * 0.0015)}*t)/${part + 2}`).join("+");
        return `${gate}*${swell}*(${sum})`;
      })
      .join("+");
  return (
    `aevalsrc=exprs='0.22*(${voice(-1)})|0.22*(${voice(1)})':s=48000:d=${seconds},` +
    `lowpass=f=2400,aecho=0.8:0.7:90|170:0.3|0.2,afade=t=in:d=0.4,afade=t=out:st=${seconds - 0.6}:d=0.6[a]`
  );
}

const RECIPES: Recipe[] = [
  {
    id: "deep-zoom",
    title: { en: "Deep zoom", "zh-CN": "分形深潜" },
    description: {
      en: "A dive into the Mandelbrot set: fine detail and constant motion, in full HD for the whole ladder.",
      "zh-CN": "潜入曼德博集合：细节丰富、持续运动，全高清，可生成完整的码率阶梯。",
    },
    width: 1920,
    height: 1080,
    fps: 24,
    durationSeconds: 8,
    video:
      "mandelbrot=s=960x540:r=24:maxiter=160:bailout=30:start_scale=0.02:end_scale=0.0035:end_pts=190:" +
      "start_x=-0.743643887037151:start_y=-0.13182590420533:inner=black:outer=normalized_iteration_count," +
      "trim=duration=8,setpts=PTS-STARTPTS,format=gray,gblur=sigma=1.5,format=gbrp,pseudocolor=preset=magma," +
      "scale=1920:1080:flags=bicubic,gblur=sigma=1.5,format=yuv420p[v]",
    audio: chords(
      [
        [110, 164.81, 220, 329.63],
        [98, 146.83, 196, 293.66],
        [87.31, 130.81, 174.61, 261.63],
        [98, 146.83, 246.94, 293.66],
      ],
      2,
      8,
    ),
    crf: 33,
    posterAtSeconds: 3,
  },
  {
    id: "game-of-life",
    title: { en: "Game of life", "zh-CN": "生命游戏" },
    description: {
      en: "Conway's cells on a grid: hard edges and flat colours, which show blocking and ringing at once.",
      "zh-CN": "康威生命游戏：边缘锐利、色块平整，压缩造成的块效应和振铃一眼可见。",
    },
    width: 1280,
    height: 720,
    fps: 30,
    durationSeconds: 8,
    video:
      "life=s=128x72:mold=12:r=10:ratio=0.18:seed=20:death_color=#0b1d3a:life_color=#ffd97a:mold_color=#2f7fb8," +
      "trim=duration=8,setpts=PTS-STARTPTS,fps=30,scale=1280:720:flags=neighbor,drawgrid=w=10:h=10:t=1:c=#0b1d3a@0.55," +
      "format=yuv420p[v]",
    audio: chords(
      [
        [261.63, 329.63, 523.25],
        [293.66, 369.99, 587.33],
        [329.63, 392, 659.26],
        [293.66, 440, 587.33],
      ],
      0.5,
      8,
    ),
    crf: 30,
    posterAtSeconds: 4,
  },
  {
    id: "timecode",
    title: { en: "Colour and timecode", "zh-CN": "色彩与时间码" },
    description: {
      en: "Drifting gradients with a running timecode and a beep every second: check banding, sync and seeking.",
      "zh-CN": "流动的渐变、走动的时间码和每秒一声的提示音：用来检查色带、音画同步和定位。",
    },
    width: 1280,
    height: 720,
    fps: 25,
    durationSeconds: 10,
    video:
      "gradients=s=640x360:r=25:d=10:speed=0.012:n=6:seed=7:x0=0:y0=0:x1=640:y1=360:" +
      "c0=#12355b:c1=#1d8a99:c2=#f2a65a:c3=#d1495b:c4=#5b2a86:c5=#12355b,scale=1280:720:flags=bicubic," +
      "drawbox=x=0:y=ih-12:w=iw:h=12:color=white@0.18:t=fill," +
      `drawtext=fontfile=${MONO}:text='%{pts\\:hms}':fontsize=104:fontcolor=white:x=(w-tw)/2:y=(h-th)/2-20:shadowcolor=black@0.45:shadowx=3:shadowy=3,` +
      `drawtext=fontfile=${SANS}:text='frame %{n}   25 fps   1280 x 720':fontsize=30:fontcolor=white@0.85:x=(w-tw)/2:y=h/2+70,` +
      `drawtext=fontfile=${SANS}:text='■':fontsize=46:fontcolor=white:x=(w-tw)*mod(t\\,1):y=h-70,` +
      "format=yuv420p[v]",
    audio:
      "aevalsrc=exprs='0.3*sin(2*PI*880*t)*lt(mod(t,1),0.08)+0.03*sin(2*PI*110*t)|0.3*sin(2*PI*880*t)*lt(mod(t,1),0.08)+0.03*sin(2*PI*110.4*t)':s=48000:d=10,afade=t=out:st=9.6:d=0.4[a]",
    crf: 21,
    posterAtSeconds: 3.4,
  },
  {
    id: "portrait",
    title: { en: "Portrait waves", "zh-CN": "竖屏波纹" },
    description: {
      en: "Upright, as phones film: interfering waves in 720 × 1280. The ladder turns its boxes for it.",
      "zh-CN": "手机竖拍画幅 720 × 1280 的干涉波纹，码率阶梯会随之转向。",
    },
    width: 720,
    height: 1280,
    fps: 30,
    durationSeconds: 8,
    video:
      "nullsrc=s=180x320:r=30:d=8,format=gray,geq=lum='" +
      "128+62*sin(hypot(X-90-50*sin(T*0.9),Y-110-60*cos(T*0.7))/10-T*2.6)" +
      "+62*sin(hypot(X-90+60*cos(T*0.8),Y-210+50*sin(T))/12-T*2.1)'," +
      "gblur=sigma=1,format=gbrp,pseudocolor=preset=plasma,scale=720:1280:flags=bicubic,gblur=sigma=2," +
      "vignette=PI/6,format=yuv420p[v]",
    audio: chords(
      [
        [146.83, 220, 293.66, 440],
        [130.81, 196, 261.63, 392],
        [174.61, 220, 349.23, 440],
        [164.81, 207.65, 329.63, 415.3],
      ],
      2,
      8,
    ),
    crf: 26,
    posterAtSeconds: 3,
  },
];

function ffmpeg(args: readonly string[]): void {
  execFileSync("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", ...args], {
    stdio: "inherit",
  });
}

async function make(recipe: Recipe, folder: string): Promise<Record<string, unknown>> {
  const file = `${recipe.id}.mp4`;
  const poster = `${recipe.id}.jpg`;
  ffmpeg([
    "-filter_complex",
    `${recipe.video};${recipe.audio}`,
    "-map",
    "[v]",
    "-map",
    "[a]",
    "-t",
    String(recipe.durationSeconds),
    "-r",
    String(recipe.fps),
    "-c:v",
    "libx264",
    "-preset",
    "veryslow",
    "-crf",
    String(recipe.crf),
    "-profile:v",
    "high",
    "-pix_fmt",
    "yuv420p",
    "-colorspace",
    "bt709",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-c:a",
    "aac",
    "-b:a",
    "96k",
    "-ac",
    "2",
    "-map_metadata",
    "-1",
    "-fflags",
    "+bitexact",
    "-flags:v",
    "+bitexact",
    "-flags:a",
    "+bitexact",
    "-movflags",
    "+faststart",
    `file:${join(folder, file)}`,
  ]);
  const scratch = mkdtempSync(join(tmpdir(), "samples-"));
  try {
    ffmpeg([
      "-ss",
      String(recipe.posterAtSeconds),
      "-i",
      `file:${join(folder, file)}`,
      "-frames:v",
      "1",
      "-vf",
      recipe.width > recipe.height ? "scale=480:-2:flags=lanczos" : "scale=-2:480:flags=lanczos",
      "-q:v",
      "5",
      "-update",
      "1",
      `file:${join(scratch, "poster.jpg")}`,
    ]);
    execFileSync("cp", [join(scratch, "poster.jpg"), join(folder, poster)]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return {
    id: recipe.id,
    title: recipe.title,
    description: recipe.description,
    licence: LICENCE,
    durationSeconds: recipe.durationSeconds,
    width: recipe.width,
    height: recipe.height,
    sizeBytes: statSync(join(folder, file)).size,
    mediaInfo: await probeMedia(join(folder, file), tools),
    file,
    poster,
  };
}

const folder = resolve(process.argv[2] ?? "public/samples");
const tools = { sandbox: await detectSandbox("off"), slot: 0, memoryLimitBytes: 2 ** 32, threads: 1 };
const samples = [];
for (const recipe of RECIPES) samples.push(await make(recipe, folder));
writeFileSync(join(folder, "samples.json"), `${JSON.stringify(samples, null, 2)}\n`);
for (const sample of samples)
  process.stdout.write(`${String(sample["file"])} ${String(sample["sizeBytes"])} bytes\n`);

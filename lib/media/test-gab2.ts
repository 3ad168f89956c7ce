/** An AVI of blue pictures with a subtitle stream of kind GAB2: what is in it, ffmpeg's demuxer probes as a file of its own. */
export function aviWithSubtitle(subtitle: string): Buffer {
  const [width, height, frames] = [64, 64, 10];
  const picture = Buffer.alloc(width * height * 3);
  for (let at = 0; at < picture.length; at += 3) picture[at] = 0xff;
  const pictures = Array.from({ length: frames }, () => chunk("00db", picture));
  const header = list("hdrl", [
    chunk("avih", numbers(100_000, 0, 0, 0x10, frames, 0, 2, 0, width, height, 0, 0, 0, 0)),
    list("strl", [
      chunk(
        "strh",
        Buffer.concat([Buffer.from("vidsDIB "), numbers(0, 0, 0, 1, 10, 0, frames, 0, 0, 0, 0, 0)]),
      ),
      // BITMAPINFOHEADER of 24-bit pictures.
      chunk("strf", numbers(40, width, height, 1 | (24 << 16), 0, picture.length, 0, 0, 0, 0)),
    ]),
    list("strl", [
      chunk(
        "strh",
        Buffer.concat([Buffer.from("txts\0\0\0\0"), numbers(0, 0, 0, 1, 10, 0, 1, 0, 0, 0, 0, 0)]),
      ),
      chunk("strf", Buffer.alloc(0)),
    ]),
  ]);
  const inner = Buffer.from(subtitle, "latin1");
  const description = Buffer.from("t\0\0\0", "latin1");
  const gab2 = Buffer.concat([
    Buffer.from("GAB2\0", "latin1"),
    short(2),
    numbers(description.length),
    description,
    short(4),
    numbers(inner.length),
    inner,
  ]);
  const movi = list("movi", [chunk("01tx", gab2), ...pictures]);
  return riff(Buffer.concat([Buffer.from("AVI "), header, movi]));
}

const riff = (body: Buffer) => Buffer.concat([Buffer.from("RIFF"), numbers(body.length), body]);
const list = (kind: string, parts: Buffer[]) => chunk("LIST", Buffer.concat([Buffer.from(kind), ...parts]));

function chunk(id: string, body: Buffer): Buffer {
  const padding = Buffer.alloc(body.length % 2);
  return Buffer.concat([Buffer.from(id), numbers(body.length), body, padding]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

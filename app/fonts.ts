import localFont from "next/font/local";

/** Geist, SIL Open Font License 1.1 (app/fonts/LICENSE-geist.txt). Chinese falls to the system's font. */
export const sans = localFont({
  src: "./fonts/geist-latin-wght-normal.woff2",
  variable: "--font-geist",
  weight: "100 900",
});

/** Geist Mono, SIL Open Font License 1.1 (app/fonts/LICENSE-geist-mono.txt). */
export const mono = localFont({
  src: "./fonts/geist-mono-latin-wght-normal.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  preload: false,
});

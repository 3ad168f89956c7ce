const RUNGS = [
  { name: "2160p", rate: "12.0 M", width: 230, opacity: 1 },
  { name: "1440p", rate: "8.1 M", width: 186, opacity: 0.86 },
  { name: "1080p", rate: "5.0 M", width: 147, opacity: 0.72 },
  { name: "720p", rate: "2.8 M", width: 102, opacity: 0.56 },
  { name: "480p", rate: "1.2 M", width: 64, opacity: 0.42 },
  { name: "360p", rate: "0.7 M", width: 42, opacity: 0.3 },
];

/** What the product makes: one video, a ladder of renditions. Decorative. */
export function LadderPicture() {
  return (
    <svg viewBox="0 0 560 272" aria-hidden className="w-full max-w-[600px] fill-subtle text-xs tabular-nums">
      <g fill="none" className="stroke-border-strong">
        {RUNGS.map(({ name }, index) => (
          <path key={name} d={`M136 136C176 136 168 ${16 + index * 48} 204 ${16 + index * 48}`} />
        ))}
      </g>
      <rect x="4" y="97" width="132" height="78" rx="8" className="fill-raised stroke-border-strong" />
      <svg x="8" y="101" width="124" height="70" viewBox="0 0 48 28" preserveAspectRatio="xMidYMid slice">
        <defs>
          <linearGradient id="ladder-sky" x2="0" y2="1">
            <stop stopColor="#2b2d63" />
            <stop offset=".6" stopColor="#b0628a" />
            <stop offset="1" stopColor="#f2b27a" />
          </linearGradient>
        </defs>
        <rect width="48" height="28" fill="url(#ladder-sky)" />
        <circle cx="33" cy="17" r="4" fill="#ffe3b0" />
        <path d="M0 22 10 12l8 8 7-5 9 8 6-4 8 6v3H0z" fill="#3a2b52" />
        <path d="M0 28v-4l12-4 14 5 22-4v7z" fill="#1d1a33" />
      </svg>
      <circle cx="70" cy="136" r="15" className="fill-media-scrim" />
      <path d="m66 129.5 10 6.5-10 6.5z" className="fill-on-media" />
      {RUNGS.map(({ name, rate, width, opacity }, index) => (
        <g key={name}>
          <text x="216" y={20 + index * 48} className="fill-muted font-medium">
            {name}
          </text>
          <rect
            x="264"
            y={8 + index * 48}
            width={width}
            height="16"
            rx="3"
            opacity={opacity}
            className="fill-accent"
          />
          <text x={276 + width} y={20 + index * 48}>
            {rate}
          </text>
        </g>
      ))}
    </svg>
  );
}

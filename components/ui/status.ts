/** What a status can look like: each has an icon, a colour and a tint of its own. */
export type Status = "queued" | "running" | "succeeded" | "partial" | "failed" | "canceled";

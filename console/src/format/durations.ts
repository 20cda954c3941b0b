import { formatSeconds } from "./numbers.ts";

/** `12 days`, `3 h 20 min`, `1.2 s`. */
export function formatMilliseconds(ms: number): string {
  const days = ms / 86_400_000;
  return days >= 2 ? `${Math.round(days).toLocaleString("en-US")} days` : formatSeconds(ms / 1000);
}

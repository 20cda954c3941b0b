/*
 * A named boundary at which the crash tests kill this process: `MILLRACE_CRASH_AT=publish:before:3` dies the third time
 * that boundary is reached, `*:17` at the seventeenth boundary of any name. Without the variable it does nothing.
 */
const wanted = process.env.MILLRACE_CRASH_AT;

/** Dies here (SIGKILL, no clean-up) when the crash tests ask for it. */
export const crashPoint: (name: string) => void = wanted === undefined ? () => undefined : killerAt(wanted);

function killerAt(text: string): (name: string) => void {
  const colon = text.lastIndexOf(":");
  const boundary = text.slice(0, colon);
  const nth = Number(text.slice(colon + 1));
  let reached = 0;
  return (name) => {
    if (boundary !== "*" && boundary !== name) return;
    reached += 1;
    if (process.env.MILLRACE_CRASH_TRACE !== undefined) process.stderr.write(`crash point ${reached} ${name}\n`);
    if (reached === nth) process.kill(process.pid, "SIGKILL");
  };
}

import { existsSync } from "node:fs";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The system's Chromium; `undefined` where there is none, which only CI takes as a failure. */
export function findChromium(): string | undefined {
  const found = [process.env.MILLRACE_CHROMIUM ?? "", ...places].find((place) => place !== "" && existsSync(place));
  if (found === undefined && process.env.CI === "true")
    throw new Error("No Chromium was found: install it with `apt-get install chromium`.");
  if (found === undefined)
    process.stderr.write("Skipped: no Chromium was found. Install it to run the console's tests.\n");
  return found;
}

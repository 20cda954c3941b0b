// npm test: all set-up (packages, builds; Chromium and PostgreSQL through apt where this is root on Debian), then every
// suite. Ends with one line `N passed, N failed`, and says what it had to skip and why.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { handOver, installPackages, root } from "./install.mjs";

installPackages();
ensureSystemPackages();
handOver([join(root, "scripts", "build-then.mjs"), join(root, "scripts", "run-suites.mjs"), ...process.argv.slice(2)]);

function ensureSystemPackages() {
  const missing = [];
  if (!["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].some((path) => existsSync(path)))
    missing.push("chromium");
  if (
    !existsSync("/usr/lib/postgresql") ||
    !readdirSync("/usr/lib/postgresql").some((v) => existsSync(`/usr/lib/postgresql/${v}/bin/initdb`))
  )
    missing.push("postgresql");
  if (missing.length === 0) return;
  const root = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!root) {
    process.stderr.write(
      `Not installed here: ${missing.join(", ")}. Their suites are skipped; install them to run these too.\n`,
    );
    return;
  }
  process.stderr.write(`Installing ${missing.join(", ")} (apt-get) …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { encoding: "utf8", env });
  let result = apt("install", "-y", "--no-install-recommends", ...missing);
  if (result.status !== 0) {
    apt("update");
    result = apt("install", "-y", "--no-install-recommends", ...missing);
  }
  if (result.status !== 0) process.stderr.write(`${result.stderr}\napt-get could not install ${missing.join(", ")}.\n`);
}

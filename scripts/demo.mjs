// npm run demo: all set-up, then the whole loop on real data (see `millrace demo --help`).
import { join } from "node:path";
import { handOver, installPackages, root } from "./install.mjs";

installPackages();
handOver([join(root, "scripts", "build-then.mjs"), join(root, "bin", "millrace.js"), "demo", ...process.argv.slice(2)]);

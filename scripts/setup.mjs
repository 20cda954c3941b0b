// npm run setup: installs the packages and builds what a checkout needs.

import { join } from "node:path";
import { handOver, installPackages, root } from "./install.mjs";

installPackages();
handOver([join(root, "scripts", "build.mjs"), ...process.argv.slice(2)]);

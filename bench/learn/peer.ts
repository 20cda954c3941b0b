import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataSet } from "./data-sets.ts";

/** What one process measured: the fit alone (rows in memory, for boosted trees binned), and its judgement on other rows. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly digest?: string;
}

export type Peer = "lightgbm" | "lightgbm-quantised" | "forest" | "extraTrees";

const packages = ["lightgbm==4.7.0", "scikit-learn==1.9.1", "numpy==2.3.5", "setuptools<80"];
export const versions = "LightGBM 4.7.0, scikit-learn 1.9.1";

/** A Python command in an environment of its own, which uv makes at first use. */
export function uv(own: readonly string[], rest: readonly string[]): [string, string[]] {
  return [
    "uv",
    ["run", "-q", "--no-project", "--python", "3.11", ...own.flatMap((one) => ["--with", one]), "python", ...rest],
  ];
}

export function runPeer(peer: Peer, data: string, threads: number, bins: number): Measured {
  const own = [peer, data, String(threads), String(bins)];
  const [command, args] = uv(packages, [join(import.meta.dirname, "peer.py"), ...own]);
  return lastLine(command, args);
}

/** Compiled code is kept from run to run, as the `millrace` command keeps it. */
export function runOurs(learner: string, set: DataSet, threads: number, bins: number): Measured {
  const own = [learner, set, String(threads), String(bins)];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "millrace-bench-learn", "compile-cache") };
  return lastLine(process.execPath, [join(import.meta.dirname, "fit.ts"), ...own], env);
}

function lastLine(command: string, args: string[], env = process.env): Measured {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, env });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr.slice(-600)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Measured;
}

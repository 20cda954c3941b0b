// A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a free loopback port, gone afterwards.
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const versions = "/usr/lib/postgresql";

/** Starts one; `undefined`, with the reason, where it cannot be. */
export async function startPostgres() {
  const bin = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(versions, version, "bin"))
        .find((folder) => existsSync(join(folder, "initdb")))
    : undefined;
  if (bin === undefined) return { reason: "PostgreSQL is not installed" };
  const folder = mkdtempSync(join(tmpdir(), "millrace-postgres-"));
  const root = process.getuid?.() === 0;
  // The server refuses to run as root; Debian's package brings the user.
  const run = (command, args) =>
    root
      ? spawnSync("runuser", ["-u", "postgres", "--", join(bin, command), ...args], { encoding: "utf8", cwd: "/" })
      : spawnSync(join(bin, command), args, { encoding: "utf8" });
  if (root) {
    const id = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(folder, id("-u"), id("-g"));
  }
  const data = join(folder, "data");
  const port = await freePort();
  const made = run("initdb", ["-D", data, "-A", "trust", "-U", "millrace", "-E", "UTF8", "--no-sync"]);
  if (made.status !== 0) return { reason: `initdb failed: ${made.stderr}` };
  const options = `-h 127.0.0.1 -p ${port} -k ${folder} -c fsync=off`;
  const started = run("pg_ctl", ["-D", data, "-l", join(folder, "log"), "-w", "-o", options, "start"]);
  if (started.status !== 0) return { reason: `pg_ctl start failed: ${started.stdout}${started.stderr}` };
  return {
    address: `postgres://millrace@127.0.0.1:${port}/postgres`,
    stop() {
      run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/*
 * A process of its own for the tests: `node writer.ts PATH THREAD(0|1) NAME COUNT TOGETHER` appends COUNT entries, TOGETHER
 * of them at once, and prints the number of each once it is acknowledged.
 */
import { writeSync } from "node:fs";
import { sqliteMetadata } from "../sqlite-metadata.ts";

const [path, thread, name, count, together] = process.argv.slice(2) as [string, string, string, string, string];
const metadata = sqliteMetadata({ path, thread: thread === "1" });
await metadata.open();
for (let start = 0; start < Number(count); start += Number(together)) {
  const numbers = Array.from({ length: Math.min(Number(together), Number(count) - start) }, (_, i) => start + i);
  await Promise.all(
    numbers.map(async (number) => {
      const data = { name, number, text: "x".repeat(number % 3000) };
      await metadata.write([
        { put: "entry", stream: "shared", type: "t", data, atMs: 0 },
        { put: "entry", stream: `own/${name}`, type: "t", data: { number }, key: `${number}`, atMs: 0 },
      ]);
      writeSync(1, `${number}\n`);
    }),
  );
}
await metadata.close();

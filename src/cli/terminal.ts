import { styleText } from "node:util";
import type { JsonValue } from "@millrace/program";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command prints: data to stdout, everything else to stderr. */
export interface Terminal {
  readonly json: boolean;
  readonly interactive: boolean;
  /** The result: one JSON object under `--json`, else the lines. */
  result(value: JsonValue, lines: () => readonly string[]): void;
  /** A line of the story, on stderr; silent under `--quiet` and `--json`. */
  say(line: string): void;
  warn(line: string): void;
  style(style: Style, text: string): string;
  /** Progress of long work: a rewritten line on a terminal, one line every 10 s otherwise. */
  progress(what: string, done?: number, total?: number): void;
  clearProgress(): void;
}

export function createTerminal(options: {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
  color?: boolean | undefined;
}): Terminal {
  const json = options.json === true;
  const silent = json || options.quiet === true;
  const interactive = process.stderr.isTTY === true && !silent;
  const colored = options.color !== false && process.env.NO_COLOR === undefined && process.stderr.isTTY === true;
  let lastLineMs = Date.now();
  let shown = false;
  const clearProgress = () => {
    if (shown) process.stderr.write("\r\u001b[2K");
    shown = false;
  };
  const style = (name: Style, text: string) => (colored ? styleText(name, text, { validateStream: false }) : text);
  return {
    json,
    interactive,
    style,
    clearProgress,
    result(value, lines) {
      clearProgress();
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
      else for (const line of lines()) process.stdout.write(`${line}\n`);
    },
    say(line) {
      if (silent) return;
      clearProgress();
      process.stderr.write(`${line}\n`);
    },
    warn(line) {
      clearProgress();
      process.stderr.write(`${style("yellow", "warning")} ${line}\n`);
    },
    progress(what, done, total) {
      if (silent) return;
      const share = done !== undefined && total ? ` ${bar(done / total)} ${done}/${total}` : "";
      if (interactive) {
        process.stderr.write(`\r\u001b[2K${style("dim", `… ${what}${share}`)}`);
        shown = true;
      } else if (Date.now() - lastLineMs >= 10_000) {
        lastLineMs = Date.now();
        process.stderr.write(`… ${what}${done !== undefined && total ? ` ${done}/${total}` : ""}\n`);
      }
    },
  };
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * 20);
  return `${"█".repeat(filled)}${"░".repeat(20 - filled)}`;
}

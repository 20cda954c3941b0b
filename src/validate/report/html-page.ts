import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a page holds that stands alone in one file. */
export interface HtmlPage {
  readonly title: string;
  readonly style: string;
  /** The elements of the body, with every text in them escaped. */
  readonly body: string;
  /** The one script that may run; by default there is none. */
  readonly script?: string;
}

/** The style of every report: light and dark, charts, tables, cards, print. */
export function pageStyle(): string {
  return readFileSync(new URL("./page/page.css", import.meta.url), "utf8");
}

/**
 * A page as one HTML file that opens without a network. It may run its own script and nothing else
 * (Content-Security-Policy by digest).
 */
export function htmlPage({ title, style, body, script }: HtmlPage): string {
  const policy = [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${digestOf(script)}`]),
    `style-src ${digestOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}${script === undefined ? "" : `\n<script>${script}</script>`}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function digestOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

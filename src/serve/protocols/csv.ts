/** Cells of a small CSV text (RFC 4180: quotes doubled, line ends LF or CRLF, a last line end optional). */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let i = 0;
  while (i < text.length) {
    let cell = "";
    if (text[i] === '"') {
      for (i++; i < text.length; i++) {
        if (text[i] !== '"') cell += text[i];
        else if (text[i + 1] === '"') cell += text[i++];
        else break;
      }
      i++;
    }
    const end = nextBreak(text, i);
    cell += text.slice(i, end);
    i = end;
    row.push(cell);
    if (text[i] === ",") {
      i++;
      if (i < text.length) continue;
      row.push("");
    }
    if (text[i] === "\r" && text[i + 1] === "\n") i++;
    i++;
    rows.push(row);
    row = [];
  }
  return rows;
}

function nextBreak(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const sign = text[i];
    if (sign === "," || sign === "\n" || (sign === "\r" && text[i + 1] === "\n")) return i;
  }
  return text.length;
}

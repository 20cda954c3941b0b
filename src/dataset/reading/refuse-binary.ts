import { MillraceError } from "#kernel";

/** First bytes of files that people take for tables of text. */
const SIGNATURES: readonly (readonly [hex: string, what: string, next: string])[] = [
  ["504b0304", "a zip archive, as spreadsheets (.xlsx, .ods) are", "Save the table as CSV, or unpack the archive."],
  ["d0cf11e0", "an old office document (.xls, .doc)", "Save the table as CSV."],
  ["50415231", "a Parquet file", "Set `format` to parquet; on the command line --format parquet."],
  ["53514c69", "a SQLite database", 'Name it as a source of kind "sqlite", with its table.'],
  ["4152524f", "an Arrow file", "Write it as Parquet or CSV."],
  ["89504e47", "a PNG image", 'Give a table; images are read by a source of kind "images".'],
  ["ffd8ff", "a JPEG image", 'Give a table; images are read by a source of kind "images".'],
  ["25504446", "a PDF document", "Give the table as CSV."],
  ["1f8b", "packed with gzip", "End its name in .gz, so that it is unpacked."],
  ["28b52ffd", "packed with zstd", "Unpack it first."],
];

/** Refuses a file whose first bytes say that it is no text. Errors: DATASET_FORMAT_UNKNOWN. */
export function refuseBinary(name: string, head: Uint8Array): void {
  const hex = Buffer.from(head.subarray(0, 4)).toString("hex");
  const found = SIGNATURES.find(([signature]) => hex.startsWith(signature));
  if (found === undefined) return;
  const [, what, next] = found;
  throw new MillraceError("DATASET_FORMAT_UNKNOWN", {
    message: `${name} is read as text, and its first bytes say that it is ${what}.`,
    next,
    facts: { file: name },
  });
}

import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue, type ModelFile } from "@millrace/program";
import { type CompileOptions, compilers } from "@millrace/program/compile";
import { writeZip } from "@millrace/program/write";
import { billOfMaterials } from "../evidence/bill-of-materials.ts";
import { openLineageEvents } from "../evidence/open-lineage.ts";
import { provenanceStatement, signedStatement } from "../evidence/provenance.ts";
import { datasetsOf, environmentOf, type VersionFacts } from "../evidence/version-facts.ts";
import { goldenVectors, storedRowsOf } from "../golden/golden-vectors.ts";
import { sealManifest } from "../seal.ts";
import { verifyWithNode, verifyWithPython } from "./verify-scripts.ts";

export interface BundleParts {
  readonly name: string;
  /** 0: no version is known. */
  readonly version: number;
  readonly file: ModelFile;
  /** The model file's bytes. */
  readonly bytes: Uint8Array;
  readonly cardMarkdown?: string;
  /** What is on record, where the model is a registered version. */
  readonly facts?: VersionFacts;
  /** An Ed25519 private key in PEM form: seals the bundle and signs the provenance. */
  readonly privateKeyPem?: string;
}

const goldenRowCount = 1000;

/**
 * A version with all its evidence as one zip that anybody can check with Node or Python alone. The same version, with the same
 * history, gives the same bytes.
 *
 * Errors: PACKAGE_KEY_INVALID.
 */
export function writeBundle(parts: BundleParts): Uint8Array {
  return writeZip(bundleFiles(parts));
}

/** The files of a bundle, `bundle.json` with their digests first. */
export function bundleFiles(parts: BundleParts): ReadonlyMap<string, Uint8Array> {
  const { name, version, file, bytes, facts, privateKeyPem } = parts;
  const text = new TextEncoder();
  const golden = goldenVectors(file.program, file.tensors, goldenRowCount, storedRowsOf(file.parity));
  const files = new Map<string, Uint8Array>([["model.millrace", bytes]]);
  const addText = (path: string, content: string) => void files.set(path, text.encode(content));
  const addJson = (path: string, value: unknown) => addText(path, canonicalJson(value as JsonValue));
  addText("golden-input.csv", golden.input);
  addText("golden-expected.csv", golden.expected);
  if (file.card !== undefined) addJson("card.json", file.card);
  if (parts.cardMarkdown !== undefined) addText("card.md", parts.cardMarkdown);
  if (facts !== undefined) {
    addJson("lineage.json", openLineageEvents(facts));
    addJson("data.json", { format: 1, datasets: datasetsOf(facts) });
    addJson("environment.json", environmentOf(facts));
    addJson("approvals.json", { format: 1, approval: facts.version.approval, history: facts.history });
  }
  for (const [path, content] of runnable(parts)) files.set(path, content);
  addText("verify.mjs", verifyWithNode);
  addText("verify.py", verifyWithPython);
  addText("README.txt", readme(parts, golden.rows.length));
  const digests = sha256Of(files);
  addJson(
    "sbom.cdx.json",
    billOfMaterials({
      name,
      version,
      content: file.digest,
      program: file.program,
      ...(file.card === undefined ? {} : { card: file.card }),
      datasets: facts === undefined ? [] : datasetsOf(facts),
      files: digests,
    }),
  );
  const statement = provenanceStatement(
    new Map([["model.millrace", digests.get("model.millrace")!]]),
    file.digest,
    facts,
    files.get("sbom.cdx.json")!,
  );
  addJson("provenance.json", privateKeyPem === undefined ? statement : signedStatement(statement, privateKeyPem));
  const manifest = {
    format: 1,
    name,
    version,
    content: file.digest,
    goldenRows: golden.rows.length,
    files: Object.fromEntries([...sha256Of(files)].map(([path, digest]) => [path, `sha256:${digest}`])),
  };
  const seal =
    privateKeyPem === undefined
      ? []
      : [["seal.json", text.encode(canonicalJson(sealManifest(manifest, privateKeyPem)))] as const];
  return new Map([["bundle.json", text.encode(canonicalJson(manifest))], ...files, ...seal]);
}

/** The model as a filter of the two languages that the checking scripts are of. */
function runnable({ name, version, file }: BundleParts): readonly (readonly [string, Uint8Array])[] {
  const options: CompileOptions = { name, digest: file.digest, ...(version === 0 ? {} : { version }) };
  return [
    ["js", "model.mjs"],
    ["python", "model.py"],
  ].flatMap(([target, path]) => {
    const compiler = compilers.get(target as "js" | "python");
    if (compiler === undefined || compiler.supports(file.program, file.tensors).length > 0) return [];
    const found = compiler.compile(file.program, file.tensors, options).files.find((one) => one.path === path);
    if (found === undefined) return [];
    return [
      [path!, typeof found.content === "string" ? new TextEncoder().encode(found.content) : found.content] as const,
    ];
  });
}

function sha256Of(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")]));
}

function readme({ name, version, file, facts }: BundleParts, rows: number): string {
  const known =
    facts === undefined
      ? []
      : [
          "approvals.json        who registered, approved and promoted it",
          "data.json             digests of the data that it was made from",
          "environment.json      versions, seed and code digests of the run",
          "lineage.json          the run as OpenLineage events",
        ];
  return `${[
    `The model ${name}${version === 0 ? "" : `:${version}`}, content ${file.digest}, with its evidence.`,
    "",
    "Check it, in the folder that it was unpacked to, with either of",
    "  node verify.mjs [PUBLIC_KEY.pem]",
    "  python3 verify.py [PUBLIC_KEY.pem]",
    "",
    "bundle.json           digest of every file",
    ...(file.card === undefined ? [] : ["card.json, card.md    the model card"]),
    `golden-input.csv      ${rows} rows made from the program, no row of anybody's data`,
    "golden-expected.csv   what the program says of them",
    "model.millrace        the model itself",
    "model.mjs, model.py   the model as a CSV filter that needs nothing else",
    "provenance.json       how it was made (in-toto, SLSA provenance v1)",
    "sbom.cdx.json         bill of materials (CycloneDX 1.6)",
    ...known,
  ].join("\n")}\n`;
}

import type { JsonObject } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError } from "#kernel";
import { type Waiver, waiverSchema } from "#learn";
import { checkSeal, sealManifest } from "#package";
import type { RiskTier } from "#registry";

const named = waiverSchema.options[1];

/** A finding of a guardrail that is let through: its name, or who did, why, and the signature. */
export const configWaiverSchema = z.union([
  waiverSchema.options[0],
  named.omit({ signed: true }).extend({
    signature: z.string().optional().describe("Ed25519, in base64: what `millrace waive --key` writes"),
  }),
]);
export type ConfigWaiver = z.output<typeof configWaiverSchema>;
type NamedWaiver = Exclude<ConfigWaiver, string>;

/** By name the Ed25519 key (base64 of its SubjectPublicKeyInfo) with which a person signs waivers. */
export const signersSchema = z.record(z.string().min(1), z.string().min(1));

/** What is signed: the finding of one factory, not of another. */
function statement(factory: string, { finding, by, reason }: NamedWaiver): JsonObject {
  return { kind: "guardrail waiver", factory, finding, by, reason };
}

/** The waiver with a signature, and the public key to write under `signers`. Errors: PACKAGE_KEY_INVALID. */
export function signWaiver(
  factory: string,
  waiver: NamedWaiver,
  privateKeyPem: string,
): { readonly waiver: NamedWaiver; readonly publicKey: string } {
  const seal = sealManifest(statement(factory, waiver), privateKeyPem);
  return { waiver: { ...waiver, signature: String(seal.signature) }, publicKey: String(seal.publicKey) };
}

/**
 * The config's waivers as the guardrails take them, each signature checked.
 *
 * Errors: FACTORY_CONFIG_INVALID: a signature that does not hold or cannot be checked; where there are signers, a waiver without
 * one; above the tier `minimal`, a waiver that does not say who and why.
 */
export function checkWaivers(
  factory: string,
  {
    waive,
    signers,
  }: { readonly waive: readonly ConfigWaiver[]; readonly signers?: Readonly<Record<string, string>> | undefined },
  riskTier: RiskTier,
): Waiver[] {
  return waive.map((waiver) => {
    if (typeof waiver === "string") {
      if (signers !== undefined || riskTier !== "minimal")
        throw invalid(
          `\`learn.waive\` lets "${waiver}" through, and does not say who answers for it and why${signers === undefined ? `, as the tier ${riskTier} asks` : ""}.`,
          `Write the line that this prints: millrace waive "${waiver}" --reason "…"${signers === undefined ? "" : " --key key.pem"}`,
        );
      return waiver;
    }
    const { signature, ...said } = waiver;
    if (signature === undefined) {
      if (signers === undefined) return { ...said, signed: false };
      throw invalid(
        `The waiver of "${said.finding}" by ${said.by} has no signature, and \`learn.signers\` asks for one.`,
        `Sign it: millrace waive "${said.finding}" --by "${said.by}" --reason "…" --key key.pem`,
      );
    }
    checkSignature(factory, said, signature, signers ?? {});
    return { ...said, signed: true };
  });
}

function checkSignature(
  factory: string,
  waiver: NamedWaiver,
  signature: string,
  signers: Readonly<Record<string, string>>,
): void {
  const publicKey = Object.hasOwn(signers, waiver.by) ? signers[waiver.by]! : undefined;
  if (publicKey === undefined)
    throw invalid(
      `The waiver of "${waiver.finding}" is signed by ${waiver.by}, whose key is not among \`learn.signers\` (${knownNames(waiver.by, Object.keys(signers))}).`,
      "Write the public key that `millrace waive --key` prints under learn: { signers: { NAME: KEY } }.",
    );
  const seal = { format: 1, algorithm: "ed25519", publicKey, signature };
  const { ok, reason } = checkSeal(seal, statement(factory, waiver));
  if (ok) return;
  throw invalid(
    `The signature of ${waiver.by} under the waiver of "${waiver.finding}" does not hold: ${reason === "the signature is not of this manifest" ? "finding, person, reason or factory are not what was signed" : reason}.`,
    `Sign it again: millrace waive "${waiver.finding}" --by "${waiver.by}" --reason "…" --key key.pem`,
  );
}

function invalid(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_CONFIG_INVALID", { message, next });
}

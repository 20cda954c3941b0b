import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkWaivers, signWaiver } from "./waivers.ts";

const pem = () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const said = { finding: "leakagePower:estimate", by: "Ada", reason: "made at the gate" };
const ada = pem();
const { waiver, publicKey } = signWaiver("repairs", said, ada);
const signers = { Ada: publicKey };
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "FACTORY_CONFIG_INVALID", message: expect.stringMatching(message) });

describe("a signed waiver", () => {
  test("holds for its factory, finding, person and reason", () => {
    expect(checkWaivers("repairs", { waive: [waiver], signers }, "high")).toEqual([{ ...said, signed: true }]);
  });

  test.each([
    ["another factory", "churn", waiver],
    ["another finding", "repairs", { ...waiver, finding: "leakagePower:bill" }],
    ["another reason", "repairs", { ...waiver, reason: "because" }],
    ["another key", "repairs", signWaiver("repairs", said, pem()).waiver],
    ["no signature at all", "repairs", { ...waiver, signature: "abc" }],
  ])("does not hold for %s", (_, factory, one) => {
    expect(() => checkWaivers(factory, { waive: [one], signers }, "minimal")).toThrow(
      invalid(/signature of Ada .*does not hold/),
    );
  });

  test("is of no use by somebody whose key is not known", () => {
    const bo = signWaiver("repairs", { ...said, by: "Bo" }, ada).waiver;
    expect(() => checkWaivers("repairs", { waive: [bo], signers }, "minimal")).toThrow(
      invalid(/signed by Bo, whose key is not/),
    );
    expect(() => checkWaivers("repairs", { waive: [waiver] }, "minimal")).toThrow(invalid(/whose key is not/));
  });
});

test("where there are signers, or more than the least risk, a name of a finding alone is refused", () => {
  const waive = ["leakagePower:estimate"];
  expect(checkWaivers("repairs", { waive }, "minimal")).toEqual(waive);
  expect(() => checkWaivers("repairs", { waive, signers }, "minimal")).toThrow(invalid(/does not say who/));
  expect(() => checkWaivers("repairs", { waive }, "limited")).toThrow(invalid(/as the tier limited asks/));
  expect(checkWaivers("repairs", { waive: [said] }, "limited")).toEqual([{ ...said, signed: false }]);
  expect(() => checkWaivers("repairs", { waive: [said], signers }, "minimal")).toThrow(invalid(/has no signature/));
});

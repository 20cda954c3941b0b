import { domainFields, jsonName } from "../../schema/fields.ts";
import type { Feature, Schema, ValueCountRange } from "../../schema/model.ts";
import type { Finding } from "../model.ts";
import { allowedTexts, domainField } from "./check-domain.ts";

/** Which physical types a domain fits; the others fit any. */
const domainTypes: Readonly<Record<string, readonly string[]>> = {
  int_domain: ["INT", "BYTES"],
  float_domain: ["FLOAT", "BYTES"],
  bool_domain: ["INT", "BYTES", "FLOAT"],
  string_domain: ["BYTES"],
  domain: ["BYTES"],
  natural_language_domain: ["BYTES", "INT"],
  image_domain: ["BYTES"],
  mid_domain: ["BYTES"],
  url_domain: ["BYTES"],
  time_domain: ["BYTES", "INT"],
  struct_domain: ["STRUCT"],
};

/** What is wrong with a feature's own definition, and the feature with the faulty parts taken out (`null`: unusable). */
export function checkDefinition(
  feature: Feature,
  schema: Schema,
  compat: boolean,
): { findings: Finding[]; usable: Feature | null } {
  const findings: Finding[] = [];
  const say = (type: Finding["type"], text: string) => findings.push({ type, short: text, long: compat ? "" : text });
  let usable: Feature = feature;
  const drop = (...keys: string[]) => {
    usable = Object.fromEntries(Object.entries(usable).filter(([key]) => !keys.includes(key)));
  };
  if (feature.name === undefined || feature.name === "") {
    say(
      "FEATURE_MISSING_NAME",
      "unspecified name (maybe meant to be the empty string): find name rather than deprecating.",
    );
    return { findings, usable: null };
  }
  const domain = domainField(feature);
  if (feature.type === undefined || feature.type === "TYPE_UNKNOWN") {
    if (domain !== "domain" && domain !== "string_domain") {
      say("FEATURE_MISSING_TYPE", "unspecified type: determine the type and set it, rather than deprecating.");
      return { findings, usable: null };
    }
    say("FEATURE_MISSING_TYPE", "unspecified type: inferring the type to be BYTES, given the domain specified.");
    usable = { ...usable, type: "BYTES" };
  }
  const wrong = (text: string) => say("INVALID_SCHEMA_SPECIFICATION", text);
  const fraction = feature.presence?.minFraction ?? 0;
  if (fraction < 0) wrong("min_fraction should not be negative: clear is equal to zero");
  if (fraction > 1) wrong("min_fraction should not greater than 1");
  if (fraction > 1) usable = { ...usable, presence: { ...usable.presence, minFraction: 1 } };
  if (fraction < 0) {
    const { minFraction: _, ...presence } = feature.presence!;
    usable = { ...usable, presence };
  }
  const mended = (range: ValueCountRange, level?: number): ValueCountRange => {
    const { min, max } = range;
    const name = level === undefined ? "ValueCount" : "ValueCounts";
    const refuse = (part: string, problem: string) =>
      findings.push({
        type: "INVALID_SCHEMA_SPECIFICATION",
        short: `${name}.${part} ${problem}`,
        long:
          level === undefined
            ? compat
              ? ""
              : `${name}.${part} ${problem}`
            : `${name}.${part} at level ${level} ${problem}.`,
      });
    const negative = min !== undefined && min < 0;
    if (negative) refuse("min", "should not be negative");
    const backwards = max !== undefined && max < (min ?? 0);
    if (backwards) refuse("max", "should not be less than min");
    const low = negative ? undefined : min;
    return { ...(low !== undefined && { min: low }), ...(max !== undefined && { max: backwards ? (low ?? 0) : max }) };
  };
  if (feature.valueCount !== undefined) usable = { ...usable, valueCount: mended(feature.valueCount) };
  if (feature.valueCounts !== undefined)
    usable = { ...usable, valueCounts: { valueCount: (feature.valueCounts.valueCount ?? []).map(mended) } };
  if (feature.shape?.dim?.some(({ size }) => (size ?? 0) <= 0)) {
    wrong("Shape.dim.size must be a positive integer");
    drop("shape");
  }
  if (domain !== undefined && domainTypes[domain]?.includes(usable.type!) === false) {
    const text = `The domain "${domain}" does not match the type: ${usable.type}`;
    findings.push({ type: "DOMAIN_INVALID_FOR_TYPE", short: "The domain does not match the type", long: text });
    drop(...domainFields.map(jsonName));
  } else if (domain === "domain" && allowedTexts(feature, schema) === undefined) {
    say("INVALID_DOMAIN_SPECIFICATION", `missing domain: ${compat ? "" : feature.domain}`);
    drop("domain");
  }
  const mass = feature.distributionConstraints?.minDomainMass ?? 0;
  if (!compat && !(mass >= 0 && mass <= 1)) {
    wrong("min_domain_mass should lie between 0 and 1");
    usable = { ...usable, distributionConstraints: { minDomainMass: Math.min(1, Math.max(0, mass)) } };
  }
  const left = domainField(usable);
  if (
    feature.distributionConstraints !== undefined &&
    left !== "domain" &&
    left !== "string_domain" &&
    domain !== "domain"
  ) {
    const kind = left?.replace("_domain", "");
    wrong(
      kind === undefined
        ? "distribution constraints require domain or string domain."
        : `distribution constraints not supported for ${["bool", "int", "float", "struct"].includes(kind) ? kind : "semantic"} domains.`,
    );
    drop("distributionConstraints");
  }
  return { findings, usable };
}

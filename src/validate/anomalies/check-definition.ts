import type { Feature, Schema } from "../schema/model.ts";
import { allowedTexts, domainField } from "./check-domain.ts";
import type { Finding } from "./model.ts";

/** Which domains fit which physical type. */
const domainTypes: Readonly<Record<string, readonly string[]>> = {
  int_domain: ["INT", "BYTES"],
  float_domain: ["FLOAT", "BYTES"],
  bool_domain: ["INT", "BYTES", "FLOAT"],
  string_domain: ["BYTES"],
  domain: ["BYTES"],
  time_domain: ["BYTES", "INT"],
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
  const drop = (...keys: (keyof Feature)[]) => {
    usable = Object.fromEntries(Object.entries(usable).filter(([key]) => !keys.includes(key as keyof Feature)));
  };
  if (feature.name === undefined || feature.name === "") {
    say("FEATURE_MISSING_NAME", "unspecified name: a feature of the schema has no name.");
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
  if (fraction < 0 || fraction > 1)
    usable = { ...usable, presence: { ...usable.presence, minFraction: Math.min(1, Math.max(0, fraction)) } };
  const { min, max } = feature.valueCount ?? {};
  if (min !== undefined && min < 0) wrong("ValueCount.min should not be negative");
  if (max !== undefined && max < (min ?? 0)) {
    wrong("ValueCount.max should not be less than min");
    usable = { ...usable, valueCount: { min: min ?? 0 } };
  }
  if (feature.shape?.dim?.some(({ size }) => (size ?? 0) <= 0)) {
    wrong("Shape.dim.size must be a positive integer");
    drop("shape");
  }
  if (domain !== undefined && !domainTypes[domain]!.includes(usable.type!)) {
    const text = `The domain "${domain}" does not match the type: ${usable.type}`;
    findings.push({ type: "DOMAIN_INVALID_FOR_TYPE", short: "The domain does not match the type", long: text });
    drop("domain", "intDomain", "floatDomain", "stringDomain", "boolDomain", "timeDomain");
  } else if (domain === "domain" && allowedTexts(feature, schema) === undefined) {
    say("INVALID_DOMAIN_SPECIFICATION", `missing domain: ${compat ? "" : feature.domain}`);
    drop("domain");
  }
  if (feature.distributionConstraints !== undefined && domain !== "domain" && domain !== "string_domain") {
    const kind = domain?.replace("_domain", "");
    wrong(
      kind === undefined
        ? "distribution constraints require domain or string domain."
        : `distribution constraints not supported for ${kind === "time" ? "semantic" : kind} domains.`,
    );
  }
  return { findings, usable };
}

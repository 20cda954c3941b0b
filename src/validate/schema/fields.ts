/**
 * The fields that Millrace reads, by message, in order of field number (the order in which text-proto is written).
 * Everything else is carried as an unknown field.
 */
export interface FieldSpec {
  /** Name in text-proto. */
  readonly name: string;
  readonly kind: "string" | "int" | "double" | "float" | "bool" | "enum" | "message";
  readonly repeated: boolean;
  /** Message type of a `message` field. */
  readonly message: string;
}

const field = (declaration: string): FieldSpec => {
  const [name, type, repeated] = declaration.split(" ") as [string, string, string?];
  const scalar = /^[a-z]/.test(type);
  return {
    name,
    kind: scalar ? (type as FieldSpec["kind"]) : "message",
    repeated: repeated === "repeated",
    message: scalar ? "" : type,
  };
};

const message = (...declarations: string[]): readonly FieldSpec[] => declarations.map(field);

export const messages: Readonly<Record<string, readonly FieldSpec[]>> = {
  Schema: message(
    "feature Feature repeated",
    "string_domain StringDomain repeated",
    "default_environment string repeated",
    "annotation Annotation",
    "dataset_constraints DatasetConstraints",
  ),
  Feature: message(
    "name string",
    "deprecated bool",
    "value_count Range",
    "type enum",
    "domain string",
    "int_domain IntDomain",
    "float_domain FloatDomain",
    "string_domain StringDomain",
    "bool_domain BoolDomain",
    "presence Presence",
    "distribution_constraints DistributionConstraints",
    "annotation Annotation",
    "group_presence GroupPresence",
    "skew_comparator Comparator",
    "not_in_environment string repeated",
    "in_environment string repeated",
    "drift_comparator Comparator",
    "lifecycle_stage enum",
    "shape Shape",
    "time_domain TimeDomain",
    "unique_constraints Range",
    "validation_derived_source Opaque",
  ),
  IntDomain: message("name string", "min int", "max int", "is_categorical bool"),
  FloatDomain: message(
    "name string",
    "min float",
    "max float",
    "disallow_nan bool",
    "disallow_inf bool",
    "is_embedding bool",
    "is_categorical bool",
    "embedding_dim int",
  ),
  StringDomain: message("name string", "value string repeated", "is_categorical enum"),
  BoolDomain: message("name string", "true_value string", "false_value string"),
  TimeDomain: message("string_format string", "integer_format enum"),
  Presence: message("min_fraction double", "min_count int"),
  GroupPresence: message("required bool"),
  Range: message("min int", "max int"),
  Shape: message("dim Dim repeated"),
  Dim: message("size int", "name string"),
  DistributionConstraints: message("min_domain_mass double"),
  Annotation: message("tag string repeated", "comment string repeated"),
  Comparator: message(
    "infinity_norm Threshold",
    "jensen_shannon_divergence JensenShannon",
    "normalized_abs_difference Threshold",
  ),
  Threshold: message("threshold double"),
  JensenShannon: message("threshold double", "source HistogramSelection"),
  HistogramSelection: message("type enum"),
  DatasetConstraints: message(
    "num_examples_drift_comparator NumericComparator",
    "num_examples_version_comparator NumericComparator",
    "min_examples_count int",
    "max_examples_count int",
  ),
  NumericComparator: message("min_fraction_threshold double", "max_fraction_threshold double"),
  Opaque: [],
};

/** `min_fraction` → `minFraction`. */
export function jsonName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

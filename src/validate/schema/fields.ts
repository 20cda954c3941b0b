/**
 * The fields that Millrace reads, by message, in order of field number (the order in which text-proto is written).
 * Everything else is carried as an unknown field.
 * Source: TensorFlow Metadata 1.16.1, `schema.proto`.
 */
export interface FieldSpec {
  /** Name in text-proto. */
  readonly name: string;
  readonly kind: "string" | "int" | "double" | "float" | "bool" | "enum" | "message" | "opaque";
  readonly repeated: boolean;
  /** A map, which JSON writes as an object and text as entries. */
  readonly map: boolean;
  /** Message type of a `message` field, type of an `enum`. */
  readonly type: string;
  /** Of the fields of one choice only one may be set. */
  readonly choice: string;
}

const field = (declaration: string): FieldSpec => {
  const [name, written, ...marks] = declaration.split(" ") as [string, string, ...string[]];
  const [kind, enumType] = written.split(":") as [string, string?];
  const scalar = /^[a-z]/.test(kind);
  return {
    name,
    kind: scalar ? (kind as FieldSpec["kind"]) : "message",
    repeated: marks.includes("repeated") || marks.includes("map"),
    map: marks.includes("map"),
    type: scalar ? (enumType ?? "") : kind,
    choice: marks.find((mark) => mark.startsWith("of:"))?.slice(3) ?? "",
  };
};

const message = (...declarations: string[]): readonly FieldSpec[] => declarations.map(field);

/** Names of each enum's values, by number. */
export const enums: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  FeatureType: { 0: "TYPE_UNKNOWN", 1: "BYTES", 2: "INT", 3: "FLOAT", 4: "STRUCT" },
  LifecycleStage: {
    0: "UNKNOWN_STAGE",
    1: "PLANNED",
    2: "ALPHA",
    3: "BETA",
    4: "PRODUCTION",
    5: "DEPRECATED",
    6: "DEBUG_ONLY",
    7: "DISABLED",
    9: "VALIDATION_DERIVED",
  },
  Categorical: { 0: "CATEGORICAL_UNSPECIFIED", 1: "CATEGORICAL_YES", 2: "CATEGORICAL_NO" },
  TimeFormat: {
    0: "FORMAT_UNKNOWN",
    1: "UNIX_SECONDS",
    2: "UNIX_MILLISECONDS",
    3: "UNIX_MICROSECONDS",
    4: "UNIX_NANOSECONDS",
    5: "UNIX_DAYS",
  },
  TimeOfDayFormat: { 0: "FORMAT_UNKNOWN", 1: "PACKED_64_NANOS" },
  HistogramType: { 0: "DEFAULT", 1: "QUANTILES", 2: "STANDARD" },
  SequentialStatus: { 0: "SEQUENTIAL_UNSPECIFIED", 1: "SEQUENTIAL_YES", 2: "SEQUENTIAL_NO" },
  RowPartition: { 0: "UNSPECIFIED", 1: "INT64", 2: "INT32" },
};

export const messages: Readonly<Record<string, readonly FieldSpec[]>> = {
  Schema: message(
    "feature Feature repeated",
    "string_domain StringDomain repeated",
    "default_environment string repeated",
    "sparse_feature SparseFeature repeated",
    "annotation Annotation",
    "float_domain FloatDomain repeated",
    "int_domain IntDomain repeated",
    "dataset_constraints DatasetConstraints",
    "weighted_feature WeightedFeature repeated",
    "tensor_representation_group TensorRepresentationGroupEntry map",
    "represent_variable_length_as_ragged bool",
  ),
  Feature: message(
    "name string",
    "deprecated bool",
    "value_count Range of:shape_type",
    "type enum:FeatureType",
    "domain string of:domain_info",
    "int_domain IntDomain of:domain_info",
    "float_domain FloatDomain of:domain_info",
    "string_domain StringDomain of:domain_info",
    "bool_domain BoolDomain of:domain_info",
    "presence Presence of:presence_constraints",
    "distribution_constraints DistributionConstraints",
    "annotation Annotation",
    "group_presence GroupPresence of:presence_constraints",
    "skew_comparator Comparator",
    "not_in_environment string repeated",
    "in_environment string repeated",
    "drift_comparator Comparator",
    "lifecycle_stage enum:LifecycleStage",
    "shape Shape of:shape_type",
    "natural_language_domain NaturalLanguageDomain of:domain_info",
    "image_domain ImageDomain of:domain_info",
    "mid_domain Empty of:domain_info",
    "url_domain Empty of:domain_info",
    "time_domain TimeDomain of:domain_info",
    "struct_domain StructDomain of:domain_info",
    "time_of_day_domain TimeOfDayDomain of:domain_info",
    "unique_constraints Range",
    "value_counts RangeList of:shape_type",
    "validation_derived_source DerivedSource",
    "sequence_metadata SequenceMetadata",
    "audio_domain Empty of:domain_info",
    "video_domain Empty of:domain_info",
    "content_chunk_domain Empty of:domain_info",
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
    "embedding_type string",
  ),
  StringDomain: message("name string", "value string repeated", "is_categorical enum:Categorical"),
  BoolDomain: message("name string", "true_value string", "false_value string"),
  StructDomain: message("feature Feature repeated", "sparse_feature SparseFeature repeated"),
  NaturalLanguageDomain: message(
    "vocabulary string",
    "coverage Coverage",
    "token_constraints TokenConstraint repeated",
    "sequence_length_constraints SequenceLength",
  ),
  Coverage: message(
    "min_coverage float",
    "min_avg_token_length float",
    "excluded_string_tokens string repeated",
    "excluded_int_tokens int repeated",
    "oov_string_tokens string repeated",
  ),
  TokenConstraint: message(
    "int_value int of:value",
    "string_value string of:value",
    "min_per_sequence int",
    "max_per_sequence int",
    "min_fraction_of_sequences float",
    "max_fraction_of_sequences float",
  ),
  SequenceLength: message(
    "excluded_int_value int repeated",
    "excluded_string_value string repeated",
    "min_sequence_length int",
    "max_sequence_length int",
  ),
  ImageDomain: message("minimum_supported_image_fraction float", "max_image_byte_size int"),
  Empty: [],
  TimeDomain: message("string_format string of:format", "integer_format enum:TimeFormat of:format"),
  TimeOfDayDomain: message("string_format string of:format", "integer_format enum:TimeOfDayFormat of:format"),
  Presence: message("min_fraction double", "min_count int"),
  GroupPresence: message("required bool"),
  Range: message("min int", "max int"),
  RangeList: message("value_count Range repeated"),
  Shape: message("dim Dim repeated"),
  Dim: message("size int", "name string"),
  DistributionConstraints: message("min_domain_mass double"),
  Annotation: message("tag string repeated", "comment string repeated", "extra_metadata opaque repeated"),
  Comparator: message(
    "infinity_norm Threshold",
    "jensen_shannon_divergence JensenShannon",
    "normalized_abs_difference Threshold",
  ),
  Threshold: message("threshold double"),
  JensenShannon: message("threshold double", "source HistogramSelection"),
  HistogramSelection: message("type enum:HistogramType"),
  SparseFeature: message(
    "name string",
    "deprecated bool",
    "presence Presence",
    "dense_shape Shape",
    "index_feature Named repeated",
    "lifecycle_stage enum:LifecycleStage",
    "is_sorted bool",
    "value_feature Named",
    "type enum:FeatureType",
  ),
  Named: message("name string"),
  WeightedFeature: message("name string", "feature Path", "weight_feature Path", "lifecycle_stage enum:LifecycleStage"),
  Path: message("step string repeated"),
  DerivedSource: message(
    "deriver_name string",
    "description string",
    "source_path Path repeated",
    "declaratively_configured bool",
    "config opaque",
  ),
  SequenceMetadata: message(
    "sequential_status enum:SequentialStatus",
    "joint_group string",
    "sequence_truncation_limit int",
  ),
  DatasetConstraints: message(
    "num_examples_drift_comparator NumericComparator",
    "num_examples_version_comparator NumericComparator",
    "min_examples_count int",
    "max_examples_count int",
  ),
  NumericComparator: message("min_fraction_threshold double", "max_fraction_threshold double"),
  TensorRepresentationGroupEntry: message("key string", "value TensorRepresentationGroup"),
  TensorRepresentationGroup: message("tensor_representation TensorRepresentationEntry map"),
  TensorRepresentationEntry: message("key string", "value TensorRepresentation"),
  TensorRepresentation: message(
    "dense_tensor DenseTensor of:kind",
    "varlen_sparse_tensor VarLenSparseTensor of:kind",
    "sparse_tensor SparseTensor of:kind",
    "ragged_tensor RaggedTensor of:kind",
  ),
  DenseTensor: message("column_name string", "shape Shape", "default_value opaque"),
  VarLenSparseTensor: message("column_name string"),
  SparseTensor: message(
    "dense_shape Shape",
    "index_column_names string repeated",
    "value_column_name string",
    "already_sorted bool",
  ),
  RaggedTensor: message(
    "feature_path Path",
    "row_partition_dtype enum:RowPartition",
    "partition RaggedPartition repeated",
  ),
  RaggedPartition: message("uniform_row_length int of:kind", "row_length string of:kind"),
};

/** Members of the domain choice, by their names in the schema. */
export const domainFields: readonly string[] = messages
  .Feature!.filter(({ choice }) => choice === "domain_info")
  .map(({ name }) => name);

/** `min_fraction` → `minFraction`. */
export function jsonName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

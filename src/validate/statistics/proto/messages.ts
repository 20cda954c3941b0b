/**
 * The messages of TensorFlow Metadata's `statistics.proto` (v0), by name: each field's number, name and type, in order of
 * the number. Source: tensorflow-metadata 1.16.1.
 */
export interface ProtoField {
  readonly number: number;
  /** Its name in the proto, in snake case. */
  readonly name: string;
  readonly type: "double" | "float" | "int" | "string" | "bytes" | "enum" | "message";
  /** Message or enum. */
  readonly of: string;
  readonly repeated: boolean;
}

const scalars = new Set(["double", "float", "int", "string", "bytes"]);

const message = (declaration: string): readonly ProtoField[] =>
  declaration
    .trim()
    .split(/\s*;\s*/)
    .map((text) => {
      const [number, name, type] = text.split(/[ :]/) as [string, string, string];
      const of = type.replace("[]", "");
      return {
        number: Number(number),
        name,
        type: scalars.has(of) ? (of as ProtoField["type"]) : of in enums ? "enum" : "message",
        of,
        repeated: type.endsWith("[]"),
      };
    });

export const enums: Readonly<Record<string, readonly string[]>> = {
  Type: ["INT", "FLOAT", "STRING", "BYTES", "STRUCT"],
  HistogramType: ["STANDARD", "QUANTILES"],
};

export const messages: Readonly<Record<string, readonly ProtoField[]>> = {
  List: message("1 datasets:Dataset[]"),
  Dataset: message(
    "1 name:string; 2 num_examples:int; 3 features:Feature[]; 4 weighted_num_examples:double; 5 cross_features:Cross[]",
  ),
  Path: message("1 step:string[]"),
  Feature: message(
    `1 name:string; 2 type:Type; 3 num_stats:Numeric; 4 string_stats:Text; 5 bytes_stats:Bytes; 6 custom_stats:Custom[];
     7 struct_stats:Struct; 8 path:Path`,
  ),
  Common: message(
    `1 num_non_missing:int; 2 num_missing:int; 3 min_num_values:int; 4 max_num_values:int; 5 avg_num_values:float;
     6 num_values_histogram:Histogram; 7 weighted_common_stats:WeightedCommon; 8 tot_num_values:int;
     9 feature_list_length_histogram:Histogram; 10 presence_and_valency_stats:Level[];
     11 weighted_presence_and_valency_stats:WeightedCommon[]`,
  ),
  Level: message(
    "1 num_non_missing:int; 2 num_missing:int; 3 min_num_values:int; 4 max_num_values:int; 5 tot_num_values:int",
  ),
  WeightedCommon: message(
    "1 num_non_missing:double; 2 num_missing:double; 3 avg_num_values:double; 4 tot_num_values:double",
  ),
  Numeric: message(
    `1 common_stats:Common; 2 mean:double; 3 std_dev:double; 4 num_zeros:int; 5 min:double; 6 median:double; 7 max:double;
     8 histograms:Histogram[]; 9 weighted_numeric_stats:WeightedNumeric`,
  ),
  WeightedNumeric: message("1 mean:double; 2 std_dev:double; 3 median:double; 4 histograms:Histogram[]"),
  Text: message(
    `1 common_stats:Common; 2 unique:int; 3 top_values:FreqAndValue[]; 4 avg_length:float; 5 rank_histogram:Ranks;
     6 weighted_string_stats:WeightedText; 7 vocabulary_file:string; 8 invalid_utf8_count:int`,
  ),
  WeightedText: message("1 top_values:FreqAndValue[]; 2 rank_histogram:Ranks"),
  Bytes: message(
    `1 common_stats:Common; 2 unique:int; 3 avg_num_bytes:float; 4 min_num_bytes:float; 5 max_num_bytes:float;
     6 max_num_bytes_int:int`,
  ),
  Struct: message("1 common_stats:Common"),
  FreqAndValue: message("2 value:string; 3 frequency:double"),
  Histogram: message("1 num_nan:int; 2 num_undefined:int; 3 buckets:Bucket[]; 4 type:HistogramType; 5 name:string"),
  Bucket: message("1 low_value:double; 2 high_value:double; 4 sample_count:double"),
  Ranks: message("1 buckets:Rank[]; 2 name:string"),
  Rank: message("1 low_rank:int; 2 high_rank:int; 4 label:string; 5 sample_count:double"),
  Custom: message(
    "1 name:string; 2 num:double; 3 str:string; 4 histogram:Histogram; 5 rank_histogram:Ranks; 6 any:Any",
  ),
  Any: message("1 type_url:string; 2 value:bytes"),
  Language: message(
    `1 feature_coverage:double; 2 avg_token_length:double; 3 token_length_histogram:Histogram; 4 location_misses:int;
     5 reported_sequences:string[]; 6 token_statistics:Token[]; 7 rank_histogram:Ranks;
     9 sequence_length_histogram:Histogram; 10 min_sequence_length:int; 11 max_sequence_length:int`,
  ),
  Token: message(
    `1 string_token:string; 2 int_token:int; 3 frequency:double; 4 fraction_of_sequences:double;
     5 per_sequence_min_frequency:double; 6 per_sequence_avg_frequency:double; 7 per_sequence_max_frequency:double;
     8 positions:Histogram`,
  ),
  Cross: message(
    "1 path_x:Path; 2 path_y:Path; 3 count:int; 4 num_cross_stats:NumericCross; 5 categorical_cross_stats:CategoricalCross",
  ),
  NumericCross: message("1 correlation:float; 2 covariance:float"),
  CategoricalCross: message("1 lift:Lift"),
  Lift: message("1 lift_series:LiftSeries[]; 2 weighted_lift_series:LiftSeries[]"),
  LiftSeries: message(
    `1 y_int:int; 2 y_string:string; 3 y_bucket:LiftBucket; 4 y_count:int; 5 weighted_y_count:double;
     6 lift_values:LiftValue[]`,
  ),
  LiftBucket: message("1 low_value:double; 2 high_value:double"),
  LiftValue: message(
    `1 x_int:int; 2 x_string:string; 3 lift:double; 4 x_count:int; 5 weighted_x_count:double; 6 x_and_y_count:int;
     7 weighted_x_and_y_count:double`,
  ),
};

/** The custom statistic as which a column's cells of numbers travel. */
export const cellsName = "number_cells";

/** The one message that the reference packs into `any`. */
export const languageUrl = "type.googleapis.com/tensorflow.metadata.v0.NaturalLanguageStatistics";

/** A message as read: fields by their proto name; absent fields hold the type's zero. */
export type ProtoMessage = { readonly [field: string]: ProtoValue | undefined };
export type ProtoValue = number | string | Uint8Array | ProtoMessage | readonly ProtoValue[];

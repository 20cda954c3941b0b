import type { AnomalyType } from "./model.ts";

/** What to do about an anomaly of this type, besides correcting the data. */
export function suggestionFor(type: AnomalyType): string | undefined {
  return suggestions.find(([pattern]) => pattern.test(type))?.[1];
}

const suggestions: readonly (readonly [RegExp, string])[] = [
  [/^ENUM_TYPE_UNEXPECTED/, "Correct the data, or add the values to the feature's domain if they are right."],
  [/^ENUM_TYPE_INVALID/, "Read the source in its own encoding (`--encoding`), or take the domain off the feature."],
  [/^SCHEMA_NEW_COLUMN/, "Add the column to the schema, or leave it out of the data."],
  [
    /MISSING_COLUMN|NOT_PRESENT|LOW_(FRACTION|NUMBER)_PRESENT/,
    "Find out why the source no longer gives the column, or lower its `presence`.",
  ],
  [/^UNEXPECTED_DATA_TYPE/, "Correct the values that changed the column's type, or change `type` in the schema."],
  [/^(INT|FLOAT)_TYPE_(SMALL|BIG)/, "Correct the values, or widen the domain's bounds if they are right."],
  [/NOT_INT_STRING|NOT_FLOAT/, "Correct the texts, or take the domain off the feature if they are no numbers."],
  [/HAS_(NAN|INF)/, "Correct the values, or allow them in the domain."],
  [/^BOOL_TYPE/, "Correct the values, or give the feature another domain."],
  [
    /NUMBER_VALUES|FEATURE_SHAPE|NESTEDNESS/,
    "Correct how many values a row holds, or change `value_count` or `shape`.",
  ],
  [/_UNIQUE$/, "Find out what joined or split the values, or change `unique_constraints`."],
  [/^(INVALID_(SCHEMA|DOMAIN)|DOMAIN_INVALID|FEATURE_MISSING|DERIVED)|NAME_COLLISION/, "Correct the schema."],
  [/^SPARSE|^WEIGHTED/, "Correct the columns that belong together, so that they have equally many values in each row."],
  [/^COMPARATOR_(L_INF|NORM|JENSEN)/, "Look at what changed with `millrace data drift`, or raise the threshold."],
  [/NUM_EXAMPLES/, "Find out whether rows are lost or doubled, or change `dataset_constraints`."],
  [/CONTROL_DATA_MISSING/, "Bring the column back in the other data set, or drop the comparator."],
  [/IMAGE/, "Replace the images, or change the `image_domain`."],
  [/COVERAGE|SEQUENCE_VALUE/, "Look at the texts, or change the `natural_language_domain`."],
  [/^STATS_NOT_AVAILABLE/, "Compute statistics of natural language for this feature."],
  [/^SEMANTIC/, "Accept the domain, or give the feature one of its own."],
  [/^DATA_MISSING/, "Find out why the source is empty."],
];

import { isIP } from "node:net";
import { luhn, mod97, mod1110, verhoeff, weighted } from "./checksums.ts";

export const personalKinds = [
  "email",
  "phone",
  "card",
  "iban",
  "ip",
  "national-id",
  "person-name",
  "birth-date",
  "address",
  "location",
] as const;
export type PersonalKind = (typeof personalKinds)[number];

/** Something personal that a text can be, wholly or in a part. */
export interface PersonalPattern {
  readonly kind: PersonalKind;
  /** What it is called, for national ids with its country. */
  readonly label: string;
  /** Whether a whole text is one. */
  readonly is: (text: string) => boolean;
  /** Where it may lie inside a longer text; absent where only whole texts tell. */
  readonly within?: RegExp;
  /** Share of texts of the same shape that pass by chance: a column must be well above it. */
  readonly chance: number;
}

/** Lengths of an IBAN by country. Source: SWIFT, IBAN Registry, release 97. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 " +
    "GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 " +
    "MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TN24 TR26 UA29 VA22 " +
    "VG24 XK20"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

const EMAIL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+\p{L}{2,24}/u;
const CARD =
  /(?<![\d.-])[2-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,4}(?:\d{3})?(?![\d.-])|(?<!\d)3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?!\d)/;
const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Z0-9])/;
const PHONE =
  /(?<![\w.])(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0?\d{1,4}\)[ ./-]?)?\d(?:[ ./-]?\d){5,12}(?!\d)|(?<!\d)\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}(?!\d)/;
const IP =
  /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/i;

const bare = (text: string) => text.replace(/[ -]/g, "");
const wholly = (pattern: RegExp) => new RegExp(`^(?:${pattern.source})$`, pattern.flags);

const isCard = (text: string) => {
  const digits = bare(text);
  return /^[2-6]\d{12,18}$/.test(digits) && new Set(digits).size > 1 && luhn(digits);
};
const isIban = (text: string) => {
  const joined = text.replace(/ /g, "");
  return IBAN_LENGTHS[joined.slice(0, 2)] === joined.length && mod97(joined.slice(4) + joined.slice(0, 4)) === 1;
};
const digitsOf = (text: string, length: number) => {
  const joined = text.replace(/[ .\-/]/g, "");
  return joined.length === length && /^\d+$/.test(joined) && new Set(joined).size > 1 ? joined : undefined;
};
const national = (label: string, chance: number, is: PersonalPattern["is"], within?: RegExp): PersonalPattern => ({
  kind: "national-id",
  label,
  chance,
  is,
  ...(within === undefined ? {} : { within }),
});

const SPAIN = "TRWAGMYFPDXBNJZSQVHLCKE";
const ITALY_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const italian = (text: string) => {
  const code = text.toUpperCase();
  if (!/^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/.test(code)) return false;
  let sum = 0;
  for (let k = 0; k < 15; k++) {
    const at = /\d/.test(code[k]!) ? Number(code[k]) : code.charCodeAt(k) - 65;
    sum += k % 2 === 0 ? ITALY_ODD[at]! : at;
  }
  return sum % 26 === code.charCodeAt(15) - 65;
};
const brazilian = (digits: string) => {
  const check = (count: number) => {
    const rest =
      (weighted(
        digits,
        Array.from({ length: count }, (_, k) => count + 1 - k),
      ) *
        10) %
      11;
    return (rest === 10 ? 0 : rest) === Number(digits[count]);
  };
  return check(9) && check(10);
};

/** Identity numbers with the checks that their issuers publish. */
const nationalIds: readonly PersonalPattern[] = [
  national(
    "US social security number",
    0,
    (text) => /^(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}$/.test(text),
    /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])/,
  ),
  national(
    "UK National Insurance number",
    0,
    (text) => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]$/i.test(text),
    /(?<![A-Z0-9])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![A-Z0-9])/i,
  ),
  national(
    "Spanish DNI or NIE",
    1 / 23,
    (text) => {
      const found = /^([XYZ]?)(\d{7,8})-?([A-Z])$/i.exec(text);
      if (found === null || (found[1] === "") !== (found[2]!.length === 8)) return false;
      const number = Number(`${found[1] === "" ? "" : "XYZ".indexOf(found[1]!.toUpperCase())}${found[2]}`);
      return SPAIN[number % 23] === found[3]!.toUpperCase();
    },
    /(?<![A-Z0-9])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![A-Z0-9])/i,
  ),
  national(
    "French NIR",
    1 / 97,
    (text) => {
      const digits = digitsOf(text, 15);
      return (
        digits !== undefined &&
        /^[12]/.test(digits) &&
        97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13))
      );
    },
    /(?<![\d+])[12](?: ?\d\d){3}(?: ?\d{3}){2} ?\d\d(?!\d)/,
  ),
  national(
    "Italian codice fiscale",
    1 / 26,
    italian,
    /(?<![A-Z0-9])[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?![A-Z0-9])/i,
  ),
  national(
    "German tax id",
    1 / 10,
    (text) => {
      const digits = digitsOf(text, 11);
      return digits !== undefined && digits[0] !== "0" && mod1110(digits);
    },
    /(?<![\d+])[1-9]\d(?: ?\d{3}){3}(?!\d)/,
  ),
  national(
    "Polish PESEL",
    1 / 10,
    (text) => {
      const digits = digitsOf(text, 11);
      if (digits === undefined || !/^\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits))
        return false;
      return (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(digits[10]);
    },
    /(?<![\d+])\d{11}(?!\d)/,
  ),
  national(
    "Brazilian CPF",
    1 / 100,
    (text) => {
      const digits = digitsOf(text, 11);
      return digits !== undefined && brazilian(digits);
    },
    /(?<![\d+])\d{3}(?:\.?\d{3}){2}-?\d\d(?!\d)/,
  ),
  national(
    "Indian Aadhaar",
    1 / 10,
    (text) => {
      const digits = digitsOf(text, 12);
      return digits !== undefined && /^[2-9]/.test(digits) && verhoeff(digits);
    },
    /(?<![\d+])[2-9]\d{3}(?:[ -]?\d{4}){2}(?!\d)/,
  ),
  national(
    "Swedish personnummer",
    1 / 10,
    (text) => {
      const found = /^(?:\d{2})?(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[-+](\d{4})$/.exec(text);
      return found !== null && luhn(found[1]! + found[2]!);
    },
    /(?<![\d+])(?:\d\d)?\d{6}[-+]\d{4}(?!\d)/,
  ),
  national(
    "Dutch BSN",
    1 / 11,
    (text) => {
      const digits = digitsOf(text, 9);
      return digits !== undefined && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
    },
    /(?<![\d+])\d{9}(?!\d)/,
  ),
];

/** What values are looked at for; the first of a kind that fits decides. */
export const personalPatterns: readonly PersonalPattern[] = [
  { kind: "email", label: "e-mail address", chance: 0, is: (text) => wholly(EMAIL).test(text), within: EMAIL },
  { kind: "iban", label: "IBAN", chance: 0.01, is: isIban, within: IBAN },
  { kind: "card", label: "payment card number", chance: 0.1, is: isCard, within: CARD },
  ...nationalIds,
  { kind: "phone", label: "telephone number", chance: 0, is: (text) => wholly(PHONE).test(text), within: PHONE },
  {
    kind: "ip",
    label: "IP address",
    chance: 0,
    is: (text) => isIP(text) !== 0 && !/^(0|127)\.|^::1?$/.test(text),
    within: IP,
  },
];

/** Column names that speak of a person, in words of one to three parts; `weak` ones need values that agree. */
export const personalNames: readonly { readonly kind: PersonalKind; readonly words: RegExp; readonly weak?: true }[] = [
  { kind: "email", words: /\be ?mail(s| address)?\b|\bcorreo\b/ },
  {
    kind: "phone",
    words:
      /\b(phone|telephone|mobile|cell(phone)?|fax|telefon(nummer)?|handy|tel|t[eé]l[eé]phone|m[oó]vil)( ?(number|no|nr))?\b/,
  },
  { kind: "card", words: /\b(credit ?card|card ?(number|no)|pan|kreditkarte|cc ?num(ber)?)\b/ },
  { kind: "iban", words: /\biban\b|\b(bank )?account ?(number|no)\b|\bkontonummer\b/ },
  { kind: "ip", words: /\bip( ?addr(ess)?)?\b/, weak: true },
  {
    kind: "national-id",
    words:
      /\b(ssn|social security( number)?|nino|national( insurance)? ?(id|number)|passport( ?(number|no))?|tax ?(payer )?id|steuer ?id|dni|nif|nir|cpf|pesel|bsn|aadhaar|personnummer|driver s? ?licen[cs]e)\b/,
  },
  {
    kind: "person-name",
    words:
      /\b((first|last|middle|given|family|full|maiden|sur|fore|customer|patient|employee|person|user|contact|passenger|client|holder) ?name|surname|vorname|nachname|familienname|pr[eé]nom|nom de famille|apellidos?|cognome)\b/,
  },
  { kind: "person-name", words: /\bname\b/, weak: true },
  {
    kind: "birth-date",
    words:
      /\b(dob|birth ?(date|day)|date of birth|born( on)?|geburts(datum|tag)|fecha de nacimiento|date de naissance)\b/,
  },
  {
    kind: "address",
    words:
      /\b((street|home|postal|mailing|billing|shipping) ?address|address( line)?( ?\d)?|street( name)?|strasse|straße|anschrift|direcci[oó]n|adresse)\b/,
  },
  { kind: "address", words: /\b(zip ?(code)?|post(al)? ?code|plz|postleitzahl)\b/ },
  { kind: "location", words: /\b(lat(itude)?|lon(gitude)?|lng|gps)\b/, weak: true },
];

/**
 * Given names that are common somewhere, lower case. Sources: US Social Security Administration, most popular names of the century;
 * the national statistics offices of Germany, France, Spain, Italy, Poland, Brazil, India, Turkey and Japan.
 */
export const givenNames: ReadonlySet<string> = new Set(
  (
    "james mary michael patricia robert jennifer john linda david elizabeth william barbara richard susan joseph jessica thomas karen " +
    "christopher sarah charles lisa daniel nancy matthew sandra anthony ashley mark emily steven kimberly donald betty andrew margaret " +
    "joshua donna paul michelle kenneth carol kevin amanda brian melissa timothy deborah ronald stephanie george rebecca jason laura " +
    "edward helen jeffrey sharon ryan cynthia jacob kathleen nicholas amy gary angela eric shirley jonathan anna stephen brenda larry " +
    "emma justin olivia scott noah brandon liam benjamin sophia samuel isabella gregory mia alexander charlotte frank amelia patrick " +
    "peter hans klaus jürgen wolfgang stefan andreas ursula monika petra sabine claudia jean marie pierre michel isabelle nathalie " +
    "françois antonio maria josé manuel carmen francisco juan ana luis giuseppe giovanni francesco luca giulia sofia marco katarzyna " +
    "piotr krzysztof agnieszka małgorzata joão pedro paulo fernanda juliana rajesh priya amit sunita anil deepak mehmet mustafa ayşe " +
    "fatma ahmed mohamed mohammed muhammad fatima ali omar hassan yusuf hiroshi yuki haruto sakura wei li wang mei chen olga ivan " +
    "natalia sergey dmitry elena tatiana lars erik ingrid astrid bjørn sven kristina henry alice arthur grace william walter rose ruth"
  ).split(" "),
);

/** Luhn's sum over decimal digits. Source: ISO/IEC 7812-1:2017, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let k = 0; k < digits.length; k++) {
    const digit = digits.charCodeAt(digits.length - 1 - k) - 48;
    const doubled = k % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Remainder by 97 of digits and letters (A is 10). Source: ISO 13616-1:2020, check by ISO 7064 mod 97-10. */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}

/** Whether the last digit checks the ones before. Source: ISO 7064:2003, mod 11,10. */
export function mod1110(digits: string): boolean {
  let product = 10;
  for (let k = 0; k < digits.length - 1; k++) {
    const sum = (digits.charCodeAt(k) - 48 + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48;
}

/** Σ weight × digit. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, k) => sum + weight * (digits.charCodeAt(k) - 48), 0);
}

const PRODUCT = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const PERMUTED = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/** Verhoeff's check over the dihedral group D5. Source: J. Verhoeff, "Error Detecting Decimal Codes", 1969. */
export function verhoeff(digits: string): boolean {
  let check = 0;
  for (let k = 0; k < digits.length; k++) {
    const digit = digits.charCodeAt(digits.length - 1 - k) - 48;
    check = Number(PRODUCT[check]![Number(PERMUTED[k % 8]![digit])]);
  }
  return check === 0;
}

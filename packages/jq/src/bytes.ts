const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function utf8Of(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function toBase64(bytes: Uint8Array): string {
  return toBase(bytes, base64Alphabet, 6, 4);
}

export function toBase32(bytes: Uint8Array): string {
  return toBase(bytes, base32Alphabet, 5, 8);
}

/** Null for what is no base64; a text may end without its padding. */
export function fromBase64(text: string): Uint8Array | null {
  return fromBase(text, base64Alphabet, 6);
}

export function fromBase32(text: string): Uint8Array | null {
  return fromBase(text, base32Alphabet, 5);
}

function toBase(bytes: Uint8Array, alphabet: string, bitsPerDigit: number, group: number): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= bitsPerDigit) {
      bits -= bitsPerDigit;
      text += alphabet[(held >> bits) & ((1 << bitsPerDigit) - 1)]!;
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (bitsPerDigit - bits)) & ((1 << bitsPerDigit) - 1)]!;
  return text.padEnd(Math.ceil(text.length / group) * group, "=");
}

function fromBase(text: string, alphabet: string, bitsPerDigit: number): Uint8Array | null {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * bitsPerDigit) / 8));
  // A single digit of a group is less than a byte: something was lost.
  if ((digits.length * bitsPerDigit) % 8 >= bitsPerDigit) return null;
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) return null;
    held = ((held << bitsPerDigit) | value) & 0xffff;
    bits += bitsPerDigit;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 0xff;
    at += 1;
  }
  return bytes;
}

/** Shorter secrets would mask half of every text. */
const secretMin = 6;
const lineMin = 8;

/**
 * Every form in which a secret may show: as it is, each of its lines, in JSON, URL, shell, hex, and base64 at each of
 * the three alignments, in both alphabets.
 */
export function formsOf(secret: string): string[] {
  if (secret.length < secretMin) return [];
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= lineMin);
  const forms = [secret, secret.trim(), ...lines].flatMap((text) => [
    text,
    ...jsonForms(text),
    ...urlForms(text),
    ...hexForms(text),
    ...base64Forms(Buffer.from(text)),
    text.replaceAll("'", "'\\''"),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= secretMin);
}

function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const ascii = json.replaceAll(/[\u0080-\uFFFF]/g, escape);
  return [json, ascii, json.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/")];
}

function urlForms(text: string): string[] {
  // A lone surrogate has no form in a URL.
  if (/\p{Cs}/u.test(text)) return [];
  const part = encodeURIComponent(text);
  // RFC 3986 encodes these five as well, and many libraries do.
  const strict = part.replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [part, strict, encodeURI(text), strict.replaceAll("%20", "+")];
  return [...forms, ...forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function hexForms(text: string): string[] {
  const hex = Buffer.from(text).toString("hex");
  return [hex, hex.toUpperCase()];
}

/** The characters that the secret alone decides, for each place at which it may begin within a longer text. */
function base64Forms(bytes: Buffer): string[] {
  const forms = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const isWhole = (offset + bytes.length) % 3 === 0;
    return text.slice(offset === 0 ? 0 : offset + 1, isWhole ? undefined : -1);
  });
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

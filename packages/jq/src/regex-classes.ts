/** Whether a character, given by its code point, belongs to a class. */
export type CharacterTest = (point: number) => boolean;

/** A test that looks up ASCII in a table and asks a pattern of one character about the rest. */
function testOf(pattern: RegExp): CharacterTest {
  const ascii = Array.from({ length: 128 }, (_, point) => pattern.test(String.fromCharCode(point)));
  return (point) => (point < 128 ? ascii[point]! : pattern.test(String.fromCodePoint(point)));
}

function not(test: CharacterTest): CharacterTest {
  return (point) => !test(point);
}

export const isWordCharacter = testOf(/^[\p{L}\p{M}\p{N}\p{Pc}]$/u);
const isDigit = testOf(/^\p{Nd}$/u);
const isBlank = testOf(/^[\t-\r \u0085\p{Z}]$/u);
const isHexadecimal = testOf(/^[0-9a-fA-F]$/);

const classes: Readonly<Record<string, CharacterTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWordCharacter,
  W: not(isWordCharacter),
  s: isBlank,
  S: not(isBlank),
  h: isHexadecimal,
  H: not(isHexadecimal),
};

/** The class of a letter behind a backslash; null where the letter names none. */
export function characterClass(letter: string): CharacterTest | null {
  return Object.hasOwn(classes, letter) ? classes[letter]! : null;
}

const posix: Readonly<Record<string, CharacterTest>> = {
  alnum: testOf(/^[\p{L}\p{M}\p{Nd}]$/u),
  alpha: testOf(/^[\p{L}\p{M}]$/u),
  ascii: (point) => point < 128,
  blank: testOf(/^[\t\p{Zs}]$/u),
  cntrl: testOf(/^\p{C}$/u),
  digit: isDigit,
  graph: testOf(/^[^\p{Z}\p{C}\s]$/u),
  lower: testOf(/^\p{Ll}$/u),
  print: testOf(/^[^\p{C}]$/u),
  punct: testOf(/^[\p{P}$+<=>^`|~]$/u),
  space: isBlank,
  upper: testOf(/^\p{Lu}$/u),
  xdigit: isHexadecimal,
  word: isWordCharacter,
};

export function posixClass(name: string): CharacterTest | null {
  return Object.hasOwn(posix, name) ? posix[name]! : null;
}

const properties = new Map<string, CharacterTest | null>();
const propertiesMax = 200;

/** A Unicode property such as `L` or `Greek`; null where there is none of this name. */
export function propertyClass(name: string): CharacterTest | null {
  const lower = name.toLowerCase();
  const known = posixClass(lower) ?? properties.get(name);
  if (known !== undefined) return known;
  const test = scripted(name) ?? scripted(`Script=${name}`);
  if (properties.size < propertiesMax) properties.set(name, test);
  return test;
}

function scripted(property: string): CharacterTest | null {
  try {
    return testOf(new RegExp(`^\\p{${property}}$`, "u"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A character in lower case, where that is one character as well. */
export function folded(point: number): number {
  if (point < 128) return point >= 65 && point <= 90 ? point + 32 : point;
  const lower = String.fromCodePoint(point).toLowerCase();
  const found = lower.codePointAt(0)!;
  return lower.length === (found > 0xffff ? 2 : 1) ? found : point;
}

/** A test that takes either case of what it takes. */
export function inAnyCase(test: CharacterTest): CharacterTest {
  return (point) => {
    if (test(point) || test(folded(point))) return true;
    const upper = String.fromCodePoint(point).toUpperCase();
    const found = upper.codePointAt(0)!;
    return upper.length === (found > 0xffff ? 2 : 1) && test(found);
  };
}

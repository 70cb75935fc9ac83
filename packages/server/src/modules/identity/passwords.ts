import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hash, verify } from "@node-rs/argon2";
import { AppError, invalid } from "../../kit/errors.ts";
import { serverRoot } from "../../kit/server-root.ts";
import { keyOf } from "./model.ts";

/** OWASP ASVS 5.0, appendix C; argon2id is the library's default. About 24 ms of one core. */
const argon2id = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };
/** Of the same cost as every other; it opens nothing. */
const nobodysHash =
  "$argon2id$v=19$m=47104,t=1,p=1$qMentGv/wplv3r92zNnaDQ$JyIBsgtRv7HiXZFsu66GZVGhkWbuHvKRUGftdY48FjI";
const jobsMax = 4;
const waitingMax = 50;

export const passwordCharactersMin = 8;
export const passwordCharactersMax = 256;

/** Hashes passwords with argon2id, few at once: 46 MiB each. Who comes when too many wait is refused. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize("NFKC"), argon2id));
  }

  /** Whether the password is right. Without a stored hash it takes as long and is never right. */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    const right = await this.#inTurn(() => verify(stored ?? nobodysHash, password.normalize("NFKC")));
    return right && typeof stored === "string";
  }

  async #inTurn<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < jobsMax) this.#running += 1;
    else await this.#turn();
    try {
      return await job();
    } finally {
      // A turn is handed over, so that nobody who comes in between takes it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= waitingMax) {
      throw new AppError("rate_limited", "Too many passwords are being checked; try again shortly", {
        retryAfterSeconds: 2,
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Refuses a password that is too short, too long, among the commonest, or a form of the user's own name. */
export function requireGoodPassword(
  password: string,
  own: readonly (string | null)[],
  field = "password",
): void {
  const length = [...password].length;
  if (length < passwordCharactersMin)
    throw invalid(field, `must have at least ${passwordCharactersMin} characters`);
  if (length > passwordCharactersMax)
    throw invalid(field, `must have at most ${passwordCharactersMax} characters`);
  const key = keyOf(password);
  const words = own.flatMap((word) => (word === null ? [] : [keyOf(word), keyOf(word).split("@", 1)[0]!]));
  if (isCommon(key) || words.some((word) => word !== "" && stemOf(key) === stemOf(word))) {
    throw invalid(field, "is among the first that anybody would try: choose another");
  }
}

let common: Set<string> | undefined;

function isCommon(key: string): boolean {
  common ??= readCommonPasswords();
  return common.has(key) || common.has(stemOf(key)) || new Set(key).size <= 2;
}

function readCommonPasswords(): Set<string> {
  const text = readFileSync(join(serverRoot(), "assets/common-passwords.txt"), "utf8");
  return new Set(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
}

/** `Password123!` → `password`: digits and signs at the end do not make a common word a good one. */
function stemOf(key: string): string {
  const stem = key.replace(/[^\p{L}]{0,6}$/u, "");
  return stem === "" ? key : stem;
}

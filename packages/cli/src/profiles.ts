import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { usage } from "./failures.ts";

/** Where a server is and who we are there. */
export interface Profile {
  url: string;
  token: string;
  /** Of the token, to revoke it at `logout`. */
  tokenId?: string;
  userName?: string;
  /** The data folder whose first start made this profile. */
  dataDir?: string;
}

interface ProfilesFile {
  /** The one that is used when none is named. */
  current?: string;
  profiles: Record<string, Profile>;
}

export const defaultProfile = "local";

/** `$MILLRACE_PROFILE`, or `~/.config/millrace/profiles.json`. */
export function profilesPath(environment: NodeJS.ProcessEnv): string {
  const { MILLRACE_PROFILE: named, XDG_CONFIG_HOME: configHome } = environment;
  if (named !== undefined && named !== "") return named;
  const folder = configHome !== undefined && configHome !== "" ? configHome : join(homedir(), ".config");
  return join(folder, "millrace/profiles.json");
}

/** The profiles of one file, which is for its owner alone. */
export class Profiles {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The named profile, else the current one. */
  find(name?: string): Profile | undefined {
    const file = this.#read();
    return file.profiles[name ?? this.#currentOf(file)];
  }

  /** Which profile belongs to the server at `url`, if one does. */
  nameOf(url: string): string | undefined {
    return Object.entries(this.#read().profiles).find(([, profile]) => profile.url === url)?.[0];
  }

  /** What a command without `--profile` means. */
  currentName(): string {
    return this.#currentOf(this.#read());
  }

  /** Stores a profile and makes it the current one. */
  save(name: string, profile: Profile): void {
    const file = this.#read();
    this.#write({ current: name, profiles: { ...file.profiles, [name]: profile } });
  }

  remove(name: string): void {
    const { current, profiles } = this.#read();
    const rest = Object.fromEntries(Object.entries(profiles).filter(([other]) => other !== name));
    const next = current === name ? Object.keys(rest)[0] : current;
    this.#write({ ...(next === undefined ? {} : { current: next }), profiles: rest });
  }

  #currentOf({ current }: ProfilesFile): string {
    return current ?? defaultProfile;
  }

  #read(): ProfilesFile {
    if (!existsSync(this.path)) return { profiles: {} };
    try {
      const file = JSON.parse(readFileSync(this.path, "utf8")) as Partial<ProfilesFile>;
      return { ...file, profiles: file.profiles ?? {} };
    } catch (error) {
      throw usage(`${this.path} cannot be read: ${(error as Error).message}. Put it right or remove it.`);
    }
  }

  /** Whole or not at all, and never readable by others. */
  #write(file: ProfilesFile): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, this.path);
  }
}

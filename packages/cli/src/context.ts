import type { Command } from "commander";
import type { Client } from "@millrace/sdk";
import { CommandError, exitCodes, usage } from "./failures.ts";
import { Output } from "./output.ts";
import { loadSdk } from "./packages.ts";
import { defaultProfile, type Profile, Profiles, profilesPath } from "./profiles.ts";
import { Progress } from "./progress.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  profile?: string;
  url?: string;
  token?: string;
}

const defaultUrl = "http://127.0.0.1:4100";

/** What a command works with: the options given, the profiles, the way to the server, the output. */
export class Context {
  readonly environment: NodeJS.ProcessEnv;
  /** Of this command. */
  readonly version: string;
  readonly out: Output;
  readonly profiles: Profiles;
  /** Undefined until a command line was understood. */
  command: Command | undefined;
  #options: GlobalOptions = {};
  #client: Client | undefined;
  #interruption: AbortController | undefined;

  constructor(environment: NodeJS.ProcessEnv, version = "") {
    this.environment = environment;
    this.version = version;
    this.out = new Output(process);
    this.profiles = new Profiles(profilesPath(environment));
  }

  /** Takes the global options of the command line, and which command it is. */
  configure(options: GlobalOptions, command: Command): void {
    this.#options = options;
    this.command = command;
    this.out.json = options.json === true;
  }

  get profileName(): string {
    return this.#options.profile ?? this.profiles.currentName();
  }

  /** Where `login` keeps what it made: as said, else the profile of this server, else the default one. */
  get profileToSave(): string {
    const { profile } = this.#options;
    if (profile !== undefined) return profile;
    const known = this.profiles.nameOf(this.url);
    if (known !== undefined) return known;
    return this.profiles.find(defaultProfile) === undefined ? defaultProfile : new URL(this.url).host;
  }

  /** Where the server is: as said, else as the profile says. */
  get url(): string {
    const url = this.#givenUrl() ?? this.#profile()?.url ?? defaultUrl;
    if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, "");
    throw usage(`--url: ${JSON.stringify(url)} is no address that begins with http:// or https://`);
  }

  /** The token that the command line or the environment says. */
  get givenToken(): string | undefined {
    return this.#options.token ?? nonEmpty(this.environment["MILLRACE_TOKEN"]);
  }

  /** The token as said, else the profile's, which goes to the profile's own server only. */
  get token(): string | undefined {
    if (this.givenToken !== undefined) return this.givenToken;
    const profile = this.#profile();
    if (profile === undefined || originOf(profile.url) !== originOf(this.url)) return undefined;
    return profile.token;
  }

  /** The profile whose token is used; undefined where another one was given. */
  get profileInUse(): string | undefined {
    return this.givenToken === undefined && this.token !== undefined ? this.profileName : undefined;
  }

  /** A signed-in client, closed when the command ends. */
  async client(): Promise<Client> {
    const { url, token } = this;
    if (token === undefined) {
      const message = `Not signed in to ${url}: run \`millrace login\`, or give --token or MILLRACE_TOKEN.`;
      throw new CommandError(message, exitCodes.notSignedIn);
    }
    const { createClient } = await loadSdk();
    this.#client ??= createClient({ url, token });
    return this.#client;
  }

  /** Aborted when the user interrupts; for commands that go on until then. */
  get interrupted(): AbortSignal {
    if (this.#interruption !== undefined) return this.#interruption.signal;
    const interruption = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
    this.#interruption = interruption;
    return interruption.signal;
  }

  progress(): Progress {
    return new Progress(process.stderr);
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  #givenUrl(): string | undefined {
    return this.#options.url ?? nonEmpty(this.environment["MILLRACE_URL"]);
  }

  /** A profile that `login` is about to make is not there yet, but then the address was said. */
  #profile(): Profile | undefined {
    const { profile: name } = this.#options;
    const profile = this.profiles.find(name);
    if (profile !== undefined || name === undefined || this.#givenUrl() !== undefined) return profile;
    throw usage(`--profile: there is no profile ${JSON.stringify(name)} in ${this.profiles.path}`);
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

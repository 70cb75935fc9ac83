import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Limits } from "./manifest.ts";

/** What one process is to run as, with what it may see and use. */
export interface SandboxRequest {
  command: readonly string[];
  /** The whole environment; nothing of the runner's own is added. */
  environment: Readonly<Record<string, string>>;
  /** Working folder; lies in a folder that it sees. */
  cwd: string;
  readOnly: readonly string[];
  writable: readonly string[];
  network: boolean;
  limits: Limits;
  /** Seconds of CPU after which it is ended; for processes that do one thing. */
  cpuSeconds?: number | undefined;
}

/** The system as a job sees it: programs, libraries and their settings, and no file of a person or a service. */
export interface SystemView {
  /** Seen under the same path. */
  readOnly: string[];
  /** Link to where it leads, such as `/bin` to `usr/bin`. */
  links: [string, string][];
}

const programFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

const settings = [
  "alternatives",
  "ca-certificates",
  "crypto-policies",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "mono",
  "perl",
  "pki",
  "ssl/certs",
  "ssl/openssl.cnf",
  "timezone",
];
const settingsByPattern = /^(java|php|python|ruby|lua|openjdk)/;
const networkSettings = [
  "gai.conf",
  "host.conf",
  "hosts",
  "nsswitch.conf",
  "protocols",
  "resolv.conf",
  "services",
];

/** What of this machine a job sees; the network's settings only where it has one. */
export function systemView({ network }: { network: boolean }): SystemView {
  const names = [
    ...settings,
    ...readdirSync("/etc").filter((name) => settingsByPattern.test(name)),
    ...(network ? networkSettings : []),
  ];
  const folders = programFolders.filter((folder) => existsSync(folder));
  const links = folders.filter((folder) => lstatSync(folder).isSymbolicLink());
  return {
    readOnly: [
      "/usr",
      ...folders.filter((folder) => !links.includes(folder)),
      ...names.map((name) => join("/etc", name)).filter((path) => existsSync(path)),
    ],
    links: links.map((folder) => [folder, readlinkSync(folder)]),
  };
}

/**
 * Limits that the kernel keeps for each process; `prlimit` sets them last, so that they bind nothing but the job. That
 * on processes counts all of the user's, so it is for a user that has no others.
 */
export function processLimits(
  { limits, cpuSeconds }: SandboxRequest,
  { isUserShared = false }: { isUserShared?: boolean } = {},
): string[] {
  const all = {
    core: 0,
    nofile: limits.openFilesMax,
    fsize: limits.diskBytes,
    ...(isUserShared ? {} : { nproc: limits.processesMax }),
    ...(cpuSeconds === undefined ? {} : { cpu: cpuSeconds }),
  };
  return ["prlimit", ...Object.entries(all).map(([name, value]) => `--${name}=${value}:${value}`), "--"];
}

/** Becomes a user that owns nothing, for good. What its parent's end was to do is lost by that, so it is said again. */
export function becomeUser(uid: number): string[] {
  const user = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  return ["setpriv", ...user, "--no-new-privs", "--inh-caps=-all", "--pdeathsig=KILL", "--"];
}

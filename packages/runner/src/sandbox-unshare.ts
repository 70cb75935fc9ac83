import { type SandboxRequest, becomeUser, processLimits, systemView } from "./sandbox-view.ts";

/**
 * The command line for the same view as bubblewrap's with `unshare` of util-linux: namespaces, a root of its own on a
 * small tmpfs, and then a process without rights. The runner's end ends it (`--pdeathsig`, `--kill-child`).
 */
export function unshareCommand(
  request: SandboxRequest,
  { uid, accounts, root }: { uid: number | undefined; accounts: string; root: string },
): string[] {
  const namespaces = ["--mount", "--pid", "--ipc", "--uts", ...(request.network ? [] : ["--net"])];
  const asUser = uid === undefined ? ["--user", "--map-root-user"] : [];
  const rights = uid === undefined ? withoutRights : becomeUser(uid);
  const command = [...processLimits(request), ...rights, ...request.command];
  return [
    "setpriv",
    "--pdeathsig",
    "KILL",
    "--",
    "unshare",
    ...asUser,
    ...namespaces,
    "--fork",
    "--kill-child=KILL",
    "--",
    "/bin/sh",
    "-c",
    setUp(request, { accounts, root }),
    "sh",
    ...command,
  ];
}

/** A mapped root keeps no rights over an exec when none may be had. */
const withoutRights = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"];

const devices = ["null", "zero", "full", "random", "urandom"];

function setUp(request: SandboxRequest, { accounts, root }: { accounts: string; root: string }): string {
  const view = systemView(request);
  const within = (path: string) => quote(`${root}${path}`);
  const bind = (path: string, options: string, target = path) =>
    `bind ${quote(path)} ${within(target)} ${options}`;
  return [
    "set -e",
    "path=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    // The place of a file is a file, and that of a folder a folder.
    'bind() { if [ -d "$1" ]; then mkdir -p "$2"; else mkdir -p "${2%/*}"; : >"$2"; fi',
    'mount --bind "$1" "$2"; mount -o "remount,bind,nosuid,$3" "$2"; }',
    `mount -t tmpfs -o mode=0755,size=1m,nosuid tmpfs ${quote(root)}`,
    ...view.readOnly.map((path) => bind(path, "ro")),
    ...view.links.map(([path, target]) => `ln -s ${quote(target)} ${within(path)}`),
    bind(accounts, "ro", "/etc/passwd"),
    ...devices.map((name) => bind(`/dev/${name}`, "rw")),
    `ln -s /proc/self/fd ${within("/dev/fd")}`,
    `mkdir ${within("/proc")}; mount -t proc -o nosuid,nodev,noexec proc ${within("/proc")}`,
    ...request.readOnly.map((path) => bind(path, "ro")),
    ...request.writable.map((path) => bind(path, "rw")),
    `cd ${quote(root)}; pivot_root . .; umount -l .`,
    "mount -o remount,bind,ro /",
    `cd ${quote(request.cwd)}; PATH=$path; unset path OLDPWD`,
    'exec "$@"',
  ].join("\n");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

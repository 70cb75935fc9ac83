import { type SandboxRequest, becomeUser, processLimits, systemView } from "./sandbox-view.ts";

const sharedMemoryBytes = 64 * 2 ** 20;

/** For entering the job's folder and becoming its user, which ends these rights. */
const rootRights = ["CAP_SETUID", "CAP_SETGID", "CAP_DAC_READ_SEARCH"];

/**
 * The command line of bubblewrap for a request: namespaces of its own for processes, mounts, IPC, host name and (unless
 * granted) network; a root that holds only what the request names; nobody's rights. Dies with the runner.
 *
 * `uid` is given where the runner is root: then root makes the mounts, so that the job's folders need not be open to
 * anybody, and the job becomes that user. Any other user makes a user namespace instead.
 */
export function bubblewrapCommand(
  request: SandboxRequest,
  { uid, accounts, seccomp }: { uid: number | undefined; accounts: string; seccomp: boolean },
): string[] {
  const view = systemView(request);
  const rights =
    uid === undefined
      ? ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
      : ["--cap-drop", "ALL", ...rootRights.flatMap((right) => ["--cap-add", right])];
  const paths = [...view.readOnly, "/etc/passwd", ...request.readOnly, ...request.writable];
  return [
    "bwrap",
    "--die-with-parent",
    "--new-session",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--hostname",
    "job",
    ...(request.network ? [] : ["--unshare-net"]),
    ...rights,
    ...(seccomp ? ["--seccomp", "3"] : []),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--perms",
    "1777",
    "--size",
    String(sharedMemoryBytes),
    "--tmpfs",
    "/dev/shm",
    ...foldersAbove(paths).flatMap((folder) => ["--perms", "0755", "--dir", folder]),
    ...view.readOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...view.links.flatMap(([path, target]) => ["--symlink", target, path]),
    "--ro-bind",
    accounts,
    "/etc/passwd",
    ...request.readOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...request.writable.flatMap((path) => ["--bind", path, path]),
    "--remount-ro",
    "/",
    "--chdir",
    request.cwd,
    "--",
    ...processLimits(request),
    ...(uid === undefined ? [] : becomeUser(uid)),
    ...request.command,
  ];
}

/** The folders that lead to these paths, the upper ones first: made here, they are open to every user. */
function foldersAbove(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split("/").slice(1, -1);
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
  });
  const isWithinAnother = (folder: string) =>
    paths.some((path) => folder === path || folder.startsWith(`${path}/`));
  return [...new Set(folders)].filter((folder) => !isWithinAnother(folder));
}

/** Numbers of system calls: those of x86-64 and of arm64 differ for the older ones. */
const denied = {
  x64: {
    add_key: 248,
    request_key: 249,
    keyctl: 250,
    ptrace: 101,
    process_vm_readv: 310,
    process_vm_writev: 311,
    mount: 165,
    umount2: 166,
    pivot_root: 155,
    swapon: 167,
    reboot: 169,
    acct: 163,
    quotactl: 179,
    init_module: 175,
    delete_module: 176,
    finit_module: 313,
    kexec_load: 246,
    perf_event_open: 298,
    open_by_handle_at: 304,
    setns: 308,
    unshare: 272,
    bpf: 321,
    userfaultfd: 323,
  },
  arm64: {
    add_key: 217,
    request_key: 218,
    keyctl: 219,
    ptrace: 117,
    process_vm_readv: 270,
    process_vm_writev: 271,
    mount: 40,
    umount2: 39,
    pivot_root: 41,
    swapon: 224,
    reboot: 142,
    acct: 89,
    quotactl: 60,
    init_module: 105,
    delete_module: 106,
    finit_module: 273,
    kexec_load: 104,
    perf_event_open: 241,
    open_by_handle_at: 265,
    setns: 268,
    unshare: 97,
    bpf: 280,
    userfaultfd: 282,
  },
} as const;

/** The same on every machine: io_uring, the newer calls for mounts, pidfd_getfd. */
const deniedEverywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 438];

const machines = {
  x64: { audit: 0xc000003e, clone: 56 },
  arm64: { audit: 0xc00000b7, clone: 220 },
} as const;

const clone3 = 435;
/** Every flag of clone that makes a namespace. */
const namespaceFlags = 0x7e020000;
const foreignCalls = 0x40000000;

const load = 0x20;
const ifEqual = 0x15;
const ifAtLeast = 0x35;
const ifAnyBit = 0x45;
const answer = 0x06;

const allow = 0x7fff0000;
const kill = 0x80000000;
const notPermitted = 0x00050001;
const notThere = 0x00050026;

const numberAt = 0;
const architectureAt = 4;
const firstArgumentAt = 16;

/**
 * A seccomp filter (classic BPF, as `bwrap --seccomp` reads it) that refuses what no job needs and what most escapes
 * began with: namespaces, mounts, tracing, kernel keys, modules, bpf, io_uring, userfaultfd, perf. Undefined for a
 * processor whose call numbers are not known.
 */
export function seccompFilter(machine: NodeJS.Architecture = process.arch): Buffer | undefined {
  if (machine !== "x64" && machine !== "arm64") return undefined;
  const { audit, clone } = machines[machine];
  const numbers = [...Object.values(denied[machine]), ...deniedEverywhere];
  return Buffer.concat([
    instruction(load, architectureAt),
    instruction(ifEqual, audit, 1, 0),
    instruction(answer, kill),
    instruction(load, numberAt),
    // The x32 calls of an x86-64 kernel would be a second way to each call.
    ...(machine === "x64" ? refuse(ifAtLeast, foreignCalls, notPermitted) : []),
    // Its flags lie in memory, which no filter sees: C libraries fall back to clone.
    ...refuse(ifEqual, clone3, notThere),
    ...numbers.flatMap((number) => refuse(ifEqual, number, notPermitted)),
    instruction(ifEqual, clone, 1, 0),
    instruction(answer, allow),
    instruction(load, firstArgumentAt),
    ...refuse(ifAnyBit, namespaceFlags, notPermitted),
    instruction(answer, allow),
  ]);
}

function refuse(test: number, value: number, result: number): Buffer[] {
  return [instruction(test, value, 0, 1), instruction(answer, result)];
}

function instruction(code: number, value: number, ifTrue = 0, ifFalse = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}

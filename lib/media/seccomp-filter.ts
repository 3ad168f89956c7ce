/**
 * The seccomp filter that a sandboxed ffmpeg runs under: a denylist in raw classic BPF, so that no library is needed.
 *
 * It takes away what encoding files never needs: sockets, tracing, keys, mounts, namespaces, modules, io_uring. A denied
 * call answers EPERM, except clone3, which answers ENOSYS so that libc falls back to clone, whose flags can be examined.
 * Numbers: the kernel's syscall tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
 */

/** What is denied, with its number on x86-64 and on arm64 (null: not there). */
const DENIED: Record<string, readonly [x64: number, arm64: number | null]> = {
  socket: [41, 198],
  connect: [42, 203],
  bind: [49, 200],
  listen: [50, 201],
  accept: [43, 202],
  accept4: [288, 242],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  unshare: [272, 97],
  setns: [308, 268],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  mknod: [133, null],
  mknodat: [259, 33],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  create_module: [174, null],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  vhangup: [153, 58],
  syslog: [103, 116],
  uselib: [134, null],
  ustat: [136, null],
  personality: [135, 92],
  lookup_dcookie: [212, 18],
};

type Table = { auditArch: number; clone: number; clone3: number; denied: readonly number[] };

const TABLES: Partial<Record<NodeJS.Architecture, Table>> = {
  x64: {
    auditArch: 0xc000003e,
    clone: 56,
    clone3: 435,
    denied: Object.values(DENIED).map(([number]) => number),
  },
  arm64: {
    auditArch: 0xc00000b7,
    clone: 220,
    clone3: 435,
    denied: Object.values(DENIED).flatMap(([, number]) => (number === null ? [] : [number])),
  },
};

/** CLONE_NEWTIME … CLONE_NEWNET, CLONE_NEWNS: any new namespace. */
const NAMESPACE_FLAGS = 0x7e020080;

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;

const NUMBER_OFFSET = 0;
const ARCH_OFFSET = 4;
const FIRST_ARGUMENT_OFFSET = 16;
const X32_BIT = 0x40000000;

/** The filter as bytes for `bwrap --seccomp`, or null for an architecture without a table. */
export function seccompFilter(arch: NodeJS.Architecture = process.arch): Buffer | null {
  const table = TABLES[arch];
  if (!table) return null;
  const program: [code: number, ifTrue: number, ifFalse: number, value: number][] = [
    [LOAD, 0, 0, ARCH_OFFSET],
    [EQUAL, 1, 0, table.auditArch],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NUMBER_OFFSET],
    [AT_LEAST, 0, 1, X32_BIT],
    [RETURN, 0, 0, EPERM],
    [EQUAL, 0, 1, table.clone3],
    [RETURN, 0, 0, ENOSYS],
  ];
  for (const number of table.denied) {
    program.push([EQUAL, 0, 1, number], [RETURN, 0, 0, EPERM]);
  }
  program.push(
    [EQUAL, 0, 3, table.clone],
    [LOAD, 0, 0, FIRST_ARGUMENT_OFFSET],
    [ANY_BIT, 0, 1, NAMESPACE_FLAGS],
    [RETURN, 0, 0, EPERM],
    [RETURN, 0, 0, ALLOW],
  );
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  });
  return bytes;
}

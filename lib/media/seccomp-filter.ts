/**
 * The seccomp filter that a sandboxed ffmpeg runs under: a denylist in raw classic BPF, so that no library is needed.
 *
 * It takes away what encoding files never needs: sockets, tracing, keys, mounts, namespaces, modules, io_uring. A denied
 * call answers EPERM, except clone3, which answers ENOSYS so that libc falls back to clone, whose flags can be examined.
 * Numbers: the kernel's syscall tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
 */

type Table = { auditArch: number; clone: number; clone3: number; denied: readonly number[] };

/** From 424 on, every architecture shares its numbers. */
const SHARED = [
  425, 426, 427, // io_uring_setup, io_uring_enter, io_uring_register
  428, 429, 430, 431, 432, 433, 442, // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr
  434, 438, // pidfd_open, pidfd_getfd
];

const TABLES: Partial<Record<NodeJS.Architecture, Table>> = {
  x64: {
    auditArch: 0xc000003e,
    clone: 56,
    clone3: 435,
    denied: [
      41, 42, 49, 50, 43, 288, // socket, connect, bind, listen, accept, accept4
      101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp
      248, 249, 250, // add_key, request_key, keyctl
      165, 166, 155, 161, 272, 308, // mount, umount2, pivot_root, chroot, unshare, setns
      133, 259, // mknod, mknodat
      321, 298, 323, // bpf, perf_event_open, userfaultfd
      175, 313, 176, 174, 246, 320, // modules, kexec
      169, 167, 168, 163, 179, 170, 171, 164, 227, 159, 305, // reboot, swap, acct, quotactl, host name, clocks
      303, 304, 172, 173, 154, 153, 103, 134, 136, 135, 212, // handles, ports, ldt, vhangup, syslog, personality
      ...SHARED,
    ],
  },
  arm64: {
    auditArch: 0xc00000b7,
    clone: 220,
    clone3: 435,
    denied: [
      198, 203, 200, 201, 202, 242, // socket, connect, bind, listen, accept, accept4
      117, 270, 271, 272, // ptrace, process_vm_readv, process_vm_writev, kcmp
      217, 218, 219, // add_key, request_key, keyctl
      40, 39, 41, 51, 97, 268, // mount, umount2, pivot_root, chroot, unshare, setns
      33, // mknodat
      280, 241, 282, // bpf, perf_event_open, userfaultfd
      105, 273, 106, 104, 294, // modules, kexec
      142, 224, 225, 89, 60, 161, 162, 170, 112, 171, 266, // reboot, swap, acct, quotactl, host name, clocks
      264, 265, 58, 116, 92, 18, // handles, vhangup, syslog, personality
      ...SHARED,
    ],
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

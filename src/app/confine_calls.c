/* confine_calls.c - the system calls that are left. Sources: seccomp(2), and what
 * libmicrohttpd, libcurl, glibc's resolver, SQLite and the sanitizers make.
 *
 * A list of what may be done, since nobody can list what must not; what it lacks is "not
 * there" (ENOSYS), for which glibc has an older way where there is one. On a CPU whose
 * numbers nobody compared with this list, nothing is filtered. */
#include "app/confine.h"

#include "base/log.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCH

/* A sanitizer looks at the process's threads from another one, and asks a program for the
 * names of functions. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static const int allowed[] = {
    /* memory */
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_mlock,
    SYS_munlock,
    SYS_mlock2,
    SYS_msync,
    SYS_mincore,
    SYS_membarrier,
    SYS_memfd_create,
    SYS_get_mempolicy,
    /* threads, and the end of one */
    SYS_futex,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_set_tid_address,
    SYS_exit,
    SYS_exit_group,
    SYS_gettid,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_getcpu,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_restart_syscall,
    /* signals, to oneself (who else is asked by kill's user id) */
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_rt_sigpending,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    SYS_tgkill,
    SYS_signalfd4,
    SYS_wait4,
    /* time */
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_times,
    /* files */
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_preadv,
    SYS_pwritev,
    SYS_preadv2,
    SYS_pwritev2,
    SYS_openat,
    SYS_close,
    SYS_close_range,
    SYS_lseek,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_fcntl,
    SYS_flock,
    SYS_fsync,
    SYS_fdatasync,
    SYS_sync_file_range,
    SYS_truncate,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fadvise64,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_linkat,
    SYS_readlinkat,
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_utimensat,
    SYS_getdents64,
    SYS_getcwd,
    SYS_umask,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_ioctl,
    SYS_sendfile,
    SYS_copy_file_range,
    SYS_splice,
    SYS_tee,
    /* sockets and who waits for them; `socket` itself is asked about below */
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_connect,
    SYS_shutdown,
    SYS_getsockname,
    SYS_getpeername,
    SYS_socketpair,
    SYS_setsockopt,
    SYS_getsockopt,
    SYS_sendto,
    SYS_recvfrom,
    SYS_sendmsg,
    SYS_recvmsg,
    SYS_sendmmsg,
    SYS_recvmmsg,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_ppoll,
    SYS_pselect6,
    SYS_eventfd2,
    SYS_inotify_init1,
    SYS_inotify_add_watch,
    SYS_inotify_rm_watch,
    /* who am I, how much may I have */
    SYS_getpid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getresuid,
    SYS_getresgid,
    SYS_getgroups,
    SYS_getrlimit,
    SYS_prlimit64,
    SYS_getrusage,
    SYS_sysinfo,
    SYS_uname,
    SYS_getrandom,
    SYS_prctl,
    SYS_capget,
#ifdef __x86_64__ /* older spellings, which its libraries still use */
    SYS_open,
    SYS_creat,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_mkdir,
    SYS_rmdir,
    SYS_unlink,
    SYS_rename,
    SYS_renameat,
    SYS_link,
    SYS_readlink,
    SYS_chmod,
    SYS_getdents,
    SYS_dup2,
    SYS_pipe,
    SYS_poll,
    SYS_select,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_eventfd,
    SYS_inotify_init,
    SYS_time,
    SYS_arch_prctl,
    SYS_alarm,
    SYS_pause,
#else
    SYS_renameat,
#endif
#ifdef SANITIZED
    SYS_ptrace,
    SYS_execve,
    SYS_vfork,
    SYS_fork,
    SYS_kill,
    SYS_personality,
    SYS_process_vm_readv,
    SYS_setrlimit,
    SYS_clone3,
#endif
};
enum { ALLOWED = sizeof allowed / sizeof *allowed };

/* By which a thread would make itself a world of its own, with a root of its own. */
#define NEW_WORLDS                                                                 \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
     CLONE_NEWPID | CLONE_NEWNET)

static const unsigned families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
enum { FAMILIES = sizeof families / sizeof *families };

struct program {
    struct sock_filter v[ALLOWED * 2 + 64];
    unsigned short n;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    p->v[p->n++] = (struct sock_filter){ code, yes, no, k };
}

static void put_load(struct program *p, size_t offset)
{
    put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void put_end(struct program *p, uint32_t action)
{
    put(p, BPF_RET | BPF_K, action, 0, 0);
}

/* The accumulator is `value`: ends with `action`; else goes on. */
static void put_case(struct program *p, uint32_t value, uint32_t action)
{
    put(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    put_end(p, action);
}

enum { NOT_THERE = SECCOMP_RET_ERRNO | ENOSYS };

/* Low halves of the arguments: both are ints, and these CPUs are little-endian. */
static void put_asked(struct program *p)
{
    put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 2 + 2 * FAMILIES);
    put_load(p, offsetof(struct seccomp_data, args[0]));
    for (size_t i = 0; i < FAMILIES; i++)
        put_case(p, families[i], SECCOMP_RET_ALLOW);
    put_end(p, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    put_load(p, offsetof(struct seccomp_data, args[0]));
    put(p, BPF_JMP | BPF_JSET | BPF_K, NEW_WORLDS, 0, 1);
    put_end(p, SECCOMP_RET_ERRNO | EPERM);
    put_end(p, SECCOMP_RET_ALLOW);
}

static void build(struct program *p)
{
    p->n = 0;
    put_load(p, offsetof(struct seccomp_data, arch));
    put(p, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    put_end(p, SECCOMP_RET_KILL_PROCESS);
    put_load(p, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < ALLOWED; i++)
        put_case(p, (uint32_t)allowed[i], SECCOMP_RET_ALLOW);
    put_asked(p);
    put_end(p, NOT_THERE);
}

void confine_calls(void)
{
    static struct program p; /* two thousand bytes; the process's one */
    struct sock_fprog filter = { 0, p.v };

    build(&p);
    filter.len = p.n;
    /* No code of others runs here, so nothing is gained by slower branches. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                &filter) != 0)
        log_text(LOG_INFO, "this kernel filters no system calls for us: %s",
                 strerror(errno));
}

#else

void confine_calls(void)
{
    log_text(LOG_INFO, "system calls are not filtered on this CPU");
}

#endif

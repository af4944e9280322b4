package io.limpet.rig.internal.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;

/** The few system calls that Java has no words for; set-up only, never on the path of a frame. */
final class LibC {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int CLONE_NEWNET = 0x40000000;

  static final int AF_INET = 2;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = O_NONBLOCK;
  static final int SOCK_CLOEXEC = O_CLOEXEC;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVTIMEO = 20;
  static final int SO_RCVBUFFORCE = 33;
  static final int SOL_PACKET = 263;
  static final int PACKET_IGNORE_OUTGOING = 23;

  static final int SCHED_RR = 2;
  static final int SCHED_RESET_ON_FORK = 0x40000000;
  static final int PRIO_PROCESS = 0;

  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  static native int open(String path, int flags) throws LastErrorException;

  static native int close(int fd) throws LastErrorException;

  static native int setns(int fd, int nstype) throws LastErrorException;

  static native int ioctl(int fd, NativeLong request, byte[] argument) throws LastErrorException;

  /** For requests whose argument holds an address. */
  static native int ioctl(int fd, NativeLong request, com.sun.jna.Pointer argument)
      throws LastErrorException;

  static native int socket(int domain, int type, int protocol) throws LastErrorException;

  static native int bind(int fd, byte[] address, int length) throws LastErrorException;

  static native int setsockopt(int fd, int level, int option, byte[] value, int length)
      throws LastErrorException;

  static native NativeLong sendto(
      int fd, byte[] data, NativeLong length, int flags, byte[] address, int addressLength)
      throws LastErrorException;

  static native NativeLong recv(int fd, byte[] data, NativeLong length, int flags)
      throws LastErrorException;

  /** The index is that of the calling thread's namespace; 0 if there is no such interface. */
  static native int if_nametoindex(String name) throws LastErrorException;

  /** Of the calling thread, if the pid is 0. */
  static native int sched_setscheduler(int pid, int policy, byte[] parameters)
      throws LastErrorException;

  /** Of the calling thread, for PRIO_PROCESS and 0: on Linux niceness is a thread's own. */
  static native int setpriority(int which, int who, int niceness) throws LastErrorException;
}

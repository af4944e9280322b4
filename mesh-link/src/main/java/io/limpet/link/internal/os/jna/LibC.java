package io.limpet.link.internal.os.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Direct mappings of the C library. Only for set-up and rare requests: what is busy goes through
 * Netty's file descriptors. Loading this class fails with a {@link LinkageError} where there is no
 * such library.
 */
final class LibC {
  static {
    // This process has it already: nothing is searched for.
    Native.register(LibC.class, NativeLibrary.getProcess());
  }

  private LibC() {}

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, byte[] address, int addressBytes);

  static native int setsockopt(int fd, int level, int name, byte[] value, int valueBytes);

  static native int getsockopt(int fd, int level, int name, byte[] value, int[] valueBytes);

  static native @Nullable Pointer getpwnam(String name);

  static native @Nullable Pointer getgrnam(String name);

  static native NativeLong sendto(
      int fd,
      byte[] data,
      NativeLong dataBytes,
      int flags,
      byte @Nullable [] address,
      int addressBytes);

  static native NativeLong recv(int fd, ByteBuffer data, NativeLong dataBytes, int flags);

  static native int poll(byte[] descriptors, NativeLong count, int timeoutMs);

  static native int close(int fd);

  static native String strerror(int errno);
}

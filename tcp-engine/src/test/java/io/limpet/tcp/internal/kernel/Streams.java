package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bytes with their hashes, and the kernel's side of a conversation. */
final class Streams {
  private Streams() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String hash(byte[] bytes) {
    MessageDigest digest = digest();
    digest.update(bytes);
    return hex(digest);
  }

  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Reads a kernel socket to its end and returns the hash. */
  static String readAll(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    MessageDigest digest = digest();
    byte[] chunk = new byte[64 << 10];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      digest.update(chunk, 0, count);
    }
    return hex(digest);
  }

  /** Writes everything from a thread of its own, then shuts down if asked. */
  static Task<Integer> writeAll(Socket socket, byte[] bytes, boolean shutdown) {
    return Task.start(
        () -> {
          OutputStream out = socket.getOutputStream();
          out.write(bytes);
          if (shutdown) {
            socket.shutdownOutput();
          }
          return bytes.length;
        });
  }

  /** Something that runs on a thread of its own. */
  static final class Task<T> {
    private final FutureTask<T> future;

    private Task(Callable<T> body) {
      future = new FutureTask<>(body);
      Thread thread = new Thread(future, "kernel side");
      thread.setDaemon(true);
      thread.start();
    }

    static <T> Task<T> start(Callable<T> body) {
      return new Task<>(body);
    }

    T await() throws Exception {
      try {
        return future.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      } catch (TimeoutException e) {
        throw new AssertionError("the kernel's side is stuck", e);
      }
    }
  }
}

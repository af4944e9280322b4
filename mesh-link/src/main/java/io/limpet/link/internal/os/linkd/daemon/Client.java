package io.limpet.link.internal.os.linkd.daemon;

/**
 * Who asks, as the kernel says. A value.
 *
 * @param uid the user
 * @param pid the process when it connected
 */
record Client(int uid, int pid) {
  @Override
  public String toString() {
    return "uid " + uid + " pid " + pid;
  }
}

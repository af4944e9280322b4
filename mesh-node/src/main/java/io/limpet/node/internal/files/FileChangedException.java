package io.limpet.node.internal.files;

import java.io.IOException;

/** A file is not what it was when it was offered. */
final class FileChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  FileChangedException() {
    super("the file changed while it was sent");
  }
}

package io.limpet.node.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.node.NodeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {
  @TempDir Path folder;

  @Test
  void aNewHomeIsItsOwnersAlone() throws Exception {
    Path home = folder.resolve("new").resolve("home");
    try (HomeFolder held = HomeFolder.open(home)) {
      assertThat(held).isNotNull();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void twoNodesNeverShareAHome() throws Exception {
    try (HomeFolder first = HomeFolder.open(folder)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> HomeFolder.open(folder))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("in use")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    HomeFolder.open(folder).close();
  }

  @Test
  void aFileIsNoHome() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> HomeFolder.open(file))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("not a folder");
  }
}

package io.limpet.invitation.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of half a megabyte, filled to the last byte. */
@Tag("kernel")
class FullDiskTest {

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  @TempDir private Path folder;

  @BeforeAll
  static void loadSqlite(@TempDir Path elsewhere) throws StoreException {
    // Its native library is unpacked beside the first store, and is larger than the disk below.
    RecordFile.open(elsewhere.resolve("first.db")).close();
  }

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder.toString()) == 0,
        "needs the right to mount a file system");
  }

  @AfterEach
  void unmount() throws Exception {
    loop.shutdown();
    run("umount", "-l", folder.toString());
  }

  @Test
  void what_does_not_fit_is_refused_clearly_and_what_was_accepted_stays() throws Exception {
    SqliteStore store = SqliteStore.open(folder, loop);
    List<String> accepted = new ArrayList<>();
    String refusal = "";
    for (int i = 0; i < 4000 && refusal.isEmpty(); i++) {
      String id = String.format("i%05d", i);
      refusal = put(store, id);
      if (refusal.isEmpty()) {
        accepted.add(id);
      }
    }
    assertThat(refusal).contains("the disk is full: make room on it");
    assertThat(accepted).hasSizeGreaterThan(20);

    // It stays refused, and then, when there is room, it goes on without a restart.
    assertThat(put(store, "i90000")).contains("full");
    assertThat(run("mount", "-o", "remount,size=4m", folder.toString())).isZero();
    assertThat(put(store, "i90001")).isEmpty();
    accepted.add("i90001");
    store.close();

    SqliteStore again = SqliteStore.open(folder, loop);
    assertThat(again.invitations().load())
        .extracting(InvitationSession::id)
        .containsExactlyElementsOf(accepted);
    again.close();
  }

  @Test
  void a_store_that_cannot_be_made_says_so() throws IOException {
    Path filler = folder.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      out.write(new byte[1 << 20]);
    } catch (IOException full) {
      // That is the point.
    }
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> SqliteStore.open(folder, loop)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the disk is full");
  }

  /** Returns why the invitation was refused, or nothing when it was stored. */
  private String put(SqliteStore store, String id) throws Exception {
    try {
      StoreFixture.put(
          store.invitations(),
          StoreFixture.session(id, Role.INVITER, State.PENDING, "title"),
          loop);
      return "";
    } catch (StoreException e) {
      return String.valueOf(e);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }
}

package io.limpet.invitation.internal.store;

import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.InvitationStore;
import io.limpet.link.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invitations in an SQLite file that outlives a crash of the process and of the machine. */
public final class SqliteInvitationStore implements InvitationStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteInvitationStore.class);
  private static final String KIND = "invitation";

  /** The file's name in the home folder. */
  public static final String FILE_NAME = "invitations.db";

  private final List<InvitationSession> earlier;
  private final CommitQueue queue;
  private final Optional<DamagedStore> damage;

  private SqliteInvitationStore(
      List<InvitationSession> earlier, CommitQueue queue, Optional<DamagedStore> damage) {
    this.earlier = earlier;
    this.queue = queue;
    this.damage = damage;
  }

  /**
   * Opens the store of a home folder. Blocks while the file is checked.
   *
   * @param loop where the stages of {@link #put} complete
   * @throws StoreException when the file can neither be opened nor made; one line that says why
   */
  public static SqliteInvitationStore open(Path home, Executor loop) throws StoreException {
    RecordFile file = RecordFile.open(home.resolve(FILE_NAME));
    try {
      List<InvitationSession> earlier = new ArrayList<>();
      for (Map.Entry<String, byte[]> record : file.load(KIND).entrySet()) {
        read(record.getKey(), record.getValue(), earlier);
      }
      return new SqliteInvitationStore(earlier, new CommitQueue(file, loop), file.damage());
    } catch (StoreException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void read(String id, byte[] body, List<InvitationSession> into) {
    try {
      into.add(SessionCodec.decode(id, body));
    } catch (StoreException e) {
      // One unreadable record must not take the others along; it stays in the file as it is.
      LOG.error("{}; it is left out", e.getMessage());
    }
  }

  @Override
  public List<InvitationSession> load() {
    return List.copyOf(earlier);
  }

  @Override
  public Optional<DamagedStore> damage() {
    return damage;
  }

  @Override
  public CompletionStage<Void> put(InvitationSession session) {
    return queue.put(new Change(KIND, session.id(), Bytes.of(SessionCodec.encode(session))));
  }

  @Override
  public void remove(String id) {
    // Nobody waits for it: what fails to be forgotten now is forgotten another time.
    var unused = queue.put(new Change(KIND, id, null));
  }

  @Override
  public void close() {
    queue.close();
  }
}

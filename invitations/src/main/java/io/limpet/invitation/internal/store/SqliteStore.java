package io.limpet.invitation.internal.store;

import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.ActivityStore;
import io.limpet.invitation.internal.chat.ChatStore;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.InvitationStore;
import io.limpet.link.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invitations, activities, channels and settings in one SQLite file that outlives a crash of the
 * process and of the machine. One file, so that one sync serves what all say in the same moment.
 */
public final class SqliteStore implements Stores {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  /** The file's name in the home folder. */
  public static final String FILE_NAME = "invitations.db";

  private final CommitQueue queue;
  private final InvitationStore invitations;
  private final ActivityStore activities;
  private final ChannelStore channels;
  private final ChatStore chats;
  private final Settings settings;
  private final Optional<DamagedStore> damage;

  /** Reads one record's body. */
  @FunctionalInterface
  private interface Decoder<T> {
    T decode(String id, byte[] body) throws StoreException;
  }

  private SqliteStore(RecordFile file, Executor loop) throws StoreException {
    List<InvitationSession> sessions = read(file, Invitations.KIND, SessionCodec::decode);
    List<ActivityRecord> records = read(file, Activities.KIND, ActivityCodec::decode);
    List<ChatInvitation> invitedByChat = read(file, Chats.KIND, ChatCodec::decode);
    Map<String, String> words = new LinkedHashMap<>();
    file.load(SqliteSettings.KIND)
        .forEach((name, word) -> words.put(name, new String(word, StandardCharsets.UTF_8)));
    Map<String, Map<String, byte[]>> channelsAtStart = SqliteChannelStore.readAll(file);
    this.queue = new CommitQueue(file, loop);
    this.invitations = new Invitations(sessions, queue);
    this.activities = new Activities(records, queue);
    this.channels = new SqliteChannelStore(file, queue, channelsAtStart);
    this.chats = new Chats(invitedByChat, queue);
    this.settings = new SqliteSettings(words, queue);
    this.damage = file.damage();
  }

  /**
   * Opens the store of a home folder. Blocks while the file is checked.
   *
   * @param loop where the stages complete
   * @throws StoreException when the file can neither be opened nor made; one line that says why
   */
  public static SqliteStore open(Path home, Executor loop) throws StoreException {
    RecordFile file = RecordFile.open(home.resolve(FILE_NAME));
    try {
      return new SqliteStore(file, loop);
    } catch (StoreException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public InvitationStore invitations() {
    return invitations;
  }

  @Override
  public ActivityStore activities() {
    return activities;
  }

  @Override
  public ChannelStore channels() {
    return channels;
  }

  @Override
  public ChatStore chats() {
    return chats;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<DamagedStore> damage() {
    return damage;
  }

  @Override
  public void close() {
    queue.close();
  }

  private static <T> List<T> read(RecordFile file, String kind, Decoder<T> decoder)
      throws StoreException {
    List<T> all = new ArrayList<>();
    for (Map.Entry<String, byte[]> record : file.load(kind).entrySet()) {
      try {
        all.add(decoder.decode(record.getKey(), record.getValue()));
      } catch (StoreException e) {
        // One unreadable record must not take the others along; it stays in the file as it is.
        LOG.error("{}; it is left out", e.getMessage());
      }
    }
    return List.copyOf(all);
  }

  private record Invitations(List<InvitationSession> load, CommitQueue queue)
      implements InvitationStore {
    static final String KIND = "invitation";

    @Override
    public CompletionStage<Void> put(InvitationSession session) {
      return queue.put(
          new RecordChange(KIND, session.id(), Bytes.of(SessionCodec.encode(session))));
    }

    @Override
    public void remove(String id) {
      // Nobody waits for it: what fails to be forgotten now is forgotten another time.
      var unused = queue.put(new RecordChange(KIND, id, null));
    }
  }

  private record Activities(List<ActivityRecord> load, CommitQueue queue) implements ActivityStore {
    static final String KIND = "activity";

    @Override
    public CompletionStage<Void> put(ActivityRecord record) {
      return queue.put(new RecordChange(KIND, record.id(), Bytes.of(ActivityCodec.encode(record))));
    }

    @Override
    public void remove(String id) {
      // As with invitations.
      var unused = queue.put(new RecordChange(KIND, id, null));
    }
  }

  private record Chats(List<ChatInvitation> load, CommitQueue queue) implements ChatStore {
    static final String KIND = "chat";

    @Override
    public CompletionStage<Void> put(ChatInvitation invitation) {
      return queue.put(
          new RecordChange(KIND, invitation.id(), Bytes.of(ChatCodec.encode(invitation))));
    }

    @Override
    public void remove(String id) {
      // As with invitations.
      var unused = queue.put(new RecordChange(KIND, id, null));
    }
  }

  private record SqliteSettings(Map<String, String> load, CommitQueue queue) implements Settings {
    static final String KIND = "setting";

    @Override
    public CompletionStage<Void> put(String name, String word) {
      byte[] body = word.getBytes(StandardCharsets.UTF_8);
      return queue.put(new RecordChange(KIND, name, Bytes.of(body)));
    }
  }
}

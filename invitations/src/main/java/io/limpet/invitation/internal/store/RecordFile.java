package io.limpet.invitation.internal.store;

import io.limpet.invitation.DamagedStore;
import io.limpet.link.Bytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Records by kind and identifier in an SQLite file: write-ahead log, synced at each commit, so that
 * what is committed outlives a power cut. A file that is damaged is moved aside and a fresh one
 * takes its place. One thread at a time, but for {@link #loadBeside}.
 */
final class RecordFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);
  private static final int SCHEMA = 1;
  private static final int BUSY_MS = 2_000;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path file;
  private final Connection connection;
  private final Connection reader;
  private final Optional<DamagedStore> damage;

  private RecordFile(
      Path file, Connection connection, Connection reader, Optional<DamagedStore> damage) {
    this.file = file;
    this.connection = connection;
    this.reader = reader;
    this.damage = damage;
  }

  /**
   * Opens the file, or makes it, for its owner alone.
   *
   * @throws StoreException when that cannot be done; the message says what to do
   */
  static RecordFile open(Path file) throws StoreException {
    NativeFolder.prepare(file.resolveSibling("native"));
    try {
      return openOnce(file, Optional.empty());
    } catch (SQLException e) {
      if (!isDamage(e)) {
        throw new StoreException("cannot open " + file + ": " + reason(e), e);
      }
      Path aside = moveAside(file);
      LOG.error(
          "{} is damaged ({}): it was moved to {}, and what it held is not known here any more",
          file,
          reason(e),
          aside);
      try {
        return openOnce(file, Optional.of(new DamagedStore(file, aside, reason(e))));
      } catch (SQLException again) {
        throw new StoreException("cannot make " + file + " anew: " + reason(again), again);
      }
    }
  }

  private static RecordFile openOnce(Path file, Optional<DamagedStore> damage)
      throws SQLException, StoreException {
    makeOwnerOnly(file);
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MS);
    String url = "jdbc:sqlite:" + file.toAbsolutePath();
    Connection connection = config.createConnection(url);
    try {
      check(connection);
      prepare(file, connection);
      return new RecordFile(file, connection, config.createConnection(url), damage);
    } catch (SQLException | StoreException e) {
      connection.close();
      throw e;
    }
  }

  private static void check(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
      String verdict = result.next() ? result.getString(1) : "no answer";
      if (!"ok".equals(verdict)) {
        throw new SQLiteException(verdict, SQLiteErrorCode.SQLITE_CORRUPT);
      }
    }
  }

  private static void prepare(Path file, Connection connection)
      throws SQLException, StoreException {
    try (Statement statement = connection.createStatement()) {
      int schema;
      try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
        schema = result.next() ? result.getInt(1) : 0;
      }
      if (schema > SCHEMA) {
        throw new StoreException(
            file + " was written by a later version of Limpet: use that one, or another home");
      }
      if (schema < SCHEMA) {
        statement.executeUpdate(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT NOT NULL, id TEXT NOT NULL,"
                + " body BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID");
        statement.executeUpdate("PRAGMA user_version = " + SCHEMA);
      }
    }
  }

  /** Returns what became of an earlier file that could not be read. */
  Optional<DamagedStore> damage() {
    return damage;
  }

  /** Returns the records of a kind in the order of their identifiers. */
  Map<String, byte[]> load(String kind) throws StoreException {
    return load(connection, kind);
  }

  /** As {@link #load}, for a thread of its own, beside one that commits; neither waits. */
  Map<String, byte[]> loadBeside(String kind) throws StoreException {
    return load(reader, kind);
  }

  /** Returns the records of all kinds whose name begins so, by kind and identifier. */
  Map<String, Map<String, byte[]>> loadAll(String prefix) throws StoreException {
    int last = prefix.length() - 1;
    String end = prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    Map<String, Map<String, byte[]>> kinds = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT kind, id, body FROM record WHERE kind >= ? AND kind < ? ORDER BY kind, id")) {
      select.setString(1, prefix);
      select.setString(2, end);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          kinds
              .computeIfAbsent(row.getString(1), kind -> new LinkedHashMap<>())
              .put(row.getString(2), row.getBytes(3));
        }
      }
      return kinds;
    } catch (SQLException e) {
      throw failed("cannot read ", e);
    }
  }

  private Map<String, byte[]> load(Connection from, String kind) throws StoreException {
    Map<String, byte[]> records = new LinkedHashMap<>();
    try (PreparedStatement select =
        from.prepareStatement("SELECT id, body FROM record WHERE kind = ? ORDER BY id")) {
      select.setString(1, kind);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          records.put(row.getString(1), row.getBytes(2));
        }
      }
      return records;
    } catch (SQLException e) {
      throw failed("cannot read ", e);
    }
  }

  /** Commits all of these changes, or none. Returns when they would outlive a power cut. */
  void commit(Collection<RecordChange> changes) throws StoreException {
    // SQLite ends a transaction by itself when the disk is full, and its driver's own transactions
    // do not notice: they are begun and ended here.
    try (Statement transaction = connection.createStatement();
        PreparedStatement put =
            connection.prepareStatement("INSERT OR REPLACE INTO record VALUES (?, ?, ?)");
        PreparedStatement remove =
            connection.prepareStatement("DELETE FROM record WHERE kind = ? AND id = ?");
        PreparedStatement removeAll =
            connection.prepareStatement("DELETE FROM record WHERE kind = ?")) {
      transaction.execute("BEGIN IMMEDIATE");
      for (RecordChange change : changes) {
        Bytes body = change.body();
        PreparedStatement statement = change.isOfAll() ? removeAll : body == null ? remove : put;
        statement.setString(1, change.kind());
        if (!change.isOfAll()) {
          statement.setString(2, change.id());
        }
        if (body != null) {
          statement.setBytes(3, body.toArray());
        }
        statement.executeUpdate();
      }
      transaction.execute("COMMIT");
    } catch (SQLException e) {
      rollBack();
      throw failed("cannot write ", e);
    }
  }

  private void rollBack() {
    try (Statement transaction = connection.createStatement()) {
      transaction.execute("ROLLBACK");
    } catch (SQLException e) {
      LOG.debug("nothing to roll back", e);
    }
  }

  private StoreException failed(String what, SQLException e) {
    return new StoreException(what + file + ": " + reason(e), e);
  }

  @Override
  public void close() {
    try {
      reader.close();
      connection.close(); // the last one writes the log back
    } catch (SQLException e) {
      LOG.warn("{} was not closed: {}", file, reason(e));
    }
  }

  private static boolean isDamage(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return false;
    }
    int primary = sqlite.getResultCode().code & 0xFF;
    return primary == SQLiteErrorCode.SQLITE_CORRUPT.code
        || primary == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  private static String reason(SQLException e) {
    int primary = e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xFF : -1;
    if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
      return "the disk is full: make room on it";
    }
    if (primary == SQLiteErrorCode.SQLITE_READONLY.code
        || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code
        || primary == SQLiteErrorCode.SQLITE_PERM.code) {
      return "it cannot be written: check its owner and mode";
    }
    if (e.getCause() instanceof NativeLibraryNotFoundException) {
      return "SQLite's native library could not be unpacked beside it: is the disk full?";
    }
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse(message);
  }

  /** Moves the file, and what SQLite keeps beside it, out of the way; nothing is deleted. */
  private static Path moveAside(Path file) throws StoreException {
    Path aside =
        file.resolveSibling(file.getFileName() + ".damaged-" + STAMP.format(Instant.now()));
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      for (String suffix : new String[] {"-wal", "-shm"}) {
        Path beside = file.resolveSibling(file.getFileName() + suffix);
        if (Files.exists(beside)) {
          Files.move(beside, aside.resolveSibling(aside.getFileName() + suffix));
        }
      }
      return aside;
    } catch (IOException e) {
      throw new StoreException(file + " is damaged and cannot be moved away: move it yourself", e);
    }
  }

  private static void makeOwnerOnly(Path file) throws StoreException {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null
          || Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null) {
        return;
      }
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // From an earlier life.
    } catch (IOException e) {
      throw new StoreException(
          "cannot make " + file + ": check that its folder exists and can be written", e);
    }
  }
}

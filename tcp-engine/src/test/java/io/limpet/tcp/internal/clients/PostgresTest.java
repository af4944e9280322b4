package io.limpet.tcp.internal.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.NamedMeshSocketFactory;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * The JDBC driver of PostgreSQL on sockets of the mesh, which it makes by the name of their class,
 * and a real server behind a relay.
 */
@ParameterizedClass(name = "fast open: {0}")
@ValueSource(booleans = {false, true})
@Tag("kernel")
@Timeout(120)
class PostgresTest {

  private static PostgresServer postgres;

  private final boolean fastOpen;
  private final TwoNodes nodes = new TwoNodes();
  private NamedMeshSocketFactory.Registration name;
  private InetSocketAddress address;

  PostgresTest(boolean fastOpen) {
    this.fastOpen = fastOpen;
  }

  @BeforeAll
  static void startServer() throws IOException {
    Optional<Path> programs = PostgresServer.installed();
    assumeTrue(programs.isPresent(), "no PostgreSQL server is installed");
    postgres = PostgresServer.start(programs.orElseThrow());
  }

  @AfterAll
  static void stopServer() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @BeforeEach
  void relay() {
    Bootstrap toServer = new Bootstrap().group(nodes.threads).channel(NioSocketChannel.class);
    address = nodes.serve(new Relay(toServer, postgres.address()));
    name =
        NamedMeshSocketFactory.register(
            "postgres-test", fastOpen ? nodes.sockets().withFastOpen() : nodes.sockets());
  }

  @AfterEach
  void close() {
    name.close();
    nodes.close();
  }

  private Connection connect(int port) throws SQLException {
    String host = "[" + address.getAddress().getHostAddress() + "]";
    return DriverManager.getConnection(
        "jdbc:postgresql://"
            + host
            + ":"
            + port
            + "/postgres?user=limpet&socketFactory="
            + NamedMeshSocketFactory.class.getName()
            + "&socketFactoryArg=postgres-test");
  }

  private Connection connect() throws SQLException {
    return connect(address.getPort());
  }

  @Test
  void rowsGoInAndComeOut() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create temporary table stock (id int primary key, name text)");
      try (PreparedStatement insert =
          connection.prepareStatement("insert into stock values (?, ?)")) {
        for (int i = 0; i < 2000; i++) {
          insert.setInt(1, i);
          insert.setString(2, "article " + i);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(2000);
      }
      try (ResultSet rows = statement.executeQuery("select * from stock order by id")) {
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getInt(1)).isEqualTo(count);
          assertThat(rows.getString(2)).isEqualTo("article " + count);
          count++;
        }
        assertThat(count).isEqualTo(2000);
      }
    }
  }

  @Test
  void aTransactionIsTakenBack() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create temporary table stock (id int)");
      connection.setAutoCommit(false);
      statement.execute("insert into stock values (1)");
      connection.rollback();

      try (ResultSet rows = statement.executeQuery("select count(*) from stock")) {
        rows.next();
        assertThat(rows.getInt(1)).isZero();
      }
    }
  }

  @Test
  void megabytesAreCopiedInAndOut() throws Exception {
    byte[] lines = "a line of some length\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create temporary table lines (line text)");
      CopyManager copy = new CopyManager(connection.unwrap(BaseConnection.class));

      assertThat(copy.copyIn("copy lines from stdin", new ByteArrayInputStream(lines)))
          .isEqualTo(200_000);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      copy.copyOut("copy lines to stdout", out);
      assertThat(out.toByteArray()).isEqualTo(lines);
    }
  }

  @Test
  void aLargeValueComesBackWhole() throws Exception {
    byte[] large = new byte[4 << 20];
    new Random(3).nextBytes(large);
    try (Connection connection = connect();
        PreparedStatement echo = connection.prepareStatement("select ?::bytea")) {
      echo.setBytes(1, large);
      try (ResultSet row = echo.executeQuery()) {
        row.next();
        assertThat(row.getBytes(1)).isEqualTo(large);
      }
    }
  }

  @Test
  void aQueryIsCancelledByAConnectionOfItsOwn() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);

      assertThatThrownBy(() -> statement.execute("select pg_sleep(30)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      statement.setQueryTimeout(0);
      assertThat(statement.execute("select 1")).isTrue();
    }
  }

  @Test
  void severalThreadsHaveAConnectionEach() {
    List<CompletableFuture<Integer>> sums = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sums.add(
          CompletableFuture.supplyAsync(
              () -> {
                try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows =
                        statement.executeQuery("select sum(n) from generate_series(1, 1000) n")) {
                  rows.next();
                  return rows.getInt(1);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    assertThat(sums).allSatisfy(sum -> assertThat(sum.join()).isEqualTo(500_500));
  }

  @Test
  void aRefusalSaysWhy() {
    SQLException refused = catchThrowableOfType(SQLException.class, () -> connect(9));

    assertThat(refused.getCause())
        .isInstanceOfSatisfying(
            MeshConnectException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PortClosed()));
  }
}

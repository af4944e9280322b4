package io.limpet.rig.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The units, run by a systemd that was booted for it, as docs/packaging.md and docs/linkd.md say. */
@Tag("long")
@Timeout(180)
class ServicesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OAK = "/var/lib/limpet/oak";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Each a drop-in that {@code systemctl edit} would write. */
  private static final String SET_UP =
      """
      edit() {
        mkdir /etc/systemd/system/$1.service.d
        cat > /etc/systemd/system/$1.service.d/override.conf
      }
      groupadd --force --system netdev
      edit limpet-linkd <<'END'
      [Service]
      Environment="LIMPET_LINKD=--interface mesh0 --allow-group netdev"
      END
      edit limpet-node@oak <<'END'
      [Service]
      SupplementaryGroups=netdev
      END
      edit limpet-node@elm <<'END'
      [Service]
      Environment=LIMPET_PORT=none
      END
      useradd --create-home ash
      install -d -m 700 -o ash -g ash ~ash/.limpet
      echo 'port = 7465' > ~ash/.limpet/config.toml
      systemctl daemon-reload
      """;

  @TempDir Path folder;

  private BootedSystem system;

  @BeforeEach
  void boot() throws IOException {
    assumeTrue(BootedSystem.isPossible(), "needs root, systemd, dbus and libpam-systemd");
    system = new BootedSystem(Files.createDirectory(folder.resolve("system")));
  }

  @AfterEach
  void switchOff() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  private String shown(String unit, String property) throws Exception {
    return system.run("systemctl show --value -p " + property + " " + unit).strip();
  }

  /** As ash would type it at a terminal. */
  private String byAsh(String command) throws Exception {
    return system.run(
        "exec setpriv --reuid ash --regid ash --init-groups env HOME=/home/ash"
            + " XDG_RUNTIME_DIR=/run/user/$(id -u ash) "
            + command);
  }

  /** What the instance says of itself, to root. */
  private JsonNode oak() throws Exception {
    Shell.Ended said = system.tell("limpet", "--home", OAK, "status", "--json");
    return said.exitCode() == 0 ? JSON.readTree(said.output()) : MissingNode.getInstance();
  }

  private JsonNode awaitOak() {
    return await("oak answers").atMost(PATIENCE).until(this::oak, JsonNode::isObject);
  }

  @Test
  void theyRunAreStartedAgainAndStop() throws Exception {
    system.run("dpkg --force-depends --install " + system.copied(Packages.deb()));
    system.run(SET_UP);

    system.run("systemctl enable --now limpet-linkd limpet-node@oak limpet-node@elm");
    system.run("loginctl enable-linger ash");
    await().atMost(PATIENCE).until(() -> shown("user@$(id -u ash)", "SubState").equals("running"));
    byAsh("systemctl --user enable --now limpet-node");
    JsonNode before = awaitOak();
    itHasNoPrivilegeButWhatLinkdDoes();

    system.run("kill -KILL $(systemctl show --value -p MainPID limpet-node@oak)");
    await("it is started again")
        .atMost(PATIENCE)
        .until(() -> shown("limpet-node@oak", "NRestarts").equals("1"));
    JsonNode after = awaitOak();
    assertThat(after.path("address")).isEqualTo(before.path("address"));
    assertThat(after.path("pid")).isNotEqualTo(before.path("pid"));
    await("ash's own answers").atMost(PATIENCE).until(() -> byAsh("limpet status").contains("ash"));
    aWrongSettingIsNotTriedAgain();

    byAsh("systemctl --user stop limpet-node");
    system.run("systemctl stop limpet-node@oak limpet-linkd");
    for (String unit : List.of("limpet-node@oak", "limpet-linkd")) {
      assertThat(shown(unit, "ActiveState")).as(unit).isEqualTo("inactive");
      assertThat(shown(unit, "Result")).as(unit).isEqualTo("success");
    }
    assertThat(byAsh("systemctl --user show --value -p Result limpet-node")).isEqualTo("success\n");
    assertThat(system.run("tail -n 1 " + OAK + "/journal/journal.jsonl")).contains("node.stopped");
    assertThat(byAsh("tail -n 1 .limpet/journal/journal.jsonl")).contains("node.stopped");
    // Nobody's folder is nobody else's.
    assertThat(system.run("stat -L -c %a " + OAK)).isEqualTo("700\n");
  }

  private void itHasNoPrivilegeButWhatLinkdDoes() throws Exception {
    String pid = shown("limpet-node@oak", "MainPID");
    assertThat(system.run("grep -E '^(Cap(Eff|Bnd|Amb)|NoNewPrivs)' /proc/" + pid + "/status"))
        .contains("CapEff:\t" + "0".repeat(16), "CapBnd:\t" + "0".repeat(16), "NoNewPrivs:\t1");
    assertThat(system.run("stat -c %u /proc/" + pid).strip()).isNotEqualTo("0");
    String linkd = shown("limpet-linkd", "MainPID");
    // CAP_NET_ADMIN and CAP_NET_RAW.
    assertThat(system.run("grep '^Cap' /proc/" + linkd + "/status"))
        .contains("CapEff:\t0000000000003000", "CapBnd:\t0000000000003000");
    await("linkd serves oak")
        .atMost(PATIENCE)
        .until(
            () -> system.tell("limpet", "--home", OAK, "doctor", "--json").output(),
            said -> said.contains("the node may repair neighbour entries, by linkd"));
  }

  private void aWrongSettingIsNotTriedAgain() throws Exception {
    await("elm has failed")
        .atMost(PATIENCE)
        .until(() -> shown("limpet-node@elm", "ActiveState").equals("failed"));
    assertThat(shown("limpet-node@elm", "ExecMainStatus")).isEqualTo("2");
    assertThat(shown("limpet-node@elm", "NRestarts")).isEqualTo("0");
    assertThat(system.run("journalctl --no-pager -o cat -u limpet-node@elm"))
        .contains("LIMPET_PORT");
  }
}

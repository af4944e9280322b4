package io.limpet.rig.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The units, run by a systemd that was booted for it, as docs/packaging.md and docs/linkd.md say.
 */
@Tag("long")
@Timeout(180)
class ServicesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OAK = "/var/lib/limpet/oak";
  private static final String OAK_JOURNAL = "/var/lib/private/limpet/oak/journal/journal.jsonl";
  private static final String ASH_JOURNAL = "/home/ash/.limpet/journal/journal.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Each a drop-in that {@code systemctl edit} would write; what lives short is not compiled well.
   */
  private static final String SET_UP =
      """
      edit() {
        mkdir -p $1.d
        cat > $1.d/override.conf
        echo Environment=LIMPET_JAVA_OPTIONS=-XX:TieredStopAtLevel=1 >> $1.d/override.conf
      }
      cd /etc/systemd/system
      groupadd --force --system netdev
      edit limpet-linkd.service <<'END'
      [Service]
      Environment="LIMPET_LINKD=--interface mesh0 --allow-group netdev"
      END
      edit limpet-node@oak.service <<'END'
      [Service]
      SupplementaryGroups=netdev
      END
      edit limpet-node@elm.service <<'END'
      [Service]
      Environment=LIMPET_PORT=none
      END
      useradd --create-home ash
      install -d -m 700 -o ash -g ash ~ash/.limpet
      echo 'port = 7465' > ~ash/.limpet/config.toml
      edit ../user/limpet-node.service <<'END'
      [Service]
      END
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
    return JSON.readTree(system.run("limpet --home " + OAK + " status --json"));
  }

  /** Asking itself would keep the machine busy. */
  private void awaitReady(String journal, int times) {
    await(journal)
        .atMost(PATIENCE)
        .ignoreException(NoSuchFileException.class)
        .until(() -> count(Files.readString(system.seen(journal)), "\"node.ready\"") == times);
  }

  private static int count(String text, String word) {
    return text.split(Pattern.quote(word), -1).length - 1;
  }

  @Test
  void theyRunAreStartedAgainAndStop() throws Exception {
    // Its own scripts are another test's: here they would but take long.
    system.run("dpkg --force-depends --unpack " + system.copied(Packages.deb()));
    system.run(SET_UP);
    system.run("systemctl enable --now limpet-linkd");
    await("linkd listens")
        .atMost(PATIENCE)
        .until(() -> Files.exists(system.seen("/run/limpet/linkd.sock")));

    system.run("systemctl enable --now limpet-node@oak");
    awaitReady(OAK_JOURNAL, 1);
    JsonNode before = oak();
    itHasNoPrivilegeButWhatLinkdDoes();

    system.run("kill -KILL $(systemctl show --value -p MainPID limpet-node@oak)");
    // While that waits for its restart there is time for others.
    ashHasOneOfHisOwn();
    aWrongSettingIsNotTriedAgain();
    awaitReady(OAK_JOURNAL, 2);
    assertThat(shown("limpet-node@oak", "NRestarts")).isEqualTo("1");
    JsonNode after = oak();
    assertThat(after.path("address")).isEqualTo(before.path("address"));
    assertThat(after.path("pid")).isNotEqualTo(before.path("pid"));

    byAsh("systemctl --user stop limpet-node");
    system.run("systemctl stop limpet-node@oak limpet-linkd");
    for (String unit : List.of("limpet-node@oak", "limpet-linkd")) {
      assertThat(shown(unit, "ActiveState")).as(unit).isEqualTo("inactive");
      assertThat(shown(unit, "Result")).as(unit).isEqualTo("success");
    }
    assertThat(byAsh("systemctl --user show --value -p Result limpet-node")).isEqualTo("success\n");
    for (String journal : List.of(OAK_JOURNAL, ASH_JOURNAL)) {
      assertThat(Files.readString(system.seen(journal))).contains("\"node.stopped\"");
    }
    // Nobody's folder is nobody else's.
    assertThat(system.run("stat -L -c %a " + OAK)).isEqualTo("700\n");
  }

  private void ashHasOneOfHisOwn() throws Exception {
    system.run("loginctl enable-linger ash");
    await("systemd of ash")
        .atMost(PATIENCE)
        .until(() -> shown("user@$(id -u ash)", "SubState").equals("running"));
    byAsh("systemctl --user enable --now limpet-node");
    awaitReady(ASH_JOURNAL, 1);
    assertThat(byAsh("limpet status")).contains("ash");
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
    system.run("systemctl start limpet-node@elm");
    await("elm has failed")
        .atMost(PATIENCE)
        .until(() -> shown("limpet-node@elm", "ActiveState").equals("failed"));
    assertThat(shown("limpet-node@elm", "ExecMainStatus")).isEqualTo("2");
    assertThat(shown("limpet-node@elm", "NRestarts")).isEqualTo("0");
    assertThat(system.run("journalctl --no-pager -o cat -u limpet-node@elm"))
        .contains("LIMPET_PORT");
  }
}

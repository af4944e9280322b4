package io.limpet.rig.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What bin/package makes, installed somewhere and used. */
@Tag("long")
@Timeout(240)
class PackageTest {
  /** What the launcher needs of the system. */
  private static final List<String> TOOLS = List.of("readlink");

  /** What the units of any system are based on. */
  private static final List<String> TARGETS =
      List.of("basic", "default", "multi-user", "network", "network-pre", "shutdown", "sysinit");

  /** Runs what is named behind it. */
  private static final String CABLE =
      "(PATH=/usr/sbin:/usr/bin:/sbin:/bin && ip link set lo up"
          + " && ip link add mesh0 type veth peer name other"
          + " && ip link set mesh0 up && ip link set other up) && exec \"$0\" \"$@\"";

  @TempDir Path folder;

  private static String deb = "";
  private static String image = "";

  @BeforeAll
  static void make() throws Exception {
    deb = Packages.deb().toString();
    image = Packages.image().toString();
  }

  @Test
  void theDebianPackageIsInstalledUsedAndRemoved() throws Exception {
    Path root = emptyRoot();
    String usr = root.resolve("usr").toString();
    assertThat(Shell.run(Map.of(), "dpkg-deb", "--field", deb).ok())
        .contains("Package: limpet\n", "Architecture: all\n")
        .contains("Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless, iproute2\n")
        .containsPattern("(?m)^Version: \\d+\\.\\d+\\.\\d+(~SNAPSHOT)?$");

    dpkg(root, "--install", deb).ok();

    assertThat(Shell.run(Map.of(), usr + "/bin/limpet", "--version").ok()).startsWith("limpet ");
    assertThat(Shell.run(Map.of(), usr + "/bin/limpet", "help").ok()).contains("invite", "A node");
    assertThat(
            Shell.run(Map.of("MANPAGER", "cat"), "man", usr + "/share/man/man1/limpet.1.gz").ok())
        .contains("limpet invite");
    assertThat(root.resolve("var/cache/limpet/client.jsa")).isNotEmptyFile();
    aNodeAnswers(usr + "/bin/limpet", Map.of());
    everyJarHasItsLicence(root);

    dpkg(root, "--purge", "limpet").ok();
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(Files::isRegularFile))
          .noneMatch(file -> file.toString().contains("limpet"));
    }
  }

  /** A system without anything, but for what dpkg keeps its books in. */
  private Path emptyRoot() throws IOException {
    Path books = folder.resolve("root/var/lib/dpkg");
    for (String each : List.of("info", "updates", "triggers")) {
      Files.createDirectories(books.resolve(each));
    }
    Files.createFile(books.resolve("status"));
    return folder.resolve("root");
  }

  private static Shell.Ended dpkg(Path root, String... words) throws Exception {
    List<String> line = new ArrayList<>();
    // Neither is Java in there, nor a shell for the package's own scripts.
    line.addAll(List.of("dpkg", "--root=" + root, "--force-depends", "--force-script-chrootless"));
    line.addAll(List.of(words));
    return Shell.run(Map.of(), line.toArray(String[]::new));
  }

  /** In a network of its own, where it disturbs nobody. */
  private void aNodeAnswers(String limpet, Map<String, String> environment) throws Exception {
    String home = folder.resolve("home").toString();
    List<String> start =
        new ArrayList<>(List.of("unshare", "--net", "/bin/sh", "-c", CABLE, limpet));
    start.addAll(List.of("--home", home, "node", "--name", "oak", "--background", "--page", "0"));
    try {
      assertThat(Shell.run(environment, start.toArray(String[]::new)).ok())
          .startsWith("oak is ready at 2001:")
          .contains("neighbourhood page at http://127.0.0.1:");
      assertThat(Shell.run(environment, limpet, "--home", home, "status").ok()).contains("oak");
    } finally {
      Shell.run(environment, limpet, "--home", home, "stop").ok();
    }
  }

  private static void everyJarHasItsLicence(Path root) throws IOException {
    List<PathMatcher> licensed =
        Files.readAllLines(root.resolve("usr/share/doc/limpet/copyright")).stream()
            .filter(line -> line.startsWith("Files: usr/"))
            .flatMap(line -> Stream.of(line.substring("Files: ".length()).split(" ")))
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList();
    try (Stream<Path> jars = Files.list(root.resolve("usr/share/limpet/lib"))) {
      assertThat(jars.map(root::relativize))
          .isNotEmpty()
          .allMatch(
              jar ->
                  jar.getFileName().toString().matches("(mesh|tcp|presence|invitations).*")
                      || licensed.stream().anyMatch(each -> each.matches(jar)));
    }
  }

  @Test
  void systemdFindsNothingToSayAboutTheUnits() throws Exception {
    Path root = folder.resolve("root");
    Shell.run(Map.of(), "dpkg-deb", "--extract", deb, root.toString()).ok();
    Path units = root.resolve("usr/lib/systemd/system");
    for (String target : TARGETS) {
      Files.writeString(units.resolve(target + ".target"), "[Unit]\nDescription=Here\n");
    }
    // Units of users are not looked at below another root; their language is the same.
    Files.copy(
        root.resolve("usr/lib/systemd/user/limpet-node.service"),
        units.resolve("limpet-node.service"));
    for (String unit : List.of("limpet-linkd", "limpet-node@oak", "limpet-node")) {
      Shell.Ended verified =
          Shell.run(
              Map.of(),
              "systemd-analyze",
              "verify",
              "--root=" + root,
              "--man=no",
              units.resolve(unit + ".service").toString());
      // Unknown keys are told of, and no failure.
      assertThat(verified).as(unit).isEqualTo(new Shell.Ended(0, ""));
    }
  }

  @Test
  void theImageNeedsNoJava() throws Exception {
    Shell.run(Map.of(), "tar", "-C", folder.toString(), "-xf", image).ok();
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    Map<String, String> nothing = Map.of("PATH", tools.toString(), "JAVA_HOME", "/nonexistent");
    String limpet = folder.resolve("limpet/bin/limpet").toString();
    assertThat(Shell.run(nothing, limpet, "--version").ok()).startsWith("limpet ");
    aNodeAnswers(limpet, nothing);
  }
}

package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code limpet bundle} and {@code report} on two nodes that talk inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class BundleCommandTest {
  /** Names that stand in no program's text by chance. */
  private static final String OAK = "Oaktavia";

  private static final String ELM = "Elmhurst";

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder, node -> node.perf(true));
    mesh.start(OAK);
    mesh.start(ELM);
    mesh.awaitMeeting(OAK, ELM);
    String activity = run("share", "chat:Secretlunch", "--json").json().path("activity").asText();
    assertThat(run("invite", ELM, "--activity", activity).exit()).isZero();
    assertThat(run("perf", "ping", ELM, "--count", "3", "--interval", "10ms").exit()).isZero();
  }

  @AfterAll
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private static Said run(String... args) {
    return Said.by(folder.resolve(OAK), args);
  }

  private static Map<String, String> contents(Path file) throws Exception {
    Map<String, String> contents = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          contents.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return contents;
  }

  @Test
  void everythingIsInItButNoSecret() throws Exception {
    Path file = folder.resolve("whole.zip");
    JsonNode answer = run("bundle", "-o", file.toString(), "--trace", "1", "--json").json();
    assertThat(answer.path("bytes").asLong()).isEqualTo(Files.size(file));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Map<String, String> contents = contents(file);
    assertThat(contents)
        .containsKeys(
            "manifest.json",
            "journal/journal.jsonl",
            "node/status.json",
            "node/peers.json",
            "node/links.json",
            "node/connections.json",
            "machine/doctor.json",
            "machine/sockets.json",
            "machine/versions.json",
            "kernel/settings.json",
            "kernel/version.txt",
            "trace.pcapng");
    assertThat(contents.get("node/peers.json")).contains(ELM);
    assertThat(contents.keySet()).noneMatch(name -> name.contains("pem") || name.contains(".db"));
    String key =
        Files.readString(folder.resolve(OAK).resolve("identity.pem")).lines().toList().get(1);
    assertThat(contents.values()).noneMatch(text -> text.contains(key));

    Path page = folder.resolve("whole.html");
    assertThat(run("report", file.toString(), "-o", page.toString()).exit()).isZero();
    assertThat(Files.readString(page)).contains(OAK, ELM, "invitation.pending");
  }

  @Test
  void aPrivateOneHasNoNameAndNoAddress() throws Exception {
    Path file = folder.resolve("private.zip");
    Said said = run("bundle", "--private", "-o", file.toString());
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).contains("pseudonyms");
    Map<String, String> contents = contents(file);
    assertThat(contents).containsKeys("node/peers.json", "journal/journal.jsonl");
    List<String> secrets = new ArrayList<>(List.of(OAK, ELM, "Secretlunch", folder.toString()));
    Pattern address =
        Pattern.compile(
            "\\b(2001:2[0-9a-f]:[0-9a-f:]+|([0-9]{1,3}\\.){3}[0-9]{1,3}|fe80:[0-9a-f:]+|([0-9a-f]{2}:){5}[0-9a-f]{2})\\b");
    contents.forEach(
        (name, text) -> {
          secrets.forEach(secret -> assertThat(text).as(name).doesNotContain(secret));
          List<String> found = new ArrayList<>();
          Matcher matcher = address.matcher(text);
          while (matcher.find()) {
            found.add(matcher.group());
          }
          // Those of groups, of loopback and of nobody are everybody's.
          found.removeIf(
              one ->
                  one.matches(
                      "(127|22[4-9]|23[0-9]|255|0)\\..*|ff:ff:.*|00:00:00.*|33:33:.*|01:00:5e.*"));
          assertThat(found).as(name).isEmpty();
        });
    assertThat(contents.get("node/peers.json")).contains("\"peer-");
    Path page = folder.resolve("private.html");
    assertThat(run("report", file.toString(), "-o", page.toString()).exit()).isZero();
    assertThat(Files.readString(page)).contains("peer-").doesNotContain(ELM);
  }

  @Test
  void withoutANodeItSaysWhatIsMissing() throws Exception {
    Path home = folder.resolve("asleep");
    Files.createDirectories(home.resolve("journal"));
    Files.writeString(
        home.resolve("journal").resolve("journal.jsonl"),
        "{\"time\":\"2026-03-01T12:00:00Z\",\"event\":\"node.resumed\",\"suspendedMs\":7}\nrubbish\n");
    Path file = folder.resolve("asleep.zip");
    Said said = Said.by(home, "bundle", "--private", "-o", file.toString());
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).contains("without node/status.json: no node runs", "1 damaged lines");
    assertThat(said.out().lines()).allMatch(line -> line.length() <= 80 || line.contains("/"));
    assertThat(contents(file).get("journal/journal.jsonl")).doesNotContain("rubbish");
  }

  @Test
  void whatIsThereIsNotReplaced() throws Exception {
    Path file = Files.writeString(folder.resolve("there.zip"), "mine");
    Said said = run("bundle", "-o", file.toString());
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err()).contains("replaces nothing");
    assertThat(file).hasContent("mine");
  }

  @Test
  void wrongUsageIsOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pcapng"), "no capture");
    Path large = folder.resolve("large.pcapng");
    Files.write(large, new byte[] {0x0A, 0x0D, 0x0D, 0x0A});
    try (FileChannel out = FileChannel.open(large, StandardOpenOption.WRITE)) {
      // A hole: it takes no room.
      out.write(ByteBuffer.wrap(new byte[1]), 64 << 20);
    }
    for (String args :
        List.of(
            "bundle --private --trace 3",
            "bundle --trace 0",
            "bundle --pcap " + text,
            "bundle --pcap " + large,
            "bundle --pcap " + folder.resolve("nowhere"),
            "report",
            "report " + folder.resolve("nowhere"),
            "report " + text)) {
      Said said = run(args.split(" ", -1));
      assertThat(said.exit()).as(args).isEqualTo(2);
      assertThat(said.err().lines()).as(args).hasSize(1);
    }
  }
}

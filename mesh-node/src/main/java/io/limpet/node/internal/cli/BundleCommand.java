package io.limpet.node.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.bundle.Bundle;
import io.limpet.node.internal.bundle.BundleWriter;
import io.limpet.node.internal.bundle.Captures;
import io.limpet.node.internal.bundle.MachineState;
import io.limpet.node.internal.bundle.NodeArguments;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.doctor.MachineFacts;
import io.limpet.node.internal.journal.JournalFiles;
import io.limpet.node.internal.privacy.PseudonymKey;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "bundle",
    description = "Pack all that helps to find out what went wrong into one archive.",
    footer =
        "%nIn it are the journal, what a running node says of itself, its peers, links and"
            + " connections, what the doctor finds, sockets, the node's options, versions, and the"
            + " kernel's tables and settings. Never in it: the node's key, invitations and lines that"
            + " were said. It works without a running node, and says more with one. 'limpet report'"
            + " reads it.")
final class BundleCommand implements Callable<Integer> {
  /** What other commands say goes in as they say it; those that this Limpet lacks are left out. */
  private static final Map<String, List<String>> ANSWERS = new LinkedHashMap<>();

  static {
    ANSWERS.put("node/status.json", List.of("status"));
    ANSWERS.put("node/peers.json", List.of("peers"));
    ANSWERS.put("node/links.json", List.of("links"));
    ANSWERS.put("node/connections.json", List.of("connections"));
    ANSWERS.put("node/config.json", List.of("config"));
    ANSWERS.put("machine/doctor.json", List.of("doctor"));
    ANSWERS.put("machine/sockets.json", List.of("sockets"));
  }

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @ParentCommand private @Nullable Limpet limpet;
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The archive, which must not exist (default: limpet-NAME-TIME.zip here).")
  private @Nullable Path out;

  @Option(
      names = "--private",
      description = "Put pseudonyms in the place of names and addresses, everywhere.")
  private boolean isPrivate;

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = "Add this capture in the pcapng format, made by 'limpet trace'.")
  private @Nullable Path pcap;

  @Option(
      names = "--trace",
      paramLabel = "SECONDS",
      description = "Trace the headers of the node's segments for so long first, 1 to 3600.")
  private @Nullable Integer traceSeconds;

  @Option(names = "--json", description = "Print what is in it as JSON.")
  private boolean json;

  /** Why something is not in the archive. */
  private final Map<String, String> missing = new TreeMap<>();

  @Override
  public Integer call() throws NodeException, IOException, ControlException {
    if (limpet == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    check(spec.commandLine());
    Path home = limpet.home();
    if (!Files.isDirectory(home)) {
      throw new ParameterException(
          spec.commandLine(), "there is no home folder " + home + ": name another with --home");
    }
    Clock clock = Clock.systemUTC();
    Path capture = capture(home);
    Map<String, JsonNode> answers = answers(home);
    Pseudonyms pseudonyms = isPrivate ? pseudonyms(home, answers) : null;
    Path file = file(answers, pseudonyms, clock.instant());
    List<String> files = write(file, home, capture, answers, pseudonyms, clock);
    tell(spec.commandLine().getOut(), file, files);
    return Limpet.OK;
  }

  private void check(CommandLine line) {
    if (out != null && Files.exists(out)) {
      throw new ParameterException(line, taken(out));
    }
    if (isPrivate && (pcap != null || traceSeconds != null)) {
      throw new ParameterException(
          line, "a capture is made of addresses: leave --pcap and --trace away with --private");
    }
    if (pcap != null && traceSeconds != null) {
      throw new ParameterException(line, "one capture: either --pcap or --trace");
    }
    if (traceSeconds != null && (traceSeconds < 1 || traceSeconds > 3_600)) {
      throw new ParameterException(line, "a trace takes 1 to 3600 seconds, not " + traceSeconds);
    }
    Optional<String> wrong = pcap == null ? Optional.empty() : Captures.whatIsWrongWith(pcap);
    if (wrong.isPresent()) {
      throw new ParameterException(line, wrong.get());
    }
  }

  private static String taken(Path file) {
    return file + " exists, and a bundle replaces nothing: name another file with -o";
  }

  private @Nullable Path capture(Path home) throws ControlException, IOException {
    if (traceSeconds == null) {
      return pcap;
    }
    Path folder = Files.createTempDirectory("limpet-trace-");
    Path file = folder.resolve("trace.pcapng");
    file.toFile().deleteOnExit();
    new ControlClient(home)
        .call("trace", Map.of("file", file.toString(), "seconds", traceSeconds, "snap", 0));
    return file;
  }

  private Map<String, JsonNode> answers(Path home) {
    Map<String, JsonNode> answers = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> one : ANSWERS.entrySet()) {
      CommandLine line = Limpet.commandLine();
      if (line.getSubcommands().containsKey(one.getValue().get(0))) {
        ask(line, home, one.getKey(), one.getValue(), answers);
      }
    }
    JsonNode pid =
        answers.getOrDefault("node/status.json", ControlJson.MAPPER.nullNode()).path("pid");
    if (pid.isIntegralNumber()) {
      NodeArguments.of(pid.asLong()).ifPresent(a -> answers.put("node/arguments.json", a));
    }
    return answers;
  }

  private void ask(
      CommandLine line, Path home, String file, List<String> command, Map<String, JsonNode> to) {
    StringWriter said = new StringWriter();
    StringWriter failed = new StringWriter();
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(failed, true));
    Limpet.run(line, args(home, command));
    try {
      JsonNode answer = ControlJson.MAPPER.readTree(said.toString());
      if (!answer.isMissingNode()) {
        to.put(file, answer);
        return;
      }
    } catch (JsonProcessingException e) {
      // Said below, as the command says it.
    }
    missing.put(file, failed.toString().lines().findFirst().orElse("no answer"));
  }

  private static String[] args(Path home, List<String> command) {
    List<String> args = new ArrayList<>(List.of("--home", home.toString()));
    args.addAll(command);
    args.add("--json");
    return args.toArray(String[]::new);
  }

  /** All names are learned before anything is written: a text may name somebody who comes later. */
  private static Pseudonyms pseudonyms(Path home, Map<String, JsonNode> answers)
      throws IOException {
    Pseudonyms pseudonyms = new Pseudonyms(PseudonymKey.of(home));
    Captures.hostName().ifPresent(name -> pseudonyms.learn("host", name));
    String user = System.getProperty("user.name", "");
    if (!user.equals("root")) {
      pseudonyms.learn("user", user);
    }
    pseudonyms.learn("folder", home.toString());
    answers.values().forEach(answer -> pseudonyms.hide(answer.<JsonNode>deepCopy()));
    for (Path file : JournalFiles.of(home)) {
      BundleWriter.learn(file, pseudonyms);
    }
    return pseudonyms;
  }

  private Path file(Map<String, JsonNode> answers, @Nullable Pseudonyms pseudonyms, Instant now) {
    if (out != null) {
      return out;
    }
    String name =
        answers
            .getOrDefault("node/status.json", ControlJson.MAPPER.nullNode())
            .path("name")
            .asText();
    String shown = pseudonyms == null ? name : pseudonyms.hide(name);
    return Path.of(
        "limpet-"
            + (shown.isEmpty() ? "node" : shown.replaceAll("[^A-Za-z0-9-]", "_"))
            + "-"
            + STAMP.format(now.atZone(ZoneId.systemDefault()))
            + ".zip");
  }

  private List<String> write(
      Path file,
      Path home,
      @Nullable Path capture,
      Map<String, JsonNode> answers,
      @Nullable Pseudonyms pseudonyms,
      Clock clock)
      throws NodeException, IOException {
    MachineFacts facts = new MachineFacts(clock, home, question -> Optional.empty());
    try (BundleWriter bundle = new BundleWriter(file, pseudonyms)) {
      for (Path part : JournalFiles.of(home)) {
        int damaged = bundle.journal(part);
        if (damaged > 0) {
          missing.put("journal/" + part.getFileName(), damaged + " damaged lines");
        }
      }
      for (Map.Entry<String, JsonNode> answer : answers.entrySet()) {
        bundle.json(answer.getKey(), answer.getValue());
      }
      Map<String, String> texts = MachineState.texts(facts);
      if (pseudonyms != null) {
        pseudonyms.learnNetworks(texts.getOrDefault("kernel/radios.txt", ""));
      }
      for (Map.Entry<String, String> text : texts.entrySet()) {
        bundle.text(text.getKey(), text.getValue());
      }
      bundle.json("kernel/settings.json", MachineState.settings(facts));
      bundle.json("machine/versions.json", MachineState.versions());
      if (capture != null) {
        bundle.trace(capture);
      }
      bundle.json(Bundle.MANIFEST, manifest(bundle.files(), answers, clock.instant()));
      return bundle.files();
    } catch (FileAlreadyExistsException e) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), taken(file));
    } catch (IOException e) {
      throw new NodeException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private ObjectNode manifest(List<String> files, Map<String, JsonNode> answers, Instant now) {
    ObjectNode manifest = ControlJson.MAPPER.createObjectNode();
    manifest.put("format", Bundle.FORMAT);
    manifest.put("time", now.truncatedTo(ChronoUnit.MILLIS).toString());
    manifest.put("version", MeshNode.VERSION);
    manifest.put("private", isPrivate);
    JsonNode status = answers.getOrDefault("node/status.json", ControlJson.MAPPER.nullNode());
    if (status.has("address")) {
      manifest.put("name", status.path("name").asText());
      manifest.put("address", status.path("address").asText());
    }
    ArrayNode names = manifest.putArray("files");
    files.forEach(names::add);
    ObjectNode left = manifest.putObject("missing");
    missing.forEach(left::put);
    return manifest;
  }

  private void tell(PrintWriter to, Path file, List<String> files) throws IOException {
    long bytes = Files.size(file);
    if (json) {
      ObjectNode answer = ControlJson.MAPPER.createObjectNode();
      answer.put("file", file.toAbsolutePath().toString());
      answer.put("bytes", bytes);
      answer.put("private", isPrivate);
      ArrayNode names = answer.putArray("files");
      files.forEach(names::add);
      ObjectNode left = answer.putObject("missing");
      missing.forEach(left::put);
      to.println(answer);
      return;
    }
    to.println(file + ": " + files.size() + " files, " + Math.max(1, bytes / 1_000) + " kB");
    missing.forEach(
        (what, why) -> to.println(Terminal.wrap("  without ", what + ": " + shown(why), 4)));
    to.println(
        isPrivate
            ? "Names and addresses in it are pseudonyms."
            : "Names and addresses are in it; --private leaves them out.");
  }

  private static String shown(String why) {
    return why.startsWith("limpet: ") ? why.substring("limpet: ".length()) : why;
  }
}

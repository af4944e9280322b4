package io.limpet.node.internal.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.limpet.node.NodeException;
import io.limpet.node.internal.bundle.Bundle;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.JournalFiles;
import io.limpet.node.internal.journal.JournalReader;
import io.limpet.node.internal.journal.Moment;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads what somebody sent: a bundle, a journal, or a home folder. Nothing of it is believed:
 * everything is bounded before memory is taken, and nothing is ever unpacked on the disk.
 */
final class EvidenceReader {
  private static final int MOST_ENTRIES = 256;

  /**
   * What is read at most.
   *
   * @param entryBytes of one file: a capture has 64 MB, a journal's file 8 MB
   * @param allBytes of all files: 64 MB of journal, a capture, and some
   */
  record Limits(long entryBytes, long allBytes) {
    static final Limits USUAL = new Limits(72L << 20, 256L << 20);
  }

  private static final int MOST_ANSWER_BYTES = 4 << 20;
  private static final int MOST_LINE_BYTES = 64 << 10;
  private static final int MOST_MOMENTS = 200_000;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,3}");
  private static final Pattern PSEUDONYM = Pattern.compile("peer-[a-z2-7]{10}");
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private final Path source;
  private final List<Moment> moments = new ArrayList<>();
  private final Map<String, JsonNode> answers = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private List<TraceSegment> trace = List.of();
  private final Limits limits;
  private final Map<String, String> known;
  private long leftBytes;
  private long damaged;
  private long tooMany;

  private EvidenceReader(Path source, Limits limits, Map<String, String> known) {
    this.source = source;
    this.known = known;
    this.limits = limits;
    this.leftBytes = limits.allBytes();
  }

  /**
   * Reads one laptop's.
   *
   * @throws NodeException with one line that says what is wrong with it
   */
  static LaptopLog read(Path source) throws NodeException {
    return read(source, Limits.USUAL, Map.of());
  }

  /**
   * The same.
   *
   * @param known the addresses behind some pseudonyms
   */
  static LaptopLog read(Path source, Limits limits, Map<String, String> known)
      throws NodeException {
    EvidenceReader reader = new EvidenceReader(source, limits, known);
    try {
      reader.read();
    } catch (ZipException | IllegalArgumentException e) {
      throw new NodeException(source + " is a damaged archive: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new NodeException(source + " cannot be read: " + e.getMessage(), e);
    }
    return reader.log();
  }

  private void read() throws IOException, NodeException {
    if (Files.isDirectory(source)) {
      List<Path> files = new ArrayList<>(JournalFiles.of(source));
      files.addAll(JournalFiles.in(source));
      if (files.isEmpty()) {
        throw new NodeException(
            source + " holds no journal: name a bundle, a journal, or a home folder");
      }
      for (Path file : files) {
        plain(file);
      }
    } else if (!Files.isRegularFile(source)) {
      throw new NodeException("there is no " + source);
    } else if (isZip()) {
      zip();
    } else {
      plain(source);
    }
    if (moments.isEmpty()) {
      throw new NodeException(source + " has no line of a journal in it");
    }
  }

  private boolean isZip() throws IOException {
    try (InputStream in = Files.newInputStream(source)) {
      byte[] magic = in.readNBytes(4);
      return magic.length == 4 && magic[0] == 'P' && magic[1] == 'K';
    }
  }

  private void plain(Path file) throws IOException, NodeException {
    try (InputStream in = Files.newInputStream(file)) {
      journal(new Bounded(in));
    }
  }

  private void zip() throws IOException, NodeException {
    Set<String> seen = new HashSet<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(source), UTF_8)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName();
        if (!NAME.matcher(name).matches()) {
          throw new NodeException(
              source + " is no bundle: a name in it is not one of ours (" + shown(name) + ")");
        }
        if (!seen.add(name) || seen.size() > MOST_ENTRIES) {
          throw new NodeException(source + " is no bundle: too many files, or one twice");
        }
        take(name, new Bounded(in));
      }
    }
    if (!seen.contains(Bundle.MANIFEST)) {
      throw new NodeException(source + " is no bundle: it has no " + Bundle.MANIFEST);
    }
    JsonNode format = answers.getOrDefault(Bundle.MANIFEST, MAPPER.nullNode()).path("format");
    if (format.asInt() != Bundle.FORMAT) {
      notes.add("a bundle of another version of Limpet: format " + format.asText("unknown"));
    }
  }

  /** One line, whatever is in it. */
  private static String shown(String name) {
    return name.substring(0, Math.min(60, name.length())).replaceAll("[^ -~]", "?");
  }

  private void take(String name, Bounded in) throws IOException, NodeException {
    if (name.startsWith("journal/")) {
      if (JournalFiles.age(name.substring("journal/".length())) >= 0) {
        journal(in);
      }
    } else if (name.endsWith(".pcapng")) {
      trace = PcapngReader.read(in);
      if (trace.size() >= PcapngReader.MOST_SEGMENTS) {
        notes.add("only the first " + trace.size() + " segments of the capture are shown");
      }
    } else if (name.endsWith(".json")) {
      byte[] bytes = in.readNBytes(MOST_ANSWER_BYTES);
      try {
        answers.put(name, MAPPER.readTree(bytes));
      } catch (JsonProcessingException e) {
        notes.add(name + " is damaged");
      }
    }
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** Lines are read as bytes: one without an end takes no more memory than the longest of ours. */
  private void journal(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] block = new byte[32 << 10];
    boolean tooLong = false;
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      int begin = 0;
      for (int i = 0; i < read; i++) {
        if (block[i] == '\n') {
          tooLong |= !add(line, block, begin, i);
          line(line, tooLong);
          tooLong = false;
          begin = i + 1;
        }
      }
      tooLong |= !add(line, block, begin, read);
    }
    line(line, tooLong);
  }

  private static boolean add(ByteArrayOutputStream line, byte[] block, int from, int to) {
    if (line.size() + to - from > MOST_LINE_BYTES) {
      return false;
    }
    line.write(block, from, to - from);
    return true;
  }

  private void line(ByteArrayOutputStream line, boolean tooLong) {
    if (line.size() > 0 || tooLong) {
      Moment moment = tooLong ? null : JournalReader.read(named(line.toString(UTF_8)));
      if (moment == null) {
        damaged++;
      } else if (moments.size() < MOST_MOMENTS) {
        moments.add(moment);
      } else {
        tooMany++;
      }
      line.reset();
    }
  }

  /** Where others tell who somebody is, a private journal's pseudonyms fit in. */
  private String named(String line) {
    return known.isEmpty() || !line.contains("\"peer-")
        ? line
        : PSEUDONYM
            .matcher(line)
            .replaceAll(found -> known.getOrDefault(found.group(), found.group()));
  }

  private LaptopLog log() {
    moments.sort(Comparator.comparing(Moment::time));
    String name = "";
    String address = "";
    String version = "";
    for (Moment moment : moments) {
      if (moment.event() instanceof JournalEvent.NodeReady e) {
        name = e.nodeName();
        address = e.address();
      } else if (moment.event() instanceof JournalEvent.NodeStopped e && address.isEmpty()) {
        name = e.nodeName();
        address = e.address();
      } else if (moment.event() instanceof JournalEvent.JournalOpened e) {
        version = e.version();
        if (e.schema() != JournalEvent.SCHEMA) {
          notes.add(
              "a journal of schema " + e.schema() + ": this Limpet knows " + JournalEvent.SCHEMA);
        }
      }
    }
    if (address.isEmpty()) {
      JsonNode manifest = answers.getOrDefault(Bundle.MANIFEST, MAPPER.nullNode());
      name = manifest.path("name").asText(String.valueOf(source.getFileName()));
      address = manifest.path("address").asText(source.toString());
    }
    if (damaged > 0) {
      notes.add(damaged + " lines of the journal are damaged or of another version");
    }
    if (tooMany > 0) {
      notes.add(tooMany + " lines of the journal are left out: there are too many");
    }
    answers
        .getOrDefault(Bundle.MANIFEST, MAPPER.nullNode())
        .path("missing")
        .properties()
        .forEach(left -> notes.add("without " + left.getKey() + ": " + left.getValue().asText()));
    return new LaptopLog(
        name,
        address,
        version,
        List.copyOf(moments),
        Map.copyOf(answers),
        trace,
        notes.stream().distinct().limit(20).toList());
  }

  /** Counts what is read of the whole source: a small archive may be a large one inside. */
  private final class Bounded extends FilterInputStream {
    private long ofThis = limits.entryBytes();

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int read = super.read(into, at, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) throws IOException {
      leftBytes -= read;
      ofThis -= read;
      if (leftBytes < 0 || ofThis < 0) {
        long most = ofThis < 0 ? limits.entryBytes() : limits.allBytes();
        throw new IOException("it is larger than " + (most >> 10) + " kB inside");
      }
    }

    @Override
    public void close() {
      // The source is closed by whoever opened it.
    }
  }
}

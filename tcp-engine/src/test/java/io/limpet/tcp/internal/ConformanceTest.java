package io.limpet.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.tcp.TcpConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code docs/conformance.md} is complete, and what it names exists. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConformanceTest {
  private static final Map<String, Integer> NUMBERS =
      Map.of("MUST", 69, "SHLD", 31, "MAY", 18, "REC", 1);
  private static final List<String> DOCUMENTS =
      List.of(
          "7323", "2018", "2883", "6675", "8985", "9937", "5682", "6298", "5961", "6528", "6191",
          "5482", "9040", "8899");

  private static final Pattern ROW =
      Pattern.compile("^\\| ((?:MUST|SHLD|MAY|REC)-\\d+) \\|(.*)\\|(.*)\\|(.*)\\|(.*)\\|$");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern MEMBER = Pattern.compile("([A-Z]\\w+)(?:\\.(\\w+))?");
  private static final Pattern TEST = Pattern.compile("([A-Z]\\w*Test)#(\\w+)");
  private static final Pattern KERNEL = Pattern.compile("kernel `([^`]+)`");

  private record Row(String number, String asks, String status, String how, String shown) {}

  private final Map<String, List<Class<?>>> classes = new HashMap<>();
  private String page = "";
  private final List<Row> rows = new ArrayList<>();

  @BeforeAll
  void read() throws Exception {
    Path folder = Path.of(System.getProperty("basedir", "."));
    page = Files.readString(folder.resolve("../docs/conformance.md"));
    for (String line : page.split("\n", -1)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(
            new Row(
                row.group(1),
                row.group(2).strip(),
                row.group(3).strip(),
                row.group(4).strip(),
                row.group(5).strip()));
      }
    }
    index(TcpConfig.class);
    index(ConformanceTest.class);
    classes.put("MeshDatagrams", List.of(MeshDatagrams.class));
    classes.put("MeshAddress", List.of(MeshAddress.class));
  }

  /** All classes beside one, by their simple names. */
  private void index(Class<?> one) throws IOException, URISyntaxException, ClassNotFoundException {
    Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (name.endsWith(".class") && !name.endsWith("-info.class")) {
          String binary = name.substring(0, name.length() - 6).replace('/', '.');
          String simple =
              binary.substring(Math.max(binary.lastIndexOf('.'), binary.lastIndexOf('$')) + 1);
          Class<?> found = Class.forName(binary, false, one.getClassLoader());
          classes.computeIfAbsent(simple, key -> new ArrayList<>()).add(found);
        }
      }
    }
  }

  @Test
  void everyNumberOfTheAppendixHasOneRow() {
    List<String> wanted = new ArrayList<>();
    NUMBERS.forEach(
        (kind, last) -> {
          for (int i = 1; i <= last; i++) {
            wanted.add(kind + "-" + i);
          }
        });
    assertThat(rows).extracting(Row::number).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void everyRowSaysWhetherAndHowOrWhyNot() {
    for (Row row : rows) {
      assertThat(row.asks).as(row.number).isNotEmpty();
      assertThat(row.status).as(row.number).isIn("yes", "n/a", "no");
      assertThat(row.how).as(row.number).isNotEmpty();
      if (row.status.equals("yes")) {
        assertThat(row.shown).as("a test for %s", row.number).isNotEmpty();
      }
    }
    assertThat(rows.stream().filter(row -> row.number.startsWith("MUST")))
        .noneMatch(row -> row.status.equals("no"));
  }

  @Test
  void everyDocumentHasASection() {
    for (String number : DOCUMENTS) {
      assertThat(Pattern.compile("(?m)^## .*RFC " + number + "\\b").matcher(page).find())
          .as("a section on RFC %s", number)
          .isTrue();
    }
  }

  @Test
  void everyClassAndMethodThatIsNamedExists() {
    List<String> missing = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(page);
    int found = 0;
    while (quoted.find()) {
      Matcher member = MEMBER.matcher(quoted.group(1));
      if (member.matches()) {
        found++;
        if (!exists(member.group(1), member.group(2))) {
          missing.add(quoted.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(150);
  }

  private boolean exists(String name, @Nullable String member) {
    for (Class<?> type : classes.getOrDefault(name, List.of())) {
      boolean there =
          member == null
              || Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(member))
              || Arrays.stream(type.getDeclaredFields()).anyMatch(f -> f.getName().equals(member))
              || Arrays.stream(type.getDeclaredClasses())
                  .anyMatch(c -> c.getSimpleName().equals(member));
      if (there) {
        return true;
      }
    }
    return false;
  }

  @Test
  void everyTestThatIsNamedExists() throws Exception {
    List<String> missing = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(page);
    while (quoted.find()) {
      String text = quoted.group(1);
      boolean there = true;
      if (text.endsWith(".script")) {
        there = ConformanceTest.class.getResource("/scripts/" + text) != null;
      } else if (TEST.matcher(text).matches()) {
        there = !methods(text).isEmpty();
      }
      if (!there) {
        missing.add(text);
      }
    }
    Matcher kernel = KERNEL.matcher(page);
    NavigableSet<String> scenarios = scenarios();
    while (kernel.find()) {
      String from = scenarios.ceiling(kernel.group(1));
      if (from == null || !from.startsWith(kernel.group(1))) {
        missing.add("kernel " + kernel.group(1));
      }
    }
    assertThat(missing).isEmpty();
  }

  /** The names in the tables of the referee, which are not public. */
  private static NavigableSet<String> scenarios() throws ReflectiveOperationException {
    NavigableSet<String> names = new TreeSet<>();
    Class<?> referee = Class.forName("io.limpet.tcp.internal.kernel.KernelReferee");
    for (String table : new String[] {"CLEAR", "ROUGH", "BULK"}) {
      var field = referee.getDeclaredField(table);
      field.setAccessible(true);
      for (Object name : ((Map<?, ?>) field.get(null)).keySet()) {
        names.add((String) name);
      }
    }
    return names;
  }

  private List<Method> methods(String reference) {
    Matcher test = TEST.matcher(reference);
    List<Method> found = new ArrayList<>();
    if (test.matches()) {
      for (Class<?> type : classes.getOrDefault(test.group(1), List.of())) {
        for (Method method : type.getDeclaredMethods()) {
          if (method.getName().equals(test.group(2))) {
            found.add(method);
          }
        }
      }
    }
    return found;
  }

  @Test
  void aTestOfEachRuleCitesItsNumber() throws Exception {
    Map<String, String> uncited = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.status.equals("yes") && !isCited(row)) {
        uncited.put(row.number, row.shown);
      }
    }
    assertThat(uncited).isEmpty();
  }

  private boolean isCited(Row row) throws IOException, URISyntaxException {
    Matcher quoted = QUOTED.matcher(row.shown);
    while (quoted.find()) {
      String text = quoted.group(1);
      if (text.endsWith(".script") && title(text).matches(".*\\b" + row.number + "\\b.*")) {
        return true;
      }
      String inName = row.number.toLowerCase(Locale.ROOT).replace("-", "") + "_";
      for (Method method : methods(text)) {
        boolean tagged =
            Arrays.stream(method.getAnnotationsByType(Tag.class))
                .anyMatch(tag -> tag.value().equals(row.number));
        if (tagged || method.getName().startsWith(inName)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String title(String script) throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(ConformanceTest.class.getResource("/scripts/" + script), script)
                .toURI());
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    }
  }
}

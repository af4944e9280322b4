package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.testsuite.transport.socket.SocketEchoTest;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each of Netty's tests of sockets is run here, or the README beside this says why not. */
class SuiteIsCompleteTest {

  private static final Path README =
      Path.of("src/test/java").resolve(folder(SuiteIsCompleteTest.class)).resolve("README.md");

  /** A row of the table of classes that are left out: a name, and a reason of some length. */
  private static final Pattern LEFT_OUT = Pattern.compile("\\| `(\\w+)` \\| [^|]{15,} \\|");

  @Test
  void everyClassIsRunOrLeftOutForAReason() throws Exception {
    Set<String> runOrLeftOut = run();
    runOrLeftOut.addAll(leftOut());

    assertThat(runOrLeftOut).isEqualTo(published());
  }

  @Test
  void nothingThatRunsIsSaidToBeLeftOut() throws Exception {
    assertThat(leftOut()).doesNotContainAnyElementsOf(run());
  }

  /**
   * The tests that the suite's jar has; a base without tests, or with its own subclass, is none.
   */
  private static Set<String> published() throws Exception {
    List<Class<?>> classes = classesBeside(SocketEchoTest.class);
    Set<Class<?>> bases = classes.stream().map(Class::getSuperclass).collect(Collectors.toSet());
    return classes.stream()
        .filter(c -> !(Modifier.isAbstract(c.getModifiers()) && bases.contains(c)))
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those that a class here extends, or the base of which it extends. */
  private static Set<String> run() throws Exception {
    return classesBeside(SuiteIsCompleteTest.class).stream()
        .filter(c -> c.getSuperclass() != Object.class)
        .map(c -> c.getSuperclass().getSimpleName().replaceFirst("^Abstract", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> leftOut() throws IOException {
    String text = Files.readString(README);
    String table = text.substring(text.indexOf("## Classes that are left out"));
    return LEFT_OUT
        .matcher(table)
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String folder(Class<?> one) {
    return one.getPackageName().replace('.', '/');
  }

  /**
   * Returns the classes of a package that are named as tests are, from the folder or jar of one.
   */
  private static List<Class<?>> classesBeside(Class<?> one) throws IOException, URISyntaxException {
    Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return classesIn(place.resolve(folder(one)), one);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classesIn(jar.getPath(folder(one)), one);
    }
  }

  private static List<Class<?>> classesIn(Path folder, Class<?> one) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Test.class"))
          .<Class<?>>map(name -> load(one, name.substring(0, name.length() - 6)))
          .toList();
    }
  }

  private static Class<?> load(Class<?> one, String name) {
    try {
      return Class.forName(one.getPackageName() + "." + name, false, one.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}

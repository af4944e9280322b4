package io.limpet.node.internal.cli;

import io.limpet.node.internal.control.ControlException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What a node is set to, and by whom: an option, the environment, the configuration file, or
 * nobody, in this order.
 *
 * <p>The options of {@code limpet node} are the one table of settings: {@code --beacon-airtime} is
 * {@code LIMPET_BEACON_AIRTIME} in the environment and {@code beacon-airtime} in the file, and what
 * the option refuses is refused there, too.
 */
final class Settings {
  /** The file in the home folder that is read when no other is named. */
  static final String FILE = "config.toml";

  private static final String ENVIRONMENT_PREFIX = "LIMPET_";

  /** What belongs to one run and not to a node. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("home", "config", "help", "version", "until-stdin-closes", "background");

  private static final Pattern PICOCLI_LEAD =
      Pattern.compile("^Invalid value for option '[^']*'(?: \\([^)]*\\))?: ");

  /**
   * One setting as it is in force.
   *
   * @param key in the file
   * @param value as a person writes it; empty when nothing is set and there is no default
   * @param origin {@code option}, {@code environment}, {@code file} or {@code default}
   * @param from the option, the variable, or the file and its line; empty for a default
   * @param option the option of {@code limpet node} that it is
   * @param given what the option is to be given before the node starts
   */
  record Setting(
      String key, String value, String origin, String from, OptionSpec option, Given given) {
    /** The variable that sets it. */
    String variable() {
      return Settings.variable(key);
    }
  }

  /** A value that was found outside of the command line, or none. */
  record Given(@Nullable Object value) {
    private static final Given NOTHING = new Given(null);
  }

  private record Raw(String value, String from) {}

  private final List<Setting> settings;

  private Settings(List<Setting> settings) {
    this.settings = List.copyOf(settings);
  }

  /**
   * Reads what a node's command line leaves open from the environment and the file.
   *
   * @param given the parsed command line of {@code limpet node}
   * @param file the configuration file, which need not be there unless {@code isNamed}
   */
  static Settings read(
      ParseResult given, Map<String, String> environment, Path file, boolean isNamed)
      throws ControlException {
    Map<String, Raw> inFile = readFile(file, isNamed);
    List<Setting> settings = new ArrayList<>();
    for (OptionSpec option : options(given.commandSpec())) {
      String key = key(option);
      Raw fromFile = inFile.remove(key);
      Object fileValue = fromFile == null ? null : convert(key, fromFile);
      String variable = environment.get(variable(key));
      Raw fromEnvironment = variable == null ? null : new Raw(variable, variable(key));
      Object environmentValue = fromEnvironment == null ? null : convert(key, fromEnvironment);
      if (given.hasMatchedOption(option)) {
        String value =
            String.join(",", given.matchedOption(option.longestName()).originalStringValues());
        settings.add(
            new Setting(key, value, "option", option.longestName(), option, Given.NOTHING));
      } else if (fromEnvironment != null) {
        settings.add(
            new Setting(
                key,
                fromEnvironment.value(),
                "environment",
                fromEnvironment.from(),
                option,
                new Given(environmentValue)));
      } else if (fromFile != null) {
        settings.add(
            new Setting(
                key, fromFile.value(), "file", fromFile.from(), option, new Given(fileValue)));
      } else {
        settings.add(new Setting(key, defaultOf(option), "default", "", option, Given.NOTHING));
      }
    }
    for (Map.Entry<String, Raw> unknown : inFile.entrySet()) {
      throw unknown(unknown.getKey(), unknown.getValue());
    }
    return new Settings(settings);
  }

  /** Gives the command what was not said on its command line. */
  void apply() {
    for (Setting setting : settings) {
      if (setting.given().value() != null) {
        setting.option().setValue(setting.given().value());
      }
    }
  }

  /** Returns all settings in the order of their keys. */
  List<Setting> all() {
    return settings;
  }

  /** Returns the options of a node's command line that are settings, in the order of their keys. */
  static List<OptionSpec> options(CommandSpec node) {
    return node.options().stream()
        .filter(option -> !NOT_SETTINGS.contains(key(option)) && !option.hidden())
        .sorted((a, b) -> key(a).compareTo(key(b)))
        .toList();
  }

  /** Returns what an option is called in the file. */
  static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  /** Returns what a key is called in the environment. */
  static String variable(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Returns what holds when nobody says anything, as a person would write it. */
  static String defaultOf(OptionSpec option) {
    return option.defaultValue() != null ? option.defaultValue() : text(option.initialValue());
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Settings::text).orElse("off");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Settings::text).collect(Collectors.joining(","));
    }
    return value.toString();
  }

  /** A command line of a node of its own, that nothing is ever run of. */
  static CommandLine node() {
    CommandLine line = new CommandLine(new NodeCommand());
    line.registerConverter(java.time.Duration.class, new Durations());
    return line;
  }

  /** The option itself says what it takes. */
  private static @Nullable Object convert(String key, Raw raw) throws ControlException {
    try {
      CommandLine node = node();
      node.parseArgs("--" + key + "=" + raw.value());
      return node.getCommandSpec().findOption("--" + key).getValue();
    } catch (ParameterException e) {
      String why = String.valueOf(e.getMessage());
      throw new ControlException(
          raw.from() + ": " + key + ": " + PICOCLI_LEAD.matcher(why).replaceFirst(""),
          Limpet.WRONG_USAGE);
    }
  }

  private static ControlException unknown(String key, Raw raw) {
    return new ControlException(
        raw.from() + ": unknown key '" + key + "'; " + nearest(key), Limpet.WRONG_USAGE);
  }

  private static String nearest(String key) {
    if (NOT_SETTINGS.contains(key)) {
      return "it belongs to one run, and is an option only";
    }
    return Nearest.to(key, options(node().getCommandSpec()).stream().map(Settings::key).toList())
        .map(known -> "did you mean '" + known + "'?")
        .orElse("'limpet config' shows all there are");
  }

  private static Map<String, Raw> readFile(Path file, boolean isNamed) throws ControlException {
    if (!isNamed && !Files.exists(file)) {
      return new HashMap<>();
    }
    TomlParseResult toml;
    try {
      toml = Toml.parse(file);
    } catch (IOException e) {
      throw new ControlException(
          "configuration file "
              + file
              + " cannot be read ("
              + (e instanceof NoSuchFileException ? "it is not there" : e.getMessage())
              + ")",
          Limpet.WRONG_USAGE);
    }
    if (toml.hasErrors()) {
      TomlParseError error = toml.errors().get(0);
      throw new ControlException(
          file
              + " line "
              + error.position().line()
              + ": not TOML: "
              + String.valueOf(error.getMessage()).replace('\n', ' '),
          Limpet.WRONG_USAGE);
    }
    Map<String, Raw> found = new TreeMap<>();
    for (String key : toml.dottedKeySet()) {
      String from = file + " line " + position(toml, key);
      found.put(key, new Raw(value(toml.get(key), key, from), from));
    }
    return found;
  }

  private static int position(TomlParseResult toml, String key) {
    var position = toml.inputPositionOf(key);
    return position == null ? 1 : position.line();
  }

  private static String value(@Nullable Object value, String key, String from)
      throws ControlException {
    if (value instanceof String || value instanceof Long || value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof Double number) {
      return BigDecimal.valueOf(number).toPlainString();
    }
    if (value instanceof TomlArray array
        && array.toList().stream().allMatch(String.class::isInstance)) {
      return array.toList().stream().map(String.class::cast).collect(Collectors.joining(","));
    }
    throw new ControlException(
        from + ": " + key + ": a text, a number, true, false or a list of texts is expected",
        Limpet.WRONG_USAGE);
  }
}

package io.limpet.rig.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A person with finch, a chat program in a terminal, whose account is on the local network. */
final class Finch {
  private static final String ACCOUNTS =
      """
      <?xml version='1.0' encoding='UTF-8' ?>
      <account version='1.0'><account>
        <protocol>prpl-bonjour</protocol>
        <name>%s</name>
        <statuses><status type='available' name='Available' active='true'/></statuses>
        <settings><setting name='first' type='string'>%s</setting></settings>
        <settings ui='gnt-purple'><setting name='auto-login' type='bool'>1</setting></settings>
      </account></account>
      """;

  private final Avahi avahi;
  private final String tmux;

  /**
   * Starts it, with the daemon that it finds others by; it ends with that.
   *
   * @param home an empty folder with a short path, for a socket is made in it
   * @param name what its person is called, one word
   */
  Finch(Avahi avahi, Path home, String name) throws IOException {
    this.avahi = avahi;
    this.tmux = "tmux -S " + home.resolve("tmux") + " -f /dev/null ";
    Path purple = Files.createDirectories(home.resolve(".purple"));
    Files.writeString(purple.resolve("accounts.xml"), ACCOUNTS.formatted(name, name));
    avahi.run(
        "HOME="
            + home
            + " XDG_RUNTIME_DIR="
            + home
            + " TERM=xterm LANG=C.UTF-8 "
            + tmux
            + "new-session -d -x 120 -y 40 finch -c "
            + purple);
  }

  static boolean isInstalled() {
    return Files.exists(Path.of("/usr/bin/finch")) && Files.exists(Path.of("/usr/bin/tmux"));
  }

  /** Returns the words on the screen, without frames and breaks of lines. */
  String screen() throws IOException {
    return avahi.run(tmux + "capture-pane -p").replaceAll("[\\s│▒↑↓]+", " ");
  }

  /** Brings the next window to the front. */
  void nextWindow() throws IOException {
    avahi.run(tmux + "send-keys M-n");
  }

  /** Types a line of letters and blanks. */
  void type(String line) throws IOException {
    avahi.run(tmux + "send-keys -l '" + line + "'");
    avahi.run(tmux + "send-keys Enter");
  }

  /** Ends it, as one who closes the terminal. */
  void quit() throws IOException {
    avahi.run(tmux + "kill-server");
  }
}

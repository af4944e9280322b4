package io.limpet.rig.node;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.limpet.rig.RigDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Browsers, each inside a device of the rig: there they reach what a node serves on loopback. */
final class Browsers implements AutoCloseable {
  static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private static final int WIDTH = 1200;
  private static final int HEIGHT = 760;
  private static final int PATIENCE_MS = 20_000;

  private final Path folder;
  private final Playwright playwright;
  private final List<String> complaints = new ArrayList<>();

  /** Starts what drives them; their profiles and launchers are in a folder. */
  Browsers(Path folder) {
    this.folder = folder;
    this.playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  /** Opens a page in a browser of its own inside of a device. */
  Page open(RigDevice device, String url) throws IOException {
    // Playwright speaks to its browser by inherited pipes, which do not care for namespaces.
    Path launcher = folder.resolve("chromium-" + device.name());
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec ip netns exec " + device.namespace() + " " + CHROMIUM + " \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(launcher)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
    Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(WIDTH, HEIGHT));
    page.setDefaultTimeout(PATIENCE_MS);
    page.onConsoleMessage(this::onConsole);
    page.onPageError(error -> complaints.add("an exception: " + error));
    page.onRequest(
        request -> {
          if (!request.url().startsWith(url)) {
            complaints.add("asks for " + request.url());
          }
        });
    page.navigate(url);
    return page;
  }

  private void onConsole(ConsoleMessage message) {
    if (message.type().equals("error") || message.type().equals("warning")) {
      complaints.add(message.text());
    }
  }

  /** What the browsers found wrong: errors, and requests to anywhere else. */
  List<String> complaints() {
    return complaints;
  }

  /** Ends the browsers and what drives them. */
  @Override
  public void close() {
    playwright.close();
  }
}

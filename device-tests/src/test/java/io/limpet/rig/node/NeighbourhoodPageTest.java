package io.limpet.rig.node;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two people and their neighbourhood pages, in real browsers, over real kernels. */
@Tag("kernel")
@Timeout(120)
class NeighbourhoodPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** So long after a black hole opens it is to be seen. */
  private static final long SHOWN_MS = 2_000;

  private static final int PHONE_WIDTH = 360;
  private static final String HOSTILE = "<img src=x onerror=\"document.title='hacked'\">";

  @TempDir Path folder;

  private final List<Laptop> laptops = new ArrayList<>();

  @AfterEach
  void stop() {
    laptops.forEach(Laptop::close);
    laptops.forEach(laptop -> laptop.awaitEnd(Duration.ofSeconds(10)));
  }

  private Laptop start(RigDevice device) {
    Laptop laptop =
        new Laptop(
            device,
            device.name(),
            folder.resolve(device.name()),
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    laptops.add(laptop);
    laptop.start(List.of("--page", "0", "--perf", "--no-mdns"));
    return laptop;
  }

  private static String url(Laptop laptop, Path home) throws Exception {
    await().atMost(PATIENCE).until(() -> laptop.isReady() || !laptop.lastWords().isEmpty());
    assertThat(laptop.lastWords()).isEmpty();
    return Files.readString(home.resolve("page.url")).strip();
  }

  /** A program that has something to send all the time, so that a dead way is noticed at once. */
  private static void sendOn(Laptop from, Laptop to) {
    Thread program =
        new Thread(
            () -> {
              try {
                from.call("perf.ping", Map.of("peer", to.name(), "count", 5_000, "intervalMs", 50));
              } catch (LaptopException e) {
                return; // the node was stopped
              }
            },
            "program");
    program.setDaemon(true);
    program.start();
  }

  private static Locator person(Page page, String name) {
    return page.locator("g.person[role=button][aria-label^=\"" + name + ",\"]");
  }

  private static Locator way(Page page, String name, String way) {
    return page.locator("g.link[data-person=" + name + "][data-way=" + way + "]");
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Presses a key until the focus is on what is meant, as somebody without a mouse does. */
  private static void tabTo(Page page, Locator wanted) {
    for (int i = 0; i < 40; i++) {
      if ((boolean) wanted.evaluate("element => element === document.activeElement")) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("no focus on " + wanted);
  }

  private static void say(Page page, String text) {
    Locator field = page.getByPlaceholder("Say something");
    field.fill(text);
    field.press("Enter");
  }

  @Test
  @MeshRig(names = {"oak", "elm"})
  void twoPeopleMeetInviteTalkAndSeeABlackHoleAndItsHealing(
      Rig rig, RigDevice oakDevice, RigDevice elmDevice) throws Exception {
    assumeTrue(Files.isExecutable(Browsers.CHROMIUM), "needs chromium");
    Laptop oakNode = start(oakDevice);
    Laptop elmNode = start(elmDevice);
    try (Browsers browsers = new Browsers(folder)) {
      Page oak = browsers.open(oakDevice, url(oakNode, folder.resolve("oak")));
      Page elm = browsers.open(elmDevice, url(elmNode, folder.resolve("elm")));
      assertThat(person(oak, "elm")).isVisible();
      assertThat(person(elm, "oak")).isVisible();

      shareAndInviteByKeyboard(oak);
      button(elm, "Accept").click();
      elm.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("lunch you are in"))
          .click();
      say(elm, "at noon?");
      assertThat(oak.getByRole(AriaRole.LOG)).containsText("at noon?");
      say(oak, HOSTILE);
      assertThat(elm.getByRole(AriaRole.LOG)).containsText(HOSTILE);
      assertThat(elm.locator("img")).hasCount(0);

      assertThat(way(oak, "elm", "unicast")).isAttached();
      sendOn(oakNode, elmNode);
      isSeen(rig, oakDevice, elmDevice, oak, elm);
      looksRight(oak);
      assertThat(browsers.complaints()).isEmpty();
    }
  }

  private static void shareAndInviteByKeyboard(Page oak) {
    tabTo(oak, button(oak, "Share an activity"));
    oak.keyboard().press("Enter");
    tabTo(oak, oak.getByLabel("What is it called?"));
    oak.keyboard().type("lunch");
    oak.keyboard().press("Enter");
    Locator title = oak.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("lunch"));
    assertThat(title).isFocused();
    tabTo(oak, button(oak, "Invite elm"));
    oak.keyboard().press("Enter");
    assertThat(button(oak, "elm is invited")).isDisabled();
  }

  private void isSeen(Rig rig, RigDevice oakDevice, RigDevice elmDevice, Page oak, Page elm) {
    say(elm, "still there?");
    assertThat(oak.getByRole(AriaRole.LOG)).containsText("still there?");
    long cut = System.nanoTime();
    rig.blackHole(oakDevice, elmDevice);
    assertThat(way(oak, "elm", "multicast")).isAttached();
    long shownMs = (System.nanoTime() - cut) / 1_000_000;
    System.out.println("a black hole was shown after " + shownMs + " ms");
    assertThat(shownMs).isLessThan(SHOWN_MS);
    say(elm, "by multicast");
    assertThat(oak.getByRole(AriaRole.LOG)).containsText("by multicast");

    person(oak, "elm").click();
    assertThat(oak.locator(".verdict")).containsText("elm is reached by multicast");
    assertThat(oak.locator(".panel")).containsText("UNICAST_BLACKHOLE");
    oak.screenshot(new Page.ScreenshotOptions().setPath(picture("black-hole.png")));
    rig.heal(oakDevice, elmDevice);
    assertThat(way(oak, "elm", "unicast")).isAttached();
    Locator lane = oak.locator("g.lane[data-person=elm]");
    assertThat(lane.locator("path[data-way=multicast]").first()).isAttached();
    assertThat(lane.locator("path[data-way=unicast]").first()).isAttached();
    assertThat(lane.locator("g.repaired").first()).isAttached();
  }

  private void looksRight(Page oak) {
    String light = (String) oak.evaluate("getComputedStyle(document.body).backgroundColor");
    oak.screenshot(new Page.ScreenshotOptions().setPath(picture("light.png")));
    oak.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertThat(oak.evaluate("getComputedStyle(document.body).backgroundColor")).isNotEqualTo(light);
    oak.screenshot(new Page.ScreenshotOptions().setPath(picture("dark.png")));
    oak.setViewportSize(PHONE_WIDTH, 740);
    oak.emulateMedia(
        new Page.EmulateMediaOptions()
            .setColorScheme(ColorScheme.LIGHT)
            .setReducedMotion(ReducedMotion.REDUCE));
    assertThat((int) oak.evaluate("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(PHONE_WIDTH);
    button(oak, "Close").click();
    oak.screenshot(new Page.ScreenshotOptions().setPath(picture("phone.png")).setFullPage(true));
    assertThat((int) oak.evaluate("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(PHONE_WIDTH);
  }

  /** For people to look at. */
  private static Path picture(String name) {
    return Path.of("target", "neighbourhood", name);
  }
}

package io.limpet.node.internal.page;

import io.limpet.link.Bytes;
import io.limpet.node.internal.http.HttpAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that the page is made of: in this module's own jar, and never of a disk. */
final class PageFiles {
  /** What a browser may do with the page: load what the node itself serves, and speak to it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final String INDEX = "index.html";

  private static final List<String> NAMES =
      List.of(
          INDEX,
          "page.css",
          "icon.svg",
          "main.js",
          "node.js",
          "lib.js",
          "words.js",
          "figure.js",
          "scene.js",
          "strip.js",
          "panel.js",
          "person.js",
          "talk.js",
          "lib/preact.min.umd.js",
          "lib/hooks.umd.js",
          "lib/htm.umd.js",
          "lib/d3-dispatch.min.js",
          "lib/d3-quadtree.min.js",
          "lib/d3-timer.min.js",
          "lib/d3-force.min.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "js", "text/javascript; charset=utf-8");

  private final Map<String, HttpAnswer> files = new HashMap<>();

  /** Reads them all. */
  PageFiles() {
    for (String name : NAMES) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      files.put(
          name.equals(INDEX) ? "" : name,
          strict(new HttpAnswer(200, String.valueOf(type), read(name), Map.of())));
    }
  }

  private static Bytes read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing: the build did not put it in");
      }
      return Bytes.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what answers a name, which is empty for the page itself. */
  Optional<HttpAnswer> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Adds the headers that every answer of the page has. */
  static HttpAnswer strict(HttpAnswer answer) {
    return answer.with("content-security-policy", POLICY).with("x-frame-options", "DENY");
  }
}

package io.limpet.node.internal.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are answered at all.
 *
 * <p>A page of somebody's that is open in a browser of this machine can send requests here. It
 * gives itself away: by its {@code Origin} or {@code Sec-Fetch-Site}, or, when a name of its own
 * was made to point at this machine (DNS rebinding), by that name in {@code Host}: here it is
 * always an IP address or {@code localhost}.
 */
final class RequestRules {
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

  private RequestRules() {}

  /** Returns why a request is refused, or null when it is not. */
  static @Nullable HttpAnswer refusal(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return HttpAnswer.line(400, "this is not HTTP, or too long");
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return HttpAnswer.line(505, "HTTP/1.1 is spoken here");
    }
    HttpHeaders headers = request.headers();
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1 || !isThisMachine(hosts.get(0))) {
      return HttpAnswer.line(421, "ask for an IP address or localhost, by one Host header");
    }
    for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
      if (!origin.equals("http://" + hosts.get(0))) {
        return HttpAnswer.line(403, "another origin is not answered");
      }
    }
    for (String site : headers.getAll("sec-fetch-site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        return HttpAnswer.line(403, "another site is not answered");
      }
    }
    return null;
  }

  private static boolean isThisMachine(String host) {
    String name = PORT.matcher(host).replaceFirst("");
    if (name.startsWith("[") && name.endsWith("]")) {
      return NetUtil.isValidIpV6Address(name.substring(1, name.length() - 1));
    }
    return name.equals("localhost") || NetUtil.isValidIpV4Address(name);
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSockets;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import io.limpet.node.NodeException;
import io.limpet.node.internal.doctor.SocketOwners;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "sockets",
    description = "The TCP sockets of this machine's kernel, of all programs; needs no node.",
    footer = {
      "%nA socket is stranded when this machine no longer has its local address: nothing can reach",
      "it, and its program may not be told for many minutes. To destroy it tells the program at",
      "once. That needs CAP_NET_ADMIN, or a helper daemon (limpet linkd) that lets you."
    })
final class SocketsCommand implements Callable<Integer> {
  private static final String SINCE = "unknown";

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Option(names = "--stranded", description = "Only those whose local address has vanished.")
  private boolean stranded;

  @Option(
      names = "--destroy",
      description = "Destroy the stranded ones, so that their programs get an error at once.")
  private boolean destroy;

  @Option(
      names = "--linkd",
      paramLabel = "PATH|off",
      converter = LinkdPathConverter.class,
      description = "Where the helper daemon listens that may do it.")
  private Optional<Path> linkd = Optional.of(LinkConfig.DEFAULT_LINKD);

  @Override
  public Integer call() throws NodeException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    if (destroy && !stranded) {
      throw new ParameterException(
          spec.commandLine(), "only stranded sockets are destroyed: say --stranded --destroy");
    }
    List<KernelSocket> sockets = list();
    Map<KernelSocket, String> fates = new LinkedHashMap<>();
    boolean allDone = true;
    for (KernelSocket socket : sockets) {
      String fate = destroy ? destroy(socket) : "";
      fates.put(socket, fate);
      allDone &= !destroy || fate.equals("destroyed");
    }
    SocketOwners owners = SocketOwners.read();
    spec.commandLine().getOut().println(json ? json(fates, owners) : text(fates, owners));
    return allDone ? Limpet.OK : Limpet.FAILED;
  }

  private List<KernelSocket> list() throws NodeException {
    try {
      return KernelSockets.list().stream()
          .filter(socket -> !stranded || socket.stranded())
          .toList();
    } catch (LinkException e) {
      throw new NodeException(String.valueOf(e.getMessage()), e);
    }
  }

  /** In this process if it may, else by the daemon. */
  private String destroy(KernelSocket socket) {
    String own;
    try {
      KernelSockets.destroy(socket);
      return "destroyed";
    } catch (LinkException e) {
      own = String.valueOf(e.getMessage());
    }
    if (linkd.isEmpty() || !Files.exists(linkd.get()) || !own.contains("CAP_NET_ADMIN")) {
      return own;
    }
    try {
      KernelSockets.destroy(socket, linkd.get());
      return "destroyed";
    } catch (LinkException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String text(Map<KernelSocket, String> fates, SocketOwners owners) {
    if (fates.isEmpty()) {
      return stranded ? "no stranded sockets" : "no sockets";
    }
    TextTable table =
        destroy
            ? new TextTable("state", "local", "remote", "program", "since", "what happened")
            : new TextTable("state", "local", "remote", "program", "since", "stranded");
    for (Map.Entry<KernelSocket, String> one : fates.entrySet()) {
      KernelSocket socket = one.getKey();
      table.row(
          socket.state().name(),
          text(socket.local()),
          text(socket.remote()),
          owners.of(socket).map(SocketOwners.Owner::toString).orElse("uid " + socket.userId()),
          SINCE,
          destroy ? one.getValue() : socket.stranded() ? "stranded" : "");
    }
    return table + "\nsince when is unknown: the kernel does not tell";
  }

  private String json(Map<KernelSocket, String> fates, SocketOwners owners) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Map.Entry<KernelSocket, String> one : fates.entrySet()) {
      KernelSocket socket = one.getKey();
      ObjectNode node = array.addObject();
      node.put("state", socket.state().name());
      node.put("local", text(socket.local()));
      node.put("remote", text(socket.remote()));
      node.put("stranded", socket.stranded());
      node.put("unreadBytes", socket.unreadBytes());
      node.put("unacknowledgedBytes", socket.unacknowledgedBytes());
      node.put("uid", socket.userId());
      Optional<SocketOwners.Owner> owner = owners.of(socket);
      node.put("pid", owner.map(SocketOwners.Owner::pid).orElse(null));
      node.put("program", owner.map(SocketOwners.Owner::program).orElse(null));
      node.putNull("since");
      if (destroy) {
        node.put("outcome", one.getValue());
      }
    }
    return array.toString();
  }

  private static String text(InetSocketAddress address) {
    String ip = address.getAddress().getHostAddress();
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
  }
}

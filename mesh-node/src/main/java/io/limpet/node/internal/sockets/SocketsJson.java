package io.limpet.node.internal.sockets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelTcpInfo;
import io.limpet.node.internal.control.JsonTrees;
import io.limpet.node.internal.sockets.SocketFacts.Kernel;
import io.limpet.node.internal.sockets.SocketFacts.Mesh;
import io.limpet.node.internal.sockets.SocketJudge.Judged;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sockets for scripts. */
public final class SocketsJson {
  /** Those that only some have: scripts find every field, and null where there is nothing. */
  private static final List<String> OPTIONAL =
      List.of(
          "name",
          "uid",
          "pid",
          "program",
          "held",
          "timer",
          "rttMs",
          "rtoMs",
          "backoff",
          "segmentsRetransmitted",
          "memoryBytes");

  private SocketsJson() {}

  /**
   * Writes them.
   *
   * @param outcomes what was done about those of the kernel; empty when nothing was
   */
  public static String of(SocketSurvey survey, Map<KernelSocket, String> outcomes, Instant now) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Judged judged : survey.sockets()) {
      ObjectNode node = array.addObject();
      SocketFacts socket = judged.socket();
      node.put("kind", socket.origin() instanceof Kernel ? "kernel" : "mesh");
      node.put("state", socket.state().name());
      node.putNull("local");
      node.putNull("remote");
      node.put("stranded", false);
      OPTIONAL.forEach(node::putNull);
      if (socket.origin() instanceof Kernel kernel) {
        ofKernel(node, kernel, outcomes);
      } else if (socket.origin() instanceof Mesh mesh) {
        ofMesh(node, socket, mesh);
      }
      node.put("unreadBytes", socket.unreadBytes());
      node.put("unacknowledgedBytes", socket.unacknowledgedBytes());
      node.put("verdict", judged.verdict().name());
      node.put("finding", judged.finding().name());
      node.put("what", judged.finding().what());
      node.put("advice", judged.finding().advice());
      node.put("note", judged.note());
      Duration atLeast = socket.age().atLeast();
      node.put("since", atLeast == null ? null : now.minus(atLeast).toString());
      node.put("atLeastMs", ms(atLeast));
      node.put("atMostMs", ms(socket.age().atMost()));
      node.put("idleMs", ms(socket.idle().orElse(null)));
      node.put("tries", socket.retry().tries());
      node.put("nextTryMs", ms(socket.retry().nextIn()));
      node.put("endsInMs", ms(socket.endsIn()));
    }
    return JsonTrees.write(array);
  }

  private static void ofKernel(ObjectNode node, Kernel kernel, Map<KernelSocket, String> outcomes) {
    KernelSocket socket = kernel.socket();
    node.put("local", text(socket.local()));
    node.put("remote", text(socket.remote()));
    node.put("stranded", socket.stranded());
    node.put("uid", socket.userId());
    node.put("pid", kernel.pid() == 0 ? null : kernel.pid());
    node.put("program", kernel.program());
    node.put("held", socket.inode() != 0);
    node.put("timer", socket.timer().kind().name());
    KernelTcpInfo info = socket.info();
    if (info != null) {
      node.put("rttMs", info.rttUs() / 1_000.0);
      node.put("rtoMs", info.rtoMs());
      node.put("backoff", info.backoff());
      node.put("segmentsRetransmitted", info.retransmittedSegments());
      node.put("memoryBytes", info.receiveMemoryBytes() + info.sendMemoryBytes());
    }
    String outcome = outcomes.get(socket);
    if (outcome != null) {
      node.put("outcome", outcome);
    }
  }

  private static void ofMesh(ObjectNode node, SocketFacts socket, Mesh mesh) {
    node.put("local", "mesh:" + socket.local().port());
    node.put("remote", "[" + mesh.peer() + "]:" + socket.remote().port());
    node.put("name", socket.remote().host());
    node.put("rttMs", mesh.rttMs());
    node.put("rtoMs", mesh.rtoMs());
    node.put("segmentsRetransmitted", mesh.retransmitted());
  }

  private static @Nullable Long ms(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static String text(InetSocketAddress address) {
    String ip = address.getAddress().getHostAddress();
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
  }
}

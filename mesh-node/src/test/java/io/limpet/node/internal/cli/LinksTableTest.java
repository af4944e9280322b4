package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlJson;
import org.junit.jupiter.api.Test;

class LinksTableTest {
  private static JsonNode json(String text) throws JsonProcessingException {
    return ControlJson.MAPPER.readTree(text.replace('\'', '"'));
  }

  private static String link(String name, String carrier, String direction, String rest) {
    return "{'peer':'2001:20:0:0:0:0:0:1','name':'"
        + name
        + "','interface':'wlan0','carrier':'"
        + carrier
        + "','direction':'"
        + direction
        + "',"
        + rest
        + "}";
  }

  @Test
  void aPeersPathsStandTogetherUnicastFirst() throws JsonProcessingException {
    String table =
        LinksTable.of(
            json(
                "["
                    + link(
                        "maple",
                        "MULTICAST_IPV4",
                        "out",
                        "'state':'confirmed','proofAgeMs':400,'loss':0.02,'rttMs':12.34,"
                            + "'mtuBytes':1228,'verdict':'NONE'")
                    + ","
                    + link(
                        "maple",
                        "UNICAST_IPV4",
                        "in",
                        "'state':'unknown','proofAgeMs':null,'loss':null,'rttMs':null,"
                            + "'mtuBytes':null,'verdict':'NONE'")
                    + ","
                    + link(
                        "maple",
                        "UNICAST_IPV4",
                        "out",
                        "'state':'dead','proofAgeMs':37000,'loss':1.0,'rttMs':2.1,"
                            + "'mtuBytes':1500,'verdict':'UNICAST_BLACKHOLE'")
                    + "]"),
            json(
                "[{'interface':'wlan0','carrier':'MULTICAST_IPV4','verdict':'SELF_DEAF',"
                    + "'words':'this machine does not hear its own multicast'}]"),
            json("[{'address':'2001:20:0:0:0:0:0:1','name':'maple','path':'multicast'}]"));
    assertThat(table)
        .isEqualTo(
            """
            ! wlan0, multicast IPv4: SELF_DEAF, this machine does not hear its own multicast
              (limpet doctor says more)
              CARRIER          STATE        PROOF  LOSS      RTT   MTU  VERDICT
            maple on wlan0, by multicast
              unicast IPv4   → dead          37 s 100 %   2.1 ms  1500  UNICAST_BLACKHOLE
              unicast IPv4   ← unknown          -     -        -     -
              multicast IPv4 → confirmed    0.4 s   2 %  12.3 ms  1228""");
  }

  @Test
  void theLongestOfEverythingFitsEightyColumns() throws JsonProcessingException {
    String table =
        LinksTable.of(
            json(
                "["
                    + link(
                            "x".repeat(64),
                            "MULTICAST_IPV6",
                            "out",
                            "'state':'unconfirmed','proofAgeMs':5900000,'loss':1.0,"
                                + "'rttMs':12345.6,'mtuBytes':65535,"
                                + "'verdict':'NEIGHBOUR_UNRESOLVED'")
                        .replace("wlan0", "wlx001122334455")
                    + "]"),
            json("[]"),
            json("[{'address':'2001:20:0:0:0:0:0:1','path':'both'}]"));
    assertThat(table.lines()).hasSize(3).allMatch(line -> line.length() <= 80);
  }

  @Test
  void peopleOfOneNameAreToldApart() throws JsonProcessingException {
    String rest = "'state':'unknown','verdict':'NONE'";
    String table =
        LinksTable.of(
            json(
                "["
                    + link("elm", "UNICAST_IPV4", "out", rest)
                    + ","
                    + link("elm", "UNICAST_IPV4", "out", rest).replace(":0:1'", ":0:2'")
                    + "]"),
            json("[]"),
            json("[]"));
    assertThat(table).contains("elm#00000001 on wlan0").contains("elm#00000002 on wlan0");
  }

  @Test
  void aParagraphBreaksBetweenWordsAndIsSetIn() {
    String wrapped = Terminal.wrap("  - ", "word ".repeat(40).strip(), 4);
    assertThat(wrapped.lines()).hasSize(3).allMatch(line -> line.length() <= 80);
    assertThat(wrapped.lines().skip(1)).allMatch(line -> line.startsWith("    word"));
    assertThat(Terminal.wrap("", "y".repeat(100), 2)).isEqualTo("y".repeat(100));
  }
}

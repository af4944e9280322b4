package io.limpet.node.internal.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PseudonymsTest {
  private static final String ELM = "2001:20:0:0:0:0:0:2";
  private static final String ELM_HIDDEN =
      Pseudonyms.ofPeer(new MeshAddress(0x2001_0020_0000_0000L, 2));

  private final Pseudonyms pseudonyms = new Pseudonyms(new byte[32]);

  private ObjectNode hidden(String json) throws IOException {
    ObjectNode object = (ObjectNode) new ObjectMapper().readTree(json);
    pseudonyms.hideIn(object);
    return object;
  }

  @ParameterizedTest
  @CsvSource({
    "10.88.0.1, ip4-",
    "fe80::50ba:caff:fe8e:32e2, ip6-",
    "2001:db8:0:0:0:0:0:7, ip6-",
    "::ffff:10.0.0.1, ip6-",
    "02:00:00:00:00:77, mac-",
    "02-AA-00-00-00-77, mac-",
    "enx0a1b2c3d4e5f, enx-mac-",
    "024d4500010b, mac-",
    "2001:20::2, peer-"
  })
  void addressesAreFoundInTexts(String address, String kind) {
    for (String around :
        new String[] {"%s", "to %s.", "(%s)", "/%s%%wlan0:7464", "x=%s, y", "[%s]:1"}) {
      String text = String.format(around, address);
      String hidden = pseudonyms.hide(text);
      assertThat(hidden).as(text).doesNotContain(address).contains(kind);
      assertThat(hidden.replaceAll("[a-z0-9]+(-mac)?-[a-z2-7]{10}", address)).isEqualTo(text);
    }
  }

  @Test
  void anAddressWithAPortIsFoundThoughNothingSeparatesThem() {
    assertThat(pseudonyms.hide("from 10.0.0.9:7464")).matches("from ip4-[a-z2-7]{10}:7464");
    assertThat(pseudonyms.hide("from fe80:0:0:0:1:2:3:4:7464"))
        .matches("from ip6-[a-z2-7]{10}:7464");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12:30:45",
        "123456789012 bytes",
        "2026-03-01T12:00:00.123456Z",
        "018f2b3c-aaaa-7bbb-8ccc-0123456789ab",
        "limpet 0.1.0",
        "multicast to 224.0.0.251 and ff02::fb",
        "127.0.0.1 and ::1",
        "ff:ff:ff:ff:ff:ff",
        "33:33:00:00:00:01",
        "255.255.255.0",
        "999.1.1.1",
        "Foo::bar",
        "4.4.2",
        "30 datagrams unconfirmed for 210 ms"
      })
  void whatIsNobodysAddressStays(String text) {
    assertThat(pseudonyms.hide(text)).isEqualTo(text);
  }

  @Test
  void theSameIsTheSameEachTimeAndAnotherIsAnother() {
    String once = pseudonyms.hide("10.0.0.1 02:00:00:00:00:01");
    assertThat(pseudonyms.hide("10.0.0.1 02:00:00:00:00:01")).isEqualTo(once);
    assertThat(pseudonyms.hide("10.0.0.2 02:00:00:00:00:02")).isNotEqualTo(once);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new Pseudonyms(other).hide("10.0.0.1")).isNotEqualTo(pseudonyms.hide("10.0.0.1"));
    assertThat(new Pseudonyms(other).hide(ELM)).isEqualTo(ELM_HIDDEN);
  }

  @Test
  void aPersonGoesByTheNameOfTheirNode() throws IOException {
    ObjectNode line =
        hidden(
            "{\"event\":\"peer.suspect\",\"peer\":\"%s\",\"peerName\":\"Elm Eagle\",".formatted(ELM)
                + "\"evidence\":\"Elm Eagle's hellos are missed\"}");
    assertThat(line.path("peer").asText()).isEqualTo(ELM_HIDDEN);
    assertThat(line.path("peerName").asText()).isEqualTo(ELM_HIDDEN);
    assertThat(line.path("evidence").asText()).isEqualTo(ELM_HIDDEN + "'s hellos are missed");
    assertThat(pseudonyms.hide("said of Elm Eagle: x")).isEqualTo("said of " + ELM_HIDDEN + ": x");
  }

  @Test
  void wordsOfOurOwnStayWhateverSomebodyIsCalled() throws IOException {
    ObjectNode line =
        hidden(
            ("{\"event\":\"path.changed\",\"peer\":\"%s\",\"peerName\":\"UNICAST\","
                    + "\"from\":\"UNICAST\",\"to\":\"SUSPECT\",\"carrier\":\"UNICAST_IPV4\"}")
                .formatted(ELM));
    assertThat(line.path("from").asText()).isEqualTo("UNICAST");
    assertThat(line.path("carrier").asText()).isEqualTo("UNICAST_IPV4");
    assertThat(line.path("peerName").asText()).isEqualTo(ELM_HIDDEN);
  }

  @Test
  void whatPeopleWroteAndWhereTheyKeepItIsHidden() throws IOException {
    String text =
        hidden(
                "{\"event\":\"invitation.declined\",\"invitation\":\"018f\",\"title\":\"Ada's lunch\","
                    + "\"reason\":\"Ada is ill\",\"to\":\"ada@desk\",\"toName\":\"ada@desk\","
                    + "\"home\":\"/home/ada/.limpet\",\"list\":[\"10.0.0.1\",{\"host\":\"desk\"}]}")
            .toString();
    assertThat(text)
        .doesNotContainIgnoringCase("ada")
        .doesNotContain("desk")
        .doesNotContain("ill")
        .doesNotContain("lunch")
        .doesNotContain("10.0.0.1")
        .contains("\"invitation\":\"018f\"", "…/.limpet", "title-", "text-", "person-", "ip4-");
  }

  @Test
  void interfacesAreNoPeople() throws IOException {
    assertThat(hidden("{\"name\":\"wlan0\",\"up\":true}").path("name").asText()).isEqualTo("wlan0");
  }

  @Test
  void aKeyIsMadeOnceAndForItsOwnerAlone(@TempDir Path folder) throws IOException {
    Path home = folder.resolve("home");
    byte[] key = PseudonymKey.of(home);
    assertThat(key).hasSize(32).isNotEqualTo(new byte[32]);
    assertThat(PseudonymKey.of(home)).isEqualTo(key);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve(PseudonymKey.FILE))))
        .isEqualTo("rw-------");
    try (var files = Files.list(home)) {
      assertThat(files).hasSize(1);
    }
    Files.write(home.resolve(PseudonymKey.FILE), new byte[31]);
    assertThatThrownBy(() -> PseudonymKey.of(home)).hasMessageContaining("32 bytes");
  }
}

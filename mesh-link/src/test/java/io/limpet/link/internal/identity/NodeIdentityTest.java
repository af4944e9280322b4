package io.limpet.link.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.link.Bytes;
import io.limpet.link.LinkException;
import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdentityTest {
  private final SecureRandom random = new SecureRandom();

  private final Path folder;

  NodeIdentityTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void anIdentityIsMadeOnceAndThenFoundAgain() throws Exception {
    Path home = folder.resolve("deep/home");
    NodeIdentity made = NodeIdentity.loadOrCreate(home, random);
    NodeIdentity found = NodeIdentity.loadOrCreate(home, random);
    assertThat(found.address()).isEqualTo(made.address());
    assertThat(found.signingKey()).isEqualTo(made.signingKey());
    assertThat(found.noiseKey()).isEqualTo(made.noiseKey());
    assertThat(permissions(home)).isEqualTo("rwx------");
    assertThat(permissions(home.resolve("identity.pem"))).isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files).as("no temporary file stays").hasSize(1);
    }
  }

  @Test
  void theFileIsPkcs8ThatTheJdkReads() throws Exception {
    NodeIdentity identity = NodeIdentity.loadOrCreate(folder, random);
    String pem = Files.readString(folder.resolve("identity.pem"));
    String body =
        pem.lines()
            .skip(2)
            .takeWhile(line -> !line.startsWith("-----"))
            .collect(Collectors.joining());
    EdECPrivateKey key =
        (EdECPrivateKey)
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    byte[] seed = key.getBytes().orElseThrow();
    assertThat(X25519KeyPair.of(hkdf(seed)).publicKey()).isEqualTo(identity.noiseKey());
  }

  @Test
  void theAddressIsTheOrchidOfTheKey() throws Exception {
    NodeIdentity identity = NodeIdentity.generate(random);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(HexFormat.of().parseHex("ddd2fdb191613952d0d4b72ae8dbbba4"));
    byte[] hash = sha256.digest(identity.signingKey().toArray());
    byte[] orchid = new byte[16];
    orchid[0] = 0x20;
    orchid[1] = 0x01;
    orchid[3] = 0x20 | 1;
    System.arraycopy(hash, 10, orchid, 4, 12);
    assertThat(identity.address()).isEqualTo(MeshAddress.of(InetAddress.getByAddress(orchid)));
  }

  @Test
  void theCertificateTiesTheTwoKeysTogether() {
    NodeIdentity one = NodeIdentity.generate(random);
    NodeIdentity other = NodeIdentity.generate(random);
    Bytes certificate = one.noiseKeyCertificate();
    assertThat(NodeIdentity.certifies(certificate, one.signingKey(), one.noiseKey())).isTrue();
    assertThat(NodeIdentity.certifies(certificate, one.signingKey(), other.noiseKey())).isFalse();
    assertThat(NodeIdentity.certifies(certificate, other.signingKey(), one.noiseKey())).isFalse();
    assertThat(NodeIdentity.certifies(Bytes.EMPTY, one.signingKey(), one.noiseKey())).isFalse();
    assertThat(NodeIdentity.certifies(certificate, Bytes.EMPTY, one.noiseKey())).isFalse();
  }

  @Test
  void aSignatureForOnePurposeIsNoneForAnother() {
    NodeIdentity identity = NodeIdentity.generate(random);
    byte[] message = "x".getBytes(StandardCharsets.US_ASCII);
    byte[] signature = identity.sign("purpose", message);
    byte[] key = identity.signingKey().toArray();
    assertThat(Signatures.verify(key, "purpose", message, signature)).isTrue();
    assertThat(Signatures.verify(key, "another", message, signature)).isFalse();
    assertThat(
            Signatures.verify(key, "purpos", "ex".getBytes(StandardCharsets.US_ASCII), signature))
        .isFalse();
  }

  @Test
  void processesThatStartAtOnceAgreeOnOneIdentity() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<MeshAddress> start =
          () -> NodeIdentity.loadOrCreate(folder.resolve("home"), new SecureRandom()).address();
      Set<MeshAddress> addresses = new HashSet<>();
      for (Future<MeshAddress> future :
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> start).toList())) {
        addresses.add(future.get());
      }
      assertThat(addresses).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rubbish",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"
      })
  void aDamagedFileIsNamedAndLeftAlone(String contents) throws Exception {
    Path file = write(contents.getBytes(StandardCharsets.US_ASCII));
    assertRefused("damaged", "backup");
    assertThat(Files.readString(file)).isEqualTo(contents);
  }

  @Test
  void noDamageToTheKeyGoesUnnoticed() throws Exception {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("NodeIdentityTest limpet.seed=" + seed);
    Random mutations = new Random(seed);
    NodeIdentity whole = NodeIdentity.loadOrCreate(folder, random);
    Path file = folder.resolve("identity.pem");
    byte[] bytes = Files.readAllBytes(file);
    int keyAt = new String(bytes, StandardCharsets.US_ASCII).indexOf("-----BEGIN");
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = bytes.clone();
      for (int j = mutations.nextInt(4); j >= 0; j--) {
        damaged[keyAt + mutations.nextInt(bytes.length - keyAt)] = (byte) mutations.nextInt(256);
      }
      if (mutations.nextInt(4) == 0) {
        damaged = Arrays.copyOf(damaged, mutations.nextInt(bytes.length));
      }
      Files.write(file, damaged);
      try {
        assertThat(NodeIdentity.loadOrCreate(folder, random).address())
            .as("seed %d", seed)
            .isEqualTo(whole.address());
      } catch (LinkException e) {
        refused++;
        assertThat(e).as("seed %d", seed).hasMessageContaining("identity.pem is damaged");
        assertThat(e).message().doesNotContain("\n");
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }
    assertThat(refused).isGreaterThan(1500);
  }

  @Test
  void aKeyMadeByAnotherToolIsTaken() throws Exception {
    NodeIdentity made = NodeIdentity.loadOrCreate(folder, random);
    String text = Files.readString(folder.resolve("identity.pem"));
    assertThat(text).startsWith("limpet mesh address: " + made.address() + "\n-----BEGIN");
    write(text.substring(text.indexOf("-----BEGIN")).getBytes(StandardCharsets.US_ASCII));
    assertThat(NodeIdentity.loadOrCreate(folder, random).address()).isEqualTo(made.address());
  }

  @Test
  void aFileOfGreatLengthIsRefusedUnread() throws Exception {
    write(new byte[1_000_000]);
    assertRefused("damaged");
  }

  @Test
  void aFileThatIsNotAsciiIsRefused() throws Exception {
    write(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF});
    assertRefused("damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void aKeyThatOthersCanReadIsRefused(String permissions) throws Exception {
    NodeIdentity.loadOrCreate(folder, random);
    Files.setPosixFilePermissions(
        folder.resolve("identity.pem"), PosixFilePermissions.fromString(permissions));
    assertRefused("others", "chmod 600");
  }

  @Test
  void aFolderInPlaceOfTheFileIsRefused() throws Exception {
    Files.createDirectory(folder.resolve("identity.pem"));
    assertRefused("not a file");
  }

  @Test
  void aDanglingLinkInPlaceOfTheFileIsRefused() throws Exception {
    Files.createSymbolicLink(folder.resolve("identity.pem"), folder.resolve("nowhere"));
    assertRefused("not a file");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aHomeThatIsAFileIsRefused() throws Exception {
    Path home = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> NodeIdentity.loadOrCreate(home, random))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("is a file");
    assertThatThrownBy(() -> NodeIdentity.loadOrCreate(home.resolve("below"), random))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("cannot make the home folder");
  }

  @Test
  void aHomeThatCannotBeWrittenIsRefused() {
    // Not even root may make files here.
    Path home = Path.of("/proc/self");
    assumeTrue(Files.isDirectory(home), "no /proc on this system");
    assertThatThrownBy(() -> NodeIdentity.loadOrCreate(home, random))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("make the home folder writable");
    assertThatThrownBy(() -> EpochCounter.raise(home, 1))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("make the home folder writable");
  }

  @Test
  void noSecretIsPrinted() {
    NodeIdentity identity = NodeIdentity.generate(random);
    assertThat(identity).hasToString("NodeIdentity[" + identity.address() + "]");
  }

  private Path write(byte[] contents) throws IOException {
    Path file = Files.write(folder.resolve("identity.pem"), contents);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> NodeIdentity.loadOrCreate(folder, random))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining(folder.resolve("identity.pem").toString())
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("\n");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  // HKDF-SHA-256 of RFC 5869 without salt, by the JDK's own HMAC.
  private static byte[] hkdf(byte[] seed) throws Exception {
    byte[] key = hmac(new byte[32], seed);
    byte[] info = "limpet x25519 static key v1\u0001".getBytes(StandardCharsets.US_ASCII);
    return hmac(key, info);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}

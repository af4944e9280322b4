package io.limpet.link.internal.identity;

import io.limpet.link.Bytes;
import io.limpet.link.LinkException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/**
 * The private key on disk: PKCS#8 (RFC 5958) in PEM (RFC 7468), readable by its owner alone. A line
 * of explanatory text before the block (RFC 7468 section 5.2) says the mesh address, for people,
 * and because a key alone cannot tell that one of its bits has changed. A key made by another tool
 * lacks the line and is taken as it is.
 */
final class IdentityFile {
  private static final String ADDRESS_LABEL = "limpet mesh address: ";
  private static final String PEM_TYPE = "PRIVATE KEY";
  // RFC 8410 section 3.
  private static final ASN1ObjectIdentifier ID_ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
  private static final int MAX_FILE_BYTES = 8 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final HomeFolder home;
  private final Path file;

  IdentityFile(Path home) {
    this.home = new HomeFolder(home);
    this.file = home.resolve(NodeIdentity.FILE_NAME);
  }

  byte[] loadOrCreate(RandomGenerator random) throws LinkException {
    home.ensureExists();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return load();
    }
    byte[] seed = new byte[NodeIdentity.SEED_BYTES];
    random.nextBytes(seed);
    try {
      home.createFile(file, encode(seed));
      return seed;
    } catch (FileAlreadyExistsException e) {
      // Another process was quicker. Its key is on disk, so its key is the identity.
      return load();
    } catch (IOException e) {
      throw new LinkException(
          "cannot write " + file + " (" + Reasons.of(e) + "): make the home folder writable", e);
    }
  }

  private byte[] load() throws LinkException {
    String text;
    try {
      if (!Files.isRegularFile(file)) {
        throw new LinkException(file + " is not a file: move it away, or choose another home");
      }
      refuseOpenPermissions();
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw damaged("too long for a private key", null);
      }
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (CharacterCodingException e) {
      throw damaged("not a PEM file", e);
    } catch (IOException e) {
      throw new LinkException(
          "cannot read " + file + " (" + Reasons.of(e) + "): make it readable for its owner", e);
    }
    return decode(text);
  }

  private void refuseOpenPermissions() throws IOException, LinkException {
    if (HomeFolder.hasPosixPermissions(file)
        && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new LinkException(
          "others can read or write the private key " + file + ": run chmod 600 on it");
    }
  }

  private byte[] decode(String text) throws LinkException {
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject pem = reader.readPemObject();
      if (pem == null || !PEM_TYPE.equals(pem.getType())) {
        throw damaged("no " + PEM_TYPE + " block in it", null);
      }
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pem.getContent());
      if (key instanceof Ed25519PrivateKeyParameters ed25519) {
        return checked(text, ed25519);
      }
      throw damaged("its key is not an Ed25519 key", null);
    } catch (IOException | RuntimeException e) {
      // The ASN.1 and PEM readers report some damage by unchecked exceptions.
      throw damaged("its contents cannot be decoded", e);
    }
  }

  private byte[] checked(String text, Ed25519PrivateKeyParameters key) throws LinkException {
    String said =
        text.lines().filter(line -> line.startsWith(ADDRESS_LABEL)).findFirst().orElse(null);
    String address = addressOf(key);
    if (said != null && !said.substring(ADDRESS_LABEL.length()).strip().equals(address)) {
      throw damaged("its key is not the one of the address it names", null);
    }
    return key.getEncoded();
  }

  private static String addressOf(Ed25519PrivateKeyParameters key) {
    return OrchidV2.addressOf(Bytes.of(key.generatePublicKey().getEncoded())).toString();
  }

  private LinkException damaged(String what, @Nullable Throwable cause) {
    String message =
        file
            + " is damaged ("
            + what
            + "): restore it from a backup, or move it away to get a new identity";
    return cause == null ? new LinkException(message) : new LinkException(message, cause);
  }

  private static byte[] encode(byte[] seed) throws IOException {
    // Version 1 of the structure, without the public key: every OpenSSL reads it.
    PrivateKeyInfo info =
        new PrivateKeyInfo(new AlgorithmIdentifier(ID_ED25519), new DEROctetString(seed));
    StringWriter text = new StringWriter();
    text.write(ADDRESS_LABEL + addressOf(new Ed25519PrivateKeyParameters(seed)) + "\n");
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(PEM_TYPE, info.getEncoded()));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}

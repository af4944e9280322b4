package io.limpet.tcp.internal.clients;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A server's certificate, made for its name on the mesh, and clients that trust it. */
final class Certificates {

  private final X509Bundle bundle;

  Certificates() {
    try {
      bundle =
          new CertificateBuilder()
              .ecp256()
              .subject("cn=" + TwoNodes.SERVER_NAME)
              .addSanDnsName(TwoNodes.SERVER_NAME)
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  SslContext forServer() throws Exception {
    return SslContextBuilder.forServer(bundle.toKeyManagerFactory())
        .sslProvider(SslProvider.JDK)
        .build();
  }

  /** The JDK's own, for sockets. */
  SSLContext forClient() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust()}, new SecureRandom());
    return context;
  }

  X509TrustManager trust() throws Exception {
    return (X509TrustManager)
        Arrays.stream(bundle.toTrustManagerFactory().getTrustManagers())
            .filter(X509TrustManager.class::isInstance)
            .findFirst()
            .orElseThrow();
  }
}

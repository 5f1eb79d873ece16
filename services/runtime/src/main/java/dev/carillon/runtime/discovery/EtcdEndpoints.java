package dev.carillon.runtime.discovery;

import java.net.URI;
import java.util.List;

/// The addresses of etcd's members, and whether they use TLS.
///
/// @param addresses `host:port` of each member, at least one
/// @param tls whether to speak TLS, trusting what the JVM trusts
public record EtcdEndpoints(List<String> addresses, boolean tls) {
  private static final int DEFAULT_PORT = 2379;

  /// Copies the list and refuses an empty one.
  public EtcdEndpoints {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("etcd endpoints: none (expected: http://HOST:PORT, …)");
    }
  }

  /// Reads endpoints as etcd's own tools write them: `http://HOST:PORT`, `https://HOST:PORT` or
  /// `HOST:PORT`, all of one kind.
  ///
  /// @throws IllegalArgumentException for anything else
  public static EtcdEndpoints parse(List<String> texts) {
    List<URI> uris = texts.stream().map(EtcdEndpoints::uri).toList();
    long secure = uris.stream().filter(uri -> "https".equals(uri.getScheme())).count();
    if (secure != 0 && secure != uris.size()) {
      throw new IllegalArgumentException(
          "etcd endpoints: " + texts + " (expected: all http or all https)");
    }
    return new EtcdEndpoints(uris.stream().map(EtcdEndpoints::address).toList(), secure != 0);
  }

  private static URI uri(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!known || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "etcd endpoint: " + text + " (expected: http://HOST:PORT or https://HOST:PORT)");
    }
    return uri;
  }

  private static String address(URI uri) {
    return uri.getHost() + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }
}

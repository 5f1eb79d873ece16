package dev.carillon.runtime.settings;

/// A host name or address with a TCP port, written `host:port`, IPv6 as `[::1]:port`.
///
/// @param host without brackets, not blank
/// @param port 0 to 65535; 0 means "any free port" where one listens
public record HostPort(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /// Refuses a blank host and a port out of range.
  public HostPort {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: blank (expected: a host name or address)");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
    }
  }

  /// Reads `host:port`; throws [IllegalArgumentException] with the value and the expectation.
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(text + " (expected: host:port)");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(text + " (expected: an IPv6 address in brackets)");
    }
    try {
      return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " (expected: host:port)", e);
    }
  }

  /// The form [#parse] reads.
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

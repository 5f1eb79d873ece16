package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RegistryConfigTest {
  @Test
  void findsEtcdWhereItUsuallyIs() {
    Settings settings = Settings.of(Map.of());
    RegistryConfig config = RegistryConfig.read(settings);
    assertThat(settings.describe()).contains("CARILLON_ETCD_ENDPOINTS=http://127.0.0.1:");
    assertThat(config.leaseTimeToLive()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void readsTheMembersOfACluster() {
    EtcdEndpoints endpoints =
        EtcdEndpoints.parse(List.of("https://etcd-0:2379", "https://etcd-1", "https://[::1]:5"));
    assertThat(endpoints.tls()).isTrue();
    assertThat(endpoints.addresses()).containsExactly("etcd-0:2379", "etcd-1:2379", "[::1]:5");
    assertThat(EtcdEndpoints.parse(List.of("127.0.0.1:2379")).tls()).isFalse();
  }

  @Test
  void reportsEndpointsThatAreNone() {
    Settings settings = Settings.of(Map.of("CARILLON_ETCD_ENDPOINTS", "ftp://etcd:1"));
    RegistryConfig.read(settings);
    assertThatThrownBy(settings::verify)
        .hasMessageContaining("CARILLON_ETCD_ENDPOINTS")
        .hasMessageContaining("ftp://etcd:1")
        .hasMessageContaining("expected: http://HOST:PORT");
  }

  @Test
  void refusesToMixPlainAndSecure() {
    assertThatThrownBy(() -> EtcdEndpoints.parse(List.of("http://a:1", "https://b:1")))
        .hasMessageContaining("expected: all http or all https");
    assertThatThrownBy(() -> EtcdEndpoints.parse(List.of()))
        .hasMessageContaining("etcd endpoints: none");
  }
}

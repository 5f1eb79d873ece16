package dev.carillon.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JcmdTest {
  @Test
  void addsTheGenerationsOfASerialHeap() {
    String info =
        """
        4711:
         def new generation   total 9216K, used 1024K [0x1, 0x2, 0x3)
          eden space 8192K,  12% used [0x1, 0x2, 0x3)
         tenured generation   total 20480K, used 8192K [0x1, 0x2, 0x3)
          the space 20480K,  40% used [0x1, 0x2, 0x3)
         Metaspace       used 30000K, committed 31000K, reserved 1114112K
          class space    used 3000K, committed 3100K, reserved 1048576K
        """;

    assertThat(Jcmd.usedBytes(info)).isEqualTo(9216 << 10);
  }

  @Test
  void readsAG1Heap() {
    String info =
        """
         garbage-first heap   total reserved 524288K, committed 49152K, used 20480K [0x1, 0x2)
          region size 1024K, 3 young (3072K), 0 survivors (0K)
         Metaspace       used 1K, committed 2K, reserved 3K
        """;

    assertThat(Jcmd.usedBytes(info)).isEqualTo(20480 << 10);
  }

  @Test
  void asksThisJvm() throws InterruptedException {
    long pid = ProcessHandle.current().pid();

    assertThat(Jcmd.run(pid, "VM.version")).contains("JDK 25");
    assertThat(Jcmd.heapAfterCollection(List.of(pid))).isPositive();
  }
}

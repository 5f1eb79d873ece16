package dev.carillon.bench.machine;

import java.util.List;
import java.util.Optional;

/// The memory of a group of processes after garbage collection; the resident set alone would tell
/// what the kernel happens to have paged out.
///
/// @param heap live bytes of the Java heaps; absent when they are no JVMs
/// @param anonymous resident bytes that no file backs
/// @param slab the kernel's own memory at that moment, the whole machine's
public record Memory(Optional<Long> heap, long anonymous, long slab) {
  /// Measures processes; JVMs collect first.
  public static Memory of(List<Long> pids) throws InterruptedException {
    ProcFiles files = ProcFiles.ofThisMachine();
    boolean java = pids.stream().allMatch(Jcmd::isJvm);
    Optional<Long> heap = java ? Optional.of(Jcmd.heapAfterCollection(pids)) : Optional.empty();
    long anonymous = pids.stream().mapToLong(files::anonymousBytes).sum();
    return new Memory(heap, anonymous, files.slabBytes());
  }
}

package dev.carillon.message.conversation;

import java.util.ArrayList;
import java.util.List;

/// Notes what the append path hands over.
final class RecordingFanOut implements FanOut {
  private final List<Committed> batches = new ArrayList<>();
  private final List<ConversationId> behind = new ArrayList<>();

  @Override
  public synchronized void committed(List<Committed> commit) {
    batches.addAll(commit);
  }

  @Override
  public synchronized void behind(ConversationId conversation, int slot, long epoch) {
    behind.add(conversation);
  }

  synchronized List<Committed> batches() {
    return List.copyOf(batches);
  }

  synchronized List<ConversationId> behind() {
    return List.copyOf(behind);
  }

  synchronized List<Long> seqs() {
    return batches.stream()
        .flatMap(batch -> batch.messages().stream())
        .map(traced -> traced.message().seq())
        .toList();
  }
}

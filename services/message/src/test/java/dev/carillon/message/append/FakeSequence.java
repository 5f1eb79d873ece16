package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers from memory, in blocks of a settable size; may be told to keep its callers waiting.
public final class FakeSequence implements SequenceClient {
  private final Map<ConversationId, Long> last = new HashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private int blockSize = 64;
  private boolean holding;
  private boolean failing;
  private int requests;

  public synchronized void blockSize(int size) {
    blockSize = size;
  }

  /// From now on answers wait for [#release].
  public synchronized void hold() {
    holding = true;
  }

  public synchronized void fail() {
    failing = true;
  }

  public void release() {
    List<Runnable> answers;
    synchronized (this) {
      holding = false;
      answers = List.copyOf(held);
      held.clear();
    }
    answers.forEach(Runnable::run);
  }

  public synchronized int requests() {
    return requests;
  }

  public synchronized int waiting() {
    return held.size();
  }

  /// Numbers up to here are gone for this conversation.
  public synchronized void skipTo(ConversationId conversation, long seq) {
    last.put(conversation, seq);
  }

  @Override
  public synchronized void reserve(List<Wish> wishes, Grants grants) {
    requests++;
    Runnable answer = () -> wishes.forEach(wish -> grant(wish, grants));
    if (holding) {
      held.add(answer);
    } else {
      answer.run();
    }
  }

  private synchronized void grant(Wish wish, Grants grants) {
    if (failing) {
      grants.failed(wish.conversation(), "sequence is away");
      return;
    }
    long first = Math.max(last.getOrDefault(wish.conversation(), 0L), wish.floor()) + 1;
    long end = first + Math.max(blockSize, wish.minCount()) - 1;
    last.put(wish.conversation(), end);
    grants.granted(wish.conversation(), first, end);
  }
}

package dev.carillon.message.fanout;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of messages and how many conversations fan-out holds in memory, within limits.
final class FanOutMemory {
  private final long maxBytes;
  private final int maxConversations;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger conversations = new AtomicInteger();

  FanOutMemory(long maxBytes, int maxConversations) {
    this.maxBytes = maxBytes;
    this.maxConversations = maxConversations;
  }

  /// Reserves so many bytes; false, and nothing reserved, when that would exceed the limit.
  boolean reserve(long size) {
    boolean reserved = bytes.addAndGet(size) <= maxBytes;
    if (!reserved) {
      release(size);
    }
    return reserved;
  }

  void release(long size) {
    bytes.addAndGet(-size);
  }

  /// Reserves the place of a conversation; false, and nothing reserved, when all are taken.
  boolean reserveConversation() {
    boolean reserved = conversations.incrementAndGet() <= maxConversations;
    if (!reserved) {
      releaseConversations(1);
    }
    return reserved;
  }

  void releaseConversations(int count) {
    conversations.addAndGet(-count);
  }

  long bytes() {
    return bytes.get();
  }

  int conversations() {
    return conversations.get();
  }
}
